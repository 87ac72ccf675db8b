//! How fast executions are that keep their journal in SQLite: `cargo run --release -p runtime --example durable`.
//!
//! States entered per CPU second of the whole process, the writer's thread included, over a loop of Choice and Pass.
#![allow(clippy::print_stdout, reason = "a measurement")]

use std::path::Path;
use std::time::Instant;

use runtime::{ClockMode, Request, RunOptions, run_here};
use store::Store;

fn main() {
    let count: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let definition = format!(
        r#"{{"StartAt": "Again?", "States": {{
            "Again?": {{"Type": "Choice", "Choices": [{{"Variable": "$.n", "NumericLessThan": {count}, "Next": "Add"}}], "Default": "Done"}},
            "Add": {{"Type": "Pass", "Parameters": {{"n.$": "States.MathAdd($.n, 1)"}}, "Next": "Again?"}},
            "Done": {{"Type": "Succeed"}}}}}}"#
    );
    let request = Request {
        workflow: "loop".into(),
        path: None,
        name: Some("measured".into()),
        definition: definition.into(),
        input: r#"{"n": 0}"#.into(),
        options: RunOptions { clock: ClockMode::Virtual, ignore_limits: true, ..RunOptions::default() },
        started_at: runtime::wall(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("db")).expect("the store opens");
    for (name, store) in [("in memory", None), ("durable", Some(&store))] {
        let (cpu, begun) = (cpu_seconds(), Instant::now());
        let finished = run_here(&request, store, None).expect("it runs");
        let cpu = cpu_seconds() - cpu;
        let states = f64::from(count) * 2.0;
        println!(
            "{name}: {:.0} states per CPU second, {:.2} s of CPU, {:.2} s in all, {:?}",
            states / cpu,
            cpu,
            begun.elapsed().as_secs_f64(),
            finished.outcome.map(|outcome| outcome.status)
        );
    }
}

/// User and system time of the process, where the system tells.
fn cpu_seconds() -> f64 {
    let Ok(stat) = std::fs::read_to_string(Path::new("/proc/self/stat")) else { return 0.0 };
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

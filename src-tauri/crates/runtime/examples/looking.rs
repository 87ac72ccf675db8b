//! How fast a long past is looked at: `cargo run --release -p runtime --example looking`.
#![allow(clippy::print_stdout, reason = "a measurement")]

use std::time::{Duration, Instant};

use query::Value;
use runtime::debug::{Needle, Timeline};
use runtime::{ClockMode, Request, RunOptions, run_here};
use store::{ExecutionId, Store};

const COUNT: &str = r#"{"StartAt": "Begin", "States": {
    "Begin": {"Type": "Pass", "Result": {"n": 0, "text": "some text of a usual length", "list": [1, 2, 3]}, "Next": "More?"},
    "More?": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 6200, "Next": "Add"}], "Default": "Done"},
    "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "text.$": "$.text", "list.$": "$.list"}, "Next": "More?"},
    "Done": {"Type": "Succeed"}}}"#;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("db")).expect("the store opens");
    let request = Request {
        workflow: "count".into(),
        path: None,
        name: Some("measured".into()),
        definition: COUNT.into(),
        input: "{}".into(),
        options: RunOptions { clock: ClockMode::Virtual, ..RunOptions::default() },
        started_at: runtime::wall(),
    };
    run_here(&request, Some(&store), None).expect("it runs");
    let begun = Instant::now();
    let timeline = Timeline::open(&store, ExecutionId(1)).expect("read");
    println!("{} events read in {:?}", timeline.len(), begun.elapsed());
    let begun = Instant::now();
    timeline.prepare(usize::MAX, usize::MAX).expect("gone through");
    println!("gone through once in {:?}", begun.elapsed());
    let mut looks: Vec<Duration> = (1..timeline.len())
        .step_by(97)
        .map(|number| {
            let begun = Instant::now();
            timeline.moment(number).expect("folded").expect("there is one");
            begun.elapsed()
        })
        .collect();
    looks.sort();
    println!("a moment: median {:?}, slowest {:?}", looks[looks.len() / 2], looks[looks.len() - 1]);
    let begun = Instant::now();
    let (mut from, mut answers) = (Some(1), 0);
    while let Some(at) = from {
        from = timeline.search(&Needle::Value(Value::from(6_000)), at).1;
        answers += 1;
    }
    println!("all values searched in {:?}, {answers} answers", begun.elapsed());
    let begun = Instant::now();
    timeline.trace("$.text").expect("a path");
    println!("a path followed in {:?}", begun.elapsed());
}

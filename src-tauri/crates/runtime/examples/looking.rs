//! How fast a long past is looked at: `cargo run --release -p runtime --example looking`.
#![allow(clippy::print_stdout, reason = "a measurement")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use query::Value;
use runtime::debug::{Needle, Timeline};
use runtime::{ClockMode, Edited, Fork, Import, Notice, Observer, Request, RunOptions, Runtime, run_here};
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
    go_on(&store, request, &timeline);
}

/// What is made of a long past: forks, imports, comparisons.
fn go_on(store: &Store, request: Request, timeline: &Timeline) {
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let begun = Instant::now();
        work();
        println!("{what} in {:?}", begun.elapsed());
    };
    let mut history = String::new();
    machine::write_history(timeline.events(), timeline.machine(), &mut history);
    let other = Request { name: Some("other".into()), input: r#"{"other": true}"#.into(), ..request };
    run_here(&other, Some(store), None).expect("it runs");
    timed("two executions compared", &mut || {
        let compared = runtime::compare(store, ExecutionId(1), ExecutionId(2)).expect("compared");
        println!("{} lines side by side", compared.pairs.len());
    });
    let runtime = Runtime::new(store.clone(), Arc::new(Nobody));
    let edited = COUNT.replace("of a usual length", "of another length");
    for (what, definition) in [("recorded", None), ("edited", Some(edited))] {
        let definition = definition.map(|text| Edited { text: text.into(), renamed: Vec::new() });
        let fork =
            Fork { execution: ExecutionId(1), event: Some(20_000), definition, recorded_answers: false, answers: None };
        timed(&format!("planned a fork at event 20,000, {what}"), &mut || {
            runtime.plan_fork(&fork).expect("it can be forked");
        });
        timed(&format!("forked at event 20,000, {what}"), &mut || {
            runtime.fork(&fork).expect("it is forked");
        });
    }
    for definition in [Some(COUNT), None] {
        let import = Import {
            text: history.clone(),
            file: "a.json".into(),
            workflow: "count".into(),
            path: None,
            definition: definition.map(Into::into),
            express: false,
        };
        let with = if definition.is_some() { "with its definition" } else { "alone" };
        let mut made = None;
        timed(&format!("a history imported {with}"), &mut || made = Some(runtime.import(&import).expect("imported")));
        let (id, from) = made.expect("imported");
        assert_eq!(from.repeats, definition.is_some());
        let imported = Timeline::open(store, id).expect("read");
        timed("and its last event looked at", &mut || {
            imported.moment(imported.len()).expect("folded").expect("there is one");
        });
    }
}

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

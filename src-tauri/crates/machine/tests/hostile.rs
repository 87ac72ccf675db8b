//! Whatever a definition, an input or a shell does: bounded work, an answer, no panic.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use machine::{Compiled, Dataset, Effect, Execution, Fact, Failure, Kind, Limits, Settings, Status, Step, Timestamp};
use query::{Text, Value};

fn compile(definition: &str) -> Option<Arc<Compiled>> {
    let (document, _) = asl::Document::parse(definition);
    Compiled::new(&asl::check(&document).program?).ok().map(Arc::new)
}

/// Plays to the end, or as long as anything moves; tasks answer in turn with a success and a failure.
fn play(machine: &Arc<Compiled>, input: Value, limits: Limits, most: usize) -> (Execution, usize) {
    let mut settings = Settings::named("m", "x", Kind::Standard);
    settings.limits = limits;
    let mut execution = Execution::start(Arc::clone(machine), settings, input);
    let (mut step, mut now, mut steps) = (Step::default(), Timestamp(0), 0);
    while steps < most {
        if !execution.step_into(now, &mut step) {
            match execution.next_wake() {
                Some(wake) => now = wake,
                None => break,
            }
        }
        steps += 1;
        for effect in std::mem::take(&mut step.effects) {
            let fact = match effect {
                Effect::InvokeTask(call) if call.effect.0 % 3 == 0 => {
                    Fact::TaskFailed { effect: call.effect, failure: Failure::new("States.TaskFailed", "no") }
                }
                Effect::InvokeTask(call) => {
                    let output = Value::parse(r#"{"Payload": {"status": "ok", "items": [1, 2]}, "status": "DONE"}"#);
                    Fact::TaskSucceeded { effect: call.effect, output: output.expect("test JSON") }
                }
                Effect::ReadDataset(request) => {
                    let text = Text::from(r#"[{"id": 1}, {"id": 2}]"#);
                    Fact::DatasetRead { effect: request.effect, dataset: Dataset::Object { text } }
                }
                Effect::WriteDataset { request, .. } => Fact::DatasetWritten { effect: request.effect },
                Effect::StartTimer { .. } | Effect::Cancel { .. } => continue,
            };
            execution.deliver(fact);
        }
    }
    (execution, steps)
}

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("STEPWRIGHT_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    named.into_iter().chain(above).find(|folder| folder.join("conformance").is_dir())
}

#[test]
fn workflows_of_other_people() {
    let Some(shared) = shared() else { return println!("skipped: no shared data") };
    let mut open = vec![shared.join("workflows")];
    let (mut run, mut ended) = (0, 0);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Some(machine) = compile(&text) else { continue };
        let input = Value::parse(r#"{"id": 1, "items": [{"a": 1}], "input": {"x": "y"}}"#).expect("test JSON");
        let (execution, steps) = play(&machine, input, Limits::Enforce, 200_000);
        run += 1;
        ended += usize::from(execution.is_finished());
        assert!(steps < 200_000 || execution.is_finished(), "{} never rests", path.display());
    }
    assert!(run > 50, "most of the workflows there are valid: {run}");
    assert_eq!(ended, run, "with every task answered, every run ends");
}

#[test]
fn a_storm_of_retries_ends_with_the_history() {
    let machine = compile(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}],
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 99999999, "IntervalSeconds": 1, "BackoffRate": 1.0}], "End": true}}}"#,
    )
    .expect("a valid definition");
    let (execution, _) = play(&machine, Value::Null, Limits::Enforce, 1_000_000);
    assert_eq!(execution.status(), Status::Failed);
}

#[test]
fn deep_and_large_values_pass_through() {
    let machine = compile(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"deep.$": "$", "text.$": "States.JsonToString($)"}, "Next": "B"},
            "B": {"Type": "Pass", "OutputPath": "$..x", "End": true}}}"#,
    )
    .expect("a valid definition");
    for input in ["[".repeat(400) + &"]".repeat(400), format!("\"{}\"", "é".repeat(200_000))] {
        let (execution, _) = play(&machine, Value::parse(&input).expect("test JSON"), Limits::Warn, 1_000);
        assert!(execution.is_finished());
    }
}

#[test]
fn runaway_expressions_fail_their_state_only() {
    for expression in [
        "[1..1e9]",
        "$pad('x', 1e9)",
        "($f := function($n) { $f($n + 1) + 1 }; $f(0))",
        "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)",
    ] {
        let definition = format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{"A": {{"Type": "Pass", "Output": "{{% {expression} %}}", "End": true}}}}}}"#
        );
        let Some(machine) = compile(&definition) else { continue };
        let (execution, _) = play(&machine, Value::Null, Limits::Enforce, 1_000);
        assert!(execution.is_finished(), "{expression}");
    }
}

#[test]
fn facts_that_mean_nothing_leave_no_trace() {
    let machine = compile(r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": true}}}"#)
        .expect("a valid definition");
    let mut execution = Execution::start(machine, Settings::named("m", "x", Kind::Standard), Value::Null);
    while execution.step(Timestamp(0)).is_some() {}
    let before = execution.events_so_far();
    let effect = machine::EffectId(999);
    let failure = Failure::named("E");
    for fact in [
        Fact::TaskStarted { effect, worker: None },
        Fact::TaskSubmitted { effect, output: Value::Null },
        Fact::TaskSucceeded { effect, output: Value::Null },
        Fact::TaskFailed { effect, failure: failure.clone() },
        Fact::TaskHeartbeat { effect },
        Fact::TimerFired { effect },
        Fact::DatasetWritten { effect },
        Fact::DatasetFailed { effect, failure: failure.clone() },
        Fact::Redrive,
        Fact::SetVariable { thread: 7, name: Text::from("x"), value: Value::Null },
        Fact::SetInput { thread: 7, input: Value::Null },
        Fact::Leave { thread: 7, output: Value::Null, next: None },
        Fact::Fail { thread: 7, failure },
    ] {
        execution.deliver(fact.clone());
        assert!(execution.step(Timestamp(0)).is_none(), "{fact:?}");
    }
    assert_eq!(execution.events_so_far(), before);
}

//! The same definition, settings, input and facts give the same journal, and the journal alone gives the execution back.

use std::sync::Arc;
use std::time::Duration;

use machine::{
    Compiled, Dataset, Effect, EffectId, Event, EventKind, Execution, Fact, Failure, Kind, Settings, Step, Timestamp,
};
use proptest::prelude::*;
use query::{Text, Value};

/// Machines that between them use every state type, retries, catches, waits, callbacks, variables and chance.
const MACHINES: [&str; 5] = [
    r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()", "n.$": "$.n"}, "Assign": {"x.$": "$.n"}, "Next": "T"},
        "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$"},
            "TimeoutSeconds": 20, "ResultPath": "$.r",
            "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 3, "MaxAttempts": 2, "JitterStrategy": "FULL"}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C", "ResultPath": "$.e"}], "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.e", "IsPresent": true, "Next": "F"}], "Default": "W"},
        "W": {"Type": "Wait", "Seconds": 5, "Next": "S"}, "S": {"Type": "Succeed"}, "F": {"Type": "Fail", "Error": "E"}}}"#,
    r#"{"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [
            {"StartAt": "T1", "States": {"T1": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"MessageBody": {"t.$": "$$.Task.Token"}}, "HeartbeatSeconds": 7, "End": true}}},
            {"StartAt": "W1", "States": {"W1": {"Type": "Wait", "Seconds": 4, "Next": "T2"},
                "T2": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:g", "End": true}}}],
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D"}], "Next": "D"},
        "D": {"Type": "Pass", "End": true}}}"#,
    r#"{"StartAt": "M", "States": {
        "M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemSelector": {"i.$": "$$.Map.Item.Index", "n.$": "$.n"},
            "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:1:activity:a",
                "TimeoutSeconds": 30, "Catch": [{"ErrorEquals": ["Again"], "Next": "Q"}], "Next": "Q"}, "Q": {"Type": "Pass", "End": true}}},
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 2}], "Next": "Z"},
        "Z": {"Type": "Succeed"}}}"#,
    r#"{"StartAt": "M", "States": {
        "M": {"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "b", "Key": "k"}}, "ToleratedFailureCount": 1, "MaxConcurrency": 2,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T",
                "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": true}}},
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}}, "End": true}}}"#,
    r#"{"QueryLanguage": "JSONata", "TimeoutSeconds": 60, "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"k": "{% $states.input.n + 1 %}"}, "Output": {"r": "{% $random() %}", "t": "{% $now() %}"}, "Next": "T"},
        "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f", "Payload": "{% $k %}"},
            "Output": "{% {'k': $k, 'r': $states.result} %}", "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 40}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "W"}], "Next": "W"},
        "W": {"Type": "Wait", "Seconds": "{% $k %}", "End": true}}}"#,
];

const INPUT: &str = r#"{"n": 2, "items": [{"v": 1}, {"v": 2}, {"v": 3}]}"#;

fn compile(definition: &str) -> Arc<Compiled> {
    let (document, _) = asl::Document::parse(definition);
    let checked = asl::check(&document);
    let program = checked.program.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    Arc::new(Compiled::new(&program).expect("the test's expressions are valid"))
}

fn begin(machine: &Arc<Compiled>, seed: u64) -> Execution {
    let mut settings = Settings::named("m", "x", Kind::Standard);
    settings.seed = seed;
    Execution::start(Arc::clone(machine), settings, Value::parse(INPUT).expect("test JSON"))
}

/// What one number of the script makes of a call.
fn facts(choice: u8, effect: EffectId) -> Vec<Fact> {
    let output = Value::parse(r#"{"ok": [1, 2.0]}"#).expect("test JSON");
    let failed = |error: &str| Fact::TaskFailed { effect, failure: Failure::new(error, "c") };
    match choice % 8 {
        0..=2 => vec![Fact::TaskStarted { effect, worker: None }, Fact::TaskSucceeded { effect, output }],
        3 => vec![failed("Again")],
        4 => vec![failed("Other")],
        5 => vec![Fact::TaskStarted { effect, worker: None }, Fact::TaskSubmitted { effect, output }],
        6 => vec![Fact::TaskHeartbeat { effect }, failed("Again")],
        _ => vec![],
    }
}

/// A whole run. Every step is followed by what the test wants to look at.
fn run(machine: &Arc<Compiled>, seed: u64, script: &[u8], mut look: impl FnMut(&Execution, &[Event])) -> Vec<Event> {
    let mut execution = begin(machine, seed);
    let mut journal = Vec::new();
    let mut script = script.iter().copied().cycle();
    let mut now = Timestamp(1_000_000);
    for _ in 0..2_000 {
        match execution.step(now) {
            Some(Step { events, effects }) => {
                journal.extend(events);
                look(&execution, &journal);
                for effect in effects {
                    let answers = match effect {
                        Effect::InvokeTask(call) => facts(script.next().unwrap_or(0), call.effect),
                        Effect::ReadDataset(request) => {
                            let text = Text::from("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
                            vec![Fact::DatasetRead { effect: request.effect, dataset: Dataset::Object { text } }]
                        }
                        Effect::WriteDataset { request, .. } => vec![Fact::DatasetWritten { effect: request.effect }],
                        Effect::StartTimer { .. } | Effect::Cancel { .. } => vec![],
                    };
                    for fact in answers {
                        execution.deliver(fact);
                    }
                }
            }
            None if execution.is_finished() => break,
            None => match execution.next_wake() {
                // Somewhere after the timer, as a real clock would.
                Some(wake) => now = wake.after(Duration::from_millis(u64::from(script.next().unwrap_or(0)))),
                None => break,
            },
        }
    }
    journal
}

/// The execution as the journal alone tells it.
fn fold(machine: &Arc<Compiled>, journal: &[Event]) -> Execution {
    let EventKind::ExecutionStarted { input, settings } = &journal[0].kind else { panic!("a journal starts a run") };
    let mut execution = Execution::start(Arc::clone(machine), (**settings).clone(), input.clone());
    let mut at = 0;
    while at < journal.len() {
        if let EventKind::Received(fact) = &journal[at].kind {
            execution.deliver(fact.clone());
        }
        let step = execution.step(journal[at].at).expect("what moved once moves again");
        assert_eq!(step.events[..], journal[at..at + step.events.len()], "the same events");
        at += step.events.len();
    }
    execution
}

fn look_alike(a: &Execution, b: &Execution) {
    assert_eq!(a.status(), b.status());
    assert_eq!(a.outcome(), b.outcome());
    assert_eq!(a.next_wake(), b.next_wake());
    assert_eq!(a.threads().collect::<Vec<_>>(), b.threads().collect::<Vec<_>>());
    assert_eq!(a.map_runs(), b.map_runs());
    for thread in a.threads() {
        assert_eq!(a.context_object(thread.thread), b.context_object(thread.thread));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_folds_to_the_live_execution_at_every_event(
        which in 0..MACHINES.len(), seed: u64, script in prop::collection::vec(any::<u8>(), 1..12)
    ) {
        let machine = compile(MACHINES[which]);
        let journal = run(&machine, seed, &script, |live, so_far| look_alike(live, &fold(&machine, so_far)));
        prop_assert!(!journal.is_empty());
        prop_assert_eq!(&journal, &run(&machine, seed, &script, |_, _| {}), "the same facts, the same journal");
    }

    #[test]
    fn a_snapshot_goes_on_as_the_original_does(
        which in 0..MACHINES.len(), seed: u64, script in prop::collection::vec(any::<u8>(), 1..12)
    ) {
        let machine = compile(MACHINES[which]);
        let mut snapshots: Vec<(usize, Execution)> = Vec::new();
        let journal = run(&machine, seed, &script, |live, so_far| snapshots.push((so_far.len(), live.clone())));
        for (length, mut snapshot) in snapshots {
            let mut at = length;
            // Facts that waited when the snapshot was taken are part of it.
            let mut known = snapshot.waiting_facts();
            while at < journal.len() {
                if let EventKind::Received(fact) = &journal[at].kind {
                    if known == 0 {
                        snapshot.deliver(fact.clone());
                    }
                    known = known.saturating_sub(1);
                }
                let step = snapshot.step(journal[at].at).expect("what moved once moves again");
                prop_assert_eq!(&step.events[..], &journal[at..at + step.events.len()]);
                at += step.events.len();
            }
        }
    }
}

/// Events of one execution are numbered without gaps, in the journal and in each history, and name earlier ones.
#[test]
fn numbers_and_causes() {
    for definition in MACHINES {
        let machine = compile(definition);
        for script in [&[0u8][..], &[4], &[3, 0, 7], &[7], &[5, 0, 4]] {
            let journal = run(&machine, 7, script, |_, _| {});
            let mut last = std::collections::BTreeMap::new();
            for (at, event) in (1u64..).zip(&journal) {
                assert_eq!(event.id.0, at, "the journal has no gaps");
                assert!(event.cause < event.id, "a cause comes first: {event:?}");
                if let Some(history) = event.history {
                    let last = last.entry(event.execution).or_insert(0);
                    *last += 1;
                    assert_eq!(history.id, *last, "a history has no gaps: {event:?}");
                    assert!(history.previous < history.id, "{event:?}");
                }
            }
        }
    }
}

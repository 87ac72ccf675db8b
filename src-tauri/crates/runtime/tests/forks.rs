//! Forks with the same and with an edited definition, and histories from elsewhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::Timestamp;
use runtime::{
    Advance, ClockMode, Edited, Fork, ForkPlan, ForkRefused, Import, Notice, Observer, Record, Request, RunError,
    RunOptions, Runtime, explain,
};
use store::{ExecutionId, Status, Store};

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

struct Desk {
    runtime: Runtime,
    store: Store,
    folder: tempfile::TempDir,
}

/// The Choice has no rule for what the task answers.
const ORDER: &str = r#"{"StartAt": "Charge", "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.paid",
               "Parameters": {"FunctionName": "charge", "Payload.$": "$"}, "Next": "Route"},
    "Route": {"Type": "Choice", "Choices": [{"Variable": "$.paid.total", "NumericLessThan": 100, "Next": "Done"}]},
    "Done": {"Type": "Pass", "Result": "ok", "End": true}}}"#;

/// A second call is an error: nobody may call again.
const ONCE: &str = r#"{"StateMachines": {"order": {"TestCases": {"Once": {"Charge": "Charged", "Ship": "Shipped"}}}},
    "MockedResponses": {"Charged": {"0": {"Return": {"total": 120}}, "1-9": {"Throw": {"Error": "CalledAgain"}}},
                        "Shipped": {"0": {"Return": {"sent": true}}}}}"#;

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("db")).expect("the store opens");
        std::fs::write(folder.path().join("order.mocks.json"), ONCE).expect("written");
        Desk { runtime: Runtime::new(store.clone(), Arc::new(Nobody)), store, folder }
    }

    fn mocks(&self) -> std::path::PathBuf {
        self.folder.path().join("order.mocks.json")
    }

    fn run(&self, definition: &str, input: &str) -> ExecutionId {
        let options = RunOptions {
            clock: ClockMode::Virtual,
            mocks: Some(self.mocks()),
            test_case: Some("Once".into()),
            ..RunOptions::default()
        };
        let request = Request {
            workflow: "order".into(),
            path: None,
            name: None,
            definition: definition.into(),
            input: input.into(),
            options,
            started_at: Timestamp(1_795_132_800_000),
        };
        let id = self.runtime.start(&request).expect("started");
        self.ended(id);
        id
    }

    fn ended(&self, id: ExecutionId) -> Status {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.runtime.is_running(id) {
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(1));
        }
        self.store.read(|db| db.execution(id)).expect("there").status
    }

    /// Waits until a fork stands still, and lets it go on to its end.
    fn goes_on(&self, id: ExecutionId) -> Status {
        let deadline = Instant::now() + Duration::from_secs(10);
        while wait(self.runtime.look(id)).expect("there").0.is_none() {
            assert!(Instant::now() < deadline, "it does not stand still");
            std::thread::sleep(Duration::from_millis(1));
        }
        wait(self.runtime.advance(id, Advance::Continue, None)).expect("it is paused");
        self.ended(id)
    }

    fn fork(
        &self,
        from: ExecutionId,
        event: Option<u32>,
        edited: Option<&str>,
    ) -> Result<(ExecutionId, ForkPlan), RunError> {
        self.fork_renamed(from, event, edited, &[])
    }

    fn fork_renamed(
        &self,
        from: ExecutionId,
        event: Option<u32>,
        edited: Option<&str>,
        renamed: &[(&str, &str)],
    ) -> Result<(ExecutionId, ForkPlan), RunError> {
        let renamed = renamed.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect();
        let definition = edited.map(|text| Edited { text: text.into(), renamed });
        self.runtime.fork(&Fork { execution: from, event, definition, recorded_answers: false, answers: None })
    }

    fn history(&self, id: ExecutionId) -> Vec<String> {
        let (rows, _) = Record::open(&self.store, id).expect("there").history(1, 1_000).expect("readable");
        rows.into_iter().map(|row| row.json).collect()
    }

    fn types(&self, id: ExecutionId) -> Vec<&'static str> {
        let (rows, _) = Record::open(&self.store, id).expect("there").history(1, 1_000).expect("readable");
        rows.into_iter().map(|row| row.event_type).collect()
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

#[test]
fn a_failing_choice_is_fixed_and_the_task_is_not_called_again() {
    let desk = Desk::new();
    let failed = desk.run(ORDER, "{}");
    let (fork, plan) = desk
        .fork(failed, None, Some(&ORDER.replace("NumericLessThan\": 100", "NumericLessThan\": 200")))
        .expect("forked");
    assert_eq!((plan.event, plan.state.as_deref(), plan.answered, plan.is_alike), (7, Some("Route"), 1, true));
    let before = desk.history(failed);
    assert_eq!(desk.history(fork), before[..7], "the past is the recorded one, byte for byte");
    assert_eq!(desk.goes_on(fork), Status::Succeeded);
    let calls = desk.types(fork).iter().filter(|name| **name == "TaskScheduled").count();
    assert_eq!(calls, 1, "what was recorded is not done again");
    assert_eq!(desk.history(failed), before, "the original stays as it was");
    let fresh = desk.run(&ORDER.replace("NumericLessThan\": 100", "NumericLessThan\": 200"), "{}");
    assert_eq!(desk.types(fork), desk.types(fresh), "what a run with these answers would have written");
}

#[test]
fn a_state_put_in_before_the_place_runs_and_the_answers_stay() {
    let desk = Desk::new();
    let failed = desk.run(ORDER, "{}");
    let edited = ORDER.replace(
        r#""Next": "Route"}"#,
        r#""Next": "Mend"}, "Mend": {"Type": "Pass", "Result": {"total": 5}, "ResultPath": "$.paid", "Next": "Route"}"#,
    );
    let (fork, plan) = desk.fork(failed, None, Some(&edited)).expect("forked");
    assert_eq!((plan.answered, plan.is_alike, plan.asks), (1, false, None));
    assert_eq!(desk.goes_on(fork), Status::Succeeded);
    assert_eq!(desk.types(fork).iter().filter(|name| **name == "TaskScheduled").count(), 1);
}

#[test]
fn a_renamed_state_is_found_and_a_removed_one_is_named() {
    let desk = Desk::new();
    let failed = desk.run(ORDER, "{}");
    let renamed = ORDER.replace("Route", "Way").replace("NumericLessThan\": 100", "NumericLessThan\": 200");
    let (fork, plan) = desk.fork_renamed(failed, None, Some(&renamed), &[("Route", "Way")]).expect("forked");
    assert_eq!(plan.node.as_deref(), Some("/States/Way"));
    assert_eq!(desk.goes_on(fork), Status::Succeeded);
    let refused = desk.fork(failed, None, Some(&renamed)).expect_err("it is not known to be the same");
    assert!(matches!(&refused, RunError::Fork(ForkRefused::NoSuchState(name)) if &**name == "Route"), "{refused}");
    let around = ORDER.replace(r#""StartAt": "Charge""#, r#""StartAt": "Skip""#).replace(
        r#""States": {"#,
        r#""States": {"Skip": {"Type": "Choice", "Choices": [{"Variable": "$.go", "IsPresent": true, "Next": "Charge"}], "Default": "Done"}, "#,
    );
    let refused = desk.fork(failed, None, Some(&around)).expect_err("the run goes past it");
    assert!(refused.to_string().contains("does not come to \"Route\" again: it succeeds after \"Done\""), "{refused}");
}

#[test]
fn a_new_task_before_the_place_stops_there_and_asks() {
    let desk = Desk::new();
    let failed = desk.run(ORDER, "{}");
    let edited = ORDER.replace(
        r#""Next": "Route"}"#,
        r#""Next": "Ship"}, "Ship": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "Route"}"#,
    );
    let (fork, plan) = desk.fork(failed, None, Some(&edited)).expect("forked");
    assert_eq!(plan.asks.as_deref(), Some("Ship"));
    assert_eq!(desk.goes_on(fork), Status::Failed, "the mock answers it, and the Choice has no path to look at");
    assert!(desk.types(fork).contains(&"TaskSucceeded"));
}

#[test]
fn an_exported_history_is_imported_the_same_and_can_be_forked() {
    let desk = Desk::new();
    let failed = desk.run(ORDER, r#"{"order": 7}"#);
    let text = format!("{{\"events\": [{}]}}", desk.history(failed).join(","));
    let import = Import {
        text,
        file: "prod.json".into(),
        workflow: "order".into(),
        path: None,
        definition: Some(ORDER.into()),
        express: false,
    };
    let (id, source) = desk.runtime.import(&import).expect("imported");
    assert!(source.repeats && !source.inferred);
    assert_eq!(desk.history(id), desk.history(failed));
    let edited = ORDER.replace("NumericLessThan\": 100", "NumericLessThan\": 200");
    let (fork, plan) = desk.fork(id, None, Some(&edited)).expect("forked");
    assert_eq!(plan.answered, 1);
    assert_eq!(desk.goes_on(fork), Status::Succeeded);
    // Without the definition the graph is what was seen.
    let (seen, source) = desk.runtime.import(&Import { definition: None, ..import }).expect("imported");
    assert!(source.inferred);
    assert_eq!(desk.history(seen), desk.history(failed));
}

#[test]
fn the_failure_is_told_in_a_sentence() {
    let desk = Desk::new();
    let failed = desk.run(ORDER, "{}");
    let sentence = desk
        .runtime
        .look_back(failed, |timeline| Ok(explain(timeline.events(), timeline.machine()).map(|why| why.sentence)))
        .expect("readable");
    assert_eq!(sentence.as_deref(), Some("“Route” found no rule that fits its input, and has no Default"));
}

/// Branches, items, retries with a wait, a Catcher, variables and chance.
const BUSY: &str = r#"{"StartAt": "Both", "States": {
    "Both": {"Type": "Parallel", "ResultPath": "$.both", "Next": "Each", "Branches": [
        {"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "JitterStrategy": "FULL"}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]},
            "Sorry": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": true}}},
        {"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 2, "Next": "Ship"},
            "Ship": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}}}]},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ResultPath": "$.each", "Next": "Route",
        "ItemProcessor": {"StartAt": "Note", "States": {
            "Note": {"Type": "Pass", "Assign": {"seen.$": "$"}, "Next": "Nap"},
            "Nap": {"Type": "Wait", "Seconds": 1, "End": true}}}},
    "Route": {"Type": "Choice", "Choices": [{"Variable": "$.nothing", "IsPresent": true, "Next": "Done"}], "Default": "Done"},
    "Done": {"Type": "Pass", "End": true}}}"#;

const BUSY_MOCKS: &str = r#"{"StateMachines": {"order": {"TestCases": {"Once": {"Charge": "Charged", "Ship": "Shipped"}}}},
    "MockedResponses": {"Charged": {"0-1": {"Throw": {"Error": "Busy"}}, "2": {"Return": {"total": 120}}},
                        "Shipped": {"0": {"Return": {"sent": true}}}}}"#;

#[test]
fn a_fork_without_a_change_is_the_original_from_every_event_on() {
    let desk = Desk::new();
    std::fs::write(desk.mocks(), BUSY_MOCKS).expect("written");
    let original = desk.run(BUSY, r#"{"items": [1, 2, 3, 4, 5]}"#);
    let history = desk.history(original);
    assert!(history.len() > 40 && history.last().is_some_and(|last| last.contains("ExecutionSucceeded")));
    let commented = BUSY.replacen('{', r#"{"Comment": "the same", "#, 1);
    for event in (1..history.len()).filter(|event| event % 3 == 1) {
        let event = u32::try_from(event).expect("a few");
        for definition in [None, Some(&*commented)] {
            let (fork, plan) = desk.fork(original, Some(event), definition).expect("forked");
            assert!(plan.is_alike, "{event}: the past is the recorded one");
            assert_eq!(desk.goes_on(fork), Status::Succeeded, "{event}");
            assert_eq!(desk.history(fork), history, "{event}, edited: {}", definition.is_some());
        }
    }
}

#[test]
fn what_we_export_is_imported_unchanged() {
    let desk = Desk::new();
    std::fs::write(desk.mocks(), BUSY_MOCKS).expect("written");
    let original = desk.run(BUSY, r#"{"items": [1, {"two": 2.50}, "three"]}"#);
    let import = Import {
        text: format!("[{}]", desk.history(original).join(",")),
        file: "busy.json".into(),
        workflow: "order".into(),
        path: None,
        definition: Some(BUSY.into()),
        express: false,
    };
    let (with, _) = desk.runtime.import(&import).expect("imported");
    assert_eq!(desk.history(with), desk.history(original));
    let (without, source) = desk.runtime.import(&Import { definition: None, ..import }).expect("imported");
    assert_eq!(desk.history(without), desk.history(original));
    assert!(source.inferred && !source.repeats);
    let total = u32::try_from(desk.history(original).len()).expect("a few");
    for event in 1..=total {
        let seen =
            desk.runtime.look_back(without, |timeline| timeline.moment(event)).expect("readable").expect("there");
        assert!(seen.execution.look().len() < 10, "every event can be looked at");
    }
}

#[test]
fn hostile_histories_are_refused_with_the_place() {
    let desk = Desk::new();
    let refused = |text: &str| {
        let import = Import {
            text: text.into(),
            file: "x.json".into(),
            workflow: "order".into(),
            path: None,
            definition: None,
            express: false,
        };
        desk.runtime.import(&import).expect_err("refused").to_string()
    };
    let start =
        r#"{"id": 1, "type": "ExecutionStarted", "timestamp": 1, "executionStartedEventDetails": {"input": "{}"}}"#;
    for (text, expected) in [
        ("", "holds no events"),
        ("nonsense", "is not JSON"),
        ("[1]", "where an event should be"),
        ("{\"events\": []}", "holds no events"),
        (r#"[{"type": "ExecutionStarted"}]"#, "event 1 of the file: has no id"),
        (r#"[{"id": 1, "type": "ExecutionStarted", "timestamp": "soon"}]"#, "event 1: has no timestamp"),
        (r#"[{"id": 7, "type": "ExecutionStarted", "timestamp": 1}]"#, "begins at event 7"),
        (&format!("[{start}, {start}]"), "the number 1 is there twice"),
        (&format!(r#"[{start}, {{"id": 3, "type": "PassStateEntered", "timestamp": 1}}]"#), "event 2 is missing"),
        (
            &format!(r#"[{start}, {{"id": 2, "type": "Exploded", "timestamp": 1}}]"#),
            "event 2: has the type \"Exploded\"",
        ),
        (
            &format!(r#"[{start}, {{"id": 2, "type": "TaskSucceeded", "timestamp": 1, "previousEventId": 1}}]"#),
            "no Task state",
        ),
        (
            &format!(
                r#"[{start}, {{"id": 2, "type": "PassStateExited", "timestamp": 1, "stateExitedEventDetails": {{"name": "A"}}}}]"#
            ),
            "has not been entered",
        ),
        (
            &format!(r#"[{start}, {{"id": 2, "type": "PassStateEntered", "timestamp": 1, "previousEventId": 9}}]"#),
            "not an earlier one",
        ),
        (&format!("[{}", "[".repeat(5_000)), "is not JSON"),
    ] {
        let message = refused(text);
        assert!(message.contains(expected), "{text:.80}: {message}");
    }
}

#[test]
fn a_run_begins_at_a_nested_state_with_variables_and_an_item() {
    let desk = Desk::new();
    let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "First", "States": {
        "First": {"Type": "Pass", "Assign": {"limit": 1}, "Next": "Each"},
        "Each": {"Type": "Map", "Items": "{% [1, 2] %}", "End": true, "ItemProcessor": {"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "B"},
            "B": {"Type": "Pass", "End": true,
                  "Output": "{% {'limit': $limit, 'index': $states.context.Map.Item.Index, 'name': $states.context.State.Name} %}"}}}}}}"#;
    let options = RunOptions {
        clock: ClockMode::Virtual,
        start_at: Some("/States/Each/ItemProcessor/States/B".into()),
        variables: Some(r#"{"limit": 7}"#.into()),
        context: Some(r#"{"Map": {"Item": {"Index": 3}}}"#.into()),
        ..RunOptions::default()
    };
    let request = Request {
        workflow: "order".into(),
        path: None,
        name: None,
        definition: definition.into(),
        input: "{}".into(),
        options,
        started_at: Timestamp(1_795_132_800_000),
    };
    let id = desk.runtime.start(&request).expect("started");
    assert_eq!(desk.ended(id), Status::Succeeded);
    assert_eq!(
        desk.types(id),
        ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"],
        "only what comes after it in its scope"
    );
    let ending = desk.store.read(|db| db.ending(id)).expect("there").expect("it has ended");
    assert_eq!(ending.output.as_deref(), Some(r#"{"limit":7,"index":3,"name":"B"}"#));
    let total = desk.runtime.look_back(id, |timeline| Ok(timeline.len())).expect("it is repeated from its journal");
    assert_eq!(total, 4);
}

#[test]
fn pins_come_before_the_mocks_and_stand_for_what_is_inside() {
    let desk = Desk::new();
    let pin = |node: &str, value: &str| runtime::Pinned { node: node.into(), value: value.into() };
    let definition = r#"{"StartAt": "Charge", "States": {
        "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.paid", "Next": "Each"},
        "Each": {"Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": {"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}}}}}}"#;
    let options = RunOptions {
        clock: ClockMode::Virtual,
        mocks: Some(desk.mocks()),
        test_case: Some("Once".into()),
        pins: vec![pin("/States/Charge", r#"{"total": 1}"#), pin("/States/Each", "[1, 2]"), pin("/States/Gone", "0")],
        ..RunOptions::default()
    };
    let request = Request {
        workflow: "order".into(),
        path: None,
        name: None,
        definition: definition.into(),
        input: r#"{"items": [1]}"#.into(),
        options,
        started_at: Timestamp(1_795_132_800_000),
    };
    let id = desk.runtime.start(&request).expect("started");
    assert_eq!(desk.ended(id), Status::Succeeded);
    let history = desk.history(id).join("");
    assert!(history.contains(r#"{\"total\": 1}"#), "the pin, not the mock: {history}");
    assert!(!desk.types(id).contains(&"MapIterationStarted"), "no item was begun");
    let ending = desk.store.read(|db| db.ending(id)).expect("there").expect("it has ended");
    assert_eq!(ending.output.as_deref(), Some("[1, 2]"));
}

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
        self.runtime.fork(&Fork { execution: from, event, definition, recorded_answers: false })
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

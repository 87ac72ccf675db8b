//! Tasks that start other workflows of the folder, side by side and on the caller's thread.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::{Failure, Timestamp};
use query::Value;
use runtime::{
    ClockMode, Notice, Observer, PendingTask, Record, Request, RunOptions, Runtime, TaskAnswer, resume_here, run_here,
};
use store::{Ending, ExecutionId, Page, Status, Store};

const BEGUN: i64 = 1_795_132_800_000;

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

/// Starts `child` by `pattern`, with more fields of the task.
fn parent(pattern: &str, more: &str) -> String {
    format!(
        r#"{{"StartAt": "Start", "States": {{"Start": {{"Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution{pattern}", "Parameters": {{
            "StateMachineArn": "arn:aws:states:us-east-1:111111111111:stateMachine:child:live",
            "Input": {{"n.$": "$.n"}}}}, {more} "Next": "Done"}}, "Done": {{"Type": "Succeed"}}}}}}"#
    )
}

const WAITS: &str = r#"{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": true}}}"#;
const FAILS: &str = r#"{"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "Broken", "Cause": "why"}}}"#;
const ASKS: &str = r#"{"StartAt": "Ask", "States": {"Ask": {"Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}"#;

fn request(folder: &Path, parent: &str, child: &str) -> Request {
    std::fs::write(folder.join("parent.asl.json"), parent).expect("written");
    std::fs::write(folder.join("child.asl.json"), child).expect("written");
    Request {
        workflow: "parent".into(),
        path: Some(folder.join("parent.asl.json")),
        name: Some("first".into()),
        definition: parent.into(),
        input: r#"{"n": 1.0}"#.into(),
        options: RunOptions { clock: ClockMode::Virtual, seed: 7, ..RunOptions::default() },
        started_at: Timestamp(BEGUN),
    }
}

fn open(folder: &Path) -> (Store, Runtime) {
    let store = Store::open(&folder.join("db")).expect("the store opens");
    (store.clone(), Runtime::new(store, Arc::new(Nobody)))
}

fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "it does not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn ending(store: &Store, id: ExecutionId) -> Ending {
    until(|| store.read(|db| db.ending(id)).expect("read"))
}

fn children(store: &Store) -> Vec<store::Execution> {
    let (mut all, _) = store.read(|db| db.executions(&Page { limit: 100, ..Page::default() })).expect("read");
    all.retain(|execution| execution.workflow == "child");
    all
}

fn events(store: &Store, id: ExecutionId) -> Vec<String> {
    let (rows, _) = Record::open(store, id).expect("there").history(1, 1_000).expect("readable");
    rows.iter().map(|row| row.event_type.to_string()).collect()
}

fn pending(runtime: &Runtime, workflow: &str, store: &Store) -> (ExecutionId, PendingTask) {
    until(|| {
        runtime.pending().into_iter().find_map(|(id, tasks)| {
            let row = store.read(|db| db.execution(id)).expect("there");
            (row.workflow == workflow).then(|| (id, tasks[0].clone()))
        })
    })
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn answer(runtime: &Runtime, (id, task): &(ExecutionId, PendingTask)) {
    let value = Value::parse(r#"{"ok": true}"#).expect("JSON");
    wait(runtime.answer(*id, task.effect, TaskAnswer::Succeed(value))).expect("answered");
}

/// Runs it in both ways, which must come to the same, and gives the ending and the types of the history.
fn both(parent: &str, child: &str) -> (Ending, Vec<String>) {
    let runs = [true, false].map(|beside| {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, runtime) = open(folder.path());
        let mut request = request(folder.path(), parent, child);
        // The folder is another one each time, what is said must not be.
        request.options.seed = 9;
        let id = if beside {
            runtime.start(&request).expect("started")
        } else {
            run_here(&request, Some(&store), None).expect("run").id.expect("stored")
        };
        let ending = ending(&store, id);
        let kept = run_here(&request, None, None).expect("run").outcome.expect("ended");
        assert_eq!(kept.output.map(|output| output.text().to_string()), ending.output, "the same without a store");
        (ending, events(&store, id))
    });
    let [first, second] = runs;
    assert_eq!(first, second, "side by side or on one thread");
    first
}

fn output(ending: &Ending) -> serde_json::Value {
    serde_json::from_str(ending.output.as_deref().expect("an output")).expect("JSON")
}

#[test]
fn sync_waits_for_the_other_execution() {
    let (ending, events) = both(&parent(".sync", ""), WAITS);
    assert_eq!(ending.status, Status::Succeeded, "{ending:?}");
    assert_eq!(ending.ended_at, BEGUN + 3_600_000, "the caller's clock goes on from the end of the other");
    let output = output(&ending);
    assert_eq!(output["Output"], r#"{"n":1.0}"#, "JSON as text");
    assert!(output["Name"].as_str().expect("a name").starts_with("first-"), "{output}");
    assert_eq!(output["StopDate"], BEGUN + 3_600_000);
    assert_eq!(
        events[..5],
        ["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted"],
        "{events:?}"
    );
}

#[test]
fn sync_2_gives_json_and_request_response_does_not_wait() {
    let (ending, _) = both(&parent(".sync:2", ""), WAITS);
    assert_eq!(output(&ending)["Output"]["n"], 1.0);
    let (ending, events) = both(&parent("", ""), WAITS);
    assert_eq!(ending.ended_at, BEGUN, "nobody waits for the hour");
    assert_eq!(output(&ending)["StartDate"], BEGUN);
    assert!(events.contains(&"TaskSucceeded".to_owned()) && !events.contains(&"TaskSubmitted".to_owned()));
}

#[test]
fn a_failure_is_caught() {
    let caught = r#""Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Done"}],"#;
    let (ending, _) = both(&parent(".sync", caught), FAILS);
    let output = output(&ending);
    assert_eq!(output["Error"], "States.TaskFailed");
    let cause: serde_json::Value = serde_json::from_str(output["Cause"].as_str().expect("text")).expect("JSON");
    assert_eq!(
        (&cause["Error"], &cause["Cause"], &cause["Status"]),
        (&"Broken".into(), &"why".into(), &"FAILED".into())
    );
}

#[test]
fn a_task_that_times_out_stops_what_it_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, runtime) = open(folder.path());
    let id = runtime.start(&request(folder.path(), &parent(".sync", r#""TimeoutSeconds": 60,"#), WAITS)).expect("ok");
    let end = ending(&store, id);
    assert_eq!((end.error.as_deref(), end.ended_at), (Some("States.Timeout"), BEGUN + 60_000));
    let child = &children(&store)[0];
    assert_eq!((child.status, child.ended_at), (Status::Aborted, Some(BEGUN + 60_000)));
}

#[test]
fn a_branch_keeps_its_own_time() {
    let task = parent(".sync", "").replace(r#""Next": "Done"},"#, r#""End": true}}},"#);
    let task = task.split(r#" "Done""#).next().expect("the first part").trim_end().trim_end_matches(',').to_owned();
    let wait = r#"{"StartAt": "Half", "States": {"Half": {"Type": "Wait", "Seconds": 1800, "End": true}}}"#;
    let text = format!(
        r#"{{"StartAt": "Both", "States": {{"Both": {{"Type": "Parallel", "End": true,
        "Branches": [{task}, {wait}]}}}}}}"#
    );
    let (ending, events) = both(&text, WAITS);
    assert_eq!(ending.ended_at, BEGUN + 3_600_000);
    let at = |name: &str| events.iter().position(|event| event == name).expect(name);
    assert!(at("WaitStateExited") < at("TaskSucceeded"), "half an hour is over before an hour: {events:?}");
}

#[test]
fn stopping_the_caller_stops_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, runtime) = open(folder.path());
    let id = runtime.start(&request(folder.path(), &parent(".sync", ""), ASKS)).expect("started");
    pending(&runtime, "child", &store);
    wait(runtime.stop(id, Failure::default())).expect("stopped");
    assert_eq!(ending(&store, id).status, Status::Aborted);
    assert_eq!(ending(&store, children(&store)[0].id).status, Status::Aborted);
}

#[test]
fn a_caller_that_was_let_go_finds_what_it_started() {
    // Which of the two goes on first, and whether the other has ended by then.
    for child_alone in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, runtime) = open(folder.path());
        let id = runtime.start(&request(folder.path(), &parent(".sync:2", ""), ASKS)).expect("started");
        let (child, _) = pending(&runtime, "child", &store);
        drop(runtime);
        let runtime = Runtime::new(store.clone(), Arc::new(Nobody));
        if child_alone {
            runtime.resume(child).expect("resumed");
            answer(&runtime, &pending(&runtime, "child", &store));
            ending(&store, child);
            runtime.resume(id).expect("resumed");
        } else {
            runtime.resume(id).expect("resumed");
            answer(&runtime, &pending(&runtime, "child", &store));
        }
        let end = ending(&store, id);
        assert_eq!(output(&end)["Output"]["ok"], true);
        assert_eq!(children(&store).len(), 1, "it was not started again");
        assert_eq!(events(&store, id).iter().filter(|event| *event == "TaskSubmitted").count(), 1);
    }
}

#[test]
fn what_was_never_started_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, runtime) = open(folder.path());
    let id = runtime.start(&request(folder.path(), &parent(".sync", ""), ASKS)).expect("started");
    let (child, _) = pending(&runtime, "child", &store);
    drop(runtime);
    store.write_now(move |db| db.delete_execution(child)).expect("deleted");
    let runtime = Runtime::new(store.clone(), Arc::new(Nobody));
    runtime.resume(id).expect("resumed");
    assert_eq!(&*pending(&runtime, "parent", &store).1.state, "Start");
    assert!(children(&store).is_empty());
}

#[test]
fn the_script_comes_first_and_the_other_has_its_own() {
    let mocks = |machine: &str, state: &str, value: &str| {
        format!(
            r#"{{"StateMachines": {{"{machine}": {{"TestCases": {{"Case": {{"{state}": "M"}}}}}}}},
                "MockedResponses": {{"M": {{"0": {{"Return": {value}}}}}}}}}"#
        )
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (store, runtime) = open(folder.path());
    let mut request = request(folder.path(), &parent(".sync:2", ""), ASKS);
    let own = folder.path().join("parent.mocks.json");
    std::fs::write(folder.path().join("child.mocks.json"), mocks("child", "Ask", "2")).expect("written");
    request.options.test_case = Some("Case".into());
    request.options.mocks = Some(own.clone());
    std::fs::write(&own, mocks("parent", "Other", "1")).expect("written");
    assert_eq!(output(&ending(&store, runtime.start(&request).expect("started")))["Output"], 2);
    std::fs::write(&own, mocks("parent", "Start", "1")).expect("written");
    request.name = Some("second".into());
    assert_eq!(output(&ending(&store, runtime.start(&request).expect("started"))), 1);
    assert_eq!(children(&store).len(), 1, "the script answered the second");
}

#[test]
fn on_one_thread_a_person_is_asked_and_it_goes_on_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, runtime) = open(folder.path());
    let left = run_here(&request(folder.path(), &parent(".sync", ""), ASKS), Some(&store), None).expect("run");
    assert!(left.outcome.is_none() && left.pending.len() == 1);
    let child = children(&store)[0].id;
    runtime.resume(child).expect("resumed");
    answer(&runtime, &pending(&runtime, "child", &store));
    ending(&store, child);
    let finished = resume_here(&store, left.id.expect("stored"), Vec::new(), None).expect("resumed");
    assert!(finished.outcome.expect("ended").output.is_some());
}

#[test]
fn names_are_given_once_and_unknown_workflows_ask() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, runtime) = open(folder.path());
    let named = parent(".sync", "").replace(r#""Input""#, r#""Name": "one", "Input""#);
    let mut request = request(folder.path(), &named, WAITS);
    assert_eq!(ending(&store, runtime.start(&request).expect("started")).status, Status::Succeeded);
    request.name = Some("second".into());
    let end = ending(&store, runtime.start(&request).expect("started"));
    assert_eq!(end.error.as_deref(), Some("StepFunctions.ExecutionAlreadyExistsException"));
    request.name = Some("third".into());
    request.definition = named.replace("stateMachine:child", "stateMachine:../child").into();
    runtime.start(&request).expect("started");
    pending(&runtime, "parent", &store);
}

#[test]
fn an_execution_that_starts_itself_comes_to_an_end() {
    let own = parent(".sync", "").replace("stateMachine:child", "stateMachine:parent");
    let (ending, _) = both(&own, WAITS);
    assert_eq!(ending.status, Status::Failed);
    assert!(ending.cause.expect("a cause").contains("Stepwright.NestingTooDeep"));
}

//! Executions through the public interface: started, answered, stopped, resumed.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use machine::{Failure, Status, Timestamp};
use query::Value;
use runtime::{ClockMode, Notice, Observer, Request, RunError, RunOptions, Runtime, TaskAnswer, run_here};
use store::{ExecutionId, Store};

struct Listener(Sender<Notice>);

impl Observer for Listener {
    fn moved(&self, notice: &Notice) {
        // A test that is over listens no more.
        let _ = self.0.send(notice.clone());
    }
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

struct Desk {
    runtime: Runtime,
    store: Store,
    notices: Receiver<Notice>,
}

impl Desk {
    fn at(folder: &Path) -> Desk {
        let store = Store::open(&folder.join("stepwright.db")).expect("the store opens");
        let (sender, notices) = channel();
        Desk { runtime: Runtime::new(store.clone(), Arc::new(Listener(sender))), store, notices }
    }

    fn start(&self, definition: &str, input: &str) -> ExecutionId {
        self.runtime.start(&request(definition, input)).expect("started")
    }

    /// Waits until the execution has ended, and says how.
    fn ending(&self, id: ExecutionId) -> store::Ending {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.runtime.is_running(id) {
            assert!(Instant::now() < deadline, "the execution does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
        self.store.read(|db| db.ending(id)).expect("read").expect("ended")
    }

    fn pending(&self, id: ExecutionId) -> Vec<runtime::PendingTask> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some((_, tasks)) = self.runtime.pending().into_iter().find(|(pending, _)| *pending == id) {
                return tasks;
            }
            assert!(Instant::now() < deadline, "no task waits");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn answer(&self, id: ExecutionId, task: &runtime::PendingTask, result: &str) {
        let answer = TaskAnswer::Succeed(Value::parse(result).expect("JSON"));
        wait(self.runtime.answer(id, task.effect, answer)).expect("answered");
    }
}

fn request(definition: &str, input: &str) -> Request {
    Request {
        workflow: "orders".into(),
        path: None,
        name: None,
        definition: definition.into(),
        input: input.into(),
        options: RunOptions { clock: ClockMode::Virtual, seed: 7, ..RunOptions::default() },
        started_at: Timestamp(1_795_132_800_000),
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

const ASK: &str = r#"{"StartAt": "Charge", "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.charged", "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"MessageBody.$": "$$.Task.Token"}, "ResultPath": "$.approval", "Next": "Wait"},
    "Wait": {"Type": "Wait", "Seconds": 86400, "Next": "Done"},
    "Done": {"Type": "Succeed"}}}"#;

#[test]
fn a_person_answers_and_a_day_passes_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(ASK, r#"{"order": 1.0}"#);

    let tasks = desk.pending(id);
    assert_eq!((&*tasks[0].state, &*tasks[0].node), ("Charge", "/States/Charge"));
    desk.answer(id, &tasks[0], r#"{"ok": true}"#);
    let again = wait(desk.runtime.answer(id, tasks[0].effect, TaskAnswer::Fail(Failure::default())));
    assert!(matches!(again, Err(RunError::Refused(_))), "{again:?}");

    let tasks = desk.pending(id);
    assert_eq!(tasks[0].kind, runtime::PendingKind::Callback);
    assert!(tasks[0].task_token.is_some());
    desk.answer(id, &tasks[0], r#""yes""#);

    let ending = desk.ending(id);
    assert_eq!(ending.status, store::Status::Succeeded, "{ending:?}");
    assert_eq!(ending.ended_at, 1_795_132_800_000 + 86_400_000, "the virtual clock jumped over the wait");
    let output = Value::parse(&ending.output.expect("an output")).expect("JSON");
    assert_eq!(output.compact(), r#"{"order":1.0,"charged":{"ok":true},"approval":"yes"}"#);
}

#[test]
fn a_sign_of_life_is_taken_where_one_is_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let definition = r#"{"StartAt": "Charge", "States": {
        "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Approve"},
        "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
            "HeartbeatSeconds": 600, "TimeoutSeconds": 3600, "Parameters": {"MessageBody.$": "$$.Task.Token"}}}}"#;
    let id = desk.start(definition, "{}");
    let charge = desk.pending(id).remove(0);
    assert_eq!((charge.heartbeat_at, charge.heartbeat_seconds), (None, None));
    let refused = wait(desk.runtime.beat(id, charge.effect));
    assert!(matches!(refused, Err(RunError::Refused(_))), "{refused:?}");
    desk.answer(id, &charge, "{}");

    let approve = desk.pending(id).remove(0);
    assert_eq!(approve.timeout_at, Some(Timestamp(approve.since.0 + 3_600_000)));
    assert_eq!(approve.heartbeat_at, Some(Timestamp(approve.since.0 + 600_000)));
    wait(desk.runtime.beat(id, approve.effect)).expect("taken");
    let told = desk.store.read(|db| db.journal(id, 1, 1_000)).expect("read").len();
    wait(desk.runtime.beat(id, approve.effect)).expect("and again");
    assert!(desk.store.read(|db| db.journal(id, 1, 1_000)).expect("read").len() > told, "it is in the journal");
    desk.answer(id, &approve, r#""yes""#);
    assert_eq!(desk.ending(id).status, store::Status::Succeeded);
}

#[test]
fn notices_tell_of_every_state_and_edge() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(ASK, "{}");
    for answer in ["{}", "{}"] {
        let tasks = desk.pending(id);
        desk.answer(id, &tasks[0], answer);
    }
    desk.ending(id);
    let notices: Vec<Notice> = desk.notices.try_iter().collect();
    assert_eq!(notices.last().expect("notices").status, Status::Succeeded);
    let edges: Vec<&str> = notices.iter().flat_map(|notice| &notice.moved.edges).map(|edge| &*edge.edge).collect();
    for edge in ["#start#start", "/States/Charge#next", "/States/Approve#next", "/States/Wait#next", "/States/Done#end"]
    {
        assert!(edges.contains(&edge), "{edge} in {edges:?}");
    }
    let wait = notices.iter().flat_map(|notice| &notice.moved.nodes).rfind(|node| &*node.node == "/States/Wait");
    assert_eq!(wait.expect("the Wait state").duration_ms, Some(86_400_000));
}

#[test]
fn an_execution_goes_on_after_the_application_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(ASK, "{}");
    let tasks = desk.pending(id);
    desk.answer(id, &tasks[0], r#"{"charged": "once"}"#);
    let token = desk.pending(id)[0].task_token.clone();
    drop(desk);

    let desk = Desk::at(folder.path());
    let unfinished = desk.store.read(|db| db.unfinished_executions()).expect("read");
    assert!(unfinished.len() == 1 && !desk.store.is_alive(&unfinished[0].owner), "it is found as interrupted");
    desk.runtime.resume(id).expect("resumed");
    assert!(matches!(desk.runtime.resume(id), Err(RunError::Running)));
    let tasks = desk.pending(id);
    assert_eq!(
        (&*tasks[0].state, &tasks[0].task_token),
        ("Approve", &token),
        "the first call is not repeated, the token is the same"
    );
    desk.answer(id, &tasks[0], "{}");
    let ending = desk.ending(id);
    assert_eq!(ending.status, store::Status::Succeeded, "{ending:?}");
    assert!(matches!(desk.runtime.resume(id), Err(RunError::Finished)));
}

#[test]
fn stopping_ends_it_and_several_run_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let ids: Vec<_> = (0..5).map(|_| desk.start(ASK, "{}")).collect();
    for id in &ids {
        desk.pending(*id);
    }
    wait(desk.runtime.stop(ids[0], Failure::new("Stopped", "by hand"))).expect("stopped");
    let ending = desk.ending(ids[0]);
    assert_eq!((ending.status, ending.error.as_deref()), (store::Status::Aborted, Some("Stopped")));
    assert_eq!(desk.runtime.pending().len(), 4, "the others still wait");
    let stopped_again = wait(desk.runtime.stop(ids[0], Failure::default()));
    assert!(matches!(stopped_again, Err(RunError::Finished)), "{stopped_again:?}");
}

#[test]
fn the_speed_can_be_changed_and_a_wait_skipped() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let wait_state = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 864000, "End": true}}}"#;
    let real = RunOptions { clock: ClockMode::Real, ..RunOptions::default() };
    let start = |name: &str| {
        let started_at = runtime::wall();
        desk.runtime
            .start(&Request { name: Some(name.into()), options: real.clone(), started_at, ..request(wait_state, "{}") })
            .expect("started")
    };
    let skipped = start("skipped");
    let deadline = Instant::now() + Duration::from_secs(5);
    while wait(desk.runtime.skip_wait(skipped)).is_err() {
        assert!(Instant::now() < deadline, "it comes to wait");
    }
    assert_eq!(desk.ending(skipped).status, store::Status::Succeeded);
    let fast = start("fast");
    wait(desk.runtime.set_clock(fast, ClockMode::Virtual, Duration::ZERO)).expect("set");
    assert_eq!(desk.ending(fast).status, store::Status::Succeeded);
}

#[test]
fn the_same_request_gives_the_same_journal() {
    let definition = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3, "End": true}}},
        {"StartAt": "B", "States": {"B": {"Type": "Map", "ItemsPath": "$.items", "End": true,
          "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": true}}}}}}]}}}"#;
    let run = || {
        let finished = run_here(&request(definition, r#"{"items": [1, 2, 3]}"#), None, None).expect("run");
        assert_eq!(
            finished.outcome.as_ref().map(|outcome| outcome.status),
            Some(Status::Succeeded),
            "{:?}",
            finished.outcome
        );
        finished.into_events().expect("kept")
    };
    assert_eq!(run(), run());
}

#[test]
fn what_cannot_run_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let error = |definition: &str, input: &str| {
        desk.runtime.start(&request(definition, input)).expect_err("refused").to_string()
    };
    assert!(error("{", "{}").starts_with("line 1, column"), "{}", error("{", "{}"));
    let missing = error(r#"{"StartAt": "Gone", "States": {"A": {"Type": "Succeed"}}}"#, "{}");
    assert!(missing.contains("Gone") || missing.contains("StartAt"), "{missing}");
    assert!(error(ASK, "{").starts_with("the input is not JSON"), "{}", error(ASK, "{"));
    let named = Request { name: Some("a/b".into()), ..request(ASK, "{}") };
    assert!(matches!(desk.runtime.start(&named), Err(RunError::Name(_))));
    let first = Request { name: Some("once".into()), ..request(ASK, "{}") };
    desk.runtime.start(&first).expect("started");
    assert!(matches!(desk.runtime.start(&first), Err(RunError::NameTaken(_))));
}

struct Clumsy;

impl Observer for Clumsy {
    fn moved(&self, _: &Notice) {
        panic!("on purpose");
    }
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

#[test]
fn a_panic_in_a_run_aborts_that_run_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("stepwright.db")).expect("the store opens");
    let runtime = Runtime::new(store.clone(), Arc::new(Clumsy));
    let id = runtime.start(&request(ASK, "{}")).expect("started");
    let deadline = Instant::now() + Duration::from_secs(10);
    let ending = loop {
        if let Some(ending) = store.read(|db| db.ending(id)).expect("read") {
            break ending;
        }
        assert!(Instant::now() < deadline, "the run is ended");
        std::thread::sleep(Duration::from_millis(2));
    };
    assert_eq!((ending.status, ending.error.as_deref()), (store::Status::Aborted, Some("Stepwright.Unexpected")));
    assert!(matches!(wait(runtime.stop(id, Failure::default())), Err(RunError::Finished)), "nothing of it runs on");
}

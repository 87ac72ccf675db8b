//! Pausing and stepping through the public interface.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::Timestamp;
use runtime::{
    Advance, Breakpoint, ClockMode, Notice, Observer, Pause, PauseReason, PausedThread, Record, Request, RunError,
    RunOptions, Runtime, StopOn, run_here,
};
use store::{ExecutionId, Store};

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

struct Desk {
    runtime: Runtime,
    store: Store,
}

const MAP: &str = r#"{"StartAt": "First", "States": {
    "First": {"Type": "Pass", "Assign": {"limit": 2}, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1, "Next": "Last",
             "ItemProcessor": {"StartAt": "One", "States": {
                "One": {"Type": "Pass", "Next": "Two"}, "Two": {"Type": "Pass", "End": true}}}},
    "Last": {"Type": "Choice", "Choices": [{"Variable": "$[0]", "IsPresent": true, "Next": "Good"}], "Default": "Bad"},
    "Good": {"Type": "Succeed"}, "Bad": {"Type": "Fail"}}}"#;

fn request(options: RunOptions) -> Request {
    Request {
        workflow: "map".into(),
        path: None,
        name: Some("once".into()),
        definition: MAP.into(),
        input: r#"{"items": [1, 2, 3]}"#.into(),
        options: RunOptions { clock: ClockMode::Virtual, ..options },
        started_at: Timestamp(1_795_132_800_000),
    }
}

fn breakpoint(place: &str, on: StopOn) -> Breakpoint {
    Breakpoint { place: place.into(), on, enabled: true, ..Breakpoint::default() }
}

impl Desk {
    fn at(folder: &Path) -> Desk {
        let store = Store::open(&folder.join("db")).expect("the store opens");
        Desk { runtime: Runtime::new(store.clone(), Arc::new(Nobody)), store }
    }

    fn start(&self, options: RunOptions) -> ExecutionId {
        self.runtime.start(&request(options)).expect("started")
    }

    /// Waits until the execution stands still; nothing if it ends instead.
    fn paused(&self, id: ExecutionId) -> Option<(Pause, Vec<PausedThread>)> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.runtime.is_running(id) {
            if let Ok((Some(pause), threads)) = wait(self.runtime.look(id)) {
                return Some((pause, threads));
            }
            assert!(Instant::now() < deadline, "it neither stops nor ends");
            std::thread::sleep(Duration::from_millis(1));
        }
        None
    }

    fn go(&self, id: ExecutionId, advance: Advance) -> Option<String> {
        wait(self.runtime.advance(id, advance, None)).expect("it is paused");
        self.place(id)
    }

    /// The node, with the items around it.
    fn place(&self, id: ExecutionId) -> Option<String> {
        let (pause, _) = self.paused(id)?;
        let node = pause.node.as_deref().unwrap_or("nowhere");
        Some(format!("{}{:?}", node.rsplit('/').next().unwrap_or(node), pause.iterations))
    }

    fn history(&self, id: ExecutionId) -> Vec<String> {
        let (rows, _) = Record::open(&self.store, id).expect("there").history(1, 1_000).expect("readable");
        rows.into_iter().map(|row| row.json).collect()
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn places(desk: &Desk, id: ExecutionId, steps: &[Advance]) -> Vec<String> {
    let go = |advance: &Advance| desk.go(id, *advance).unwrap_or_else(|| "end".into());
    steps.iter().map(go).collect()
}

#[test]
fn stepping_into_over_and_out() {
    use Advance::{Into, Out, Over};
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(RunOptions { paused: true, ..RunOptions::default() });
    let (pause, threads) = desk.paused(id).expect("it stands before the first state");
    assert_eq!((pause.reason, &*threads[0].state), (PauseReason::Start, "First"));
    assert_eq!(threads[0].input.text().as_str(), r#"{"items": [1, 2, 3]}"#);
    let found = places(&desk, id, &[Over, Over, Into, Over, Over, Over, Out, Over, Over]);
    let expected = ["First[]", "Each[]", "One[0]", "One[0]", "Two[0]", "Two[0]", "Each[]", "Last[]", "Last[]"];
    assert_eq!(found, expected, "entered or left, one after the other");
    assert_eq!(desk.go(id, Advance::Continue), None, "it runs to its end");
}

#[test]
fn a_conditional_breakpoint_hits_the_right_item_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let condition = Breakpoint {
        condition: Some("{% $states.input = $limit %}".into()),
        ..breakpoint("/States/Each/ItemProcessor/States/One", StopOn::Enter)
    };
    let id = desk.start(RunOptions { breakpoints: vec![condition], ..RunOptions::default() });
    let (pause, threads) = desk.paused(id).expect("it stops");
    assert_eq!((pause.reason, pause.iterations), (PauseReason::Breakpoint(0), vec![1]));
    let item = threads.iter().find(|thread| &*thread.state == "One").expect("the item's thread");
    assert_eq!(item.input.text().as_str(), "2");
    assert_eq!(desk.go(id, Advance::Continue), None, "and at no other item");
}

#[test]
fn breakpoints_on_transitions_items_and_hits() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let breakpoints = vec![
        Breakpoint { hits: 3, ..breakpoint("/States/Each", StopOn::Item) },
        breakpoint("/States/Last#rule0", StopOn::Transition),
        breakpoint("/States/Last#default", StopOn::Transition),
        Breakpoint { enabled: false, ..breakpoint("/States/First", StopOn::Enter) },
        Breakpoint { condition: Some("$states.input.(".into()), ..breakpoint("/States/Good", StopOn::Enter) },
    ];
    let id = desk.start(RunOptions { breakpoints, ..RunOptions::default() });
    let reason = || desk.paused(id).map(|(pause, _)| pause.reason);
    assert_eq!(reason(), Some(PauseReason::Breakpoint(0)), "the third item");
    wait(desk.runtime.advance(id, Advance::Continue, None)).expect("paused");
    assert_eq!(reason(), Some(PauseReason::Breakpoint(1)), "the rule that was taken");
    wait(desk.runtime.advance(id, Advance::Continue, None)).expect("paused");
    assert!(
        matches!(reason(), Some(PauseReason::Condition(4, _))),
        "a condition that cannot be read stops and says so"
    );
    wait(desk.runtime.advance(id, Advance::Continue, None)).expect("paused");
    assert_eq!(desk.place(id), None);
}

#[test]
fn stepping_changes_nothing_of_what_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(RunOptions { paused: true, ..RunOptions::default() });
    desk.paused(id).expect("paused");
    let mut steps = 0;
    while desk.go(id, Advance::Into).is_some() {
        steps += 1;
    }
    assert!(steps > 15, "{steps}");
    let free = run_here(&request(RunOptions::default()), None, None).expect("run");
    let machine = Arc::clone(&free.machine);
    let mut expected = String::new();
    machine::write_history(&free.into_events().expect("kept"), &machine, &mut expected);
    assert_eq!(format!("[{}]", desk.history(id).join(",")), expected);
}

#[test]
fn a_paused_execution_survives_the_application_and_can_be_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(RunOptions { paused: true, ..RunOptions::default() });
    desk.paused(id).expect("paused");
    desk.go(id, Advance::Over).expect("a step");
    let before = desk.history(id).len();
    drop(desk);

    let desk = Desk::at(folder.path());
    desk.runtime.resume(id).expect("resumed");
    let (pause, threads) = desk.paused(id).expect("it stands still again");
    assert!(pause.history as usize <= before + 1, "{pause:?} after {before}");
    assert!(!threads.is_empty() || pause.node.is_some());
    wait(desk.runtime.stop(id, machine::Failure::named("Enough"))).expect("stopped");
    assert_eq!(desk.paused(id), None);
    let advanced = wait(desk.runtime.advance(id, Advance::Over, None));
    assert!(matches!(advanced, Err(RunError::Finished)), "{advanced:?}");
}

#[test]
fn a_task_can_be_answered_while_the_execution_stands_still() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let definition = r#"{"StartAt": "Ask", "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "After"}, "After": {"Type": "Succeed"}}}"#;
    let id = desk
        .runtime
        .start(&Request { definition: definition.into(), ..request(RunOptions::default()) })
        .expect("started");
    let deadline = Instant::now() + Duration::from_secs(10);
    let task = loop {
        match desk.runtime.pending().pop() {
            Some((_, tasks)) => break tasks[0].clone(),
            None => assert!(Instant::now() < deadline, "a person is asked"),
        }
    };
    wait(desk.runtime.pause(id)).expect("paused while it waits");
    desk.paused(id).expect("it stands still");
    wait(desk.runtime.answer(id, task.effect, runtime::TaskAnswer::Succeed(query::Value::Null))).expect("answered");
    assert!(desk.history(id).last().expect("events").contains("TaskSucceeded"), "written down, and nothing after it");
    assert!(desk.paused(id).is_some());
    assert_eq!(desk.go(id, Advance::Continue), None);
}

/// With a virtual clock no time passes while a person is asked, wherever it is.
#[test]
fn a_step_that_waits_for_time_ends_where_no_time_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let both = r#"{"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "Sleep", "States": {"Sleep": {"Type": "Wait", "Seconds": 60, "Next": "After"},
                                        "After": {"Type": "Pass", "End": true}}},
        {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                                              "End": true}}}]}}}"#;
    let request = Request { definition: both.into(), ..request(RunOptions { paused: true, ..RunOptions::default() }) };
    let id = desk.runtime.start(&request).expect("started");
    assert_eq!(desk.place(id).as_deref(), Some("Both[]"));
    assert_eq!(desk.go(id, Advance::Into).as_deref(), Some("Sleep[]"));
    assert_eq!(desk.go(id, Advance::Over).as_deref(), Some("Sleep[]"), "it still sleeps");
    let (pause, _) = desk.paused(id).expect("it stands still");
    assert_eq!(pause.reason, PauseReason::Waits);
    // The person lets the time pass, and the step ends.
    wait(desk.runtime.skip_wait(id)).expect("there is something to wait for");
    assert_eq!(desk.go(id, Advance::Over).as_deref(), Some("Sleep[]"), "it has left");
    let (pause, _) = desk.paused(id).expect("it stands still");
    assert_eq!(pause.reason, PauseReason::Step);
    assert_eq!(desk.go(id, Advance::Over).as_deref(), Some("After[]"));
}

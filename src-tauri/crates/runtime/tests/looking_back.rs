//! What there is to see and to do at a pause, and the past: through the public interface.

use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::{Event, EventKind, Fact, Timestamp};
use query::Value;
use runtime::debug::{Focus, Timeline, evaluate};
use runtime::{
    Advance, Breakpoint, ClockMode, Fork, Notice, Observer, Pause, PauseReason, Request, RunOptions, Runtime, StopOn,
    TaskAnswer,
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

impl Desk {
    fn fork(&self, execution: ExecutionId, event: u32) -> Result<ExecutionId, runtime::RunError> {
        let fork = Fork { execution, event: Some(event), definition: None, recorded_answers: false, answers: None };
        self.runtime.fork(&fork).map(|(fork, _)| fork)
    }

    fn at(folder: &std::path::Path) -> Desk {
        let store = Store::open(&folder.join("stepwright.db")).expect("the store opens");
        Desk { runtime: Runtime::new(store.clone(), Arc::new(Nobody)), store }
    }

    fn start(&self, definition: &str, options: RunOptions) -> ExecutionId {
        let request = Request {
            workflow: "orders".into(),
            path: None,
            name: Some("one".into()),
            definition: definition.into(),
            input: r#"{"orders": [{"total": 20}, {"total": 240}, {"total": 7}]}"#.into(),
            options: RunOptions { clock: ClockMode::Virtual, seed: 7, ..options },
            started_at: Timestamp(1_795_132_800_000),
        };
        self.runtime.start(&request).expect("started")
    }

    /// Where it stands still, or nothing if it has ended.
    fn rest(&self, id: ExecutionId) -> Option<(Pause, Option<Event>)> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.runtime.is_running(id) {
            if let Some(snapshot) = wait(self.runtime.snapshot(id))
                && let Some(pause) = snapshot.pause
            {
                return Some((pause, snapshot.event));
            }
            assert!(Instant::now() < deadline, "it neither stops nor ends");
            std::thread::sleep(Duration::from_millis(1));
        }
        None
    }

    fn go(&self, id: ExecutionId) -> Option<(Pause, Option<Event>)> {
        wait(self.runtime.advance(id, Advance::Continue, None)).expect("it stands still");
        self.rest(id)
    }

    fn eval(&self, id: ExecutionId, text: &str) -> Option<Value> {
        let seen = wait(self.runtime.snapshot(id)).expect("running");
        let focus = Focus::of_event(&seen.execution, &seen.event.expect("it stands at an event"), seen.now);
        evaluate(&seen.execution, &focus, text).expect("it can be evaluated")
    }

    fn thread(&self, id: ExecutionId) -> u32 {
        let seen = wait(self.runtime.snapshot(id)).expect("running");
        let event = seen.event.expect("it stands at an event");
        seen.execution.thread_of(event.execution, &event.scope).expect("it lives")
    }

    fn ending(&self, id: ExecutionId) -> store::Ending {
        self.store.read(|db| db.ending(id)).expect("read").expect("ended")
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn stop(place: &str, condition: Option<&str>) -> Breakpoint {
    Breakpoint {
        place: place.into(),
        on: StopOn::Enter,
        condition: condition.map(str::to_owned),
        enabled: true,
        ..Breakpoint::default()
    }
}

const MAP: &str = r#"{"StartAt": "Each", "States": {
    "Each": {"Type": "Map", "ItemsPath": "$.orders", "ResultPath": "$.each", "MaxConcurrency": 2, "Next": "Large?",
        "ItemProcessor": {"StartAt": "Price", "States": {
            "Price": {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"twice": "{% $states.input.total * 2 %}"}, "Next": "Check"},
            "Check": {"Type": "Choice", "Choices": [{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Big"}], "Default": "Small"},
            "Big": {"Type": "Pass", "Result": "big", "End": true},
            "Small": {"Type": "Pass", "Result": "small", "End": true}}}},
    "Large?": {"Type": "Choice", "Choices": [{"Variable": "$.each[1]", "StringEquals": "big", "Next": "Yes"}], "Default": "No"},
    "Yes": {"Type": "Succeed"}, "No": {"Type": "Succeed"}}}"#;
const CHECK: &str = "/States/Each/ItemProcessor/States/Check";

#[test]
fn conditions_in_every_language_stop_once_at_the_right_item() {
    for condition in [
        "$states.input.total > 100",
        "{% $states.input.total > 100 %}",
        "$.total > 100",
        "$twice = 480",
        "$states.context.Map.Item.Index = 1",
        "$$.Map.Item.Value.total > 100",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Desk::at(folder.path());
        let options = RunOptions { breakpoints: vec![stop(CHECK, Some(condition))], ..RunOptions::default() };
        let id = desk.start(MAP, options);
        let (pause, _) = desk.rest(id).expect("it stops");
        assert_eq!((pause.reason, pause.iterations), (PauseReason::Breakpoint(0), vec![1]), "{condition}");
        assert_eq!(desk.eval(id, "$.total"), Some(Value::from(240)));
        assert_eq!(desk.eval(id, "$twice"), Some(Value::from(480)));
        assert_eq!(desk.eval(id, "States.MathAdd($.total, 1)"), Some(Value::from(241)));
        assert_eq!(desk.eval(id, "$.nowhere"), None);
        assert_eq!(desk.go(id), None, "{condition}: once");
    }
}

#[test]
fn a_change_is_in_the_journal_and_what_changes_nothing_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(MAP, RunOptions { breakpoints: vec![stop("/States/Large?", None)], ..RunOptions::default() });
    desk.rest(id).expect("it stops");
    let thread = desk.thread(id);
    let input = Value::parse(r#"{"each": ["", "small"]}"#).expect("JSON");
    wait(desk.runtime.intervene(id, Fact::SetInput { thread, input })).expect("changed");
    assert_eq!(desk.eval(id, "$.each[1]"), Some(Value::from("small")));
    assert!(
        wait(desk.runtime.intervene(id, Fact::SetInput { thread: 99, input: Value::Null })).is_err(),
        "no such thread"
    );
    assert_eq!(desk.go(id), None);
    assert_eq!(desk.ending(id).output.as_deref(), Some(r#"{"each": ["", "small"]}"#));
    let timeline = Timeline::open(&desk.store, id).expect("its journal replays, the change included");
    let last = timeline.moment(timeline.len()).expect("folded").expect("there is one");
    assert!(last.execution.is_finished());
}

#[test]
fn stopping_by_hand_does_not_let_a_scripted_answer_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let mocks = folder.path().join("MockConfigFile.json");
    let script = r#"{"StateMachines": {"orders": {"TestCases": {"Paid": {"Charge": "Ok"}}}},
        "MockedResponses": {"Ok": {"0": {"Return": {"Payload": {"paid": 120}}}}}}"#;
    std::fs::write(&mocks, script).expect("written");
    let desk = Desk::at(folder.path());
    let options =
        RunOptions { paused: true, mocks: Some(mocks), test_case: Some("Paid".into()), ..RunOptions::default() };
    let id = desk.start(ASK, options);
    desk.rest(id).expect("it stops");
    // Over the call: paused on its way out, or anywhere before. Force an error at the first state instead.
    let failure = machine::Failure::named("Card.Declined");
    wait(desk.runtime.intervene(id, Fact::Fail { thread: desk.thread(id), failure })).expect("changed");
    assert_eq!(desk.go(id), None);
    assert_eq!(desk.ending(id).error.as_deref(), Some("Card.Declined"));
}

#[test]
fn every_event_of_the_past_can_be_looked_at_and_a_fork_goes_on_from_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(ASK, RunOptions::default());
    let deadline = Instant::now() + Duration::from_secs(10);
    let task = loop {
        if let Some((_, tasks)) = desk.runtime.pending().into_iter().find(|(pending, _)| *pending == id) {
            break tasks[0].clone();
        }
        assert!(Instant::now() < deadline, "no task waits");
    };
    let paid = Value::parse(r#"{"Payload": {"paid": 12}}"#).expect("JSON");
    wait(desk.runtime.answer(id, task.effect, TaskAnswer::Succeed(paid))).expect("answered");
    assert_eq!(desk.rest(id), None);
    let timeline = Timeline::open(&desk.store, id).expect("read");
    for number in 1..=timeline.len() {
        let moment = timeline.moment(number).expect("folded").expect("there is one");
        assert_eq!(moment.event.history.map(|history| history.id), Some(number));
        assert_eq!(moment.progress.history(), number);
    }
    assert!(timeline.moment(0).expect("no trouble").is_none());
    assert!(timeline.moment(timeline.len() + 1).expect("no trouble").is_none());
    let end = timeline.len() + 1;
    let stopped = timeline.stop_before(end, &[stop("/States/Charge", None)]).expect("looked");
    assert_eq!(stopped, Some(2), "back to the breakpoint");
    assert_eq!(timeline.stop_before(end, &[stop("/States/Charge", Some("$.none"))]).expect("looked"), None);

    // The Choice sent it to Fail: fork where it was entered, give it another input.
    let enters = |event: &Event| matches!(&event.kind, EventKind::StateEntered { .. });
    let mut entered = timeline.backwards(end).filter(|(_, event)| enters(event)).map(|(number, _)| number);
    let choice = entered.nth(1).expect("Fail, and the Choice before it");
    assert_eq!(timeline.entered_before(entered.next().expect("Charge")), None);
    let fork = desk.fork(id, choice).expect("forked");
    let (pause, _) = desk.rest(fork).expect("held");
    assert_eq!((pause.node.as_deref(), pause.history), (Some("/States/Enough?"), choice));
    let input = Value::parse(r#"{"Payload": {"paid": 120}}"#).expect("JSON");
    wait(desk.runtime.intervene(fork, Fact::SetInput { thread: desk.thread(fork), input })).expect("changed");
    assert_eq!(desk.go(fork), None);
    assert_eq!(desk.ending(fork).status, store::Status::Succeeded, "and nobody was asked again");
    assert_eq!(desk.ending(id).status, store::Status::Failed, "the past is as it was");
    assert!(desk.fork(id, timeline.len()).is_err(), "behind the end there is nothing");
}

#[test]
fn a_long_past_is_looked_at_anywhere_in_no_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let id = desk.start(COUNT, RunOptions::default());
    assert_eq!(desk.rest(id), None);
    let begun = Instant::now();
    let timeline = Timeline::open(&desk.store, id).expect("read");
    let opened = begun.elapsed();
    assert!(timeline.len() > 24_000, "{}", timeline.len());
    let mut slowest = Duration::ZERO;
    for number in (1..timeline.len()).step_by(997) {
        let begun = Instant::now();
        let moment = timeline.moment(number).expect("folded").expect("there is one");
        slowest = slowest.max(begun.elapsed());
        assert_eq!(moment.progress.history(), number);
    }
    // Shown with --nocapture; unoptimised builds and busy machines are far slower than the promise.
    eprintln!("{} events: opened in {opened:?}, the slowest look took {slowest:?}", timeline.len());
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

const ASK: &str = r#"{"StartAt": "Charge", "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Enough?"},
    "Enough?": {"Type": "Choice", "Choices": [{"Variable": "$.Payload.paid", "NumericGreaterThan": 100, "Next": "Done"}], "Default": "Short"},
    "Done": {"Type": "Succeed"},
    "Short": {"Type": "Fail", "Error": "Short"}}}"#;

const COUNT: &str = r#"{"StartAt": "Begin", "States": {
    "Begin": {"Type": "Pass", "Result": {"n": 0}, "Next": "More?"},
    "More?": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 6200, "Next": "Add"}], "Default": "Done"},
    "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More?"},
    "Done": {"Type": "Succeed"}}}"#;

/// Branches, items, a wait, chance, times: what a pause could disturb.
const MIXED: &str = r#"{"StartAt": "Both", "States": {
    "Both": {"Type": "Parallel", "ResultPath": "$.both", "Next": "Each", "Branches": [
        {"StartAt": "L1", "States": {"L1": {"Type": "Wait", "Seconds": 5, "Next": "L2"}, "L2": {"Type": "Pass", "End": true}}},
        {"StartAt": "R1", "States": {"R1": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "Next": "R2"},
            "R2": {"Type": "Pass", "End": true}}}]},
    "Each": {"Type": "Map", "ItemsPath": "$.orders", "ResultPath": "$.each", "MaxConcurrency": 2, "Next": "Random",
        "ItemProcessor": {"StartAt": "Price", "States": {
            "Price": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Pack",
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "JitterStrategy": "FULL"}]},
            "Pack": {"Type": "Pass", "End": true}}}},
    "Random": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()", "at.$": "$$.State.EnteredTime"}, "End": true}}}"#;
const SCRIPT: &str = r#"{"StateMachines": {"orders": {"TestCases": {"Paid": {"Price": "Prices"}}}}, "MockedResponses": {"Prices": {
    "0": {"Throw": {"Error": "Busy", "Cause": ""}}, "1-9": {"Return": {"Payload": {"price": 1}}}}}}"#;

#[test]
fn a_run_that_is_stepped_through_at_random_writes_the_journal_of_one_that_is_not() {
    let script = tempfile::tempdir().expect("a folder");
    let mocks = script.path().join("MockConfigFile.json");
    std::fs::write(&mocks, SCRIPT).expect("written");
    let options = || RunOptions { mocks: Some(mocks.clone()), test_case: Some("Paid".into()), ..RunOptions::default() };
    let lines = |desk: &Desk, id| -> Vec<String> {
        let lines = desk.store.read(|db| db.journal(id, 1, u32::MAX)).expect("read");
        lines.into_iter().map(|line| line.text).collect()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let free = Desk::at(folder.path());
    let id = free.start(MIXED, options());
    assert_eq!(free.rest(id), None);
    assert_eq!(free.ending(id).status, store::Status::Succeeded);
    let wanted = lines(&free, id);
    assert!(wanted.len() > 40, "{}", wanted.len());

    let mut dice = 1u64;
    for round in 0..16 {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Desk::at(folder.path());
        let breakpoints =
            vec![stop("/States/Each/ItemProcessor/States/Pack", Some("$random() >= 0")), stop("/States/Random", None)];
        let id = desk.start(MIXED, RunOptions { paused: true, breakpoints, ..options() });
        let mut stops = 0;
        while desk.rest(id).is_some() {
            stops += 1;
            assert!(stops < 500, "it does not end");
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let step = [Advance::Into, Advance::Over, Advance::Into, Advance::Out, Advance::Into, Advance::Continue];
            wait(desk.runtime.advance(id, step[(dice >> 33) as usize % step.len()], None)).expect("it stands still");
        }
        assert!(stops > 2, "{stops}");
        assert_eq!(lines(&desk, id), wanted, "round {round}, {stops} stops");
    }
}

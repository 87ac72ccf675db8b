//! A whole run at a glance, searched: through the public interface.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::{ScopePart, Timestamp};
use query::Value;
use runtime::debug::{Needle, SpanKind, Timeline};
use runtime::{ClockMode, NodeStatus, Notice, Observer, Request, RunOptions, Runtime};
use store::{ExecutionId, Store};

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

const ORDERS: &str = r#"{"orders": [{"total": 20, "sku": "tea"}, {"total": 240, "sku": "Kettle"}, {"total": 7}]}"#;

/// The journal of a run to its end.
fn ran(definition: &str, input: &str, script: Option<&str>) -> Timeline {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("stepwright.db")).expect("the store opens");
    let runtime = Runtime::new(store.clone(), Arc::new(Nobody));
    let mocks: Option<PathBuf> = script.map(|script| {
        let path = folder.path().join("MockConfigFile.json");
        std::fs::write(&path, script).expect("written");
        path
    });
    let test_case = mocks.as_ref().map(|_| "Paid".to_owned());
    let request = Request {
        workflow: "orders".into(),
        path: None,
        name: Some("one".into()),
        definition: definition.into(),
        input: input.into(),
        options: RunOptions { clock: ClockMode::Virtual, seed: 7, mocks, test_case, ..RunOptions::default() },
        started_at: Timestamp(1_795_132_800_000),
    };
    let id: ExecutionId = runtime.start(&request).expect("started");
    let deadline = Instant::now() + Duration::from_secs(60);
    while runtime.is_running(id) {
        assert!(Instant::now() < deadline, "it does not end");
        std::thread::sleep(Duration::from_millis(1));
    }
    Timeline::open(&store, id).expect("read")
}

/// Lanes with their states: `item 1: Price Pack (succeeded)`.
fn lanes(timeline: &Timeline) -> Vec<String> {
    let overview = timeline.overview();
    let told = overview.lanes.iter().enumerate().map(|(at, lane)| {
        let part = match lane.part {
            None => "execution".to_owned(),
            Some(ScopePart::Branch(index)) => format!("branch {index}"),
            Some(ScopePart::Iteration(index)) => format!("item {index}"),
            Some(ScopePart::Child(index)) => format!("child {index}"),
        };
        let own = overview.stays.iter().filter(|stay| stay.lane as usize == at);
        let states: Vec<&str> = own.map(|stay| &*timeline.machine().state(stay.state).name).collect();
        assert!(lane.last.is_some(), "the run is over, and so is {part}");
        format!("{part}: {} ({:?})", states.join(" "), lane.status)
    });
    told.collect()
}

const MIXED: &str = r#"{"StartAt": "Both", "States": {
    "Both": {"Type": "Parallel", "ResultPath": "$.both", "Next": "Each", "Branches": [
        {"StartAt": "L1", "States": {"L1": {"Type": "Wait", "Seconds": 5, "Next": "L2"}, "L2": {"Type": "Pass", "End": true}}},
        {"StartAt": "R1", "States": {"R1": {"Type": "Pass", "End": true}}}]},
    "Each": {"Type": "Map", "ItemsPath": "$.orders", "ResultPath": "$.each", "End": true,
        "ItemProcessor": {"StartAt": "Price", "States": {
            "Price": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Pack",
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3}]},
            "Pack": {"Type": "Pass", "End": true}}}}}}"#;
const BUSY_ONCE: &str = r#"{"StateMachines": {"orders": {"TestCases": {"Paid": {"Price": "Prices"}}}}, "MockedResponses": {"Prices": {
    "0": {"Throw": {"Error": "Busy", "Cause": "try again"}}, "1-9": {"Return": {"Payload": {"price": 1}}}}}}"#;

#[test]
fn branches_and_items_are_lanes_with_their_stays_tries_and_waits() {
    let timeline = ran(MIXED, ORDERS, Some(BUSY_ONCE));
    assert_eq!(
        lanes(&timeline),
        [
            "execution: Both Each (Succeeded)",
            "branch 0: L1 L2 (Succeeded)",
            "branch 1: R1 (Succeeded)",
            "item 0: Price Pack (Succeeded)",
            "item 1: Price Pack (Succeeded)",
            "item 2: Price Pack (Succeeded)",
        ]
    );
    let overview = timeline.overview();
    let spans: Vec<_> = overview.spans.iter().map(|span| (span.kind, span.failed)).collect();
    assert_eq!(spans.iter().filter(|span| span.0 == SpanKind::Wait).count(), 1);
    assert_eq!(spans.iter().filter(|span| span.0 == SpanKind::Backoff).count(), 1, "{spans:?}");
    assert_eq!(spans.iter().filter(|span| **span == (SpanKind::Call, true)).count(), 1, "one call failed");
    let retried = overview.stays.iter().find(|stay| stay.attempts == 2).expect("one was tried twice");
    let data = timeline.stay(retried.entered).expect("it was entered there");
    let tries: Vec<_> =
        data.attempts.iter().map(|attempt| attempt.failure.as_ref().map(machine::Failure::error)).collect();
    assert_eq!(tries, [Some("Busy"), None]);
    assert_eq!(data.output.last().map(|(name, _)| *name), Some("Output"));
    assert!(data.attempts[0].retry_at.is_some());
    assert_eq!(overview.marks.len(), timeline.len() as usize);
    assert_eq!(overview.transitions, 2 + 3 + 6 + 1);
}

#[test]
fn what_a_failure_cuts_short_is_over_too() {
    let failing = r#"{"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "After"}], "Branches": [
        {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 50, "End": true}}},
        {"StartAt": "Soon", "States": {"Soon": {"Type": "Wait", "Seconds": 1, "Next": "Bad"}, "Bad": {"Type": "Fail", "Error": "Oh"}}}]},
        "After": {"Type": "Succeed"}}}"#;
    let timeline = ran(failing, "{}", None);
    let found = lanes(&timeline);
    assert_eq!(found[0], "execution: Both After (Succeeded)");
    assert_eq!(found[1], "branch 0: Slow (Aborted)");
    assert!(found[2].starts_with("branch 1: Soon Bad"), "{found:?}");
    let both = &timeline.overview().stays[0];
    assert_eq!((both.status, both.exited.is_some()), (NodeStatus::Caught, true));
}

#[test]
fn children_of_a_distributed_map_are_lanes_although_their_events_have_no_numbers_here() {
    let definition = MIXED.replace(
        r#""ItemProcessor": {"#,
        r#""ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "#,
    );
    let timeline = ran(&definition, ORDERS, Some(BUSY_ONCE));
    let found = lanes(&timeline);
    assert_eq!(
        found.iter().filter(|lane| lane.starts_with("child ") && lane.contains("Price Pack (Succeeded)")).count(),
        3
    );
}

#[test]
fn a_value_is_found_where_it_came_up_and_not_where_it_only_passed_by() {
    let timeline = ran(MIXED, ORDERS, Some(BUSY_ONCE));
    let found = |needle: Needle| -> Vec<(u32, String, String)> {
        let (hits, next) = timeline.search(&needle, 1);
        assert_eq!(next, None);
        hits.into_iter().map(|hit| (hit.line, hit.place, hit.path)).collect()
    };
    let hits = found(Needle::Text("kettle".into()));
    assert_eq!(hits[0], (1, "Input".into(), "$.orders[1].sku".into()));
    let own = hits.iter().filter(|hit| hit.2 == "$.orders[1].sku").count();
    assert_eq!(own, 3, "once for the execution and once for each branch, however many states it passes");
    assert!(hits.iter().any(|hit| hit.2 == "$.sku"), "the item begins with it");
    let hits = found(Needle::Value(Value::from(240)));
    assert_eq!(hits[0].2, "$.orders[1].total");
    assert_eq!(found(Needle::Text("Try again".into()))[0].1, "Cause");
    assert!(found(Needle::Text("nowhere at all".into())).is_empty());
    assert_eq!(timeline.filter("BUSY taskfailed", 1).0.len(), 1);
    assert!(timeline.filter("busy nowhere", 1).0.is_empty());
}

#[test]
fn a_path_is_followed_through_states_and_variables() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Result": 1, "ResultPath": "$.order.total", "Assign": {"seen": {"n": 1}}, "Next": "B"},
        "B": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Pass", "Result": 2, "ResultPath": "$.order.total", "Assign": {"seen": {"n": 2}}, "Next": "D"},
        "D": {"Type": "Pass", "Result": {}, "End": true}}}"#;
    let timeline = ran(definition, r#"{"order": {}}"#, None);
    let changes = |path: &str| -> Vec<(String, String)> {
        let (changes, more) = timeline.trace(path).expect("a path");
        assert!(!more);
        let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), |value| value.text().to_string());
        changes.iter().map(|change| (text(&change.old), text(&change.new))).collect()
    };
    let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
    assert_eq!(changes("$.order.total"), [pair("-", "1"), pair("1", "2"), pair("2", "-")]);
    assert_eq!(changes("$seen.n"), [pair("-", "1"), pair("1", "2")]);
    assert!(timeline.trace("order total").is_err());
    assert!(timeline.trace("$$.Execution.Id").is_err());
    let overview = timeline.overview();
    let (now, before) = overview.assignment(0, "seen", overview.line).expect("assigned");
    assert_eq!(now.value.text().as_str(), r#"{"n":2}"#);
    assert_eq!(before.expect("it had one before").value.text().as_str(), r#"{"n":1}"#);
    assert!(overview.assignment(0, "seen", 2).is_none(), "not yet");
}

const COUNT: &str = r#"{"StartAt": "Begin", "States": {
    "Begin": {"Type": "Pass", "Result": {"n": 0, "text": "some text of a usual length", "list": [1, 2, 3]}, "Next": "More?"},
    "More?": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 6200, "Next": "Add"}], "Default": "Done"},
    "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "text.$": "$.text", "list.$": "$.list"}, "Next": "More?"},
    "Done": {"Type": "Succeed"}}}"#;

#[test]
fn a_long_run_is_searched_in_short_answers() {
    let timeline = ran(COUNT, "{}", None);
    assert!(timeline.len() > 24_000, "{}", timeline.len());
    let begun = Instant::now();
    let (mut from, mut hits, mut answers) = (Some(1), Vec::new(), 0);
    while let Some(at) = from {
        let (found, next) = timeline.search(&Needle::Value(Value::from(6_000)), at);
        assert!(next.is_none_or(|next| next > at), "it goes on");
        (from, answers) = (next, answers + 1);
        hits.extend(found);
    }
    let searched = begun.elapsed();
    assert_eq!(hits.first().map(|hit| hit.path.as_str()), Some("$.n"));
    let begun = Instant::now();
    let (changes, more) = timeline.trace("$.n").expect("a path");
    assert_eq!((changes.len(), more), (1_000, true));
    let traced = begun.elapsed();
    let begun = Instant::now();
    let (mut from, mut ids) = (Some(1), Vec::new());
    while let Some(at) = from {
        let (found, next) = timeline.filter("\"n\\\":6199", at);
        ids.extend(found);
        from = next;
    }
    assert!(!ids.is_empty());
    // Shown with --nocapture.
    eprintln!(
        "searched in {searched:?} and {answers} answers, traced in {traced:?}, filtered in {:?}",
        begun.elapsed()
    );
}

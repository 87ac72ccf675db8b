//! Expressions in a paused scope: every language sees what the state sees, and none of them can keep the session.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::Timestamp;
use runtime::debug::{Focus, Snapshot, Trouble, evaluate_or_point};
use runtime::{Advance, Breakpoint, ClockMode, Notice, Observer, PauseReason, Request, RunOptions, Runtime};
use store::{ExecutionId, Store};

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

const ORDERS: &str = r#"{"StartAt": "Begin", "States": {
    "Begin": {"Type": "Pass", "Assign": {"limit": 2, "list": [1, 2]}, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.orders", "MaxConcurrency": 1, "End": true,
        "ItemSelector": {"order.$": "$$.Map.Item.Value", "n.$": "$$.Map.Item.Index"},
        "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "Assign": {"own": 5}, "Next": "Two"},
            "Two": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}}}}"#;
const INPUT: &str = r#"{"orders": [{"total": 1}, {"total": 20}], "numbers": [3, 1, 2]}"#;

fn start(folder: &Path, breakpoints: Vec<Breakpoint>, paused: bool) -> (Runtime, ExecutionId) {
    let store = Store::open(&folder.join("db")).expect("the store opens");
    let runtime = Runtime::new(store, Arc::new(Nobody));
    let request = Request {
        workflow: "orders".into(),
        path: None,
        name: None,
        definition: ORDERS.into(),
        input: INPUT.into(),
        options: RunOptions { clock: ClockMode::Virtual, breakpoints, paused, ..RunOptions::default() },
        started_at: Timestamp(1_795_132_800_000),
    };
    let id = runtime.start(&request).expect("started");
    (runtime, id)
}

fn paused(runtime: &Runtime, id: ExecutionId) -> Snapshot {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match wait(runtime.snapshot(id)) {
            Some(seen) if seen.pause.is_some() => return seen,
            _ => assert!(Instant::now() < deadline, "it does not stand still"),
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn at(place: &str) -> Breakpoint {
    Breakpoint { place: place.into(), enabled: true, ..Breakpoint::default() }
}

const ONE: &str = "/States/Each/ItemProcessor/States/One";
const TWO: &str = "/States/Each/ItemProcessor/States/Two";

struct Scope(Snapshot);

impl Scope {
    fn ask(&self, text: &str) -> Result<String, Trouble> {
        let focus = Focus::of_event(&self.0.execution, self.0.event.as_ref().expect("an event"), self.0.now);
        let value = evaluate_or_point(&self.0.execution, &focus, text)?;
        Ok(value.map_or_else(|| "nothing".into(), |value| value.compact()))
    }

    fn check(&self, text: &str, expected: &str) {
        assert_eq!(self.ask(text).as_deref(), Ok(expected), "of {text}");
    }
}

#[test]
fn every_language_sees_what_the_state_sees() {
    let folder = tempfile::tempdir().expect("a folder");
    let (runtime, id) = start(folder.path(), vec![at("/States/Each")], false);
    let scope = Scope(paused(&runtime, id));
    for (text, expected) in [
        // JSONPath, and JSONata over what a path means.
        ("$.orders[1].total", "20"),
        ("$.orders[*].total", "[1,20]"),
        ("$.orders[?(@.total > 5)].total", "[20]"),
        ("$.missing", "nothing"),
        ("$limit", "2"),
        ("$.orders[0].total + $limit", "3"),
        ("$sum($.orders.total)", "21"),
        ("$.orders[total > 5].total", "20"),
        ("$sum($.numbers) > 5 and $.numbers[0] = 3", "true"),
        ("$count($)", "1"),
        ("$keys($)", r#"["orders","numbers"]"#),
        ("$.numbers^($)", "[1,2,3]"),
        ("$map($.numbers, function($v) { $v * $limit })", "[6,2,4]"),
        // The service's JSONata.
        ("{% $states.input.orders[1].total - $limit %}", "18"),
        ("$states.context.State.Name", "\"Each\""),
        ("{% $.orders %}", "nothing"),
        // The context object.
        ("$$.State.Name", "\"Each\""),
        ("$$.State.Name & \"!\"", "\"Each!\""),
        // Intrinsic functions.
        ("States.MathAdd($limit, 40)", "42"),
        ("States.ArrayLength($.orders)", "2"),
        ("States.Format('{} of {}', $$.State.Name, $limit)", "\"Each of 2\""),
    ] {
        scope.check(text, expected);
    }
    for (text, at, says) in [
        ("1 +", None, "Unexpected end"),
        ("$.a + )", Some(7), "\")\""),
        ("$.numbers + 'a'", None, "must evaluate to a number"),
        ("States.MathAdd('a', 1)", None, "MathAdd"),
        ("$nothing(", None, ""),
    ] {
        let trouble = scope.ask(text).expect_err(text);
        assert!(trouble.message.contains(says), "{text}: {trouble:?}");
        if at.is_some() {
            assert_eq!(trouble.at, at, "{text}: {trouble:?}");
        }
    }
}

#[test]
fn an_item_sees_its_own_item_and_variables() {
    let folder = tempfile::tempdir().expect("a folder");
    let breakpoint = Breakpoint { condition: Some("$.order.total > $limit".into()), ..at(ONE) };
    let (runtime, id) = start(folder.path(), vec![breakpoint, at(TWO)], false);
    let first = Scope(paused(&runtime, id));
    first.check("$$.State.Name", "\"Two\"");
    first.check("$own + $limit", "7");
    wait(runtime.advance(id, Advance::Continue, None)).expect("it stands still");
    let task = wait_for_task(&runtime);
    wait(runtime.answer(id, task, runtime::TaskAnswer::Succeed(query::Value::Null))).expect("answered");
    let scope = Scope(paused(&runtime, id));
    for (text, expected) in [
        ("$$.Map.Item.Index", "1"),
        ("$$.Map.Item.Value.total", "20"),
        ("$states.context.Map.Item.Value.total / 2", "10"),
        ("$.order.total = $$.Map.Item.Value.total", "true"),
        ("$.n = $$.Map.Item.Index and $limit = 2", "true"),
        ("$own", "nothing"),
        ("States.ArrayContains($list, $$.Map.Item.Index)", "true"),
    ] {
        scope.check(text, expected);
    }
}

fn wait_for_task(runtime: &Runtime) -> machine::EffectId {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some((_, tasks)) = runtime.pending().pop() {
            return tasks[0].effect;
        }
        assert!(Instant::now() < deadline, "nobody is asked");
        std::thread::sleep(Duration::from_millis(1));
    }
}

const HOSTILE: [&str; 8] = [
    "($f := function($n) { $f($n + 1) }; $f(1))",
    "($f := function($n) { 1 + $f($n + 1) }; $f(1))",
    "$length($pad('x', 2000000000))",
    "$count([1..10000000])",
    "$map([1..3000], function($a) { $map([1..3000], function($b) { $a * $b }) })",
    "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+b/)",
    "$..*[?(@..*[?(@..*)])]",
    "($s := function($t) { $s($t & $t) }; $s('xxxxxxxxxxxxxxxx'))",
];

#[test]
fn hostile_expressions_end_soon_and_with_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let (runtime, id) = start(folder.path(), vec![at("/States/Each")], false);
    let scope = Scope(paused(&runtime, id));
    for text in HOSTILE {
        let begun = Instant::now();
        let answer = scope.ask(text);
        // Much more than is allowed to one: the machine does other things as well.
        assert!(begun.elapsed() < Duration::from_secs(8), "{text} took {:?}", begun.elapsed());
        if let Err(trouble) = answer {
            assert!(!trouble.message.is_empty(), "{text}");
        }
    }
    let nested = format!("{}1{}", "(".repeat(40_000), ")".repeat(40_000));
    assert!(scope.ask(&nested).is_err(), "too deep to be read");
    assert!(scope.ask(&format!("$.{}", "a".repeat(200_000))).is_err(), "too long");
    scope.check("$limit", "2");
}

#[test]
fn a_hostile_condition_stops_and_says_so_and_the_session_can_be_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let condition = Some(HOSTILE[0].to_owned());
    let log = Some(format!("{{{}}}", HOSTILE[4]));
    let breakpoints = vec![Breakpoint { condition, ..at("/States/Begin") }, Breakpoint { log, ..at(ONE) }];
    let (runtime, id) = start(folder.path(), breakpoints, false);
    let seen = paused(&runtime, id);
    let reason = seen.pause.map(|pause| pause.reason);
    assert!(matches!(reason, Some(PauseReason::Condition(0, _))), "{reason:?}");
    wait(runtime.advance(id, Advance::Continue, None)).expect("it stands still");
    let begun = Instant::now();
    wait(runtime.stop(id, machine::Failure::named("Enough"))).expect("stopped");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

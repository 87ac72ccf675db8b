//! Breakpoints on errors: whatever the kind of error, it stops where the state has failed and nothing has dealt with it.

use machine::Timestamp;
use runtime::debug::{Focus, evaluate};
use runtime::{Breakpoint, ClockMode, Finished, PauseReason, Request, RunOptions, StopOn, resume_here, run_here};
use serde_json::{Value, json};
use store::Store;

struct Desk {
    folder: tempfile::TempDir,
    store: Store,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("db")).expect("the store opens");
        Desk { folder, store }
    }

    fn run(&self, states: &Value, breakpoint: Breakpoint) -> Finished {
        let start = states.as_object().and_then(|states| states.keys().next()).expect("a state");
        let mocks = self.folder.path().join("MockConfigFile.json");
        let responses = json!({ "Busy": { "0-99": { "Throw": { "Error": "Busy", "Cause": "come back later" } } } });
        let cases = json!({ "m": { "TestCases": { "All": { "Call": "Busy" } } } });
        std::fs::write(&mocks, json!({ "StateMachines": cases, "MockedResponses": responses }).to_string())
            .expect("written");
        let request = Request {
            workflow: "m".into(),
            path: None,
            name: None,
            definition: json!({ "StartAt": start, "States": states }).to_string().into(),
            input: r#"{"n": 1, "items": [1, 2, 3]}"#.into(),
            options: RunOptions {
                clock: ClockMode::Virtual,
                mocks: Some(mocks),
                test_case: Some("All".into()),
                breakpoints: vec![breakpoint],
                ..RunOptions::default()
            },
            started_at: Timestamp(1_795_132_800_000),
        };
        run_here(&request, Some(&self.store), None).expect("it runs")
    }

    fn go_on(&self, finished: &Finished, breakpoint: Breakpoint) -> Finished {
        resume_here(&self.store, finished.id.expect("stored"), vec![breakpoint], None).expect("it goes on")
    }
}

fn at_errors(errors: &[&str]) -> Breakpoint {
    let errors = errors.iter().map(|&error| error.to_owned()).collect();
    Breakpoint { on: StopOn::Error, errors, enabled: true, ..Breakpoint::default() }
}

/// Where it stands: the state, its items, the error and whether its cause has a text.
fn stop(finished: &Finished) -> Option<String> {
    let (pause, seen) = finished.pause.as_ref()?;
    assert_eq!(pause.reason, PauseReason::Breakpoint(0));
    let focus = Focus::of_event(&seen.execution, seen.event.as_ref().expect("about an event"), seen.now);
    let asked = |text| evaluate(&seen.execution, &focus, text).expect("it can be evaluated");
    let error = asked("$states.errorOutput.Error").expect("an error");
    let cause = if asked("$states.errorOutput.Cause").is_some_and(|cause| cause.as_str().is_some()) { "" } else { "!" };
    let node = pause.node.as_deref().unwrap_or_default();
    let items = if pause.iterations.is_empty() { String::new() } else { format!("{:?}", pause.iterations) };
    let name = node.rsplit('/').next().unwrap_or_default();
    Some(format!("{name}{items} {}{cause}", error.as_str().unwrap_or_default()))
}

#[expect(clippy::needless_pass_by_value, reason = "definitions are written in place")]
fn check(states: Value, stops: &[&str]) {
    let desk = Desk::new();
    let mut finished = desk.run(&states, at_errors(&[]));
    for wanted in stops {
        assert_eq!(stop(&finished).as_deref(), Some(*wanted), "of {states}");
        let (_, seen) = finished.pause.as_ref().expect("it stands");
        let moved = &seen.event.as_ref().expect("an event").kind;
        assert!(moved.raised().is_some(), "{moved:?}");
        assert!(seen.execution.outcome().is_none(), "nothing has dealt with it");
        finished = desk.go_on(&finished, at_errors(&[]));
    }
    assert_eq!(stop(&finished), None, "of {states}");
    assert!(finished.outcome.is_some(), "it ends: {states}");
}

const LAMBDA: &str = "arn:aws:states:::lambda:invoke";

#[test]
fn errors_of_every_kind() {
    check(json!({ "A": { "Type": "Fail", "Error": "Short", "Cause": "of money" } }), &["A Short"]);
    check(
        json!({ "A": { "Type": "Choice", "Choices": [{ "Variable": "$.n", "NumericEquals": 2, "Next": "B" }] },
            "B": { "Type": "Succeed" } }),
        &["A States.NoChoiceMatched"],
    );
    check(json!({ "A": { "Type": "Pass", "InputPath": "$.none", "End": true } }), &["A States.Runtime"]);
    check(json!({ "A": { "Type": "Pass", "OutputPath": "$.none", "End": true } }), &["A States.Runtime"]);
    check(json!({ "A": { "Type": "Pass", "Parameters": { "x.$": "$.none" }, "End": true } }), &["A States.Runtime"]);
    check(
        json!({ "A": { "Type": "Pass", "Parameters": { "x.$": "States.MathAdd('a', 1)" }, "End": true } }),
        &["A States.IntrinsicFailure"],
    );
    check(
        json!({ "A": { "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $nothing %}", "End": true } }),
        &["A States.QueryEvaluationError"],
    );
    check(json!({ "A": { "Type": "Wait", "TimestampPath": "$.n", "End": true } }), &["A States.Runtime"]);
    let large = "{% $join([1..60000].(\"12345678\")) %}";
    check(
        json!({ "A": { "Type": "Pass", "QueryLanguage": "JSONata", "Output": large, "End": true } }),
        &["A States.DataLimitExceeded"],
    );
}

#[test]
fn errors_of_tasks_before_a_retry_and_a_catch() {
    check(json!({ "Call": { "Type": "Task", "Resource": LAMBDA, "End": true } }), &["Call Busy"]);
    check(
        json!({ "Call": { "Type": "Task", "Resource": LAMBDA, "Next": "B",
                "Retry": [{ "ErrorEquals": ["Busy"], "MaxAttempts": 1 }],
                "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "B" }] },
            "B": { "Type": "Succeed" } }),
        &["Call Busy", "Call Busy"],
    );
    // A path that is wrong before the call.
    check(
        json!({ "Call": { "Type": "Task", "Resource": LAMBDA, "Parameters": { "x.$": "$.none" }, "End": true } }),
        &["Call States.Runtime"],
    );
    // A Catcher does not catch what goes wrong in itself.
    check(
        json!({ "Call": { "Type": "Task", "QueryLanguage": "JSONata", "Resource": LAMBDA, "Next": "B",
                "Catch": [{ "ErrorEquals": ["States.ALL"], "Output": "{% $nothing %}", "Next": "B" }] },
            "B": { "Type": "Succeed" } }),
        &["Call Busy", "Call States.QueryEvaluationError"],
    );
}

#[test]
fn errors_inside_and_what_they_do_to_the_state_around() {
    let fail = json!({ "StartAt": "In", "States": { "In": { "Type": "Fail", "Error": "E", "Cause": "c" } } });
    let caught = json!([{ "ErrorEquals": ["E"], "Next": "B" }]);
    check(
        json!({ "P": { "Type": "Parallel", "Branches": [fail], "Catch": caught, "Next": "B" },
            "B": { "Type": "Succeed" } }),
        &["In E", "P E"],
    );
    let one = json!({ "StartAt": "In", "States": {
        "In": { "Type": "Choice", "Choices": [{ "Variable": "$", "NumericEquals": 2, "Next": "Bad" }], "Default": "Good" },
        "Good": { "Type": "Succeed" }, "Bad": { "Type": "Fail", "Error": "E", "Cause": "c" } } });
    check(
        json!({ "Each": { "Type": "Map", "ItemsPath": "$.items", "ItemProcessor": one, "End": true } }),
        &["Bad[1] E", "Each E"],
    );
    let mut far = one;
    far["ProcessorConfig"] = json!({ "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" });
    check(
        json!({ "Each": { "Type": "Map", "ItemsPath": "$.items", "ItemProcessor": far, "End": true } }),
        &["Bad[1] E", "Each States.ExceedToleratedFailureThreshold"],
    );
}

#[test]
fn only_errors_with_the_names() {
    let states = json!({ "Call": { "Type": "Task", "Resource": LAMBDA, "End": true } });
    let stops = |errors: &[&str]| stop(&Desk::new().run(&states, at_errors(errors)));
    assert_eq!(stops(&["States.Timeout", "Other"]), None);
    for named in [&["Busy"][..], &["Other", "Busy"], &["States.ALL"], &["States.TaskFailed"]] {
        assert_eq!(stops(named).as_deref(), Some("Call Busy"), "{named:?}");
    }
}

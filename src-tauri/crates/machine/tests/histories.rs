//! Small machines and the histories they write: one line per event of the service, `id type <previous details`.

use std::sync::Arc;

use expect_test::{Expect, expect};
use machine::{Compiled, Effect, Execution, Fact, Failure, Kind, Settings, Step, Timestamp};
use query::Value;

/// What a task answers, in the order it is asked: an output, an error, or nothing at all.
enum Answer {
    Output(&'static str),
    Error(&'static str, &'static str),
    Silence,
    /// Somebody stops the execution instead.
    Stop,
}

fn compile(definition: &str) -> Arc<Compiled> {
    let (document, _) = asl::Document::parse(definition);
    let checked = asl::check(&document);
    let program = checked.program.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    Arc::new(Compiled::new(&program).expect("the test's expressions are valid"))
}

fn run(definition: &str, input: &str, answers: Vec<Answer>) -> String {
    let machine = compile(definition);
    let input = Value::parse(input).expect("test JSON");
    let mut execution = Execution::start(Arc::clone(&machine), Settings::named("m", "x", Kind::Standard), input);
    play(&mut execution, answers)
}

/// Plays on until the end; time jumps to the next timer.
fn play(execution: &mut Execution, answers: Vec<Answer>) -> String {
    let machine = Arc::clone(execution.machine());
    let mut answers = answers.into_iter();
    let mut now = Timestamp(0);
    let mut lines = String::new();
    loop {
        while let Some(Step { events, effects }) = execution.step(now) {
            for event in &events {
                if let Some(event) = event.history(&machine) {
                    let mut details = String::new();
                    event.write_details(&mut details, true);
                    let details = details
                        .replace(r#","inputDetails":{"truncated":false}"#, "")
                        .replace(r#","outputDetails":{"truncated":false}"#, "");
                    lines += &format!("{} {} <{} {details}\n", event.id(), event.type_name(), event.previous_id());
                }
            }
            for effect in effects {
                let Effect::InvokeTask(call) = effect else { continue };
                match answers.next() {
                    Some(Answer::Output(output)) => {
                        let output = Value::parse(output).expect("test JSON");
                        execution.deliver(Fact::TaskSucceeded { effect: call.effect, output });
                    }
                    Some(Answer::Error(error, cause)) => {
                        execution
                            .deliver(Fact::TaskFailed { effect: call.effect, failure: Failure::new(error, cause) });
                    }
                    Some(Answer::Stop) => execution.deliver(Fact::Stop { failure: Failure::named("Enough") }),
                    Some(Answer::Silence) | None => {}
                }
            }
        }
        if execution.is_finished() {
            break;
        }
        now = execution.next_wake().expect("an unfinished execution of these tests waits for a timer");
    }
    lines
}

#[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
fn check(definition: &str, input: &str, answers: Vec<Answer>, expected: Expect) {
    expected.assert_eq(&run(definition, input, answers));
}

#[test]
fn a_chain_of_passes() {
    check(
        r#"{"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Result": {"x": 1}, "ResultPath": "$.a", "Next": "B"},
            "B": {"Type": "Pass", "Parameters": {"y.$": "$.a.x"}, "End": true}}}"#,
        r#"{"n": 0}"#,
        vec![],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"{\"n\": 0}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 PassStateEntered <0 {"input":"{\"n\": 0}","name":"A"}
            3 PassStateExited <2 {"name":"A","output":"{\"n\":0,\"a\":{\"x\":1}}"}
            4 PassStateEntered <3 {"input":"{\"n\":0,\"a\":{\"x\":1}}","name":"B"}
            5 PassStateExited <4 {"name":"B","output":"{\"y\":1}"}
            6 ExecutionSucceeded <5 {"output":"{\"y\":1}"}
        "#]],
    );
}

#[test]
fn a_map_one_at_a_time() {
    check(
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true,
            "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#,
        "[1, 2]",
        vec![],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"[1, 2]","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 MapStateEntered <0 {"input":"[1, 2]","name":"M"}
            3 MapStateStarted <2 {"length":2}
            4 MapIterationStarted <3 {"index":0,"name":"M"}
            5 PassStateEntered <4 {"input":"1","name":"P"}
            6 PassStateExited <5 {"name":"P","output":"1"}
            7 MapIterationSucceeded <6 {"index":0,"name":"M"}
            8 MapIterationStarted <6 {"index":1,"name":"M"}
            9 PassStateEntered <8 {"input":"2","name":"P"}
            10 PassStateExited <9 {"name":"P","output":"2"}
            11 MapIterationSucceeded <10 {"index":1,"name":"M"}
            12 MapStateSucceeded <11 {}
            13 MapStateExited <11 {"name":"M","output":"[1,2]"}
            14 ExecutionSucceeded <13 {"output":"[1,2]"}
        "#]],
    );
}

#[test]
fn a_parallel_whose_branch_fails_is_tried_again_and_then_caught() {
    check(
        r#"{"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}],
                "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D", "ResultPath": "$.e"}], "Next": "D"},
            "D": {"Type": "Succeed"}}}"#,
        "{}",
        vec![],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"{}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 ParallelStateEntered <0 {"input":"{}","name":"P"}
            3 ParallelStateStarted <2 {"length":0}
            4 FailStateEntered <3 {"input":"{}","name":"F"}
            5 ParallelStateStarted <4 {"length":0}
            6 FailStateEntered <5 {"input":"{}","name":"F"}
            7 ParallelStateFailed <6 {}
            8 ParallelStateExited <7 {"name":"P","output":"{\"e\":{\"Error\":\"E\",\"Cause\":\"c\"}}"}
            9 SucceedStateEntered <8 {"input":"{\"e\":{\"Error\":\"E\",\"Cause\":\"c\"}}","name":"D"}
            10 SucceedStateExited <9 {"name":"D","output":"{\"e\":{\"Error\":\"E\",\"Cause\":\"c\"}}"}
            11 ExecutionSucceeded <10 {"output":"{\"e\":{\"Error\":\"E\",\"Cause\":\"c\"}}"}
        "#]],
    );
}

#[test]
fn a_task_that_fails_once_and_then_is_silent() {
    check(
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "TimeoutSeconds": 5, "End": true,
            "Retry": [{"ErrorEquals": ["Boom"]}]}}}"#,
        "{}",
        vec![Answer::Error("Boom", "once"), Answer::Silence],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"{}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 TaskStateEntered <0 {"input":"{}","name":"T"}
            3 TaskScheduled <2 {"parameters":"{\"FunctionName\":\"f\",\"Payload\":{}}","region":"us-east-1","resource":"invoke","resourceType":"lambda","timeoutInSeconds":5}
            4 TaskStarted <3 {"resource":"invoke","resourceType":"lambda"}
            5 TaskFailed <4 {"cause":"once","error":"Boom","resource":"invoke","resourceType":"lambda"}
            6 TaskScheduled <5 {"parameters":"{\"FunctionName\":\"f\",\"Payload\":{}}","region":"us-east-1","resource":"invoke","resourceType":"lambda","timeoutInSeconds":5}
            7 TaskStarted <6 {"resource":"invoke","resourceType":"lambda"}
            8 TaskTimedOut <7 {"error":"States.Timeout","resource":"invoke","resourceType":"lambda"}
            9 ExecutionFailed <8 {"error":"States.Timeout"}
        "#]],
    );
}

#[test]
fn a_task_that_answers() {
    check(
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f",
            "ResultSelector": {"v.$": "$.value"}, "ResultPath": "$.r", "OutputPath": "$.r", "End": true}}}"#,
        r#"{"in": true}"#,
        vec![Answer::Output(r#"{"value": 1.0}"#)],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"{\"in\": true}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 TaskStateEntered <0 {"input":"{\"in\": true}","name":"T"}
            3 LambdaFunctionScheduled <2 {"input":"{\"in\": true}","resource":"arn:aws:lambda:us-east-1:111111111111:function:f"}
            4 LambdaFunctionStarted <3 {}
            5 LambdaFunctionSucceeded <4 {"output":"{\"value\": 1.0}"}
            6 TaskStateExited <5 {"name":"T","output":"{\"v\":1.0}"}
            7 ExecutionSucceeded <6 {"output":"{\"v\":1.0}"}
        "#]],
    );
}

const TWO_BRANCHES: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
        "ResultPath": "$.t", "Next": "Q"}, "Q": {"Type": "Pass", "End": true}}},
    {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}}]}}}"#;

#[test]
fn a_failing_branch_cuts_the_others_short() {
    check(
        TWO_BRANCHES,
        "{}",
        vec![Answer::Error("E", "c")],
        expect![[r#"
        1 ExecutionStarted <0 {"input":"{}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
        2 ParallelStateEntered <0 {"input":"{}","name":"P"}
        3 ParallelStateStarted <2 {"length":0}
        4 TaskStateEntered <3 {"input":"{}","name":"T"}
        5 WaitStateEntered <3 {"input":"{}","name":"W"}
        6 TaskScheduled <4 {"parameters":"{\"FunctionName\":\"f\"}","region":"us-east-1","resource":"invoke","resourceType":"lambda"}
        7 TaskStarted <6 {"resource":"invoke","resourceType":"lambda"}
        8 TaskFailed <7 {"cause":"c","error":"E","resource":"invoke","resourceType":"lambda"}
        9 TaskStateAborted <8 {}
        10 WaitStateAborted <8 {}
        11 ParallelStateFailed <8 {}
        12 ExecutionFailed <11 {"cause":"c","error":"E"}
    "#]],
    );
}

#[test]
fn a_redrive_runs_only_what_did_not_end_well() {
    let input = Value::parse("{}").expect("test JSON");
    let mut execution = Execution::start(compile(TWO_BRANCHES), Settings::named("m", "x", Kind::Standard), input);
    let before = play(&mut execution, vec![Answer::Error("E", "c")]);
    execution.deliver(Fact::Redrive);
    let after = play(&mut execution, vec![Answer::Output("1")]);
    assert!(before.contains("ExecutionFailed"), "{before}");
    assert_eq!(execution.redrive_count(), 1);
    expect![[r#"
        13 ExecutionRedriven <12 {"redriveCount":1}
        14 TaskScheduled <13 {"parameters":"{\"FunctionName\":\"f\"}","region":"us-east-1","resource":"invoke","resourceType":"lambda"}
        15 TaskStarted <14 {"resource":"invoke","resourceType":"lambda"}
        16 TaskSucceeded <15 {"output":"1","resource":"invoke","resourceType":"lambda"}
        17 TaskStateExited <16 {"name":"T","output":"{\"t\":1}"}
        18 PassStateEntered <17 {"input":"{\"t\":1}","name":"Q"}
        19 PassStateExited <18 {"name":"Q","output":"{\"t\":1}"}
        20 WaitStateExited <13 {"name":"W","output":"{}"}
        21 ParallelStateSucceeded <20 {}
        22 ParallelStateExited <20 {"name":"P","output":"[{\"t\":1},{}]"}
        23 ExecutionSucceeded <22 {"output":"[{\"t\":1},{}]"}
    "#]].assert_eq(&after);
    execution.deliver(Fact::Redrive);
    assert_eq!(play(&mut execution, vec![]), "", "a success cannot be redriven");
}

#[test]
fn a_redrive_goes_on_with_a_map_run() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": true}}}}}}"#;
    let input = Value::parse("[1, 2, 3]").expect("test JSON");
    let mut execution = Execution::start(compile(definition), Settings::named("m", "x", Kind::Standard), input);
    play(&mut execution, vec![Answer::Output("10"), Answer::Error("E", "c")]);
    let run = &execution.map_runs()[0];
    assert_eq!((run.executions.succeeded, run.executions.failed, run.executions.pending), (1, 1, 1));
    execution.deliver(Fact::Redrive);
    let after = play(&mut execution, vec![Answer::Output("20"), Answer::Output("30")]);
    let parent: Vec<&str> = after.lines().filter(|line| line.contains("Map") || line.contains("\"[")).collect();
    assert!(parent[0].contains("MapRunRedriven"), "{after}");
    let output = execution.outcome().and_then(|outcome| outcome.output.clone());
    assert_eq!(output.map(|output| output.to_string()).as_deref(), Some("[10,20,30]"));
    let run = &execution.map_runs()[0];
    assert_eq!((run.executions.succeeded, run.executions.total(), run.redrive_count), (3, 3, 1));
}

#[test]
fn a_stop_is_the_last_event_and_follows_none() {
    check(
        TWO_BRANCHES,
        "{}",
        vec![Answer::Stop],
        expect![[r#"
        1 ExecutionStarted <0 {"input":"{}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
        2 ParallelStateEntered <0 {"input":"{}","name":"P"}
        3 ParallelStateStarted <2 {"length":0}
        4 TaskStateEntered <3 {"input":"{}","name":"T"}
        5 WaitStateEntered <3 {"input":"{}","name":"W"}
        6 TaskScheduled <4 {"parameters":"{\"FunctionName\":\"f\"}","region":"us-east-1","resource":"invoke","resourceType":"lambda"}
        7 TaskStarted <6 {"resource":"invoke","resourceType":"lambda"}
        8 ExecutionAborted <0 {"error":"Enough"}
    "#]],
    );
}

#[test]
fn a_catcher_does_not_catch_itself() {
    check(
        r#"{"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "f"}, "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $nothing %}", "Next": "S"}], "Next": "S"},
            "S": {"Type": "Succeed"}}}"#,
        "{}",
        vec![Answer::Error("E", "c")],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"{}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 TaskStateEntered <0 {"input":"{}","name":"T"}
            3 TaskScheduled <2 {"parameters":"{\"FunctionName\":\"f\"}","region":"us-east-1","resource":"invoke","resourceType":"lambda"}
            4 TaskStarted <3 {"resource":"invoke","resourceType":"lambda"}
            5 TaskFailed <4 {"cause":"c","error":"E","resource":"invoke","resourceType":"lambda"}
            6 EvaluationFailed <5 {"cause":"An error occurred while executing the state 'T' (entered at the event id #2). The JSONata expression '$nothing' specified for the field 'Catch[0]/Output' returned nothing (undefined).","error":"States.QueryEvaluationError","location":"Catch[0]/Output","state":"T"}
            7 ExecutionFailed <6 {"cause":"An error occurred while executing the state 'T' (entered at the event id #2). The JSONata expression '$nothing' specified for the field 'Catch[0]/Output' returned nothing (undefined).","error":"States.QueryEvaluationError"}
        "#]],
    );
}

#[test]
fn an_evaluation_that_fails_can_be_caught() {
    check(
        r#"{"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "{% $nothing %}"}, "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "caught", "Next": "S"}],
            "Next": "S"}, "S": {"Type": "Succeed"}}}"#,
        "{}",
        vec![],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"{}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 TaskStateEntered <0 {"input":"{}","name":"T"}
            3 EvaluationFailed <0 {"cause":"An error occurred while executing the state 'T' (entered at the event id #2). The JSONata expression '$nothing' specified for the field 'Arguments/FunctionName' returned nothing (undefined).","error":"States.QueryEvaluationError","location":"Arguments/FunctionName","state":"T"}
            4 TaskStateExited <3 {"name":"T","output":"\"caught\""}
            5 SucceedStateEntered <4 {"input":"\"caught\"","name":"S"}
            6 SucceedStateExited <5 {"name":"S","output":"\"caught\""}
            7 ExecutionSucceeded <6 {"output":"\"caught\""}
        "#]],
    );
}

#[test]
fn a_variable_of_an_iteration_ends_with_it() {
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
            "M": {"Type": "Map", "MaxConcurrency": 1, "ItemsPath": "$.l", "ItemProcessor": {"StartAt": "I", "States": {
                "I": {"Type": "Pass", "Assign": {"y.$": "States.MathAdd($x, $.v)"}, "Next": "J"},
                "J": {"Type": "Pass", "Parameters": {"y.$": "$y"}, "End": true}}}, "Next": "Z"},
            "Z": {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": true}}}"#,
        r#"{"l": [{"v": 10}, {"v": 20}]}"#,
        vec![],
        expect![[r#"
            1 ExecutionStarted <0 {"input":"{\"l\": [{\"v\": 10}, {\"v\": 20}]}","roleArn":"arn:aws:iam::111111111111:role/stepwright"}
            2 PassStateEntered <0 {"input":"{\"l\": [{\"v\": 10}, {\"v\": 20}]}","name":"A"}
            3 PassStateExited <2 {"assignedVariables":{"x":"1"},"assignedVariablesDetails":{"truncated":false},"name":"A","output":"{\"l\": [{\"v\": 10}, {\"v\": 20}]}"}
            4 MapStateEntered <3 {"input":"{\"l\": [{\"v\": 10}, {\"v\": 20}]}","name":"M"}
            5 MapStateStarted <4 {"length":2}
            6 MapIterationStarted <5 {"index":0,"name":"M"}
            7 PassStateEntered <6 {"input":"{\"v\":10}","name":"I"}
            8 PassStateExited <7 {"assignedVariables":{"y":"11"},"assignedVariablesDetails":{"truncated":false},"name":"I","output":"{\"v\":10}"}
            9 PassStateEntered <8 {"input":"{\"v\":10}","name":"J"}
            10 PassStateExited <9 {"name":"J","output":"{\"y\":11}"}
            11 MapIterationSucceeded <10 {"index":0,"name":"M"}
            12 MapIterationStarted <10 {"index":1,"name":"M"}
            13 PassStateEntered <12 {"input":"{\"v\":20}","name":"I"}
            14 PassStateExited <13 {"assignedVariables":{"y":"21"},"assignedVariablesDetails":{"truncated":false},"name":"I","output":"{\"v\":20}"}
            15 PassStateEntered <14 {"input":"{\"v\":20}","name":"J"}
            16 PassStateExited <15 {"name":"J","output":"{\"y\":21}"}
            17 MapIterationSucceeded <16 {"index":1,"name":"M"}
            18 MapStateSucceeded <17 {}
            19 MapStateExited <17 {"name":"M","output":"[{\"y\":11},{\"y\":21}]"}
            20 PassStateEntered <19 {"input":"[{\"y\":11},{\"y\":21}]","name":"Z"}
            21 PassStateExited <20 {"name":"Z","output":"{\"x\":1}"}
            22 ExecutionSucceeded <21 {"output":"{\"x\":1}"}
        "#]],
    );
}

#[test]
fn a_long_history_ends_with_the_event_that_says_so() {
    let history = run(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "C": {"Type": "Succeed"},
            "B": {"Type": "Choice", "Choices": [{"Variable": "$.end", "IsPresent": true, "Next": "C"}], "Default": "A"}}}"#,
        "{}",
        vec![],
    );
    let last = history.lines().last().unwrap_or_default();
    assert_eq!(
        last,
        r#"25000 ExecutionFailed <24999 {"cause":"The execution reached the maximum number of history events (25000).","error":"States.Runtime"}"#
    );
}

#[test]
fn limits_that_only_warn_leave_a_note() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "C": {"Type": "Succeed"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$$.State.EnteredTime", "StringGreaterThan": "1970-01-01T00:00:01", "Next": "C"}],
            "Default": "A"}}}"#;
    let mut settings = Settings::named("m", "x", Kind::Standard);
    settings.limits = machine::Limits::Warn;
    let mut execution = Execution::start(compile(definition), settings, Value::Null);
    let mut notes = 0;
    for steps in 0..60_000 {
        let now = Timestamp(if steps < 50_000 { 0 } else { 5_000 });
        let Some(step) = execution.step(now) else { break };
        notes +=
            step.events.iter().filter(|event| matches!(event.kind, machine::EventKind::LimitPassed { .. })).count();
    }
    assert_eq!(execution.status(), machine::Status::Succeeded);
    assert_eq!(notes, 1, "25,000 events are passed once");
}

#[test]
fn an_input_over_the_limit_is_caught_by_no_state() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}]}, "S": {"Type": "Succeed"}}}"#;
    let history = run(definition, &format!("\"{}\"", "x".repeat(262_143)), vec![]);
    let last = history.lines().last().unwrap_or_default();
    assert!(last.starts_with("2 ExecutionFailed <0") && last.contains("States.DataLimitExceeded"), "{last}");
}

#[test]
fn express_runs_end_after_five_minutes() {
    let definition = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 400, "End": true}}}"#;
    let settings = Settings::named("m", "x", Kind::Express);
    let mut execution = Execution::start(compile(definition), settings, Value::Null);
    let history = play(&mut execution, vec![]);
    assert!(history.ends_with("3 ExecutionTimedOut <0 {}\n"), "{history}");
    assert_eq!(execution.outcome().map(|outcome| outcome.at), Some(Timestamp(300_000)));
}

#[test]
fn a_result_over_the_limit_fails_the_task() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f"}, "End": true}}}"#;
    let large: &'static str = Box::leak(format!("\"{}\"", "x".repeat(262_143)).into_boxed_str());
    let history = run(definition, "{}", vec![Answer::Output(large)]);
    let cause =
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.";
    assert!(history.contains(&format!(r#"{{"cause":"{cause}","error":"States.DataLimitExceeded"}}"#)), "{history}");
}

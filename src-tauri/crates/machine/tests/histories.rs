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
            2 MapStateEntered <0 {"input":"[1,2]","name":"M"}
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

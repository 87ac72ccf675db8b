//! What `states:startExecution` answers when the other machine is run here.
//!
//! Request-response gives the ARN and the start; `.sync` waits and gives the description of the execution, with input and
//! output as JSON text; `.sync:2` gives them as JSON. A failed execution fails the task with `States.TaskFailed`, and its
//! description as the cause. Recorded 2024 (`callback__test_start_execution_sync*`).

use query::{Object, Text, Value};

use crate::event::Failure;
use crate::execution::{Outcome, Status};
use crate::integration::Pattern;
use crate::time::Timestamp;

/// An execution that a Task started.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedExecution {
    pub arn: Text,
    pub name: Text,
    pub state_machine_arn: Text,
    pub input: Value,
    pub started_at: Timestamp,
}

impl NestedExecution {
    /// The answer to StartExecution: the result under request-response, what was submitted under the other patterns.
    pub fn started(&self) -> Value {
        let mut answer = Object::new();
        answer.insert("ExecutionArn", Value::string(&self.arn));
        answer.insert("StartDate", Value::from(self.started_at.millis()));
        Value::Object(answer)
    }

    /// What `.sync` and `.sync:2` get once the execution has ended.
    pub fn ended(&self, outcome: &Outcome, pattern: Pattern) -> Result<Value, Failure> {
        let parsed = pattern == Pattern::Sync2;
        let mut description = Object::new();
        let included = || Value::Object(Object::from_iter([("Included", Value::Bool(true))]));
        let payload = |value: &Value| if parsed { value.clone() } else { Value::string(&value.text()) };
        if let Some(cause) = &outcome.failure.cause {
            description.insert("Cause", Value::string(cause));
        }
        if let Some(error) = &outcome.failure.error {
            description.insert("Error", Value::string(error));
        }
        description.insert("ExecutionArn", Value::string(&self.arn));
        // A cause is read by people: there the input stays text under both patterns.
        let failed = outcome.status != Status::Succeeded;
        description.insert("Input", if failed { Value::string(&self.input.text()) } else { payload(&self.input) });
        description.insert("InputDetails", included());
        description.insert("Name", Value::string(&self.name));
        if let Some(output) = &outcome.output {
            description.insert("Output", payload(output));
            description.insert("OutputDetails", included());
        }
        if !failed {
            // The recorded descriptions of failed executions say nothing about redriving.
            description.insert("RedriveCount", Value::from(0));
            description.insert("RedriveStatus", Value::string("NOT_REDRIVABLE"));
            let status = outcome.status.name();
            let reason = format!("Execution is {status} and cannot be redriven");
            description.insert("RedriveStatusReason", Value::string(&reason));
        }
        description.insert("StartDate", Value::from(self.started_at.millis()));
        description.insert("StateMachineArn", Value::string(&self.state_machine_arn));
        description.insert("Status", Value::string(outcome.status.name()));
        description.insert("StopDate", Value::from(outcome.at.millis()));
        let description = Value::Object(description);
        if failed { Err(Failure::new("States.TaskFailed", description.text())) } else { Ok(description) }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn nested() -> NestedExecution {
        NestedExecution {
            arn: "arn:e".into(),
            name: "e".into(),
            state_machine_arn: "arn:m".into(),
            input: Value::parse("[1]").expect("test JSON"),
            started_at: Timestamp(1),
        }
    }

    #[test]
    fn text_or_json() {
        let outcome = Outcome {
            status: Status::Succeeded,
            output: Some(Value::Null),
            failure: Failure::default(),
            at: Timestamp(2),
        };
        let text = |pattern| nested().ended(&outcome, pattern).expect("a success").text();
        expect![[r#"{"ExecutionArn":"arn:e","Input":"[1]","InputDetails":{"Included":true},"Name":"e","Output":"null","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":1,"StateMachineArn":"arn:m","Status":"SUCCEEDED","StopDate":2}"#]]
            .assert_eq(&text(Pattern::Sync));
        assert!(text(Pattern::Sync2).contains(r#""Input":[1]"#));
    }

    #[test]
    fn a_failure_is_a_failed_task() {
        let failure = Failure::new("E", "c");
        let outcome = Outcome { status: Status::Failed, output: None, failure, at: Timestamp(2) };
        let failure = nested().ended(&outcome, Pattern::Sync2).expect_err("a failure");
        assert_eq!(failure.error(), "States.TaskFailed");
        assert!(failure.cause.as_deref().is_some_and(|cause| cause.starts_with(r#"{"Cause":"c","Error":"E""#)));
    }
}

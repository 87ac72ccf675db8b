//! Plausible answers: what a person is offered to begin with, and what stands in for the answer to a request whose
//! content no workflow can see. Facts about the services, never an answer by themselves.

use machine::{Integration, Pattern};
pub use services::known_errors;

/// A result in the shape of the service's, as JSON text.
pub fn result(resource: &str, arguments: &str) -> String {
    let integration = Integration::parse(resource);
    match integration.call() {
        Some(("states", "startExecution")) if integration.pattern() != Pattern::WaitForTaskToken => {
            nested(&integration, arguments)
        }
        _ => services::example_result(resource),
    }
}

/// The answer to the request of a `.sync` or `.waitForTaskToken` task: it shows in the history and nowhere else.
pub(crate) fn submitted(integration: &Integration) -> &'static str {
    match integration.call() {
        Some(("sqs", _)) => {
            r#"{"MD5OfMessageBody":"00000000000000000000000000000000","MessageId":"00000000-0000-0000-0000-000000000001","SdkHttpMetadata":{"HttpStatusCode":200}}"#
        }
        Some(("sns", _)) => {
            r#"{"MessageId":"00000000-0000-0000-0000-000000000001","SdkHttpMetadata":{"HttpStatusCode":200}}"#
        }
        Some(("lambda", _)) => {
            r#"{"ExecutedVersion":"$LATEST","Payload":null,"SdkHttpMetadata":{"HttpStatusCode":202},"StatusCode":202}"#
        }
        _ => r#"{"SdkHttpMetadata":{"HttpStatusCode":200}}"#,
    }
}

/// What a nested execution answers: `.sync` gives its output as text, `.sync:2` as JSON.
fn nested(integration: &Integration, arguments: &str) -> String {
    let machine = query::Value::parse(arguments).ok();
    let arn = machine.as_ref().and_then(|value| value.get("StateMachineArn")?.as_str().map(str::to_owned));
    let arn = arn.unwrap_or_else(|| "arn:aws:states:us-east-1:111111111111:stateMachine:Nested".into());
    let execution = format!("{}:made-by-hand", arn.replacen(":stateMachine:", ":execution:", 1));
    let quoted = |text: &str| query::Value::string(text).compact();
    match integration.pattern() {
        Pattern::RequestResponse => {
            format!(r#"{{"ExecutionArn":{},"StartDate":"2026-01-01T00:00:00.000Z"}}"#, quoted(&execution))
        }
        pattern => {
            let output = if pattern == Pattern::Sync2 { "{}" } else { r#""{}""# };
            format!(
                r#"{{"ExecutionArn":{},"Input":"{{}}","Output":{output},"StateMachineArn":{},"Status":"SUCCEEDED"}}"#,
                quoted(&execution),
                quoted(&arn)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suggestion_is_json() {
        for resource in [
            "arn:aws:lambda:us-east-1:111111111111:function:f",
            "arn:aws:states:::lambda:invoke",
            "arn:aws:states:::sqs:sendMessage",
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "arn:aws:states:::states:startExecution",
            "arn:aws:states:::states:startExecution.sync",
            "arn:aws:states:::states:startExecution.sync:2",
            "arn:aws:states:::athena:startQueryExecution.sync",
            "arn:aws:states:::aws-sdk:ec2:describeInstances",
            "nonsense",
        ] {
            let suggested = result(resource, r#"{"StateMachineArn": "a\"b"}"#);
            query::Value::parse(&suggested).unwrap_or_else(|error| panic!("{resource}: {error}: {suggested}"));
            query::Value::parse(submitted(&Integration::parse(resource))).expect("JSON");
            assert!(known_errors(resource).contains(&"States.TaskFailed".to_owned()), "{resource}");
        }
    }
}

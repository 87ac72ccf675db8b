//! Plausible answers: what a person is offered to begin with, and what stands in for the answer to a request whose
//! content no workflow can see. Facts about the services, never an answer by themselves.

use machine::{Integration, Pattern};

/// A result in the shape of the service's, as JSON text.
pub fn result(resource: &str, arguments: &str) -> String {
    let integration = Integration::parse(resource);
    let Some((service, action)) = integration.call() else {
        return "{}".into();
    };
    if integration.pattern() == Pattern::WaitForTaskToken {
        return "{}".into();
    }
    match (service, action) {
        ("lambda", "invoke") => r#"{"ExecutedVersion":"$LATEST","Payload":{},"StatusCode":200}"#.into(),
        ("sqs", "sendMessage") => r#"{"MD5OfMessageBody":"00000000000000000000000000000000","MessageId":"00000000-0000-0000-0000-000000000001"}"#.into(),
        ("sns", "publish") => r#"{"MessageId":"00000000-0000-0000-0000-000000000001"}"#.into(),
        ("dynamodb", "getItem") => r#"{"Item":{}}"#.into(),
        ("dynamodb", _) => r#"{"SdkHttpMetadata":{"HttpStatusCode":200}}"#.into(),
        ("events", "putEvents") => r#"{"Entries":[{"EventId":"00000000-0000-0000-0000-000000000001"}],"FailedEntryCount":0}"#.into(),
        ("states" | "aws-sdk:sfn", "startExecution" | "startSyncExecution") => nested(&integration, arguments),
        ("apigateway" | "http", "invoke") => r#"{"Headers":{},"ResponseBody":{},"StatusCode":200,"StatusText":"OK"}"#.into(),
        ("batch", "submitJob") => r#"{"JobId":"00000000-0000-0000-0000-000000000001","JobName":"job","Status":"SUCCEEDED"}"#.into(),
        ("glue", "startJobRun") => r#"{"JobRunId":"jr_1","JobRunState":"SUCCEEDED"}"#.into(),
        ("ecs", "runTask") => r#"{"Failures":[],"Tasks":[{"LastStatus":"STOPPED"}]}"#.into(),
        ("athena", "startQueryExecution") => {
            r#"{"QueryExecution":{"QueryExecutionId":"00000000-0000-0000-0000-000000000001","Status":{"State":"SUCCEEDED"}}}"#.into()
        }
        ("athena", "getQueryResults") => r#"{"ResultSet":{"Rows":[]}}"#.into(),
        ("codebuild", _) => r#"{"Build":{"BuildStatus":"SUCCEEDED"}}"#.into(),
        ("bedrock", "invokeModel") => r#"{"Body":{},"ContentType":"application/json"}"#.into(),
        _ => "{}".into(),
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

/// Errors the integration is known to raise, the most usual first.
pub fn known_errors(resource: &str) -> Vec<String> {
    let integration = Integration::parse(resource);
    let mut errors: Vec<&str> = match &integration {
        Integration::Lambda => lambda_errors(),
        Integration::Activity => vec!["States.TaskFailed"],
        Integration::Service { service, .. } => match &**service {
            "lambda" => lambda_errors(),
            "sqs" => vec!["SQS.QueueDoesNotExistException", "SQS.AmazonSQSException", "SQS.SdkClientException"],
            "sns" => vec!["SNS.NotFoundException", "SNS.InvalidParameterException", "SNS.AmazonSNSException"],
            "dynamodb" => vec![
                "DynamoDB.ConditionalCheckFailedException",
                "DynamoDB.ResourceNotFoundException",
                "DynamoDB.ProvisionedThroughputExceededException",
                "DynamoDB.ThrottlingException",
                "DynamoDB.AmazonDynamoDBException",
            ],
            "states" => vec![
                "StepFunctions.StateMachineDoesNotExistException",
                "StepFunctions.ExecutionAlreadyExistsException",
                "StepFunctions.ExecutionLimitExceededException",
            ],
            "events" => vec!["EventBridge.FailedEntry"],
            "apigateway" => vec!["ApiGateway.403", "ApiGateway.404", "ApiGateway.500"],
            "http" => vec!["States.Http.StatusCode.404", "States.Http.StatusCode.500", "States.Http.Socket"],
            "ecs" => vec!["AmazonECS.Unknown", "ECS.AmazonECSException"],
            "batch" => vec!["Batch.ClientException"],
            "glue" => vec!["Glue.ConcurrentRunsExceededException", "Glue.EntityNotFoundException"],
            "athena" => vec!["Athena.InvalidRequestException", "Athena.AmazonAthenaException"],
            "eks" => vec!["EKS.401"],
            "sagemaker" => vec!["SageMaker.ResourceLimitExceededException", "SageMaker.AmazonSageMakerException"],
            "aws-sdk:s3" => vec!["S3.NoSuchKeyException", "S3.NoSuchBucketException", "S3.S3Exception"],
            "aws-sdk:dynamodb" => vec!["DynamoDb.ConditionalCheckFailedException", "DynamoDb.DynamoDbException"],
            _ => Vec::new(),
        },
    };
    if !errors.contains(&"States.TaskFailed") {
        errors.push("States.TaskFailed");
    }
    errors.push("States.Timeout");
    errors.into_iter().map(str::to_owned).collect()
}

fn lambda_errors() -> Vec<&'static str> {
    vec![
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.ResourceNotFoundException",
        "Lambda.Unknown",
    ]
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

//! An error name of the wrong dialect.

use asl::resource::Resource;
use asl::{Severity, TextEdit};

use super::{Findings, Review, Rule, error_names, fix, handlers};

pub(super) const RULE: Rule = Rule {
    id: "never-matching-error",
    severity: Severity::Warning,
    summary: "A Retrier or Catcher names an error by a prefix that this integration does not use.",
    help: "The service has two dialects. Optimized integrations name errors after the service as marketed, such as \
           DynamoDB.ConditionalCheckFailedException; the aws-sdk ones after the SDK's client, such as \
           DynamoDb.ConditionalCheckFailedException. The names are compared letter by letter, so the wrong one never \
           matches.",
    check,
};

/// The prefixes of the optimized and of the aws-sdk form, where they differ.
const DIALECTS: &[(&str, &str, &str)] = &[
    ("dynamodb", "DynamoDB", "DynamoDb"),
    ("sqs", "SQS", "Sqs"),
    ("sns", "SNS", "Sns"),
    ("ecs", "ECS", "Ecs"),
    ("eks", "EKS", "Eks"),
    ("sagemaker", "SageMaker", "SageMaker"),
    ("codebuild", "CodeBuild", "CodeBuild"),
    ("states", "StepFunctions", "Sfn"),
    ("sfn", "StepFunctions", "Sfn"),
    ("apigateway", "ApiGateway", "ApiGateway"),
    ("events", "EventBridge", "EventBridge"),
    ("eventbridge", "EventBridge", "EventBridge"),
];

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for (state, resource, _) in review.tasks() {
        let Resource::Integration { service, sdk, .. } = resource else { continue };
        let Some((_, optimized, client)) = DIALECTS.iter().find(|(name, ..)| *name == service) else { continue };
        let right = if sdk { client } else { optimized };
        for field in ["Retry", "Catch"] {
            for (pointer, handler) in handlers(state, field) {
                for (node, name) in error_names(handler) {
                    let Some((prefix, rest)) = name.split_once('.') else { continue };
                    let other_spelling = prefix.eq_ignore_ascii_case(optimized) || prefix.eq_ignore_ascii_case(client);
                    if prefix == *right || !other_spelling {
                        continue;
                    }
                    let better = format!("{right}.{rest}");
                    let message = format!("{name} never occurs here: this integration says {better}");
                    let edit = TextEdit::replace(node.span, format!("\"{better}\""));
                    let pointer = format!("{pointer}/ErrorEquals");
                    findings.add(message, &pointer, node.span, fix(&format!("Write {better}"), edit));
                }
            }
        }
    }
}

//! Optimised integrations, one function for each service.
//!
//! The figures were recorded with CDK 2.276 and compared with the service's own policy pages; `tests/iam.rs` holds the
//! comparison and says where and why we differ.

mod analytics;
mod clusters;
mod functions;
mod messages;
mod models;

use asl::Node;

use super::{Argument, Call, Integration, Statement, sdk};
use crate::expr::Expr;
use crate::placeholders::{Kind, Placeholder};

use analytics::{athena, databrew, glue};
use clusters::{emr, emr_containers, emr_serverless};
pub(super) use functions::is_qualified;
use functions::{batch, codebuild, ecs, eks, invoked, lambda};
pub(super) use messages::queue;
use messages::{api_gateway, dynamodb, events, http, sns, states};
use models::{bedrock, mediaconvert, sagemaker};

pub(super) fn statements(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.sdk {
        sdk::statements(call, found);
        return;
    }
    match call.integration.service.as_str() {
        "lambda" => lambda(call, found),
        "sqs" => found.push(queue(call, &["sqs:SendMessage"]).because("the task sends a message")),
        "sns" => found.push(sns(call)),
        "dynamodb" => dynamodb(call, found),
        "events" => events(call, found),
        "states" => states(call, found),
        "batch" => batch(call, found),
        "glue" => glue(call, found),
        "databrew" => databrew(call, found),
        "athena" => athena(call, found),
        "codebuild" => codebuild(call, found),
        "ecs" => ecs(call, found),
        "sagemaker" => sagemaker(call, found),
        "elasticmapreduce" => emr(call, found),
        "emr-containers" => emr_containers(call, found),
        "emr-serverless" => emr_serverless(call, found),
        "mediaconvert" => mediaconvert(call, found),
        "bedrock" => bedrock(call, found),
        "http" => http(call, found),
        "apigateway" => api_gateway(call, found),
        "eks" => eks(call, found),
        _ => sdk::statements(call, found),
    }
}

/// A `Resource` that is no service integration: a function, an activity, or a hole that stands for any of them.
pub(super) fn direct(
    resource: &str,
    arguments: Option<&Node>,
    jsonata: bool,
    placeholders: &[Placeholder],
    found: &mut Vec<Statement>,
) {
    let value = Expr::template(resource);
    let given = match &value {
        Expr::Placeholder(name) => placeholders.iter().find(|placeholder| placeholder.name == *name),
        _ => None,
    };
    let text = given.and_then(Placeholder::default_value).unwrap_or(resource);
    if text.contains(":activity:") || resource.to_ascii_lowercase().contains("activity") {
        return; // Workers ask for the task; the machine calls nothing.
    }
    if let Some(integration) = Integration::parse(text) {
        statements(&Call { arguments, jsonata, placeholders, integration }, found);
        return;
    }
    let guess = arguments.and_then(|arguments| {
        let has = |field: &str| arguments.has(field) || arguments.has(&format!("{field}.$"));
        let (service, action) = if has("TableName") {
            (
                "dynamodb",
                if has("Item") {
                    "putItem"
                } else if has("UpdateExpression") {
                    "updateItem"
                } else {
                    "getItem"
                },
            )
        } else if has("TopicArn") {
            ("sns", "publish")
        } else if has("QueueUrl") {
            ("sqs", "sendMessage")
        } else if has("FunctionName") {
            ("lambda", "invoke")
        } else if has("StateMachineArn") {
            ("states", "startExecution")
        } else {
            return None;
        };
        Some(Integration { service: service.into(), action: action.into(), ..Integration::default() })
    });
    if let (Some(integration), false) = (guess, text.starts_with("arn:")) {
        let (service, action) = (integration.service.clone(), integration.action.clone());
        let before = found.len();
        statements(&Call { arguments, jsonata, placeholders, integration }, found);
        for statement in &mut found[before..] {
            statement.review.push(format!("{resource} is taken to be {service}:{action}, as its arguments look"));
        }
        return;
    }
    let written = Some(text).filter(|text| text.starts_with("arn:"));
    let mut statement = invoked(value, written).because("the task calls the function");
    if !text.starts_with("arn:") && given.is_none_or(|placeholder| placeholder.kind != Kind::Arn) {
        statement = statement.review(format!("{resource} is taken to be the ARN of a function"));
    }
    found.push(statement);
}

/// The value of an argument, or `otherwise` with a word about why.
pub(super) fn known_or(call: &Call<'_>, argument: &str, otherwise: &str) -> (Expr, Option<String>) {
    match call.argument(argument) {
        Argument::Known(value) => (value, None),
        Argument::Dynamic(path) => {
            (Expr::text(otherwise), Some(format!("{argument} is only known at run time ({path}): any is allowed")))
        }
        Argument::Absent => (Expr::text(otherwise), None),
    }
}

/// `iam:PassRole` for a role that is handed to a service.
pub(super) fn pass_role(call: &Call<'_>, argument: &str, to: Option<&str>, found: &mut Vec<Statement>) {
    let mut statement = match call.argument(argument) {
        Argument::Absent => return,
        Argument::Known(role) if call.is_arn(&role) => Statement::new(&["iam:PassRole"], vec![role]),
        Argument::Known(role) => {
            Statement::new(&["iam:PassRole"], vec![Expr::arn("iam", false, true, [Expr::text("role/"), role])])
        }
        Argument::Dynamic(path) => {
            Statement::new(&["iam:PassRole"], vec![Expr::arn("iam", false, true, [Expr::text("role/*")])]).review(
                format!("{argument} is only known at run time ({path}): every role of the account may be passed"),
            )
        }
    };
    if let Some(service) = to {
        statement = statement.when("StringEquals", "iam:PassedToService", vec![Expr::text(service)]);
    }
    found.push(statement.because(format!("{argument} is handed to the service")));
}

/// `.sync` of services that report through EventBridge: the rule Step Functions manages.
fn managed_rule(rule: &str) -> Statement {
    Statement::new(
        &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        vec![Expr::arn("events", true, true, [Expr::text(format!("rule/{rule}"))])],
    )
    .because(".sync is told of the end by a rule that Step Functions manages")
}

//! Queues, topics, events, tables, other workflows, HTTP.

use super::super::sdk::named_resource;
use super::super::{Argument, Call, Statement, sdk};
use super::{known_or, managed_rule};
use crate::expr::Expr;
use crate::placeholders::Placeholder;

/// The queue of `QueueUrl`: `https://sqs.<region>.<suffix>/<account>/<name>`.
pub(in super::super) fn queue(call: &Call<'_>, actions: &[&str]) -> Statement {
    match call.argument("QueueUrl") {
        Argument::Known(url) => {
            let known = match &url {
                Expr::Placeholder(name) => call
                    .placeholders
                    .iter()
                    .find(|placeholder| placeholder.name == *name)
                    .and_then(Placeholder::default_value),
                Expr::Text(text) => Some(text.as_str()),
                _ => None,
            };
            if call.is_arn(&url) {
                return Statement::new(actions, vec![url]);
            }
            // Old hosts name the region elsewhere, or not at all.
            let host = known
                .and_then(|url| url.strip_prefix("https://"))
                .and_then(|url| url.split('/').next())
                .unwrap_or("sqs.");
            let region = if host.starts_with("sqs.") {
                url.clone().piece('.', 1)
            } else if host == "queue.amazonaws.com" {
                Expr::text("us-east-1")
            } else {
                url.clone().piece('.', 0).piece('/', 2)
            };
            let arn = Expr::concat([
                Expr::text("arn:"),
                Expr::Partition,
                Expr::text(":sqs:"),
                region,
                Expr::text(":"),
                url.clone().piece('/', 3),
                Expr::text(":"),
                url.piece('/', 4),
            ]);
            Statement::new(actions, vec![arn])
        }
        Argument::Dynamic(path) => Statement::new(actions, vec![Expr::arn("sqs", true, true, [Expr::text("*")])])
            .review(format!(
                "QueueUrl is only known at run time ({path}): every queue of this account and region is allowed"
            )),
        Argument::Absent => Statement::new(actions, vec![Expr::arn("sqs", true, true, [Expr::text("*")])])
            .review("QueueUrl is not given: every queue of this account and region is allowed"),
    }
}

pub(super) fn sns(call: &Call<'_>) -> Statement {
    let why = "the task publishes a message";
    for field in ["TopicArn", "TargetArn"] {
        match call.argument(field) {
            Argument::Known(arn) => return Statement::new(&["sns:Publish"], vec![arn]).because(why),
            Argument::Dynamic(path) => {
                return Statement::new(&["sns:Publish"], vec![Expr::arn("sns", true, true, [Expr::text("*")])])
                    .because(why)
                    .review(format!(
                        "{field} is only known at run time ({path}): every topic of this account and region is allowed"
                    ));
            }
            Argument::Absent => {}
        }
    }
    Statement::anywhere(&["sns:Publish"]).because("the task sends a text message; telephone numbers are no resources")
}

pub(super) fn dynamodb(call: &Call<'_>, found: &mut Vec<Statement>) {
    let action = match call.integration.action.as_str() {
        "getItem" => "dynamodb:GetItem",
        "putItem" => "dynamodb:PutItem",
        "updateItem" => "dynamodb:UpdateItem",
        "deleteItem" => "dynamodb:DeleteItem",
        _ => return sdk::statements(call, found),
    };
    let why = format!("the task calls {}", call.integration.action);
    found.push(named_resource(call, "dynamodb", "TableName", "table/", &[action]).because(why));
}

pub(super) fn events(call: &Call<'_>, found: &mut Vec<Statement>) {
    let action = "events:PutEvents";
    let why = "the task sends events";
    let Some(entries) = call.elements("Entries") else {
        found.push(
            Statement::new(&[action], vec![Expr::arn("events", true, true, [Expr::text("event-bus/*")])])
                .because(why)
                .review(
                    "the entries are only known at run time: every event bus of this account and region is allowed",
                ),
        );
        return;
    };
    for entry in entries {
        let entry = Call { arguments: Some(entry), ..call.clone() };
        let statement = match entry.argument("EventBusName") {
            Argument::Absent => {
                Statement::new(&[action], vec![Expr::arn("events", true, true, [Expr::text("event-bus/default")])])
            }
            _ => named_resource(&entry, "events", "EventBusName", "event-bus/", &[action]),
        };
        found.push(statement.because(why));
    }
}

pub(super) fn states(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.action != "startExecution" {
        return sdk::statements(call, found);
    }
    let child = call.argument("StateMachineArn");
    let dynamic = match &child {
        Argument::Dynamic(path) => Some(format!(
            "StateMachineArn is only known at run time ({path}): every state machine of this account and region is allowed"
        )),
        Argument::Absent => {
            Some("StateMachineArn is not given: every state machine of this account and region is allowed".to_owned())
        }
        Argument::Known(_) => None,
    };
    let (machine, execution) = match child {
        Argument::Known(arn) => {
            let name = arn.clone().piece(':', 6);
            (arn, Expr::arn("states", true, true, [Expr::text("execution:"), name, Expr::text(":*")]))
        }
        _ => (
            Expr::arn("states", true, true, [Expr::text("stateMachine:*")]),
            Expr::arn("states", true, true, [Expr::text("execution:*")]),
        ),
    };
    let mut start = Statement::new(&["states:StartExecution"], vec![machine]).because("the task starts an execution");
    start.review.extend(dynamic);
    found.push(start);
    if call.integration.is_sync() {
        found.push(
            Statement::new(&["states:DescribeExecution", "states:StopExecution"], vec![execution])
                .because(".sync follows the execution, and stops it when this one is stopped"),
        );
        found.push(managed_rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"));
    }
}

pub(super) fn http(call: &Call<'_>, found: &mut Vec<Statement>) {
    let connection = match call.argument("Authentication/ConnectionArn") {
        Argument::Absent => call.argument("InvocationConfig/ConnectionArn"),
        given => given,
    };
    let mut retrieve = match connection {
        Argument::Known(arn) => Statement::new(&["events:RetrieveConnectionCredentials"], vec![arn]),
        Argument::Dynamic(path) => Statement::new(
            &["events:RetrieveConnectionCredentials"],
            vec![Expr::arn("events", true, true, [Expr::text("connection/*")])],
        )
        .review(format!("ConnectionArn is only known at run time ({path}): every connection is allowed")),
        Argument::Absent => Statement::new(
            &["events:RetrieveConnectionCredentials"],
            vec![Expr::arn("events", true, true, [Expr::text("connection/*")])],
        )
        .review("ConnectionArn is not given: every connection is allowed"),
    };
    retrieve = retrieve.because("an HTTP task takes its credentials from a connection");
    found.push(retrieve);
    found.push(
        Statement::new(
            &["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
            vec![Expr::arn("secretsmanager", true, true, [Expr::text("secret:events!connection/*")])],
        )
        .because("a connection keeps its credentials in a secret"),
    );
    let mut invoke = Statement::anywhere(&["states:InvokeHTTPEndpoint"]).because("the task calls an HTTP endpoint");
    if let Argument::Known(method) = call.argument("Method") {
        invoke = invoke.when("StringEquals", "states:HTTPMethod", vec![method]);
    }
    match call.argument("ApiEndpoint") {
        Argument::Known(endpoint) => invoke = invoke.when("StringLike", "states:HTTPEndpoint", vec![endpoint]),
        Argument::Dynamic(path) => {
            invoke = match literal_origin(&path) {
                Some(origin) => {
                    invoke.when("StringLike", "states:HTTPEndpoint", vec![Expr::text(format!("{origin}*"))])
                }
                None => {
                    invoke.review(format!("ApiEndpoint is only known at run time ({path}): every endpoint is allowed"))
                }
            };
        }
        Argument::Absent => {}
    }
    found.push(invoke);
}

/// The fixed beginning of an address that an expression completes: `{% 'https://host/' & $id %}`.
fn literal_origin(expression: &str) -> Option<String> {
    let at = expression.find("https://")?;
    let rest = &expression[at..];
    let end = rest.find(['\'', '"', '{', '$', ' ', '`'])?;
    let origin = &rest[..end];
    (origin["https://".len()..].contains('/')).then(|| origin.to_owned())
}

pub(super) fn api_gateway(call: &Call<'_>, found: &mut Vec<Statement>) {
    match call.argument("AuthType") {
        // An open API asks nobody for permission.
        Argument::Absent => return,
        Argument::Known(auth) if auth.as_text() == Some("NO_AUTH") => return,
        _ => {}
    }
    let mut review = Vec::new();
    let mut part = |field: &str, otherwise: &str| {
        let (value, word) = known_or(call, field, otherwise);
        review.extend(word);
        value
    };
    let api = match part("ApiEndpoint", "*") {
        Expr::Text(text) => Expr::text(text.split('.').next().unwrap_or("*").to_owned()),
        other => other.piece('.', 0),
    };
    let stage = part("Stage", "*");
    let method = part("Method", "*");
    let path = match part("Path", "*") {
        Expr::Text(text) => Expr::text(text.trim_start_matches('/').to_owned()),
        other => other,
    };
    let slash = || Expr::text("/");
    let resource = Expr::arn("execute-api", true, true, [api, slash(), stage, slash(), method, slash(), path]);
    let mut statement = Statement::new(&["execute-api:Invoke"], vec![resource])
        .because("the task calls an API that checks IAM permissions");
    statement.review = review;
    found.push(statement);
}

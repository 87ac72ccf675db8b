//! The least privilege a definition needs, every statement with its reason.
//!
//! A value that is only known when the machine runs cannot be named in a policy. Such a statement is as narrow as the service
//! allows and says what it could not know; nothing becomes a silent `*`.

mod call;
mod datasets;
pub(crate) mod document;
mod sdk;
mod services;

use asl::{Document, Model, Node};

pub use call::Integration;
pub(crate) use call::{Argument, Call};
pub use document::policy_json;
pub(crate) use document::{comment, policy};

use crate::expr::Expr;
use crate::placeholders::Placeholder;
use crate::plan::Note;
use crate::settings::Settings;

/// One statement of the role's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Letters and digits; unique within the policy.
    pub sid: String,
    pub actions: Vec<String>,
    pub resources: Vec<Expr>,
    pub conditions: Vec<Condition>,
    pub reasons: Vec<Reason>,
    /// What a person should look at, because it could not be known.
    pub review: Vec<String>,
    /// Names the state machine itself, so it cannot be part of what the machine depends on.
    pub on_itself: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    pub operator: &'static str,
    pub key: &'static str,
    pub values: Vec<Expr>,
}

/// Why a statement is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The state, or nothing for what the settings ask for.
    pub state: Option<String>,
    /// The state's JSON pointer in the definition.
    pub pointer: Option<String>,
    pub why: String,
}

/// Everything the role of the machine needs.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    pub statements: Vec<Statement>,
    pub notes: Vec<Note>,
}

impl Statement {
    pub(crate) fn new(actions: &[&str], resources: Vec<Expr>) -> Self {
        Self {
            sid: String::new(),
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            on_itself: resources.iter().any(Expr::mentions_self),
            resources,
            conditions: Vec::new(),
            reasons: Vec::new(),
            review: Vec::new(),
        }
    }

    pub(crate) fn anywhere(actions: &[&str]) -> Self {
        Self::new(actions, vec![Expr::text("*")])
    }

    pub(crate) fn when(mut self, operator: &'static str, key: &'static str, values: Vec<Expr>) -> Self {
        self.conditions.push(Condition { operator, key, values });
        self
    }

    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.reasons.push(Reason { state: None, pointer: None, why: why.into() });
        self
    }

    pub(crate) fn review(mut self, review: impl Into<String>) -> Self {
        self.review.push(review.into());
        self
    }
}

/// The policy for a definition whose account-specific parts are placeholders.
/// `key` is the placeholder with the ARN of the key, for settings that have one.
pub fn derive(document: &Document, placeholders: &[Placeholder], settings: &Settings, key: &str) -> Derived {
    let mut derived = Derived::default();
    let model = Model::new(document.root());
    for state in &model.states {
        let mut found = Vec::new();
        for_state(state.node, state.is_jsonata(), placeholders, &mut found);
        for statement in found {
            add(&mut derived, statement, &state.name.value, &state.pointer);
        }
    }
    let mut for_settings = Vec::new();
    if settings.logging.is_some() {
        // The service manages its log deliveries itself; these actions know no resources.
        for_settings.push(
            Statement::anywhere(&[
                "logs:CreateLogDelivery",
                "logs:GetLogDelivery",
                "logs:UpdateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups",
            ])
            .because("execution logs are delivered to CloudWatch Logs"),
        );
    }
    if settings.tracing {
        for_settings.push(
            Statement::anywhere(&[
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
            ])
            .because("executions are traced with X-Ray"),
        );
    }
    if settings.encryption.is_some() {
        for_settings.push(
            Statement::new(&["kms:Decrypt", "kms:GenerateDataKey"], vec![Expr::Placeholder(key.to_owned())])
                .because("definition, input and output are encrypted with a key of your own"),
        );
    }
    derived.statements.extend(for_settings);
    derived.statements = merge(std::mem::take(&mut derived.statements));
    name(&mut derived.statements);
    derived
}

fn for_state(node: &Node, jsonata: bool, placeholders: &[Placeholder], found: &mut Vec<Statement>) {
    let state_type = node.get("Type").and_then(Node::as_str);
    if let Some(resource) = node.get("Resource").and_then(Node::as_str)
        && state_type == Some("Task")
    {
        let arguments = node.get("Arguments").or_else(|| node.get("Parameters"));
        if let Some(role) = node
            .get("Credentials")
            .and_then(|credentials| credentials.get("RoleArn").or_else(|| credentials.get("RoleArn.$")))
        {
            // The call is made by the other role: it, not this one, needs the rest.
            let call =
                Call { arguments: node.get("Credentials"), jsonata, placeholders, integration: Integration::default() };
            let mut statement = match call.argument("RoleArn") {
                Argument::Known(arn) => Statement::new(&["sts:AssumeRole"], vec![arn]),
                // Mostly a role of another account: it says itself who may assume it.
                _ => Statement::new(
                    &["sts:AssumeRole"],
                    vec![Expr::concat([Expr::text("arn:"), Expr::Partition, Expr::text(":iam::*:role/*")])],
                )
                .review(format!(
                    "the role to assume is only known at run time ({}): every role of every account that lets itself be assumed",
                    role.as_str().unwrap_or("…")
                )),
            };
            statement.reasons.push(Reason {
                state: None,
                pointer: None,
                why: "the task is performed with the credentials of another role".into(),
            });
            found.push(statement);
            return;
        }
        match Integration::parse(resource) {
            Some(integration) => {
                let call = Call { arguments, jsonata, placeholders, integration };
                services::statements(&call, found);
            }
            None => services::direct(resource, arguments, jsonata, placeholders, found),
        }
    }
    if state_type == Some("Map") {
        datasets::distributed_map(node, jsonata, placeholders, found);
    }
}

fn add(derived: &mut Derived, mut statement: Statement, state: &str, pointer: &str) {
    for reason in &mut statement.reasons {
        reason.state = Some(state.to_owned());
        reason.pointer = Some(pointer.to_owned());
    }
    for review in &statement.review {
        derived.notes.push(Note::warning(format!("{state}: {review}"), Some(pointer)));
    }
    derived.statements.push(statement);
}

/// Joins statements that differ in their actions only, then those that differ in their resources only: neither grants more.
fn merge(statements: Vec<Statement>) -> Vec<Statement> {
    let mut by_resource: Vec<Statement> = Vec::new();
    for statement in statements {
        let same = by_resource.iter_mut().find(|other| {
            other.resources == statement.resources
                && other.conditions == statement.conditions
                && service_of(other) == service_of(&statement)
        });
        match same {
            Some(other) => {
                join(&mut other.actions, statement.actions);
                join(&mut other.reasons, statement.reasons);
                join(&mut other.review, statement.review);
            }
            None => by_resource.push(statement),
        }
    }
    let mut merged: Vec<Statement> = Vec::new();
    for statement in by_resource {
        let same = merged.iter_mut().find(|other| {
            sorted(&other.actions) == sorted(&statement.actions)
                && other.conditions == statement.conditions
                && other.on_itself == statement.on_itself
        });
        match same {
            Some(other) => {
                join(&mut other.resources, statement.resources);
                join(&mut other.reasons, statement.reasons);
                join(&mut other.review, statement.review);
            }
            None => merged.push(statement),
        }
    }
    merged
}

fn service_of(statement: &Statement) -> &str {
    statement.actions.first().and_then(|action| action.split(':').next()).unwrap_or("")
}

fn sorted(actions: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = actions.iter().collect();
    sorted.sort();
    sorted
}

fn join<T: PartialEq>(into: &mut Vec<T>, from: Vec<T>) {
    for item in from {
        if !into.contains(&item) {
            into.push(item);
        }
    }
}

fn name(statements: &mut [Statement]) {
    let mut names = crate::names::Names::default();
    for statement in statements {
        let action = statement.actions.first().map_or("Statement", String::as_str);
        statement.sid = names.take(&crate::names::pascal(action));
    }
}

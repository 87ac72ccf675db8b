//! Serverless Framework v3 and its fork osls, with the plugin serverless-step-functions.
//!
//! The definition stands in a file of its own. Serverless reads `${…}` in there as its own variables, so values are written as
//! intrinsic functions instead of placeholders.

use asl::{Node, NodeKind};

use super::Output;
use super::cfn::{self, Parameter, Values};
use crate::emit::Tree;
use crate::expr::{Expr, Part, split_template};
use crate::names::camel;
use crate::plan::{Note, Plan};
use crate::settings::Trigger;

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let parameter = |name: &str| Parameter::Text(variable(plan, name));
    let values = Values { plan, parameter: &parameter };
    let key = camel(&plan.id);
    let mut machine = Tree::Map(Vec::new());
    machine.put("id", Tree::text(&plan.ids.machine));
    if let Some(name) = &plan.settings.machine_name {
        machine.put("name", Tree::text(name));
    }
    machine.put("type", Tree::text(plan.settings.kind.as_str()));
    machine.put("role", cfn::role_arn(plan, &values));
    if let Some(logging) = &plan.settings.logging {
        machine.put(
            "loggingConfig",
            Tree::map([
                ("level", Tree::text(logging.level.as_str())),
                ("includeExecutionData", Tree::Bool(logging.include_execution_data)),
                ("destinations", Tree::list([Tree::attribute(&plan.ids.logs, "Arn")])),
            ]),
        );
    }
    if plan.settings.tracing {
        machine.put("tracingConfig", Tree::map([("enabled", Tree::Bool(true))]));
    }
    if let Some(encryption) = &plan.settings.encryption {
        let mut tree = Tree::map([
            ("Type", Tree::text("CUSTOMER_MANAGED_KMS_KEY")),
            ("KmsKeyId", values.tree(&Expr::Placeholder(plan.ids.key.clone()))),
        ]);
        if let Some(seconds) = encryption.reuse_seconds {
            tree.put("KmsDataKeyReusePeriodSeconds", Tree::number(seconds));
        }
        machine.put("encryptionConfig", tree);
    }
    if plan.settings.alias.is_some() && !plan.settings.triggers.is_empty() {
        output.notes.push(Note::warning(
            "the triggers start the newest definition and not the alias: the plugin knows no other target",
            None,
        ));
    }
    if !plan.settings.tags.is_empty() {
        machine.put("tags", Tree::map(plan.settings.tags.iter().map(|(key, value)| (key.clone(), Tree::text(value)))));
    }
    let events = events(plan);
    if !events.is_empty() {
        machine.put("events", Tree::List(events));
    }
    let definition = definition(plan, &values, plan.definition.root());
    if literal_holes(plan.definition.root(), plan) {
        output.notes.push(Note::warning(
            "the definition has ${…} that is no placeholder; Serverless reads it as a variable of its own",
            None,
        ));
    }
    let path = format!("statemachine/{}.asl.json", plan.slug);
    machine.put("definition", Tree::text(format!("${{file({path})}}")));

    let mut resources = Tree::Map(Vec::new());
    if plan.makes_role() {
        resources.put(&plan.ids.role, cfn::role(plan, &values));
    }
    if let Some(policy) = cfn::self_policy(plan, &values, &plan.ids.role) {
        resources.put(&plan.ids.itself, policy);
    }
    if let Some(mut group) = cfn::log_group(plan) {
        if let Tree::Map(entries) = &mut group {
            // The prefix of the name keeps the log group out of the resource policy's size.
            entries.retain(|entry| entry.key != "Properties");
            let days = plan.settings.logging.as_ref().map_or(30, |logging| logging.retention_days);
            group.put(
                "Properties",
                Tree::map([
                    (
                        "LogGroupName",
                        Tree::text(format!("/aws/vendedlogs/states/${{self:service}}-${{sls:stage}}-{}", plan.slug)),
                    ),
                    ("RetentionInDays", Tree::number(days)),
                ]),
            );
        }
        resources.put(&plan.ids.logs, group);
    }
    for (id, resource) in cfn::alias(plan) {
        resources.put(id, resource);
    }
    // The plugin's own role for APIs may start every machine of the account.
    for (trigger, id) in plan.settings.triggers.iter().zip(&plan.ids.triggers) {
        if matches!(trigger, Trigger::Api { .. }) {
            let action = super::start_action(plan, trigger);
            resources
                .put(format!("{id}Role"), cfn::trigger_role("apigateway.amazonaws.com", action, &plan.ids.machine));
        }
    }
    let mut service = Tree::map([("service", Tree::text(&plan.slug)), ("configValidationMode", Tree::text("error"))]);
    service.put("provider", Tree::map([("name", Tree::text("aws")), ("stage", Tree::text("${opt:stage, 'dev'}"))]));
    service.put("plugins", Tree::list([Tree::text("serverless-step-functions")]));
    if plan.parameters().next().is_some() {
        let custom = plan.parameters().map(|placeholder| {
            let value = match placeholder.default_value() {
                Some(default) => escape_variables(default),
                None => format!("${{param:{}}}", camel(&placeholder.name)),
            };
            (camel(&placeholder.name), Tree::text(value))
        });
        service.put("custom", Tree::map([(key.clone(), Tree::map(custom))]));
    }
    service.put("stepFunctions", Tree::map([("stateMachines", Tree::map([(key, machine)]))]));
    if !matches!(&resources, Tree::Map(entries) if entries.is_empty()) {
        service.put("resources", Tree::map([("Resources", resources)]));
    }
    output.file("serverless.yml", service.to_yaml());
    if !plan.has_bare_holes() {
        output.file(path, definition.to_json());
    } else {
        output.notes.push(Note::warning(
            "a placeholder stands where a number belongs: its value is written as a string, change it by hand",
            None,
        ));
        output.file(path, definition.to_json());
    }
    output
}

fn variable(plan: &Plan, name: &str) -> String {
    format!("${{self:custom.{}.{}}}", camel(&plan.id), camel(name))
}

/// The definition with intrinsic functions where the placeholders stand.
fn definition(plan: &Plan, values: &Values<'_>, node: &Node) -> Tree {
    match &node.kind {
        NodeKind::String(text) | NodeKind::Substitution(text) => text_value(plan, values, text),
        NodeKind::Array(elements) => {
            Tree::List(elements.iter().map(|element| definition(plan, values, element)).collect())
        }
        NodeKind::Object(members) => Tree::map(
            members.iter().map(|member| (member.key.value.to_string(), definition(plan, values, &member.value))),
        ),
        _ => Tree::of_node(node),
    }
}

fn text_value(plan: &Plan, values: &Values<'_>, text: &str) -> Tree {
    let parts = split_template(text);
    let known = |name: &str| plan.placeholder(name).is_some();
    if !parts.iter().any(|part| matches!(part, Part::Hole { name, .. } if known(name))) {
        return Tree::text(escape_variables(text));
    }
    let pieces: Vec<Tree> = parts
        .iter()
        .map(|part| match part {
            Part::Hole { name, .. } if known(name) => values.tree(&Expr::Placeholder((*name).to_owned())),
            Part::Hole { name, .. } => Tree::text(escape_variables(&format!("${{{name}}}"))),
            Part::Text(text) => Tree::text(escape_variables(text)),
        })
        .collect();
    if pieces.iter().all(|piece| matches!(piece, Tree::Text(_))) {
        return Tree::Text(
            pieces.iter().map(|piece| if let Tree::Text(text) = piece { text.as_str() } else { "" }).collect(),
        );
    }
    let mut pieces = pieces;
    if pieces.len() == 1 {
        return pieces.swap_remove(0);
    }
    Tree::Call("Join", Box::new(Tree::list([Tree::text(""), Tree::List(pieces)])))
}

/// `${` that Serverless must leave alone.
fn escape_variables(text: &str) -> String {
    text.replace("${", "\\${")
}

fn literal_holes(node: &Node, plan: &Plan) -> bool {
    let here = node.as_str().is_some_and(|text| {
        split_template(text).iter().any(|part| match part {
            Part::Hole { name, .. } => plan.placeholder(name).is_none(),
            Part::Text(text) => text.contains("${"),
        })
    });
    here || node.members().iter().any(|member| literal_holes(&member.value, plan))
        || node.elements().iter().any(|element| literal_holes(element, plan))
}

fn events(plan: &Plan) -> Vec<Tree> {
    plan.settings
        .triggers
        .iter()
        .zip(&plan.ids.triggers)
        .map(|(trigger, id)| match trigger {
            Trigger::Schedule { name, expression, timezone, input } => {
                let mut tree = Tree::map([
                    ("method", Tree::text("scheduler")),
                    ("name", Tree::text(crate::names::kebab(name))),
                    ("rate", Tree::text(expression)),
                ]);
                if let Some(timezone) = timezone {
                    tree.put("timezone", Tree::text(timezone));
                }
                if let Some(input) = input {
                    tree.put("input", super::json_tree(input));
                }
                Tree::map([("schedule", tree)])
            }
            Trigger::EventPattern { pattern, bus, .. } => {
                let mut tree = Tree::map([("event", super::json_tree(pattern))]);
                if let Some(bus) = bus {
                    tree.put("eventBusName", Tree::text(bus));
                }
                Tree::map([("cloudwatchEvent", tree)])
            }
            Trigger::Api { path, method, .. } => {
                let mut tree = Tree::map([
                    ("path", Tree::text(path.trim_start_matches('/'))),
                    ("method", Tree::text(method.to_ascii_uppercase())),
                    ("authorizer", Tree::text("aws_iam")),
                    ("iamRole", Tree::attribute(&format!("{id}Role"), "Arn")),
                ]);
                let action = super::start_action(plan, trigger);
                if action != "StartExecution" {
                    tree.put("action", Tree::text(action));
                    // With an action of its own the plugin writes no request.
                    let (before, after) = super::API_REQUEST;
                    let pieces =
                        Tree::list([Tree::text(before), Tree::reference(&plan.ids.machine), Tree::text(after)]);
                    let request = Tree::Call("Join", Box::new(Tree::list([Tree::text(""), pieces])));
                    let request = Tree::map([("application/json", request)]);
                    tree.put("request", Tree::map([("template", request)]));
                    let [answer, ..] = super::api_answers(action);
                    let response = Tree::map([("application/json", Tree::text(answer.template.join("\n")))]);
                    tree.put("response", Tree::map([("template", response)]));
                }
                Tree::map([("http", tree)])
            }
        })
        .collect()
}

//! AWS SAM: the definition in its own file, the template thin.

use super::cfn::{self, Parameter, Values};
use super::{Output, definition_file};
use crate::emit::Tree;
use crate::expr::Expr;
use crate::plan::Plan;
use crate::settings::Trigger;

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let (path, definition) = definition_file(plan);
    let values = Values { plan, parameter: &|name| Parameter::Reference(name.to_owned()) };
    let mut properties = Tree::Map(Vec::new());
    if let Some(name) = &plan.settings.machine_name {
        properties.put("Name", Tree::text(name));
    }
    properties.put("Type", Tree::text(plan.settings.kind.as_str()));
    properties.put("DefinitionUri", Tree::text(&path));
    if let Some(substitutions) = cfn::substitutions(plan, &values) {
        properties.put("DefinitionSubstitutions", substitutions);
    }
    if !plan.makes_role() {
        properties.put("Role", values.tree(&Expr::Placeholder(plan.ids.own_role.clone())));
    }
    let statements = plan.role_statements();
    if !statements.is_empty() {
        properties.put("Policies", Tree::list([values.policy(&statements)]));
    }
    if let Some(logging) = cfn::logging(plan) {
        properties.put("Logging", logging);
    }
    if plan.settings.tracing {
        properties.put("Tracing", Tree::map([("Enabled", Tree::Bool(true))]));
    }
    if let Some(alias) = &plan.settings.alias {
        properties.put("AutoPublishAlias", Tree::text(&alias.name));
        if let Some(preference) = cfn::deployment_preference(plan, None) {
            properties.put("DeploymentPreference", preference);
        }
        if plan.settings.triggers.iter().any(|trigger| has_event(plan, trigger)) {
            properties.put("UseAliasAsEventTarget", Tree::Bool(true));
        }
    }
    if plan.settings.triggers.iter().any(|trigger| has_event(plan, trigger)) {
        properties.put("Events", events(plan));
    }
    if !plan.settings.tags.is_empty() {
        properties
            .put("Tags", Tree::map(plan.settings.tags.iter().map(|(key, value)| (key.clone(), Tree::text(value)))));
    }
    let mut resources = Tree::Map(Vec::new());
    resources.put(&plan.ids.machine, cfn::resource("AWS::Serverless::StateMachine", properties));
    // SAM makes the role; its logical id follows the machine's.
    if let Some(policy) = cfn::self_policy(plan, &values, &format!("{}Role", plan.ids.machine)) {
        resources.put(&plan.ids.itself, policy);
    }
    if let Some(group) = cfn::log_group(plan) {
        resources.put(&plan.ids.logs, group);
    }
    // The alias is SAM's too.
    let started = match &plan.settings.alias {
        Some(alias) => format!("{}Alias{}", plan.ids.machine, alias.name),
        None => plan.ids.machine.clone(),
    };
    for (id, resource) in cfn::triggers(plan, &started, |trigger| !has_event(plan, trigger)) {
        resources.put(id, resource);
    }
    if plan.settings.encryption.is_some() {
        output.cannot("a key of your own: AWS::Serverless::StateMachine has no property for it; use CloudFormation");
    }
    let mut template = Tree::map([
        ("AWSTemplateFormatVersion", Tree::text("2010-09-09")),
        ("Transform", Tree::text("AWS::Serverless-2016-10-31")),
    ]);
    if let Some(comment) = &plan.comment {
        template.put("Description", Tree::text(comment.chars().take(1000).collect::<String>()));
    }
    if plan.parameters().next().is_some() {
        template.put("Parameters", cfn::parameters(plan));
    }
    template.put("Resources", resources);
    template
        .put("Outputs", Tree::map([("StateMachineArn", Tree::map([("Value", Tree::reference(&plan.ids.machine))]))]));
    if plan.options.json {
        output.file("template.json", template.to_json());
    } else {
        output.file("template.yaml", template.to_yaml());
    }
    output.file(path, definition);
    output
}

/// Whether SAM has an event for it: that of an API never waits for the answer, so one that has to is spelled out.
fn has_event(plan: &Plan, trigger: &Trigger) -> bool {
    super::start_action(plan, trigger) == "StartExecution"
}

fn events(plan: &Plan) -> Tree {
    let triggers = plan.settings.triggers.iter().zip(&plan.ids.triggers);
    Tree::map(triggers.filter(|(trigger, _)| has_event(plan, trigger)).map(|(trigger, id)| {
        let (kind, properties) = match trigger {
            Trigger::Schedule { expression, timezone, input, .. } => {
                let mut properties = Tree::map([("ScheduleExpression", Tree::text(expression))]);
                if let Some(timezone) = timezone {
                    properties.put("ScheduleExpressionTimezone", Tree::text(timezone));
                }
                if let Some(input) = input {
                    properties.put("Input", Tree::text(input));
                }
                if plan.ids.machine.len() + id.len() > 64 {
                    // The name SAM makes would be longer than a schedule's may be.
                    properties.put("OmitName", Tree::Bool(true));
                }
                ("ScheduleV2", properties)
            }
            Trigger::EventPattern { pattern, bus, .. } => {
                let mut properties = Tree::map([("Pattern", super::json_tree(pattern))]);
                if let Some(bus) = bus {
                    properties.put("EventBusName", Tree::text(bus));
                }
                ("EventBridgeRule", properties)
            }
            Trigger::Api { path, method, .. } => {
                let properties = Tree::map([
                    ("Path", Tree::text(path)),
                    ("Method", Tree::text(method.to_ascii_lowercase())),
                    ("UnescapeMappingTemplate", Tree::Bool(true)),
                    ("Auth", Tree::map([("Authorizer", Tree::text("AWS_IAM"))])),
                ]);
                ("Api", properties)
            }
        };
        (id.clone(), Tree::map([("Type", Tree::text(kind)), ("Properties", properties)]))
    }))
}

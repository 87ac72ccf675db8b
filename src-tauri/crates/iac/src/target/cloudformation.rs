//! Plain CloudFormation: one file that holds everything.

use super::Output;
use super::cfn::{self, Parameter, Values};
use crate::emit::Tree;
use crate::plan::{Note, Plan};

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let values = Values { plan, parameter: &|name| Parameter::Reference(name.to_owned()) };
    let mut resources = Tree::Map(Vec::new());
    resources.put(&plan.ids.machine, cfn::resource("AWS::StepFunctions::StateMachine", machine(plan, &values)));
    if plan.makes_role() {
        resources.put(&plan.ids.role, cfn::role(plan, &values));
    }
    if let Some(policy) = cfn::self_policy(plan, &values, &plan.ids.role) {
        resources.put(&plan.ids.itself, policy);
    }
    if let Some(group) = cfn::log_group(plan) {
        resources.put(&plan.ids.logs, group);
    }
    for (id, resource) in cfn::alias(plan) {
        resources.put(id, resource);
    }
    let started = if plan.settings.alias.is_some() { &plan.ids.alias } else { &plan.ids.machine };
    for (id, resource) in cfn::triggers(plan, started, |_| true) {
        resources.put(id, resource);
    }
    let mut template = Tree::map([("AWSTemplateFormatVersion", Tree::text("2010-09-09"))]);
    if let Some(comment) = &plan.comment {
        template.put("Description", Tree::text(comment.chars().take(1000).collect::<String>()));
    }
    if plan.parameters().next().is_some() {
        template.put("Parameters", cfn::parameters(plan));
    }
    template.put("Resources", resources);
    template
        .put("Outputs", Tree::map([("StateMachineArn", Tree::map([("Value", Tree::reference(&plan.ids.machine))]))]));
    let (path, text) =
        if plan.options.json { ("template.json", template.to_json()) } else { ("template.yaml", template.to_yaml()) };
    if text.len() > 51_200 {
        output.notes.push(Note::warning(
            "the template is larger than 51,200 bytes: it has to be deployed from a bucket (aws cloudformation deploy --s3-bucket)",
            None,
        ));
    }
    output.file(path, text);
    output
}

fn machine(plan: &Plan, values: &Values<'_>) -> Tree {
    let mut properties = Tree::Map(Vec::new());
    if let Some(name) = &plan.settings.machine_name {
        properties.put("StateMachineName", Tree::text(name));
    }
    properties.put("StateMachineType", Tree::text(plan.settings.kind.as_str()));
    properties.put("RoleArn", cfn::role_arn(plan, values));
    if plan.has_bare_holes() {
        // Only text can hold a hole where a number belongs.
        properties.put("DefinitionString", Tree::text(plan.definition.text()));
    } else {
        properties.put("Definition", Tree::of_node(plan.definition.root()));
    }
    if let Some(substitutions) = cfn::substitutions(plan, values) {
        properties.put("DefinitionSubstitutions", substitutions);
    }
    if let Some(logging) = cfn::logging(plan) {
        properties.put("LoggingConfiguration", logging);
    }
    if plan.settings.tracing {
        properties.put("TracingConfiguration", Tree::map([("Enabled", Tree::Bool(true))]));
    }
    if let Some(encryption) = &plan.settings.encryption {
        let mut tree =
            Tree::map([("Type", Tree::text("CUSTOMER_MANAGED_KMS_KEY")), ("KmsKeyId", Tree::reference(&plan.ids.key))]);
        if let Some(seconds) = encryption.reuse_seconds {
            tree.put("KmsDataKeyReusePeriodSeconds", Tree::number(seconds));
        }
        properties.put("EncryptionConfiguration", tree);
    }
    if !plan.settings.tags.is_empty() {
        properties.put("Tags", cfn::tags(plan));
    }
    properties
}

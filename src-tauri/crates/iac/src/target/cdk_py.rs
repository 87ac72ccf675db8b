//! AWS CDK in Python.

use std::fmt::Write as _;

use super::cdk_ts::conditions_of;
use super::{Output, definition_file};
use crate::emit::Tree;
use crate::emit::python::{format_text, string};
use crate::emit::typescript::comment;
use crate::expr::Expr;
use crate::iam::Statement;
use crate::names::snake;
use crate::placeholders::Value;
use crate::plan::Plan;
use crate::settings::{MachineType, Trigger};

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let (path, definition) = definition_file(plan);
    let module = format!("{}_stack", snake(&plan.id));
    output.file("app.py", app(plan, &module));
    output.file(format!("{module}.py"), stack(plan, &path));
    output.file("cdk.json", "{\n  \"app\": \"python app.py\"\n}\n");
    output.file("requirements.txt", "aws-cdk-lib>=2.200.0,<3\nconstructs>=10,<11\n");
    output.file(path, definition);
    output
}

fn app(plan: &Plan, module: &str) -> String {
    let class = format!("{}Stack", plan.id);
    let mut arguments = String::new();
    for placeholder in plan.parameters().filter(|placeholder| placeholder.default_value().is_none()) {
        let name = snake(&placeholder.name);
        let _ = writeln!(arguments, "    {name}=app.node.get_context({}),", string(&name));
    }
    let call = if arguments.is_empty() {
        format!("{class}(app, {})\n", string(&plan.id))
    } else {
        format!("{class}(\n    app,\n    {},\n{arguments})\n", string(&plan.id))
    };
    format!("import aws_cdk as cdk\n\nfrom {module} import {class}\n\napp = cdk.App()\n{call}app.synth()\n")
}

fn stack(plan: &Plan, path: &str) -> String {
    let mut text = String::from("from pathlib import Path\n\nimport aws_cdk as cdk\n");
    let settings = &plan.settings;
    let schedules = settings.triggers.iter().any(|trigger| matches!(trigger, Trigger::Schedule { .. }));
    let apis = settings.triggers.iter().any(|trigger| matches!(trigger, Trigger::Api { .. }));
    let rules = settings.triggers.iter().any(|trigger| matches!(trigger, Trigger::EventPattern { .. }));
    let granted = !plan.role_statements().is_empty() || !plan.self_statements().is_empty();
    for (module, name, used) in [
        ("aws_apigateway", "apigateway", apis),
        ("aws_events", "events", rules),
        ("aws_iam", "iam", granted || !settings.triggers.is_empty() || !plan.makes_role()),
        ("aws_kms", "kms", settings.encryption.is_some()),
        ("aws_logs", "logs", settings.logging.is_some()),
        ("aws_scheduler", "scheduler", schedules),
        ("aws_stepfunctions", "sfn", true),
    ] {
        if used {
            let _ = writeln!(text, "from aws_cdk import {module} as {name}");
        }
    }
    let _ = writeln!(text, "from constructs import Construct\n\n\nclass {}Stack(cdk.Stack):", plan.id);
    text.push_str("    def __init__(\n        self,\n        scope: Construct,\n        construct_id: str,\n");
    if plan.parameters().next().is_some() {
        text.push_str("        *,\n");
    }
    let (required, optional): (Vec<_>, Vec<_>) =
        plan.parameters().partition(|placeholder| placeholder.default_value().is_none());
    for placeholder in &required {
        let _ = writeln!(
            text,
            "        # {}\n        {}: str,",
            comment(&placeholder.description),
            snake(&placeholder.name)
        );
    }
    for placeholder in &optional {
        let default = placeholder.default_value().unwrap_or_default();
        let _ = writeln!(
            text,
            "        # {}\n        {}: str = {},",
            comment(&placeholder.description),
            snake(&placeholder.name),
            string(default)
        );
    }
    text.push_str("        **kwargs,\n    ) -> None:\n        super().__init__(scope, construct_id, **kwargs)\n\n");
    machine(plan, path, &mut text);
    grants(plan, &mut text);
    alias(plan, &mut text);
    triggers(plan, &mut text);
    text
}

fn machine(plan: &Plan, path: &str, text: &mut String) {
    let settings = &plan.settings;
    if let Some(logging) = &settings.logging {
        let _ = writeln!(
            text,
            "        # The prefix keeps the log group out of the resource policy, whose size is limited.\n        log_group = logs.CfnLogGroup(\n            self,\n            \"StateMachineLogs\",\n            log_group_name=f\"/aws/vendedlogs/states/{{self.stack_name}}-{}\",\n            retention_in_days={},\n        )\n",
            plan.slug, logging.retention_days
        );
    }
    text.push_str("        self.state_machine = sfn.StateMachine(\n            self,\n            \"StateMachine\",\n");
    if let Some(name) = &settings.machine_name {
        let _ = writeln!(text, "            state_machine_name={},", string(name));
    }
    let kind = if settings.kind == MachineType::Express { "EXPRESS" } else { "STANDARD" };
    let _ = writeln!(text, "            state_machine_type=sfn.StateMachineType.{kind},");
    let _ = writeln!(
        text,
        "            definition_body=sfn.DefinitionBody.from_file(\n                str(Path(__file__).parent / {})\n            ),",
        string(path)
    );
    if !plan.makes_role() {
        let _ = writeln!(
            text,
            "            role=iam.Role.from_role_arn(self, \"StateMachineRole\", {}, mutable=False),",
            value(plan, &Expr::Placeholder(plan.ids.own_role.clone()))
        );
    }
    let used: Vec<_> = plan.placeholders.iter().filter(|placeholder| !placeholder.uses.is_empty()).collect();
    if !used.is_empty() {
        text.push_str("            definition_substitutions={\n");
        for placeholder in used {
            let _ = writeln!(
                text,
                "                {}: {},",
                string(&placeholder.name),
                value(plan, &Expr::Placeholder(placeholder.name.clone()))
            );
        }
        text.push_str("            },\n");
    }
    if let Some(logging) = &settings.logging {
        let _ = writeln!(
            text,
            "            logs=sfn.LogOptions(\n                destination=logs.LogGroup.from_log_group_arn(self, \"StateMachineLogGroup\", log_group.attr_arn),\n                level=sfn.LogLevel.{},\n                include_execution_data={},\n            ),",
            logging.level.as_str(),
            if logging.include_execution_data { "True" } else { "False" }
        );
    }
    if settings.tracing {
        text.push_str("            tracing_enabled=True,\n");
    }
    if let Some(encryption) = &settings.encryption {
        let reuse =
            encryption.reuse_seconds.map(|seconds| format!(", cdk.Duration.seconds({seconds})")).unwrap_or_default();
        let _ = writeln!(
            text,
            "            encryption_configuration=sfn.CustomerManagedEncryptionConfiguration(\n                kms.Key.from_key_arn(self, \"StateMachineKey\", {}){reuse}\n            ),",
            value(plan, &Expr::Placeholder(plan.ids.key.clone()))
        );
    }
    text.push_str("        )\n");
    for (key, tag) in &settings.tags {
        let _ = writeln!(text, "        cdk.Tags.of(self.state_machine).add({}, {})", string(key), string(tag));
    }
    text.push_str("        cdk.CfnOutput(self, \"StateMachineArn\", value=self.state_machine.state_machine_arn)\n");
}

fn grants(plan: &Plan, text: &mut String) {
    for statement in plan.role_statements() {
        text.push('\n');
        write_reviews(&statement, text, "        ");
        text.push_str("        self.state_machine.add_to_role_policy(\n");
        write_statement(plan, &statement, text, "            ", "");
        text.push_str("        )\n");
    }
    let itself = plan.self_statements();
    if !itself.is_empty() {
        text.push_str("\n        # In the role's own policy these would make the machine depend on itself.\n        iam.Policy(\n            self,\n            \"DistributedMapPolicy\",\n            roles=[self.state_machine.role],\n            statements=[\n");
        for statement in &itself {
            write_reviews(statement, text, "                ");
            write_statement(plan, statement, text, "                ", ",");
        }
        text.push_str("            ],\n        )\n");
    }
}

fn write_reviews(statement: &Statement, text: &mut String, indent: &str) {
    for line in crate::iam::comment(statement).iter().flat_map(|comment| comment.lines()) {
        let _ = writeln!(text, "{indent}# {line}");
    }
}

fn write_statement(plan: &Plan, statement: &Statement, text: &mut String, indent: &str, end: &str) {
    let actions: Vec<String> = statement.actions.iter().map(|action| string(action)).collect();
    let resources: Vec<String> = statement.resources.iter().map(|expr| value(plan, expr)).collect();
    let _ = writeln!(text, "{indent}iam.PolicyStatement(");
    let _ = writeln!(text, "{indent}    sid={},", string(&statement.sid));
    let _ = writeln!(text, "{indent}    actions=[{}],", actions.join(", "));
    let _ = writeln!(text, "{indent}    resources=[{}],", resources.join(", "));
    if !statement.conditions.is_empty() {
        let _ = writeln!(text, "{indent}    conditions={},", conditions(plan, statement));
    }
    let _ = writeln!(text, "{indent}){end}");
}

fn conditions(plan: &Plan, statement: &Statement) -> String {
    let groups: Vec<String> = conditions_of(statement)
        .into_iter()
        .map(|(operator, entries)| {
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(key, values)| {
                    let values: Vec<String> = values.iter().map(|expr| value(plan, expr)).collect();
                    let values = if values.len() == 1 { values.concat() } else { format!("[{}]", values.join(", ")) };
                    format!("{}: {values}", string(key))
                })
                .collect();
            format!("{}: {{{}}}", string(operator), entries.join(", "))
        })
        .collect();
    format!("{{{}}}", groups.join(", "))
}

fn alias(plan: &Plan, text: &mut String) {
    let Some(alias) = &plan.settings.alias else { return };
    text.push_str("\n        version = sfn.CfnStateMachineVersion(\n            self,\n            \"Version\",\n            state_machine_arn=self.state_machine.state_machine_arn,\n            state_machine_revision_id=self.state_machine.state_machine_revision_id,\n        )\n        version.apply_removal_policy(cdk.RemovalPolicy.RETAIN)\n");
    let _ = writeln!(
        text,
        "        alias = sfn.CfnStateMachineAlias(\n            self,\n            \"Alias\",\n            name={},",
        string(&alias.name)
    );
    match &alias.deployment {
        Some(deployment) => {
            let mut fields = format!("state_machine_version_arn=version.ref, type={}", string(deployment.kind.as_str()));
            if deployment.kind != crate::settings::DeploymentType::AllAtOnce {
                let _ = write!(
                    fields,
                    ", percentage={}, interval={}",
                    deployment.percentage.unwrap_or(10),
                    deployment.interval.unwrap_or(5)
                );
            }
            if !deployment.alarms.is_empty() {
                let alarms: Vec<String> = deployment.alarms.iter().map(|alarm| string(alarm)).collect();
                let _ = write!(fields, ", alarms=[{}]", alarms.join(", "));
            }
            let _ = writeln!(text, "            deployment_preference=sfn.CfnStateMachineAlias.DeploymentPreferenceProperty({fields}),");
        }
        None => text.push_str(
            "            routing_configuration=[\n                sfn.CfnStateMachineAlias.RoutingConfigurationVersionProperty(\n                    state_machine_version_arn=version.ref, weight=100\n                )\n            ],\n",
        ),
    }
    text.push_str("        )\n        self.alias_arn = alias.ref\n");
}

/// The responses of an API's integration and of its method.
fn answers(action: &str) -> (String, String) {
    let pad = " ".repeat(24);
    let mut responses = String::from("[\n");
    let answers = super::api_answers(action);
    for answer in &answers {
        let _ =
            write!(responses, "{pad}apigateway.IntegrationResponse(\n{pad}    status_code=\"{}\",\n", answer.status);
        if let Some(pattern) = answer.pattern {
            let _ = writeln!(responses, "{pad}    selection_pattern={},", string(pattern));
        }
        if !answer.template.is_empty() {
            let lines: String =
                answer.template.iter().map(|line| format!("{pad}            {},\n", string(line))).collect();
            let _ = write!(
                responses,
                "{pad}    response_templates={{\n{pad}        \"application/json\": \"\\n\".join([\n{lines}{pad}        ]),\n{pad}    }},\n"
            );
        }
        let _ = writeln!(responses, "{pad}),");
    }
    let _ = write!(responses, "{}]", " ".repeat(20));
    let statuses =
        answers.each_ref().map(|answer| format!("apigateway.MethodResponse(status_code=\"{}\")", answer.status));
    (responses, statuses.join(", "))
}

fn triggers(plan: &Plan, text: &mut String) {
    let target = if plan.settings.alias.is_some() { "alias.ref" } else { "self.state_machine.state_machine_arn" };
    for (trigger, id) in plan.settings.triggers.iter().zip(&plan.ids.triggers) {
        let (name, service) = match trigger {
            Trigger::Schedule { .. } => (snake(id), "scheduler.amazonaws.com"),
            Trigger::EventPattern { .. } => (snake(id), "events.amazonaws.com"),
            Trigger::Api { .. } => (snake(id), "apigateway.amazonaws.com"),
        };
        let action = super::start_action(plan, trigger);
        let _ = writeln!(
            text,
            "\n        {name}_role = iam.Role(\n            self,\n            {},\n            assumed_by=iam.ServicePrincipal(\n                \"{service}\", conditions={{\"StringEquals\": {{\"aws:SourceAccount\": self.account}}}}\n            ),\n        )\n        {name}_role.add_to_policy(iam.PolicyStatement(actions=[\"states:{action}\"], resources=[{target}]))",
            string(&format!("{id}Role"))
        );
        match trigger {
            Trigger::Schedule { expression, timezone, input, .. } => {
                let timezone = timezone
                    .as_deref()
                    .map(|timezone| format!("\n            schedule_expression_timezone={},", string(timezone)))
                    .unwrap_or_default();
                let input = input.as_deref().map(|input| format!(", input={}", string(input))).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "        scheduler.CfnSchedule(\n            self,\n            {},\n            schedule_expression={},{timezone}\n            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode=\"OFF\"),\n            target=scheduler.CfnSchedule.TargetProperty(arn={target}, role_arn={name}_role.role_arn{input}),\n        )",
                    string(id),
                    string(expression)
                );
            }
            Trigger::EventPattern { pattern, bus, .. } => {
                let bus = bus
                    .as_deref()
                    .map(|bus| format!("\n            event_bus_name={},", string(bus)))
                    .unwrap_or_default();
                let _ = writeln!(
                    text,
                    "        events.CfnRule(\n            self,\n            {},{bus}\n            event_pattern={},\n            targets=[events.CfnRule.TargetProperty(id=\"StateMachine\", arn={target}, role_arn={name}_role.role_arn)],\n        )",
                    string(id),
                    literal(&super::json_tree(pattern))
                );
            }
            Trigger::Api { path, method, .. } => {
                let (before, after) = super::API_REQUEST;
                let (responses, statuses) = answers(action);
                let _ = writeln!(
                    text,
                    "        apigateway.RestApi(\n            self,\n            {},\n            deploy_options=apigateway.StageOptions(stage_name=\"prod\"),\n            cloud_watch_role=False,\n        ).root.resource_for_path({}).add_method(\n            {},\n            apigateway.AwsIntegration(\n                service=\"states\",\n                action=\"{action}\",\n                options=apigateway.IntegrationOptions(\n                    credentials_role={name}_role,\n                    request_templates={{\"application/json\": f\"{}{{{target}}}{}\"}},\n                    integration_responses={responses},\n                ),\n            ),\n            authorization_type=apigateway.AuthorizationType.IAM,\n            method_responses=[{statuses}],\n        )",
                    string(id),
                    string(path),
                    string(&method.to_ascii_uppercase()),
                    format_text(before),
                    format_text(after)
                );
            }
        }
    }
}

fn literal(tree: &Tree) -> String {
    match tree {
        Tree::Null => "None".to_owned(),
        Tree::Bool(true) => "True".to_owned(),
        Tree::Bool(false) => "False".to_owned(),
        Tree::Number(raw) => raw.clone(),
        Tree::Text(text) => string(text),
        Tree::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Tree::Map(entries) => format!(
            "{{{}}}",
            entries
                .iter()
                .map(|entry| format!("{}: {}", string(&entry.key), literal(&entry.value)))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Tree::Call(_, argument) => literal(argument),
    }
}

/// An expression of Python inside the stack's `__init__`.
fn value(plan: &Plan, expr: &Expr) -> String {
    match expr {
        Expr::Text(text) => string(text),
        Expr::Concat(parts) => {
            let inside: String = parts
                .iter()
                .map(|part| match part {
                    Expr::Text(text) => format_text(text),
                    part => format!("{{{}}}", value(plan, part)),
                })
                .collect();
            format!("f\"{inside}\"")
        }
        Expr::Placeholder(name) => match plan.placeholder(name).map(|placeholder| &placeholder.value) {
            Some(Value::Expr(expr)) => value(plan, expr),
            Some(Value::Reference(reference)) => reference.clone(),
            _ => snake(name),
        },
        Expr::Partition => "self.partition".to_owned(),
        Expr::Region => "self.region".to_owned(),
        Expr::Account => "self.account".to_owned(),
        Expr::SelfArn => "self.state_machine.state_machine_arn".to_owned(),
        Expr::SelfName => "self.state_machine.state_machine_name".to_owned(),
        // Single quotes, because it may stand inside an f-string in double quotes.
        Expr::Piece { of, on, at } => format!("cdk.Fn.select({at}, cdk.Fn.split('{on}', {}))", value(plan, of)),
    }
}

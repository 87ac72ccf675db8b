//! AWS CDK in TypeScript: the definition from its file, the grants written out, because a file grants nothing.

use std::fmt::Write as _;

use super::{Output, definition_file};
use crate::emit::Tree;
use crate::emit::typescript::{comment, property, string, template_text};
use crate::expr::Expr;
use crate::iam::Statement;
use crate::names::camel;
use crate::placeholders::Value;
use crate::plan::Plan;
use crate::settings::{MachineType, Trigger};

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let (path, definition) = definition_file(plan);
    output.file("bin/app.ts", app(plan));
    output.file(format!("lib/{}-stack.ts", plan.slug), stack(plan, &path));
    output.file("cdk.json", "{\n  \"app\": \"npx tsx bin/app.ts\"\n}\n");
    output.file(
        "package.json",
        format!(
            "{{\n  \"name\": {},\n  \"private\": true,\n  \"dependencies\": {{\n    \"aws-cdk-lib\": \"^2.200.0\",\n    \"constructs\": \"^10.0.0\"\n  }},\n  \"devDependencies\": {{\n    \"@types/node\": \"^20.0.0\",\n    \"aws-cdk\": \"^2.1000.0\",\n    \"tsx\": \"^4.0.0\",\n    \"typescript\": \"^5.0.0\"\n  }}\n}}\n",
            crate::emit::json::string(&plan.slug)
        ),
    );
    output.file(
        "tsconfig.json",
        "{\n  \"compilerOptions\": {\n    \"target\": \"ES2022\",\n    \"module\": \"CommonJS\",\n    \"strict\": true,\n    \"noUnusedLocals\": true,\n    \"skipLibCheck\": true,\n    \"noEmit\": true,\n    \"types\": [\"node\"]\n  },\n  \"include\": [\"bin\", \"lib\"]\n}\n",
    );
    output.file(path, definition);
    output
}

fn class(plan: &Plan) -> String {
    format!("{}Stack", plan.id)
}

fn app(plan: &Plan) -> String {
    let class = class(plan);
    let mut props = String::new();
    for placeholder in plan.parameters().filter(|placeholder| placeholder.default_value().is_none()) {
        let name = camel(&placeholder.name);
        let _ = writeln!(props, "  // {}", comment(&placeholder.description));
        let _ = writeln!(props, "  {name}: app.node.getContext({}),", string(&name));
    }
    let props = if props.is_empty() { String::new() } else { format!(", {{\n{props}}}") };
    format!(
        "import * as cdk from 'aws-cdk-lib';\n\nimport {{ {class} }} from '../lib/{}-stack';\n\nconst app = new cdk.App();\n\nnew {class}(app, {}{props});\n",
        plan.slug,
        string(&plan.id)
    )
}

fn stack(plan: &Plan, path: &str) -> String {
    let class = class(plan);
    let mut text = String::new();
    let settings = &plan.settings;
    let schedules = settings.triggers.iter().any(|trigger| matches!(trigger, Trigger::Schedule { .. }));
    let apis = settings.triggers.iter().any(|trigger| matches!(trigger, Trigger::Api { .. }));
    let rules = settings.triggers.iter().any(|trigger| matches!(trigger, Trigger::EventPattern { .. }));
    text.push_str("import * as path from 'node:path';\n\nimport * as cdk from 'aws-cdk-lib';\n");
    let granted = !plan.role_statements().is_empty() || !plan.self_statements().is_empty();
    for (module, name, used) in [
        ("aws-apigateway", "apigateway", apis),
        ("aws-events", "events", rules),
        ("aws-iam", "iam", granted || !settings.triggers.is_empty() || !plan.makes_role()),
        ("aws-kms", "kms", settings.encryption.is_some()),
        ("aws-logs", "logs", settings.logging.is_some()),
        ("aws-scheduler", "scheduler", schedules),
        ("aws-stepfunctions", "sfn", true),
    ] {
        if used {
            let _ = writeln!(text, "import * as {name} from 'aws-cdk-lib/{module}';");
        }
    }
    text.push_str("import { Construct } from 'constructs';\n\n");
    let _ = writeln!(text, "export interface {class}Props extends cdk.StackProps {{");
    let mut required = false;
    for placeholder in plan.parameters() {
        let optional = match placeholder.default_value() {
            Some(_) => "?",
            None => {
                required = true;
                ""
            }
        };
        let _ = writeln!(text, "  /** {} */", comment(&placeholder.description).replace("*/", "*\u{200b}/"));
        let _ = writeln!(text, "  readonly {}{optional}: string;", camel(&placeholder.name));
    }
    text.push_str("}\n\n");
    let _ = writeln!(text, "export class {class} extends cdk.Stack {{");
    text.push_str("  readonly stateMachine: sfn.StateMachine;\n\n");
    let default = if required { "" } else { " = {}" };
    let _ = writeln!(text, "  constructor(scope: Construct, id: string, props: {class}Props{default}) {{");
    text.push_str("    super(scope, id, props);\n\n");
    for placeholder in plan.parameters() {
        let name = camel(&placeholder.name);
        let _ = match placeholder.default_value() {
            Some(default) => writeln!(text, "    const {name} = props.{name} ?? {};", string(default)),
            None => writeln!(text, "    const {{ {name} }} = props;"),
        };
    }
    if plan.parameters().next().is_some() {
        text.push('\n');
    }
    machine(plan, path, &mut text);
    grants(plan, &mut text);
    alias(plan, &mut text);
    triggers(plan, &mut text);
    text.push_str("  }\n}\n");
    text
}

fn machine(plan: &Plan, path: &str, text: &mut String) {
    let settings = &plan.settings;
    if let Some(logging) = &settings.logging {
        // The prefix keeps the log group out of the resource policy, whose size is limited.
        let _ = writeln!(
            text,
            "    const logGroup = new logs.LogGroup(this, 'StateMachineLogs', {{\n      logGroupName: `/aws/vendedlogs/states/${{this.stackName}}-{}`,\n      retention: {} as logs.RetentionDays,\n    }});\n",
            plan.slug, logging.retention_days
        );
    }
    text.push_str("    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {\n");
    if let Some(name) = &settings.machine_name {
        let _ = writeln!(text, "      stateMachineName: {},", string(name));
    }
    let kind = if settings.kind == MachineType::Express { "EXPRESS" } else { "STANDARD" };
    let _ = writeln!(text, "      stateMachineType: sfn.StateMachineType.{kind},");
    let _ = writeln!(
        text,
        "      definitionBody: sfn.DefinitionBody.fromFile(path.join(__dirname, {})),",
        string(&format!("../{path}"))
    );
    if !plan.makes_role() {
        let _ = writeln!(
            text,
            "      role: iam.Role.fromRoleArn(this, 'StateMachineRole', {}, {{ mutable: false }}),",
            value(plan, &Expr::Placeholder(plan.ids.own_role.clone()))
        );
    }
    let used: Vec<_> = plan.placeholders.iter().filter(|placeholder| !placeholder.uses.is_empty()).collect();
    if !used.is_empty() {
        text.push_str("      definitionSubstitutions: {\n");
        for placeholder in used {
            let _ = writeln!(
                text,
                "        {}: {},",
                property(&placeholder.name),
                value(plan, &Expr::Placeholder(placeholder.name.clone()))
            );
        }
        text.push_str("      },\n");
    }
    if let Some(logging) = &settings.logging {
        let _ = writeln!(
            text,
            "      logs: {{ destination: logGroup, level: sfn.LogLevel.{}, includeExecutionData: {} }},",
            logging.level.as_str(),
            logging.include_execution_data
        );
    }
    if settings.tracing {
        text.push_str("      tracingEnabled: true,\n");
    }
    if let Some(encryption) = &settings.encryption {
        let reuse =
            encryption.reuse_seconds.map(|seconds| format!(", cdk.Duration.seconds({seconds})")).unwrap_or_default();
        let _ = writeln!(
            text,
            "      encryptionConfiguration: new sfn.CustomerManagedEncryptionConfiguration(\n        kms.Key.fromKeyArn(this, 'StateMachineKey', {}){reuse},\n      ),",
            value(plan, &Expr::Placeholder(plan.ids.key.clone()))
        );
    }
    text.push_str("    });\n");
    for (key, tag) in &settings.tags {
        let _ = writeln!(text, "    cdk.Tags.of(this.stateMachine).add({}, {});", string(key), string(tag));
    }
    text.push_str("    new cdk.CfnOutput(this, 'StateMachineArn', { value: this.stateMachine.stateMachineArn });\n");
}

fn grants(plan: &Plan, text: &mut String) {
    for statement in plan.role_statements() {
        text.push('\n');
        write_reviews(&statement, text, "    ");
        text.push_str("    this.stateMachine.addToRolePolicy(\n");
        write_statement(plan, &statement, text, "      ");
        text.push_str("    );\n");
    }
    let itself = plan.self_statements();
    if !itself.is_empty() {
        text.push_str("\n    // In the role's own policy these would make the machine depend on itself.\n");
        text.push_str("    new iam.Policy(this, 'DistributedMapPolicy', {\n      roles: [this.stateMachine.role],\n      statements: [\n");
        for statement in &itself {
            write_reviews(statement, text, "        ");
            write_statement(plan, statement, text, "        ");
        }
        text.push_str("      ],\n    });\n");
    }
}

fn write_reviews(statement: &Statement, text: &mut String, indent: &str) {
    for line in crate::iam::comment(statement).iter().flat_map(|comment| comment.lines()) {
        let _ = writeln!(text, "{indent}// {line}");
    }
}

fn write_statement(plan: &Plan, statement: &Statement, text: &mut String, indent: &str) {
    let actions: Vec<String> = statement.actions.iter().map(|action| string(action)).collect();
    let resources: Vec<String> = statement.resources.iter().map(|expr| value(plan, expr)).collect();
    let _ = writeln!(text, "{indent}new iam.PolicyStatement({{");
    let _ = writeln!(text, "{indent}  sid: {},", string(&statement.sid));
    let _ = writeln!(text, "{indent}  actions: [{}],", actions.join(", "));
    let _ = writeln!(text, "{indent}  resources: [{}],", resources.join(", "));
    if !statement.conditions.is_empty() {
        let _ = writeln!(text, "{indent}  conditions: {},", conditions(plan, statement));
    }
    let _ = writeln!(text, "{indent}}}),");
}

/// The conditions under one operator: keys and values.
type Conditions<'s> = (&'s str, Vec<(&'s str, &'s [Expr])>);

pub(super) fn conditions_of(statement: &Statement) -> Vec<Conditions<'_>> {
    let mut grouped: Vec<Conditions<'_>> = Vec::new();
    for condition in &statement.conditions {
        let entry = (condition.key, condition.values.as_slice());
        match grouped.iter_mut().find(|(operator, _)| *operator == condition.operator) {
            Some((_, entries)) => entries.push(entry),
            None => grouped.push((condition.operator, vec![entry])),
        }
    }
    grouped
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
            format!("{operator}: {{ {} }}", entries.join(", "))
        })
        .collect();
    format!("{{ {} }}", groups.join(", "))
}

fn alias(plan: &Plan, text: &mut String) {
    let Some(alias) = &plan.settings.alias else { return };
    text.push_str("\n    const version = new sfn.CfnStateMachineVersion(this, 'Version', {\n      stateMachineArn: this.stateMachine.stateMachineArn,\n      stateMachineRevisionId: this.stateMachine.stateMachineRevisionId,\n    });\n    version.applyRemovalPolicy(cdk.RemovalPolicy.RETAIN);\n");
    let unused = plan.settings.triggers.is_empty();
    let binding = if unused { "" } else { "const alias = " };
    let _ = writeln!(
        text,
        "    {binding}new sfn.CfnStateMachineAlias(this, 'Alias', {{\n      name: {},",
        string(&alias.name)
    );
    match &alias.deployment {
        Some(deployment) => {
            let mut fields = format!("stateMachineVersionArn: version.ref, type: {}", string(deployment.kind.as_str()));
            if deployment.kind != crate::settings::DeploymentType::AllAtOnce {
                let _ = write!(
                    fields,
                    ", percentage: {}, interval: {}",
                    deployment.percentage.unwrap_or(10),
                    deployment.interval.unwrap_or(5)
                );
            }
            if !deployment.alarms.is_empty() {
                let alarms: Vec<String> = deployment.alarms.iter().map(|alarm| string(alarm)).collect();
                let _ = write!(fields, ", alarms: [{}]", alarms.join(", "));
            }
            let _ = writeln!(text, "      deploymentPreference: {{ {fields} }},");
        }
        None => text.push_str("      routingConfiguration: [{ stateMachineVersionArn: version.ref, weight: 100 }],\n"),
    }
    text.push_str("    });\n");
}

fn triggers(plan: &Plan, text: &mut String) {
    let target = if plan.settings.alias.is_some() { "alias.ref" } else { "this.stateMachine.stateMachineArn" };
    for (trigger, id) in plan.settings.triggers.iter().zip(&plan.ids.triggers) {
        let (name, service) = match trigger {
            Trigger::Schedule { .. } => (camel(id), "scheduler.amazonaws.com"),
            Trigger::EventPattern { .. } => (camel(id), "events.amazonaws.com"),
            Trigger::Api { .. } => (camel(id), "apigateway.amazonaws.com"),
        };
        let action = super::start_action(plan, trigger);
        let _ = writeln!(
            text,
            "\n    const {name}Role = new iam.Role(this, {}, {{\n      assumedBy: new iam.ServicePrincipal('{service}', {{ conditions: {{ StringEquals: {{ 'aws:SourceAccount': this.account }} }} }}),\n    }});\n    {name}Role.addToPolicy(new iam.PolicyStatement({{ actions: ['states:{action}'], resources: [{target}] }}));",
            string(&format!("{id}Role"))
        );
        match trigger {
            Trigger::Schedule { expression, timezone, input, .. } => {
                let _ = writeln!(
                    text,
                    "    new scheduler.CfnSchedule(this, {}, {{\n      scheduleExpression: {},",
                    string(id),
                    string(expression)
                );
                if let Some(timezone) = timezone {
                    let _ = writeln!(text, "      scheduleExpressionTimezone: {},", string(timezone));
                }
                let input = input.as_deref().map(|input| format!(", input: {}", string(input))).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "      flexibleTimeWindow: {{ mode: 'OFF' }},\n      target: {{ arn: {target}, roleArn: {name}Role.roleArn{input} }},\n    }});"
                );
            }
            Trigger::EventPattern { pattern, bus, .. } => {
                let bus =
                    bus.as_deref().map(|bus| format!("\n      eventBusName: {},", string(bus))).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "    new events.CfnRule(this, {}, {{{bus}\n      eventPattern: {},\n      targets: [{{ id: 'StateMachine', arn: {target}, roleArn: {name}Role.roleArn }}],\n    }});",
                    string(id),
                    literal(&super::json_tree(pattern))
                );
            }
            Trigger::Api { path, method, .. } => {
                let (before, after) = super::API_REQUEST;
                let (responses, statuses) = answers(action);
                let _ = writeln!(
                    text,
                    "    new apigateway.RestApi(this, {}, {{ deployOptions: {{ stageName: 'prod' }}, cloudWatchRole: false }}).root\n      .resourceForPath({})\n      .addMethod(\n        {},\n        new apigateway.AwsIntegration({{\n          service: 'states',\n          action: '{action}',\n          options: {{\n            credentialsRole: {name}Role,\n            requestTemplates: {{ 'application/json': `{}${{{target}}}{}` }},\n            integrationResponses: {responses},\n          }},\n        }}),\n        {{ authorizationType: apigateway.AuthorizationType.IAM, methodResponses: [{statuses}] }},\n      );",
                    string(id),
                    string(path),
                    string(&method.to_ascii_uppercase()),
                    template_text(before),
                    template_text(after)
                );
            }
        }
    }
}

/// The responses of an API's integration and of its method.
fn answers(action: &str) -> (String, String) {
    let mut responses = String::from("[\n");
    let answers = super::api_answers(action);
    for answer in &answers {
        let _ = write!(responses, "              {{ statusCode: '{}'", answer.status);
        if let Some(pattern) = answer.pattern {
            let _ = write!(responses, ", selectionPattern: {}", string(pattern));
        }
        if !answer.template.is_empty() {
            let lines: String =
                answer.template.iter().map(|line| format!("                {},\n", string(line))).collect();
            let _ = write!(
                responses,
                ", responseTemplates: {{ 'application/json': [\n{lines}              ].join('\\n') }}"
            );
        }
        responses.push_str(" },\n");
    }
    responses.push_str("            ]");
    let statuses = answers.each_ref().map(|answer| format!("{{ statusCode: '{}' }}", answer.status));
    (responses, statuses.join(", "))
}

/// JSON as a literal of TypeScript, on one line.
pub(super) fn literal(tree: &Tree) -> String {
    match tree {
        Tree::Null => "null".to_owned(),
        Tree::Bool(value) => value.to_string(),
        Tree::Number(raw) => raw.clone(),
        Tree::Text(text) => string(text),
        Tree::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Tree::Map(entries) => format!(
            "{{ {} }}",
            entries
                .iter()
                .map(|entry| format!("{}: {}", property(&entry.key), literal(&entry.value)))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Tree::Call(_, argument) => literal(argument),
    }
}

/// An expression of TypeScript inside the stack's constructor.
fn value(plan: &Plan, expr: &Expr) -> String {
    match expr {
        Expr::Text(text) => string(text),
        Expr::Concat(parts) => {
            let inside: String = parts
                .iter()
                .map(|part| match part {
                    Expr::Text(text) => template_text(text),
                    part => format!("${{{}}}", value(plan, part)),
                })
                .collect();
            format!("`{inside}`")
        }
        Expr::Placeholder(name) => match plan.placeholder(name).map(|placeholder| &placeholder.value) {
            Some(Value::Expr(expr)) => value(plan, expr),
            Some(Value::Reference(reference)) => reference.clone(),
            _ => camel(name),
        },
        Expr::Partition => "this.partition".to_owned(),
        Expr::Region => "this.region".to_owned(),
        Expr::Account => "this.account".to_owned(),
        Expr::SelfArn => "this.stateMachine.stateMachineArn".to_owned(),
        Expr::SelfName => "this.stateMachine.stateMachineName".to_owned(),
        Expr::Piece { of, on, at } => {
            format!("cdk.Fn.select({at}, cdk.Fn.split({}, {}))", string(&on.to_string()), value(plan, of))
        }
    }
}

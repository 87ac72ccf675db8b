//! Pulumi in TypeScript. Its YAML is left out: `${…}` is its own interpolation there.

use std::fmt::Write as _;

use super::cdk_ts::conditions_of;
use super::{Output, definition_file};
use crate::emit::typescript::{comment, property, string, template_text};
use crate::expr::Expr;
use crate::iam::Statement;
use crate::names::camel;
use crate::placeholders::Value;
use crate::plan::Plan;
use crate::settings::Trigger;

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let (path, definition) = definition_file(plan);
    if plan.settings.alias.as_ref().is_some_and(|alias| alias.deployment.is_some()) {
        output.cannot(
            "the gradual deployment: aws.sfn.Alias only has fixed weights; the alias points at the new version at once",
        );
    }
    output.file("index.ts", index(plan, &path));
    output.file("Pulumi.yaml", format!("name: {}\nruntime: nodejs\n", plan.slug));
    output.file(
        "package.json",
        format!(
            "{{\n  \"name\": {},\n  \"private\": true,\n  \"dependencies\": {{\n    \"@pulumi/aws\": \"^7.0.0\",\n    \"@pulumi/pulumi\": \"^3.0.0\"\n  }},\n  \"devDependencies\": {{\n    \"@types/node\": \"^20.0.0\",\n    \"typescript\": \"^5.0.0\"\n  }}\n}}\n",
            crate::emit::json::string(&plan.slug)
        ),
    );
    output.file(
        "tsconfig.json",
        "{\n  \"compilerOptions\": {\n    \"target\": \"ES2022\",\n    \"module\": \"CommonJS\",\n    \"strict\": true,\n    \"noUnusedLocals\": true,\n    \"skipLibCheck\": true,\n    \"noEmit\": true,\n    \"types\": [\"node\"]\n  },\n  \"files\": [\"index.ts\"]\n}\n",
    );
    output.file(path, definition);
    output
}

fn index(plan: &Plan, path: &str) -> String {
    let mut text = String::from(
        "import * as fs from 'node:fs';\nimport * as path from 'node:path';\n\nimport * as aws from '@pulumi/aws';\nimport * as pulumi from '@pulumi/pulumi';\n\n",
    );
    if plan.parameters().next().is_some() {
        text.push_str("const config = new pulumi.Config();\n");
    }
    for placeholder in plan.parameters() {
        let name = camel(&placeholder.name);
        let _ = writeln!(text, "// {}", comment(&placeholder.description));
        let _ = match placeholder.default_value() {
            Some(default) => writeln!(text, "const {name} = config.get({}) ?? {};", string(&name), string(default)),
            None => writeln!(text, "const {name} = config.require({});", string(&name)),
        };
    }
    text.push('\n');
    for (name, expression, wanted) in [
        ("partition", "aws.getPartitionOutput().partition", Expr::Partition),
        ("region", "aws.getRegionOutput().region", Expr::Region),
    ] {
        if mentions(plan, &wanted) {
            let _ = writeln!(text, "const {name} = {expression};");
        }
    }
    if plan.makes_role() || !plan.settings.triggers.is_empty() || mentions(plan, &Expr::Account) {
        text.push_str("const account = aws.getCallerIdentityOutput().accountId;\n\n");
    }
    if plan.makes_role() || !plan.settings.triggers.is_empty() {
        text.push_str(
        "const assumedBy = (service: string) =>\n  aws.iam.getPolicyDocumentOutput({\n    statements: [\n      {\n        actions: ['sts:AssumeRole'],\n        principals: [{ type: 'Service', identifiers: [service] }],\n        conditions: [{ test: 'StringEquals', variable: 'aws:SourceAccount', values: [account] }],\n      },\n    ],\n  }).json;\n\n",
        );
    }
    machine(plan, path, &mut text);
    triggers(plan, &mut text);
    if !text.contains("pulumi.") {
        text = text.replace("import * as pulumi from '@pulumi/pulumi';\n", "");
    }
    text
}

fn mentions(plan: &Plan, wanted: &Expr) -> bool {
    let mut found = false;
    if plan.settings.triggers.iter().any(|trigger| matches!(trigger, Trigger::Api { .. })) {
        found |= matches!(wanted, Expr::Partition | Expr::Region); // the service an API calls
    }
    let mut visit = |expr: &Expr| expr.walk(&mut |expr| found |= expr == wanted);
    for statement in plan.statements.iter().filter(|_| plan.makes_role()) {
        let values = statement.conditions.iter().flat_map(|condition| &condition.values);
        statement.resources.iter().chain(values).for_each(&mut visit);
    }
    for placeholder in &plan.placeholders {
        if let Value::Expr(expr) = &placeholder.value {
            visit(expr);
        }
    }
    found
}

fn machine(plan: &Plan, path: &str, text: &mut String) {
    let settings = &plan.settings;
    if plan.makes_role() {
        let _ = writeln!(
            text,
            "const role = new aws.iam.Role({}, {{ assumeRolePolicy: assumedBy('states.amazonaws.com') }});",
            string(&format!("{}-role", plan.slug))
        );
    }
    let statements = plan.role_statements();
    if !statements.is_empty() {
        policy(plan, "policy", "state-machine", &statements, text);
    }
    if let Some(logging) = &settings.logging {
        let _ = writeln!(
            text,
            "\nconst logGroup = new aws.cloudwatch.LogGroup({}, {{\n  // The prefix keeps the log group out of the resource policy, whose size is limited.\n  name: `/aws/vendedlogs/states/${{pulumi.getStack()}}-{}`,\n  retentionInDays: {},\n}});",
            string(&format!("{}-logs", plan.slug)),
            plan.slug,
            logging.retention_days
        );
    }
    let used: Vec<_> = plan.placeholders.iter().filter(|placeholder| !placeholder.uses.is_empty()).collect();
    let _ = writeln!(text, "\nconst template = fs.readFileSync(path.join(__dirname, {}), 'utf8');", string(path));
    if used.is_empty() {
        text.push_str("const definition = template;\n");
    } else {
        text.push_str("const definition = pulumi\n  .output({\n");
        for placeholder in used {
            let _ = writeln!(
                text,
                "    {}: {},",
                property(&placeholder.name),
                value(plan, &Expr::Placeholder(placeholder.name.clone()))
            );
        }
        text.push_str(
            "  } as Record<string, pulumi.Input<string>>)\n  .apply((values) => template.replace(/\\$\\{(\\w+)\\}/g, (hole, name: string) => values[name] ?? hole));\n",
        );
    }
    let _ = writeln!(text, "\nconst stateMachine = new aws.sfn.StateMachine(\n  {},\n  {{", string(&plan.slug));
    if let Some(name) = &settings.machine_name {
        let _ = writeln!(text, "    name: {},", string(name));
    }
    let role = if plan.makes_role() {
        "role.arn".to_owned()
    } else {
        value(plan, &Expr::Placeholder(plan.ids.own_role.clone()))
    };
    let _ = writeln!(text, "    type: {},\n    roleArn: {},\n    definition,", string(settings.kind.as_str()), role);
    if settings.alias.is_some() {
        text.push_str("    publish: true,\n");
    }
    if let Some(logging) = &settings.logging {
        let _ = writeln!(
            text,
            "    loggingConfiguration: {{\n      level: {},\n      includeExecutionData: {},\n      logDestination: pulumi.interpolate`${{logGroup.arn}}:*`,\n    }},",
            string(logging.level.as_str()),
            logging.include_execution_data
        );
    }
    if settings.tracing {
        text.push_str("    tracingConfiguration: { enabled: true },\n");
    }
    if let Some(encryption) = &settings.encryption {
        let reuse = encryption
            .reuse_seconds
            .map(|seconds| format!(", kmsDataKeyReusePeriodSeconds: {seconds}"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "    encryptionConfiguration: {{ type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: {}{reuse} }},",
            value(plan, &Expr::Placeholder(plan.ids.key.clone()))
        );
    }
    if !settings.tags.is_empty() {
        let tags: Vec<String> =
            settings.tags.iter().map(|(key, tag)| format!("{}: {}", property(key), string(tag))).collect();
        let _ = writeln!(text, "    tags: {{ {} }},", tags.join(", "));
    }
    text.push_str("  },\n");
    if !statements.is_empty() {
        // The service checks at creation that the role may deliver logs.
        text.push_str("  { dependsOn: [policy] },\n");
    }
    text.push_str(");\n");
    let itself = plan.self_statements();
    if !itself.is_empty() {
        policy(plan, "", "distributed-map", &itself, text);
    }
    if let Some(alias) = &settings.alias {
        let triggered = !settings.triggers.is_empty();
        let _ = writeln!(
            text,
            "\n{}new aws.sfn.Alias({}, {{\n  name: {},\n  routingConfigurations: [{{ stateMachineVersionArn: stateMachine.stateMachineVersionArn, weight: 100 }}],\n}});",
            if triggered { "const alias = " } else { "" },
            string(&format!("{}-alias", plan.slug)),
            string(&alias.name)
        );
    }
    text.push_str("\nexport const stateMachineArn = stateMachine.arn;\n");
}

fn policy(plan: &Plan, binding: &str, name: &str, statements: &[Statement], text: &mut String) {
    let binding = if binding.is_empty() { String::new() } else { format!("const {binding} = ") };
    let _ = writeln!(
        text,
        "\n{binding}new aws.iam.RolePolicy({}, {{\n  role: role.id,\n  policy: aws.iam.getPolicyDocumentOutput({{\n    statements: [",
        string(&format!("{}-{name}", plan.slug))
    );
    for statement in statements {
        for line in crate::iam::comment(statement).iter().flat_map(|comment| comment.lines()) {
            let _ = writeln!(text, "      // {line}");
        }
        let list = |values: &[Expr]| values.iter().map(|expr| value(plan, expr)).collect::<Vec<_>>().join(", ");
        let actions: Vec<String> = statement.actions.iter().map(|action| string(action)).collect();
        let _ = writeln!(text, "      {{\n        sid: {},", string(&statement.sid));
        let _ = writeln!(
            text,
            "        actions: [{}],\n        resources: [{}],",
            actions.join(", "),
            list(&statement.resources)
        );
        let conditions: Vec<String> = conditions_of(statement)
            .into_iter()
            .flat_map(|(operator, entries)| entries.into_iter().map(move |entry| (operator, entry)))
            .map(|(operator, (key, values))| {
                format!("{{ test: {}, variable: {}, values: [{}] }}", string(operator), string(key), list(values))
            })
            .collect();
        if !conditions.is_empty() {
            let _ = writeln!(text, "        conditions: [{}],", conditions.join(", "));
        }
        text.push_str("      },\n");
    }
    text.push_str("    ],\n  }).json,\n});\n");
}

fn triggers(plan: &Plan, text: &mut String) {
    let target = if plan.settings.alias.is_some() { "alias.arn" } else { "stateMachine.arn" };
    for (trigger, id) in plan.settings.triggers.iter().zip(&plan.ids.triggers) {
        let service = match trigger {
            Trigger::Schedule { .. } => "scheduler.amazonaws.com",
            Trigger::EventPattern { .. } => "events.amazonaws.com",
            Trigger::Api { .. } => "apigateway.amazonaws.com",
        };
        let name = camel(id);
        let slug = crate::names::kebab(id);
        let action = super::start_action(plan, trigger);
        let _ = writeln!(
            text,
            "\nconst {name}Role = new aws.iam.Role({}, {{ assumeRolePolicy: assumedBy('{service}') }});\nnew aws.iam.RolePolicy({}, {{\n  role: {name}Role.id,\n  policy: aws.iam.getPolicyDocumentOutput({{\n    statements: [{{ actions: ['states:{action}'], resources: [{target}] }}],\n  }}).json,\n}});",
            string(&format!("{slug}-role")),
            string(&format!("{slug}-start"))
        );
        match trigger {
            Trigger::Schedule { expression, timezone, input, .. } => {
                let timezone = timezone
                    .as_deref()
                    .map(|timezone| format!("\n  scheduleExpressionTimezone: {},", string(timezone)))
                    .unwrap_or_default();
                let input = input.as_deref().map(|input| format!(", input: {}", string(input))).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "new aws.scheduler.Schedule({}, {{\n  scheduleExpression: {},{timezone}\n  flexibleTimeWindow: {{ mode: 'OFF' }},\n  target: {{ arn: {target}, roleArn: {name}Role.arn{input} }},\n}});",
                    string(&slug),
                    string(expression)
                );
            }
            Trigger::EventPattern { pattern, bus, .. } => {
                let bus = bus.as_deref().map(|bus| format!(" eventBusName: {},", string(bus))).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "const {name} = new aws.cloudwatch.EventRule({}, {{{bus} eventPattern: {} }});\nnew aws.cloudwatch.EventTarget({}, {{{bus} rule: {name}.name, arn: {target}, roleArn: {name}Role.arn }});",
                    string(&slug),
                    string(pattern),
                    string(&format!("{slug}-target"))
                );
            }
            Trigger::Api { path, method, .. } => api(path, method, &name, &slug, &Started { target, action }, text),
        }
    }
}

/// What an API calls, and on which machine or alias.
struct Started<'p> {
    target: &'p str,
    action: &'p str,
}

/// A REST API whose one method starts an execution.
fn api(path: &str, method: &str, name: &str, slug: &str, started: &Started<'_>, text: &mut String) {
    let Started { target, action } = started;
    let _ = writeln!(text, "const {name}Api = new aws.apigateway.RestApi({});", string(slug));
    let mut parent = format!("{name}Api.rootResourceId");
    for (at, segment) in path.split('/').filter(|segment| !segment.is_empty()).enumerate() {
        let number = at + 1;
        let _ = writeln!(
            text,
            "const {name}Path{number} = new aws.apigateway.Resource({}, {{ restApi: {name}Api.id, parentId: {parent}, pathPart: {} }});",
            string(&format!("{slug}-path-{number}")),
            string(segment)
        );
        parent = format!("{name}Path{number}.id");
    }
    let (before, after) = super::API_REQUEST;
    let of_method =
        |from: &str| format!("restApi: {name}Api.id, resourceId: {parent}, httpMethod: {name}{from}.httpMethod");
    let _ = writeln!(
        text,
        "const {name}Method = new aws.apigateway.Method({}, {{\n  restApi: {name}Api.id,\n  resourceId: {parent},\n  httpMethod: {},\n  authorization: 'AWS_IAM',\n}});",
        string(&format!("{slug}-method")),
        string(&method.to_ascii_uppercase())
    );
    let _ = writeln!(
        text,
        "const {name}Integration = new aws.apigateway.Integration({}, {{\n  {},\n  type: 'AWS',\n  integrationHttpMethod: 'POST',\n  uri: pulumi.interpolate`arn:${{partition}}:apigateway:${{region}}:states:action/{action}`,\n  credentials: {name}Role.arn,\n  requestTemplates: {{ 'application/json': pulumi.interpolate`{}${{{target}}}{}` }},\n}});",
        string(&format!("{slug}-integration")),
        of_method("Method"),
        template_text(before),
        template_text(after)
    );
    let mut mappings = Vec::new();
    for answer in super::api_answers(action) {
        let (suffix, ending) = match answer.pattern {
            None => (String::new(), String::new()),
            Some(_) => (answer.status.to_owned(), format!("-{}", answer.status)),
        };
        let _ = writeln!(
            text,
            "const {name}Response{suffix} = new aws.apigateway.MethodResponse({}, {{ {}, statusCode: '{}' }});",
            string(&format!("{slug}-response{ending}")),
            of_method("Method"),
            answer.status
        );
        let mut more = format!("  statusCode: {name}Response{suffix}.statusCode,\n");
        if let Some(pattern) = answer.pattern {
            let _ = writeln!(more, "  selectionPattern: {},", string(pattern));
        }
        if !answer.template.is_empty() {
            let lines: String = answer.template.iter().map(|line| format!("      {},\n", string(line))).collect();
            let _ =
                write!(more, "  responseTemplates: {{\n    'application/json': [\n{lines}    ].join('\\n'),\n  }},\n");
        }
        let _ = writeln!(
            text,
            "const {name}Mapping{suffix} = new aws.apigateway.IntegrationResponse({}, {{\n  {},\n{more}}});",
            string(&format!("{slug}-mapping{ending}")),
            of_method("Integration"),
        );
        mappings.push(format!("{name}Mapping{suffix}"));
    }
    let _ = writeln!(
        text,
        "const {name}Deployment = new aws.apigateway.Deployment({}, {{ restApi: {name}Api.id }}, {{ dependsOn: [{}] }});\nnew aws.apigateway.Stage({}, {{ restApi: {name}Api.id, deployment: {name}Deployment.id, stageName: 'prod' }});",
        string(&format!("{slug}-deployment")),
        mappings.join(", "),
        string(&format!("{slug}-stage"))
    );
}

/// Whether a value is only known when the stack is deployed.
fn is_late(plan: &Plan, expr: &Expr) -> bool {
    match expr {
        Expr::Text(_) => false,
        Expr::Placeholder(name) => match plan.placeholder(name).map(|placeholder| &placeholder.value) {
            Some(Value::Expr(expr)) => is_late(plan, expr),
            Some(Value::Reference(_)) => true,
            _ => false,
        },
        Expr::Concat(parts) => parts.iter().any(|part| is_late(plan, part)),
        Expr::Piece { of, .. } => is_late(plan, of),
        _ => true,
    }
}

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
            let tag = if is_late(plan, expr) { "pulumi.interpolate" } else { "" };
            format!("{tag}`{inside}`")
        }
        Expr::Placeholder(name) => match plan.placeholder(name).map(|placeholder| &placeholder.value) {
            Some(Value::Expr(expr)) => value(plan, expr),
            Some(Value::Reference(reference)) => reference.clone(),
            _ => camel(name),
        },
        Expr::Partition => "partition".to_owned(),
        Expr::Region => "region".to_owned(),
        Expr::Account => "account".to_owned(),
        Expr::SelfArn => "stateMachine.arn".to_owned(),
        Expr::SelfName => "stateMachine.name".to_owned(),
        Expr::Piece { of, on, at } if is_late(plan, of) => {
            format!("pulumi.output({}).apply((text) => text.split({})[{at}])", value(plan, of), string(&on.to_string()))
        }
        Expr::Piece { of, on, at } => format!("{}.split({})[{at}]", value(plan, of), string(&on.to_string())),
    }
}

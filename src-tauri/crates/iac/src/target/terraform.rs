//! Terraform, and OpenTofu: the same text.

use super::Output;
use crate::emit::hcl::{self, Body};
use crate::expr::Expr;
use crate::iam::Statement;
use crate::names::snake;
use crate::placeholders::Value;
use crate::plan::Plan;
use crate::settings::Trigger;

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let path = format!("statemachine/{}.asl.json.tftpl", plan.slug);
    let mut definition = hcl::template_file(plan.definition.text(), &|hole| {
        plan.placeholder(hole).is_some_and(|found| !found.uses.is_empty())
    });
    if !definition.ends_with('\n') {
        definition.push('\n');
    }
    if plan.settings.alias.as_ref().is_some_and(|alias| alias.deployment.is_some()) {
        output.cannot(
            "the gradual deployment: aws_sfn_alias only has fixed weights; the alias points at the new version at once",
        );
    }
    output.file("main.tf", main(plan, &path));
    if plan.parameters().next().is_some() {
        output.file("variables.tf", variables(plan));
    }
    output.file(
        "outputs.tf",
        Body::default()
            .block("output \"state_machine_arn\"", Body::default().attribute("value", format!("{}.arn", machine(plan))))
            .write(),
    );
    output.file(path, definition);
    output
}

fn label(plan: &Plan) -> String {
    snake(&plan.id)
}

fn machine(plan: &Plan) -> String {
    format!("aws_sfn_state_machine.{}", label(plan))
}

fn main(plan: &Plan, path: &str) -> String {
    let label = label(plan);
    let mut body = Body::default().block(
        "terraform",
        Body::default().attribute("required_version", hcl::string(">= 1.3")).block(
            "required_providers",
            Body::default().attribute(
                "aws",
                hcl::object(&[
                    ("source".into(), hcl::string("hashicorp/aws")),
                    ("version".into(), hcl::string(">= 6.0")),
                ]),
            ),
        ),
    );
    for data in data_sources(plan) {
        body = body.block(format!("data \"{data}\" \"current\""), Body::default());
    }
    body = body.block(format!("resource \"aws_sfn_state_machine\" \"{label}\""), machine_body(plan, path));
    body = roles(plan, &label, body);
    if let Some(logging) = &plan.settings.logging {
        body = body.block(
            format!("resource \"aws_cloudwatch_log_group\" \"{label}\""),
            Body::default()
                // Under this prefix the log group does not count against the size of the resource policy.
                .attribute("name", hcl::string(&format!("/aws/vendedlogs/states/{}", plan.slug)))
                .attribute("retention_in_days", logging.retention_days.to_string()),
        );
    }
    if let Some(alias) = &plan.settings.alias {
        body = body.block(
            format!("resource \"aws_sfn_alias\" \"{label}\""),
            Body::default().attribute("name", hcl::string(&alias.name)).block(
                "routing_configuration",
                Body::default()
                    .attribute("state_machine_version_arn", format!("{}.state_machine_version_arn", machine(plan)))
                    .attribute("weight", "100"),
            ),
        );
    }
    for (trigger, id) in plan.settings.triggers.iter().zip(&plan.ids.triggers) {
        body = trigger_blocks(plan, trigger, &snake(id), body);
    }
    body.write()
}

/// Only the data sources that something asks for.
fn data_sources(plan: &Plan) -> Vec<&'static str> {
    let mut needed = Vec::new();
    let triggers = &plan.settings.triggers;
    if plan.makes_role() || !triggers.is_empty() {
        needed.push("aws_caller_identity"); // the trust of a role
    }
    if triggers.iter().any(|trigger| matches!(trigger, Trigger::Api { .. })) {
        needed.extend(["aws_partition", "aws_region"]); // the service an API calls
    }
    let mut visit = |expr: &Expr| {
        let source = match expr {
            Expr::Partition => "aws_partition",
            Expr::Region => "aws_region",
            Expr::Account => "aws_caller_identity",
            _ => return,
        };
        if !needed.contains(&source) {
            needed.push(source);
        }
    };
    for statement in plan.statements.iter().filter(|_| plan.makes_role()) {
        let values = statement.conditions.iter().flat_map(|condition| &condition.values);
        statement.resources.iter().chain(values).for_each(|expr| expr.walk(&mut |expr| visit(expr)));
    }
    for placeholder in &plan.placeholders {
        if let Value::Expr(expr) = &placeholder.value {
            expr.walk(&mut |expr| visit(expr));
        }
    }
    needed.sort_unstable();
    needed
}

fn machine_body(plan: &Plan, path: &str) -> Body {
    let label = label(plan);
    let values: Vec<(String, String)> = plan
        .placeholders
        .iter()
        .filter(|placeholder| !placeholder.uses.is_empty())
        .map(|placeholder| (placeholder.name.clone(), value(plan, &Expr::Placeholder(placeholder.name.clone()))))
        .collect();
    let mut body = Body::default();
    body = match &plan.settings.machine_name {
        Some(name) => body.attribute("name", hcl::string(name)),
        None => {
            body.attribute("name_prefix", hcl::string(&format!("{}-", plan.slug.chars().take(50).collect::<String>())))
        }
    };
    body = body
        .attribute("type", hcl::string(plan.settings.kind.as_str()))
        .attribute(
            "role_arn",
            if plan.makes_role() {
                format!("aws_iam_role.{label}.arn")
            } else {
                value(plan, &Expr::Placeholder(plan.ids.own_role.clone()))
            },
        )
        .attribute_if("publish", plan.settings.alias.as_ref().map(|_| "true".to_owned()))
        .blank()
        .attribute("definition", format!("templatefile(\"${{path.module}}/{path}\", {})", hcl::object(&values)));
    if let Some(logging) = &plan.settings.logging {
        body = body.block(
            "logging_configuration",
            Body::default()
                .attribute("level", hcl::string(logging.level.as_str()))
                .attribute("include_execution_data", logging.include_execution_data.to_string())
                .attribute("log_destination", format!("\"${{aws_cloudwatch_log_group.{label}.arn}}:*\"")),
        );
    }
    if plan.settings.tracing {
        body = body.block("tracing_configuration", Body::default().attribute("enabled", "true"));
    }
    if let Some(encryption) = &plan.settings.encryption {
        body = body.block(
            "encryption_configuration",
            Body::default()
                .attribute("type", hcl::string("CUSTOMER_MANAGED_KMS_KEY"))
                .attribute("kms_key_id", value(plan, &Expr::Placeholder(plan.ids.key.clone())))
                .attribute_if(
                    "kms_data_key_reuse_period_seconds",
                    encryption.reuse_seconds.map(|seconds| seconds.to_string()),
                ),
        );
    }
    if !plan.settings.tags.is_empty() {
        let tags: Vec<(String, String)> =
            plan.settings.tags.iter().map(|(key, value)| (object_key(key), hcl::string(value))).collect();
        body = body.blank().attribute("tags", hcl::object(&tags));
    }
    if !plan.role_statements().is_empty() {
        // The service checks at creation that the role may deliver logs.
        body = body.blank().attribute("depends_on", format!("[aws_iam_role_policy.{label}]"));
    }
    body
}

fn roles(plan: &Plan, label: &str, mut body: Body) -> Body {
    let assume = |service: &str| {
        Body::default().block(
            "statement",
            Body::default()
                .attribute("actions", "[\"sts:AssumeRole\"]")
                .block(
                    "principals",
                    Body::default()
                        .attribute("type", hcl::string("Service"))
                        .attribute("identifiers", hcl::list(&[hcl::string(service)])),
                )
                .block(
                    "condition",
                    Body::default()
                        .attribute("test", hcl::string("StringEquals"))
                        .attribute("variable", hcl::string("aws:SourceAccount"))
                        .attribute("values", "[data.aws_caller_identity.current.account_id]"),
                ),
        )
    };
    let role = |body: Body, name: &str, prefix: &str, service: &str| {
        let prefix: String = prefix.chars().take(30).collect();
        body.block(
            format!("resource \"aws_iam_role\" \"{name}\""),
            Body::default()
                .attribute("name_prefix", hcl::string(&format!("{prefix}-")))
                .attribute("assume_role_policy", format!("data.aws_iam_policy_document.{name}_assume.json")),
        )
        .block(format!("data \"aws_iam_policy_document\" \"{name}_assume\""), assume(service))
    };
    if plan.makes_role() {
        body = role(body, label, &plan.slug, "states.amazonaws.com");
    }
    for (suffix, statements) in [("", plan.role_statements()), ("_itself", plan.self_statements())] {
        if statements.is_empty() {
            continue;
        }
        let document =
            statements.iter().fold(Body::default(), |body, one| body.block("statement", statement(plan, one)));
        body = body
            .block(
                format!("resource \"aws_iam_role_policy\" \"{label}{suffix}\""),
                Body::default()
                    .attribute("name", hcl::string(if suffix.is_empty() { "state-machine" } else { "distributed-map" }))
                    .attribute("role", format!("aws_iam_role.{label}.id"))
                    .attribute("policy", format!("data.aws_iam_policy_document.{label}{suffix}.json")),
            )
            .block(format!("data \"aws_iam_policy_document\" \"{label}{suffix}\""), document);
    }
    for (trigger, id) in plan.settings.triggers.iter().zip(&plan.ids.triggers) {
        let service = match trigger {
            Trigger::Schedule { .. } => "scheduler.amazonaws.com",
            Trigger::EventPattern { .. } => "events.amazonaws.com",
            Trigger::Api { .. } => "apigateway.amazonaws.com",
        };
        let name = snake(id);
        body = role(body, &name, &name, service)
            .block(
                format!("resource \"aws_iam_role_policy\" \"{name}\""),
                Body::default()
                    .attribute("name", hcl::string("start-execution"))
                    .attribute("role", format!("aws_iam_role.{name}.id"))
                    .attribute("policy", format!("data.aws_iam_policy_document.{name}.json")),
            )
            .block(
                format!("data \"aws_iam_policy_document\" \"{name}\""),
                Body::default().block(
                    "statement",
                    Body::default()
                        .attribute("actions", format!("[\"states:{}\"]", super::start_action(plan, trigger)))
                        .attribute("resources", format!("[{}]", started(plan))),
                ),
            );
    }
    body
}

/// What a trigger starts.
fn started(plan: &Plan) -> String {
    if plan.settings.alias.is_some() {
        format!("aws_sfn_alias.{}.arn", label(plan))
    } else {
        format!("{}.arn", machine(plan))
    }
}

fn trigger_blocks(plan: &Plan, trigger: &Trigger, name: &str, body: Body) -> Body {
    match trigger {
        Trigger::Schedule { expression, timezone, input, .. } => body.block(
            format!("resource \"aws_scheduler_schedule\" \"{name}\""),
            Body::default()
                .attribute("schedule_expression", hcl::string(expression))
                .attribute_if("schedule_expression_timezone", timezone.as_deref().map(hcl::string))
                .block("flexible_time_window", Body::default().attribute("mode", hcl::string("OFF")))
                .block(
                    "target",
                    Body::default()
                        .attribute("arn", started(plan))
                        .attribute("role_arn", format!("aws_iam_role.{name}.arn"))
                        .attribute_if("input", input.as_deref().map(hcl::string)),
                ),
        ),
        Trigger::EventPattern { pattern, bus, .. } => body
            .block(
                format!("resource \"aws_cloudwatch_event_rule\" \"{name}\""),
                Body::default()
                    .attribute("event_pattern", hcl::string(pattern))
                    .attribute_if("event_bus_name", bus.as_deref().map(hcl::string)),
            )
            .block(
                format!("resource \"aws_cloudwatch_event_target\" \"{name}\""),
                Body::default()
                    .attribute("rule", format!("aws_cloudwatch_event_rule.{name}.name"))
                    .attribute_if("event_bus_name", bus.as_deref().map(hcl::string))
                    .attribute("arn", started(plan))
                    .attribute("role_arn", format!("aws_iam_role.{name}.arn")),
            ),
        Trigger::Api { path, method, .. } => {
            api_blocks(plan, super::start_action(plan, trigger), path, method, name, body)
        }
    }
}

/// A REST API whose one method starts an execution.
fn api_blocks(plan: &Plan, action: &str, path: &str, method: &str, name: &str, mut body: Body) -> Body {
    let id = format!("aws_api_gateway_rest_api.{name}.id");
    body = body.block(
        format!("resource \"aws_api_gateway_rest_api\" \"{name}\""),
        Body::default().attribute("name", hcl::string(&format!("{}-{}", plan.slug, crate::names::kebab(name)))),
    );
    let mut parent = format!("aws_api_gateway_rest_api.{name}.root_resource_id");
    for (at, segment) in path.split('/').filter(|segment| !segment.is_empty()).enumerate() {
        let resource = format!("{name}_path_{}", at + 1);
        body = body.block(
            format!("resource \"aws_api_gateway_resource\" \"{resource}\""),
            Body::default()
                .attribute("rest_api_id", id.clone())
                .attribute("parent_id", parent)
                .attribute("path_part", hcl::string(segment)),
        );
        parent = format!("aws_api_gateway_resource.{resource}.id");
    }
    let of_method = |kind: &str| {
        Body::default()
            .attribute("rest_api_id", id.clone())
            .attribute("resource_id", parent.clone())
            .attribute("http_method", format!("aws_api_gateway_{kind}.{name}.http_method"))
    };
    let (before, after) = super::API_REQUEST;
    let template = format!("\"{}${{{}}}{}\"", hcl::escape(before), started(plan), hcl::escape(after));
    let service = format!(
        "arn:${{data.aws_partition.current.partition}}:apigateway:${{data.aws_region.current.region}}:states:action/{action}"
    );
    body = body
        .block(
            format!("resource \"aws_api_gateway_method\" \"{name}\""),
            Body::default()
                .attribute("rest_api_id", id.clone())
                .attribute("resource_id", parent.clone())
                .attribute("http_method", hcl::string(&method.to_ascii_uppercase()))
                .attribute("authorization", hcl::string("AWS_IAM")),
        )
        .block(
            format!("resource \"aws_api_gateway_integration\" \"{name}\""),
            of_method("method")
                .attribute("type", hcl::string("AWS"))
                .attribute("integration_http_method", hcl::string("POST"))
                .attribute("uri", format!("\"{service}\""))
                .attribute("credentials", format!("aws_iam_role.{name}.arn"))
                .blank()
                .attribute("request_templates", hcl::object(&[(hcl::string("application/json"), template)])),
        );
    let mut mappings = Vec::new();
    for answer in super::api_answers(action) {
        let label = answer.pattern.map_or_else(|| name.to_owned(), |_| format!("{name}_{}", answer.status));
        let template = (!answer.template.is_empty()).then(|| {
            let lines: Vec<String> = answer.template.iter().map(|line| hcl::string(line)).collect();
            hcl::object(&[(hcl::string("application/json"), format!("join(\"\\n\", {})", hcl::list(&lines)))])
        });
        let mut mapping = of_method("integration")
            .attribute("status_code", format!("aws_api_gateway_method_response.{label}.status_code"))
            .attribute_if("selection_pattern", answer.pattern.map(hcl::string));
        if let Some(template) = template {
            mapping = mapping.blank().attribute("response_templates", template);
        }
        mappings.push(format!("aws_api_gateway_integration_response.{label}"));
        body = body
            .block(
                format!("resource \"aws_api_gateway_method_response\" \"{label}\""),
                of_method("method").attribute("status_code", hcl::string(answer.status)),
            )
            .block(format!("resource \"aws_api_gateway_integration_response\" \"{label}\""), mapping);
    }
    body.block(
        format!("resource \"aws_api_gateway_deployment\" \"{name}\""),
        Body::default()
            .attribute("rest_api_id", id.clone())
            .blank()
            .attribute(
                "triggers",
                hcl::object(&[(
                    "redeployment".to_owned(),
                    format!("sha1(jsonencode([aws_api_gateway_method.{name}, aws_api_gateway_integration.{name}]))"),
                )]),
            )
            .blank()
            .attribute("depends_on", hcl::list(&mappings))
            .block("lifecycle", Body::default().attribute("create_before_destroy", "true")),
    )
    .block(
        format!("resource \"aws_api_gateway_stage\" \"{name}\""),
        Body::default()
            .attribute("rest_api_id", id)
            .attribute("deployment_id", format!("aws_api_gateway_deployment.{name}.id"))
            .attribute("stage_name", hcl::string("prod")),
    )
}

fn statement(plan: &Plan, statement: &Statement) -> Body {
    let list = |values: &[Expr]| hcl::list(&values.iter().map(|expr| value(plan, expr)).collect::<Vec<_>>());
    let actions: Vec<String> = statement.actions.iter().map(|action| hcl::string(action)).collect();
    let mut body = Body::default();
    if let Some(comment) = crate::iam::comment(statement) {
        body = body.comment(comment);
    }
    body = body
        .attribute("sid", hcl::string(&statement.sid))
        .attribute("actions", hcl::list(&actions))
        .attribute("resources", list(&statement.resources));
    for condition in &statement.conditions {
        body = body.block(
            "condition",
            Body::default()
                .attribute("test", hcl::string(condition.operator))
                .attribute("variable", hcl::string(condition.key))
                .attribute("values", list(&condition.values)),
        );
    }
    body
}

fn variables(plan: &Plan) -> String {
    plan.parameters()
        .fold(Body::default(), |body, placeholder| {
            body.block(
                format!("variable \"{}\"", snake(&placeholder.name)),
                Body::default()
                    .attribute("type", "string")
                    .attribute("description", hcl::string(&placeholder.description))
                    .attribute_if("default", placeholder.default_value().map(hcl::string)),
            )
        })
        .write()
}

/// An expression of HCL.
fn value(plan: &Plan, expr: &Expr) -> String {
    match expr {
        Expr::Text(text) => hcl::string(text),
        Expr::Concat(parts) => {
            let inside: String = parts
                .iter()
                .map(|part| match part {
                    Expr::Text(text) => hcl::escape(text),
                    part => format!("${{{}}}", value(plan, part)),
                })
                .collect();
            format!("\"{inside}\"")
        }
        Expr::Placeholder(name) => match plan.placeholder(name).map(|placeholder| &placeholder.value) {
            Some(Value::Expr(expr)) => value(plan, expr),
            Some(Value::Reference(reference)) => reference.clone(),
            _ => format!("var.{}", snake(name)),
        },
        Expr::Partition => "data.aws_partition.current.partition".to_owned(),
        Expr::Region => "data.aws_region.current.region".to_owned(),
        Expr::Account => "data.aws_caller_identity.current.account_id".to_owned(),
        Expr::SelfArn => format!("{}.arn", machine(plan)),
        Expr::SelfName => format!("{}.name", machine(plan)),
        Expr::Piece { of, on, at } => format!("split({}, {})[{at}]", hcl::string(&on.to_string()), value(plan, of)),
    }
}

fn object_key(key: &str) -> String {
    let bare = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if bare { key.to_owned() } else { hcl::string(key) }
}

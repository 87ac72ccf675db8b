//! What a module declares around a machine: settings, triggers, the code of functions.

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};

use super::super::cloudformation::declared::DOES_NOT_WAIT;
use super::super::{Function, Layer, relative};
use super::text::{Heredoc, encoded, simplify};
use super::{File, Module, key_of, module_path, slice};
use crate::plan::Note;
use crate::settings::{Alias, Encryption, LogLevel, Logging, MachineType, Role, Settings, Trigger};

pub(super) fn settings(module: &Module<'_>, id: &str, block: &Block, notes: &mut Vec<Note>) -> Settings {
    let own = module.own();
    let body = &block.body;
    let mut settings = Settings { machine_name: string(body, "name"), ..Settings::default() };
    if string(body, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("express")) {
        settings.kind = MachineType::Express;
    }
    settings.tracing = body.get_blocks("tracing_configuration").any(|block| is_true(&block.body, "enabled"));
    if let Some(logging) = body.get_blocks("logging_configuration").next()
        && let Some(level) = LogLevel::written(string(&logging.body, "level").as_deref())
    {
        let group = written(own, &logging.body, "log_destination")
            .and_then(|destination| name_after(destination, "aws_cloudwatch_log_group."))
            .and_then(|group| module.labelled("resource", &["aws_cloudwatch_log_group", group]))
            .and_then(|(file, group)| written(file, &group.body, "retention_in_days"));
        settings.logging = Some(Logging {
            level,
            include_execution_data: is_true(&logging.body, "include_execution_data"),
            retention_days: group.and_then(|days| days.parse().ok()).unwrap_or(Logging::default().retention_days),
        });
    }
    if let Some(encryption) = body.get_blocks("encryption_configuration").next()
        && string(&encryption.body, "type").as_deref() != Some("AWS_OWNED_KEY")
    {
        settings.encryption = Some(Encryption {
            key_arn: string(&encryption.body, "kms_key_id").filter(|key| key.starts_with("arn:")),
            reuse_seconds: written(own, &encryption.body, "kms_data_key_reuse_period_seconds")
                .and_then(|seconds| seconds.parse().ok()),
        });
    }
    // A role that comes from outside of the module is the person's own.
    match written(own, body, "role_arn") {
        Some(role) if role.starts_with("\"arn:") && !role.contains("${") => {
            settings.role = Some(Role { arn: Some(role.trim_matches('"').to_owned()) });
        }
        Some(role) if role.starts_with("var.") => settings.role = Some(Role { arn: None }),
        _ => {}
    }
    if let Some(Expression::Object(tags)) = body.get_attribute("tags").map(|attribute| &attribute.value) {
        for (key, value) in tags.iter() {
            if let Some(value) = value.expr().as_str() {
                settings.tags.insert(key_of(own, key), value.to_owned());
            }
        }
    }
    let mine = format!("aws_sfn_state_machine.{id}.");
    for (file, alias) in resources(module, "aws_sfn_alias") {
        if let Some(name) = string(&alias.body, "name").filter(|_| routes_to(file, alias, &mine)) {
            settings.alias = Some(Alias { name, deployment: None });
        }
    }
    let (triggers, waits) = triggers(module, id);
    settings.triggers = triggers;
    if settings.kind == MachineType::Express && !waits {
        notes.push(Note::warning(DOES_NOT_WAIT, None));
    }
    settings
}

/// Rules, schedules and API methods that start the machine or its alias, and whether who calls an API waits for the answer.
fn triggers(module: &Module<'_>, id: &str) -> (Vec<Trigger>, bool) {
    let mine = format!("aws_sfn_state_machine.{id}.");
    let starts = |written: Option<&str>| {
        written.is_some_and(|arn| {
            arn.contains(&mine)
                || name_after(arn, "aws_sfn_alias.")
                    .and_then(|alias| module.labelled("resource", &["aws_sfn_alias", alias]))
                    .is_some_and(|(file, alias)| routes_to(file, alias, &mine))
        })
    };
    let mut found = Vec::new();
    let mut waits = true;
    for (file, schedule) in resources(module, "aws_scheduler_schedule") {
        let Some(target) = schedule.body.get_blocks("target").next() else { continue };
        if let Some(expression) =
            string(&schedule.body, "schedule_expression").filter(|_| starts(written(file, &target.body, "arn")))
        {
            found.push(Trigger::Schedule {
                name: label(schedule),
                expression,
                timezone: string(&schedule.body, "schedule_expression_timezone"),
                input: literal(file, &target.body, "input"),
            });
        }
    }
    for (file, target) in resources(module, "aws_cloudwatch_event_target") {
        if !starts(written(file, &target.body, "arn")) {
            continue;
        }
        let rule = written(file, &target.body, "rule")
            .and_then(|rule| name_after(rule, "aws_cloudwatch_event_rule."))
            .and_then(|rule| module.labelled("resource", &["aws_cloudwatch_event_rule", rule]));
        let Some((file_of_rule, rule)) = rule else { continue };
        let name = label(rule);
        if let Some(pattern) = literal(file_of_rule, &rule.body, "event_pattern") {
            found.push(Trigger::EventPattern { name, pattern, bus: string(&rule.body, "event_bus_name") });
        } else if let Some(expression) = string(&rule.body, "schedule_expression") {
            let input = literal(file, &target.body, "input");
            found.push(Trigger::Schedule { name, expression, timezone: None, input });
        }
    }
    for (file, integration) in resources(module, "aws_api_gateway_integration") {
        let template =
            integration.body.get_attribute("request_templates").map_or("", |attribute| slice(file, &attribute.value));
        let uri = written(file, &integration.body, "uri").unwrap_or_default();
        if !uri.contains(":states:action/Start") || !starts(Some(template)) {
            continue;
        }
        waits &= uri.contains(":states:action/StartSyncExecution");
        let method = written(file, &integration.body, "http_method")
            .and_then(|method| name_after(method, "aws_api_gateway_method."))
            .and_then(|name| module.labelled("resource", &["aws_api_gateway_method", name]));
        let method = match method {
            Some((_, method)) => string(&method.body, "http_method"),
            None => string(&integration.body, "http_method"),
        };
        if let Some(method) = method {
            let path = written(file, &integration.body, "resource_id").map(|resource| api_path(module, resource, 0));
            found.push(Trigger::Api {
                name: label(integration),
                path: path.filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned()),
                method,
            });
        }
    }
    (found, waits)
}

/// `/orders/{id}`, from a resource up to the root of its API.
fn api_path(module: &Module<'_>, resource: &str, depth: u32) -> String {
    let found = name_after(resource, "aws_api_gateway_resource.")
        .filter(|_| depth < 20)
        .and_then(|name| module.labelled("resource", &["aws_api_gateway_resource", name]));
    let Some((file, block)) = found else { return String::new() };
    let above = written(file, &block.body, "parent_id").map(|parent| api_path(module, parent, depth + 1));
    format!("{}/{}", above.unwrap_or_default(), string(&block.body, "path_part").unwrap_or_default())
}

pub(super) fn functions(module: &Module<'_>) -> Vec<Function> {
    let mut found: Vec<Function> = resources(module, "aws_lambda_function")
        .map(|(file, block)| {
            let body = &block.body;
            let variables = body.get_blocks("environment").filter_map(|block| block.body.get_attribute("variables"));
            Function {
                id: label(block),
                name: string(body, "function_name"),
                code: code(module, file, body).map(|code| relative(file.path, &code)),
                handler: string(body, "handler"),
                runtime: string(body, "runtime"),
                timeout_seconds: number(file, body, "timeout"),
                memory_mb: number(file, body, "memory_size"),
                environment: variables.flat_map(|attribute| strings(file, &attribute.value)).collect(),
                layers: layers(module, file, body),
                holes: Vec::new(),
            }
        })
        .collect();
    // The community's module for functions.
    for (file, block) in module.blocks("module") {
        let body = &block.body;
        if let (Some(handler), Some(id)) = (string(body, "handler"), block.labels.first()) {
            let path = body.get_attribute("source_path").and_then(|path| module_path(module, file, &path.value));
            found.push(Function {
                id: id.as_str().to_owned(),
                name: string(body, "function_name"),
                code: path.map(|path| relative(file.path, &path)),
                handler: Some(handler),
                runtime: string(body, "runtime"),
                timeout_seconds: number(file, body, "timeout"),
                memory_mb: number(file, body, "memory_size"),
                environment: body
                    .get_attribute("environment_variables")
                    .map(|variables| strings(file, &variables.value))
                    .unwrap_or_default(),
                layers: layers(module, file, body),
                holes: Vec::new(),
            });
        }
    }
    found
}

/// The layers of a function, with the code of those that the module declares.
fn layers(module: &Module<'_>, file: &File<'_>, body: &Body) -> Vec<Layer> {
    let Some(Expression::Array(named)) = body.get_attribute("layers").map(|attribute| &attribute.value) else {
        return Vec::new();
    };
    let layer = |expression: &Expression| {
        let written = slice(file, expression);
        let own = name_after(written, "aws_lambda_layer_version.")
            .and_then(|name| Some((name, module.labelled("resource", &["aws_lambda_layer_version", name])?)))
            .and_then(|(name, (file, block))| Some((name, relative(file.path, &code(module, file, &block.body)?))));
        let of_module = || {
            let name = name_after(written, "module.")?;
            let (file, block) = module.labelled("module", &[name])?;
            let path = module_path(module, file, &block.body.get_attribute("source_path")?.value)?;
            Some((name, relative(file.path, &path)))
        };
        match own.or_else(of_module) {
            Some((name, code)) => Layer { name: name.to_owned(), code: Some(code) },
            None => Layer { name: written.trim_matches('"').to_owned(), code: None },
        }
    };
    named.iter().map(layer).collect()
}

/// The file or folder of a function's code. A zip made by the archive provider leads to what it is made of.
fn code(module: &Module<'_>, file: &File<'_>, body: &Body) -> Option<String> {
    let written = slice(file, &body.get_attribute("filename")?.value);
    match name_after(written, "data.archive_file.") {
        Some(archive) => {
            let (file, block) = module.labelled("data", &["archive_file", archive])?;
            let source = block.body.get_attribute("source_dir").or_else(|| block.body.get_attribute("source_file"))?;
            module_path(module, file, &source.value)
        }
        None => module_path(module, file, &body.get_attribute("filename")?.value),
    }
}

fn resources<'m, 't>(
    module: &'m Module<'t>,
    kind: &'m str,
) -> impl Iterator<Item = (&'m File<'t>, &'m Block)> + use<'m, 't> {
    module.blocks("resource").filter(move |(_, block)| {
        block.labels.len() == 2 && block.labels.first().is_some_and(|label| label.as_str() == kind)
    })
}

fn label(block: &Block) -> String {
    block.labels.last().map(|label| label.as_str().to_owned()).unwrap_or_default()
}

fn string(body: &Body, name: &str) -> Option<String> {
    body.get_attribute(name).and_then(|attribute| attribute.value.as_str()).map(str::to_owned)
}

fn number(file: &File<'_>, body: &Body, name: &str) -> Option<u32> {
    written(file, body, name)?.parse().ok()
}

fn is_true(body: &Body, name: &str) -> bool {
    matches!(body.get_attribute(name).map(|found| &found.value), Some(Expression::Bool(value)) if *value.value())
}

fn written<'t>(file: &File<'t>, body: &Body, name: &str) -> Option<&'t str> {
    body.get_attribute(name).map(|attribute| slice(file, &attribute.value)).filter(|text| !text.is_empty())
}

/// Whether an alias leads to a version of the machine.
fn routes_to(file: &File<'_>, alias: &Block, machine: &str) -> bool {
    alias
        .body
        .get_blocks("routing_configuration")
        .any(|route| written(file, &route.body, "state_machine_version_arn").is_some_and(|arn| arn.contains(machine)))
}

/// The text of a string that nothing is put into: quoted, a here document, or `jsonencode`.
fn literal(file: &File<'_>, body: &Body, name: &str) -> Option<String> {
    let mut bindings = Vec::new();
    let expression = &body.get_attribute(name)?.value;
    let text = match expression {
        Expression::String(text) => text.value().clone(),
        Expression::HeredocTemplate(_) => simplify(Heredoc::of(slice(file, expression))?.content.trim(), &mut bindings),
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => {
            let node = encoded(file, call.args.iter().next()?, &mut bindings);
            let value: serde_json::Value = serde_json::from_str(&crate::emit::json::node(&node)).ok()?;
            value.to_string()
        }
        _ => return None,
    };
    bindings.is_empty().then_some(text)
}

fn strings(file: &File<'_>, expression: &Expression) -> Vec<(String, String)> {
    let Expression::Object(object) = expression else { return Vec::new() };
    object
        .iter()
        .filter_map(|(key, value): (&ObjectKey, _)| Some((key_of(file, key), value.expr().as_str()?.to_owned())))
        .collect()
}

/// `charge` of `aws_lambda_function.charge.arn`, wherever it stands in the text.
fn name_after<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let rest = &text[text.find(prefix)? + prefix.len()..];
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

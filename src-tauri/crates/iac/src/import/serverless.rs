//! `serverless.yml` with the plugin serverless-step-functions.

use super::cloudformation::declared;
use super::patch::{self, Dialect};
use super::value::Reader;
use super::{Binding, Files, Form, Function, Refusal, Workflow, holes, link_functions, relative};
use crate::plan::Note;
use crate::settings::{Encryption, LogLevel, Logging, MachineType, Role, Settings, Trigger};
use crate::template::Item;

fn machines(service: &Item) -> impl Iterator<Item = (&str, &Item)> {
    service
        .at(&["stepFunctions", "stateMachines"])
        .map(Item::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|(id, machine)| Some((id.as_str()?, machine)))
}

pub(super) fn workflows(path: &str, text: &str, service: &Item, files: &Files<'_>) -> Vec<Workflow> {
    let mut found: Vec<Workflow> =
        machines(service).map(|(id, machine)| workflow(path, text, service, id, machine, files)).collect();
    let functions = functions(path, service);
    link_functions(&mut found, &functions, &|expression, function| {
        // A function's key, or the logical id the framework makes of it.
        let logical =
            format!("{}LambdaFunction", capitalised(&function.id.replace('-', "Dash").replace('_', "Underscore")));
        let words: Vec<&str> =
            expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).collect();
        words.contains(&function.id.as_str()) || words.contains(&logical.as_str())
    });
    found
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// The path of `${file(path)}`.
fn file_variable(text: &str) -> Option<&str> {
    text.trim().strip_prefix("${file(")?.split(')').next()
}

fn workflow(path: &str, text: &str, service: &Item, id: &str, machine: &Item, files: &Files<'_>) -> Workflow {
    let mut notes = Vec::new();
    let mut reader = Reader { text, bindings: Vec::new() };
    let mut file = None;
    let (form, definition) = match machine.get("definition") {
        None => {
            notes.push(Note::warning(format!("{id} has no definition"), None));
            (Form::Object, String::new())
        }
        Some(item) => match item.as_str().and_then(file_variable) {
            // `${file(flows.yml):orders}` is a part of the file.
            Some(_) if item.as_str().is_some_and(|text| text.contains("):")) => {
                notes.push(Note::warning(format!("the definition of {id} is a part of another file"), None));
                (Form::Text, String::new())
            }
            Some(name) => {
                let at = relative(path, name);
                let content = files(&at);
                if content.is_none() {
                    notes.push(Note::warning(format!("there is no file {at}"), None));
                }
                file = Some(at);
                (Form::Separate, content.unwrap_or_default())
            }
            None if item.is_map() => (Form::Object, crate::emit::json::node(&reader.node(item))),
            None => {
                notes.push(Note::warning(format!("the definition of {id} is computed"), None));
                (Form::Text, item.scalar().unwrap_or_default().to_owned())
            }
        },
    };
    let mut bindings = reader.bindings;
    for hole in holes(&definition) {
        if bindings.iter().all(|binding| binding.hole != hole) {
            let expression = format!("${{{hole}}}");
            bindings.push(Binding { hole, expression });
        }
    }
    let settings = settings(service, machine, &mut notes);
    Workflow { id: id.to_owned(), form, text: definition, file, bindings, settings, functions: Vec::new(), notes }
}

fn settings(service: &Item, machine: &Item, notes: &mut Vec<Note>) -> Settings {
    let text = |path: &[&str]| machine.at(path).and_then(Item::as_str).map(str::to_owned);
    let mut settings = Settings {
        machine_name: text(&["name"]),
        tracing: machine.at(&["tracingConfig", "enabled"]).is_some_and(Item::is_true),
        ..Settings::default()
    };
    if text(&["type"]).as_deref() == Some("EXPRESS") {
        settings.kind = MachineType::Express;
    }
    if let Some(logging) = machine.get("loggingConfig") {
        let level = match logging.get("level").and_then(Item::as_str) {
            Some("ALL") => Some(LogLevel::All),
            Some("FATAL") => Some(LogLevel::Fatal),
            Some("OFF") => None,
            _ => Some(LogLevel::Error),
        };
        settings.logging = level.map(|level| Logging {
            level,
            include_execution_data: logging.get("includeExecutionData").is_some_and(Item::is_true),
            retention_days: logging
                .get("destinations")
                .and_then(|destinations| destinations.items().first())
                .and_then(|group| declared::group_retention(service.get("resources")?, group))
                .unwrap_or(Logging::default().retention_days),
        });
    }
    // A role that a variable names comes from outside of the service.
    settings.role = text(&["role"])
        .filter(|role| role.starts_with("arn:") || role.starts_with("${"))
        .map(|role| Role { arn: Some(role).filter(|role| role.starts_with("arn:")) });
    settings.alias = text(&["id"]).and_then(|id| declared::alias(service.get("resources")?, &id));
    if let Some(encryption) = machine.get("encryptionConfig") {
        let field = |name: &str| encryption.get(name).and_then(Item::as_str);
        if field("Type") != Some("AWS_OWNED_KEY") {
            settings.encryption = Some(Encryption {
                key_arn: field("KmsKeyId").filter(|key| key.starts_with("arn:")).map(str::to_owned),
                reuse_seconds: field("KmsDataKeyReusePeriodSeconds").and_then(|seconds| seconds.parse().ok()),
            });
        }
    }
    for (key, value) in machine.get("tags").map(Item::entries).unwrap_or_default() {
        if let (Some(key), Some(value)) = (key.as_str(), value.as_str()) {
            settings.tags.insert(key.to_owned(), value.to_owned());
        }
    }
    for (at, event) in machine.get("events").map(Item::items).unwrap_or_default().iter().enumerate() {
        match trigger(at + 1, event) {
            Some(trigger) => {
                let waits = event.at(&["http", "action"]).and_then(Item::as_str) == Some("StartSyncExecution");
                if settings.kind == MachineType::Express && matches!(trigger, Trigger::Api { .. }) && !waits {
                    notes.push(Note::warning(declared::DOES_NOT_WAIT, None));
                }
                settings.triggers.push(trigger);
            }
            None => notes.push(Note::warning(format!("event {} could not be read", at + 1), None)),
        }
    }
    settings
}

fn trigger(number: usize, event: &Item) -> Option<Trigger> {
    let (kind, value) = event.entries().first()?;
    let text = |field: &str| value.get(field).and_then(Item::as_str).map(str::to_owned);
    match kind.as_str()? {
        "schedule" => Some(Trigger::Schedule {
            name: text("name").unwrap_or_else(|| format!("Schedule{number}")),
            expression: value.as_str().map(str::to_owned).or_else(|| text("rate"))?,
            timezone: text("timezone"),
            input: value.get("input").map(|input| match input.as_str() {
                Some(text) => text.to_owned(),
                None => json_of(input),
            }),
        }),
        // Some stop or describe executions.
        "http" if text("action").is_none_or(|action| action.starts_with("Start")) => {
            let (method, path) = match value.as_str() {
                Some(short) => short.split_once(' ').map(|(method, path)| (method.to_owned(), path.to_owned()))?,
                None => (text("method")?, text("path")?),
            };
            Some(Trigger::Api {
                name: format!("Api{number}"),
                path: format!("/{}", path.trim_start_matches('/')),
                method: method.to_ascii_uppercase(),
            })
        }
        "cloudwatchEvent" | "eventBridge" => Some(Trigger::EventPattern {
            name: format!("Event{number}"),
            pattern: json_of(value.get("event")?),
            bus: text("eventBusName"),
        }),
        _ => None,
    }
}

/// JSON on one line.
fn json_of(item: &Item) -> String {
    let mut reader = Reader { text: "", bindings: Vec::new() };
    let text = crate::emit::json::node(&reader.node(item));
    serde_json::from_str::<serde_json::Value>(&text).map_or(text, |value| value.to_string())
}

fn functions(path: &str, service: &Item) -> Vec<Function> {
    let provider = service.get("provider");
    service
        .get("functions")
        .map(Item::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|(id, function)| {
            let text = |field: &str| function.get(field).and_then(Item::as_str).map(str::to_owned);
            let mut environment: Vec<(String, String)> = Vec::new();
            for holder in [provider, Some(function)].into_iter().flatten() {
                for (name, value) in holder.get("environment").map(Item::entries).unwrap_or_default() {
                    if let (Some(name), Some(value)) = (name.scalar(), value.as_str()) {
                        environment.retain(|(known, _)| known != name);
                        environment.push((name.to_owned(), value.to_owned()));
                    }
                }
            }
            let runtime = text("runtime").or_else(|| provider?.get("runtime")?.as_str().map(str::to_owned));
            Some(Function {
                id: id.as_str()?.to_owned(),
                name: text("name"),
                code: Some(relative(path, ".")),
                handler: text("handler"),
                runtime,
                environment,
                holes: Vec::new(),
            })
        })
        .collect()
}

pub(super) fn patch(text: &str, service: &Item, id: &str, definition: &str) -> Result<String, Refusal> {
    let (_, machine) = machines(service).find(|(name, _)| *name == id).ok_or_else(|| Refusal::Gone(id.to_owned()))?;
    let item = machine.get("definition").ok_or_else(|| Refusal::Gone(id.to_owned()))?;
    if item.as_str().and_then(file_variable).is_some() {
        return Err(Refusal::Unsound("the definition stands in a file of its own: save that file".to_owned()));
    }
    let document = super::parse_definition(definition)?;
    let mut reader = Reader { text, bindings: Vec::new() };
    reader.node(item);
    patch::object(text, item, document.root(), Dialect::CloudFormation { native: reader.bindings })
}

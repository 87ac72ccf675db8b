//! `serverless.yml` with the plugin serverless-step-functions.

use super::cloudformation::{self, declared};
use super::patch::{self, Dialect};
use super::value::{Reader, intrinsic};
use super::{
    Binding, Changed, Files, Form, Function, ImportError, Layer, Origin, Refusal, Workflow, holes, link_functions,
    relative,
};
use crate::plan::Note;
use crate::settings::{Encryption, LogLevel, Logging, MachineType, Role, Settings, Trigger};
use crate::template::Item;

pub(super) fn workflows(
    path: &str,
    text: &str,
    service: &Item,
    files: &Files<'_>,
) -> Result<Vec<Workflow>, ImportError> {
    let project = Project { path, files };
    let mut found = plugins_machines(&project, text, service)?;
    // Without the plugin a machine stands among the resources, as in any template.
    if let Some(resources) = service.get("resources") {
        let resources = project.follow(&Place { file: None, text: text.to_owned(), item: Item::nothing() }, resources);
        if let Ok(Place { file: None, item, .. }) = &resources {
            found.extend(
                cloudformation::workflows(path, text, item, files)
                    .into_iter()
                    .map(|workflow| Workflow { origin: Origin::Serverless, ..workflow }),
            );
        }
    }
    Ok(found)
}

/// The machines of the plugin, under `stepFunctions`.
fn plugins_machines(project: &Project<'_>, text: &str, service: &Item) -> Result<Vec<Workflow>, ImportError> {
    let Some(machines) = project.machines(text, service)? else { return Ok(Vec::new()) };
    let entries = machines.item.entries().to_vec();
    let entries = entries.iter().filter_map(|(id, machine)| Some((id.as_str()?, machine)));
    let mut found: Vec<Workflow> =
        entries.map(|(id, machine)| workflow(project, service, &machines, id, machine)).collect();
    let functions = functions(project, text, service);
    link_functions(&mut found, &functions, &|expression, function| {
        // A function's key, or the logical id the framework makes of it.
        let logical = format!("{}LambdaFunction", normalised(&function.id));
        let words: Vec<&str> =
            expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).collect();
        words.contains(&function.id.as_str()) || words.contains(&logical.as_str())
    });
    Ok(found)
}

/// The beginning of the logical id that the framework makes of a key.
fn normalised(key: &str) -> String {
    let text = key.replace('-', "Dash").replace('_', "Underscore");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// `${file(path):key.key, default}`: the path and the keys.
fn file_variable(text: &str) -> Option<(&str, Option<&str>)> {
    let (path, rest) = text.trim().strip_prefix("${file(")?.split_once(')')?;
    let keys = rest.strip_prefix(':').and_then(|rest| rest.split(['}', ',']).next()).map(str::trim);
    Some((path.trim().trim_matches(['"', '\'']), keys.filter(|keys| !keys.is_empty())))
}

/// A value and the file it stands in.
struct Place {
    /// Relative to the root; the service's own file if absent.
    file: Option<String>,
    text: String,
    item: Item,
}

struct Project<'p> {
    path: &'p str,
    files: &'p Files<'p>,
}

/// Files that name files that name files.
const MOST_FOLLOWED: u32 = 5;

impl Project<'_> {
    /// `stepFunctions.stateMachines`, which may stand in other files.
    fn machines(&self, text: &str, service: &Item) -> Result<Option<Place>, ImportError> {
        let mut machines = Place { file: None, text: text.to_owned(), item: service.clone() };
        for (key, what) in [("stepFunctions", "stepFunctions"), ("stateMachines", "stepFunctions.stateMachines")] {
            let Some(inner) = machines.item.get(key).cloned() else { return Ok(None) };
            machines = self
                .follow(&machines, &inner)
                .map_err(|why| ImportError::Unreadable(format!("{}: {what}: {why}", self.path)))?;
        }
        Ok(Some(machines))
    }

    /// The value that stands in `place`, or that of the file it names. Paths are relative to the service, wherever they stand.
    fn follow(&self, place: &Place, item: &Item) -> Result<Place, String> {
        let mut found = Place { file: place.file.clone(), text: place.text.clone(), item: item.clone() };
        for _ in 0..MOST_FOLLOWED {
            let Some((name, keys)) = found.item.as_str().and_then(file_variable) else { return Ok(found) };
            let at = relative(self.path, name);
            if [".js", ".cjs", ".mjs", ".ts"].iter().any(|ending| at.ends_with(ending)) {
                return Err(format!("{at} is a program, which is not run"));
            }
            let text = (self.files)(&at).ok_or_else(|| format!("there is no file {at}"))?;
            let whole = crate::template::parse(&text).map_err(|error| format!("{at}: {error}"))?;
            let item = match keys {
                None => whole,
                Some(keys) => {
                    let path: Vec<&str> = keys.split('.').collect();
                    whole.at(&path).cloned().ok_or_else(|| format!("there is no {keys} in {at}"))?
                }
            };
            found = Place { file: Some(at), text, item };
        }
        Err("files name each other in a circle".to_owned())
    }
}

fn workflow(project: &Project<'_>, service: &Item, machines: &Place, id: &str, machine: &Item) -> Workflow {
    let mut notes = Vec::new();
    let mut file = None;
    let mut home = None;
    let place = project.follow(machines, machine).unwrap_or_else(|why| {
        notes.push(Note::warning(format!("{id} cannot be read: {why}"), None));
        Place { file: None, text: String::new(), item: Item::nothing() }
    });
    let mut reader = Reader { text: &place.text, bindings: Vec::new() };
    let machine = &place.item;
    let (form, definition) = match machine.get("definition") {
        None => {
            if notes.is_empty() {
                notes.push(Note::warning(format!("{id} has no definition"), None));
            }
            (Form::Object, String::new())
        }
        Some(item) => match item.as_str().and_then(file_variable) {
            Some((name, None)) => {
                let at = relative(project.path, name);
                let content = (project.files)(&at);
                if content.is_none() {
                    notes.push(Note::warning(format!("there is no file {at}"), None));
                }
                file = Some(at);
                (Form::Separate, content.unwrap_or_default())
            }
            // A part of another file.
            Some(_) => match project.follow(&place, item) {
                Ok(part) if part.item.is_map() => {
                    home = part.file;
                    let mut of_part = Reader { text: &part.text, bindings: Vec::new() };
                    let definition = crate::emit::json::node(&of_part.node(&part.item));
                    of_part.bindings.into_iter().for_each(|binding| reader.bind(&binding.hole, binding.expression));
                    (Form::Object, definition)
                }
                Ok(_) => {
                    notes.push(Note::warning(format!("the definition of {id} is no object"), None));
                    (Form::Text, String::new())
                }
                Err(why) => {
                    notes.push(Note::warning(format!("the definition of {id} cannot be read: {why}"), None));
                    (Form::Text, String::new())
                }
            },
            None if item.is_map() => {
                home.clone_from(&place.file);
                (Form::Object, crate::emit::json::node(&reader.node(item)))
            }
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
    let mut settings = settings(service, machine, &mut notes);
    for binding in &bindings {
        let path: Option<Vec<&str>> = binding.hole.strip_prefix("self:").map(|path| path.split('.').collect());
        let value = path.and_then(|path| service.at(&path)).and_then(Item::as_str);
        super::keep_value(&mut settings, &binding.hole, value.filter(|value| !value.contains("${")));
    }
    Workflow {
        id: id.to_owned(),
        origin: Origin::Serverless,
        form,
        text: definition,
        file,
        home,
        bindings,
        settings,
        functions: Vec::new(),
        notes,
    }
}

fn settings(service: &Item, machine: &Item, notes: &mut Vec<Note>) -> Settings {
    let text = |path: &[&str]| machine.at(path).and_then(Item::as_str).map(str::to_owned);
    let name = text(&["name"]);
    if let Some(computed) = name.as_ref().filter(|name| name.contains("${")) {
        notes.push(Note::warning(format!("its name is made when it is deployed: {computed}"), None));
    }
    let mut settings = Settings {
        machine_name: name.filter(|name| !name.contains("${")),
        tracing: machine.at(&["tracingConfig", "enabled"]).is_some_and(Item::is_true),
        ..Settings::default()
    };
    if text(&["type"]).as_deref() == Some("EXPRESS") {
        settings.kind = MachineType::Express;
    }
    if let Some(logging) = machine.get("loggingConfig") {
        let level = LogLevel::written(logging.get("level").and_then(Item::as_str));
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

fn functions(project: &Project<'_>, text: &str, service: &Item) -> Vec<Function> {
    let own = Place { file: None, text: text.to_owned(), item: Item::nothing() };
    // What cannot be followed is no function that could be run.
    let followed = |item: &Item| project.follow(&own, item).map(|place| place.item).ok();
    let provider = service.get("provider").and_then(followed);
    let provider = provider.as_ref();
    let functions = service.get("functions").and_then(followed);
    functions
        .as_ref()
        .map(Item::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|(id, function)| {
            let function = &followed(function)?;
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
            let inherited = |field: &str| text(field).or_else(|| provider?.get(field)?.as_str().map(str::to_owned));
            let number = |field: &str| inherited(field).and_then(|number| number.parse().ok());
            let runtime = inherited("runtime");
            // A function's own layers stand in place of the provider's.
            let named = function.get("layers").or_else(|| provider?.get("layers"));
            Some(Function {
                id: id.as_str()?.to_owned(),
                name: text("name"),
                code: Some(relative(project.path, ".")),
                handler: text("handler"),
                runtime,
                timeout_seconds: number("timeout"),
                memory_mb: number("memorySize"),
                environment,
                layers: named
                    .map(Item::items)
                    .unwrap_or_default()
                    .iter()
                    .map(|named| layer(project, service, named))
                    .collect(),
                holes: Vec::new(),
            })
        })
        .collect()
}

/// A layer that a function names by the logical id that the framework makes of its key.
fn layer(project: &Project<'_>, service: &Item, named: &Item) -> Layer {
    let logical = match intrinsic(named) {
        Some((function, argument)) if function == "Ref" => argument.scalar().map(str::to_owned),
        _ => None,
    };
    let Some(logical) = logical else {
        return Layer { name: named.scalar().unwrap_or("computed when it is deployed").to_owned(), code: None };
    };
    let layers = service.get("layers").map(Item::entries).unwrap_or_default();
    let own = layers.iter().find_map(|(key, layer)| {
        let key = key.as_str().filter(|key| format!("{}LambdaLayer", normalised(key)) == logical)?;
        Some((key, layer.get("path")?.as_str()?))
    });
    match own {
        Some((key, path)) => Layer { name: key.to_owned(), code: Some(relative(project.path, path)) },
        None => Layer { name: logical, code: None },
    }
}

pub(super) fn patch(place: &super::Place<'_>, service: &Item, id: &str, definition: &str) -> Result<Changed, Refusal> {
    let &super::Place { path, text, files, .. } = place;
    let gone = || Refusal::Gone(id.to_owned());
    let project = Project { path, files };
    let machines = project.machines(text, service).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let declared = machines.as_ref().and_then(|machines| Some((machines, machines.item.get(id)?)));
    let Some((machines, machine)) = declared else {
        let resources = service.get("resources").filter(|one| one.at(&["Resources", id]).is_some()).ok_or_else(gone)?;
        let text = cloudformation::patch(text, resources, id, definition)?;
        return Ok(Changed { file: None, text });
    };
    let machine = project.follow(machines, machine).map_err(Refusal::Unreadable)?;
    let item = machine.item.get("definition").ok_or_else(gone)?;
    if let Some((_, None)) = item.as_str().and_then(file_variable) {
        return Err(Refusal::Unsound("the definition stands in a file of its own: save that file".to_owned()));
    }
    let Place { file, text, item } = project.follow(&machine, item).map_err(Refusal::Unreadable)?;
    let document = super::parse_definition(definition)?;
    let mut reader = Reader { text: &text, bindings: Vec::new() };
    reader.node(&item);
    let native = reader.bindings;
    let text = patch::object(&text, &item, document.root(), Dialect::CloudFormation { native })?;
    Ok(Changed { file, text })
}

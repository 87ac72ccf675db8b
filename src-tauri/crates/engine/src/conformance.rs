//! `conformance CASES --out RESULTS`: one answer file per case, in the shapes that the judge documents.
//!
//! Machine, execution and role carry the names in the case. The clock is virtual and jumps to the next timer.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl::check::MachineType;
use lint::service::request;
use machine::{Compiled, Effect, Execution, Fact, Failure, Outcome, Settings, Step};
use query::{Object, Text, Value};

use crate::case::Case;
use crate::world::World;

/// A case that does not end by itself is left after so many steps.
const MAX_STEPS: usize = 2_000_000;

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let mut cases = None;
    let mut out = None;
    let mut only = None;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--out" => out = rest.next().map(PathBuf::from),
            "--only" => only = rest.next().cloned(),
            _ if cases.is_none() => cases = Some(PathBuf::from(argument)),
            other => return Err(format!("unexpected argument {other}")),
        }
    }
    let (Some(cases), Some(out)) = (cases, out) else {
        return Err("usage: conformance CASES --out RESULTS".to_owned());
    };
    let mut written = 0;
    for path in case_files(&cases)? {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let value = Value::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let case = Case { value };
        if only.as_ref().is_some_and(|only| !path.to_string_lossy().contains(only.as_str())) {
            continue;
        }
        let Some(answer) = answer(&case) else { continue };
        let target = out.join(path.strip_prefix(&cases).unwrap_or(&path));
        let folder = target.parent().unwrap_or(&out);
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        fs::write(&target, answer.text().as_str()).map_err(|error| format!("{}: {error}", target.display()))?;
        written += 1;
    }
    #[expect(clippy::print_stdout, reason = "a command-line tool")]
    {
        println!("{written} answers in {}", out.display());
    }
    Ok(())
}

fn case_files(cases: &Path) -> Result<Vec<PathBuf>, String> {
    let list = |folder: &Path| -> Result<Vec<PathBuf>, String> {
        let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        Ok(paths)
    };
    let mut files = Vec::new();
    for folder in list(cases)?.into_iter().filter(|path| path.is_dir()) {
        files.extend(list(&folder)?.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "json")));
    }
    Ok(files)
}

/// The answer to a case; `None` for kinds that need a server.
fn answer(case: &Case) -> Option<Value> {
    match case.text("kind") {
        "execution" => Some(execution(case)),
        "execution_table" => {
            let runs = case.list("runs").iter().map(|run| {
                let mut members = case.value.as_object().cloned().unwrap_or_default();
                for (key, value) in run.as_object().into_iter().flat_map(Object::iter) {
                    members.insert(Arc::clone(key), value.clone());
                }
                execution(&Case { value: Value::Object(members) })
            });
            Some(object([("runs", runs.collect())]))
        }
        "validation" => Some(validation(case)),
        "test_state" => Some(crate::tested::answer(case)),
        _ => None,
    }
}

fn validation(case: &Case) -> Value {
    let machine_type = if case.text("type") == "EXPRESS" { MachineType::Express } else { MachineType::Standard };
    let verdict = lint::service::validate_definition(&case.definition(), machine_type, false);
    if case.text("api") != "validate_state_machine_definition" {
        return match checked_request(case, &verdict) {
            Ok(()) => Value::Object(Object::new()),
            Err(request::ApiError { code, message }) => {
                object([("error", object([("Code", Value::string(code)), ("Message", Value::string(&message))]))])
            }
        };
    }
    let diagnostics = verdict.diagnostics.iter().map(|diagnostic| {
        let mut found = Object::new();
        found.insert("severity", Value::string(diagnostic.severity_name()));
        found.insert("code", Value::string(&diagnostic.code));
        found.insert("message", Value::string(&diagnostic.message));
        if let Some(location) = &diagnostic.location {
            found.insert("location", Value::string(location));
        }
        Value::Object(found)
    });
    object([
        ("result", Value::string(verdict.result())),
        ("diagnostics", diagnostics.collect()),
        ("truncated", Value::Bool(verdict.truncated)),
    ])
}

/// What CreateStateMachine and UpdateStateMachine say about their parameters.
fn checked_request(case: &Case, verdict: &lint::service::Verdict) -> Result<(), request::ApiError> {
    let empty = Value::default();
    let parameters = case.value.get("request").unwrap_or(&empty);
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);
    if let Some(arn) = text("stateMachineArn") {
        request::check_update_arn(arn)?;
    }
    request::check_version_description(
        text("versionDescription"),
        parameters.get("publish").and_then(Value::as_bool).unwrap_or(false),
    )?;
    if let Some(logging) = parameters.get("loggingConfiguration") {
        let destinations = logging.get("destinations").and_then(Value::as_array).map_or(0, |list| list.len());
        let level = logging.get("level").and_then(Value::as_str).map(str::to_owned);
        request::check_logging(&request::LoggingConfiguration { level, destinations })?;
    }
    request::invalid_definition(verdict)?;
    // The second of two calls with one name: the case names the response it was recorded as.
    if case.text("snapshot_key").starts_with("already_exists") {
        let name = text("name").unwrap_or_default();
        return Err(request::already_exists(&format!("arn:aws:states:us-east-1:111111111111:stateMachine:{name}")));
    }
    Ok(())
}

fn execution(case: &Case) -> Value {
    match try_execution(case) {
        Ok(answer) => answer,
        Err(message) => object([("status", Value::string("REFUSED")), ("note", Value::string(&message))]),
    }
}

fn try_execution(case: &Case) -> Result<Value, String> {
    let (document, _) = asl::Document::parse(&case.definition());
    let checked = asl::check(&document);
    let Some(program) = checked.program else { return Err(format!("{:?}", checked.diagnostics)) };
    let machine = Arc::new(Compiled::new(&program).map_err(|error| error.to_string())?);
    let name = |field: &str| Some(case.text(field)).filter(|name| !name.is_empty()).unwrap_or("case").to_owned();
    let mut settings = Settings::named(&name("state_machine_name"), &name("execution_name"), case.kind());
    if !case.text("role_arn").is_empty() {
        settings.role_arn = case.text("role_arn").into();
    }
    let world = World::of(case);
    settings.missing = machine
        .states()
        .filter(|(_, state)| *state.integration() == machine::Integration::Activity)
        .filter(|(_, state)| !world.has_responses_for(&state.name))
        .filter_map(|(_, state)| state.resource().map(Arc::from))
        .collect();
    let input = Value::parse(&case.input()).map_err(|error| error.to_string())?;
    let mut execution = Execution::start(Arc::clone(&machine), settings, input);
    let mut tokens = Vec::new();
    let events = play(case, &mut execution, world, &mut tokens);
    let mut answer = Object::new();
    answer.insert("status", Value::string(execution.status().name()));
    if let Some(Outcome { output, failure, .. }) = execution.outcome() {
        if let Some(output) = output {
            answer.insert("output", Value::string(&output.text()));
        }
        if let Some(error) = &failure.error {
            answer.insert("error", Value::string(error));
        }
        if let Some(cause) = &failure.cause {
            answer.insert("cause", Value::string(cause));
        }
    }
    let mut history = String::new();
    machine::write_history(events.iter().filter(|event| event.execution.0 == 0), &machine, &mut history);
    // The recorder numbered what it cannot compare, task tokens among them.
    for (at, token) in tokens.iter().enumerate() {
        history = history.replace(token.as_str(), &format!("<task_token:{}>", at + 1));
    }
    answer.insert("events", Value::parse(&history).map_err(|error| format!("the history is no JSON: {error}"))?);
    Ok(Value::Object(answer))
}

fn play(case: &Case, execution: &mut Execution, mut world: World, tokens: &mut Vec<Text>) -> Vec<machine::Event> {
    let mut now = case.now();
    let mut events = Vec::new();
    let mut calls: Vec<&Value> = case.list("api_calls_during_execution").iter().collect();
    for _ in 0..MAX_STEPS {
        if let Some(Step { events: new, effects }) = execution.step(now) {
            events.extend(new);
            for effect in effects {
                match effect {
                    Effect::InvokeTask(call) => {
                        for fact in world.answer(&call) {
                            execution.deliver(fact);
                        }
                        tokens.extend(call.task_token.clone());
                    }
                    Effect::ReadDataset(request) => execution.deliver(world.read(request.effect, &request)),
                    Effect::WriteDataset { request, .. } => {
                        execution.deliver(Fact::DatasetWritten { effect: request.effect });
                    }
                    Effect::StartTimer { .. } | Effect::Cancel { .. } => {}
                }
            }
            continue;
        }
        if execution.is_finished() {
            break;
        }
        if let Some(call) = calls.pop() {
            if call.get("op").and_then(Value::as_str) == Some("stop_execution") {
                let text = |name: &str| call.get("params")?.get(name)?.as_str().map(query::Text::from);
                execution.deliver(Fact::Stop { failure: Failure { error: text("error"), cause: text("cause") } });
            }
            continue;
        }
        match execution.next_wake() {
            Some(wake) => now = wake,
            None => break,
        }
    }
    events
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().collect())
}

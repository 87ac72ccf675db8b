//! `--break-at`: where a run stops, and what is printed there.

use std::path::Path;

use asl::{Document, Model};
use machine::Stand;
use runtime::debug::{Focus, Snapshot};
use runtime::{Breakpoint, Pause, PauseReason};
use serde_json::json;
use store::ExecutionId;

use crate::output::Trouble;

/// Breakpoints before states, by their names or JSON pointers.
///
/// # Errors
/// A state that is not there, or a condition that cannot be read.
pub(super) fn breakpoints(
    definition: &str,
    states: &[String],
    condition: Option<&str>,
) -> Result<Vec<Breakpoint>, Trouble> {
    if let Some(problem) = condition.and_then(runtime::debug::check) {
        return Err(Trouble::new(format_args!("--break-if cannot be read: {problem}")));
    }
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let (document, _) = Document::parse(definition);
    let model = Model::new(document.root());
    let mut breakpoints = Vec::new();
    for wanted in states {
        let places = model.state_ids().map(|id| model.state(id));
        let places: Vec<String> = places
            .filter(|state| &*state.name.value == wanted.as_str() || state.pointer == *wanted)
            .map(|state| state.pointer.clone())
            .collect();
        if places.is_empty() {
            let known: Vec<String> = model.state_ids().map(|id| format!("{:?}", model.state(id).name.value)).collect();
            return Err(Trouble::new(format_args!("there is no state {wanted:?}; there are {}", known.join(", "))));
        }
        breakpoints.extend(places.into_iter().map(|place| Breakpoint {
            place,
            condition: condition.map(str::to_owned),
            enabled: true,
            ..Breakpoint::default()
        }));
    }
    Ok(breakpoints)
}

/// What can be seen at a pause, as one JSON object, and how to go on, in the database that was named. Payloads keep their text.
pub(super) fn scope(id: Option<ExecutionId>, store: Option<&Path>, pause: &Pause, seen: &Snapshot) -> String {
    let execution = &seen.execution;
    let focus = seen.event.as_ref().map(|event| Focus::of_event(execution, event, seen.now));
    let view = focus.as_ref().and_then(|focus| execution.look_at(focus.thread?));
    let state = view.as_ref().map(|view| execution.machine().state(view.state));
    let input = view.as_ref().map_or_else(|| execution.input().clone(), |view| view.input.clone());
    let mut stages: Vec<(String, String)> = Vec::new();
    let mut variables: Vec<(String, String)> = Vec::new();
    if let Some(view) = &view {
        stages.extend(view.flow.iter().map(|(stage, value)| (stage.name().to_owned(), value.text().to_string())));
        if let Some(result) = view.result.as_ref().filter(|_| view.stand != Stand::Entering) {
            stages.push(("Result".to_owned(), result.text().to_string()));
        }
        let all = view.variables.all().into_iter();
        variables.extend(all.map(|(name, value)| (name.to_string(), value.text().to_string())));
    }
    let context = focus.and_then(|focus| execution.context_object(focus.thread?));
    let named = store.map(|store| format!(" --store {}", quoted(&store.to_string_lossy()))).unwrap_or_default();
    let resume = id.map(|id| format!("stepwright run --resume {id}{named}"));
    let problem = match &pause.reason {
        PauseReason::Condition(_, problem) => Some(problem),
        _ => None,
    };
    object([
        ("execution".to_owned(), json!(id.map(|id| id.0)).to_string()),
        ("status".to_owned(), json!("PAUSED").to_string()),
        ("state".to_owned(), json!(state.map(|state| &*state.name)).to_string()),
        // Why the condition of --break-if could not be evaluated.
        ("problem".to_owned(), json!(problem).to_string()),
        ("pointer".to_owned(), json!(pause.node.as_deref()).to_string()),
        ("iterations".to_owned(), json!(pause.iterations).to_string()),
        ("event".to_owned(), json!(pause.history).to_string()),
        ("time".to_owned(), json!(seen.now.iso()).to_string()),
        ("input".to_owned(), input.text().to_string()),
        ("stages".to_owned(), object(stages)),
        ("variables".to_owned(), object(variables)),
        ("context".to_owned(), context.map_or_else(|| "{}".to_owned(), |context| context.text().to_string())),
        ("resume".to_owned(), json!(resume).to_string()),
    ])
}

/// A word of a command line, for the shells of Unix and, where it is plain, for all.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Members whose values are JSON text already.
fn object(members: impl IntoIterator<Item = (String, String)>) -> String {
    let members: Vec<String> = members.into_iter().map(|(name, text)| format!("{}: {text}", json!(name))).collect();
    format!("{{{}}}", members.join(", "))
}

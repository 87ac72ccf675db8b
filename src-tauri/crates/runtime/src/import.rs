//! Histories from elsewhere: what GetExecutionHistory answers, read as events of our own.
//!
//! `parse` reads the text, `trace` finds out which branch or item each event belongs to, `infer` makes a definition of what was
//! seen where none is given, and `events` puts both into the form of a journal. Nothing here is run.

mod events;
mod fold;
mod infer;
mod parse;
mod trace;

use std::sync::Arc;

use machine::{Event, EventKind, Settings};

use crate::definition::{Definition, DefinitionError};

use events::events_of;
pub(crate) use fold::fold;

/// What is wrong with a history, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    #[error("{at}: {problem}")]
    At { at: String, problem: String },
    #[error("the definition does not fit the history: event {event} {problem}")]
    Unfit { event: u32, problem: String },
    #[error("the definition cannot be used: {0}")]
    Definition(#[from] DefinitionError),
}

impl HistoryError {
    fn at(at: impl Into<String>, problem: impl Into<String>) -> HistoryError {
        HistoryError::At { at: at.into(), problem: problem.into() }
    }

    fn event(number: u32, problem: impl Into<String>) -> HistoryError {
        HistoryError::at(format!("event {number}"), problem)
    }
}

/// A history in the form of a journal.
#[derive(Debug, Clone)]
pub(crate) struct Imported {
    pub(crate) definition_text: Arc<str>,
    pub(crate) definition: Definition,
    /// Whether the definition was made up from the events.
    pub(crate) is_inferred: bool,
    /// JSON text.
    pub(crate) input: Arc<str>,
    pub(crate) events: Vec<Event>,
}

/// Reads a history. With a definition it has to fit; without one the graph is what the events show.
pub(crate) fn read_history(
    text: &str,
    definition: Option<&str>,
    express: bool,
    settings: &Settings,
) -> Result<Imported, HistoryError> {
    let events = parse::parse(text)?;
    let is_inferred = definition.is_none();
    let (definition_text, definition, traced) = match definition {
        Some(text) => {
            let definition = Definition::parse(text, express)?;
            let traced =
                trace::trace(&events, |parallel, first| events::branch_of(&definition.machine, parallel, first))?;
            (Arc::<str>::from(text), definition, traced)
        }
        None => {
            let traced = trace::trace(&events, |_, _| None)?;
            let text = infer::infer(&traced)?;
            let definition = Definition::parse(&text, express)?;
            (Arc::from(text), definition, traced)
        }
    };
    let events = events_of(&traced, &definition.machine, settings)?;
    let input = match events.first().map(|event| &event.kind) {
        Some(EventKind::ExecutionStarted { input, .. }) => input.text().to_string().into(),
        _ => Arc::from("{}"),
    };
    Ok(Imported { definition_text, definition, is_inferred, input, events })
}

#[cfg(test)]
mod tests;

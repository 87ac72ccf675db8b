//! `stepwright replay`: whether a definition still takes the way that a recorded history shows, and why the recorded execution failed.

use std::path::PathBuf;

use clap::Args;
use runtime::mocks::workflow_name;
use runtime::{Divergence, HistoryCheck, HistoryError, check_history};
use serde_json::{Value, json};

use crate::output::{Answer, Trouble, error_line, line};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The history in the shape of GetExecutionHistory; - for standard input.
    #[arg(value_name = "HISTORY.json")]
    history: PathBuf,
    /// The definition, JSON or YAML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// It is the history of an Express workflow.
    #[arg(long)]
    express: bool,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// Answers yes if the definition takes the recorded way to its end.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let (document, _) = super::read_document(&arguments.file)?;
    let history = super::read_text(&arguments.history)?;
    let name = workflow_name(&arguments.file);
    let check = match check_history(&history, document.text(), arguments.express, &name) {
        Ok(check) => check,
        // The same as an invalid definition anywhere else: the answer is no.
        Err(HistoryError::Definition(error)) => {
            if arguments.json {
                line(json!({ "same": false, "error": error.to_string() }));
            } else {
                error_line(format_args!("{}: {error}", arguments.file.display()));
            }
            return Ok(Answer::No);
        }
        Err(error) => return Err(Trouble::new(format_args!("{}: {error}", arguments.history.display()))),
    };
    if arguments.json {
        line(report(&check));
    } else {
        tell(&check);
    }
    Ok(if check.divergence.is_none() { Answer::Yes } else { Answer::No })
}

fn tell(check: &HistoryCheck) {
    line(format_args!("{} events, {}", check.events, check.status));
    if let Some(failure) = &check.failure {
        line(&failure.sentence);
        if let Some(place) = &failure.raised_at {
            line(format_args!("  raised at {place}"));
        }
    }
    match &check.divergence {
        None => line("the definition takes the same way"),
        Some(found) => {
            line(format_args!("the definition takes another way from event {} on", found.event));
            both(found);
        }
    }
    if let Some(found) = &check.data {
        let state = found.state.as_deref().map(|state| format!(" of {state:?}")).unwrap_or_default();
        let count = check.other_data;
        line(format_args!("other data in {count} events, first in event {}{state}", found.event));
        both(found);
    }
}

fn both(found: &Divergence) {
    line(format_args!("  recorded  {}", found.expected));
    line(format_args!("  now       {}", found.actual));
}

fn report(check: &HistoryCheck) -> Value {
    let divergence = |found: &Divergence| json!({ "event": found.event, "state": found.state, "expected": found.expected, "actual": found.actual });
    json!({
        "same": check.divergence.is_none(),
        "events": check.events,
        "status": check.status,
        "divergence": check.divergence.as_ref().map(divergence),
        "data": check.data.as_ref().map(divergence),
        "eventsWithOtherData": check.other_data,
        "failure": check.failure.as_ref().map(|failure| json!({
            "sentence": failure.sentence,
            "state": failure.state.as_deref(),
            "pointer": failure.node.as_deref(),
            "iterations": failure.iterations,
            "error": failure.error,
            "cause": failure.cause,
            "raisedAt": failure.raised_at,
            "attempts": failure.attempts,
            "event": failure.event,
        })),
    })
}

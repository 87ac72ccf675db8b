//! The debugger's words.

use machine::{Compiled, Event, EventKind, IterationChange, Stand};

pub(crate) fn words_of(machine: &Compiled, event: &Event) -> String {
    let name = runtime::state_of(&event.kind).map(|state| &*machine.state(state).name);
    words(event, name.unwrap_or("the execution"))
}

/// What happened, as the rest of a sentence that begins with "Paused".
fn words(event: &Event, name: &str) -> String {
    match &event.kind {
        EventKind::ExecutionStarted { .. } => "at the start".to_owned(),
        EventKind::StateEntered { .. } => format!("before {name} runs"),
        EventKind::StateExited { .. } => format!("after {name}"),
        EventKind::TaskScheduled(_) => format!("before {name} calls"),
        EventKind::TaskStarted { .. } => format!("while {name} is at work"),
        EventKind::TaskSubmitted { .. } => format!("while {name} waits for its answer"),
        EventKind::TaskSucceeded { .. } => format!("before {name} returns"),
        EventKind::TaskTimedOut { .. } => format!("where {name} timed out"),
        EventKind::FanOutFailed { .. } => format!("where {name} failed"),
        kind if kind.raised().is_some() => {
            let error = kind.raised().and_then(|(_, failure)| failure.error.as_deref());
            format!("where {name} failed with {}", error.unwrap_or("no error name"))
        }
        EventKind::RetryScheduled(_) => format!("before {name} tries again"),
        EventKind::FanOutStarted { .. } => format!("where {name} fans out"),
        EventKind::FanOutSucceeded { .. } => format!("before {name} returns"),
        EventKind::WaitStarted { .. } => format!("while {name} waits"),
        EventKind::Iteration { index, change, .. } => match change {
            IterationChange::Started => format!("before item {index} of {name}"),
            _ => format!("after item {index} of {name}"),
        },
        EventKind::Received(_) => "after a change".to_owned(),
        EventKind::ExecutionSucceeded { .. } => "at the end".to_owned(),
        EventKind::ExecutionFailed { .. }
        | EventKind::ExecutionTimedOut { .. }
        | EventKind::ExecutionAborted { .. } => "where the execution failed".to_owned(),
        _ => format!("in {name}"),
    }
}

/// Where a step came to without an end.
pub(crate) fn words_of_waiting(stand: Stand, name: &str) -> String {
    match stand {
        Stand::Calling => format!("while {name} waits for an answer"),
        Stand::Waiting => format!("while {name} waits for time to pass"),
        _ => format!("in the middle of {name}"),
    }
}

pub(crate) fn stand(stand: Stand) -> &'static str {
    match stand {
        Stand::Entering => "is about to enter",
        Stand::Entered => "is about to run",
        Stand::Calling => "waits for an answer",
        Stand::Waiting => "waits for time to pass",
        Stand::FannedOut => "waits for what is inside",
        Stand::Leaving => "is about to return",
        Stand::Failing => "has failed",
        Stand::Ended => "has ended",
    }
}

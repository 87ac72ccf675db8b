//! From a journal back to the live execution.
//!
//! The interpreter is deterministic: given the same facts at the same times it does the same again. What it says is
//! compared with the journal line by line, so an execution never goes on from a state that was not its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use machine::{Compiled, Effect, EffectId, Event, EventKind, Execution, Fact, Step, Timestamp};

use crate::answers::{Answers, OpenCall};
use crate::progress::Progress;
use crate::session::FileEffect;

pub(crate) struct Replayed {
    pub(crate) execution: Execution,
    /// How many lines the journal has.
    pub(crate) lines: u32,
    /// The time of the last event.
    pub(crate) at: Timestamp,
    pub(crate) calls: Vec<OpenCall>,
    pub(crate) files: Vec<FileEffect>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    #[error("the journal is empty")]
    Empty,
    #[error("the journal does not begin with the start of an execution")]
    NoStart,
    #[error("line {line} of the journal: {reason}")]
    Unreadable { line: u32, reason: String },
    #[error(
        "an earlier version of Stepwright has run this, and today it would run differently: look at it as it was, or run it anew"
    )]
    Older,
    #[error("at line {line} this version of the interpreter does something else than the journal says")]
    Diverged { line: u32 },
}

/// Runs the machine through `events`. `answers` counts the calls, `progress` sees every event.
pub(crate) fn replay(
    machine: &Arc<Compiled>,
    events: impl IntoIterator<Item = Result<Event, ReplayError>>,
    answers: &mut Answers,
    progress: &mut Progress,
) -> Result<Replayed, ReplayError> {
    let mut events = events.into_iter();
    let first = events.next().ok_or(ReplayError::Empty)??;
    let EventKind::ExecutionStarted { input, settings } = &first.kind else { return Err(ReplayError::NoStart) };
    let mut execution = Execution::start(Arc::clone(machine), (**settings).clone(), input.clone());
    let mut replay = Open::default();
    let mut step = Step::default();
    let mut expected = 0;
    let mut lines = 0;
    let mut at = first.at;
    for event in std::iter::once(Ok(first)).chain(events) {
        let event = event?;
        lines += 1;
        if expected == step.events.len() {
            if let EventKind::Received(fact) = &event.kind {
                replay.settle(fact);
                execution.deliver(fact.clone());
            }
            execution.step_into(event.at, &mut step);
            replay.note(&step.effects, event.at, answers);
            expected = 0;
        }
        if step.events.get(expected) != Some(&event) {
            return Err(ReplayError::Diverged { line: lines });
        }
        expected += 1;
        at = event.at;
        progress.take(&event);
    }
    if expected != step.events.len() {
        return Err(ReplayError::Diverged { line: lines });
    }
    // A call may have timed out or been cancelled without an answer.
    let waited_for: Vec<EffectId> = execution.threads().filter_map(|thread| thread.effect).collect();
    let calls =
        replay.calls.into_iter().filter(|(effect, _)| waited_for.contains(effect)).map(|(_, call)| call).collect();
    let files =
        replay.files.into_iter().filter(|(effect, _)| waited_for.contains(effect)).map(|(_, file)| file).collect();
    Ok(Replayed { execution, lines, at, calls, files })
}

/// Effects that the journal has not answered so far.
#[derive(Default)]
struct Open {
    calls: BTreeMap<EffectId, OpenCall>,
    files: BTreeMap<EffectId, FileEffect>,
}

impl Open {
    fn note(&mut self, effects: &[Effect], at: Timestamp, answers: &mut Answers) {
        for effect in effects {
            match effect {
                Effect::InvokeTask(invocation) => {
                    let number = answers.count(invocation);
                    let call = OpenCall { invocation: Arc::clone(invocation), number, since: at, submitted: false };
                    self.calls.insert(invocation.effect, call);
                }
                Effect::ReadDataset(request) => {
                    self.files.insert(request.effect, FileEffect::Read(Arc::clone(request)));
                }
                Effect::WriteDataset { request, files } => {
                    self.files.insert(request.effect, FileEffect::Write(Arc::clone(request), files.clone()));
                }
                Effect::Cancel { effect } => {
                    self.calls.remove(effect);
                    self.files.remove(effect);
                }
                Effect::StartTimer { .. } => {}
            }
        }
    }

    fn settle(&mut self, fact: &Fact) {
        match fact {
            Fact::TaskSucceeded { effect, .. } | Fact::TaskFailed { effect, .. } => {
                self.calls.remove(effect);
            }
            Fact::TaskSubmitted { effect, .. } => {
                if let Some(call) = self.calls.get_mut(effect) {
                    call.submitted = true;
                }
            }
            Fact::DatasetRead { effect, .. } | Fact::DatasetWritten { effect } | Fact::DatasetFailed { effect, .. } => {
                self.files.remove(effect);
            }
            _ => {}
        }
    }
}

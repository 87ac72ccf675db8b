//! What a person changed with the debugger: where, and from what to what.

use machine::{Answer, Event, EventKind, Execution, Fact, Stage, StateRef, ThreadView, TimerKind};

use crate::debug::Timeline;
use crate::records::words_of_change;
use crate::runtime::RunError;

/// One change. It lies right after the last event before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervention {
    pub line: u32,
    pub lane: u32,
    pub state: Option<StateRef>,
    /// What was done.
    pub words: String,
    /// JSON text, a time or a name: what was there, where something was, and what came in its place.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// More are not told of.
const MOST: usize = 1_000;

impl Timeline {
    /// The changes after a line, in their order.
    pub fn interventions(&self, since: u32) -> Result<Vec<Intervention>, RunError> {
        let changed = &self.overview().changed;
        let first = changed.partition_point(|line| *line <= since);
        changed[first..].iter().take(MOST).filter_map(|line| self.intervention(*line).transpose()).collect()
    }

    fn intervention(&self, line: u32) -> Result<Option<Intervention>, RunError> {
        let place = line as usize - 1;
        let Event { kind: EventKind::Received(fact), .. } = &self.events()[place] else { return Ok(None) };
        let Some(words) = words_of_change(fact) else { return Ok(None) };
        // A fact is the first event of its step.
        let before = match place.checked_sub(1) {
            Some(before) => self.moment_at(before)?,
            None => None,
        };
        let mut found = Intervention {
            line,
            lane: self.overview().lane_of_line(line).unwrap_or_default(),
            state: None,
            words,
            before: None,
            after: None,
        };
        if let Some(view) = before.as_ref().and_then(|moment| thread_of(&moment.execution, fact)) {
            found.state = Some(view.state);
            found.compare(fact, &view);
        }
        Ok(Some(found))
    }
}

impl Intervention {
    fn compare(&mut self, fact: &Fact, view: &ThreadView) {
        let text = |value: &query::Value| Some(value.text().to_string());
        (self.before, self.after) = match fact {
            Fact::SetInput { input, .. } => (text(&view.input), text(input)),
            Fact::SetVariable { name, value, .. } => (view.variables.get(name).and_then(text), text(value)),
            Fact::SetStage { stage, value, .. } => {
                let known = view.decided.iter().chain(&view.flow).find(|(known, _)| known == stage);
                let result = view.result.as_ref().filter(|_| *stage == Stage::Result);
                (known.map(|(_, value)| value).or(result).and_then(text), text(value))
            }
            Fact::Leave { output, .. } => (None, text(output)),
            Fact::Fail { failure, .. } | Fact::Answer { answer: Answer::Fail(failure), .. } => {
                (None, failure.error.as_deref().map(str::to_owned))
            }
            Fact::Answer { answer: Answer::Succeed(value), .. } => (None, text(value)),
            Fact::ShiftTimer { effect, wake_at } => {
                let timer = view.timers.iter().find(|timer| timer.effect == *effect);
                if let Some(timer) = timer {
                    self.words = format!("{} moved", timer_words(timer.kind));
                }
                (timer.map(|timer| timer.wake_at.iso()), Some(wake_at.iso()))
            }
            Fact::TimerFired { effect } => {
                let timer = view.timers.iter().find(|timer| timer.effect == *effect);
                self.words = match timer.map(|timer| timer.kind) {
                    Some(TimerKind::Heartbeat) => "the heartbeat was lost".to_owned(),
                    Some(kind) => format!("{} came at once", timer_words(kind)),
                    None => return,
                };
                (timer.map(|timer| timer.wake_at.iso()), None)
            }
            _ => (None, None),
        };
    }
}

fn timer_words(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::Wait => "the end of the wait",
        TimerKind::Retry => "the next attempt",
        TimerKind::Timeout => "the timeout",
        TimerKind::Heartbeat => "the next heartbeat's time",
    }
}

fn thread_of(execution: &Execution, fact: &Fact) -> Option<ThreadView> {
    match fact {
        Fact::SetInput { thread, .. }
        | Fact::SetVariable { thread, .. }
        | Fact::SetStage { thread, .. }
        | Fact::Leave { thread, .. }
        | Fact::Fail { thread, .. }
        | Fact::Answer { thread, .. }
        | Fact::Choose { thread, .. } => execution.look_at(*thread),
        Fact::ShiftTimer { effect, .. } | Fact::TimerFired { effect } => {
            execution.look().into_iter().find(|view| view.timers.iter().any(|timer| timer.effect == *effect))
        }
        _ => None,
    }
}

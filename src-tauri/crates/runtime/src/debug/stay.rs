//! One stay in a state with the data of every attempt, read from the journal.

use machine::{Event, EventKind, Failure, StateRef, Timestamp};
use query::Value;

use crate::debug::Timeline;
use crate::records::state_of;

#[derive(Debug, Clone, PartialEq)]
pub struct StayData {
    /// Its number in the overview.
    pub stay: u32,
    pub input: Value,
    pub attempts: Vec<Attempt>,
    /// What came after the last try, the output at last.
    pub output: Vec<(&'static str, Value)>,
    pub assigned: Vec<(String, Value)>,
}

/// One try of a state: a call, or a fan-out.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    pub line: u32,
    pub at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub stages: Vec<(&'static str, Value)>,
    pub failure: Option<Failure>,
    pub retry_at: Option<Timestamp>,
}

impl Timeline {
    /// The stay that began at a line. Nothing if none did.
    pub fn stay(&self, entered: u32) -> Option<StayData> {
        let stay = self.overview().stays.binary_search_by_key(&entered, |stay| stay.entered).ok()?;
        let known = &self.overview().stays[stay];
        let begin = (entered as usize).checked_sub(1)?;
        let end = known.exited.map_or(self.events().len(), |exited| (exited as usize).min(self.events().len()));
        let first = self.events().get(begin)?;
        let EventKind::StateEntered { input, state } = &first.kind else { return None };
        let mut data = StayData {
            stay: u32::try_from(stay).ok()?,
            input: input.clone(),
            attempts: Vec::new(),
            output: Vec::new(),
            assigned: Vec::new(),
        };
        for event in self.events().get(begin + 1..end)? {
            if event.execution == first.execution && event.scope == first.scope {
                data.take(event, *state);
            }
        }
        Some(data)
    }
}

impl StayData {
    fn take(&mut self, event: &Event, state: StateRef) {
        if let EventKind::ExecutionFailed { failure } | EventKind::ExecutionTimedOut { failure } = &event.kind {
            // A Fail state says nothing of its own.
            self.end(event, Some(failure));
        }
        if state_of(&event.kind) != Some(state) {
            return;
        }
        match &event.kind {
            EventKind::TaskScheduled(scheduled) => {
                let attempt = self.begin(event);
                attempt.stages.extend(scheduled.flow.iter().map(|(stage, value)| (stage.name(), value.clone())));
                // What the call got, where it is not what the stage before gave it.
                if attempt.stages.last().is_none_or(|(_, value)| *value != scheduled.parameters) {
                    attempt.stages.push(("Arguments", scheduled.parameters.clone()));
                }
            }
            EventKind::FanOutStarted { .. } => {
                self.begin(event);
            }
            EventKind::TaskSubmitted { output, .. } => self.put("Submitted", output),
            EventKind::TaskSucceeded { output, .. } => {
                self.put("Result", output);
                self.end(event, None);
            }
            EventKind::TaskFailed { failure, .. }
            | EventKind::TaskTimedOut { failure, .. }
            | EventKind::EvaluationFailed { failure, .. }
            | EventKind::MapRunFailed { failure, .. }
            | EventKind::ErrorRaised { failure, .. } => self.end(event, Some(failure)),
            EventKind::FanOutSucceeded { .. } => self.end(event, None),
            EventKind::FanOutFailed { flow, .. } => {
                for (stage, value) in flow.iter().flat_map(|flow| flow.iter()) {
                    self.put(stage.name(), value);
                }
                self.end(event, None);
            }
            EventKind::RetryScheduled(retry) => {
                self.end(event, Some(&retry.failure));
                if let Some(attempt) = self.attempts.last_mut() {
                    attempt.retry_at = Some(retry.wake_at);
                }
            }
            EventKind::StateExited { output, detail, .. } => {
                let failed = self.attempts.last().is_some_and(|attempt| attempt.failure.is_some());
                let known = self.attempts.last().filter(|_| !failed);
                for (stage, value) in detail.iter().flat_map(|detail| &detail.flow) {
                    let name = stage.name();
                    if known.is_none_or(|attempt| attempt.stages.iter().all(|(known, _)| *known != name)) {
                        self.output.push((name, value.clone()));
                    }
                }
                if self.output.last().is_none_or(|(name, _)| *name != "Output") {
                    self.output.push(("Output", output.clone()));
                }
                self.assigned = detail
                    .iter()
                    .flat_map(|detail| &detail.assigned)
                    .map(|(name, value)| (name.to_string(), value.clone()))
                    .collect();
            }
            _ => {}
        }
    }

    fn begin(&mut self, event: &Event) -> &mut Attempt {
        self.attempts.push(Attempt {
            line: u32::try_from(event.id.0).unwrap_or(u32::MAX),
            at: event.at,
            ended_at: None,
            stages: Vec::new(),
            failure: None,
            retry_at: None,
        });
        self.attempts.last_mut().expect("one was pushed")
    }

    fn put(&mut self, name: &'static str, value: &Value) {
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.stages.push((name, value.clone()));
        }
    }

    fn end(&mut self, event: &Event, failure: Option<&Failure>) {
        if self.attempts.is_empty() && failure.is_some() {
            self.begin(event);
        }
        let Some(attempt) = self.attempts.last_mut() else { return };
        attempt.ended_at.get_or_insert(event.at);
        if let (None, Some(failure)) = (&attempt.failure, failure) {
            attempt.failure = Some(failure.clone());
        }
    }
}

//! A whole run at a glance, kept up to date an event at a time: its lanes (the execution, branches, items, children of
//! distributed Maps), every stay in a state, tries and waits, and where variables were assigned.
//!
//! Places are lines of the journal: they order what happened at one instant, and what the service does not number.

use std::collections::HashMap;
use std::sync::Arc;

use machine::{Compiled, Event, EventKind, Failure, IterationChange, Scope, ScopePart, StateRef, Timestamp, Via};
use query::Value;

use crate::progress::{NodeStatus, is_change};
use crate::records::state_of;

/// One flow of control.
#[derive(Debug, Clone)]
pub struct Lane {
    /// The lane around it and the stay of the Parallel or Map that it belongs to; nothing for the execution itself.
    pub around: Option<(u32, u32)>,
    pub part: Option<ScopePart>,
    pub scope: Scope,
    pub execution: machine::ChildId,
    pub first: u32,
    pub last: Option<u32>,
    pub status: NodeStatus,
    pub error: Option<Arc<str>>,
    /// The latest stay in it.
    pub stay: Option<u32>,
    pub touched: u32,
}

/// One time that a state was entered.
#[derive(Debug, Clone)]
pub struct Stay {
    pub lane: u32,
    pub state: StateRef,
    pub entered: u32,
    pub exited: Option<u32>,
    pub entered_at: Timestamp,
    pub exited_at: Option<Timestamp>,
    pub status: NodeStatus,
    pub attempts: u32,
    pub bytes_in: u32,
    pub bytes_out: u32,
    /// Of a Map.
    pub items: u32,
    pub error: Option<Arc<str>>,
    pub touched: u32,
    /// How often what is inside began anew.
    round: u32,
    has_inside: bool,
    span: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A call is under way.
    Call,
    /// A call was accepted, and its answer comes later.
    Answer,
    /// The time before a retry.
    Backoff,
    /// A Wait state.
    Wait,
}

/// Part of a stay.
#[derive(Debug, Clone)]
pub struct Span {
    pub stay: u32,
    pub kind: SpanKind,
    pub from: u32,
    pub to: Option<u32>,
    pub from_at: Timestamp,
    pub to_at: Option<Timestamp>,
    /// 0 for the first try.
    pub attempt: u32,
    pub failed: bool,
    pub touched: u32,
}

/// One event of the execution's own history.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    pub line: u32,
    pub at: Timestamp,
    /// An index into [`Overview::kinds`].
    pub kind: u32,
    pub state: Option<StateRef>,
    pub lane: u32,
}

/// A variable got a value.
#[derive(Debug, Clone)]
pub struct Assigned {
    pub line: u32,
    pub lane: u32,
    /// Nothing where a person did it, or where it was there from the start.
    pub state: Option<StateRef>,
    pub name: Arc<str>,
    pub value: Value,
}

/// The largest value of the run.
#[derive(Debug, Clone, Copy)]
pub struct Largest {
    pub bytes: u32,
    pub line: u32,
    pub state: Option<StateRef>,
}

#[derive(Debug, Default)]
pub struct Overview {
    pub lanes: Vec<Lane>,
    pub stays: Vec<Stay>,
    pub spans: Vec<Span>,
    pub marks: Vec<Mark>,
    /// The lines at which time had passed, the first line included.
    pub ticks: Vec<(u32, Timestamp)>,
    pub assigned: Vec<Assigned>,
    pub largest: Option<Largest>,
    /// Transitions as the service bills them: states that were entered, and retries.
    pub transitions: u32,
    /// The last line that is contained.
    pub line: u32,
    /// Lines at which a person changed something.
    pub changed: Vec<u32>,
    kinds: Vec<&'static str>,
    /// Of each line; `u32::MAX` where it belongs to no lane.
    lane_of_line: Vec<u32>,
    inside: HashMap<(u32, u32, ScopePart), u32>,
    /// Of each lane and name, places in `assigned`.
    names: HashMap<(u32, Arc<str>), Vec<u32>>,
}

impl Overview {
    /// The types of events that occurred, in the service's words.
    pub fn kinds(&self) -> &[&'static str] {
        &self.kinds
    }

    /// The lane that a scope leads to, as things stand.
    pub fn lane_at(&self, scope: &Scope) -> Option<u32> {
        let mut lane = 0;
        for step in scope.steps() {
            let owner = self.lanes.get(lane as usize)?.stay?;
            let stay = &self.stays[owner as usize];
            lane = *self.inside.get(&(owner, stay.round, step.part)).filter(|_| stay.state == step.state)?;
        }
        Some(lane)
    }

    /// The latest assignment of a variable at or before a line that a lane sees, and the one before it in the same scope.
    pub fn assignment(&self, lane: u32, name: &str, line: u32) -> Option<(&Assigned, Option<&Assigned>)> {
        let name: Arc<str> = Arc::from(name);
        let mut lane = Some(lane);
        while let Some(at) = lane {
            if let Some(places) = self.names.get(&(at, Arc::clone(&name))) {
                let before = places.partition_point(|place| self.assigned[*place as usize].line <= line);
                let get = |index: Option<usize>| Some(&self.assigned[*places.get(index?)? as usize]);
                if let Some(found) = get(before.checked_sub(1)) {
                    return Some((found, get(before.checked_sub(2))));
                }
            }
            lane = self.lanes.get(at as usize)?.around.map(|(around, _)| around);
        }
        None
    }

    /// The lane of a scope as it was at a line.
    pub fn lane_then(&self, execution: machine::ChildId, scope: &Scope, line: u32) -> Option<u32> {
        let begun = self.lanes.partition_point(|lane| lane.first <= line);
        let found = self.lanes[..begun].iter().rposition(|lane| lane.execution == execution && lane.scope == *scope);
        found.and_then(|lane| u32::try_from(lane).ok())
    }

    pub fn lane_of_line(&self, line: u32) -> Option<u32> {
        self.lane_of_line.get((line as usize).checked_sub(1)?).copied().filter(|lane| *lane != u32::MAX)
    }

    /// The number of the last event of the own history at or before a line; 0 if there is none.
    pub fn number_at(&self, line: u32) -> u32 {
        u32::try_from(self.marks.partition_point(|mark| mark.line <= line)).unwrap_or(u32::MAX)
    }

    pub fn take(&mut self, event: &Event, machine: &Compiled) {
        let line = u32::try_from(event.id.0).unwrap_or(u32::MAX);
        self.line = line;
        if matches!(&event.kind, EventKind::Received(fact) if is_change(fact)) {
            self.changed.push(line);
        }
        if self.ticks.last().is_none_or(|(_, at)| *at != event.at) {
            self.ticks.push((line, event.at));
        }
        if self.lanes.is_empty() {
            self.add_lane(event, None, None, Scope::default());
        }
        let lane = self.lane_of(event);
        self.lane_of_line.push(lane.unwrap_or(u32::MAX));
        if event.execution.0 == 0
            && let Some(history) = event.history(machine)
        {
            let kind = self.kind(history.type_name());
            let state = state_of(&event.kind);
            self.marks.push(Mark { line, at: event.at, kind, state, lane: lane.unwrap_or_default() });
        }
        let Some(lane) = lane else { return };
        self.apply(event, line, lane, machine);
    }

    fn apply(&mut self, event: &Event, line: u32, lane: u32, machine: &Compiled) {
        match &event.kind {
            EventKind::ExecutionStarted { input, settings } => {
                self.weigh(input, line, None);
                if event.execution.0 == 0 {
                    for (name, value) in &settings.variables {
                        self.assign(line, 0, None, name, value);
                    }
                }
            }
            EventKind::StateEntered { state, input } => self.enter(event, line, lane, *state, input),
            EventKind::StateExited { state, output, detail } => {
                let via = detail.as_deref().map_or(Via::Next, |detail| detail.via);
                for (name, value) in detail.iter().flat_map(|detail| &detail.assigned) {
                    self.assign(line, lane, Some(*state), name, value);
                }
                let bytes = self.weigh(output, line, Some(*state));
                self.exit(event, line, lane, via, bytes);
                let goes_on = machine.state(*state).target(via).is_some();
                if !goes_on {
                    self.end_lane(lane, line, NodeStatus::Succeeded, None);
                }
            }
            EventKind::StateAborted { .. } => self.end_stay(lane, event.at, line, NodeStatus::Aborted),
            EventKind::FanOutStarted { length, .. } => {
                self.end_span(lane, event.at, line, false);
                if let Some(stay) = self.open_stay(lane, line) {
                    stay.items = *length;
                    stay.status = NodeStatus::Running;
                }
            }
            EventKind::FanOutSucceeded { .. } => self.end_inside(lane, event.at, line),
            EventKind::FanOutFailed { .. } => {
                self.end_inside(lane, event.at, line);
                self.note_state(lane, line, NodeStatus::Failed);
            }
            EventKind::Iteration { index, change, state } => self.iterate(event, line, lane, (*state, *index), *change),
            EventKind::TaskScheduled(scheduled) => {
                self.end_span(lane, event.at, line, false);
                self.begin_span(lane, event.at, line, SpanKind::Call, scheduled.attempt);
                if let Some(stay) = self.open_stay(lane, line) {
                    stay.attempts = stay.attempts.max(scheduled.attempt + 1);
                    stay.status = NodeStatus::Running;
                }
                self.weigh(&scheduled.parameters, line, Some(scheduled.state));
            }
            EventKind::TaskSubmitted { .. } => {
                let attempt = self.attempt(lane);
                self.end_span(lane, event.at, line, false);
                self.begin_span(lane, event.at, line, SpanKind::Answer, attempt);
                self.note_state(lane, line, NodeStatus::Waiting);
            }
            EventKind::TaskSucceeded { output, state } => {
                self.weigh(output, line, Some(*state));
                self.end_span(lane, event.at, line, false);
                self.note_state(lane, line, NodeStatus::Running);
            }
            EventKind::TaskFailed { failure, .. }
            | EventKind::TaskTimedOut { failure, .. }
            | EventKind::EvaluationFailed { failure, .. }
            | EventKind::MapRunFailed { failure, .. }
            | EventKind::ErrorRaised { failure, .. } => {
                self.end_span(lane, event.at, line, true);
                self.note_error(lane, line, failure);
            }
            EventKind::WaitStarted { .. } => {
                self.begin_span(lane, event.at, line, SpanKind::Wait, 0);
                self.note_state(lane, line, NodeStatus::Waiting);
            }
            EventKind::TimerFired { .. } => {
                self.end_span(lane, event.at, line, false);
                self.note_state(lane, line, NodeStatus::Running);
            }
            EventKind::RetryScheduled(retry) => {
                self.transitions += 1;
                self.end_span(lane, event.at, line, true);
                self.end_inside(lane, event.at, line);
                self.note_error(lane, line, &retry.failure);
                self.begin_span(lane, event.at, line, SpanKind::Backoff, retry.attempt);
                if let Some(stay) = self.open_stay(lane, line) {
                    stay.round += 1;
                    stay.attempts += u32::from(stay.attempts == stay.round);
                    stay.status = NodeStatus::Retrying;
                }
            }
            EventKind::ExecutionSucceeded { output } => {
                self.weigh(output, line, None);
                self.end_lane(lane, line, NodeStatus::Succeeded, None);
            }
            EventKind::ExecutionFailed { failure } | EventKind::ExecutionTimedOut { failure } => {
                self.end_whole(lane, event.at, line, NodeStatus::Failed, failure);
            }
            EventKind::ExecutionAborted { failure } => {
                self.end_whole(lane, event.at, line, NodeStatus::Aborted, failure);
            }
            EventKind::ExecutionRedriven { .. } => {
                let lane = &mut self.lanes[lane as usize];
                (lane.last, lane.status, lane.touched) = (None, NodeStatus::Running, line);
            }
            EventKind::Received(machine::Fact::SetVariable { name, value, .. }) => {
                self.assign(line, lane, None, name, value);
            }
            _ => {}
        }
    }

    fn kind(&mut self, name: &'static str) -> u32 {
        let known = self.kinds.iter().position(|known| *known == name);
        let at = known.unwrap_or_else(|| {
            self.kinds.push(name);
            self.kinds.len() - 1
        });
        u32::try_from(at).unwrap_or_default()
    }

    fn lane_of(&mut self, event: &Event) -> Option<u32> {
        event.scope.steps().into_iter().try_fold(0, |lane, step| self.lane_inside(event, lane, (step.state, step.part)))
    }

    /// The lane of a branch or an item of the state that a lane is in, which may begin with this event.
    fn lane_inside(&mut self, event: &Event, lane: u32, (state, part): (StateRef, ScopePart)) -> Option<u32> {
        let owner = self.lanes[lane as usize].stay?;
        let stay = self.stays.get_mut(owner as usize).filter(|stay| stay.state == state)?;
        stay.has_inside = true;
        let key = (owner, stay.round, part);
        if let Some(known) = self.inside.get(&key) {
            return Some(*known);
        }
        let scope = self.lanes[lane as usize].scope.inside(state, part);
        let made = self.add_lane(event, Some((lane, owner)), Some(part), scope);
        self.inside.insert(key, made);
        Some(made)
    }

    fn add_lane(&mut self, event: &Event, around: Option<(u32, u32)>, part: Option<ScopePart>, scope: Scope) -> u32 {
        let line = u32::try_from(event.id.0).unwrap_or(u32::MAX);
        self.lanes.push(Lane {
            around,
            part,
            scope,
            execution: event.execution,
            first: line,
            last: None,
            status: NodeStatus::Running,
            error: None,
            stay: None,
            touched: line,
        });
        u32::try_from(self.lanes.len() - 1).unwrap_or(u32::MAX)
    }

    fn enter(&mut self, event: &Event, line: u32, lane: u32, state: StateRef, input: &Value) {
        // A state that was interrupted by a redrive is entered anew without having been left.
        self.end_stay(lane, event.at, line, NodeStatus::Aborted);
        self.transitions += 1;
        let bytes_in = self.weigh(input, line, Some(state));
        let stay = u32::try_from(self.stays.len()).unwrap_or(u32::MAX);
        self.stays.push(Stay {
            lane,
            state,
            entered: line,
            exited: None,
            entered_at: event.at,
            exited_at: None,
            status: NodeStatus::Running,
            attempts: 1,
            bytes_in,
            bytes_out: 0,
            items: 0,
            error: None,
            touched: line,
            round: 0,
            has_inside: false,
            span: None,
        });
        let lane = &mut self.lanes[lane as usize];
        (lane.stay, lane.status, lane.last, lane.touched) = (Some(stay), NodeStatus::Running, None, line);
    }

    fn exit(&mut self, event: &Event, line: u32, lane: u32, via: Via, bytes_out: u32) {
        self.end_inside(lane, event.at, line);
        let caught = matches!(via, Via::Catch(_));
        self.end_span(lane, event.at, line, caught);
        let Some(stay) = self.open_stay(lane, line) else { return };
        (stay.exited, stay.exited_at, stay.bytes_out) = (Some(line), Some(event.at), bytes_out);
        stay.status = if caught { NodeStatus::Caught } else { NodeStatus::Succeeded };
        if !caught {
            stay.error = None;
        }
    }

    /// The state that a lane is in, marked as changed; nothing between two states.
    fn open_stay(&mut self, lane: u32, line: u32) -> Option<&mut Stay> {
        let lane = self.lanes.get_mut(lane as usize)?;
        let stay = self.stays.get_mut(lane.stay? as usize).filter(|stay| stay.exited.is_none())?;
        (stay.touched, lane.touched) = (line, line);
        Some(stay)
    }

    fn note_state(&mut self, lane: u32, line: u32, status: NodeStatus) {
        if let Some(stay) = self.open_stay(lane, line) {
            stay.status = status;
        }
    }

    fn note_error(&mut self, lane: u32, line: u32, failure: &Failure) {
        let error = failure.error.as_deref().map(Arc::from);
        if let Some(stay) = self.open_stay(lane, line) {
            stay.error = error;
        }
    }

    fn attempt(&self, lane: u32) -> u32 {
        let stay = self.lanes[lane as usize].stay.map(|stay| &self.stays[stay as usize]);
        stay.map_or(0, |stay| stay.attempts.saturating_sub(1))
    }

    fn begin_span(&mut self, lane: u32, at: Timestamp, line: u32, kind: SpanKind, attempt: u32) {
        let span = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        let Some(stay) = self.lanes[lane as usize].stay else { return };
        self.stays[stay as usize].span = Some(span);
        self.spans.push(Span {
            stay,
            kind,
            from: line,
            to: None,
            from_at: at,
            to_at: None,
            attempt,
            failed: false,
            touched: line,
        });
    }

    fn end_span(&mut self, lane: u32, at: Timestamp, line: u32, failed: bool) {
        let Some(stay) = self.lanes[lane as usize].stay else { return };
        let Some(span) = self.stays[stay as usize].span.take() else { return };
        let span = &mut self.spans[span as usize];
        (span.to, span.to_at, span.failed, span.touched) = (Some(line), Some(at), failed, line);
    }

    /// The lane's state is over without having been left.
    fn end_stay(&mut self, lane: u32, at: Timestamp, line: u32, otherwise: NodeStatus) {
        let Some(stay) = self.open_stay(lane, line) else { return };
        (stay.exited, stay.exited_at) = (Some(line), Some(at));
        stay.status = if stay.error.is_some() { NodeStatus::Failed } else { otherwise };
        self.end_span(lane, at, line, otherwise != NodeStatus::Succeeded);
    }

    fn end_lane(&mut self, lane: u32, line: u32, status: NodeStatus, error: Option<Arc<str>>) {
        let lane = &mut self.lanes[lane as usize];
        (lane.last, lane.status, lane.touched) = (Some(line), status, line);
        lane.error = error;
    }

    /// A lane that did not come to its own end.
    fn cut_lane(&mut self, lane: u32, at: Timestamp, line: u32, otherwise: NodeStatus) {
        if self.lanes[lane as usize].last.is_some() {
            return;
        }
        self.end_inside(lane, at, line);
        self.end_stay(lane, at, line, otherwise);
        let stay = self.lanes[lane as usize].stay.map(|stay| &self.stays[stay as usize]);
        let status = stay.map_or(otherwise, |stay| stay.status);
        let error = stay.and_then(|stay| stay.error.clone());
        self.end_lane(lane, line, status, error);
    }

    /// The branches and items of the state that a lane is in are over, whether or not each of them said so.
    fn end_inside(&mut self, lane: u32, at: Timestamp, line: u32) {
        let Some(stay) = self.lanes[lane as usize].stay else { return };
        if self.stays[stay as usize].exited.is_some() || !self.stays[stay as usize].has_inside {
            return;
        }
        // Lanes inside are younger than the state that they are in.
        let entered = self.stays[stay as usize].entered;
        for inner in (lane as usize + 1..self.lanes.len()).rev() {
            let inside = &self.lanes[inner];
            if inside.first < entered {
                break;
            }
            if inside.around == Some((lane, stay)) {
                self.cut_lane(u32::try_from(inner).unwrap_or(u32::MAX), at, line, NodeStatus::Aborted);
            }
        }
    }

    fn end_whole(&mut self, lane: u32, at: Timestamp, line: u32, status: NodeStatus, failure: &Failure) {
        self.end_inside(lane, at, line);
        if status == NodeStatus::Failed {
            self.note_error(lane, line, failure);
        }
        self.end_stay(lane, at, line, status);
        self.end_lane(lane, line, status, failure.error.as_deref().map(Arc::from));
    }

    fn iterate(&mut self, event: &Event, line: u32, lane: u32, (map, index): (StateRef, u32), change: IterationChange) {
        // The event stands in the item's scope or in the one around it.
        let own = self.lanes[lane as usize].part;
        let is_item = own == Some(ScopePart::Iteration(index))
            && event.scope.steps().last().is_some_and(|step| step.state == map);
        let item = if is_item { Some(lane) } else { self.lane_inside(event, lane, (map, ScopePart::Iteration(index))) };
        let Some(item) = item else { return };
        match change {
            IterationChange::Started => {}
            IterationChange::Succeeded => self.end_lane(item, line, NodeStatus::Succeeded, None),
            IterationChange::Failed | IterationChange::Aborted => {
                self.end_inside(item, event.at, line);
                let status = if change == IterationChange::Failed { NodeStatus::Failed } else { NodeStatus::Aborted };
                self.end_stay(item, event.at, line, status);
                let stay = self.lanes[item as usize].stay;
                let error = stay.and_then(|stay| self.stays[stay as usize].error.clone());
                self.end_lane(item, line, status, error);
            }
        }
    }

    fn weigh(&mut self, value: &Value, line: u32, state: Option<StateRef>) -> u32 {
        let bytes = u32::try_from(value.size()).unwrap_or(u32::MAX);
        if self.largest.is_none_or(|known| known.bytes < bytes) {
            self.largest = Some(Largest { bytes, line, state });
        }
        bytes
    }

    fn assign(&mut self, line: u32, lane: u32, state: Option<StateRef>, name: &str, value: &Value) {
        let name: Arc<str> = Arc::from(name);
        let place = u32::try_from(self.assigned.len()).unwrap_or(u32::MAX);
        self.names.entry((lane, Arc::clone(&name))).or_default().push(place);
        self.assigned.push(Assigned { line, lane, state, name, value: value.clone() });
    }
}

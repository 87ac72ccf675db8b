//! Stopping an execution to look at it.
//!
//! The debugger only decides when the loop pauses. It delivers no facts and changes no state, so a run that was stepped
//! through does what it would have done by itself.

use std::sync::Arc;

use machine::{Event, EventKind, Execution, Scope, ScopePart, StateRef, Via, Waiting};
use query::Value;
use serde::{Deserialize, Serialize};

use crate::debug::{Focus, evaluate, holds};
use crate::records::state_of;

/// Where executions of a workflow stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakpoint {
    /// JSON pointer of the state, or, for a transition, the edge's id: `/States/A#rule2`.
    pub place: String,
    pub on: StopOn,
    /// JSONata or JSONPath over the paused scope: `$states.input`, `$states.result` on the way out, variables, `$.path`.
    pub condition: Option<String>,
    /// Stops from this hit on; 0 and 1 are every hit.
    pub hits: u32,
    pub enabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopOn {
    Enter,
    Exit,
    /// The transition is taken.
    Transition,
    /// An error is raised inside of the state.
    Error,
    Retry,
    /// An item of the Map begins.
    Item,
}

/// How a paused execution goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// To the next breakpoint.
    Continue,
    /// To the next change, wherever it is: in a branch, in an item.
    Into,
    /// To the next change of this branch or of one around it.
    Over,
    /// To the next change around this branch or item.
    Out,
}

/// An execution that stands still.
#[derive(Debug, Clone, PartialEq)]
pub struct Pause {
    pub reason: PauseReason,
    /// The last number in the history.
    pub history: u32,
    /// JSON pointer of the state it stands at.
    pub node: Option<Arc<str>>,
    pub iterations: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PauseReason {
    /// Before the first state.
    Start,
    /// Somebody asked for it.
    Asked,
    Step,
    /// By its position in the list of breakpoints.
    Breakpoint(u32),
    /// The condition of the breakpoint could not be evaluated, which is worth stopping for.
    Condition(u32, String),
}

/// What can be looked at while an execution stands still.
#[derive(Debug, Clone, PartialEq)]
pub struct PausedThread {
    pub node: Arc<str>,
    pub state: Arc<str>,
    pub iterations: Vec<u32>,
    pub input: Value,
    pub variables: Vec<(Arc<str>, Value)>,
    pub context: Option<Value>,
}

#[derive(Default)]
pub(crate) struct Debugger {
    breakpoints: Vec<Set>,
    target: Target,
    /// The thread that the last pause was about; steps are relative to it.
    at: Path,
    pause: Option<Pause>,
    /// What the pause is about.
    event: Option<Event>,
}

struct Set {
    breakpoint: Breakpoint,
    state: Option<StateRef>,
    via: Option<Way>,
    hit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Next,
    Via(Via),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Target {
    #[default]
    None,
    Start,
    Asked,
    Step(Advance),
    /// The next time the state is entered.
    To(StateRef),
}

type Path = Vec<(StateRef, ScopePart)>;

impl Debugger {
    pub(crate) fn pause_at_start(&mut self) {
        self.target = Target::Start;
    }

    pub(crate) fn ask_to_pause(&mut self) {
        if self.pause.is_none() {
            self.target = Target::Asked;
        }
    }

    pub(crate) fn set_breakpoints(&mut self, breakpoints: Vec<Breakpoint>, machine: &machine::Compiled) {
        let old = std::mem::take(&mut self.breakpoints);
        let hits = |breakpoint: &Breakpoint| {
            old.iter()
                .find(|set| set.breakpoint.place == breakpoint.place && set.breakpoint.on == breakpoint.on)
                .map_or(0, |set| set.hit)
        };
        self.breakpoints = breakpoints
            .into_iter()
            .map(|breakpoint| {
                let (pointer, way) = match breakpoint.on {
                    StopOn::Transition => breakpoint
                        .place
                        .rsplit_once('#')
                        .map_or((&*breakpoint.place, None), |(from, way)| (from, way_of(way))),
                    _ => (&*breakpoint.place, None),
                };
                Set { state: machine.state_at(pointer), via: way, hit: hits(&breakpoint), breakpoint }
            })
            .collect();
    }

    pub(crate) fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// What the pause is about.
    pub(crate) fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// Stands still where an earlier life of the execution ended, or where it was forked.
    pub(crate) fn stand(&mut self, execution: &Execution, last: Option<Event>, history: u32) {
        self.stop(PauseReason::Asked, execution, last, history);
    }

    /// The execution was changed while it stands still.
    pub(crate) fn changed(&mut self, execution: &Execution, events: &[Event], history: u32) {
        let Some(pause) = &self.pause else { return };
        let reason = pause.reason.clone();
        // What the change led to is of more interest than that it was made.
        let own = |event: &&Event| !matches!(event.kind, EventKind::Received(_));
        let event = events.iter().rev().find(own).cloned().or_else(|| self.event.clone());
        self.stop(reason, execution, event, history);
    }

    fn stop(&mut self, reason: PauseReason, execution: &Execution, event: Option<Event>, history: u32) {
        let state = event.as_ref().and_then(|event| state_of(&event.kind));
        self.at = event.as_ref().map(|event| path(&event.scope)).unwrap_or_default();
        self.target = Target::None;
        self.pause = Some(Pause {
            reason,
            history,
            node: state.map(|state| Arc::clone(&execution.machine().state(state).pointer)),
            iterations: iterations(&self.at),
        });
        self.event = event;
    }

    pub(crate) fn run_to(&mut self, state: StateRef) {
        self.pause = None;
        self.target = Target::To(state);
    }

    pub(crate) fn advance(&mut self, advance: Advance) {
        self.pause = None;
        self.target = match advance {
            Advance::Continue => Target::None,
            step => Target::Step(step),
        };
    }

    /// Whether anything could make the execution stop: without it the loop need not show events.
    pub(crate) fn is_idle(&self) -> bool {
        self.target == Target::None && self.breakpoints.is_empty()
    }

    /// Looks at what a micro step did.
    pub(crate) fn look(&mut self, events: &[Event], execution: &Execution, history: u32) {
        for event in events {
            let Some(reason) = self.reason(event, execution) else { continue };
            self.stop(reason, execution, Some(event.clone()), history);
        }
    }

    /// Pauses without an event: the execution rests.
    pub(crate) fn look_at_rest(&mut self, history: u32) {
        if self.target == Target::Asked {
            self.target = Target::None;
            self.pause = Some(Pause { reason: PauseReason::Asked, history, node: None, iterations: Vec::new() });
        }
    }

    fn reason(&mut self, event: &Event, execution: &Execution) -> Option<PauseReason> {
        for at in 0..self.breakpoints.len() {
            if let Some(reason) = self.breakpoints[at].look(event, execution, at as u32) {
                return Some(reason);
            }
        }
        let is_change = matches!(event.kind, EventKind::StateEntered { .. } | EventKind::StateExited { .. });
        let scope = path(&event.scope);
        match self.target {
            Target::Start if matches!(event.kind, EventKind::StateEntered { .. }) => Some(PauseReason::Start),
            Target::Asked if event.history.is_some() => Some(PauseReason::Asked),
            Target::Step(Advance::Over) if is_change && self.at.starts_with(&scope) => Some(PauseReason::Step),
            Target::Step(Advance::Into) if is_change => Some(PauseReason::Step),
            Target::Step(Advance::Out) if is_change && self.at.starts_with(&scope) && scope.len() < self.at.len() => {
                Some(PauseReason::Step)
            }
            Target::To(wanted) if matches!(event.kind, EventKind::StateEntered { state, .. } if state == wanted) => {
                Some(PauseReason::Step)
            }
            _ => None,
        }
    }
}

impl Set {
    fn look(&mut self, event: &Event, execution: &Execution, number: u32) -> Option<PauseReason> {
        if !self.breakpoint.enabled || self.state.is_none() || !self.is_hit(event) {
            return None;
        }
        match self.holds(event, execution) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(problem) => return Some(PauseReason::Condition(number, problem)),
        }
        self.hit = self.hit.saturating_add(1);
        (self.hit >= self.breakpoint.hits.max(1)).then_some(PauseReason::Breakpoint(number))
    }

    fn is_hit(&self, event: &Event) -> bool {
        let here = state_of(&event.kind) == self.state;
        here && match (self.breakpoint.on, &event.kind) {
            (StopOn::Enter, EventKind::StateEntered { .. })
            | (StopOn::Exit, EventKind::StateExited { .. })
            | (StopOn::Retry, EventKind::RetryScheduled(_))
            | (
                StopOn::Error,
                EventKind::TaskFailed { .. }
                | EventKind::TaskTimedOut { .. }
                | EventKind::EvaluationFailed { .. }
                | EventKind::FanOutFailed { .. }
                | EventKind::MapRunFailed { .. },
            ) => true,
            (StopOn::Item, EventKind::Iteration { change, .. }) => *change == machine::IterationChange::Started,
            (StopOn::Transition, EventKind::StateExited { detail, .. }) => {
                let via = detail.as_deref().map_or(Via::Next, |detail| detail.via);
                match self.via {
                    Some(Way::Next) => via == Via::Next,
                    Some(Way::Via(wanted)) => via == wanted,
                    None => true,
                }
            }
            _ => false,
        }
    }

    fn holds(&self, event: &Event, execution: &Execution) -> Result<bool, String> {
        let condition = self.breakpoint.condition.as_deref().map(str::trim).filter(|condition| !condition.is_empty());
        let Some(condition) = condition else { return Ok(true) };
        let focus = Focus::of_event(execution, event, event.at);
        evaluate(execution, &focus, condition).map(|value| holds(&value))
    }
}

/// Breakpoints applied to the past: counts do not count there.
pub(crate) struct Stops(Vec<Set>);

impl Stops {
    pub(crate) fn new(breakpoints: &[Breakpoint], machine: &machine::Compiled) -> Stops {
        let mut debugger = Debugger::default();
        debugger.set_breakpoints(breakpoints.to_vec(), machine);
        Stops(debugger.breakpoints)
    }

    /// Whether one may stop at an event, its condition aside.
    pub(crate) fn may(&self, event: &Event) -> bool {
        self.0.iter().any(|set| set.breakpoint.enabled && set.state.is_some() && set.is_hit(event))
    }

    pub(crate) fn at(&self, event: &Event, execution: &Execution) -> bool {
        let stops = |set: &&Set| set.breakpoint.enabled && set.state.is_some() && set.is_hit(event);
        self.0.iter().filter(stops).any(|set| set.holds(event, execution).unwrap_or(true))
    }
}

/// The threads of an execution at rest, outermost first.
pub(crate) fn threads(execution: &Execution) -> Vec<PausedThread> {
    let view = |at: Waiting| {
        let state = execution.machine().state(at.state);
        PausedThread {
            node: Arc::clone(&state.pointer),
            state: Arc::clone(&state.name),
            iterations: iterations(&path(&at.scope)),
            input: at.input,
            variables: at.variables.all().into_iter().map(|(name, value)| (Arc::clone(name), value.clone())).collect(),
            context: execution.context_object(at.thread),
        }
    };
    execution.threads().map(view).collect()
}

fn way_of(text: &str) -> Option<Way> {
    let index = |digits: &str| digits.parse::<u32>().ok();
    match text {
        "next" | "end" => Some(Way::Next),
        "default" => Some(Way::Via(Via::Default)),
        _ => {
            let rule = text.strip_prefix("rule").and_then(index).map(Via::Rule);
            rule.or_else(|| text.strip_prefix("catch").and_then(index).map(Via::Catch)).map(Way::Via)
        }
    }
}

fn path(scope: &Scope) -> Path {
    scope.steps().into_iter().map(|step| (step.state, step.part)).collect()
}

fn iterations(path: &Path) -> Vec<u32> {
    let item = |part: &ScopePart| match part {
        ScopePart::Iteration(index) | ScopePart::Child(index) => Some(*index),
        ScopePart::Branch(_) => None,
    };
    path.iter().filter_map(|(_, part)| item(part)).collect()
}

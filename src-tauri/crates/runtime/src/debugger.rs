//! Stopping an execution to look at it.
//!
//! The debugger only decides when the loop pauses. It delivers no facts and changes no state, so a run that was stepped
//! through does what it would have done by itself.

use std::sync::Arc;

use machine::{Event, EventKind, Execution, Scope, ScopePart, StateRef, Via, Waiting};
use query::jsonata::{Bindings, Expression};
use query::{Seeded, Value};
use serde::{Deserialize, Serialize};

use crate::records::state_of;

/// Where executions of a workflow stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakpoint {
    /// JSON pointer of the state, or, for a transition, the edge's id: `/States/A#rule2`.
    pub place: String,
    pub on: StopOn,
    /// JSONata over the paused scope: `$states.input`, `$states.result` on the way out, variables.
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
}

struct Set {
    breakpoint: Breakpoint,
    state: Option<StateRef>,
    via: Option<Way>,
    condition: Option<Result<Expression, String>>,
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
                let condition =
                    breakpoint.condition.as_deref().map(str::trim).filter(|condition| !condition.is_empty());
                let condition =
                    condition.map(|text| Expression::compile(bare(text)).map_err(|error| error.to_string()));
                Set { state: machine.state_at(pointer), via: way, condition, hit: hits(&breakpoint), breakpoint }
            })
            .collect();
    }

    pub(crate) fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
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
            let state = state_of(&event.kind);
            self.at = path(&event.scope);
            self.target = Target::None;
            self.pause = Some(Pause {
                reason,
                history,
                node: state.map(|state| Arc::clone(&execution.machine().state(state).pointer)),
                iterations: iterations(&self.at),
            });
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
        let Some(condition) = &self.condition else { return Ok(true) };
        let condition = condition.as_ref().map_err(Clone::clone)?;
        let waiting = thread_of(event, execution);
        let (input, result) = match &event.kind {
            EventKind::StateEntered { input, .. } => (input.clone(), None),
            EventKind::StateExited { output, .. } => {
                (waiting.as_ref().map_or(Value::Null, |at| at.input.clone()), Some(output))
            }
            _ => (waiting.as_ref().map_or(Value::Null, |at| at.input.clone()), None),
        };
        let context = || waiting.as_ref().and_then(|at| execution.context_object(at.thread)).unwrap_or_default();
        let variables = |name: &str| waiting.as_ref().and_then(|at| at.variables.get(name).cloned());
        let bindings =
            Bindings { result, context: &context, variables: &variables, now: event.at.0, ..Bindings::of(&input) };
        // Chance of its own: the run's must not notice that somebody looked.
        match condition.eval(&bindings, &mut Seeded(0)) {
            Ok(value) => Ok(is_true(&value)),
            Err(query::jsonata::Problem::Undefined) => Ok(false),
            Err(problem) => Err(format!("{problem:?}")),
        }
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

fn thread_of(event: &Event, execution: &Execution) -> Option<Waiting> {
    execution.threads().find(|at| at.execution == event.execution && at.scope == event.scope)
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Null => false,
        Value::Number(number) => number.as_f64() != 0.0,
        Value::String(text) => !text.as_str().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Conditions may be written with or without `{% %}`.
fn bare(text: &str) -> &str {
    text.strip_prefix("{%").and_then(|text| text.strip_suffix("%}")).unwrap_or(text)
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

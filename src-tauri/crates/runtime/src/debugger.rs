//! Stopping an execution to look at it.
//!
//! The debugger only decides when the loop pauses. It delivers no facts and changes no state, so a run that was stepped
//! through does what it would have done by itself. Only where the other branches are to go on while one stands still
//! does it ask for facts, which hold that one.

mod breakpoint;

use std::sync::Arc;

use machine::{Event, EventKind, Execution, Scope, ScopePart, Stand, StateRef, Waiting};
use query::Value;
use serde::{Deserialize, Serialize};

use crate::records::state_of;

pub(crate) use breakpoint::Stops;
pub use breakpoint::{Breakpoint, HitRule, LogLine, StopOn, keep_breakpoints, kept_breakpoints, move_breakpoints};
use breakpoint::{Hit, Set};

/// How a paused execution goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// To the next breakpoint.
    Continue,
    /// To the next change, wherever it is: in a branch, in an item, in an execution that a task starts.
    Into,
    /// To the next change of this branch or of one around it.
    Over,
    /// To the next change around this branch or item.
    Out,
}

/// An execution that stands still.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    pub reason: PauseReason,
    /// The last number in the history.
    pub history: u32,
    /// JSON pointer of the state it stands at.
    pub node: Option<Arc<str>>,
    pub iterations: Vec<u32>,
    /// The thread that stands still while the others go on; nothing when all of them stand still.
    pub held: Option<u32>,
    /// The execution whose task started this one.
    pub caller: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PauseReason {
    /// Before the first state.
    Start,
    /// Somebody asked for it.
    Asked,
    Step,
    /// A step came to where only an answer leads on.
    Waits,
    /// By its position in the list of breakpoints.
    Breakpoint(u32),
    /// The condition of the breakpoint could not be evaluated, which is worth stopping for.
    Condition(u32, String),
}

/// What is kept of a pause, so that it is the same in another life of the application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub pause: Pause,
    /// How many lines the journal had.
    pub(crate) lines: u64,
    /// The event that the pause is about.
    pub(crate) event: Option<u64>,
    /// How often each breakpoint was hit, in their order.
    pub(crate) hits: Vec<u32>,
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

/// Longer logs than this go to the list in pieces.
const MOST_LINES: usize = 10_000;

#[derive(Default)]
pub(crate) struct Debugger {
    breakpoints: Vec<Set>,
    target: Target,
    /// The thread that the last pause was about; steps are relative to it.
    at: Path,
    pause: Option<Pause>,
    /// What the pause is about.
    event: Option<Event>,
    caller: Option<i64>,
    /// Others went on at the last pause, and do at the end of the step that began there.
    others_go_on: bool,
    /// Threads to hold.
    to_hold: Vec<u32>,
    logged: Vec<LogLine>,
    /// Breakpoints are of no interest any more.
    detached: bool,
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
    pub(crate) fn new(breakpoints: Vec<Breakpoint>, machine: &machine::Compiled, caller: Option<i64>) -> Debugger {
        Debugger { breakpoints: breakpoint::arm(breakpoints, machine, &[]), caller, ..Debugger::default() }
    }

    pub(crate) fn pause_at_start(&mut self) {
        self.target = Target::Start;
    }

    pub(crate) fn ask_to_pause(&mut self) {
        if !self.stands_still() {
            self.target = Target::Asked;
        }
        self.detached = false;
    }

    /// Lets the execution go on for good.
    pub(crate) fn detach(&mut self) {
        self.breakpoints.clear();
        self.detached = true;
        self.advance(Advance::Continue);
    }

    pub(crate) fn set_breakpoints(&mut self, breakpoints: Vec<Breakpoint>, machine: &machine::Compiled) {
        if !self.detached {
            let old = std::mem::take(&mut self.breakpoints);
            self.breakpoints = breakpoint::arm(breakpoints, machine, &old);
        }
    }

    pub(crate) fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// Nothing of it moves, as against one thread that is held.
    pub(crate) fn stands_still(&self) -> bool {
        self.pause.as_ref().is_some_and(|pause| pause.held.is_none())
    }

    /// What the pause is about.
    pub(crate) fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// What another life of the application needs to know of the pause.
    pub(crate) fn standing(&self, execution: &Execution) -> Option<Standing> {
        let hits = self.breakpoints.iter().map(|set| set.hit).collect();
        let event = self.event.as_ref().map(|event| event.id.0);
        Some(Standing { pause: self.pause.clone()?, lines: execution.events_so_far(), event, hits })
    }

    /// Stands still where an earlier life of the execution ended, or where it was forked.
    pub(crate) fn stand(
        &mut self,
        execution: &Execution,
        last: Option<Event>,
        history: u32,
        standing: Option<&Standing>,
    ) {
        let known = standing.filter(|standing| standing.lines == execution.events_so_far());
        for (set, hit) in self.breakpoints.iter_mut().zip(standing.map(|standing| &*standing.hits).unwrap_or_default())
        {
            set.hit = *hit;
        }
        self.stop(known.map_or(PauseReason::Asked, |known| known.pause.reason.clone()), execution, last, history);
        if let (Some(pause), Some(known)) = (&mut self.pause, known) {
            pause.held = known.pause.held;
            self.others_go_on = pause.held.is_some();
            // A change that was made at the pause is the last event, and no place.
            if pause.node.is_none() {
                pause.node = known.pause.node.clone();
                pause.iterations = known.pause.iterations.clone();
            }
        }
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
            held: None,
            caller: self.caller,
        });
        self.event = event;
    }

    pub(crate) fn run_to(&mut self, state: StateRef) {
        self.pause = None;
        self.target = Target::To(state);
    }

    /// Steps are taken from where a thread stands; the one of the pause, when none is given.
    pub(crate) fn step_from(&mut self, execution: &Execution, thread: u32) {
        if let Some(view) = execution.look_at(thread) {
            self.at = path(&view.scope);
        }
    }

    pub(crate) fn advance(&mut self, advance: Advance) {
        self.pause = None;
        self.target = match advance {
            Advance::Continue => {
                self.others_go_on = false;
                Target::None
            }
            step => Target::Step(step),
        };
    }

    /// Whether it is on its way to the end of a step, which nobody wants to wait for.
    pub(crate) fn is_stepping(&self) -> bool {
        matches!(self.target, Target::Step(_))
    }

    /// Whether a step leads into what is about to begin.
    pub(crate) fn goes_into(&self) -> bool {
        self.target == Target::Step(Advance::Into)
    }

    /// Whether anything could make the execution stop: without it the loop need not show events.
    pub(crate) fn is_idle(&self) -> bool {
        self.target == Target::None && self.breakpoints.is_empty()
    }

    /// Threads that stand still from now on while the others go on.
    pub(crate) fn take_holds(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.to_hold)
    }

    pub(crate) fn take_logged(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.logged)
    }

    /// Looks at what a micro step did.
    pub(crate) fn look(&mut self, events: &[Event], execution: &Execution, history: u32) {
        for event in events {
            let Some(reason) = self.reason(event, execution, history) else { continue };
            let thread = self.may_go_on(&reason).then(|| thread_to_hold(event, execution)).flatten();
            match (thread, &self.pause) {
                (Some(thread), Some(pause)) if pause.held.is_some() => self.to_hold.push(thread),
                (Some(thread), _) => {
                    self.stop(reason, execution, Some(event.clone()), history);
                    self.to_hold.push(thread);
                    self.others_go_on = true;
                    if let Some(pause) = &mut self.pause {
                        pause.held = Some(thread);
                    }
                }
                (None, _) => self.stop(reason, execution, Some(event.clone()), history),
            }
        }
    }

    fn may_go_on(&self, reason: &PauseReason) -> bool {
        match reason {
            PauseReason::Breakpoint(number) => {
                self.breakpoints.get(*number as usize).is_some_and(|set| set.breakpoint.others_go_on)
            }
            PauseReason::Step => self.others_go_on,
            _ => false,
        }
    }

    /// Pauses without an event: the execution rests. `asked` is whether a person is, and `passes` whether time goes on meanwhile.
    pub(crate) fn look_at_rest(&mut self, execution: &Execution, history: u32, asked: bool, passes: bool) {
        match self.target {
            Target::Asked => {
                self.stop(PauseReason::Asked, execution, self.event.clone(), history);
                if let Some(pause) = &mut self.pause {
                    pause.node = None;
                }
            }
            Target::Step(_) | Target::To(_) if asked && (!passes || self.is_blocked(execution)) => {
                let at = execution.look().into_iter().find(|view| path(&view.scope) == self.at);
                self.stop(PauseReason::Waits, execution, self.event.clone(), history);
                if let (Some(view), Some(pause)) = (at, &mut self.pause) {
                    pause.node = Some(Arc::clone(&execution.machine().state(view.state).pointer));
                }
            }
            _ if self.pause.is_none() => self.turn_to_held(execution, history),
            _ => {}
        }
    }

    /// A step has ended where only a thread that is held could go on: that one is looked at next.
    fn turn_to_held(&mut self, execution: &Execution, history: u32) {
        if !self.others_go_on || execution.next_wake().is_some() {
            return;
        }
        let Some(view) = execution.look().into_iter().find(|view| view.held) else { return };
        self.stop(PauseReason::Step, execution, None, history);
        self.at = path(&view.scope);
        if let Some(pause) = &mut self.pause {
            pause.node = Some(Arc::clone(&execution.machine().state(view.state).pointer));
            pause.iterations = iterations(&self.at);
            pause.held = Some(view.thread);
        }
    }

    /// Whether only a person's answer leads to the end of the step.
    fn is_blocked(&self, execution: &Execution) -> bool {
        let own = execution.look().into_iter().find(|view| path(&view.scope) == self.at);
        execution.next_wake().is_none() || own.is_some_and(|view| view.stand == Stand::Calling)
    }

    fn reason(&mut self, event: &Event, execution: &Execution, history: u32) -> Option<PauseReason> {
        let mut found = None;
        for at in 0..self.breakpoints.len() {
            match self.breakpoints[at].look(event, execution, at as u32) {
                Some(Hit::Stop(reason)) => found = found.or(Some(reason)),
                Some(Hit::Say(said)) => self.log(event, execution, history, said),
                None => {}
            }
        }
        found.or_else(|| self.reaches_target(event).then(|| self.reason_of_target()))
    }

    fn reason_of_target(&self) -> PauseReason {
        match self.target {
            Target::Start => PauseReason::Start,
            Target::Asked => PauseReason::Asked,
            _ => PauseReason::Step,
        }
    }

    fn reaches_target(&self, event: &Event) -> bool {
        let enters = matches!(event.kind, EventKind::StateEntered { .. });
        let is_change = enters || matches!(event.kind, EventKind::StateExited { .. });
        match self.target {
            Target::None => false,
            Target::Start => enters,
            Target::Asked => event.history.is_some(),
            Target::Step(Advance::Into) => is_change,
            Target::Step(Advance::Over) => is_change && self.at.starts_with(&path(&event.scope)),
            Target::Step(Advance::Out) => {
                let scope = path(&event.scope);
                is_change && self.at.starts_with(&scope) && scope.len() < self.at.len()
            }
            Target::Step(Advance::Continue) => false,
            Target::To(wanted) => matches!(event.kind, EventKind::StateEntered { state, .. } if state == wanted),
        }
    }

    fn log(&mut self, event: &Event, execution: &Execution, history: u32, said: Result<String, String>) {
        if self.logged.len() >= MOST_LINES {
            return;
        }
        let state = state_of(&event.kind).map(|state| execution.machine().state(state).pointer.to_string());
        let failed = said.is_err();
        let text = said.unwrap_or_else(|problem| problem);
        let iterations = iterations(&path(&event.scope));
        self.logged.push(LogLine { event: history, at: event.at, node: state, iterations, text, failed });
    }
}

/// The thread of an event inside a branch or an item.
fn thread_to_hold(event: &Event, execution: &Execution) -> Option<u32> {
    if event.scope.is_top() {
        return None;
    }
    execution.thread_of(event.execution, &event.scope)
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

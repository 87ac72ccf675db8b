//! What all threads of an execution share: identity, counters, chance, open effects and timers, and the writing of
//! events.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use query::{Chance, Seeded, Text, Value};

use crate::compiled::{Compiled, State, StateRef};
use crate::effect::{Effect, EffectId};
use crate::event::{ChildId, Event, EventId, EventKind, Failure, HistoryRef, Scope};
use crate::execution::{Outcome, Status, Step};
use crate::fault::{self, Fault};
use crate::frame::{Failing, FanOut, Fate, Frame, FrameId, Phase, Timer};
use crate::limits;
use crate::settings::{Kind, Limits, Settings};
use crate::slab::SharedVec;
use crate::time::Timestamp;

#[derive(Debug, Clone)]
pub(crate) struct Core {
    pub(crate) machine: Arc<Compiled>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) region: Arc<str>,
    pub(crate) input: Value,
    pub(crate) started_at: Timestamp,
    pub(crate) redrive_count: u32,
    pub(crate) chance: Seeded,
    next_event: u64,
    next_effect: u64,
    /// The last number in the history of the execution itself.
    history: u32,
    /// Child executions of distributed Maps; `ChildId` 1 is the first.
    pub(crate) children: SharedVec<Child>,
    pub(crate) map_runs: Vec<MapRun>,
    /// Open effects that may be answered, and the thread that waits.
    pub(crate) effects: BTreeMap<EffectId, FrameId>,
    /// Open timers. `None` is the timer of the whole execution.
    pub(crate) timers: BTreeMap<(Timestamp, EffectId), Option<FrameId>>,
    /// The execution whose history is full.
    pub(crate) full: Option<ChildId>,
    /// `$$.Execution` and `$$.StateMachine`, made when first asked for.
    pub(crate) identity: OnceLock<(Value, Value)>,
    pub(crate) outcome: Option<Outcome>,
    /// The name of the state in the context object, when it is not the state's own.
    pub(crate) shown_state: Option<Arc<str>>,
}

/// One child execution of a distributed Map.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    pub arn: Arc<str>,
    pub name: Arc<str>,
    pub input: Value,
    /// The Map Run it belongs to, in the order they were started.
    pub map_run: u32,
    pub index: u32,
    pub started_at: Timestamp,
    pub stopped_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    pub(crate) history: u32,
    pub(crate) identity: OnceLock<(Value, Value)>,
}

/// The record of one run of a distributed Map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapRun {
    pub arn: Arc<str>,
    pub state: StateRef,
    pub status: Status,
    pub max_concurrency: u32,
    pub tolerated_failure_count: u64,
    pub tolerated_failure_percentage: f64,
    pub started_at: Timestamp,
    pub stopped_at: Option<Timestamp>,
    /// Items; with batching more than child executions.
    pub items: Counts,
    pub executions: Counts,
    pub redrive_count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub pending: u32,
    pub running: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub timed_out: u32,
    pub aborted: u32,
    pub results_written: u32,
}

impl Counts {
    pub fn total(&self) -> u32 {
        self.pending + self.running + self.succeeded + self.failed + self.timed_out + self.aborted
    }
}

/// One micro step under way.
pub(crate) struct Turn<'a> {
    pub(crate) now: Timestamp,
    pub(crate) step: &'a mut Step,
}

/// What a thread does after its part of a micro step.
#[derive(Debug)]
pub(crate) enum Flow {
    /// Nothing until a fact or a timer.
    Waits,
    /// There is more to do at once.
    Goes,
    /// The state begins to fan out.
    Forks(Box<FanOut>),
}

impl Core {
    pub(crate) fn new(machine: Arc<Compiled>, settings: Arc<Settings>, input: Value, now: Timestamp) -> Core {
        Core {
            machine,
            region: Arc::from(settings.region()),
            input,
            started_at: now,
            redrive_count: 0,
            chance: Seeded(settings.seed),
            settings,
            next_event: 1,
            next_effect: 1,
            history: 0,
            children: SharedVec::default(),
            map_runs: Vec::new(),
            effects: BTreeMap::new(),
            timers: BTreeMap::new(),
            full: None,
            identity: OnceLock::new(),
            outcome: None,
            shown_state: None,
        }
    }

    pub(crate) fn state(&self, frame: &Frame) -> &State {
        self.machine.state(frame.state)
    }

    pub(crate) fn events_so_far(&self) -> u64 {
        self.next_event - 1
    }

    pub(crate) fn kind(&self, execution: ChildId) -> Kind {
        match self.child(execution).map(|child| &self.map_runs[child.map_run as usize]) {
            Some(run) => self.machine.child_kind(run.state),
            None => self.settings.kind,
        }
    }

    pub(crate) fn child(&self, execution: ChildId) -> Option<&Child> {
        self.children.get((execution.0 as usize).checked_sub(1)?)
    }

    pub(crate) fn child_mut(&mut self, execution: ChildId) -> Option<&mut Child> {
        self.children.get_mut((execution.0 as usize).checked_sub(1)?)
    }

    /// The next event of a thread: it follows the thread's last one.
    pub(crate) fn event(&mut self, turn: &mut Turn<'_>, frame: &mut Frame, kind: EventKind) -> u32 {
        let id = self.event_after(turn, frame, frame.last, kind);
        frame.last = id;
        id
    }

    /// An event of a thread that does not become the predecessor of the thread's next one.
    pub(crate) fn event_after(
        &mut self,
        turn: &mut Turn<'_>,
        frame: &mut Frame,
        previous: u32,
        kind: EventKind,
    ) -> u32 {
        let id = self.number(frame.execution, is_terminal(&kind));
        let Some(id) = id else { return previous };
        let event = Event {
            id: EventId(self.next_event),
            at: turn.now,
            cause: frame.cause,
            execution: frame.execution,
            history: Some(HistoryRef { id, previous }),
            scope: frame.scope.clone(),
            kind,
        };
        frame.cause = event.id;
        self.next_event += 1;
        turn.step.events.push(event);
        if id == limits::HISTORY_EVENTS
            && self.settings.limits == Limits::Warn
            && self.kind_is_standard(frame.execution)
        {
            let cause = "The execution passed the maximum number of history events (25000).";
            let failure = Failure::new(fault::RUNTIME, cause);
            self.note(turn, frame, EventKind::LimitPassed { state: Some(frame.state), failure });
        }
        id
    }

    /// The next number in an execution's history, or `None` when it is full: then the execution has to end.
    fn number(&mut self, execution: ChildId, terminal: bool) -> Option<u32> {
        let limited = self.settings.limits == Limits::Enforce && self.kind_is_standard(execution);
        let used = match execution.0 {
            0 => &mut self.history,
            at => &mut self.children.get_mut(at as usize - 1).expect("events belong to known executions").history,
        };
        let endless = self.next_event > limits::MOST_EVENTS;
        if (endless || limited && *used + 1 >= limits::HISTORY_EVENTS) && !terminal {
            self.full = Some(execution);
            return None;
        }
        *used += 1;
        Some(*used)
    }

    fn kind_is_standard(&self, execution: ChildId) -> bool {
        if execution.0 == 0 { self.settings.kind == Kind::Standard } else { self.kind(execution) == Kind::Standard }
    }

    /// An event that the service's history does not show.
    pub(crate) fn note(&mut self, turn: &mut Turn<'_>, frame: &mut Frame, kind: EventKind) {
        let event = Event {
            id: EventId(self.next_event),
            at: turn.now,
            cause: frame.cause,
            execution: frame.execution,
            history: None,
            scope: frame.scope.clone(),
            kind,
        };
        frame.cause = event.id;
        self.next_event += 1;
        turn.step.events.push(event);
    }

    /// An event that no thread led to: a fact. What a person did with a debugger has the place of its thread.
    pub(crate) fn note_outside(
        &mut self,
        turn: &mut Turn<'_>,
        (execution, scope): (ChildId, Scope),
        kind: EventKind,
    ) -> EventId {
        let id = EventId(self.next_event);
        self.next_event += 1;
        turn.step.events.push(Event { id, at: turn.now, cause: EventId(0), execution, history: None, scope, kind });
        id
    }

    pub(crate) fn new_effect(&mut self) -> EffectId {
        let effect = EffectId(self.next_effect);
        self.next_effect += 1;
        effect
    }

    /// Starts a timer for a thread, or for the whole execution.
    pub(crate) fn start_timer(&mut self, turn: &mut Turn<'_>, frame: Option<FrameId>, wake_at: Timestamp) -> Timer {
        let timer = Timer { wake_at, effect: self.new_effect() };
        self.timers.insert((wake_at, timer.effect), frame);
        turn.step.effects.push(Effect::StartTimer { effect: timer.effect, wake_at });
        timer
    }

    pub(crate) fn stop_timer(&mut self, turn: &mut Turn<'_>, timer: Option<Timer>) {
        if let Some(timer) = timer
            && self.timers.remove(&(timer.wake_at, timer.effect)).is_some()
        {
            turn.step.effects.push(Effect::Cancel { effect: timer.effect });
        }
    }

    /// A token of the length the service gives out is of no use here; unguessable and unique is enough.
    pub(crate) fn new_token(&mut self) -> Text {
        let mut token = String::with_capacity(80);
        for _ in 0..5 {
            use std::fmt::Write;
            let _ = write!(token, "{:016x}", self.chance.bits());
        }
        Text::from(token)
    }

    /// Turns a fault into the phase that deals with it. `States.Runtime` ends the execution at the next step.
    pub(crate) fn fail(&mut self, turn: &mut Turn<'_>, frame: &mut Frame, fault: Fault) -> Flow {
        let fate = if matches!(fault, Fault::Runtime(_)) { Fate::Fatal } else { Fate::Open };
        let failure = match fault {
            Fault::Failure(failure) => failure,
            Fault::Runtime(cause) => {
                Failure::new(fault::RUNTIME, fault::in_state(&self.state(frame).name, frame.entered, &cause))
            }
            Fault::Intrinsic(cause) => {
                let cause = fault::in_state(&self.state(frame).name, frame.entered, &cause);
                Failure::new(fault::INTRINSIC, cause)
            }
            Fault::Evaluation { cause, location } => {
                let cause = fault::in_state(&self.state(frame).name, frame.entered, &cause);
                let failure = Failure::new(fault::QUERY_EVALUATION, cause);
                let is_wait = self.state(frame).kind_of() == crate::compiled::StateType::Wait;
                if frame.last == frame.entered && !is_wait {
                    frame.last = frame.before;
                }
                let (state, location) = (frame.state, location.map(Text::from));
                self.event(turn, frame, EventKind::EvaluationFailed { state, failure: failure.clone(), location });
                frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat: false, fate, fan_out: None }));
                return Flow::Goes;
            }
        };
        let raised = EventKind::ErrorRaised { state: frame.state, failure: failure.clone() };
        self.note(turn, frame, raised);
        frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat: false, fate, fan_out: None }));
        Flow::Goes
    }
}

fn is_terminal(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::ExecutionSucceeded { .. }
            | EventKind::ExecutionFailed { .. }
            | EventKind::ExecutionTimedOut { .. }
            | EventKind::ExecutionAborted { .. }
    )
}

//! What an execution was told from outside, and whom it was told: states and their calls by number, not effects. So an
//! execution of another version of the definition can be told the same.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use machine::{
    ChildId, Compiled, Effect, EffectId, Event, EventKind, Execution, Fact, Integration, Scope, ScopePart, StateRef,
    Step, Timestamp,
};

use crate::records::state_of;
use crate::replay::ReplayError;

/// The branches and items around a state, outermost first.
pub(crate) type Path = Vec<(StateRef, ScopePart)>;

/// Which state of one version is which of another.
#[derive(Debug, Clone)]
pub(crate) struct Mapping(Vec<Option<StateRef>>);

impl Mapping {
    pub(crate) fn same(machine: &Compiled) -> Mapping {
        Mapping(machine.states().map(|(at, _)| Some(at)).collect())
    }

    /// States are the same if they have the same name, or if `renamed` says so (old name, new name).
    pub(crate) fn between(old: &Compiled, new: &Compiled, renamed: &[(String, String)]) -> Mapping {
        let by_name: HashMap<&str, StateRef> = new.states().map(|(at, state)| (&*state.name, at)).collect();
        let of = |name: &str| {
            let now = renamed.iter().find(|(from, _)| from == name).map_or(name, |(_, to)| to);
            by_name.get(now).copied()
        };
        Mapping(old.states().map(|(_, state)| of(&state.name)).collect())
    }

    pub(crate) fn state(&self, old: StateRef) -> Option<StateRef> {
        self.0.get(old.0 as usize).copied().flatten()
    }

    pub(crate) fn path(&self, scope: &Scope) -> Option<Path> {
        scope.steps().into_iter().map(|step| Some((self.state(step.state)?, step.part))).collect()
    }
}

/// What an event is, its data and its numbers aside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    what: Discriminant<EventKind>,
    state: Option<StateRef>,
    path: Path,
}

impl Shape {
    /// Nothing if the event is about a state that the other version does not have.
    pub(crate) fn of(event: &Event, mapping: &Mapping) -> Option<Shape> {
        let state = match state_of(&event.kind) {
            Some(state) => Some(mapping.state(state)?),
            None => None,
        };
        Some(Shape { what: discriminant(&event.kind), state, path: mapping.path(&event.scope)? })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Beat {
    pub(crate) at: Timestamp,
    pub(crate) shape: Option<Shape>,
}

/// Whom a fact was told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Whom {
    /// A call of a task, or of a Map that reads or writes: the so-manyth of the state in its place.
    Call {
        state: StateRef,
        path: Path,
        number: u32,
    },
    /// Whatever stands in a state.
    Thread {
        state: StateRef,
        path: Path,
    },
    Execution,
}

#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// The beat before which, or with which, it came.
    pub(crate) beat: usize,
    pub(crate) at: Timestamp,
    pub(crate) whom: Whom,
    /// With the numbers of the recorded execution.
    pub(crate) fact: Fact,
}

/// What happened to an execution up to some point, in the terms of the version that is to go on.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub(crate) beats: Vec<Beat>,
    pub(crate) told: Vec<Told>,
    /// Whether facts have beats of their own, as in a journal. A history from elsewhere has none.
    pub(crate) is_journal: bool,
}

/// The event at which another execution is to stand: the so-manyth of its shape.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) shape: Shape,
    pub(crate) occurrence: u32,
}

impl Target {
    /// The last of `events`. `Err` names the state that is no more.
    pub(crate) fn last_of(events: &[Event], machine: &Compiled, mapping: &Mapping) -> Result<Option<Target>, Arc<str>> {
        let Some(last) = events.last() else { return Ok(None) };
        let lost = || {
            let own = state_of(&last.kind).into_iter();
            let around = last.scope.steps().into_iter().map(|step| step.state);
            let gone = around.chain(own).find(|state| mapping.state(*state).is_none());
            gone.map_or_else(|| "".into(), |state| Arc::clone(&machine.state(state).name))
        };
        let shape = Shape::of(last, mapping).ok_or_else(lost)?;
        let same = |event: &&Event| Shape::of(event, mapping).as_ref() == Some(&shape);
        let occurrence = u32::try_from(events.iter().filter(same).count()).unwrap_or(u32::MAX);
        Ok(Some(Target { shape, occurrence }))
    }
}

/// Numbers the calls of each state in each place.
#[derive(Default)]
pub(crate) struct Calls(HashMap<(StateRef, Path), u32>);

impl Calls {
    pub(crate) fn next(&mut self, state: StateRef, path: Path) -> Whom {
        let count = self.0.entry((state, path.clone())).or_default();
        *count += 1;
        Whom::Call { state, path, number: *count - 1 }
    }
}

impl Recording {
    /// Of whole micro steps of a journal. The machine of the journal is stepped along, since only it knows which call has which
    /// number.
    pub(crate) fn of_journal(
        events: &[Event],
        machine: &Arc<Compiled>,
        mapping: &Mapping,
    ) -> Result<Recording, ReplayError> {
        let first = events.first().ok_or(ReplayError::Empty)?;
        let EventKind::ExecutionStarted { input, settings } = &first.kind else { return Err(ReplayError::NoStart) };
        let mut execution = Execution::start(Arc::clone(machine), (**settings).clone(), input.clone());
        let mut recording = Recording { beats: Vec::with_capacity(events.len()), told: Vec::new(), is_journal: true };
        let mut calls: HashMap<EffectId, Whom> = HashMap::new();
        let mut numbers = Calls::default();
        let mut step = Step::default();
        while recording.beats.len() < events.len() {
            let at = recording.beats.len();
            let event = &events[at];
            if let EventKind::Received(fact) = &event.kind {
                if let Some(whom) = whom(fact, &execution, &calls, mapping) {
                    recording.told.push(Told { beat: at, at: event.at, whom, fact: fact.clone() });
                }
                execution.deliver(fact.clone());
            }
            execution.step_into(event.at, &mut step);
            let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
            if step.events.is_empty() || events.get(at..at + step.events.len()) != Some(&step.events) {
                return Err(ReplayError::Diverged { line });
            }
            let beat = |event: &Event| Beat { at: event.at, shape: Shape::of(event, mapping) };
            recording.beats.extend(step.events.iter().map(beat));
            for effect in &step.effects {
                if let Some((effect, state, scope)) = call_of(effect, &execution)
                    && let (Some(state), Some(path)) = (mapping.state(state), mapping.path(&scope))
                {
                    calls.insert(effect, numbers.next(state, path));
                }
            }
        }
        Ok(recording)
    }

    /// Of a history that was recorded elsewhere, in the form of events. The outcome of a call is an event there, so what was told
    /// is read off it.
    pub(crate) fn of_history(events: &[Event], machine: &Compiled, mapping: &Mapping) -> Recording {
        let mut recording = Recording { beats: Vec::with_capacity(events.len()), told: Vec::new(), is_journal: false };
        let mut numbers = Calls::default();
        let mut open: HashMap<(StateRef, Path), Whom> = HashMap::new();
        let mut runs: HashMap<(StateRef, Path), usize> = HashMap::new();
        for event in events.iter().filter(|event| own_number(event).is_some()) {
            let beat = recording.beats.len();
            recording.beats.push(Beat { at: event.at, shape: Shape::of(event, mapping) });
            if let EventKind::ExecutionAborted { failure } = &event.kind {
                let fact = Fact::Stop { failure: failure.clone() };
                recording.told.push(Told { beat, at: event.at, whom: Whom::Execution, fact });
            }
            let place =
                state_of(&event.kind).and_then(|state| Some((mapping.state(state)?, mapping.path(&event.scope)?)));
            let Some(place) = place else { continue };
            if let Some((beat, fact)) = map_run_fact(&event.kind, beat, &mut runs, &place) {
                let whom = Whom::Thread { state: place.0, path: place.1.clone() };
                recording.told.push(Told { beat, at: event.at, whom, fact });
            }
            if matches!(event.kind, EventKind::TaskScheduled(_)) {
                open.insert(place.clone(), numbers.next(place.0, place.1));
                continue;
            }
            let Some(fact) = fact_of(&event.kind, machine) else { continue };
            if let Some(whom) = open.get(&place) {
                recording.told.push(Told { beat, at: event.at, whom: whom.clone(), fact });
            }
        }
        // What a Map Run came to is told where it ended, and known where its state did.
        recording.told.sort_by_key(|told| told.beat);
        recording
    }

    /// How many calls were answered.
    pub(crate) fn answers(&self) -> u32 {
        let answers = self.told.iter().filter(|told| is_answer(&told.fact));
        u32::try_from(answers.count()).unwrap_or(u32::MAX)
    }
}

/// What a Map Run came to, told to its Map: its child executions have histories of their own, which are not here.
fn map_run_fact(
    kind: &EventKind,
    beat: usize,
    runs: &mut HashMap<(StateRef, Path), usize>,
    place: &(StateRef, Path),
) -> Option<(usize, Fact)> {
    match kind {
        EventKind::MapRunStarted { .. } => {
            runs.insert(place.clone(), beat + 1);
            None
        }
        EventKind::MapRunFailed { failure, .. } => {
            runs.remove(place)?;
            Some((beat, Fact::Fail { thread: 0, failure: failure.clone() }))
        }
        EventKind::StateExited { output, .. } => {
            let ended = runs.remove(place)?;
            Some((ended, Fact::Leave { thread: 0, output: output.clone(), next: None }))
        }
        EventKind::MapRunSucceeded { .. } => {
            runs.insert(place.clone(), beat);
            None
        }
        _ => None,
    }
}

pub(crate) fn is_answer(fact: &Fact) -> bool {
    matches!(fact, Fact::TaskSucceeded { .. } | Fact::TaskFailed { .. })
}

/// The effect of a call, with the state and the place it comes from.
pub(crate) fn call_of(effect: &Effect, execution: &Execution) -> Option<(EffectId, StateRef, Scope)> {
    let scope_of = |effect: EffectId| {
        let thread = execution.threads().find(|thread| thread.effect == Some(effect));
        thread.map(|thread| thread.scope).unwrap_or_default()
    };
    match effect {
        Effect::InvokeTask(call) => Some((call.effect, call.state, call.scope.clone())),
        Effect::ReadDataset(request) | Effect::WriteDataset { request, .. } => {
            Some((request.effect, request.state, scope_of(request.effect)))
        }
        Effect::StartTimer { .. } | Effect::Cancel { .. } => None,
    }
}

fn whom(fact: &Fact, execution: &Execution, calls: &HashMap<EffectId, Whom>, mapping: &Mapping) -> Option<Whom> {
    let at_thread = |view: machine::ThreadView| {
        Some(Whom::Thread { state: mapping.state(view.state)?, path: mapping.path(&view.scope)? })
    };
    match fact {
        Fact::TaskStarted { effect, .. }
        | Fact::TaskSubmitted { effect, .. }
        | Fact::TaskSucceeded { effect, .. }
        | Fact::TaskFailed { effect, .. }
        | Fact::TaskHeartbeat { effect }
        | Fact::DatasetRead { effect, .. }
        | Fact::DatasetWritten { effect }
        | Fact::DatasetFailed { effect, .. } => calls.get(effect).cloned(),
        Fact::TimerFired { effect } | Fact::ShiftTimer { effect, .. } => {
            let own = |view: &machine::ThreadView| view.timers.iter().any(|timer| timer.effect == *effect);
            at_thread(execution.look().into_iter().find(own)?)
        }
        Fact::SetVariable { thread, .. }
        | Fact::SetInput { thread, .. }
        | Fact::Leave { thread, .. }
        | Fact::Fail { thread, .. }
        | Fact::SetStage { thread, .. }
        | Fact::Answer { thread, .. }
        | Fact::Choose { thread, .. }
        | Fact::Hold { thread }
        | Fact::Release { thread } => at_thread(execution.look_at(*thread)?),
        Fact::Stop { .. } => Some(Whom::Execution),
        Fact::Redrive => None,
    }
}

/// The number is filled in for the execution that is told.
const NOBODY: EffectId = EffectId(0);

fn fact_of(kind: &EventKind, machine: &Compiled) -> Option<Fact> {
    let effect = NOBODY;
    Some(match kind {
        // Only a worker's start comes from outside.
        EventKind::TaskStarted { state, .. } if *machine.state(*state).integration() != Integration::Activity => {
            return None;
        }
        EventKind::TaskStarted { worker, .. } => Fact::TaskStarted { effect, worker: worker.clone() },
        EventKind::TaskSubmitted { output, .. } => Fact::TaskSubmitted { effect, output: output.clone() },
        EventKind::TaskSucceeded { output, .. } => Fact::TaskSucceeded { effect, output: output.clone() },
        EventKind::TaskFailed { failure, .. } => Fact::TaskFailed { effect, failure: failure.clone() },
        _ => return None,
    })
}

/// The fact as it is told to an execution in which the call has another number.
pub(crate) fn told_to(fact: &Fact, effect: EffectId, thread: u32) -> Fact {
    let mut fact = fact.clone();
    match &mut fact {
        Fact::TaskStarted { effect: of, .. }
        | Fact::TaskSubmitted { effect: of, .. }
        | Fact::TaskSucceeded { effect: of, .. }
        | Fact::TaskFailed { effect: of, .. }
        | Fact::TaskHeartbeat { effect: of }
        | Fact::DatasetRead { effect: of, .. }
        | Fact::DatasetWritten { effect: of }
        | Fact::DatasetFailed { effect: of, .. }
        | Fact::TimerFired { effect: of }
        | Fact::ShiftTimer { effect: of, .. } => *of = effect,
        Fact::SetVariable { thread: of, .. }
        | Fact::SetInput { thread: of, .. }
        | Fact::Leave { thread: of, .. }
        | Fact::Fail { thread: of, .. }
        | Fact::SetStage { thread: of, .. }
        | Fact::Answer { thread: of, .. }
        | Fact::Choose { thread: of, .. }
        | Fact::Hold { thread: of }
        | Fact::Release { thread: of } => *of = thread,
        Fact::Stop { .. } | Fact::Redrive => {}
    }
    fact
}

/// The number of an event in the execution's own history.
pub(crate) fn own_number(event: &Event) -> Option<u32> {
    event.history.filter(|_| event.execution == ChildId(0)).map(|history| history.id)
}

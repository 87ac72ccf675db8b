//! Taking in what came from outside.

use query::Value;

use crate::core::{Core, Turn};
use crate::effect::EffectId;
use crate::event::{EventKind, Failure};
use crate::execution::Execution;
use crate::fact::Fact;
use crate::frame::{Failing, Fate, Frame, FrameId, Phase, TaskProgress, Timer};
use crate::integration::Integration;
use crate::limits;
use crate::map_run;
use crate::settings::Limits;
use crate::states;

/// Applies one fact. A fact that means nothing any more leaves no trace.
pub(crate) fn take(execution: &mut Execution, turn: &mut Turn<'_>, fact: Fact) {
    if execution.core.outcome.is_some() && !matches!(fact, Fact::Redrive) {
        return;
    }
    match &fact {
        Fact::Stop { failure } => {
            let failure = failure.clone();
            received(execution, turn, None, fact);
            crate::ending::stopped(execution, turn, failure);
        }
        Fact::Redrive => crate::ending::redrive(execution, turn),
        Fact::TimerFired { effect } => {
            let effect = *effect;
            let found = execution.core.timers.iter().find(|((_, timer), _)| *timer == effect);
            let Some((&(wake_at, effect), &frame)) = found else { return };
            received(execution, turn, frame, fact);
            execution.fire(turn, Timer { wake_at, effect }, frame);
        }
        Fact::SetVariable { thread, name, value } => {
            let (thread, name, value) = (*thread, std::sync::Arc::from(name.as_str()), value.clone());
            if execution.frames.get(thread).is_none() {
                return;
            }
            received(execution, turn, Some(thread), fact);
            if let Some(frame) = execution.frames.get_mut(thread) {
                frame.vars.assign(&name, value);
            }
        }
        Fact::SetInput { thread, input } => {
            let (thread, input) = (*thread, input.clone());
            let settable = |phase: &Phase| matches!(phase, Phase::Entering | Phase::Running);
            if !execution.frames.get(thread).is_some_and(|frame| settable(&frame.phase)) {
                return;
            }
            received(execution, turn, Some(thread), fact);
            if let Some(frame) = execution.frames.get_mut(thread) {
                frame.input = input;
            }
        }
        Fact::Leave { .. }
        | Fact::Fail { .. }
        | Fact::SetStage { .. }
        | Fact::Answer { .. }
        | Fact::Choose { .. }
        | Fact::ShiftTimer { .. }
        | Fact::Hold { .. }
        | Fact::Release { .. } => crate::intervention::take(execution, turn, fact),
        Fact::DatasetRead { effect, .. } | Fact::DatasetWritten { effect } | Fact::DatasetFailed { effect, .. } => {
            let effect = *effect;
            dataset(execution, turn, effect, &fact);
        }
        Fact::TaskStarted { effect, .. }
        | Fact::TaskSubmitted { effect, .. }
        | Fact::TaskSucceeded { effect, .. }
        | Fact::TaskFailed { effect, .. }
        | Fact::TaskHeartbeat { effect } => {
            let effect = *effect;
            task(execution, turn, effect, &fact);
        }
    }
}

/// Writes the fact down, so that the journal alone can repeat it.
pub(crate) fn received(execution: &mut Execution, turn: &mut Turn<'_>, id: Option<FrameId>, fact: Fact) {
    let of_thread = fact.is_intervention().then_some(id).flatten().and_then(|id| execution.frames.get(id));
    let place = of_thread.map(|frame| (frame.execution, frame.scope.clone())).unwrap_or_default();
    let event = execution.core.note_outside(turn, place, EventKind::Received(fact));
    if let Some(frame) = id.and_then(|id| execution.frames.get_mut(id)) {
        frame.cause = event;
    }
}

fn task(execution: &mut Execution, turn: &mut Turn<'_>, effect: EffectId, fact: &Fact) {
    let Some(&id) = execution.core.effects.get(&effect) else { return };
    let Some(Phase::Task(task)) = execution.frames.get(id).map(|frame| &frame.phase) else { return };
    let told_before = match fact {
        Fact::TaskStarted { .. } => task.progress != TaskProgress::Scheduled,
        Fact::TaskSubmitted { .. } => task.progress == TaskProgress::Submitted,
        _ => false,
    };
    if told_before {
        return;
    }
    received(execution, turn, Some(id), fact.clone());
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let core = &mut execution.core;
    let state = frame.state;
    match fact {
        Fact::TaskStarted { worker, .. } => {
            set_progress(&mut frame.phase, TaskProgress::Started);
            core.event(turn, frame, EventKind::TaskStarted { state, worker: worker.clone() });
            // From now on the worker owes signs of life.
            states::task::heartbeat(core, frame, id, turn);
        }
        Fact::TaskSubmitted { output, .. } => {
            set_progress(&mut frame.phase, TaskProgress::Submitted);
            core.event(turn, frame, EventKind::TaskSubmitted { state, output: output.clone() });
        }
        Fact::TaskHeartbeat { .. } => states::task::heartbeat(core, frame, id, turn),
        Fact::TaskSucceeded { output, .. } => {
            succeed(core, frame, turn, output);
            execution.ready.push_back(id);
        }
        Fact::TaskFailed { failure, .. } => {
            fail(core, frame, turn, failure.clone());
            execution.ready.push_back(id);
        }
        _ => {}
    }
}

/// A call came to a result. The caller wakes the thread.
pub(crate) fn succeed(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>, output: &Value) {
    let state = frame.state;
    if limits::is_too_large(output) {
        let machine = std::sync::Arc::clone(&core.machine);
        let failure = states::data_limit(task_word(machine.state(state)));
        if core.settings.limits == Limits::Enforce {
            fail(core, frame, turn, failure);
            return;
        }
        core.note(turn, frame, EventKind::LimitPassed { state: Some(state), failure });
    }
    states::task::close(core, frame, turn, false);
    core.event(turn, frame, EventKind::TaskSucceeded { state, output: output.clone() });
    frame.phase = Phase::Settled(output.clone());
}

fn set_progress(phase: &mut Phase, progress: TaskProgress) {
    if let Phase::Task(task) = phase {
        task.progress = progress;
    }
}

/// A call failed. The caller wakes the thread.
pub(crate) fn fail(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>, failure: Failure) {
    states::task::close(core, frame, turn, false);
    let state = frame.state;
    core.event(turn, frame, EventKind::TaskFailed { state, failure: failure.clone() });
    frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat: false, fate: Fate::Open, fan_out: None }));
}

/// How the service calls a task in the error of a result that is too large.
fn task_word(state: &crate::compiled::State) -> &str {
    match state.integration() {
        Integration::Lambda | Integration::Activity => state.resource().unwrap_or(""),
        Integration::Service { service, .. } => service.rsplit(':').next().unwrap_or(service),
    }
}

fn dataset(execution: &mut Execution, turn: &mut Turn<'_>, effect: EffectId, fact: &Fact) {
    let Some(&id) = execution.core.effects.get(&effect) else { return };
    if !execution.frames.get(id).is_some_and(|frame| matches!(frame.phase, Phase::Dataset { .. })) {
        return;
    }
    execution.core.effects.remove(&effect);
    received(execution, turn, Some(id), fact.clone());
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let flow = match fact {
        Fact::DatasetRead { dataset, .. } => map_run::read(&mut execution.core, frame, turn, dataset),
        Fact::DatasetFailed { failure, .. } => {
            map_run::dataset_failed(&mut execution.core, frame, turn, failure.clone())
        }
        _ => map_run::written(frame),
    };
    execution.follow(turn, id, flow);
}

/// The value of a text that a task answered with: JSON where it is JSON, as the service reads it, else a string.
pub fn output_of(text: &str) -> Value {
    Value::parse(text).unwrap_or_else(|_| Value::string(text))
}

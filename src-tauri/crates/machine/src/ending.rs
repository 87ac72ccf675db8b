//! How an execution ends, and how it may begin again.

use query::Value;

use crate::core::Turn;
use crate::effect::Effect;
use crate::event::{ChildId, EventKind, Failure};
use crate::execution::{Execution, Outcome, Status, start_deadline};
use crate::fan_out;
use crate::fault;
use crate::frame::{FrameId, Phase, Role};
use crate::limits;
use crate::map_run;

pub(crate) fn succeeded(execution: &mut Execution, turn: &mut Turn<'_>, output: Value) {
    let outcome =
        Outcome { status: Status::Succeeded, output: Some(output), failure: Failure::default(), at: turn.now };
    settle(execution, turn, outcome);
}

/// The top level failed.
pub(crate) fn failed(execution: &mut Execution, turn: &mut Turn<'_>, failure: Failure) {
    let root = execution.root();
    if let Some(frame) = execution.frames.get_mut(root) {
        execution.core.event(turn, frame, EventKind::ExecutionFailed { failure: failure.clone() });
    }
    settle(execution, turn, Outcome { status: Status::Failed, output: None, failure, at: turn.now });
}

/// A failure that nothing around the state may handle: the execution it belongs to ends at once.
pub(crate) fn thread_ends_execution(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, failure: Failure) {
    let Some(frame) = execution.frames.get(id) else { return };
    let (last, cause, number) = (frame.last, frame.cause, frame.execution);
    let top = top_of(execution, id);
    fan_out::quiet_all(execution, turn, top);
    let Some(frame) = execution.frames.get_mut(top) else { return };
    frame.last = last;
    frame.cause = cause;
    if number.0 == 0 { failed(execution, turn, failure) } else { map_run::child_failed(execution, turn, top, failure) }
}

/// The outermost thread of the execution that a thread belongs to.
fn top_of(execution: &Execution, id: FrameId) -> FrameId {
    let mut at = id;
    while let Some(frame) = execution.frames.get(at) {
        match frame.role {
            Role::Root | Role::Child { .. } => break,
            Role::Branch { parent, .. } | Role::Iteration { parent, .. } => at = parent,
        }
    }
    at
}

/// The history has room for one more event: the one that says so.
pub(crate) fn history_full(execution: &mut Execution, turn: &mut Turn<'_>, child: ChildId) {
    let most = if execution.core.events_so_far() >= limits::MOST_EVENTS {
        limits::MOST_EVENTS
    } else {
        u64::from(limits::HISTORY_EVENTS)
    };
    let cause = format!("The execution reached the maximum number of history events ({most}).");
    let failure = Failure::new(fault::RUNTIME, cause);
    let found = execution
        .frames
        .iter()
        .find(|(_, frame)| frame.execution == child && matches!(frame.role, Role::Root | Role::Child { .. }));
    if let Some((top, _)) = found
        && execution.core.outcome.is_none()
    {
        thread_ends_execution(execution, turn, top, failure);
    }
}

/// The time of the whole execution is up.
pub(crate) fn timed_out(execution: &mut Execution, turn: &mut Turn<'_>) {
    let root = execution.root();
    // The service gives neither an error nor a cause.
    let failure = Failure::default();
    fan_out::quiet_all(execution, turn, root);
    if let Some(frame) = execution.frames.get_mut(root) {
        execution.core.event_after(turn, frame, 0, EventKind::ExecutionTimedOut { failure: failure.clone() });
    }
    settle(execution, turn, Outcome { status: Status::TimedOut, output: None, failure, at: turn.now });
}

/// StopExecution.
pub(crate) fn stopped(execution: &mut Execution, turn: &mut Turn<'_>, failure: Failure) {
    let root = execution.root();
    fan_out::quiet_all(execution, turn, root);
    if let Some(frame) = execution.frames.get_mut(root) {
        execution.core.event_after(turn, frame, 0, EventKind::ExecutionAborted { failure: failure.clone() });
    }
    settle(execution, turn, Outcome { status: Status::Aborted, output: None, failure, at: turn.now });
}

fn settle(execution: &mut Execution, turn: &mut Turn<'_>, outcome: Outcome) {
    let core = &mut execution.core;
    for &effect in core.effects.keys() {
        turn.step.effects.push(Effect::Cancel { effect });
    }
    core.effects.clear();
    for &(_, effect) in core.timers.keys() {
        turn.step.effects.push(Effect::Cancel { effect });
    }
    core.timers.clear();
    execution.ready.clear();
    core.outcome = Some(outcome);
}

/// RedriveExecution: every thread that did not end well runs its state again, from the input it had. A success and a
/// running execution cannot be redriven; the fact leaves no trace then.
pub(crate) fn redrive(execution: &mut Execution, turn: &mut Turn<'_>) {
    let redrivable = |outcome: &Outcome| outcome.status != Status::Succeeded;
    if !execution.core.outcome.as_ref().is_some_and(redrivable) {
        return;
    }
    let root = execution.root();
    execution.core.outcome = None;
    execution.core.redrive_count += 1;
    execution.core.identity.take();
    let redrive_count = execution.core.redrive_count;
    execution.core.note_outside(turn, Default::default(), EventKind::Received(crate::fact::Fact::Redrive));
    if let Some(frame) = execution.frames.get_mut(root) {
        let previous = frame.last;
        frame.last = execution.core.event_after(turn, frame, previous, EventKind::ExecutionRedriven { redrive_count });
    }
    start_deadline(&mut execution.core, turn);
    revive(execution, turn, root);
}

fn revive(execution: &mut Execution, turn: &mut Turn<'_>, root: FrameId) {
    let mut open = vec![(root, None)];
    while let Some((id, last)) = open.pop() {
        let Some(frame) = execution.frames.get_mut(id) else { continue };
        if let Some(last) = last {
            frame.last = last;
        }
        frame.retry_count = 0;
        frame.retries.clear();
        let last = Some(frame.last);
        match std::mem::replace(&mut frame.phase, Phase::Running) {
            Phase::Frozen { fan_out: Some(fan_out), .. } if map_run::can_redrive(&fan_out) => {
                map_run::redrive(execution, turn, id, fan_out);
                continue;
            }
            Phase::Frozen { fan_out: Some(fan_out), .. } if !fan_out.running.is_empty() && fan_out.run().is_none() => {
                open.extend(fan_out.running.values().map(|id| (*id, last)));
                frame.phase = Phase::FanOut(fan_out);
                continue;
            }
            // A Fail state is entered again, so that its failure has a place in the history.
            Phase::Frozen { entered: true, fan_out } => {
                fan_out::forget(execution, fan_out);
                let machine = std::sync::Arc::clone(&execution.core.machine);
                if let Some(frame) = execution.frames.get_mut(id)
                    && machine.state(frame.state).kind_of() == crate::compiled::StateType::Fail
                {
                    frame.phase = Phase::Entering;
                }
            }
            Phase::Frozen { entered: false, .. } => {
                let begun = frame.entered != 0 || matches!(frame.role, Role::Root | Role::Branch { .. });
                frame.phase = if begun { Phase::Entering } else { Phase::Starting };
            }
            other => frame.phase = other,
        }
        execution.ready.push_back(id);
    }
}

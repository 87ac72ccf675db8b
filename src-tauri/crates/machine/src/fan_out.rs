//! Branches, iterations and child executions: how they begin, end well, fail and are cut short.

use std::sync::Arc;

use query::Value;

use crate::compiled::{Body, StateType};
use crate::core::Turn;
use crate::event::{EventKind, Failure, IterationChange, ScopePart};
use crate::execution::{Execution, begin_execution, with_env};
use crate::fault::Fault;
use crate::frame::{Failing, FanOut, Fate, Frame, FrameId, Phase, Role};
use crate::map_run;
use crate::states;
use crate::time::Timestamp;
use crate::vars::Vars;

/// A state begins to fan out: as many children as may run at once.
pub(crate) fn fork(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, mut fan_out: Box<FanOut>) {
    let Some(frame) = execution.frames.get(id) else { return };
    let last = frame.last;
    while fan_out.has_room() {
        spawn(execution, turn, id, &mut fan_out, last);
    }
    let empty = fan_out.total == 0;
    if let Some(frame) = execution.frames.get_mut(id) {
        frame.phase = Phase::FanOut(fan_out);
    }
    if empty {
        execution.ready.push_back(id);
    }
}

/// Makes the thread of the next child. `last` is the event its first one follows.
fn spawn(execution: &mut Execution, turn: &Turn<'_>, parent: FrameId, fan_out: &mut FanOut, last: u32) {
    let Some(frame) = execution.frames.get(parent) else { return };
    let state = frame.state;
    let Some(index) = fan_out.take_next() else { return };
    let machine = Arc::clone(&execution.core.machine);
    let (scope, phase, role, part) = match &machine.state(state).body {
        Body::Parallel(body) => {
            let scope = body.branches[index as usize];
            (scope, Phase::Entering, Role::Branch { parent, index }, ScopePart::Branch(index))
        }
        Body::Map(body) if fan_out.run().is_some() => {
            (body.processor, Phase::Starting, Role::Child { parent, index }, ScopePart::Child(index))
        }
        Body::Map(body) => {
            (body.processor, Phase::Starting, Role::Iteration { parent, index }, ScopePart::Iteration(index))
        }
        _ => return,
    };
    let item = match &fan_out.map {
        Some(map) => map.items.get(index as usize).cloned().map(Arc::new),
        None => frame.item.clone(),
    };
    let is_child = matches!(role, Role::Child { .. });
    let child = Frame {
        role,
        execution: frame.execution,
        scope: frame.scope.inside(state, part),
        state: machine.scope(scope).start,
        input: fan_out.input.clone(),
        vars: if is_child { Vars::default() } else { frame.vars.inside() },
        item,
        last: if is_child { 0 } else { last },
        before: 0,
        entered: 0,
        entered_at: Timestamp::default(),
        cause: frame.cause,
        retry_count: 0,
        retries: Vec::new(),
        phase,
        flow: Vec::new(),
        by_hand: None,
        held: false,
    };
    let id = execution.frames.insert(child);
    fan_out.running.insert(index, id);
    if is_child {
        map_run::open_child(execution, turn, id, fan_out, index);
    }
    execution.ready.push_back(id);
}

/// One step of a thread in [`Phase::Starting`].
pub(crate) fn begin(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) {
    let Some(frame) = execution.frames.get(id) else { return };
    match frame.role {
        Role::Root => begin_execution(execution, turn),
        Role::Iteration { parent, index } => begin_iteration(execution, turn, id, parent, index),
        Role::Child { .. } => map_run::begin_child(execution, turn, id),
        Role::Branch { .. } => {}
    }
}

fn begin_iteration(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, parent: FrameId, index: u32) {
    let input = select_item(execution, turn, parent, id);
    let Some(map_state) = execution.frames.get(parent).map(|frame| frame.state) else { return };
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let started = EventKind::Iteration { state: map_state, index, change: IterationChange::Started };
    execution.core.event(turn, frame, started);
    match input {
        Ok(input) => {
            frame.input = input;
            frame.phase = Phase::Entering;
            execution.ready.push_back(id);
        }
        Err(fault) => selector_failed(execution, turn, parent, id, fault),
    }
}

/// An iteration's input: the item, or what `ItemSelector` makes of it.
pub(crate) fn select_item(
    execution: &mut Execution,
    turn: &Turn<'_>,
    parent: FrameId,
    id: FrameId,
) -> Result<Value, Fault> {
    let machine = Arc::clone(&execution.core.machine);
    let item = execution.frames.get(id).and_then(|frame| frame.item.clone());
    let Some(map_frame) = execution.frames.get(parent) else { return Ok(Value::Null) };
    let value = item.as_ref().map_or(Value::Null, |item| item.value.clone());
    let Body::Map(body) = &machine.state(map_frame.state).body else { return Ok(value) };
    let Some(selector) = &body.item_selector else { return Ok(value) };
    let Phase::FanOut(fan_out) = &map_frame.phase else { return Ok(value) };
    let input = fan_out.input.clone();
    with_env(&mut execution.core, map_frame, item.as_deref(), None, turn.now, |env| {
        selector.eval(&mut env.with_input(&input), "ItemSelector")
    })
}

/// `ItemSelector` has no value for an item: the Map fails, with all its iterations.
pub(crate) fn selector_failed(
    execution: &mut Execution,
    turn: &mut Turn<'_>,
    parent: FrameId,
    id: FrameId,
    fault: Fault,
) {
    let last = execution.frames.get(id).map_or(0, |frame| frame.last);
    let fan_out = take_fan_out(execution, parent);
    if let Some(fan_out) = &fan_out {
        abort_children(execution, turn, fan_out, last, Some(id));
    }
    let Some(frame) = execution.frames.get_mut(parent) else { return };
    frame.last = last;
    execution.core.fail(turn, frame, fault);
    if let Phase::Failing(failing) = &mut frame.phase {
        failing.fan_out = fan_out;
    }
    execution.ready.push_back(parent);
}

/// One step of a thread in [`Phase::Finished`].
pub(crate) fn finish(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let Phase::Finished(output) = std::mem::replace(&mut frame.phase, Phase::Running) else { return };
    match frame.role {
        Role::Root => {
            execution.core.event(turn, frame, EventKind::ExecutionSucceeded { output: output.clone() });
            crate::ending::succeeded(execution, turn, output);
        }
        Role::Branch { parent, index } => {
            let last = frame.last;
            child_done(execution, turn, id, parent, index, output, last);
        }
        Role::Iteration { parent, index } => {
            let Some(map_state) = execution.frames.get(parent).map(|frame| frame.state) else { return };
            let Some(frame) = execution.frames.get_mut(id) else { return };
            let done = EventKind::Iteration { state: map_state, index, change: IterationChange::Succeeded };
            let last = execution.core.event_after(turn, frame, frame.last, done);
            child_done(execution, turn, id, parent, index, output, last);
        }
        Role::Child { .. } => map_run::child_succeeded(execution, turn, id, output),
    }
}

fn child_done(
    execution: &mut Execution,
    turn: &Turn<'_>,
    id: FrameId,
    parent: FrameId,
    index: u32,
    output: Value,
    last: u32,
) {
    let Some(child) = execution.frames.remove(id) else { return };
    let Some(frame) = execution.frames.get_mut(parent) else { return };
    // What follows in the parent follows the end of the child that ended last; the next child follows its last state.
    frame.last = last;
    frame.cause = child.cause;
    record(execution, turn, parent, index, output, child.last);
}

/// Notes a child's result, and starts the next child or wakes the parent.
pub(crate) fn record(
    execution: &mut Execution,
    turn: &Turn<'_>,
    parent: FrameId,
    index: u32,
    output: Value,
    last: u32,
) {
    let Some(mut fan_out) = take_fan_out(execution, parent) else { return };
    fan_out.running.remove(&index);
    if let Some(result) = fan_out.results.get_mut(index as usize) {
        *result = output;
    }
    fan_out.done += 1;
    if fan_out.has_room() {
        spawn(execution, turn, parent, &mut fan_out, last);
    }
    let complete = fan_out.done == fan_out.total;
    if let Some(frame) = execution.frames.get_mut(parent) {
        frame.phase = Phase::FanOut(fan_out);
    }
    if complete {
        execution.ready.push_back(parent);
    }
}

pub(crate) fn take_fan_out(execution: &mut Execution, id: FrameId) -> Option<Box<FanOut>> {
    let frame = execution.frames.get_mut(id)?;
    match std::mem::replace(&mut frame.phase, Phase::Running) {
        Phase::FanOut(fan_out) | Phase::Dataset { fan_out, .. } => Some(fan_out),
        other => {
            frame.phase = other;
            None
        }
    }
}

/// A thread ended with a failure that nothing in it handles.
pub(crate) fn thread_failed(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, failure: Failure) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let (parent, index) = match frame.role {
        Role::Root => return crate::ending::failed(execution, turn, failure),
        Role::Child { .. } => return map_run::child_failed(execution, turn, id, failure),
        Role::Branch { parent, index } | Role::Iteration { parent, index } => (parent, index),
    };
    let (last, cause) = (frame.last, frame.cause);
    if matches!(frame.role, Role::Iteration { .. }) {
        note_iteration(execution, turn, id, parent, index, last, IterationChange::Failed);
    }
    let fan_out = take_fan_out(execution, parent);
    if let Some(fan_out) = &fan_out {
        abort_children(execution, turn, fan_out, last, Some(id));
    }
    let Some(frame) = execution.frames.get_mut(parent) else { return };
    frame.last = last;
    frame.cause = cause;
    let raised = EventKind::ErrorRaised { state: frame.state, failure: failure.clone() };
    execution.core.note(turn, frame, raised);
    frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat: false, fate: Fate::Open, fan_out }));
    execution.ready.push_back(parent);
}

fn note_iteration(
    execution: &mut Execution,
    turn: &mut Turn<'_>,
    id: FrameId,
    parent: FrameId,
    index: u32,
    previous: u32,
    change: IterationChange,
) {
    let Some(state) = execution.frames.get(parent).map(|frame| frame.state) else { return };
    let Some(frame) = execution.frames.get_mut(id) else { return };
    execution.core.event_after(turn, frame, previous, EventKind::Iteration { state, index, change });
}

/// Cuts all living children short, the one that failed first. Every event names `previous`, the failure, as the one
/// before it.
pub(crate) fn abort_children(
    execution: &mut Execution,
    turn: &mut Turn<'_>,
    fan_out: &FanOut,
    previous: u32,
    failed: Option<FrameId>,
) {
    if let Some(failed) = failed {
        abort_thread(execution, turn, failed, previous);
    }
    for (&index, &id) in &fan_out.running {
        if Some(id) == failed {
            continue;
        }
        let Some(frame) = execution.frames.get(id) else { continue };
        let begun = !matches!(frame.phase, Phase::Starting);
        if let Role::Iteration { parent, .. } = frame.role
            && begun
        {
            note_iteration(execution, turn, id, parent, index, previous, IterationChange::Aborted);
        }
        abort_thread(execution, turn, id, previous);
    }
}

/// Stops a thread where it stands, and whatever runs inside it. It stays, frozen, for a redrive.
fn abort_thread(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, previous: u32) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let inside = frame.is_inside();
    let was_failed = matches!(frame.phase, Phase::Frozen { .. });
    quiet(execution, turn, id);
    let inner = match execution.frames.get_mut(id).map(|frame| &mut frame.phase) {
        Some(Phase::Frozen { fan_out, .. }) if !was_failed => fan_out.take(),
        _ => None,
    };
    if let Some(inner) = &inner {
        abort_children(execution, turn, inner, previous, None);
    }
    let machine = Arc::clone(&execution.core.machine);
    let Some(frame) = execution.frames.get_mut(id) else { return };
    if let Phase::Frozen { fan_out, .. } = &mut frame.phase
        && inner.is_some()
    {
        *fan_out = inner;
    }
    let kind = machine.state(frame.state).kind_of();
    let shown = match kind {
        StateType::Task | StateType::Wait => inside,
        // One that failed has said so.
        StateType::Parallel | StateType::Map => inside && !was_failed,
        _ => false,
    };
    if shown {
        let state = frame.state;
        execution.core.event_after(turn, frame, previous, EventKind::StateAborted { state });
    }
}

/// Closes a thread's effects and timers and freezes it, without a word.
pub(crate) fn quiet(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let entered = frame.is_inside();
    states::task::close(&mut execution.core, frame, turn, true);
    match std::mem::replace(&mut frame.phase, Phase::Running) {
        Phase::Waiting { timer } | Phase::Backoff { timer } => {
            execution.core.stop_timer(turn, Some(timer));
            frame.phase = Phase::Frozen { entered, fan_out: None };
        }
        Phase::FanOut(fan_out) => frame.phase = Phase::Frozen { entered, fan_out: Some(fan_out) },
        Phase::Dataset { effect, fan_out } => {
            execution.core.effects.remove(&effect);
            turn.step.effects.push(crate::effect::Effect::Cancel { effect });
            frame.phase = Phase::Frozen { entered, fan_out: Some(fan_out) };
        }
        Phase::Failing(failing) => frame.phase = Phase::Frozen { entered, fan_out: failing.fan_out },
        frozen @ Phase::Frozen { .. } => frame.phase = frozen,
        finished @ Phase::Finished(_) => frame.phase = finished,
        _ => frame.phase = Phase::Frozen { entered, fan_out: None },
    }
}

/// Drops the frozen remains of a fan-out that was caught or is tried again.
pub(crate) fn forget(execution: &mut Execution, fan_out: Option<Box<FanOut>>) {
    let mut open: Vec<Box<FanOut>> = fan_out.into_iter().collect();
    let mut gone = Vec::new();
    while let Some(fan_out) = open.pop() {
        for &id in fan_out.running.values() {
            gone.push(id);
            if let Some(Frame { phase: Phase::Frozen { fan_out: Some(inner), .. }, .. }) = execution.frames.remove(id) {
                open.push(inner);
            }
        }
    }
    // Their numbers will be used again: nobody may wait in line under them.
    gone.sort_unstable();
    execution.ready.retain(|id| gone.binary_search(id).is_err());
}

/// Freezes a thread and everything inside it, without a word.
pub(crate) fn quiet_all(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        quiet(execution, turn, id);
        if let Some(Frame { phase: Phase::Frozen { fan_out: Some(inner), .. }, .. }) = execution.frames.get(id) {
            open.extend(inner.running.values());
        }
    }
}

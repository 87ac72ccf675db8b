//! What a debugger does to a thread: leave a state with an output of its choice, make it fail, put values in place of
//! stages, answer its call, decide a Choice, move its timers, hold it.

use std::sync::Arc;

use crate::answer;
use crate::compiled::{Body, State, StateRef};
use crate::core::Turn;
use crate::data_flow::Passage;
use crate::effect::EffectId;
use crate::event::{EventKind, Stage, Via};
use crate::execution::Execution;
use crate::fact::Fact;
use crate::fan_out;
use crate::frame::{Failing, FanOut, Fate, Frame, FrameId, Given, Phase, Timer};
use crate::map_run;
use crate::states;
use crate::time::Timestamp;

/// Applies what a person decided. It leaves no trace where it means nothing.
pub(crate) fn take(execution: &mut Execution, turn: &mut Turn<'_>, fact: Fact) {
    match &fact {
        Fact::ShiftTimer { effect, wake_at } => shift(execution, turn, *effect, *wake_at, fact),
        Fact::Hold { thread } | Fact::Release { thread } => hold(execution, turn, *thread, fact),
        Fact::SetStage { thread, .. } | Fact::Answer { thread, .. } | Fact::Choose { thread, .. } => {
            decide(execution, turn, *thread, fact);
        }
        Fact::Leave { thread, .. } | Fact::Fail { thread, .. } => end(execution, turn, *thread, fact),
        _ => {}
    }
}

/// Leaves a state, or makes it fail. It means nothing for a thread that is not inside of one.
fn end(execution: &mut Execution, turn: &mut Turn<'_>, thread: FrameId, fact: Fact) {
    let machine = Arc::clone(&execution.core.machine);
    let Some(frame) = inside(execution, thread) else { return };
    let state = machine.state(frame.state);
    let in_flight = matches!(frame.phase, Phase::Task(_));
    match &fact {
        Fact::Leave { output, next, .. } => {
            let Some((via, target)) = way_out(state, *next) else { return };
            let passage = Passage { output: output.clone(), assigned: Vec::new() };
            answer::received(execution, turn, Some(thread), fact);
            let remains = halt(execution, turn, thread);
            fan_out::forget(execution, remains);
            let Some(frame) = execution.frames.get_mut(thread) else { return };
            frame.phase = Phase::Running;
            let flow = states::exit(&mut execution.core, state, frame, turn, passage, via, target);
            execution.follow(turn, thread, flow);
        }
        Fact::Fail { failure, .. } => {
            let failure = failure.clone();
            answer::received(execution, turn, Some(thread), fact);
            if in_flight {
                execution.ready.retain(|ready| *ready != thread);
                let Some(frame) = execution.frames.get_mut(thread) else { return };
                states::task::close(&mut execution.core, frame, turn, true);
                answer::fail(&mut execution.core, frame, turn, failure);
                execution.ready.push_back(thread);
                return;
            }
            let fan_out = halt(execution, turn, thread);
            let Some(frame) = execution.frames.get_mut(thread) else { return };
            let raised = EventKind::ErrorRaised { state: frame.state, failure: failure.clone() };
            execution.core.note(turn, frame, raised);
            frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat: false, fate: Fate::Open, fan_out }));
            execution.ready.push_back(thread);
        }
        _ => {}
    }
}

/// Notes what is to happen once the state comes to it.
fn decide(execution: &mut Execution, turn: &mut Turn<'_>, thread: FrameId, fact: Fact) {
    let machine = Arc::clone(&execution.core.machine);
    let Some(frame) = inside(execution, thread) else { return };
    let state = machine.state(frame.state);
    let means_something = match &fact {
        Fact::SetStage { stage, .. } => reaches(state, &frame.phase, *stage),
        Fact::Answer { .. } => {
            let to_come = matches!(frame.phase, Phase::Running | Phase::Backoff { .. } | Phase::Task(_));
            to_come && matches!(state.body, Body::Task(_))
        }
        Fact::Choose { via, .. } => frame_chooses(state, &frame.phase, *via),
        _ => false,
    };
    if !means_something {
        return;
    }
    answer::received(execution, turn, Some(thread), fact.clone());
    let Some(frame) = execution.frames.get_mut(thread) else { return };
    match fact {
        Fact::SetStage { stage, value, .. } => match &mut frame.phase {
            Phase::Settled(result) if stage == Stage::Result => *result = value,
            _ => {
                let stages = &mut frame.by_hand.get_or_insert_default().stages;
                stages.retain(|(known, _)| *known != stage);
                stages.push((stage, value));
            }
        },
        Fact::Answer { submitted, answer, .. } => {
            frame.by_hand.get_or_insert_default().answer = Some(Given { submitted, answer });
            if matches!(frame.phase, Phase::Task(_)) {
                // Nobody else is asked any more, and the time is no longer of interest.
                states::task::close(&mut execution.core, frame, turn, true);
                if !execution.ready.contains(&thread) {
                    execution.ready.push_back(thread);
                }
            }
        }
        Fact::Choose { via, .. } => frame.by_hand.get_or_insert_default().choice = Some(via),
        _ => {}
    }
}

/// Whether a state that stands at `phase` still comes to a stage.
fn reaches(state: &State, phase: &Phase, stage: Stage) -> bool {
    let works = matches!(state.body, Body::Task(_) | Body::Parallel(_) | Body::Map(_));
    let begins = matches!(phase, Phase::Running | Phase::Backoff { .. });
    let computed = state.is_jsonata();
    match stage {
        Stage::Arguments => computed && begins && matches!(state.body, Body::Task(_) | Body::Parallel(_)),
        Stage::Parameters => {
            !computed && begins && matches!(state.body, Body::Task(_) | Body::Parallel(_) | Body::Pass(_))
        }
        Stage::Result => {
            works && !matches!(phase, Phase::Failing(_))
                || matches!((&state.body, phase), (Body::Pass(_), Phase::Running)) && !computed
        }
        Stage::ResultSelector | Stage::ResultPath => {
            !computed && !matches!(phase, Phase::Failing(_)) && (works || matches!(state.body, Body::Pass(_)))
        }
        Stage::OutputPath => !computed && !matches!(state.body, Body::Fail { .. }),
        Stage::Output => !matches!(state.body, Body::Fail { .. }),
        _ => false,
    }
}

fn frame_chooses(state: &State, phase: &Phase, via: Via) -> bool {
    let Body::Choice { rules, default } = &state.body else { return false };
    matches!(phase, Phase::Running)
        && match via {
            Via::Rule(at) => (at as usize) < rules.len(),
            Via::Default => default.is_some(),
            Via::Next | Via::Catch(_) => false,
        }
}

/// Moves a timer to another moment.
fn shift(execution: &mut Execution, turn: &mut Turn<'_>, effect: EffectId, wake_at: Timestamp, fact: Fact) {
    let found = execution.core.timers.iter().find(|((_, timer), _)| *timer == effect);
    let Some((&old, &frame)) = found else { return };
    answer::received(execution, turn, frame, fact);
    execution.core.timers.remove(&old);
    execution.core.timers.insert((wake_at, effect), frame);
    let Some(frame) = frame.and_then(|id| execution.frames.get_mut(id)) else { return };
    let moved = |timer: &mut Timer| {
        if timer.effect == effect {
            timer.wake_at = wake_at;
        }
    };
    match &mut frame.phase {
        Phase::Waiting { timer } | Phase::Backoff { timer } => moved(timer),
        Phase::Task(task) => [&mut task.timeout, &mut task.heartbeat].into_iter().flatten().for_each(moved),
        _ => {}
    }
}

fn hold(execution: &mut Execution, turn: &mut Turn<'_>, thread: FrameId, fact: Fact) {
    let held = matches!(fact, Fact::Hold { .. });
    if execution.frames.get(thread).is_none_or(|frame| frame.held == held) {
        return;
    }
    answer::received(execution, turn, Some(thread), fact);
    if let Some(frame) = execution.frames.get_mut(thread) {
        frame.held = held;
    }
    execution.holds |= held;
}

/// A thread that is inside of a state and lives.
fn inside(execution: &Execution, thread: FrameId) -> Option<&Frame> {
    let frame = execution.frames.get(thread).filter(|frame| frame.is_inside())?;
    (!matches!(frame.phase, Phase::Frozen { .. })).then_some(frame)
}

/// The transition to take: the one asked for if the state has it, else its own.
fn way_out(state: &State, next: Option<StateRef>) -> Option<(Via, Option<StateRef>)> {
    match (&state.body, next) {
        (Body::Choice { rules, .. }, Some(next)) if rules.iter().any(|rule| rule.next == next) => {
            let at = rules.iter().position(|rule| rule.next == next)?;
            Some((Via::Rule(u32::try_from(at).ok()?), Some(next)))
        }
        (Body::Choice { default, .. }, next) => {
            let default = (*default)?;
            next.is_none_or(|next| next == default).then_some((Via::Default, Some(default)))
        }
        (Body::Fail { .. }, _) => None,
        _ => Some((Via::Next, state.next)),
    }
}

/// Stops what a thread is at: its timers, its call, its children.
fn halt(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) -> Option<Box<FanOut>> {
    execution.ready.retain(|ready| *ready != id);
    let last = execution.frames.get(id).map_or(0, |frame| frame.last);
    fan_out::quiet(execution, turn, id);
    let frame = execution.frames.get_mut(id)?;
    let Phase::Frozen { fan_out, .. } = &mut frame.phase else { return None };
    let children = fan_out.take()?;
    if children.run().is_some() {
        map_run::abort_children(execution, turn, &children);
    } else {
        fan_out::abort_children(execution, turn, &children, last, None);
    }
    Some(children)
}

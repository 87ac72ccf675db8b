//! What a debugger does to a thread: leave a state with an output of its choice, or make it fail.

use std::sync::Arc;

use crate::answer;
use crate::compiled::{Body, State, StateRef};
use crate::core::Turn;
use crate::data_flow::Passage;
use crate::event::Via;
use crate::execution::Execution;
use crate::fact::Fact;
use crate::fan_out;
use crate::frame::{Failing, FanOut, Fate, FrameId, Phase};
use crate::map_run;
use crate::states;

/// Applies [`Fact::Leave`] or [`Fact::Fail`]. It means nothing for a thread that is not inside a state.
pub(crate) fn take(execution: &mut Execution, turn: &mut Turn<'_>, fact: Fact) {
    let (Fact::Leave { thread, .. } | Fact::Fail { thread, .. }) = fact else { return };
    let machine = Arc::clone(&execution.core.machine);
    let Some(frame) = execution.frames.get(thread).filter(|frame| frame.is_inside()) else { return };
    if matches!(frame.phase, Phase::Frozen { .. }) {
        return;
    }
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
                answer::fail(execution, turn, thread, failure);
                return;
            }
            let fan_out = halt(execution, turn, thread);
            let Some(frame) = execution.frames.get_mut(thread) else { return };
            frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat: false, fate: Fate::Open, fan_out }));
            execution.ready.push_back(thread);
        }
        _ => {}
    }
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

//! What each type of state does once it has been entered.

pub(crate) mod choice;
pub(crate) mod fail;
pub(crate) mod map;
pub(crate) mod parallel;
pub(crate) mod pass;
pub(crate) mod succeed;
pub(crate) mod task;
pub(crate) mod wait;

use std::sync::Arc;

use query::Value;

use crate::compiled::{Body, ResultFlow, State, StateRef};
use crate::core::{Core, Flow, Turn};
use crate::data_flow::{self, Passage, Stages};
use crate::event::{EventKind, ExitDetail, Failure, Via};
use crate::execution::with_env;
use crate::expression::Env;
use crate::fault::{self, Fault};
use crate::frame::{Frame, FrameId, Phase};
use crate::limits;
use crate::settings::Limits;

pub(crate) fn run(core: &mut Core, state: &State, frame: &mut Frame, id: FrameId, turn: &mut Turn<'_>) -> Flow {
    let flow = match &state.body {
        Body::Pass(body) => pass::run(core, state, body, frame, turn),
        Body::Choice { rules, default } => choice::run(core, state, rules, *default, frame, turn),
        Body::Task(body) => task::schedule(core, state, body, frame, id, turn),
        Body::Wait(body) => wait::run(core, state, body, frame, id, turn),
        Body::Succeed => succeed::run(core, state, frame, turn),
        Body::Fail { error, cause } => fail::run(core, error.as_ref(), cause.as_ref(), frame, turn),
        Body::Parallel(body) => parallel::run(core, state, body, frame, turn),
        Body::Map(body) => map::run(core, state, body, frame, id, turn),
    };
    flow.unwrap_or_else(|fault| core.fail(turn, frame, fault))
}

/// Leaves a Task whose result is known.
pub(crate) fn settle(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>) -> Flow {
    let Phase::Settled(result) = std::mem::replace(&mut frame.phase, Phase::Running) else { return Flow::Waits };
    let machine = Arc::clone(&core.machine);
    let state = machine.state(frame.state);
    let Body::Task(body) = &state.body else { return Flow::Waits };
    leave_with(core, state, &body.result, &result, frame, turn)
}

/// Goes on after all children of a Parallel or a Map have ended well.
pub(crate) fn gather(core: &mut Core, frame: &mut Frame, id: FrameId, turn: &mut Turn<'_>) -> Flow {
    let Phase::FanOut(fan_out) = std::mem::replace(&mut frame.phase, Phase::Running) else { return Flow::Waits };
    if fan_out.done < fan_out.total {
        frame.phase = Phase::FanOut(fan_out);
        return Flow::Waits;
    }
    let machine = Arc::clone(&core.machine);
    let state = machine.state(frame.state);
    match &state.body {
        Body::Parallel(body) => {
            let result: Value = fan_out.results.iter().cloned().collect();
            let this = frame.state;
            core.event_after(turn, frame, frame.last, EventKind::FanOutSucceeded { state: this });
            leave_with(core, state, &body.result, &result, frame, turn)
        }
        Body::Map(body) => map::gather(core, state, body, frame, id, fan_out, turn),
        _ => Flow::Waits,
    }
}

/// From a raw result to the state's exit.
pub(crate) fn leave_with(
    core: &mut Core,
    state: &State,
    flow: &ResultFlow,
    result: &Value,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
) -> Flow {
    let result = frame.keep_result(result);
    let passage = evaluate(core, frame, turn, |env, stages| data_flow::leave(state, flow, &result, env, stages));
    match passage {
        Ok(passage) => exit(core, state, frame, turn, passage, Via::Next, state.next),
        Err(fault) => core.fail(turn, frame, fault),
    }
}

/// Runs expressions of the frame's state, noting their stages in the frame.
pub(crate) fn evaluate<T>(
    core: &mut Core,
    frame: &mut Frame,
    turn: &Turn<'_>,
    work: impl FnOnce(&mut Env<'_>, &mut Stages) -> T,
) -> T {
    let mut stages = frame.take_stages();
    let item = frame.item.clone();
    let result = with_env(core, frame, item.as_deref(), None, turn.now, |env| work(env, &mut stages));
    frame.put_stages(stages);
    result
}

/// Leaves the state: writes its exit and moves on to the next one, or to the end of the scope.
pub(crate) fn exit(
    core: &mut Core,
    state: &State,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
    passage: Passage,
    via: Via,
    next: Option<StateRef>,
) -> Flow {
    let Passage { output, assigned } = passage;
    let untouched = Value::same(&output, &frame.input);
    if !untouched && limits::is_too_large(&output) {
        let failure = data_limit(&state.name);
        if core.settings.limits == Limits::Enforce {
            return core.fail(turn, frame, Fault::Failure(failure));
        }
        let this = Some(frame.state);
        core.note(turn, frame, EventKind::LimitPassed { state: this, failure });
    }
    for (name, value) in &assigned {
        frame.vars.assign(name, value.clone());
    }
    let flow = std::mem::take(&mut frame.flow);
    let detail = if assigned.is_empty() && flow.is_empty() && via == Via::Next {
        None
    } else {
        Some(Arc::new(ExitDetail { assigned, flow, via }))
    };
    let this = frame.state;
    core.event(turn, frame, EventKind::StateExited { state: this, output: output.clone(), detail });
    match next {
        Some(next) => {
            frame.state = next;
            frame.input = output;
            frame.phase = Phase::Entering;
        }
        None => frame.phase = Phase::Finished(output),
    }
    Flow::Goes
}

/// The service's error for a payload over its limit. `who` is a state's name, a function's ARN or a word for a service.
pub(crate) fn data_limit(who: &str) -> Failure {
    Failure::new(
        fault::DATA_LIMIT,
        format!(
            "The state/task '{who}' returned a result with a size exceeding the maximum number of bytes service limit."
        ),
    )
}

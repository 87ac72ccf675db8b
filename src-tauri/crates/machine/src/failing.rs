//! What happens to a state that failed: a Retrier, a Catcher, or the end of its thread.

use std::sync::Arc;

use query::{Chance, Object, Value};

use crate::compiled::{Catcher, State, StateType};
use crate::core::Turn;
use crate::data_flow;
use crate::event::{EventKind, Failure, RetryScheduled, Stage, Via};
use crate::execution::Execution;
use crate::fan_out;
use crate::fault;
use crate::frame::{Failing, Fate, FrameId, Phase};
use crate::retrier;
use crate::states;

/// One step of a thread in [`Phase::Failing`].
pub(crate) fn handle(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let Phase::Failing(failing) = std::mem::replace(&mut frame.phase, Phase::Running) else { return };
    let machine = Arc::clone(&execution.core.machine);
    let state = machine.state(frame.state);
    let failing = *failing;
    if failing.fate == Fate::Fatal {
        frame.phase = Phase::Frozen { entered: true, fan_out: failing.fan_out };
        crate::ending::thread_ends_execution(execution, turn, id, failing.failure);
        return;
    }
    if failing.fate == Fate::Open && retry(execution, turn, id, state, &failing) {
        fan_out::forget(execution, failing.fan_out);
        return;
    }
    let Some(frame) = execution.frames.get_mut(id) else { return };
    if matches!(state.kind_of(), StateType::Parallel | StateType::Map) {
        let this = frame.state;
        let flow = (!frame.flow.is_empty()).then(|| Arc::from(std::mem::take(&mut frame.flow)));
        execution.core.event(turn, frame, EventKind::FanOutFailed { state: this, flow });
    }
    let catchers = match state.handlers() {
        Some(handlers) if failing.fate == Fate::Open => &handlers.catchers[..],
        _ => &[],
    };
    let named = |catcher: &Catcher| retrier::names(&catcher.error_equals, &failing.failure, failing.heartbeat);
    let found = catchers.iter().position(named);
    if let Some(at) = found {
        catch(execution, turn, id, state, &catchers[at], at, &failing.failure);
        fan_out::forget(execution, failing.fan_out);
        return;
    }
    frame.phase = Phase::Frozen { entered: true, fan_out: failing.fan_out };
    fan_out::thread_failed(execution, turn, id, failing.failure);
}

/// Schedules a retry when a Retrier names the failure and has attempts left. Only the first Retrier that names it counts.
fn retry(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, state: &State, failing: &Failing) -> bool {
    let Some(handlers) = state.handlers() else { return false };
    let named = handlers
        .retriers
        .iter()
        .enumerate()
        .find(|(_, retrier)| retrier::names(&retrier.error_equals, &failing.failure, failing.heartbeat));
    let Some((at, retrier)) = named else { return false };
    let Some(frame) = execution.frames.get_mut(id) else { return false };
    if frame.retries.is_empty() {
        frame.retries = vec![0; handlers.retriers.len()];
    }
    let attempt = frame.retries[at];
    if u64::from(attempt) >= retrier.max_attempts {
        return false;
    }
    frame.retries[at] += 1;
    frame.retry_count += 1;
    let core = &mut execution.core;
    let roll = if retrier.jitter == asl::program::JitterStrategy::Full { core.chance.unit() } else { 0.0 };
    let delay = retrier.delay(attempt, roll);
    let wake_at = turn.now.after(delay);
    let scheduled = RetryScheduled {
        state: frame.state,
        retrier: u32::try_from(at).expect("a definition of at most 1 MB has few Retriers"),
        attempt: attempt + 1,
        wake_at,
        failure: failing.failure.clone(),
    };
    core.note(turn, frame, EventKind::RetryScheduled(Arc::new(scheduled)));
    frame.flow.clear();
    if delay.is_zero() {
        frame.phase = Phase::Running;
        execution.ready.push_back(id);
    } else {
        let timer = core.start_timer(turn, Some(id), wake_at);
        frame.phase = Phase::Backoff { timer };
    }
    true
}

fn catch(
    execution: &mut Execution,
    turn: &mut Turn<'_>,
    id: FrameId,
    state: &State,
    catcher: &Catcher,
    at: usize,
    failure: &Failure,
) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let core = &mut execution.core;
    let error_output = error_output(failure);
    frame.keep(Stage::ErrorOutput, &error_output);
    let passage = states::evaluate(core, frame, turn, |env, stages| {
        if state.is_jsonata() {
            let mut env = env.with_error(&error_output);
            return data_flow::computed(
                data_flow::Place::Catch(at),
                catcher.output.as_ref(),
                catcher.assign.as_ref(),
                &error_output,
                &mut env,
                stages,
            );
        }
        let assigned = data_flow::assign(catcher.assign.as_ref(), &error_output, env)?;
        let output = data_flow::placed(&catcher.result_path, &error_output, env, stages)?;
        Ok(data_flow::Passage { output, assigned })
    });
    let via = Via::Catch(u32::try_from(at).expect("a definition of at most 1 MB has few Catchers"));
    let flow = match passage {
        Ok(passage) => states::exit(core, state, frame, turn, passage, via, Some(catcher.next)),
        Err(fault) => core.fail(turn, frame, fault),
    };
    if let Phase::Failing(failing) = &mut frame.phase
        && failing.fate == Fate::Open
    {
        // A Catcher does not catch what goes wrong in itself.
        failing.fate = Fate::Outside;
    }
    execution.follow(turn, id, flow);
}

/// What a Catcher is given. The service writes a missing error as null, and an absent cause of a timeout as "".
pub(crate) fn error_output(failure: &Failure) -> Value {
    let text = |text: &Option<query::Text>| text.as_ref().map_or(Value::Null, |text| Value::string(text));
    let cause = match (&failure.cause, failure.error()) {
        (None, fault::TIMEOUT) => Value::string(""),
        (cause, _) => text(cause),
    };
    Value::Object([("Error", text(&failure.error)), ("Cause", cause)].into_iter().collect::<Object>())
}

//! Wait: until a moment, or for a number of seconds.

use std::sync::Arc;
use std::time::Duration;

use query::Value;

use crate::compiled::{Body, State, WaitBody};
use crate::core::{Core, Flow, Turn};
use crate::data_flow::{self, Passage, Stages};
use crate::event::{EventKind, Via};
use crate::expression::{Env, NumberField, PathSource, whole_number};
use crate::fault::Fault;
use crate::frame::{Frame, FrameId, Phase};
use crate::limits;
use crate::time::Timestamp;

pub(crate) fn run(
    core: &mut Core,
    state: &State,
    body: &WaitBody,
    frame: &mut Frame,
    id: FrameId,
    turn: &mut Turn<'_>,
) -> Result<Flow, Fault> {
    let now = turn.now;
    let until = super::evaluate(core, frame, turn, |env, stages| {
        let input = data_flow::effective_input(state, env, stages)?;
        until(body, state, &mut env.with_input(&input), now)
    })?;
    // The stages are found again when the state is left.
    frame.flow.clear();
    if until <= now {
        return Ok(leave(core, frame, turn));
    }
    let this = frame.state;
    core.note(turn, frame, EventKind::WaitStarted { state: this, until });
    let timer = core.start_timer(turn, Some(id), until);
    frame.phase = Phase::Waiting { timer };
    Ok(Flow::Waits)
}

/// The wait is over.
pub(crate) fn leave(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>) -> Flow {
    let machine = Arc::clone(&core.machine);
    let state = machine.state(frame.state);
    debug_assert!(matches!(state.body, Body::Wait(_)), "only Wait states wait");
    frame.phase = Phase::Running;
    let passage = super::evaluate(core, frame, turn, |env, stages| passage(state, env, stages));
    match passage {
        Ok(passage) => super::exit(core, state, frame, turn, passage, Via::Next, state.next),
        Err(fault) => core.fail(turn, frame, fault),
    }
}

fn passage(state: &State, env: &mut Env<'_>, stages: &mut Stages) -> Result<Passage, Fault> {
    if state.is_jsonata() {
        let input = env.scope.input.clone();
        return data_flow::computed(
            data_flow::Place::State,
            state.output.as_ref(),
            state.assign.as_ref(),
            &input,
            env,
            stages,
        );
    }
    let input = data_flow::effective_input(state, env, stages)?;
    let assigned = data_flow::assign(state.assign.as_ref(), &input, env)?;
    Ok(Passage { output: data_flow::finish(state, input, env, stages)?, assigned })
}

fn until(body: &WaitBody, state: &State, env: &mut Env<'_>, now: Timestamp) -> Result<Timestamp, Fault> {
    let until = match body {
        WaitBody::Seconds(NumberField::Path { path, .. }) => {
            let seconds = seconds_at(path, env)?;
            now.after(Duration::from_secs(seconds))
        }
        WaitBody::Seconds(NumberField::Value { template, name }) => {
            let value = template.eval(env, name)?;
            let seconds = value.as_number().filter(|number| number.is_integer()).and_then(query::Number::as_i64);
            let seconds = match seconds {
                Some(seconds) => seconds,
                None if state.is_jsonata() && value.as_number().is_none() => {
                    return Err(template.unexpected(name, "number", &value));
                }
                None => {
                    return Err(Fault::evaluation(
                        name,
                        format!("The Seconds parameter cannot be parsed as a long value: {value}"),
                    ));
                }
            };
            let seconds = u64::try_from(seconds).map_err(|_| {
                Fault::evaluation(name, format!("The Seconds parameter references a negative value: {seconds}"))
            })?;
            now.after(Duration::from_secs(seconds))
        }
        WaitBody::Timestamp(template) => {
            let value = template.eval(env, "Timestamp")?;
            let Some(text) = value.as_str() else { return Err(template.unexpected("Timestamp", "string", &value)) };
            Timestamp::parse(text).ok_or_else(|| {
                let what =
                    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string";
                Fault::evaluation("Timestamp", format!("{what}: {text}"))
            })?
        }
        WaitBody::TimestampPath(path) => timestamp_at(path, env)?,
    };
    if until.millis() - now.millis() > limits::WAIT_SECONDS * 1_000 {
        return Err(Fault::runtime("Wait state delay is too long."));
    }
    Ok(until)
}

fn seconds_at(path: &PathSource, env: &Env<'_>) -> Result<u64, Fault> {
    let value = path.find(env).map_err(|_| missing("SecondsPath", path))?;
    let source = path.source();
    // A string of digits counts, as for the other paths to numbers.
    let number = value.as_str().map_or_else(|| whole_number(&value), |text| text.parse().ok());
    let Some(seconds) = number else {
        let shown = shown(&value);
        return Err(Fault::Runtime(format!(
            "The SecondsPath parameter cannot be parsed as a long value: {source} == {shown}"
        )));
    };
    u64::try_from(seconds).map_err(|_| {
        Fault::Runtime(format!("The SecondsPath parameter references a negative value: {source} == {seconds}"))
    })
}

fn timestamp_at(path: &PathSource, env: &Env<'_>) -> Result<Timestamp, Fault> {
    let value = path.find(env).map_err(|_| missing("TimestampPath", path))?;
    value.as_str().and_then(Timestamp::parse).ok_or_else(|| {
        let what =
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string";
        Fault::Runtime(format!("{what}: {} == {}", path.source(), shown(&value)))
    })
}

fn missing(field: &str, path: &PathSource) -> Fault {
    Fault::Runtime(format!("The {field} parameter does not reference an input value: {}", path.source()))
}

/// A value in a message: strings without their quotes.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

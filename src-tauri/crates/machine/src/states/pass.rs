//! Pass: hands on its input, a shaped input or a literal result.

use crate::compiled::{PassBody, State};
use crate::core::{Core, Flow, Turn};
use crate::data_flow::{self, Passage};
use crate::event::{Stage, Via};
use crate::fault::Fault;
use crate::frame::Frame;

pub(crate) fn run(
    core: &mut Core,
    state: &State,
    body: &PassBody,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
) -> Result<Flow, Fault> {
    let passage = super::evaluate(core, frame, turn, |env, stages| {
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
        let shaped = data_flow::arguments(body.parameters.as_ref(), Stage::Parameters, &input, env, stages)?;
        let result = match &body.result {
            Some(result) => stages.keep(Stage::Result, result.clone()),
            None => stages.pass(Stage::Result, shaped),
        };
        let assigned = data_flow::assign(state.assign.as_ref(), &result, env)?;
        let output = data_flow::placed(&body.result_path, &result, env, stages)?;
        Ok(Passage { output: data_flow::finish(state, output, env, stages)?, assigned })
    })?;
    Ok(super::exit(core, state, frame, turn, passage, Via::Next, state.next))
}

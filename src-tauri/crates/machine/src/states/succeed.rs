//! Succeed: the end of a scope, with the selected input as its output.

use crate::compiled::State;
use crate::core::{Core, Flow, Turn};
use crate::data_flow::{self, Passage};
use crate::event::Via;
use crate::fault::Fault;
use crate::frame::Frame;

pub(crate) fn run(core: &mut Core, state: &State, frame: &mut Frame, turn: &mut Turn<'_>) -> Result<Flow, Fault> {
    let passage = super::evaluate(core, frame, turn, |env, stages| {
        if state.is_jsonata() {
            let input = env.scope.input.clone();
            return data_flow::computed(data_flow::Place::State, state.output.as_ref(), None, &input, env, stages);
        }
        let input = data_flow::effective_input(state, env, stages)?;
        Ok(Passage { output: data_flow::finish(state, input, env, stages)?, assigned: Vec::new() })
    })?;
    Ok(super::exit(core, state, frame, turn, passage, Via::Next, None))
}

//! Parallel: every branch gets the same input; the result is the list of their outputs.

use crate::compiled::{ParallelBody, State};
use crate::core::{Core, Flow, Turn};
use crate::data_flow;
use crate::event::{EventKind, Stage};
use crate::fault::Fault;
use crate::frame::{FanOut, Frame};

pub(crate) fn run(
    core: &mut Core,
    state: &State,
    body: &ParallelBody,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
) -> Result<Flow, Fault> {
    frame.flow.clear();
    let input = super::evaluate(core, frame, turn, |env, stages| {
        let input = data_flow::effective_input(state, env, stages)?;
        let stage = if state.is_jsonata() { Stage::Arguments } else { Stage::Parameters };
        data_flow::arguments(body.arguments.as_ref(), stage, &input, env, stages)
    })?;
    let this = frame.state;
    core.event(turn, frame, EventKind::FanOutStarted { state: this, length: 0 });
    let total = u32::try_from(body.branches.len()).expect("a definition of at most 1 MB has few branches");
    Ok(Flow::Forks(Box::new(FanOut::of_branches(total, input))))
}

//! Fail: ends its scope with an error.

use crate::core::{Core, Flow, Turn};
use crate::event::Failure;
use crate::expression::TextField;
use crate::fault::Fault;
use crate::frame::Frame;

pub(crate) fn run(
    core: &mut Core,
    error: Option<&TextField>,
    cause: Option<&TextField>,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
) -> Result<Flow, Fault> {
    let failure = super::evaluate(core, frame, turn, |env, _| {
        let error = error.map(|field| field.eval(env)).transpose()?;
        let cause = cause.map(|field| field.eval(env)).transpose()?;
        Ok(Failure { error, cause })
    })?;
    Ok(core.fail(turn, frame, Fault::Failure(failure)))
}

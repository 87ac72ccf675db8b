//! Choice: takes the first rule that holds, else the default.

use crate::choice::Rule;
use crate::compiled::{State, StateRef};
use crate::core::{Core, Flow, Turn};
use crate::data_flow::{self, Passage};
use crate::event::{Failure, Via};
use crate::fault::{self, Fault};
use crate::frame::Frame;

pub(crate) fn run(
    core: &mut Core,
    state: &State,
    rules: &[Rule],
    default: Option<StateRef>,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
) -> Result<Flow, Fault> {
    let forced = frame.by_hand.as_mut().and_then(|by_hand| by_hand.choice.take());
    let chosen = super::evaluate(core, frame, turn, |env, stages| {
        let input = data_flow::effective_input(state, env, stages)?;
        let mut env = env.with_input(&input);
        for (at, rule) in rules.iter().enumerate() {
            let holds = match forced {
                None => rule.condition.holds(&mut env, at)?,
                Some(way) => u32::try_from(at).is_ok_and(|at| way == Via::Rule(at)),
            };
            if !holds {
                continue;
            }
            let passage = if state.is_jsonata() {
                data_flow::computed(
                    data_flow::Place::Choices(at),
                    rule.output.as_ref(),
                    rule.assign.as_ref(),
                    &input,
                    &mut env,
                    stages,
                )?
            } else {
                let assigned = data_flow::assign(rule.assign.as_ref(), &input, &mut env)?;
                Passage { output: data_flow::finish(state, input.clone(), &env, stages)?, assigned }
            };
            let at = u32::try_from(at).expect("a definition of at most 1 MB has fewer than four billion rules");
            return Ok(Some((passage, Via::Rule(at), rule.next)));
        }
        let Some(default) = default else { return Ok(None) };
        let passage = if state.is_jsonata() {
            data_flow::computed(
                data_flow::Place::State,
                state.output.as_ref(),
                state.assign.as_ref(),
                &input,
                &mut env,
                stages,
            )?
        } else {
            let assigned = data_flow::assign(state.assign.as_ref(), &input, &mut env)?;
            Passage { output: data_flow::finish(state, input.clone(), &env, stages)?, assigned }
        };
        Ok(Some((passage, Via::Default, default)))
    })?;
    match chosen {
        Some((passage, via, next)) => Ok(super::exit(core, state, frame, turn, passage, via, Some(next))),
        None => {
            let cause = fault::in_state(
                &state.name,
                frame.entered,
                "Failed to transition out of the state. The state does not point to a next state.",
            );
            Err(Fault::Failure(Failure::new(fault::NO_CHOICE, cause)))
        }
    }
}

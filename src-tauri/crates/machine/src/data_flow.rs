//! From a state's input to its output: the fields that select, shape and place values, in the language's order.
//!
//! JSONPath: `InputPath, Parameters, result, ResultSelector, ResultPath, OutputPath`. JSONata: `Arguments, result,
//! Output`. `Assign` sees what the result has become before it is placed.

use std::sync::Arc;

use query::{Object, Value};

use crate::compiled::{ResultFlow, State};
use crate::event::Stage;
use crate::expression::{Assignments, Env, PathField, ResultTarget, Template};
use crate::fault::Fault;

/// A state's output and the variables it assigns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Passage {
    pub(crate) output: Value,
    pub(crate) assigned: Vec<(Arc<str>, Value)>,
}

/// Where the stages are noted, and what a person wants in place of some of them.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    pub(crate) noted: Vec<(Stage, Value)>,
    pub(crate) by_hand: Vec<(Stage, Value)>,
}

impl Stages {
    /// Notes what a stage came to, or what a person put in its place.
    pub(crate) fn keep(&mut self, stage: Stage, value: Value) -> Value {
        let value = self.take_by_hand(stage).unwrap_or(value);
        self.noted.push((stage, value.clone()));
        value
    }

    /// A stage that the state does not have: there is nothing to note, unless a person wants another value.
    pub(crate) fn pass(&mut self, stage: Stage, value: Value) -> Value {
        match self.take_by_hand(stage) {
            None => value,
            Some(value) => {
                self.noted.push((stage, value.clone()));
                value
            }
        }
    }

    fn take_by_hand(&mut self, stage: Stage) -> Option<Value> {
        let at = self.by_hand.iter().position(|(wanted, _)| *wanted == stage)?;
        Some(self.by_hand.swap_remove(at).1)
    }
}

/// `InputPath` (JSONPath); the input itself under JSONata.
pub(crate) fn effective_input(state: &State, env: &mut Env<'_>, stages: &mut Stages) -> Result<Value, Fault> {
    let input = select(&state.input_path, env.scope.input, env)?;
    if !matches!(state.input_path, PathField::Whole) {
        stages.noted.push((Stage::InputPath, input.clone()));
    }
    Ok(input)
}

/// A path field applied to `value`. JSON null selects the empty object.
pub(crate) fn select(field: &PathField, value: &Value, env: &Env<'_>) -> Result<Value, Fault> {
    match field {
        PathField::Whole => Ok(value.clone()),
        PathField::Null => Ok(Value::Object(Object::new())),
        PathField::Path(path) => {
            path.find_in(&env.scope.with_input(value)).map_err(|error| Fault::Runtime(error.invalid_path()))
        }
    }
}

/// `Parameters` or `Arguments`: what a task, a branch or a Map is given.
pub(crate) fn arguments(
    template: Option<&Template>,
    stage: Stage,
    input: &Value,
    env: &mut Env<'_>,
    stages: &mut Stages,
) -> Result<Value, Fault> {
    let Some(template) = template else { return Ok(stages.pass(stage, input.clone())) };
    let value = template.eval(&mut env.with_input(input), stage.name())?;
    Ok(stages.keep(stage, value))
}

/// What becomes of the result of a Task, Parallel or Map. `env.scope.input` is the state's raw input.
pub(crate) fn leave(
    state: &State,
    flow: &ResultFlow,
    result: &Value,
    env: &mut Env<'_>,
    stages: &mut Stages,
) -> Result<Passage, Fault> {
    if state.is_jsonata() {
        let mut env = env.with_result(result);
        return computed(Place::State, state.output.as_ref(), state.assign.as_ref(), result, &mut env, stages);
    }
    let shaped = match &flow.selector {
        Some(selector) => {
            let shaped = selector.eval(&mut env.with_input(result), "ResultSelector")?;
            stages.keep(Stage::ResultSelector, shaped)
        }
        None => stages.pass(Stage::ResultSelector, result.clone()),
    };
    let assigned = assign(state.assign.as_ref(), &shaped, env)?;
    let output = placed(&flow.path, &shaped, env, stages)?;
    Ok(Passage { output: finish(state, output, env, stages)?, assigned })
}

/// `ResultPath`: the raw input with the result in its place.
pub(crate) fn placed(
    target: &ResultTarget,
    result: &Value,
    env: &Env<'_>,
    stages: &mut Stages,
) -> Result<Value, Fault> {
    let output = match target {
        ResultTarget::Whole => return Ok(stages.pass(Stage::ResultPath, result.clone())),
        ResultTarget::Discard => env.scope.input.clone(),
        ResultTarget::Path(path) => path.set(env.scope.input, result)?,
    };
    Ok(stages.keep(Stage::ResultPath, output))
}

/// `OutputPath`.
pub(crate) fn finish(state: &State, output: Value, env: &Env<'_>, stages: &mut Stages) -> Result<Value, Fault> {
    let selected = if matches!(state.output_path, PathField::Whole) {
        stages.pass(Stage::OutputPath, output)
    } else {
        let selected = select(&state.output_path, &output, env)?;
        stages.keep(Stage::OutputPath, selected)
    };
    Ok(stages.pass(Stage::Output, selected))
}

/// JSONata: `Output` and `Assign` see the same variables, those from before the state. `place` is where the two stand
/// below the state: nowhere, or in a rule or a Catcher.
pub(crate) fn computed(
    place: Place,
    output: Option<&Template>,
    assignments: Option<&Assignments>,
    default: &Value,
    env: &mut Env<'_>,
    stages: &mut Stages,
) -> Result<Passage, Fault> {
    let value = match output {
        Some(template) => {
            let value = template.eval(env, &place.field("Output"))?;
            stages.keep(Stage::Output, value)
        }
        None => stages.pass(Stage::Output, default.clone()),
    };
    let assigned = match assignments {
        Some(assignments) => assignments.eval(env, &place.field("Assign"))?,
        None => Vec::new(),
    };
    Ok(Passage { output: value, assigned })
}

/// Where fields stand below a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    State,
    Choices(usize),
    Catch(usize),
}

impl Place {
    fn field(self, name: &'static str) -> std::borrow::Cow<'static, str> {
        match self {
            Place::State => name.into(),
            Place::Choices(at) => format!("Choices[{at}]/{name}").into(),
            Place::Catch(at) => format!("Catch[{at}]/{name}").into(),
        }
    }
}

pub(crate) fn assign(
    assignments: Option<&Assignments>,
    input: &Value,
    env: &mut Env<'_>,
) -> Result<Vec<(Arc<str>, Value)>, Fault> {
    match assignments {
        Some(assignments) => assignments.eval(&mut env.with_input(input), "Assign"),
        None => Ok(Vec::new()),
    }
}

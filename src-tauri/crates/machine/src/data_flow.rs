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

/// Where the stages are noted.
pub(crate) type Stages = Vec<(Stage, Value)>;

/// `InputPath` (JSONPath); the input itself under JSONata.
pub(crate) fn effective_input(state: &State, env: &mut Env<'_>, stages: &mut Stages) -> Result<Value, Fault> {
    let input = select(&state.input_path, env.scope.input, env)?;
    if !matches!(state.input_path, PathField::Whole) {
        stages.push((Stage::InputPath, input.clone()));
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
    let Some(template) = template else { return Ok(input.clone()) };
    let value = template.eval(&mut env.with_input(input), stage.name())?;
    stages.push((stage, value.clone()));
    Ok(value)
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
            stages.push((Stage::ResultSelector, shaped.clone()));
            shaped
        }
        None => result.clone(),
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
        ResultTarget::Whole => return Ok(result.clone()),
        ResultTarget::Discard => env.scope.input.clone(),
        ResultTarget::Path(path) => path.set(env.scope.input, result)?,
    };
    stages.push((Stage::ResultPath, output.clone()));
    Ok(output)
}

/// `OutputPath`.
pub(crate) fn finish(state: &State, output: Value, env: &Env<'_>, stages: &mut Stages) -> Result<Value, Fault> {
    if matches!(state.output_path, PathField::Whole) {
        return Ok(output);
    }
    let selected = select(&state.output_path, &output, env)?;
    stages.push((Stage::OutputPath, selected.clone()));
    Ok(selected)
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
            stages.push((Stage::Output, value.clone()));
            value
        }
        None => default.clone(),
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

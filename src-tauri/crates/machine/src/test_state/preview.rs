//! A state tried out while it is written: every stage of its data, every condition, and how it would end.
//!
//! Unlike a response of TestState, nothing the service hides is hidden, and a task without a result is no error.

use std::sync::Arc;

use asl::Program;
use asl::program::QueryLanguage;
use query::Value;

use super::inspection::{End, Inspected};
use super::{Mock, Rejection, TestState, TestWorld, around};
use crate::choice::Truth;
use crate::compiled::{Body, Compiled, State, StateType};
use crate::data_flow;
use crate::event::{EventKind, Failure, Stage, Via};
use crate::execution::{Execution, Step, with_env};
use crate::fault::{self, Fault};
use crate::time::Timestamp;

/// A Map may have more items than anybody looks at.
const MOST_ITEMS: usize = 100;

/// What became of a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// In the order of the language, the result among them; stages that change nothing are left out.
    pub stages: Vec<(Stage, Value)>,
    pub assigned: Vec<(Arc<str>, Value)>,
    pub end: PreviewEnd,
    pub failure: Option<Failure>,
    /// The field whose expression failed, where it is known: `Arguments/total`.
    pub location: Option<String>,
    /// The conditions of a Choice.
    pub truths: Vec<Truth>,
    /// When a Wait ends.
    pub until: Option<Timestamp>,
    pub entered_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PreviewEnd {
    /// `next` is absent where the scope ends.
    Left {
        output: Value,
        via: Via,
        next: Option<String>,
    },
    /// A Retrier would try again after so many seconds.
    Retried {
        retrier: u32,
        seconds: i64,
    },
    Failed,
    /// A result has to be given for it to go on.
    NeedsResult,
}

impl Preview {
    /// The machine to check and to hand to [`Preview::of`]: the state, and states where its transitions lead.
    pub fn definition(name: &str, state: &str, language: QueryLanguage) -> String {
        around(name, state, Some(language))
    }

    /// Tries the state `name` with an input, a result or an error in place of its work, variables and a context object.
    ///
    /// # Errors
    /// The service's rejection where the definition, the input or the result cannot be.
    pub fn of(
        program: &Program,
        name: &str,
        input: &str,
        mock: Option<Mock>,
        variables: Vec<(Arc<str>, Value)>,
        context: Option<Value>,
        now: Timestamp,
    ) -> Result<Preview, Rejection> {
        let machine = Compiled::new(program)
            .map_err(|error| Rejection { code: "InvalidDefinition", message: error.to_string() })?;
        let machine = Arc::new(machine);
        let tested = machine.state_named(name).ok_or_else(|| super::invalid("State not found in definition"))?;
        let state = machine.state(tested);
        let mockable = matches!(state.kind_of(), StateType::Task | StateType::Map | StateType::Parallel);
        let request = TestState { mock: mock.filter(|_| mockable), variables, context, ..TestState::default() };
        let result = request.mocked_result(state)?;
        let input = Value::parse(input)
            .map_err(|error| Rejection { code: "InvalidExecutionInput", message: error.to_string() })?;
        let mut execution = request.start(&machine, tested, input);
        let truths = truths(execution.clone(), state, now);
        let mut inspected = Inspected::default();
        inspected.most_items = Some(MOST_ITEMS);
        let mut call = |_: &crate::effect::Invocation| Vec::new();
        let mut world = TestWorld { call: &mut call, schema: &|_, _, _| None };
        let end = request.play(&mut execution, state, result.as_ref(), now, &mut world, &mut inspected);
        let failure = inspected.failure.take();
        let result = inspected.result.take().or(result);
        Ok(Preview {
            stages: stages(&inspected, result.filter(|_| !matches!(end, End::Nothing)), state),
            assigned: std::mem::take(&mut inspected.assigned),
            failure: failure.map(|failure| plain(&failure, &state.name, inspected.entered)),
            location: inspected.location.as_ref().map(ToString::to_string),
            truths,
            until: inspected.until,
            entered_at: now,
            end: match end {
                End::Left { output, via } => {
                    let next = state.target(via).map(|next| machine.state(next).name.to_string());
                    PreviewEnd::Left { output, via, next }
                }
                End::Retried { retrier, seconds } => PreviewEnd::Retried { retrier, seconds },
                End::Failed => PreviewEnd::Failed,
                End::Nothing => PreviewEnd::NeedsResult,
            },
        })
    }
}

/// The stages in order, with the result where it belongs.
fn stages(inspected: &Inspected, result: Option<Value>, state: &State) -> Vec<(Stage, Value)> {
    let mut stages = inspected.stages.clone();
    if let Some(result) = result
        && !stages.iter().any(|(stage, _)| *stage == Stage::Result)
        && !matches!(state.body, Body::Pass(_))
    {
        stages.push((Stage::Result, result));
    }
    // `Stage::ALL` is in the order of the language.
    stages.sort_by_key(|(stage, _)| Stage::ALL.iter().position(|known| known == stage));
    stages
}

/// Without the words that name the state: the reader is looking at it.
fn plain(failure: &Failure, name: &str, entered: u32) -> Failure {
    let prefix = fault::in_state(name, entered, "");
    let cause = failure.cause.as_deref().map(|cause| cause.strip_prefix(&*prefix).unwrap_or(cause));
    Failure { error: failure.error.clone(), cause: cause.map(query::Text::from) }
}

fn truths(mut execution: Execution, state: &State, now: Timestamp) -> Vec<Truth> {
    let Body::Choice { rules, .. } = &state.body else { return Vec::new() };
    let mut step = Step::default();
    // Up to the moment the state is entered: then its frame has what conditions look at.
    for _ in 0..8 {
        if !execution.step_into(now, &mut step) {
            return Vec::new();
        }
        if step.events.iter().any(|event| matches!(event.kind, EventKind::StateEntered { .. })) {
            break;
        }
    }
    let root = execution.root();
    let Some(frame) = execution.frames.get(root) else { return Vec::new() };
    with_env(&mut execution.core, frame, None, None, now, |env| {
        let mut found = Vec::new();
        let input = match data_flow::effective_input(state, env, &mut data_flow::Stages::default()) {
            Ok(input) => input,
            Err(problem) => {
                let problem: String = Fault::words(problem);
                let all = (0..rules.len()).map(|at| Truth { place: at.to_string(), holds: Err(problem.clone()) });
                return all.collect();
            }
        };
        let mut env = env.with_input(&input);
        for (at, rule) in rules.iter().enumerate() {
            // Each is in the list already; the outermost decides nothing here.
            let _ = rule.condition.explain(&mut env, at, &at.to_string(), &mut found);
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(state: &str, language: QueryLanguage, input: &str, result: Option<&str>) -> Preview {
        let definition = Preview::definition("It", state, language);
        let (document, _) = asl::Document::parse(&definition);
        let program = asl::check(&document).program.expect("the definition is sound");
        let mock = result.map(|result| Mock { result: Some(result.to_owned()), ..Mock::default() });
        Preview::of(&program, "It", input, mock, vec![("limit".into(), Value::from(10))], None, Timestamp(0))
            .expect("it can be tried")
    }

    fn shown(preview: &Preview) -> Vec<String> {
        preview.stages.iter().map(|(stage, value)| format!("{} {}", stage.name(), value.text())).collect()
    }

    const TASK: &str = r#"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "InputPath": "$.order",
        "Parameters": {"FunctionName": "f", "Payload.$": "$.id"}, "ResultSelector": {"code.$": "$.StatusCode"},
        "ResultPath": "$.answer", "OutputPath": "$.answer", "Assign": {"seen.$": "$.code"}, "Next": "Then"}"#;

    #[test]
    fn every_stage_of_a_task() {
        let input = r#"{"order":{"id":7}}"#;
        let open = preview(TASK, QueryLanguage::JsonPath, input, None);
        assert_eq!(open.end, PreviewEnd::NeedsResult);
        assert_eq!(shown(&open), [r#"InputPath {"id":7}"#, r#"Parameters {"FunctionName":"f","Payload":7}"#]);
        let done = preview(TASK, QueryLanguage::JsonPath, input, Some(r#"{"StatusCode":200}"#));
        assert_eq!(
            shown(&done)[2..],
            [
                r#"Result {"StatusCode":200}"#,
                r#"ResultSelector {"code":200}"#,
                r#"ResultPath {"order":{"id":7},"answer":{"code":200}}"#,
                r#"OutputPath {"code":200}"#
            ]
        );
        assert_eq!(done.assigned[0].1.text().to_string(), "200");
        let PreviewEnd::Left { next, .. } = &done.end else { panic!("{:?}", done.end) };
        assert_eq!(next.as_deref(), Some("Then"));
    }

    #[test]
    fn a_failing_field_is_named() {
        let state = r#"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "f", "Payload": "{% $states.input.a + 'x' %}"}, "End": true}"#;
        let failed = preview(state, QueryLanguage::Jsonata, r#"{"a":1}"#, None);
        assert_eq!(failed.end, PreviewEnd::Failed);
        assert_eq!(failed.location.as_deref(), Some("Arguments/Payload"));
        let lost = preview(TASK, QueryLanguage::JsonPath, "{}", None);
        let cause = lost.failure.and_then(|failure| failure.cause).map(|cause| cause.to_string()).unwrap_or_default();
        assert!(cause.starts_with("Invalid path '$.order'"), "{cause}");
    }

    #[test]
    fn every_condition_of_a_choice() {
        let state = r#"{"Type": "Choice", "Choices": [
            {"And": [{"Variable": "$.n", "NumericGreaterThan": 5}, {"Not": {"Variable": "$.s", "IsPresent": true}}], "Next": "A"},
            {"Or": [{"Variable": "$.no", "IsString": true}, {"Variable": "$.n", "NumericLessThanPath": "$limit"}], "Next": "B"}
        ], "Default": "C"}"#;
        let chosen = preview(state, QueryLanguage::JsonPath, r#"{"n":6}"#, None);
        let truths: Vec<String> = chosen
            .truths
            .iter()
            .map(|truth| format!("{} {}", truth.place, truth.holds.as_ref().map_or("error".into(), bool::to_string)))
            .collect();
        assert_eq!(
            truths,
            ["0 true", "0/And/0 true", "0/And/1 true", "0/And/1/Not false", "1 error", "1/Or/0 error", "1/Or/1 true"]
        );
        let PreviewEnd::Left { via, .. } = chosen.end else { panic!("{:?}", chosen.end) };
        assert_eq!(via, Via::Rule(0));
    }

    #[test]
    fn a_map_shows_what_its_items_get() {
        let state = r#"{"Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"it.$": "$$.Map.Item.Value"},
            "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "End": true}"#;
        let open = preview(state, QueryLanguage::JsonPath, r#"{"items":[1,2]}"#, None);
        assert_eq!(open.end, PreviewEnd::NeedsResult);
        assert_eq!(shown(&open), ["ItemsPath [1,2]", r#"ItemSelector [{"it":1},{"it":2}]"#]);
        let done = preview(state, QueryLanguage::JsonPath, r#"{"items":[1,2]}"#, Some("[3,4]"));
        assert!(matches!(done.end, PreviewEnd::Left { .. }), "{:?}", done.end);
    }
}

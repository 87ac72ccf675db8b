//! TestState: one state, run by itself, with a look at every stage of its data flow.
//!
//! A request is checked in the service's words, turned into a definition that holds the state ([`TestState::definition`]),
//! and run with a mocked result or with answers from outside. The quirks of what the service shows are recorded: a Pass
//! with a `Result` shows no `afterParameters`, a Parallel only what follows its result, JSONata states show little.

use std::sync::Arc;

use asl::program::QueryLanguage;
use asl::{Node, NodeKind, Program};
use query::{Object, Value};

use crate::answer::output_of;
use crate::compiled::{Body, Compiled, State, StateRef, StateType};
use crate::core::{Flow, Turn};
use crate::effect::{Effect, Invocation};
use crate::event::{Failure, Via};
use crate::execution::{Execution, Step};
use crate::fact::Fact;
use crate::fan_out;
use crate::fault::{self};
use crate::frame::{Failing, Fate, Phase};
use crate::settings::{Kind, Limits, Settings};
use crate::states;
use crate::time::Timestamp;

mod context;
mod inspection;
mod preview;

use context::check_context;
use inspection::{End, Inspected};
pub use preview::{Preview, PreviewEnd};

/// The name of a state that came without a machine, and of every state in the context object.
const STATE_NAME: &str = "StateName";
const THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";

/// A TestState request.
#[derive(Debug, Clone, Default)]
pub struct TestState {
    /// A state, or with `state_name` a whole machine.
    pub definition: String,
    pub state_name: Option<String>,
    pub role_arn: Option<String>,
    pub input: Option<String>,
    /// A context object instead of the usual one.
    pub context: Option<Value>,
    pub variables: Vec<(Arc<str>, Value)>,
    pub inspection: Inspection,
    pub reveal_secrets: bool,
    pub mock: Option<Mock>,
    /// `stateConfiguration.retrierRetryCount`
    pub retrier_retry_count: Option<u32>,
    /// `stateConfiguration.mapIterationFailureCount`
    pub map_iteration_failure_count: Option<u32>,
    /// `stateConfiguration.mapItemReaderData`. It changes no recorded response: the mock stands for all iterations.
    pub map_item_reader_data: Option<String>,
    /// `stateConfiguration.errorCausedByState`: which state of an iteration failed. It changes no recorded response.
    pub error_caused_by_state: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inspection {
    #[default]
    Info,
    Debug,
    Trace,
}

#[derive(Debug, Clone, Default)]
pub struct Mock {
    /// JSON text.
    pub result: Option<String>,
    pub error_output: Option<Failure>,
    pub validation: FieldValidation,
}

/// How a mocked result is held against the shape of the service's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldValidation {
    #[default]
    Strict,
    /// Only fields that are there.
    Present,
    None,
}

/// A call that is rejected: an error of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub code: &'static str,
    pub message: String,
}

/// What stands in for the world.
pub struct TestWorld<'a> {
    /// Answers a task that has no mock.
    pub call: &'a mut dyn FnMut(&Invocation) -> Vec<Fact>,
    /// What is wrong with a mocked result of a resource, in the service's words.
    pub schema: &'a dyn Fn(&str, &Value, FieldValidation) -> Option<String>,
}

impl Inspection {
    pub fn from_name(name: &str) -> Inspection {
        match name {
            "DEBUG" => Inspection::Debug,
            "TRACE" => Inspection::Trace,
            _ => Inspection::Info,
        }
    }
}

impl FieldValidation {
    pub fn from_name(name: &str) -> FieldValidation {
        match name {
            "PRESENT" => FieldValidation::Present,
            "NONE" => FieldValidation::None,
            _ => FieldValidation::Strict,
        }
    }
}

impl TestState {
    /// The definition to check: the machine as given, or one around the state, with states where its transitions lead.
    pub fn definition(&self) -> String {
        if self.state_name.is_some() { self.definition.clone() } else { around(STATE_NAME, &self.definition, None) }
    }

    /// What is wrong with the request before its definition is looked at.
    pub fn check(&self) -> Result<(), Rejection> {
        if self.state_name.as_deref() == Some("") {
            return Err(Rejection {
                code: "ParamValidationError",
                message: "Parameter validation failed:\nInvalid length for parameter stateName, value: 0, valid min length: 1"
                    .to_owned(),
            });
        }
        if self.mock.is_some() && self.reveal_secrets {
            return Err(invalid("TestState does not support RevealSecrets when a mock is specified."));
        }
        let both = |mock: &Mock| mock.result.is_some() && mock.error_output.is_some();
        if self.mock.as_ref().is_some_and(both) {
            return Err(invalid("A test mock should have only one of the following fields: [result, errorOutput]."));
        }
        if self.mock.is_none() && self.map_iteration_failure_count.is_some() {
            return Err(invalid("TestState does not support MapIterationFailureCount when a mock is not specified."));
        }
        Ok(())
    }

    /// Runs the state of a definition that passed all checks. The response is an object in the service's shape.
    pub fn run(&self, program: &Program, now: Timestamp, world: &mut TestWorld<'_>) -> Result<Value, Rejection> {
        let machine = Compiled::new(program)
            .map_err(|error| Rejection { code: "InvalidDefinition", message: error.to_string() })?;
        let machine = Arc::new(machine);
        let name = self.state_name.as_deref().unwrap_or(STATE_NAME);
        let tested = machine.state_named(name).ok_or_else(|| invalid("State not found in definition"))?;
        let state = machine.state(tested);
        self.check_state(state, world)?;
        let result = self.mocked_result(state)?;
        let input = Value::parse(self.input.as_deref().unwrap_or("{}"))
            .map_err(|error| Rejection { code: "InvalidExecutionInput", message: error.to_string() })?;
        let mut execution = self.start(&machine, tested, input);
        let mut inspected = Inspected::default();
        let end = self.play(&mut execution, state, result.as_ref(), now, world, &mut inspected);
        Ok(self.response(state, &machine, &execution, &inspected, &end))
    }

    fn check_state(&self, state: &State, world: &TestWorld<'_>) -> Result<(), Rejection> {
        let kind = state.kind_of();
        let mockable = matches!(kind, StateType::Task | StateType::Map | StateType::Parallel);
        if self.mock.is_some() && !mockable {
            return Err(invalid(&format!("State type '{}' is not supported when a mock is specified", kind.name())));
        }
        if self.mock.is_none() && matches!(kind, StateType::Map | StateType::Parallel) {
            return Err(Rejection {
                code: "InvalidDefinition",
                message: "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]".to_owned(),
            });
        }
        if self.mock.is_none() && kind == StateType::Task && self.role_arn.is_none() {
            return Err(invalid("RoleArn must be specified when testing a Task state"));
        }
        if let Some(context) = &self.context {
            check_context(context, state)
                .map_err(|problem| invalid(&format!("Invalid Context object provided: {problem}")))?;
        }
        if let (Some(resource), Some(mock)) = (state.resource(), &self.mock)
            && let Some(result) = &mock.result
            && let Some(problem) = (world.schema)(resource, &output_of(result), mock.validation)
        {
            return Err(invalid(&format!("Mock result schema validation error: {problem}")));
        }
        Ok(())
    }

    /// The mocked result, of the type the state takes.
    fn mocked_result(&self, state: &State) -> Result<Option<Value>, Rejection> {
        let Some(text) = self.mock.as_ref().and_then(|mock| mock.result.as_ref()) else { return Ok(None) };
        let value = Value::parse(text).map_err(|_| invalid("Mocked result must be valid JSON"))?;
        match &state.body {
            Body::Parallel(parallel) => {
                let Some(items) = value.as_array() else { return Err(invalid("Mocked result must be an array.")) };
                if items.len() != parallel.branches.len() {
                    let problem = "Mocked result must contain the same number of items as number of Parallel branches.";
                    return Err(invalid(problem));
                }
            }
            Body::Map(map) if map.result_writer.is_some() && value.as_object().is_none() => {
                return Err(invalid("Mocked result must be a JSON object."));
            }
            Body::Map(map) if map.result_writer.is_some() => {}
            Body::Map(_) => {
                let Some(items) = value.as_array() else { return Err(invalid("Mocked result must be an array.")) };
                if self.map_iteration_failure_count.is_some_and(|count| count as usize > items.len()) {
                    let problem =
                        "Map iteration failure count must be less than or equal to the number of Map iterations";
                    return Err(invalid(problem));
                }
            }
            _ => {}
        }
        Ok(Some(value))
    }

    fn start(&self, machine: &Arc<Compiled>, tested: StateRef, input: Value) -> Execution {
        // Names that are the same in every run of the same request.
        let mut names = query::Seeded(0);
        let (machine_name, execution_name) = (query::Chance::uuid(&mut names), query::Chance::uuid(&mut names));
        let mut settings = Settings::named(&machine_name, &execution_name, Kind::SyncExpress);
        settings.execution_arn =
            format!("arn:aws:states:us-east-1:111111111111:express:{machine_name}:{execution_name}").into();
        settings.role_arn = self.role_arn.as_deref().unwrap_or("").into();
        settings.context = self.context.clone();
        settings.variables = self.variables.clone();
        settings.limits = Limits::Enforce;
        settings.start_at = Some(tested);
        let mut execution = Execution::start(Arc::clone(machine), settings, input);
        execution.core.shown_state = Some(STATE_NAME.into());
        execution
    }

    /// Advances the execution until the state is left, has failed, or would be tried again.
    fn play(
        &self,
        execution: &mut Execution,
        state: &State,
        result: Option<&Value>,
        mut now: Timestamp,
        world: &mut TestWorld<'_>,
        inspected: &mut Inspected,
    ) -> End {
        let root = execution.root();
        let mut step = Step::default();
        loop {
            if !execution.step_into(now, &mut step) {
                match execution.next_wake() {
                    Some(wake) if !execution.is_finished() => now = wake,
                    _ => return End::Nothing,
                }
                continue;
            }
            for event in &step.events {
                inspected.take(event, state);
                if let Some(end) = End::of(event) {
                    return end;
                }
            }
            if let Some(frame) = execution.frames.get_mut(root)
                && frame.is_inside()
                && frame.retries.is_empty()
                && let Some(count) = self.retrier_retry_count
                && let Some(handlers) = state.handlers()
            {
                frame.retries = vec![count; handlers.retriers.len()];
            }
            let forked = execution
                .frames
                .get(root)
                .is_some_and(|frame| matches!(frame.phase, Phase::FanOut(_) | Phase::Dataset { .. }));
            if forked {
                inspected.fan_out(execution, state, now);
                self.settle_fan_out(execution, state, result, now, &mut step);
                for event in &step.events {
                    inspected.take(event, state);
                    if let Some(end) = End::of(event) {
                        return end;
                    }
                }
                continue;
            }
            for effect in std::mem::take(&mut step.effects) {
                let Effect::InvokeTask(call) = effect else { continue };
                for fact in self.answer(&call, result, world) {
                    execution.deliver(fact);
                }
            }
        }
    }

    fn answer(&self, call: &Invocation, result: Option<&Value>, world: &mut TestWorld<'_>) -> Vec<Fact> {
        let effect = call.effect;
        if let Some(output) = result {
            return vec![Fact::TaskSucceeded { effect, output: output.clone() }];
        }
        match self.mock.as_ref().and_then(|mock| mock.error_output.clone()) {
            Some(failure) => vec![Fact::TaskFailed { effect, failure }],
            None => (world.call)(call),
        }
    }

    /// A Map or Parallel has evaluated what comes before its children: the mock stands for them.
    fn settle_fan_out(
        &self,
        execution: &mut Execution,
        state: &State,
        result: Option<&Value>,
        now: Timestamp,
        step: &mut Step,
    ) {
        step.clear();
        let root = execution.root();
        let mut turn = Turn { now, step };
        let Some(fan_out) = fan_out::take_fan_out(execution, root) else { return };
        for &child in fan_out.running.values() {
            fan_out::quiet_all(execution, &mut turn, child);
        }
        execution.ready.clear();
        let exceeded = fan_out.run().is_some_and(|run| {
            let failed = self.map_iteration_failure_count.unwrap_or(0);
            let items = result.and_then(Value::as_array).map_or(0, |items| items.len());
            let share = f64::from(failed) * 100.0 / items.max(1) as f64;
            run.tolerated_count.is_some_and(|most| u64::from(failed) > most)
                || run.tolerated_percentage.is_some_and(|most| share > most)
        });
        let failure = match self.mock.as_ref().and_then(|mock| mock.error_output.clone()) {
            None if exceeded => Some(Failure::new(THRESHOLD, "The specified tolerated failure threshold was exceeded")),
            failure => failure,
        };
        let Some(frame) = execution.frames.get_mut(root) else { return };
        let flow = match (failure, result, &state.body) {
            (Some(failure), ..) => {
                let failing = Failing { failure, heartbeat: false, fate: Fate::Open, fan_out: None };
                frame.phase = Phase::Failing(Box::new(failing));
                Flow::Goes
            }
            (None, Some(result), Body::Parallel(body)) => {
                states::leave_with(&mut execution.core, state, &body.result, result, frame, &mut turn)
            }
            (None, Some(result), Body::Map(body)) => {
                states::leave_with(&mut execution.core, state, &body.result, result, frame, &mut turn)
            }
            _ => Flow::Waits,
        };
        execution.follow(&mut turn, root, flow);
    }

    fn response(
        &self,
        state: &State,
        machine: &Compiled,
        execution: &Execution,
        inspected: &Inspected,
        end: &End,
    ) -> Value {
        let mut response = Object::new();
        let mut details = Object::new();
        let status = match end {
            End::Left { output, via } => {
                response.insert("output", Value::string(&output.text()));
                if let Some(next) = state.target(*via) {
                    response.insert("nextState", Value::string(&machine.state(next).name));
                }
                match via {
                    Via::Catch(at) => {
                        details.insert("catchIndex", Value::from(i64::from(*at)));
                        "CAUGHT_ERROR"
                    }
                    _ => "SUCCEEDED",
                }
            }
            End::Retried { retrier, seconds } => {
                details.insert("retryIndex", Value::from(i64::from(*retrier)));
                details.insert("retryBackoffIntervalSeconds", Value::from(*seconds));
                "RETRIABLE"
            }
            End::Failed | End::Nothing => "FAILED",
        };
        response.insert("status", Value::string(status));
        if status != "SUCCEEDED"
            && let Some(failure) = &inspected.failure
        {
            let prefix = fault::in_state(&state.name, inspected.entered, "");
            if let Some(error) = &failure.error {
                response.insert("error", Value::string(error));
            }
            if let Some(cause) = &failure.cause {
                // The state has no event that a reader of the response could look up.
                response.insert("cause", Value::string(cause.strip_prefix(prefix.as_str()).unwrap_or(cause)));
            }
        }
        if self.inspection != Inspection::Info {
            let mut data = inspected.data(state, execution);
            if !details.is_empty() {
                data.insert("errorDetails", Value::Object(details));
            }
            if !self.variables.is_empty() {
                let members = self.variables.iter().map(|(name, value)| (Arc::clone(name), value.clone()));
                data.insert("variables", Value::string(&Value::Object(members.collect()).text()));
            }
            response.insert("inspectionData", Value::Object(data));
        }
        Value::Object(response)
    }
}

/// A machine that holds one state, given as JSON text, and states where its transitions lead.
pub(crate) fn around(name: &str, state: &str, language: Option<QueryLanguage>) -> String {
    let (document, _) = asl::Document::parse(state);
    let mut definition = String::from("{");
    if language == Some(QueryLanguage::Jsonata) {
        definition.push_str(r#""QueryLanguage":"JSONata","#);
    }
    definition.push_str(r#""StartAt":"#);
    crate::json::write_string(&mut definition, name);
    definition.push_str(r#","States":{"#);
    crate::json::write_string(&mut definition, name);
    definition.push(':');
    definition.push_str(state);
    for target in targets(document.root(), name) {
        definition.push(',');
        crate::json::write_string(&mut definition, &target);
        definition.push_str(r#":{"Type":"Succeed"}"#);
    }
    definition.push_str("}}");
    definition
}

fn invalid(message: &str) -> Rejection {
    Rejection { code: "ValidationException", message: message.to_owned() }
}

/// Where the transitions of a state lead, each name once.
fn targets(state: &Node, own: &str) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut add = |node: Option<&Node>| {
        if let Some(NodeKind::String(name)) = node.map(|node| &node.kind)
            && &**name != own
            && !names.contains(name)
        {
            names.push(Arc::clone(name));
        }
    };
    add(state.get("Next"));
    add(state.get("Default"));
    for list in ["Choices", "Catch"] {
        for rule in state.get(list).map_or(&[][..], Node::elements) {
            add(rule.get("Next"));
        }
    }
    names
}

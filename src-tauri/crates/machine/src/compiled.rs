//! A checked Program made ready to run: every path, template and expression parsed once, states numbered across all
//! scopes. Shared by all executions of the machine.

use std::sync::Arc;

use asl::program::{self as asl_program, ExecutionType, JitterStrategy, ProcessorMode, QueryLanguage};
use asl::{Node, Program};
use query::Value;

use crate::choice::Rule;
use crate::event::Via;
use crate::expression::{Assignments, NumberField, PathField, PathSource, ResultTarget, Template, TextField};
use crate::integration::Integration;

/// A state, numbered across the whole machine: outer scopes before inner ones, in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateRef(pub u32);

/// A definition ready to run.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) scopes: Vec<StateScope>,
    pub(crate) states: Vec<State>,
}

/// The top level, a branch or a processor.
#[derive(Debug)]
pub(crate) struct StateScope {
    pub(crate) start: StateRef,
    pub(crate) timeout_seconds: Option<u64>,
}

/// The number of a scope in [`Compiled::scopes`]; 0 is the top level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScopeRef(pub(crate) u32);

#[derive(Debug)]
pub struct State {
    pub name: Arc<str>,
    /// JSON pointer of the state in the document.
    pub pointer: Arc<str>,
    pub(crate) language: QueryLanguage,
    pub(crate) input_path: PathField,
    pub(crate) output_path: PathField,
    pub(crate) assign: Option<Assignments>,
    pub(crate) output: Option<Template>,
    pub(crate) body: Body,
    /// Absent at the end of its scope, and for Choice, Succeed and Fail.
    pub(crate) next: Option<StateRef>,
}

#[derive(Debug)]
pub(crate) enum Body {
    Task(Box<TaskBody>),
    Pass(PassBody),
    Choice { rules: Vec<Rule>, default: Option<StateRef> },
    Wait(WaitBody),
    Succeed,
    Fail { error: Option<TextField>, cause: Option<TextField> },
    Parallel(ParallelBody),
    Map(Box<MapBody>),
}

#[derive(Debug)]
pub(crate) struct TaskBody {
    pub(crate) resource: Arc<str>,
    pub(crate) integration: Integration,
    pub(crate) arguments: Option<Template>,
    pub(crate) credentials: Option<Template>,
    pub(crate) timeout: Option<NumberField>,
    pub(crate) heartbeat: Option<NumberField>,
    pub(crate) result: ResultFlow,
    pub(crate) handlers: Handlers,
}

#[derive(Debug)]
pub(crate) struct PassBody {
    pub(crate) result: Option<Value>,
    pub(crate) parameters: Option<Template>,
    pub(crate) result_path: ResultTarget,
}

#[derive(Debug)]
pub(crate) enum WaitBody {
    Seconds(NumberField),
    Timestamp(Template),
    TimestampPath(PathSource),
}

#[derive(Debug)]
pub(crate) struct ParallelBody {
    pub(crate) branches: Vec<ScopeRef>,
    pub(crate) arguments: Option<Template>,
    pub(crate) result: ResultFlow,
    pub(crate) handlers: Handlers,
}

#[derive(Debug)]
pub(crate) struct MapBody {
    pub(crate) processor: ScopeRef,
    pub(crate) mode: ProcessorMode,
    pub(crate) items_path: Option<PathSource>,
    pub(crate) items: Option<Template>,
    pub(crate) item_selector: Option<Template>,
    pub(crate) item_reader: Option<DatasetBody>,
    pub(crate) batcher: Option<BatcherBody>,
    pub(crate) result_writer: Option<DatasetBody>,
    pub(crate) max_concurrency: Option<NumberField>,
    pub(crate) tolerated_count: Option<NumberField>,
    pub(crate) tolerated_percentage: Option<NumberField>,
    pub(crate) label: Option<Arc<str>>,
    pub(crate) result: ResultFlow,
    pub(crate) handlers: Handlers,
}

#[derive(Debug)]
pub(crate) struct DatasetBody {
    pub(crate) resource: Option<Arc<str>>,
    pub(crate) arguments: Option<Template>,
    /// `ReaderConfig` or `WriterConfig` as it stands.
    pub(crate) config: Value,
    pub(crate) max_items: Option<NumberField>,
}

#[derive(Debug)]
pub(crate) struct BatcherBody {
    pub(crate) input: Option<Template>,
    pub(crate) max_items: Option<NumberField>,
    pub(crate) max_bytes: Option<NumberField>,
}

/// JSONPath only: what becomes of a raw result.
#[derive(Debug)]
pub(crate) struct ResultFlow {
    pub(crate) selector: Option<Template>,
    pub(crate) path: ResultTarget,
}

/// The Retriers and Catchers of a state.
#[derive(Debug, Default)]
pub(crate) struct Handlers {
    pub(crate) retriers: Vec<Retrier>,
    pub(crate) catchers: Vec<Catcher>,
}

#[derive(Debug)]
pub(crate) struct Retrier {
    pub(crate) error_equals: Vec<String>,
    pub(crate) interval_seconds: u64,
    pub(crate) max_attempts: u64,
    pub(crate) backoff_rate: f64,
    pub(crate) max_delay_seconds: Option<u64>,
    pub(crate) jitter: JitterStrategy,
}

#[derive(Debug)]
pub(crate) struct Catcher {
    pub(crate) error_equals: Vec<String>,
    pub(crate) next: StateRef,
    pub(crate) result_path: ResultTarget,
    pub(crate) assign: Option<Assignments>,
    pub(crate) output: Option<Template>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StateType {
    Task,
    Pass,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
}

/// A definition that passed the checks of the language but holds an expression that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at {pointer}")]
pub struct CompileError {
    pub message: String,
    /// JSON pointer of the state.
    pub pointer: String,
}

impl Compiled {
    pub fn new(program: &Program) -> Result<Compiled, CompileError> {
        let mut build = Build { scopes: Vec::new(), states: Vec::new() };
        build.scope(&program.machine)?;
        let states = build.states.into_iter().map(|state| state.expect("every reserved state was filled in")).collect();
        let scopes = build.scopes.into_iter().map(|scope| scope.expect("every reserved scope was filled in")).collect();
        Ok(Compiled { scopes, states })
    }

    pub fn state(&self, state: StateRef) -> &State {
        &self.states[state.0 as usize]
    }

    /// Every state with its number.
    pub fn states(&self) -> impl Iterator<Item = (StateRef, &State)> {
        (0u32..).map(StateRef).zip(&self.states)
    }

    /// The state at a JSON pointer of the document.
    pub fn state_at(&self, pointer: &str) -> Option<StateRef> {
        self.states().find(|(_, state)| &*state.pointer == pointer).map(|(at, _)| at)
    }

    /// The first state of that name, outer scopes first.
    pub fn state_named(&self, name: &str) -> Option<StateRef> {
        self.states().find(|(_, state)| &*state.name == name).map(|(at, _)| at)
    }

    pub(crate) fn scope(&self, scope: ScopeRef) -> &StateScope {
        &self.scopes[scope.0 as usize]
    }
}

impl State {
    pub fn kind_of(&self) -> StateType {
        match &self.body {
            Body::Task(_) => StateType::Task,
            Body::Pass(_) => StateType::Pass,
            Body::Choice { .. } => StateType::Choice,
            Body::Wait(_) => StateType::Wait,
            Body::Succeed => StateType::Succeed,
            Body::Fail { .. } => StateType::Fail,
            Body::Parallel(_) => StateType::Parallel,
            Body::Map(_) => StateType::Map,
        }
    }

    /// The resource of a Task.
    pub fn resource(&self) -> Option<&str> {
        match &self.body {
            Body::Task(task) => Some(&task.resource),
            _ => None,
        }
    }

    /// What a Task calls; for other states a placeholder that no event shows.
    pub fn integration(&self) -> &Integration {
        match &self.body {
            Body::Task(task) => &task.integration,
            _ => &Integration::Lambda,
        }
    }

    /// The ways a Choice can take; none for other states.
    pub fn choices(&self) -> Vec<Via> {
        let Body::Choice { rules, default } = &self.body else { return Vec::new() };
        let rules = (0..rules.len()).filter_map(|at| u32::try_from(at).ok()).map(Via::Rule);
        rules.chain(default.map(|_| Via::Default)).collect()
    }

    /// Where a transition leads; `None` at the end of a scope.
    pub fn target(&self, via: Via) -> Option<StateRef> {
        match (via, &self.body) {
            (Via::Rule(at), Body::Choice { rules, .. }) => rules.get(at as usize).map(|rule| rule.next),
            (Via::Default, Body::Choice { default, .. }) => *default,
            (Via::Catch(at), _) => Some(self.handlers()?.catchers.get(at as usize)?.next),
            _ => self.next,
        }
    }

    pub(crate) fn handlers(&self) -> Option<&Handlers> {
        match &self.body {
            Body::Task(task) => Some(&task.handlers),
            Body::Parallel(parallel) => Some(&parallel.handlers),
            Body::Map(map) => Some(&map.handlers),
            _ => None,
        }
    }

    pub(crate) fn is_jsonata(&self) -> bool {
        self.language == QueryLanguage::Jsonata
    }
}

impl StateType {
    pub fn name(self) -> &'static str {
        match self {
            StateType::Task => "Task",
            StateType::Pass => "Pass",
            StateType::Choice => "Choice",
            StateType::Wait => "Wait",
            StateType::Succeed => "Succeed",
            StateType::Fail => "Fail",
            StateType::Parallel => "Parallel",
            StateType::Map => "Map",
        }
    }

    pub(crate) fn entered(self) -> &'static str {
        match self {
            StateType::Task => "TaskStateEntered",
            StateType::Pass => "PassStateEntered",
            StateType::Choice => "ChoiceStateEntered",
            StateType::Wait => "WaitStateEntered",
            StateType::Succeed => "SucceedStateEntered",
            StateType::Fail => "FailStateEntered",
            StateType::Parallel => "ParallelStateEntered",
            StateType::Map => "MapStateEntered",
        }
    }

    pub(crate) fn exited(self) -> &'static str {
        match self {
            StateType::Task => "TaskStateExited",
            StateType::Pass => "PassStateExited",
            StateType::Choice => "ChoiceStateExited",
            StateType::Wait => "WaitStateExited",
            StateType::Succeed => "SucceedStateExited",
            StateType::Fail => "FailStateExited",
            StateType::Parallel => "ParallelStateExited",
            StateType::Map => "MapStateExited",
        }
    }

    pub(crate) fn aborted(self) -> &'static str {
        match self {
            StateType::Task => "TaskStateAborted",
            StateType::Wait => "WaitStateAborted",
            StateType::Parallel => "ParallelStateAborted",
            _ => "MapStateAborted",
        }
    }
}

struct Build {
    scopes: Vec<Option<StateScope>>,
    states: Vec<Option<State>>,
}

impl Build {
    fn scope(&mut self, machine: &asl_program::StateMachine) -> Result<ScopeRef, CompileError> {
        let scope = ScopeRef(number(self.scopes.len()));
        self.scopes.push(None);
        let base = number(self.states.len());
        self.states.extend(machine.states.iter().map(|_| None));
        for (at, state) in machine.states.iter().enumerate() {
            let compiled = self.state(state, base)?;
            self.states[base as usize + at] = Some(compiled);
        }
        let start = StateRef(base + machine.start_at.0);
        self.scopes[scope.0 as usize] = Some(StateScope { start, timeout_seconds: machine.timeout_seconds });
        Ok(scope)
    }

    fn state(&mut self, state: &asl_program::State, base: u32) -> Result<State, CompileError> {
        let site = Site { state, base };
        let (body, next) = self.body(&site)?;
        Ok(State {
            name: Arc::clone(&state.name),
            pointer: state.pointer.as_str().into(),
            language: state.query_language,
            input_path: site.path_field(state.input_path.as_ref())?,
            output_path: site.path_field(state.output_path.as_ref())?,
            assign: site.assign(state.assign.as_ref())?,
            output: site.template(state.output.as_ref(), "Output")?,
            body,
            next,
        })
    }

    fn body(&mut self, site: &Site<'_>) -> Result<(Body, Option<StateRef>), CompileError> {
        use asl_program::StateKind;
        Ok(match &site.state.kind {
            StateKind::Task(task) => (Body::Task(Box::new(site.task(task)?)), site.transition(task.transition)),
            StateKind::Pass(pass) => {
                let body = PassBody {
                    result: pass.result.as_ref().map(crate::expression::literal),
                    parameters: site.template(pass.parameters.as_ref(), "Parameters")?,
                    result_path: site.target(pass.result_path.as_ref())?,
                };
                (Body::Pass(body), site.transition(pass.transition))
            }
            StateKind::Choice(choice) => {
                let rules = choice.rules.iter().map(|rule| site.rule(rule)).collect::<Result<_, _>>()?;
                (Body::Choice { rules, default: choice.default.map(|at| site.at(at)) }, None)
            }
            StateKind::Wait(wait) => (Body::Wait(site.wait(&wait.until)?), site.transition(wait.transition)),
            StateKind::Succeed => (Body::Succeed, None),
            StateKind::Fail(fail) => {
                let error = site.text(fail.error.as_ref(), "Error", "ErrorPath")?;
                (Body::Fail { error, cause: site.text(fail.cause.as_ref(), "Cause", "CausePath")? }, None)
            }
            StateKind::Parallel(parallel) => {
                let branches = parallel.branches.iter().map(|branch| self.scope(branch)).collect::<Result<_, _>>()?;
                let body = ParallelBody {
                    branches,
                    arguments: site.template(parallel.arguments.as_ref(), site.arguments_name())?,
                    result: site.result(&parallel.result)?,
                    handlers: site.handlers(&parallel.retriers, &parallel.catchers)?,
                };
                (Body::Parallel(body), site.transition(parallel.transition))
            }
            StateKind::Map(map) => {
                let processor = self.scope(&map.processor)?;
                (Body::Map(Box::new(site.map(map, processor)?)), site.transition(map.transition))
            }
        })
    }
}

/// One state under compilation.
struct Site<'a> {
    state: &'a asl_program::State,
    base: u32,
}

impl Site<'_> {
    fn at(&self, index: asl_program::StateIndex) -> StateRef {
        StateRef(self.base + index.0)
    }

    fn transition(&self, transition: asl_program::Transition) -> Option<StateRef> {
        match transition {
            asl_program::Transition::Next(index) => Some(self.at(index)),
            asl_program::Transition::End => None,
        }
    }

    fn language(&self) -> QueryLanguage {
        self.state.query_language
    }

    fn arguments_name(&self) -> &'static str {
        if self.language() == QueryLanguage::Jsonata { "Arguments" } else { "Parameters" }
    }

    fn fail<T>(&self, result: Result<T, String>) -> Result<T, CompileError> {
        result.map_err(|message| CompileError { message, pointer: self.state.pointer.clone() })
    }

    fn template(&self, node: Option<&Node>, field: &str) -> Result<Option<Template>, CompileError> {
        node.map(|node| self.fail(Template::compile(node, self.language(), field))).transpose()
    }

    fn assign(&self, node: Option<&Node>) -> Result<Option<Assignments>, CompileError> {
        node.map(|node| self.fail(Assignments::compile(node, self.language()))).transpose()
    }

    fn path_field(&self, path: Option<&asl_program::NullablePath>) -> Result<PathField, CompileError> {
        self.fail(PathField::compile(path))
    }

    fn target(&self, path: Option<&asl_program::NullablePath>) -> Result<ResultTarget, CompileError> {
        self.fail(ResultTarget::compile(path))
    }

    fn source(&self, path: Option<&asl::Text>) -> Result<Option<PathSource>, CompileError> {
        path.map(|path| self.fail(PathSource::compile(&path.value))).transpose()
    }

    fn number(
        &self,
        field: Option<&asl_program::NumberField>,
        name: &str,
    ) -> Result<Option<NumberField>, CompileError> {
        field.map(|field| self.fail(NumberField::compile(field, self.language(), name))).transpose()
    }

    fn text(
        &self,
        field: Option<&asl_program::TextField>,
        name: &'static str,
        path_name: &'static str,
    ) -> Result<Option<TextField>, CompileError> {
        field.map(|field| self.fail(TextField::compile(field, self.language(), name, path_name))).transpose()
    }

    fn rule(&self, rule: &asl_program::ChoiceRule) -> Result<Rule, CompileError> {
        Ok(Rule {
            condition: self.fail(crate::choice::Condition::compile(&rule.condition))?,
            next: self.at(rule.next),
            assign: self.assign(rule.assign.as_ref())?,
            output: self.template(rule.output.as_ref(), "Output")?,
        })
    }

    fn wait(&self, until: &asl_program::WaitUntil) -> Result<WaitBody, CompileError> {
        use asl_program::WaitUntil;
        Ok(match until {
            WaitUntil::Seconds(node) => {
                let field = asl_program::NumberField::Value(node.clone());
                WaitBody::Seconds(self.fail(NumberField::compile(&field, self.language(), "Seconds"))?)
            }
            WaitUntil::SecondsPath(path) => {
                let field = asl_program::NumberField::Path(path.clone());
                WaitBody::Seconds(self.fail(NumberField::compile(&field, self.language(), "Seconds"))?)
            }
            WaitUntil::Timestamp(node) => {
                WaitBody::Timestamp(self.fail(Template::compile(node, self.language(), "Timestamp"))?)
            }
            WaitUntil::TimestampPath(path) => WaitBody::TimestampPath(self.fail(PathSource::compile(&path.value))?),
        })
    }

    fn task(&self, task: &asl_program::Task) -> Result<TaskBody, CompileError> {
        Ok(TaskBody {
            resource: Arc::clone(&task.resource.value),
            integration: Integration::parse(&task.resource.value),
            arguments: self.template(task.arguments.as_ref(), self.arguments_name())?,
            credentials: self.template(task.credentials.as_ref(), "Credentials")?,
            timeout: self.number(task.timeout_seconds.as_ref(), "TimeoutSeconds")?,
            heartbeat: self.number(task.heartbeat_seconds.as_ref(), "HeartbeatSeconds")?,
            result: self.result(&task.result)?,
            handlers: self.handlers(&task.retriers, &task.catchers)?,
        })
    }

    fn map(&self, map: &asl_program::Map, processor: ScopeRef) -> Result<MapBody, CompileError> {
        Ok(MapBody {
            processor,
            mode: map.mode,
            items_path: self.source(map.items_path.as_ref())?,
            items: self.template(map.items.as_ref(), "Items")?,
            item_selector: self.template(map.item_selector.as_ref(), "ItemSelector")?,
            item_reader: map.item_reader.as_ref().map(|dataset| self.dataset(dataset, "ItemReader")).transpose()?,
            batcher: map.item_batcher.as_ref().map(|batcher| self.batcher(batcher)).transpose()?,
            result_writer: map
                .result_writer
                .as_ref()
                .map(|dataset| self.dataset(dataset, "ResultWriter"))
                .transpose()?,
            max_concurrency: self.number(map.max_concurrency.as_ref(), "MaxConcurrency")?,
            tolerated_count: self.number(map.tolerated_failure_count.as_ref(), "ToleratedFailureCount")?,
            tolerated_percentage: self
                .number(map.tolerated_failure_percentage.as_ref(), "ToleratedFailurePercentage")?,
            label: map.label.as_deref().map(Arc::from),
            result: self.result(&map.result)?,
            handlers: self.handlers(&map.retriers, &map.catchers)?,
        })
    }

    fn dataset(&self, dataset: &asl_program::Dataset, field: &str) -> Result<DatasetBody, CompileError> {
        let max_items = dataset.config.as_ref().and_then(|config| {
            let value = config.get("MaxItems").map(|node| asl_program::NumberField::Value(node.clone()));
            value.or_else(|| config.get("MaxItemsPath")?.as_text().map(asl_program::NumberField::Path))
        });
        Ok(DatasetBody {
            resource: dataset.resource.as_ref().map(|text| Arc::clone(&text.value)),
            arguments: self.template(dataset.arguments.as_ref(), &format!("{field}/{}", self.arguments_name()))?,
            config: dataset.config.as_ref().map(crate::expression::literal).unwrap_or_default(),
            max_items: self.number(max_items.as_ref(), "MaxItems")?,
        })
    }

    fn batcher(&self, batcher: &asl_program::ItemBatcher) -> Result<BatcherBody, CompileError> {
        Ok(BatcherBody {
            input: self.template(batcher.batch_input.as_ref(), "ItemBatcher/BatchInput")?,
            max_items: self.number(batcher.max_items_per_batch.as_ref(), "MaxItemsPerBatch")?,
            max_bytes: self.number(batcher.max_input_bytes_per_batch.as_ref(), "MaxInputBytesPerBatch")?,
        })
    }

    fn result(&self, flow: &asl_program::ResultFlow) -> Result<ResultFlow, CompileError> {
        Ok(ResultFlow {
            selector: self.template(flow.result_selector.as_ref(), "ResultSelector")?,
            path: self.target(flow.result_path.as_ref())?,
        })
    }

    fn handlers(
        &self,
        retriers: &[asl_program::Retrier],
        catchers: &[asl_program::Catcher],
    ) -> Result<Handlers, CompileError> {
        let retriers = retriers.iter().map(|retrier| Retrier {
            error_equals: retrier.error_equals.clone(),
            interval_seconds: retrier.interval_seconds,
            max_attempts: retrier.max_attempts,
            backoff_rate: retrier.backoff_rate,
            max_delay_seconds: retrier.max_delay_seconds,
            jitter: retrier.jitter,
        });
        let catchers = catchers.iter().map(|catcher| {
            Ok(Catcher {
                error_equals: catcher.error_equals.clone(),
                next: self.at(catcher.next),
                result_path: self.target(catcher.result_path.as_ref())?,
                assign: self.assign(catcher.assign.as_ref())?,
                output: self.template(catcher.output.as_ref(), "Output")?,
            })
        });
        Ok(Handlers { retriers: retriers.collect(), catchers: catchers.collect::<Result<_, CompileError>>()? })
    }
}

impl MapBody {
    pub(crate) fn execution_type(&self) -> Option<ExecutionType> {
        match self.mode {
            ProcessorMode::Inline => None,
            ProcessorMode::Distributed { execution_type } => Some(execution_type),
        }
    }
}

fn number(len: usize) -> u32 {
    u32::try_from(len).expect("a definition of at most 1 MB has fewer than four billion states")
}

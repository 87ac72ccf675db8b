//! The checked Program: what the interpreter runs.
//!
//! A `Program` exists only when the definition has no errors: every `Next`, `Default` and `StartAt` is resolved to an
//! index, every state knows its query language, fields that exclude each other cannot both be set. Expressions
//! (JSONPath, intrinsic calls, JSONata) are kept as text with their span; the `query` crate compiles them.
//! The tolerant view of broken text, which the canvas and the lint rules use, is `crate::model`.
//!
//! Spec: <https://states-language.net/spec.html>

use std::sync::Arc;

pub use crate::syntax::Text;
use crate::syntax::{Node, Span};

/// A whole state machine definition, ready to run.
#[derive(Debug, Clone)]
pub struct Program {
    pub machine: Arc<StateMachine>,
}

/// The top level of a definition, one branch of a Parallel, or the processor of a Map.
#[derive(Debug, Clone)]
pub struct StateMachine {
    pub comment: Option<String>,
    /// The language of states that do not name their own. Branches and processors inherit it.
    pub query_language: QueryLanguage,
    /// Only at the top level. Seconds.
    pub timeout_seconds: Option<u64>,
    pub start_at: StateIndex,
    /// In document order.
    pub states: Vec<State>,
    pub span: Span,
}

impl StateMachine {
    pub fn state(&self, index: StateIndex) -> &State {
        &self.states[index.0 as usize]
    }

    pub fn find(&self, name: &str) -> Option<StateIndex> {
        self.states.iter().position(|state| &*state.name == name).map(|at| StateIndex(at as u32))
    }
}

/// The position of a state in [`StateMachine::states`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateIndex(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum QueryLanguage {
    #[default]
    JsonPath,
    Jsonata,
}

/// One state. The fields that several types share are here; [`StateKind`] holds what only one type has.
#[derive(Debug, Clone)]
pub struct State {
    pub name: Arc<str>,
    /// JSON pointer of the state in the document, such as `/States/Fan out/Branches/0/States/Charge`.
    pub pointer: String,
    pub comment: Option<String>,
    /// The state's own language, or the one it inherits.
    pub query_language: QueryLanguage,
    /// JSONPath only. Absent means `$`.
    pub input_path: Option<NullablePath>,
    /// JSONPath only. Absent means `$`.
    pub output_path: Option<NullablePath>,
    /// `Assign`: a payload template of variables. Choice rules and Catchers carry their own.
    pub assign: Option<Node>,
    /// JSONata only: `Output`, any JSON value whose strings may be `{% … %}`.
    pub output: Option<Node>,
    pub kind: StateKind,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum StateKind {
    Task(Box<Task>),
    Pass(Pass),
    Choice(Choice),
    Wait(Wait),
    Succeed,
    Fail(Fail),
    Parallel(Parallel),
    Map(Box<Map>),
}

/// Where a state goes when it ends well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    Next(StateIndex),
    End,
}

#[derive(Debug, Clone)]
pub struct Task {
    pub resource: Text,
    /// `Parameters` (JSONPath, a payload template) or `Arguments` (JSONata), by the state's language.
    pub arguments: Option<Node>,
    pub result: ResultFlow,
    /// The role to assume: the value of `Credentials`, a payload template.
    pub credentials: Option<Node>,
    pub timeout_seconds: Option<NumberField>,
    pub heartbeat_seconds: Option<NumberField>,
    pub retriers: Vec<Retrier>,
    pub catchers: Vec<Catcher>,
    pub transition: Transition,
}

/// JSONPath only: what becomes of a raw result. Both absent under JSONata.
#[derive(Debug, Clone, Default)]
pub struct ResultFlow {
    pub result_selector: Option<Node>,
    /// Absent means `$`; null discards the result.
    pub result_path: Option<NullablePath>,
}

#[derive(Debug, Clone)]
pub struct Pass {
    /// JSONPath only: a literal, never evaluated.
    pub result: Option<Node>,
    /// JSONPath only.
    pub parameters: Option<Node>,
    pub result_path: Option<NullablePath>,
    pub transition: Transition,
}

#[derive(Debug, Clone)]
pub struct Choice {
    pub rules: Vec<ChoiceRule>,
    pub default: Option<StateIndex>,
}

#[derive(Debug, Clone)]
pub struct ChoiceRule {
    pub condition: Condition,
    pub next: StateIndex,
    pub assign: Option<Node>,
    /// JSONata only.
    pub output: Option<Node>,
    pub comment: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    /// `Variable` with one comparison operator. `operator` is the field's name, such as `StringEqualsPath`;
    /// an operator ending in `Path` takes its operand from a reference path.
    Compare {
        variable: Text,
        operator: Text,
        operand: Node,
    },
    /// `Condition`: a JSONata expression, or a literal boolean.
    Jsonata(Node),
}

#[derive(Debug, Clone)]
pub struct Wait {
    pub until: WaitUntil,
    pub transition: Transition,
}

#[derive(Debug, Clone)]
pub enum WaitUntil {
    /// A whole number of seconds, or (JSONata) an expression that yields one.
    Seconds(Node),
    SecondsPath(Text),
    /// An RFC 3339 timestamp, or (JSONata) an expression that yields one.
    Timestamp(Node),
    TimestampPath(Text),
}

#[derive(Debug, Clone)]
pub struct Fail {
    pub error: Option<TextField>,
    pub cause: Option<TextField>,
}

#[derive(Debug, Clone)]
pub struct Parallel {
    pub branches: Vec<Arc<StateMachine>>,
    /// `Parameters` or `Arguments`.
    pub arguments: Option<Node>,
    pub result: ResultFlow,
    pub retriers: Vec<Retrier>,
    pub catchers: Vec<Catcher>,
    pub transition: Transition,
}

#[derive(Debug, Clone)]
pub struct Map {
    pub processor: Arc<StateMachine>,
    pub mode: ProcessorMode,
    /// JSONPath: `ItemsPath`.
    pub items_path: Option<Text>,
    /// JSONata: `Items`, an array or an expression that yields one.
    pub items: Option<Node>,
    /// `ItemSelector`, or its old name `Parameters`.
    pub item_selector: Option<Node>,
    pub item_reader: Option<Dataset>,
    pub item_batcher: Option<ItemBatcher>,
    pub result_writer: Option<Dataset>,
    /// 0 and absent mean as many as the service allows.
    pub max_concurrency: Option<NumberField>,
    pub tolerated_failure_count: Option<NumberField>,
    pub tolerated_failure_percentage: Option<NumberField>,
    pub label: Option<String>,
    pub result: ResultFlow,
    pub retriers: Vec<Retrier>,
    pub catchers: Vec<Catcher>,
    pub transition: Transition,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessorMode {
    Inline,
    Distributed { execution_type: ExecutionType },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExecutionType {
    #[default]
    Standard,
    Express,
}

/// An `ItemReader` or a `ResultWriter`.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Absent for a ResultWriter that only has a `WriterConfig`.
    pub resource: Option<Text>,
    /// `ReaderConfig` or `WriterConfig`, as written: a payload template in which `MaxItems` or `MaxItemsPath` may stand.
    pub config: Option<Node>,
    /// `Parameters` or `Arguments`.
    pub arguments: Option<Node>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct ItemBatcher {
    pub batch_input: Option<Node>,
    pub max_items_per_batch: Option<NumberField>,
    pub max_input_bytes_per_batch: Option<NumberField>,
    pub span: Span,
}

/// Spec: <https://states-language.net/spec.html#retrying-after-error>
#[derive(Debug, Clone)]
pub struct Retrier {
    pub error_equals: Vec<String>,
    /// Default 1.
    pub interval_seconds: u64,
    /// Default 3; 0 means never.
    pub max_attempts: u64,
    /// Default 2.0.
    pub backoff_rate: f64,
    pub max_delay_seconds: Option<u64>,
    pub jitter: JitterStrategy,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JitterStrategy {
    #[default]
    None,
    Full,
}

#[derive(Debug, Clone)]
pub struct Catcher {
    pub error_equals: Vec<String>,
    pub next: StateIndex,
    /// JSONPath only. Absent means `$`.
    pub result_path: Option<NullablePath>,
    pub assign: Option<Node>,
    /// JSONata only.
    pub output: Option<Node>,
    pub comment: Option<String>,
    pub span: Span,
}

/// A field that takes a path or JSON null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NullablePath {
    Null,
    Path(Text),
}

/// `Error` or `Cause` of a Fail state.
#[derive(Debug, Clone)]
pub enum TextField {
    /// A literal or (JSONata) `{% … %}`.
    Value(Text),
    /// `ErrorPath` or `CausePath`: a path or an intrinsic call.
    Path(Text),
}

/// `TimeoutSeconds`, `MaxConcurrency` and their kind.
#[derive(Debug, Clone)]
pub enum NumberField {
    /// A number or (JSONata) a `{% … %}` string.
    Value(Node),
    /// The variant of the field whose name ends in `Path`.
    Path(Text),
}

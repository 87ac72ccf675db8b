//! The fields of the language: which state types have them, under which query language, and what they hold.
//!
//! One table serves validation, completion and hover.
//!
//! Spec: <https://states-language.net/spec.html#state-type-table-jsonpath>

use crate::program::QueryLanguage;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateType {
    Task,
    Wait,
    Pass,
    Succeed,
    Fail,
    Choice,
    Parallel,
    Map,
}

impl StateType {
    /// In the order in which the service lists them.
    pub const ALL: [StateType; 8] = [
        StateType::Task,
        StateType::Wait,
        StateType::Pass,
        StateType::Succeed,
        StateType::Fail,
        StateType::Choice,
        StateType::Parallel,
        StateType::Map,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            StateType::Task => "Task",
            StateType::Wait => "Wait",
            StateType::Pass => "Pass",
            StateType::Succeed => "Succeed",
            StateType::Fail => "Fail",
            StateType::Choice => "Choice",
            StateType::Parallel => "Parallel",
            StateType::Map => "Map",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state_type| state_type.as_str() == name)
    }

    /// Succeed and Fail end by themselves, Choice goes where its rules say; the others have `Next` or `End`.
    pub fn has_transition(self) -> bool {
        !matches!(self, StateType::Succeed | StateType::Fail | StateType::Choice)
    }

    /// Task, Parallel and Map can be retried and caught.
    pub fn has_error_handling(self) -> bool {
        matches!(self, StateType::Task | StateType::Parallel | StateType::Map)
    }
}

/// What a field holds. `…OrExpression` means that a JSONata state may have a `{% … %}` string instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    /// The name of a state of the same scope.
    StateName,
    Boolean,
    QueryLanguage,
    StateType,
    /// A JSONPath, or null.
    NullablePath,
    /// A JSONPath.
    Path,
    /// A reference path (no operators), or null.
    NullableReferencePath,
    ReferencePath,
    /// A JSONPath or an intrinsic call, for `ErrorPath` and `CausePath`.
    PathOrIntrinsic,
    /// An object whose fields ending in `.$` hold paths or intrinsic calls.
    PayloadTemplate,
    /// Any JSON; under JSONata its strings may be expressions.
    Value,
    /// A payload template under JSONPath, any value with expressions under JSONata; its top-level fields are variables.
    Assign,
    /// Whole, from `min` to `max`.
    Integer {
        min: i64,
        max: i64,
    },
    IntegerOrExpression {
        min: i64,
        max: i64,
    },
    /// A number from 0 to 100, or (JSONata) an expression.
    Percentage,
    /// An RFC 3339 timestamp or (JSONata) an expression.
    Timestamp,
    TextOrExpression,
    ArrayOrExpression,
    Retriers,
    Catchers,
    ChoiceRules,
    Branches,
    Processor,
    ItemReader,
    ItemBatcher,
    ResultWriter,
}

/// One field of one or more state types.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    /// The only language that has it, or both.
    pub language: Option<QueryLanguage>,
    pub types: &'static [StateType],
    pub shape: Shape,
    /// Help, in a sentence.
    pub help: &'static str,
}

use QueryLanguage::{JsonPath, Jsonata};
use StateType::{Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait};

const ANY: &[StateType] = &StateType::ALL;
const FLOWING: &[StateType] = &[Task, Wait, Pass, Parallel, Map];
const WITH_DATA: &[StateType] = &[Task, Wait, Pass, Succeed, Choice, Parallel, Map];
const ASSIGNING: &[StateType] = &[Task, Wait, Pass, Choice, Parallel, Map];
const WORKING: &[StateType] = &[Task, Parallel, Map];
const WITH_RESULT: &[StateType] = &[Task, Pass, Parallel, Map];

/// One year, the longest timeout.
pub const MAX_SECONDS: i64 = 99_999_999;
const COUNT: i64 = i64::MAX;

macro_rules! field {
    ($name:literal, $language:expr, $types:expr, $shape:expr, $help:literal) => {
        Field { name: $name, language: $language, types: $types, shape: $shape, help: $help }
    };
}

/// Every field a state can have. A name appears more than once where its shape depends on the type of the state.
pub const STATE_FIELDS: &[Field] = &[
    field!("Type", None, ANY, Shape::StateType, "What the state does."),
    field!("Comment", None, ANY, Shape::Text, "A note for people."),
    field!(
        "QueryLanguage",
        None,
        ANY,
        Shape::QueryLanguage,
        "The language of this state's expressions; the machine's if absent."
    ),
    field!("Next", None, FLOWING, Shape::StateName, "The state that runs after this one."),
    field!("End", None, FLOWING, Shape::Boolean, "true: the scope ends after this state."),
    // Data flow.
    field!(
        "InputPath",
        Some(JsonPath),
        WITH_DATA,
        Shape::NullablePath,
        "Picks the part of the input the state sees. null gives {}."
    ),
    field!(
        "OutputPath",
        Some(JsonPath),
        WITH_DATA,
        Shape::NullablePath,
        "Picks the part of the output that goes on. null gives {}."
    ),
    field!(
        "Parameters",
        Some(JsonPath),
        &[Task, Pass, Parallel, Map],
        Shape::PayloadTemplate,
        "Builds what the work is given. Names ending in .$ take paths and intrinsic calls."
    ),
    field!(
        "Arguments",
        Some(Jsonata),
        &[Task, Parallel],
        Shape::Value,
        "What the work is given. Strings may be {% … %}."
    ),
    field!(
        "ResultSelector",
        Some(JsonPath),
        WORKING,
        Shape::PayloadTemplate,
        "Rebuilds the raw result before ResultPath places it."
    ),
    field!(
        "ResultPath",
        Some(JsonPath),
        WITH_RESULT,
        Shape::NullableReferencePath,
        "Where the result goes in the input. $ replaces all of it, null discards the result."
    ),
    field!(
        "Output",
        Some(Jsonata),
        WITH_DATA,
        Shape::Value,
        "What goes on. Strings may be {% … %}; the result if absent."
    ),
    field!("Assign", None, ASSIGNING, Shape::Assign, "Sets variables that later states of the scope can read."),
    // Task.
    field!("Resource", None, &[Task], Shape::Text, "The ARN of what does the work."),
    field!("Credentials", None, &[Task], Shape::Value, "The role to assume for the call, as RoleArn."),
    field!(
        "TimeoutSeconds",
        Some(JsonPath),
        &[Task],
        Shape::Integer { min: 1, max: MAX_SECONDS },
        "Fails the task with States.Timeout after so many seconds."
    ),
    field!(
        "TimeoutSeconds",
        Some(Jsonata),
        &[Task],
        Shape::IntegerOrExpression { min: 1, max: MAX_SECONDS },
        "Fails the task with States.Timeout after so many seconds."
    ),
    field!(
        "TimeoutSecondsPath",
        Some(JsonPath),
        &[Task],
        Shape::ReferencePath,
        "Where the timeout stands in the input."
    ),
    field!(
        "HeartbeatSeconds",
        Some(JsonPath),
        &[Task],
        Shape::Integer { min: 1, max: MAX_SECONDS },
        "Fails the task if no heartbeat comes for so many seconds."
    ),
    field!(
        "HeartbeatSeconds",
        Some(Jsonata),
        &[Task],
        Shape::IntegerOrExpression { min: 1, max: MAX_SECONDS },
        "Fails the task if no heartbeat comes for so many seconds."
    ),
    field!(
        "HeartbeatSecondsPath",
        Some(JsonPath),
        &[Task],
        Shape::ReferencePath,
        "Where the heartbeat interval stands in the input."
    ),
    field!("Retry", None, WORKING, Shape::Retriers, "Retriers: which errors to try again, and when."),
    field!("Catch", None, WORKING, Shape::Catchers, "Catchers: where to go on after an error."),
    // Pass.
    field!("Result", Some(JsonPath), &[Pass], Shape::Value, "The result, a literal."),
    // Choice.
    field!("Choices", None, &[Choice], Shape::ChoiceRules, "The rules, tried in order; the first that holds decides."),
    field!("Default", None, &[Choice], Shape::StateName, "Where to go when no rule holds."),
    // Wait.
    field!("Seconds", Some(JsonPath), &[Wait], Shape::Integer { min: 0, max: MAX_SECONDS }, "How long to wait."),
    field!(
        "Seconds",
        Some(Jsonata),
        &[Wait],
        Shape::IntegerOrExpression { min: 0, max: MAX_SECONDS },
        "How long to wait."
    ),
    field!("SecondsPath", Some(JsonPath), &[Wait], Shape::ReferencePath, "Where the seconds stand in the input."),
    field!("Timestamp", None, &[Wait], Shape::Timestamp, "When to go on, as 2016-03-14T01:59:00Z."),
    field!("TimestampPath", Some(JsonPath), &[Wait], Shape::ReferencePath, "Where the timestamp stands in the input."),
    // Fail.
    field!("Error", None, &[Fail], Shape::TextOrExpression, "The name of the error."),
    field!("Cause", None, &[Fail], Shape::TextOrExpression, "What went wrong, for people."),
    field!(
        "ErrorPath",
        Some(JsonPath),
        &[Fail],
        Shape::PathOrIntrinsic,
        "Where the error's name stands in the input, or an intrinsic call."
    ),
    field!(
        "CausePath",
        Some(JsonPath),
        &[Fail],
        Shape::PathOrIntrinsic,
        "Where the cause stands in the input, or an intrinsic call."
    ),
    // Parallel.
    field!("Branches", None, &[Parallel], Shape::Branches, "State machines that run side by side on the same input."),
    // Map.
    field!("ItemProcessor", None, &[Map], Shape::Processor, "The state machine that runs for each item."),
    field!("Iterator", None, &[Map], Shape::Processor, "The old name of ItemProcessor."),
    field!("ItemsPath", Some(JsonPath), &[Map], Shape::Path, "Where the array of items stands in the input."),
    field!(
        "Items",
        Some(Jsonata),
        &[Map],
        Shape::ArrayOrExpression,
        "The items, an array or an expression that gives one."
    ),
    field!("ItemSelector", None, &[Map], Shape::Value, "Builds the input of each iteration."),
    field!(
        "ItemReader",
        None,
        &[Map],
        Shape::ItemReader,
        "Reads the items from elsewhere, such as a file in S3 (distributed Maps)."
    ),
    field!("ItemBatcher", None, &[Map], Shape::ItemBatcher, "Gives each iteration several items (distributed Maps)."),
    field!(
        "ResultWriter",
        None,
        &[Map],
        Shape::ResultWriter,
        "Writes the results to S3, or shapes them (distributed Maps)."
    ),
    field!(
        "MaxConcurrency",
        Some(JsonPath),
        &[Map],
        Shape::Integer { min: 0, max: COUNT },
        "How many iterations run at once; 0 for as many as possible."
    ),
    field!(
        "MaxConcurrency",
        Some(Jsonata),
        &[Map],
        Shape::IntegerOrExpression { min: 0, max: COUNT },
        "How many iterations run at once; 0 for as many as possible."
    ),
    field!("MaxConcurrencyPath", Some(JsonPath), &[Map], Shape::ReferencePath, "Where the number stands in the input."),
    field!(
        "ToleratedFailureCount",
        Some(JsonPath),
        &[Map],
        Shape::Integer { min: 0, max: COUNT },
        "How many items may fail before the Map does (distributed Maps)."
    ),
    field!(
        "ToleratedFailureCount",
        Some(Jsonata),
        &[Map],
        Shape::IntegerOrExpression { min: 0, max: COUNT },
        "How many items may fail before the Map does (distributed Maps)."
    ),
    field!(
        "ToleratedFailureCountPath",
        Some(JsonPath),
        &[Map],
        Shape::ReferencePath,
        "Where the number stands in the input."
    ),
    field!(
        "ToleratedFailurePercentage",
        None,
        &[Map],
        Shape::Percentage,
        "What share of the items may fail before the Map does (distributed Maps)."
    ),
    field!(
        "ToleratedFailurePercentagePath",
        Some(JsonPath),
        &[Map],
        Shape::ReferencePath,
        "Where the percentage stands in the input."
    ),
    field!("Label", None, &[Map], Shape::Text, "Names the Map Run (distributed Maps). At most 40 characters."),
];

/// The fields of one type of state under one language.
pub fn fields_of(state_type: StateType, language: QueryLanguage) -> impl Iterator<Item = &'static Field> {
    STATE_FIELDS
        .iter()
        .filter(move |field| field.types.contains(&state_type) && field.language.is_none_or(|only| only == language))
}

pub fn field(state_type: StateType, language: QueryLanguage, name: &str) -> Option<&'static Field> {
    fields_of(state_type, language).find(|field| field.name == name)
}

/// The operators of a JSONPath choice rule, with the kind of their operand.
pub const COMPARISONS: &[(&str, Operand)] = &[
    ("StringEquals", Operand::Text),
    ("StringEqualsPath", Operand::Path),
    ("StringLessThan", Operand::Text),
    ("StringLessThanPath", Operand::Path),
    ("StringGreaterThan", Operand::Text),
    ("StringGreaterThanPath", Operand::Path),
    ("StringLessThanEquals", Operand::Text),
    ("StringLessThanEqualsPath", Operand::Path),
    ("StringGreaterThanEquals", Operand::Text),
    ("StringGreaterThanEqualsPath", Operand::Path),
    ("StringMatches", Operand::Text),
    ("NumericEquals", Operand::Number),
    ("NumericEqualsPath", Operand::Path),
    ("NumericLessThan", Operand::Number),
    ("NumericLessThanPath", Operand::Path),
    ("NumericGreaterThan", Operand::Number),
    ("NumericGreaterThanPath", Operand::Path),
    ("NumericLessThanEquals", Operand::Number),
    ("NumericLessThanEqualsPath", Operand::Path),
    ("NumericGreaterThanEquals", Operand::Number),
    ("NumericGreaterThanEqualsPath", Operand::Path),
    ("BooleanEquals", Operand::Boolean),
    ("BooleanEqualsPath", Operand::Path),
    ("TimestampEquals", Operand::Timestamp),
    ("TimestampEqualsPath", Operand::Path),
    ("TimestampLessThan", Operand::Timestamp),
    ("TimestampLessThanPath", Operand::Path),
    ("TimestampGreaterThan", Operand::Timestamp),
    ("TimestampGreaterThanPath", Operand::Path),
    ("TimestampLessThanEquals", Operand::Timestamp),
    ("TimestampLessThanEqualsPath", Operand::Path),
    ("TimestampGreaterThanEquals", Operand::Timestamp),
    ("TimestampGreaterThanEqualsPath", Operand::Path),
    ("IsNull", Operand::Boolean),
    ("IsPresent", Operand::Boolean),
    ("IsNumeric", Operand::Boolean),
    ("IsString", Operand::Boolean),
    ("IsBoolean", Operand::Boolean),
    ("IsTimestamp", Operand::Boolean),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    Text,
    Number,
    Boolean,
    Timestamp,
    Path,
}

pub fn comparison(name: &str) -> Option<Operand> {
    COMPARISONS.iter().find(|(known, _)| *known == name).map(|(_, operand)| *operand)
}

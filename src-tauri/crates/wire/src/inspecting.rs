//! What the forms of a state ask for: which fields there are, the state as JSON, its variables, and how it would run.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AssignedVariable, DataStage, QueryLanguage, TextRange};

/// The fields of the States Language.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateLanguage {
    pub fields: Vec<StateField>,
    pub comparisons: Vec<Comparison>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateField {
    pub name: String,
    /// The only language that has it; nothing for both.
    pub language: Option<QueryLanguage>,
    /// `Task`, `Wait` and so on.
    pub types: Vec<String>,
    pub shape: FieldShape,
    /// A sentence.
    pub help: String,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FieldShape {
    Text,
    StateName,
    Boolean,
    QueryLanguage,
    StateType,
    /// A JSONPath; `nullablePath` and `nullableReferencePath` may be null.
    Path,
    NullablePath,
    ReferencePath,
    NullableReferencePath,
    PathOrIntrinsic,
    /// Any JSON, with expressions.
    Value,
    Assign,
    Number,
    /// A number, or (JSONata) an expression.
    NumberOrExpression,
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

/// An operator of a JSONPath Choice Rule.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Comparison {
    pub name: String,
    pub operand: OperandKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OperandKind {
    Text,
    Number,
    Boolean,
    Timestamp,
    Path,
}

/// A state of an open document, of a version.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateOf {
    pub document: u32,
    /// An older version than the current fails with `StaleVersion`.
    pub version: u32,
    /// The state's id in the graph.
    pub state: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateDefinition {
    /// JSON text, whatever the format of the document. A bare `${…}` is a string here. Nothing for a state that is gone.
    pub definition: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateVariables {
    /// What the state can read.
    pub readable: Vec<ReadableVariable>,
    /// Every variable of the workflow that the state can read, reads or assigns, by name.
    pub variables: Vec<VariableUses>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReadableVariable {
    pub name: String,
    /// Assigned on every path to the state, not only on some.
    pub always: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VariableUses {
    pub name: String,
    pub assigned: Vec<VariableUse>,
    pub read: Vec<VariableUse>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VariableUse {
    /// The id of the state, and its name.
    pub state: String,
    pub name: String,
    /// JSON pointer of the field: `/States/A/Assign`.
    pub pointer: String,
    pub range: TextRange,
}

/// A value of a form, to be completed as if it stood in the document.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CompleteValue {
    pub document: u32,
    pub version: u32,
    /// JSON pointer of the string.
    pub pointer: String,
    /// What was typed, without quotes.
    pub text: String,
    /// UTF-16 code units of `text`.
    pub offset: u32,
    /// What the state was given in the last run, JSON text.
    pub input: Option<String>,
    /// What its work gave, JSON text.
    pub result: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewState {
    pub document: u32,
    pub version: u32,
    pub state: String,
    /// JSON text.
    pub input: String,
    /// What the work of a Task, Parallel or Map gives, JSON text.
    pub result: Option<String>,
    /// The error it fails with instead.
    pub error: Option<PreviewError>,
    /// JSON text of an object.
    pub variables: Option<String>,
    /// The context object, JSON text.
    pub context: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewError {
    pub error: String,
    pub cause: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StatePreview {
    /// The input first, the output last.
    pub stages: Vec<DataStage>,
    pub assigned: Vec<AssignedVariable>,
    pub end: PreviewEnd,
    pub error: Option<String>,
    pub cause: Option<String>,
    /// The field whose expression failed, below the state: `Arguments/total`.
    pub field: Option<String>,
    /// The conditions of a Choice and those inside of them.
    pub conditions: Vec<ConditionTruth>,
    /// How long a Wait would take.
    pub seconds: Option<f64>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum PreviewEnd {
    /// It would go on to `next`; nothing where the scope ends.
    Next {
        next: Option<String>,
    },
    /// The rule of a Choice, from 0.
    Rule {
        index: u32,
        next: Option<String>,
    },
    Default {
        next: Option<String>,
    },
    /// The Catcher, from 0.
    Caught {
        index: u32,
        next: Option<String>,
    },
    /// The Retrier, from 0, after so many seconds.
    Retried {
        index: u32,
        seconds: f64,
    },
    Failed,
    /// A result has to be given.
    NeedsResult,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConditionTruth {
    /// Below `Choices`: `0`, `0/And/1`, `2/Not`.
    pub place: String,
    /// Nothing where it cannot be said; `problem` says why.
    pub holds: Option<bool>,
    pub problem: Option<String>,
}

//! What the code view asks for while a person reads and types. Answers are about the version they were asked for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{GraphNodeKind, TextChange, TextRange};

/// A place in the text of an open document.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextPlace {
    pub document: u32,
    /// An older version than the current fails with `StaleVersion`.
    pub version: u32,
    /// UTF-16 code units.
    pub offset: u32,
}

/// A place, with what is known of the data there.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompleteText {
    pub document: u32,
    pub version: u32,
    pub offset: u32,
    /// What the state at the place was given in the last run, JSON text, for the fields of its data.
    pub input: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Completions {
    pub items: Vec<CompletionItem>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CompletionItem {
    pub label: String,
    pub kind: CompletionKind,
    /// A signature, or the type of a state. May be empty.
    pub detail: String,
    /// A sentence. May be empty.
    pub help: String,
    pub change: TextChange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CompletionKind {
    Field,
    State,
    Value,
    Error,
    Resource,
    Function,
    Variable,
    Path,
}

/// Help for what stands at a place, if there is any.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TextHelp {
    pub help: Option<TextHelpItem>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TextHelpItem {
    pub range: TextRange,
    pub title: String,
    /// Plain text; lines are paragraphs.
    pub text: String,
}

/// Where the state that is named at a place is defined and referred to: its own name first. Empty if none is named.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateNames {
    /// The state's id in the graph.
    pub state: Option<String>,
    pub ranges: Vec<TextRange>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Outline {
    pub states: Vec<OutlineState>,
    pub folds: Vec<FoldRange>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OutlineState {
    /// The state's id in the graph.
    pub id: String,
    pub name: String,
    pub kind: GraphNodeKind,
    pub range: TextRange,
    /// How many containers the state is in.
    pub depth: u32,
}

/// Lines that can be folded, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoldRange {
    pub first_line: u32,
    pub last_line: u32,
}

//! Going on from the past: forks, histories from elsewhere, comparisons, pinned answers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::documents::WorkflowGraph;
use crate::executions::{ExecutionSummary, NodeProgress};
use crate::looking::Intervention;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DebugFork {
    pub execution: String,
    /// The last event to be shared; where it failed, when absent.
    pub event: Option<u32>,
    /// The open document whose text goes on; the recorded definition, when absent.
    pub document: Option<u32>,
    /// Later calls are answered as recorded, where that was a success. False when absent.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub recorded_answers: bool,
    /// What answers later calls; as in the original, when absent.
    #[serde(default)]
    #[ts(optional)]
    pub answers: Option<ForkAnswers>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ForkAnswers {
    /// Of the mock file beside the workflow; every task asks, when absent.
    pub test_case: Option<String>,
    pub pins: ForkPins,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ForkPins {
    /// What the original began with.
    Original,
    /// What is pinned to the workflow now.
    Current,
    None,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ForkStarted {
    pub execution: String,
    pub plan: ForkPlan,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ForkPlan {
    /// The last event that is shared.
    pub event: u32,
    /// The state that it is about, by name, and its node in the definition that goes on.
    pub state: Option<String>,
    pub node: Option<String>,
    /// Calls that get their recorded answer; they are not made again.
    pub answered: u32,
    /// A state before the event whose call has no recorded answer: the fork stands there.
    pub asks: Option<String>,
    /// Whether the shared past is event for event what was recorded.
    pub alike: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ForkPlanned {
    /// Nothing where it cannot be done.
    pub plan: Option<ForkPlan>,
    /// Why not.
    pub refusal: Option<String>,
    /// What the document has that the recorded definition has not. Nothing without a document.
    pub changes: Option<DefinitionChanges>,
}

/// The difference of two versions in states and transitions.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct DefinitionChanges {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub renamed: Vec<RenamedState>,
    pub changed: Vec<ChangedState>,
    pub rerouted: Vec<ReroutedWay>,
    /// Fields of the machine itself.
    pub fields: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RenamedState {
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangedState {
    pub state: String,
    pub fields: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReroutedWay {
    pub state: String,
    /// `Next`, `Rule 1`, `Catch 1`, `Default`, `StartAt`.
    pub way: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// Why an execution did not succeed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FailureExplained {
    /// Nothing for one that succeeded or goes on.
    pub failure: Option<ExplainedFailure>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedFailure {
    /// For people.
    pub sentence: String,
    pub node: Option<String>,
    pub state: Option<String>,
    pub iterations: Vec<u32>,
    pub error: Option<String>,
    /// What the cause says, its JSON read.
    pub cause: Option<String>,
    /// The place in the code, if the cause tells.
    pub raised_at: Option<String>,
    pub attempts: u32,
    /// From which event a fork runs the state again, and which state that is.
    pub event: Option<u32>,
    pub again: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportHistory {
    pub source: HistorySource,
    /// The open document that ran; without one the graph is what the events show.
    pub document: Option<u32>,
    pub express: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum HistorySource {
    File { path: String },
    Text { name: String, text: String },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HistoryImported {
    pub execution: String,
    /// Whether the graph was made up from the events.
    pub inferred: bool,
    /// Whether the interpreter writes the same history, so that every stage of the data is there.
    pub repeats: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportHistory {
    pub execution: String,
    /// Where to write it; the text is the answer, when absent.
    pub path: Option<String>,
    /// Replace the file that is there.
    pub overwrite: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HistoryExported {
    pub events: u32,
    /// Changes made with the debugger, for which the service's format has no place.
    pub changes: u32,
    /// `{"events": […]}`, unless it was written to a file.
    pub text: Option<String>,
    /// What such a file is called.
    pub name: String,
}

/// Where an execution of the list comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ExecutionOrigin {
    /// A fork. `name`: of the original, if it is still there.
    Fork { execution: String, event: u32, edited: bool, name: Option<String> },
    Imported {
        file: String,
        inferred: bool,
        /// The interpreter writes the same history, so that every stage of the data is there.
        repeats: bool,
    },
    /// Started at a state other than the first.
    StartedAt { node: String, state: String },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CompareExecutions {
    pub a: String,
    pub b: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionsCompared {
    pub a: ExecutionSummary,
    pub b: ExecutionSummary,
    /// So many events at the beginning are the same.
    pub shared: u32,
    /// Nothing if both run the same definition.
    pub changes: Option<DefinitionChanges>,
    /// The graph of `b`.
    pub graph: Option<WorkflowGraph>,
    /// Of either, by the states' names; those in the graph of `b` first.
    pub states: Vec<ComparedState>,
    /// Transitions in the graph of `b`.
    pub edges: Vec<ComparedEdge>,
    /// Both histories, side by side.
    pub events: ComparedEvents,
    /// What a person changed in either.
    pub changes_a: Vec<Intervention>,
    pub changes_b: Vec<Intervention>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedState {
    pub state: String,
    /// Absent where the definition has no such state.
    pub node_a: Option<String>,
    pub node_b: Option<String>,
    /// Absent where it was not entered.
    pub a: Option<NodeProgress>,
    pub b: Option<NodeProgress>,
    /// Its input, its stages or its output differ.
    pub differs: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ComparedEdge {
    pub edge: String,
    pub a: u32,
    pub b: u32,
}

/// Columns of equal length, since there may be 50,000 lines; then the texts that they point to.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct ComparedEvents {
    /// Their numbers; 0 where one has no such event.
    pub a: Vec<u32>,
    pub b: Vec<u32>,
    pub kind: Vec<u32>,
    /// -1 where it is about no state.
    pub state: Vec<i32>,
    /// The items around it, as `2` or `2 › 0`; -1 where there are none.
    pub item: Vec<i32>,
    /// Lines at which both have the event, with other data.
    pub differs: Vec<u32>,
    pub kinds: Vec<String>,
    pub states: Vec<String>,
    pub items: Vec<String>,
}

/// What a state answers in later runs, instead of doing its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    pub node: String,
    /// JSON text: the result of a Task, the output of a Map or a Parallel.
    pub value: String,
    pub enabled: bool,
    /// The execution it was taken from, by name.
    pub from: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Pins {
    pub pins: Vec<Pin>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetPins {
    pub document: u32,
    pub pins: Vec<Pin>,
}

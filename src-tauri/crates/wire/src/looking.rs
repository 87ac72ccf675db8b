//! Looking at a whole run: what happened at a glance, single stays in a state, and searches over all values.
//!
//! Places in a run are *lines* of its journal, from 1: they order what happened at one instant, and reach what the service does
//! not number, as the children of a distributed Map.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::executions::{AssignedVariable, DataStage, ExecutionStatus, NodeStatus};

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GetOverview {
    pub execution: String,
    /// Only what changed after this line; 0 for all.
    pub since: u32,
}

/// Columns of equal length where many rows are meant; times are milliseconds since the start.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunOverview {
    /// The last line that is contained: what to ask from next.
    pub line: u32,
    pub started_at: String,
    pub express: bool,
    /// Of the definition, by number. Only when everything was asked for.
    pub states: Vec<OverviewState>,
    /// The types of events, by number.
    pub kinds: Vec<String>,
    pub events: EventColumns,
    pub lanes: LaneColumns,
    pub stays: StayColumns,
    pub spans: SpanColumns,
    /// Where time passed: lines, and the time from then on.
    pub tick_lines: Vec<u32>,
    pub tick_times: Vec<f64>,
    pub gauges: Gauges,
    /// What a person changed with the debugger. At most 1,000.
    pub interventions: Vec<Intervention>,
    /// Executions that tasks of this one started, and the one that started it.
    pub nested: Vec<NestedRun>,
    pub caller: Option<NestedRun>,
}

/// One change made with the debugger: after the last event before it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Intervention {
    pub line: u32,
    /// The last event at or before it.
    pub event: u32,
    pub lane: u32,
    pub node: Option<String>,
    pub state: Option<String>,
    /// What was done.
    pub words: String,
    /// JSON text, a time or a name: what was there, where something was, and what came in its place.
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OverviewState {
    pub node: String,
    pub state: String,
    #[serde(rename = "type")]
    pub state_type: String,
}

/// Events of the execution's own history; the first one has the id `first`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct EventColumns {
    pub first: u32,
    pub line: Vec<u32>,
    pub at: Vec<f64>,
    pub kind: Vec<u32>,
    /// -1 where it is about no state.
    pub state: Vec<i32>,
    pub lane: Vec<u32>,
}

/// Flows of control: lane 0 is the execution, others are branches, items, children of distributed Maps.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct LaneColumns {
    pub lane: Vec<u32>,
    /// The lane around it, and the stay of the Parallel or Map it belongs to; -1 for the execution.
    pub parent: Vec<i32>,
    pub owner: Vec<i32>,
    pub part: Vec<LanePart>,
    /// Of the branch, item or child, from 0.
    pub index: Vec<u32>,
    pub first: Vec<u32>,
    /// 0 while it goes on.
    pub last: Vec<u32>,
    pub status: Vec<NodeStatus>,
    pub error: Vec<Option<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LanePart {
    Execution,
    Branch,
    Item,
    Child,
}

/// Each time a state was entered.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StayColumns {
    pub stay: Vec<u32>,
    pub lane: Vec<u32>,
    pub state: Vec<u32>,
    pub entered: Vec<u32>,
    /// 0 while it goes on.
    pub exited: Vec<u32>,
    pub entered_at: Vec<f64>,
    pub exited_at: Vec<Option<f64>>,
    pub status: Vec<NodeStatus>,
    pub attempts: Vec<u32>,
    pub bytes_in: Vec<u32>,
    pub bytes_out: Vec<u32>,
    /// Of a Map.
    pub items: Vec<u32>,
    pub error: Vec<Option<String>>,
}

/// Calls, waits and back-offs inside of stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SpanColumns {
    pub span: Vec<u32>,
    pub stay: Vec<u32>,
    pub kind: Vec<SpanKind>,
    pub from: Vec<u32>,
    /// 0 while it goes on.
    pub to: Vec<u32>,
    pub from_at: Vec<f64>,
    pub to_at: Vec<Option<f64>>,
    /// 0 for the first try.
    pub attempt: Vec<u32>,
    pub failed: Vec<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SpanKind {
    Call,
    /// A call was accepted; a token, a job or a worker brings its answer.
    Answer,
    /// The time before a retry.
    Backoff,
    Wait,
}

/// How near the run is to what the service allows. A limit is absent where there is none.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Gauges {
    pub events: u32,
    pub event_limit: Option<u32>,
    /// The largest value that went in or out of a state.
    pub payload: u32,
    pub payload_limit: u32,
    /// The event at or before it, and its state.
    pub payload_event: u32,
    pub payload_node: Option<String>,
    /// As the service bills them: states entered, and retries.
    pub transitions: u32,
    pub elapsed_ms: f64,
    pub elapsed_limit_ms: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NestedRun {
    pub execution: String,
    pub name: String,
    pub workflow: String,
    pub status: ExecutionStatus,
    /// The task that started it, in the journal of whoever did; nothing where that is not known.
    pub call: Option<NestedCall>,
    /// How many executions its own tasks started; at most 1,000.
    pub nested: u32,
}

/// The executions that tasks of one execution started, the first one first; at most 1,000.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NestedRuns {
    pub nested: Vec<NestedRun>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NestedCall {
    pub line: u32,
    /// The branch or item that the task is in.
    pub lane: u32,
    pub node: String,
    pub state: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GetStay {
    pub execution: String,
    /// The line at which the state was entered.
    pub entered: u32,
}

/// One stay in a state, with all of its data.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StayDetail {
    pub node: String,
    pub state: String,
    pub lane: u32,
    pub status: NodeStatus,
    pub entered_at: String,
    pub exited_at: Option<String>,
    /// Events of the history at or before its beginning and its end.
    pub entered_event: u32,
    pub exited_event: Option<u32>,
    /// What went before the first try.
    pub input: DataStage,
    pub attempts: Vec<AttemptDetail>,
    /// What came after the last try, the output at last.
    pub output: Vec<DataStage>,
    pub assigned: Vec<AssignedVariable>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttemptDetail {
    pub event: u32,
    pub at: String,
    /// Milliseconds; nothing while it goes on.
    pub took: Option<f64>,
    pub stages: Vec<DataStage>,
    pub error: Option<String>,
    pub cause: Option<String>,
    /// When it was tried again.
    pub retry_at: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FilterEvents {
    pub execution: String,
    /// Words that all occur in the event's JSON, whatever the case.
    pub text: String,
    /// The first id to look at.
    pub from: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FilteredEvents {
    pub ids: Vec<u32>,
    /// Where to go on; nothing when all were looked at.
    pub next: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SearchValues {
    pub execution: String,
    pub what: SearchFor,
    /// The first line to look at.
    pub from: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum SearchFor {
    /// Text in keys, strings and numbers, whatever the case.
    Text { text: String },
    /// A value that equals this JSON text.
    Value { value: String },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ValueHits {
    /// In the order of time: where a value came up that the run had not held before.
    pub hits: Vec<ValueHit>,
    /// Where to go on; nothing when all was looked at.
    pub next: Option<u32>,
    pub lines: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ValueHit {
    pub line: u32,
    /// The event of the history at or before it.
    pub event: u32,
    pub lane: u32,
    pub node: Option<String>,
    pub state: Option<String>,
    /// `Input`, `Result`, `$customer`, `Error`.
    pub place: String,
    /// Inside of the value, as `$.order.items[3].sku`.
    pub path: String,
    /// JSON text, cut after 200 characters.
    pub excerpt: String,
    /// Whether the key matched and not the value.
    pub key: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TracePath {
    pub execution: String,
    /// `$.order.total`, or of a variable `$customer.name`.
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PathTrace {
    pub changes: Vec<PathChange>,
    /// There are more than 1,000 of them, or it took too long.
    pub more: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PathChange {
    pub line: u32,
    pub event: u32,
    pub lane: u32,
    pub node: Option<String>,
    pub state: Option<String>,
    pub place: String,
    pub at: String,
    /// JSON text, cut after 2,000 characters; nothing where there is no such value.
    pub old: Option<String>,
    pub new: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CompleteExpression {
    pub execution: String,
    pub event: Option<u32>,
    pub thread: Option<u32>,
    pub lane: Option<u32>,
    pub text: String,
    /// In UTF-16 code units.
    pub offset: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExpressionCompletions {
    /// What they replace begins here.
    pub from: u32,
    pub options: Vec<ExpressionOption>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExpressionOption {
    pub label: String,
    /// What the value is like, or how a function is called.
    pub detail: String,
    pub function: bool,
}

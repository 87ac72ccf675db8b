//! Executions: starting, watching and answering them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::documents::WorkflowGraph;
use crate::forks::ExecutionOrigin;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartExecution {
    pub document: u32,
    /// Unique per workflow; made up when absent.
    pub name: Option<String>,
    /// JSON text.
    pub input: String,
    /// A test case of the mock file beside the document.
    pub test_case: Option<String>,
    pub clock: ClockMode,
    pub express: bool,
    /// For chance: jitter, `States.UUID`, `$random`. Made up when absent, and recorded.
    pub seed: Option<u32>,
    /// Milliseconds of real time between two micro steps, so that a person can watch. 0 runs as fast as it can.
    pub pace_ms: u32,
    /// Stand still before the first state. False when absent.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub paused: bool,
    /// Begin at this state instead of the first; one inside of a branch or a processor is run with what comes after it there.
    #[serde(default)]
    #[ts(optional)]
    pub start_at: Option<StartAt>,
    /// States answer with what is pinned to them. True when absent.
    #[serde(default)]
    #[ts(optional)]
    pub use_pins: Option<bool>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StartAt {
    pub node: String,
    /// Variables that exist already: a JSON object.
    pub variables: Option<String>,
    /// Members that replace those of the context object: a JSON object, such as `{"Map": {"Item": {"Index": 2}}}`.
    pub context: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ClockMode {
    Real,
    /// Waits pass `factor` times faster.
    Scaled {
        factor: f64,
    },
    /// Time jumps to the next timer as soon as nothing else can happen.
    Virtual,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExecutionStarted {
    pub execution: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExecutionRef {
    pub execution: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StopExecution {
    pub execution: String,
    pub error: Option<String>,
    pub cause: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetClock {
    pub execution: String,
    pub clock: ClockMode,
    pub pace_ms: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListExecutions {
    /// Only those of the workflow in this file.
    pub path: Option<String>,
    pub limit: u32,
    /// Only those started before this execution, for the next page.
    pub before: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Executions {
    /// The latest first.
    pub executions: Vec<ExecutionSummary>,
    pub more: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionSummary {
    pub execution: String,
    pub name: String,
    /// The workflow's name: its file without extensions.
    pub workflow: String,
    pub path: Option<String>,
    pub status: ExecutionStatus,
    pub started_at: String,
    pub ended_at: Option<String>,
    pub events: u32,
    /// How many of its tasks wait for a person.
    pub pending_tasks: u32,
    pub error: Option<String>,
    pub origin: Option<ExecutionOrigin>,
    /// The states whose answers were pinned.
    pub pinned: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ExecutionStatus {
    Running,
    /// Unfinished when its application ended; `resume_execution` lets it go on.
    Interrupted,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionDetail {
    pub summary: ExecutionSummary,
    /// The definition it runs, which may be older than the open document.
    pub definition: String,
    /// The definition as a graph, so that an old run can be looked at when the file has changed.
    pub graph: Option<WorkflowGraph>,
    pub input: String,
    pub output: Option<String>,
    pub error: Option<String>,
    pub cause: Option<String>,
    pub clock: ClockMode,
    pub test_case: Option<String>,
    pub seed: u32,
    pub express: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GetHistory {
    pub execution: String,
    /// The id to begin with, from 1.
    pub from: u32,
    /// At most 1,000.
    pub limit: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct History {
    pub events: Vec<HistoryEvent>,
    pub total: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEvent {
    pub id: u32,
    pub previous_event_id: u32,
    pub timestamp: String,
    /// The service's event type, such as `TaskStateEntered`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The node of the graph it concerns, if any.
    pub node: Option<String>,
    /// The state's name, if any.
    pub state: Option<String>,
    /// The iteration of each Map around it, outermost first.
    pub iterations: Vec<u32>,
    /// The whole event in the shape of the service's GetExecutionHistory, JSON text.
    pub json: String,
    /// What a person did with the debugger right after it, in words.
    pub changes: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Progress {
    pub status: ExecutionStatus,
    /// Everything up to this id is contained.
    pub events: u32,
    pub nodes: Vec<NodeProgress>,
    /// Transitions that were taken, by edge id.
    pub edges: Vec<EdgeProgress>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NodeProgress {
    pub node: String,
    pub status: NodeStatus,
    /// How often it was entered.
    pub entered: u32,
    pub succeeded: u32,
    pub failed: u32,
    /// Retries so far, over all runs.
    pub retries: u32,
    /// Running now.
    pub active: u32,
    /// Of the last finished run, execution time. Nothing while the first runs.
    pub duration_ms: Option<f64>,
    /// The last error, if the last run failed or was caught.
    pub error: Option<String>,
    /// For a Map: items in all, done and failed, of its last run.
    pub items: Option<ItemProgress>,
    /// How often a person changed something here with the debugger.
    pub changes: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ItemProgress {
    pub total: u32,
    pub running: u32,
    pub succeeded: u32,
    pub failed: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NodeStatus {
    Running,
    /// A Wait state, or a task that waits for its token, a person or its next attempt's start.
    Waiting,
    Retrying,
    Succeeded,
    /// Failed, and a Catcher took the error.
    Caught,
    Failed,
    Aborted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EdgeProgress {
    pub edge: String,
    pub taken: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GetStateRuns {
    pub execution: String,
    pub node: String,
    /// The latest first; at most this many.
    pub limit: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateRuns {
    pub runs: Vec<StateRun>,
    /// How many there are in all.
    pub total: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StateRun {
    /// The id of its StateEntered event.
    pub entered_event: u32,
    pub status: NodeStatus,
    pub iterations: Vec<u32>,
    pub entered_at: String,
    pub exited_at: Option<String>,
    pub attempts: u32,
    /// Input, then every stage of data flow that took place, in order, the last being the output.
    pub stages: Vec<DataStage>,
    /// Variables assigned on the way out.
    pub assigned: Vec<AssignedVariable>,
    pub error: Option<String>,
    pub cause: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DataStage {
    /// `Input`, `InputPath`, `Parameters`, `Arguments`, `Result`, `ResultSelector`, `ResultPath`, `OutputPath`, `Output`.
    pub name: String,
    /// JSON text.
    pub value: String,
    pub bytes: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AssignedVariable {
    pub name: String,
    /// JSON text.
    pub value: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PendingTasks {
    pub tasks: Vec<PendingTask>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PendingTask {
    /// Names it in `answer_task`; unique within its execution.
    pub task: String,
    pub execution: String,
    pub execution_name: String,
    pub workflow: String,
    pub node: String,
    pub state: String,
    pub iterations: Vec<u32>,
    pub resource: String,
    /// What the task was called with, JSON text.
    pub arguments: String,
    pub kind: PendingKind,
    pub since: String,
    /// When it will time out, in the execution's time.
    pub timeout_at: Option<String>,
    /// By when it wants a sign of life, `send_heartbeat`, and how often.
    pub heartbeat_at: Option<String>,
    pub heartbeat_seconds: Option<u32>,
    /// How the execution's time passes.
    pub clock: ClockMode,
    /// A plausible result to begin with, JSON text.
    pub suggested_result: String,
    /// Errors this integration is known to raise, for the error form.
    pub known_errors: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PendingKind {
    /// No mock answers it: a person says what the call returns.
    Task,
    /// `.waitForTaskToken`: somebody has to send the token back.
    Callback,
    Activity,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskRef {
    pub execution: String,
    pub task: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerTask {
    pub execution: String,
    pub task: String,
    pub answer: TaskAnswer,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum TaskAnswer {
    Succeed {
        /// JSON text.
        result: String,
    },
    Fail {
        error: Option<String>,
        cause: Option<String>,
    },
}

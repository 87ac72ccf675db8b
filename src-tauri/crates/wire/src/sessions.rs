//! Debug sessions: where executions stop, how they go on, and which of them stand still.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::executions::{AssignedVariable, ExecutionSummary};

/// Where executions of a workflow stop, or say something and go on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct Breakpoint {
    /// The node; for `Transition` the edge. Empty is every state.
    pub place: String,
    pub on: StopOn,
    /// With `Error`: the names of the errors, as in `ErrorEquals`. None are every error.
    pub errors: Vec<String>,
    /// JSONata or JSONPath over the paused scope: `$states.input`, `$states.result` on the way out, `$states.context`,
    /// variables, `$.path`.
    pub condition: Option<String>,
    /// Which hits count; 0 and 1 with `From` are every hit.
    pub hits: u32,
    pub hit_rule: HitRule,
    /// A text with `{expressions}` that is logged instead of stopping.
    pub log: Option<String>,
    /// In a branch or an item: the others go on while it stands still.
    pub others_go_on: bool,
    pub enabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StopOn {
    #[default]
    Enter,
    Exit,
    Transition,
    /// The state fails, and no Retrier and no Catcher has looked at it yet.
    Error,
    Retry,
    /// A task hands out its token, or an activity waits for a worker.
    Token,
    /// An item of the Map begins.
    Item,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HitRule {
    /// From this hit on.
    #[default]
    From,
    /// At this hit only.
    At,
    /// At every so many hits.
    Every,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Breakpoints {
    pub breakpoints: Vec<Breakpoint>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetBreakpoints {
    pub document: u32,
    pub breakpoints: Vec<Breakpoint>,
}

/// A condition, or the text of a log with `{expressions}`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CheckExpression {
    pub text: String,
    pub log: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExpressionChecked {
    /// Why it can never be evaluated; nothing if it can be read.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AdvanceExecution {
    pub execution: String,
    pub advance: Advance,
    /// The thread that takes the step; that of the pause, when absent.
    #[serde(default)]
    #[ts(optional)]
    pub thread: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Advance {
    /// To the next breakpoint.
    Continue,
    /// To the next change, wherever it is: in a branch, in an item, in an execution that a task starts.
    Into,
    /// To the next change of this branch or of one around it.
    Over,
    /// To the next change around this branch or item.
    Out,
}

/// An execution that stands still.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Pause {
    pub reason: PauseReason,
    /// The last id of the history.
    pub events: u32,
    /// Where it stands; nothing when it was asked to pause while it waited.
    pub node: Option<String>,
    pub iterations: Vec<u32>,
    /// The thread that stands still while the others go on; nothing when all of them stand still.
    pub held: Option<u32>,
    /// The execution whose task started this one.
    pub caller: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum PauseReason {
    /// Before the first state.
    Start,
    /// Somebody asked for it.
    Asked,
    Step,
    /// A step came to where only an answer leads on.
    Waits,
    /// By its position in the list of breakpoints. `problem`: its condition could not be evaluated.
    Breakpoint {
        index: u32,
        problem: Option<String>,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Paused {
    /// Nothing if it does not stand still.
    pub pause: Option<Pause>,
    /// Every state that was entered and not left, the outermost first.
    pub threads: Vec<PausedThread>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PausedThread {
    pub node: String,
    pub state: String,
    pub iterations: Vec<u32>,
    /// JSON text.
    pub input: String,
    pub variables: Vec<AssignedVariable>,
    /// The context object, JSON text.
    pub context: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Sessions {
    /// Executions that have not ended, the latest first: running, standing still, or left by an application that ended.
    pub sessions: Vec<DebugSession>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugSession {
    pub summary: ExecutionSummary,
    /// Where it stands still, in this application or where an earlier one left it.
    pub pause: Option<Pause>,
    /// Let go by the debugger: it stops at no breakpoint.
    pub detached: bool,
    /// The execution whose task started it.
    pub caller: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugLog {
    pub lines: Vec<LogLine>,
}

/// What a breakpoint said instead of stopping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogLine {
    /// The last id of the history then.
    pub event: u32,
    pub at: String,
    pub node: Option<String>,
    pub iterations: Vec<u32>,
    pub text: String,
    /// An expression in it could not be evaluated; the text says why.
    pub failed: bool,
}

//! Looking around at a pause, changing what is there, going back, forking.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::executions::{DataStage, EdgeProgress, NodeProgress, TaskAnswer};

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RunTo {
    pub execution: String,
    pub node: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugLook {
    pub execution: String,
    /// Right after this event of the history; now, when absent.
    pub event: Option<u32>,
    /// The thread whose data is wanted; the one that the event is about, when absent.
    pub thread: Option<u32>,
    /// The same by its lane in the overview.
    #[serde(default)]
    #[ts(optional, as = "Option<u32>")]
    pub lane: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugScope {
    /// The last id of the history that is contained, and how many there are.
    pub event: u32,
    pub total: u32,
    pub now: String,
    /// What happened last, in words.
    pub words: String,
    /// Outer ones before those inside of them. At most 1,000.
    pub threads: Vec<DebugThread>,
    pub more: bool,
    /// The thread that the following is about.
    pub thread: Option<u32>,
    /// The lane of the thread in the overview.
    pub lane: Option<u32>,
    pub node: Option<String>,
    pub state: Option<String>,
    /// The input and every stage of data flow so far.
    pub stages: Vec<DataStage>,
    pub variables: Vec<DebugVariable>,
    /// JSON text.
    pub context: String,
    /// Only of the present of an execution that stands still.
    pub can: DebugCan,
    /// What every state had done, if a past event was asked for.
    pub nodes: Vec<NodeProgress>,
    pub edges: Vec<EdgeProgress>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugThread {
    pub thread: u32,
    pub parent: Option<u32>,
    pub depth: u32,
    /// `execution`, `branch 2`, `item 3`.
    pub name: String,
    pub node: String,
    pub state: String,
    /// Where it stands with its state, in words.
    pub stand: String,
    /// When its time is up, if it waits for that.
    pub until: Option<String>,
    /// It stands still while the others go on.
    pub held: bool,
}

/// What can be changed where a thread stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct DebugCan {
    pub input: bool,
    /// Stages whose value can be replaced: `Arguments`, `Parameters`, `Result`, `Output`.
    pub stages: Vec<DebugStage>,
    /// How its call may be answered.
    pub answer: Option<DebugAnswer>,
    pub leave: bool,
    pub fail: bool,
    /// The ways a Choice can be made to go, as ids of edges.
    pub choose: Vec<String>,
    pub timers: Vec<DebugTimer>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugStage {
    pub name: String,
    /// What a person put there already, or what it is, JSON text; nothing where it is not known yet.
    pub value: Option<String>,
    /// A person has put a value there that the state has not come to yet.
    pub decided: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DebugAnswer {
    /// A plausible result, JSON text.
    pub suggested_result: String,
    /// Errors that the integration is known to raise.
    pub known_errors: Vec<String>,
    /// A person has answered already; another answer takes its place.
    pub given: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugTimer {
    pub kind: DebugTimerKind,
    /// When it goes off, in the execution's time.
    pub at: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DebugTimerKind {
    /// The end of a Wait.
    Wait,
    /// The next attempt.
    Retry,
    Timeout,
    /// The next sign of life is due.
    Heartbeat,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugVariable {
    pub name: String,
    /// JSON text.
    pub value: String,
    /// Where it got this value, if that is known.
    pub assigned: Option<DebugAssigned>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugAssigned {
    /// The event of the history at or before it.
    pub event: u32,
    /// Nothing where a person did it, or where it was there from the start.
    pub node: Option<String>,
    pub state: Option<String>,
    /// The lane whose variable it is: an outer one for what is only read here.
    pub lane: u32,
    /// JSON text: the value before, if it had one.
    pub before: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugEvaluate {
    pub execution: String,
    pub event: Option<u32>,
    pub thread: Option<u32>,
    #[serde(default)]
    #[ts(optional, as = "Option<u32>")]
    pub lane: Option<u32>,
    /// At most 100.
    pub expressions: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugEvaluated {
    pub results: Vec<DebugResult>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugResult {
    /// JSON text; nothing where the expression finds nothing.
    pub value: Option<String>,
    pub error: Option<String>,
    /// Where in the expression the error lies, in UTF-16 code units.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DebugBack {
    pub execution: String,
    pub from: u32,
    /// To the last breakpoint before, rather than to the last state that was entered.
    pub to_breakpoint: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugBackTo {
    /// Nothing when there is no such event.
    pub event: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DebugChange {
    pub execution: String,
    pub thread: u32,
    pub change: Change,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Change {
    /// JSON text. Only before the state has begun its work.
    Input {
        value: String,
    },
    /// JSON text.
    Variable {
        name: String,
        value: String,
    },
    /// Leaves the state with an output, JSON text; `next` is the node a Choice goes to.
    Leave {
        output: String,
        next: Option<String>,
    },
    Fail {
        error: Option<String>,
        cause: Option<String>,
    },
    /// What a stage of the data flow comes to, JSON text: `Arguments`, `Parameters`, `Result`, `ResultSelector`,
    /// `ResultPath`, `OutputPath`, `Output`. It is forgotten when the state is left.
    Stage {
        stage: String,
        value: String,
    },
    /// Answers the task, whether its call is under way or still to come. Nobody else is asked.
    Answer {
        answer: TaskAnswer,
    },
    /// Makes a Choice take a way, the id of an edge.
    Choose {
        edge: String,
    },
    /// Lets a timer go off, or moves it to another time.
    Timer {
        kind: DebugTimerKind,
        /// RFC 3339; now, when absent.
        at: Option<String>,
    },
}

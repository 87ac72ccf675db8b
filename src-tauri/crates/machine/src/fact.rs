//! What comes in from outside: answers of tasks, timers that went off, requests of people.

use query::{Text, Value};

use crate::compiled::StateRef;
use crate::effect::EffectId;
use crate::event::{Failure, Stage, Via};
use crate::time::Timestamp;

/// One thing that happened outside. Facts about an effect that is unknown or settled are ignored: a cancelled task may
/// still answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A worker took an activity task.
    TaskStarted {
        effect: EffectId,
        worker: Option<Text>,
    },
    /// The call behind `.sync` or `.waitForTaskToken` was accepted; the result comes later.
    TaskSubmitted {
        effect: EffectId,
        output: Value,
    },
    TaskSucceeded {
        effect: EffectId,
        output: Value,
    },
    TaskFailed {
        effect: EffectId,
        failure: Failure,
    },
    TaskHeartbeat {
        effect: EffectId,
    },
    /// The shell lets a timer go off before its time. Timers that are due need no fact: `step` sees them.
    TimerFired {
        effect: EffectId,
    },
    /// What an ItemReader found.
    DatasetRead {
        effect: EffectId,
        dataset: Dataset,
    },
    /// The ResultWriter's files are written, or not.
    DatasetWritten {
        effect: EffectId,
    },
    DatasetFailed {
        effect: EffectId,
        failure: Failure,
    },
    /// StopExecution.
    Stop {
        failure: Failure,
    },
    /// RedriveExecution: run again from where a failed, timed out or aborted execution ended.
    Redrive,
    /// A debugger changed a variable in the scope of a waiting state.
    SetVariable {
        thread: u32,
        name: Text,
        value: Value,
    },
    /// A debugger replaced the input of a state that has not begun.
    SetInput {
        thread: u32,
        input: Value,
    },
    /// A debugger leaves a state with an output, whatever its work would have come to. `next` says where to, if not where
    /// the state's transition leads: a Choice needs it, unless it has a default.
    Leave {
        thread: u32,
        output: Value,
        next: Option<StateRef>,
    },
    /// A debugger makes a state fail.
    Fail {
        thread: u32,
        failure: Failure,
    },
    /// A debugger puts a value in place of what a stage of the current state comes to: of a result that is known already,
    /// or the next time the stage is reached. It is forgotten when the state is left.
    SetStage {
        thread: u32,
        stage: Stage,
        value: Value,
    },
    /// A debugger answers the call of a Task, whether it is under way or still to come. Nobody else is asked.
    Answer {
        thread: u32,
        /// What the request itself is answered with, for calls whose result comes later.
        submitted: Option<Value>,
        answer: Answer,
    },
    /// A debugger decides which way a Choice goes that has not begun: a rule or the default.
    Choose {
        thread: u32,
        via: Via,
    },
    /// A debugger moves a timer: the end of a Wait, a retry, a timeout, a heartbeat that is due.
    ShiftTimer {
        effect: EffectId,
        wake_at: Timestamp,
    },
    /// A debugger holds a thread while the others go on. Its timers do not go off.
    Hold {
        thread: u32,
    },
    Release {
        thread: u32,
    },
}

/// What a call comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Succeed(Value),
    Fail(Failure),
}

impl Fact {
    /// Whether a person made it happen with the debugger, rather than the world.
    pub fn is_intervention(&self) -> bool {
        match self {
            Fact::SetVariable { .. }
            | Fact::SetInput { .. }
            | Fact::Leave { .. }
            | Fact::Fail { .. }
            | Fact::SetStage { .. }
            | Fact::Answer { .. }
            | Fact::Choose { .. }
            | Fact::ShiftTimer { .. }
            | Fact::TimerFired { .. }
            | Fact::Hold { .. }
            | Fact::Release { .. } => true,
            Fact::TaskStarted { .. }
            | Fact::TaskSubmitted { .. }
            | Fact::TaskSucceeded { .. }
            | Fact::TaskFailed { .. }
            | Fact::TaskHeartbeat { .. }
            | Fact::DatasetRead { .. }
            | Fact::DatasetWritten { .. }
            | Fact::DatasetFailed { .. }
            | Fact::Stop { .. }
            | Fact::Redrive => false,
        }
    }
}

/// The bytes an ItemReader asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Dataset {
    /// The text of one object. What it means is up to `ReaderConfig.InputType`.
    Object { text: Text },
    /// The pages of a listing, joined: one JSON object per key (`Key`, `Size`, `LastModified`, `ETag`, `StorageClass`).
    Listing { entries: Value },
    /// A manifest and the objects it names, in its order.
    Manifest { manifest: Text, objects: Vec<Text> },
}

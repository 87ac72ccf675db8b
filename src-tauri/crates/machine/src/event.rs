//! What happened: one entry of the journal. The service's history is a projection of it ([`crate::history`]).

use std::sync::Arc;

use query::{Text, Value};

use crate::compiled::StateRef;
use crate::fact::Fact;
use crate::settings::Settings;
use crate::time::Timestamp;

/// The place of an event in the journal: 1, 2, 3 … without gaps. 0 stands for "nothing".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EventId(pub u64);

/// Which execution inside the machine an event belongs to: 0 is the execution itself, others are the children of
/// distributed Maps, numbered from 1 in the order they started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ChildId(pub u32);

/// One observable change. The journal is the list of all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    pub at: Timestamp,
    /// The event that led to this one; [`EventId`] 0 for the start and for what came from outside.
    pub cause: EventId,
    pub execution: ChildId,
    /// The number in the service's history of `execution`, and its `previousEventId`. Absent for events that the
    /// service does not show.
    pub history: Option<HistoryRef>,
    /// The branches and iterations around the state.
    pub scope: Scope,
    pub kind: EventKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryRef {
    pub id: u32,
    pub previous: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    ExecutionStarted {
        input: Value,
        settings: Arc<Settings>,
    },
    ExecutionSucceeded {
        output: Value,
    },
    ExecutionFailed {
        failure: Failure,
    },
    ExecutionTimedOut {
        failure: Failure,
    },
    ExecutionAborted {
        failure: Failure,
    },
    ExecutionRedriven {
        redrive_count: u32,
    },

    StateEntered {
        state: StateRef,
        input: Value,
    },
    StateExited {
        state: StateRef,
        output: Value,
        detail: Option<Arc<ExitDetail>>,
    },
    /// A Parallel or a Map begins to fan out. `length` is the number of items of a Map.
    FanOutStarted {
        state: StateRef,
        length: u32,
    },
    FanOutSucceeded {
        state: StateRef,
    },
    FanOutFailed {
        state: StateRef,
        flow: Flow,
    },
    /// A state that was cut short because something around it ended.
    StateAborted {
        state: StateRef,
    },

    Iteration {
        state: StateRef,
        index: u32,
        change: IterationChange,
    },

    MapRunStarted {
        state: StateRef,
        map_run_arn: Arc<str>,
    },
    MapRunSucceeded {
        state: StateRef,
    },
    MapRunFailed {
        state: StateRef,
        failure: Failure,
    },
    MapRunAborted {
        state: StateRef,
    },
    MapRunRedriven {
        state: StateRef,
        map_run_arn: Arc<str>,
        redrive_count: u32,
    },

    TaskScheduled(Arc<Scheduled>),
    TaskStarted {
        state: StateRef,
        worker: Option<Text>,
    },
    TaskSubmitted {
        state: StateRef,
        output: Value,
    },
    TaskSucceeded {
        state: StateRef,
        output: Value,
    },
    TaskFailed {
        state: StateRef,
        failure: Failure,
    },
    TaskTimedOut {
        state: StateRef,
        failure: Failure,
    },
    EvaluationFailed {
        state: StateRef,
        failure: Failure,
        location: Option<Text>,
    },

    // What follows is our own; the service's history does not show it.
    /// A fact from outside was taken in. It stands before the events it led to.
    Received(Fact),
    /// A Wait state knows when it ends.
    WaitStarted {
        state: StateRef,
        until: Timestamp,
    },
    TimerFired {
        state: StateRef,
    },
    RetryScheduled(Arc<RetryScheduled>),
    /// A state failed in a way that no other event tells of: an expression, a limit, a Fail, what failed inside of it. No
    /// Retrier and no Catcher has looked at it yet.
    ErrorRaised {
        state: StateRef,
        failure: Failure,
    },
    /// A limit of the service was passed while the settings only warn.
    LimitPassed {
        state: Option<StateRef>,
        failure: Failure,
    },
    /// A distributed Map reads its items, or writes its results.
    DatasetRequested {
        state: StateRef,
        write: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IterationChange {
    Started,
    Succeeded,
    Failed,
    Aborted,
}

/// How a state was left, when there is more to say than its output.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExitDetail {
    pub assigned: Vec<(Arc<str>, Value)>,
    pub flow: Vec<(Stage, Value)>,
    pub via: Via,
}

/// The values between a state's input and its output, in order. Stages that change nothing are left out.
pub type Flow = Option<Arc<[(Stage, Value)]>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    InputPath,
    Parameters,
    Arguments,
    ItemsPath,
    Items,
    ItemReader,
    ItemSelector,
    ItemBatcher,
    Result,
    ResultSelector,
    ResultPath,
    ResultWriter,
    Output,
    OutputPath,
    /// What a Catcher puts in place of a result.
    ErrorOutput,
}

impl Stage {
    pub const ALL: [Stage; 15] = [
        Stage::InputPath,
        Stage::Parameters,
        Stage::Arguments,
        Stage::ItemsPath,
        Stage::Items,
        Stage::ItemReader,
        Stage::ItemSelector,
        Stage::ItemBatcher,
        Stage::Result,
        Stage::ResultSelector,
        Stage::ResultPath,
        Stage::ResultWriter,
        Stage::Output,
        Stage::OutputPath,
        Stage::ErrorOutput,
    ];

    /// The name of the field that made the value, or our own word where no field did.
    pub fn name(self) -> &'static str {
        match self {
            Stage::InputPath => "InputPath",
            Stage::Parameters => "Parameters",
            Stage::Arguments => "Arguments",
            Stage::ItemsPath => "ItemsPath",
            Stage::Items => "Items",
            Stage::ItemReader => "ItemReader",
            Stage::ItemSelector => "ItemSelector",
            Stage::ItemBatcher => "ItemBatcher",
            Stage::Result => "Result",
            Stage::ResultSelector => "ResultSelector",
            Stage::ResultPath => "ResultPath",
            Stage::ResultWriter => "ResultWriter",
            Stage::Output => "Output",
            Stage::OutputPath => "OutputPath",
            Stage::ErrorOutput => "ErrorOutput",
        }
    }

    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// Which transition was taken out of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Via {
    /// `Next`, or the end.
    #[default]
    Next,
    /// The rule of a Choice, counted from 0.
    Rule(u32),
    Default,
    /// The Catcher, counted from 0.
    Catch(u32),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Scheduled {
    pub state: StateRef,
    pub parameters: Value,
    pub region: Arc<str>,
    /// 0 for the first try.
    pub attempt: u32,
    pub timeout_seconds: Option<u64>,
    pub heartbeat_seconds: Option<u64>,
    pub role_arn: Option<Text>,
    pub flow: Vec<(Stage, Value)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RetryScheduled {
    pub state: StateRef,
    /// The Retrier, counted from 0.
    pub retrier: u32,
    /// 1 for the first retry by this Retrier.
    pub attempt: u32,
    pub wake_at: Timestamp,
    pub failure: Failure,
}

impl EventKind {
    /// The error that a state raises with this event, before a Retrier or a Catcher looks at it.
    pub fn raised(&self) -> Option<(StateRef, &Failure)> {
        match self {
            EventKind::TaskFailed { state, failure }
            | EventKind::TaskTimedOut { state, failure }
            | EventKind::EvaluationFailed { state, failure, .. }
            | EventKind::MapRunFailed { state, failure }
            | EventKind::ErrorRaised { state, failure } => Some((*state, failure)),
            _ => None,
        }
    }
}

/// An error and its cause, either of which may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    pub error: Option<Text>,
    pub cause: Option<Text>,
}

impl Failure {
    pub fn new(error: impl Into<Text>, cause: impl Into<Text>) -> Failure {
        Failure { error: Some(error.into()), cause: Some(cause.into()) }
    }

    pub fn named(error: &str) -> Failure {
        Failure { error: Some(Text::from(error)), cause: None }
    }

    pub fn error(&self) -> &str {
        self.error.as_deref().unwrap_or("")
    }
}

/// The branches and iterations around a state, innermost first. Shared; the empty scope is the top level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope(pub(crate) Option<Arc<ScopeStep>>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeStep {
    pub outer: Scope,
    /// The Parallel or Map.
    pub state: StateRef,
    pub part: ScopePart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopePart {
    Branch(u32),
    Iteration(u32),
    /// A child execution of a distributed Map, by its place in the Map Run.
    Child(u32),
}

impl Scope {
    /// The scope of a branch or an item of `state`, which stands in this one.
    pub fn inside(&self, state: StateRef, part: ScopePart) -> Scope {
        Scope(Some(Arc::new(ScopeStep { outer: self.clone(), state, part })))
    }

    pub fn is_top(&self) -> bool {
        self.0.is_none()
    }

    /// From the outermost to the innermost.
    pub fn steps(&self) -> Vec<&ScopeStep> {
        let mut steps = Vec::new();
        let mut at = self.0.as_deref();
        while let Some(step) = at {
            steps.push(step);
            at = step.outer.0.as_deref();
        }
        steps.reverse();
        steps
    }
}

//! The interpreter: an [`Execution`] is a value that takes facts and is advanced one micro step at a time. It yields
//! events (what happened) and effects (what the shell should do).
//!
//! What is deliberately absent: IO, clocks, randomness of its own, storage. The same definition, settings, input and
//! facts give the same journal, byte for byte. Spec: <https://states-language.net/spec.html>

mod answer;
mod choice;
mod compiled;
mod context_object;
mod core;
mod data_flow;
mod dataset;
mod effect;
mod ending;
mod event;
mod execution;
mod expression;
mod fact;
mod failing;
mod fan_out;
mod fault;
mod frame;
mod history;
mod integration;
mod intervention;
mod json;
mod limits;
mod look;
mod map_run;
mod nested;
mod retrier;
mod settings;
mod slab;
mod standing;
mod states;
mod test_state;
mod time;
mod vars;

pub use answer::output_of;
pub use choice::Truth;
pub use compiled::{CompileError, Compiled, State, StateRef, StateType};
pub use core::{Child, Counts, MapRun};
pub use effect::{DatasetRequest, Effect, EffectId, Invocation, ResultFile};
pub use event::{
    ChildId, Event, EventId, EventKind, ExitDetail, Failure, Flow, HistoryRef, IterationChange, RetryScheduled,
    Scheduled, Scope, ScopePart, ScopeStep, Stage, Via,
};
pub use execution::{Execution, Outcome, Status, Step, Waiting};
pub use fact::{Answer, Dataset, Fact};
pub use history::{HistoryEvent, write_history};
pub use integration::{Integration, Pattern};
pub use limits::{EXPRESS_SECONDS, HISTORY_EVENTS, PAYLOAD_BYTES, STANDARD_SECONDS};
pub use look::{Stand, ThreadView, TimerKind, TimerView};
pub use nested::NestedExecution;
pub use settings::{Kind, Limits, Settings};
pub use standing::Standing;
pub use test_state::{FieldValidation, Inspection, Mock, Preview, PreviewEnd, Rejection, TestState, TestWorld};
pub use time::Timestamp;
pub use vars::Vars;

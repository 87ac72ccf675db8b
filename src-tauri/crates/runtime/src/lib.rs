//! The shell around the machine, and everything else that meets the outside world: clocks, answers to tasks, datasets,
//! sessions, mock files, file watching.
//!
//! What is deliberately absent: the meaning of a workflow (that is `machine`), SQL (that is `store`), and the types of
//! the window (that is `wire`).

mod answers;
mod check;
mod clock;
mod codec;
mod compare;
mod datasets;
pub mod debug;
mod debugger;
mod definition;
mod explain;
mod fork;
mod here;
mod import;
mod journal;
pub mod mocks;
mod nested;
mod prepare;
mod progress;
mod recording;
mod records;
mod renew;
mod replay;
mod rerun;
mod runtime;
mod session;
mod suggestions;
pub mod watch;

pub use answers::{PendingKind, PendingTask, TaskAnswer, answer_by_hand};
pub use check::{Divergence, HistoryCheck, check_history};
pub use clock::{ClockMode, wall};
pub use compare::{Comparison, Pair, compare};
pub use datasets::Buckets;
pub use debugger::{
    Advance, Breakpoint, HitRule, LogLine, Pause, PauseReason, PausedThread, Standing, StopOn, keep_breakpoints,
    kept_breakpoints, move_breakpoints,
};
pub use definition::{Definition, DefinitionError};
pub use explain::{Explanation, explain};
pub use fork::{Edited, Fork, ForkAnswers, ForkPlan, ForkRefused, Import};
pub use here::{Finished, resume_here, run_here};
pub use import::HistoryError;
pub use nested::Caller;
pub use progress::{EdgeProgress, Items, Moved, NodeProgress, NodeStatus, Progress};
pub use records::{HistoryRow, Record, StateRun, state_of, words_of_change};
pub use replay::ReplayError;
pub use runtime::{ImportedFrom, Origin, Pinned, Request, RunError, RunOptions, Runtime};
pub use session::{Notice, Observer, Refused, Tap};
pub use suggestions::{known_errors, result as suggested_result};

//! The shell around the machine, and everything else that meets the outside world: clocks, answers to tasks, sessions,
//! mock files, file watching.
//!
//! What is deliberately absent: the meaning of a workflow (that is `machine`), SQL (that is `store`), and the types of
//! the window (that is `wire`).

pub mod mocks;
pub mod watch;

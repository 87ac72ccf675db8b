//! JSONata 2.0.6 as the service has it: the official implementation in a sandbox.
//!
//! The engine is QuickJS, on threads of its own (their stacks have to be large), bounded in memory, steps and time,
//! and interruptible. An [`Expression`] is compiled once; what is merely navigation and arithmetic is evaluated here in
//! Rust, on the calling thread, and everything else goes to an engine, all expressions of one field in one round.
//!
//! Departures from 2.0.6, the service's: no `$eval`; in addition `$partition`, `$range`, `$hash`, `$random(seed)`,
//! `$uuid` and `$parse`. Time and chance are the caller's. Half surrogate pairs do not survive.

mod analysis;
mod engine;
mod error;
mod expression;
mod functions;
mod native;
mod order;
mod pool;
mod rooted;
mod template;

pub use analysis::{Analysis, Node, NodeKind, VariableUse, analyse};
pub use engine::Limits;
pub use error::{EvalError, Problem, SyntaxError};
pub use expression::{Bindings, Expression, evaluate_official};
pub use functions::{FUNCTIONS, FunctionInfo, function};
pub use pool::spawn_with_engine;
pub use rooted::Rooted;
pub use template::{Template, TemplateSyntaxError};

//! A definition as a graph: states, the scopes that hold them, and transitions with their reasons.
//!
//! Built from the tolerant [`asl::Model`], so that half-typed text has a graph too. What is deliberately absent: layout.

mod condition;
mod workflow;

pub use condition::condition_text;
pub use workflow::{Dangling, Edge, EdgeReason, Node, NodeKind, Scope, ScopeRole, View, WorkflowGraph};

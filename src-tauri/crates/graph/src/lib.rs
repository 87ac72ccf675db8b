//! A definition as a graph: states, the scopes that hold them, and transitions with their reasons.
//!
//! Built from the tolerant [`asl::Model`], so that half-typed text has a graph too. Besides the graph itself: questions
//! about the flow, the difference of two versions, and pictures. What is deliberately absent: anything that runs.

mod condition;
mod diff;
mod flow;
mod layered;
mod layout;
mod svg;
mod text;
mod workflow;

pub use condition::condition_text;
pub use diff::{Changed, Difference, Renamed, Rerouted, diff, pairs};
pub use flow::{HistoryBound, Loop, LoopBound, dominators_of, history_bound, loops, reachable, unavoidable};
pub use layout::{Label, Layout, Rect, layout};
pub use svg::{Theme, svg};
pub use text::{dot, mermaid};
pub use workflow::{Dangling, Edge, EdgeReason, Node, NodeKind, Scope, ScopeRole, View, WorkflowGraph, reason_of};

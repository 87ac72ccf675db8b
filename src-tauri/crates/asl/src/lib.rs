//! The Amazon States Language: text to lossless document, checked [`program::Program`], named edits.
//!
//! * [`Document`] holds the text and a tree with spans into it. The text is never rebuilt from the tree, so printing gives
//!   the bytes that were read, valid or not.
//! * [`model::Model`] is the tolerant view: scopes, states and transitions of whatever could be read.
//! * [`check`] gives the [`program::Program`] the interpreter runs, or says why there is none, in the service's words.
//!
//! What is deliberately absent: IO, and any knowledge of expression languages (that is the crate `query`).

pub mod check;
pub mod diagnostic;
pub mod document;
pub mod edit;
pub mod expressions;
pub mod format;
pub mod model;
pub mod program;
pub mod resource;
pub mod schema;
pub mod syntax;

pub use check::{Checked, check};
pub use diagnostic::{Diagnostic, Fix, Severity, TextEdit};
pub use document::{Document, Format};
pub use format::format;
pub use model::Model;
pub use program::Program;
pub use syntax::{LineIndex, Node, NodeKind, Position, Span, Text};

//! Expressions that the service refuses when a machine is created.

use asl::{Diagnostic, Document, Model};

pub(crate) fn check(_document: &Document, _model: &Model<'_>) -> Vec<Diagnostic> {
    Vec::new()
}

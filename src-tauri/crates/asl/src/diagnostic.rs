//! What is wrong with a definition: ordinary data, never an `Err`.

use std::borrow::Cow;

use crate::syntax::Span;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One finding, about one place of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The service's code (`SCHEMA_VALIDATION_FAILED`) where the service would reject, else the id of our rule.
    pub code: Cow<'static, str>,
    pub severity: Severity,
    pub message: String,
    /// The place as the service names it, a JSON pointer. Absent where the service gives none.
    pub pointer: Option<String>,
    pub span: Span,
    pub fix: Option<Fix>,
}

impl Diagnostic {
    pub fn error(code: &'static str, message: impl Into<String>, pointer: impl Into<String>, span: Span) -> Self {
        Self {
            code: Cow::Borrowed(code),
            severity: Severity::Error,
            message: message.into(),
            pointer: Some(pointer.into()),
            span,
            fix: None,
        }
    }

    /// A finding about the text itself: it has a span and no pointer.
    pub fn syntax(message: impl Into<String>, span: Span) -> Self {
        Self {
            code: Cow::Borrowed(code::INVALID_JSON_DESCRIPTION),
            severity: Severity::Error,
            message: message.into(),
            pointer: None,
            span,
            fix: None,
        }
    }

    pub fn with_fix(mut self, title: impl Into<String>, edits: Vec<TextEdit>) -> Self {
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A change that would remove the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    /// Ascending and disjoint.
    pub edits: Vec<TextEdit>,
}

/// Replaces the bytes of `span` by `insert`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    pub span: Span,
    pub insert: String,
}

impl TextEdit {
    pub fn replace(span: Span, insert: impl Into<String>) -> Self {
        Self { span, insert: insert.into() }
    }

    pub fn insert(at: u32, insert: impl Into<String>) -> Self {
        Self { span: Span::empty(at), insert: insert.into() }
    }

    pub fn delete(span: Span) -> Self {
        Self { span, insert: String::new() }
    }
}

/// The codes the service uses.
pub mod code {
    pub const SCHEMA_VALIDATION_FAILED: &str = "SCHEMA_VALIDATION_FAILED";
    pub const INVALID_JSON_DESCRIPTION: &str = "INVALID_JSON_DESCRIPTION";
    pub const MISSING_TRANSITION_TARGET: &str = "MISSING_TRANSITION_TARGET";
    pub const MISSING_END_STATE: &str = "MISSING_END_STATE";
    pub const INVALID_JSONATA_EXPRESSION: &str = "INVALID_JSONATA_EXPRESSION";
    pub const DUPLICATE_STATE_NAME: &str = "DUPLICATE_STATE_NAME";
}

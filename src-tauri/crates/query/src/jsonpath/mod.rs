//! JSONPath as the service reads it: Jayway's dialect with the service's roots, and Reference Paths.
//!
//! A [`Path`] is compiled once and evaluated by borrowing: following names and indexes touches nothing but the
//! members on the way, and a result shares its storage with the document. Spec:
//! <https://states-language.net/spec.html#paths>

mod eval;
mod filter;
mod function;
mod parse;
mod reference;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::{Scope, Text, Value};

/// A compiled path. Cloning counts a reference.
#[derive(Clone)]
pub struct Path(Arc<Compiled>);

struct Compiled {
    source: Arc<str>,
    root: Root,
    tokens: Vec<Token>,
    definite: bool,
    /// Only names and single indexes: what most paths are, evaluated by a plain loop.
    simple: bool,
    dialect: Dialect,
}

/// What a path starts at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// `$`
    Input,
    /// `$$`, the Context Object.
    Context,
    /// `$name`
    Variable(Arc<str>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// A path starts with `$`, `$$` or `$name`; nothing found by a path that may find many is `[]`.
    Service,
    /// Jayway json-path 2.9: `$` may be left out, a missing definite beginning is an error.
    Jayway,
}

#[derive(Debug)]
enum Token {
    Names(Vec<Box<str>>),
    Indexes(Vec<i64>),
    Slice { from: Option<i64>, to: Option<i64> },
    Wildcard,
    Scan,
    Filter(filter::Filter),
    Function(function::Function),
}

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    pub message: String,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
}

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span }
    }
}

/// Why a path found nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PathError {
    /// The path as it was written.
    pub path: Arc<str>,
    pub kind: PathErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathErrorKind {
    /// Nothing there; the detail is Jayway's, such as `No results for path: $['x']`.
    NotFound(String),
    /// The variable it starts at is not assigned.
    UndefinedVariable(Arc<str>),
    /// The path cannot be applied: a filter on a scalar, a sum of nothing, an unknown function.
    Inapplicable(String),
    /// The path looked at more values than any sensible query does.
    TooMuch,
}

impl PathError {
    /// What went wrong, without the path.
    #[must_use]
    pub fn detail(&self) -> String {
        match &self.kind {
            PathErrorKind::NotFound(detail) | PathErrorKind::Inapplicable(detail) => detail.clone(),
            PathErrorKind::UndefinedVariable(name) => format!("Variable '${name}' is not defined"),
            PathErrorKind::TooMuch => "the path visits too many values".to_owned(),
        }
    }

    /// The text for `InputPath`, `OutputPath`, `TimeoutSecondsPath` and `HeartbeatSecondsPath`.
    #[must_use]
    pub fn invalid_path(&self) -> String {
        format!("Invalid path '{}' : {}", self.path, self.detail())
    }

    /// The text for a field of a payload template, `ErrorPath` and `CausePath`. `input` is the effective input, also
    /// when the path starts at the Context Object.
    #[must_use]
    pub fn in_field(&self, field: &str, input: &Text) -> String {
        format!(
            "The JSONPath '{}' specified for the field '{field}' could not be found in the input '{input}'",
            self.path
        )
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.invalid_path())
    }
}

impl fmt::Debug for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for PathError {}

pub use reference::SetError;

pub(crate) use eval::item;

impl Path {
    /// Reads a path that starts with `$`, `$$` or `$name`.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        parse::path(text, Dialect::Service)
    }

    /// Reads a path exactly as Jayway json-path 2.9 does: without `$$` and variables, and `$` may be left out.
    pub fn parse_jayway(text: &str) -> Result<Self, SyntaxError> {
        parse::path(text, Dialect::Jayway)
    }

    /// The text the path was read from.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.0.source
    }

    #[must_use]
    pub fn root(&self) -> &Root {
        &self.0.root
    }

    /// Whether it can only find one value. Other paths give an array of what they find.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        self.0.definite
    }

    /// Whether it is a Reference Path: nothing but names and indexes, as `ResultPath`, `ItemsPath` and `Variable` ask.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        self.0.simple && !self.0.tokens.iter().any(|token| matches!(token, Token::Indexes(at) if at[0] < 0))
    }

    /// Whether it is the bare root (`$`, `$$` or `$name`).
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.tokens.is_empty()
    }

    /// The value or values it finds.
    pub fn eval(&self, scope: &Scope<'_>) -> Result<Value, PathError> {
        match &self.0.root {
            Root::Input => self.find(scope.input),
            Root::Context => self.find(&(scope.context)()),
            Root::Variable(name) => match (scope.variables)(name) {
                Some(value) => self.find(&value),
                None => Err(self.error(PathErrorKind::UndefinedVariable(Arc::clone(name)))),
            },
        }
    }

    /// The value or values it finds below `root`, whatever its own root is.
    pub fn find(&self, root: &Value) -> Result<Value, PathError> {
        if self.0.simple { self.find_ref(root).cloned() } else { eval::all(self, root) }
    }

    /// Borrows what a path of names and indexes finds; other paths find nothing this way.
    pub fn find_ref<'a>(&self, root: &'a Value) -> Result<&'a Value, PathError> {
        if !self.0.simple {
            return Err(self.error(PathErrorKind::Inapplicable("the path may find several values".to_owned())));
        }
        eval::simple(&self.0.tokens, root).ok_or_else(|| eval::why_missing(self, root))
    }

    fn error(&self, kind: PathErrorKind) -> PathError {
        PathError { path: Arc::clone(&self.0.source), kind }
    }

    /// The path in brackets, as errors show it: `$['a'][0]`.
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical(&self.0.tokens)
    }
}

fn canonical(tokens: &[Token]) -> String {
    let mut out = String::from("$");
    for token in tokens {
        token.write(&mut out);
    }
    out
}

impl Token {
    fn write(&self, out: &mut String) {
        use fmt::Write as _;
        let list = |parts: Vec<String>| format!("[{}]", parts.join(","));
        match self {
            Self::Names(names) => out.push_str(&list(names.iter().map(|name| format!("'{name}'")).collect())),
            Self::Indexes(indexes) => out.push_str(&list(indexes.iter().map(i64::to_string).collect())),
            Self::Slice { from, to } => {
                let end = |at: &Option<i64>| at.map(|at| at.to_string()).unwrap_or_default();
                write!(out, "[{}:{}]", end(from), end(to)).expect("writing to a String cannot fail");
            }
            Self::Wildcard => out.push_str("[*]"),
            Self::Scan => out.push_str(".."),
            Self::Filter(_) => out.push_str("[?]"),
            Self::Function(function) => write!(out, ".{}()", function.name).expect("writing to a String cannot fail"),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source)
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.0.source == other.0.source && self.0.dialect == other.0.dialect
    }
}

impl Eq for Path {}

#[cfg(test)]
mod tests;

//! Intrinsic functions of the JSONPath language: `States.Format('Hello {}', $.name)`.
//!
//! A [`Call`] is read once and evaluated often. What the functions do follows recordings of the service where they
//! depart from its documentation. Spec: <https://states-language.net/spec.html#intrinsic-functions>

mod functions;
mod parse;

use std::fmt;
use std::sync::Arc;

use crate::jsonpath::{Path, PathError};
use crate::{Chance, Scope, Text, Value};

pub use functions::Function;

/// A compiled call. Cloning counts a reference.
#[derive(Clone)]
pub struct Call(Arc<Node>);

struct Node {
    source: Arc<str>,
    function: Function,
    arguments: Vec<Argument>,
}

enum Argument {
    /// A string keeps its escapes beside it: in a template of `States.Format`, `\{` is not a placeholder.
    Text {
        value: Value,
        written: Box<str>,
    },
    Value(Value),
    Path(Path),
    Call(Call),
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntrinsicError {
    /// The call as it was written.
    pub call: Arc<str>,
    pub kind: IntrinsicErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntrinsicErrorKind {
    /// A path among the arguments finds nothing; the service's `States.Runtime`.
    Path { error: PathError, input: Text },
    /// The arguments do not do; the service's `States.IntrinsicFailure`.
    Arguments(String),
}

impl fmt::Display for IntrinsicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The function '{}' had the following error: ", self.call)?;
        match &self.kind {
            IntrinsicErrorKind::Path { error, input } => {
                write!(
                    f,
                    "The JSONPath argument for the field '{}' could not be found in the input '{input}'",
                    error.path
                )
            }
            IntrinsicErrorKind::Arguments(detail) => f.write_str(detail),
        }
    }
}

impl std::error::Error for IntrinsicError {}

impl Call {
    /// Reads a call; the whole text has to be one.
    pub fn parse(text: &str) -> Result<Self, crate::jsonpath::SyntaxError> {
        parse::call(text)
    }

    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.0.source
    }

    #[must_use]
    pub fn function(&self) -> Function {
        self.0.function
    }

    /// The paths among its arguments and those of the calls inside it.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        for argument in &self.0.arguments {
            match argument {
                Argument::Path(path) => paths.push(path),
                Argument::Call(call) => paths.extend(call.paths()),
                Argument::Text { .. } | Argument::Value(_) => {}
            }
        }
        paths
    }

    pub fn eval(&self, scope: &Scope<'_>, chance: &mut dyn Chance) -> Result<Value, IntrinsicError> {
        self.result(scope, chance).map_err(|kind| IntrinsicError { call: Arc::clone(&self.0.source), kind })
    }

    fn result(&self, scope: &Scope<'_>, chance: &mut dyn Chance) -> Result<Value, IntrinsicErrorKind> {
        let mut values = Vec::with_capacity(self.0.arguments.len());
        for argument in &self.0.arguments {
            values.push(match argument {
                Argument::Text { value, .. } | Argument::Value(value) => value.clone(),
                Argument::Path(path) => {
                    path.eval(scope).map_err(|error| IntrinsicErrorKind::Path { error, input: scope.input.text() })?
                }
                Argument::Call(call) => call.result(scope, chance)?,
            });
        }
        let template = match self.0.arguments.first() {
            Some(Argument::Text { written, .. }) => Some(&**written),
            _ => None,
        };
        functions::apply(self.0.function, &values, template, chance).map_err(IntrinsicErrorKind::Arguments)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source)
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.0.source == other.0.source
    }
}

impl Eq for Call {}

#[cfg(test)]
mod tests;

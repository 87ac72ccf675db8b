//! What can go wrong, in the words of the service.

use std::fmt;
use std::sync::Arc;

use crate::Value;

/// Why a text is not JSONata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// JSONata's code, such as `S0202`; empty when the fault has none.
    pub code: String,
    pub message: String,
    /// The end of the token at fault: UTF-16 units from the beginning of the expression.
    pub position: Option<u32>,
    pub token: Option<String>,
}

impl SyntaxError {
    pub(super) fn plain(message: &str) -> Self {
        Self { code: String::new(), message: message.to_owned(), position: None, token: None }
    }

    /// `json` is what the engine says of an error.
    pub(super) fn read(json: &str) -> Self {
        Value::parse(json).map_or_else(|_| Self::plain(json), |error| Self::from_value(&error))
    }

    pub(super) fn from_value(error: &Value) -> Self {
        let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
        Self {
            code: text("code").unwrap_or_default(),
            message: text("message").unwrap_or_default(),
            position: error.get("position").and_then(Value::as_i64).and_then(|at| u32::try_from(at).ok()),
            token: text("token"),
        }
    }
}

/// Why an expression has no value that a workflow can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It evaluates to nothing.
    Undefined,
    /// It evaluates to a function or to a number that JSON does not know.
    Unsupported,
    /// JSONata raised an error.
    Threw { code: Option<String>, message: String, position: Option<u32> },
    /// The value is not of the type that its field takes.
    UnexpectedType { expected: &'static str, value: Value },
    /// The result is nested more deeply than any value is read.
    TooDeep,
    /// The engine's memory is full.
    OutOfMemory,
    /// It took too long, or too many steps.
    TimedOut,
    /// The caller gave up.
    Cancelled,
    /// The engine cannot run here.
    Unavailable(String),
}

const STACK_OVERFLOW: &str =
    "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.";
const TIMEOUT: &str = "Expression evaluation timeout: Check for infinite loop";

impl Problem {
    pub(super) fn read(json: &str) -> Self {
        let error = SyntaxError::read(json);
        if error.code.is_empty() {
            return Self::from_message(&error.message);
        }
        if error.code == "U1001" && error.message == TIMEOUT {
            return Self::TimedOut;
        }
        Self::Threw { code: Some(error.code), message: error.message, position: error.position }
    }

    /// An error of the engine itself.
    pub(super) fn from_message(message: &str) -> Self {
        match message {
            "out of memory" => Self::OutOfMemory,
            "interrupted" => Self::TimedOut,
            "stack overflow" | "Maximum call stack size exceeded" => {
                Self::Threw { code: Some("U1001".to_owned()), message: STACK_OVERFLOW.to_owned(), position: None }
            }
            other => Self::Threw { code: None, message: other.to_owned(), position: None },
        }
    }
}

/// The end of the service's sentence, after the expression and the field.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let threw = "threw an error during evaluation.";
        match self {
            Self::Undefined => f.write_str("returned nothing (undefined)."),
            Self::Unsupported => f.write_str("returned an unsupported result type."),
            Self::Threw { code: Some(code), message, .. } => write!(f, "{threw} {code}: {message}"),
            Self::Threw { code: None, message, .. } | Self::Unavailable(message) => write!(f, "{threw} {message}"),
            Self::UnexpectedType { expected, value } => write!(
                f,
                "returned an unexpected result type. Expected '{expected}', but was '{}' for value: {value}",
                value.type_name()
            ),
            Self::TooDeep => write!(f, "{threw} The result is nested too deeply"),
            Self::OutOfMemory => write!(f, "{threw} Out of memory"),
            Self::TimedOut => write!(f, "{threw} U1001: {TIMEOUT}"),
            Self::Cancelled => write!(f, "{threw} Cancelled"),
        }
    }
}

/// A field of a state whose expression has no usable value; the service's `States.QueryEvaluationError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// Without `{% %}`.
    pub expression: Arc<str>,
    /// Such as `Output/result`; also the `location` of the event.
    pub field: String,
    pub problem: Problem,
}

impl EvalError {
    /// The value of `expression` is not of the type `expected`: `array`, `boolean`, `number` and so on.
    #[must_use]
    pub fn unexpected(expression: &Arc<str>, field: &str, expected: &'static str, value: &Value) -> Self {
        Self {
            expression: Arc::clone(expression),
            field: field.to_owned(),
            problem: Problem::UnexpectedType { expected, value: value.clone() },
        }
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "The JSONata expression '{}' specified for the field '{}' {}",
            self.expression, self.field, self.problem
        )
    }
}

impl std::error::Error for EvalError {}

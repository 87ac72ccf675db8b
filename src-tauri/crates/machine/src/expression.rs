//! The expressions of a definition, compiled: a thin layer over `query` that knows the fields and the service's words
//! for what goes wrong in them.

use std::sync::Arc;

use asl::program::{self as asl_program, QueryLanguage};
use asl::{Node, NodeKind};
use query::jsonata;
use query::jsonpath::{Path, PathError};
use query::{Scope, Seeded, Text, Value, template};

use crate::event::Failure;
use crate::fault::Fault;
use crate::time::Timestamp;

/// What the expressions of one state may look at.
pub(crate) struct Env<'a> {
    /// `$`, `$$` and variables. Under JSONata `$` is `$states.input`.
    pub(crate) scope: Scope<'a>,
    pub(crate) chance: &'a mut Seeded,
    pub(crate) now: Timestamp,
    /// `$states.result`
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`
    pub(crate) error_output: Option<&'a Value>,
}

impl<'a> Env<'a> {
    pub(crate) fn with_input<'b>(&'b mut self, input: &'b Value) -> Env<'b>
    where
        'a: 'b,
    {
        Env {
            scope: self.scope.with_input(input),
            chance: self.chance,
            now: self.now,
            result: self.result,
            error_output: self.error_output,
        }
    }

    pub(crate) fn with_result<'b>(&'b mut self, result: &'b Value) -> Env<'b>
    where
        'a: 'b,
    {
        Env { scope: self.scope, chance: self.chance, now: self.now, result: Some(result), error_output: None }
    }

    pub(crate) fn with_error<'b>(&'b mut self, error_output: &'b Value) -> Env<'b>
    where
        'a: 'b,
    {
        Env { scope: self.scope, chance: self.chance, now: self.now, result: None, error_output: Some(error_output) }
    }
}

/// `InputPath` and `OutputPath`.
#[derive(Debug)]
pub(crate) enum PathField {
    /// Absent or `$`.
    Whole,
    /// JSON null.
    Null,
    Path(PathSource),
}

impl PathField {
    pub(crate) fn compile(path: Option<&asl_program::NullablePath>) -> Result<PathField, String> {
        Ok(match path {
            None => PathField::Whole,
            Some(asl_program::NullablePath::Null) => PathField::Null,
            Some(asl_program::NullablePath::Path(text)) if &*text.value == "$" => PathField::Whole,
            Some(asl_program::NullablePath::Path(text)) => PathField::Path(PathSource::compile(&text.value)?),
        })
    }
}

/// A path that reads.
#[derive(Debug)]
pub(crate) struct PathSource(Path);

impl PathSource {
    pub(crate) fn compile(text: &str) -> Result<PathSource, String> {
        Path::parse(text).map(PathSource).map_err(|error| error.to_string())
    }

    pub(crate) fn find(&self, env: &Env<'_>) -> Result<Value, PathError> {
        self.0.eval(&env.scope)
    }

    pub(crate) fn find_in(&self, scope: &Scope<'_>) -> Result<Value, PathError> {
        self.0.eval(scope)
    }

    pub(crate) fn source(&self) -> &Arc<str> {
        self.0.source()
    }
}

/// `ResultPath`.
#[derive(Debug)]
pub(crate) enum ResultTarget {
    /// Absent or `$`: the result replaces everything.
    Whole,
    /// JSON null: the result is dropped.
    Discard,
    Path(TargetPath),
}

#[derive(Debug)]
pub(crate) struct TargetPath(Path);

impl ResultTarget {
    pub(crate) fn compile(path: Option<&asl_program::NullablePath>) -> Result<ResultTarget, String> {
        Ok(match path {
            None => ResultTarget::Whole,
            Some(asl_program::NullablePath::Null) => ResultTarget::Discard,
            Some(asl_program::NullablePath::Path(text)) if &*text.value == "$" => ResultTarget::Whole,
            Some(asl_program::NullablePath::Path(text)) => {
                ResultTarget::Path(TargetPath(Path::parse(&text.value).map_err(|error| error.to_string())?))
            }
        })
    }
}

impl TargetPath {
    pub(crate) fn set(&self, base: &Value, value: &Value) -> Result<Value, Fault> {
        self.0
            .set(base, value.clone())
            .map_err(|error| Fault::Failure(Failure::new("States.ResultPathMatchFailure", error.to_string())))
    }
}

/// A number without fraction; `1.0` is none.
pub(crate) fn whole_number(value: &Value) -> Option<i64> {
    value.as_number().filter(|number| number.is_integer()).and_then(query::Number::as_i64)
}

/// A JSON value as it stands, never evaluated.
pub(crate) fn literal(node: &Node) -> Value {
    Value::from_node(node)
}

/// The value of a field: `Parameters`, `Output`, `ItemSelector` and so on.
#[derive(Debug)]
pub(crate) enum Template {
    JsonPath(template::Template),
    Jsonata(jsonata::Template),
}

impl Template {
    pub(crate) fn compile(node: &Node, language: QueryLanguage, field: &str) -> Result<Template, String> {
        match language {
            QueryLanguage::JsonPath => {
                template::Template::compile(node).map(Template::JsonPath).map_err(|error| error.to_string())
            }
            QueryLanguage::Jsonata => jsonata::Template::compile(node)
                .map(Template::Jsonata)
                .map_err(|error| format!("{field}{}: {}", error.place, error.error)),
        }
    }

    /// A field that is one path or one intrinsic call.
    fn expression(text: &asl::Text, field: &str) -> Result<Template, String> {
        let compiled = template::Template::expression(&text.value, field, text.span);
        compiled.map(Template::JsonPath).map_err(|error| error.to_string())
    }

    pub(crate) fn eval(&self, env: &mut Env<'_>, field: &str) -> Result<Value, Fault> {
        match self {
            Template::JsonPath(template) => template.eval(&env.scope, env.chance).map_err(|error| {
                if error.is_intrinsic_failure() {
                    Fault::Intrinsic(error.to_string())
                } else {
                    Fault::Runtime(error.to_string())
                }
            }),
            Template::Jsonata(template) => {
                let bindings = jsonata::Bindings {
                    input: env.scope.input,
                    result: env.result,
                    error_output: env.error_output,
                    context: env.scope.context,
                    variables: env.scope.variables,
                    now: env.now.millis(),
                    limits: jsonata::Limits::default(),
                };
                template.eval(field, &bindings, env.chance).map_err(unevaluated)
            }
        }
    }

    /// The fault of a JSONata expression whose value is of another type than the field wants.
    pub(crate) fn unexpected(&self, field: &str, wanted: &'static str, value: &Value) -> Fault {
        match self {
            Template::Jsonata(template) => match template.as_expression() {
                Some(expression) => {
                    unevaluated(jsonata::EvalError::unexpected(expression.source(), field, wanted, value))
                }
                None => Fault::evaluation(field, format!("Expected '{wanted}', but was '{}'", value.type_name())),
            },
            Template::JsonPath(_) => {
                Fault::Runtime(format!("The field '{field}' must be of type {wanted} but was: {value}"))
            }
        }
    }
}

fn unevaluated(error: jsonata::EvalError) -> Fault {
    Fault::Evaluation { cause: error.to_string(), location: Some(error.field) }
}

/// `Assign`.
#[derive(Debug)]
pub(crate) struct Assignments(Template);

impl Assignments {
    pub(crate) fn compile(node: &Node, language: QueryLanguage) -> Result<Assignments, String> {
        Template::compile(node, language, "Assign").map(Assignments)
    }

    pub(crate) fn eval(&self, env: &mut Env<'_>, field: &str) -> Result<Vec<(Arc<str>, Value)>, Fault> {
        let value = self.0.eval(env, field)?;
        let members =
            value.as_object().map(|object| object.iter().map(|(key, value)| (Arc::clone(key), value.clone())));
        Ok(members.map(Iterator::collect).unwrap_or_default())
    }
}

/// `TimeoutSeconds`, `MaxConcurrency` and their kind, with their variants in `…Path`.
#[derive(Debug)]
pub(crate) enum NumberField {
    Value { template: Template, name: Arc<str> },
    Path { path: PathSource, name: Arc<str> },
}

impl NumberField {
    pub(crate) fn compile(
        field: &asl_program::NumberField,
        language: QueryLanguage,
        name: &str,
    ) -> Result<NumberField, String> {
        let name = Arc::from(name);
        Ok(match field {
            asl_program::NumberField::Value(node) => {
                NumberField::Value { template: Template::compile(node, language, &name)?, name }
            }
            asl_program::NumberField::Path(text) => NumberField::Path { path: PathSource::compile(&text.value)?, name },
        })
    }

    /// A whole number.
    pub(crate) fn integer(&self, env: &mut Env<'_>) -> Result<i64, Fault> {
        let value = self.value(env)?;
        self.whole(&value).ok_or_else(|| self.unfit(&value, "integer"))
    }

    pub(crate) fn float(&self, env: &mut Env<'_>) -> Result<f64, Fault> {
        let value = self.value(env)?;
        let read = match (self, &value) {
            (NumberField::Path { .. }, Value::String(text)) => {
                text.parse().ok().filter(|number: &f64| number.is_finite())
            }
            _ => value.as_f64(),
        };
        read.ok_or_else(|| self.unfit(&value, "float"))
    }

    /// A path may also point at a string of digits.
    fn whole(&self, value: &Value) -> Option<i64> {
        match (self, value) {
            (NumberField::Path { .. }, Value::String(text)) => text.parse().ok(),
            _ => whole_number(value),
        }
    }

    /// A number of seconds for a timer.
    pub(crate) fn seconds(&self, env: &mut Env<'_>) -> Result<u64, Fault> {
        let seconds = self.integer(env)?;
        let positive = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0);
        positive.ok_or_else(|| {
            let name = self.name();
            self.refuse(env, &format!("The {name} field must be a positive integer, but was: {seconds}"))
        })
    }

    /// The fault of a number that is not allowed here.
    pub(crate) fn refuse(&self, _env: &Env<'_>, cause: &str) -> Fault {
        match self {
            NumberField::Value { template: Template::Jsonata(_), name } => Fault::evaluation(name, cause),
            _ => Fault::runtime(cause),
        }
    }

    pub(crate) fn name(&self) -> &str {
        let (NumberField::Value { name, .. } | NumberField::Path { name, .. }) = self;
        name
    }

    fn value(&self, env: &mut Env<'_>) -> Result<Value, Fault> {
        match self {
            NumberField::Value { template, name } => template.eval(env, name),
            NumberField::Path { path, .. } => path.find(env).map_err(|error| Fault::Runtime(error.invalid_path())),
        }
    }

    fn unfit(&self, value: &Value, wanted: &str) -> Fault {
        match self {
            NumberField::Value { template, name } => template.unexpected(name, "number", value),
            NumberField::Path { path, name } => {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let source = path.source();
                Fault::Runtime(format!(
                    "The {name}Path field refers to value \"{shown}\" which is not a valid {wanted}: {source}"
                ))
            }
        }
    }
}

/// `Error` and `Cause` of a Fail state.
#[derive(Debug)]
pub(crate) struct TextField {
    template: Template,
    field: &'static str,
}

impl TextField {
    pub(crate) fn compile(
        field: &asl_program::TextField,
        language: QueryLanguage,
        name: &'static str,
        path_name: &'static str,
    ) -> Result<TextField, String> {
        let node = |text: &asl::Text| Node::new(NodeKind::String(Arc::clone(&text.value)), text.span);
        Ok(match field {
            asl_program::TextField::Value(text) => {
                TextField { template: Template::compile(&node(text), language, name)?, field: name }
            }
            asl_program::TextField::Path(text) => {
                TextField { template: Template::expression(text, path_name)?, field: path_name }
            }
        })
    }

    pub(crate) fn eval(&self, env: &mut Env<'_>) -> Result<Text, Fault> {
        let value = self.template.eval(env, self.field)?;
        match value.as_str() {
            Some(text) => Ok(Text::from(text)),
            None if matches!(self.template, Template::Jsonata(_)) => {
                Err(self.template.unexpected(self.field, "string", &value))
            }
            None => Ok(value.text()),
        }
    }
}

//! Payload templates of the JSONPath language: `Parameters`, `ResultSelector`, `ItemSelector`, `Assign` and their kind.
//!
//! A member whose name ends in `.$` is a path or an intrinsic call; everything else stands as it is. Whatever holds no
//! such member is one shared value. Spec: <https://states-language.net/spec.html#payload-template>

use std::fmt;
use std::sync::Arc;

use asl::{Node, NodeKind, Span};

use crate::intrinsic::{Call, IntrinsicError, IntrinsicErrorKind};
use crate::jsonpath::{Path, PathError};
use crate::{Array, Chance, Key, Number, Object, ObjectBuilder, Scope, Text, Value};

/// A compiled payload template. Cloning counts a reference.
#[derive(Clone, Debug)]
pub struct Template(Arc<Part>);

#[derive(Debug)]
enum Part {
    Constant(Value),
    Path { field: Arc<str>, path: Path },
    Call(Call),
    Array(Vec<Part>),
    Object(Vec<(Key, Part)>),
}

/// A field of a template that is neither a path nor a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call")]
pub struct TemplateSyntaxError {
    /// The member's name, `.$` included.
    pub field: Arc<str>,
    /// What is wrong, more precisely than the service says it.
    pub detail: String,
    /// The value in the document.
    pub span: Span,
}

/// Why a template has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    Path { error: PathError, field: Arc<str>, input: Text },
    Intrinsic(IntrinsicError),
}

impl TemplateError {
    /// Whether it is `States.IntrinsicFailure`, which Catchers see; everything else is `States.Runtime`.
    #[must_use]
    pub fn is_intrinsic_failure(&self) -> bool {
        matches!(self, Self::Intrinsic(IntrinsicError { kind: IntrinsicErrorKind::Arguments(_), .. }))
    }
}

/// The text of the service.
impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { error, field, input } => f.write_str(&error.in_field(field, input)),
            Self::Intrinsic(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TemplateError {}

impl Template {
    pub fn compile(node: &Node) -> Result<Self, TemplateSyntaxError> {
        Ok(Self(Arc::new(part(node)?)))
    }

    /// A template of one path or call: the value of `ErrorPath`, `CausePath` and other fields that take either. `field`
    /// is the name that errors give.
    pub fn expression(text: &str, field: &str, span: Span) -> Result<Self, TemplateSyntaxError> {
        Ok(Self(Arc::new(expression(text, field, span)?)))
    }

    /// A template that is one literal value.
    #[must_use]
    pub fn constant(value: Value) -> Self {
        Self(Arc::new(Part::Constant(value)))
    }

    /// The value, when it does not depend on anything.
    #[must_use]
    pub fn as_constant(&self) -> Option<&Value> {
        if let Part::Constant(value) = &*self.0 { Some(value) } else { None }
    }

    pub fn eval(&self, scope: &Scope<'_>, chance: &mut dyn Chance) -> Result<Value, TemplateError> {
        self.0.eval(scope, chance)
    }
}

impl Value {
    /// A syntax tree as data, never evaluated. Of repeated names the last counts; what is missing is null.
    #[must_use]
    pub fn from_node(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Null | NodeKind::Missing => Self::Null,
            NodeKind::Bool(value) => Self::Bool(*value),
            NodeKind::Number(text) => Number::parse(text).map_or(Self::Null, Self::Number),
            NodeKind::String(text) | NodeKind::Substitution(text) => Self::string(text),
            NodeKind::Array(items) => items.iter().map(Self::from_node).collect(),
            NodeKind::Object(members) => {
                let members =
                    members.iter().map(|member| (Arc::clone(&member.key.value), Self::from_node(&member.value)));
                Self::Object(members.collect::<Object>())
            }
        }
    }
}

fn part(node: &Node) -> Result<Part, TemplateSyntaxError> {
    match &node.kind {
        NodeKind::Array(items) => {
            let parts = items.iter().map(part).collect::<Result<Vec<_>, _>>()?;
            if let Some(values) = constants(&parts) {
                return Ok(Part::Constant(Value::Array(values.collect::<Array>())));
            }
            Ok(Part::Array(parts))
        }
        NodeKind::Object(members) => {
            let mut parts = Vec::with_capacity(members.len());
            for member in members {
                let name = &member.key.value;
                parts.push(match name.strip_suffix(".$") {
                    None => (Arc::clone(name), part(&member.value)?),
                    Some(key) => match member.value.as_str() {
                        Some(text) => (key.into(), expression(text, name, member.value.span)?),
                        None => {
                            return Err(TemplateSyntaxError {
                                field: Arc::clone(name),
                                detail: "expected a string".to_owned(),
                                span: member.value.span,
                            });
                        }
                    },
                });
            }
            if parts.iter().all(|(_, part)| matches!(part, Part::Constant(_))) {
                return Ok(Part::Constant(Value::from_node(node)));
            }
            Ok(Part::Object(parts))
        }
        _ => Ok(Part::Constant(Value::from_node(node))),
    }
}

fn constants(parts: &[Part]) -> Option<impl Iterator<Item = Value>> {
    let all = parts.iter().all(|part| matches!(part, Part::Constant(_)));
    all.then(|| {
        parts.iter().filter_map(|part| if let Part::Constant(value) = part { Some(value.clone()) } else { None })
    })
}

fn expression(text: &str, field: &str, span: Span) -> Result<Part, TemplateSyntaxError> {
    let failed = |detail: String| TemplateSyntaxError { field: field.into(), detail, span };
    if text.starts_with('$') {
        let path = Path::parse(text).map_err(|error| failed(error.message))?;
        Ok(Part::Path { field: field.into(), path })
    } else {
        Call::parse(text).map(Part::Call).map_err(|error| failed(error.message))
    }
}

impl Part {
    fn eval(&self, scope: &Scope<'_>, chance: &mut dyn Chance) -> Result<Value, TemplateError> {
        match self {
            Self::Constant(value) => Ok(value.clone()),
            Self::Path { field, path } => path.eval(scope).map_err(|error| TemplateError::Path {
                error,
                field: Arc::clone(field),
                input: scope.input.text(),
            }),
            Self::Call(call) => call.eval(scope, chance).map_err(TemplateError::Intrinsic),
            Self::Array(parts) => {
                let mut items = Vec::with_capacity(parts.len());
                for part in parts {
                    items.push(part.eval(scope, chance)?);
                }
                Ok(Value::from(items))
            }
            Self::Object(parts) => {
                let mut members = ObjectBuilder::with_capacity(parts.len());
                for (key, part) in parts {
                    members.push(Arc::clone(key), part.eval(scope, chance)?);
                }
                Ok(Value::Object(members.build()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seeded;

    fn node(text: &str) -> Node {
        asl::syntax::parse_json(text).root
    }

    fn eval(template: &str, input: &str) -> String {
        let input = Value::parse(input).expect("test JSON");
        match Template::compile(&node(template)) {
            Ok(template) => template
                .eval(&Scope::of(&input), &mut Seeded(0))
                .map_or_else(|error| error.to_string(), |value| value.text().to_string()),
            Err(error) => format!("{error}: {}", error.detail),
        }
    }

    #[test]
    fn only_marked_members_are_evaluated() {
        assert_eq!(
            eval(
                r#"{"a.$": "$.x", "b": "$.x", "c": [{"d.$": "States.MathAdd(1, $.x[0])"}, 1.0], "e": {}}"#,
                r#"{"x": [ 2 ]}"#
            ),
            r#"{"a":[ 2 ],"b":"$.x","c":[{"d":3},1.0],"e":{}}"#
        );
    }

    #[test]
    fn constant_parts_are_shared() {
        let template = Template::compile(&node(r#"{"a.$": "$.x", "big": {"list": [1, 2, 3]}}"#)).expect("a template");
        let input = Value::parse(r#"{"x": 1}"#).expect("JSON");
        let eval = || template.eval(&Scope::of(&input), &mut Seeded(0)).expect("a value");
        assert!(Value::same(eval().get("big").expect("big"), eval().get("big").expect("big")));
        assert!(Template::compile(&node(r#"{"a": [1, {"b": null}]}"#)).expect("a template").as_constant().is_some());
    }

    #[test]
    fn errors_name_the_field() {
        assert_eq!(
            eval(r#"{"outer": {"value.$": "$.no"}}"#, r#"{"x": [ 2 ]}"#),
            r#"The JSONPath '$.no' specified for the field 'value.$' could not be found in the input '{"x": [ 2 ]}'"#
        );
        assert_eq!(
            eval(r#"{"parsed.$": "no path"}"#, "{}"),
            "The value for the field 'parsed.$' must be a valid JSONPath or a valid intrinsic function call: 'no' is not an intrinsic function"
        );
        assert!(eval(r#"{"a.$": 1}"#, "{}").ends_with("expected a string"));
    }
}

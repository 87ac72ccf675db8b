//! JSON with expressions in it: `Arguments`, `Output`, `Assign` and their kind.

use std::sync::Arc;

use asl::syntax::jsonata_body;
use asl::{Node, NodeKind, Span};

use super::engine::Outcome;
use super::error::{EvalError, SyntaxError};
use super::expression::{Bindings, Expression, eval_in_engine};
use crate::{Chance, Key, ObjectBuilder, Value};

/// A compiled field. Cloning counts a reference.
#[derive(Clone, Debug)]
pub struct Template(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    part: Part,
    /// In document order.
    slots: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    expression: Expression,
    /// Where it stands below the field: `/result`, or nothing.
    place: String,
}

#[derive(Debug)]
enum Part {
    Constant(Value),
    Slot(usize),
    Array(Vec<Part>),
    Object(Vec<(Key, Part)>),
}

/// An expression of a field that is not JSONata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSyntaxError {
    pub error: SyntaxError,
    /// Where it stands below the field: `/result`, or nothing.
    pub place: String,
    /// The string in the document.
    pub span: Span,
}

impl Template {
    pub fn compile(node: &Node) -> Result<Self, TemplateSyntaxError> {
        let mut slots = Vec::new();
        let part = compile(node, &mut String::new(), &mut slots)?;
        Ok(Self(Arc::new(Compiled { part, slots })))
    }

    /// A template that is one value.
    #[must_use]
    pub fn constant(value: Value) -> Self {
        Self(Arc::new(Compiled { part: Part::Constant(value), slots: Vec::new() }))
    }

    /// The value, when it does not depend on anything.
    #[must_use]
    pub fn as_constant(&self) -> Option<&Value> {
        if let Part::Constant(value) = &self.0.part { Some(value) } else { None }
    }

    /// The expression, when the template is nothing else.
    #[must_use]
    pub fn as_expression(&self) -> Option<&Expression> {
        if let Part::Slot(at) = self.0.part { Some(&self.0.slots[at].expression) } else { None }
    }

    /// The value. `field` names the field in errors: `Output`, `Arguments`. Of several expressions that fail the first
    /// in the document is told of.
    pub fn eval(&self, field: &str, bindings: &Bindings<'_>, chance: &mut dyn Chance) -> Result<Value, EvalError> {
        let slots = &self.0.slots;
        match &self.0.part {
            Part::Constant(value) => Ok(value.clone()),
            Part::Slot(_) => {
                let slot = &slots[0];
                slot.expression.eval(bindings, chance).map_err(|problem| slot.error(field, problem))
            }
            part => {
                let mut outcomes: Vec<Option<Outcome>> =
                    slots.iter().map(|slot| slot.expression.eval_native(bindings)).collect();
                let open: Vec<usize> = (0..slots.len()).filter(|&at| outcomes[at].is_none()).collect();
                if !open.is_empty() {
                    let expressions: Vec<&Expression> = open.iter().map(|&at| &slots[at].expression).collect();
                    for (&at, outcome) in open.iter().zip(eval_in_engine(&expressions, bindings, chance)) {
                        outcomes[at] = Some(outcome);
                    }
                }
                let mut values = Vec::with_capacity(slots.len());
                for (slot, outcome) in slots.iter().zip(outcomes) {
                    let outcome = outcome.unwrap_or(Err(super::Problem::Undefined));
                    values.push(outcome.map_err(|problem| slot.error(field, problem))?);
                }
                Ok(part.build(&values))
            }
        }
    }
}

impl Slot {
    fn error(&self, field: &str, problem: super::Problem) -> EvalError {
        EvalError { expression: Arc::clone(self.expression.source()), field: format!("{field}{}", self.place), problem }
    }
}

fn compile(node: &Node, place: &mut String, slots: &mut Vec<Slot>) -> Result<Part, TemplateSyntaxError> {
    let length = place.len();
    let part = match &node.kind {
        NodeKind::String(text) => match jsonata_body(text) {
            Some(body) => {
                let failed = |error| TemplateSyntaxError { error, place: place.clone(), span: node.span };
                let expression = Expression::compile(body).map_err(failed)?;
                slots.push(Slot { expression, place: place.clone() });
                Part::Slot(slots.len() - 1)
            }
            None => Part::Constant(Value::from_node(node)),
        },
        NodeKind::Array(items) => {
            let mut parts = Vec::with_capacity(items.len());
            for (at, item) in items.iter().enumerate() {
                place.push_str(&format!("[{at}]"));
                parts.push(compile(item, place, slots)?);
                place.truncate(length);
            }
            if parts.iter().all(Part::is_constant) {
                Part::Constant(Value::from_node(node))
            } else {
                Part::Array(parts)
            }
        }
        NodeKind::Object(members) => {
            let mut parts = Vec::with_capacity(members.len());
            for member in members {
                place.push('/');
                place.push_str(&member.key.value);
                parts.push((Arc::clone(&member.key.value), compile(&member.value, place, slots)?));
                place.truncate(length);
            }
            let constant = parts.iter().all(|(_, part)| part.is_constant());
            if constant { Part::Constant(Value::from_node(node)) } else { Part::Object(parts) }
        }
        _ => Part::Constant(Value::from_node(node)),
    };
    Ok(part)
}

impl Part {
    fn is_constant(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    fn build(&self, values: &[Value]) -> Value {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Slot(at) => values[*at].clone(),
            Self::Array(parts) => parts.iter().map(|part| part.build(values)).collect(),
            Self::Object(parts) => {
                let mut members = ObjectBuilder::with_capacity(parts.len());
                for (key, part) in parts {
                    members.push(Arc::clone(key), part.build(values));
                }
                Value::Object(members.build())
            }
        }
    }
}

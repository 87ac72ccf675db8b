//! Writing at a Reference Path, as `ResultPath` does.

use std::sync::Arc;

use super::{Path, Token};
use crate::{Object, Text, Value};

/// A Reference Path that cannot be written to in a given input; the service's `States.ResultPathMatchFailure`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unable to apply ReferencePath {path} to input {input}")]
pub struct SetError {
    pub path: Arc<str>,
    pub input: Text,
}

impl Path {
    /// `base` with `value` at this path. Missing objects on the way are made; everything beside the way is shared with
    /// `base`.
    pub fn set(&self, base: &Value, value: Value) -> Result<Value, SetError> {
        put(base, &self.0.tokens, value)
            .ok_or_else(|| SetError { path: Arc::clone(&self.0.source), input: base.text() })
    }
}

fn put(base: &Value, tokens: &[Token], value: Value) -> Option<Value> {
    let Some((first, rest)) = tokens.split_first() else { return Some(value) };
    match (first, base) {
        (Token::Names(names), Value::Object(object)) if names.len() == 1 => {
            let inner = match (object.get(&names[0]), rest) {
                (_, []) => value,
                (Some(inner), _) => put(inner, rest, value)?,
                (None, _) => put(&Value::Object(Object::new()), rest, value)?,
            };
            let mut object = object.clone();
            object.insert(&*names[0], inner);
            Some(Value::Object(object))
        }
        (Token::Indexes(indexes), Value::Array(array)) if indexes.len() == 1 => {
            let index = usize::try_from(indexes[0]).ok()?;
            let inner = put(array.get(index)?, rest, value)?;
            let mut array = array.clone();
            array.set(index, inner).then_some(Value::Array(array))
        }
        _ => None,
    }
}

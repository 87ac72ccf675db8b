//! Values as JavaScript sees them.

use std::cmp::Ordering;

use super::Beyond;
use crate::{Number, Value};

/// Data nested more deeply than this is left to the engine.
pub(super) const MAX_DEPTH: usize = 64;

pub(super) fn finite(number: &Number) -> Result<f64, Beyond> {
    let value = number.as_f64();
    if value.is_finite() { Ok(value) } else { Err(Beyond) }
}

/// A side of an arithmetic operator: nothing, or a number.
pub(super) fn operand(value: Option<&Value>) -> Result<Option<f64>, Beyond> {
    match value {
        None => Ok(None),
        Some(Value::Number(number)) => finite(number).map(Some),
        Some(_) => Err(Beyond),
    }
}

/// A number as JavaScript writes it.
pub(super) fn number(value: f64) -> Result<Value, Beyond> {
    let size = value.abs();
    if value.fract() == 0.0 && size <= 9_007_199_254_740_992.0 {
        return Ok(Value::from(value as i64));
    }
    // Without an exponent, both write the shortest digits that mean the number.
    if (1e-6..1e21).contains(&size) && value.fract() != 0.0 {
        return Number::parse(&format!("{value}")).map(Value::Number).ok_or(Beyond);
    }
    Err(Beyond)
}

/// The order of two numbers or two strings.
pub(super) fn compare(left: &Value, right: &Value) -> Result<Ordering, Beyond> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => finite(left)?.partial_cmp(&finite(right)?).ok_or(Beyond),
        // JavaScript compares UTF-16 units.
        (Value::String(left), Value::String(right)) if left.is_ascii() && right.is_ascii() => {
            Ok(left.as_str().cmp(right.as_str()))
        }
        (Value::String(left), Value::String(right)) => Ok(left.encode_utf16().cmp(right.encode_utf16())),
        _ => Err(Beyond),
    }
}

pub(super) fn equal(left: &Value, right: &Value) -> Result<bool, Beyond> {
    equal_at(left, right, 0)
}

fn equal_at(left: &Value, right: &Value, depth: usize) -> Result<bool, Beyond> {
    if depth > MAX_DEPTH {
        return Err(Beyond);
    }
    Ok(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => finite(left)? == finite(right)?,
        (Value::String(left), Value::String(right)) => left.as_str() == right.as_str(),
        (Value::Array(left), Value::Array(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right) {
                if !equal_at(left, right, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Object(left), Value::Object(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (key, value) in left.iter() {
                match right.get(key) {
                    Some(twin) if equal_at(value, twin, depth + 1)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        // JavaScript's arrays are objects with a length.
        (Value::Array(_), Value::Object(_)) | (Value::Object(_), Value::Array(_)) => return Err(Beyond),
        _ => false,
    })
}

/// The truth of a value as `$boolean` sees it; nothing is false.
pub(super) fn truth(value: Option<&Value>) -> Result<bool, Beyond> {
    match value {
        None | Some(Value::Null) => return Ok(false),
        Some(Value::Bool(value)) => return Ok(*value),
        _ => {}
    }
    let mut open: Vec<&Value> = value.into_iter().collect();
    while let Some(value) = open.pop() {
        let holds = match value {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => finite(number)? != 0.0,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => {
                open.extend(items.iter());
                false
            }
            Value::Object(members) => !members.is_empty(),
        };
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What `$string` and `&` make of a value.
pub(super) fn append_text(out: &mut String, value: Option<&Value>) -> Result<(), Beyond> {
    match value {
        None => {}
        Some(Value::String(text)) => out.push_str(text),
        Some(Value::Number(written)) => {
            let value = finite(written)?;
            // Fifteen digits is where `$string` rounds.
            let rounded = if value.fract() == 0.0 && value.abs() < 1e15 {
                value
            } else {
                format!("{value:.14e}").parse().map_err(|_| Beyond)?
            };
            number(rounded)?.write(out);
        }
        Some(scalar @ (Value::Null | Value::Bool(_))) => scalar.write(out),
        Some(_) => return Err(Beyond),
    }
    Ok(())
}

/// Names that a JavaScript object puts elsewhere or gives a meaning of its own.
pub(super) fn is_special(key: &str) -> bool {
    key == "__proto__" || !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit())
}

//! The functions that need no engine.

use std::cmp::Ordering;
use std::sync::Arc;

use super::path::{look_up, sequence};
use super::value::{append_text, compare, equal, finite, is_special, number, operand, truth};
use super::{Answer, Beyond, HigherCall, Run};
use crate::{ObjectBuilder, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Append,
    Average,
    Boolean,
    Ceil,
    Contains,
    Count,
    Distinct,
    Exists,
    Floor,
    Join,
    Keys,
    Length,
    Lookup,
    Lowercase,
    Max,
    Merge,
    Min,
    Not,
    Number,
    Reverse,
    Sort,
    Split,
    String,
    SubstringAfter,
    SubstringBefore,
    Sum,
    Type,
    Uppercase,
}

impl Function {
    /// The function of that name when it is here and takes so many arguments.
    pub(super) fn named(name: &str, arguments: usize) -> Option<Self> {
        let (function, takes) = match name {
            "abs" => (Self::Abs, 1..=1),
            "append" => (Self::Append, 2..=2),
            "average" => (Self::Average, 1..=1),
            "boolean" => (Self::Boolean, 1..=1),
            "ceil" => (Self::Ceil, 1..=1),
            "contains" => (Self::Contains, 2..=2),
            "count" => (Self::Count, 1..=1),
            "distinct" => (Self::Distinct, 1..=1),
            "exists" => (Self::Exists, 1..=1),
            "floor" => (Self::Floor, 1..=1),
            "join" => (Self::Join, 1..=2),
            "keys" => (Self::Keys, 1..=1),
            "length" => (Self::Length, 1..=1),
            "lookup" => (Self::Lookup, 2..=2),
            "lowercase" => (Self::Lowercase, 1..=1),
            "max" => (Self::Max, 1..=1),
            "merge" => (Self::Merge, 1..=1),
            "min" => (Self::Min, 1..=1),
            "not" => (Self::Not, 1..=1),
            "number" => (Self::Number, 1..=1),
            "reverse" => (Self::Reverse, 1..=1),
            "sort" => (Self::Sort, 1..=1),
            "split" => (Self::Split, 2..=2),
            "string" => (Self::String, 1..=1),
            "substringAfter" => (Self::SubstringAfter, 2..=2),
            "substringBefore" => (Self::SubstringBefore, 2..=2),
            "sum" => (Self::Sum, 1..=1),
            "type" => (Self::Type, 1..=1),
            "uppercase" => (Self::Uppercase, 1..=1),
            _ => return None,
        };
        takes.contains(&arguments).then_some(function)
    }
}

/// The items of an argument that is taken as an array.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}

fn numbers(value: &Value) -> Result<Vec<f64>, Beyond> {
    items(value).iter().map(|item| operand(Some(item))?.ok_or(Beyond)).collect()
}

fn text(value: &Value) -> Result<&str, Beyond> {
    value.as_str().ok_or(Beyond)
}

fn ascii(value: &Value) -> Result<&str, Beyond> {
    text(value).and_then(|text| if text.is_ascii() { Ok(text) } else { Err(Beyond) })
}

pub(super) fn call(run: &mut Run<'_>, function: Function, arguments: &[Option<Value>]) -> Answer {
    let first = arguments.first().and_then(Option::as_ref);
    // The few that do something with nothing.
    let value = match (function, first) {
        (Function::Exists, value) => return Ok(Some(Value::Bool(value.is_some()))),
        (Function::Count, value) => return Ok(Some(Value::from(value.map_or(0, |value| items(value).len() as i64)))),
        (Function::Append, None) => return Ok(arguments[1].clone()),
        // The engine looks at the other arguments first.
        (_, None) if arguments[1..].iter().all(|argument| matches!(argument, Some(Value::String(_)))) => {
            return Ok(None);
        }
        (_, None) => return Err(Beyond),
        (_, Some(value)) => value,
    };
    let second = || arguments.get(1).and_then(Option::as_ref).ok_or(Beyond);
    if let Value::Array(items) = value {
        run.spend(items.len())?;
    }
    Ok(Some(match function {
        Function::Exists | Function::Count => return Err(Beyond),
        Function::Not => Value::Bool(!truth(Some(value))?),
        Function::Boolean => Value::Bool(truth(Some(value))?),
        Function::Sum => number(numbers(value)?.iter().sum())?,
        Function::Max | Function::Min | Function::Average => {
            let numbers = numbers(value)?;
            if numbers.is_empty() {
                return Ok(None);
            }
            number(match function {
                Function::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                Function::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
                _ => numbers.iter().sum::<f64>() / numbers.len() as f64,
            })?
        }
        Function::Abs => number(operand(Some(value))?.ok_or(Beyond)?.abs())?,
        Function::Floor => number(operand(Some(value))?.ok_or(Beyond)?.floor())?,
        Function::Ceil => number(operand(Some(value))?.ok_or(Beyond)?.ceil())?,
        Function::Number => match value {
            Value::Number(value) => number(finite(value)?)?,
            Value::Bool(value) => Value::from(i64::from(*value)),
            Value::String(text) => number(spelt(text)?)?,
            _ => return Err(Beyond),
        },
        Function::String => {
            let mut out = String::new();
            append_text(&mut out, Some(value))?;
            Value::string(&out)
        }
        Function::Length => Value::from(text(value)?.chars().count() as i64),
        Function::Lowercase => Value::string(&ascii(value)?.to_ascii_lowercase()),
        Function::Uppercase => Value::string(&ascii(value)?.to_ascii_uppercase()),
        Function::Contains => Value::Bool(text(value)?.contains(text(second()?)?)),
        Function::SubstringBefore => {
            let (text, part) = (text(value)?, text(second()?)?);
            Value::string(text.find(part).map_or(text, |at| &text[..at]))
        }
        Function::SubstringAfter => {
            let (text, part) = (text(value)?, text(second()?)?);
            Value::string(text.find(part).map_or(text, |at| &text[at + part.len()..]))
        }
        Function::Split => {
            let (text, separator) = (text(value)?, text(second()?)?);
            // An empty separator splits between UTF-16 units.
            if separator.is_empty() {
                return Err(Beyond);
            }
            text.split(separator).map(Value::string).collect()
        }
        Function::Join => {
            let separator = match arguments.get(1) {
                None | Some(None) => "",
                Some(Some(separator)) => text(separator)?,
            };
            let parts = items(value).iter().map(text).collect::<Result<Vec<_>, _>>()?;
            let joined = parts.join(separator);
            run.spend(joined.len() / 64)?;
            Value::string(&joined)
        }
        Function::Type => Value::string(value.type_name()),
        Function::Lookup => return look_up(value, text(second()?)?),
        Function::Keys => match value {
            Value::Object(object) if !object.keys().any(|key| is_special(key)) => {
                return Ok(sequence(object.keys().map(|key| Value::string(key)).collect()));
            }
            _ => return Err(Beyond),
        },
        Function::Append => match &arguments[1] {
            None => value.clone(),
            Some(more) => {
                run.spend(items(more).len())?;
                items(value).iter().chain(items(more)).cloned().collect()
            }
        },
        Function::Merge => {
            let mut merged = ObjectBuilder::default();
            for item in items(value) {
                let Value::Object(object) = item else { return Err(Beyond) };
                for (key, member) in object.iter() {
                    if is_special(key) {
                        return Err(Beyond);
                    }
                    run.spend(1)?;
                    merged.push(Arc::clone(key), member.clone());
                }
            }
            Value::Object(merged.build())
        }
        Function::Reverse => match value {
            Value::Array(items) => items.iter().rev().cloned().collect(),
            single => Value::from(vec![single.clone()]),
        },
        Function::Distinct => match value {
            Value::Array(items) if items.len() > 1 => distinct(run, items)?,
            _ => value.clone(),
        },
        Function::Sort => {
            let mut sorted = items(value).to_vec();
            let all = |holds: fn(&Value) -> bool| sorted.iter().all(holds);
            if !all(|item| matches!(item, Value::Number(_))) && !all(|item| matches!(item, Value::String(_))) {
                return if sorted.len() <= 1 { Ok(Some(Value::from(sorted))) } else { Err(Beyond) };
            }
            for item in sorted.iter().filter_map(Value::as_number) {
                finite(item)?;
            }
            run.spend(sorted.len().saturating_mul(4))?;
            sorted.sort_by(|left, right| compare(left, right).unwrap_or(Ordering::Equal));
            Value::from(sorted)
        }
    }))
}

/// A number in decimal notation; the other notations are the engine's.
fn spelt(text: &str) -> Result<f64, Beyond> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let decimal = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|&b| b == b'.').count() <= 1;
    if !decimal {
        return Err(Beyond);
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or(Beyond)
}

fn distinct(run: &mut Run<'_>, items: &[Value]) -> Result<Value, Beyond> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        run.spend(kept.len())?;
        let mut known = false;
        for other in &kept {
            if equal(item, other)? {
                known = true;
                break;
            }
        }
        if !known {
            kept.push(item.clone());
        }
    }
    // Whether one item that is left stays in its array depends on what kind of array it was.
    if kept.len() == 1 { Err(Beyond) } else { Ok(Value::from(kept)) }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Higher {
    Map,
    Filter,
    Reduce,
}

pub(super) fn higher(run: &mut Run<'_>, call: &HigherCall, context: Option<&Value>) -> Answer {
    run.is_builtin(&call.name)?;
    let array = call.array.run(run, context)?;
    let initial = match &call.initial {
        Some(code) => code.run(run, context)?,
        None => None,
    };
    let Some(array) = array else { return Ok(None) };
    let items = items(&array);
    let apply = |run: &mut Run<'_>, values: &[Option<Value>]| {
        let outside = run.locals.len();
        for (at, parameter) in call.parameters.iter().enumerate() {
            run.locals.push((Arc::clone(parameter), values.get(at).cloned().flatten()));
        }
        let result = call.body.run(run, context);
        run.locals.truncate(outside);
        result
    };
    let whole = || if matches!(array, Value::Array(_)) { array.clone() } else { Value::from(vec![array.clone()]) };
    if call.function == Higher::Reduce {
        let (mut so_far, from) = match initial {
            None if !items.is_empty() => (Some(items[0].clone()), 1),
            initial => (initial, 0),
        };
        for (at, item) in items.iter().enumerate().skip(from) {
            let mut values = vec![so_far, Some(item.clone())];
            if call.parameters.len() > 2 {
                values.push(Some(Value::from(at as i64)));
                values.push(Some(whole()));
            }
            so_far = apply(run, &values)?;
        }
        return Ok(so_far);
    }
    let mut results = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let values = match call.parameters.len() {
            0 | 1 => vec![Some(item.clone())],
            2 => vec![Some(item.clone()), Some(Value::from(at as i64))],
            _ => vec![Some(item.clone()), Some(Value::from(at as i64)), Some(whole())],
        };
        let result = apply(run, &values)?;
        match (call.function, result) {
            (Higher::Filter, result) => {
                if truth(result.as_ref())? {
                    results.push(item.clone());
                }
            }
            (_, Some(result)) => results.push(result),
            (_, None) => {}
        }
    }
    Ok(sequence(results))
}

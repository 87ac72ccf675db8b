//! Jayway's functions at the end of a path: `$.numbers.sum()`.

use super::{Dialect, Path, PathErrorKind, SyntaxError, eval, parse};
use crate::Value;

#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: Box<str>,
    kind: Kind,
    arguments: Vec<Argument>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Length,
    Min,
    Max,
    Average,
    Sum,
    StandardDeviation,
    First,
    Last,
    Index,
    Keys,
    Concat,
    Append,
    /// Jayway finds out on evaluation.
    Unknown,
}

#[derive(Debug)]
enum Argument {
    Value(Value),
    Path { path: Path, current: bool },
}

impl Function {
    pub(super) fn parse(
        name: &str,
        arguments: &str,
        dialect: Dialect,
        offset: usize,
        nesting: usize,
    ) -> Result<Self, SyntaxError> {
        let kind = match name {
            "length" | "size" => Kind::Length,
            "min" => Kind::Min,
            "max" => Kind::Max,
            "avg" => Kind::Average,
            "sum" => Kind::Sum,
            "stddev" => Kind::StandardDeviation,
            "first" => Kind::First,
            "last" => Kind::Last,
            "index" => Kind::Index,
            "keys" => Kind::Keys,
            "concat" => Kind::Concat,
            "append" => Kind::Append,
            _ => Kind::Unknown,
        };
        let mut parsed = Vec::new();
        for (at, text) in split(arguments) {
            let trimmed = text.trim();
            match trimmed.bytes().next() {
                Some(b'$' | b'@') => {
                    let path = parse::nested(trimmed, dialect, offset + at, nesting)?;
                    parsed.push(Argument::Path { path, current: trimmed.starts_with('@') });
                }
                Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9') => match Value::parse(trimmed) {
                    Ok(value) => parsed.push(Argument::Value(value)),
                    Err(error) => {
                        let span = offset + at..offset + at + text.len();
                        return Err(SyntaxError::new(format!("Arguments to function: '{name}': {error}"), span));
                    }
                },
                // Jayway passes over anything else, strings in single quotes included.
                _ => {}
            }
        }
        Ok(Self { name: name.into(), kind, arguments: parsed })
    }

    pub(super) fn apply(&self, model: &Value, root: &Value, budget: &mut u32) -> Result<Value, PathErrorKind> {
        let mut arguments = Vec::new();
        for argument in &self.arguments {
            match argument {
                Argument::Value(value) => arguments.push(value.clone()),
                Argument::Path { path, current } => {
                    let from = if *current { model } else { root };
                    arguments.push(eval::operand(path, from, root, budget)?.unwrap_or_default());
                }
            }
        }
        let items: &[Value] = model.as_array().map_or(&[], |array| array);
        let aggregate = |statistic: fn(&[f64]) -> f64| {
            let own = items.iter().filter_map(Value::as_f64);
            let given = arguments.iter().flat_map(|argument| match argument {
                Value::Array(items) => items.iter().filter_map(Value::as_f64).collect(),
                other => other.as_f64().into_iter().collect::<Vec<_>>(),
            });
            statistic_of(&own.chain(given).collect::<Vec<_>>(), statistic)
        };
        match self.kind {
            Kind::Length => Ok(length(model)),
            Kind::Min => aggregate(min),
            Kind::Max => aggregate(max),
            Kind::Average => aggregate(average),
            Kind::Sum => aggregate(sum),
            Kind::StandardDeviation => aggregate(deviation),
            Kind::First => nth(items, 0),
            Kind::Last => nth(items, -1),
            Kind::Index => nth(items, arguments.first().and_then(Value::as_i64).unwrap_or(0)),
            Kind::Keys => Ok(model
                .as_object()
                .map_or(Value::Null, |object| object.keys().map(|key| Value::string(key)).collect())),
            Kind::Concat => {
                let mut out = String::new();
                for text in items.iter().chain(&arguments).filter_map(Value::as_str) {
                    out.push_str(text);
                }
                Ok(Value::string(&out))
            }
            Kind::Append => Ok(match model {
                Value::Array(array) => {
                    let mut array = array.clone();
                    arguments.into_iter().for_each(|argument| array.push(argument));
                    array.into()
                }
                other => other.clone(),
            }),
            Kind::Unknown => Err(self.unknown()),
        }
    }

    /// For a path with a scan before the function: what the scan found is the argument.
    pub(super) fn apply_to_found(&self, found: &[Value]) -> Result<Value, PathErrorKind> {
        let numbers = || {
            let inner = |value: &Value| match value {
                Value::Array(items) => items.iter().filter_map(Value::as_f64).collect::<Vec<_>>(),
                other => other.as_f64().into_iter().collect(),
            };
            found.iter().flat_map(inner).collect::<Vec<_>>()
        };
        match self.kind {
            // Jayway asks for all members of what was found.
            Kind::Length => {
                let members = |value: &Value| match value {
                    Value::Array(items) => items.len(),
                    Value::Object(members) => members.len(),
                    _ => 0,
                };
                Ok(Value::from(found.iter().map(members).sum::<usize>() as i64))
            }
            Kind::Min => statistic_of(&numbers(), min),
            Kind::Max => statistic_of(&numbers(), max),
            Kind::Average => statistic_of(&numbers(), average),
            Kind::Sum => statistic_of(&numbers(), sum),
            Kind::StandardDeviation => statistic_of(&numbers(), deviation),
            Kind::Concat => Ok(Value::string(&found.iter().filter_map(Value::as_str).collect::<String>())),
            Kind::Unknown => Err(self.unknown()),
            Kind::First => nth(found, 0),
            Kind::Last => nth(found, -1),
            Kind::Index => match self.arguments.first() {
                Some(Argument::Value(index)) => nth(found, index.as_i64().unwrap_or(0)),
                _ => nth(found, 0),
            },
            Kind::Keys => Ok(Value::Null),
            Kind::Append => Ok(found.iter().cloned().collect()),
        }
    }

    fn unknown(&self) -> PathErrorKind {
        PathErrorKind::Inapplicable(format!("Function with name: {} does not exist.", self.name))
    }
}

/// The arguments between top-level commas, with their offsets.
fn split(arguments: &str) -> Vec<(usize, &str)> {
    let bytes = arguments.as_bytes();
    let (mut parts, mut start, mut depth, mut at) = (Vec::new(), 0, 0i32, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => at = parse::string_end(bytes, at, quote).unwrap_or(bytes.len() - 1),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                parts.push((start, &arguments[start..at]));
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push((start, &arguments[start..]));
    parts
}

fn length(model: &Value) -> Value {
    match model {
        Value::Array(items) => Value::from(items.len() as i64),
        Value::Object(members) => Value::from(members.len() as i64),
        _ => Value::Null,
    }
}

fn empty() -> PathErrorKind {
    PathErrorKind::Inapplicable("Aggregation function attempted to calculate value using empty array".to_owned())
}

fn nth(items: &[Value], index: i64) -> Result<Value, PathErrorKind> {
    if items.is_empty() {
        return Err(empty());
    }
    eval::item(items, index).cloned().ok_or_else(|| {
        PathErrorKind::Inapplicable(format!("Target index:{index} larger than object count:{}", items.len()))
    })
}

fn statistic_of(numbers: &[f64], statistic: fn(&[f64]) -> f64) -> Result<Value, PathErrorKind> {
    if numbers.is_empty() {
        return Err(empty());
    }
    Value::float(statistic(numbers))
        .ok_or_else(|| PathErrorKind::Inapplicable("the result is not a finite number".to_owned()))
}

fn min(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

fn max(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn sum(numbers: &[f64]) -> f64 {
    numbers.iter().sum()
}

fn average(numbers: &[f64]) -> f64 {
    sum(numbers) / numbers.len() as f64
}

fn deviation(numbers: &[f64]) -> f64 {
    let count = numbers.len() as f64;
    let squares: f64 = numbers.iter().map(|n| n * n).sum();
    (squares / count - (sum(numbers) / count).powi(2)).max(0.0).sqrt()
}

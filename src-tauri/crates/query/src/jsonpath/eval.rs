//! Walking a document along a path.

use super::{Dialect, Path, PathError, PathErrorKind, Token, canonical};
use crate::{Number, Object, Value};

/// Values a path may look at: seconds of work, far beyond what a payload of the service's size asks for.
const BUDGET: u32 = 5_000_000;

/// Follows names and single indexes.
pub(super) fn simple<'a>(tokens: &[Token], root: &'a Value) -> Option<&'a Value> {
    tokens.iter().try_fold(root, |value, token| match token {
        Token::Names(names) => value.get(&names[0]),
        Token::Indexes(indexes) => item(value.as_array()?, indexes[0]),
        _ => None,
    })
}

/// The item at `index`, counted from the end when negative.
pub(crate) fn item(items: &[Value], index: i64) -> Option<&Value> {
    let index = if index < 0 { index + items.len() as i64 } else { index };
    items.get(usize::try_from(index).ok()?)
}

pub(super) fn why_missing(path: &Path, root: &Value) -> PathError {
    match all(path, root) {
        Err(error) => error,
        Ok(_) => path.error(PathErrorKind::NotFound(format!("No results for path: {}", path.canonical()))),
    }
}

pub(super) fn all(path: &Path, root: &Value) -> Result<Value, PathError> {
    let budget = &mut { BUDGET };
    within(path, root, root, budget).map_err(|kind| path.error(kind))
}

/// `current` is where the path starts, `root` what `$` means in its filters.
pub(super) fn within(path: &Path, current: &Value, root: &Value, budget: &mut u32) -> Result<Value, PathErrorKind> {
    let tokens = &path.0.tokens;
    match results(tokens, current, root, budget) {
        Ok(mut found) if path.0.definite => {
            found.pop().ok_or_else(|| PathErrorKind::NotFound(format!("No results for path: {}", canonical(tokens))))
        }
        Ok(found) => Ok(Value::from(found)),
        // Jayway objects to a missing beginning of a path that may find many; the service was recorded to answer `[]`
        // (test_json_path_array_wildcard_or_slice_with_no_input).
        Err(PathErrorKind::NotFound(_)) if !path.0.definite && path.0.dialect == Dialect::Service => {
            Ok(Value::from(Vec::new()))
        }
        Err(kind) => Err(kind),
    }
}

pub(super) fn results(
    tokens: &[Token],
    current: &Value,
    root: &Value,
    budget: &mut u32,
) -> Result<Vec<Value>, PathErrorKind> {
    // A function behind a scan is applied once, to all that the scan finds.
    if let [before @ .., Token::Function(function)] = tokens
        && before.iter().any(|token| matches!(token, Token::Scan))
    {
        let mut run = Run { tokens: before, root, budget, found: Vec::new() };
        run.step(0, current, true)?;
        let found = run.found;
        return Ok(vec![function.apply_to_found(&found)?]);
    }
    let mut run = Run { tokens, root, budget, found: Vec::new() };
    run.step(0, current, true)?;
    Ok(run.found)
}

struct Run<'a> {
    tokens: &'a [Token],
    root: &'a Value,
    budget: &'a mut u32,
    found: Vec<Value>,
}

impl Run<'_> {
    /// Applies the tokens from `at` on to `model`. `sure`: only one value can have led here.
    fn step(&mut self, at: usize, model: &Value, sure: bool) -> Result<(), PathErrorKind> {
        *self.budget = self.budget.checked_sub(1).ok_or(PathErrorKind::TooMuch)?;
        let tokens = self.tokens;
        let Some(token) = tokens.get(at) else {
            self.found.push(model.clone());
            return Ok(());
        };
        let leaf = at + 1 == tokens.len();
        match token {
            Token::Names(names) => {
                let Value::Object(object) = model else {
                    return if sure { Err(self.no_object(at, model)) } else { Ok(()) };
                };
                match &names[..] {
                    [name] => self.member(at, object, name, sure),
                    _ if leaf => {
                        let members = names.iter().filter_map(|name| Some((&**name, object.get(name)?.clone())));
                        self.found.push(Value::Object(members.collect()));
                        Ok(())
                    }
                    _ => names.iter().try_for_each(|name| self.member(at, object, name, false)),
                }
            }
            Token::Indexes(indexes) => {
                let Some(items) = self.array(at, model, sure)? else { return Ok(()) };
                let sure = sure && indexes.len() == 1;
                indexes
                    .iter()
                    .filter_map(|&index| item(items, index))
                    .try_for_each(|item| self.step(at + 1, item, sure))
            }
            Token::Slice { from, to } => {
                let Some(items) = self.array(at, model, sure)? else { return Ok(()) };
                slice(items.len() as i64, *from, *to)
                    .filter_map(|index| item(items, index))
                    .try_for_each(|item| self.step(at + 1, item, false))
            }
            Token::Wildcard => match model {
                Value::Array(items) => items.iter().try_for_each(|item| self.step(at + 1, item, false)),
                Value::Object(members) => members.values().try_for_each(|value| self.step(at + 1, value, false)),
                _ => Ok(()),
            },
            Token::Filter(filter) => match model {
                Value::Array(items) => {
                    for item in items {
                        if filter.accepts(item, self.root, self.budget)? {
                            self.step(at + 1, item, false)?;
                        }
                    }
                    Ok(())
                }
                Value::Object(_) => {
                    if filter.accepts(model, self.root, self.budget)? {
                        self.step(at + 1, model, false)
                    } else {
                        Ok(())
                    }
                }
                _ if sure => Err(PathErrorKind::Inapplicable(format!(
                    "Filter: {} can not be applied to primitives. Current context is: {}",
                    fragment(&tokens[at..]),
                    shown(model)
                ))),
                _ => Ok(()),
            },
            Token::Scan => self.scan(at, model),
            Token::Function(function) => {
                let value = function.apply(model, self.root, self.budget)?;
                self.step(at + 1, &value, sure)
            }
        }
    }

    fn member(&mut self, at: usize, object: &Object, name: &str, sure: bool) -> Result<(), PathErrorKind> {
        match object.get(name) {
            Some(value) => self.step(at + 1, value, sure),
            None if sure && at + 1 < self.tokens.len() => {
                let path = canonical(&self.tokens[..=at]);
                Err(PathErrorKind::NotFound(format!("Missing property in path {path}")))
            }
            None => Ok(()),
        }
    }

    fn array<'v>(&self, at: usize, model: &'v Value, sure: bool) -> Result<Option<&'v [Value]>, PathErrorKind> {
        match model {
            Value::Array(items) => Ok(Some(items)),
            _ if !sure => Ok(None),
            Value::Null => {
                let path = canonical(&self.tokens[..at]);
                Err(PathErrorKind::NotFound(format!("The path {path} is null")))
            }
            _ => Err(PathErrorKind::NotFound(format!(
                "Filter: {} can only be applied to arrays. Current context is: {}",
                fragment(&self.tokens[at..]),
                shown(model)
            ))),
        }
    }

    fn no_object(&self, at: usize, model: &Value) -> PathErrorKind {
        PathErrorKind::NotFound(format!(
            "Expected to find an object with property {} in path {} but found '{}'. This is not a json object according \
             to the JsonProvider: 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'.",
            fragment(&self.tokens[at..=at]),
            canonical(&self.tokens[..at]),
            java_class(model)
        ))
    }

    /// Visits `model` and everything below it in document order.
    fn scan(&mut self, at: usize, model: &Value) -> Result<(), PathErrorKind> {
        let Some(next) = self.tokens.get(at + 1) else { return Ok(()) };
        let mut open = vec![model];
        while let Some(value) = open.pop() {
            *self.budget = self.budget.checked_sub(1).ok_or(PathErrorKind::TooMuch)?;
            match value {
                Value::Array(items) => {
                    if self.scan_stops(next, value)? {
                        if at + 2 == self.tokens.len() {
                            self.step(at + 1, value, false)?;
                        } else {
                            // Jayway goes on with every item here, whatever the step would have picked.
                            items.iter().try_for_each(|item| self.step(at + 2, item, false))?;
                        }
                    }
                    open.extend(items.iter().rev());
                }
                Value::Object(members) => {
                    if self.scan_stops(next, value)? {
                        self.step(at + 1, value, false)?;
                    }
                    open.extend(members.iter().rev().map(|(_, value)| value));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn scan_stops(&mut self, next: &Token, value: &Value) -> Result<bool, PathErrorKind> {
        Ok(match (next, value) {
            (Token::Names(names), Value::Object(object)) => names.iter().all(|name| object.contains_key(name)),
            (Token::Indexes(_) | Token::Slice { .. }, Value::Array(_)) | (Token::Wildcard, _) => true,
            (Token::Filter(filter), _) => filter.accepts(value, self.root, self.budget)?,
            _ => false,
        })
    }
}

/// The indexes a slice picks, still counted from the end where they are negative. As in Jayway, a slice with both ends
/// counts through from one to the other.
fn slice(length: i64, from: Option<i64>, to: Option<i64>) -> std::ops::Range<i64> {
    let from_end = |at: i64| if at < 0 { length + at } else { at };
    match (from, to) {
        (Some(from), Some(to)) => from.max(-length)..to.min(length),
        (Some(from), None) => from_end(from).max(0)..length,
        (None, Some(to)) => 0..from_end(to).min(length),
        (None, None) => 0..length,
    }
}

fn fragment(tokens: &[Token]) -> String {
    canonical(tokens).split_off(1)
}

/// A value as Java's `toString` shows it in messages.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.compact(), str::to_owned)
}

fn java_class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "java.lang.Boolean",
        Value::Number(number) => java_number(number),
        Value::String(_) => "java.lang.String",
        Value::Array(_) => "net.minidev.json.JSONArray",
        Value::Object(_) => "java.util.LinkedHashMap",
    }
}

fn java_number(number: &Number) -> &'static str {
    match (number.is_integer(), number.as_i64()) {
        (true, Some(value)) if i32::try_from(value).is_ok() => "java.lang.Integer",
        (true, Some(_)) => "java.lang.Long",
        (true, None) => "java.math.BigInteger",
        (false, _) => "java.lang.Double",
    }
}

/// What `path` finds, for a filter: `None` when it finds nothing.
pub(super) fn operand(
    path: &Path,
    current: &Value,
    root: &Value,
    budget: &mut u32,
) -> Result<Option<Value>, PathErrorKind> {
    if path.0.simple {
        return Ok(simple(&path.0.tokens, current).cloned());
    }
    match within(path, current, root, budget) {
        Ok(value) => Ok(Some(value)),
        Err(PathErrorKind::NotFound(_)) => Ok(None),
        Err(kind) => Err(kind),
    }
}

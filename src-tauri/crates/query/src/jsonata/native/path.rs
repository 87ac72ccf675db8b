//! Paths: steps that map over sequences, and predicates.
//!
//! A sequence of JSONata collapses when a step or an expression hands it on: to nothing when it is empty, to its item
//! when it has one. Arrays of the data do not.

use std::cmp::Ordering;
use std::sync::Arc;

use super::value::{MAX_DEPTH, compare, finite, truth};
use super::{Answer, Beyond, Code, Run};
use crate::Value;

#[derive(Debug)]
pub(super) struct Step {
    pub(super) kind: StepKind,
    pub(super) stages: Vec<Predicate>,
}

#[derive(Debug)]
pub(super) enum StepKind {
    Name(Arc<str>),
    Code(Code),
    /// With each term: whether it is descending.
    Sort(Vec<(bool, Code)>),
}

#[derive(Debug)]
pub(super) enum Predicate {
    /// A literal number.
    Index(f64),
    Code(Code),
}

/// What a step makes of one item.
enum Found {
    Nothing,
    /// An array in here is one of the data.
    One(Value),
    Sequence(Vec<Value>),
}

/// What a sequence is worth once it is handed on.
pub(super) fn sequence(mut items: Vec<Value>) -> Option<Value> {
    match items.len() {
        0 => None,
        1 => items.pop(),
        _ => Some(Value::from(items)),
    }
}

/// The value at the end of `names`.
pub(super) fn follow(root: &Value, names: &[Arc<str>]) -> Answer {
    let mut at = root;
    for (step, name) in names.iter().enumerate() {
        match at {
            Value::Object(object) => match object.get(name) {
                Some(value) => at = value,
                None => return Ok(None),
            },
            Value::Array(items) => return map(items, &names[step..]),
            _ => return Ok(None),
        }
    }
    Ok(Some(at.clone()))
}

/// Names go on from the items of an array.
fn map(items: &[Value], names: &[Arc<str>]) -> Answer {
    let mut items: Vec<Value> = items.to_vec();
    let last = names.len() - 1;
    for (at, name) in names.iter().enumerate() {
        let mut found = Vec::with_capacity(items.len());
        for item in &items {
            if let Some(value) = look_up(item, name)? {
                found.push(value);
            }
        }
        // One array found at the end of the path is the result as it is, not a sequence that collapses.
        if at == last && matches!(&found[..], [Value::Array(_)]) {
            return Ok(found.pop());
        }
        items.clear();
        for value in found {
            match value {
                Value::Array(inner) => items.extend(inner.iter().cloned()),
                value => items.push(value),
            }
        }
        if items.is_empty() {
            return Ok(None);
        }
    }
    Ok(sequence(items))
}

/// The member of an object; of an array, those of its items.
pub(super) fn look_up(value: &Value, name: &str) -> Answer {
    match value {
        Value::Object(object) => Ok(object.get(name).cloned()),
        Value::Array(items) => {
            let mut found = Vec::new();
            gather(items, name, &mut found, 0)?;
            Ok(sequence(found))
        }
        _ => Ok(None),
    }
}

fn gather(items: &[Value], name: &str, found: &mut Vec<Value>, depth: usize) -> Result<(), Beyond> {
    if depth > MAX_DEPTH {
        return Err(Beyond);
    }
    for item in items {
        match item {
            Value::Object(object) => match object.get(name) {
                Some(Value::Array(inner)) => found.extend(inner.iter().cloned()),
                Some(value) => found.push(value.clone()),
                None => {}
            },
            Value::Array(inner) => gather(inner, name, found, depth + 1)?,
            _ => {}
        }
    }
    Ok(())
}

/// `absolute`: the path begins at a variable, and does not map over the context.
pub(super) fn walk(run: &mut Run<'_>, steps: &[Step], absolute: bool, context: Option<&Value>) -> Answer {
    let mut items: Vec<Value> = match context {
        Some(Value::Array(inner)) if !absolute => inner.to_vec(),
        Some(value) => vec![value.clone()],
        None => Vec::new(),
    };
    for (at, step) in steps.iter().enumerate() {
        let last = at + 1 == steps.len();
        let found = match &step.kind {
            StepKind::Sort(terms) => {
                let sorted = sort(run, terms, items)?;
                let mut found = Found::Sequence(sorted);
                for stage in &step.stages {
                    found = filter(run, stage, found)?;
                }
                match found {
                    Found::Sequence(items) => vec![Found::Sequence(items)],
                    one if last => vec![one],
                    _ => return Err(Beyond),
                }
            }
            // Nothing is a context too, before the first step.
            _ if at == 0 && context.is_none() => vec![visit(run, step, None)?],
            _ => {
                let mut found = Vec::with_capacity(items.len());
                for item in &items {
                    found.push(visit(run, step, Some(item))?);
                }
                found
            }
        };
        let mut present = found.into_iter().filter(|found| !matches!(found, Found::Nothing)).peekable();
        let mut next = Vec::new();
        let first = present.next();
        if last && present.peek().is_none() && matches!(first, Some(Found::One(Value::Array(_)))) {
            let Some(Found::One(array)) = first else { return Err(Beyond) };
            return Ok(Some(array));
        }
        for found in first.into_iter().chain(present) {
            match found {
                Found::Nothing => {}
                Found::One(Value::Array(inner)) => next.extend(inner.iter().cloned()),
                Found::One(value) => next.push(value),
                Found::Sequence(inner) => next.extend(inner),
            }
        }
        run.spend(next.len())?;
        if next.is_empty() {
            return Ok(None);
        }
        items = next;
    }
    Ok(sequence(items))
}

fn visit(run: &mut Run<'_>, step: &Step, item: Option<&Value>) -> Result<Found, Beyond> {
    let value = match (&step.kind, item) {
        (StepKind::Name(name), Some(item)) => look_up(item, name)?,
        (StepKind::Name(_), None) => None,
        (StepKind::Code(code), item) => code.run(run, item)?,
        (StepKind::Sort(_), _) => return Err(Beyond),
    };
    let mut found = value.map_or(Found::Nothing, Found::One);
    for stage in &step.stages {
        found = filter(run, stage, found)?;
    }
    Ok(found)
}

/// Predicates on an expression that is not a path.
pub(super) fn filtered(run: &mut Run<'_>, value: Option<Value>, predicates: &[Predicate]) -> Answer {
    let mut found = value.map_or(Found::Nothing, Found::One);
    for predicate in predicates {
        // Between predicates a sequence is not handed on, and does not collapse.
        found = filter(run, predicate, found)?;
    }
    Ok(match found {
        Found::Nothing => None,
        Found::One(value) => Some(value),
        Found::Sequence(items) => sequence(items),
    })
}

fn filter(run: &mut Run<'_>, predicate: &Predicate, input: Found) -> Result<Found, Beyond> {
    let items: Vec<Value> = match input {
        Found::Nothing => {
            // The predicate is asked about nothing; should it agree, the sequence would hold nothing as an item.
            return match predicate {
                Predicate::Index(_) => Ok(Found::Sequence(Vec::new())),
                Predicate::Code(code) => match code.run(run, None)? {
                    Some(Value::Bool(false)) | None => Ok(Found::Sequence(Vec::new())),
                    _ => Err(Beyond),
                },
            };
        }
        Found::One(Value::Array(inner)) => inner.to_vec(),
        Found::One(value) => vec![value],
        Found::Sequence(items) => items,
    };
    let place = |index: f64| if index.floor() < 0.0 { items.len() as f64 + index.floor() } else { index.floor() };
    match predicate {
        Predicate::Index(index) => {
            let at = place(*index);
            let item = if at < 0.0 { None } else { items.get(at as usize) };
            Ok(match item {
                Some(array @ Value::Array(_)) => Found::One(array.clone()),
                Some(item) => Found::Sequence(vec![item.clone()]),
                None => Found::Sequence(Vec::new()),
            })
        }
        Predicate::Code(code) => {
            let mut kept = Vec::new();
            for (at, item) in items.iter().enumerate() {
                match code.run(run, Some(item))? {
                    Some(Value::Number(index)) => {
                        if place(finite(&index)?) == at as f64 {
                            kept.push(item.clone());
                        }
                    }
                    Some(Value::Array(indexes)) if indexes.iter().all(|index| matches!(index, Value::Number(_))) => {
                        run.spend(indexes.len())?;
                        for index in indexes.iter().filter_map(Value::as_number) {
                            if place(finite(index)?) == at as f64 {
                                kept.push(item.clone());
                            }
                        }
                    }
                    answer => {
                        if truth(answer.as_ref())? {
                            kept.push(item.clone());
                        }
                    }
                }
            }
            Ok(Found::Sequence(kept))
        }
    }
}

/// Stable; what has no key comes last, whatever the direction.
fn sort(run: &mut Run<'_>, terms: &[(bool, Code)], items: Vec<Value>) -> Result<Vec<Value>, Beyond> {
    if items.len() <= 1 {
        return Ok(items);
    }
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let keys = terms.iter().map(|(_, code)| code.run(run, Some(&item))).collect::<Result<Vec<_>, _>>()?;
        keyed.push((keys, item));
    }
    // Every key of a term has to compare with every other, or it is an error.
    for at in 0..terms.len() {
        let mut kind = None;
        for (keys, _) in &keyed {
            let this = match &keys[at] {
                None => continue,
                Some(Value::Number(number)) => finite(number).map(|_| "number")?,
                Some(Value::String(_)) => "string",
                Some(_) => return Err(Beyond),
            };
            if *kind.get_or_insert(this) != this {
                return Err(Beyond);
            }
        }
    }
    run.spend(keyed.len().saturating_mul(4))?;
    keyed.sort_by(|(left, _), (right, _)| {
        for ((descending, _), (left, right)) in terms.iter().zip(left.iter().zip(right)) {
            let order = match (left, right) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(left), Some(right)) => {
                    let order = compare(left, right).unwrap_or(Ordering::Equal);
                    if *descending { order.reverse() } else { order }
                }
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    });
    Ok(keyed.into_iter().map(|(_, item)| item).collect())
}

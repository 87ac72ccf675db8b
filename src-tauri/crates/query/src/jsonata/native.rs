//! The part of JSONata that most expressions in workflows keep to, evaluated without an engine: navigation,
//! comparison, arithmetic, constructors of arrays and objects, a few functions.
//!
//! It only ever answers what 2.0.6 answers. Whatever would be an error there, or takes more than is here, is
//! [`Beyond`], and the engine is asked: it words the errors. That both agree is tested.

use std::cmp::Ordering;
use std::sync::Arc;

use super::expression::Bindings;
use crate::{Key, Number, ObjectBuilder, Value};

/// The answer takes an engine.
#[derive(Debug)]
pub(super) struct Beyond;

/// `None` is JSONata's undefined.
type Answer = Result<Option<Value>, Beyond>;

#[derive(Debug)]
pub(super) enum Code {
    Constant(Value),
    Variable(Arc<str>),
    /// All of `$states`.
    States,
    /// Names from a variable on; at least one.
    Path {
        root: Root,
        names: Vec<Arc<str>>,
    },
    Arithmetic(Arithmetic, Box<Code>, Box<Code>),
    Equal {
        negated: bool,
        sides: Box<(Code, Code)>,
    },
    Compare(Comparison, Box<Code>, Box<Code>),
    And(Box<Code>, Box<Code>),
    Or(Box<Code>, Box<Code>),
    Concat(Box<Code>, Box<Code>),
    Negate(Box<Code>),
    Condition(Box<(Code, Code, Option<Code>)>),
    /// With each item: whether it is itself a constructor, whose array stays one item.
    Array(Vec<(bool, Code)>),
    Object(Vec<(Key, Code)>),
    Call(Function, Arc<str>, Box<Code>),
}

#[derive(Debug)]
pub(super) enum Root {
    /// A member of `$states`.
    States(Arc<str>),
    Variable(Arc<str>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Function {
    Exists,
    Not,
    Boolean,
    Count,
    Sum,
}

/// Nested deeper, an expression is left to the engine.
const MAX_DEPTH: usize = 64;

impl Code {
    pub(super) fn compile(tree: &Value) -> Option<Self> {
        compile(tree, 0)
    }

    pub(super) fn eval(&self, bindings: &Bindings<'_>) -> Answer {
        match self {
            Self::Constant(value) => Ok(Some(value.clone())),
            Self::Variable(name) => (bindings.variables)(name).map(Some).ok_or(Beyond),
            Self::States => Ok(Some(bindings.states())),
            Self::Path { root, names } => match root {
                Root::States(part) => match &**part {
                    "input" => follow(bindings.input, names),
                    "context" => follow(&(bindings.context)(), names),
                    "result" => bindings.result.map_or(Ok(None), |value| follow(value, names)),
                    "errorOutput" => bindings.error_output.map_or(Ok(None), |value| follow(value, names)),
                    _ => Ok(None),
                },
                // An unknown name may still be a function.
                Root::Variable(name) => follow(&(bindings.variables)(name).ok_or(Beyond)?, names),
            },
            Self::Arithmetic(operator, left, right) => {
                let (left, right) = (left.eval(bindings)?, right.eval(bindings)?);
                let (left, right) = (operand(left.as_ref())?, operand(right.as_ref())?);
                let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
                number(match operator {
                    Arithmetic::Add => left + right,
                    Arithmetic::Subtract => left - right,
                    Arithmetic::Multiply => left * right,
                    Arithmetic::Divide => left / right,
                    Arithmetic::Remainder => left % right,
                })
                .map(Some)
            }
            Self::Equal { negated, sides } => {
                let (left, right) = (sides.0.eval(bindings)?, sides.1.eval(bindings)?);
                let (Some(left), Some(right)) = (left, right) else { return Ok(Some(Value::Bool(false))) };
                Ok(Some(Value::Bool(equal(&left, &right, 0)? != *negated)))
            }
            Self::Compare(operator, left, right) => {
                let (left, right) = (left.eval(bindings)?, right.eval(bindings)?);
                let order = match (&left, &right) {
                    (Some(Value::Number(left)), Some(Value::Number(right))) => {
                        finite(left)?.partial_cmp(&finite(right)?).ok_or(Beyond)?
                    }
                    // JavaScript compares UTF-16 units.
                    (Some(Value::String(left)), Some(Value::String(right))) => {
                        left.encode_utf16().cmp(right.encode_utf16())
                    }
                    (None, None | Some(Value::Number(_) | Value::String(_)))
                    | (Some(Value::Number(_) | Value::String(_)), None) => {
                        return Ok(None);
                    }
                    _ => return Err(Beyond),
                };
                Ok(Some(Value::Bool(match operator {
                    Comparison::Less => order == Ordering::Less,
                    Comparison::LessOrEqual => order != Ordering::Greater,
                    Comparison::Greater => order == Ordering::Greater,
                    Comparison::GreaterOrEqual => order != Ordering::Less,
                })))
            }
            Self::And(left, right) => {
                let both = truth(left.eval(bindings)?.as_ref())? && truth(right.eval(bindings)?.as_ref())?;
                Ok(Some(Value::Bool(both)))
            }
            Self::Or(left, right) => {
                let either = truth(left.eval(bindings)?.as_ref())? || truth(right.eval(bindings)?.as_ref())?;
                Ok(Some(Value::Bool(either)))
            }
            Self::Concat(left, right) => {
                let mut out = String::new();
                append_text(&mut out, left.eval(bindings)?.as_ref())?;
                append_text(&mut out, right.eval(bindings)?.as_ref())?;
                Ok(Some(Value::string(&out)))
            }
            Self::Negate(inner) => match operand(inner.eval(bindings)?.as_ref())? {
                Some(value) => number(-value).map(Some),
                None => Ok(None),
            },
            Self::Condition(parts) => {
                let (condition, then, otherwise) = &**parts;
                if truth(condition.eval(bindings)?.as_ref())? {
                    then.eval(bindings)
                } else {
                    otherwise.as_ref().map_or(Ok(None), |code| code.eval(bindings))
                }
            }
            Self::Array(items) => {
                let mut array = Vec::with_capacity(items.len());
                for (constructor, code) in items {
                    match code.eval(bindings)? {
                        Some(Value::Array(inner)) if !constructor => array.extend(inner.iter().cloned()),
                        Some(value) => array.push(value),
                        None => {}
                    }
                }
                Ok(Some(Value::from(array)))
            }
            Self::Object(members) => {
                let mut object = ObjectBuilder::with_capacity(members.len());
                for (key, code) in members {
                    if let Some(value) = code.eval(bindings)? {
                        object.push(Arc::clone(key), value);
                    }
                }
                Ok(Some(Value::Object(object.build())))
            }
            Self::Call(function, name, argument) => {
                // A variable may hide the function.
                if (bindings.variables)(name).is_some() {
                    return Err(Beyond);
                }
                call(*function, argument.eval(bindings)?.as_ref())
            }
        }
    }
}

fn call(function: Function, argument: Option<&Value>) -> Answer {
    let value = match (function, argument) {
        (Function::Exists, argument) => Value::Bool(argument.is_some()),
        (Function::Count, argument) => Value::from(match argument {
            None => 0,
            Some(Value::Array(items)) => items.len() as i64,
            Some(_) => 1,
        }),
        (_, None) => return Ok(None),
        (Function::Not, argument) => Value::Bool(!truth(argument)?),
        (Function::Boolean, argument) => Value::Bool(truth(argument)?),
        (Function::Sum, Some(Value::Array(items))) => {
            let mut total = 0.0;
            for item in items {
                total += operand(Some(item))?.ok_or(Beyond)?;
            }
            number(total)?
        }
        (Function::Sum, argument) => number(operand(argument)?.ok_or(Beyond)?)?,
    };
    Ok(Some(value))
}

/// The value at the end of `names`, as a path of JSONata finds it.
fn follow(root: &Value, names: &[Arc<str>]) -> Answer {
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

/// A path goes on from the items of an array.
fn map(items: &[Value], names: &[Arc<str>]) -> Answer {
    let mut items: Vec<Value> = items.to_vec();
    let last = names.len() - 1;
    for (step, name) in names.iter().enumerate() {
        let mut found = Vec::new();
        for item in &items {
            match item {
                Value::Object(object) => found.extend(object.get(name).map(|value| (value.clone(), false))),
                Value::Array(inner) => {
                    let mut all = Vec::new();
                    look_up(inner, name, &mut all, 0)?;
                    match all.len() {
                        0 => {}
                        1 => found.extend(all.pop().map(|value| (value, false))),
                        _ => found.push((Value::from(all), true)),
                    }
                }
                _ => {}
            }
        }
        // One array found at the end of the path is the result as it is, not a sequence that collapses.
        if step == last
            && let [(Value::Array(_), false)] = &found[..]
        {
            return Ok(found.pop().map(|(value, _)| value));
        }
        items.clear();
        for (value, _) in found {
            match value {
                Value::Array(inner) => items.extend(inner.iter().cloned()),
                value => items.push(value),
            }
        }
        if items.is_empty() {
            return Ok(None);
        }
    }
    Ok(Some(if items.len() == 1 { items.remove(0) } else { Value::from(items) }))
}

fn look_up(items: &[Value], name: &str, found: &mut Vec<Value>, depth: usize) -> Result<(), Beyond> {
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
            Value::Array(inner) => look_up(inner, name, found, depth + 1)?,
            _ => {}
        }
    }
    Ok(())
}

fn finite(number: &Number) -> Result<f64, Beyond> {
    let value = number.as_f64();
    if value.is_finite() { Ok(value) } else { Err(Beyond) }
}

/// A side of an arithmetic operator: nothing, or a number.
fn operand(value: Option<&Value>) -> Result<Option<f64>, Beyond> {
    match value {
        None => Ok(None),
        Some(Value::Number(number)) => finite(number).map(Some),
        Some(_) => Err(Beyond),
    }
}

/// A number as JavaScript writes it.
fn number(value: f64) -> Result<Value, Beyond> {
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

fn equal(left: &Value, right: &Value, depth: usize) -> Result<bool, Beyond> {
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
                if !equal(left, right, depth + 1)? {
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
                    Some(twin) if equal(value, twin, depth + 1)? => {}
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
fn truth(value: Option<&Value>) -> Result<bool, Beyond> {
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

fn append_text(out: &mut String, value: Option<&Value>) -> Result<(), Beyond> {
    match value {
        None => {}
        Some(Value::String(text)) => out.push_str(text),
        Some(Value::Number(number)) => match number.as_i64() {
            // Fifteen digits is where `$string` starts to round.
            Some(whole) if number.is_integer() && whole.abs() < 1_000_000_000_000_000 => {
                out.push_str(&whole.to_string());
            }
            _ => return Err(Beyond),
        },
        Some(scalar @ (Value::Null | Value::Bool(_))) => scalar.write(out),
        Some(_) => return Err(Beyond),
    }
    Ok(())
}

fn compile(tree: &Value, depth: usize) -> Option<Code> {
    if depth > MAX_DEPTH {
        return None;
    }
    let object = tree.as_object()?;
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    // A predicate, a grouping, a kept array and the like ask for the engine.
    let only = |known: &[&str]| {
        object.keys().all(|key| known.contains(&&**key) || matches!(&**key, "type" | "value" | "position"))
    };
    let inner = |key: &str| object.get(key).and_then(|tree| compile(tree, depth + 1));
    let boxed = |key: &str| inner(key).map(Box::new);
    match text("type")? {
        "string" | "value" if only(&[]) => object.get("value").cloned().map(Code::Constant),
        "number" if only(&[]) => number(object.get("value")?.as_f64()?).ok().map(Code::Constant),
        "variable" if only(&[]) => match text("value")? {
            "" | "$" => None,
            "states" => Some(Code::States),
            name => Some(Code::Variable(name.into())),
        },
        "path" if only(&["steps"]) => path(object.get("steps")?.as_array()?),
        "binary" if only(&["lhs", "rhs"]) => {
            let (left, right) = (boxed("lhs")?, boxed("rhs")?);
            Some(match text("value")? {
                "+" => Code::Arithmetic(Arithmetic::Add, left, right),
                "-" => Code::Arithmetic(Arithmetic::Subtract, left, right),
                "*" => Code::Arithmetic(Arithmetic::Multiply, left, right),
                "/" => Code::Arithmetic(Arithmetic::Divide, left, right),
                "%" => Code::Arithmetic(Arithmetic::Remainder, left, right),
                "=" => Code::Equal { negated: false, sides: Box::new((*left, *right)) },
                "!=" => Code::Equal { negated: true, sides: Box::new((*left, *right)) },
                "<" => Code::Compare(Comparison::Less, left, right),
                "<=" => Code::Compare(Comparison::LessOrEqual, left, right),
                ">" => Code::Compare(Comparison::Greater, left, right),
                ">=" => Code::Compare(Comparison::GreaterOrEqual, left, right),
                "and" => Code::And(left, right),
                "or" => Code::Or(left, right),
                "&" => Code::Concat(left, right),
                _ => return None,
            })
        }
        "condition" if only(&["condition", "then", "else"]) => {
            let otherwise = if object.contains_key("else") { Some(inner("else")?) } else { None };
            Some(Code::Condition(Box::new((inner("condition")?, inner("then")?, otherwise))))
        }
        // One expression in parentheses.
        "block" if only(&["expressions"]) => match &object.get("expressions")?.as_array()?[..] {
            [single] => compile(single, depth + 1),
            _ => None,
        },
        "unary" => match text("value")? {
            "-" if only(&["expression"]) => Some(Code::Negate(boxed("expression")?)),
            "[" if only(&["expressions"]) => {
                let items = object.get("expressions")?.as_array()?;
                let constructor = |item: &Value| item.get("value").and_then(Value::as_str) == Some("[");
                items
                    .iter()
                    .map(|item| Some((constructor(item), compile(item, depth + 1)?)))
                    .collect::<Option<_>>()
                    .map(Code::Array)
            }
            "{" if only(&["lhs"]) => members(object.get("lhs")?.as_array()?, depth).map(Code::Object),
            _ => None,
        },
        "function" if only(&["arguments", "procedure"]) => {
            let procedure = object.get("procedure")?.as_object()?;
            let named = procedure.get("type").and_then(Value::as_str) == Some("variable") && procedure.len() == 3;
            let name = procedure.get("value").and_then(Value::as_str).filter(|_| named)?;
            let function = match name {
                "exists" => Function::Exists,
                "not" => Function::Not,
                "boolean" => Function::Boolean,
                "count" => Function::Count,
                "sum" => Function::Sum,
                _ => return None,
            };
            match &object.get("arguments")?.as_array()?[..] {
                [argument] => Some(Code::Call(function, name.into(), Box::new(compile(argument, depth + 1)?))),
                _ => None,
            }
        }
        _ => None,
    }
}

fn path(steps: &[Value]) -> Option<Code> {
    let plain = |step: &Value, kind: &str| {
        let object = step.as_object()?;
        let is = object.len() == 3 && object.get("type")?.as_str()? == kind;
        object.get("value").and_then(Value::as_str).filter(|_| is).map(Arc::<str>::from)
    };
    let (first, rest) = steps.split_first()?;
    let root = plain(first, "variable").filter(|name| !matches!(&**name, "" | "$"))?;
    let mut names = rest.iter().map(|step| plain(step, "name")).collect::<Option<Vec<_>>>()?;
    if names.is_empty() {
        return None;
    }
    if *root != *"states" {
        return Some(Code::Path { root: Root::Variable(root), names });
    }
    let part = names.remove(0);
    Some(Code::Path { root: Root::States(part), names })
}

fn members(pairs: &[Value], depth: usize) -> Option<Vec<(Key, Code)>> {
    let mut members: Vec<(Key, Code)> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let [key, value] = &pair.as_array()?[..] else { return None };
        let Code::Constant(Value::String(key)) = compile(key, depth + 1)? else { return None };
        // JavaScript puts integers first and has a will of its own about `__proto__`; repeated keys are an error.
        let special = key.as_str() == "__proto__" || key.bytes().all(|b| b.is_ascii_digit());
        if special || members.iter().any(|(known, _)| **known == *key.as_str()) {
            return None;
        }
        members.push((key.as_str().into(), compile(value, depth + 1)?));
    }
    Some(members)
}

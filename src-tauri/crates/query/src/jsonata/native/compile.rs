//! From JSONata's syntax tree to code, where all of the tree is understood.

use std::sync::Arc;

use super::functions::{Function, Higher};
use super::path::{Predicate, Step, StepKind};
use super::value::number;
use super::{Arithmetic, Code, Comparison, HigherCall};
use crate::{Object, Value};

/// Nested deeper, an expression is left to the engine.
const MAX_DEPTH: usize = 64;

pub(super) fn expression(tree: &Value) -> Option<Code> {
    // A local variable of that name would hide what is taken for granted here.
    if binds_states(tree) { None } else { node(tree, 0) }
}

fn binds_states(tree: &Value) -> bool {
    match tree {
        Value::Array(items) => items.iter().any(binds_states),
        Value::Object(object) => {
            let states = |value: &Value| value.get("value").and_then(Value::as_str) == Some("states");
            let kind = object.get("type").and_then(Value::as_str);
            let bound = match kind {
                Some("bind") => object.get("lhs").is_some_and(states),
                Some("lambda") => {
                    object.get("arguments").and_then(Value::as_array).is_some_and(|all| all.iter().any(states))
                }
                _ => false,
            };
            bound || object.values().any(binds_states)
        }
        _ => false,
    }
}

fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

/// Whether the node has no members besides those that every node has and `known`.
fn only(object: &Object, known: &[&str]) -> bool {
    object.keys().all(|key| known.contains(&&**key) || matches!(&**key, "type" | "value" | "position"))
}

fn node(tree: &Value, depth: usize) -> Option<Code> {
    if depth > MAX_DEPTH {
        return None;
    }
    let object = tree.as_object()?;
    if let Some(predicates) = object.get("predicate") {
        let mut bare = object.clone();
        bare.remove("predicate");
        let inner = node(&Value::Object(bare), depth + 1)?;
        return Some(Code::Filtered(Box::new(inner), stages(predicates, depth)?));
    }
    let inner = |key: &str| object.get(key).and_then(|tree| node(tree, depth + 1));
    let boxed = |key: &str| inner(key).map(Box::new);
    match text(object, "type")? {
        "string" | "value" if only(object, &[]) => object.get("value").cloned().map(Code::Constant),
        "number" if only(object, &[]) => number(object.get("value")?.as_f64()?).ok().map(Code::Constant),
        "variable" if only(object, &[]) => match text(object, "value")? {
            "" => Some(Code::Context),
            // The document of the whole expression; a workflow's has none.
            "$" => Some(Code::Undefined),
            "states" => Some(Code::States),
            name => Some(Code::Variable(name.into())),
        },
        "path" if only(object, &["steps"]) => path(object.get("steps")?.as_array()?, depth),
        "binary" if only(object, &["lhs", "rhs"]) => {
            let (left, right) = (boxed("lhs")?, boxed("rhs")?);
            Some(match text(object, "value")? {
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
                "in" => Code::In(left, right),
                "&" => Code::Concat(left, right),
                ".." => Code::Range(left, right),
                _ => return None,
            })
        }
        "condition" if only(object, &["condition", "then", "else"]) => {
            let otherwise = if object.contains_key("else") { Some(inner("else")?) } else { None };
            Some(Code::Condition(Box::new((inner("condition")?, inner("then")?, otherwise))))
        }
        "block" if only(object, &["expressions"]) => {
            let mut codes = nodes(object.get("expressions")?, depth)?;
            match codes.len() {
                1 if !matches!(codes[0], Code::Bind(..)) => codes.pop(),
                _ => Some(Code::Block(codes)),
            }
        }
        "bind" if only(object, &["lhs", "rhs"]) => {
            let target = object.get("lhs")?.as_object().filter(|target| only(target, &[]))?;
            Some(Code::Bind(text(target, "value")?.into(), boxed("rhs")?))
        }
        "unary" => match text(object, "value")? {
            "-" if only(object, &["expression"]) => Some(Code::Negate(boxed("expression")?)),
            "[" if only(object, &["expressions"]) => {
                let items = object.get("expressions")?.as_array()?;
                let constructor = |item: &Value| item.get("value").and_then(Value::as_str) == Some("[");
                let codes = nodes(object.get("expressions")?, depth)?;
                Some(Code::Array(items.iter().map(constructor).zip(codes).collect()))
            }
            "{" if only(object, &["lhs"]) => {
                let pairs = object.get("lhs")?.as_array()?;
                let member = |pair: &Value| match &pair.as_array()?[..] {
                    [key, value] => Some((node(key, depth + 1)?, node(value, depth + 1)?)),
                    _ => None,
                };
                pairs.iter().map(member).collect::<Option<_>>().map(Code::Object)
            }
            _ => None,
        },
        // A call at the end of a function, wrapped for the sake of tail calls.
        "lambda" if object.get("thunk") == Some(&Value::Bool(true)) => inner("body"),
        "function" if only(object, &["arguments", "procedure"]) => call(object, None, depth),
        "apply" if only(object, &["lhs", "rhs"]) => {
            let right = object.get("rhs")?.as_object()?;
            let called = text(right, "type") == Some("function") && only(right, &["arguments", "procedure"]);
            if called { call(right, object.get("lhs"), depth) } else { None }
        }
        _ => None,
    }
}

fn nodes(trees: &Value, depth: usize) -> Option<Vec<Code>> {
    trees.as_array()?.iter().map(|tree| node(tree, depth + 1)).collect()
}

/// `applied` is what stands before `~>`: the first argument.
fn call(object: &Object, applied: Option<&Value>, depth: usize) -> Option<Code> {
    let procedure = object.get("procedure")?.as_object()?;
    let name =
        text(procedure, "value").filter(|_| text(procedure, "type") == Some("variable") && only(procedure, &[]))?;
    let arguments: Vec<&Value> = applied.into_iter().chain(object.get("arguments")?.as_array()?.iter()).collect();
    let higher = match name {
        "map" => Some(Higher::Map),
        "filter" => Some(Higher::Filter),
        "reduce" => Some(Higher::Reduce),
        _ => None,
    };
    let Some(function) = higher else {
        let function = Function::named(name, arguments.len())?;
        let codes = arguments.into_iter().map(|tree| node(tree, depth + 1)).collect::<Option<_>>()?;
        return Some(Code::Call(function, name.into(), codes));
    };
    let (array, lambda, initial) = match (&arguments[..], function) {
        ([array, lambda], _) => (array, lambda, None),
        ([array, lambda, initial], Higher::Reduce) => (array, lambda, Some(initial)),
        _ => return None,
    };
    let lambda = lambda
        .as_object()
        .filter(|lambda| text(lambda, "type") == Some("lambda") && only(lambda, &["arguments", "body", "thunk"]))?;
    let parameter = |tree: &Value| tree.get("value").and_then(Value::as_str).map(Arc::<str>::from);
    let parameters: Vec<Arc<str>> =
        lambda.get("arguments")?.as_array()?.iter().map(parameter).collect::<Option<_>>()?;
    if function == Higher::Reduce && parameters.len() < 2 {
        return None;
    }
    let initial = match initial {
        Some(tree) => Some(node(tree, depth + 1)?),
        None => None,
    };
    let body = node(lambda.get("body")?, depth + 1)?;
    Some(Code::Higher(Box::new(HigherCall {
        function,
        name: name.into(),
        array: node(array, depth + 1)?,
        parameters,
        body,
        initial,
    })))
}

fn stages(trees: &Value, depth: usize) -> Option<Vec<Predicate>> {
    let stage = |tree: &Value| {
        let stage = tree.as_object().filter(|stage| text(stage, "type") == Some("filter") && only(stage, &["expr"]))?;
        let expression = stage.get("expr")?;
        match (expression.get("type")?.as_str()?, expression.get("value")) {
            ("number", Some(index)) => index.as_f64().map(Predicate::Index),
            _ => node(expression, depth + 1).map(Predicate::Code),
        }
    };
    trees.as_array()?.iter().map(stage).collect()
}

fn path(trees: &[Value], depth: usize) -> Option<Code> {
    let mut steps = Vec::with_capacity(trees.len());
    for tree in trees {
        steps.push(step(tree, depth)?);
    }
    let absolute = trees.first()?.get("type")?.as_str()? == "variable";
    let plain = |steps: &[Step]| {
        let name = |step: &Step| match &step.kind {
            StepKind::Name(name) if step.stages.is_empty() => Some(Arc::clone(name)),
            _ => None,
        };
        steps.iter().map(name).collect::<Option<Vec<_>>>()
    };
    if let Some(names) = plain(&steps) {
        return Some(Code::Relative(names));
    }
    if steps[0].stages.is_empty()
        && steps.len() > 1
        && let StepKind::Code(root) = &steps[0].kind
        && let Some(mut names) = plain(&steps[1..])
    {
        match root {
            Code::States => {
                let part = names.remove(0);
                return Some(Code::Plain { part, names });
            }
            Code::Variable(variable) => return Some(Code::From(Arc::clone(variable), names)),
            Code::Context => return Some(Code::Relative(names)),
            _ => {}
        }
    }
    // The first two steps as one, so that not all of `$states` is made to read a member of it.
    if let [Step { kind: StepKind::Code(Code::States), stages }, Step { kind: StepKind::Name(part), .. }, ..] =
        &steps[..]
        && stages.is_empty()
    {
        let part = Code::Plain { part: Arc::clone(part), names: Vec::new() };
        steps.remove(0);
        steps[0].kind = StepKind::Code(part);
    }
    Some(Code::Path { steps, absolute })
}

fn step(tree: &Value, depth: usize) -> Option<Step> {
    let object = tree.as_object()?;
    let mut bare = object.clone();
    let stages = match bare.remove("stages") {
        Some(trees) => stages(&trees, depth)?,
        None => Vec::new(),
    };
    let kind = match text(&bare, "type")? {
        "name" if only(&bare, &[]) => StepKind::Name(text(&bare, "value")?.into()),
        "sort" if only(&bare, &["terms"]) => {
            let term =
                |tree: &Value| Some((tree.get("descending")?.as_bool()?, node(tree.get("expression")?, depth + 1)?));
            StepKind::Sort(bare.get("terms")?.as_array()?.iter().map(term).collect::<Option<_>>()?)
        }
        "name" | "sort" => return None,
        _ => StepKind::Code(node(&Value::Object(bare), depth + 1)?),
    };
    Some(Step { kind, stages })
}

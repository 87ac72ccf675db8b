//! What an expression consists of and reads: for compilation and for the language tools.

use std::sync::Arc;

use super::error::SyntaxError;
use super::pool;
use crate::Value;

/// A node of the syntax tree that JSONata makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub kind: NodeKind,
    /// The name, operator or literal, as it means rather than as it is written.
    pub text: String,
    /// The end of the token: UTF-16 units from the beginning. Absent for nodes that group others.
    pub position: Option<u32>,
    /// Inside of it `$` is another value than around it: a later step of a path, a predicate, a term to sort by.
    pub own_context: bool,
    pub children: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Path,
    Name,
    Variable,
    String,
    Number,
    /// `true`, `false` or `null`.
    Literal,
    Regex,
    Unary,
    Binary,
    Condition,
    Block,
    Bind,
    Call,
    Lambda,
    Apply,
    Sort,
    Transform,
    /// `*`, `**`, `%` and the place holder `?`.
    Symbol,
    /// Where a broken expression could not be read.
    Error,
    Other,
}

/// What is known of an expression, broken or not.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    pub tree: Option<Node>,
    /// In order of their positions, with repetitions: variables and functions read, without `$`.
    pub variables: Vec<VariableUse>,
    pub errors: Vec<SyntaxError>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableUse {
    pub name: String,
    pub position: Option<u32>,
    /// It is called.
    pub call: bool,
    /// It is bound inside the expression: a parameter or `:=`.
    pub local: bool,
}

/// Reads an expression as far as it can be read.
#[must_use]
pub fn analyse(text: &str) -> Analysis {
    let source: Arc<str> = text.into();
    let answer = pool::with_engine(move |engine| engine.recover(&source));
    let value = match answer {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => return Analysis { errors: vec![error], ..Analysis::default() },
        Err(message) => return Analysis { errors: vec![SyntaxError::plain(&message)], ..Analysis::default() },
    };
    let errors: Vec<SyntaxError> = value
        .get("errors")
        .and_then(Value::as_array)
        .map(|errors| errors.iter().map(SyntaxError::from_value).collect())
        .unwrap_or_default();
    let tree = value.get("ast").map(node);
    let mut variables = Vec::new();
    if let Some(tree) = &tree {
        uses(tree, &mut Vec::new(), false, &mut variables);
    }
    variables.sort_by_key(|variable| variable.position);
    Analysis { tree, variables, errors }
}

/// Those in which `$` is what the node before them came to.
const OWN_CONTEXT: &[&str] = &["predicate", "stages", "group", "terms", "update", "delete"];

/// The members of a tree node that hold other nodes, in source order.
const INNER: &[&str] = &[
    "steps",
    "expression",
    "lhs",
    "procedure",
    "condition",
    "then",
    "else",
    "rhs",
    "arguments",
    "body",
    "expressions",
    "terms",
    "pattern",
    "update",
    "delete",
    "group",
    "expr",
    "predicate",
    "stages",
];

fn node(value: &Value) -> Node {
    let get = |key: &str| value.get(key);
    let kind = match get("type").and_then(Value::as_str).unwrap_or_default() {
        "path" => NodeKind::Path,
        "name" => NodeKind::Name,
        "variable" => NodeKind::Variable,
        "string" => NodeKind::String,
        "number" => NodeKind::Number,
        "value" => NodeKind::Literal,
        "regex" => NodeKind::Regex,
        "unary" => NodeKind::Unary,
        "binary" => NodeKind::Binary,
        "condition" => NodeKind::Condition,
        "block" => NodeKind::Block,
        "bind" => NodeKind::Bind,
        "function" | "partial" => NodeKind::Call,
        "lambda" => NodeKind::Lambda,
        "apply" => NodeKind::Apply,
        "sort" => NodeKind::Sort,
        "transform" => NodeKind::Transform,
        "wildcard" | "descendant" | "parent" | "operator" => NodeKind::Symbol,
        "error" => NodeKind::Error,
        _ => NodeKind::Other,
    };
    let text = match get("value") {
        Some(Value::String(text)) => text.as_str().to_owned(),
        Some(Value::Object(pattern)) => pattern.get("regex").and_then(Value::as_str).unwrap_or_default().to_owned(),
        Some(other) => other.compact(),
        None => String::new(),
    };
    let mut children = Vec::new();
    for key in INNER {
        let Some(inner) = get(key) else { continue };
        let before = children.len();
        gather(inner, &mut children);
        let first = before + usize::from(*key == "steps");
        if *key == "steps" || OWN_CONTEXT.contains(key) {
            children.iter_mut().skip(first).for_each(|child| child.own_context = true);
        }
    }
    let position = get("position").and_then(Value::as_i64).and_then(|at| u32::try_from(at).ok());
    Node { kind, text, position, own_context: false, children }
}

fn gather(value: &Value, children: &mut Vec<Node>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, children)),
        Value::Object(object) if object.contains_key("type") || object.contains_key("value") => {
            children.push(node(value));
        }
        // A grouping, a sort term: not a node itself.
        Value::Object(object) => {
            for key in INNER {
                if let Some(inner) = object.get(key) {
                    gather(inner, children);
                }
            }
        }
        _ => {}
    }
}

fn uses<'a>(node: &'a Node, bound: &mut Vec<&'a str>, call: bool, found: &mut Vec<VariableUse>) {
    let outside = bound.len();
    match node.kind {
        NodeKind::Variable if !matches!(node.text.as_str(), "" | "$") => {
            let local = bound.contains(&node.text.as_str());
            found.push(VariableUse { name: node.text.clone(), position: node.position, call, local });
        }
        NodeKind::Bind => {
            // Visible to what follows in the same block.
            if let [target, value] = &node.children[..] {
                bound.push(&target.text);
                uses(target, bound, false, found);
                uses(value, bound, false, found);
                return;
            }
        }
        _ => {}
    }
    if node.kind == NodeKind::Lambda {
        let parameters = node.children.iter().take_while(|child| child.kind == NodeKind::Variable);
        bound.extend(parameters.map(|child| child.text.as_str()));
    }
    for (at, child) in node.children.iter().enumerate() {
        uses(child, bound, node.kind == NodeKind::Call && at == 0, found);
    }
    if matches!(node.kind, NodeKind::Lambda | NodeKind::Block) {
        bound.truncate(outside);
    }
}

/// What an expression reads of its surroundings, never less than it does.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// The beginnings of the paths below `$states`; `None` when all of it may be read.
    pub(super) states: Option<Vec<Vec<Arc<str>>>>,
    /// Names of variables, built-in functions among them.
    pub(super) variables: Vec<Arc<str>>,
    pub(super) chance: bool,
}

impl Reads {
    pub(super) fn of(tree: &Value) -> Self {
        let mut reads = Self { states: Some(Vec::new()), ..Self::default() };
        reads.visit(tree);
        reads.variables.sort_unstable();
        reads.variables.dedup();
        reads.chance = reads.variables.iter().any(|name| matches!(&**name, "random" | "uuid" | "shuffle"));
        reads
    }

    fn visit(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.visit(item)),
            Value::Object(object) => {
                let is = |kind: &str| object.get("type").and_then(Value::as_str) == Some(kind);
                if is("variable") {
                    match object.get("value").and_then(Value::as_str) {
                        Some("states") => self.states = None,
                        Some("" | "$") | None => {}
                        Some(name) => self.variables.push(name.into()),
                    }
                }
                let steps = if is("path") { object.get("steps").and_then(Value::as_array) } else { None };
                let below = steps.and_then(|steps| states_path(steps));
                for (key, inner) in object.iter() {
                    match (&**key, &below) {
                        ("steps", Some(path)) => {
                            if let Some(paths) = &mut self.states {
                                paths.push(path.clone());
                            }
                            if let Value::Array(steps) = inner {
                                // The first step is the variable itself, and has been dealt with.
                                steps[1..].iter().for_each(|step| self.visit(step));
                            }
                        }
                        _ => self.visit(inner),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The names that follow `$states` at the beginning of a path.
fn states_path(steps: &[Value]) -> Option<Vec<Arc<str>>> {
    let text = |step: &Value, key: &str| step.get(key).and_then(Value::as_str).map(str::to_owned);
    let (first, rest) = steps.split_first()?;
    let plain = first.as_object()?.keys().all(|key| matches!(&**key, "type" | "value" | "position"));
    if !plain || text(first, "type")? != "variable" || text(first, "value")? != "states" {
        return None;
    }
    let mut names = Vec::new();
    for step in rest {
        match (text(step, "type").as_deref(), text(step, "value")) {
            (Some("name"), Some(name)) => names.push(Arc::from(name)),
            _ => break,
        }
        // A parent operator further on may look at what lies around the step.
        if step.as_object()?.keys().any(|key| matches!(&**key, "ancestor" | "tuple" | "focus")) {
            names.pop();
            break;
        }
    }
    (!names.is_empty()).then_some(names)
}

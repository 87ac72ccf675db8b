//! Compiled expressions and their evaluation.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::analysis::Reads;
use super::engine::{Outcome, Round};
use super::error::{Problem, SyntaxError};
use super::native::{Beyond, Shortcut};
use super::{Limits, order, pool};
use crate::{Chance, ObjectBuilder, Value};

/// A compiled expression. Cloning counts a reference.
#[derive(Clone)]
pub struct Expression(Arc<Compiled>);

struct Compiled {
    source: Arc<str>,
    reads: Reads,
    native: Option<Shortcut>,
}

/// What expressions look at: `$states` in its parts, and the variables.
pub struct Bindings<'a> {
    pub input: &'a Value,
    /// Absent, not null, where the state has no result yet.
    pub result: Option<&'a Value>,
    pub error_output: Option<&'a Value>,
    pub context: &'a dyn Fn() -> Value,
    pub variables: &'a dyn Fn(&str) -> Option<Value>,
    /// Milliseconds since 1970, for `$now` and `$millis`.
    pub now: i64,
    pub limits: Limits,
}

impl<'a> Bindings<'a> {
    /// Only an input.
    #[must_use]
    pub fn of(input: &'a Value) -> Self {
        Self {
            input,
            result: None,
            error_output: None,
            context: &|| Value::Object(crate::Object::new()),
            variables: &|_| None,
            now: 0,
            limits: Limits::default(),
        }
    }

    /// A member of `$states`.
    pub(super) fn part(&self, name: &str) -> Option<Value> {
        match name {
            "input" => Some(self.input.clone()),
            "result" => self.result.cloned(),
            "errorOutput" => self.error_output.cloned(),
            "context" => Some((self.context)()),
            _ => None,
        }
    }

    /// All of `$states`.
    pub(super) fn states(&self) -> Value {
        let mut states = ObjectBuilder::with_capacity(3);
        for name in ["input", "context", "result", "errorOutput"] {
            if let Some(value) = self.part(name) {
                states.push(name, value);
            }
        }
        Value::Object(states.build())
    }
}

/// Compiled expressions by their text. Definitions repeat themselves, and so do editors.
static COMPILED: LazyLock<Mutex<HashMap<Arc<str>, Expression>>> = LazyLock::new(Mutex::default);
const MOST_COMPILED: usize = 5_000;
/// Longer expressions are rare, and not worth the memory.
const LONGEST_KEPT: usize = 10_000;

impl Expression {
    /// Compiles what stands between `{%` and `%}`; space around it does not count.
    pub fn compile(text: &str) -> Result<Self, SyntaxError> {
        let source: Arc<str> = text.trim().into();
        if let Some(known) = COMPILED.lock().unwrap_or_else(PoisonError::into_inner).get(&source) {
            return Ok(known.clone());
        }
        let asked = Arc::clone(&source);
        let tree =
            pool::with_engine(move |engine| engine.check(&asked)).map_err(|error| SyntaxError::plain(&error))??;
        let compiled =
            Compiled { reads: Reads::of(&tree), native: Shortcut::compile(&tree), source: Arc::clone(&source) };
        let expression = Self(Arc::new(compiled));
        if expression.0.source.len() > LONGEST_KEPT {
            return Ok(expression);
        }
        let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_COMPILED {
            all.clear();
        }
        all.insert(source, expression.clone());
        Ok(expression)
    }

    /// The expression without `{% %}` and the space around it.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.0.source
    }

    /// The variables it may read, functions included, without `$`; never fewer than it does.
    #[must_use]
    pub fn variables(&self) -> &[Arc<str>] {
        &self.0.reads.variables
    }

    /// Whether it is evaluated without an engine whenever nothing goes wrong.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.0.native.is_some()
    }

    pub fn eval(&self, bindings: &Bindings<'_>, chance: &mut dyn Chance) -> Result<Value, Problem> {
        match self.eval_native(bindings) {
            Some(outcome) => outcome,
            None => eval_in_engine(&[self], bindings, chance).pop().unwrap_or(Err(Problem::Undefined)),
        }
    }

    /// `None` when it takes an engine to tell.
    pub(super) fn eval_native(&self, bindings: &Bindings<'_>) -> Option<Outcome> {
        match self.0.native.as_ref()?.eval(bindings) {
            Ok(Some(value)) => Some(Ok(value.to_compact())),
            Ok(None) => Some(Err(Problem::Undefined)),
            Err(Beyond) => None,
        }
    }

    /// Evaluates in an engine even what could be evaluated here: to compare the two.
    pub fn eval_without_shortcuts(&self, bindings: &Bindings<'_>, chance: &mut dyn Chance) -> Result<Value, Problem> {
        eval_in_engine(&[self], bindings, chance).pop().unwrap_or(Err(Problem::Undefined))
    }
}

/// Evaluates all in one round, over one copy of what they read.
pub(super) fn eval_in_engine(
    expressions: &[&Expression],
    bindings: &Bindings<'_>,
    chance: &mut dyn Chance,
) -> Vec<Outcome> {
    let mut members: Vec<(&str, Value)> = Vec::new();
    if let Some(states) = states_read(expressions, bindings) {
        members.push(("states", states));
    }
    let mut names: Vec<&Arc<str>> = expressions.iter().flat_map(|expression| &expression.0.reads.variables).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if let Some(value) = (bindings.variables)(name) {
            members.push((name, value));
        }
    }
    let mut data = String::from("{");
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 {
            data.push(',');
        }
        Value::string(name).write(&mut data);
        data.push(':');
        value.write(&mut data);
    }
    data.push('}');
    let seed = if expressions.iter().any(|expression| expression.0.reads.chance) {
        let (a, b) = (chance.bits(), chance.bits());
        [(a >> 32) as i32, a as i32, (b >> 32) as i32, b as i32]
    } else {
        [0; 4]
    };
    let outcomes = run(Round {
        expressions: expressions.iter().map(|expression| Arc::clone(&expression.0.source)).collect(),
        bindings: data,
        input: None,
        now: bindings.now as f64,
        seed,
        limits: bindings.limits.clone(),
        official: false,
    });
    let sources: Vec<Value> = members.into_iter().map(|(_, value)| value).collect();
    outcomes.into_iter().map(|outcome| outcome.map(|value| order::restored(value, &sources))).collect()
}

fn run(round: Round) -> Vec<Outcome> {
    let count = round.expressions.len();
    match pool::with_engine(move |engine| engine.run(&round)) {
        Ok(outcomes) => outcomes,
        Err(message) => vec![Err(Problem::Unavailable(message)); count],
    }
}

/// The parts of `$states` that the expressions read.
fn states_read(expressions: &[&Expression], bindings: &Bindings<'_>) -> Option<Value> {
    let mut paths: Vec<&[Arc<str>]> = Vec::new();
    for expression in expressions {
        match &expression.0.reads.states {
            None => return Some(bindings.states()),
            Some(read) => paths.extend(read.iter().map(Vec::as_slice)),
        }
    }
    if paths.is_empty() {
        return None;
    }
    let mut states = ObjectBuilder::default();
    for name in ["input", "context", "result", "errorOutput"] {
        let below: Vec<&[Arc<str>]> = paths
            .iter()
            .filter(|path| path.first().is_some_and(|first| **first == *name))
            .map(|path| &path[1..])
            .collect();
        if !below.is_empty()
            && let Some(value) = bindings.part(name)
        {
            states.push(name, only(&value, &below));
        }
    }
    Some(Value::Object(states.build()))
}

/// `value` without the members that no path leads to. Arrays are kept whole: a path maps over them.
fn only(value: &Value, paths: &[&[Arc<str>]]) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    if paths.iter().any(|path| path.is_empty()) {
        return value.clone();
    }
    let mut kept = ObjectBuilder::default();
    for (key, member) in object.iter() {
        let below: Vec<&[Arc<str>]> = paths.iter().filter(|path| path[0] == *key).map(|path| &path[1..]).collect();
        if !below.is_empty() {
            kept.push(Arc::clone(key), only(member, &below));
        }
    }
    Value::Object(kept.build())
}

/// Evaluates an expression as 2.0.6 does, without the service's departures: what its own test suite is about.
pub fn evaluate_official(
    text: &str,
    input: Option<&Value>,
    bindings: &Value,
    limits: Limits,
) -> Result<Value, Problem> {
    let round = Round {
        expressions: vec![text.into()],
        bindings: bindings.compact(),
        input: input.map(Value::compact),
        now: 0.0,
        seed: [1, 2, 3, 4],
        limits,
        official: true,
    };
    run(round).pop().unwrap_or(Err(Problem::Undefined))
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source)
    }
}

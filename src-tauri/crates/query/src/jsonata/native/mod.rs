//! The part of JSONata that most expressions in workflows keep to, evaluated without an engine: navigation, predicates,
//! sorting, operators, constructors, local variables, the common functions.
//!
//! It only ever answers what 2.0.6 answers. Whatever would be an error there, or takes more than is here, is
//! [`Beyond`], and the engine is asked: it words the errors. That both agree is tested, over the official suite and
//! over generated expressions.

mod compile;
mod functions;
mod path;
mod value;

use std::sync::Arc;

use super::expression::Bindings;
use crate::{Key, ObjectBuilder, Value};

use functions::{Function, Higher};
use path::{Predicate, Step};
use value::{append_text, compare, equal, number, operand, truth};

/// The answer takes an engine.
#[derive(Debug)]
pub(super) struct Beyond;

/// `None` is JSONata's undefined.
type Answer = Result<Option<Value>, Beyond>;

/// An expression that is understood here.
#[derive(Debug)]
pub(super) struct Shortcut(Code);

#[derive(Debug)]
enum Code {
    Constant(Value),
    Undefined,
    /// `$`
    Context,
    Variable(Arc<str>),
    /// All of `$states`.
    States,
    /// A member of `$states` and names from there: what most paths are.
    Plain {
        part: Arc<str>,
        names: Vec<Arc<str>>,
    },
    /// Names from a variable on.
    From(Arc<str>, Vec<Arc<str>>),
    /// Names from the context on.
    Relative(Vec<Arc<str>>),
    Path {
        steps: Vec<Step>,
        absolute: bool,
    },
    Filtered(Box<Code>, Vec<Predicate>),
    Arithmetic(Arithmetic, Box<Code>, Box<Code>),
    Equal {
        negated: bool,
        sides: Box<(Code, Code)>,
    },
    Compare(Comparison, Box<Code>, Box<Code>),
    In(Box<Code>, Box<Code>),
    And(Box<Code>, Box<Code>),
    Or(Box<Code>, Box<Code>),
    Concat(Box<Code>, Box<Code>),
    Range(Box<Code>, Box<Code>),
    Negate(Box<Code>),
    Condition(Box<(Code, Code, Option<Code>)>),
    /// With each item: whether it is itself a constructor, whose array stays one item.
    Array(Vec<(bool, Code)>),
    Object(Vec<(Code, Code)>),
    Block(Vec<Code>),
    Bind(Arc<str>, Box<Code>),
    Call(Function, Arc<str>, Vec<Code>),
    Higher(Box<HigherCall>),
}

/// A call of a function with a function written out among its arguments.
#[derive(Debug)]
struct HigherCall {
    function: Higher,
    name: Arc<str>,
    array: Code,
    parameters: Vec<Arc<str>>,
    body: Code,
    /// Of `$reduce`.
    initial: Option<Code>,
}

#[derive(Clone, Copy, Debug)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Steps after which the engine may try, with its own limit.
const BUDGET: u32 = 3_000_000;
/// Items of a range; longer ones are rare and are the engine's.
const MOST_ITEMS: f64 = 10_000.0;

/// One evaluation under way.
struct Run<'a> {
    bindings: &'a Bindings<'a>,
    /// Innermost last.
    locals: Vec<(Arc<str>, Option<Value>)>,
    left: u32,
}

impl Run<'_> {
    fn spend(&mut self, steps: usize) -> Result<(), Beyond> {
        self.left = u32::try_from(steps).ok().and_then(|steps| self.left.checked_sub(steps)).ok_or(Beyond)?;
        Ok(())
    }

    fn variable(&self, name: &str) -> Answer {
        match self.locals.iter().rev().find(|(local, _)| **local == *name) {
            Some((_, value)) => Ok(value.clone()),
            // What is not a variable may still be a function.
            None => (self.bindings.variables)(name).map(Some).ok_or(Beyond),
        }
    }

    /// Built-in functions can be hidden by variables.
    fn is_builtin(&self, name: &str) -> Result<(), Beyond> {
        let hidden = self.locals.iter().any(|(local, _)| **local == *name) || (self.bindings.variables)(name).is_some();
        if hidden { Err(Beyond) } else { Ok(()) }
    }
}

impl Shortcut {
    pub(super) fn compile(tree: &Value) -> Option<Self> {
        compile::expression(tree).map(Self)
    }

    pub(super) fn eval(&self, bindings: &Bindings<'_>) -> Answer {
        self.0.run(&mut Run { bindings, locals: Vec::new(), left: BUDGET }, None)
    }
}

impl Code {
    fn run(&self, run: &mut Run<'_>, context: Option<&Value>) -> Answer {
        run.spend(1)?;
        match self {
            Self::Constant(value) => Ok(Some(value.clone())),
            Self::Undefined => Ok(None),
            Self::Context => Ok(context.cloned()),
            Self::Variable(name) => run.variable(name),
            Self::States => Ok(Some(run.bindings.states())),
            Self::Plain { part, names } => match &**part {
                "input" => path::follow(run.bindings.input, names),
                "context" => path::follow(&(run.bindings.context)(), names),
                "result" => run.bindings.result.map_or(Ok(None), |value| path::follow(value, names)),
                "errorOutput" => run.bindings.error_output.map_or(Ok(None), |value| path::follow(value, names)),
                _ => Ok(None),
            },
            Self::From(variable, names) => match run.variable(variable)? {
                Some(value) => path::follow(&value, names),
                None => Ok(None),
            },
            Self::Relative(names) => context.map_or(Ok(None), |value| path::follow(value, names)),
            Self::Path { steps, absolute } => path::walk(run, steps, *absolute, context),
            Self::Filtered(inner, predicates) => {
                let inner = inner.run(run, context)?;
                path::filtered(run, inner, predicates)
            }
            Self::Arithmetic(operator, left, right) => {
                let (left, right) = (left.run(run, context)?, right.run(run, context)?);
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
                let (left, right) = (sides.0.run(run, context)?, sides.1.run(run, context)?);
                let (Some(left), Some(right)) = (left, right) else { return Ok(Some(Value::Bool(false))) };
                Ok(Some(Value::Bool(equal(&left, &right)? != *negated)))
            }
            Self::Compare(operator, left, right) => {
                let (left, right) = (left.run(run, context)?, right.run(run, context)?);
                let comparable =
                    |side: &Option<Value>| matches!(side, None | Some(Value::Number(_) | Value::String(_)));
                if !comparable(&left) || !comparable(&right) {
                    return Err(Beyond);
                }
                let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
                let order = compare(&left, &right)?;
                Ok(Some(Value::Bool(match operator {
                    Comparison::Less => order.is_lt(),
                    Comparison::LessOrEqual => order.is_le(),
                    Comparison::Greater => order.is_gt(),
                    Comparison::GreaterOrEqual => order.is_ge(),
                })))
            }
            Self::In(left, right) => {
                let (left, right) = (left.run(run, context)?, right.run(run, context)?);
                let (Some(left), Some(right)) = (left, right) else { return Ok(Some(Value::Bool(false))) };
                let items = match &right {
                    Value::Array(items) => &items[..],
                    single => std::slice::from_ref(single),
                };
                // Identity in JavaScript: containers are equal to nothing but themselves.
                if matches!(left, Value::Array(_) | Value::Object(_)) {
                    return Err(Beyond);
                }
                for item in items {
                    if equal(&left, item)? {
                        return Ok(Some(Value::Bool(true)));
                    }
                }
                Ok(Some(Value::Bool(false)))
            }
            Self::And(left, right) => {
                let both = truth(left.run(run, context)?.as_ref())? && truth(right.run(run, context)?.as_ref())?;
                Ok(Some(Value::Bool(both)))
            }
            Self::Or(left, right) => {
                let either = truth(left.run(run, context)?.as_ref())? || truth(right.run(run, context)?.as_ref())?;
                Ok(Some(Value::Bool(either)))
            }
            Self::Concat(left, right) => {
                let mut out = String::new();
                append_text(&mut out, left.run(run, context)?.as_ref())?;
                append_text(&mut out, right.run(run, context)?.as_ref())?;
                run.spend(out.len() / 64)?;
                Ok(Some(Value::string(&out)))
            }
            Self::Range(left, right) => {
                let (left, right) = (left.run(run, context)?, right.run(run, context)?);
                let (left, right) = (operand(left.as_ref())?, operand(right.as_ref())?);
                if left.is_some_and(|n| n.fract() != 0.0) || right.is_some_and(|n| n.fract() != 0.0) {
                    return Err(Beyond);
                }
                let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
                if right - left > MOST_ITEMS || left.abs() > 1e15 {
                    return Err(Beyond);
                }
                let items: Vec<Value> = (left as i64..=right as i64).map(Value::from).collect();
                run.spend(items.len())?;
                Ok(path::sequence(items))
            }
            Self::Negate(inner) => match operand(inner.run(run, context)?.as_ref())? {
                Some(value) => number(-value).map(Some),
                None => Ok(None),
            },
            Self::Condition(parts) => {
                let (condition, then, otherwise) = &**parts;
                if truth(condition.run(run, context)?.as_ref())? {
                    then.run(run, context)
                } else {
                    otherwise.as_ref().map_or(Ok(None), |code| code.run(run, context))
                }
            }
            Self::Array(items) => {
                let mut array = Vec::with_capacity(items.len());
                for (constructor, code) in items {
                    match code.run(run, context)? {
                        Some(Value::Array(inner)) if !constructor => array.extend(inner.iter().cloned()),
                        Some(value) => array.push(value),
                        None => {}
                    }
                }
                run.spend(array.len())?;
                Ok(Some(Value::from(array)))
            }
            Self::Object(members) => object(run, members, context),
            Self::Block(codes) => {
                let outside = run.locals.len();
                let mut last = None;
                for code in codes {
                    last = code.run(run, context)?;
                }
                run.locals.truncate(outside);
                Ok(last)
            }
            Self::Bind(name, code) => {
                let value = code.run(run, context)?;
                run.locals.push((Arc::clone(name), value.clone()));
                Ok(value)
            }
            Self::Call(function, name, arguments) => {
                run.is_builtin(name)?;
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    values.push(argument.run(run, context)?);
                }
                functions::call(run, *function, &values)
            }
            Self::Higher(call) => functions::higher(run, call, context),
        }
    }
}

/// An object constructor. Over an array it would group: that is left to the engine.
fn object(run: &mut Run<'_>, members: &[(Code, Code)], context: Option<&Value>) -> Answer {
    if matches!(context, Some(Value::Array(_))) {
        return Err(Beyond);
    }
    let mut keys: Vec<Option<Key>> = Vec::with_capacity(members.len());
    for (key, _) in members {
        keys.push(match key.run(run, context)? {
            Some(Value::String(key)) => {
                let key: Key = key.as_str().into();
                if value::is_special(&key) || keys.iter().flatten().any(|known| *known == key) {
                    return Err(Beyond);
                }
                Some(key)
            }
            None => None,
            Some(_) => return Err(Beyond),
        });
    }
    let mut object = ObjectBuilder::with_capacity(members.len());
    for (key, (_, code)) in keys.into_iter().zip(members) {
        // Without a key there is no value to evaluate.
        if let Some(key) = key
            && let Some(value) = code.run(run, context)?
        {
            object.push(key, value);
        }
    }
    Ok(Some(Value::Object(object.build())))
}

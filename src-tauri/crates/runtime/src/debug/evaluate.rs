//! Expressions in the scope of a paused thread: conditions, watches, the console. Evaluating moves nothing: it has a
//! chance of its own and sees copies.

use std::time::Duration;

use asl::syntax::Span;
use machine::{Event, EventKind, Execution, Timestamp};
use query::jsonata::{Bindings, Expression, Limits, Problem, Rooted};
use query::template::Template;
use query::{Object, Scope, Seeded, Value};

/// A value, or nothing where an expression finds none.
pub type Evaluated = Option<Value>;

/// A state may take longer; here somebody waits, and a condition is asked again and again.
const MOST_STEPS: u64 = 500_000;
const LONGEST_TIME: Duration = Duration::from_secs(2);
/// No expression of a console may be longer.
const LONGEST: usize = 100_000;

/// What an expression looks at.
#[derive(Debug, Clone)]
pub struct Focus {
    pub thread: Option<u32>,
    /// `$`, and `$states.input`.
    pub input: Value,
    /// `$states.result`
    pub result: Option<Value>,
    pub error_output: Option<Value>,
    pub now: Timestamp,
}

impl Focus {
    /// A thread as it is.
    pub fn of_thread(execution: &Execution, thread: u32, now: Timestamp) -> Option<Focus> {
        let view = execution.look_at(thread)?;
        let error_output = view.failure.as_ref().map(error_output);
        Some(Focus { thread: Some(thread), input: view.input, result: view.result, error_output, now })
    }

    /// Right after an event.
    pub fn of_event(execution: &Execution, event: &Event, now: Timestamp) -> Focus {
        let thread = execution.thread_of(event.execution, &event.scope);
        let mut focus = thread.and_then(|thread| Focus::of_thread(execution, thread, now)).unwrap_or_else(|| Focus {
            thread: None,
            input: execution.input().clone(),
            result: None,
            error_output: None,
            now,
        });
        match &event.kind {
            // The thread has gone on to the next state already.
            EventKind::StateExited { output, .. } => {
                focus.input = output.clone();
                focus.result = Some(output.clone());
            }
            EventKind::TaskSucceeded { output, .. } | EventKind::TaskSubmitted { output, .. } => {
                focus.result = Some(output.clone());
            }
            EventKind::TaskFailed { failure, .. }
            | EventKind::TaskTimedOut { failure, .. }
            | EventKind::EvaluationFailed { failure, .. }
            | EventKind::MapRunFailed { failure, .. }
            | EventKind::ErrorRaised { failure, .. } => focus.error_output = Some(error_output(failure)),
            EventKind::RetryScheduled(retry) => focus.error_output = Some(error_output(&retry.failure)),
            _ => {}
        }
        focus
    }
}

fn error_output(failure: &machine::Failure) -> Value {
    let mut object = Object::new();
    object.insert("Error", failure.error.as_deref().map_or(Value::Null, Value::string));
    object.insert("Cause", failure.cause.as_deref().map_or(Value::Null, Value::string));
    Value::Object(object)
}

/// What is wrong with an expression, and where, in UTF-16 code units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub message: String,
    pub at: Option<u32>,
}

impl From<String> for Trouble {
    fn from(message: String) -> Trouble {
        Trouble { message, at: None }
    }
}

/// JSONata (with or without `{% %}`), a path or an intrinsic function. Text that is a path or a call of `States.…` is
/// read as such; anything else is JSONata, in which `$` is the input too.
///
/// # Errors
/// What is wrong with the expression, in words.
pub fn evaluate(execution: &Execution, focus: &Focus, text: &str) -> Result<Evaluated, String> {
    evaluate_or_point(execution, focus, text).map_err(|trouble| trouble.message)
}

/// The same, and where in the text the trouble lies.
///
/// # Errors
/// What is wrong with the expression.
pub fn evaluate_or_point(execution: &Execution, focus: &Focus, text: &str) -> Result<Evaluated, Trouble> {
    if text.len() > LONGEST {
        return Err("the expression is too long".to_owned().into());
    }
    let trimmed = text.trim();
    let bare = trimmed.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}")).map(str::trim);
    let context = || {
        let context = focus.thread.and_then(|thread| execution.context_object(thread));
        context.unwrap_or_else(|| Value::Object(Object::new()))
    };
    let variables = focus.thread.and_then(|thread| execution.look_at(thread)).map(|view| view.variables);
    let variables = |name: &str| variables.as_ref().and_then(|known| known.get(name)).cloned();
    let mut chance = Seeded(0);
    // A path that leads nowhere may be meant as JSONata: `$.list^($)` is the name of a member to one of them only.
    let mut leads_nowhere = false;
    if bare.is_none()
        && (trimmed.starts_with('$') || trimmed.starts_with("States."))
        && !trimmed.starts_with("$states")
        && let Ok(template) = Template::expression(trimmed, "expression", Span::default())
    {
        let scope = Scope { input: &focus.input, context: &context, variables: &variables };
        match template.eval(&scope, &mut chance) {
            Ok(value) => return Ok(Some(value)),
            Err(error) if error.is_intrinsic_failure() => return Err(error.to_string().into()),
            Err(_) => leads_nowhere = true,
        }
    }
    let bindings = Bindings {
        input: &focus.input,
        result: focus.result.as_ref(),
        error_output: focus.error_output.as_ref(),
        context: &context,
        variables: &variables,
        now: focus.now.millis(),
        limits: Limits { steps: MOST_STEPS, time: LONGEST_TIME, ..Limits::default() },
    };
    let own = bare.unwrap_or(trimmed);
    // `$.total > 100` means something to whoever writes paths; between marks it is the service's language and nothing else.
    let rooted = bare.is_none().then(|| Rooted::of(own));
    let asked = rooted.as_ref().map_or(own, |rooted| rooted.text());
    // Positions are told in the text as it was written.
    let before = text.find(own).map_or(0, |at| text[..at].encode_utf16().count());
    let point = |position: Option<u32>| {
        let position = position?;
        let position = rooted.as_ref().map_or(position, |rooted| rooted.position(position));
        u32::try_from(before).ok()?.checked_add(position)
    };
    let expression = match Expression::compile(asked) {
        Ok(expression) => expression,
        Err(_) if leads_nowhere => return Ok(None),
        Err(error) => return Err(Trouble { at: point(error.position), message: error.to_string() }),
    };
    match expression.eval(&bindings, &mut chance) {
        Ok(value) => Ok(Some(value)),
        Err(Problem::Undefined) => Ok(None),
        Err(_) if leads_nowhere => Ok(None),
        Err(problem) => {
            let position = match &problem {
                Problem::Threw { position, .. } => *position,
                _ => None,
            };
            Err(Trouble { at: point(position), message: problem.to_string() })
        }
    }
}

/// Whether a condition holds: anything but false, null and nothing.
pub fn holds(value: &Evaluated) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

/// The longest text that a message of a breakpoint comes to.
const LONGEST_MESSAGE: usize = 10_000;

/// A text with `{expressions}` in it: strings as they are, other values as JSON, `{{` and `}}` for braces.
///
/// # Errors
/// The text all the same, with what is wrong in the place of what could not be evaluated.
pub fn message(execution: &Execution, focus: &Focus, text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut well = true;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        let end = (brace == "{").then(|| end_of_expression(rest)).flatten();
        let Some(end) = end else {
            out.push_str(brace);
            continue;
        };
        match evaluate(execution, focus, &rest[..end]) {
            Ok(Some(value)) => match value.as_str() {
                Some(text) => out.push_str(text),
                None => out.push_str(&value.text()),
            },
            Ok(None) => out.push_str("nothing"),
            Err(problem) => {
                well = false;
                out.push_str(&format!("({problem})"));
            }
        }
        rest = &rest[end + 1..];
        if out.len() > LONGEST_MESSAGE {
            break;
        }
    }
    out.push_str(rest);
    if out.len() > LONGEST_MESSAGE {
        let mut end = LONGEST_MESSAGE;
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        out.push('…');
    }
    if well { Ok(out) } else { Err(out) }
}

/// Where the brace is that closes an expression: braces and quotes inside of it belong to it.
fn end_of_expression(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Why an expression can never be evaluated; nothing if it can be read.
pub fn check(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return Some("the expression is too long".into());
    }
    let trimmed = text.trim();
    let bare = trimmed.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}")).map(str::trim);
    let may_be_path = trimmed.starts_with('$') || trimmed.starts_with("States.");
    if bare.is_none() && may_be_path && Template::expression(trimmed, "expression", Span::default()).is_ok() {
        return None;
    }
    Expression::compile(bare.unwrap_or(trimmed)).err().map(|error| error.to_string())
}

/// The same for the text of a log, the first of its expressions that is wrong.
pub fn check_message(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(end) = end_of_expression(rest) else { return Some("a { is never closed".into()) };
        if let Some(problem) = check(&rest[..end]) {
            return Some(problem);
        }
        rest = &rest[end + 1..];
    }
    None
}

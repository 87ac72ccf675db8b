//! Why an execution did not succeed, in a sentence: which state, which error, after how many attempts, in which item, and what the
//! cause says once its JSON has been read.

use std::sync::Arc;

use machine::{Compiled, Event, EventKind, Failure, ScopePart, StateRef, StateType};
use query::Value;

use crate::recording::own_number;
use crate::records::state_of;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub sentence: String,
    /// JSON pointer of the state.
    pub node: Option<Arc<str>>,
    pub state: Option<Arc<str>>,
    /// The items around it, outermost first.
    pub iterations: Vec<u32>,
    pub error: Option<String>,
    /// What the cause says, in short.
    pub cause: Option<String>,
    /// Where in the code the error was raised, if the cause tells.
    pub raised_at: Option<String>,
    pub attempts: u32,
    /// The event from which a fork runs the state again; for a Fail state the one that led to it.
    pub event: Option<u32>,
    /// The state entered by that event.
    pub again: Option<Arc<str>>,
}

/// Nothing for an execution that succeeded or goes on.
pub fn explain(events: &[Event], machine: &Compiled) -> Option<Explanation> {
    let (end, failure) = events.iter().enumerate().rev().find_map(|(at, event)| match &event.kind {
        EventKind::ExecutionFailed { failure }
        | EventKind::ExecutionTimedOut { failure }
        | EventKind::ExecutionAborted { failure }
            if own_number(event).is_some() =>
        {
            Some((at, failure))
        }
        _ => None,
    })?;
    let history = History { events: &events[..end], machine };
    let place = match events[end].kind {
        EventKind::ExecutionFailed { .. } => history.failing(&events[end]),
        _ => history.open(),
    };
    let cause = failure.cause.as_deref().map(read_cause).unwrap_or_default();
    let told = |text: &Option<query::Text>| text.as_deref().filter(|text| !text.is_empty()).map(str::to_owned);
    let mut explanation = Explanation {
        sentence: String::new(),
        node: None,
        state: None,
        iterations: Vec::new(),
        error: told(&failure.error),
        cause: cause.says,
        raised_at: cause.raised_at,
        attempts: 0,
        event: None,
        again: None,
    };
    let place = place.map(|at| &events[at]);
    if let Some((event, state)) = place.and_then(|event| Some((event, state_of(&event.kind)?))) {
        let here = machine.state(state);
        explanation.node = Some(Arc::clone(&here.pointer));
        explanation.state = Some(Arc::clone(&here.name));
        explanation.iterations = event.scope.steps().iter().filter_map(|step| item(step.part)).collect();
        explanation.attempts = history.attempts(event, state);
        let again = history.run_again(event, state);
        explanation.event = again.and_then(own_number);
        explanation.again =
            again.and_then(|event| state_of(&event.kind)).map(|state| Arc::clone(&machine.state(state).name));
    }
    explanation.sentence = sentence(&events[end], place, failure, &explanation, machine);
    Some(explanation)
}

struct History<'e> {
    events: &'e [Event],
    machine: &'e Compiled,
}

impl<'e> History<'e> {
    /// The event that made the execution fail, by its place: what the end says came before it, through all that only passed it on.
    fn failing(&self, end: &Event) -> Option<usize> {
        let mut previous = end.history?.previous;
        for _ in 0..256 {
            let at = self.numbered(previous)?;
            match &self.events[at].kind {
                EventKind::FanOutFailed { .. } | EventKind::Iteration { .. } | EventKind::StateAborted { .. } => {
                    let before = self.events[at].history?.previous;
                    if before == previous {
                        return Some(at);
                    }
                    previous = before;
                }
                _ => return Some(at),
            }
        }
        None
    }

    /// The state that was entered last and not left.
    fn open(&self) -> Option<usize> {
        let mut left = Vec::new();
        for (at, event) in self.events.iter().enumerate().rev() {
            match &event.kind {
                EventKind::StateExited { state, .. } => left.push((*state, &event.scope)),
                EventKind::StateEntered { state, .. } => {
                    match left.iter().position(|left| *left == (*state, &event.scope)) {
                        Some(found) => {
                            left.swap_remove(found);
                        }
                        None => return Some(at),
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn numbered(&self, number: u32) -> Option<usize> {
        self.events.iter().rposition(|event| own_number(event) == Some(number))
    }

    fn entered(&self, event: &Event, state: StateRef) -> Option<&'e Event> {
        self.entered_before(event, state, self.events.len())
    }

    fn entered_before(&self, event: &Event, state: StateRef, end: usize) -> Option<&'e Event> {
        let is = |entered: &&Event| {
            matches!(&entered.kind, EventKind::StateEntered { state: of, .. } if *of == state)
                && entered.scope == event.scope
                && entered.id <= event.id
                && own_number(entered).is_some()
        };
        self.events[..end.min(self.events.len())].iter().rev().find(is)
    }

    fn attempts(&self, event: &Event, state: StateRef) -> u32 {
        let Some(entered) = self.entered(event, state) else { return 0 };
        let since = self.events.iter().skip_while(|other| other.id < entered.id);
        let tries = since.filter(|other| {
            let begins = match &other.kind {
                EventKind::TaskScheduled(scheduled) => scheduled.state == state,
                EventKind::FanOutStarted { state: of, .. } => *of == state,
                _ => false,
            };
            begins && other.scope == event.scope
        });
        u32::try_from(tries.count()).unwrap_or(u32::MAX)
    }

    /// The event that enters the state to be run again.
    fn run_again(&self, event: &Event, state: StateRef) -> Option<&'e Event> {
        let entered = self.entered(event, state)?;
        if self.machine.state(state).kind_of() != StateType::Fail {
            return Some(entered);
        }
        // Entering a Fail state again would fail again: what led there decides.
        let before = self.events.get(self.numbered(entered.history?.previous)?)?;
        let decided = state_of(&before.kind).and_then(|state| self.entered(before, state));
        Some(decided.unwrap_or(entered))
    }
}

fn item(part: ScopePart) -> Option<u32> {
    match part {
        ScopePart::Iteration(index) | ScopePart::Child(index) => Some(index),
        ScopePart::Branch(_) => None,
    }
}

fn sentence(
    end: &Event,
    place: Option<&Event>,
    failure: &Failure,
    explanation: &Explanation,
    machine: &Compiled,
) -> String {
    let where_in = place.map(|event| around(event, machine)).unwrap_or_default();
    let state = explanation.state.as_deref();
    let cause = explanation.cause.as_deref().map(|cause| format!(": {cause}")).unwrap_or_default();
    let error = explanation.error.as_deref();
    match &end.kind {
        EventKind::ExecutionAborted { .. } => {
            let at = state.map(|state| format!(" while it was in “{state}”{where_in}")).unwrap_or_default();
            let error = error.map(|error| format!(" with {error}")).unwrap_or_default();
            return format!("The run was stopped{at}{error}{cause}");
        }
        EventKind::ExecutionTimedOut { .. } => {
            let at = state.map(|state| format!("; it was in “{state}”{where_in}")).unwrap_or_default();
            return format!("The run took longer than it may{at}{cause}");
        }
        _ => {}
    }
    let Some(state) = state else {
        return format!("The run failed with {}{cause}", error.unwrap_or("no error name"));
    };
    let attempts = match explanation.attempts {
        0 | 1 => String::new(),
        attempts => format!(" after {attempts} attempts"),
    };
    let kind = place.and_then(|event| state_of(&event.kind)).map(|state| machine.state(state).kind_of());
    match (failure.error(), kind) {
        ("States.NoChoiceMatched", Some(StateType::Choice)) => {
            format!("“{state}” found no rule that fits its input, and has no Default{where_in}")
        }
        ("States.Timeout", Some(StateType::Task)) => {
            format!("“{state}” got no answer in time{attempts}{where_in}{cause}")
        }
        (_, Some(StateType::Fail)) => {
            let error = error.map(|error| format!(" with {error}")).unwrap_or_default();
            format!("“{state}” ended the run{error}{where_in}{cause}")
        }
        _ => format!("“{state}” failed with {}{attempts}{where_in}{cause}", error.unwrap_or("no error name")),
    }
}

fn around(event: &Event, machine: &Compiled) -> String {
    let mut text = String::new();
    for step in event.scope.steps().into_iter().rev() {
        let name = &machine.state(step.state).name;
        let part = match step.part {
            ScopePart::Branch(index) => format!("branch {}", index + 1),
            ScopePart::Iteration(index) | ScopePart::Child(index) => format!("item {index}"),
        };
        text.push_str(&format!(", in {part} of “{name}”"));
    }
    text
}

#[derive(Debug, Default)]
struct Cause {
    says: Option<String>,
    raised_at: Option<String>,
}

/// Longer causes are cut.
const MOST_CHARACTERS: usize = 400;

/// Where services put what went wrong.
const MESSAGES: &[&str] = &[
    "errorMessage",
    "ErrorMessage",
    "StatusReason",
    "StoppedReason",
    "FailureReason",
    "StateChangeReason",
    "Cause",
    "cause",
    "message",
    "Message",
    "error",
    "Error",
];

fn read_cause(cause: &str) -> Cause {
    let text = cause.trim();
    if text.is_empty() {
        return Cause::default();
    }
    let Some(value) = Value::parse(text).ok().filter(|value| value.as_object().is_some()) else {
        return Cause { says: Some(short(plain(text))), raised_at: None };
    };
    let mut says = message_in(&value, 3).map(|text| plain(text).to_owned());
    // A child execution's cause is the description of the child; its own cause may be JSON again.
    if let Some(inner) = &says
        && inner.trim_start().starts_with('{')
    {
        says = read_cause(inner).says.or(says);
    }
    if let Some(name) = value.get("Name").and_then(Value::as_str).filter(|_| value.get("ExecutionArn").is_some()) {
        let error = value.get("Error").and_then(Value::as_str).filter(|error| !error.is_empty());
        let message = says.filter(|message| Some(&**message) != error);
        let with = error.map(|error| format!(" with {error}")).unwrap_or_default();
        let because = message.map(|message| format!(": {message}")).unwrap_or_default();
        says = Some(format!("the execution “{name}” that it started failed{with}{because}"));
    }
    let trace = value.get("stackTrace").or_else(|| value.get("trace")).and_then(Value::as_array);
    let raised_at = trace.and_then(|trace| {
        let lines: Vec<String> = trace.iter().filter_map(trace_line).collect();
        // Python puts the innermost call last, Node first, below the message.
        let python = lines.iter().any(|line| line.starts_with("File "));
        let node = || lines.iter().find(|line| line.starts_with("at "));
        let line =
            if python { lines.iter().rev().find(|line| line.starts_with("File ")) } else { node().or(lines.first()) };
        line.map(|line| short(line))
    });
    Cause { says: Some(says.map_or_else(|| short(text), |text| short(&text))), raised_at }
}

/// What went wrong, in an object or in what is inside of it.
fn message_in(value: &Value, depth: u32) -> Option<&str> {
    let member = |name: &&str| value.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if let Some(found) = MESSAGES.iter().find_map(member) {
        return Some(found);
    }
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Array(items) => items.iter().find_map(|item| message_in(item, depth)),
        Value::Object(members) => members.values().find_map(|member| message_in(member, depth)),
        _ => None,
    }
}

/// Without what the sentence says already (which state it was), and what only a service's support wants to know.
fn plain(text: &str) -> &str {
    let text = match text.strip_prefix("An error occurred while executing the state '") {
        Some(rest) => {
            rest.split_once("). ").filter(|(head, _)| head.contains("(entered at")).map_or(text, |(_, says)| says)
        }
        None => text,
    };
    let mut text = text.trim_end();
    for noise in [" (SDK Attempt Count:", " (Service:"] {
        if let Some(at) = text.rfind(noise).filter(|at| *at > 0 && text.ends_with(')')) {
            text = text[..at].trim_end();
        }
    }
    text
}

fn trace_line(line: &Value) -> Option<String> {
    if let Some(text) = line.as_str() {
        return Some(text.trim().lines().next().unwrap_or_default().trim_end_matches(',').to_owned());
    }
    // Older Python runtimes: [file, line, function, code].
    let parts = line.as_array()?;
    let part = |at: usize| parts.get(at).map(|part| part.as_str().map_or_else(|| part.compact(), str::to_owned));
    Some(format!("File \"{}\", line {}, in {}", part(0)?, part(1)?, part(2)?))
}

/// One line of a bearable length.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST_CHARACTERS {
        return line;
    }
    line.chars().take(MOST_CHARACTERS).chain(['…']).collect()
}

//! Whether a definition still takes the way that a history shows, and what is different if not.

use std::collections::HashMap;
use std::sync::Arc;

use machine::{Compiled, Event, EventKind, Kind, Settings};
use query::{Object, Value};

use crate::definition::Definition;
use crate::explain::{Explanation, explain};
use crate::import::{HistoryError, read_history};
use crate::recording::{Mapping, Path, Recording, own_number};
use crate::records::state_of;
use crate::rerun::{Stopped, rerun};

/// What a history says, held against a definition.
#[derive(Debug, Clone)]
pub struct HistoryCheck {
    pub events: u32,
    /// As the service writes it; `RUNNING` when the history does not end.
    pub status: &'static str,
    /// Why it did not succeed, if it did not.
    pub failure: Option<Explanation>,
    /// Where the definition goes another way.
    pub divergence: Option<Divergence>,
    /// The first value that is another one, on the same way. What is of its time and place (timestamps, ARNs, tokens) counts as the
    /// same.
    pub data: Option<Divergence>,
    /// How many events have other data.
    pub other_data: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The number of the event in the history.
    pub event: u32,
    pub state: Option<String>,
    /// What the history has there.
    pub expected: String,
    /// What the definition comes to.
    pub actual: String,
}

/// # Errors
/// When the history or the definition cannot be read.
pub fn check_history(
    text: &str,
    definition: &str,
    express: bool,
    workflow: &str,
) -> Result<HistoryCheck, HistoryError> {
    let kind = if express { Kind::Express } else { Kind::Standard };
    let settings = Settings::named(workflow, "replay", kind);
    // Whether it is a definition at all comes first.
    Definition::parse(definition, express)?;
    match read_history(text, Some(definition), express, &settings) {
        Ok(imported) => Ok(held_against(&imported.events, &imported.definition.machine)),
        Err(HistoryError::Unfit { event, problem }) => {
            let seen = read_history(text, None, express, &settings)?;
            let mut check = summary(&seen.events, &seen.definition.machine);
            let found = seen.events.iter().find(|seen| own_number(seen) == Some(event));
            let machine = &seen.definition.machine;
            check.divergence = Some(Divergence {
                event,
                state: found.and_then(|event| state_of(&event.kind)).map(|state| machine.state(state).name.to_string()),
                expected: found.and_then(|event| describe(event, machine)).unwrap_or_default(),
                actual: format!("the definition does not fit: the event {problem}"),
            });
            Ok(check)
        }
        Err(error) => Err(error),
    }
}

fn summary(events: &[Event], machine: &Compiled) -> HistoryCheck {
    let end = events.iter().rev().find(|event| own_number(event).is_some());
    let status = match end.map(|event| &event.kind) {
        Some(EventKind::ExecutionSucceeded { .. }) => "SUCCEEDED",
        Some(EventKind::ExecutionFailed { .. }) => "FAILED",
        Some(EventKind::ExecutionTimedOut { .. }) => "TIMED_OUT",
        Some(EventKind::ExecutionAborted { .. }) => "ABORTED",
        _ => "RUNNING",
    };
    HistoryCheck {
        events: events.iter().filter_map(own_number).max().unwrap_or_default(),
        status,
        failure: explain(events, machine),
        divergence: None,
        data: None,
        other_data: 0,
    }
}

fn held_against(recorded: &[Event], machine: &Arc<Compiled>) -> HistoryCheck {
    let mut check = summary(recorded, machine);
    let Some(EventKind::ExecutionStarted { input, settings }) = recorded.first().map(|event| &event.kind) else {
        return check;
    };
    let mapping = Mapping::same(machine);
    let recording = Recording::of_history(recorded, machine, &mapping);
    let run = rerun(machine, (**settings).clone(), input.clone(), &recording, None);
    let ours = by_place(&run.events, &mapping);
    let theirs = by_place(recorded, &mapping);
    let is_over = check.status != "RUNNING";
    let mut found: Option<Divergence> = None;
    for (place, theirs) in &theirs {
        let none = Vec::new();
        let ours = ours.get(place).unwrap_or(&none);
        for (at, event) in theirs.iter().enumerate() {
            let number = own_number(event).unwrap_or_default();
            let mine = ours.get(at);
            if mine.is_some_and(|mine| same_step(mine, event, machine)) {
                let differs = mine.is_some_and(|mine| plain_details(mine, machine) != plain_details(event, machine));
                if differs && !is_of_time(event) {
                    check.other_data += 1;
                    if check.data.as_ref().is_none_or(|known| known.event > number) {
                        check.data = mine.map(|mine| divergence(event, mine, machine));
                    }
                }
                continue;
            }
            if found.as_ref().is_none_or(|known| known.event > number) {
                let actual = match mine {
                    Some(mine) => describe(mine, machine).unwrap_or_default(),
                    None => match &run.stopped {
                        Stopped::Asks(state) => format!("{state:?} waits for an answer that the history does not have"),
                        Stopped::Ended(status) => format!("the run ends before ({})", status.name()),
                        Stopped::Reached | Stopped::Stuck => "nothing more happens".to_owned(),
                    },
                };
                found = Some(Divergence {
                    event: number,
                    state: name_of(event, machine),
                    expected: describe(event, machine).unwrap_or_default(),
                    actual,
                });
            }
            break;
        }
    }
    if found.is_none() && is_over {
        // More than was recorded.
        let more = ours.iter().filter_map(|(place, ours)| {
            let seen = theirs.get(place).map_or(0, Vec::len);
            ours.get(seen).copied()
        });
        found = more.min_by_key(|event| event.id).map(|event| Divergence {
            event: check.events,
            state: name_of(event, machine),
            expected: "the history ends".to_owned(),
            actual: describe(event, machine).unwrap_or_default(),
        });
    }
    check.divergence = found;
    if let Some(divergence) = &check.divergence {
        // What comes after the ways part is no longer the same run.
        check.data = check.data.filter(|data| data.event < divergence.event);
    }
    check
}

/// Events of the execution's own history by the branch or item they belong to: what runs beside each other has no order.
fn by_place<'e>(events: &'e [Event], mapping: &Mapping) -> HashMap<Path, Vec<&'e Event>> {
    let mut places: HashMap<Path, Vec<&Event>> = HashMap::new();
    for event in events.iter().filter(|event| own_number(event).is_some() && !is_of_map_run(event)) {
        if let Some(path) = mapping.path(&event.scope) {
            places.entry(path).or_default().push(event);
        }
    }
    places
}

/// The children of a Map Run are not in the history, so how the run went is not compared: only what came of it.
fn is_of_map_run(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::MapRunSucceeded { .. }
            | EventKind::MapRunAborted { .. }
            | EventKind::MapRunFailed { .. }
            | EventKind::FanOutSucceeded { .. }
            | EventKind::StateAborted { .. }
    )
}

fn same_step(ours: &Event, theirs: &Event, machine: &Compiled) -> bool {
    let name = |event: &Event| event.history(machine).map(|event| event.type_name());
    let index = |event: &Event| match event.kind {
        EventKind::Iteration { index, .. } => Some(index),
        _ => None,
    };
    name(ours) == name(theirs) && state_of(&ours.kind) == state_of(&theirs.kind) && index(ours) == index(theirs)
}

/// Events whose details say where and when rather than what.
fn is_of_time(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::ExecutionStarted { .. } | EventKind::MapRunStarted { .. } | EventKind::TaskStarted { .. }
    )
}

fn divergence(theirs: &Event, ours: &Event, machine: &Compiled) -> Divergence {
    let (expected, actual) = (plain_details(theirs, machine), plain_details(ours, machine));
    let (expected, actual) = first_difference(&expected, &actual).unwrap_or((expected, actual));
    Divergence {
        event: own_number(theirs).unwrap_or_default(),
        state: name_of(theirs, machine),
        expected: short(&expected),
        actual: short(&actual),
    }
}

fn name_of(event: &Event, machine: &Compiled) -> Option<String> {
    state_of(&event.kind).map(|state| machine.state(state).name.to_string())
}

fn describe(event: &Event, machine: &Compiled) -> Option<String> {
    let name = event.history(machine)?.type_name();
    Some(match name_of(event, machine) {
        Some(state) => format!("{name} {state:?}"),
        None => name.to_owned(),
    })
}

/// The details of an event, payloads as values.
pub(crate) fn details(event: &Event, machine: &Compiled) -> Value {
    let Some(history) = event.history(machine) else { return Value::Null };
    let mut text = String::new();
    history.write_details(&mut text, true);
    opened(&Value::parse(&text).unwrap_or_default())
}

/// JSON in the texts of an object read: `input`, `output`, `cause`.
fn opened(value: &Value) -> Value {
    let Some(object) = value.as_object() else { return value.clone() };
    let mut opened = Object::new();
    for (name, value) in object.iter() {
        let inner = value.as_str().and_then(|text| Value::parse(text).ok());
        opened.insert(&**name, inner.unwrap_or_else(|| value.clone()));
    }
    Value::Object(opened)
}

/// The details with what is of its time and place made equal.
pub(crate) fn plain_details(event: &Event, machine: &Compiled) -> Value {
    plain(&details(event, machine), 0)
}

fn plain(value: &Value, depth: u32) -> Value {
    if depth > 200 {
        return value.clone();
    }
    if let Some(list) = value.as_array() {
        return Value::Array(list.iter().map(|item| plain(item, depth + 1)).collect());
    }
    if let Some(object) = value.as_object() {
        let mut equal = Object::new();
        for (name, value) in object.iter() {
            let value = if is_of_the_call(name) { Value::Null } else { plain(value, depth + 1) };
            equal.insert(&**name, value);
        }
        return Value::Object(equal);
    }
    let Some(text) = value.as_str() else { return value.clone() };
    if matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['))
        && let Ok(inner) = Value::parse(text)
    {
        return plain(&inner, depth + 1);
    }
    if is_of_its_time(text) { Value::string("…") } else { value.clone() }
}

/// Members that differ with every call.
fn is_of_the_call(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("timestamp")
        || name.ends_with("requestid")
        || ["date", "startdate", "stopdate", "x-amzn-trace-id", "x-amz-crc32", "enteredtime", "starttime", "rolearn"]
            .contains(&name.as_str())
}

/// ARNs, instants, UUIDs and tokens.
fn is_of_its_time(text: &str) -> bool {
    let is_arn = text.starts_with("arn:") && text.split(':').count() >= 6;
    let is_instant = text.len() >= 16 && machine::Timestamp::parse(text).is_some();
    let is_uuid = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    let is_token =
        text.len() >= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte));
    is_arn || is_instant || is_uuid || is_token
}

/// The innermost values that differ.
fn first_difference(a: &Value, b: &Value) -> Option<(Value, Value)> {
    if a == b {
        return None;
    }
    if let (Some(one), Some(other)) = (a.as_object(), b.as_object())
        && one.len() == other.len()
        && one.keys().all(|key| other.contains_key(key))
    {
        return one.iter().find_map(|(key, value)| first_difference(value, other.get(key)?));
    }
    Some((a.clone(), b.clone()))
}

fn short(value: &Value) -> String {
    let text = value.compact();
    if text.chars().count() <= 200 {
        return text;
    }
    text.chars().take(200).chain(['…']).collect()
}

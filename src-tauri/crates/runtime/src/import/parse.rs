//! The text of a history: what the CLI or an SDK prints, one answer or several pages of it, or the bare list of events.

use machine::Timestamp;
use query::{Object, Value};

use super::HistoryError;

/// More is no history: the service ends an execution at 25,000.
const MOST_EVENTS: usize = 100_000;
/// Larger texts are not read.
pub(super) const MOST_BYTES: usize = 256 * 1024 * 1024;

/// One event as it stands in the history.
#[derive(Clone)]
pub(super) struct Recorded {
    pub(super) id: u32,
    pub(super) previous: u32,
    pub(super) at: Timestamp,
    pub(super) name: String,
    details: Option<Object>,
}

impl Recorded {
    /// A text of the details; payloads that were parsed on the way are taken as text again.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        match self.field(field)? {
            Value::Null => None,
            value => Some(value.as_str().map_or_else(|| value.text().to_string(), str::to_owned)),
        }
    }

    pub(super) fn number(&self, field: &str) -> Option<u32> {
        self.field(field)?.as_i64().and_then(|number| u32::try_from(number).ok())
    }

    pub(super) fn seconds(&self, field: &str) -> Option<u64> {
        self.field(field)?.as_i64().and_then(|number| u64::try_from(number).ok())
    }

    pub(super) fn field(&self, field: &str) -> Option<&Value> {
        member(self.details.as_ref()?, field)
    }

    /// A payload: JSON where it is JSON.
    pub(super) fn payload(&self, field: &str) -> Option<Value> {
        match self.field(field)? {
            Value::Null => None,
            value => Some(value.as_str().map_or_else(|| value.clone(), machine::output_of)),
        }
    }
}

/// Every event, in the order of their numbers, from 1 on without gaps.
pub(super) fn parse(text: &str) -> Result<Vec<Recorded>, HistoryError> {
    if text.len() > MOST_BYTES {
        return Err(HistoryError::at("the file", format!("{} bytes are too many for a history", text.len())));
    }
    let mut events = Vec::new();
    for (index, piece) in pieces(text).into_iter().enumerate() {
        let value = Value::parse(piece).map_err(|error| {
            let at = if index == 0 { "the file".to_owned() } else { format!("part {} of the file", index + 1) };
            HistoryError::at(at, format!("is not JSON: {error}"))
        })?;
        collect(&value, 0, &mut events)?;
    }
    if events.is_empty() {
        return Err(HistoryError::at("the file", "holds no events; it should look like {\"events\": [ … ]}"));
    }
    events.sort_by_key(|event| event.id);
    for (expected, event) in (1u32..).zip(&events) {
        if event.id == expected {
            continue;
        }
        let problem = match event.id < expected {
            true => format!("the number {} is there twice", event.id),
            false if expected == 1 => format!("the history begins at event {}; export it from its beginning", event.id),
            false => format!("event {expected} is missing; put all pages of the history into the file"),
        };
        return Err(HistoryError::event(event.id, problem));
    }
    if events[0].name != "ExecutionStarted" {
        return Err(HistoryError::event(
            1,
            format!("is {}, and a history begins with ExecutionStarted", events[0].name),
        ));
    }
    for event in &events {
        if event.previous >= event.id {
            let problem = format!("follows event {}, which is not an earlier one", event.previous);
            return Err(HistoryError::event(event.id, problem));
        }
    }
    Ok(events)
}

/// The JSON values of a text, one after the other: pages that were appended to each other.
fn pieces(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut depth, mut quoted, mut escaped, mut start) = (0usize, false, false, None);
    let mut pieces = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => {
                quoted = true;
                start.get_or_insert(at);
            }
            b'{' | b'[' => {
                depth += 1;
                start.get_or_insert(at);
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0
                    && let Some(from) = start.take()
                {
                    pieces.push(&text[from..=at]);
                }
            }
            byte if byte.is_ascii_whitespace() || *byte == b',' => {}
            _ => {
                start.get_or_insert(at);
            }
        }
    }
    if let Some(from) = start {
        pieces.push(&text[from..]);
    }
    pieces
}

/// Events wherever a page has them: a list, a list of pages, or an object with `events`.
fn collect(value: &Value, depth: u32, events: &mut Vec<Recorded>) -> Result<(), HistoryError> {
    if depth > 4 {
        return Err(HistoryError::at("the file", "is nested too deeply for a history"));
    }
    if let Some(list) = value.as_array() {
        for item in list.iter() {
            collect(item, depth + 1, events)?;
        }
        return Ok(());
    }
    let Some(object) = value.as_object() else {
        return Err(HistoryError::at("the file", format!("has {} where an event should be", value.type_name())));
    };
    if member(object, "type").is_none()
        && let Some(page) = member(object, "events")
    {
        return collect(page, depth + 1, events);
    }
    if events.len() >= MOST_EVENTS {
        return Err(HistoryError::at("the file", format!("has more than {MOST_EVENTS} events")));
    }
    events.push(event(object, events.len() + 1)?);
    Ok(())
}

fn event(object: &Object, place: usize) -> Result<Recorded, HistoryError> {
    let at = || format!("event {place} of the file");
    let whole = |field: &str| {
        let number = member(object, field).and_then(Value::as_i64);
        number.and_then(|number| u32::try_from(number).ok())
    };
    let name = member(object, "type").and_then(Value::as_str);
    let name = name.ok_or_else(|| HistoryError::at(at(), "has no type"))?.to_owned();
    let id = whole("id").ok_or_else(|| HistoryError::at(at(), "has no id"))?;
    let previous = whole("previousEventId").unwrap_or(0);
    let time = member(object, "timestamp").and_then(time);
    let time = time.ok_or_else(|| {
        HistoryError::event(id, "has no timestamp that can be read: seconds since 1970, or as 2026-01-31T12:00:00.000Z")
    })?;
    let details = object.iter().find(|(key, value)| key.ends_with("EventDetails") && value.as_object().is_some());
    Ok(Recorded { id, previous, at: time, name, details: details.and_then(|(_, value)| value.as_object().cloned()) })
}

/// Seconds since 1970, milliseconds where they can only be that, or text.
fn time(value: &Value) -> Option<Timestamp> {
    if let Some(text) = value.as_str() {
        return Timestamp::parse(text)
            // Python's `str` of a datetime.
            .or_else(|| Timestamp::parse(&text.replacen(' ', "T", 1)))
            .or_else(|| number_of(text.parse().ok()?));
    }
    number_of(value.as_f64()?)
}

fn number_of(number: f64) -> Option<Timestamp> {
    // The year 5138 in seconds, 1973 in milliseconds.
    let millis = if number.abs() < 1e11 { number * 1_000.0 } else { number };
    (millis.is_finite() && millis.abs() < 8.64e15).then(|| Timestamp(millis.round() as i64))
}

/// A member as the CLI names it, or as some SDKs do: with a capital.
fn member<'o>(object: &'o Object, name: &str) -> Option<&'o Value> {
    object.get(name).or_else(|| {
        let mut capital = name.to_owned();
        capital.get_mut(..1)?.make_ascii_uppercase();
        object.get(&capital)
    })
}

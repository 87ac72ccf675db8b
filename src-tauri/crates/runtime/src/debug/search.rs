//! Searches over everything a run held: words in its history, where a value came up, when a path's value changed.
//!
//! They work a while and then say where to go on, so that whoever asks can show what is found and stop.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use asl::syntax::Span;
use machine::{ChildId, Event, EventKind, Fact, Timestamp};
use query::template::Template;
use query::{Object, Scope, Seeded, Value};

use crate::debug::Timeline;
use crate::records::state_of;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_millis(60);
const TRACE_PATIENCE: Duration = Duration::from_secs(3);
const MOST_HITS: usize = 200;
const MOST_CHANGES: usize = 1_000;
/// More matches than this in one value tell nothing new.
const MOST_IN_ONE: usize = 20;

#[derive(Debug, Clone)]
pub enum Needle {
    /// In keys, strings and numbers, whatever the case.
    Text(String),
    Value(Value),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub line: u32,
    pub lane: u32,
    pub place: String,
    pub path: String,
    pub value: Value,
    pub key: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub line: u32,
    pub lane: u32,
    pub at: Timestamp,
    pub place: String,
    pub old: Option<Value>,
    pub new: Option<Value>,
}

impl Timeline {
    /// Numbers of events of the own history, from `from` on, whose JSON, or the name of whose state, holds every
    /// word; and where to go on.
    pub fn filter(&self, text: &str, from: u32) -> (Vec<u32>, Option<u32>) {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let until = Instant::now() + PATIENCE;
        let mut found = Vec::new();
        let mut json = String::new();
        for number in from.max(1)..=self.len() {
            let Some(event) = self.numbered(number) else { break };
            json.clear();
            if let Some(history) = event.history(self.machine()) {
                history.write_json(&mut json);
            }
            if let Some(state) = state_of(&event.kind) {
                json.push_str(&self.machine().state(state).name);
            }
            let text = json.to_lowercase();
            if words.iter().all(|word| text.contains(word)) {
                found.push(number);
            }
            if number.is_multiple_of(64) && Instant::now() > until {
                return (found, Some(number + 1));
            }
        }
        (found, None)
    }

    /// Where, from line `from` on, something comes up that the same lane had not held at the same path; and where to go on.
    pub fn search(&self, needle: &Needle, from: u32) -> (Vec<Hit>, Option<u32>) {
        let until = Instant::now() + PATIENCE;
        let seeker = Seeker::new(needle);
        let mut known: HashSet<(u32, String, String)> = HashSet::new();
        let mut hits = Vec::new();
        for (at, event) in self.events().iter().enumerate().skip(from.max(1) as usize - 1) {
            let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let lane = self.overview().lane_of_line(line).unwrap_or_default();
            values_of(event, &mut |place, value| {
                for (path, value, key) in seeker.seek(value) {
                    let text = if key { String::new() } else { value.text().chars().take(1_000).collect() };
                    if known.insert((lane, path.clone(), text)) {
                        hits.push(Hit { line, lane, place: place.to_owned(), path, value, key });
                    }
                }
            });
            if hits.len() >= MOST_HITS || at.is_multiple_of(32) && Instant::now() > until {
                let next = line + 1;
                return (hits, Some(next).filter(|next| *next as usize <= self.events().len()));
            }
        }
        (hits, None)
    }

    /// Every change of what a path leads to: in the data of states (`$.a.b`), or in a variable (`$name.a`). Whether there is
    /// more than is told.
    ///
    /// # Errors
    /// What is wrong with the path.
    pub fn trace(&self, path: &str) -> Result<(Vec<Change>, bool), String> {
        let path = path.trim();
        let template = Template::expression(path, "path", Span::default()).map_err(|error| error.detail)?;
        let Some(rest) = path.strip_prefix('$').filter(|rest| !rest.starts_with('$')) else {
            return Err("a path begins with $. or with the name of a variable".into());
        };
        let variable: String = rest.chars().take_while(|c| !matches!(c, '.' | '[')).collect();
        let mut tracer = Tracer { template, timeline: self, last: HashMap::new(), changes: Vec::new() };
        let until = Instant::now() + TRACE_PATIENCE;
        if !variable.is_empty() {
            for assigned in self.overview().assigned.iter().filter(|assigned| *assigned.name == *variable) {
                let value = tracer.of_variable(&assigned.name, &assigned.value);
                tracer.note(assigned.line, assigned.lane, &format!("${}", assigned.name), value);
            }
        } else {
            for (at, event) in self.events().iter().enumerate() {
                let (place, value) = match &event.kind {
                    EventKind::StateEntered { input, .. } => ("Input", input),
                    EventKind::StateExited { output, .. } => ("Output", output),
                    _ => continue,
                };
                let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
                let Some(lane) = self.overview().lane_of_line(line) else { continue };
                let value = tracer.of_data(value);
                tracer.note(line, lane, place, value);
                if tracer.changes.len() > MOST_CHANGES || at.is_multiple_of(64) && Instant::now() > until {
                    tracer.changes.truncate(MOST_CHANGES);
                    return Ok((tracer.changes, true));
                }
            }
        }
        let more = tracer.changes.len() > MOST_CHANGES;
        tracer.changes.truncate(MOST_CHANGES);
        Ok((tracer.changes, more))
    }

    fn numbered(&self, number: u32) -> Option<&Event> {
        let mark = self.overview().marks.get((number as usize).checked_sub(1)?)?;
        self.events().get(mark.line as usize - 1).filter(|event| event.execution == ChildId(0))
    }
}

struct Tracer<'t> {
    template: Template,
    timeline: &'t Timeline,
    last: HashMap<u32, Option<Value>>,
    changes: Vec<Change>,
}

impl Tracer<'_> {
    fn of_data(&self, input: &Value) -> Option<Value> {
        let context = || Value::Object(Object::new());
        let scope = Scope { input, context: &context, variables: &|_: &str| None };
        self.template.eval(&scope, &mut Seeded(0)).ok()
    }

    fn of_variable(&self, name: &str, value: &Value) -> Option<Value> {
        let context = || Value::Object(Object::new());
        let variables = |asked: &str| Some(value.clone()).filter(|_| asked == name);
        let scope = Scope { input: &Value::Null, context: &context, variables: &variables };
        self.template.eval(&scope, &mut Seeded(0)).ok()
    }

    fn note(&mut self, line: u32, lane: u32, place: &str, new: Option<Value>) {
        let old = match self.last.get(&lane) {
            Some(old) => old.clone(),
            None => self.around(lane),
        };
        let differs = match (&old, &new) {
            (Some(old), Some(new)) => !Value::same(old, new) && old.text() != new.text(),
            (old, new) => old.is_some() != new.is_some(),
        };
        self.last.insert(lane, new.clone());
        if differs {
            let at = self.timeline.events()[line as usize - 1].at;
            self.changes.push(Change { line, lane, at, place: place.to_owned(), old, new });
        }
    }

    /// What the lanes around one have: a branch begins with that.
    fn around(&self, lane: u32) -> Option<Value> {
        let mut lane = self.timeline.overview().lanes.get(lane as usize)?.around;
        while let Some((around, _)) = lane {
            if let Some(known) = self.last.get(&around) {
                return known.clone();
            }
            lane = self.timeline.overview().lanes.get(around as usize)?.around;
        }
        None
    }
}

struct Seeker {
    /// In lower case.
    text: String,
    value: Option<Value>,
}

impl Seeker {
    fn new(needle: &Needle) -> Seeker {
        match needle {
            Needle::Text(text) => Seeker { text: text.to_lowercase(), value: None },
            Needle::Value(value) => Seeker { text: String::new(), value: Some(value.clone()) },
        }
    }

    fn seek(&self, value: &Value) -> Vec<(String, Value, bool)> {
        let mut found = Vec::new();
        if self.text.is_empty() && self.value.is_none() {
            return found;
        }
        if self.may_hold(value) {
            self.walk(value, &mut String::from("$"), &mut found);
        }
        found
    }

    /// A look at the text alone, which is there already: most values hold nothing that is sought.
    fn may_hold(&self, value: &Value) -> bool {
        let text = value.text();
        match &self.value {
            Some(Value::String(sought)) => text.contains(sought.notation()) || text.contains('\\'),
            Some(Value::Number(_) | Value::Array(_) | Value::Object(_)) => true,
            Some(sought) => text.contains(&*sought.text()),
            None => !text.is_ascii() || text.contains('\\') || contains_lowercase(&text, &self.text),
        }
    }

    fn walk(&self, value: &Value, path: &mut String, found: &mut Vec<(String, Value, bool)>) {
        if found.len() >= MOST_IN_ONE {
            return;
        }
        let length = path.len();
        if let Some(sought) = &self.value
            && sought == value
        {
            found.push((path.clone(), value.clone(), false));
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, inner) in members.iter() {
                    push_key(path, key);
                    if self.value.is_none() && contains_lowercase(key, &self.text) {
                        found.push((path.clone(), inner.clone(), true));
                    }
                    self.walk(inner, path, found);
                    path.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, inner) in items.iter().enumerate() {
                    path.push_str(&format!("[{index}]"));
                    self.walk(inner, path, found);
                    path.truncate(length);
                }
            }
            Value::String(text) if self.value.is_none() && contains_lowercase(text.as_str(), &self.text) => {
                found.push((path.clone(), value.clone(), false));
            }
            Value::Number(_) | Value::Bool(_) | Value::Null
                if self.value.is_none() && contains_lowercase(&value.text(), &self.text) =>
            {
                found.push((path.clone(), value.clone(), false));
            }
            _ => {}
        }
    }
}

fn push_key(path: &mut String, key: &str) {
    let plain = key.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        path.push('.');
        path.push_str(key);
    } else {
        path.push_str("['");
        path.push_str(&key.replace('\\', "\\\\").replace('\'', "\\'"));
        path.push_str("']");
    }
}

/// `needle` is in lower case.
fn contains_lowercase(text: &str, needle: &str) -> bool {
    if text.is_ascii() && needle.is_ascii() {
        let (text, needle) = (text.as_bytes(), needle.as_bytes());
        let Some((first, rest)) = needle.split_first() else { return true };
        let upper = first.to_ascii_uppercase();
        let last = text.len().saturating_sub(needle.len() - 1);
        return (0..last).any(|at| {
            (text[at] == *first || text[at] == upper) && text[at + 1..at + needle.len()].eq_ignore_ascii_case(rest)
        });
    }
    text.to_lowercase().contains(needle)
}

/// Every value that an event brings, with what it is.
fn values_of(event: &Event, take: &mut dyn FnMut(&str, &Value)) {
    let failure = |failure: &machine::Failure, take: &mut dyn FnMut(&str, &Value)| {
        if let Some(error) = &failure.error {
            take("Error", &Value::string(error));
        }
        if let Some(cause) = &failure.cause {
            take("Cause", &Value::string(cause));
        }
    };
    match &event.kind {
        EventKind::ExecutionStarted { input, .. } | EventKind::StateEntered { input, .. } => take("Input", input),
        EventKind::ExecutionSucceeded { output } => take("Output", output),
        EventKind::StateExited { output, detail, .. } => {
            for (stage, value) in detail.iter().flat_map(|detail| &detail.flow) {
                take(stage.name(), value);
            }
            for (name, value) in detail.iter().flat_map(|detail| &detail.assigned) {
                take(&format!("${name}"), value);
            }
            take("Output", output);
        }
        EventKind::FanOutFailed { flow, .. } => {
            for (stage, value) in flow.iter().flat_map(|flow: &Arc<_>| flow.iter()) {
                take(stage.name(), value);
            }
        }
        EventKind::TaskScheduled(scheduled) => {
            for (stage, value) in &scheduled.flow {
                take(stage.name(), value);
            }
            take("Arguments", &scheduled.parameters);
        }
        EventKind::TaskSubmitted { output, .. } => take("Submitted", output),
        EventKind::TaskSucceeded { output, .. } => take("Result", output),
        EventKind::ExecutionFailed { failure: why }
        | EventKind::ExecutionTimedOut { failure: why }
        | EventKind::ExecutionAborted { failure: why }
        | EventKind::MapRunFailed { failure: why, .. }
        | EventKind::TaskFailed { failure: why, .. }
        | EventKind::TaskTimedOut { failure: why, .. }
        | EventKind::ErrorRaised { failure: why, .. }
        | EventKind::EvaluationFailed { failure: why, .. } => failure(why, take),
        EventKind::Received(Fact::SetVariable { name, value, .. }) => take(&format!("${name}"), value),
        EventKind::Received(Fact::SetInput { input, .. }) => take("Input", input),
        EventKind::Received(Fact::Leave { output, .. }) => take("Output", output),
        EventKind::Received(Fact::SetStage { stage, value, .. }) => take(stage.name(), value),
        EventKind::Received(Fact::Answer { answer: machine::Answer::Succeed(output), .. }) => take("Result", output),
        _ => {}
    }
}

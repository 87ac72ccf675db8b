//! A definition made of what a history shows: the states that were entered, the ways that were taken, and as literals the data that
//! was seen. What never happened is not in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use query::{Array, Object, Value};

use super::HistoryError;
use super::trace::{Part, Traced};

/// Longer values are not written down.
const MOST_LITERAL: usize = 16 * 1024;
/// All of them together; the service takes no definition above 1 MB.
const MOST_LITERALS: usize = 512 * 1024;
/// The visits that the condition of a way out of a Choice tells apart.
const MOST_VISITS: usize = 8;

/// A scope: the top level, a branch, or the processor of a Map.
type Place = Vec<(Arc<str>, Option<u32>)>;

#[derive(Default)]
struct Scope {
    /// In the order in which they were seen.
    states: Vec<Arc<str>>,
}

#[derive(Default)]
struct Seen {
    kind: String,
    inputs: Vec<Value>,
    outputs: Vec<Value>,
    /// The input and the state that came after it.
    ways: Vec<(Value, Arc<str>)>,
    caught: Option<(String, Arc<str>)>,
    resource: Option<String>,
    arguments: Vec<Value>,
    retries: u32,
    attempts: u32,
    error: Option<(Option<String>, Option<String>)>,
    failed: bool,
    waited_ms: i64,
    entered_at: i64,
    items: BTreeMap<u32, Value>,
    is_distributed: bool,
}

struct Inference {
    scopes: BTreeMap<Place, Scope>,
    states: BTreeMap<Arc<str>, Seen>,
    budget: usize,
}

/// # Errors
/// When no state was entered.
pub(super) fn infer(traced: &[Traced<'_>]) -> Result<String, HistoryError> {
    let mut inference = Inference { scopes: BTreeMap::new(), states: BTreeMap::new(), budget: MOST_LITERALS };
    for event in traced {
        inference.take(event, traced);
    }
    let mut machine = Object::new();
    machine
        .insert("Comment", Value::string("Made from the history of an execution: what never happened is not in it."));
    machine.insert("QueryLanguage", Value::string("JSONata"));
    let scope = inference.scope(&Vec::new());
    if scope.get("StartAt").is_none() {
        return Err(HistoryError::at(
            "the history",
            "enters no state, so there is no graph to be seen; name the definition",
        ));
    }
    for (name, value) in scope.iter() {
        machine.insert(&**name, value.clone());
    }
    let text = Value::Object(machine).compact();
    let (document, _) = asl::Document::parse(&text);
    Ok(asl::format::format(&document).unwrap_or(text))
}

impl Inference {
    fn take(&mut self, traced: &Traced<'_>, all: &[Traced<'_>]) {
        let Some(name) = traced.state.clone() else { return };
        let event = traced.event;
        if let Some(kind) = event.name.strip_suffix("StateEntered") {
            let place: Place = traced.path.iter().map(|(name, part)| (Arc::clone(name), branch(*part))).collect();
            let scope = self.scopes.entry(place).or_default();
            if !scope.states.contains(&name) {
                scope.states.push(Arc::clone(&name));
            }
            let input = event.payload("input").unwrap_or_default();
            if let Some((map, Part::Item(index))) = traced.path.last()
                && let Some(map) = self.states.get_mut(map)
            {
                map.items.entry(*index).or_insert_with(|| input.clone());
            }
            if let Some(before) = (event.previous as usize).checked_sub(1).and_then(|at| all.get(at)) {
                self.follow(before, &name);
            }
            let state = self.states.entry(name).or_default();
            kind.clone_into(&mut state.kind);
            state.inputs.push(input);
            state.attempts = 0;
            state.failed = false;
            state.entered_at = event.at.0;
            return;
        }
        let state = self.states.entry(name).or_default();
        match event.name.as_str() {
            exited if exited.ends_with("StateExited") => {
                state.outputs.push(event.payload("output").unwrap_or_default());
                state.waited_ms = state.waited_ms.max(event.at.0 - state.entered_at);
            }
            "TaskScheduled" | "LambdaFunctionScheduled" | "ActivityScheduled" => {
                let called = event.text("resource").unwrap_or_default();
                state.resource = Some(match event.text("resourceType") {
                    Some(service) => format!("arn:aws:states:::{service}:{called}"),
                    None => called,
                });
                let arguments = event.payload("parameters").or_else(|| event.payload("input"));
                state.arguments.push(arguments.unwrap_or_default());
                state.again();
            }
            "MapStateStarted" | "ParallelStateStarted" => state.again(),
            "MapRunStarted" => state.is_distributed = true,
            failed if failed.ends_with("Failed") || failed.ends_with("TimedOut") => {
                state.failed = true;
                state.error = Some((event.text("error"), event.text("cause")));
            }
            _ => {}
        }
    }

    /// A state was entered after an event of another: that is a way.
    fn follow(&mut self, before: &Traced<'_>, next: &Arc<str>) {
        let Some(state) = before.state.as_ref().filter(|_| before.event.name.ends_with("StateExited")) else { return };
        let Some(state) = self.states.get_mut(state) else { return };
        if state.failed {
            let error = state.error.as_ref().and_then(|(error, _)| error.clone());
            state.caught = Some((error.unwrap_or_else(|| "States.ALL".into()), Arc::clone(next)));
            return;
        }
        let input = state.inputs.last().cloned().unwrap_or_default();
        state.ways.push((input, Arc::clone(next)));
    }

    fn scope(&mut self, place: &Place) -> Object {
        let mut machine = Object::new();
        let names = self.scopes.get(place).map(|scope| scope.states.clone()).unwrap_or_default();
        let Some(first) = names.first() else { return machine };
        machine.insert("StartAt", Value::string(first));
        let mut states = Object::new();
        let mut placeholder = None;
        for name in &names {
            let state = self.state(place, name, &mut placeholder);
            states.insert(&**name, Value::Object(state));
        }
        if let Some(name) = placeholder {
            states.insert(&*name, Value::Object(Object::from_iter([("Type", Value::string("Succeed"))])));
        }
        machine.insert("States", Value::Object(states));
        machine
    }

    fn state(&mut self, place: &Place, name: &Arc<str>, placeholder: &mut Option<String>) -> Object {
        let seen = std::mem::take(self.states.get_mut(name).expect("every state of a scope was seen"));
        let mut state = Object::new();
        state.insert("Type", Value::string(&seen.kind));
        match seen.kind.as_str() {
            "Task" => {
                let unknown = "arn:aws:lambda:us-east-1:111111111111:function:not-called";
                state.insert("Resource", Value::string(seen.resource.as_deref().unwrap_or(unknown)));
                if let Some(arguments) = self.literal(&seen.arguments) {
                    state.insert("Arguments", arguments);
                }
            }
            "Wait" => state.insert("Seconds", Value::from((seen.waited_ms + 500).clamp(0, 99_999_999_000) / 1_000)),
            "Choice" => self.choices(&mut state, &seen, placeholder),
            "Fail" => {
                let told = seen.error.clone().unwrap_or_default();
                for (field, text) in [("Error", told.0), ("Cause", told.1)] {
                    if let Some(text) = text.filter(|text| !text.contains("{%")) {
                        state.insert(field, Value::string(&text));
                    }
                }
            }
            "Parallel" => state.insert("Branches", self.branches(place, name)),
            "Map" => self.processor(&mut state, place, name, &seen),
            _ => {}
        }
        if !matches!(seen.kind.as_str(), "Choice" | "Fail")
            && let Some(output) = self.literal(&seen.outputs)
        {
            state.insert("Output", output);
        }
        if matches!(seen.kind.as_str(), "Task" | "Map" | "Parallel") {
            if seen.retries > 0 {
                let retrier = [("ErrorEquals", all_errors()), ("MaxAttempts", Value::from(i64::from(seen.retries)))];
                state.insert("Retry", list([Value::Object(Object::from_iter(retrier))]));
            }
            if let Some((error, next)) = &seen.caught {
                let errors = list([Value::string(error)]);
                let catcher = Object::from_iter([("ErrorEquals", errors), ("Next", Value::string(next))]);
                state.insert("Catch", list([Value::Object(catcher)]));
            }
        }
        if !matches!(seen.kind.as_str(), "Choice" | "Fail" | "Succeed") {
            match seen.ways.first() {
                Some((_, next)) => state.insert("Next", Value::string(next)),
                None => state.insert("End", Value::Bool(true)),
            }
        }
        state
    }

    /// A rule for each way that was taken, told apart by the inputs.
    fn choices(&mut self, state: &mut Object, seen: &Seen, placeholder: &mut Option<String>) {
        let mut targets: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
        for (input, next) in &seen.ways {
            match targets.iter_mut().find(|(known, _)| known == next) {
                Some((_, inputs)) => inputs.push(input.clone()),
                None => targets.push((Arc::clone(next), vec![input.clone()])),
            }
        }
        let rule = |condition: String, next: &str| {
            Value::Object(Object::from_iter([("Condition", Value::string(&condition)), ("Next", Value::string(next))]))
        };
        let Some((last, others)) = targets.split_last() else {
            let name = placeholder.get_or_insert_with(|| "Not seen".into());
            state.insert("Choices", list([rule("{% false %}".into(), name)]));
            return;
        };
        if others.is_empty() {
            state.insert("Choices", list([rule("{% true %}".into(), &last.0)]));
            return;
        }
        let rules = others.iter().map(|(next, inputs)| {
            let told: Vec<String> = inputs
                .iter()
                .take(MOST_VISITS)
                .filter(|input| input.size() <= MOST_LITERAL)
                .map(|input| format!("$states.input = {}", input.compact()))
                .filter(|told| !told.contains("%}"))
                .collect();
            let condition = if told.is_empty() { "false".to_owned() } else { told.join(" or ") };
            rule(format!("{{% {condition} %}}"), next)
        });
        let rules: Array = rules.collect();
        state.insert("Choices", Value::Array(rules));
        state.insert("Default", Value::string(&last.0));
    }

    fn branches(&mut self, place: &Place, name: &Arc<str>) -> Value {
        let inside = |known: &&Place| {
            known.len() == place.len() + 1 && known.starts_with(place) && known.last().is_some_and(|at| at.0 == *name)
        };
        let seen: BTreeMap<u32, Place> =
            self.scopes.keys().filter(inside).filter_map(|known| Some((known.last()?.1?, known.clone()))).collect();
        let count = seen.keys().last().map_or(1, |last| last + 1);
        let branch = |index: u32| match seen.get(&index) {
            Some(place) => Value::Object(self.scope(place)),
            None => Value::Object(unseen(&format!("Branch {} of {name}", index + 1))),
        };
        Value::Array((0..count.min(1_000)).map(branch).collect())
    }

    fn processor(&mut self, state: &mut Object, place: &Place, name: &Arc<str>, seen: &Seen) {
        let inner: Place = place.iter().cloned().chain([(Arc::clone(name), None)]).collect();
        let scope = self.scope(&inner);
        let mut scope = if scope.is_empty() { unseen(&format!("Item of {name}")) } else { scope };
        if seen.is_distributed {
            let config = [("Mode", Value::string("DISTRIBUTED")), ("ExecutionType", Value::string("STANDARD"))];
            scope.insert("ProcessorConfig", Value::Object(Object::from_iter(config)));
        }
        let items: Array = seen.items.values().cloned().collect();
        let items = Value::Array(items);
        let is_whole = seen.inputs.len() == 1 && !seen.items.is_empty();
        let fallback = || Value::string("{% $type($states.input) = 'array' ? $states.input : [] %}");
        let items = Some(items).filter(|_| is_whole).and_then(|items| self.literal(&[items]));
        state.insert("Items", items.unwrap_or_else(fallback));
        state.insert("ItemProcessor", Value::Object(scope));
    }

    /// The value that was seen, if it was one and can be written down.
    fn literal(&mut self, seen: &[Value]) -> Option<Value> {
        let [value] = seen else { return None };
        let text = value.compact();
        if text.len() > MOST_LITERAL || text.len() > self.budget || text.contains("{%") {
            return None;
        }
        self.budget -= text.len();
        Value::parse(&text).ok()
    }
}

impl Seen {
    fn again(&mut self) {
        self.attempts += 1;
        self.retries = self.retries.max(self.attempts - 1);
        self.failed = false;
    }
}

fn branch(part: Part) -> Option<u32> {
    match part {
        Part::Branch(index) => Some(index),
        Part::Item(_) => None,
    }
}

fn unseen(name: &str) -> Object {
    let state = Object::from_iter([("Type", Value::string("Pass")), ("End", Value::Bool(true))]);
    let states = Object::from_iter([(name, Value::Object(state))]);
    Object::from_iter([("StartAt", Value::string(name)), ("States", Value::Object(states))])
}

fn all_errors() -> Value {
    list([Value::string("States.ALL")])
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::Array(items.into_iter().collect())
}

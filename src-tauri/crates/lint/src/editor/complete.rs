//! What could be typed at an offset.

use std::collections::BTreeSet;

use asl::model::{Model, Role, StateId};
use asl::program::QueryLanguage;
use asl::schema::{self, Shape, StateType};
use asl::{Document, Node, Span, TextEdit};
use query::Value;

use super::place::{At, Place, inside_quotes};
use crate::functions;
use crate::variables::Variables;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub label: String,
    pub kind: CompletionKind,
    /// A signature, or the type of a state.
    pub detail: String,
    pub help: String,
    pub edit: TextEdit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    Field,
    State,
    Value,
    Error,
    Resource,
    Function,
    Variable,
    /// A field of the data at hand.
    Path,
}

/// Data that the state at hand had, for the fields of paths.
#[derive(Debug, Clone, Copy, Default)]
pub struct Data<'a> {
    /// What it was given.
    pub input: Option<&'a Value>,
    /// What its work gave.
    pub result: Option<&'a Value>,
}

/// What could stand at an offset.
pub fn complete(document: &Document, offset: u32, data: Data<'_>) -> Vec<Completion> {
    let model = Model::new(document.root());
    let place = Place::find(document, offset);
    let state = place.state(&model);
    let asked = Asked { document, model: &model, place: &place, state, offset, data };
    match &place.at {
        At::Key(member) => asked.fields(Some(member.key.span)),
        At::Gap if place.holder.is_object() => asked.fields(None),
        At::Gap => asked.element(None),
        At::Value(member) => asked.value(&member.key.value, &member.value),
        At::Element(element) => asked.element(Some(element)),
    }
}

struct Asked<'a, 't> {
    document: &'t Document,
    model: &'a Model<'t>,
    place: &'a Place<'t>,
    state: Option<StateId>,
    offset: u32,
    data: Data<'a>,
}

impl Asked<'_, '_> {
    fn language(&self) -> QueryLanguage {
        self.state.map_or(self.model.query_language, |id| self.model.state(id).query_language)
    }

    /// Replaces the string at hand, or writes a new one with quotes.
    fn write(&self, node: Option<Span>, text: &str) -> TextEdit {
        let quoted = |span: Span| self.document.slice(span).starts_with(['"', '\'']);
        match node {
            Some(span) if quoted(span) => TextEdit::replace(inside_quotes(self.document, span), text),
            Some(span) if !span.is_empty() && self.document.format() == asl::Format::Yaml => {
                TextEdit::replace(span, text)
            }
            Some(span) if !span.is_empty() => TextEdit::replace(span, format!("\"{text}\"")),
            _ if self.document.format() == asl::Format::Yaml => TextEdit::insert(self.offset, text),
            _ => TextEdit::insert(self.offset, format!("\"{text}\"")),
        }
    }

    fn fields(&self, key: Option<Span>) -> Vec<Completion> {
        let holder = self.place.holder;
        let current = key.map(|key| self.document.slice(inside_quotes(self.document, key)));
        let known = known_fields(self.model, self.place, self.state);
        known
            .into_iter()
            .filter(|(name, _)| !holder.has(name) || current == Some(name))
            .map(|(name, help)| Completion {
                label: name.to_owned(),
                kind: CompletionKind::Field,
                detail: String::new(),
                help: help.to_owned(),
                edit: self.write(key, name),
            })
            .collect()
    }

    fn value(&self, field: &str, value: &Node) -> Vec<Completion> {
        let span = (!value.span.is_empty()).then_some(value.span);
        let words = |words: &[&str]| self.words(words, CompletionKind::Value, span);
        match field {
            "Next" | "Default" | "StartAt" => return self.states(field, span),
            "Type" => return words(&StateType::ALL.map(StateType::as_str)),
            "QueryLanguage" => return words(&["JSONPath", "JSONata"]),
            "Mode" => return words(&["INLINE", "DISTRIBUTED"]),
            "ExecutionType" => return words(&["STANDARD", "EXPRESS"]),
            "JitterStrategy" => return words(&["FULL", "NONE"]),
            "InputType" => return words(&["CSV", "JSON", "JSONL", "MANIFEST", "PARQUET"]),
            "Resource" => return self.resources(span),
            _ => {}
        }
        match value.as_str() {
            Some(_) => self.expression(value),
            None => Vec::new(),
        }
    }

    fn words(&self, words: &[&str], kind: CompletionKind, span: Option<Span>) -> Vec<Completion> {
        words
            .iter()
            .map(|word| Completion {
                label: (*word).to_owned(),
                kind,
                detail: String::new(),
                help: String::new(),
                edit: self.write(span, word),
            })
            .collect()
    }

    /// The states of the scope the field stands in.
    fn states(&self, field: &str, span: Option<Span>) -> Vec<Completion> {
        let scope = if field == "StartAt" {
            self.model.scope_ids().find(|id| self.model.scope(*id).pointer == self.place.pointer)
        } else {
            self.state.map(|id| self.model.state(id).scope)
        };
        let Some(scope) = scope else { return Vec::new() };
        let others = self.model.scope(scope).states.iter().filter(|id| field == "StartAt" || Some(**id) != self.state);
        others
            .map(|id| {
                let state = self.model.state(*id);
                Completion {
                    label: state.name.value.to_string(),
                    kind: CompletionKind::State,
                    detail: state.state_type.map_or("", StateType::as_str).to_owned(),
                    help: state.node.get("Comment").and_then(Node::as_str).unwrap_or_default().to_owned(),
                    edit: self.write(span, &state.name.value),
                }
            })
            .collect()
    }

    fn resources(&self, span: Option<Span>) -> Vec<Completion> {
        let mut found = Vec::new();
        for (service, actions) in asl::resource::optimized_integrations() {
            for action in actions {
                let arn = format!("arn:aws:states:::{service}:{action}");
                for suffix in ["", ".sync", ".sync:2", ".waitForTaskToken"] {
                    let arn = format!("{arn}{suffix}");
                    let fits = suffix != ".sync:2" || (service == "states" && *action == "startExecution");
                    if fits && asl::resource::is_recognized(asl::resource::Resource::parse(&arn)) {
                        found.push(arn);
                    }
                }
            }
        }
        let words: Vec<&str> = found.iter().map(String::as_str).collect();
        self.words(&words, CompletionKind::Resource, span)
    }

    fn element(&self, element: Option<&Node>) -> Vec<Completion> {
        if self.place.path.last() == Some(&"ErrorEquals") {
            let span = element.map(|element| element.span);
            return self.words(crate::rules::STATES_ERRORS, CompletionKind::Error, span);
        }
        match element {
            Some(element) if element.as_str().is_some() => self.expression(element),
            _ => Vec::new(),
        }
    }

    /// Inside of a string: JSONata between its marks, a path, or an intrinsic call.
    fn expression(&self, node: &Node) -> Vec<Completion> {
        let inside = inside_quotes(self.document, node.span);
        if self.offset < inside.start || self.offset > inside.end {
            return Vec::new();
        }
        let before = self.document.slice(Span { start: inside.start, end: self.offset });
        let jsonata = self.language() == QueryLanguage::Jsonata;
        if jsonata && !before.trim_start().starts_with("{%") {
            return Vec::new();
        }
        let word_start = before
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '$' | '_' | '.')))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let word = &before[word_start..];
        let head_end = word.rfind('.').map_or(0, |at| at + 1);
        let (head, tail) = word.split_at(head_end);
        let replaced = Span { start: self.offset - tail.len() as u32, end: self.offset };
        if head.is_empty() {
            return self.roots(tail, replaced, jsonata, word);
        }
        if head == "States." && !jsonata {
            let whole = Span { start: self.offset - word.len() as u32, end: self.offset };
            return self.functions(functions::INTRINSIC, "", whole);
        }
        self.data_fields(head, replaced, jsonata)
    }

    fn roots(&self, tail: &str, replaced: Span, jsonata: bool, word: &str) -> Vec<Completion> {
        let mut found = Vec::new();
        if jsonata {
            found.extend(self.plain("$states", CompletionKind::Variable, "what the service provides", replaced));
            found.extend(self.variables(replaced));
            found.extend(self.functions(functions::JSONATA, "$", replaced));
        } else {
            if tail.is_empty() || tail.starts_with('$') {
                found.extend(self.plain("$", CompletionKind::Path, "the input", replaced));
                found.extend(self.plain("$$", CompletionKind::Path, "the Context Object", replaced));
                found.extend(self.variables(replaced));
            }
            if word.is_empty() || "States.".starts_with(word) {
                found.extend(self.functions(functions::INTRINSIC, "", replaced));
            }
        }
        found
    }

    fn plain(&self, text: &str, kind: CompletionKind, help: &str, replaced: Span) -> Option<Completion> {
        let edit = TextEdit::replace(replaced, text);
        Some(Completion { label: text.to_owned(), kind, detail: String::new(), help: help.to_owned(), edit })
    }

    fn functions(&self, functions: &[functions::Function], prefix: &str, replaced: Span) -> Vec<Completion> {
        functions
            .iter()
            .map(|function| Completion {
                label: format!("{prefix}{}", function.name),
                kind: CompletionKind::Function,
                detail: format!("{prefix}{}({})", function.name, function.parameters),
                help: function.help.to_owned(),
                edit: TextEdit::replace(replaced, format!("{prefix}{}(", function.name)),
            })
            .collect()
    }

    fn variables(&self, replaced: Span) -> Vec<Completion> {
        let Some(state) = self.state else { return Vec::new() };
        let variables = Variables::of(self.model);
        let Some(assigned) = variables.at(state) else { return Vec::new() };
        let note = |name: &String| {
            if assigned.always.contains(name) { "assigned on every path" } else { "assigned on some paths" }
        };
        let names: BTreeSet<&String> = assigned.sometimes.union(&assigned.always).collect();
        names
            .into_iter()
            .flat_map(|name| self.plain(&format!("${name}"), CompletionKind::Variable, note(name), replaced))
            .collect()
    }

    /// Whether the place is in a field of the state.
    fn is_inside(&self, field: &str) -> bool {
        let state = self.state.map(|id| &*self.model.state(id).pointer);
        let rest = state.and_then(|pointer| self.place.pointer.strip_prefix(pointer)?.strip_prefix('/'));
        rest.is_some_and(|rest| rest.split('/').next() == Some(field))
    }

    /// What follows a dot: the fields of the data that stands there.
    fn data_fields(&self, head: &str, replaced: Span, jsonata: bool) -> Vec<Completion> {
        let head = head.trim_end_matches('.');
        let fixed: Option<&[&str]> = match head {
            "$states" if jsonata => Some(&["input", "result", "errorOutput", "context"]),
            "$$" if !jsonata => Some(CONTEXT),
            "$states.context" => Some(CONTEXT),
            "$$.Execution" | "$states.context.Execution" => {
                Some(&["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount"])
            }
            "$$.State" | "$states.context.State" => Some(&["EnteredTime", "Name", "RetryCount"]),
            "$$.StateMachine" | "$states.context.StateMachine" => Some(&["Id", "Name"]),
            "$$.Task" | "$states.context.Task" => Some(&["Token"]),
            "$$.Map.Item" | "$states.context.Map.Item" => Some(&["Index", "Value", "Key", "Source"]),
            "$$.Map" | "$states.context.Map" => Some(&["Item"]),
            _ => None,
        };
        if let Some(names) = fixed {
            return names.iter().flat_map(|name| self.plain(name, CompletionKind::Path, "", replaced)).collect();
        }
        let (rest, data) = match jsonata {
            true if head.starts_with("$states.result") => (head.strip_prefix("$states.result"), self.data.result),
            true => (head.strip_prefix("$states.input"), self.data.input),
            // What stands behind the work reads its result.
            false if self.is_inside("ResultSelector") => (head.strip_prefix('$'), self.data.result),
            false => (head.strip_prefix('$'), self.data.input),
        };
        let (Some(rest), Some(data)) = (rest, data) else { return Vec::new() };
        let mut value = data;
        for step in rest.split('.').filter(|step| !step.is_empty()) {
            match value.get(step) {
                Some(inner) => value = inner,
                None => return Vec::new(),
            }
        }
        let Some(object) = value.as_object() else { return Vec::new() };
        object.keys().flat_map(|name| self.plain(name, CompletionKind::Path, "in the last run", replaced)).collect()
    }
}

const CONTEXT: &[&str] = &["Execution", "State", "StateMachine", "Task", "Map"];

/// The fields that the object at hand can have, with their help.
fn known_fields(model: &Model<'_>, place: &Place<'_>, state: Option<StateId>) -> Vec<(&'static str, &'static str)> {
    if let Some(scope) = model.scopes.iter().find(|scope| scope.pointer == place.pointer) {
        return match scope.role {
            Role::Top => MACHINE.to_vec(),
            Role::Branch(_) => MACHINE[..3].to_vec(),
            Role::Processor => MACHINE[..3].iter().chain([&PROCESSOR_CONFIG]).copied().collect(),
        };
    }
    let Some(view) = state.map(|id| model.state(id)) else { return Vec::new() };
    let language = view.query_language;
    let rest = place.pointer.strip_prefix(&*view.pointer).unwrap_or_default();
    let steps: Vec<&str> = rest.split('/').skip(1).collect();
    match steps.as_slice() {
        [] => match view.state_type {
            Some(state_type) => schema::fields_of(state_type, language).map(|field| (field.name, field.help)).collect(),
            None => vec![("Type", "What the state does."), ("Comment", "A note for people.")],
        },
        ["Retry", _] => RETRIER.to_vec(),
        ["Catch", _] if language == QueryLanguage::Jsonata => {
            CATCHER.iter().filter(|(name, _)| *name != "ResultPath").copied().collect()
        }
        ["Catch", _] => CATCHER.iter().filter(|(name, _)| *name != "Output").copied().collect(),
        ["Choices", _] if language == QueryLanguage::Jsonata => JSONATA_RULE.to_vec(),
        ["Choices", _, inner @ ..] if inner.last().is_none_or(|last| *last == "Not" || last.parse::<u32>().is_ok()) => {
            let operators = schema::COMPARISONS.iter().map(|(name, _)| (*name, "Compares the variable."));
            let outermost: &[(&'static str, &'static str)] = if inner.is_empty() { RULE } else { &[] };
            outermost.iter().copied().chain(CONDITION.iter().copied()).chain(operators).collect()
        }
        [.., "ProcessorConfig"] => {
            vec![("Mode", "INLINE or DISTRIBUTED."), ("ExecutionType", "STANDARD or EXPRESS children.")]
        }
        ["ItemReader"] => vec![
            ("Resource", "What reads the items."),
            ("ReaderConfig", "The format of the items."),
            ("Parameters", "JSONPath: where they are."),
            ("Arguments", "JSONata: where they are."),
        ],
        ["ResultWriter"] => vec![
            ("Resource", "What writes the results."),
            ("WriterConfig", "The shape of the results."),
            ("Parameters", "JSONPath: where to."),
            ("Arguments", "JSONata: where to."),
        ],
        ["ItemBatcher"] => vec![
            ("MaxItemsPerBatch", "How many items a batch has at most."),
            ("MaxInputBytesPerBatch", "How large a batch is at most."),
            ("BatchInput", "What every batch gets besides."),
        ],
        ["ItemReader", "ReaderConfig"] => vec![
            ("InputType", "CSV, JSON, JSONL, MANIFEST or PARQUET."),
            ("CSVHeaderLocation", "FIRST_ROW or GIVEN."),
            ("CSVHeaders", "The names of the columns."),
            ("CSVDelimiter", "What separates columns."),
            ("MaxItems", "How many items to read at most."),
            ("MaxItemsPath", "Where that number stands."),
        ],
        ["Credentials"] => vec![("RoleArn", "The role to assume.")],
        _ => Vec::new(),
    }
}

const MACHINE: &[(&str, &str)] = &[
    ("Comment", "A note for people."),
    ("StartAt", "The state that runs first."),
    ("States", "The states by their names."),
    ("QueryLanguage", "The language of states that do not name their own."),
    ("TimeoutSeconds", "Ends an execution with States.Timeout after so many seconds."),
    ("Version", "The version of the language: 1.0."),
];
const PROCESSOR_CONFIG: (&str, &str) =
    ("ProcessorConfig", "Whether iterations are part of the execution or have their own.");
const RETRIER: &[(&str, &str)] = &[
    ("ErrorEquals", "The errors to try again after."),
    ("IntervalSeconds", "How long to wait before the first retry; 1 if absent."),
    ("MaxAttempts", "How often to retry; 3 if absent, 0 for never."),
    ("BackoffRate", "How much longer to wait each time; 2 if absent."),
    ("MaxDelaySeconds", "The longest wait."),
    ("JitterStrategy", "FULL waits a random part of the time."),
    ("Comment", "A note for people."),
];
const CATCHER: &[(&str, &str)] = &[
    ("ErrorEquals", "The errors to catch."),
    ("Next", "Where to go on."),
    ("ResultPath", "Where the error goes in the input."),
    ("Output", "What goes on; $states.errorOutput is the error."),
    ("Assign", "Sets variables."),
    ("Comment", "A note for people."),
];
const RULE: &[(&str, &str)] = &[
    ("Next", "Where to go if the rule holds."),
    ("Assign", "Sets variables if the rule holds."),
    ("Comment", "A note for people."),
];
const CONDITION: &[(&str, &str)] = &[
    ("Variable", "What is compared."),
    ("And", "All of these hold."),
    ("Or", "One of these holds."),
    ("Not", "This does not hold."),
];
const JSONATA_RULE: &[(&str, &str)] = &[
    ("Condition", "Holds if it gives true."),
    ("Next", "Where to go if the rule holds."),
    ("Assign", "Sets variables if the rule holds."),
    ("Output", "What goes on if the rule holds."),
    ("Comment", "A note for people."),
];

/// Help for a field of anything but a state, by its name.
pub(super) fn other_field_help(
    model: &Model<'_>,
    place: &Place<'_>,
    state: Option<StateId>,
    name: &str,
) -> Option<&'static str> {
    known_fields(model, place, state).into_iter().find(|(known, _)| *known == name).map(|(_, help)| help)
}

/// Only used where a field says what kind of thing it holds.
pub(super) fn shape_words(shape: Shape) -> &'static str {
    match shape {
        Shape::StateName => "a state of this scope",
        Shape::NullablePath | Shape::Path => "a JSONPath",
        Shape::NullableReferencePath | Shape::ReferencePath => "a reference path",
        Shape::PathOrIntrinsic => "a JSONPath or an intrinsic call",
        Shape::PayloadTemplate => "a payload template",
        Shape::Value | Shape::Assign => "any JSON, with expressions",
        Shape::Integer { .. } => "a whole number",
        Shape::IntegerOrExpression { .. } => "a whole number or an expression",
        Shape::Percentage => "a number from 0 to 100, or an expression",
        Shape::Timestamp => "a timestamp or an expression",
        Shape::TextOrExpression => "text or an expression",
        Shape::ArrayOrExpression => "an array or an expression",
        Shape::Boolean => "true or false",
        _ => "",
    }
}

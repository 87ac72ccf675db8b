//! Named edits: small changes of the text that leave every other byte alone.
//!
//! [`apply`] turns an [`Edit`] into a [`Change`], or refuses with a reason. A change holds text edits and their inverse, so
//! undo restores the bytes. States are named by their JSON pointers, as everywhere.

mod convert;
mod fields;
mod flow;
mod group;
mod jsonata;
pub(crate) mod print;
mod scope;
mod steps;
pub mod text;
mod transition;

pub use group::fragment;

use std::collections::HashSet;

use crate::diagnostic::TextEdit;
use crate::document::{Document, Format, apply_edits};
use crate::model::{Model, Reason, ScopeId, StateId};
use crate::program::QueryLanguage;
use crate::schema::StateType;
use crate::syntax::{Node, Span, parse_json};

/// What people do to a workflow. Pointers are those of [`Model`]: `/States/Charge`, and `` for the top level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Adds a state that nothing leads to yet. `definition` is JSON; absent, it is the least of its type.
    Add {
        scope: String,
        name: String,
        state_type: StateType,
        definition: Option<String>,
    },
    /// Adds a state between a state and where one of its transitions leads; `from` may be a scope, for its `StartAt`.
    Insert {
        from: String,
        slot: Slot,
        name: String,
        state_type: StateType,
        definition: Option<String>,
    },
    /// Removes states. With `reconnect`, what led to them leads to where they led; without, to nothing that is there.
    Delete {
        states: Vec<String>,
        reconnect: bool,
    },
    Rename {
        state: String,
        name: String,
    },
    /// Keeps the fields the new type has too.
    ChangeType {
        state: String,
        state_type: StateType,
    },
    /// Sets a field of a state, or of a value inside of it. `value` is JSON.
    SetField {
        pointer: String,
        value: String,
    },
    ClearField {
        pointer: String,
    },
    /// Sets and clears several fields of one object as one step. `None` clears.
    SetFields {
        pointer: String,
        fields: Vec<(String, Option<String>)>,
    },
    /// Another name for a field, at its place; with `value`, another value too.
    RenameField {
        pointer: String,
        name: String,
        value: Option<String>,
    },
    /// Moves a field of an object or an element of an array to another place among its siblings.
    MoveField {
        pointer: String,
        index: usize,
    },
    /// Makes a state what `definition` says, changing only what differs.
    SetDefinition {
        state: String,
        definition: String,
    },
    /// Makes a transition lead to another state, or (`to` absent) end its scope. Without a `slot` it is the way on of the
    /// state: its Next, of a Choice a new Rule.
    Connect {
        from: String,
        slot: Option<Slot>,
        to: Option<String>,
    },
    /// Makes a transition start at another state. A Choice Rule keeps its condition where that is a Choice, a Catcher its errors.
    TakeOver {
        from: String,
        slot: Slot,
        onto: String,
    },
    /// Moves a state into another scope.
    Move {
        state: String,
        scope: String,
    },
    /// Puts states of one scope into a new Parallel or Map that takes their place, or gives each a Catcher. Several need one
    /// beginning and one place where they lead.
    Wrap {
        states: Vec<String>,
        wrapper: Wrapper,
        name: String,
    },
    /// Copies lead to one another where the states do, and elsewhere to where they do.
    Duplicate {
        states: Vec<String>,
    },
    /// Adds the states of a fragment (a state machine, a `States` object, or one named state); names are made unique. On a
    /// transition of the scope, it leads to the first of them, and what leads out of them or ends leads to where it led.
    Paste {
        scope: String,
        fragment: String,
        on: Option<(String, Slot)>,
    },
    /// Turns a state into a call of another state machine.
    Extract {
        state: String,
        resource: String,
    },
    ConvertFormat {
        format: Format,
    },
    /// From JSONPath to JSONata, where that is sound. The empty pointer stands for the whole machine.
    ConvertToJsonata {
        state: String,
    },
    /// The same for states with the fields of JSONPath that came into a workflow of JSONata, with what lies in them.
    ConvertPasted {
        states: Vec<String>,
    },
}

/// One of the places from which a transition starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// `StartAt` of a scope.
    Start,
    Next,
    Default,
    /// A Choice Rule; the number after the last makes a new one.
    Rule(u32),
    /// A Catcher; the number after the last makes a new one.
    Catch(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wrapper {
    /// All in one branch.
    Parallel,
    /// A Parallel with a branch for each.
    Branches,
    Map,
    /// A Catcher for `States.ALL`, which leads to a new Fail state of the given name.
    Catch,
}

/// What an edit does to the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// For the undo menu: `Rename “A” to “B”`.
    pub label: String,
    /// Ascending and disjoint.
    pub edits: Vec<TextEdit>,
    /// Takes the changed text back to the old one.
    pub inverse: Vec<TextEdit>,
    /// The pointers of what should be selected afterwards, the foremost first.
    pub select: Vec<String>,
    /// A new document that the edit made besides: the machine that was extracted.
    pub extracted: Option<String>,
}

/// Why an edit cannot be done: one sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub reason: String,
}

impl Refusal {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refusal {}

/// What an edit's own file works out.
pub(crate) struct Draft {
    label: String,
    edits: Vec<TextEdit>,
    select: Vec<String>,
    extracted: Option<String>,
}

impl Draft {
    fn new(label: impl Into<String>, edits: Vec<TextEdit>, select: Option<String>) -> Self {
        Self { label: label.into(), edits, select: select.into_iter().collect(), extracted: None }
    }

    fn selecting(self, select: Vec<String>) -> Self {
        Self { select, ..self }
    }
}

/// Works out an edit. The document itself does not change.
pub fn apply(document: &Document, edit: &Edit) -> Result<Change, Refusal> {
    if document.is_broken() && !matches!(edit, Edit::Rename { .. } | Edit::SetField { .. } | Edit::ClearField { .. }) {
        return Err(Refusal::new("the text has errors: repair them first"));
    }
    let model = Model::new(document.root());
    let work = Work { document, model: &model };
    let draft = match edit {
        Edit::Add { scope, name, state_type, definition } => work.add(scope, name, *state_type, definition.as_deref()),
        Edit::Insert { from, slot, name, state_type, definition } => {
            work.insert(from, *slot, name, *state_type, definition.as_deref())
        }
        Edit::Delete { states, reconnect } => work.delete(states, *reconnect),
        Edit::Rename { state, name } => work.rename(state, name),
        Edit::ChangeType { state, state_type } => work.change_type(state, *state_type),
        Edit::SetField { pointer, value } => work.set_field(pointer, value),
        Edit::ClearField { pointer } => work.clear_field(pointer),
        Edit::SetFields { pointer, fields } => work.set_fields(pointer, fields),
        Edit::RenameField { pointer, name, value } => work.rename_field(pointer, name, value.as_deref()),
        Edit::MoveField { pointer, index } => work.move_field(pointer, *index),
        Edit::SetDefinition { state, definition } => work.set_definition(state, definition),
        Edit::Connect { from, slot, to } => work.connect(from, *slot, to.as_deref()),
        Edit::TakeOver { from, slot, onto } => work.take_over(from, *slot, onto),
        Edit::Move { state, scope } => work.move_state(state, scope),
        Edit::Wrap { states, wrapper, name } => work.wrap(states, *wrapper, name),
        Edit::Duplicate { states } => work.duplicate(states),
        Edit::Paste { scope, fragment, on } => work.paste(scope, fragment, on.as_ref()),
        Edit::Extract { state, resource } => work.extract(state, resource),
        Edit::ConvertFormat { format } => work.convert_format(*format),
        Edit::ConvertPasted { states } => work.convert_pasted(states),
        Edit::ConvertToJsonata { state } => work.convert_to_jsonata(state),
    }?;
    let inverse = invert(document.text(), &draft.edits);
    Ok(Change { label: draft.label, edits: draft.edits, inverse, select: draft.select, extracted: draft.extracted })
}

/// The edits that undo `edits`, in terms of the changed text.
pub fn invert(text: &str, edits: &[TextEdit]) -> Vec<TextEdit> {
    let mut shift = 0i64;
    let mut inverse = Vec::with_capacity(edits.len());
    for edit in edits {
        let start = (i64::from(edit.span.start) + shift) as usize;
        inverse.push(TextEdit {
            span: Span::new(start, start + edit.insert.len()),
            insert: text[edit.span.range()].to_owned(),
        });
        shift += edit.insert.len() as i64 - i64::from(edit.span.len());
    }
    inverse
}

/// Done and undone changes of one document, for editors that keep their own text: every step is a list of text edits.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Change>,
    undone: Vec<Change>,
}

impl History {
    /// Records a change that was applied.
    pub fn push(&mut self, change: Change) {
        self.undone.clear();
        self.done.push(change);
    }

    /// The document before the last change.
    pub fn undo(&mut self, document: &Document) -> Option<Document> {
        let change = self.done.pop()?;
        let text = apply_edits(document.text(), &change.inverse);
        self.undone.push(change);
        Some(Document::parse_as(&text, document.format()).0)
    }

    /// The document after the change that was last undone.
    pub fn redo(&mut self, document: &Document) -> Option<Document> {
        let change = self.undone.pop()?;
        let text = apply_edits(document.text(), &change.edits);
        self.done.push(change);
        Some(Document::parse_as(&text, document.format()).0)
    }

    /// What undo and redo would do.
    pub fn labels(&self) -> (Option<&str>, Option<&str>) {
        (self.done.last().map(|change| &*change.label), self.undone.last().map(|change| &*change.label))
    }
}

/// What the edits share.
struct Work<'a, 't> {
    document: &'t Document,
    model: &'a Model<'t>,
}

impl<'t> Work<'_, 't> {
    fn state(&self, pointer: &str) -> Result<StateId, Refusal> {
        self.model.find_pointer(pointer).ok_or_else(|| Refusal::new(format!("there is no state at {pointer}")))
    }

    fn scope(&self, pointer: &str) -> Result<ScopeId, Refusal> {
        // A slash at the end belongs to the names of markers.
        let pointer = pointer.strip_suffix('/').unwrap_or(pointer);
        self.model
            .scope_ids()
            .find(|id| self.model.scope(*id).pointer == pointer)
            .ok_or_else(|| Refusal::new(format!("there is no scope at {pointer}")))
    }

    /// The object that holds the states of a scope.
    fn states_of(&self, scope: ScopeId) -> Result<&'t Node, Refusal> {
        let node = self.model.scope(scope).node.get("States").filter(|states| states.is_object());
        node.ok_or_else(|| Refusal::new("the scope has no States"))
    }

    /// A name may be used once in the whole machine.
    fn check_name(&self, name: &str) -> Result<(), Refusal> {
        if name.trim().is_empty() {
            return Err(Refusal::new("a state needs a name"));
        }
        if name.chars().count() > 80 {
            return Err(Refusal::new("a name has at most 80 characters"));
        }
        if self.model.states.iter().any(|state| &*state.name.value == name) {
            return Err(Refusal::new(format!("“{name}” is already a state here")));
        }
        Ok(())
    }

    /// The name, or the name with the first number that makes it unique.
    fn unique_name(&self, name: &str, taken: &HashSet<String>) -> String {
        let is_taken =
            |name: &str| taken.contains(name) || self.model.states.iter().any(|state| &*state.name.value == name);
        if !is_taken(name) {
            return name.to_owned();
        }
        (2u32..)
            .map(|number| {
                let suffix = format!(" {number}");
                let stem: String = name.chars().take(80 - suffix.chars().count()).collect();
                format!("{stem}{suffix}")
            })
            .find(|name| !is_taken(name))
            .expect("numbers do not run out")
    }

    /// Every text that names a state as a target, in its scope.
    fn references(&self, id: StateId) -> Vec<Span> {
        let state = self.model.state(id);
        let scope = self.model.scope(state.scope);
        let mut found = Vec::new();
        if self.model.start(state.scope) == Some(id)
            && let Some(start) = &scope.start_at
        {
            found.push(start.span);
        }
        for other in &scope.states {
            let transitions = &self.model.state(*other).transitions;
            found.extend(
                transitions
                    .iter()
                    .filter(|transition| transition.to == Some(id))
                    .map(|transition| transition.target.span),
            );
        }
        found
    }

    /// Where a state goes on as a rule: `Next`, or a Choice's `Default`.
    fn main_way_out(&self, id: StateId) -> Option<StateId> {
        let transitions = &self.model.state(id).transitions;
        let main = transitions.iter().find(|transition| transition.reason == Reason::Next);
        let main = main.or_else(|| transitions.iter().find(|transition| transition.reason == Reason::Default));
        main.or_else(|| transitions.first()).and_then(|transition| transition.to)
    }
}

/// A tree as JSON text, without comments. A bare `${…}` stays one.
pub fn json_text(node: &Node) -> String {
    print::Printer { unit: "  ", newline: "\n", document: None }.json(node, "")
}

/// The tree of a JSON text that an edit was given.
fn parse_value(text: &str) -> Result<Node, Refusal> {
    let parsed = parse_json(text);
    if parsed.broken {
        let reason =
            parsed.diagnostics.first().map_or_else(String::new, |diagnostic| format!(": {}", diagnostic.message));
        return Err(Refusal::new(format!("the value is not JSON{reason}")));
    }
    Ok(parsed.root)
}

/// The least definition of each type.
fn least_definition(state_type: StateType, language: QueryLanguage, ending: &str) -> String {
    let jsonata = language == QueryLanguage::Jsonata;
    let inner = r#""StartAt":"NAME Pass","States":{"NAME Pass":{"Type":"Pass","End":true}}"#;
    match state_type {
        StateType::Task => {
            let (field, payload) = if jsonata {
                ("Arguments", r#"{"FunctionName":"","Payload":"{% $states.input %}"}"#)
            } else {
                ("Parameters", r#"{"FunctionName":"","Payload.$":"$"}"#)
            };
            format!(r#"{{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","{field}":{payload},{ending}}}"#)
        }
        StateType::Pass => format!(r#"{{"Type":"Pass",{ending}}}"#),
        StateType::Wait => format!(r#"{{"Type":"Wait","Seconds":5,{ending}}}"#),
        StateType::Succeed => r#"{"Type":"Succeed"}"#.to_owned(),
        StateType::Fail => r#"{"Type":"Fail","Error":"Failed","Cause":""}"#.to_owned(),
        StateType::Choice => {
            let next = ending.strip_prefix(r#""Next":"#);
            match next {
                Some(target) if jsonata => {
                    format!(
                        r#"{{"Type":"Choice","Choices":[{{"Condition":"{{% true %}}","Next":{target}}}],"Default":{target}}}"#
                    )
                }
                Some(target) => format!(
                    r#"{{"Type":"Choice","Choices":[{{"Variable":"$.value","IsPresent":true,"Next":{target}}}],"Default":{target}}}"#
                ),
                None => r#"{"Type":"Choice","Choices":[]}"#.to_owned(),
            }
        }
        StateType::Parallel => format!(r#"{{"Type":"Parallel","Branches":[{{{inner}}}],{ending}}}"#),
        StateType::Map => {
            format!(r#"{{"Type":"Map","ItemProcessor":{{"ProcessorConfig":{{"Mode":"INLINE"}},{inner}}},{ending}}}"#)
        }
    }
}

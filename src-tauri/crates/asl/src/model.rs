//! The tolerant view: scopes, states and transitions of whatever could be read.
//!
//! Nothing here judges. A definition that is half typed gives the part that is there; `graph`, `lint`, the editor services
//! and the edits work on it.

use std::collections::HashMap;

use crate::program::QueryLanguage;
use crate::schema::StateType;
use crate::syntax::{Member, Node, NodeKind, Span, Text, join_pointer};

/// Position in [`Model::scopes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// Position in [`Model::states`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub u32);

#[derive(Debug, Clone)]
pub struct Model<'t> {
    /// The top level first; an outer scope stands before the ones in it.
    pub scopes: Vec<Scope<'t>>,
    /// In document order, outer states before the ones in them.
    pub states: Vec<StateView<'t>>,
    /// The language of states that do not name their own.
    pub query_language: QueryLanguage,
}

/// The top level, a branch or a processor.
#[derive(Debug, Clone)]
pub struct Scope<'t> {
    pub parent: Option<StateId>,
    pub role: Role,
    /// JSON pointer of the object that has `StartAt` and `States`.
    pub pointer: String,
    pub node: &'t Node,
    pub start_at: Option<Text>,
    pub states: Vec<StateId>,
    by_name: HashMap<&'t str, StateId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Top,
    /// One of the branches of a Parallel, counted from 0.
    Branch(u32),
    /// `ItemProcessor`, or `Iterator`.
    Processor,
}

#[derive(Debug, Clone)]
pub struct StateView<'t> {
    pub name: &'t Text,
    pub scope: ScopeId,
    pub pointer: String,
    pub node: &'t Node,
    /// Absent if `Type` is absent or unknown.
    pub state_type: Option<StateType>,
    /// The state's own language, or the machine's.
    pub query_language: QueryLanguage,
    /// Branches, or the processor.
    pub scopes: Vec<ScopeId>,
    pub transitions: Vec<Transition<'t>>,
    /// `End: true`, or a type that ends by itself.
    pub is_end: bool,
}

/// One way out of a state, resolved or not.
#[derive(Debug, Clone)]
pub struct Transition<'t> {
    pub reason: Reason,
    pub target: Text,
    /// Absent if the scope has no such state.
    pub to: Option<StateId>,
    /// The Choice Rule or the Catcher, or the state.
    pub node: &'t Node,
    /// JSON pointer of the field that names the target.
    pub pointer: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    Next,
    Default,
    /// A Choice Rule, counted from 0.
    Rule(u32),
    /// A Catcher, counted from 0.
    Catch(u32),
}

impl<'t> Model<'t> {
    pub fn new(root: &'t Node) -> Self {
        let query_language = query_language(root).unwrap_or_default();
        let mut model = Model { scopes: Vec::new(), states: Vec::new(), query_language };
        model.add_scope(root, None, Role::Top, String::new());
        model.resolve();
        model
    }

    pub fn scope(&self, id: ScopeId) -> &Scope<'t> {
        &self.scopes[id.0 as usize]
    }

    pub fn state(&self, id: StateId) -> &StateView<'t> {
        &self.states[id.0 as usize]
    }

    pub fn state_ids(&self) -> impl Iterator<Item = StateId> + use<> {
        (0..self.states.len() as u32).map(StateId)
    }

    pub fn scope_ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        (0..self.scopes.len() as u32).map(ScopeId)
    }

    /// The state a name means in a scope. Of several with one name, the first.
    pub fn find_in(&self, scope: ScopeId, name: &str) -> Option<StateId> {
        self.scope(scope).by_name.get(name).copied()
    }

    /// The first state of that name in any scope, outer scopes first.
    pub fn find(&self, name: &str) -> Option<StateId> {
        self.scope_ids().find_map(|scope| self.find_in(scope, name))
    }

    pub fn find_pointer(&self, pointer: &str) -> Option<StateId> {
        self.state_ids().find(|id| self.state(*id).pointer == pointer)
    }

    /// The innermost state whose text holds an offset.
    pub fn state_at(&self, offset: u32) -> Option<StateId> {
        self.state_ids()
            .filter(|id| {
                let state = self.state(*id);
                state.name.span.contains(offset) || state.node.span.contains(offset)
            })
            .last()
    }

    /// The state a scope starts with.
    pub fn start(&self, scope: ScopeId) -> Option<StateId> {
        let scope_view = self.scope(scope);
        scope_view.start_at.as_ref().and_then(|name| self.find_in(scope, &name.value))
    }

    fn add_scope(&mut self, node: &'t Node, parent: Option<StateId>, role: Role, pointer: String) -> ScopeId {
        let id = ScopeId(self.scopes.len() as u32);
        let states_pointer = join_pointer(&pointer, "States");
        let start_at = node.get("StartAt").and_then(Node::as_text);
        self.scopes.push(Scope { parent, role, pointer, node, start_at, states: Vec::new(), by_name: HashMap::new() });
        for member in node.get("States").map(Node::members).unwrap_or_default() {
            self.add_state(member, id, &join_pointer(&states_pointer, &member.key.value));
        }
        id
    }

    fn add_state(&mut self, member: &'t Member, scope: ScopeId, pointer: &str) {
        let node = &member.value;
        let is_placeholder = matches!(node.kind, NodeKind::Missing) && member.key.value.starts_with("${");
        if is_placeholder {
            return;
        }
        let id = StateId(self.states.len() as u32);
        let state_type = node.get("Type").and_then(Node::as_str).and_then(StateType::parse);
        let transitions = transitions(node, pointer);
        let ends = node.get("End").and_then(Node::as_bool) == Some(true);
        self.states.push(StateView {
            name: &member.key,
            scope,
            pointer: pointer.to_owned(),
            node,
            state_type,
            query_language: query_language(node).unwrap_or(self.query_language),
            scopes: Vec::new(),
            transitions,
            is_end: ends || matches!(state_type, Some(StateType::Succeed | StateType::Fail)),
        });
        let parent = &mut self.scopes[scope.0 as usize];
        parent.states.push(id);
        parent.by_name.entry(&member.key.value).or_insert(id);

        let mut inner = Vec::new();
        let branches = node.get("Branches").map(Node::elements).unwrap_or_default();
        for (at, branch) in branches.iter().enumerate() {
            let pointer = format!("{pointer}/Branches/{at}");
            inner.push(self.add_scope(branch, Some(id), Role::Branch(at as u32), pointer));
        }
        for key in ["ItemProcessor", "Iterator"] {
            if let Some(processor) = node.get(key) {
                let pointer = join_pointer(pointer, key);
                inner.push(self.add_scope(processor, Some(id), Role::Processor, pointer));
            }
        }
        self.states[id.0 as usize].scopes = inner;
    }

    fn resolve(&mut self) {
        let scopes = &self.scopes;
        for state in &mut self.states {
            let by_name = &scopes[state.scope.0 as usize].by_name;
            for transition in &mut state.transitions {
                transition.to = by_name.get(&*transition.target.value).copied();
            }
        }
    }
}

impl StateView<'_> {
    pub fn span(&self) -> Span {
        self.name.span.to(self.node.span)
    }

    pub fn resource(&self) -> Option<&str> {
        self.node.get("Resource").and_then(Node::as_str)
    }

    pub fn is_jsonata(&self) -> bool {
        self.query_language == QueryLanguage::Jsonata
    }
}

/// What `QueryLanguage` of a machine or state says, if it says something known.
pub fn query_language(node: &Node) -> Option<QueryLanguage> {
    match node.get("QueryLanguage")?.as_str()? {
        "JSONPath" => Some(QueryLanguage::JsonPath),
        "JSONata" => Some(QueryLanguage::Jsonata),
        _ => None,
    }
}

fn transitions<'t>(node: &'t Node, pointer: &str) -> Vec<Transition<'t>> {
    let mut found = Vec::new();
    let mut add = |reason, holder: &'t Node, field: &str, pointer: String| {
        if let Some(target) = holder.get(field).and_then(Node::as_text) {
            found.push(Transition { reason, target, to: None, node: holder, pointer });
        }
    };
    for (at, rule) in node.get("Choices").map(Node::elements).unwrap_or_default().iter().enumerate() {
        add(Reason::Rule(at as u32), rule, "Next", format!("{pointer}/Choices/{at}/Next"));
    }
    add(Reason::Default, node, "Default", format!("{pointer}/Default"));
    add(Reason::Next, node, "Next", format!("{pointer}/Next"));
    for (at, catcher) in node.get("Catch").map(Node::elements).unwrap_or_default().iter().enumerate() {
        add(Reason::Catch(at as u32), catcher, "Next", format!("{pointer}/Catch/{at}/Next"));
    }
    found
}

//! The graph itself and its plain view.

use std::collections::HashMap;

use asl::model::{Model, Reason, Role, ScopeId, StateId};
use asl::resource::{Pattern, Resource};
use asl::schema::StateType;
use asl::{Document, Span};
use petgraph::stable_graph::{NodeIndex, StableDiGraph};

use crate::condition::{condition_text, shorten};

/// States and markers of all scopes in one graph. Transitions never leave their scope; `Branch` and `Processor` edges lead
/// from a state into its scopes.
#[derive(Debug, Clone, Default)]
pub struct WorkflowGraph {
    pub graph: StableDiGraph<Node, Edge>,
    pub scopes: Vec<Scope>,
    /// Transitions whose target does not exist in their scope.
    pub dangling: Vec<Dangling>,
    by_id: HashMap<String, NodeIndex>,
}

/// The graph as plain lists, for those who draw or send it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    pub scopes: Vec<Scope>,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    pub dangling: Vec<Dangling>,
}

/// The top level, a branch of a Parallel or the processor of a Map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// JSON pointer of the machine, such as `/States/Fan out/Branches/0`; empty for the top level.
    pub id: String,
    /// The id of the state that holds the scope.
    pub parent: Option<String>,
    pub role: ScopeRole,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeRole {
    Top,
    Branch(u32),
    Processor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// JSON pointer of the state, or of its scope with `/#start` or `/#end`.
    pub id: String,
    pub kind: NodeKind,
    pub name: String,
    /// The scope that holds the node.
    pub scope: String,
    pub resource: Option<String>,
    /// What the state does, in a few words: `sqs sendMessage · callback`, `wait 5 min`, `2 rules, default`. May be empty.
    pub summary: String,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Start,
    End,
    /// Absent if the text names no known type.
    State(Option<StateType>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub from: String,
    pub to: String,
    pub reason: EdgeReason,
    /// For people: the condition, the errors, `Branch 2`. May be empty.
    pub label: String,
    /// The name of the target in the text, or the state for edges that no text names.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EdgeReason {
    /// From the start marker to the state `StartAt` names.
    Start,
    Next,
    Default,
    /// A Choice Rule, counted from 0, and its condition in a few words.
    Rule {
        index: u32,
        condition: String,
    },
    /// A Catcher, counted from 0, and the errors it catches.
    Catch {
        index: u32,
        errors: Vec<String>,
    },
    /// From a Parallel to the start marker of a branch, counted from 0.
    Branch(u32),
    /// From a Map to the start marker of its processor.
    Processor,
    /// To the end marker.
    End,
}

/// A transition to a state that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dangling {
    pub from: String,
    pub target: String,
    pub reason: EdgeReason,
    pub span: Span,
}

impl WorkflowGraph {
    pub fn new(document: &Document) -> Self {
        Self::from_model(&Model::new(document.root()))
    }

    pub fn from_model(model: &Model<'_>) -> Self {
        Builder { model, built: Self::default(), states: HashMap::new() }.build()
    }

    pub fn node(&self, id: &str) -> Option<&Node> {
        self.by_id.get(id).map(|index| &self.graph[*index])
    }

    pub fn index(&self, id: &str) -> Option<NodeIndex> {
        self.by_id.get(id).copied()
    }

    pub fn view(&self) -> View {
        View {
            scopes: self.scopes.clone(),
            nodes: self.graph.node_weights().cloned().collect(),
            edges: self.graph.edge_weights().cloned().collect(),
            dangling: self.dangling.clone(),
        }
    }
}

/// `Next`, `Rule 1`, `Catch 2`, counted from 1 as people do.
pub fn reason_of(reason: Reason) -> String {
    match reason {
        Reason::Next => "Next".to_owned(),
        Reason::Default => "Default".to_owned(),
        Reason::Rule(at) => format!("Rule {}", at + 1),
        Reason::Catch(at) => format!("Catch {}", at + 1),
    }
}

struct Builder<'a, 't> {
    model: &'a Model<'t>,
    built: WorkflowGraph,
    states: HashMap<StateId, NodeIndex>,
}

impl Builder<'_, '_> {
    fn build(mut self) -> WorkflowGraph {
        let mut markers = Vec::new();
        for scope in self.model.scope_ids() {
            markers.push(self.add_scope(scope));
        }
        for scope in self.model.scope_ids() {
            let (start, end) = markers[scope.0 as usize];
            self.connect_scope(scope, start, end);
        }
        self.built
    }

    /// The nodes of a scope, in document order between its markers.
    fn add_scope(&mut self, id: ScopeId) -> (NodeIndex, NodeIndex) {
        let model = self.model;
        let scope = model.scope(id);
        let parent = scope.parent.and_then(|state| self.states.get(&state)).map(|at| self.built.graph[*at].id.clone());
        let role = match scope.role {
            Role::Top => ScopeRole::Top,
            Role::Branch(at) => ScopeRole::Branch(at),
            Role::Processor => ScopeRole::Processor,
        };
        let span = scope.node.span;
        self.built.scopes.push(Scope { id: scope.pointer.clone(), parent, role, span });
        let marker = |kind, name: &str, place: &str| Node {
            id: format!("{}/#{place}", scope.pointer),
            kind,
            name: name.to_owned(),
            scope: scope.pointer.clone(),
            resource: None,
            summary: String::new(),
            span: Span::empty(span.start),
        };
        let start = self.add_node(marker(NodeKind::Start, "Start", "start"));
        for state in &scope.states {
            let view = model.state(*state);
            let node = Node {
                id: view.pointer.clone(),
                kind: NodeKind::State(view.state_type),
                name: view.name.value.to_string(),
                scope: scope.pointer.clone(),
                resource: view.resource().map(str::to_owned),
                summary: summary(view),
                span: view.span(),
            };
            let index = self.add_node(node);
            self.states.insert(*state, index);
        }
        let end = self.add_node(marker(NodeKind::End, "End", "end"));
        (start, end)
    }

    /// Ids stay unique where the text holds a name twice.
    fn add_node(&mut self, mut node: Node) -> NodeIndex {
        let mut copies = 1;
        while self.built.by_id.contains_key(&node.id) {
            copies += 1;
            let plain = node.id.rsplit_once("#copy").map_or(&*node.id, |(plain, _)| plain).to_owned();
            node.id = format!("{plain}#copy{copies}");
        }
        let id = node.id.clone();
        let index = self.built.graph.add_node(node);
        self.built.by_id.insert(id, index);
        index
    }

    fn add_edge(&mut self, from: NodeIndex, to: NodeIndex, reason: EdgeReason, label: String, span: Span) {
        let (from_id, to_id) = (self.built.graph[from].id.clone(), self.built.graph[to].id.clone());
        let edge = Edge { from: from_id, to: to_id, reason, label, span };
        self.built.graph.add_edge(from, to, edge);
    }

    fn connect_scope(&mut self, id: ScopeId, start: NodeIndex, end: NodeIndex) {
        let model = self.model;
        let scope = model.scope(id);
        if let Some(holder) = scope.parent.and_then(|state| self.states.get(&state)).copied() {
            let (reason, label) = match scope.role {
                Role::Branch(at) => (EdgeReason::Branch(at), format!("Branch {}", at + 1)),
                _ => (EdgeReason::Processor, "for each item".to_owned()),
            };
            self.add_edge(holder, start, reason, label, scope.node.span);
        }
        match (&scope.start_at, model.start(id).and_then(|state| self.states.get(&state)).copied()) {
            (Some(name), Some(to)) => self.add_edge(start, to, EdgeReason::Start, String::new(), name.span),
            (Some(name), None) => {
                let from = self.built.graph[start].id.clone();
                let target = name.value.to_string();
                self.built.dangling.push(Dangling { from, target, reason: EdgeReason::Start, span: name.span });
            }
            _ => {}
        }
        for state in &scope.states {
            self.connect_state(*state, end);
        }
    }

    fn connect_state(&mut self, id: StateId, end: NodeIndex) {
        let model = self.model;
        let view = model.state(id);
        let from = self.states[&id];
        for transition in &view.transitions {
            let (reason, label) = match transition.reason {
                Reason::Next => (EdgeReason::Next, String::new()),
                Reason::Default => (EdgeReason::Default, "Default".to_owned()),
                Reason::Rule(index) => {
                    let condition = shorten(&condition_text(transition.node));
                    (EdgeReason::Rule { index, condition: condition.clone() }, condition)
                }
                Reason::Catch(index) => {
                    let errors: Vec<String> = transition
                        .node
                        .get("ErrorEquals")
                        .map(asl::Node::elements)
                        .unwrap_or_default()
                        .iter()
                        .filter_map(asl::Node::as_str)
                        .map(str::to_owned)
                        .collect();
                    let label = shorten(&errors.join(", "));
                    (EdgeReason::Catch { index, errors }, label)
                }
            };
            let span = transition.target.span;
            match transition.to.and_then(|to| self.states.get(&to)).copied() {
                Some(to) => self.add_edge(from, to, reason, label, span),
                None => {
                    let target = transition.target.value.to_string();
                    let from = self.built.graph[from].id.clone();
                    self.built.dangling.push(Dangling { from, target, reason, span });
                }
            }
        }
        if view.is_end {
            self.add_edge(from, end, EdgeReason::End, String::new(), view.name.span);
        }
    }
}

/// What the state does, in a few words.
fn summary(state: &asl::model::StateView<'_>) -> String {
    let text = |name: &str| state.node.get(name).and_then(asl::Node::as_str);
    let plain = |name: &str| match state.node.get(name).map(|value| &value.kind) {
        Some(asl::NodeKind::Number(raw)) => Some(raw.to_string()),
        Some(asl::NodeKind::String(value) | asl::NodeKind::Substitution(value)) => Some(value.to_string()),
        _ => None,
    };
    let words = match state.state_type {
        Some(StateType::Task) => text("Resource").map(|resource| {
            let called = Resource::parse(resource);
            let words = called_machine_or_function(state.node).unwrap_or_else(|| called.summary());
            match called.pattern() {
                Pattern::RequestResponse => words,
                Pattern::Sync(_) => format!("{words} · sync"),
                Pattern::WaitForTaskToken => format!("{words} · callback"),
            }
        }),
        Some(StateType::Choice) => {
            let rules = state.node.get("Choices").map(asl::Node::elements).unwrap_or_default();
            let open = rules.iter().filter(|rule| rule.is_object() && !rule.has("Next")).count();
            let rules = match (rules.len(), open) {
                (1, 0) => "1 rule".to_owned(),
                (1, 1) => "leads nowhere yet".to_owned(),
                (all, 0) => format!("{all} rules"),
                (all, open) => format!("{all} rules, {open} open"),
            };
            Some(if state.node.get("Default").is_some() { format!("{rules}, default") } else { rules })
        }
        Some(StateType::Wait) => plain("Seconds")
            .map(|seconds| {
                seconds.parse().map_or_else(|_| format!("wait {seconds} s"), |whole| format!("wait {}", span(whole)))
            })
            .or_else(|| text("SecondsPath").map(|path| format!("wait {path} s")))
            .or_else(|| plain("Timestamp").or_else(|| plain("TimestampPath")).map(|until| format!("until {until}"))),
        Some(StateType::Fail) => plain("Error").or_else(|| plain("ErrorPath")),
        Some(StateType::Parallel) => Some(match state.scopes.len() {
            1 => "1 branch".to_owned(),
            count => format!("{count} branches"),
        }),
        Some(StateType::Map) => {
            plain("ItemsPath").or_else(|| plain("Items")).map(|items| format!("for each of {items}"))
        }
        _ => None,
    };
    shorten(&words.or_else(|| text("Comment").map(str::to_owned)).unwrap_or_default())
}

/// Seconds as people say them, exactly: `21 days`, `5 min`, `1 h 30 min`.
fn span(seconds: u64) -> String {
    let units = [(86_400, "days"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds;
    let mut words = Vec::new();
    for (length, unit) in units {
        let count = left / length;
        left %= length;
        if count > 0 {
            words.push(format!("{count} {}", if unit == "days" && count == 1 { "day" } else { unit }));
        }
    }
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

/// `lambda:invoke` says little; the function it invokes says more.
fn called_machine_or_function(state: &asl::Node) -> Option<String> {
    let arguments = state.get("Parameters").or_else(|| state.get("Arguments"))?;
    let name = arguments.get("FunctionName")?.as_str()?;
    let resource = state.get("Resource")?.as_str()?;
    if !Resource::parse(resource).is_lambda() {
        return None;
    }
    let name = match Resource::parse(name) {
        Resource::Function(arn) => return Some(Resource::Function(arn).summary()),
        _ => name,
    };
    Some(format!("Lambda {name}"))
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn seconds_as_people_say_them() {
        let said = [0, 45, 300, 5_400, 86_400, 1_814_400, 90_061].map(span);
        assert_eq!(said, ["0 s", "45 s", "5 min", "1 h 30 min", "1 day", "21 days", "1 day 1 h 1 min 1 s"]);
    }
}

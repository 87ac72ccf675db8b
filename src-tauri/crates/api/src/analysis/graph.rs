//! The workflow graph in the shape of the wire.

use std::collections::{HashMap, HashSet};

use asl::model::{Reason, Role, ScopeId, StateId};
use asl::schema::StateType;
use asl::{Document, Model, Span};
use graph::{EdgeReason as Because, condition_text};
use wire::{EdgeReason, GraphEdge, GraphNode, GraphNodeKind, TextRange, WorkflowGraph};

use super::offsets::Offsets;

/// Nothing when there is no place for states. A machine that has none yet is two markers.
pub(crate) fn draw(model: &Model<'_>, document: &Document, offsets: &Offsets<'_>) -> Option<WorkflowGraph> {
    if model.states.is_empty() && !document.root().get("States").is_some_and(asl::Node::is_object) {
        return None;
    }
    let view = ::graph::WorkflowGraph::from_model(model).view();
    let mut drawing = Drawing { model, document, offsets, view: &view, ids: HashMap::new(), nodes: Vec::new() };
    drawing.name_nodes();
    drawing.scope(ScopeId(0));
    let nodes = std::mem::take(&mut drawing.nodes);
    let edges = drawing.edges();
    Some(WorkflowGraph { nodes, edges })
}

/// `/States/A/Branches/0` and `start` give `/States/A/Branches/0#start`.
pub(crate) fn marker_id(scope: &str, marker: &str) -> String {
    format!("{scope}#{marker}")
}

struct Drawing<'a, 't> {
    model: &'a Model<'t>,
    document: &'a Document,
    offsets: &'a Offsets<'t>,
    view: &'a ::graph::View,
    /// The node of each state; its id differs from the pointer where a text holds a name twice.
    ids: HashMap<StateId, &'a ::graph::Node>,
    nodes: Vec<GraphNode>,
}

impl<'a> Drawing<'a, '_> {
    /// The graph lists its nodes scope by scope: the start marker, the states in order, the end marker.
    fn name_nodes(&mut self) {
        let mut nodes = self.view.nodes.iter();
        for scope in self.model.scope_ids() {
            nodes.next();
            for state in &self.model.scope(scope).states {
                if let Some(node) = nodes.next() {
                    self.ids.insert(*state, node);
                }
            }
            nodes.next();
        }
    }

    fn scope(&mut self, id: ScopeId) {
        let model = self.model;
        let scope = model.scope(id);
        let parent = (scope.role != Role::Top).then(|| scope.pointer.clone());
        let at = self.range(Span::empty(scope.node.span.start));
        let marker =
            |kind, marker| GraphNode { parent: parent.clone(), ..bare(marker_id(&scope.pointer, marker), kind, at) };
        self.nodes.push(marker(GraphNodeKind::Start, "start"));
        for state in &scope.states {
            self.state(*state, parent.clone());
        }
        self.nodes.push(marker(GraphNodeKind::End, "end"));
    }

    fn state(&mut self, id: StateId, parent: Option<String>) {
        let state = self.model.state(id);
        let Some(node) = self.ids.get(&id).copied() else { return };
        self.nodes.push(GraphNode {
            id: node.id.clone(),
            kind: kind(state.state_type),
            name: node.name.clone(),
            parent,
            summary: node.summary.clone(),
            resource: node.resource.clone(),
            comment: state.node.get("Comment").and_then(asl::Node::as_str).map(str::to_owned),
            query_language: super::language_name(state.query_language).to_owned(),
            range: self.range(state.span()),
            name_range: self.range(state.name.span),
        });
        for inner in &state.scopes {
            let scope = self.model.scope(*inner);
            let (kind, name) = match scope.role {
                Role::Branch(at) => (GraphNodeKind::Branch, format!("Branch {}", at + 1)),
                Role::Top | Role::Processor => (GraphNodeKind::Processor, "Item processor".to_owned()),
            };
            let range = self.range(scope.node.span);
            self.nodes.push(GraphNode {
                name,
                parent: Some(node.id.clone()),
                ..bare(scope.pointer.clone(), kind, range)
            });
            self.scope(*inner);
        }
    }

    fn edges(&self) -> Vec<GraphEdge> {
        let back = self.back_edges();
        let details = self.details();
        let edges = self.view.edges.iter().enumerate().filter_map(|(at, edge)| {
            let (suffix, reason) = reason(&edge.reason)?;
            let (from, to) = (node_id(&edge.from), node_id(&edge.to));
            let id = format!("{from}#{suffix}");
            let detail = details.get(&(edge.from.as_str(), suffix)).cloned().unwrap_or_else(|| edge.label.clone());
            Some(GraphEdge {
                id,
                from,
                to,
                reason,
                label: edge.label.clone(),
                detail,
                back: back.contains(&at),
                range: self.range(edge.span),
            })
        });
        edges.collect()
    }

    /// The labels of rules and Catchers in full.
    fn details(&self) -> HashMap<(&'a str, String), String> {
        let mut details = HashMap::new();
        for (id, node) in &self.ids {
            for transition in &self.model.state(*id).transitions {
                let (suffix, detail) = match transition.reason {
                    Reason::Rule(index) => (format!("rule{index}"), condition_text(transition.node)),
                    Reason::Catch(index) => {
                        let errors = transition.node.get("ErrorEquals").map(asl::Node::elements).unwrap_or_default();
                        let errors: Vec<&str> = errors.iter().filter_map(asl::Node::as_str).collect();
                        (format!("catch{index}"), errors.join(", "))
                    }
                    Reason::Next | Reason::Default => continue,
                };
                details.insert((node.id.as_str(), suffix), detail);
            }
        }
        details
    }

    /// The edges that close a loop: walking from the start, they lead to a state on the way here.
    fn back_edges(&self) -> HashSet<usize> {
        let mut leaving: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, edge) in self.view.edges.iter().enumerate() {
            if reason(&edge.reason).is_some() {
                leaving.entry(&edge.from).or_default().push(at);
            }
        }
        let mut back = HashSet::new();
        let mut seen: HashSet<&str> = HashSet::new();
        let mut on_the_way: HashSet<&str> = HashSet::new();
        // Start markers come first in their scope; states that none leads to are walked from as well.
        for root in &self.view.nodes {
            if !seen.insert(&root.id) {
                continue;
            }
            on_the_way.insert(&root.id);
            let mut path: Vec<(&str, usize)> = vec![(&root.id, 0)];
            while let Some((node, next)) = path.last_mut() {
                let Some(at) = leaving.get(node).and_then(|edges| edges.get(*next)) else {
                    on_the_way.remove(node);
                    path.pop();
                    continue;
                };
                *next += 1;
                let to = self.view.edges[*at].to.as_str();
                if on_the_way.contains(to) {
                    back.insert(*at);
                } else if seen.insert(to) {
                    on_the_way.insert(to);
                    path.push((to, 0));
                }
            }
        }
        back
    }

    fn range(&self, span: Span) -> TextRange {
        self.offsets.range(span, self.document.lines())
    }
}

/// The ids of markers are the graph's with `#` in place of `/#`.
fn node_id(id: &str) -> String {
    match id.rsplit_once("/#") {
        Some((scope, marker @ ("start" | "end"))) => marker_id(scope, marker),
        _ => id.to_owned(),
    }
}

/// The end of the edge's id, and the reason. Nothing for edges into scopes, which are drawn as boxes.
fn reason(reason: &Because) -> Option<(String, EdgeReason)> {
    Some(match reason {
        Because::Start => ("start".into(), EdgeReason::Start),
        Because::Next => ("next".into(), EdgeReason::Next),
        Because::Default => ("default".into(), EdgeReason::Default),
        Because::Rule { index, .. } => (format!("rule{index}"), EdgeReason::Rule { index: *index }),
        Because::Catch { index, .. } => (format!("catch{index}"), EdgeReason::Catch { index: *index }),
        Because::End => ("end".into(), EdgeReason::End),
        Because::Branch(_) | Because::Processor => return None,
    })
}

fn kind(state_type: Option<StateType>) -> GraphNodeKind {
    match state_type {
        Some(StateType::Task) => GraphNodeKind::Task,
        Some(StateType::Pass) => GraphNodeKind::Pass,
        Some(StateType::Choice) => GraphNodeKind::Choice,
        Some(StateType::Wait) => GraphNodeKind::Wait,
        Some(StateType::Succeed) => GraphNodeKind::Succeed,
        Some(StateType::Fail) => GraphNodeKind::Fail,
        Some(StateType::Parallel) => GraphNodeKind::Parallel,
        Some(StateType::Map) => GraphNodeKind::Map,
        None => GraphNodeKind::Unknown,
    }
}

fn bare(id: String, kind: GraphNodeKind, range: TextRange) -> GraphNode {
    GraphNode {
        id,
        kind,
        name: String::new(),
        parent: None,
        summary: String::new(),
        resource: None,
        comment: None,
        query_language: String::new(),
        range,
        name_range: range,
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph_of;

    const LOOP: &str = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Wait", "Seconds": 1, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "M"}], "Default": "A"},
        "M": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}},
              "Catch": [{"ErrorEquals": ["E", "F"], "Next": "A"}], "End": true}}}"#;

    #[test]
    fn ids_are_stable_and_containers_come_first() {
        let graph = graph_of(LOOP).expect("a graph");
        let nodes: Vec<_> = graph.nodes.iter().map(|node| (node.id.as_str(), node.parent.as_deref())).collect();
        let processor = "/States/M/ItemProcessor";
        let expected = [
            ("#start", None),
            ("/States/A", None),
            ("/States/B", None),
            ("/States/M", None),
            (processor, Some("/States/M")),
            ("/States/M/ItemProcessor#start", Some(processor)),
            ("/States/M/ItemProcessor/States/I", Some(processor)),
            ("/States/M/ItemProcessor#end", Some(processor)),
            ("#end", None),
        ];
        assert_eq!(nodes, expected);
    }

    #[test]
    fn edges_name_their_reason_and_loops_are_found() {
        let graph = graph_of(LOOP).expect("a graph");
        let edges: Vec<_> = graph.edges.iter().map(|edge| (edge.id.as_str(), edge.to.as_str(), edge.back)).collect();
        let expected = [
            ("#start#start", "/States/A", false),
            ("/States/A#next", "/States/B", false),
            ("/States/B#rule0", "/States/M", false),
            ("/States/B#default", "/States/A", true),
            ("/States/M#catch0", "/States/A", true),
            ("/States/M#end", "#end", false),
            ("/States/M/ItemProcessor#start#start", "/States/M/ItemProcessor/States/I", false),
            ("/States/M/ItemProcessor/States/I#end", "/States/M/ItemProcessor#end", false),
        ];
        for edge in expected {
            assert!(edges.contains(&edge), "{edge:?} in {edges:#?}");
        }
        assert_eq!(edges.len(), expected.len());
        assert_eq!(
            graph.edges.iter().find(|edge| edge.id == "/States/M#catch0").map(|edge| edge.detail.as_str()),
            Some("E, F")
        );
    }
}

//! Two executions side by side.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use wire::*;

use super::changes;
use crate::backend::Inner;
use crate::executions::{id_of, moved_out};
use crate::failure::{of_run, of_store};
use crate::host::Host;
use crate::looking::interventions;

impl<H: Host> Inner<H> {
    pub(crate) fn compare_executions(&self, request: &CompareExecutions) -> Result<ExecutionsCompared, Failure> {
        let (a, b) = (id_of(&request.a)?, id_of(&request.b)?);
        let store = self.store()?;
        let read = store
            .read(|db| Ok((db.execution(a)?, db.execution_texts(a)?.0, db.execution(b)?, db.execution_texts(b)?.0)));
        let (row_a, text_a, row_b, text_b) = read.map_err(of_store)?;
        let found = tokio::task::block_in_place(|| runtime::compare(store, a, b)).map_err(of_run)?;
        let changes = (text_a != text_b).then(|| changes::between(&text_a, &text_b));
        // A state that was renamed is one state.
        let renamed: HashMap<String, String> = changes
            .iter()
            .flat_map(|changes| &changes.renamed)
            .map(|renamed| (renamed.from.clone(), renamed.to.clone()))
            .collect();
        let known = |name: &str| renamed.get(name).cloned().unwrap_or_else(|| name.to_owned());
        let ((nodes_a, edges_a), (nodes_b, edges_b)) = (moved_out(found.a), moved_out(found.b));
        let graph = crate::analysis::graph_of(&text_b);
        let nodes_of = |graph: Option<&WorkflowGraph>| -> Vec<(String, String)> {
            let nodes = graph.into_iter().flat_map(|graph| &graph.nodes);
            // Markers and scopes have no language.
            let states = nodes.filter(|node| !node.query_language.is_empty());
            states.map(|node| (node.name.clone(), node.id.clone())).collect()
        };
        let graph_a = if changes.is_some() { crate::analysis::graph_of(&text_a) } else { None };
        let in_b = nodes_of(graph.as_ref());
        let in_a: BTreeMap<String, String> = match &graph_a {
            Some(graph) => nodes_of(Some(graph)).into_iter().map(|(name, node)| (known(&name), node)).collect(),
            None => in_b.iter().cloned().collect(),
        };
        let of = |nodes: Vec<NodeProgress>| -> HashMap<String, NodeProgress> {
            nodes.into_iter().map(|node| (node.node.clone(), node)).collect()
        };
        let (mut done_a, mut done_b) = (of(nodes_a), of(nodes_b));
        let other_data: BTreeSet<String> = found.other_data.iter().map(|name| known(name)).collect();
        let names: BTreeSet<&String> = in_b.iter().map(|(name, _)| name).collect();
        let only_a = in_a.iter().filter(|(name, _)| !names.contains(name)).map(|(name, _)| (name.clone(), None));
        let all = in_b.iter().map(|(name, node)| (name.clone(), Some(node.clone()))).chain(only_a);
        let states = all
            .map(|(state, node_b)| {
                let node_a = in_a.get(&state).cloned();
                ComparedState {
                    a: node_a.as_ref().and_then(|node| done_a.remove(node)),
                    b: node_b.as_ref().and_then(|node| done_b.remove(node)),
                    differs: other_data.contains(&state),
                    state,
                    node_a,
                    node_b,
                }
            })
            .collect();
        let mut edges: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for edge in edges_a {
            edges.entry(edge.edge).or_default().0 = edge.taken;
        }
        for edge in edges_b {
            edges.entry(edge.edge).or_default().1 = edge.taken;
        }
        // Most runs are left alone, and then nobody has to go through them again.
        let interventions = |execution: &str, by_hand: bool| match by_hand {
            true => self.over(execution, |timeline| Ok(interventions(timeline, 0))),
            false => Ok(Vec::new()),
        };
        Ok(ExecutionsCompared {
            a: self.summary(row_a)?,
            b: self.summary(row_b)?,
            shared: found.shared,
            changes,
            graph,
            states,
            edges: edges.into_iter().map(|(edge, (a, b))| ComparedEdge { edge, a, b }).collect(),
            events: columns(found.pairs),
            changes_a: interventions(&request.a, found.by_hand.0)?,
            changes_b: interventions(&request.b, found.by_hand.1)?,
        })
    }
}

fn columns(pairs: Vec<runtime::Pair>) -> ComparedEvents {
    let mut columns = ComparedEvents::default();
    let (mut kinds, mut states, mut items) = (Texts::default(), Texts::default(), Texts::default());
    for (line, pair) in (0..).zip(pairs) {
        columns.a.push(pair.a.unwrap_or_default());
        columns.b.push(pair.b.unwrap_or_default());
        columns.kind.push(u32::try_from(kinds.place(pair.event_type.to_owned())).unwrap_or_default());
        columns.state.push(pair.state.map_or(-1, |state| states.place(state)));
        let item = pair.iterations.iter().map(u32::to_string).collect::<Vec<_>>().join(" › ");
        columns.item.push(if item.is_empty() { -1 } else { items.place(item) });
        if pair.differs {
            columns.differs.push(line);
        }
    }
    (columns.kinds, columns.states, columns.items) = (kinds.all, states.all, items.all);
    columns
}

/// Texts that occur again and again, by their places.
#[derive(Default)]
struct Texts {
    known: HashMap<String, i32>,
    all: Vec<String>,
}

impl Texts {
    fn place(&mut self, text: String) -> i32 {
        if let Some(place) = self.known.get(&text) {
            return *place;
        }
        let place = i32::try_from(self.all.len()).unwrap_or(i32::MAX);
        self.all.push(text.clone());
        self.known.insert(text, place);
        place
    }
}

//! Two versions of a workflow in one graph, with what changed from the one to the other.

mod revisions;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use ::graph::{Difference, Rerouted};
use asl::model::StateId;
use asl::{Document, Model};
use wire::*;

pub(crate) use revisions::list;

use crate::analysis::{Offsets, graph, parse};
use crate::documents::{Documents, file};
use crate::failure::reading;

/// A node that only the old version has is told from a new one of the same path.
const GONE: &str = "gone:";

impl Documents {
    pub(crate) async fn compare(&self, request: CompareDocument) -> Result<VersionsCompared, Failure> {
        let (text, version, file_name) = self.text_now(request.document)?;
        let path = self.runnable(request.document)?.path;
        let no_file = || Failure::new(Code::FileNotFound, "the document has no file yet");
        let (old_name, old) = match request.with {
            OtherVersion::Disk => {
                let path = path.ok_or_else(no_file)?;
                let read = file::read(&path)?;
                let (text, _) = read.ok_or_else(|| reading(&path, &std::io::ErrorKind::NotFound.into()))?;
                (path, text)
            }
            OtherVersion::File { path } => {
                let path = Path::new(&path).to_owned();
                let read = file::read(&path)?;
                let (text, _) = read.ok_or_else(|| reading(&path, &std::io::ErrorKind::NotFound.into()))?;
                (path, text)
            }
            OtherVersion::Revision { id, path: then } => {
                let path = path.ok_or_else(no_file)?;
                let text = revisions::text_at(&path, &id, &then).await?;
                (Path::new(&then).to_owned(), file::decoded(text))
            }
        };
        let running = tokio::task::spawn_blocking(move || compare(&file_name, &text, version, &old_name, old));
        running.await.map_err(|_| Failure::new(Code::Unexpected, "the comparison failed"))
    }
}

fn compare(new_name: &Path, new_text: &Arc<str>, version: u32, old_name: &Path, old_text: String) -> VersionsCompared {
    let (new, _) = parse(new_name, new_text);
    let (old, syntax) = parse(old_name, &old_text);
    let problem = old.is_broken().then(|| {
        let first = syntax.first().map_or_else(String::new, |found| format!(": {}", found.message));
        format!("the other version is not well formed{first}")
    });
    let (old_model, new_model) = (Model::new(old.root()), Model::new(new.root()));
    let merge = Merge {
        pairs: ::graph::pairs(&old_model, &new_model),
        difference: ::graph::diff(&old_model, &new_model),
        old: Version { document: &old, model: &old_model },
        new: Version { document: &new, model: &new_model },
    };
    let old_graph = graph::draw(&old_model, &old, &Offsets::new(&old_text));
    let new_graph = graph::draw(&new_model, &new, &Offsets::new(new_text));
    let machine = merge.difference.machine_fields.clone();
    let states = merge.states();
    let (graph, transitions) = merge.graphs(old_graph, new_graph);
    VersionsCompared { version, graph, states, transitions, machine, old_text, problem }
}

struct Version<'a, 't> {
    document: &'a Document,
    model: &'a Model<'t>,
}

impl Version<'_, '_> {
    /// A state's definition, its lines moved to the left.
    fn text(&self, id: StateId) -> String {
        let span = self.model.state(id).node.span;
        let text = self.document.slice(span);
        let before = &self.document.text()[..span.start as usize];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let indent = before[line..].chars().take_while(|character| matches!(character, ' ' | '\t')).count();
        let mut lines = text.lines();
        let mut moved = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            let blank = line.chars().take_while(|character| matches!(character, ' ' | '\t')).count();
            moved.push('\n');
            moved.push_str(&line[line.char_indices().nth(blank.min(indent)).map_or(line.len(), |(at, _)| at)..]);
        }
        moved
    }
}

struct Merge<'a, 't> {
    pairs: std::collections::BTreeMap<StateId, StateId>,
    difference: Difference,
    old: Version<'a, 't>,
    new: Version<'a, 't>,
}

impl Merge<'_, '_> {
    fn states(&self) -> Vec<StateChange> {
        let back: HashMap<StateId, StateId> = self.pairs.iter().map(|(old, new)| (*new, *old)).collect();
        let mut states = Vec::new();
        for id in self.new.model.state_ids() {
            let state = self.new.model.state(id);
            let name = state.name.value.to_string();
            let node = state.pointer.clone();
            let Some(before) = back.get(&id) else {
                let new = Some(self.new.text(id));
                states.push(StateChange { node, name, kind: ChangeKind::Added, what: Vec::new(), old: None, new });
                continue;
            };
            let (moved, what) = self.what(*before, id);
            if moved || !what.is_empty() {
                let kind = if moved { ChangeKind::Moved } else { ChangeKind::Changed };
                let (old, new) = (Some(self.old.text(*before)), Some(self.new.text(id)));
                states.push(StateChange { node, name, kind, what, old, new });
            }
        }
        for id in self.old.model.state_ids().filter(|id| !self.pairs.contains_key(id)) {
            let state = self.old.model.state(id);
            states.push(StateChange {
                node: format!("{GONE}{}", state.pointer),
                name: state.name.value.to_string(),
                kind: ChangeKind::Removed,
                what: Vec::new(),
                old: Some(self.old.text(id)),
                new: None,
            });
        }
        states
    }

    /// Whether a state has another name or place, and everything that changed of it, in words.
    fn what(&self, before: StateId, after: StateId) -> (bool, Vec<String>) {
        let (old, new) = (self.old.model.state(before), self.new.model.state(after));
        let mut what = Vec::new();
        let renamed = old.name.value != new.name.value;
        if renamed {
            what.push(format!("was “{}”", old.name.value));
        }
        let holder = |version: &Version<'_, '_>, id: StateId| version.model.scope(version.model.state(id).scope).parent;
        let (old_holder, new_holder) = (holder(&self.old, before), holder(&self.new, after));
        let elsewhere = old_holder.and_then(|holder| self.pairs.get(&holder).copied()) != new_holder
            || old_holder.is_some() != new_holder.is_some();
        if elsewhere {
            what.push(match old_holder {
                Some(holder) => format!("was in “{}”", self.old.model.state(holder).name.value),
                None => "was at the top level".to_owned(),
            });
        }
        let changed = self.difference.changed.iter().find(|changed| changed.state == new.pointer);
        what.extend(changed.into_iter().flat_map(|changed| changed.fields.iter().cloned()));
        let ways = self.difference.rerouted.iter().filter(|way| way.from == new.pointer);
        what.extend(ways.map(|way| self.way(way)));
        (renamed || elsewhere, what)
    }

    fn way(&self, way: &Rerouted) -> String {
        let name = |target: &Option<String>| target.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("{}: {} → {}", way.way, name(&way.old), name(&way.new))
    }

    /// The id that a node of the old graph has in that of both.
    fn node_of(&self, id: &str) -> String {
        let (pointer, marker) = match id.rsplit_once('#') {
            Some((pointer, marker @ ("start" | "end"))) => (pointer, Some(marker)),
            _ => (id, None),
        };
        // The state it is, or the one whose branch it is.
        let states = self.old.model.state_ids().map(|id| (id, &*self.old.model.state(id).pointer));
        let owner = states
            .filter(|(_, state)| {
                pointer.strip_prefix(state).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .max_by_key(|(_, state)| state.len());
        let mapped = match owner {
            None => pointer.to_owned(),
            Some((id, state)) => match self.pairs.get(&id) {
                Some(new) => format!("{}{}", self.new.model.state(*new).pointer, &pointer[state.len()..]),
                None => format!("{GONE}{pointer}"),
            },
        };
        marker.map_or_else(|| mapped.clone(), |marker| format!("{mapped}#{marker}"))
    }

    fn graphs(
        &self,
        old: Option<WorkflowGraph>,
        new: Option<WorkflowGraph>,
    ) -> (Option<WorkflowGraph>, Vec<TransitionChange>) {
        let Some(old) = old else {
            let added = new.iter().flat_map(|graph| &graph.edges);
            let added = added.map(|edge| TransitionChange { edge: edge.id.clone(), kind: ChangeKind::Added }).collect();
            return (new, added);
        };
        let mut both = new.unwrap_or(WorkflowGraph { nodes: Vec::new(), edges: Vec::new() });
        let ids: HashMap<String, String> =
            old.nodes.iter().map(|node| (node.id.clone(), self.node_of(&node.id))).collect();
        let mut known: HashSet<String> = both.nodes.iter().map(|node| node.id.clone()).collect();
        for mut node in old.nodes {
            let id = ids[&node.id].clone();
            if known.insert(id.clone()) {
                node.parent = node.parent.and_then(|parent| ids.get(&parent).cloned());
                node.id = id;
                both.nodes.push(node);
            }
        }
        let mut changes = Vec::new();
        let mut before: Vec<GraphEdge> = old
            .edges
            .into_iter()
            .map(|mut edge| {
                edge.from = ids[&edge.from].clone();
                edge.to = ids.get(&edge.to).cloned().unwrap_or(edge.to);
                edge
            })
            .collect();
        let mut take = |alike: &dyn Fn(&GraphEdge) -> bool| before.iter().position(alike).map(|at| before.remove(at));
        let kind = |edge: &GraphEdge| std::mem::discriminant(&edge.reason);
        // What is the same in every way first, so that of two rules to one state the right one counts as changed.
        let mut open = Vec::new();
        for edge in &both.edges {
            let ends = |old: &GraphEdge| old.from == edge.from && old.to == edge.to && kind(old) == kind(edge);
            if take(&|old| ends(old) && old.detail == edge.detail).is_none() {
                open.push(edge);
            }
        }
        for edge in open {
            let ends = |old: &GraphEdge| old.from == edge.from && old.to == edge.to && kind(old) == kind(edge);
            let changed = take(&ends).is_some();
            let kind = if changed { ChangeKind::Changed } else { ChangeKind::Added };
            changes.push(TransitionChange { edge: edge.id.clone(), kind });
        }
        for mut edge in before {
            edge.id = format!("{GONE}{}", edge.id);
            changes.push(TransitionChange { edge: edge.id.clone(), kind: ChangeKind::Removed });
            both.edges.push(edge);
        }
        let both = (!both.nodes.is_empty()).then_some(both);
        (both, changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "P"},
        "P": {"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Wait", "Seconds": 1, "End": true}}}], "Next": "B"},
        "B": {"Type": "Task", "Resource": "r", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "A"}], "Default": "D"},
        "D": {"Type": "Succeed"}}}"#;
    const NEW: &str = r#"{"StartAt": "A", "TimeoutSeconds": 5, "States": {
        "A": {"Type": "Pass", "Next": "I"},
        "I": {"Type": "Wait", "Seconds": 1, "Next": "B"},
        "B": {"Type": "Task", "Resource": "other", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "A"}], "Default": "E"},
        "E": {"Type": "Succeed"}, "F": {"Type": "Fail"}}}"#;

    fn compared(old: &str, new: &str) -> VersionsCompared {
        compare(Path::new("new.json"), &Arc::from(new), 1, Path::new("old.json"), old.to_owned())
    }

    #[test]
    fn both_versions_are_in_one_graph() {
        let found = compared(OLD, NEW);
        let states: Vec<_> =
            found.states.iter().map(|state| (&*state.node, state.kind, state.what.join("; "))).collect();
        assert_eq!(
            states,
            [
                ("/States/A", ChangeKind::Changed, "Next: P → I".to_owned()),
                ("/States/I", ChangeKind::Moved, "was in “P”; Next: end → B".to_owned()),
                ("/States/B", ChangeKind::Changed, "Resource".to_owned()),
                ("/States/C", ChangeKind::Changed, "Choices".to_owned()),
                ("/States/E", ChangeKind::Moved, "was “D”".to_owned()),
                ("/States/F", ChangeKind::Added, String::new()),
                ("gone:/States/P", ChangeKind::Removed, String::new()),
            ]
        );
        assert_eq!(found.machine, ["TimeoutSeconds"]);
        let graph = found.graph.expect("a graph");
        let ids: HashSet<&str> = graph.nodes.iter().map(|node| &*node.id).collect();
        assert_eq!(ids.len(), graph.nodes.len(), "every node once");
        assert!(ids.contains("gone:/States/P/Branches/0"), "{ids:?}");
        for node in &graph.nodes {
            assert!(node.parent.as_deref().is_none_or(|parent| ids.contains(parent)), "{node:?}");
        }
        for edge in &graph.edges {
            assert!(ids.contains(&*edge.from) && ids.contains(&*edge.to), "{edge:?}");
        }
        let mut edges: Vec<_> = found.transitions.iter().map(|change| (&*change.edge, change.kind)).collect();
        edges.sort_by_key(|(edge, _)| edge.to_owned());
        assert_eq!(
            edges.iter().filter(|(edge, _)| !edge.contains("/F") && !edge.contains("Branches")).collect::<Vec<_>>(),
            [
                &("/States/A#next", ChangeKind::Added),
                &("/States/C#rule0", ChangeKind::Changed),
                &("/States/I#next", ChangeKind::Added),
                &("gone:/States/A#next", ChangeKind::Removed),
                &("gone:/States/P#next", ChangeKind::Removed),
            ]
        );
    }

    #[test]
    fn a_version_is_the_same_as_itself() {
        let found = compared(OLD, OLD);
        assert!(found.states.is_empty() && found.transitions.is_empty() && found.machine.is_empty(), "{found:?}");
    }

    #[test]
    fn broken_and_empty_versions_compare_too() {
        let found = compared("{\"StartAt\": ", NEW);
        assert!(found.problem.is_some() && found.graph.is_some());
        assert_eq!(found.states.len(), 6, "everything is new");
        assert!(compared("", "").graph.is_none());
    }
}

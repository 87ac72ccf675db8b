//! Breakpoints go where their states go: what was renamed or moved between two versions of a definition.
//!
//! Only what is recognisable counts: as many names gone from a scope as came, of the same types and in the same order; or
//! a state of the same name and type that now stands elsewhere.

use std::collections::{BTreeMap, HashMap};

use wire::{Breakpoint, GraphNode, GraphNodeKind, MovedState, WorkflowGraph};

/// States that have another path now. Those inside of a renamed container are named too.
pub(crate) fn moved(old: &WorkflowGraph, new: &WorkflowGraph) -> Vec<MovedState> {
    let mut pairing =
        Pairing { old: Inside::of(old), new: Inside::of(new), pairs: Vec::new(), gone: vec![], come: vec![] };
    pairing.scope("", "");
    pairing.strays();
    let moved = pairing.pairs.into_iter().filter(|(from, to)| from != to);
    moved.map(|(from, to)| MovedState { from: from.to_owned(), to: to.to_owned() }).collect()
}

/// The breakpoints at their new places; nothing if none of them has moved.
pub(crate) fn follow(breakpoints: &[Breakpoint], moved: &[MovedState]) -> Option<Vec<Breakpoint>> {
    let places: BTreeMap<&str, &str> = moved.iter().map(|state| (&*state.from, &*state.to)).collect();
    let mut changed = false;
    let mut place = |old: &str| {
        let (state, way) = old.rsplit_once('#').map_or((old, None), |(state, way)| (state, Some(way)));
        let Some(new) = places.get(state) else { return old.to_owned() };
        changed = true;
        way.map_or_else(|| (*new).to_owned(), |way| format!("{new}#{way}"))
    };
    let followed = breakpoints
        .iter()
        .map(|breakpoint| Breakpoint { place: place(&breakpoint.place), ..breakpoint.clone() })
        .collect();
    changed.then_some(followed)
}

/// The states and scopes inside of each scope or container, in document order.
struct Inside<'g>(HashMap<&'g str, Vec<&'g GraphNode>>);

impl<'g> Inside<'g> {
    fn of(graph: &'g WorkflowGraph) -> Inside<'g> {
        let mut inside: HashMap<&str, Vec<&GraphNode>> = HashMap::new();
        for node in &graph.nodes {
            if !matches!(node.kind, GraphNodeKind::Start | GraphNodeKind::End) {
                inside.entry(node.parent.as_deref().unwrap_or("")).or_default().push(node);
            }
        }
        Inside(inside)
    }

    fn get(&self, id: &str) -> Vec<&'g GraphNode> {
        self.0.get(id).cloned().unwrap_or_default()
    }
}

struct Pairing<'g> {
    old: Inside<'g>,
    new: Inside<'g>,
    pairs: Vec<(&'g str, &'g str)>,
    gone: Vec<&'g GraphNode>,
    come: Vec<&'g GraphNode>,
}

impl<'g> Pairing<'g> {
    fn scope(&mut self, old: &str, new: &str) {
        let (before, after) = (self.old.get(old), self.new.get(new));
        let mut gone = Vec::new();
        for state in &before {
            match after.iter().find(|candidate| candidate.name == state.name) {
                Some(same) => self.pair(state, same),
                None => gone.push(*state),
            }
        }
        let is_new = |state: &&&GraphNode| !before.iter().any(|old| old.name == state.name);
        let come: Vec<&GraphNode> = after.iter().filter(is_new).copied().collect();
        let alike = gone.len() == come.len() && gone.iter().zip(&come).all(|(old, new)| old.kind == new.kind);
        if alike {
            for (old, new) in gone.into_iter().zip(come) {
                self.pair(old, new);
            }
        } else {
            self.gone.extend(gone);
            self.come.extend(come);
        }
    }

    fn pair(&mut self, old: &'g GraphNode, new: &'g GraphNode) {
        self.pairs.push((&old.id, &new.id));
        let (before, after) = (self.old.get(&old.id), self.new.get(&new.id));
        for (at, scope) in before.iter().enumerate() {
            // A branch is known by the states it holds, since a branch before it may have gone.
            let names = |inside: &Inside<'g>, id: &str| -> Vec<&'g str> {
                inside.get(id).into_iter().map(|state| &*state.name).collect()
            };
            let own = names(&self.old, &scope.id);
            let same = after.iter().find(|candidate| names(&self.new, &candidate.id) == own);
            let same = same.or_else(|| after.get(at).filter(|_| before.len() == after.len()));
            match same {
                Some(same) => self.scope(&scope.id, &same.id),
                None => {
                    let lost = self.old.get(&scope.id);
                    self.gone.extend(lost);
                }
            }
        }
        let known = |scope: &&GraphNode| !before.iter().any(|old| old.id == scope.id);
        if old.kind != new.kind || before.len() != after.len() {
            let come: Vec<&GraphNode> =
                after.iter().copied().filter(known).flat_map(|scope| self.new.get(&scope.id)).collect();
            self.come.extend(come);
        }
    }

    /// What is in one scope no longer and in another now.
    fn strays(&mut self) {
        // A container that came holds states that have come with it.
        let mut at = 0;
        while at < self.come.len() {
            let scopes = self.new.get(&self.come[at].id);
            let inside: Vec<&GraphNode> = scopes.iter().flat_map(|scope| self.new.get(&scope.id)).collect();
            self.come.extend(inside);
            at += 1;
        }
        let mut at = 0;
        while at < self.gone.len() {
            let state = self.gone[at];
            let alike = |candidate: &&&GraphNode| candidate.name == state.name && candidate.kind == state.kind;
            let mut found = self.come.iter().filter(alike);
            match (found.next(), found.next()) {
                (Some(only), None) => {
                    let only = *only;
                    if !self.pairs.iter().any(|(_, new)| *new == only.id) {
                        self.pair(state, only);
                    }
                }
                _ => {
                    let scopes = self.old.get(&state.id);
                    let inside: Vec<&GraphNode> = scopes.iter().flat_map(|scope| self.old.get(&scope.id)).collect();
                    self.gone.extend(inside);
                }
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(states: &str) -> WorkflowGraph {
        crate::analysis::graph_of(&format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#)).expect("a graph")
    }

    fn check(old: &str, new: &str, expected: &[(&str, &str)]) {
        let moved = moved(&graph(old), &graph(new));
        let mut found: Vec<(&str, &str)> = moved.iter().map(|state| (&*state.from, &*state.to)).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{old} to {new}");
    }

    const A: &str = r#""A": {"Type": "Pass", "Next": "B"}"#;
    const B: &str = r#""B": {"Type": "Wait", "Seconds": 1, "End": true}"#;
    const BRANCH: &str = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}"#;

    fn parallel(name: &str, branches: &str) -> String {
        format!(r#""{name}": {{"Type": "Parallel", "Branches": [{branches}], "End": true}}"#)
    }

    #[test]
    fn a_rename_is_seen_and_an_exchange_is_not() {
        let renamed = r#""First": {"Type": "Pass", "Next": "B"}"#;
        check(&format!("{A}, {B}"), &format!("{renamed}, {B}"), &[("/States/A", "/States/First")]);
        check(&format!("{A}, {B}"), &format!("{B}, {A}"), &[]);
        let other = r#""Task": {"Type": "Task", "Resource": "r", "Next": "B"}"#;
        check(&format!("{A}, {B}"), &format!("{other}, {B}"), &[]);
    }

    #[test]
    fn what_is_inside_goes_with_its_container() {
        let inner = "/States/P/Branches/0/States/X";
        let new = "/States/Q/Branches/0/States/X";
        check(&parallel("P", BRANCH), &parallel("Q", BRANCH), &[("/States/P", "/States/Q"), (inner, new)]);
    }

    #[test]
    fn a_state_goes_into_a_container_and_out_of_it() {
        let wrapped = parallel("P", r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#);
        check(A, &wrapped, &[("/States/A", "/States/P/Branches/0/States/A")]);
        check(&wrapped, A, &[("/States/P/Branches/0/States/A", "/States/A")]);
    }

    #[test]
    fn a_branch_that_goes_moves_those_behind_it() {
        let other = r#"{"StartAt": "Y", "States": {"Y": {"Type": "Pass", "End": true}}}"#;
        check(
            &parallel("P", &format!("{BRANCH}, {other}")),
            &parallel("P", other),
            &[("/States/P/Branches/1/States/Y", "/States/P/Branches/0/States/Y")],
        );
    }

    #[test]
    fn breakpoints_follow_with_their_way() {
        let breakpoint = |place: &str| Breakpoint { place: place.into(), enabled: true, ..Breakpoint::default() };
        let moved = [MovedState { from: "/States/A".into(), to: "/States/B".into() }];
        let kept = [breakpoint("/States/A#rule1"), breakpoint("/States/C")];
        let followed = follow(&kept, &moved).expect("one of them has moved");
        assert_eq!(followed[0].place, "/States/B#rule1");
        assert_eq!(followed[1], kept[1]);
        assert_eq!(follow(&kept[1..], &moved), None);
    }
}

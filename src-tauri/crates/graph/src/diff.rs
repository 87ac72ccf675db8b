//! What changed between two versions of a definition: states and transitions, not lines.

use std::collections::{BTreeMap, BTreeSet};

use asl::model::{Model, ScopeId, StateId, StateView};

use crate::workflow::reason_of;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Pointers in the new version.
    pub added: Vec<String>,
    /// Pointers in the old version.
    pub removed: Vec<String>,
    pub renamed: Vec<Renamed>,
    pub changed: Vec<Changed>,
    pub rerouted: Vec<Rerouted>,
    /// Fields of the machine itself, such as `TimeoutSeconds`.
    pub machine_fields: Vec<String>,
}

/// A state with another name, or in another scope, that does the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    pub from: String,
    pub to: String,
}

/// A state whose fields differ, transitions apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// In the new version.
    pub state: String,
    pub fields: Vec<String>,
}

/// A way out of a state, or the start of a scope, that leads elsewhere. An absent name: there was or is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rerouted {
    /// The state, or the scope, in the new version.
    pub from: String,
    /// `Next`, `Rule 1`, `Catch 1`, `Default`, `StartAt`.
    pub way: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares two versions. States are the same if they have the same name, or else the same content.
pub fn diff(old: &Model<'_>, new: &Model<'_>) -> Difference {
    let pairs = pairs(old, new);
    let mut difference = Difference::default();
    let back: BTreeMap<StateId, StateId> = pairs.iter().map(|(old, new)| (*new, *old)).collect();
    for id in old.state_ids().filter(|id| !pairs.contains_key(id)) {
        difference.removed.push(old.state(id).pointer.clone());
    }
    for id in new.state_ids() {
        let state = new.state(id);
        let Some(before) = back.get(&id) else {
            difference.added.push(state.pointer.clone());
            continue;
        };
        let before = old.state(*before);
        if before.name.value != state.name.value {
            difference.renamed.push(Renamed { from: before.pointer.clone(), to: state.pointer.clone() });
        }
        let fields = changed_fields(before, state);
        if !fields.is_empty() {
            difference.changed.push(Changed { state: state.pointer.clone(), fields });
        }
        reroutes(old, new, &pairs, before, state, &mut difference);
    }
    machine_changes(old, new, &pairs, &mut difference);
    difference
}

/// The old states with their new selves.
pub fn pairs(old: &Model<'_>, new: &Model<'_>) -> BTreeMap<StateId, StateId> {
    let mut pairs = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for id in old.state_ids() {
        if let Some(same) = new.find(&old.state(id).name.value)
            && taken.insert(same)
        {
            pairs.insert(id, same);
        }
    }
    for id in old.state_ids() {
        if pairs.contains_key(&id) {
            continue;
        }
        let before = old.state(id);
        let candidate = new.state_ids().find(|candidate| {
            let state = new.state(*candidate);
            !taken.contains(candidate)
                && state.state_type == before.state_type
                && changed_fields(before, state).is_empty()
        });
        if let Some(candidate) = candidate {
            taken.insert(candidate);
            pairs.insert(id, candidate);
        }
    }
    pairs
}

/// Fields that say where a state goes, or hold other states, are compared elsewhere.
const STRUCTURE: &[&str] = &["Next", "End", "Default", "Branches", "ItemProcessor", "Iterator"];

fn changed_fields(old: &StateView<'_>, new: &StateView<'_>) -> Vec<String> {
    let names: BTreeSet<&str> =
        old.node.members().iter().chain(new.node.members()).map(|member| &*member.key.value).collect();
    let differs = |name: &&str| match (old.node.get(name), new.node.get(name)) {
        (Some(old), Some(new)) if matches!(*name, "Choices" | "Catch") => !same_entries(old, new),
        (Some(old), Some(new)) => !old.same_value(new),
        _ => true,
    };
    names.into_iter().filter(|name| !STRUCTURE.contains(name)).filter(differs).map(str::to_owned).collect()
}

/// Choice Rules and Catchers without their targets.
fn same_entries(old: &asl::Node, new: &asl::Node) -> bool {
    let (old, new) = (old.elements(), new.elements());
    let same = |old: &asl::Node, new: &asl::Node| {
        let others = |node: &asl::Node| node.members().iter().filter(|member| &*member.key.value != "Next").count();
        others(old) == others(new)
            && old
                .members()
                .iter()
                .filter(|member| &*member.key.value != "Next")
                .all(|member| new.get(&member.key.value).is_some_and(|value| member.value.same_value(value)))
    };
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new))
}

fn reroutes(
    old: &Model<'_>,
    new: &Model<'_>,
    pairs: &BTreeMap<StateId, StateId>,
    before: &StateView<'_>,
    after: &StateView<'_>,
    difference: &mut Difference,
) {
    let ways = |state: &StateView<'_>| -> BTreeMap<String, (String, Option<StateId>)> {
        let transitions = state.transitions.iter();
        let mut ways: BTreeMap<_, _> = transitions
            .map(|transition| (reason_of(transition.reason), (transition.target.value.to_string(), transition.to)))
            .collect();
        if state.is_end && ways.is_empty() {
            ways.insert("Next".to_owned(), ("end".to_owned(), None));
        }
        ways
    };
    let (old_ways, new_ways) = (ways(before), ways(after));
    let names: BTreeSet<&String> = old_ways.keys().chain(new_ways.keys()).collect();
    for way in names {
        let (was, is) = (old_ways.get(way), new_ways.get(way));
        let same = match (was, is) {
            (Some((was, old_id)), Some((is, new_id))) => {
                was == is || old_id.is_some_and(|old| pairs.get(&old) == new_id.as_ref())
            }
            _ => false,
        };
        if !same {
            difference.rerouted.push(Rerouted {
                from: after.pointer.clone(),
                way: way.clone(),
                old: was.map(|(name, _)| name.clone()),
                new: is.map(|(name, _)| name.clone()),
            });
        }
    }
    for (at, scope) in after.scopes.iter().enumerate() {
        if let Some(old_scope) = before.scopes.get(at) {
            start_change(old, new, pairs, *old_scope, *scope, difference);
        }
    }
}

fn start_change(
    old: &Model<'_>,
    new: &Model<'_>,
    pairs: &BTreeMap<StateId, StateId>,
    old_scope: ScopeId,
    new_scope: ScopeId,
    difference: &mut Difference,
) {
    let (was, is) = (old.start(old_scope), new.start(new_scope));
    if was.and_then(|was| pairs.get(&was).copied()) == is {
        return;
    }
    let name = |model: &Model<'_>, id: Option<StateId>| id.map(|id| model.state(id).name.value.to_string());
    difference.rerouted.push(Rerouted {
        from: new.scope(new_scope).pointer.clone(),
        way: "StartAt".to_owned(),
        old: name(old, was),
        new: name(new, is),
    });
}

fn machine_changes(old: &Model<'_>, new: &Model<'_>, pairs: &BTreeMap<StateId, StateId>, difference: &mut Difference) {
    start_change(old, new, pairs, ScopeId(0), ScopeId(0), difference);
    let (old, new) = (old.scopes[0].node, new.scopes[0].node);
    let names: BTreeSet<&str> = old.members().iter().chain(new.members()).map(|member| &*member.key.value).collect();
    for name in names.into_iter().filter(|name| !matches!(*name, "States" | "StartAt")) {
        let same = match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => old.same_value(new),
            _ => false,
        };
        if !same {
            difference.machine_fields.push(name.to_owned());
        }
    }
}

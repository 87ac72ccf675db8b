//! Questions about the flow: what is reached, what repeats, what every path passes, how long a history can get.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use asl::model::{Model, ScopeId, StateId};
use asl::resource::Resource;
use asl::schema::StateType;
use asl::{Node, NodeKind};
// Not Tarjan's: petgraph's is recursive, and definitions can be long.
use petgraph::algo::{dominators, kosaraju_scc};
use petgraph::graphmap::DiGraphMap;

/// States of one scope that can follow each other for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    /// In document order.
    pub states: Vec<StateId>,
    pub bound: LoopBound,
}

/// What ends a loop, as far as the definition shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoopBound {
    /// No transition leaves it.
    Never,
    /// A rule compares a number with this limit and leaves, or goes on only below it.
    Counted(String),
    /// It is left by a condition on data; how often it turns cannot be seen.
    Condition,
    /// It is left only by an error that is caught.
    Error,
}

/// The transitions of one scope as a graph of states.
fn scope_graph(model: &Model<'_>, scope: ScopeId) -> DiGraphMap<StateId, ()> {
    let mut graph = DiGraphMap::new();
    for id in &model.scope(scope).states {
        graph.add_node(*id);
        for to in model.state(*id).transitions.iter().filter_map(|transition| transition.to) {
            graph.add_edge(*id, to, ());
        }
    }
    graph
}

/// The states some path from the start leads to, those in branches and processors included.
pub fn reachable(model: &Model<'_>) -> BTreeSet<StateId> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<StateId> = model.start(ScopeId(0)).into_iter().collect();
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let state = model.state(id);
        open.extend(state.transitions.iter().filter_map(|transition| transition.to));
        open.extend(state.scopes.iter().filter_map(|scope| model.start(*scope)));
    }
    reached
}

/// The loops of all scopes.
pub fn loops(model: &Model<'_>) -> Vec<Loop> {
    let mut found = Vec::new();
    for scope in model.scope_ids() {
        let graph = scope_graph(model, scope);
        for mut states in kosaraju_scc(&graph) {
            let turns = states.len() > 1 || graph.contains_edge(states[0], states[0]);
            if turns {
                states.sort();
                let bound = bound_of(model, &states);
                found.push(Loop { states, bound });
            }
        }
    }
    found.sort_by(|a, b| a.states.cmp(&b.states));
    found
}

fn bound_of(model: &Model<'_>, states: &[StateId]) -> LoopBound {
    use asl::model::Reason;
    let inside = |to: Option<StateId>| to.is_some_and(|to| states.contains(&to));
    let (mut by_condition, mut by_error) = (false, false);
    for id in states {
        let state = model.state(*id);
        if state.is_end {
            by_condition = true;
        }
        let leaves = state.transitions.iter().any(|transition| !inside(transition.to));
        for transition in &state.transitions {
            let is_rule = matches!(transition.reason, Reason::Rule(_));
            // A rule that leaves at a number, or one that stays only below it while others leave.
            if is_rule
                && leaves
                && let Some(limit) = numeric_limit(transition.node)
            {
                return LoopBound::Counted(limit);
            }
            if !inside(transition.to) {
                match transition.reason {
                    Reason::Catch(_) => by_error = true,
                    _ => by_condition = true,
                }
            }
        }
    }
    match (by_condition, by_error) {
        (true, _) => LoopBound::Condition,
        (false, true) => LoopBound::Error,
        (false, false) => LoopBound::Never,
    }
}

/// A comparison of numbers inside a rule, in words.
fn numeric_limit(rule: &Node) -> Option<String> {
    if let Some(condition) = rule.get("Condition").and_then(Node::as_jsonata) {
        let compares = condition.contains(['<', '>']) && condition.bytes().any(|byte| byte.is_ascii_digit());
        return compares.then(|| condition.trim().to_owned());
    }
    for member in rule.members() {
        let name = &*member.key.value;
        let inner: Vec<&Node> = match name {
            "And" | "Or" => member.value.elements().iter().collect(),
            "Not" => vec![&member.value],
            _ if name.starts_with("Numeric") => return Some(crate::condition_text(rule)),
            _ => continue,
        };
        if let Some(limit) = inner.into_iter().find_map(numeric_limit) {
            return Some(limit);
        }
    }
    None
}

/// For each state of a scope, the states every path from the start to it passes, the nearest first.
pub fn dominators_of(model: &Model<'_>, scope: ScopeId) -> BTreeMap<StateId, Vec<StateId>> {
    let Some(start) = model.start(scope) else { return BTreeMap::new() };
    let found = dominators::simple_fast(&scope_graph(model, scope), start);
    let chain = |id: StateId| found.strict_dominators(id).map(Iterator::collect::<Vec<_>>);
    model.scope(scope).states.iter().filter_map(|id| Some((*id, chain(*id)?))).collect()
}

/// The states that every run of a scope passes that ends well, in the order it passes them.
pub fn unavoidable(model: &Model<'_>, scope: ScopeId) -> Vec<StateId> {
    let ends: Vec<StateId> = model.scope(scope).states.iter().copied().filter(|id| ends_well(model, *id)).collect();
    let dominators = dominators_of(model, scope);
    let mut common: Option<Vec<StateId>> = None;
    for end in ends {
        let Some(before) = dominators.get(&end) else { continue };
        let mut path = vec![end];
        path.extend(before);
        common = Some(match common {
            Some(common) => common.into_iter().filter(|id| path.contains(id)).collect(),
            None => path,
        });
    }
    let mut path = common.unwrap_or_default();
    path.reverse();
    path
}

fn ends_well(model: &Model<'_>, id: StateId) -> bool {
    let state = model.state(id);
    state.is_end && state.state_type != Some(StateType::Fail)
}

/// The most events an execution's history can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryBound {
    Events(u64),
    /// The name of the state that makes it impossible to say, and why.
    Unknown {
        state: StateId,
        why: &'static str,
    },
}

/// An upper bound of the history of a Standard execution, where there is neither a loop nor a Map of unknown length.
pub fn history_bound(model: &Model<'_>) -> HistoryBound {
    // ExecutionStarted and ExecutionSucceeded, ExecutionFailed or ExecutionTimedOut.
    match scope_bound(model, ScopeId(0)) {
        Ok(events) => HistoryBound::Events(events.saturating_add(2)),
        Err((state, why)) => HistoryBound::Unknown { state, why },
    }
}

type Bounded = Result<u64, (StateId, &'static str)>;

fn scope_bound(model: &Model<'_>, scope: ScopeId) -> Bounded {
    let Some(start) = model.start(scope) else { return Ok(0) };
    let graph = scope_graph(model, scope);
    let mut longest: HashMap<StateId, u64> = HashMap::new();
    // Components come in reverse topological order: what follows a state is known before the state.
    for component in kosaraju_scc(&graph) {
        let id = component[0];
        if component.len() > 1 || graph.contains_edge(id, id) {
            if reaches(model, start, id) {
                return Err((id, "it is part of a loop"));
            }
            continue;
        }
        let after = model.state(id).transitions.iter().filter_map(|transition| longest.get(&transition.to?)).max();
        let own = if reaches(model, start, id) { state_bound(model, id)? } else { 0 };
        longest.insert(id, own.saturating_add(after.copied().unwrap_or(0)));
    }
    Ok(longest.get(&start).copied().unwrap_or(0))
}

fn reaches(model: &Model<'_>, from: StateId, to: StateId) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        open.extend(
            model.state(id).transitions.iter().filter_map(|transition| transition.to).filter(|to| seen.insert(*to)),
        );
    }
    false
}

fn state_bound(model: &Model<'_>, id: StateId) -> Bounded {
    let state = model.state(id);
    // Entered and exited.
    let frame = 2;
    let attempts = attempts(state.node).ok_or((id, "it retries without an end"))?;
    let once = match state.state_type {
        Some(StateType::Task) => match state.resource().map(Resource::parse) {
            // Scheduled, started and its end; what waits for a callback or a job is submitted besides.
            Some(resource) if resource.is_sync() || resource.waits_for_task_token() => 4,
            _ => 3,
        },
        Some(StateType::Parallel) => {
            let mut events = 2u64;
            for scope in &state.scopes {
                events = events.saturating_add(scope_bound(model, *scope)?);
            }
            events
        }
        Some(StateType::Map) => map_bound(model, id)?,
        _ => 0,
    };
    Ok(once.saturating_mul(attempts).saturating_add(frame))
}

fn map_bound(model: &Model<'_>, id: StateId) -> Bounded {
    let state = model.state(id);
    let processor = state.scopes.first().copied();
    let config = processor.and_then(|scope| model.scope(scope).node.get("ProcessorConfig"));
    if config.and_then(|config| config.get("Mode")).and_then(Node::as_str) == Some("DISTRIBUTED") {
        // The children have histories of their own: started, run started, and two ends.
        return Ok(4);
    }
    let items = match state.node.get("Items").map(|items| &items.kind) {
        Some(NodeKind::Array(items)) => items.len() as u64,
        _ => return Err((id, "how many items its Map has is only known at run time")),
    };
    let inner = processor.map_or(Ok(0), |scope| scope_bound(model, scope))?;
    // Started and its end, and for each iteration the same.
    Ok(items.saturating_mul(inner.saturating_add(2)).saturating_add(2))
}

/// How often a state runs at most, with its Retriers; each Retrier counts for itself.
fn attempts(state: &Node) -> Option<u64> {
    let retriers = state.get("Retry").map(Node::elements).unwrap_or_default();
    let retries = retriers.iter().map(|retrier| match retrier.get("MaxAttempts") {
        Some(most) => most.as_i64().and_then(|most| u64::try_from(most).ok()),
        None => Some(3),
    });
    retries.sum::<Option<u64>>().map(|retries| retries.saturating_add(1))
}

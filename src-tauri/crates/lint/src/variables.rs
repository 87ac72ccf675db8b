//! Which variables have a value where: a walk over the flow of each scope.
//!
//! A variable assigned in a scope is seen by the states after it and inside of them; nothing leaves a scope.
//! Spec: <https://states-language.net/spec.html#variable-scope>

use std::collections::{BTreeSet, HashMap};

use asl::Node;
use asl::expressions::{ExpressionKind, Site};
use asl::model::{Model, Reason, ScopeId, StateId};
use query::intrinsic::Call;
use query::jsonata::Expression;
use query::jsonpath::{Path, Root};

/// What is assigned when a state is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assigned {
    /// On every path.
    pub always: BTreeSet<String>,
    /// On some path.
    pub sometimes: BTreeSet<String>,
}

const MOST_PAIRS: usize = 4_000_000;

/// For every state, the variables it can read.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    /// Nothing is known: the machine has more states and variables than a look at each pair could take.
    pub too_many: bool,
    states: HashMap<StateId, Assigned>,
}

impl Variables {
    pub fn of(model: &Model<'_>) -> Self {
        let mut variables = Self::default();
        let mut names = BTreeSet::new();
        for state in &model.states {
            names.extend(assigned_names(state.node.get("Assign")));
            for entry in ["Choices", "Catch"].iter().filter_map(|field| state.node.get(field)).flat_map(Node::elements)
            {
                names.extend(assigned_names(entry.get("Assign")));
            }
        }
        variables.too_many = names.len().saturating_mul(model.states.len()) > MOST_PAIRS;
        if !variables.too_many && !names.is_empty() {
            variables.walk(model, ScopeId(0), Assigned::default());
        }
        variables
    }

    /// Absent for states that no path leads to.
    pub fn at(&self, state: StateId) -> Option<&Assigned> {
        self.states.get(&state)
    }

    fn walk(&mut self, model: &Model<'_>, scope: ScopeId, entry: Assigned) {
        let Some(start) = model.start(scope) else { return };
        self.states.insert(start, entry);
        let mut open = vec![start];
        // Each state is entered again only when its sets change, which they can only as often as there are names.
        while let Some(id) = open.pop() {
            let Some(here) = self.states.get(&id).cloned() else { continue };
            for transition in &model.state(id).transitions {
                let Some(to) = transition.to else { continue };
                let mut there = here.clone();
                let assign = match transition.reason {
                    Reason::Rule(_) | Reason::Catch(_) => transition.node.get("Assign"),
                    Reason::Next | Reason::Default => model.state(id).node.get("Assign"),
                };
                for name in assigned_names(assign) {
                    there.always.insert(name.clone());
                    there.sometimes.insert(name);
                }
                if self.join(to, there) {
                    open.push(to);
                }
            }
        }
        for id in &model.scope(scope).states {
            let Some(here) = self.states.get(id).cloned() else { continue };
            for inner in &model.state(*id).scopes {
                self.walk(model, *inner, here.clone());
            }
        }
    }

    /// True if the state learned something.
    fn join(&mut self, state: StateId, with: Assigned) -> bool {
        let Some(here) = self.states.get_mut(&state) else {
            self.states.insert(state, with);
            return true;
        };
        let before = (here.always.len(), here.sometimes.len());
        here.always.retain(|name| with.always.contains(name));
        here.sometimes.extend(with.sometimes);
        before != (here.always.len(), here.sometimes.len())
    }
}

/// A place that assigns or reads a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub name: String,
    pub state: StateId,
    pub assigns: bool,
    /// JSON pointer of the field: `/States/A/Assign`.
    pub pointer: String,
    pub span: asl::Span,
}

/// Every place, state by state.
pub fn uses(model: &Model<'_>) -> Vec<Use> {
    let mut found = Vec::new();
    for id in model.state_ids() {
        let state = model.state(id);
        let mut assigned = |assign: Option<&Node>, pointer: String| {
            for member in assign.map(Node::members).unwrap_or_default() {
                let name = member.key.value.strip_suffix(".$").unwrap_or(&member.key.value).to_owned();
                found.push(Use { name, state: id, assigns: true, pointer: pointer.clone(), span: member.key.span });
            }
        };
        assigned(state.node.get("Assign"), format!("{}/Assign", state.pointer));
        for list in ["Choices", "Catch"] {
            for (at, entry) in state.node.get(list).map(Node::elements).unwrap_or_default().iter().enumerate() {
                assigned(entry.get("Assign"), format!("{}/{list}/{at}/Assign", state.pointer));
            }
        }
    }
    for site in asl::expressions::sites(model) {
        for (name, _) in read_by(&site) {
            let known = |other: &Use| !other.assigns && other.name == name && other.pointer == site.exact;
            if !found.iter().rev().take(32).any(known) {
                let (pointer, span) = (site.exact.clone(), site.node.span);
                found.push(Use { name, state: site.state, assigns: false, pointer, span });
            }
        }
    }
    found
}

fn assigned_names(assign: Option<&Node>) -> Vec<String> {
    let members = assign.map(Node::members).unwrap_or_default();
    members.iter().map(|member| member.key.value.strip_suffix(".$").unwrap_or(&member.key.value).to_owned()).collect()
}

/// The variables an expression reads, each with its range in the expression's text where it is known.
pub(crate) fn read_by(site: &Site<'_>) -> Vec<(String, Option<std::ops::Range<usize>>)> {
    let Some(text) = site.node.as_str().filter(|text| text.contains('$') && !text.contains("${")) else {
        return Vec::new();
    };
    match site.kind {
        ExpressionKind::Jsonata => jsonata_reads(text),
        _ if text.starts_with('$') => Path::parse(text).iter().filter_map(root_variable).collect(),
        ExpressionKind::TemplateField | ExpressionKind::PathOrIntrinsic => match Call::parse(text) {
            Ok(call) => call.paths().into_iter().filter_map(root_variable).collect(),
            Err(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn root_variable(path: &Path) -> Option<(String, Option<std::ops::Range<usize>>)> {
    match path.root() {
        Root::Variable(name) => Some((name.to_string(), None)),
        _ => None,
    }
}

fn jsonata_reads(text: &str) -> Vec<(String, Option<std::ops::Range<usize>>)> {
    let Some(body) = asl::syntax::jsonata_body(text) else { return Vec::new() };
    let foreign = |name: &str| !matches!(name, "" | "$" | "states") && crate::functions::jsonata(name).is_none();
    if let Some(plain) = crate::plain_jsonata::read(body.trim()) {
        let before = "{%".len() + body.len() - body.trim_start().len();
        let places = plain.into_iter().filter(|(name, _)| foreign(name));
        return places.map(|(name, range)| (name, Some(before + range.start..before + range.end))).collect();
    }
    let Ok(expression) = Expression::compile(body) else { return Vec::new() };
    if !expression.variables().iter().any(|name| foreign(name)) {
        return Vec::new();
    }
    // Some may be bound inside the expression; only a closer look tells.
    let uses = query::jsonata::analyse(body.trim()).variables;
    uses.into_iter()
        .filter(|variable| !variable.local && foreign(&variable.name))
        .map(|variable| {
            let token = format!("${}", variable.name);
            let range = variable.position.map(|end| crate::expressions::token_before(body, end, Some(&token)));
            (variable.name, range)
        })
        .collect()
}

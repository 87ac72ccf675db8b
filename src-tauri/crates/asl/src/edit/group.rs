//! Edits of several states at once: delete, duplicate, wrap, copy.

use std::collections::{HashMap, HashSet};

use super::flow::{ending, lead_elsewhere_from, slot_of, string_node};
use super::print::Printer;
use super::scope::{member, object};
use super::steps::Steps;
use super::text::{Patch, Value};
use super::{Draft, Refusal, Work, Wrapper, parse_value};
use crate::document::Document;
use crate::model::{Model, Reason, ScopeId, StateId};
use crate::program::QueryLanguage;
use crate::schema::StateType;
use crate::syntax::{Member, Node, NodeKind, Span, join_pointer};

type Done = Result<Draft, Refusal>;

/// States of one scope, in document order.
struct Group {
    scope: ScopeId,
    ids: Vec<StateId>,
}

impl Work<'_, '_> {
    /// The states by scope. One that lies in another of them goes with that.
    fn groups(&self, pointers: &[String]) -> Result<Vec<Group>, Refusal> {
        let mut ids = pointers.iter().map(|pointer| self.state(pointer)).collect::<Result<Vec<_>, _>>()?;
        ids.sort_unstable();
        ids.dedup();
        let chosen: HashSet<StateId> = ids.iter().copied().collect();
        let mut groups: Vec<Group> = Vec::new();
        for id in ids {
            if self.holders(id).any(|holder| chosen.contains(&holder)) {
                continue;
            }
            let scope = self.model.state(id).scope;
            match groups.iter_mut().find(|group| group.scope == scope) {
                Some(group) => group.ids.push(id),
                None => groups.push(Group { scope, ids: vec![id] }),
            }
        }
        if groups.is_empty() { Err(Refusal::new("no state is selected")) } else { Ok(groups) }
    }

    /// The containers around a state, the innermost first.
    fn holders(&self, id: StateId) -> impl Iterator<Item = StateId> {
        let above = |id: StateId| self.model.scope(self.model.state(id).scope).parent;
        std::iter::successors(above(id), move |id| above(*id))
    }

    fn one_group(&self, pointers: &[String]) -> Result<Group, Refusal> {
        let mut groups = self.groups(pointers)?;
        match (groups.pop(), groups.is_empty()) {
            (Some(group), true) => Ok(group),
            _ => Err(Refusal::new("the states lie in different containers")),
        }
    }

    fn name(&self, id: StateId) -> &str {
        &self.model.state(id).name.value
    }

    /// `“A”`, or `3 states`.
    fn title(&self, ids: &[StateId]) -> String {
        match ids {
            [id] => format!("“{}”", self.name(*id)),
            ids => format!("{} states", ids.len()),
        }
    }

    pub(super) fn delete(&self, pointers: &[String], reconnect: bool) -> Done {
        let groups = self.groups(pointers)?;
        let mut steps = Steps::new(self.document);
        for group in &groups {
            // Ids count states, so they change with every group that goes; pointers stay.
            let pointers: Vec<&str> = group.ids.iter().map(|id| &*self.model.state(*id).pointer).collect();
            let document = steps.document().clone();
            let model = Model::new(document.root());
            let work = Work { document: &document, model: &model };
            let ids = pointers.iter().map(|pointer| work.state(pointer)).collect::<Result<Vec<_>, _>>()?;
            let scope = model.state(ids[0]).scope;
            work.delete_group(&mut steps, &Group { scope, ids }, reconnect)?;
        }
        let gone: Vec<StateId> = groups.iter().flat_map(|group| group.ids.iter().copied()).collect();
        let stays = |id: &&StateId| !gone.contains(id);
        let select = self.model.scope(groups[0].scope).states.iter().find(stays);
        let select = select.map(|other| self.model.state(*other).pointer.clone());
        Ok(Draft::new(format!("Delete {}", self.title(&gone)), steps.finish(), select))
    }

    fn delete_group(&self, steps: &mut Steps, group: &Group, reconnect: bool) -> Result<(), Refusal> {
        let gone: HashSet<StateId> = group.ids.iter().copied().collect();
        let scope = self.model.scope(group.scope);
        let stay: Vec<StateId> = scope.states.iter().copied().filter(|id| !gone.contains(id)).collect();
        if reconnect && !stay.is_empty() {
            let ways: HashMap<StateId, Option<StateId>> =
                group.ids.iter().map(|id| (*id, self.way_past(*id, &gone))).collect();
            lead_elsewhere_from(steps, &stay, &ways)?;
            // A scope goes on starting somewhere, even where the state led nowhere.
            let start = self.model.start(group.scope).filter(|start| ways.get(start) == Some(&None));
            if start.is_some() {
                let entered: HashSet<StateId> = self.targets(&stay).collect();
                let first = stay.iter().find(|id| !entered.contains(id)).or(stay.first());
                let first = first.map(|id| self.name(*id).to_owned());
                steps.step(|work, patch| work.point(patch, group.scope, None, super::Slot::Start, first.as_deref()))?;
            }
        }
        let names: Vec<&str> = group.ids.iter().map(|id| self.name(*id)).collect();
        let pointer = &scope.pointer;
        let empties = stay.is_empty();
        steps.step(|work, patch| {
            let scope = work.scope(pointer)?;
            patch.remove_members(work.states_of(scope)?, &names);
            if empties && let Some(start) = &work.model.scope(scope).start_at {
                patch.replace_string(start.span, "");
            }
            Ok(())
        })
    }

    /// Where a state leads once all of `gone` are gone.
    fn way_past(&self, id: StateId, gone: &HashSet<StateId>) -> Option<StateId> {
        let mut seen = HashSet::new();
        let mut at = id;
        while seen.insert(at) {
            at = self.main_way_out(at)?;
            if !gone.contains(&at) {
                return Some(at);
            }
        }
        None
    }

    fn targets<'a>(&'a self, ids: &'a [StateId]) -> impl Iterator<Item = StateId> + 'a {
        ids.iter().flat_map(|id| &self.model.state(*id).transitions).filter_map(|transition| transition.to)
    }

    pub(super) fn duplicate(&self, pointers: &[String]) -> Done {
        let groups = self.groups(pointers)?;
        let mut taken = HashSet::new();
        let mut steps = Steps::new(self.document);
        let mut copies = Vec::new();
        for group in groups.iter().rev() {
            copies.extend(self.duplicate_group(&mut steps, group, &mut taken)?);
        }
        let all: Vec<StateId> = groups.iter().flat_map(|group| group.ids.iter().copied()).collect();
        let draft = Draft::new(format!("Duplicate {}", self.title(&all)), steps.finish(), None);
        Ok(draft.selecting(copies))
    }

    /// Copies stand behind the last of the group and lead to one another where the group does. Gives their pointers.
    fn duplicate_group(
        &self,
        steps: &mut Steps,
        group: &Group,
        taken: &mut HashSet<String>,
    ) -> Result<Vec<String>, Refusal> {
        let scope = self.model.scope(group.scope);
        let states = join_pointer(&scope.pointer, "States");
        let mut unique = |name: &str| {
            let name = self.unique_name(name, taken);
            taken.insert(name.clone());
            name
        };
        let names: HashMap<String, String> =
            group.ids.iter().map(|id| (self.name(*id).to_owned(), unique(self.name(*id)))).collect();
        let last = group.ids.last().copied();
        let index = scope.states.iter().position(|id| Some(*id) == last).map_or(0, |at| at + 1);
        for (at, id) in group.ids.iter().enumerate() {
            let original = join_pointer(&states, self.name(*id));
            let copy = &names[self.name(*id)];
            steps.step(|work, patch| {
                let copied = patch.cut(work.model.state(work.state(&original)?).node);
                patch.insert_member(work.states_of(work.scope(&scope.pointer)?)?, index + at, copy, &copied);
                Ok(())
            })?;
        }
        let copies: Vec<String> = group.ids.iter().map(|id| join_pointer(&states, &names[self.name(*id)])).collect();
        steps.step(|work, patch| {
            for copy in &copies {
                let id = work.state(copy)?;
                for transition in &work.model.state(id).transitions {
                    if let Some(name) = names.get(&*transition.target.value) {
                        patch.replace_string(transition.target.span, name);
                    }
                }
                // Names are unique in the whole machine, so the states inside get others too.
                let inner = work.model.state_ids().filter(|inner| work.holders(*inner).any(|holder| holder == id));
                for inner in inner {
                    let name = unique(work.name(inner));
                    patch.rename_key(work.model.state(inner).name, &name);
                    for span in work.references(inner) {
                        patch.replace_string(span, &name);
                    }
                }
            }
            Ok(())
        })?;
        Ok(copies)
    }

    pub(super) fn wrap(&self, pointers: &[String], wrapper: Wrapper, name: &str) -> Done {
        self.check_name(name)?;
        let group = self.one_group(pointers)?;
        if wrapper == Wrapper::Catch {
            return self.catch_all(&group, name);
        }
        if !group.ids.iter().any(|id| self.goes_on(*id)) {
            return Err(Refusal::new("only a state that goes on can be wrapped"));
        }
        self.wrap_group(&group, wrapper, name)
    }

    /// A Catcher for each that can have one, all to one new state.
    fn catch_all(&self, group: &Group, name: &str) -> Done {
        if let [id] = group.ids[..] {
            self.can_catch_all(id)?;
        }
        let open: Vec<StateId> = group.ids.iter().copied().filter(|id| self.can_catch_all(*id).is_ok()).collect();
        if open.is_empty() {
            return Err(Refusal::new("none of them can catch errors that are not caught already"));
        }
        let mut steps = Steps::new(self.document);
        self.add_catchers(&mut steps, group.scope, &open, name)?;
        let label = format!("Catch the errors of {}", self.title(&open));
        Ok(Draft::new(label, steps.finish(), Some(self.pointer_in(group.scope, name))))
    }

    /// The one state by which a group is entered, and the one place where it leads.
    fn way_through(&self, group: &Group) -> Result<(StateId, Option<StateId>), Refusal> {
        let inside: HashSet<StateId> = group.ids.iter().copied().collect();
        let scope = self.model.scope(group.scope);
        let outside: Vec<StateId> = scope.states.iter().copied().filter(|id| !inside.contains(id)).collect();
        let mut entries: Vec<StateId> = self.targets(&outside).filter(|id| inside.contains(id)).collect();
        entries.extend(self.model.start(group.scope).filter(|start| inside.contains(start)));
        entries.sort_unstable();
        entries.dedup();
        if entries.is_empty() {
            // Nothing leads to them yet: they begin where none of them leads.
            let entered: HashSet<StateId> = self.targets(&group.ids).collect();
            entries = group.ids.iter().copied().filter(|id| !entered.contains(id)).collect();
        }
        let entry = match entries[..] {
            [entry] => entry,
            [] => return Err(Refusal::new("the states have no beginning: they lead in a circle")),
            [one, two, ..] => {
                return Err(Refusal::new(format!(
                    "the states have more than one beginning: “{}” and “{}”",
                    self.name(one),
                    self.name(two)
                )));
            }
        };
        let mut exits: Vec<Option<StateId>> = Vec::new();
        for id in &group.ids {
            let state = self.model.state(*id);
            if state.is_end && state.state_type != Some(StateType::Fail) {
                exits.push(None);
            }
            for transition in &state.transitions {
                let leaves = transition.to.filter(|to| !inside.contains(to));
                match (transition.reason, leaves) {
                    (Reason::Catch(_), _) | (_, None) => {}
                    (Reason::Next, Some(to)) => exits.push(Some(to)),
                    (Reason::Rule(_) | Reason::Default, Some(to)) => {
                        return Err(Refusal::new(format!(
                            "“{}” leads out to “{}”: a Choice cannot end a branch, so select that too",
                            self.name(*id),
                            self.name(to)
                        )));
                    }
                }
            }
        }
        exits.sort_unstable();
        exits.dedup();
        match exits[..] {
            [] => Ok((entry, None)),
            [exit] => Ok((entry, exit)),
            _ => {
                let names: Vec<String> = exits
                    .iter()
                    .map(|exit| exit.map_or_else(|| "the end".to_owned(), |id| format!("“{}”", self.name(id))))
                    .collect();
                Err(Refusal::new(format!("the states lead to more than one place: {}", names.join(" and "))))
            }
        }
    }

    fn wrap_group(&self, group: &Group, wrapper: Wrapper, name: &str) -> Done {
        let (entry, exit) = self.way_through(group)?;
        let side_by_side = wrapper == Wrapper::Branches;
        if side_by_side && let Some(id) = group.ids.iter().find(|id| !self.goes_on(**id)) {
            return Err(Refusal::new(format!("“{}” cannot be a branch of its own", self.name(*id))));
        }
        let entry_name = self.name(entry).to_owned();
        let names: Vec<String> = group.ids.iter().map(|id| self.name(*id).to_owned()).collect();
        let scope = self.model.scope(group.scope).pointer.clone();
        let index = self.model.scope(group.scope).states.iter().position(|id| *id == group.ids[0]).unwrap_or(0);
        let outer = self.wrapper_state(group, wrapper, &entry_name, exit)?;
        let mut steps = Steps::new(self.document);
        steps.step(|work, patch| {
            patch.insert_member(work.states_of(work.scope(&scope)?)?, index, name, &Value::Tree(&outer));
            Ok(())
        })?;
        let wrapped = join_pointer(&join_pointer(&scope, "States"), name);
        let inner_scope = |at: usize| match wrapper {
            Wrapper::Map => join_pointer(&wrapped, "ItemProcessor"),
            Wrapper::Branches => format!("{wrapped}/Branches/{at}"),
            _ => format!("{wrapped}/Branches/0"),
        };
        for (at, moved) in names.iter().enumerate() {
            let original = join_pointer(&join_pointer(&scope, "States"), moved);
            steps.step(|work, patch| {
                let inner = work.states_of(work.scope(&inner_scope(at))?)?;
                let cut = patch.cut(work.model.state(work.state(&original)?).node);
                patch.insert_member(inner, inner.members().len(), moved, &cut);
                Ok(())
            })?;
        }
        steps.step(|work, patch| {
            let id = work.state(&join_pointer(&join_pointer(&scope, "States"), &entry_name))?;
            for span in work.references(id) {
                let own = names.iter().any(|moved| {
                    let pointer = join_pointer(&join_pointer(&scope, "States"), moved);
                    work.state(&pointer).is_ok_and(|id| work.model.state(id).node.span.covers(span))
                });
                if !own {
                    patch.replace_string(span, name);
                }
            }
            Ok(())
        })?;
        steps.step(|work, patch| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            patch.remove_members(work.states_of(work.scope(&scope)?)?, &names);
            Ok(())
        })?;
        for (at, moved) in names.iter().enumerate() {
            end_inside(&mut steps, &join_pointer(&join_pointer(&inner_scope(at), "States"), moved))?;
        }
        Ok(Draft::new(format!("Wrap {}", self.title(&group.ids)), steps.finish(), Some(wrapped)))
    }

    fn goes_on(&self, id: StateId) -> bool {
        self.model.state(id).state_type.is_some_and(StateType::has_transition)
    }

    /// The Parallel or Map, with no state in it yet.
    fn wrapper_state(
        &self,
        group: &Group,
        wrapper: Wrapper,
        entry: &str,
        exit: Option<StateId>,
    ) -> Result<Node, Refusal> {
        let machine = |start: &str| vec![member("StartAt", string_node(start)), member("States", object(Vec::new()))];
        let mut outer = Vec::new();
        if wrapper == Wrapper::Map {
            outer.push(member("Type", string_node("Map")));
            let mut processor = vec![member("ProcessorConfig", parse_value(r#"{"Mode":"INLINE"}"#)?)];
            processor.extend(machine(entry));
            outer.push(member("ItemProcessor", object(processor)));
        } else {
            outer.push(member("Type", string_node("Parallel")));
            let branches = match wrapper {
                Wrapper::Branches => group.ids.iter().map(|id| object(machine(self.name(*id)))).collect(),
                _ => vec![object(machine(entry))],
            };
            outer.push(member("Branches", Node::new(NodeKind::Array(branches), Span::default())));
        }
        let catchers = self.catchers_out(group);
        if !catchers.is_empty() {
            outer.push(member("Catch", Node::new(NodeKind::Array(catchers), Span::default())));
        }
        let target = exit.map(|id| self.name(id).to_owned());
        outer.extend(parse_value(&format!("{{{}}}", ending(target.as_deref())))?.members().iter().cloned());
        Ok(object(outer))
    }

    /// What states of the group catch and lead out, the wrapper catches: the targets are out here.
    fn catchers_out(&self, group: &Group) -> Vec<Node> {
        let mut seen = HashSet::new();
        let leaving = group.ids.iter().flat_map(|id| &self.model.state(*id).transitions).filter(|transition| {
            matches!(transition.reason, Reason::Catch(_)) && transition.to.is_some_and(|to| !group.ids.contains(&to))
        });
        // Two states may have had the same Catcher.
        leaving
            .filter(|transition| seen.insert(self.document.slice(transition.node.span)))
            .map(|transition| transition.node.clone())
            .collect()
    }

    /// The states as a piece of the States Language: `{"A": {…}, "B": {…}}`. Where the machine's language is JSONata each says
    /// so, and can then stand in any machine.
    pub(super) fn fragment(&self, pointers: &[String]) -> Result<String, Refusal> {
        let groups = self.groups(pointers)?;
        let states = groups.iter().flat_map(|group| &group.ids).map(|id| {
            let state = self.model.state(*id);
            let mut members = state.node.members().to_vec();
            let inherited = self.model.query_language == QueryLanguage::Jsonata && !state.node.has("QueryLanguage");
            if inherited {
                let at = usize::from(members.first().is_some_and(|first| &*first.key.value == "Type"));
                members.insert(at, member("QueryLanguage", string_node("JSONata")));
            }
            Member { key: state.name.clone(), value: Node::new(NodeKind::Object(members), state.node.span) }
        });
        let printer = Printer { unit: "  ", newline: "\n", document: None };
        let mut text = printer.json(&object(states.collect()), "");
        text.push('\n');
        Ok(text)
    }
}

/// Ends what leads out of the scope of a state that was just moved into it; its Catchers that lead out go.
fn end_inside(steps: &mut Steps, pointer: &str) -> Result<(), Refusal> {
    // One at a time: removing a Catcher renumbers those after it.
    loop {
        let more = steps.step(|work, patch: &mut Patch<'_>| {
            let id = work.state(pointer)?;
            let state = work.model.state(id);
            let Some(leaving) = state.transitions.iter().find(|transition| transition.to.is_none()) else {
                return Ok(false);
            };
            work.point(patch, state.scope, Some(id), slot_of(leaving.reason), None)?;
            Ok(true)
        })?;
        if !more {
            return Ok(());
        }
    }
}

/// States of a document as a piece of the States Language, for the clipboard.
///
/// # Errors
/// No such state, or text that is broken.
pub fn fragment(document: &Document, states: &[String]) -> Result<String, Refusal> {
    if document.is_broken() {
        return Err(Refusal::new("the text has errors: repair them first"));
    }
    let model = Model::new(document.root());
    Work { document, model: &model }.fragment(states)
}

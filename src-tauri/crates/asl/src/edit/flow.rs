//! Edits of states and of the transitions between them.

use std::collections::HashMap;

use super::steps::Steps;
use super::text::{Patch, Value};
use super::{Draft, Refusal, Slot, Work, least_definition, parse_value};
use crate::model::{ScopeId, StateId};
use crate::schema::{self, StateType};
use crate::syntax::{Member, Node, NodeKind, Span, Text, join_pointer, quote_json};

type Done = Result<Draft, Refusal>;

impl<'t> Work<'_, 't> {
    pub(super) fn add(&self, scope: &str, name: &str, state_type: StateType, definition: Option<&str>) -> Done {
        let scope = self.scope(scope)?;
        self.check_name(name)?;
        let node = self.new_state(name, state_type, definition, r#""End":true"#)?;
        let states = self.states_of(scope)?;
        let mut patch = Patch::new(self.document);
        patch.insert_member(states, states.members().len(), name, &Value::Tree(&node));
        // What the scope began with, if anything, is gone.
        if states.members().is_empty() {
            self.point(&mut patch, scope, None, Slot::Start, Some(name))?;
        }
        Ok(Draft::new(format!("Add “{name}”"), patch.finish()?, Some(self.pointer_in(scope, name))))
    }

    pub(super) fn insert(
        &self,
        from: &str,
        slot: Slot,
        name: &str,
        state_type: StateType,
        definition: Option<&str>,
    ) -> Done {
        self.check_name(name)?;
        let (scope, state) = self.origin(from, slot)?;
        let target = self.target_of(scope, state, slot)?;
        let ends = !state_type.has_transition() && state_type != StateType::Choice;
        if ends && target.is_some() {
            return Err(Refusal::new(format!(
                "a {} ends the flow: what follows could not be reached",
                state_type.as_str()
            )));
        }
        if state_type == StateType::Choice && target.is_none() {
            return Err(Refusal::new("a Choice needs a state to go on to"));
        }
        let node = self.new_state(name, state_type, definition, &ending(target.as_deref()))?;
        let node = if definition.is_some() { redirect(&node, target.as_deref()) } else { node };
        let states = self.states_of(scope)?;
        let index = match state {
            Some(state) => {
                self.model.scope(scope).states.iter().position(|other| *other == state).map_or(0, |at| at + 1)
            }
            None => 0,
        };
        let mut patch = Patch::new(self.document);
        patch.insert_member(states, index.min(states.members().len()), name, &Value::Tree(&node));
        self.point(&mut patch, scope, state, slot, Some(name))?;
        Ok(Draft::new(format!("Insert “{name}”"), patch.finish()?, Some(self.pointer_in(scope, name))))
    }

    pub(super) fn rename(&self, pointer: &str, name: &str) -> Done {
        let id = self.state(pointer)?;
        let state = self.model.state(id);
        let old = &*state.name.value;
        if old == name {
            return Ok(Draft::new("Rename", Vec::new(), Some(pointer.to_owned())));
        }
        self.check_name(name)?;
        let mut patch = Patch::new(self.document);
        patch.rename_key(state.name, name);
        for span in self.references(id) {
            patch.replace_string(span, name);
        }
        let label = format!("Rename “{old}” to “{name}”");
        Ok(Draft::new(label, patch.finish()?, Some(self.pointer_in(state.scope, name))))
    }

    pub(super) fn change_type(&self, pointer: &str, state_type: StateType) -> Done {
        let id = self.state(pointer)?;
        let state = self.model.state(id);
        let name = &*state.name.value;
        let language = state.query_language;
        if !state.node.has("Type") {
            return Err(Refusal::new("the state has no Type"));
        }
        let lost = |field: &str| schema::field(state_type, language, field).is_none();
        let target = self.main_way_out(id).map(|target| self.model.state(target).name.value.to_string());
        if state_type == StateType::Choice && target.is_none() {
            return Err(Refusal::new("a Choice needs a state to go on to"));
        }
        let least = self.new_state(name, state_type, None, &ending(target.as_deref()))?;
        let mut steps = Steps::new(self.document);
        steps.step(|work, patch| {
            let node = work.model.state(id).node;
            if let Some(old) = node.get("Type") {
                patch.replace_string(old.span, state_type.as_str());
            }
            let names: Vec<&str> =
                node.members().iter().map(|member| &*member.key.value).filter(|name| lost(name)).collect();
            patch.remove_members(node, &names);
            Ok(())
        })?;
        for member in least.members() {
            steps.step(|work, patch| {
                let node = work.model.state(id).node;
                let flows_on = (node.has("Next") || node.has("End")) && matches!(&*member.key.value, "Next" | "End");
                if !node.has(&member.key.value) && !flows_on {
                    let index = node.members().iter().position(|member| matches!(&*member.key.value, "Next" | "End"));
                    let index = index.unwrap_or(node.members().len());
                    patch.insert_member(node, index, &member.key.value, &Value::Tree(&member.value));
                }
                Ok(())
            })?;
        }
        let label = format!("Make “{name}” a {}", state_type.as_str());
        Ok(Draft::new(label, steps.finish(), Some(pointer.to_owned())))
    }

    pub(super) fn connect(&self, from: &str, slot: Option<Slot>, to: Option<&str>) -> Done {
        let slot = match slot {
            Some(slot) => slot,
            None => self.way_on(self.state(from)?),
        };
        let (scope, state) = self.origin(from, slot)?;
        let target = match to {
            Some(to) => {
                let target = self.model.state(self.state(to)?);
                if target.scope != scope {
                    return Err(Refusal::new("a transition cannot leave its scope"));
                }
                Some(target.name.value.to_string())
            }
            None => None,
        };
        let mut patch = Patch::new(self.document);
        self.point(&mut patch, scope, state, slot, target.as_deref())?;
        let label = match &target {
            Some(target) => format!("Connect to “{target}”"),
            None => "Disconnect".to_owned(),
        };
        Ok(Draft::new(label, patch.finish()?, Some(from.to_owned())))
    }

    /// Where a state is led on without saying how: a Choice by its first Rule that has no Next yet, else by a new one behind
    /// all there are. A Next that names no state is somebody's word and stays.
    fn way_on(&self, id: StateId) -> Slot {
        let state = self.model.state(id);
        if state.state_type != Some(StateType::Choice) {
            return Slot::Next;
        }
        let rules = state.node.get("Choices").map(|rules| rules.elements()).unwrap_or_default();
        let open = rules.iter().position(|rule| rule.get("Next").is_none());
        Slot::Rule(open.unwrap_or(rules.len()) as u32)
    }

    /// Makes one way out of a state lead to `target`, or end.
    pub(super) fn point(
        &self,
        patch: &mut Patch<'_>,
        scope: ScopeId,
        state: Option<StateId>,
        slot: Slot,
        target: Option<&str>,
    ) -> Result<(), Refusal> {
        let string = target.map(string_node);
        let Some(state) = state else {
            let target = string.ok_or_else(|| Refusal::new("a scope must start somewhere"))?;
            self.set_text(patch, self.model.scope(scope).node, "StartAt", &target);
            return Ok(());
        };
        let view = self.model.state(state);
        match (slot, string) {
            (Slot::Next, Some(target)) => match view.node.member("End") {
                Some(end) if !view.node.has("Next") => {
                    patch.rename_key(&end.key, "Next");
                    patch.set_value(&end.value, &Value::Tree(&target));
                }
                Some(_) => return Err(Refusal::new("the state has both Next and End: clear one first")),
                None if view.state_type.is_none_or(StateType::has_transition) => {
                    self.set_text(patch, view.node, "Next", &target);
                }
                None => return Err(Refusal::new("this type of state has no Next")),
            },
            (Slot::Next, None) => {
                let yes = Node::new(NodeKind::Bool(true), Span::default());
                match view.node.member("Next") {
                    Some(next) if !view.node.has("End") => {
                        patch.rename_key(&next.key, "End");
                        patch.set_value(&next.value, &Value::Tree(&yes));
                    }
                    Some(_) => return Err(Refusal::new("the state has both Next and End: clear one first")),
                    None => patch.set_member(view.node, "End", &Value::Tree(&yes), None),
                }
            }
            (Slot::Default, Some(target)) => self.set_text(patch, view.node, "Default", &target),
            (Slot::Default, None) => patch.remove_members(view.node, &["Default"]),
            (Slot::Rule(index), target) => {
                self.point_entry(patch, view.node, "Choices", index, target.as_ref(), view.is_jsonata());
            }
            (Slot::Catch(index), target) => {
                self.point_entry(patch, view.node, "Catch", index, target.as_ref(), view.is_jsonata());
            }
            (Slot::Start, _) => return Err(Refusal::new("only a scope has a start")),
        }
        Ok(())
    }

    fn set_text(&self, patch: &mut Patch<'_>, object: &Node, field: &str, value: &Node) {
        match (object.get(field), value.as_str()) {
            (Some(old), Some(text)) if old.as_str().is_some() => patch.replace_string(old.span, text),
            _ => patch.set_member(object, field, &Value::Tree(value), None),
        }
    }

    /// A Choice Rule or a Catcher: changed, made, or removed.
    fn point_entry(
        &self,
        patch: &mut Patch<'_>,
        state: &Node,
        field: &str,
        index: u32,
        target: Option<&Node>,
        jsonata: bool,
    ) {
        let list = state.get(field);
        let entry = list.and_then(|list| list.elements().get(index as usize));
        match (entry, target) {
            (Some(entry), Some(target)) => self.set_text(patch, entry, "Next", target),
            (Some(_), None) => {
                let list = list.expect("an entry stands in a list");
                if list.elements().len() == 1 && field == "Catch" {
                    patch.remove_members(state, &["Catch"]);
                } else {
                    patch.remove_element(list, index as usize);
                }
            }
            (None, Some(target)) => {
                let target = quote_json(target.as_str().unwrap_or_default());
                let text = match (field, jsonata) {
                    ("Catch", _) => format!(r#"{{"ErrorEquals":["States.ALL"],"Next":{target}}}"#),
                    (_, true) => format!(r#"{{"Condition":"{{% true %}}","Next":{target}}}"#),
                    (_, false) => format!(r#"{{"Variable":"$.value","IsPresent":true,"Next":{target}}}"#),
                };
                let entry = parse_value(&text).expect("the text is JSON");
                match list {
                    Some(list) => patch.insert_element(list, list.elements().len(), &Value::Tree(&entry)),
                    None => {
                        let list = Node::new(NodeKind::Array(vec![entry]), Span::default());
                        patch.set_member(state, field, &Value::Tree(&list), None);
                    }
                }
            }
            (None, None) => {}
        }
    }

    /// The scope and the state a slot belongs to.
    pub(super) fn origin(&self, from: &str, slot: Slot) -> Result<(ScopeId, Option<StateId>), Refusal> {
        if slot == Slot::Start {
            return Ok((self.scope(from)?, None));
        }
        let state = self.state(from)?;
        Ok((self.model.state(state).scope, Some(state)))
    }

    pub(super) fn target_of(
        &self,
        scope: ScopeId,
        state: Option<StateId>,
        slot: Slot,
    ) -> Result<Option<String>, Refusal> {
        let Some(state) = state else {
            return Ok(self.model.start(scope).map(|start| self.model.state(start).name.value.to_string()));
        };
        let view = self.model.state(state);
        let transition = view.transitions.iter().find(|transition| slot_of(transition.reason) == slot);
        match transition {
            Some(transition) => Ok(Some(transition.target.value.to_string())),
            None if slot == Slot::Next && view.state_type.is_none_or(StateType::has_transition) => Ok(None),
            None => Err(Refusal::new("there is no such transition")),
        }
    }

    fn new_state(
        &self,
        name: &str,
        state_type: StateType,
        definition: Option<&str>,
        ending: &str,
    ) -> Result<Node, Refusal> {
        let text = match definition {
            Some(definition) => definition.to_owned(),
            None => least_definition(state_type, self.model.query_language, ending)
                .replace("\"NAME ", &format!("\"{} ", escape(name))),
        };
        let node = parse_value(&text)?;
        if !node.is_object() {
            return Err(Refusal::new("a state is an object"));
        }
        Ok(node)
    }

    pub(super) fn pointer_in(&self, scope: ScopeId, name: &str) -> String {
        join_pointer(&format!("{}/States", self.model.scope(scope).pointer), name)
    }

    /// The state a pointer leads into.
    pub(super) fn owner(&self, pointer: &str) -> String {
        let holders = self.model.states.iter().filter(|state| {
            pointer.strip_prefix(&*state.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        holders.max_by_key(|state| state.pointer.len()).map(|state| state.pointer.clone()).unwrap_or_default()
    }
}

/// What leads from `stay` to a key of `ways` leads to its value, or ends. All are states of one scope.
pub(super) fn lead_elsewhere_from(
    steps: &mut Steps,
    stay: &[StateId],
    ways: &HashMap<StateId, Option<StateId>>,
) -> Result<(), Refusal> {
    steps.step(|work, patch| {
        for (id, target) in ways.iter().filter_map(|(id, target)| Some((*id, (*target)?))) {
            let name = &work.model.state(target).name.value;
            let gone = |span: Span| ways.keys().any(|id| work.model.state(*id).node.span.covers(span));
            for span in work.references(id).into_iter().filter(|span| !gone(*span)) {
                patch.replace_string(span, name);
            }
        }
        Ok(())
    })?;
    // One transition at a time: removing a rule renumbers those after it.
    loop {
        let more = steps.step(|work, patch| {
            for other in stay {
                let state = work.model.state(*other);
                let ends = |to: StateId| ways.get(&to) == Some(&None);
                if let Some(transition) = state.transitions.iter().find(|transition| transition.to.is_some_and(ends)) {
                    work.point(patch, state.scope, Some(*other), slot_of(transition.reason), None)?;
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        if !more {
            return Ok(());
        }
    }
}

/// The field with which a state goes on, or ends.
pub(super) fn ending(target: Option<&str>) -> String {
    match target {
        Some(target) => format!(r#""Next":{}"#, quote_json(target)),
        None => r#""End":true"#.to_owned(),
    }
}

fn escape(name: &str) -> String {
    let quoted = quote_json(name);
    quoted[1..quoted.len() - 1].to_owned()
}

pub(super) fn slot_of(reason: crate::model::Reason) -> Slot {
    match reason {
        crate::model::Reason::Next => Slot::Next,
        crate::model::Reason::Default => Slot::Default,
        crate::model::Reason::Rule(at) => Slot::Rule(at),
        crate::model::Reason::Catch(at) => Slot::Catch(at),
    }
}

pub(super) fn string_node(text: &str) -> Node {
    Node::new(NodeKind::String(text.into()), Span::default())
}

fn member(name: &str, value: Node) -> Member {
    Member { key: Text { value: name.into(), span: Span::default() }, value }
}

/// A definition from elsewhere, going on where it is inserted.
fn redirect(state: &Node, target: Option<&str>) -> Node {
    let state_type = state.get("Type").and_then(Node::as_str).and_then(StateType::parse);
    if state_type == Some(StateType::Choice) {
        return target.map_or_else(|| state.clone(), |target| lead_rules(state, target));
    }
    if state_type.is_some_and(|state_type| !state_type.has_transition()) {
        return state.clone();
    }
    let mut members: Vec<Member> =
        state.members().iter().filter(|member| !matches!(&*member.key.value, "Next" | "End")).cloned().collect();
    members.push(match target {
        Some(target) => member("Next", string_node(target)),
        None => member("End", Node::new(NodeKind::Bool(true), Span::default())),
    });
    Node::new(NodeKind::Object(members), state.span)
}

/// A Choice whose Rules without a Next lead to `target`, and whose Default, where it has none, does too.
fn lead_rules(choice: &Node, target: &str) -> Node {
    let with = |node: &Node, field: &str| {
        let mut members = node.members().to_vec();
        if node.is_object() && !node.has(field) {
            members.push(member(field, string_node(target)));
        }
        Node::new(NodeKind::Object(members), node.span)
    };
    let mut choice = with(choice, "Default");
    if let NodeKind::Object(members) = &mut choice.kind {
        for rules in members.iter_mut().filter(|member| &*member.key.value == "Choices") {
            if let NodeKind::Array(rules) = &mut rules.value.kind {
                for rule in rules.iter_mut().filter(|rule| rule.is_object()) {
                    *rule = with(rule, "Next");
                }
            }
        }
    }
    choice
}

//! Edits that cross scopes: move, wrap, paste, extract.

use std::collections::{HashMap, HashSet};

use super::flow::{ending, string_node};
use super::print::Printer;
use super::steps::Steps;
use super::text::Value;
use super::{Draft, Refusal, Slot, Work, Wrapper, parse_value};
use crate::document::Format;
use crate::model::{Model, StateId};
use crate::program::QueryLanguage;
use crate::syntax::{Member, Node, NodeKind, Span, Text, join_pointer, quote_json};

type Done = Result<Draft, Refusal>;

impl Work<'_, '_> {
    pub(super) fn move_state(&self, pointer: &str, scope: &str) -> Done {
        let id = self.state(pointer)?;
        let state = self.model.state(id);
        let target = self.scope(scope)?;
        let target_pointer = self.model.scope(target).pointer.clone();
        let name = state.name.value.to_string();
        if state.scope == target {
            return Err(Refusal::new("the state is already there"));
        }
        if target_pointer.starts_with(&format!("{}/", state.pointer)) {
            return Err(Refusal::new("a state cannot be moved into itself"));
        }
        if self.model.scope(state.scope).states.len() == 1 {
            return Err(Refusal::new("it is the only state of its scope"));
        }
        let moved = self.detached(id);
        let mut steps = Steps::new(self.document);
        // The scope it enters first: pointers of the rest stay what they are while nothing is removed.
        steps.step(|work, patch| {
            let scope = work.scope(&target_pointer)?;
            let states = work.states_of(scope)?;
            // Two states of one name exist until the old one is gone.
            patch.insert_member(states, states.members().len(), &name, &Value::Tree(&moved));
            Ok(())
        })?;
        let from = self.model.scope(state.scope).pointer.clone();
        let way_out =
            self.main_way_out(id).filter(|to| *to != id).map(|to| self.model.state(to).name.value.to_string());
        remove_from(&mut steps, &from, &name, way_out.as_deref())?;
        let label = format!("Move “{name}”");
        Ok(Draft::new(label, steps.finish(), Some(join_pointer(&format!("{target_pointer}/States"), &name))))
    }

    /// A state without its transitions: it ends where it arrives.
    fn detached(&self, id: StateId) -> Node {
        let state = self.model.state(id);
        let flows = state.state_type.is_none_or(crate::schema::StateType::has_transition);
        let mut members: Vec<Member> = state
            .node
            .members()
            .iter()
            .filter(|member| !matches!(&*member.key.value, "Next" | "End" | "Catch" | "Default"))
            .cloned()
            .collect();
        if flows {
            members.push(member("End", Node::new(NodeKind::Bool(true), Span::default())));
        }
        Node::new(NodeKind::Object(members), state.node.span)
    }

    pub(super) fn wrap(&self, pointer: &str, wrapper: Wrapper, name: &str) -> Done {
        let id = self.state(pointer)?;
        let state = self.model.state(id);
        self.check_name(name)?;
        if wrapper == Wrapper::Catch {
            return self.wrap_in_catch(id, name);
        }
        if !state.state_type.is_some_and(crate::schema::StateType::has_transition) {
            return Err(Refusal::new("only a state that goes on can be wrapped"));
        }
        let inner_name = state.name.value.to_string();
        let target = self.main_way_out(id).map(|to| self.model.state(to).name.value.to_string());
        let inner: Vec<Member> = self.detached(id).members().to_vec();
        let inner = Node::new(NodeKind::Object(inner), Span::default());
        let machine = object(vec![
            member("StartAt", string_node(&inner_name)),
            member("States", object(vec![member(&inner_name, inner)])),
        ]);
        let mut outer = Vec::new();
        if wrapper == Wrapper::Parallel {
            outer.push(member("Type", string_node("Parallel")));
            outer.push(member("Branches", Node::new(NodeKind::Array(vec![machine]), Span::default())));
        } else {
            outer.push(member("Type", string_node("Map")));
            let config = parse_value(r#"{"Mode":"INLINE"}"#)?;
            let mut members = vec![member("ProcessorConfig", config)];
            members.extend(machine.members().iter().cloned());
            outer.push(member("ItemProcessor", object(members)));
        }
        // What it catches, the wrapper catches: its targets are out here.
        if let Some(catch) = state.node.member("Catch") {
            outer.push(catch.clone());
        }
        outer.extend(parse_value(&format!("{{{}}}", ending(target.as_deref())))?.members().iter().cloned());
        let outer = object(outer);
        let mut steps = Steps::new(self.document);
        steps.step(|work, patch| {
            let state = work.model.state(id);
            patch.rename_key(state.name, name);
            for span in work.references(id) {
                // Its own loops go away with its body.
                if !state.node.span.covers(span) {
                    patch.replace_string(span, name);
                }
            }
            patch.set_value(state.node, &Value::Tree(&outer));
            Ok(())
        })?;
        let label = format!("Wrap “{inner_name}”");
        Ok(Draft::new(label, steps.finish(), Some(self.pointer_in(state.scope, name))))
    }

    fn wrap_in_catch(&self, id: StateId, name: &str) -> Done {
        let state = self.model.state(id);
        if !state.state_type.is_some_and(crate::schema::StateType::has_error_handling) {
            return Err(Refusal::new("only Task, Parallel and Map can catch errors"));
        }
        let catchers = state.node.get("Catch").map(Node::elements).unwrap_or_default();
        let catches_all = catchers
            .iter()
            .filter_map(|catcher| catcher.get("ErrorEquals"))
            .flat_map(Node::elements)
            .any(|error| error.as_str() == Some("States.ALL"));
        if catches_all {
            return Err(Refusal::new("the state already catches States.ALL"));
        }
        let index = catchers.len() as u32;
        let fail = parse_value(r#"{"Type":"Fail","Error":"Failed","Cause":""}"#)?;
        let (scope, own) = (state.scope, state.pointer.clone());
        let mut steps = Steps::new(self.document);
        steps.step(|work, patch| {
            let states = work.states_of(scope)?;
            patch.insert_member(states, states.members().len(), name, &Value::Tree(&fail));
            Ok(())
        })?;
        steps.step(|work, patch| {
            let id = work.state(&own)?;
            work.point(patch, work.model.state(id).scope, Some(id), Slot::Catch(index), Some(name))
        })?;
        let label = format!("Catch the errors of “{}”", state.name.value);
        Ok(Draft::new(label, steps.finish(), Some(self.pointer_in(scope, name))))
    }

    pub(super) fn paste(&self, scope: &str, fragment: &str) -> Done {
        let target = self.scope(scope)?;
        let parsed = crate::Document::parse(fragment).0;
        if parsed.is_broken() {
            return Err(Refusal::new("what was copied cannot be read"));
        }
        let states = fragment_states(parsed.root())?;
        let holder = object(vec![member("States", object(states))]);
        let pasted = Model::new(&holder);
        let mut taken = HashSet::new();
        let mut names: HashMap<String, String> = HashMap::new();
        for state in &pasted.states {
            let unique = self.unique_name(&state.name.value, &taken);
            taken.insert(unique.clone());
            names.entry(state.name.value.to_string()).or_insert(unique);
        }
        let top: HashSet<&str> = pasted.scopes[0].states.iter().map(|id| &*pasted.state(*id).name.value).collect();
        let renamed = rename_all(holder.get("States").expect("it was just made"), &names, Some(&top));
        let mut steps = Steps::new(self.document);
        let target_pointer = self.model.scope(target).pointer.clone();
        let first = renamed.members().first().map(|member| member.key.value.to_string());
        for state in renamed.members() {
            steps.step(|work, patch| {
                let states = work.states_of(work.scope(&target_pointer)?)?;
                patch.insert_member(states, states.members().len(), &state.key.value, &Value::Tree(&state.value));
                Ok(())
            })?;
        }
        let select = first.map(|name| self.pointer_in(target, &name));
        let count = renamed.members().len();
        let label = if count == 1 { "Paste a state".to_owned() } else { format!("Paste {count} states") };
        Ok(Draft::new(label, steps.finish(), select))
    }

    pub(super) fn extract(&self, pointer: &str, resource: &str) -> Done {
        let id = self.state(pointer)?;
        let state = self.model.state(id);
        if !state.state_type.is_some_and(crate::schema::StateType::has_error_handling) {
            return Err(Refusal::new("Task, Parallel and Map can become a machine of their own"));
        }
        let jsonata = state.query_language == QueryLanguage::Jsonata;
        let name = state.name.value.to_string();
        let mut machine = Vec::new();
        if jsonata {
            machine.push(member("QueryLanguage", string_node("JSONata")));
        }
        machine.push(member("StartAt", string_node(&name)));
        machine.push(member("States", object(vec![member(&name, self.detached(id))])));
        let machine = object(machine);
        let printer = Printer { unit: "  ", newline: "\n", document: None };
        let mut extracted = match self.document.format() {
            Format::Json => printer.json(&machine, ""),
            Format::Yaml => printer.yaml(&machine, 0),
        };
        extracted.push('\n');
        let payload = if jsonata {
            format!(
                r#""Arguments":{{"StateMachineArn":{},"Input":"{{% $states.input %}}"}},"Output":"{{% $states.result.Output %}}""#,
                quote_json(resource)
            )
        } else {
            format!(
                r#""Parameters":{{"StateMachineArn":{},"Input.$":"$"}},"OutputPath":"$.Output""#,
                quote_json(resource)
            )
        };
        let target = self.main_way_out(id).map(|to| self.model.state(to).name.value.to_string());
        let call = parse_value(&format!(
            r#"{{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",{payload},{}}}"#,
            ending(target.as_deref())
        ))?;
        let mut members = call.members().to_vec();
        if let Some(catch) = state.node.member("Catch") {
            members.insert(members.len() - 1, catch.clone());
        }
        let call = object(members);
        let mut steps = Steps::new(self.document);
        steps.step(|work, patch| {
            patch.set_value(work.model.state(id).node, &Value::Tree(&call));
            Ok(())
        })?;
        let mut draft = Draft::new(format!("Extract “{name}”"), steps.finish(), Some(pointer.to_owned()));
        draft.extracted = Some(extracted);
        Ok(draft)
    }

    /// A state of this document as JSON text.
    pub(super) fn as_json(&self, node: &Node, text: &str) -> String {
        match self.document.format() {
            Format::Json => text.to_owned(),
            Format::Yaml => Printer { unit: "  ", newline: "\n", document: None }.json(node, ""),
        }
    }
}

/// Takes a state out of a scope, by name, since its pointer may name a copy elsewhere.
fn remove_from(steps: &mut Steps, scope: &str, name: &str, way_out: Option<&str>) -> Result<(), Refusal> {
    let delete = {
        let pointer = join_pointer(&format!("{scope}/States"), name);
        let model = Model::new(steps.document().root());
        let work = Work { document: steps.document(), model: &model };
        let id = work.state(&pointer)?;
        (id, way_out.and_then(|target| model.find_in(model.state(id).scope, target)))
    };
    super::flow::lead_elsewhere(steps, delete.0, delete.1)?;
    steps.step(|work, patch| {
        let scope = work.scope(scope)?;
        patch.remove_members(work.states_of(scope)?, &[name]);
        Ok(())
    })
}

fn object(members: Vec<Member>) -> Node {
    Node::new(NodeKind::Object(members), Span::default())
}

fn member(name: &str, value: Node) -> Member {
    Member { key: Text { value: name.into(), span: Span::default() }, value }
}

/// The states of a machine, of a `States` object, or of one state under its name.
fn fragment_states(root: &Node) -> Result<Vec<Member>, Refusal> {
    let states = root.get("States").unwrap_or(root);
    let all_states = !states.members().is_empty() && states.members().iter().all(|member| member.value.has("Type"));
    if all_states {
        return Ok(states.members().to_vec());
    }
    if root.has("Type") {
        return Ok(vec![member("Pasted", root.clone())]);
    }
    Err(Refusal::new("what was copied holds no states"))
}

/// Gives states new names, with what refers to them. Transitions to states that are not in the fragment end.
fn rename_all(states: &Node, names: &HashMap<String, String>, scope: Option<&HashSet<&str>>) -> Node {
    let members = states.members().iter().map(|state| {
        let name = names.get(&*state.key.value).map_or(&*state.key.value, |name| name);
        member(name, rename_state(&state.value, names, scope))
    });
    object(members.collect())
}

fn rename_state(state: &Node, names: &HashMap<String, String>, scope: Option<&HashSet<&str>>) -> Node {
    let leads_out =
        |target: &Node| scope.is_some_and(|scope| !target.as_str().is_some_and(|name| scope.contains(name)));
    let renamed = |target: &Node| match target.as_str().and_then(|name| names.get(name)) {
        Some(name) => string_node(name),
        None => target.clone(),
    };
    let entries = |list: &Node| {
        let kept = list.elements().iter().filter(|entry| !entry.get("Next").is_some_and(leads_out));
        let entries: Vec<Node> = kept.map(|entry| rename_state(entry, names, None)).collect();
        Node::new(NodeKind::Array(entries), Span::default())
    };
    let mut members = Vec::new();
    for field in state.members() {
        let (name, value) = (&*field.key.value, &field.value);
        match name {
            "Next" if leads_out(value) => members.push(member("End", Node::new(NodeKind::Bool(true), Span::default()))),
            "Default" if leads_out(value) => {}
            "Next" | "Default" | "StartAt" => members.push(member(name, renamed(value))),
            "Choices" => members.push(member(name, entries(value))),
            "Catch" => {
                let catchers = entries(value);
                if !catchers.elements().is_empty() {
                    members.push(member(name, catchers));
                }
            }
            "Branches" => {
                let branches = value.elements().iter().map(|branch| rename_machine(branch, names)).collect();
                members.push(member(name, Node::new(NodeKind::Array(branches), Span::default())));
            }
            "ItemProcessor" | "Iterator" => members.push(member(name, rename_machine(value, names))),
            _ => members.push(field.clone()),
        }
    }
    object(members)
}

fn rename_machine(machine: &Node, names: &HashMap<String, String>) -> Node {
    let members = machine.members().iter().map(|field| match &*field.key.value {
        "States" => member("States", rename_all(&field.value, names, None)),
        "StartAt" => {
            let renamed = field.value.as_str().and_then(|name| names.get(name)).map(|name| string_node(name));
            member("StartAt", renamed.unwrap_or_else(|| field.value.clone()))
        }
        _ => field.clone(),
    });
    object(members.collect())
}

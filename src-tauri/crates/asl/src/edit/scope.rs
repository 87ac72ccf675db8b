//! Edits that cross scopes: move, wrap, paste, extract.

use std::collections::{HashMap, HashSet};

use super::flow::{ending, string_node};
use super::print::Printer;
use super::steps::Steps;
use super::text::Value;
use super::{Draft, Refusal, Slot, Work, parse_value};
use crate::document::Format;
use crate::model::{Model, ScopeId, StateId};
use crate::program::QueryLanguage;
use crate::schema::StateType;
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

    pub(super) fn can_catch_all(&self, id: StateId) -> Result<(), Refusal> {
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
        if catches_all { Err(Refusal::new("the state already catches States.ALL")) } else { Ok(()) }
    }

    /// A new Fail state at the end of a scope, to which a new Catcher of each state leads.
    pub(super) fn add_catchers(
        &self,
        steps: &mut Steps,
        scope: ScopeId,
        ids: &[StateId],
        name: &str,
    ) -> Result<(), Refusal> {
        let fail = parse_value(r#"{"Type":"Fail","Error":"Failed","Cause":""}"#)?;
        steps.step(|work, patch| {
            let states = work.states_of(scope)?;
            patch.insert_member(states, states.members().len(), name, &Value::Tree(&fail));
            Ok(())
        })?;
        for id in ids {
            let own = &self.model.state(*id).pointer;
            steps.step(|work, patch| {
                let id = work.state(own)?;
                let state = work.model.state(id);
                let index = state.node.get("Catch").map_or(0, |list| list.elements().len()) as u32;
                work.point(patch, state.scope, Some(id), Slot::Catch(index), Some(name))
            })?;
        }
        Ok(())
    }

    pub(super) fn paste(&self, scope: &str, fragment: &str, on: Option<&(String, Slot)>) -> Done {
        let parsed = crate::Document::parse(fragment).0;
        if parsed.is_broken() {
            return Err(Refusal::new("what was copied cannot be read"));
        }
        let origin = on.map(|(from, slot)| self.origin(from, *slot).map(|(scope, state)| (scope, state, *slot)));
        let origin = origin.transpose()?;
        let target = match origin {
            Some((scope, _, _)) => scope,
            None => self.scope(scope)?,
        };
        let language = crate::model::query_language(parsed.root());
        let states = fragment_states(parsed.root())?;
        let states = states.iter().map(|state| self.in_language(state, language)).collect();
        let holder = object(vec![member("States", object(states))]);
        let pasted = Model::new(&holder);
        let mut taken = HashSet::new();
        let mut names: HashMap<String, String> = HashMap::new();
        for state in &pasted.states {
            let unique = self.unique_name(&state.name.value, &taken);
            taken.insert(unique.clone());
            names.entry(state.name.value.to_string()).or_insert(unique);
        }
        let after = match origin {
            Some((scope, state, slot)) => self.target_of(scope, state, slot)?,
            None => None,
        };
        let top: HashSet<&str> = pasted.scopes[0].states.iter().map(|id| &*pasted.state(*id).name.value).collect();
        let renaming = Renaming { names: &names, top: Some(&top), after: after.as_deref() };
        let renamed = renaming.states(holder.get("States").expect("it was just made"));
        let first = first_of(&pasted, parsed.root()).and_then(|name| names.get(name)).cloned();
        let target_pointer = self.model.scope(target).pointer.clone();
        let was_empty = self.model.scope(target).states.is_empty();
        let index = match origin {
            Some((scope, Some(state), _)) => {
                self.model.scope(scope).states.iter().position(|other| *other == state).map_or(0, |at| at + 1)
            }
            Some((_, None, _)) => 0,
            None => self.model.scope(target).states.len(),
        };
        if origin.is_some() && after.is_some() && !renamed.members().iter().any(|state| leads_to(&state.value, &after))
        {
            return Err(Refusal::new("what was copied ends the flow: what follows could not be reached"));
        }
        let mut steps = Steps::new(self.document);
        for (at, state) in renamed.members().iter().enumerate() {
            steps.step(|work, patch| {
                let states = work.states_of(work.scope(&target_pointer)?)?;
                let index = (index + at).min(states.members().len());
                patch.insert_member(states, index, &state.key.value, &Value::Tree(&state.value));
                Ok(())
            })?;
        }
        let source = origin.map(|(_, state, slot)| (state.map(|id| self.model.state(id).pointer.clone()), slot));
        // An empty scope begins with what is pasted first.
        let source = source.or((was_empty && first.is_some()).then_some((None, Slot::Start)));
        if let (Some((state, slot)), Some(first)) = (source, &first) {
            steps.step(|work, patch| {
                let state = state.as_deref().map(|pointer| work.state(pointer)).transpose()?;
                work.point(patch, work.scope(&target_pointer)?, state, slot, Some(first))
            })?;
        }
        let mut select: Vec<String> =
            renamed.members().iter().map(|state| self.pointer_in(target, &state.key.value)).collect();
        if let Some(at) = first.and_then(|first| renamed.members().iter().position(|state| *state.key.value == *first))
        {
            select[..=at].rotate_right(1);
        }
        let label = match select.len() {
            1 => "Paste a state".to_owned(),
            count => format!("Paste {count} states"),
        };
        Ok(Draft::new(label, steps.finish(), None).selecting(select))
    }

    /// A state from elsewhere, naming its language exactly where it is not this machine's.
    fn in_language(&self, state: &Member, machine: Option<QueryLanguage>) -> Member {
        let own = crate::model::query_language(&state.value).or(machine).or_else(|| {
            // What does not say it may still show it.
            let state_type = state.value.get("Type").and_then(Node::as_str).and_then(StateType::parse)?;
            let jsonata = QueryLanguage::Jsonata;
            super::jsonata::speaks(&state.value, state_type, jsonata).then_some(jsonata)
        });
        let mut members: Vec<Member> =
            state.value.members().iter().filter(|field| &*field.key.value != "QueryLanguage").cloned().collect();
        if own == Some(QueryLanguage::Jsonata) && self.model.query_language != QueryLanguage::Jsonata {
            let at = usize::from(members.first().is_some_and(|first| &*first.key.value == "Type"));
            members.insert(at, member("QueryLanguage", string_node("JSONata")));
        }
        Member { key: state.key.clone(), value: Node::new(NodeKind::Object(members), state.value.span) }
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
}

/// Takes a state out of a scope, by name, since its pointer may name a copy elsewhere.
fn remove_from(steps: &mut Steps, scope: &str, name: &str, way_out: Option<&str>) -> Result<(), Refusal> {
    let pointer = join_pointer(&format!("{scope}/States"), name);
    let (id, target, stay) = {
        let model = Model::new(steps.document().root());
        let id = Work { document: steps.document(), model: &model }.state(&pointer)?;
        let own = model.state(id).scope;
        if way_out.is_none() && model.start(own) == Some(id) {
            return Err(Refusal::new("the scope starts with this state, and it leads nowhere: connect it first"));
        }
        let target = way_out.and_then(|target| model.find_in(own, target));
        let stay: Vec<StateId> = model.scope(own).states.iter().copied().filter(|other| *other != id).collect();
        (id, target, stay)
    };
    super::flow::lead_elsewhere_from(steps, &stay, &HashMap::from([(id, target)]))?;
    steps.step(|work, patch| {
        let scope = work.scope(scope)?;
        patch.remove_members(work.states_of(scope)?, &[name]);
        Ok(())
    })
}

pub(super) fn object(members: Vec<Member>) -> Node {
    Node::new(NodeKind::Object(members), Span::default())
}

pub(super) fn member(name: &str, value: Node) -> Member {
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

/// Where a fragment begins: at its `StartAt`, at the state to which no other of it leads, else at the first.
fn first_of<'t>(pasted: &'t Model<'_>, root: &'t Node) -> Option<&'t str> {
    let states = &pasted.scopes[0].states;
    let entered: HashSet<StateId> =
        states.iter().flat_map(|id| &pasted.state(*id).transitions).filter_map(|transition| transition.to).collect();
    let named = root.get("StartAt").and_then(Node::as_str).and_then(|name| pasted.find_in(ScopeId(0), name));
    let first = named.or_else(|| states.iter().copied().find(|id| !entered.contains(id)));
    first.or(states.first().copied()).map(|id| &*pasted.state(id).name.value)
}

fn leads_to(state: &Node, target: &Option<String>) -> bool {
    let named = |node: &Node, field: &str| node.get(field).and_then(Node::as_str) == target.as_deref();
    named(state, "Next")
        || named(state, "Default")
        || ["Choices", "Catch"]
            .iter()
            .filter_map(|field| state.get(field))
            .flat_map(Node::elements)
            .any(|entry| named(entry, "Next"))
}

/// New names for states, with what refers to them.
struct Renaming<'a> {
    names: &'a HashMap<String, String>,
    /// The states of the fragment's own scope; nothing inside of containers, whose transitions stay there.
    top: Option<&'a HashSet<&'a str>>,
    /// Where transitions go that leave the fragment, and the states that end; without, the former end too.
    after: Option<&'a str>,
}

impl Renaming<'_> {
    fn states(&self, states: &Node) -> Node {
        let members = states.members().iter().map(|state| {
            let name = self.names.get(&*state.key.value).map_or(&*state.key.value, |name| name);
            member(name, self.state(&state.value))
        });
        object(members.collect())
    }

    fn leads_out(&self, target: &Node) -> bool {
        self.top.is_some_and(|top| !target.as_str().is_some_and(|name| top.contains(name)))
    }

    fn target(&self, target: &Node) -> Option<Node> {
        if self.leads_out(target) {
            return self.after.map(string_node);
        }
        let name = target.as_str().and_then(|name| self.names.get(name));
        Some(name.map_or_else(|| target.clone(), |name| string_node(name)))
    }

    fn entries(&self, list: &Node) -> Node {
        let entries = list.elements().iter().filter_map(|entry| {
            let members = entry.members().iter().map(|field| match &*field.key.value {
                "Next" => self.target(&field.value).map(|target| member("Next", target)),
                _ => Some(field.clone()),
            });
            Some(object(members.collect::<Option<Vec<_>>>()?))
        });
        Node::new(NodeKind::Array(entries.collect()), Span::default())
    }

    fn state(&self, state: &Node) -> Node {
        let end = || member("End", Node::new(NodeKind::Bool(true), Span::default()));
        let mut members = Vec::new();
        for field in state.members() {
            let (name, value) = (&*field.key.value, &field.value);
            match name {
                "Next" => members.push(self.target(value).map_or_else(end, |target| member("Next", target))),
                "End" => members.push(match self.after {
                    Some(after) if self.top.is_some() => member("Next", string_node(after)),
                    _ => field.clone(),
                }),
                "Default" => members.extend(self.target(value).map(|target| member("Default", target))),
                "Choices" => members.push(member(name, self.entries(value))),
                "Catch" => {
                    let catchers = self.entries(value);
                    if !catchers.elements().is_empty() {
                        members.push(member(name, catchers));
                    }
                }
                "Branches" => {
                    let branches = value.elements().iter().map(|branch| self.machine(branch)).collect();
                    members.push(member(name, Node::new(NodeKind::Array(branches), Span::default())));
                }
                "ItemProcessor" | "Iterator" => members.push(member(name, self.machine(value))),
                _ => members.push(field.clone()),
            }
        }
        object(members)
    }

    fn machine(&self, machine: &Node) -> Node {
        let inside = Renaming { names: self.names, top: None, after: None };
        let members = machine.members().iter().map(|field| match &*field.key.value {
            "States" => member("States", inside.states(&field.value)),
            "StartAt" => {
                let renamed = field.value.as_str().and_then(|name| self.names.get(name)).map(|name| string_node(name));
                member("StartAt", renamed.unwrap_or_else(|| field.value.clone()))
            }
            _ => field.clone(),
        });
        object(members.collect())
    }
}

//! Transitions that change hands.

use super::steps::Steps;
use super::text::{Patch, Value};
use super::{Draft, Refusal, Slot, Work};
use crate::model::StateId;
use crate::schema::StateType;
use crate::syntax::{Node, NodeKind, Span};

impl Work<'_, '_> {
    /// Makes a transition start at another state, with its condition or its errors where that state can have them.
    pub(super) fn take_over(&self, from: &str, slot: Slot, onto: &str) -> Result<Draft, Refusal> {
        let (scope, state) = self.origin(from, slot)?;
        let Some(id) = state else {
            return Err(Refusal::new("a scope starts in one place only: move the other end"));
        };
        let other = self.state(onto)?;
        if self.model.state(other).scope != scope {
            return Err(Refusal::new("a transition cannot leave its scope"));
        }
        if other == id {
            return Err(Refusal::new("it starts there already"));
        }
        let target = self.target_of(scope, state, slot)?.ok_or_else(|| Refusal::new("the state leads nowhere yet"))?;
        let list = match slot {
            Slot::Rule(_) => "Choices",
            Slot::Catch(_) => "Catch",
            _ => "",
        };
        let new = self.slot_for(other, slot)?;
        let keeps_entry = matches!((slot, new), (Slot::Rule(_), Slot::Rule(_)) | (Slot::Catch(_), Slot::Catch(_)));
        let mut steps = Steps::new(self.document);
        steps.step(|work, patch| {
            let (Slot::Rule(index) | Slot::Catch(index)) = slot else {
                return work.point(patch, scope, Some(other), new, Some(&target));
            };
            if !keeps_entry {
                return work.point(patch, scope, Some(other), new, Some(&target));
            }
            let entries = work.model.state(id).node.get(list).map(Node::elements).unwrap_or_default();
            let entry = entries.get(index as usize).ok_or_else(|| Refusal::new("there is no such transition"))?;
            add_entry(patch, work.model.state(other).node, list, entry);
            Ok(())
        })?;
        steps.step(|work, patch| work.point(patch, scope, Some(id), slot, None))?;
        let label = format!("Lead to “{target}” from “{}”", self.model.state(other).name.value);
        Ok(Draft::new(label, steps.finish(), Some(onto.to_owned())))
    }

    /// What a transition becomes when it starts at a state.
    fn slot_for(&self, id: StateId, slot: Slot) -> Result<Slot, Refusal> {
        let state = self.model.state(id);
        let state_type = state.state_type;
        let count = |list: &str| state.node.get(list).map_or(0, |list| list.elements().len()) as u32;
        if let Slot::Catch(_) = slot {
            return if state_type.is_some_and(StateType::has_error_handling) {
                Ok(Slot::Catch(count("Catch")))
            } else {
                Err(Refusal::new("only Task, Parallel and Map can catch errors"))
            };
        }
        if state_type == Some(StateType::Choice) {
            let can_default = !matches!(slot, Slot::Rule(_)) && !state.node.has("Default");
            return Ok(if can_default { Slot::Default } else { Slot::Rule(count("Choices")) });
        }
        if state_type.is_none_or(StateType::has_transition) {
            Ok(Slot::Next)
        } else {
            Err(Refusal::new(format!("“{}” ends the flow: nothing can follow it", state.name.value)))
        }
    }
}

/// Puts a copy of a Choice Rule or Catcher behind the others of a state.
fn add_entry(patch: &mut Patch<'_>, state: &Node, list: &str, entry: &Node) {
    match state.get(list) {
        Some(entries) => {
            let copy = patch.cut(entry);
            patch.insert_element(entries, entries.elements().len(), &copy);
        }
        None => {
            let entries = Node::new(NodeKind::Array(vec![entry.clone()]), Span::default());
            patch.set_member(state, list, &Value::Tree(&entries), None);
        }
    }
}

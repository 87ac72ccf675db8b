//! Edits of single fields, at any depth, and of a state's whole definition.

use super::steps::Steps;
use super::text::{Patch, Value};
use super::{Draft, Refusal, Work, parse_value};
use crate::syntax::{Node, NodeKind, join_pointer};

type Done = Result<Draft, Refusal>;

/// More differences than this are written as one.
const MOST_CHANGES: usize = 200;

impl Work<'_, '_> {
    pub(super) fn set_field(&self, pointer: &str, value: &str) -> Done {
        let value = parse_value(value)?;
        let (holder, field) = split(pointer)?;
        let node = self.holder(holder)?;
        let mut patch = Patch::new(self.document);
        match &node.kind {
            NodeKind::Object(_) => patch.set_member(node, &field, &Value::Tree(&value), None),
            NodeKind::Array(elements) => {
                let index: usize = field.parse().map_err(|_| Refusal::new("elements are counted from 0"))?;
                match elements.get(index) {
                    Some(element) => patch.set_value(element, &Value::Tree(&value)),
                    None => patch.insert_element(node, elements.len(), &Value::Tree(&value)),
                }
            }
            _ => return Err(Refusal::new("only objects and arrays have fields")),
        }
        Ok(Draft::new(format!("Set {}", words(pointer)), patch.finish()?, Some(self.owner(pointer))))
    }

    pub(super) fn clear_field(&self, pointer: &str) -> Done {
        let (holder, field) = split(pointer)?;
        let node = self.holder(holder)?;
        let mut patch = Patch::new(self.document);
        match &node.kind {
            NodeKind::Object(_) if node.has(&field) => patch.remove_members(node, &[&field]),
            NodeKind::Array(elements) => {
                let index = field.parse().ok().filter(|at: &usize| *at < elements.len());
                patch.remove_element(node, index.ok_or_else(|| Refusal::new("there is no such element"))?);
            }
            _ => return Err(Refusal::new(format!("there is no {field} to clear"))),
        }
        Ok(Draft::new(format!("Clear {}", words(pointer)), patch.finish()?, Some(self.owner(pointer))))
    }

    pub(super) fn set_fields(&self, pointer: &str, fields: &[(String, Option<String>)]) -> Done {
        if !self.holder(pointer)?.is_object() {
            return Err(Refusal::new("only objects have named fields"));
        }
        let mut steps = Steps::new(self.document);
        let mut named: Vec<&str> = Vec::new();
        for (name, value) in fields {
            match value {
                Some(value) => {
                    let value = parse_value(value)?;
                    steps.step(|work, patch| {
                        let node = work.holder(pointer)?;
                        if node.get(name).is_none_or(|old| !old.same_value(&value)) {
                            patch.set_member(node, name, &Value::Tree(&value), None);
                        }
                        Ok(())
                    })?;
                    named.push(name);
                }
                None => steps.step(|work, patch| {
                    let node = work.holder(pointer)?;
                    if node.has(name) {
                        patch.remove_members(node, &[name]);
                    }
                    Ok(())
                })?,
            }
        }
        let label = match named.as_slice() {
            [] => format!("Clear {}", fields.iter().map(|(name, _)| &**name).collect::<Vec<_>>().join(", ")),
            named => format!("Set {}", named.join(", ")),
        };
        Ok(Draft::new(label, steps.finish(), Some(self.owner(pointer))))
    }

    pub(super) fn rename_field(&self, pointer: &str, name: &str, value: Option<&str>) -> Done {
        let (holder, field) = split(pointer)?;
        let node = self.holder(holder)?;
        let member = node.member(&field).ok_or_else(|| Refusal::new(format!("there is no {field} to rename")))?;
        if name.is_empty() {
            return Err(Refusal::new("a field needs a name"));
        }
        if name != field && node.has(name) {
            return Err(Refusal::new(format!("“{name}” is already a field here")));
        }
        let mut patch = Patch::new(self.document);
        if name != field {
            patch.rename_key(&member.key, name);
        }
        let value = value.map(parse_value).transpose()?;
        if let Some(value) = value.as_ref().filter(|value| !member.value.same_value(value)) {
            patch.set_value(&member.value, &Value::Tree(value));
        }
        let label = if name == field { format!("Set {field}") } else { format!("Rename {field} to {name}") };
        Ok(Draft::new(label, patch.finish()?, Some(self.owner(pointer))))
    }

    /// The texts of the siblings between the two places move by one; what stands between them stays.
    pub(super) fn move_field(&self, pointer: &str, index: usize) -> Done {
        let (holder, field) = split(pointer)?;
        let node = self.holder(holder)?;
        let siblings: Vec<_> = match &node.kind {
            NodeKind::Object(members) => members.iter().map(crate::syntax::Member::span).collect(),
            NodeKind::Array(elements) => elements.iter().map(|element| element.span).collect(),
            _ => return Err(Refusal::new("only fields and elements can be moved")),
        };
        let from = match &node.kind {
            NodeKind::Object(members) => members.iter().position(|member| *member.key.value == *field),
            _ => field.parse().ok().filter(|at| *at < siblings.len()),
        };
        let from = from.ok_or_else(|| Refusal::new(format!("there is no {field} to move")))?;
        let to = index.min(siblings.len() - 1);
        let mut order: Vec<usize> = (0..siblings.len()).collect();
        let moved = order.remove(from);
        order.insert(to, moved);
        let mut patch = Patch::new(self.document);
        for (place, source) in order.into_iter().enumerate().filter(|(place, source)| place != source) {
            patch.replace(siblings[place], self.document.slice(siblings[source]));
        }
        Ok(Draft::new(format!("Move {}", words(pointer)), patch.finish()?, Some(self.owner(pointer))))
    }

    pub(super) fn set_definition(&self, pointer: &str, definition: &str) -> Done {
        let state = self.model.state(self.state(pointer)?);
        let wanted = parse_value(definition)?;
        if !wanted.is_object() {
            return Err(Refusal::new("a state is a JSON object"));
        }
        let mut changes = Vec::new();
        differences(state.node, &wanted, pointer, &mut changes);
        let mut steps = Steps::new(self.document);
        if changes.len() > MOST_CHANGES {
            changes = vec![Difference::Replace { at: pointer.to_owned(), value: &wanted }];
        }
        for change in &changes {
            steps.step(|work, patch| work.make_same(patch, change))?;
        }
        Ok(Draft::new(format!("Change “{}”", state.name.value), steps.finish(), Some(pointer.to_owned())))
    }

    fn make_same(&self, patch: &mut Patch<'_>, change: &Difference<'_>) -> Result<(), Refusal> {
        match change {
            Difference::Replace { at, value } => patch.set_value(self.holder(at)?, &Value::Tree(value)),
            Difference::Remove { at, names } => {
                let names: Vec<&str> = names.iter().map(|name| &**name).collect();
                patch.remove_members(self.holder(at)?, &names);
            }
            Difference::Insert { at, index, name, value } => {
                patch.insert_member(self.holder(at)?, *index, name, &Value::Tree(value));
            }
            Difference::RemoveElement { at, index } => patch.remove_element(self.holder(at)?, *index),
            Difference::InsertElement { at, index, value } => {
                patch.insert_element(self.holder(at)?, *index, &Value::Tree(value));
            }
        }
        Ok(())
    }

    fn holder(&self, pointer: &str) -> Result<&Node, Refusal> {
        self.document.at(pointer).ok_or_else(|| Refusal::new(format!("there is nothing at {pointer}")))
    }
}

/// One place where two values differ. Pointers hold once the differences before are mended.
enum Difference<'a> {
    Replace { at: String, value: &'a Node },
    Remove { at: String, names: Vec<String> },
    Insert { at: String, index: usize, name: String, value: &'a Node },
    RemoveElement { at: String, index: usize },
    InsertElement { at: String, index: usize, value: &'a Node },
}

fn differences<'a>(old: &Node, new: &'a Node, at: &str, found: &mut Vec<Difference<'a>>) {
    let whole = |found: &mut Vec<Difference<'a>>| found.push(Difference::Replace { at: at.to_owned(), value: new });
    match (&old.kind, &new.kind) {
        (NodeKind::Object(before), NodeKind::Object(after)) => {
            let kept: Vec<&str> = before.iter().map(|member| &*member.key.value).filter(|name| new.has(name)).collect();
            let wanted: Vec<&str> =
                after.iter().map(|member| &*member.key.value).filter(|name| old.has(name)).collect();
            // Another order, names that stand there twice, and nothing in common are written anew.
            if kept != wanted || (kept.is_empty() && !before.is_empty()) {
                return whole(found);
            }
            let gone: Vec<String> =
                before.iter().map(|member| member.key.value.to_string()).filter(|name| !new.has(name)).collect();
            if !gone.is_empty() {
                found.push(Difference::Remove { at: at.to_owned(), names: gone });
            }
            for (index, member) in after.iter().enumerate() {
                let name = &*member.key.value;
                match old.get(name) {
                    Some(value) => differences(value, &member.value, &join_pointer(at, name), found),
                    None => found.push(Difference::Insert {
                        at: at.to_owned(),
                        index,
                        name: name.to_owned(),
                        value: &member.value,
                    }),
                }
            }
        }
        (NodeKind::Array(before), NodeKind::Array(after)) if !before.is_empty() => {
            let same = |(a, b): &(&Node, &Node)| a.same_value(b) && same_order(a, b);
            let head = before.iter().zip(after).take_while(same).count();
            let most = before.len().min(after.len()) - head;
            let tail = before.iter().rev().zip(after.iter().rev()).take(most).take_while(same).count();
            let (old_end, new_end) = (before.len() - tail, after.len() - tail);
            let both = old_end.min(new_end);
            for index in head..both {
                differences(&before[index], &after[index], &join_pointer(at, &index.to_string()), found);
            }
            for index in (both..old_end).rev() {
                found.push(Difference::RemoveElement { at: at.to_owned(), index });
            }
            for (index, value) in after.iter().enumerate().take(new_end).skip(both) {
                found.push(Difference::InsertElement { at: at.to_owned(), index, value });
            }
        }
        _ if old.same_value(new) => {}
        _ => whole(found),
    }
}

/// Whether two equal values have their members in the same order too.
fn same_order(a: &Node, b: &Node) -> bool {
    let members = a.members().iter().zip(b.members());
    members.into_iter().all(|(a, b)| a.key.value == b.key.value && same_order(&a.value, &b.value))
        && a.elements().iter().zip(b.elements()).all(|(a, b)| same_order(a, b))
}

fn split(pointer: &str) -> Result<(&str, String), Refusal> {
    let (holder, field) = pointer.rsplit_once('/').ok_or_else(|| Refusal::new("the field has no name"))?;
    Ok((holder, unescape(field)))
}

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// What a pointer leads to, for the undo menu: `MaxAttempts`, or `Choices 2` for an element.
fn words(pointer: &str) -> String {
    let mut steps = pointer.rsplit('/').map(unescape);
    let last = steps.next().unwrap_or_default();
    match (last.parse::<usize>(), steps.next()) {
        (Ok(index), Some(list)) => format!("{list} {}", index + 1),
        _ => last,
    }
}

//! Arrays: shared, copied on write one level deep.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::{SHALLOW, Value, drop_deep, write};
use crate::Text;

/// A JSON array; dereferences to a slice of its items.
#[derive(Clone)]
pub struct Array {
    node: Arc<Node>,
}

struct Node {
    items: Vec<Value>,
    depth: u32,
    /// Whether the text is compact, with every member.
    compact: bool,
    text: OnceLock<Text>,
}

impl Clone for Node {
    /// The copy of copy-on-write: it is about to change, so the text does not come along.
    fn clone(&self) -> Self {
        Self { items: self.items.clone(), depth: self.depth, compact: self.compact, text: OnceLock::new() }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.depth > SHALLOW {
            drop_deep(std::mem::take(&mut self.items));
        }
    }
}

impl Array {
    pub(super) fn parsed(items: Vec<Value>, text: Text, compact: bool) -> Self {
        let depth = 1 + items.iter().map(Value::depth).max().unwrap_or(0);
        Self { node: Arc::new(Node { items, depth, compact, text: OnceLock::from(text) }) }
    }

    pub(super) fn is_compact(&self) -> bool {
        self.node.compact
    }

    pub(super) fn text(&self) -> &Text {
        self.node.text.get_or_init(|| Text::from(write::array(self)))
    }

    pub(super) fn known_text(&self) -> Option<&Text> {
        self.node.text.get()
    }

    pub(super) fn depth(&self) -> u32 {
        self.node.depth
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.node, &other.node)
    }

    pub(super) fn release(self, open: &mut Vec<Value>) {
        if let Some(mut node) = Arc::into_inner(self.node) {
            open.append(&mut node.items);
        }
    }

    /// Appends an item; copies the list of items first when it is shared.
    pub fn push(&mut self, value: Value) {
        let node = self.change();
        node.depth = node.depth.max(value.depth() + 1);
        node.compact &= value.is_compact();
        node.items.push(value);
    }

    /// Replaces the item at `index`; `false` when there is none.
    pub fn set(&mut self, index: usize, value: Value) -> bool {
        if index >= self.len() {
            return false;
        }
        let node = self.change();
        node.depth = node.depth.max(value.depth() + 1);
        node.compact &= value.is_compact();
        node.items[index] = value;
        true
    }

    fn change(&mut self) -> &mut Node {
        let node = Arc::make_mut(&mut self.node);
        if node.text.take().is_some() && !node.compact {
            // The brackets of the text are gone, and with them what was between the members.
            node.compact = node.items.iter().all(Value::is_compact);
        }
        node
    }
}

impl From<Vec<Value>> for Array {
    fn from(items: Vec<Value>) -> Self {
        let (depth, compact) = super::measure(items.iter());
        Self { node: Arc::new(Node { items, depth, compact, text: OnceLock::new() }) }
    }
}

impl Default for Array {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::from(items.into_iter().collect::<Vec<_>>())
    }
}

impl Deref for Array {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        &self.node.items
    }
}

impl<'a> IntoIterator for &'a Array {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

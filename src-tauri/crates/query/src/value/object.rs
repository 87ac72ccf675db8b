//! Objects: members in order of insertion, shared, copied on write one level deep.

use std::sync::{Arc, OnceLock};

use super::{SHALLOW, Value, drop_deep, write};
use crate::Text;

/// A member name; names are shared between the objects of one text.
pub type Key = Arc<str>;

/// A JSON object.
#[derive(Clone)]
pub struct Object {
    node: Arc<Node>,
}

struct Node {
    members: Vec<(Key, Value)>,
    /// Positions of the members in the order of their names; only for objects too large to scan.
    index: OnceLock<Box<[u32]>>,
    depth: u32,
    /// Whether the text is compact, with every member.
    compact: bool,
    text: OnceLock<Text>,
}

/// Up to here a look-up that compares lengths first beats an index.
const SCANNED: usize = 24;

impl Clone for Node {
    /// The copy of copy-on-write: it is about to change, so neither text nor index come along.
    fn clone(&self) -> Self {
        Self {
            members: self.members.clone(),
            index: OnceLock::new(),
            depth: self.depth,
            compact: self.compact,
            text: OnceLock::new(),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.depth > SHALLOW {
            drop_deep(std::mem::take(&mut self.members).into_iter().map(|(_, value)| value).collect());
        }
    }
}

impl Node {
    fn position(&self, key: &str) -> Option<usize> {
        if self.members.len() <= SCANNED {
            return self.members.iter().position(|(name, _)| **name == *key);
        }
        let index = self.index.get_or_init(|| sorted(&self.members));
        let found = index.binary_search_by(|&at| (*self.members[at as usize].0).cmp(key)).ok()?;
        Some(index[found] as usize)
    }
}

fn sorted(members: &[(Key, Value)]) -> Box<[u32]> {
    let mut index: Vec<u32> = (0..members.len() as u32).collect();
    index.sort_by(|&a, &b| members[a as usize].0.cmp(&members[b as usize].0));
    index.into()
}

impl Object {
    #[must_use]
    pub fn new() -> Self {
        ObjectBuilder::default().build()
    }

    pub(super) fn is_compact(&self) -> bool {
        self.node.compact
    }

    pub(super) fn text(&self) -> &Text {
        self.node.text.get_or_init(|| Text::from(write::object(self)))
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
            open.extend(std::mem::take(&mut node.members).into_iter().map(|(_, value)| value));
        }
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.node.position(key).map(|at| &self.node.members[at].1)
    }

    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.node.position(key).is_some()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.node.members.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.node.members.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Value)> + DoubleEndedIterator {
        self.node.members.iter().map(|(key, value)| (key, value))
    }

    /// The member at `position` in order of insertion.
    #[must_use]
    pub fn entry(&self, position: usize) -> Option<(&Key, &Value)> {
        self.node.members.get(position).map(|(key, value)| (key, value))
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.node.members.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.node.members.iter().map(|(_, value)| value)
    }

    /// Sets a member, in its old place when the name exists; copies the list of members first when it is shared.
    pub fn insert(&mut self, key: impl Into<Key>, value: Value) {
        let key = key.into();
        let found = self.node.position(&key);
        let node = self.change();
        node.depth = node.depth.max(value.depth() + 1);
        node.compact &= value.is_compact();
        match found {
            Some(at) => node.members[at].1 = value,
            None => {
                node.members.push((key, value));
                node.index.take();
            }
        }
    }

    /// Removes a member and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.node.position(key)?;
        let node = self.change();
        node.index.take();
        Some(node.members.remove(at).1)
    }

    fn change(&mut self) -> &mut Node {
        let node = Arc::make_mut(&mut self.node);
        if node.text.take().is_some() && !node.compact {
            // The brackets of the text are gone, and with them what was between the members.
            node.compact = node.members.iter().all(|(_, value)| value.is_compact());
        }
        node
    }
}

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

/// Collects members without the sharing checks of [`Object::insert`]. A repeated name keeps its first place and
/// takes the last value.
#[derive(Default)]
pub struct ObjectBuilder {
    members: Vec<(Key, Value)>,
}

impl ObjectBuilder {
    #[must_use]
    pub fn with_capacity(members: usize) -> Self {
        Self { members: Vec::with_capacity(members) }
    }

    pub fn push(&mut self, key: impl Into<Key>, value: Value) {
        self.members.push((key.into(), value));
    }

    #[must_use]
    pub fn build(self) -> Object {
        self.finish(None)
    }

    pub(super) fn of(members: Vec<(Key, Value)>) -> Self {
        Self { members }
    }

    pub(super) fn parsed(self, text: Text, compact: bool) -> Object {
        self.finish(Some((text, compact)))
    }

    fn finish(mut self, source: Option<(Text, bool)>) -> Object {
        let written = self.members.len();
        let index = OnceLock::new();
        if self.members.len() <= SCANNED {
            let mut at = 1;
            while at < self.members.len() {
                match self.members[..at].iter().position(|(key, _)| *key == self.members[at].0) {
                    Some(first) => self.members[first].1 = self.members.remove(at).1,
                    None => at += 1,
                }
            }
        } else {
            let sorted = sorted(&self.members);
            let repeats = |pair: &[u32]| self.members[pair[0] as usize].0 == self.members[pair[1] as usize].0;
            if sorted.windows(2).any(repeats) {
                self.members = merge_repeats(self.members, &sorted);
            } else {
                index.set(sorted).expect("the index was made here");
            }
        }
        let (depth, members_compact) = super::measure(self.members.iter().map(|(_, value)| value));
        let (text, compact) = match source {
            // A name that is written twice would not be, in compact text.
            Some((text, compact)) => (OnceLock::from(text), compact && self.members.len() == written),
            None => (OnceLock::new(), members_compact),
        };
        Object { node: Arc::new(Node { members: self.members, index, depth, compact, text }) }
    }
}

/// `sorted` is stable: equal names follow each other in order of appearance.
fn merge_repeats(members: Vec<(Key, Value)>, sorted: &[u32]) -> Vec<(Key, Value)> {
    let mut members: Vec<Option<(Key, Value)>> = members.into_iter().map(Some).collect();
    for run in
        sorted.chunk_by(|&a, &b| key_at(&members, a) == key_at(&members, b)).map(<[u32]>::to_vec).collect::<Vec<_>>()
    {
        if let [first, .., last] = run[..] {
            let value = members[last as usize].take().map(|(_, value)| value);
            for &at in &run[1..] {
                members[at as usize] = None;
            }
            if let (Some(member), Some(value)) = (&mut members[first as usize], value) {
                member.1 = value;
            }
        }
    }
    members.into_iter().flatten().collect()
}

fn key_at(members: &[Option<(Key, Value)>], at: u32) -> Option<&Key> {
    members[at as usize].as_ref().map(|(key, _)| key)
}

impl<K: Into<Key>> FromIterator<(K, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(members: I) -> Self {
        ObjectBuilder { members: members.into_iter().map(|(key, value)| (key.into(), value)).collect() }.build()
    }
}

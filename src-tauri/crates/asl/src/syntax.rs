//! Trees with spans. JSON and YAML give the same tree.

mod json;
mod line_index;
mod yaml;

use std::sync::Arc;

pub use json::quote_json;
pub use json::{MAX_BYTES, MAX_DEPTH, ParsedJson, parse as parse_json};
pub use line_index::{LineIndex, Position};
pub(crate) use yaml::quote_yaml;
pub use yaml::{ParsedYaml, parse as parse_yaml};

/// A range of bytes in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: clamp(start), end: clamp(end) }
    }

    pub fn empty(at: u32) -> Self {
        Self { start: at, end: at }
    }

    pub fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    pub fn covers(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// From the start of one to the end of the other.
    pub fn to(self, end: Span) -> Self {
        Self { start: self.start, end: end.end }
    }
}

/// Documents are refused long before offsets leave `u32`.
fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Text with its place. `value` is unescaped; `span` covers the literal with its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub value: Arc<str>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    Null,
    Bool(bool),
    /// The literal as written: 1 and 1.0 differ, and big numbers survive.
    Number(Arc<str>),
    /// Unescaped.
    String(Arc<str>),
    Array(Vec<Node>),
    /// In document order, duplicates included.
    Object(Vec<Member>),
    /// A bare `${Name}`, which is not JSON but stands in many templates. The text as written.
    Substitution(Arc<str>),
    /// Nothing readable stands where a value belongs.
    Missing,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub key: Text,
    pub value: Node,
}

impl Member {
    pub fn span(&self) -> Span {
        self.key.span.to(if self.value.span.is_empty() { self.key.span } else { self.value.span })
    }
}

impl Node {
    pub fn new(kind: NodeKind, span: Span) -> Self {
        Self { span, kind }
    }

    pub fn missing(at: usize) -> Self {
        Self { span: Span::new(at, at), kind: NodeKind::Missing }
    }

    /// The members of an object, in document order; empty for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            NodeKind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; empty for anything else.
    pub fn elements(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Array(elements) => elements,
            _ => &[],
        }
    }

    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| &*member.key.value == key)
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    pub fn has(&self, key: &str) -> bool {
        self.member(key).is_some()
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<Text> {
        match &self.kind {
            NodeKind::String(value) => Some(Text { value: value.clone(), span: self.span }),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            NodeKind::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A number as a double; `None` for anything else.
    pub fn as_f64(&self) -> Option<f64> {
        match &self.kind {
            NodeKind::Number(raw) => raw.parse().ok(),
            _ => None,
        }
    }

    /// A whole number that fits; `1.0` and `1e2` do not count as whole.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.kind {
            NodeKind::Number(raw) => raw.parse().ok(),
            _ => None,
        }
    }

    pub fn is_object(&self) -> bool {
        matches!(self.kind, NodeKind::Object(_))
    }

    pub fn is_array(&self) -> bool {
        matches!(self.kind, NodeKind::Array(_))
    }

    pub fn is_null(&self) -> bool {
        matches!(self.kind, NodeKind::Null)
    }

    /// A string that is one JSONata expression: `{% … %}`. Gives what stands between the marks.
    pub fn as_jsonata(&self) -> Option<&str> {
        self.as_str().and_then(jsonata_body)
    }

    /// Equal as data: places are ignored, members may be in any order.
    pub fn same_value(&self, other: &Node) -> bool {
        match (&self.kind, &other.kind) {
            (NodeKind::Array(a), NodeKind::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_value(b))
            }
            (NodeKind::Object(a), NodeKind::Object(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(left, right)| {
                        if left.key.value == right.key.value {
                            left.value.same_value(&right.value)
                        } else {
                            other.get(&left.key.value).is_some_and(|right| left.value.same_value(right))
                                && self.has(&right.key.value)
                        }
                    })
            }
            (a, b) => a == b,
        }
    }
}

/// What stands between `{%` and `%}` of a string that is one JSONata expression.
pub fn jsonata_body(text: &str) -> Option<&str> {
    if text.len() < 4 {
        return None;
    }
    text.strip_prefix("{%")?.strip_suffix("%}")
}

/// One more step of a JSON pointer.
pub fn push_pointer(pointer: &mut String, key: &str) {
    pointer.push('/');
    if key.contains(['~', '/']) {
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(key);
    }
}

/// `pointer` and one more step.
pub fn join_pointer(pointer: &str, key: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + key.len() + 1);
    joined.push_str(pointer);
    push_pointer(&mut joined, key);
    joined
}

//! Where in the document an offset is.

use asl::model::{Model, StateId};
use asl::syntax::{Member, push_pointer};
use asl::{Document, Node, NodeKind, Span};

/// The innermost thing at an offset.
pub(super) struct Place<'t> {
    /// JSON pointer of `holder`.
    pub(super) pointer: String,
    /// The innermost object or array around the offset, with the names that lead to it.
    pub(super) holder: &'t Node,
    pub(super) path: Vec<&'t str>,
    pub(super) at: At<'t>,
}

pub(super) enum At<'t> {
    /// In the name of a field.
    Key(&'t Member),
    /// In, or right before, the value of a field.
    Value(&'t Member),
    /// In an element of an array.
    Element(&'t Node),
    /// Between fields or elements.
    Gap,
}

impl<'t> Place<'t> {
    pub(super) fn find(document: &'t Document, offset: u32) -> Self {
        let mut place = Place { pointer: String::new(), holder: document.root(), path: Vec::new(), at: At::Gap };
        'deeper: loop {
            let holder = place.holder;
            for (index, member) in holder.members().iter().enumerate() {
                if member.key.span.contains(offset) {
                    place.at = At::Key(member);
                    return place;
                }
                // Between the colon and the next field still counts as the value.
                let next = holder.members().get(index + 1).map_or(holder.span.end, |next| next.key.span.start);
                let value = &member.value;
                let inside = value.span.contains(offset) && !value.span.is_empty();
                let before = member.key.span.end < offset
                    && offset <= value.span.start.max(member.key.span.end)
                    && document.text()[member.key.span.end as usize..offset as usize].contains(':');
                let empty = value.span.is_empty() && member.key.span.end < offset && offset < next;
                if inside && is_holder(value) {
                    push_pointer(&mut place.pointer, &member.key.value);
                    place.path.push(&member.key.value);
                    place.holder = value;
                    continue 'deeper;
                }
                if inside || before || empty {
                    place.at = At::Value(member);
                    return place;
                }
            }
            for (index, element) in holder.elements().iter().enumerate() {
                if !element.span.contains(offset) {
                    continue;
                }
                if !is_holder(element) {
                    place.at = At::Element(element);
                    return place;
                }
                push_pointer(&mut place.pointer, &index.to_string());
                place.path.push("");
                place.holder = element;
                continue 'deeper;
            }
            if document.format() == asl::Format::Yaml
                && let Some(open) = Self::open_value(document, document.root(), offset, &mut Vec::new())
            {
                return open;
            }
            return place;
        }
    }

    /// A block of YAML ends with its last word, so the blank after `Next:` is outside of everything.
    fn open_value(document: &'t Document, holder: &'t Node, offset: u32, path: &mut Vec<String>) -> Option<Self> {
        for member in holder.members() {
            let end = member.key.span.end;
            let open = member.value.span.is_empty()
                && end < offset
                && document.text()[end as usize..offset as usize].trim_matches([' ', '\t']) == ":";
            if open {
                let mut pointer = String::new();
                path.iter().for_each(|step| push_pointer(&mut pointer, step));
                return Some(Place { pointer, holder, path: Vec::new(), at: At::Value(member) });
            }
            path.push(member.key.value.to_string());
            if let Some(found) = Self::open_value(document, &member.value, offset, path) {
                return Some(found);
            }
            path.pop();
        }
        for (index, element) in holder.elements().iter().enumerate() {
            path.push(index.to_string());
            if let Some(found) = Self::open_value(document, element, offset, path) {
                return Some(found);
            }
            path.pop();
        }
        None
    }

    /// The innermost state the place is in.
    pub(super) fn state(&self, model: &Model<'_>) -> Option<StateId> {
        let inside = |id: &StateId| {
            let rest = self.pointer.strip_prefix(&*model.state(*id).pointer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        model.state_ids().filter(inside).last()
    }

    /// The string at the offset, if it is a value.
    pub(super) fn string(&self) -> Option<&'t Node> {
        let node = match &self.at {
            At::Value(member) => &member.value,
            At::Element(element) => element,
            _ => return None,
        };
        node.as_str().map(|_| node)
    }
}

fn is_holder(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Object(_) | NodeKind::Array(_))
}

/// What stands between the quotes of a literal.
pub(super) fn inside_quotes(document: &Document, span: Span) -> Span {
    let text = document.slice(span);
    let Some(quote) = text.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { return span };
    let closed = text.len() > 1 && text.ends_with(quote);
    Span { start: span.start + 1, end: if closed { span.end - 1 } else { span.end } }
}

//! What can be folded: objects, arrays and comments of several lines.

use asl::{Document, Node};

/// Lines are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    pub first_line: u32,
    pub last_line: u32,
    pub kind: FoldKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoldKind {
    Region,
    Comment,
}

/// In the order in which they begin.
pub fn folds(document: &Document) -> Vec<Fold> {
    let mut found = Vec::new();
    walk(document, document.root(), &mut found);
    for comment in document.comments() {
        push(document, comment.start, comment.end, FoldKind::Comment, &mut found);
    }
    found.sort_by_key(|fold| (fold.first_line, std::cmp::Reverse(fold.last_line)));
    found.dedup_by_key(|fold| fold.first_line);
    found
}

fn walk(document: &Document, node: &Node, found: &mut Vec<Fold>) {
    for member in node.members() {
        if member.value.is_object() || member.value.is_array() {
            push(document, member.key.span.start, member.value.span.end, FoldKind::Region, found);
            walk(document, &member.value, found);
        }
    }
    for element in node.elements() {
        if element.is_object() || element.is_array() {
            push(document, element.span.start, element.span.end, FoldKind::Region, found);
            walk(document, element, found);
        }
    }
}

fn push(document: &Document, start: u32, end: u32, kind: FoldKind, found: &mut Vec<Fold>) {
    let first = document.lines().line_of(start) as u32 + 1;
    let last = document.lines().line_of(end) as u32 + 1;
    if last > first {
        found.push(Fold { first_line: first, last_line: last, kind });
    }
}

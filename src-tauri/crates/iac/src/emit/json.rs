//! JSON text, indented by two blanks.

use std::fmt::Write as _;

use asl::{Node, NodeKind};

/// A string with its quotes.
pub fn string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A tree of the syntax crate. What is missing becomes null; bare holes stay bare.
pub fn node(root: &Node) -> String {
    let mut text = String::new();
    write_node(&mut text, root, 0);
    text.push('\n');
    text
}

fn write_node(text: &mut String, node: &Node, depth: usize) {
    match &node.kind {
        NodeKind::Null | NodeKind::Missing => text.push_str("null"),
        NodeKind::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(raw) => text.push_str(raw),
        NodeKind::String(value) => text.push_str(&string(value)),
        NodeKind::Substitution(raw) => text.push_str(raw),
        NodeKind::Array(elements) if elements.is_empty() => text.push_str("[]"),
        NodeKind::Object(members) if members.is_empty() => text.push_str("{}"),
        NodeKind::Array(elements) => {
            text.push('[');
            for (at, element) in elements.iter().enumerate() {
                line(text, at > 0, depth + 1);
                write_node(text, element, depth + 1);
            }
            line(text, false, depth);
            text.push(']');
        }
        NodeKind::Object(members) => {
            text.push('{');
            for (at, member) in members.iter().enumerate() {
                line(text, at > 0, depth + 1);
                text.push_str(&string(&member.key.value));
                text.push_str(": ");
                write_node(text, &member.value, depth + 1);
            }
            line(text, false, depth);
            text.push('}');
        }
    }
}

pub(super) fn line(text: &mut String, comma: bool, depth: usize) {
    if comma {
        text.push(',');
    }
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

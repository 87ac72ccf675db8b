//! Trees to text: JSON and YAML in one settled layout.

use crate::document::Document;
use crate::syntax::{Node, NodeKind, Span, Text, quote_json, quote_yaml};

/// Arrays of scalars that fit stay on one line.
const WIDTH: usize = 100;

pub(crate) struct Printer<'a> {
    pub(crate) unit: &'a str,
    pub(crate) newline: &'a str,
    /// The document the tree comes from, if its comments are to be kept.
    pub(crate) document: Option<&'a Document>,
}

impl Printer<'_> {
    /// JSON. Lines after the first begin with `indent`.
    pub(crate) fn json(&self, node: &Node, indent: &str) -> String {
        let mut out = String::new();
        self.write_json(node, indent, &mut out);
        out
    }

    fn write_json(&self, node: &Node, indent: &str, out: &mut String) {
        match &node.kind {
            NodeKind::Object(members) => {
                let items = members.iter().map(|member| (member.span(), Some(&member.key), &member.value));
                self.write_items(node, &items.collect::<Vec<_>>(), ('{', '}'), indent, out);
            }
            NodeKind::Array(elements) => {
                if let Some(line) = self.one_line(node, elements, indent) {
                    out.push_str(&line);
                    return;
                }
                let items = elements.iter().map(|element| (element.span, None, element));
                self.write_items(node, &items.collect::<Vec<_>>(), ('[', ']'), indent, out);
            }
            _ => out.push_str(&self.scalar_json(node)),
        }
    }

    /// An array of scalars on one line, if it fits and holds no comment.
    fn one_line(&self, array: &Node, elements: &[Node], indent: &str) -> Option<String> {
        if elements.iter().any(|element| element.is_object() || element.is_array()) || self.has_comments(array) {
            return None;
        }
        let texts: Vec<String> = elements.iter().map(|element| self.scalar_json(element)).collect();
        let line = format!("[{}]", texts.join(", "));
        (indent.len() + line.chars().count() <= WIDTH).then_some(line)
    }

    /// The literal as its author wrote it, escapes included, if there is one.
    fn scalar_json(&self, node: &Node) -> String {
        match self.document {
            Some(document) if document.slice(node.span).starts_with('"') => document.slice(node.span).to_owned(),
            _ => scalar_json(&node.kind),
        }
    }

    fn key_json(&self, key: &Text) -> String {
        match self.document {
            Some(document) if document.slice(key.span).starts_with('"') => document.slice(key.span).to_owned(),
            _ => quote_json(&key.value),
        }
    }

    fn has_comments(&self, node: &Node) -> bool {
        self.document.is_some_and(|document| document.comments().iter().any(|comment| node.span.covers(*comment)))
    }

    fn write_items(
        &self,
        node: &Node,
        items: &[(Span, Option<&Text>, &Node)],
        (open, close): (char, char),
        indent: &str,
        out: &mut String,
    ) {
        out.push(open);
        let inner = format!("{indent}{}", self.unit);
        let mut from = node.span.start + 1;
        for (at, (span, key, value)) in items.iter().enumerate() {
            self.write_comments_between(from, span.start, &inner, at > 0, out);
            self.write_break(&inner, out);
            if let Some(key) = key {
                out.push_str(&self.key_json(key));
                out.push_str(": ");
            }
            self.write_json(value, &inner, out);
            if at + 1 < items.len() {
                out.push(',');
            }
            from = span.end;
        }
        let had_comments = self.write_comments_between(from, node.span.end, &inner, !items.is_empty(), out);
        if !items.is_empty() || had_comments {
            self.write_break(indent, out);
        }
        out.push(close);
    }

    fn write_break(&self, indent: &str, out: &mut String) {
        out.push_str(self.newline);
        out.push_str(indent);
    }

    /// The comments of a gap. One that begins on the line of what stands before stays there.
    fn write_comments_between(&self, from: u32, to: u32, indent: &str, follows: bool, out: &mut String) -> bool {
        let Some(document) = self.document else { return false };
        let first = document.comments().partition_point(|comment| comment.start < from);
        let mut any = false;
        for comment in document.comments()[first..].iter().take_while(|comment| comment.end <= to) {
            let same_line = follows && !document.text()[from as usize..comment.start as usize].contains('\n') && !any;
            if same_line {
                out.push(' ');
            } else {
                self.write_break(indent, out);
            }
            out.push_str(document.slice(*comment).trim_end());
            any = true;
        }
        any
    }

    /// YAML in block style. The first line has no indentation; the others have `indent` blanks.
    pub(crate) fn yaml(&self, node: &Node, indent: usize) -> String {
        let mut out = String::new();
        self.write_yaml(node, indent, &mut out);
        out
    }

    fn write_yaml(&self, node: &Node, indent: usize, out: &mut String) {
        let line = |out: &mut String| {
            out.push_str(self.newline);
            out.push_str(&" ".repeat(indent));
        };
        match &node.kind {
            NodeKind::Object(members) if !members.is_empty() => {
                let mut from = node.span.start;
                for (at, member) in members.iter().enumerate() {
                    self.write_yaml_comments(from, member.key.span.start, indent, at > 0, out);
                    if at > 0 {
                        line(out);
                    }
                    out.push_str(&quote_yaml(&member.key.value));
                    out.push(':');
                    self.write_yaml_value(&member.value, indent + self.unit.len().max(2), out);
                    from = member.span().end;
                }
                self.write_yaml_comments(from, node.span.end, indent, true, out);
            }
            NodeKind::Array(elements) if !elements.is_empty() => {
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        line(out);
                    }
                    out.push_str("- ");
                    self.write_yaml(element, indent + 2, out);
                }
            }
            NodeKind::Object(_) => out.push_str("{}"),
            NodeKind::Array(_) => out.push_str("[]"),
            NodeKind::String(text) => out.push_str(&quote_yaml(text)),
            NodeKind::Null | NodeKind::Missing => out.push_str("null"),
            // A bare `${…}` would be a mapping in YAML.
            NodeKind::Substitution(text) if text.starts_with("${") => out.push_str(&quote_json(text)),
            scalar => out.push_str(&scalar_json(scalar)),
        }
    }

    fn write_yaml_value(&self, value: &Node, indent: usize, out: &mut String) {
        let nested = !value.members().is_empty() || !value.elements().is_empty();
        if nested {
            out.push_str(self.newline);
            out.push_str(&" ".repeat(indent));
        } else {
            out.push(' ');
        }
        self.write_yaml(value, indent, out);
    }

    /// JSON comments as YAML comments, each on lines of its own.
    fn write_yaml_comments(&self, from: u32, to: u32, indent: usize, after_line: bool, out: &mut String) {
        let Some(document) = self.document else { return };
        let first = document.comments().partition_point(|comment| comment.start < from);
        for comment in document.comments()[first..].iter().take_while(|comment| comment.end <= to) {
            let text = document.slice(*comment);
            let text =
                text.trim_start_matches("//").trim_start_matches("/*").trim_end_matches("*/").trim_start_matches('#');
            for line in text.lines() {
                if after_line {
                    out.push_str(self.newline);
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str(&format!("# {}", line.trim()));
                if !after_line {
                    out.push_str(self.newline);
                    out.push_str(&" ".repeat(indent));
                }
            }
        }
    }
}

fn scalar_json(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(text) | NodeKind::Substitution(text) => text.to_string(),
        NodeKind::String(text) => quote_json(text),
        _ => "null".to_owned(),
    }
}

//! Strings of Terraform: interpolations, here documents, `jsonencode`.

use asl::syntax::{Member, Span};
use asl::{Node, NodeKind, Text};
use hcl_edit::expr::{Expression, ObjectKey};

use super::super::Binding;
use super::{File, slice};
use crate::expr::{Part, split_template};

/// Interpolations that are no plain names get names, so that the text is a definition with holes.
pub(super) fn simplify(text: &str, bindings: &mut Vec<Binding>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let escaped = rest[..at].ends_with('$');
        let Some(end) = close(&rest[at..]) else { break };
        let inside = rest[at + 2..at + end].trim();
        result.push_str(&rest[..at]);
        let simple = matches!(split_template(&format!("${{{inside}}}"))[..], [Part::Hole { .. }]);
        if escaped || inside.is_empty() {
            result.push_str(&rest[at..=at + end]);
        } else if simple {
            result.push_str(&format!("${{{inside}}}"));
            if bindings.iter().all(|binding| binding.hole != inside) {
                bindings.push(Binding { hole: inside.to_owned(), expression: inside.to_owned() });
            }
        } else {
            let known =
                bindings.iter().find(|binding| binding.expression == inside).map(|binding| binding.hole.clone());
            let hole = known.unwrap_or_else(|| {
                let base = crate::names::pascal(inside);
                let base: String = base.chars().take(60).collect();
                let mut names = crate::names::Names::default();
                for binding in bindings.iter() {
                    names.take(&binding.hole);
                }
                let hole = names.take(&base);
                bindings.push(Binding { hole: hole.clone(), expression: inside.to_owned() });
                hole
            });
            result.push_str(&format!("${{{hole}}}"));
        }
        rest = &rest[at + end + 1..];
    }
    result.push_str(rest);
    result
}

/// The offset of the brace that closes the one at offset 1, strings within skipped.
fn close(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut quoted = false;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            '\n' if depth > 0 => return None,
            _ => {}
        }
        before = c;
    }
    None
}

/// A here document taken apart.
pub(super) struct Heredoc<'t> {
    /// `<<-EOF` with its line end.
    head: &'t str,
    lines: Vec<&'t str>,
    /// Blanks taken off every line by `<<-`.
    indent: usize,
    tail: &'t str,
    pub(super) content: String,
}

impl<'t> Heredoc<'t> {
    pub(super) fn of(source: &'t str) -> Option<Self> {
        let (head, rest) = source.split_at(source.find('\n')? + 1);
        let marker = head.trim().trim_start_matches("<<").trim_start_matches('-');
        let tail_at = rest.rfind(marker)?;
        let tail_line = rest[..tail_at].rfind('\n').map_or(0, |line| line + 1);
        let (inside, tail) = rest.split_at(tail_line);
        let lines: Vec<&str> = inside.split_inclusive('\n').collect();
        let indent = if head.trim_start().starts_with("<<-") {
            lines
                .iter()
                .filter(|line| !line.trim().is_empty())
                .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
                .min()
                .unwrap_or(0)
        } else {
            0
        };
        let content = lines.iter().map(|line| line.get(indent..).unwrap_or("\n")).collect();
        Some(Self { head, lines, indent, tail, content })
    }

    pub(super) fn with(&self, content: &str) -> String {
        let pad = self
            .lines
            .iter()
            .find(|line| !line.trim().is_empty())
            .and_then(|line| line.get(..self.indent))
            .unwrap_or("")
            .to_owned();
        let crlf = self.head.ends_with("\r\n");
        let mut text = self.head.to_owned();
        for line in content.trim_end_matches('\n').split('\n') {
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                text.push_str(&pad);
                text.push_str(line);
            }
            text.push_str(if crlf { "\r\n" } else { "\n" });
        }
        text.push_str(self.tail);
        text
    }
}

/// `jsonencode({ … })` as the JSON it makes, expressions as holes.
pub(super) fn encoded(file: &File<'_>, expression: &Expression, bindings: &mut Vec<Binding>) -> Node {
    let kind = match expression {
        Expression::Null(_) => NodeKind::Null,
        Expression::Bool(value) => NodeKind::Bool(*value.value()),
        Expression::Number(_) => NodeKind::Number(slice(file, expression).into()),
        Expression::String(value) => NodeKind::String(value.value().as_str().into()),
        Expression::Parenthesis(inner) => return encoded(file, inner.inner(), bindings),
        Expression::Array(array) => {
            NodeKind::Array(array.iter().map(|element| encoded(file, element, bindings)).collect())
        }
        Expression::Object(object) => NodeKind::Object(
            object
                .iter()
                .map(|(key, value)| {
                    let key = match key {
                        ObjectKey::Ident(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(Expression::String(name)) => name.value().clone(),
                        ObjectKey::Expression(other) => simplify(slice(file, other).trim_matches('"'), bindings),
                    };
                    Member {
                        key: Text { value: key.into(), span: Span::default() },
                        value: encoded(file, value.expr(), bindings),
                    }
                })
                .collect(),
        ),
        // Objects that are merged as they stand are one.
        Expression::FuncCall(call)
            if call.name.name.as_str() == "merge"
                && call.args.iter().all(|one| matches!(one, Expression::Object(_))) =>
        {
            let mut merged: Vec<Member> = Vec::new();
            for argument in call.args.iter() {
                for member in encoded(file, argument, bindings).members() {
                    merged.retain(|known| known.key.value != member.key.value);
                    merged.push(member.clone());
                }
            }
            NodeKind::Object(merged)
        }
        Expression::StringTemplate(_) => {
            let inside = slice(file, expression).trim_matches('"');
            NodeKind::String(simplify(inside, bindings).into())
        }
        other => NodeKind::String(simplify(&format!("${{{}}}", slice(file, other)), bindings).into()),
    };
    Node::new(kind, Span::default())
}

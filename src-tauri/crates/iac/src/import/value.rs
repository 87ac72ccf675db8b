//! Definitions that are objects of a template: intrinsic functions become holes.

use asl::syntax::Span;
use asl::{Node, NodeKind, Text};

use super::Binding;
use crate::expr::{Part, split_template};
use crate::template::{Item, ItemKind, Style};

/// Reads an object of a template as a definition.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) bindings: Vec<Binding>,
}

impl Reader<'_> {
    pub(super) fn node(&mut self, item: &Item) -> Node {
        let kind = match intrinsic(item) {
            Some((function, argument)) => NodeKind::String(self.intrinsic(item, &function, &argument).into()),
            None => match &item.kind {
                ItemKind::Scalar(text) => scalar(text, item.style),
                ItemKind::List(items) => NodeKind::Array(items.iter().map(|item| self.node(item)).collect()),
                ItemKind::Map(entries) => NodeKind::Object(
                    entries
                        .iter()
                        .map(|(key, value)| asl::syntax::Member {
                            key: Text { value: key.scalar().unwrap_or_default().into(), span: Span::default() },
                            value: self.node(value),
                        })
                        .collect(),
                ),
            },
        };
        Node::new(kind, Span::default())
    }

    /// The text of an intrinsic function, with holes for what only a deployment knows.
    pub(super) fn intrinsic(&mut self, item: &Item, function: &str, argument: &Item) -> String {
        match (function, &argument.kind) {
            ("Ref", ItemKind::Scalar(id)) => self.hole(id, item),
            ("GetAtt", ItemKind::Scalar(path)) => self.hole(path, item),
            ("GetAtt", ItemKind::List(parts)) => {
                let path: Vec<&str> = parts.iter().filter_map(Item::as_str).collect();
                if path.len() == parts.len() { self.hole(&path.join("."), item) } else { self.unnamed(item) }
            }
            ("Sub", ItemKind::Scalar(text)) => {
                self.bind_all(text, "!Sub");
                text.clone()
            }
            ("Sub", ItemKind::List(parts)) => match parts.first().and_then(Item::as_str) {
                Some(text) => {
                    for (name, value) in parts.get(1).map(Item::entries).unwrap_or_default() {
                        self.bind(name.scalar().unwrap_or_default(), self.source(value));
                    }
                    self.bind_all(text, "!Sub");
                    text.to_owned()
                }
                None => self.unnamed(item),
            },
            ("Join", ItemKind::List(parts)) => match (parts.first().and_then(Item::as_str), parts.get(1)) {
                (Some(between), Some(list)) if matches!(list.kind, ItemKind::List(_)) => {
                    let pieces: Vec<String> = list
                        .items()
                        .iter()
                        .map(|piece| match intrinsic(piece) {
                            Some((function, argument)) => self.intrinsic(piece, &function, &argument),
                            None => piece.scalar().unwrap_or_default().to_owned(),
                        })
                        .collect();
                    pieces.join(between)
                }
                _ => self.unnamed(item),
            },
            _ => self.unnamed(item),
        }
    }

    pub(super) fn source(&self, item: &Item) -> String {
        self.text.get(item.span.clone()).unwrap_or("").trim().to_owned()
    }

    fn hole(&mut self, name: &str, item: &Item) -> String {
        let expression = self.source(item);
        let legal = matches!(split_template(&format!("${{{name}}}"))[..], [Part::Hole { .. }]);
        if !legal {
            return self.unnamed(item);
        }
        self.bind(name, expression);
        format!("${{{name}}}")
    }

    /// An expression without a name of its own.
    fn unnamed(&mut self, item: &Item) -> String {
        let expression = self.source(item);
        if let Some(known) = self.bindings.iter().find(|binding| binding.expression == expression) {
            return format!("${{{}}}", known.hole);
        }
        let name = (1..)
            .map(|number| format!("Value{number}"))
            .find(|name| self.bindings.iter().all(|binding| binding.hole != *name))
            .expect("there are more numbers than holes");
        self.bind(&name, expression);
        format!("${{{name}}}")
    }

    pub(super) fn bind(&mut self, hole: &str, expression: String) {
        if self.bindings.iter().all(|binding| binding.hole != hole) {
            self.bindings.push(Binding { hole: hole.to_owned(), expression });
        }
    }

    /// Every hole of a substituted string refers to a resource or a parameter.
    pub(super) fn bind_all(&mut self, text: &str, function: &str) {
        let _ = function;
        for hole in super::holes(text) {
            let expression = if hole.contains('.') { format!("!GetAtt {hole}") } else { format!("!Ref {hole}") };
            self.bind(&hole, expression);
        }
    }
}

/// A reference as a template writes it (`!GetAtt [Charge, Arn]`), as text with holes.
pub(crate) fn reference_text(source: &str) -> Option<String> {
    let item = crate::template::parse(source).ok()?;
    let (function, argument) = intrinsic(&item)?;
    Some(Reader { text: source, bindings: Vec::new() }.intrinsic(&item, &function, &argument))
}

/// An intrinsic function, but not a state whose only field happens to look like one.
pub(super) fn intrinsic(item: &Item) -> Option<(String, Item)> {
    let (function, argument) = item.call()?;
    let known = [
        "Ref",
        "GetAtt",
        "Sub",
        "Join",
        "Select",
        "Split",
        "If",
        "FindInMap",
        "ImportValue",
        "Base64",
        "GetAZs",
        "Cidr",
        "Transform",
        "ToJsonString",
        "Length",
    ];
    known.contains(&function).then(|| (function.to_owned(), argument))
}

/// A scalar as YAML's core schema reads it, JSON's numbers only.
fn scalar(text: &str, style: Style) -> NodeKind {
    if style != Style::Plain {
        return NodeKind::String(text.into());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Bool(true),
        "false" | "False" | "FALSE" => NodeKind::Bool(false),
        _ if is_number(text) => NodeKind::Number(text.into()),
        _ => NodeKind::String(text.into()),
    }
}

pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    digits.starts_with(|c: char| c.is_ascii_digit())
        && !leading_zero
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
        && !digits.ends_with('.')
}

//! The document: text and the tree over it.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, TextEdit};
use crate::syntax::{self, LineIndex, Node, NodeKind, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    #[default]
    Json,
    Yaml,
}

/// A definition as it stands in its file. Printing gives the bytes that were read.
#[derive(Debug, Clone)]
pub struct Document {
    text: Arc<str>,
    format: Format,
    root: Node,
    comments: Vec<Span>,
    broken: bool,
    lines: LineIndex,
}

impl Document {
    /// Reads JSON, or YAML if the text does not begin like JSON. Total: every text gives a document.
    pub fn parse(text: &str) -> (Self, Vec<Diagnostic>) {
        Self::parse_as(text, Format::guess(text))
    }

    pub fn parse_as(text: &str, format: Format) -> (Self, Vec<Diagnostic>) {
        let (root, diagnostics, comments, broken) = match format {
            Format::Json => {
                let parsed = syntax::parse_json(text);
                (parsed.root, parsed.diagnostics, parsed.comments, parsed.broken)
            }
            Format::Yaml => {
                let parsed = syntax::parse_yaml(text);
                (parsed.root, parsed.diagnostics, parsed.comments, parsed.broken)
            }
        };
        let document = Self { text: text.into(), format, root, comments, broken, lines: LineIndex::new(text) };
        (document, diagnostics)
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Comments with their delimiters, in order.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Something could not be read as meant, so that the tree may differ from what its author had in mind.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The value a JSON pointer leads to.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        let mut node = &self.root;
        for step in pointer.split('/').skip(1) {
            let key = step.replace("~1", "/").replace("~0", "~");
            node = match &node.kind {
                NodeKind::Array(elements) => elements.get(key.parse::<usize>().ok()?)?,
                _ => node.get(&key)?,
            };
        }
        Some(node)
    }

    /// The JSON pointer of the innermost value or key at an offset.
    pub fn pointer_at(&self, offset: u32) -> String {
        let mut pointer = String::new();
        let mut node = &self.root;
        'deeper: loop {
            for member in node.members() {
                if member.key.span.contains(offset) {
                    syntax::push_pointer(&mut pointer, &member.key.value);
                    return pointer;
                }
                if member.value.span.contains(offset) {
                    syntax::push_pointer(&mut pointer, &member.key.value);
                    node = &member.value;
                    continue 'deeper;
                }
            }
            for (at, element) in node.elements().iter().enumerate() {
                if element.span.contains(offset) {
                    syntax::push_pointer(&mut pointer, &at.to_string());
                    node = element;
                    continue 'deeper;
                }
            }
            return pointer;
        }
    }
}

impl Format {
    /// JSON begins with a bracket or a comment; text that begins otherwise is YAML. Empty text will be JSON.
    pub fn guess(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let json = text.is_empty() || text.starts_with(['{', '[']) || text.starts_with("//") || text.starts_with("/*");
        if json { Format::Json } else { Format::Yaml }
    }

    /// What the name of a file says, if it says something.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match extension.as_str() {
            "yaml" | "yml" => Some(Format::Yaml),
            "json" | "json5" | "jsonc" | "asl" => Some(Format::Json),
            _ => None,
        }
    }
}

/// Applies edits that are ascending and disjoint.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> String {
    let mut result = String::with_capacity(text.len() + edits.iter().map(|edit| edit.insert.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        debug_assert!(edit.span.start as usize >= at, "edits are ascending and disjoint");
        result.push_str(&text[at..edit.span.start as usize]);
        result.push_str(&edit.insert);
        at = edit.span.end as usize;
    }
    result.push_str(&text[at..]);
    result
}

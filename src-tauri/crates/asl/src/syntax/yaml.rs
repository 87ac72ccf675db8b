//! YAML to the same tree as JSON, with spans into the YAML text.
//!
//! The events come from `saphyr-parser`. A value with a tag of a template language (`!GetAtt`, `!Join`) is only known once
//! the template is deployed: it becomes a [`NodeKind::Substitution`] that holds its text. `!Sub` gives the string itself,
//! whose `${…}` is a placeholder like any other. Aliases give a copy of what they stand for, merge keys its members.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{MAX_BYTES, MAX_DEPTH, Member, Node, NodeKind, Span, Text};
use crate::diagnostic::Diagnostic;

/// Aliases of aliases could make a small text a big tree.
const MAX_NODES: usize = 1_000_000;
const MAX_DIAGNOSTICS: usize = 200;

#[derive(Debug, Clone)]
pub struct ParsedYaml {
    pub root: Node,
    pub diagnostics: Vec<Diagnostic>,
    pub comments: Vec<Span>,
    pub broken: bool,
}

pub fn parse(text: &str) -> ParsedYaml {
    let mut builder = Builder {
        text,
        offsets: Offsets::new(text),
        open: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        nodes: 0,
        scalars: Vec::new(),
        diagnostics: Vec::new(),
    };
    if text.len() > MAX_BYTES {
        let message = format!("the text has {} bytes, more than the {MAX_BYTES} that are read", text.len());
        builder.report(message, Span::empty(0));
    } else {
        builder.read();
    }
    let comments = builder.comments();
    let Builder { root, diagnostics, .. } = builder;
    let root = root.unwrap_or_else(|| Node::missing(0));
    ParsedYaml { root, broken: !diagnostics.is_empty(), diagnostics, comments }
}

/// The parser counts characters; spans count bytes.
struct Offsets(Option<Vec<u32>>);

impl Offsets {
    fn new(text: &str) -> Self {
        let starts = || text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
        Self((!text.is_ascii() && text.len() <= MAX_BYTES).then(starts))
    }

    fn byte(&self, character: usize, text: &str) -> usize {
        match &self.0 {
            Some(starts) => starts.get(character).map_or(text.len(), |at| *at as usize),
            None => character.min(text.len()),
        }
    }
}

struct Builder<'t> {
    text: &'t str,
    offsets: Offsets,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    scalars: Vec<Span>,
    diagnostics: Vec<Diagnostic>,
}

/// A mapping or a sequence that is being read.
struct Open {
    start: usize,
    anchor: usize,
    /// A tag that makes all of it a placeholder.
    opaque: bool,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { members: Vec<Member>, names: HashSet<Arc<str>>, key: Option<Text> },
}

impl Builder<'_> {
    fn read(&mut self) {
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let at = self.offsets.byte(error.marker().index(), self.text);
                    let end = (at + 1).min(self.text.len());
                    self.report(error.info().to_owned(), Span::new(at.min(end), end));
                    break;
                }
            };
            let span = Span::new(
                self.offsets.byte(span.start.index(), self.text),
                self.offsets.byte(span.end.index(), self.text),
            );
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    self.report("only the first document of the file is read", span);
                    break;
                }
            }
            if !self.event(event, span) {
                break;
            }
        }
        while let Some(open) = self.open.pop() {
            self.finish(open, None);
        }
    }

    /// False if reading has to stop.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.report("the document has too many values", span);
            return false;
        }
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.scalars.push(span);
                let node = self.scalar(&value, style, tag.as_deref(), span);
                self.place(node, anchor);
            }
            Event::SequenceStart(anchor, tag) => {
                return self.open(Content::Sequence(Vec::new()), anchor, tag.as_deref(), span);
            }
            Event::MappingStart(anchor, tag) => {
                return self.open(
                    Content::Mapping { members: Vec::new(), names: HashSet::new(), key: None },
                    anchor,
                    tag.as_deref(),
                    span,
                );
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let closed = !span.is_empty();
                    self.finish(open, closed.then_some(span.end as usize));
                }
            }
            Event::Alias(anchor) => return self.alias(anchor, span),
            _ => {}
        }
        true
    }

    fn open(&mut self, content: Content, anchor: usize, tag: Option<&Tag>, span: Span) -> bool {
        if self.open.len() >= MAX_DEPTH {
            self.report(format!("values may be nested {MAX_DEPTH} deep"), span);
            return false;
        }
        let opaque = tag.is_some_and(|tag| template_tag(tag).is_some());
        self.open.push(Open { start: span.start as usize, anchor, opaque, content });
        true
    }

    fn finish(&mut self, open: Open, end: Option<usize>) {
        // A block has no end of its own: it ends with the last thing inside.
        let end = end.unwrap_or_else(|| self.block_end(&open));
        let mut span = Span::new(open.start.min(end), end);
        let kind = match open.content {
            _ if open.opaque => {
                span = self.with_tag(span);
                NodeKind::Substitution(self.text[span.range()].trim_end().into())
            }
            Content::Sequence(elements) => NodeKind::Array(elements),
            Content::Mapping { mut members, key, .. } => {
                if let Some(key) = key {
                    let at = key.span.end as usize;
                    members.push(Member { key, value: Node::missing(at) });
                }
                NodeKind::Object(self.merge(members))
            }
        };
        self.place(Node::new(kind, span), open.anchor);
    }

    /// The end of the last thing inside.
    fn block_end(&self, open: &Open) -> usize {
        let last = match &open.content {
            Content::Sequence(elements) => elements.last().map(|node| node.span.end),
            Content::Mapping { members, key, .. } => {
                let member = members.last().map(|member| member.value.span.end.max(member.key.span.end));
                key.as_ref().map(|key| key.span.end).max(member)
            }
        };
        last.map_or(open.start, |end| end as usize)
    }

    /// Extends a span to the left by the tag before it.
    fn with_tag(&self, span: Span) -> Span {
        let before = self.text[..span.start as usize].trim_end();
        let word = before.rfind(|c: char| c.is_whitespace()).map_or(0, |at| at + 1);
        if before[word..].starts_with('!') { Span::new(word, span.end as usize) } else { span }
    }

    fn place(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.content {
            Content::Sequence(elements) => elements.push(node),
            Content::Mapping { members, names, key } => match key.take() {
                Some(key) => {
                    let duplicate = !names.insert(key.value.clone()) && &*key.value != "<<";
                    let (name, span) = (key.value.clone(), key.span);
                    members.push(Member { key, value: node });
                    if duplicate {
                        self.report(format!("Duplicate field '{name}'"), span);
                    }
                }
                None => {
                    let value = match &node.kind {
                        NodeKind::String(text) | NodeKind::Number(text) | NodeKind::Substitution(text) => text.clone(),
                        NodeKind::Bool(_) | NodeKind::Null => self.text[node.span.range()].into(),
                        _ => {
                            let place = node.span;
                            *key = Some(Text { value: Arc::from(""), span: place });
                            self.report("names of fields are text", place);
                            return;
                        }
                    };
                    *key = Some(Text { value, span: node.span });
                }
            },
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> bool {
        let Some(target) = self.anchors.get(&anchor) else {
            self.report("the alias stands inside of what it names", span);
            self.place(Node::new(NodeKind::Missing, span), 0);
            return true;
        };
        let copy = Node::new(target.kind.clone(), span);
        self.nodes += count(&copy);
        if self.nodes > MAX_NODES {
            self.report("the aliases make too many values", span);
            return false;
        }
        self.place(copy, 0);
        true
    }

    /// `<<: *anchor` adds the members that are not there.
    fn merge(&mut self, members: Vec<Member>) -> Vec<Member> {
        if !members.iter().any(|member| &*member.key.value == "<<") {
            return members;
        }
        let (merges, mut own): (Vec<Member>, Vec<Member>) =
            members.into_iter().partition(|member| &*member.key.value == "<<");
        let mut names: HashSet<Arc<str>> = own.iter().map(|member| member.key.value.clone()).collect();
        for merge in merges {
            let sources = match &merge.value.kind {
                NodeKind::Array(elements) => elements.as_slice(),
                _ => std::slice::from_ref(&merge.value),
            };
            for member in sources.iter().flat_map(Node::members) {
                if names.insert(member.key.value.clone()) {
                    own.push(member.clone());
                }
            }
        }
        own
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        if let Some(name) = tag.and_then(template_tag) {
            let span = self.with_tag(span);
            if name == "Sub" {
                return Node::new(NodeKind::String(value.into()), span);
            }
            return Node::new(NodeKind::Substitution(self.text[span.range()].trim_end().into()), span);
        }
        let forced_text = tag.is_some_and(|tag| tag.suffix == "str");
        let kind =
            if style == ScalarStyle::Plain && !forced_text { plain(value) } else { NodeKind::String(value.into()) };
        Node::new(kind, trim(self.text, span))
    }

    fn report(&mut self, message: impl Into<String>, span: Span) {
        if self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.diagnostics.push(Diagnostic::syntax(message, span));
        }
    }

    /// `#` to the end of the line, where it does not belong to a scalar.
    fn comments(&self) -> Vec<Span> {
        let bytes = self.text.as_bytes();
        let mut found = Vec::new();
        let mut scalars = self.scalars.iter().peekable();
        let mut at = 0;
        while at < bytes.len() {
            while scalars.next_if(|scalar| scalar.end as usize <= at).is_some() {}
            if let Some(scalar) = scalars.peek()
                && scalar.start as usize <= at
            {
                at = scalar.end as usize;
                continue;
            }
            let begins = at == 0 || matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b'\r');
            if bytes[at] == b'#' && begins {
                let end = self.text[at..].find(['\n', '\r']).map_or(bytes.len(), |length| at + length);
                found.push(Span::new(at, end));
                at = end;
            } else {
                at += 1;
            }
        }
        found
    }
}

/// The name of a tag of a template language; `None` for the tags of YAML itself.
fn template_tag(tag: &Tag) -> Option<&str> {
    (tag.handle == "!" && !tag.suffix.is_empty()).then_some(&*tag.suffix)
}

/// Block scalars end where the next line begins; what people call their end is the end of their last line.
fn trim(text: &str, span: Span) -> Span {
    let range = span.range();
    let content = text.get(range).unwrap_or_default();
    let trimmed = content.trim_end_matches([' ', '\t', '\n', '\r']);
    Span::new(span.start as usize, span.start as usize + trimmed.len())
}

fn count(node: &Node) -> usize {
    1 + node.elements().iter().map(count).sum::<usize>()
        + node.members().iter().map(|member| count(&member.value)).sum::<usize>()
}

/// The core schema of YAML 1.2, as far as JSON can say it.
fn plain(value: &str) -> NodeKind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => return NodeKind::Null,
        "true" | "True" | "TRUE" => return NodeKind::Bool(true),
        "false" | "False" | "FALSE" => return NodeKind::Bool(false),
        _ => {}
    }
    let first = value.bytes().next().unwrap_or_default();
    if (first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.'))
        && super::json::is_number(value.trim_start_matches('+'))
    {
        return NodeKind::Number(value.trim_start_matches('+').into());
    }
    NodeKind::String(value.into())
}

/// How a text is written as a plain scalar if it can be, else in double quotes.
pub(crate) fn quote_yaml(text: &str) -> String {
    let plain_first = |c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '$' | '(');
    // Older readers of YAML take these for booleans.
    let yes_or_no = ["y", "n", "yes", "no", "on", "off"].iter().any(|word| word.eq_ignore_ascii_case(text));
    let safe = !yes_or_no
        && text.chars().next().is_some_and(plain_first)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
        && !text.chars().any(|c| c.is_control() || "{}[],&*?|<>=!%@`\"'\\#".contains(c))
        && matches!(plain(text), NodeKind::String(_));
    if safe { text.to_owned() } else { super::quote_json(text) }
}

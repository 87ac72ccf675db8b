//! Templates as trees with spans: YAML with CloudFormation's tags, or JSON. The text is never rebuilt from the tree.

use std::collections::HashMap;
use std::ops::Range;

use asl::{Document, Format, Node, NodeKind};
use libyaml_safer::{Event, EventData, MappingStyle, Parser, ScalarStyle, SequenceStyle};

/// Larger templates are refused: CloudFormation's own limit is 1 MB.
pub const MAX_BYTES: usize = 8 << 20;
const MAX_DEPTH: usize = 200;
/// Aliases are copied; a template that grows beyond this is hostile.
const MAX_ITEMS: usize = 500_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Of the value in the text: quotes, block marks and tags included.
    pub span: Range<usize>,
    pub kind: ItemKind,
    /// `Sub` of `!Sub`.
    pub tag: Option<String>,
    pub style: Style,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    Scalar(String),
    List(Vec<Item>),
    Map(Vec<(Item, Item)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    Block,
    Flow,
    /// Came through an alias: the text stands elsewhere.
    Alias,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct TemplateError {
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Reads a template.
///
/// # Errors
/// When it is neither JSON nor YAML, too large or too deep.
pub fn parse(text: &str) -> Result<Item, TemplateError> {
    if text.len() > MAX_BYTES {
        return Err(TemplateError { line: 1, message: format!("larger than {MAX_BYTES} bytes") });
    }
    if is_json(text) {
        let (document, diagnostics) = Document::parse_as(text, Format::Json);
        // Some authors write flow YAML; only sound JSON is read as JSON.
        if diagnostics.iter().all(|diagnostic| !diagnostic.is_error()) {
            return Ok(of_node(document.root()));
        }
    }
    // A byte order mark would count as a column.
    let plain = text.trim_start_matches(BYTE_ORDER_MARK);
    let mut item = Builder::new(plain).document()?;
    if plain.len() < text.len() {
        item.shift(text.len() - plain.len());
    }
    Ok(item)
}

/// Some editors begin a file with it.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether a template is JSON rather than YAML.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start_matches(BYTE_ORDER_MARK).trim_start().starts_with('{')
}

fn of_node(node: &Node) -> Item {
    let span = node.span.range();
    let item = |kind, style| Item { span: span.clone(), kind, tag: None, style };
    match &node.kind {
        NodeKind::Null | NodeKind::Missing => item(ItemKind::Scalar("null".into()), Style::Plain),
        NodeKind::Bool(value) => item(ItemKind::Scalar(value.to_string()), Style::Plain),
        NodeKind::Number(raw) => item(ItemKind::Scalar(raw.to_string()), Style::Plain),
        NodeKind::String(text) => item(ItemKind::Scalar(text.to_string()), Style::DoubleQuoted),
        NodeKind::Substitution(text) => item(ItemKind::Scalar(text.to_string()), Style::Plain),
        NodeKind::Array(elements) => item(ItemKind::List(elements.iter().map(of_node).collect()), Style::Flow),
        NodeKind::Object(members) => item(
            ItemKind::Map(
                members
                    .iter()
                    .map(|member| {
                        let key = Item {
                            span: member.key.span.range(),
                            kind: ItemKind::Scalar(member.key.value.to_string()),
                            tag: None,
                            style: Style::DoubleQuoted,
                        };
                        (key, of_node(&member.value))
                    })
                    .collect(),
            ),
            Style::Flow,
        ),
    }
}

struct Builder<'t> {
    text: &'t str,
    events: Vec<Event>,
    at: usize,
    anchors: HashMap<String, Item>,
    items: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, events: Vec::new(), at: 0, anchors: HashMap::new(), items: 0 }
    }

    fn document(mut self) -> Result<Item, TemplateError> {
        let mut input = self.text.as_bytes();
        let mut parser = Parser::new();
        // Guessing takes some first letters for half a byte order mark.
        parser.set_encoding(libyaml_safer::Encoding::Utf8);
        parser.set_input_string(&mut input);
        let mut depth = 0_usize;
        loop {
            let event = parser.parse().map_err(|error| TemplateError {
                line: error.problem_mark().map_or(1, |mark| usize::try_from(mark.line).unwrap_or(0) + 1),
                message: match error.context() {
                    Some(context) => format!("{} {context}", error.problem()),
                    None => error.problem().to_owned(),
                },
            })?;
            match &event.data {
                EventData::StreamEnd => break,
                EventData::StreamStart { .. } | EventData::DocumentStart { .. } => continue,
                // Only the first document counts.
                EventData::DocumentEnd { .. } => break,
                EventData::MappingStart { .. } | EventData::SequenceStart { .. } => depth += 1,
                EventData::MappingEnd | EventData::SequenceEnd => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > MAX_DEPTH || self.events.len() > MAX_ITEMS {
                return Err(TemplateError { line: 1, message: "nested too deeply or too large".to_owned() });
            }
            self.events.push(event);
        }
        self.item()
    }

    fn item(&mut self) -> Result<Item, TemplateError> {
        let Some(event) = self.events.get(self.at) else {
            return Ok(Item::nothing());
        };
        self.at += 1;
        self.items += 1;
        let start = byte(event.start_mark.index);
        let end = byte(event.end_mark.index);
        let line = usize::try_from(event.start_mark.line).unwrap_or(0) + 1;
        if self.items > MAX_ITEMS {
            return Err(TemplateError { line, message: "too large".to_owned() });
        }
        match &event.data {
            EventData::Scalar { anchor, tag, value, style, .. } => {
                let anchor = anchor.clone();
                let item = Item {
                    span: start..end,
                    kind: ItemKind::Scalar(value.clone()),
                    tag: short_tag(tag.as_deref()),
                    style: match style {
                        ScalarStyle::SingleQuoted => Style::SingleQuoted,
                        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                        ScalarStyle::Literal => Style::Literal,
                        ScalarStyle::Folded => Style::Folded,
                        _ => Style::Plain,
                    },
                };
                self.remember(anchor, &item);
                Ok(item)
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let (anchor, tag, flow) = (anchor.clone(), short_tag(tag.as_deref()), *style == SequenceStyle::Flow);
                let mut list = Vec::new();
                while !matches!(self.events.get(self.at).map(|event| &event.data), None | Some(EventData::SequenceEnd))
                {
                    list.push(self.item()?);
                }
                let end = self.close(flow, start, list.last());
                let item = Item { span: start..end, kind: ItemKind::List(list), tag, style: collection(flow) };
                self.remember(anchor, &item);
                Ok(item)
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let (anchor, tag, flow) = (anchor.clone(), short_tag(tag.as_deref()), *style == MappingStyle::Flow);
                let mut entries = Vec::new();
                while !matches!(self.events.get(self.at).map(|event| &event.data), None | Some(EventData::MappingEnd)) {
                    let key = self.item()?;
                    let value = self.item()?;
                    entries.push((key, value));
                }
                let end = self.close(flow, start, entries.last().map(|(_, value)| value));
                let item = Item { span: start..end, kind: ItemKind::Map(entries), tag, style: collection(flow) };
                self.remember(anchor, &item);
                Ok(item)
            }
            EventData::Alias { anchor } => {
                let Some(mut item) = self.anchors.get(anchor).cloned() else {
                    return Err(TemplateError { line, message: format!("there is no anchor {anchor:?}") });
                };
                self.items += count(&item);
                item.span = start..end;
                item.style = Style::Alias;
                Ok(item)
            }
            _ => Err(TemplateError { line, message: "unexpected structure".to_owned() }),
        }
    }

    /// A block's end mark stands at the next token; its text ends with its last item.
    fn close(&mut self, flow: bool, start: usize, last: Option<&Item>) -> usize {
        let end = self.events.get(self.at).map_or(start, |event| byte(event.end_mark.index));
        self.at += 1;
        if flow { end } else { last.map_or(start, |item| item.span.end) }
    }

    fn remember(&mut self, anchor: Option<String>, item: &Item) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, item.clone());
        }
    }
}

fn count(item: &Item) -> usize {
    match &item.kind {
        ItemKind::Scalar(_) => 1,
        ItemKind::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        ItemKind::Map(entries) => 1 + entries.iter().map(|(key, value)| count(key) + count(value)).sum::<usize>(),
    }
}

fn byte(index: u64) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

fn collection(flow: bool) -> Style {
    if flow { Style::Flow } else { Style::Block }
}

fn short_tag(tag: Option<&str>) -> Option<String> {
    tag.and_then(|tag| tag.strip_prefix('!')).filter(|tag| !tag.is_empty()).map(str::to_owned)
}

impl Item {
    /// Moves it and what is in it to the right.
    fn shift(&mut self, by: usize) {
        self.span = self.span.start + by..self.span.end + by;
        match &mut self.kind {
            ItemKind::Scalar(_) => {}
            ItemKind::List(items) => items.iter_mut().for_each(|item| item.shift(by)),
            ItemKind::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                key.shift(by);
                value.shift(by);
            }),
        }
    }

    /// What stands where there is nothing.
    pub fn nothing() -> Self {
        Self { span: 0..0, kind: ItemKind::Scalar(String::new()), tag: None, style: Style::Plain }
    }

    pub fn entries(&self) -> &[(Item, Item)] {
        match &self.kind {
            ItemKind::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Item] {
        match &self.kind {
            ItemKind::List(items) => items,
            _ => &[],
        }
    }

    pub fn get(&self, key: &str) -> Option<&Item> {
        self.entries().iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// A chain of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Item> {
        path.iter().try_fold(self, |item, key| item.get(key))
    }

    /// The text of a scalar without a tag of CloudFormation's.
    pub fn as_str(&self) -> Option<&str> {
        match (&self.kind, &self.tag) {
            (ItemKind::Scalar(text), None) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar, whatever its tag.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            ItemKind::Scalar(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_map(&self) -> bool {
        self.tag.is_none() && matches!(self.kind, ItemKind::Map(_))
    }

    pub fn is_true(&self) -> bool {
        self.as_str().is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on"))
    }

    /// An intrinsic function by its short name and its argument: `!Sub x` and `{"Fn::Sub": "x"}` alike.
    pub fn call(&self) -> Option<(&str, Item)> {
        if let Some(tag) = &self.tag {
            return Some((tag, Item { tag: None, ..self.clone() }));
        }
        match self.entries() {
            [(name, argument)] => {
                let name = name.as_str()?;
                let short = if name == "Ref" || name == "Condition" { name } else { name.strip_prefix("Fn::")? };
                Some((short, argument.clone()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_bytes_and_tags_are_short() {
        let text = "Ä: é\nA: !Sub '${B}'\nB: [1, !Ref X]\nC: |\n  a\n  b\nD: !GetAtt\n  - x\n  - y\n";
        let item = parse(text).unwrap();
        let a = item.get("A").unwrap();
        assert_eq!((a.tag.as_deref(), &text[a.span.clone()]), (Some("Sub"), "!Sub '${B}'"));
        assert_eq!(&text[item.get("B").unwrap().span.clone()], "[1, !Ref X]");
        assert_eq!(item.get("C").unwrap().as_str(), Some("a\nb\n"));
        assert_eq!(item.get("D").unwrap().call().unwrap().1.items().len(), 2);
    }

    #[test]
    fn hostile_templates_end() {
        let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (before, name) in ('a'..'j').zip('b'..'k') {
            bomb.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 10].join(", ")));
        }
        assert!(parse(&bomb).is_err(), "aliases may not explode");
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"{\"a\":".repeat(100_000)).is_err());
        assert!(parse("a: b: c").is_err());
    }
}

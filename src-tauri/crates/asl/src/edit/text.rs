//! Changes of single members and elements, in the layout that surrounds them.
//!
//! A [`Patch`] collects text edits against one document. JSON and the flow style of YAML separate items by commas, the
//! block style by lines.

use crate::diagnostic::TextEdit;
use crate::document::{Document, Format};
use crate::edit::Refusal;
use crate::edit::print::Printer;
use crate::syntax::{Member, Node, NodeKind, Span, Text, quote_json, quote_yaml};

/// Edits of one document, in any order, until [`Patch::finish`].
pub(crate) struct Patch<'d> {
    pub(crate) document: &'d Document,
    edits: Vec<TextEdit>,
}

/// What a value that is written anew looks like.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    /// Laid out anew.
    Tree(&'a Node),
    /// Text of the same format, whose lines after the first are indented by so many blanks.
    Moved { text: String, indent: usize, block: bool },
}

/// An object or array with the places of what is in it.
struct Items {
    container: Span,
    spans: Vec<Span>,
    flow: bool,
}

impl<'d> Patch<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self { document, edits: Vec::new() }
    }

    /// Sorted and disjoint.
    pub(crate) fn finish(mut self) -> Result<Vec<TextEdit>, Refusal> {
        self.edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        self.edits.retain(|edit| !edit.span.is_empty() || !edit.insert.is_empty());
        let overlap = self.edits.windows(2).any(|pair| pair[0].span.end > pair[1].span.start);
        if overlap {
            return Err(Refusal::new("the change would touch one place twice"));
        }
        Ok(self.edits)
    }

    fn push(&mut self, edit: TextEdit) {
        self.edits.push(edit);
    }

    pub(crate) fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.push(TextEdit::replace(span, text));
    }

    /// Another string where one stands, in the style of the document.
    pub(crate) fn replace_string(&mut self, node: Span, text: &str) {
        let quoted = self.quote_like(node, text);
        self.replace(node, quoted);
    }

    pub(crate) fn rename_key(&mut self, key: &Text, name: &str) {
        self.replace_string(key.span, name);
    }

    /// Keeps the quotes that stand around the old text.
    fn quote_like(&self, old: Span, text: &str) -> String {
        match (self.document.format(), self.document.slice(old).chars().next()) {
            (Format::Yaml, Some('\'')) if !text.contains(['\n', '\r']) => format!("'{}'", text.replace('\'', "''")),
            (Format::Yaml, Some('"')) | (Format::Json, _) => quote_json(text),
            (Format::Yaml, _) => quote_yaml(text),
        }
    }

    pub(crate) fn set_value(&mut self, old: &Node, value: &Value<'_>) {
        let indent = self.indent_of_line(old.span.start);
        let in_block = self.document.format() == Format::Yaml && !self.is_inside_flow(old.span.start);
        if in_block {
            return self.set_block_value(old, value);
        }
        let text = self.render(value, indent, true);
        self.replace(old.span, text);
    }

    fn set_block_value(&mut self, old: &Node, value: &Value<'_>) {
        let before = &self.document.text()[..old.span.start as usize];
        let blank = before.len() - before.trim_end_matches([' ', '\n', '\r', '\t']).len();
        let start = old.span.start as usize - blank;
        let is_element = before[..start].ends_with('-');
        let text = if is_element {
            let text = self.render(value, self.column(old.span.start), false);
            format!(" {}", text.trim_start())
        } else {
            self.render_block_value(value, self.indent_of_line(start as u32))
        };
        self.replace(Span::new(start, old.span.end as usize), text);
    }

    /// Adds or replaces a member. New ones go behind `after` if it is there, else to the end.
    pub(crate) fn set_member(&mut self, object: &Node, name: &str, value: &Value<'_>, after: Option<&str>) {
        if let Some(member) = object.member(name) {
            if matches!(member.value.kind, NodeKind::Missing) || member.value.span.is_empty() {
                return self.fill_member(member, value);
            }
            return self.set_value(&member.value, value);
        }
        let members = object.members();
        let index = after
            .and_then(|after| members.iter().position(|member| &*member.key.value == after))
            .map_or(members.len(), |at| at + 1);
        self.insert_member(object, index, name, value);
    }

    /// A value behind a key that has none.
    fn fill_member(&mut self, member: &Member, value: &Value<'_>) {
        let end = member.key.span.end;
        let rest = &self.document.text()[end as usize..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let has_colon = rest[blank..].starts_with(':');
        let at = end + if has_colon { blank as u32 + 1 } else { 0 };
        let indent = self.indent_of_line(member.key.span.start);
        let flow = self.document.format() == Format::Json || self.is_inside_flow(at);
        let text = if flow {
            format!(" {}", self.render(value, indent, true))
        } else {
            self.render_block_value(value, indent)
        };
        let colon = if has_colon { "" } else { ":" };
        self.push(TextEdit::insert(at, format!("{colon}{text}")));
    }

    pub(crate) fn insert_member(&mut self, object: &Node, index: usize, name: &str, value: &Value<'_>) {
        let items = self.members(object);
        let name = name.to_owned();
        let value = value.clone();
        self.insert_item(&items, index, object, &|patch, indent, flow| {
            if flow {
                let key = if patch.document.format() == Format::Json { quote_json(&name) } else { quote_yaml(&name) };
                format!("{key}: {}", patch.render(&value, indent, true))
            } else {
                format!("{}:{}", quote_yaml(&name), patch.render_block_value(&value, indent))
            }
        });
    }

    pub(crate) fn insert_element(&mut self, array: &Node, index: usize, value: &Value<'_>) {
        let items = self.elements(array);
        let value = value.clone();
        self.insert_item(&items, index, array, &|patch, indent, flow| {
            if flow {
                patch.render(&value, indent, true)
            } else {
                let text = patch.render(&value, indent + 2, false);
                format!("- {}", text.trim_start())
            }
        });
    }

    pub(crate) fn remove_members(&mut self, object: &Node, names: &[&str]) {
        let items = self.members(object);
        let removed: Vec<usize> =
            (0..items.spans.len()).filter(|at| names.contains(&&*object.members()[*at].key.value)).collect();
        self.remove_items(&items, &removed);
    }

    pub(crate) fn remove_element(&mut self, array: &Node, index: usize) {
        let items = self.elements(array);
        self.remove_items(&items, &[index]);
    }

    fn members(&self, object: &Node) -> Items {
        let spans = object.members().iter().map(|member| self.member_span(member)).collect();
        Items { container: object.span, spans, flow: self.is_flow(object) }
    }

    fn member_span(&self, member: &Member) -> Span {
        if !member.value.span.is_empty() {
            return member.span();
        }
        let end = member.key.span.end as usize;
        let rest = &self.document.text()[end..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let colon = if rest[blank..].starts_with(':') { blank + 1 } else { 0 };
        Span::new(member.key.span.start as usize, end + colon)
    }

    fn elements(&self, array: &Node) -> Items {
        let spans = array.elements().iter().map(|element| element.span).collect();
        Items { container: array.span, spans, flow: self.is_flow(array) }
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.document.format() == Format::Json || self.document.slice(node.span).starts_with(['{', '['])
    }

    /// True if a flow collection of a YAML document holds the place.
    fn is_inside_flow(&self, at: u32) -> bool {
        let mut node = self.document.root();
        loop {
            if self.is_flow(node) && (node.is_object() || node.is_array()) {
                return true;
            }
            let inner = node.members().iter().map(|member| &member.value).chain(node.elements());
            match inner
                .into_iter()
                .find(|inner| inner.span.start <= at && at <= inner.span.end && !inner.span.is_empty())
            {
                Some(inner) if inner.span.start < at || inner.is_object() || inner.is_array() => {
                    if inner.span == node.span {
                        return false;
                    }
                    node = inner;
                }
                _ => return false,
            }
        }
    }

    fn insert_item(
        &mut self,
        items: &Items,
        index: usize,
        container: &Node,
        write: &dyn Fn(&Self, usize, bool) -> String,
    ) {
        if items.spans.is_empty() {
            return self.insert_first_item(items, container, write);
        }
        if !items.flow {
            return self.insert_line_item(items, index, write);
        }
        if let Some(next) = items.spans.get(index) {
            let separator = space_before(self.document, next.start);
            let text = write(self, self.indent_of_line(next.start), true);
            self.push(TextEdit::insert(next.start, format!("{text},{separator}")));
            return;
        }
        let last = items.spans[items.spans.len() - 1];
        let separator = space_before(self.document, last.start);
        let text = write(self, self.indent_of_line(last.start), true);
        match self.comma_after(last.end) {
            // A trailing comma that should not be there serves.
            Some(comma) => self.push(TextEdit::insert(comma + 1, format!("{separator}{text}"))),
            None => {
                let line_end = self.end_of_comment_after(last.end);
                if line_end == last.end {
                    self.push(TextEdit::insert(last.end, format!(",{separator}{text}")));
                } else {
                    self.push(TextEdit::insert(last.end, ","));
                    self.push(TextEdit::insert(line_end, format!("{separator}{text}")));
                }
            }
        }
    }

    fn insert_first_item(&mut self, items: &Items, container: &Node, write: &dyn Fn(&Self, usize, bool) -> String) {
        let outer = self.indent_of_line(items.container.start);
        let inner = outer + self.unit().chars().count();
        if self.is_empty_block_value(items.container) {
            // `States: {}` is as much of the block style as its surroundings are.
            let text = write(self, inner, false);
            let start = self.blank_start(items.container.start);
            let span = Span { start, end: items.container.end };
            return self.replace(span, format!("{}{}{text}", self.newline(), self.pad(inner)));
        }
        if items.flow {
            let (open, close) = if container.is_array() { ('[', ']') } else { ('{', '}') };
            let text = write(self, inner, true);
            let newline = self.newline();
            let (before, after) = if self.has_lines() && !container.is_array() {
                (format!("{newline}{}", self.pad(inner)), format!("{newline}{}", self.pad(outer)))
            } else {
                (String::new(), String::new())
            };
            return self.replace(items.container, format!("{open}{before}{text}{after}{close}"));
        }
        let text = write(self, inner, false);
        let insert = format!("{}{}{text}", self.newline(), self.pad(inner));
        self.replace(items.container, insert);
    }

    /// A `{}` behind a key in the block style of YAML.
    fn is_empty_block_value(&self, container: Span) -> bool {
        if self.document.format() != Format::Yaml || self.document.slice(container) != "{}" {
            return false;
        }
        let start = self.blank_start(container.start);
        self.document.text()[..start as usize].ends_with(':') && !self.is_inside_flow(start)
    }

    /// Block style: every item has lines of its own.
    fn insert_line_item(&mut self, items: &Items, index: usize, write: &dyn Fn(&Self, usize, bool) -> String) {
        let first = self.item_start(items, 0);
        let column = self.column(first);
        let text = write(self, column, false);
        let newline = self.newline();
        if index < items.spans.len() {
            let at = self.item_start(items, index);
            self.push(TextEdit::insert(at, format!("{text}{newline}{}", " ".repeat(column))));
        } else {
            let end = self.end_of_line(items.spans[items.spans.len() - 1].end);
            self.push(TextEdit::insert(end, format!("{newline}{}{text}", " ".repeat(column))));
        }
    }

    /// Where an item begins: at its key, or at the dash before an element.
    fn item_start(&self, items: &Items, index: usize) -> u32 {
        let start = items.spans[index].start;
        let before = &self.document.text()[..start as usize];
        let trimmed = before.trim_end_matches([' ', '\t', '\n', '\r']);
        let is_element = items.container.start < start || trimmed.ends_with('-');
        if is_element && trimmed.ends_with('-') && self.is_sequence(items) { trimmed.len() as u32 - 1 } else { start }
    }

    fn is_sequence(&self, items: &Items) -> bool {
        self.document.text()[items.container.range()].starts_with('-')
    }

    fn remove_items(&mut self, items: &Items, removed: &[usize]) {
        if removed.is_empty() {
            return;
        }
        if removed.len() == items.spans.len() {
            let empty = if self.document.slice(items.container).starts_with(['[', '-']) { "[]" } else { "{}" };
            return self.replace(items.container, empty);
        }
        if !items.flow {
            return self.remove_lines(items, removed);
        }
        let last_kept = (0..items.spans.len()).rev().find(|at| !removed.contains(at));
        for at in removed {
            let span = items.spans[*at];
            let start = self.blank_start(span.start);
            let mut end = span.end;
            if let Some(comma) = self.comma_after(end) {
                end = comma + 1;
            }
            end = self.end_of_comment_after(end);
            self.push(TextEdit::delete(Span { start, end }));
        }
        // The last that stays loses its comma if what followed it is gone.
        if let Some(kept) = last_kept
            && kept + 1 < items.spans.len()
            && let Some(comma) = self.comma_after(items.spans[kept].end)
        {
            self.push(TextEdit::delete(Span { start: comma, end: comma + 1 }));
        }
    }

    fn remove_lines(&mut self, items: &Items, removed: &[usize]) {
        for at in removed {
            let start = self.item_start(items, *at);
            let line_start = self.line_start(start);
            let alone = self.document.text()[line_start as usize..start as usize].trim().is_empty();
            if alone {
                // The line break before goes too, so that the one after ends what stands above.
                let end = self.end_of_line(items.spans[*at].end);
                let (from, to) = if line_start == 0 {
                    (0, self.past_line_break(end))
                } else {
                    (self.before_line_break(line_start), end)
                };
                self.push(TextEdit::delete(Span { start: from, end: to }));
            } else if *at + 1 < items.spans.len() {
                let next = self.item_start(items, at + 1);
                self.push(TextEdit::delete(Span { start, end: next }));
            }
        }
    }

    /// A value as text. `flow` is JSON, or YAML's flow style.
    pub(crate) fn render(&self, value: &Value<'_>, indent: usize, flow: bool) -> String {
        match value {
            Value::Tree(node) => {
                let unit = self.unit();
                let newline = self.newline();
                let printer = Printer { unit: &unit, newline, document: None };
                if flow { printer.json(node, &self.pad(indent)) } else { printer.yaml(node, indent) }
            }
            Value::Moved { text, indent: old, .. } => reindent(text, *old, &self.pad(indent), self.newline()),
        }
    }

    /// What follows the colon of a block mapping: ` scalar`, or a line break and deeper lines.
    fn render_block_value(&self, value: &Value<'_>, indent: usize) -> String {
        let unit = self.unit().chars().count();
        let (nested, empty) = match value {
            Value::Tree(node) => {
                (node.is_object() || node.is_array(), node.members().is_empty() && node.elements().is_empty())
            }
            Value::Moved { block, .. } => (*block, false),
        };
        if nested && !empty {
            let inner = indent + unit;
            format!("{}{}{}", self.newline(), " ".repeat(inner), self.render(value, inner, false).trim_start())
        } else {
            format!(" {}", self.render(value, indent, false))
        }
    }

    /// The text of a value, to be moved elsewhere.
    pub(crate) fn cut(&self, node: &Node) -> Value<'static> {
        let block = self.document.format() == Format::Yaml && !self.is_flow(node);
        let mut start = node.span.start;
        if block && node.is_object() {
            // What is said between the key and its value goes along.
            let before = self.document.comments().iter().rev().skip_while(|comment| comment.end > node.span.start);
            for comment in before {
                if !self.document.text()[comment.end as usize..start as usize].trim().is_empty() {
                    break;
                }
                start = comment.start;
            }
        }
        let text = self.document.text()[start as usize..node.span.end as usize].to_owned();
        let indent = if block { self.column(node.span.start) } else { self.indent_of_line(node.span.start) };
        Value::Moved { text, indent, block: block && (node.is_object() || node.is_array()) }
    }

    pub(crate) fn unit(&self) -> String {
        indent_unit(self.document)
    }

    pub(crate) fn newline(&self) -> &'static str {
        if self.document.text().contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn has_lines(&self) -> bool {
        self.document.text().trim().contains('\n')
    }

    /// Indentation of so many characters, of tabs if the document uses tabs.
    fn pad(&self, width: usize) -> String {
        if self.unit() == "\t" { "\t".repeat(width) } else { " ".repeat(width) }
    }

    fn line_start(&self, at: u32) -> u32 {
        self.document.lines().line_start(self.document.lines().line_of(at)).unwrap_or(0)
    }

    fn column(&self, at: u32) -> usize {
        self.document.text()[self.line_start(at) as usize..at as usize].chars().count()
    }

    /// The blank space that begins the line, counted in characters.
    fn indent_of_line(&self, at: u32) -> usize {
        let line = &self.document.text()[self.line_start(at) as usize..];
        line.chars().take_while(|character| matches!(character, ' ' | '\t')).count()
    }

    fn end_of_line(&self, at: u32) -> u32 {
        let rest = &self.document.text()[at as usize..];
        at + rest.find(['\n', '\r']).unwrap_or(rest.len()) as u32
    }

    fn past_line_break(&self, at: u32) -> u32 {
        let rest = &self.document.text()[at as usize..];
        at + if rest.starts_with("\r\n") { 2 } else { u32::from(!rest.is_empty()) }
    }

    fn before_line_break(&self, line_start: u32) -> u32 {
        let before = &self.document.text()[..line_start as usize];
        line_start - if before.ends_with("\r\n") { 2 } else { 1 }
    }

    fn blank_start(&self, at: u32) -> u32 {
        self.document.text()[..at as usize].trim_end_matches([' ', '\t', '\n', '\r']).len() as u32
    }

    /// The comma that follows, with nothing but blank space and comments before it.
    fn comma_after(&self, mut at: u32) -> Option<u32> {
        loop {
            let rest = &self.document.text()[at as usize..];
            at += (rest.len() - rest.trim_start().len()) as u32;
            if let Some(comment) = self.document.comments().iter().find(|comment| comment.start == at) {
                at = comment.end;
                continue;
            }
            return self.document.text()[at as usize..].starts_with(',').then_some(at);
        }
    }

    /// The end of a comment that follows on the same line, or `at`.
    fn end_of_comment_after(&self, at: u32) -> u32 {
        let rest = &self.document.text()[at as usize..];
        let blank = (rest.len() - rest.trim_start_matches([' ', '\t']).len()) as u32;
        let comment = self.document.comments().iter().find(|comment| comment.start == at + blank);
        comment.map_or(at, |comment| comment.end)
    }
}

/// Edits that add a member behind another one of the same object. `value` is JSON.
pub fn insert_member_after(document: &Document, after: &Member, name: &str, value: &str) -> Option<Vec<TextEdit>> {
    let holder = holder_of(document.root(), after.key.span)?;
    let index = holder.members().iter().position(|member| member.key.span == after.key.span)? + 1;
    let value = crate::syntax::parse_json(value).root;
    let mut patch = Patch::new(document);
    patch.insert_member(holder, index, name, &Value::Tree(&value));
    patch.finish().ok()
}

/// The object with the key at a place.
fn holder_of(node: &Node, key: Span) -> Option<&Node> {
    if node.members().iter().any(|member| member.key.span == key) {
        return Some(node);
    }
    let inner = node.members().iter().map(|member| &member.value).chain(node.elements());
    inner.filter(|inner| inner.span.covers(key)).find_map(|inner| holder_of(inner, key))
}

/// The blank space before an item, which the next one repeats: a line break and its indentation, or a blank.
pub(crate) fn space_before(document: &Document, start: u32) -> String {
    let before = &document.text()[..start as usize];
    let blank = &before[before.trim_end_matches([' ', '\t', '\n', '\r']).len()..];
    match blank.rfind(['\n', '\r']) {
        Some(at) => {
            let line_break = if blank[..=at].ends_with("\r\n") { "\r\n" } else { "\n" };
            format!("{line_break}{}", &blank[at + 1..])
        }
        None => " ".to_owned(),
    }
}

/// The step by which the document indents: what the first member of the root has more than the root.
pub(crate) fn indent_unit(document: &Document) -> String {
    let root = document.root();
    let json = document.format() == Format::Json;
    let inner =
        if json { root.members().first() } else { root.get("States").and_then(|states| states.members().first()) };
    if let Some(member) = inner {
        let space = space_before(document, member.key.span.start);
        let indent = space.trim_start_matches(['\r', '\n']);
        if space.starts_with(['\r', '\n']) && !indent.is_empty() && indent.len() <= 8 {
            return if indent.starts_with('\t') { "\t".to_owned() } else { indent.to_owned() };
        }
    }
    "  ".to_owned()
}

/// Moves lines from one indentation to another. The first line keeps its place.
fn reindent(text: &str, old: usize, new: &str, newline: &str) -> String {
    let mut moved = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if at == 0 {
            moved.push_str(line);
            continue;
        }
        moved.push_str(newline);
        let blank = line.chars().take_while(|character| matches!(character, ' ' | '\t')).count();
        let rest = &line[blank.min(old)..];
        if !rest.is_empty() {
            moved.push_str(new);
            moved.push_str(rest);
        }
    }
    moved
}

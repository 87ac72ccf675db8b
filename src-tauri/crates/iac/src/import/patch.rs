//! Changing one value of a template and no other byte.

use std::ops::Range;

use asl::{Node, NodeKind};

use super::value::{Reader, is_number};
use super::{Binding, Refusal};
use crate::emit::{json, yaml};
use crate::expr::{Part, split_template};
use crate::template::{Item, ItemKind, Style};

/// How a template writes a string with references.
pub(super) enum Dialect {
    /// `native` holes are intrinsic functions, others are placeholders in plain strings.
    CloudFormation { native: Vec<Binding> },
}

/// Applies disjoint replacements.
pub(super) fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (span, insert) in edits {
        if span.start < at {
            continue; // swallowed by the change around it
        }
        result.push_str(&text[at..span.start]);
        result.push_str(&insert);
        at = span.end;
    }
    result.push_str(&text[at..]);
    result
}

/// Replaces the text of a string value, in the style it is written in.
pub(super) fn scalar(text: &str, item: &Item, new: &str) -> Result<String, Refusal> {
    if item.scalar() == Some(new) {
        return Ok(text.to_owned());
    }
    if item.style == Style::Alias {
        return Err(Refusal::Unsound("the definition comes through an alias".to_owned()));
    }
    Ok(apply(text, vec![(item.span.clone(), rewrite_scalar(text, item, new)?)]))
}

/// The source of a string value with another text.
pub(super) fn rewrite_scalar(text: &str, item: &Item, new: &str) -> Result<String, Refusal> {
    let source = &text[item.span.clone()];
    match item.style {
        Style::DoubleQuoted => Ok(json::string(new)),
        Style::SingleQuoted if !new.contains(['\n', '\r']) => Ok(format!("'{}'", new.replace('\'', "''"))),
        Style::Literal => block(source, item.scalar().unwrap_or_default(), new),
        Style::SingleQuoted | Style::Plain => {
            Ok(if new.contains(char::is_control) { json::string(new) } else { yaml::scalar(new) })
        }
        Style::Folded => {
            Err(Refusal::Unsound("the definition is a folded block, whose line ends are not its own".to_owned()))
        }
        _ => Err(Refusal::Unsound("the definition is no plain string".to_owned())),
    }
}

/// The lines of a folded block as they stand in the file, without their common indentation.
pub(super) fn folded_lines(text: &str, item: &Item) -> Option<String> {
    if item.style != Style::Folded {
        return None;
    }
    let (_, body) = text.get(item.span.clone())?.split_once('\n')?;
    let blank = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let indent = body.lines().find(|line| !line.trim().is_empty()).map(blank)?;
    let lines: Vec<&str> = body.trim_end().lines().map(|line| line.get(indent..).unwrap_or("")).collect();
    Some(lines.join("\n"))
}

/// A block with other lines: the header and the indentation stay.
pub(super) fn block(source: &str, old: &str, new: &str) -> Result<String, Refusal> {
    if new.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Refusal::Unsound("a block cannot hold control characters".to_owned()));
    }
    let (header, body) = source.split_once('\n').ok_or_else(|| Refusal::Unsound("the block is empty".to_owned()))?;
    let newline = if header.ends_with('\r') { "\r\n" } else { "\n" };
    let first_old = old.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let first = body.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let indent = first.trim_end_matches('\r').strip_suffix(first_old).unwrap_or("    ");
    let mut result = format!("{header}\n");
    let lines: Vec<&str> = new.trim_end_matches('\n').split('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        if !line.is_empty() {
            result.push_str(indent);
            result.push_str(line);
        }
        if at + 1 < lines.len() {
            result.push_str(newline);
        }
    }
    // What follows the last line, blank lines included, stays.
    let content = body.trim_end_matches(['\n', '\r', ' ']);
    result.push_str(&body[content.len()..]);
    Ok(result)
}

/// Makes an object of a template equal to `new`, touching only what differs.
pub(super) fn object(text: &str, item: &Item, new: &Node, dialect: Dialect) -> Result<String, Refusal> {
    let mut patcher = Patcher { text, dialect, edits: Vec::new() };
    patcher.value(item, new)?;
    let edits = patcher.edits;
    Ok(apply(text, edits))
}

struct Patcher<'t> {
    text: &'t str,
    dialect: Dialect,
    edits: Vec<(Range<usize>, String)>,
}

impl Patcher<'_> {
    fn same(&self, item: &Item, new: &Node) -> bool {
        let mut reader = Reader { text: self.text, bindings: Vec::new() };
        let old = reader.node(item);
        old.same_value(new)
    }

    fn value(&mut self, item: &Item, new: &Node) -> Result<(), Refusal> {
        if self.same(item, new) {
            return Ok(());
        }
        if item.style == Style::Alias {
            return Err(Refusal::Unsound("a changed value comes through an alias".to_owned()));
        }
        match (&item.kind, &new.kind) {
            (ItemKind::Map(entries), NodeKind::Object(members))
                if super::value::intrinsic(item).is_none() && !entries.is_empty() =>
            {
                self.map(item, entries, members)
            }
            (ItemKind::List(items), NodeKind::Array(elements))
                if items.len() == elements.len() && item.tag.is_none() =>
            {
                items.iter().zip(elements).try_for_each(|(item, element)| self.value(item, element))
            }
            _ => {
                self.replace(item, new);
                Ok(())
            }
        }
    }

    fn map(&mut self, item: &Item, entries: &[(Item, Item)], members: &[asl::syntax::Member]) -> Result<(), Refusal> {
        if entries.iter().any(|(key, _)| key.scalar() == Some("<<")) {
            return Err(Refusal::Unsound("a changed map is merged from elsewhere".to_owned()));
        }
        let wanted = |key: &Item| members.iter().find(|member| Some(&*member.key.value) == key.scalar());
        let gone: Vec<usize> = (0..entries.len()).filter(|at| wanted(&entries[*at].0).is_none()).collect();
        let inline = item.style == Style::Flow;
        // Without any entry that stays there is nothing to hang new ones on.
        if gone.len() == entries.len() || (!inline && gone.contains(&0) && !self.begins_line(entries[0].0.span.start)) {
            self.replace_block(item, members);
            return Ok(());
        }
        for (key, value) in entries {
            if let Some(member) = wanted(key) {
                self.entry(key, value, &member.value, inline)?;
            }
        }
        let first_kept = (0..entries.len()).find(|at| !gone.contains(at)).expect("some entry stays");
        for at in gone {
            self.delete(entries, at, first_kept, inline);
        }
        // New entries hang on one that stays.
        let mut after = first_kept;
        for member in members {
            match entries.iter().position(|(key, _)| key.scalar() == Some(&*member.key.value)) {
                Some(at) => after = at,
                None => {
                    let (key, value) = &entries[after];
                    let source = self.new_entry(key, &member.key.value, &member.value, inline);
                    let end = self.end_of(value, key);
                    let end = if inline { end } else { self.end_of_line(end) };
                    self.insert(end, &source);
                }
            }
        }
        Ok(())
    }

    fn insert(&mut self, at: usize, source: &str) {
        // Several insertions at one place stay in order.
        match self.edits.iter_mut().find(|(span, _)| span.start == at && span.end == at) {
            Some((_, existing)) => existing.push_str(source),
            None => self.edits.push((at..at, source.to_owned())),
        }
    }

    fn entry(&mut self, key: &Item, value: &Item, new: &Node, inline: bool) -> Result<(), Refusal> {
        if self.same(value, new) {
            return Ok(());
        }
        let deep = match (&value.kind, &new.kind) {
            (ItemKind::Map(entries), NodeKind::Object(_)) => {
                super::value::intrinsic(value).is_none() && !entries.is_empty()
            }
            (ItemKind::List(items), NodeKind::Array(elements)) => items.len() == elements.len() && value.tag.is_none(),
            _ => false,
        };
        if deep {
            return self.value(value, new);
        }
        if value.style == Style::Alias {
            return Err(Refusal::Unsound("a changed value comes through an alias".to_owned()));
        }
        if inline
            || (matches!(value.kind, ItemKind::Scalar(_))
                && !matches!(new.kind, NodeKind::Array(_) | NodeKind::Object(_)))
        {
            self.replace(value, new);
            return Ok(());
        }
        let end = self.end_of(value, key);
        let source = self.block_entry(&self.text[key.span.clone()], new, self.column(key.span.start));
        self.edits.push((key.span.start..end, source));
        Ok(())
    }

    /// Puts another value in the place of one that is not a block in a map.
    fn replace(&mut self, item: &Item, new: &Node) {
        let end = self.end_of(item, item);
        let source = match item.style {
            Style::Flow => self.flow(new, self.line_indent(item.span.start)),
            // JSON templates have only double quotes.
            Style::DoubleQuoted if self.in_json() => self.flow(new, self.line_indent(item.span.start)),
            _ if self.in_json() => self.flow(new, self.line_indent(item.span.start)),
            _ => {
                let column = self.column(item.span.start);
                let block = self.block_value(new, column);
                block.trim_start().to_owned()
            }
        };
        self.edits.push((item.span.start..end, source));
    }

    fn replace_block(&mut self, item: &Item, members: &[asl::syntax::Member]) {
        let node = Node::new(NodeKind::Object(members.to_vec()), asl::Span::default());
        self.replace(item, &node);
    }

    fn delete(&mut self, entries: &[(Item, Item)], at: usize, first_kept: usize, inline: bool) {
        let (key, value) = &entries[at];
        let end = self.end_of(value, key);
        if !inline {
            // From the end of the line before to the end of its own, so that what is added there does not touch it.
            let before = self.text[..key.span.start].rfind('\n').unwrap_or(0);
            let start = if self.text[..before].ends_with('\r') { before - 1 } else { before };
            self.edits.push((start..self.end_of_line(end), String::new()));
        } else if at > first_kept {
            let (before_key, before) = &entries[at - 1];
            self.edits.push((self.end_of(before, before_key)..end, String::new()));
        } else if at == 0 {
            // All that stand before the first one that stays, with their commas.
            self.edits.push((key.span.start..entries[first_kept].0.span.start, String::new()));
        }
    }

    fn end_of_line(&self, at: usize) -> usize {
        let line = self.text[at..].split('\n').next().unwrap_or("");
        at + line.trim_end().len()
    }

    fn new_entry(&self, beside: &Item, key: &str, value: &Node, inline: bool) -> String {
        if inline {
            let source = &self.text[beside.span.clone()];
            let key = if source.starts_with('"') { json::string(key) } else { yaml::scalar(key) };
            return if self.begins_line(beside.span.start) {
                let indent = self.line_indent(beside.span.start);
                format!(",\n{}{key}: {}", " ".repeat(indent), self.flow(value, indent))
            } else {
                format!(", {key}: {}", self.flow(value, self.line_indent(beside.span.start)))
            };
        }
        let column = self.column(beside.span.start);
        let source = &self.text[beside.span.clone()];
        let key = if source.starts_with('"') { json::string(key) } else { yaml::scalar(key) };
        format!("\n{}{}", " ".repeat(column), self.block_entry(&key, value, column))
    }

    /// `key: value`, continued at `column`.
    fn block_entry(&self, key: &str, value: &Node, column: usize) -> String {
        match &value.kind {
            NodeKind::Object(members) if !members.is_empty() => {
                format!("{key}:\n{}{}", " ".repeat(column + 2), self.block_value(value, column + 2))
            }
            NodeKind::Array(elements) if !elements.is_empty() => {
                format!("{key}:\n{}{}", " ".repeat(column + 2), self.block_value(value, column + 2))
            }
            _ => format!("{key}: {}", self.block_value(value, column)),
        }
    }

    /// A value whose first line stands at `column` already.
    fn block_value(&self, value: &Node, column: usize) -> String {
        let indent = format!("\n{}", " ".repeat(column));
        match &value.kind {
            NodeKind::Object(members) if !members.is_empty() => members
                .iter()
                .map(|member| self.block_entry(&yaml::scalar(&member.key.value), &member.value, column))
                .collect::<Vec<_>>()
                .join(&indent),
            NodeKind::Array(elements) if !elements.is_empty() => elements
                .iter()
                .map(|element| format!("- {}", self.block_value(element, column + 2)))
                .collect::<Vec<_>>()
                .join(&indent),
            NodeKind::String(text) => self.string(text, false),
            _ => self.flow(value, column),
        }
    }

    /// A value in one place: JSON, broken over lines where it is an object with content.
    fn flow(&self, value: &Node, indent: usize) -> String {
        let line = |depth: usize| format!("\n{}", " ".repeat(indent + depth * 2));
        match &value.kind {
            NodeKind::Object(members) if !members.is_empty() => {
                let entries: Vec<String> = members
                    .iter()
                    .map(|member| {
                        format!(
                            "{}{}: {}",
                            line(1),
                            json::string(&member.key.value),
                            self.flow(&member.value, indent + 2)
                        )
                    })
                    .collect();
                format!("{{{}{}}}", entries.join(","), line(0))
            }
            NodeKind::Array(elements) if !elements.is_empty() => {
                let elements: Vec<String> =
                    elements.iter().map(|element| format!("{}{}", line(1), self.flow(element, indent + 2))).collect();
                format!("[{}{}]", elements.join(","), line(0))
            }
            NodeKind::Object(_) => "{}".to_owned(),
            NodeKind::Array(_) => "[]".to_owned(),
            NodeKind::String(text) => self.string(text, true),
            NodeKind::Bool(value) => value.to_string(),
            NodeKind::Number(raw) => raw.to_string(),
            NodeKind::Substitution(raw) => json::string(raw),
            NodeKind::Null | NodeKind::Missing => "null".to_owned(),
        }
    }

    /// A string; with references, in the words the template uses for them.
    fn string(&self, text: &str, flow: bool) -> String {
        let plain = |text: &str| {
            if flow || self.in_json() || text.contains('\n') || is_number(text) {
                json::string(text)
            } else {
                yaml::scalar(text)
            }
        };
        let Dialect::CloudFormation { native } = &self.dialect;
        let parts = split_template(text);
        let binding = |name: &str| native.iter().find(|binding| binding.hole == name);
        if !parts.iter().any(|part| matches!(part, Part::Hole { name, .. } if binding(name).is_some())) {
            return plain(text);
        }
        if let [Part::Hole { name, .. }] = parts[..]
            && let Some(binding) = binding(name)
            && !binding.expression.contains('\n')
            && binding.expression.starts_with(['!', '{'])
        {
            return if self.in_json() && binding.expression.starts_with('!') {
                reference_json(name)
            } else {
                binding.expression.clone()
            };
        }
        if self.in_json() {
            format!("{{ \"Fn::Sub\": {} }}", json::string(text))
        } else {
            format!("!Sub {}", if flow { json::string(text) } else { yaml::scalar(text) })
        }
    }

    fn in_json(&self) -> bool {
        crate::template::is_json(self.text)
    }

    fn begins_line(&self, at: usize) -> bool {
        let start = self.text[..at].rfind('\n').map_or(0, |line| line + 1);
        self.text[start..at].trim().is_empty()
    }

    fn column(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |line| line + 1);
        self.text[start..at].chars().count()
    }

    fn line_indent(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |line| line + 1);
        self.text[start..].chars().take_while(|c| *c == ' ').count()
    }

    /// Where a value ends, without the blank lines a block swallows; the key if there is no value.
    fn end_of(&self, value: &Item, key: &Item) -> usize {
        let source = self.text.get(value.span.clone()).unwrap_or("").trim_end();
        let end = value.span.start + source.len();
        if source.is_empty() { key.span.end.max(value.span.start.min(key.span.end)) } else { end }
    }
}

fn reference_json(hole: &str) -> String {
    match hole.split_once('.') {
        Some((id, attribute)) => format!("{{ \"Fn::GetAtt\": [{}, {}] }}", json::string(id), json::string(attribute)),
        None => format!("{{ \"Ref\": {} }}", json::string(hole)),
    }
}

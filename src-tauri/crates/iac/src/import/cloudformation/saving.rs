//! Definitions saved back into a template.

use std::ops::Range;

use super::super::patch::{self, Dialect};
use super::super::value::{Reader, intrinsic};
use super::super::{Binding, Refusal};
use super::{
    SYNTHESISED, chosen, definition_file, is_synthesised, join, machines, substituted_text, workflow, written_lines,
};
use crate::template::{Item, ItemKind, Style};

pub(in super::super) fn patch(text: &str, template: &Item, id: &str, definition: &str) -> Result<String, Refusal> {
    let machine = machines(template).find(|machine| machine.id == id).ok_or_else(|| Refusal::Gone(id.to_owned()))?;
    if is_synthesised(template, &machine) {
        return Err(Refusal::Unsupported(SYNTHESISED.to_owned()));
    }
    if definition_file("", &machine, &|_| None).is_some() {
        return Err(Refusal::Unsound("the definition stands in a file of its own: save that file".to_owned()));
    }
    let substituted: Vec<String> = machine
        .properties
        .get("DefinitionSubstitutions")
        .map(Item::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|(name, _)| name.scalar().map(str::to_owned))
        .collect();
    if let Some(object) = machine.properties.get("Definition") {
        let (object, _) = chosen(object);
        if let Some((function, _)) = intrinsic(&object) {
            return Err(Refusal::Unsound(format!("the definition is computed by {function}")));
        }
        let object = &object;
        let document = super::super::parse_definition(definition)?;
        let mut reader = Reader { text, bindings: Vec::new() };
        reader.node(object);
        let native = reader.bindings.into_iter().filter(|binding| !substituted.contains(&binding.hole)).collect();
        return patch::object(text, object, document.root(), Dialect::CloudFormation { native });
    }
    let Some(string) = machine.properties.get("DefinitionString") else { return Err(Refusal::Gone(id.to_owned())) };
    super::super::parse_definition(definition)?;
    let (string, _) = chosen(string);
    let string = &string;
    match intrinsic(string) {
        None => scalar(text, string, definition),
        Some((function, argument)) => match (function.as_str(), &argument.kind) {
            ("Sub", _) => match substituted_text(text, &function, &argument) {
                Some(item) if item.as_str().is_some() => scalar(text, &item, definition),
                _ => Err(Refusal::Unsound("the definition is not a plain string within Fn::Sub".to_owned())),
            },
            ("Join", ItemKind::List(parts)) => {
                let between = parts.first().and_then(Item::as_str).unwrap_or_default();
                let pieces = parts.get(1).map(Item::items).unwrap_or_default();
                if between.is_empty() {
                    join::pieces(text, pieces, definition)
                } else {
                    join::lines(text, between, pieces, definition)
                }
            }
            (function, _) => Err(Refusal::Unsound(format!("the definition is computed by {function}"))),
        },
    }
}

/// Where a definition stands in a template.
pub(in super::super) struct Place<'i> {
    pub(in super::super) sam: bool,
    /// Its key, and its value without the blank lines behind.
    pub(in super::super) definition: (Range<usize>, Range<usize>),
    pub(in super::super) substitutions: Option<&'i Item>,
    /// Intrinsic functions within the definition.
    pub(in super::super) native: Vec<Binding>,
}

pub(in super::super) fn place<'i>(text: &str, template: &'i Item, id: &str) -> Result<Place<'i>, Refusal> {
    let gone = || Refusal::Gone(id.to_owned());
    let machine = machines(template).find(|machine| machine.id == id).ok_or_else(gone)?;
    if is_synthesised(template, &machine) {
        return Err(Refusal::Unsupported(SYNTHESISED.to_owned()));
    }
    let (key, value) = machine
        .properties
        .entries()
        .iter()
        .find(|(key, _)| matches!(key.as_str(), Some("Definition" | "DefinitionString")))
        .ok_or_else(gone)?;
    if chosen(value).1.is_some() {
        return Err(Refusal::Unsupported("the definition is one of two, of which only one would move".to_owned()));
    }
    let substitutions = machine.properties.get("DefinitionSubstitutions");
    let substituted =
        |hole: &str| substitutions.is_some_and(|map| map.entries().iter().any(|(name, _)| name.scalar() == Some(hole)));
    let workflow = workflow("", text, template, &machine, &|_| None);
    let native: Vec<Binding> = workflow
        .bindings
        .into_iter()
        .filter(|binding| !substituted(&binding.hole) && !binding.expression.is_empty())
        .collect();
    // A reference can be written anew from its name; anything else would have to be copied from where it stands.
    let plain = |hole: &str| hole.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':'));
    if let Some(binding) = native.iter().find(|binding| {
        !plain(&binding.hole) || (binding.hole.starts_with("Value") && !binding.expression.contains(&binding.hole))
    }) {
        return Err(Refusal::Unsupported(format!(
            "the definition uses {}, which has no name; give it one in DefinitionSubstitutions first",
            binding.expression
        )));
    }
    let end = value.span.start + text.get(value.span.clone()).unwrap_or("").trim_end().len();
    Ok(Place { sam: machine.sam, definition: (key.span.clone(), value.span.start..end), substitutions, native })
}

/// The span of a scalar without its tag.
pub(super) fn untagged(text: &str, item: &Item) -> Range<usize> {
    let source = text.get(item.span.clone()).unwrap_or("");
    if !source.starts_with('!') {
        return item.span.clone();
    }
    let tag = source.find(char::is_whitespace).unwrap_or(0);
    let blank = source[tag..].len() - source[tag..].trim_start().len();
    item.span.start + tag + blank..item.span.end
}

/// Replaces a string, a folded one by its lines as they stand in the file.
fn scalar(text: &str, item: &Item, definition: &str) -> Result<String, Refusal> {
    if item.style != Style::Folded {
        return patch::scalar(text, item, definition);
    }
    let folded = || Refusal::Unsound("the definition is a folded block, whose line ends are not its own".to_owned());
    let lines = written_lines(text, item).ok_or_else(folded)?;
    if lines == definition {
        return Ok(text.to_owned());
    }
    let block = patch::block(&text[item.span.clone()], &lines, definition)?;
    Ok(patch::apply(text, vec![(item.span.clone(), block)]))
}

//! Moving a definition out of a template that it cannot be saved back into, to a file of its own.

use std::ops::Range;

use super::{Binding, Kind, Place, Refusal, cloudformation, kind, patch, terraform};
use crate::emit::{Tree, hcl, json};
use crate::expr::substitute;
use crate::names::{Names, kebab, pascal};
use crate::template::{Item, Style};

/// What is written: the definition's own file, and the template that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// Relative to the template's folder.
    pub file: String,
    pub definition: String,
    pub template: String,
}

/// Moves the definition `id` of a template to a file of its own. `taken` says whether there is a file of that name already,
/// relative to the template's folder; another name is found then.
///
/// # Errors
/// When the workflow is gone, the definition cannot be read, or the template's language has no file for it.
pub fn extract(
    place: &Place<'_>,
    id: &str,
    definition: &str,
    taken: &dyn Fn(&str) -> bool,
) -> Result<Extracted, Refusal> {
    super::parse_definition(definition)?;
    let &Place { path, text, .. } = place;
    let gone = || Refusal::Gone(id.to_owned());
    let kind = kind(path, text).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    match kind.ok_or_else(gone)? {
        (Kind::Terraform, _) => {
            let (span, bindings) = terraform::place(place, id)?;
            let file = free_file(id, "asl.json.tftpl", taken);
            let (definition, holes) = renamed(definition, &bindings);
            let definition = hcl::template_file(&definition, &|hole| holes.iter().any(|(name, _)| name == hole));
            let values: Vec<(String, String)> =
                holes.iter().map(|(name, binding)| (name.clone(), binding.expression.clone())).collect();
            let indent = indent_at(text, span.start);
            let call = format!("templatefile(\"${{path.module}}/{file}\", {})", hcl::object(&values));
            let call = call.replace('\n', &format!("\n{indent}"));
            let template = patch::apply(text, vec![(span, call)]);
            Ok(Extracted { file, definition: ended(definition), template })
        }
        (Kind::Template, Some(item)) => from_template(text, &item, id, definition, taken),
        (Kind::Serverless, _) => Err(Refusal::Unsupported(
            "Serverless reads ${…} in a file as variables of its own; move the definition by hand".to_owned(),
        )),
        _ => Err(gone()),
    }
}

fn from_template(
    text: &str,
    template: &Item,
    id: &str,
    definition: &str,
    taken: &dyn Fn(&str) -> bool,
) -> Result<Extracted, Refusal> {
    let place = cloudformation::place(text, template, id)?;
    let file = free_file(id, "asl.json", taken);
    let (definition, holes) = renamed(definition, &place.native);
    let in_json = crate::template::is_json(text);
    let property = if place.sam { "DefinitionUri" } else { "DefinitionS3Location" };
    let mut edits = Vec::new();
    let (key, value) = &place.definition;
    let indent = indent_at(text, key.start);
    let mut entry =
        if in_json { format!("\"{property}\": {}", json::string(&file)) } else { format!("{property}: {file}") };
    let values: Vec<(String, Tree)> = holes.iter().map(|(name, binding)| (name.clone(), value_of(binding))).collect();
    if !values.is_empty() {
        match &place.substitutions {
            None => {
                let tree = Tree::map([("DefinitionSubstitutions", Tree::map(values))]);
                let lines = if in_json { inner_json(&tree.to_json()) } else { tree.to_yaml() };
                let lines = lines.trim_end().replace('\n', &format!("\n{indent}"));
                entry = format!("{entry}{}\n{indent}{lines}", if in_json { "," } else { "" });
            }
            Some(map) => edits.push(added(text, map, values, in_json)?),
        }
    }
    edits.push((key.start..value.end, entry));
    Ok(Extracted { file, definition: ended(definition), template: patch::apply(text, edits) })
}

/// New entries behind the last one of a map that is there.
fn added(
    text: &str,
    map: &Item,
    values: Vec<(String, Tree)>,
    in_json: bool,
) -> Result<(Range<usize>, String), Refusal> {
    let Some((key, last)) = map.entries().last() else {
        return Err(Refusal::Unsupported("DefinitionSubstitutions is empty; remove it first".to_owned()));
    };
    let indent = indent_at(text, key.span.start);
    let tree = Tree::map(values);
    let end = last.span.start + text[last.span.clone()].trim_end().len();
    let lines = if in_json { inner_json(&tree.to_json()) } else { tree.to_yaml() };
    let lines = lines.trim_end().replace('\n', &format!("\n{indent}"));
    if !in_json && map.style == Style::Flow {
        return Err(Refusal::Unsupported(
            "DefinitionSubstitutions is written on one line; break it up first".to_owned(),
        ));
    }
    Ok((end..end, format!("{}\n{indent}{lines}", if in_json { "," } else { "" })))
}

/// The members of a JSON object, without its braces and one step to the left.
fn inner_json(object: &str) -> String {
    let inside = object.trim().trim_start_matches('{').trim_end_matches('}').trim_matches('\n');
    inside.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// A reference as a tree of the template's language.
fn value_of(binding: &Binding) -> Tree {
    match binding.hole.split_once('.') {
        Some((id, attribute)) => Tree::attribute(id, attribute),
        None => Tree::reference(&binding.hole),
    }
}

/// The definition with names that every substitution takes, and the bindings that its holes need, in order of first use.
fn renamed<'b>(definition: &str, bindings: &'b [Binding]) -> (String, Vec<(String, &'b Binding)>) {
    let mut names = Names::default();
    let mut holes: Vec<(String, &Binding)> = Vec::new();
    for hole in super::holes(definition) {
        if let Some(binding) = bindings.iter().find(|binding| binding.hole == hole) {
            holes.push((names.take(&pascal(&hole)), binding));
        }
    }
    let text = substitute(definition, &|hole| {
        holes.iter().find(|(_, binding)| binding.hole == hole).map(|(name, _)| format!("${{{name}}}"))
    });
    (text, holes)
}

fn free_file(id: &str, ending: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let name = kebab(id);
    let numbered = (2_u32..).map(|number| format!("statemachine/{name}-{number}.{ending}"));
    std::iter::once(format!("statemachine/{name}.{ending}"))
        .chain(numbered)
        .find(|file| !taken(file))
        .expect("there are more numbers than files")
}

fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn indent_at(text: &str, at: usize) -> &str {
    let line = text[..at].rfind('\n').map_or(0, |line| line + 1);
    let blank = text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len();
    &text[line..line + blank]
}

//! One settled layout. Comments and the spelling of every literal stay; doing it twice changes nothing.

use crate::document::{Document, Format};
use crate::edit::Refusal;
use crate::edit::print::Printer;
use crate::syntax::NodeKind;

/// The document laid out anew, with two blanks a level. YAML keeps its own layout but for blanks at ends of lines.
pub fn format(document: &Document) -> Result<String, Refusal> {
    if document.is_broken() || matches!(document.root().kind, NodeKind::Missing) {
        return Err(Refusal::new("the text has errors: repair them first"));
    }
    Ok(match document.format() {
        Format::Json => format_json(document),
        Format::Yaml => format_yaml(document),
    })
}

fn newline(document: &Document) -> &'static str {
    if document.text().contains("\r\n") { "\r\n" } else { "\n" }
}

fn format_json(document: &Document) -> String {
    let newline = newline(document);
    let printer = Printer { unit: "  ", newline, document: Some(document) };
    let mut text = String::with_capacity(document.text().len());
    let root = document.root();
    for comment in document.comments().iter().filter(|comment| comment.end <= root.span.start) {
        text.push_str(document.slice(*comment).trim_end());
        text.push_str(newline);
    }
    text.push_str(&printer.json(root, ""));
    text.push_str(newline);
    for comment in document.comments().iter().filter(|comment| comment.start >= root.span.end) {
        text.push_str(document.slice(*comment).trim_end());
        text.push_str(newline);
    }
    text
}

/// Blanks at ends of lines go, but not inside of scalars, where they may count.
fn format_yaml(document: &Document) -> String {
    let text = document.text();
    let mut scalars = Vec::new();
    collect_scalars(document.root(), &mut scalars);
    scalars.sort();
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let end = at + content.len();
        let next = scalars.partition_point(|span| (span.1 as usize) < end);
        let inside = scalars.get(next).is_some_and(|span| (span.0 as usize) < end && end <= span.1 as usize);
        result.push_str(if inside { content } else { content.trim_end_matches([' ', '\t']) });
        result.push_str(&line[content.len()..]);
        at += line.len();
    }
    while result.ends_with("\n\n") || result.ends_with("\r\n\r\n") {
        result.truncate(result.trim_end_matches('\n').len() + 1);
    }
    if !result.ends_with('\n') {
        result.push_str(newline(document));
    }
    result
}

fn collect_scalars(node: &crate::Node, found: &mut Vec<(u32, u32)>) {
    match &node.kind {
        NodeKind::String(_) | NodeKind::Substitution(_) => found.push((node.span.start, node.span.end)),
        _ => {
            for member in node.members() {
                collect_scalars(&member.value, found);
            }
            for element in node.elements() {
                collect_scalars(element, found);
            }
        }
    }
}

//! Expressions that the service refuses when a machine is created.

use asl::diagnostic::code;
use asl::expressions::{ExpressionKind, Site, sites};
use asl::{Diagnostic, Document, Model, NodeKind, Span};
use query::jsonpath::{Path, Root};

/// In document order.
pub(crate) fn check(document: &Document, model: &Model<'_>) -> Vec<Diagnostic> {
    sites(model).iter().filter_map(|site| check_site(document, site)).collect()
}

fn check_site(document: &Document, site: &Site<'_>) -> Option<Diagnostic> {
    let NodeKind::String(text) = &site.node.kind else {
        // Other kinds of values in fields that must be strings are findings of the schema.
        return (site.kind == ExpressionKind::TemplateField).then(|| not_path_or_intrinsic(site, site.node.span));
    };
    if text.contains("${") && site.kind != ExpressionKind::Jsonata {
        return None;
    }
    match site.kind {
        ExpressionKind::Path => {
            let error = Path::parse(text).err()?;
            Some(refuse(site, format!("Value is not a valid JSONPath: {text}"), inside(document, site, error.span)))
        }
        ExpressionKind::ReferencePath => reference_path(document, site, text),
        ExpressionKind::PathOrIntrinsic | ExpressionKind::TemplateField => {
            let span = if text.starts_with('$') {
                Path::parse(text).err()?.span
            } else {
                return None;
            };
            Some(not_path_or_intrinsic(site, inside(document, site, span)))
        }
        ExpressionKind::Jsonata => None,
    }
}

fn reference_path(document: &Document, site: &Site<'_>, text: &str) -> Option<Diagnostic> {
    let message = format!("Value is not a Reference Path: {text}");
    let path = match Path::parse(text) {
        Ok(path) => path,
        Err(error) => return Some(refuse(site, message, inside(document, site, error.span))),
    };
    // A result can only be put into the data; it cannot change a variable or the Context Object.
    let writes = site.field == "ResultPath";
    if !path.is_reference() || (writes && *path.root() != Root::Input) {
        return Some(refuse(site, message, site.node.span));
    }
    None
}

fn refuse(site: &Site<'_>, message: String, span: Span) -> Diagnostic {
    Diagnostic::error(code::SCHEMA_VALIDATION_FAILED, message, &*site.pointer, span)
}

fn not_path_or_intrinsic(site: &Site<'_>, span: Span) -> Diagnostic {
    let message =
        format!("The value for the field '{}' must be a valid JSONPath or a valid intrinsic function call", site.field);
    refuse(site, message, span)
}

/// A range of the expression as a range of the document. Text with escapes is marked as a whole.
fn inside(document: &Document, site: &Site<'_>, range: std::ops::Range<usize>) -> Span {
    let literal = site.node.span;
    let Some(text) = site.node.as_str() else { return literal };
    let written = document.slice(literal);
    if written.len() != text.len() + 2 || written.contains('\\') {
        return literal;
    }
    let start = literal.start as usize + 1;
    Span::new(start + range.start.min(text.len()), start + range.end.min(text.len()))
}

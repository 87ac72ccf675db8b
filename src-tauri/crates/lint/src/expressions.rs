//! Expressions that the service refuses when a machine is created.

use asl::diagnostic::code;
use asl::expressions::{ExpressionKind, Site, sites};
use asl::{Diagnostic, Document, Model, NodeKind, Span};
use query::intrinsic::Call;
use query::jsonata::Expression;
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
    // What a template will fill in cannot be judged.
    if text.contains("${") {
        return None;
    }
    match site.kind {
        ExpressionKind::Path => {
            let error = Path::parse(text).err()?;
            Some(refuse(site, format!("Value is not a valid JSONPath: {text}"), inside(document, site, error.span)))
        }
        ExpressionKind::ReferencePath => reference_path(document, site, text),
        ExpressionKind::PathOrIntrinsic | ExpressionKind::TemplateField => {
            let parse = |text: &str| {
                if text.starts_with('$') { Path::parse(text).map(drop) } else { Call::parse(text).map(drop) }
            };
            let read = parse(text);
            if read.is_err() && with_quoted_words(text).is_some_and(|text| parse(&text).is_ok()) {
                return None;
            }
            Some(not_path_or_intrinsic(site, inside(document, site, read.err()?.span)))
        }
        ExpressionKind::Jsonata => jsonata(document, site),
    }
}

/// The same text with quotes around bare words that a filter compares with: `[?(@.Key == Name)]`.
///
/// Such filters stand in published workflows and in the tests of other validators as legal. Whether the service takes them
/// is not recorded, so they get a warning (`unquoted-filter-word`) and no error.
pub(crate) fn with_quoted_words(text: &str) -> Option<String> {
    let mut quoted = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find(['=', '<', '>']) {
        let (before, operator) = rest.split_at(at);
        quoted.push_str(before);
        let length = operator.bytes().take_while(|byte| matches!(byte, b'=' | b'<' | b'>' | b' ' | b'~')).count();
        quoted.push_str(&operator[..length]);
        rest = &operator[length..];
        let word = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
        let bare = rest.starts_with(|first: char| first.is_ascii_alphabetic())
            && !matches!(&rest[..word], "true" | "false" | "null");
        if bare && quoted.contains("[?") {
            quoted.push_str(&format!("'{}'", &rest[..word]));
            rest = &rest[word..];
            found = true;
        }
    }
    quoted.push_str(rest);
    found.then_some(quoted)
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

fn jsonata(document: &Document, site: &Site<'_>) -> Option<Diagnostic> {
    let body = site.node.as_jsonata()?;
    if crate::plain_jsonata::read(body.trim()).is_some() {
        return None;
    }
    let error = Expression::compile(body).err()?;
    let span = match error.position {
        Some(end) => inside(document, site, token_before(body, end, error.token.as_deref())),
        None => site.node.span,
    };
    Some(Diagnostic::error(code::INVALID_JSONATA_EXPRESSION, error.message, &*site.exact, span))
}

/// The token that ends at a position (UTF-16 units into the expression without the space around it), as a range of the
/// string with its marks.
pub(crate) fn token_before(body: &str, end: u32, token: Option<&str>) -> std::ops::Range<usize> {
    let trimmed = body.trim_start();
    let before = "{%".len() + body.len() - trimmed.len();
    let mut units = 0;
    let at = trimmed
        .char_indices()
        .find(|(_, character)| {
            let here = units >= end as usize;
            units += character.len_utf16();
            here
        })
        .map_or(trimmed.trim_end().len(), |(at, _)| at);
    let length = token.map_or(1, str::len).min(at);
    let mut start = at - length;
    while !trimmed.is_char_boundary(start) {
        start -= 1;
    }
    before + start..before + at
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
pub(crate) fn inside(document: &Document, site: &Site<'_>, range: std::ops::Range<usize>) -> Span {
    let literal = site.node.span;
    let Some(text) = site.node.as_str() else { return literal };
    let written = document.slice(literal);
    if written.len() != text.len() + 2 || written.contains('\\') {
        return literal;
    }
    let start = literal.start as usize + 1;
    Span::new(start + range.start.min(text.len()), start + range.end.min(text.len()))
}

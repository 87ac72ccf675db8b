//! Changes of single members and elements, in the layout that surrounds them.

use crate::diagnostic::TextEdit;
use crate::document::{Document, Format};
use crate::syntax::{Member, quote_json};

/// A new member behind another one of the same object. `value` is JSON.
pub fn insert_member_after(document: &Document, after: &Member, name: &str, value: &str) -> Option<TextEdit> {
    if document.format() != Format::Json {
        return None;
    }
    let separator = space_before(document, after.key.span.start);
    let at = after.value.span.end.max(after.key.span.end);
    Some(TextEdit::insert(at, format!(",{separator}{}: {value}", quote_json(name))))
}

/// The blank space before a member, which the next one repeats: a line break and its indentation, or a blank.
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

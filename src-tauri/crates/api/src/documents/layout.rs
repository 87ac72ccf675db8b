//! Formatting as small changes of the text, so that the cursor, folds and marks of the editor stay where they belong.

use std::path::Path;

use asl::{Span, TextEdit};
use wire::{Code, EditPlanned, Failure};

use crate::analysis::{Offsets, parse};

pub(crate) fn plan(file_name: &Path, text: &str, base_version: u32) -> Result<EditPlanned, Failure> {
    let (document, _) = parse(file_name, text);
    let after = asl::format(&document).map_err(|refusal| Failure::new(Code::EditRefused, refusal.reason))?;
    Ok(EditPlanned {
        base_version,
        label: "Format the document".to_owned(),
        changes: Offsets::new(text).changes(&difference(text, &after)),
        select: Vec::new(),
        extracted: None,
    })
}

/// What turns `before` into `after`: single runs of blanks where only those differ, else one replacement of all that does.
fn difference(before: &str, after: &str) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    let (mut old, mut new) = (0, 0);
    loop {
        let same = common(&before[old..], &after[new..]);
        (old, new) = (old + same, new + same);
        if old == before.len() && new == after.len() {
            return edits;
        }
        let (old_run, new_run) = (blanks(&before[old..]), blanks(&after[new..]));
        if old_run == 0 && new_run == 0 {
            return vec![replacement(before, after)];
        }
        edits.push(TextEdit::replace(span(old, old + old_run), &after[new..new + new_run]));
        (old, new) = (old + old_run, new + new_run);
    }
}

/// How many bytes two texts have in common at their start, in whole characters.
fn common(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

fn replacement(before: &str, after: &str) -> TextEdit {
    let start = common(before, after);
    let (old, new) = (&before[start..], &after[start..]);
    let ends = old.chars().rev().zip(new.chars().rev()).take_while(|(old, new)| old == new);
    let tail: usize = ends.map(|(old, _)| old.len_utf8()).sum();
    TextEdit::replace(span(start, before.len() - tail), &new[..new.len() - tail])
}

fn span(start: usize, end: usize) -> Span {
    Span { start: start as u32, end: end as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(before: &str, edits: &[TextEdit]) -> String {
        let mut text = before.to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.insert);
        }
        text
    }

    #[test]
    fn only_blanks_are_touched_where_only_blanks_differ() {
        let before = "{\"a\":1,\n\n \"ä  b\":  [ 1,2 ]   }";
        let after = "{\n  \"a\": 1,\n  \"ä  b\": [1, 2]\n}\n";
        let edits = difference(before, after);
        assert_eq!(applied(before, &edits), after);
        assert!(edits.iter().all(|edit| blanks(&before[edit.span.start as usize..edit.span.end as usize]) as u32 == edit.span.len()));
        assert!(edits.iter().all(|edit| edit.insert.trim().is_empty()));
        assert_eq!(difference(after, after), []);
    }

    #[test]
    fn anything_else_is_one_replacement() {
        for (before, after) in [("[1, 2,]", "[1, 2]\n"), ("aa", "aaa"), ("é", "è"), ("", "x\n"), ("x\r\n\r\n", "x\r\n")]
        {
            assert_eq!(applied(before, &difference(before, after)), after);
        }
        assert_eq!(difference("[1, 2,]", "[1, 2]").len(), 1);
    }
}

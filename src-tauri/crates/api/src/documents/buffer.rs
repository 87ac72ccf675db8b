//! Changes in UTF-16 code units, applied to text in UTF-8.

use wire::{Code, Failure, TextChange};

/// The text after the changes, which are in document order, disjoint, and all relative to `text`.
pub(crate) fn apply(text: &str, changes: &[TextChange]) -> Result<String, Failure> {
    let inserted: usize = changes.iter().map(|change| change.insert.len()).sum();
    let mut changed = String::with_capacity(text.len() + inserted);
    let mut cursor = Cursor { text, bytes: 0, units: 0 };
    for change in changes {
        let start = cursor.bytes;
        let from = cursor.advance(change.from)?;
        changed.push_str(&text[start..from]);
        cursor.advance(change.to)?;
        changed.push_str(&change.insert);
    }
    changed.push_str(&text[cursor.bytes..]);
    Ok(changed)
}

struct Cursor<'a> {
    text: &'a str,
    bytes: usize,
    units: u32,
}

impl Cursor<'_> {
    /// The byte offset of `unit`, which must lie at or behind the cursor and on a character boundary.
    fn advance(&mut self, unit: u32) -> Result<usize, Failure> {
        let refuse = |problem: &str| Failure::new(Code::BadRequest, format!("offset {unit} {problem}"));
        if unit < self.units {
            return Err(refuse("lies before the change in front of it"));
        }
        for character in self.text[self.bytes..].chars() {
            if self.units >= unit {
                break;
            }
            self.units += character.len_utf16() as u32;
            self.bytes += character.len_utf8();
        }
        match self.units {
            reached if reached == unit => Ok(self.bytes),
            reached if reached > unit => Err(refuse("splits a character")),
            _ => Err(refuse("lies behind the end of the text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from: u32, to: u32, insert: &str) -> TextChange {
        TextChange { from, to, insert: insert.into() }
    }

    #[test]
    fn counts_like_the_editor() {
        // ä takes one unit and two bytes, the rocket two units and four bytes.
        let text = "ä🚀b";
        assert_eq!(apply(text, &[change(3, 4, "c")]).expect("applies"), "ä🚀c");
        assert_eq!(apply(text, &[change(0, 1, ""), change(3, 3, "-")]).expect("applies"), "🚀-b");
        assert_eq!(apply(text, &[change(4, 4, "!")]).expect("applies"), "ä🚀b!");
        assert_eq!(apply("", &[change(0, 0, "x")]).expect("applies"), "x");
    }

    #[test]
    fn refuses_what_does_not_fit_the_text() {
        for (changes, problem) in [
            (vec![change(2, 2, "x")], "offset 2 splits a character"),
            (vec![change(0, 9, "")], "offset 9 lies behind the end of the text"),
            (vec![change(3, 4, ""), change(0, 1, "")], "offset 0 lies before the change in front of it"),
            (vec![change(3, 1, "")], "offset 1 lies before the change in front of it"),
        ] {
            assert_eq!(apply("ä🚀b", &changes).expect_err("refused").message, problem);
        }
    }
}

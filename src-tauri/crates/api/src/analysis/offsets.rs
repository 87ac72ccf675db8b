//! Byte offsets to the UTF-16 code units that editors count.

use asl::{LineIndex, Span, TextEdit};
use wire::{TextChange, TextRange};

pub(crate) struct Offsets<'t> {
    text: &'t str,
    /// The unit at every [`STEP`]th byte, rounded down to a character; empty for ASCII, where both agree.
    checkpoints: Vec<(usize, u32)>,
}

const STEP: usize = 512;

impl<'t> Offsets<'t> {
    pub(crate) fn new(text: &'t str) -> Offsets<'t> {
        let mut checkpoints = Vec::new();
        if !text.is_ascii() {
            let mut units = 0;
            for (at, character) in text.char_indices() {
                if at / STEP >= checkpoints.len() {
                    checkpoints.push((at, units));
                }
                units += character.len_utf16() as u32;
            }
        }
        Offsets { text, checkpoints }
    }

    pub(crate) fn unit(&self, byte: u32) -> u32 {
        let byte = (byte as usize).min(self.text.len());
        let before = self.checkpoints.partition_point(|(at, _)| *at <= byte);
        match before.checked_sub(1).map(|at| self.checkpoints[at]) {
            Some((at, units)) => {
                let between = self.text[at..].char_indices().take_while(|(offset, _)| at + offset < byte);
                units + between.map(|(_, character)| character.len_utf16() as u32).sum::<u32>()
            }
            None => byte as u32,
        }
    }

    pub(crate) fn changes(&self, edits: &[TextEdit]) -> Vec<TextChange> {
        let change = |edit: &TextEdit| TextChange {
            from: self.unit(edit.span.start),
            to: self.unit(edit.span.end),
            insert: edit.insert.clone(),
        };
        edits.iter().map(change).collect()
    }

    pub(crate) fn range(&self, span: Span, lines: &LineIndex) -> TextRange {
        let from = self.unit(span.start);
        let line = lines.line_of(span.start);
        let line_start = lines.line_start(line).unwrap_or_default();
        let column = from - self.unit(line_start) + 1;
        TextRange { from, to: self.unit(span.end).max(from), line: line as u32 + 1, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_counting_from_the_start() {
        let text = "aä🚀\n".repeat(700);
        let offsets = Offsets::new(&text);
        for (at, _) in text.char_indices().step_by(37) {
            assert_eq!(offsets.unit(at as u32), text[..at].encode_utf16().count() as u32, "at {at}");
        }
        assert_eq!(offsets.unit(u32::MAX), text.encode_utf16().count() as u32, "behind the end is the end");
    }
}

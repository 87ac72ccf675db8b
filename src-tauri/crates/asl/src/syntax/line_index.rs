//! Byte offsets to lines and columns and back.

/// Line and column, both counted from 1. Columns are UTF-16 code units, as editors count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Where the lines of a text begin. `\n`, `\r\n` and a lone `\r` each end a line.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends_line {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The offset at which the 0-based line begins.
    pub fn line_start(&self, line: usize) -> Option<u32> {
        self.starts.get(line).copied()
    }

    /// The 0-based line of an offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    pub fn position(&self, text: &str, offset: u32) -> Position {
        let (line, before) = self.line_prefix(text, offset);
        let column = before.encode_utf16().count();
        Position { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// Line and column counted in characters (Unicode scalar values), from 1.
    pub fn position_in_chars(&self, text: &str, offset: u32) -> Position {
        let (line, before) = self.line_prefix(text, offset);
        Position { line: line as u32 + 1, column: before.chars().count() as u32 + 1 }
    }

    /// Line and column counted in bytes, from 1.
    pub fn position_in_bytes(&self, text: &str, offset: u32) -> Position {
        let (line, before) = self.line_prefix(text, offset);
        Position { line: line as u32 + 1, column: before.len() as u32 + 1 }
    }

    /// The byte offset of a position; columns past the end of the line give its end.
    pub fn offset(&self, text: &str, position: Position) -> u32 {
        let line = (position.line.max(1) - 1) as usize;
        let Some(start) = self.starts.get(line).copied() else { return text.len() as u32 };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len() as u32);
        let content = text[start as usize..end as usize].trim_end_matches(['\r', '\n']);
        let mut units = position.column.max(1) - 1;
        for (at, character) in content.char_indices() {
            let width = character.len_utf16() as u32;
            if units < width {
                return start + at as u32;
            }
            units -= width;
        }
        start + content.len() as u32
    }

    fn line_prefix<'t>(&self, text: &'t str, offset: u32) -> (usize, &'t str) {
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.line_of(end as u32);
        (line, &text[self.starts[line] as usize..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_utf16_units() {
        let text = "a\r\n\"😀\": é\rx";
        let index = LineIndex::new(text);
        let x = text.find('x').expect("it is there") as u32;
        assert_eq!(index.position(text, x), Position { line: 3, column: 1 }, "a lone \\r ends a line");
        let e = text.find('é').expect("it is there") as u32;
        assert_eq!(index.position(text, e), Position { line: 2, column: 7 });
        assert_eq!(index.position_in_chars(text, e), Position { line: 2, column: 6 });
        assert_eq!(index.position_in_bytes(text, e), Position { line: 2, column: 9 });
        for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let on_break = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
            if !on_break {
                let back = index.offset(text, index.position(text, offset as u32));
                assert_eq!(back, offset as u32, "position and offset are inverse");
            }
        }
    }
}

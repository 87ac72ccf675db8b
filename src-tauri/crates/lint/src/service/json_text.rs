//! The service's reader of JSON, as far as its complaints go.
//!
//! The service reports the first thing its JSON parser (Jackson, reading a `String`) stumbles over, in that parser's words
//! and with its idea of the position. This walks the text in the same order and gives the same report, or nothing if the
//! text is JSON. Recorded 2025-10-19: `Unrecognized token 'not': was expecting (JSON String, Number, …`.

use std::collections::HashSet;

/// What the service says about text that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// With the ` at [Source: …]` that the parser appends on a line of its own.
    pub message: String,
    /// `[Source: (String)"…"; line: 1, column: 4]`.
    pub location: String,
    /// Where the parser stopped: a byte offset.
    pub offset: usize,
}

const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const COMMENT: &str =
    "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)";
const LONGEST_TOKEN: usize = 256;
const LONGEST_SOURCE: usize = 500;

/// The first complaint, if any.
pub fn first_complaint(text: &str) -> Option<Complaint> {
    let mut reader = Reader { text, at: 0, row: 1, row_start: 0, open: Vec::new() };
    match reader.document() {
        Ok(()) => None,
        Err(message) => {
            let location = reader.location(reader.row, reader.column());
            Some(Complaint { message: format!("{message}\n at {location}"), location, offset: reader.at })
        }
    }
}

struct Open {
    is_object: bool,
    row: usize,
    column: usize,
    /// At least one entry was read or begun.
    entered: bool,
    names: HashSet<String>,
}

struct Reader<'t> {
    text: &'t str,
    /// Past the last character that was read.
    at: usize,
    row: usize,
    row_start: usize,
    open: Vec<Open>,
}

type Read<T> = Result<T, String>;

impl Reader<'_> {
    fn document(&mut self) -> Read<()> {
        let Some(first) = self.skip_blank()? else { return Ok(()) };
        self.value(first)?;
        while let Some(open) = self.open.last() {
            let is_object = open.is_object;
            self.entry(is_object)?;
        }
        match self.skip_blank()? {
            None => Ok(()),
            Some(more) => self.value(more),
        }
    }

    /// What follows a value or an opening bracket: a closing bracket, or the next entry.
    fn entry(&mut self, is_object: bool) -> Read<()> {
        let just_opened = self.open.last_mut().is_some_and(|open| !std::mem::replace(&mut open.entered, true));
        let Some(mut character) = self.skip_blank()? else { return Err(self.end_of_input()) };
        if matches!(character, '}' | ']') {
            return self.close(character);
        }
        if !just_opened {
            if character != ',' {
                let kind = type_description(is_object);
                return Err(unexpected(character, &format!("was expecting comma to separate {kind} entries")));
            }
            character = self.skip_blank()?.ok_or_else(|| {
                format!("Unexpected end-of-input within/between {} entries", type_description(is_object))
            })?;
        }
        if is_object {
            if character != '"' {
                return Err(unexpected(character, "was expecting double-quote to start field name"));
            }
            let name = self.string("name", " in field name")?;
            let is_new = self.open.last_mut().is_none_or(|open| open.names.insert(name.clone()));
            if !is_new {
                return Err(format!("Duplicate field '{name}'"));
            }
            let between = || "Unexpected end-of-input within/between Object entries".to_owned();
            let colon = self.skip_blank()?.ok_or_else(between)?;
            if colon != ':' {
                return Err(unexpected(colon, "was expecting a colon to separate field name and value"));
            }
            character = self.skip_blank()?.ok_or_else(between)?;
        }
        self.value(character)
    }

    fn close(&mut self, character: char) -> Read<()> {
        let Some(open) = self.open.last() else { return Ok(()) };
        let wanted = if open.is_object { '}' } else { ']' };
        if character != wanted {
            let start = self.location(open.row, open.column);
            let kind = type_description(open.is_object);
            return Err(format!(
                "Unexpected close marker '{character}': expected '{wanted}' (for {kind} starting at {start})"
            ));
        }
        self.open.pop();
        Ok(())
    }

    fn end_of_input(&self) -> String {
        match self.open.last() {
            None => "Unexpected end-of-input".to_owned(),
            Some(open) => {
                let start = self.location(open.row, open.column);
                let kind = type_description(open.is_object);
                format!("Unexpected end-of-input: expected close marker for {kind} (start marker at {start})")
            }
        }
    }

    fn value(&mut self, first: char) -> Read<()> {
        match first {
            '"' => self.string("string value", ": was expecting closing quote for a string value").map(drop),
            '{' | '[' => {
                let (row, column) = (self.row, self.column() - 1);
                self.open.push(Open { is_object: first == '{', row, column, entered: false, names: HashSet::new() });
                Ok(())
            }
            '}' => Err(unexpected(first, "expected a value")),
            't' => self.token("true"),
            'f' => self.token("false"),
            'n' => self.token("null"),
            '-' => self.number(first),
            '0'..='9' => self.number(first),
            _ if is_identifier_part(first) => self.invalid_token(self.at - first.len_utf8()),
            _ => Err(unexpected(first, &format!("expected a valid value {VALUES}"))),
        }
    }

    fn token(&mut self, word: &str) -> Read<()> {
        let start = self.at - 1;
        for wanted in word.chars().skip(1) {
            if self.peek() != Some(wanted) {
                return self.invalid_token(start);
            }
            self.bump();
        }
        match self.peek() {
            Some(next) if is_identifier_part(next) => self.invalid_token(start),
            _ => Ok(()),
        }
    }

    /// Reads on to the end of the word, which is part of the complaint and of its position.
    fn invalid_token(&mut self, start: usize) -> Read<()> {
        let mut dots = "";
        while let Some(next) = self.peek().filter(|next| is_identifier_part(*next)) {
            self.at += next.len_utf8();
            if self.at - start >= LONGEST_TOKEN {
                dots = "...";
                break;
            }
        }
        Err(format!("Unrecognized token '{}{dots}': was expecting {VALUES}", &self.text[start..self.at]))
    }

    fn number(&mut self, first: char) -> Read<()> {
        let in_number = |character: Option<char>, comment: &str| match character {
            Some(character) => format!("Unexpected character ({}) in numeric value: {comment}", describe(character)),
            None => "Unexpected end-of-input in a Number value".to_owned(),
        };
        let mut digit = first;
        if first == '-' {
            match self.bump() {
                Some(next) if next.is_ascii_digit() => digit = next,
                other => {
                    return Err(in_number(other, "expected digit (0-9) to follow minus sign, for valid numeric value"));
                }
            }
        }
        if digit == '0' && self.peek().is_some_and(|next| next.is_ascii_digit()) {
            self.bump();
            return Err("Invalid numeric value: Leading zeroes not allowed".to_owned());
        }
        self.digits();
        if self.peek() == Some('.') {
            self.bump();
            if self.digits() == 0 {
                let next = self.bump();
                return Err(in_number(next, "Decimal point not followed by a digit"));
            }
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.bump();
            if matches!(self.peek(), Some('+' | '-')) {
                self.bump();
            }
            if self.digits() == 0 {
                let next = self.bump();
                return Err(in_number(next, "Exponent indicator not followed by a digit"));
            }
        }
        if self.open.is_empty()
            && let Some(next) = self.peek()
            && !next.is_ascii_whitespace()
        {
            self.bump();
            return Err(unexpected(next, "Expected space separating root-level values"));
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|next| next.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// The rest of a string whose opening quote was read.
    fn string(&mut self, kind: &str, at_end: &str) -> Read<String> {
        let mut value = String::new();
        loop {
            let Some(character) = self.peek() else { return Err(format!("Unexpected end-of-input{at_end}")) };
            self.at += character.len_utf8();
            match character {
                '"' => return Ok(value),
                '\\' => value.push(self.escape()?),
                control if control < ' ' => {
                    return Err(format!(
                        "Illegal unquoted character ({}): has to be escaped using backslash to be included in {kind}",
                        describe(control)
                    ));
                }
                other => value.push(other),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let Some(character) = self.peek() else {
            return Err("Unexpected end-of-input in character escape sequence".to_owned());
        };
        self.at += character.len_utf8();
        Ok(match character {
            '"' | '/' | '\\' => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let mut code = 0;
                for _ in 0..4 {
                    let Some(digit) = self.peek() else {
                        return Err("Unexpected end-of-input in character escape sequence".to_owned());
                    };
                    self.at += digit.len_utf8();
                    let Some(value) = digit.to_digit(16) else {
                        return Err(unexpected(digit, "expected a hex-digit for character escape sequence"));
                    };
                    code = code * 16 + value;
                }
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => return Err(format!("Unrecognized character escape {}", describe(other))),
        })
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// The next character that is not blank, read.
    fn skip_blank(&mut self) -> Read<Option<char>> {
        while let Some(character) = self.bump() {
            match character {
                '\n' => self.new_row(),
                '\r' => {
                    if self.peek() == Some('\n') {
                        self.at += 1;
                    }
                    self.new_row();
                }
                ' ' | '\t' => {}
                '/' => return Err(unexpected('/', COMMENT)),
                control if control < ' ' => {
                    return Err(format!(
                        "Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                        describe(control)
                    ));
                }
                other => return Ok(Some(other)),
            }
        }
        Ok(None)
    }

    fn new_row(&mut self) {
        self.row += 1;
        self.row_start = self.at;
    }

    /// Of the next character, counted from 1 in UTF-16 units.
    fn column(&self) -> usize {
        self.text[self.row_start..self.at].encode_utf16().count() + 1
    }

    fn location(&self, row: usize, column: usize) -> String {
        let mut units = 0;
        let mut cut = self.text.len();
        for (at, character) in self.text.char_indices() {
            units += character.len_utf16();
            if units > LONGEST_SOURCE {
                cut = at;
                break;
            }
        }
        let rest = self.text[cut..].encode_utf16().count();
        let dots = if rest > 0 { format!("[truncated {rest} chars]") } else { String::new() };
        format!("[Source: (String)\"{}\"{dots}; line: {row}, column: {column}]", &self.text[..cut])
    }
}

fn type_description(is_object: bool) -> &'static str {
    if is_object { "Object" } else { "Array" }
}

fn unexpected(character: char, comment: &str) -> String {
    format!("Unexpected character ({}): {comment}", describe(character))
}

fn describe(character: char) -> String {
    let code = character as u32;
    if character.is_control() {
        format!("(CTRL-CHAR, code {code})")
    } else if code > 255 {
        format!("'{character}' (code {code} / 0x{code:x})")
    } else {
        format!("'{character}' (code {code})")
    }
}

fn is_identifier_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::first_complaint;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: &Expect) {
        let complaint = first_complaint(text).map(|complaint| complaint.message).unwrap_or_default();
        expected.assert_eq(&complaint);
    }

    #[test]
    fn words() {
        check(
            "not a definition",
            &expect![[r#"
                Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
                 at [Source: (String)"not a definition"; line: 1, column: 4]"#]],
        );
        check(
            "{\"a\": ${Max}}",
            &expect![[r#"
                Unrecognized token '$': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
                 at [Source: (String)"{"a": ${Max}}"; line: 1, column: 8]"#]],
        );
    }

    #[test]
    fn brackets_and_commas() {
        check(
            "{\"a\": [1,]}",
            &expect![[r#"
                Unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
                 at [Source: (String)"{"a": [1,]}"; line: 1, column: 11]"#]],
        );
        check(
            "{\n  \"a\": 1,\n}",
            &expect![[r#"
                Unexpected character ('}' (code 125)): was expecting double-quote to start field name
                 at [Source: (String)"{
                  "a": 1,
                }"; line: 3, column: 2]"#]],
        );
        check(
            "{\"a\": 1",
            &expect![[r#"
                Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a": 1"; line: 1, column: 1])
                 at [Source: (String)"{"a": 1"; line: 1, column: 8]"#]],
        );
        check(
            "{\"a\": [1}",
            &expect![[r#"
                Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)"{"a": [1}"; line: 1, column: 7])
                 at [Source: (String)"{"a": [1}"; line: 1, column: 10]"#]],
        );
    }

    #[test]
    fn duplicates_and_comments() {
        check(
            "{\"a\": {}, \"a\": 2}",
            &expect![[r#"
                Duplicate field 'a'
                 at [Source: (String)"{"a": {}, "a": 2}"; line: 1, column: 14]"#]],
        );
        check(
            "{} // done",
            &expect![[r#"
                Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)
                 at [Source: (String)"{} // done"; line: 1, column: 5]"#]],
        );
    }

    #[test]
    fn json_gives_no_complaint() {
        for text in ["{}", "[]", " {\"a\": [1, -2.5e+3, {\"b\": null}, \"\\u00e9\\n\"], \"c\": true}\n", "3", ""] {
            assert_eq!(first_complaint(text), None, "{text}");
        }
    }
}

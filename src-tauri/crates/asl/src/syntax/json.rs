//! A total parser of JSON and of what people type instead.
//!
//! Every input gives a tree. Comments, trailing commas, single quotes, unquoted keys, missing commas and brackets are read
//! as meant and reported; a bare `${…}` is read without complaint. Depth, size and the number of reports are bounded.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Member, Node, NodeKind, Span, Text};
use crate::diagnostic::{Diagnostic, TextEdit};

/// Larger texts are refused. The service stops at 1 MiB.
pub const MAX_BYTES: usize = 16 << 20;
/// Deeper values are skipped and reported.
pub const MAX_DEPTH: usize = 200;
const MAX_DIAGNOSTICS: usize = 200;

#[derive(Debug, Clone)]
pub struct ParsedJson {
    pub root: Node,
    pub diagnostics: Vec<Diagnostic>,
    /// With their delimiters, in order.
    pub comments: Vec<Span>,
    /// Something could not be read as meant. Comments and superfluous commas alone do not break a document.
    pub broken: bool,
}

pub fn parse(text: &str) -> ParsedJson {
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        diagnostics: Vec::new(),
        comments: Vec::new(),
        broken: false,
    };
    if text.len() > MAX_BYTES {
        let message = format!("the text has {} bytes, more than the {MAX_BYTES} that are read", text.len());
        parser.diagnostics.push(Diagnostic::syntax(message, Span::empty(0)));
        return ParsedJson {
            root: Node::missing(0),
            diagnostics: parser.diagnostics,
            comments: Vec::new(),
            broken: true,
        };
    }
    if text.starts_with('\u{feff}') {
        parser.at = '\u{feff}'.len_utf8();
    }
    let root = parser.root();
    ParsedJson { root, diagnostics: parser.diagnostics, comments: parser.comments, broken: parser.broken }
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// The closing brackets that are awaited.
    open: Vec<u8>,
    diagnostics: Vec<Diagnostic>,
    comments: Vec<Span>,
    broken: bool,
}

impl Parser<'_> {
    fn root(&mut self) -> Node {
        self.skip_blank();
        if self.peek().is_none() {
            self.report("the text is empty: expected '{'", Span::new(self.at, self.at));
            return Node::missing(self.at);
        }
        while let Some(b'}' | b']' | b',' | b':') = self.peek() {
            self.unexpected_character();
            self.skip_blank();
        }
        let root = self.value();
        self.skip_blank();
        if self.peek().is_some() {
            self.report("unexpected text after the end of the document", Span::new(self.at, self.text.len()));
        }
        root
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn report(&mut self, message: impl Into<String>, span: Span) {
        self.broken = true;
        if self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.diagnostics.push(Diagnostic::syntax(message, span));
        }
    }

    /// Reports what is not JSON but can only be read in one way.
    fn tolerate(&mut self, message: impl Into<String>, span: Span, title: &str, edit: TextEdit) {
        if self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.diagnostics.push(Diagnostic::syntax(message, span).with_fix(title, vec![edit]));
        }
    }

    fn unexpected_character(&mut self) {
        let start = self.at;
        let character = self.bump_char();
        self.report(format!("unexpected '{}'", character.escape_debug()), Span::new(start, self.at));
    }

    fn bump_char(&mut self) -> char {
        let character = self.text[self.at..].chars().next().unwrap_or('\0');
        self.at += character.len_utf8().max(1);
        self.at = self.at.min(self.bytes.len());
        character
    }

    /// Blank space and comments.
    fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if matches!(self.peek_at(1), Some(b'/' | b'*')) => self.comment(),
                Some(0xC2) if self.peek_at(1) == Some(0xA0) => self.unexpected_character(),
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let (length, closed) = if rest.starts_with("//") {
            (rest.find(['\n', '\r']).unwrap_or(rest.len()), true)
        } else {
            rest.find("*/").map_or((rest.len(), false), |end| (end + 2, true))
        };
        self.at += length;
        let span = Span::new(start, self.at);
        self.comments.push(span);
        if !closed {
            return self.report("the comment is not closed: expected '*/'", span);
        }
        let message = "comments are not JSON";
        self.tolerate(message, span, "Remove the comment", TextEdit::delete(span));
    }

    fn value(&mut self) -> Node {
        self.skip_blank();
        let start = self.at;
        let kind = match self.peek() {
            None => {
                self.report("expected a value, found the end of the text", Span::new(start, start));
                NodeKind::Missing
            }
            Some(b'{' | b'[') if self.open.len() >= MAX_DEPTH => self.too_deep(),
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(quote @ (b'"' | b'\'')) => NodeKind::String(self.string(quote)),
            Some(b'$') if self.peek_at(1) == Some(b'{') => self.substitution(),
            Some(b'}' | b']' | b',' | b':') => {
                self.report("expected a value", Span::new(start, start));
                NodeKind::Missing
            }
            Some(_) => self.word(),
        };
        Node::new(kind, Span::new(start, self.at))
    }

    /// Skips a bracket and all it holds, without a stack of calls.
    fn too_deep(&mut self) -> NodeKind {
        let start = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.skip_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.report(format!("values may be nested {MAX_DEPTH} deep"), Span::new(start, start + 1));
        NodeKind::Missing
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at = (self.at + 1).min(self.bytes.len()),
                b'"' => return,
                _ => {}
            }
        }
    }

    fn object(&mut self) -> NodeKind {
        let opened = self.at;
        self.at += 1;
        self.open.push(b'}');
        let mut members: Vec<Member> = Vec::new();
        loop {
            self.skip_blank();
            match self.peek() {
                None => {
                    self.unclosed(opened, '}');
                    break;
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b']') if self.closes_outer(b']') => {
                    self.report("expected '}' before ']'", Span::new(self.at, self.at + 1));
                    break;
                }
                Some(b',') => self.stray_comma(),
                Some(b']' | b'[' | b'{' | b':') => self.unexpected_character(),
                Some(_) => {
                    let Some(key) = self.key() else { continue };
                    let member = self.member_after_key(key, &mut members);
                    members.push(member);
                    self.separator(b'}');
                }
            }
        }
        self.open.pop();
        self.report_duplicates(&members);
        NodeKind::Object(members)
    }

    /// `: value` after a key. A string that turns out to be the next key (`"Next": "End": true`) ends a member whose value
    /// is still missing.
    fn member_after_key(&mut self, mut key: Text, members: &mut Vec<Member>) -> Member {
        loop {
            self.skip_blank();
            if self.peek() != Some(b':') {
                if !is_substitution(&key.value) {
                    let end = key.span.end;
                    self.report(format!("expected ':' after \"{}\"", key.value), Span::empty(end));
                }
                let at = key.span.end as usize;
                return Member { key, value: Node::missing(at) };
            }
            self.at += 1;
            let after_colon = self.at;
            let value = self.value();
            let NodeKind::String(text) = &value.kind else { return Member { key, value } };
            let before = self.at;
            self.skip_blank();
            if self.peek() != Some(b':') || self.comments.last().is_some_and(|c| c.end as usize > before) {
                return Member { key, value };
            }
            self.report(format!("expected a value for \"{}\"", key.value), Span::new(after_colon, after_colon));
            let next = Text { value: text.clone(), span: value.span };
            members.push(Member { key, value: Node::missing(after_colon) });
            key = next;
        }
    }

    fn key(&mut self) -> Option<Text> {
        let start = self.at;
        let value = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.string(quote),
            Some(b'$') if self.peek_at(1) == Some(b'{') => {
                let NodeKind::Substitution(text) = self.substitution() else { return None };
                text
            }
            _ => {
                let word = self.take_word();
                if word.is_empty() {
                    self.unexpected_character();
                    return None;
                }
                let span = Span::new(start, self.at);
                let quoted = TextEdit::replace(span, format!("\"{word}\""));
                self.tolerate("names of fields stand in double quotes", span, "Quote the name", quoted);
                word.into()
            }
        };
        Some(Text { value, span: Span::new(start, self.at) })
    }

    fn array(&mut self) -> NodeKind {
        let opened = self.at;
        self.at += 1;
        self.open.push(b']');
        let mut elements = Vec::new();
        loop {
            self.skip_blank();
            match self.peek() {
                None => {
                    self.unclosed(opened, ']');
                    break;
                }
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b'}') if self.closes_outer(b'}') => {
                    self.report("expected ']' before '}'", Span::new(self.at, self.at + 1));
                    break;
                }
                Some(b',') => self.stray_comma(),
                Some(b'}' | b':') => self.unexpected_character(),
                Some(_) => {
                    elements.push(self.value());
                    self.separator(b']');
                }
            }
        }
        self.open.pop();
        NodeKind::Array(elements)
    }

    /// True if a bracket that is still open outside the innermost one awaits `close`.
    fn closes_outer(&self, close: u8) -> bool {
        self.open.iter().rev().skip(1).any(|awaited| *awaited == close)
    }

    fn unclosed(&mut self, opened: usize, close: char) {
        self.report(format!("expected '{close}': the bracket is never closed"), Span::new(opened, opened + 1));
    }

    fn stray_comma(&mut self) {
        let span = Span::new(self.at, self.at + 1);
        self.at += 1;
        self.tolerate("unexpected ','", span, "Remove the comma", TextEdit::delete(span));
    }

    /// The comma between two members or elements, or its absence before `close`.
    fn separator(&mut self, close: u8) {
        let end = self.at;
        self.skip_blank();
        match self.peek() {
            Some(b',') => {
                let comma = Span::new(self.at, self.at + 1);
                self.at += 1;
                self.skip_blank();
                if self.peek() == Some(close) {
                    let fix = TextEdit::delete(comma);
                    self.tolerate("trailing commas are not JSON", comma, "Remove the comma", fix);
                }
            }
            None | Some(b'}' | b']') => {}
            Some(b'$') if self.peek_at(1) == Some(b'{') => {}
            Some(_) => {
                let fix = TextEdit::insert(end as u32, ",");
                self.tolerate("expected ','", Span::new(end, end), "Insert a comma", fix);
            }
        }
    }

    fn report_duplicates(&mut self, members: &[Member]) {
        if members.len() < 8 {
            for (at, member) in members.iter().enumerate() {
                if members[..at].iter().any(|earlier| earlier.key.value == member.key.value) {
                    self.report_duplicate(member);
                }
            }
            return;
        }
        let mut seen = HashSet::with_capacity(members.len());
        for member in members {
            if !seen.insert(&*member.key.value) {
                self.report_duplicate(member);
            }
        }
    }

    fn report_duplicate(&mut self, member: &Member) {
        if !is_substitution(&member.key.value) {
            self.report(format!("Duplicate field '{}'", member.key.value), member.key.span);
        }
    }

    /// `${…}`, and what is glued to it, up to the next delimiter.
    fn substitution(&mut self) -> NodeKind {
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'$' if self.peek_at(1) == Some(b'{') => {
                    if !self.skip_braces() {
                        self.report("'${' is never closed", Span::new(start, self.at));
                        return NodeKind::Missing;
                    }
                }
                b',' | b']' | b'}' | b':' | b'"' | b' ' | b'\t' | b'\r' | b'\n' => break,
                _ => {
                    self.bump_char();
                }
            }
        }
        NodeKind::Substitution(self.text[start..self.at].into())
    }

    /// From `${` to the brace that closes it, on one line. Quoted text inside is passed over.
    fn skip_braces(&mut self) -> bool {
        let mut depth = 0usize;
        let mut quoted = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' | b'\r' => return false,
                b'\\' if quoted => self.at = (self.at + 1).min(self.bytes.len()),
                b'"' => quoted = !quoted,
                b'{' if !quoted => depth += 1,
                b'}' if !quoted => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.at += 1;
                        return true;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        // A backslash before a character of several bytes may have left us inside of it.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        false
    }

    fn take_word(&mut self) -> String {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.' | b'$') || byte >= 0x80 {
                self.bump_char();
            } else {
                break;
            }
        }
        self.text[start..self.at].to_owned()
    }

    fn word(&mut self) -> NodeKind {
        let start = self.at;
        let word = self.take_word();
        match word.as_str() {
            "null" => return NodeKind::Null,
            "true" => return NodeKind::Bool(true),
            "false" => return NodeKind::Bool(false),
            "" => {
                self.unexpected_character();
                return NodeKind::Missing;
            }
            _ if is_number(&word) => return NodeKind::Number(word.into()),
            _ => {}
        }
        let span = Span::new(start, self.at);
        match word.to_ascii_lowercase().as_str() {
            lower @ ("true" | "false" | "null" | "none") => {
                let lower = if lower == "none" { "null" } else { lower };
                let fix = TextEdit::replace(span, lower);
                self.tolerate(format!("'{word}' is written {lower}"), span, "Write it as JSON does", fix);
                match lower {
                    "true" => NodeKind::Bool(true),
                    "false" => NodeKind::Bool(false),
                    _ => NodeKind::Null,
                }
            }
            _ if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
                self.report(format!("'{word}' is not a JSON number"), span);
                NodeKind::Missing
            }
            _ => {
                let fix = TextEdit::replace(span, format!("\"{word}\""));
                self.tolerate(format!("unexpected '{word}'"), span, "Quote it", fix);
                self.broken = true;
                NodeKind::Missing
            }
        }
    }

    /// A string literal. One that is not closed ends with its line.
    fn string(&mut self, quote: u8) -> Arc<str> {
        let start = self.at;
        self.at += 1;
        let content = self.at;
        let mut decoded: Option<String> = None;
        loop {
            match self.peek() {
                None | Some(b'\n' | b'\r') => {
                    self.report("the string is not closed", Span::new(start, self.at));
                    break;
                }
                Some(byte) if byte == quote => break,
                Some(b'\\') => {
                    if decoded.is_none() {
                        decoded = Some(self.text[content..self.at].to_owned());
                    }
                    let character = self.escape();
                    if let (Some(decoded), Some(character)) = (&mut decoded, character) {
                        decoded.push(character);
                    }
                }
                Some(byte) => {
                    if byte < 0x20 {
                        let message = "control characters must be escaped in strings";
                        self.report(message, Span::new(self.at, self.at + 1));
                    }
                    let character = self.bump_char();
                    if let Some(decoded) = &mut decoded {
                        decoded.push(character);
                    }
                }
            }
        }
        let end = self.at;
        if self.peek() == Some(quote) {
            self.at += 1;
        }
        let value: Arc<str> = match decoded {
            Some(decoded) => decoded.into(),
            None => self.text[content..end].into(),
        };
        if quote == b'\'' {
            let span = Span::new(start, self.at);
            let fix = TextEdit::replace(span, quote_json(&value));
            self.tolerate("strings stand in double quotes", span, "Use double quotes", fix);
        }
        value
    }

    /// One escape sequence; `None` if it stands for nothing.
    fn escape(&mut self) -> Option<char> {
        let start = self.at;
        self.at += 1;
        let byte = self.peek()?;
        let simple = match byte {
            b'"' | b'\\' | b'/' => byte as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(start),
            b'\n' | b'\r' => return None,
            _ => {
                let character = self.bump_char();
                self.report(format!("'\\{character}' is not an escape of JSON"), Span::new(start, self.at));
                return Some(character);
            }
        };
        self.at += 1;
        Some(simple)
    }

    fn unicode_escape(&mut self, start: usize) -> Option<char> {
        self.at += 1;
        let Some(first) = self.hex4() else {
            self.report("'\\u' needs four hexadecimal digits", Span::new(start, self.at));
            return None;
        };
        if (0xD800..0xDC00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            match self.hex4() {
                Some(second) if (0xDC00..0xE000).contains(&second) => {
                    return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                }
                _ => self.at = before,
            }
        }
        // A lone surrogate is legal JSON and no character.
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        let mut value = 0;
        for digit in digits {
            value = value * 16 + (*digit as char).to_digit(16)?;
        }
        self.at += 4;
        Some(value)
    }
}

fn is_substitution(key: &str) -> bool {
    key.starts_with("${")
}

/// The grammar of RFC 8259, section 6.
pub(super) fn is_number(word: &str) -> bool {
    let rest = word.strip_prefix('-').unwrap_or(word);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || (digits > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = &rest[digits..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit());
    }
    rest.is_empty()
}

/// A JSON string literal.
pub fn quote_json(text: &str) -> String {
    use std::fmt::Write as _;
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if (control as u32) < 0x20 => {
                write!(quoted, "\\u{:04x}", control as u32).expect("writing to a String never fails");
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

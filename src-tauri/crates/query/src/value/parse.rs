//! JSON text to values: strict RFC 8259, iterative, sharing the text.

use std::sync::Arc;

use super::number::scan;
use super::{Array, Key, Number, ObjectBuilder, Str, Value};
use crate::Text;

/// The deepest nesting that is read; the service's own reader has the same limit.
pub const MAX_DEPTH: usize = 1000;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line}, column {column}")]
pub struct ParseError {
    pub message: &'static str,
    /// Bytes from the beginning.
    pub offset: usize,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl ParseError {
    pub(super) const TOO_LONG: Self = Self { message: "text longer than 4 GiB", offset: 0, line: 1, column: 1 };

    fn new(text: &str, offset: usize, message: &'static str) -> Self {
        let offset = offset.min(text.len());
        let before = &text.as_bytes()[..offset];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count() as u32;
        let column = 1 + before[line_start..].iter().filter(|&&b| b & 0xC0 != 0x80).count() as u32;
        Self { message, offset, line, column }
    }
}

pub(super) fn parse(text: &Text) -> Result<Value, ParseError> {
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        loose: 0,
        names: Names::default(),
        items: Vec::new(),
        members: Vec::new(),
    };
    parser.document().map_err(|(offset, message)| ParseError::new(text, offset, message))
}

type Failure = (usize, &'static str);

/// A container whose end has not been read.
struct Open {
    is_array: bool,
    start: usize,
    loose: usize,
    /// Where its members begin in the list of members read so far.
    base: usize,
}

struct Parser<'a> {
    text: &'a Text,
    bytes: &'a [u8],
    at: usize,
    /// How often something was read that compact text would not have.
    loose: usize,
    names: Names,
    /// Members of the open containers, innermost last, so that every container is made in its final size.
    items: Vec<Value>,
    members: Vec<(Key, Value)>,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Value, Failure> {
        let mut stack: Vec<Open> = Vec::new();
        self.space();
        loop {
            let start = self.at;
            let mut value = match self.peek() {
                Some(bracket @ (b'[' | b'{')) => {
                    if stack.len() >= MAX_DEPTH {
                        return Err((start, "nested more than 1000 levels deep"));
                    }
                    let is_array = bracket == b'[';
                    let base = if is_array { self.items.len() } else { self.members.len() };
                    let open = Open { is_array, start, loose: self.loose, base };
                    self.at += 1;
                    self.space();
                    // In this notation the closing bracket is two code points after the opening one.
                    if self.peek() != Some(bracket + 2) {
                        if !is_array {
                            self.key()?;
                        }
                        stack.push(open);
                        continue;
                    }
                    self.close(&open)
                }
                _ => self.scalar()?,
            };
            // Close everything that ends here.
            loop {
                self.space();
                let Some(open) = stack.last() else {
                    return if self.at == self.bytes.len() {
                        Ok(value)
                    } else {
                        Err((self.at, "text after the end of the value"))
                    };
                };
                if open.is_array {
                    self.items.push(value);
                } else if let Some(member) = self.members.last_mut() {
                    member.1 = value;
                }
                match (self.peek(), open.is_array) {
                    (Some(b','), is_array) => {
                        self.at += 1;
                        self.space();
                        if !is_array {
                            self.key()?;
                        }
                        break;
                    }
                    (Some(b']'), true) | (Some(b'}'), false) => value = self.close(open),
                    (_, true) => return Err((self.at, "expected ',' or ']'")),
                    (_, false) => return Err((self.at, "expected ',' or '}'")),
                }
                stack.pop();
            }
        }
    }

    /// Reads the closing bracket and makes the container.
    fn close(&mut self, open: &Open) -> Value {
        self.at += 1;
        let text = self.text.slice(open.start..self.at);
        let compact = open.loose == self.loose;
        if open.is_array {
            Value::Array(Array::parsed(self.items.drain(open.base..).collect(), text, compact))
        } else {
            let members = self.members.drain(open.base..).collect();
            Value::Object(ObjectBuilder::of(members).parsed(text, compact))
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
            self.loose += 1;
        }
    }

    /// Reads a name and its colon; the value takes its place later.
    fn key(&mut self) -> Result<(), Failure> {
        if self.peek() != Some(b'"') {
            return Err((self.at, "expected a member name in double quotes"));
        }
        let start = self.at;
        let escaped = self.string()?;
        let key = if escaped {
            Arc::from(unescape(&self.text[start + 1..self.at - 1]))
        } else {
            self.names.share(&self.text[start + 1..self.at - 1])
        };
        self.space();
        if self.peek() != Some(b':') {
            return Err((self.at, "expected ':'"));
        }
        self.at += 1;
        self.space();
        self.members.push((key, Value::Null));
        Ok(())
    }

    fn scalar(&mut self) -> Result<Value, Failure> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                let escaped = self.string()?;
                let notation = &self.text[start..self.at];
                Ok(Value::String(if escaped {
                    let raw = unescape(&notation[1..notation.len() - 1]);
                    Str::escaped(notation.to_owned(), &raw)
                } else {
                    Str::plain(notation.into())
                }))
            }
            Some(b'-' | b'0'..=b'9') => {
                self.at = scan(self.bytes, start).map_err(|at| (at, "expected a digit"))?;
                Ok(Value::Number(Number::from_valid(&self.text[start..self.at])))
            }
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err((start, "expected a value")),
            None => Err((start, "unexpected end of text")),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Failure> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err((self.at, "expected a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    /// Passes a string and says whether it holds escapes.
    fn string(&mut self) -> Result<bool, Failure> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            let plain = self.bytes[self.at..].iter().position(|&byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let Some(plain) = plain else { return Err((start, "string without an end")) };
            self.at += plain;
            match self.bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    return Ok(escaped);
                }
                b'\\' => {
                    escaped = true;
                    // How `"`, `\` and control characters are spelt does not matter; that others are spelt out does.
                    self.loose += usize::from(matches!(self.bytes.get(self.at + 1), Some(b'/' | b'u')));
                    let length = match self.bytes.get(self.at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                        Some(b'u') if hex(self.bytes, self.at + 2).is_some() => 6,
                        _ => return Err((self.at, "unknown escape in a string")),
                    };
                    self.at += length;
                }
                _ => return Err((self.at, "control character in a string")),
            }
        }
    }
}

fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |code, &digit| Some(code * 16 + (digit as char).to_digit(16)?))
}

/// `text` is the checked inside of a string. Half a surrogate pair becomes U+FFFD: it has no place in UTF-8.
fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        out.push_str(&text[at..at + found]);
        at += found + 2;
        match bytes[at - 1] {
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let high = hex(bytes, at).expect("the escape was checked");
                at += 4;
                let low = if (0xD800..0xDC00).contains(&high) && bytes[at..].starts_with(b"\\u") {
                    hex(bytes, at + 2)
                } else {
                    None
                };
                let code = match low {
                    Some(low @ 0xDC00..0xE000) => {
                        at += 6;
                        0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
                    }
                    _ => high,
                };
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            other => out.push(other as char),
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Shares the storage of member names that repeat, as they do in arrays of records.
#[derive(Default)]
struct Names {
    recent: Vec<Option<Key>>,
}

impl Names {
    fn share(&mut self, name: &str) -> Key {
        if self.recent.is_empty() {
            self.recent.resize(64, None);
        }
        let bytes = name.as_bytes();
        let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
        let slot = (usize::from(first) * 7 + usize::from(last) * 31 + bytes.len() * 13) % self.recent.len();
        match &self.recent[slot] {
            Some(known) if **known == *name => Arc::clone(known),
            _ => {
                let key: Key = Arc::from(name);
                self.recent[slot] = Some(Arc::clone(&key));
                key
            }
        }
    }
}

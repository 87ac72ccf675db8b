//! Text to call.

use std::sync::Arc;

use super::{Argument, Call, Function, Node};
use crate::jsonpath::{Path, SyntaxError};
use crate::{Number, Value};

/// Calls inside calls; the service's limit.
const MAX_NESTING: usize = 10;

pub(super) fn call(text: &str) -> Result<Call, SyntaxError> {
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0 };
    parser.space();
    let call = parser.call(1)?;
    parser.space();
    if parser.at < text.len() {
        return parser.fail("unexpected text after the function call");
    }
    Ok(call)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        let at = self.at.min(self.text.len());
        let end = self.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        Err(SyntaxError::new(message, at..end))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn call(&mut self, nesting: usize) -> Result<Call, SyntaxError> {
        let start = self.at;
        let rest = &self.text[start..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_')).unwrap_or(rest.len());
        let name = &rest[..end];
        let Some(function) = name.strip_prefix("States.").and_then(Function::named) else {
            let message = format!("'{name}' is not an intrinsic function");
            return Err(SyntaxError::new(message, start..start + end));
        };
        if nesting > MAX_NESTING {
            return self.fail("intrinsic functions are nested more than 10 levels deep");
        }
        self.at += end;
        self.space();
        if self.peek() != Some(b'(') {
            return self.fail("expected '('");
        }
        self.at += 1;
        let mut arguments = Vec::new();
        self.space();
        if self.peek() == Some(b')') {
            self.at += 1;
        } else {
            loop {
                arguments.push(self.argument(nesting)?);
                self.space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b')') => {
                        self.at += 1;
                        break;
                    }
                    _ => return self.fail("expected ',' or ')'"),
                }
                self.space();
            }
        }
        if let Some(expected) = function.refuses(arguments.len()) {
            let message = format!("States.{} takes {expected}, not {}", function.name(), arguments.len());
            return Err(SyntaxError::new(message, start..self.at));
        }
        Ok(Call(Arc::new(Node { source: self.text[start..self.at].into(), function, arguments })))
    }

    fn argument(&mut self, nesting: usize) -> Result<Argument, SyntaxError> {
        match self.peek() {
            Some(b'\'') => self.string(),
            Some(b'$') => self.path(),
            Some(b'S') => self.call(nesting + 1).map(Argument::Call),
            _ => {
                let rest = &self.text[self.at..];
                let end = rest.find([',', ')', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
                let value = match &rest[..end] {
                    "null" => Value::Null,
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    word => match Number::parse(word) {
                        Some(number) => Value::Number(number),
                        None => return self.fail("expected a path, a string in single quotes, a number or a function"),
                    },
                };
                self.at += end;
                Ok(Argument::Value(value))
            }
        }
    }

    fn string(&mut self) -> Result<Argument, SyntaxError> {
        let start = self.at + 1;
        let mut value = String::new();
        self.at = start;
        loop {
            let Some(next) = self.text[self.at..].chars().next() else {
                return self.fail("the string has no end");
            };
            match next {
                '\'' => break,
                '\\' => match self.text[self.at + 1..].chars().next() {
                    Some(escaped @ ('\'' | '{' | '}' | '\\')) => {
                        value.push(escaped);
                        self.at += 2;
                    }
                    // Recorded: `\"` makes the service refuse the definition.
                    _ => return self.fail("only \\', \\{, \\} and \\\\ are escapes here"),
                },
                other => {
                    value.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        let written = self.text[start..self.at].into();
        self.at += 1;
        Ok(Argument::Text { value: Value::string(&value), written })
    }

    /// A path ends at the comma or parenthesis that belongs to the call.
    fn path(&mut self) -> Result<Argument, SyntaxError> {
        let start = self.at;
        let mut open: Vec<u8> = Vec::new();
        let mut quote = None;
        while let Some(byte) = self.peek() {
            match (quote, byte) {
                (Some(_), b'\\') => self.at += 1,
                (Some(end), _) if byte == end => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') if !open.is_empty() => quote = Some(byte),
                (None, b'[' | b'(') => open.push(byte),
                (None, b']' | b')') if open.is_empty() => break,
                (None, b']' | b')') => {
                    open.pop();
                }
                (None, b',' | b' ') if open.is_empty() => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.text.len());
        match Path::parse(&self.text[start..self.at]) {
            Ok(path) => Ok(Argument::Path(path)),
            Err(error) => Err(SyntaxError::new(error.message, start + error.span.start..start + error.span.end)),
        }
    }
}

//! Text to path, accepting and refusing what Jayway does.

use std::ops::Range;
use std::sync::Arc;

use super::{Compiled, Dialect, Path, Root, SyntaxError, Token, filter, function};

/// Far beyond any real path; bounds the recursion of evaluation.
const MAX_TOKENS: usize = 500;
/// Filters in paths in filters.
const MAX_NESTING: usize = 16;

pub(super) fn path(text: &str, dialect: Dialect) -> Result<Path, SyntaxError> {
    nested(text, dialect, 0, 0)
}

/// `offset`: where `text` lies in the outermost path; `nesting`: in how many filters.
pub(super) fn nested(text: &str, dialect: Dialect, offset: usize, nesting: usize) -> Result<Path, SyntaxError> {
    if nesting > MAX_NESTING {
        return Err(SyntaxError::new("filters are nested too deeply", offset..offset + text.len()));
    }
    let trimmed = text.trim_matches(' ');
    let offset = offset + (text.len() - text.trim_start_matches(' ').len());
    let mut parser =
        Parser { text: trimmed, bytes: trimmed.as_bytes(), at: 0, offset, nesting, dialect, tokens: Vec::new() };
    let root = parser.root()?;
    parser.tokens()?;
    let tokens = parser.tokens;
    let definite = definite(&tokens);
    let simple = tokens.iter().all(|token| match token {
        Token::Names(names) => names.len() == 1,
        Token::Indexes(indexes) => indexes.len() == 1,
        _ => false,
    });
    Ok(Path(Arc::new(Compiled { source: text.into(), root, tokens, definite, simple, dialect })))
}

fn definite(tokens: &[Token]) -> bool {
    // A function at the end of a path with a scan takes the rest as its argument, and gives one result.
    let scans = tokens.iter().any(|token| matches!(token, Token::Scan));
    if scans && matches!(tokens.last(), Some(Token::Function(_))) {
        return true;
    }
    tokens.iter().enumerate().all(|(at, token)| match token {
        Token::Names(names) => names.len() == 1 || at + 1 == tokens.len(),
        Token::Indexes(indexes) => indexes.len() == 1,
        Token::Function(_) => true,
        Token::Slice { .. } | Token::Wildcard | Token::Scan | Token::Filter(_) => false,
    })
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    offset: usize,
    nesting: usize,
    dialect: Dialect,
    tokens: Vec<Token>,
}

impl Parser<'_> {
    fn fail<T>(&self, at: usize, message: impl Into<String>) -> Result<T, SyntaxError> {
        let at = at.min(self.text.len());
        let end = self.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        Err(SyntaxError::new(message, self.offset + at..self.offset + end))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The first byte that is not a space, from `at` on.
    fn significant(&self, mut at: usize) -> (usize, Option<u8>) {
        while self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        (at, self.bytes.get(at).copied())
    }

    fn root(&mut self) -> Result<Root, SyntaxError> {
        if self.text.is_empty() {
            return self.fail(0, "Path can not be empty");
        }
        if self.text.ends_with('.') {
            return self.fail(self.text.len() - 1, "Path must not end with a '.' or '..'");
        }
        let root = match (self.peek(), self.dialect) {
            (Some(b'$'), Dialect::Service) => {
                self.at = 1;
                if self.peek() == Some(b'$') {
                    self.at = 2;
                    Root::Context
                } else {
                    let name: &str = &self.text[1..];
                    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
                    self.at += end;
                    let name = &name[..end];
                    if name.starts_with(|c: char| c.is_ascii_digit()) {
                        return self.fail(1, "A variable name must not start with a digit");
                    }
                    if name.is_empty() { Root::Input } else { Root::Variable(name.into()) }
                }
            }
            (Some(b'@'), Dialect::Service) if self.nesting > 0 => {
                self.at = 1;
                Root::Input
            }
            (_, Dialect::Service) => return self.fail(0, "A path must start with '$'"),
            (Some(b'$' | b'@'), Dialect::Jayway) => {
                self.at = 1;
                Root::Input
            }
            // As if `$.` stood before it.
            (_, Dialect::Jayway) => {
                self.property()?;
                return Ok(Root::Input);
            }
        };
        if self.at < self.text.len() && !matches!(self.peek(), Some(b'.' | b'[')) {
            return self.fail(self.at, format!("Illegal character at position {} expected '.' or '['", self.at));
        }
        Ok(root)
    }

    fn tokens(&mut self) -> Result<(), SyntaxError> {
        while let Some(byte) = self.peek() {
            if self.tokens.len() >= MAX_TOKENS {
                return self.fail(self.at, "the path has too many steps");
            }
            match byte {
                b'[' => self.bracket()?,
                b'.' => self.dot()?,
                b'*' => {
                    self.at += 1;
                    self.tokens.push(Token::Wildcard);
                }
                _ => self.property()?,
            }
        }
        Ok(())
    }

    fn dot(&mut self) -> Result<(), SyntaxError> {
        self.at += 1;
        if self.peek() == Some(b'.') {
            self.at += 1;
            if matches!(self.tokens.last(), Some(Token::Scan)) {
                return self.fail(self.at, format!("Character '.' on position {} is not valid.", self.at));
            }
            self.tokens.push(Token::Scan);
        }
        match self.peek() {
            Some(b'.') => self.fail(self.at, format!("Character '.' on position {} is not valid.", self.at)),
            None => self.fail(self.at, "Path must not end with a '.' or '..'"),
            Some(b'[' | b'*') => Ok(()),
            Some(_) => self.property(),
        }
    }

    /// A name in dot notation, or a function.
    fn property(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        if matches!(self.peek(), Some(b'[' | b'*' | b'.' | b' ' | b']') | None) {
            return self.fail(start, format!("Could not parse token starting at position {start}"));
        }
        while let Some(byte) = self.peek() {
            match byte {
                b' ' => {
                    let message =
                        "Use bracket notion ['my prop'] if your property contains blank characters. position: ";
                    return self.fail(self.at, format!("{message}{start}"));
                }
                b'.' | b'[' => break,
                b'(' => return self.function(start),
                _ => self.at += 1,
            }
        }
        self.tokens.push(Token::Names(vec![self.text[start..self.at].into()]));
        Ok(())
    }

    fn function(&mut self, start: usize) -> Result<(), SyntaxError> {
        let name = &self.text[start..self.at];
        let open = self.at;
        let Some(close) = closing(self.bytes, open, b'(', b')') else {
            return self.fail(open, format!("Arguments to function: '{name}' are not closed properly."));
        };
        let arguments = &self.text[open + 1..close];
        let argument_offset = self.offset + open + 1;
        let function = function::Function::parse(name, arguments, self.dialect, argument_offset, self.nesting + 1)?;
        self.at = close + 1;
        self.tokens.push(Token::Function(function));
        Ok(())
    }

    fn bracket(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let (inner, first) = self.significant(start + 1);
        match first {
            Some(b'\'' | b'"') => self.names(inner),
            Some(b'0'..=b'9' | b'-' | b':') => self.indexes(start),
            Some(b'*') => {
                let (end, close) = self.significant(inner + 1);
                if close != Some(b']') {
                    return self.fail(end, format!("Expected wildcard token to end with ']' on position {end}"));
                }
                self.at = end + 1;
                self.tokens.push(Token::Wildcard);
                Ok(())
            }
            Some(b'?') => self.filter(start, inner),
            _ => self.unexpected(start),
        }
    }

    fn unexpected(&self, start: usize) -> Result<(), SyntaxError> {
        self.fail(start, format!("Could not parse token starting at position {start}. Expected ?, ', 0-9, * "))
    }

    fn names(&mut self, mut at: usize) -> Result<(), SyntaxError> {
        let mut names = Vec::new();
        loop {
            let (start, quote) = self.significant(at);
            let Some(quote @ (b'\'' | b'"')) = quote else {
                return self.fail(start, format!("Found empty property at index {start}"));
            };
            let mut name = Vec::new();
            let mut i = start + 1;
            loop {
                match self.bytes.get(i) {
                    // Jayway drops every backslash; the service was recorded to keep the one of `\"` in single quotes.
                    Some(b'\\')
                        if self
                            .bytes
                            .get(i + 1)
                            .is_some_and(|&next| next == quote || self.dialect == Dialect::Jayway) =>
                    {
                        name.push(self.bytes[i + 1]);
                        i += 2;
                    }
                    Some(&byte) if byte == quote => break,
                    Some(&byte) => {
                        name.push(byte);
                        i += 1;
                    }
                    None => {
                        return self
                            .fail(start, format!("Property has not been closed - missing closing {}", quote as char));
                    }
                }
            }
            let name = String::from_utf8(name).expect("only whole escape bytes were dropped");
            names.push(name.into_boxed_str());
            let (next, byte) = self.significant(i + 1);
            match byte {
                Some(b']') => {
                    self.at = next + 1;
                    self.tokens.push(Token::Names(names));
                    return Ok(());
                }
                Some(b',') => at = next + 1,
                _ => {
                    return self.fail(
                        next,
                        "Property must be separated by comma or Property must be terminated close square bracket",
                    );
                }
            }
        }
    }

    fn indexes(&mut self, start: usize) -> Result<(), SyntaxError> {
        let Some(length) = self.text[start..].find(']') else { return self.unexpected(start) };
        let inside = &self.text[start + 1..start + length];
        let expression = inside.trim_matches(' ');
        let span = self.offset + start..self.offset + start + length + 1;
        if !expression.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'-' | b':' | b' ')) {
            return self.unexpected(start);
        }
        let token = if expression.contains(':') { slice(expression, span)? } else { list(expression, span)? };
        self.at = start + length + 1;
        self.tokens.push(token);
        Ok(())
    }

    fn filter(&mut self, start: usize, question: usize) -> Result<(), SyntaxError> {
        let (open, parenthesis) = self.significant(question + 1);
        if parenthesis != Some(b'(') {
            return self.unexpected(start);
        }
        let Some(close) = closing(self.bytes, open, b'(', b')') else { return self.unexpected(start) };
        let (end, bracket) = self.significant(close + 1);
        if bracket != Some(b']') {
            return self.unexpected(start);
        }
        let criteria = &self.text[open + 1..close];
        let filter = filter::Filter::parse(criteria, self.dialect, self.offset + open + 1, self.nesting + 1)?;
        self.at = end + 1;
        self.tokens.push(Token::Filter(filter));
        Ok(())
    }
}

fn slice(expression: &str, span: Range<usize>) -> Result<Token, SyntaxError> {
    let failed = || SyntaxError::new(format!("Failed to parse SliceOperation: {expression}"), span.clone());
    let mut parts = expression.split(':');
    let mut part = || match parts.next() {
        None | Some("") => Ok(None),
        Some(text) => text.parse::<i64>().map(Some).map_err(|_| failed()),
    };
    let (from, to) = (part()?, part()?);
    if from.is_none() && to.is_none() {
        return Err(failed());
    }
    Ok(Token::Slice { from, to })
}

fn list(expression: &str, span: Range<usize>) -> Result<Token, SyntaxError> {
    let index = |text: &str| {
        text.trim_matches(' ').parse::<i32>().map(i64::from).map_err(|_| {
            SyntaxError::new(format!("Failed to parse token in ArrayIndexOperation: {text}"), span.clone())
        })
    };
    Ok(Token::Indexes(expression.split(',').map(index).collect::<Result<_, _>>()?))
}

/// The bracket that closes the one at `open`, passing over strings and regular expressions.
pub(super) fn closing(bytes: &[u8], open: usize, opening: u8, closing: u8) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = open;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            quote @ (b'\'' | b'"') => at = string_end(bytes, at, quote)?,
            b'/' => at = string_end(bytes, at, b'/')?,
            byte if byte == opening => depth += 1,
            byte if byte == closing => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The position of the `end` that closes what starts at `start`, with backslash as escape.
pub(super) fn string_end(bytes: &[u8], start: usize, end: u8) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            &byte if byte == end => return Some(at),
            _ => at += 1,
        }
    }
}

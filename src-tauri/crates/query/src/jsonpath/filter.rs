//! Filters: `[?(@.price < 10 && @.title)]`.

use regex::{Regex, RegexBuilder};

use super::parse::{closing, nested, string_end};
use super::{Dialect, Path, PathErrorKind, Root, SyntaxError, eval};
use crate::{Number, Value};

#[derive(Debug)]
pub(super) enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operator, Operand, Operand),
}

#[derive(Debug)]
pub(super) enum Operand {
    Value(Value),
    Path { path: Path, current: bool },
    Pattern(Regex),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    StrictlyEqual,
    StrictlyNotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    Contains,
    All,
    Size,
    Empty,
    SubsetOf,
    AnyOf,
    NoneOf,
}

impl Filter {
    pub(super) fn parse(text: &str, dialect: Dialect, offset: usize, nesting: usize) -> Result<Self, SyntaxError> {
        let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, dialect, offset, nesting, groups: 0 };
        let filter = parser.or()?;
        parser.space();
        if parser.at < text.len() {
            return parser.fail(format!("Expected end of filter expression instead of: {}", &text[parser.at..]));
        }
        Ok(filter)
    }

    pub(super) fn accepts(&self, current: &Value, root: &Value, budget: &mut u32) -> Result<bool, PathErrorKind> {
        *budget = budget.checked_sub(1).ok_or(PathErrorKind::TooMuch)?;
        match self {
            Self::Or(parts) => {
                for part in parts {
                    if part.accepts(current, root, budget)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::And(parts) => {
                for part in parts {
                    if !part.accepts(current, root, budget)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Not(part) => Ok(!part.accepts(current, root, budget)?),
            Self::Exists(operand) => Ok(operand.eval(current, root, budget)?.is_some()),
            Self::Compare(operator, left, right) => {
                if *operator == Operator::Matches {
                    return Ok(match (left, right) {
                        (Operand::Pattern(pattern), other) | (other, Operand::Pattern(pattern)) => {
                            other.eval(current, root, budget)?.is_some_and(|value| matches(pattern, &value))
                        }
                        _ => false,
                    });
                }
                let left = left.eval(current, root, budget)?;
                let right = right.eval(current, root, budget)?;
                if let (Some(Value::Array(a)), Some(Value::Array(b))) = (&left, &right) {
                    let work = a.len().saturating_mul(b.len()).min(u32::MAX as usize) as u32;
                    *budget = budget.checked_sub(work).ok_or(PathErrorKind::TooMuch)?;
                }
                Ok(compare(*operator, left.as_ref(), right.as_ref()))
            }
        }
    }
}

impl Operand {
    fn eval(&self, current: &Value, root: &Value, budget: &mut u32) -> Result<Option<Value>, PathErrorKind> {
        match self {
            Self::Value(value) => Ok(Some(value.clone())),
            Self::Path { path, current: true } => eval::operand(path, current, root, budget),
            Self::Path { path, current: false } => eval::operand(path, root, root, budget),
            Self::Pattern(_) => Ok(None),
        }
    }
}

fn matches(pattern: &Regex, value: &Value) -> bool {
    match value {
        Value::String(text) => pattern.is_match(text),
        Value::Number(_) | Value::Bool(_) => pattern.is_match(&value.text()),
        Value::Array(items) => items.iter().filter_map(Value::as_str).any(|text| pattern.is_match(text)),
        _ => false,
    }
}

/// `None` is what a path gives that finds nothing: equal to nothing, not even to itself.
fn compare(operator: Operator, left: Option<&Value>, right: Option<&Value>) -> bool {
    use std::cmp::Ordering;
    let order = || match (left?, right?) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.as_str().cmp(b.as_str())),
        _ => None,
    };
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned();
    let holds = |items: &[Value], value: Option<&Value>| items.iter().any(|item| equal(Some(item), value));
    match operator {
        Operator::Equal => equal(left, right),
        Operator::NotEqual => !equal(left, right),
        Operator::StrictlyEqual => same_type(left, right) && equal(left, right),
        Operator::StrictlyNotEqual => !(same_type(left, right) && equal(left, right)),
        Operator::Less => order() == Some(Ordering::Less),
        Operator::LessOrEqual => order().is_some_and(Ordering::is_le),
        Operator::Greater => order() == Some(Ordering::Greater),
        Operator::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
        Operator::Matches => false,
        Operator::In => list(right).is_some_and(|items| holds(&items, left)),
        Operator::NotIn => !list(right).is_some_and(|items| holds(&items, left)),
        Operator::Contains => match (left, right) {
            (Some(Value::String(text)), Some(Value::String(part))) => text.contains(part.as_str()),
            (Some(Value::Array(items)), _) => holds(items, right),
            _ => false,
        },
        Operator::All => match (list(left), list(right)) {
            (Some(items), Some(wanted)) => wanted.iter().all(|value| holds(&items, Some(value))),
            _ => false,
        },
        Operator::Size => match (left, right.and_then(Value::as_i64)) {
            (Some(Value::String(text)), Some(size)) => text.encode_utf16().count() as i64 == size,
            (Some(Value::Array(items)), Some(size)) => items.len() as i64 == size,
            (Some(Value::Object(members)), Some(size)) => members.len() as i64 == size,
            _ => false,
        },
        Operator::Empty => match (left, right.and_then(Value::as_bool)) {
            (Some(Value::String(text)), Some(wanted)) => text.is_empty() == wanted,
            (Some(Value::Array(items)), Some(wanted)) => items.is_empty() == wanted,
            (Some(Value::Object(members)), Some(wanted)) => members.is_empty() == wanted,
            _ => false,
        },
        Operator::SubsetOf | Operator::AnyOf | Operator::NoneOf => match (list(left), list(right)) {
            (Some(items), Some(of)) => match operator {
                Operator::SubsetOf => items.iter().all(|item| holds(&of, Some(item))),
                Operator::AnyOf => items.iter().any(|item| holds(&of, Some(item))),
                _ => !items.iter().any(|item| holds(&of, Some(item))),
            },
            _ => false,
        },
    }
}

fn same_type(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.type_name() == right.type_name(),
        _ => false,
    }
}

/// Jayway's `==`: a number equals the string that spells it, and the text of a number decides when the string is left.
fn equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(Value::Number(number)), Some(Value::String(text))) => {
            Number::parse(text).is_some_and(|other| other == *number)
        }
        (Some(Value::String(text)), Some(Value::Number(number))) => number.to_string() == text.as_str(),
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// Groups and negations inside one filter.
const MAX_GROUPS: usize = 64;

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    offset: usize,
    nesting: usize,
    groups: usize,
}

impl Parser<'_> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        let at = self.at.min(self.text.len());
        let end = self.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        Err(SyntaxError::new(message, self.offset + at..self.offset + end))
    }

    fn space(&mut self) {
        while self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    fn takes(&mut self, text: &str) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn or(&mut self) -> Result<Filter, SyntaxError> {
        let mut parts = vec![self.and()?];
        while self.takes("||") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Or(parts) })
    }

    fn and(&mut self) -> Result<Filter, SyntaxError> {
        let mut parts = vec![self.term()?];
        while self.takes("&&") {
            parts.push(self.term()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) })
    }

    fn term(&mut self) -> Result<Filter, SyntaxError> {
        self.space();
        let grouped = matches!(self.bytes.get(self.at), Some(b'!' | b'('));
        if grouped {
            self.groups += 1;
            if self.groups > MAX_GROUPS {
                return self.fail("the filter has too many groups");
            }
        }
        if self.takes("!") {
            return Ok(Filter::Not(Box::new(self.term()?)));
        }
        if self.takes("(") {
            let inner = self.or()?;
            if !self.takes(")") {
                return self.fail("Expected character: )");
            }
            return Ok(inner);
        }
        let left = self.operand()?;
        self.space();
        if self.at >= self.text.len() || self.text[self.at..].starts_with(['&', '|', ')']) {
            return match left {
                Operand::Path { .. } => Ok(Filter::Exists(left)),
                _ => self.fail("Expected a comparison"),
            };
        }
        let operator = self.operator()?;
        let right = self.operand()?;
        Ok(Filter::Compare(operator, left, right))
    }

    fn operator(&mut self) -> Result<Operator, SyntaxError> {
        let rest = &self.text[self.at..];
        let symbol = |c: char| matches!(c, '<' | '>' | '=' | '~' | '!');
        let end = if rest.starts_with(symbol) {
            rest.find(|c| !symbol(c))
        } else {
            rest.find(|c: char| !c.is_ascii_alphabetic())
        };
        let word = &rest[..end.unwrap_or(rest.len())];
        let operator = match word.to_ascii_uppercase().as_str() {
            "==" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "===" => Operator::StrictlyEqual,
            "!==" => Operator::StrictlyNotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "=~" => Operator::Matches,
            "IN" => Operator::In,
            "NIN" => Operator::NotIn,
            "CONTAINS" => Operator::Contains,
            "ALL" => Operator::All,
            "SIZE" => Operator::Size,
            "EMPTY" => Operator::Empty,
            "SUBSETOF" => Operator::SubsetOf,
            "ANYOF" => Operator::AnyOf,
            "NONEOF" => Operator::NoneOf,
            _ => return self.fail(format!("Filter operator {word} is not supported!")),
        };
        self.at += word.len();
        Ok(operator)
    }

    fn operand(&mut self) -> Result<Operand, SyntaxError> {
        self.space();
        let start = self.at;
        match self.bytes.get(start) {
            Some(b'$' | b'@') => self.path(),
            Some(quote @ (b'\'' | b'"')) => Ok(Operand::Value(Value::string(&self.string(*quote)?))),
            Some(b'/') => self.pattern(),
            Some(b'[') => {
                self.at += 1;
                let mut items = Vec::new();
                if self.takes("]") {
                    return Ok(Operand::Value(items.into()));
                }
                loop {
                    self.space();
                    if self.bytes.get(self.at) == Some(&b'[') {
                        return self.fail("nested arrays are not supported in a filter");
                    }
                    match self.operand()? {
                        Operand::Value(value) => items.push(value),
                        _ => return self.fail("Expected a value"),
                    }
                    if self.takes("]") {
                        return Ok(Operand::Value(items.into()));
                    }
                    if !self.takes(",") {
                        return self.fail("Expected ',' or ']'");
                    }
                }
            }
            Some(b'{') => {
                let Some(end) = closing(self.bytes, start, b'{', b'}') else { return self.fail("Expected '}'") };
                match Value::parse(&self.text[start..=end]) {
                    Ok(value) => {
                        self.at = end + 1;
                        Ok(Operand::Value(value))
                    }
                    Err(error) => self.fail(error.to_string()),
                }
            }
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Operand, SyntaxError> {
        let rest = &self.text[self.at..];
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))).unwrap_or(rest.len());
        let word = &rest[..end];
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => match Number::parse(word) {
                Some(number) => Value::Number(number),
                None => return self.fail("Expected logical operator, value or path"),
            },
        };
        self.at += end;
        Ok(Operand::Value(value))
    }

    fn string(&mut self, quote: u8) -> Result<String, SyntaxError> {
        let Some(end) = string_end(self.bytes, self.at, quote) else {
            return self.fail("String literal does not have matching quotes");
        };
        let inside = &self.text[self.at + 1..end];
        self.at = end + 1;
        if !inside.contains('\\') {
            return Ok(inside.to_owned());
        }
        let json = format!("\"{}\"", inside.replace("\\'", "'").replace('"', "\\\"").replace("\\\\\"", "\\\""));
        Ok(Value::parse(&json)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_else(|| inside.replace('\\', "")))
    }

    fn pattern(&mut self) -> Result<Operand, SyntaxError> {
        let Some(end) = string_end(self.bytes, self.at, b'/') else {
            return self.fail("Pattern not closed. Expected /");
        };
        let source = self.text[self.at + 1..end].replace("\\/", "/");
        let flags_at = end + 1;
        let flags_end =
            self.text[flags_at..].find(|c: char| !c.is_ascii_alphabetic()).map_or(self.text.len(), |n| flags_at + n);
        let flags = &self.text[flags_at..flags_end];
        // The whole text has to match, as with Java's `matches`.
        let built = RegexBuilder::new(&format!("\\A(?:{source})\\z"))
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .dot_matches_new_line(flags.contains('s'))
            .ignore_whitespace(flags.contains('x'))
            .size_limit(1 << 20)
            .build();
        match built {
            Ok(pattern) => {
                self.at = flags_end;
                Ok(Operand::Pattern(pattern))
            }
            Err(error) => self.fail(format!("the regular expression is not supported: {error}")),
        }
    }

    fn path(&mut self) -> Result<Operand, SyntaxError> {
        let start = self.at;
        let mut at = start + 1;
        while let Some(&byte) = self.bytes.get(at) {
            let (open, close) = match byte {
                b'[' => (b'[', b']'),
                b'(' => (b'(', b')'),
                b' ' | b')' | b'<' | b'>' | b'=' | b'~' | b'!' | b',' | b'&' | b'|' | b']' => break,
                _ => {
                    at += 1;
                    continue;
                }
            };
            match closing(self.bytes, at, open, close) {
                Some(end) => at = end + 1,
                None => return self.fail(format!("Expected character: {}", close as char)),
            }
        }
        let text = &self.text[start..at];
        let current = text.starts_with('@');
        let path = nested(text, self.dialect, self.offset + start, self.nesting)?;
        if *path.root() != Root::Input {
            return self.fail("a filter reads '@' and '$' only");
        }
        self.at = at;
        Ok(Operand::Path { path, current })
    }
}

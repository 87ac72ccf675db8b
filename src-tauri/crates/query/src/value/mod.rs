//! The payload value: what flows through a workflow.
//!
//! A `Value` is 24 bytes and cloned by counting a reference; nothing behind it is ever copied deeply. A container
//! read from text keeps its bytes, whitespace included, as the service does for input that no state touched, even
//! when it lands inside another value. A computed container is written once, compactly, and remembers its text, so
//! a state that only passes data on pays nothing for its size.

mod array;
mod number;
mod object;
mod parse;
mod write;

use std::fmt;
use std::sync::{Arc, LazyLock};

pub use array::Array;
pub use number::Number;
pub use object::{Key, Object, ObjectBuilder};
pub use parse::{MAX_DEPTH, ParseError};
pub use write::{write_integer, write_json_string};

use crate::Text;

/// A JSON value.
///
/// Equality is by content: numbers by mathematical value, objects without regard to member order. Compare
/// [`Value::text`] where `1` and `1.0` must differ.
#[derive(Clone, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(Str),
    Array(Array),
    Object(Object),
}

const _: () = assert!(size_of::<Value>() == 24, "values are kept in large arrays");

/// A string together with its JSON notation, in one allocation.
#[derive(Clone)]
pub struct Str {
    /// Plain: `"raw"`. Escaped: the notation, quotes included, followed by the characters it stands for.
    buffer: Arc<str>,
    raw_at: u32,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Escaped,
}

impl Str {
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut notation = String::with_capacity(text.len() + 2);
        write::quoted(&mut notation, text);
        if notation.len() == text.len() + 2 { Self::plain(notation.into()) } else { Self::escaped(notation, text) }
    }

    /// `notation` is a JSON string without escapes, quotes included.
    fn plain(notation: Arc<str>) -> Self {
        Self { buffer: notation, raw_at: 1, form: Form::Plain }
    }

    fn escaped(mut notation: String, raw: &str) -> Self {
        let raw_at = u32::try_from(notation.len()).expect("strings stay below 4 GiB");
        notation.push_str(raw);
        Self { buffer: notation.into(), raw_at, form: Form::Escaped }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        match self.form {
            Form::Plain => &self.buffer[1..self.buffer.len() - 1],
            Form::Escaped => &self.buffer[self.raw_at as usize..],
        }
    }

    /// The string in JSON, quotes included.
    #[must_use]
    pub fn notation(&self) -> &str {
        match self.form {
            Form::Plain => &self.buffer,
            Form::Escaped => &self.buffer[..self.raw_at as usize],
        }
    }

    fn text(&self) -> Text {
        Text::from(Arc::clone(&self.buffer)).slice(0..self.notation().len())
    }

    /// The characters, without copying them.
    #[must_use]
    pub fn characters(&self) -> Text {
        let start = self.raw_at as usize;
        Text::from(Arc::clone(&self.buffer)).slice(start..start + self.as_str().len())
    }
}

impl std::ops::Deref for Str {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.notation())
    }
}

static CONSTANTS: LazyLock<[Text; 3]> = LazyLock::new(|| ["null", "false", "true"].map(Text::from));

impl Value {
    /// Reads one JSON text, keeping its bytes; see [`MAX_DEPTH`] for the one limit it sets.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse::parse(&Text::try_new(text.into()).ok_or(ParseError::TOO_LONG)?)
    }

    /// Like [`Value::parse`], sharing the text instead of copying it.
    pub fn parse_text(text: &Text) -> Result<Self, ParseError> {
        parse::parse(text)
    }

    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::String(Str::new(text))
    }

    /// A float; `None` for infinities and NaN.
    #[must_use]
    pub fn float(value: f64) -> Option<Self> {
        Number::from_f64(value).map(Self::Number)
    }

    /// The JSON text: the bytes it was read from, or its compact form, computed on first use.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Null => CONSTANTS[0].clone(),
            Self::Bool(value) => CONSTANTS[1 + usize::from(*value)].clone(),
            Self::Number(value) => Text::from(value.to_string()),
            Self::String(value) => value.text(),
            Self::Array(value) => value.text().clone(),
            Self::Object(value) => value.text().clone(),
        }
    }

    /// The length of [`Value::text`] in bytes, which the service's limit of 262,144 is about.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Null => 4,
            Self::Bool(value) => 5 - usize::from(*value),
            Self::Number(value) => value.to_string().len(),
            Self::String(value) => value.notation().len(),
            Self::Array(value) => value.text().len(),
            Self::Object(value) => value.text().len(),
        }
    }

    /// Appends the JSON text to `out`.
    pub fn write(&self, out: &mut String) {
        write::value(out, self);
    }

    /// The compact form, whatever the text it was read from looked like.
    #[must_use]
    pub fn compact(&self) -> String {
        let mut out = String::new();
        write::compact(&mut out, self);
        out
    }

    /// Whether the text is compact: computed, or read from text without whitespace and needless escapes.
    #[must_use]
    pub fn is_compact(&self) -> bool {
        match self {
            Self::Array(value) => value.is_compact(),
            Self::Object(value) => value.is_compact(),
            Self::String(value) => {
                value.form == Form::Plain || !value.notation().contains("\\u") && !value.notation().contains("\\/")
            }
            _ => true,
        }
    }

    /// The same value with compact text. Free when it is compact already.
    #[must_use]
    pub fn to_compact(&self) -> Self {
        if self.is_compact() {
            return self.clone();
        }
        match self {
            // Deeper than any reader accepts: not worth a stack of our own.
            _ if self.depth() > MAX_DEPTH as u32 => self.clone(),
            Self::String(value) => Self::string(value),
            Self::Array(items) => items.iter().map(Self::to_compact).collect(),
            Self::Object(members) => Self::Object(
                members.iter().map(|(key, value)| (Arc::clone(key), value.to_compact())).collect::<Object>(),
            ),
            scalar => scalar.clone(),
        }
    }

    /// How deeply containers are nested: 0 for a scalar, 1 for `[]`. Known without looking at the members.
    #[must_use]
    pub fn depth(&self) -> u32 {
        match self {
            Self::Array(value) => value.depth(),
            Self::Object(value) => value.depth(),
            _ => 0,
        }
    }

    /// The member `key` of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// The item at `index` of an array.
    #[must_use]
    pub fn index(&self, index: usize) -> Option<&Self> {
        self.as_array()?.get(index)
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        if let Self::Number(value) = self { Some(value) } else { None }
    }

    /// A number whose value is a 64-bit integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(value) = self { Some(value) } else { None }
    }

    #[must_use]
    pub fn as_array(&self) -> Option<&Array> {
        if let Self::Array(value) = self { Some(value) } else { None }
    }

    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(value) = self { Some(value) } else { None }
    }

    /// Whether both are the same scalar or share the same storage: a cheap "untouched" test.
    #[must_use]
    pub fn same(a: &Self, b: &Self) -> bool {
        match (a, b) {
            (Self::String(a), Self::String(b)) => Arc::ptr_eq(&a.buffer, &b.buffer),
            (Self::Array(a), Self::Array(b)) => a.same(b),
            (Self::Object(a), Self::Object(b)) => a.same(b),
            (Self::Array(_) | Self::Object(_), _) | (_, Self::Array(_) | Self::Object(_)) => false,
            (a, b) => a == b,
        }
    }

    /// `null`, `boolean`, `number`, `string`, `array` or `object`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        // Pairs still to compare live on the heap: depth is the payload's choice, the stack is ours.
        let mut open = vec![(self, other)];
        while let Some(pair) = open.pop() {
            let equal = match pair {
                (Self::Null, Self::Null) => true,
                (Self::Bool(a), Self::Bool(b)) => a == b,
                (Self::Number(a), Self::Number(b)) => a == b,
                (Self::String(a), Self::String(b)) => a.as_str() == b.as_str(),
                (Self::Array(a), Self::Array(b)) => {
                    a.same(b)
                        || a.len() == b.len() && {
                            open.extend(a.iter().zip(b.iter()));
                            true
                        }
                }
                (Self::Object(a), Self::Object(b)) => {
                    a.same(b)
                        || a.len() == b.len()
                            && a.iter().all(|(key, value)| b.get(key).map(|twin| open.push((value, twin))).is_some())
                }
                _ => false,
            };
            if !equal {
                return false;
            }
        }
        true
    }
}

impl Eq for Value {}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::string(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(items.into())
    }
}

impl From<Array> for Value {
    fn from(value: Array) -> Self {
        Self::Array(value)
    }
}

impl From<Object> for Value {
    fn from(value: Object) -> Self {
        Self::Object(value)
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::Array(items.into_iter().collect())
    }
}

/// Depth and compactness of a container of `members` that has no text yet.
fn measure<'a>(members: impl Iterator<Item = &'a Value>) -> (u32, bool) {
    members.fold((1, true), |(depth, compact), value| (depth.max(value.depth() + 1), compact && value.is_compact()))
}

/// Takes containers apart on the heap, so that dropping a deep value cannot exhaust the stack.
fn drop_deep(mut open: Vec<Value>) {
    while let Some(value) = open.pop() {
        match value {
            Value::Array(array) => array.release(&mut open),
            Value::Object(object) => object.release(&mut open),
            _ => {}
        }
    }
}

/// Containers at most this deep are dropped by plain recursion.
const SHALLOW: u32 = 64;

#[cfg(test)]
mod tests;

//! What each function does.

use crate::jsonpath::item;
use crate::{Array, Chance, ObjectBuilder, Seeded, Value, base64, digest};

macro_rules! functions {
    ($($name:ident $least:literal ..= $most:expr, $signature:literal;)*) => {
        /// An intrinsic function, named as after `States.`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Function { $($name),* }

        impl Function {
            pub const ALL: &[Function] = &[$(Function::$name),*];

            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name { $(stringify!($name) => Some(Self::$name),)* _ => None }
            }

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// How a call looks, for completion and hover.
            #[must_use]
            pub fn signature(self) -> &'static str {
                match self { $(Self::$name => $signature),* }
            }

            fn arity(self) -> (usize, usize) {
                match self { $(Self::$name => ($least, $most)),* }
            }
        }
    };
}

functions! {
    Format 1..=usize::MAX, "States.Format(template, value…)";
    StringToJson 1..=1, "States.StringToJson(text)";
    JsonToString 1..=1, "States.JsonToString(value)";
    Array 0..=usize::MAX, "States.Array(value…)";
    ArrayPartition 2..=2, "States.ArrayPartition(array, size)";
    ArrayContains 2..=2, "States.ArrayContains(array, value)";
    ArrayRange 3..=3, "States.ArrayRange(first, last, step)";
    ArrayGetItem 2..=2, "States.ArrayGetItem(array, index)";
    ArrayLength 1..=1, "States.ArrayLength(array)";
    ArrayUnique 1..=1, "States.ArrayUnique(array)";
    Base64Encode 1..=1, "States.Base64Encode(text)";
    Base64Decode 1..=1, "States.Base64Decode(text)";
    Hash 2..=2, "States.Hash(data, algorithm)";
    JsonMerge 3..=3, "States.JsonMerge(first, second, false)";
    MathRandom 2..=3, "States.MathRandom(start, end, seed?)";
    MathAdd 2..=2, "States.MathAdd(first, second)";
    StringSplit 2..=2, "States.StringSplit(text, delimiters)";
    UUID 0..=0, "States.UUID()";
}

impl Function {
    /// How many arguments it takes, in words, when `count` is not one of the numbers it takes.
    pub(super) fn refuses(self, count: usize) -> Option<String> {
        let (least, most) = self.arity();
        if (least..=most).contains(&count) {
            return None;
        }
        Some(match (least, most) {
            (0, 0) => "no arguments".to_owned(),
            (1, 1) => "1 argument".to_owned(),
            (_, usize::MAX) => format!("at least {least} argument{}", if least == 1 { "" } else { "s" }),
            (least, most) if least == most => format!("{least} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        })
    }
}

/// The longest text that the service encodes, decodes or hashes, in characters.
const MAX_TEXT: usize = 10_000;
/// The longest range.
const MAX_RANGE: i64 = 1_000;

/// `template`: the first argument as written, when it is a literal string.
pub(super) fn apply(
    function: Function,
    arguments: &[Value],
    template: Option<&str>,
    chance: &mut dyn Chance,
) -> Result<Value, String> {
    let get = |at: usize| arguments.get(at).expect("the number of arguments was checked");
    match function {
        Function::Format => match template {
            Some(written) => format(written, &arguments[1..]),
            None => format(text(get(0), "template")?, &arguments[1..]),
        },
        Function::StringToJson => {
            let text = text(get(0), "argument")?;
            // Recorded: empty and blank text is null.
            if text.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
                return Ok(Value::Null);
            }
            let value = Value::parse(text).map_err(|error| format!("the argument is not valid JSON: {error}"))?;
            Ok(value.to_compact())
        }
        Function::JsonToString => Ok(Value::string(&get(0).compact())),
        Function::Array => Ok(arguments.iter().cloned().collect()),
        Function::ArrayPartition => {
            let items = array(get(0))?;
            let size = integer(get(1), "size")?;
            let size =
                usize::try_from(size).ok().filter(|&size| size > 0).ok_or("the size must be a positive integer")?;
            Ok(items.chunks(size).map(|chunk| chunk.iter().cloned().collect::<Value>()).collect())
        }
        Function::ArrayContains => {
            let (items, wanted) = (array(get(0))?, get(1));
            Ok(items.iter().any(|item| item == wanted).into())
        }
        Function::ArrayRange => range(integer(get(0), "first")?, integer(get(1), "last")?, integer(get(2), "step")?),
        Function::ArrayGetItem => {
            let (items, index) = (array(get(0))?, integer(get(1), "index")?);
            let found = if index < 0 { None } else { item(items, index) };
            found
                .cloned()
                .ok_or_else(|| format!("the index {index} is out of bounds for an array of {} items", items.len()))
        }
        Function::ArrayLength => Ok(Value::from(array(get(0))?.len() as i64)),
        Function::ArrayUnique => Ok(unique(array(get(0))?)),
        Function::Base64Encode => Ok(Value::string(&base64::encode(short(get(0))?.as_bytes()))),
        Function::Base64Decode => {
            let bytes = base64::decode(short(get(0))?).ok_or("the argument is not valid Base64")?;
            Ok(Value::string(&String::from_utf8_lossy(&bytes)))
        }
        Function::Hash => {
            let data = match get(0) {
                Value::String(data) => data.characters(),
                other => other.compact().into(),
            };
            if data.chars().count() > MAX_TEXT {
                return Err(format!("the data is longer than {MAX_TEXT} characters"));
            }
            let algorithm = text(get(1), "algorithm")?;
            let digest = digest::hash(&data, algorithm)
                .ok_or_else(|| format!("'{algorithm}' is not one of MD5, SHA-1, SHA-256, SHA-384 and SHA-512"))?;
            Ok(Value::string(&digest))
        }
        Function::JsonMerge => merge(get(0), get(1), get(2)),
        Function::MathRandom => random(arguments, chance),
        Function::MathAdd => {
            let sum = small(get(0), "first")? + small(get(1), "second")?;
            Ok(Value::from(sum))
        }
        Function::StringSplit => {
            let (text, delimiters) = (text(get(0), "text")?, text(get(1), "delimiters")?);
            let parts = text.split(|c| delimiters.contains(c)).filter(|part| !part.is_empty());
            Ok(parts.map(Value::string).collect())
        }
        Function::UUID => Ok(Value::string(&chance.uuid())),
    }
}

fn text<'a>(value: &'a Value, what: &str) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("the {what} must be a string, not of type {}", value.type_name()))
}

fn short(value: &Value) -> Result<&str, String> {
    let text = text(value, "argument")?;
    if text.len() > MAX_TEXT && text.chars().count() > MAX_TEXT {
        return Err(format!("the text is longer than {MAX_TEXT} characters"));
    }
    Ok(text)
}

fn array(value: &Value) -> Result<&Array, String> {
    value.as_array().ok_or_else(|| format!("the argument must be an array, not of type {}", value.type_name()))
}

/// A number, rounded half up as the service was recorded to do: -1.5 is -1, -0.5 is 0, 2.5 is 3.
fn integer(value: &Value, what: &str) -> Result<i64, String> {
    let number =
        value.as_number().ok_or_else(|| format!("the {what} must be a number, not of type {}", value.type_name()))?;
    if let Some(whole) = number.as_i64() {
        return Ok(whole);
    }
    let rounded = (number.as_f64() + 0.5).floor();
    if rounded.abs() < 9.0e18 { Ok(rounded as i64) } else { Err(format!("the {what} {number} is out of range")) }
}

/// An integer of 32 bits, the range of the service's arithmetic.
fn small(value: &Value, what: &str) -> Result<i64, String> {
    let value = integer(value, what)?;
    i32::try_from(value)
        .map(i64::from)
        .map_err(|_| format!("the {what} {value} is not between -2147483648 and 2147483647"))
}

fn range(first: i64, last: i64, step: i64) -> Result<Value, String> {
    if step == 0 {
        return Err("the step must not be 0".to_owned());
    }
    let span = if step > 0 { last as i128 - first as i128 } else { first as i128 - last as i128 };
    if span < 0 {
        return Ok(Value::from(Vec::new()));
    }
    let count = span / i128::from(step.unsigned_abs()) + 1;
    if count > i128::from(MAX_RANGE) {
        return Err(format!("the range has more than {MAX_RANGE} items"));
    }
    Ok((0..count as i64).map(|at| Value::from(first + at * step)).collect())
}

/// The first of every group of equal items, in order.
fn unique(items: &Array) -> Value {
    // Equal values have equal canonical keys, so each item is compared only within its group.
    let mut seen: std::collections::HashMap<String, Vec<&Value>> = std::collections::HashMap::new();
    let mut kept = Vec::new();
    for item in items {
        let key = match item {
            Value::String(text) => format!("s{}", text.as_str()),
            Value::Number(number) => format!("n{}", number.as_f64()),
            Value::Array(array) => format!("a{}", array.len()),
            Value::Object(object) => {
                let mut names: Vec<&str> = object.keys().map(|key| &**key).collect();
                names.sort_unstable();
                format!("o{}", names.join(","))
            }
            other => other.compact(),
        };
        let group = seen.entry(key).or_default();
        if !group.contains(&item) {
            group.push(item);
            kept.push(item.clone());
        }
    }
    kept.into()
}

fn merge(first: &Value, second: &Value, deep: &Value) -> Result<Value, String> {
    let (Value::Object(first), Value::Object(second)) = (first, second) else {
        return Err("the first and the second argument must be objects".to_owned());
    };
    match deep {
        Value::Bool(false) => {}
        Value::Bool(true) => return Err("deep merging is not supported: the third argument must be false".to_owned()),
        _ => return Err("the third argument must be a boolean".to_owned()),
    }
    let mut members = ObjectBuilder::with_capacity(first.len() + second.len());
    for (key, value) in first.iter().chain(second.iter()) {
        members.push(key.clone(), value.clone());
    }
    Ok(Value::Object(members.build()))
}

fn random(arguments: &[Value], chance: &mut dyn Chance) -> Result<Value, String> {
    let (start, end) = (small(&arguments[0], "start")?, small(&arguments[1], "end")?);
    if start >= end {
        return Err(format!("the start {start} must be less than the end {end}"));
    }
    let unit = match arguments.get(2) {
        Some(seed) => Seeded(integer(seed, "seed")? as u64).unit(),
        None => chance.unit(),
    };
    Ok(Value::from(start + ((end - start) as f64 * unit) as i64))
}

fn format(template: &str, values: &[Value]) -> Result<Value, String> {
    let mut out = String::with_capacity(template.len());
    let mut left = values.iter();
    let mut rest = template;
    let mut placeholders = 0;
    while let Some(at) = rest.find(['\\', '{', '}']) {
        out.push_str(&rest[..at]);
        let found = &rest[at..];
        rest = if let Some(after) = found.strip_prefix("{}") {
            placeholders += 1;
            if let Some(value) = left.next() {
                shown(&mut out, value);
            }
            after
        } else if let Some(after) = found.strip_prefix('\\') {
            match after.chars().next() {
                Some(escaped @ ('{' | '}' | '\'' | '\\')) => {
                    out.push(escaped);
                    &after[1..]
                }
                _ => {
                    out.push('\\');
                    after
                }
            }
        } else {
            return Err("a brace in the template must be part of '{}' or be escaped".to_owned());
        };
    }
    out.push_str(rest);
    if placeholders != values.len() {
        return Err(format!("the template has {placeholders} placeholders for {} values", values.len()));
    }
    Ok(Value::string(&out))
}

/// A value as the service prints it: containers as Java does, `{a=1, b=[]}`.
fn shown(out: &mut String, value: &Value) {
    enum Piece<'a> {
        Value(&'a Value),
        Text(&'static str),
        Name(&'a str),
    }
    // Depth is the payload's choice, so pieces still to print are kept on the heap.
    let mut open = vec![Piece::Value(value)];
    while let Some(piece) = open.pop() {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Name(name) => out.push_str(name),
            Piece::Value(Value::String(text)) => out.push_str(text),
            Piece::Value(Value::Array(items)) => {
                out.push('[');
                open.push(Piece::Text("]"));
                for (at, item) in items.iter().enumerate().rev() {
                    open.push(Piece::Value(item));
                    if at > 0 {
                        open.push(Piece::Text(", "));
                    }
                }
            }
            Piece::Value(Value::Object(members)) => {
                out.push('{');
                open.push(Piece::Text("}"));
                for (at, (key, value)) in members.iter().enumerate().rev() {
                    open.push(Piece::Value(value));
                    open.push(Piece::Text("="));
                    open.push(Piece::Name(key));
                    if at > 0 {
                        open.push(Piece::Text(", "));
                    }
                }
            }
            Piece::Value(scalar) => scalar.write(out),
        }
    }
}

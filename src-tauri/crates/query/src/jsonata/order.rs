//! Member order that JavaScript does not keep.
//!
//! Its objects list names that look like integers first, in ascending order. Where a result holds such an object that
//! came through unchanged from what the expression read, its own order is put back.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{Object, Value};

/// Beyond this many bytes of affected objects the order is left as JavaScript has it.
const MOST_BYTES: usize = 4 << 20;

/// `result` with the order that its unchanged parts have in `sources`.
pub(super) fn restored(result: Value, sources: &[Value]) -> Value {
    if !any_integers(&result) {
        return result;
    }
    let mut originals = HashMap::new();
    let mut left = MOST_BYTES;
    for source in sources {
        collect(source, &mut originals, &mut left);
    }
    if originals.is_empty() { result } else { replace(&result, &originals) }
}

fn is_integer(name: &str) -> bool {
    let digits = !name.is_empty() && name.len() <= 10 && name.bytes().all(|b| b.is_ascii_digit());
    digits && (name == "0" || !name.starts_with('0')) && name.parse::<u32>().is_ok_and(|n| n < u32::MAX)
}

fn has_integers(object: &Object) -> bool {
    object.keys().any(|key| is_integer(key))
}

fn any_integers(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(any_integers),
        Value::Object(object) => has_integers(object) || object.values().any(any_integers),
        _ => false,
    }
}

/// Notes every object whose order JavaScript changes, by the text that JavaScript makes of it. Gives that text.
fn collect(value: &Value, originals: &mut HashMap<String, Value>, left: &mut usize) -> Option<String> {
    match value {
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(|item| collect(item, originals, left)).collect::<Option<_>>()?;
            Some(format!("[{}]", parts.join(",")))
        }
        Value::Object(object) => {
            let mut members = Vec::with_capacity(object.len());
            for (key, inner) in object.iter() {
                members.push((key, collect(inner, originals, left)?));
            }
            let order = |(key, _): &(&Arc<str>, String)| {
                if is_integer(key) { key.parse().unwrap_or(u64::MAX) } else { u64::MAX }
            };
            let moved = !members.is_sorted_by_key(order);
            members.sort_by_key(order);
            let parts: Vec<String> =
                members.iter().map(|(key, text)| format!("{}:{text}", Value::string(key).text())).collect();
            let text = format!("{{{}}}", parts.join(","));
            *left = left.checked_sub(text.len())?;
            if moved {
                originals.insert(text.clone(), value.to_compact());
            }
            Some(text)
        }
        Value::Number(number) => Some(number.as_i64().map_or_else(|| number.to_string(), |whole| whole.to_string())),
        scalar => Some(scalar.compact()),
    }
}

fn replace(value: &Value, originals: &HashMap<String, Value>) -> Value {
    match value {
        Value::Array(items) if any_integers(value) => items.iter().map(|item| replace(item, originals)).collect(),
        Value::Object(object) if any_integers(value) => {
            if has_integers(object)
                && let Some(original) = originals.get(&value.compact())
            {
                return original.clone();
            }
            Value::Object(object.iter().map(|(key, inner)| (Arc::clone(key), replace(inner, originals))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::parse(text).expect("test JSON")
    }

    #[test]
    fn unchanged_objects_get_their_order_back() {
        let source = value(r#"{"list": [{"10": 1.0, "2": "é", "a": {"b": 1, "0": 2}}], "x": 1}"#);
        let result =
            value(r#"{"kept":{"2":"é","10":1,"a":{"0":2,"b":1}},"inner":[{"0":2,"b":1}],"changed":{"0":3,"b":1}}"#);
        assert_eq!(
            restored(result, &[source]).text().as_str(),
            r#"{"kept":{"10":1.0,"2":"é","a":{"b":1,"0":2}},"inner":[{"b":1,"0":2}],"changed":{"0":3,"b":1}}"#
        );
    }
}

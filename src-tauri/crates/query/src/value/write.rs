//! JSON text from values, in the service's notation: compact, non-ASCII as it is.

use super::{Array, Object, Value};

pub(super) fn value(out: &mut String, value: &Value) {
    write(out, value, true);
}

/// Without the bytes of the texts that parts were read from.
pub(super) fn compact(out: &mut String, value: &Value) {
    write(out, value, false);
}

pub(super) fn array(array: &Array) -> String {
    let mut out = String::with_capacity(2 + array.len() * 8);
    walk(&mut out, Open::Items(array.iter()), true);
    out
}

pub(super) fn object(object: &Object) -> String {
    let mut out = String::with_capacity(2 + object.len() * 24);
    walk(&mut out, Open::Members(object, 0), true);
    out
}

enum Open<'a> {
    Items(std::slice::Iter<'a, Value>),
    Members(&'a Object, usize),
}

fn write(out: &mut String, value: &Value, keep: bool) {
    if let Some(open) = start(out, value, keep) {
        walk(out, open, keep);
    }
}

/// Writes what needs no visit of members; hands back a container that does.
fn start<'a>(out: &mut String, value: &'a Value, keep: bool) -> Option<Open<'a>> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => value.write(out),
        Value::String(value) => {
            if keep {
                out.push_str(value.notation());
            } else {
                quoted(out, value);
            }
        }
        Value::Array(value) => match value.known_text() {
            Some(text) if keep => out.push_str(text),
            _ => return Some(Open::Items(value.iter())),
        },
        Value::Object(value) => match value.known_text() {
            Some(text) if keep => out.push_str(text),
            _ => return Some(Open::Members(value, 0)),
        },
    }
    None
}

/// Depth is the payload's choice, so open containers are kept on the heap.
fn walk(out: &mut String, first: Open<'_>, keep: bool) {
    let mut stack = Vec::new();
    let mut open = first;
    let bracket = |open: &Open<'_>| if matches!(open, Open::Items(_)) { ('[', ']') } else { ('{', '}') };
    out.push(bracket(&open).0);
    let mut comma = false;
    loop {
        let next = match &mut open {
            Open::Items(items) => items.next(),
            Open::Members(object, at) => object.entry(*at).map(|(key, value)| {
                *at += 1;
                if comma {
                    out.push(',');
                    comma = false;
                }
                quoted(out, key);
                out.push(':');
                value
            }),
        };
        if let Some(value) = next {
            if comma {
                out.push(',');
            }
            comma = true;
            if let Some(inner) = start(out, value, keep) {
                out.push(bracket(&inner).0);
                comma = false;
                stack.push(std::mem::replace(&mut open, inner));
            }
        } else {
            out.push(bracket(&open).1);
            comma = true;
            match stack.pop() {
                Some(outer) => open = outer,
                None => return,
            }
        }
    }
}

/// What a byte becomes in a JSON string: itself (0), `\\u00..` (1), or a backslash and this letter.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        table[control] = 1;
        control += 1;
    }
    table[0x08] = b'b';
    table[b'\t' as usize] = b't';
    table[b'\n' as usize] = b'n';
    table[0x0c] = b'f';
    table[b'\r' as usize] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

/// Appends `text` as a JSON string, quotes included, in the service's notation.
pub fn write_json_string(out: &mut String, text: &str) {
    quoted(out, text);
}

/// Appends an integer.
pub fn write_integer(out: &mut String, value: i64) {
    super::number::write_int(out, value);
}

/// `text` as a JSON string.
pub(super) fn quoted(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| ESCAPES[usize::from(byte)] != 0) {
        let byte = rest.as_bytes()[at];
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match ESCAPES[usize::from(byte)] {
            1 => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push_str("\\u00");
                out.push(HEX[usize::from(byte >> 4)] as char);
                out.push(HEX[usize::from(byte & 15)] as char);
            }
            letter => {
                out.push('\\');
                out.push(letter as char);
            }
        }
    }
    out.push_str(rest);
    out.push('"');
}

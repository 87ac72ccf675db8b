//! String literals of Python.

use std::fmt::Write as _;

/// A string literal in double quotes.
pub fn string(text: &str) -> String {
    format!("\"{}\"", escape(text, false))
}

/// The literal part of an f-string: braces mean themselves.
pub fn format_text(text: &str) -> String {
    escape(text, true)
}

fn escape(text: &str, braces: bool) -> String {
    let mut quoted = String::new();
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '{' if braces => quoted.push_str("{{"),
            '}' if braces => quoted.push_str("}}"),
            c if c.is_control() && (c as u32) <= 0xff => {
                let _ = write!(quoted, "\\x{:02x}", c as u32);
            }
            '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted
}

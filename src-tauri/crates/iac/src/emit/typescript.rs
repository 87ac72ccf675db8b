//! String literals of TypeScript.

use std::fmt::Write as _;

/// A string literal in single quotes.
pub fn string(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => quoted.push_str("\\'"),
            c => escape_into(&mut quoted, c),
        }
    }
    quoted.push('\'');
    quoted
}

/// The inside of a template literal: `${` means itself.
pub fn template_text(text: &str) -> String {
    let mut quoted = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '`' => quoted.push_str("\\`"),
            '$' if characters.peek() == Some(&'{') => quoted.push_str("\\$"),
            c => escape_into(&mut quoted, c),
        }
    }
    quoted
}

fn escape_into(quoted: &mut String, c: char) {
    match c {
        '\\' => quoted.push_str("\\\\"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
            let _ = write!(quoted, "\\u{:04x}", c as u32);
        }
        c => quoted.push(c),
    }
}

/// A property name: bare where it may be.
pub fn property(name: &str) -> String {
    let bare = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if bare { name.to_owned() } else { string(name) }
}

/// What is safe behind `//`: one line, printable.
pub fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

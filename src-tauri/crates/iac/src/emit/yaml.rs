//! YAML that YAML 1.1 and 1.2 readers understand alike.

use std::fmt::Write as _;

use super::Tree;

/// Words that some reader takes for a truth value, null, a number or a merge key.
const NOT_PLAIN: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"];

/// A scalar: plain where no reader can misread it, quoted otherwise.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else if text.chars().any(|c| c.is_control() || !is_printable(c)) {
        double_quoted(text)
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

fn is_plain(text: &str) -> bool {
    let first =
        |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/' | '$') || (!c.is_ascii() && c.is_alphabetic());
    let inner = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, ' ' | '_' | '-' | '.' | '/' | '$' | '+' | '=' | ':' | '(' | ')' | ';' | '?' | '~')
            || (!c.is_ascii() && c.is_alphanumeric())
    };
    text.starts_with(first)
        && text.chars().all(inner)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.starts_with("---")
        && text.len() < 120
        && !NOT_PLAIN.contains(&text.to_ascii_lowercase().as_str())
}

/// What YAML calls printable, short of the characters that some readers treat as line ends or strip.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}'
        | '\u{10000}'..='\u{10ffff}')
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_printable(c) => quoted.push(c),
            c if (c as u32) <= 0xff => {
                let _ = write!(quoted, "\\x{:02x}", c as u32);
            }
            c if (c as u32) <= 0xffff => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            c => {
                let _ = write!(quoted, "\\U{:08x}", c as u32);
            }
        }
    }
    quoted.push('"');
    quoted
}

impl Tree {
    /// YAML text with short tags.
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        match self {
            Tree::Map(entries) if !entries.is_empty() => self.write_entries(&mut text, 0),
            _ => {
                self.write_value(&mut text, 0);
            }
        }
        text
    }

    /// The entries of a map, a line each, the first one too: the caller stands at the beginning of a line.
    fn write_entries(&self, text: &mut String, depth: usize) {
        let Tree::Map(entries) = self else { return };
        for entry in entries {
            for line in entry.comment.iter().flat_map(|comment| comment.lines()) {
                indent(text, depth);
                text.push_str("# ");
                text.push_str(line);
                text.push('\n');
            }
            indent(text, depth);
            text.push_str(&scalar(&entry.key));
            text.push(':');
            entry.value.write_value(text, depth + 1);
        }
    }

    /// What follows a colon or a dash, with the end of the line.
    fn write_value(&self, text: &mut String, depth: usize) {
        match self {
            Tree::Null => text.push_str(" null\n"),
            Tree::Bool(value) => text.push_str(if *value { " true\n" } else { " false\n" }),
            Tree::Number(raw) => {
                text.push(' ');
                text.push_str(raw);
                text.push('\n');
            }
            Tree::Text(value) => write_text(text, value, depth),
            Tree::List(items) if items.is_empty() => text.push_str(" []\n"),
            Tree::Map(entries) if entries.is_empty() => text.push_str(" {}\n"),
            Tree::List(items) => {
                text.push('\n');
                write_items(text, items, depth);
            }
            Tree::Map(_) => {
                text.push('\n');
                self.write_entries(text, depth);
            }
            Tree::Call(function, argument) => {
                text.push_str(" !");
                text.push_str(function);
                match &**argument {
                    // Within a flow sequence a function has its long form: tags may not nest there.
                    Tree::List(items) => {
                        text.push('\n');
                        write_items(text, items, depth);
                    }
                    other => other.write_value(text, depth),
                }
            }
        }
    }
}

fn write_items(text: &mut String, items: &[Tree], depth: usize) {
    for item in items {
        indent(text, depth);
        text.push('-');
        match item {
            // The first entry stands on the dash's line.
            Tree::Map(entries) if !entries.is_empty() && entries[0].comment.is_none() => {
                let mut inner = String::new();
                item.write_entries(&mut inner, depth + 1);
                text.push(' ');
                text.push_str(inner.trim_start_matches(' '));
            }
            item => item.write_value(text, depth + 1),
        }
    }
}

fn write_text(text: &mut String, value: &str, depth: usize) {
    // Longer texts of several lines read better as a block; a block cannot hold other control characters or odd ends.
    let block = value.contains('\n')
        && !value.starts_with([' ', '\n', '\t'])
        && value.chars().all(|c| c == '\n' || (is_printable(c) && c != '\u{85}'))
        && value.lines().all(|line| !line.ends_with(' ') || !line.trim().is_empty());
    if !block {
        text.push(' ');
        text.push_str(&scalar(value));
        text.push('\n');
        return;
    }
    let body = value.trim_end_matches('\n');
    text.push_str(match value.len() - body.len() {
        0 => " |-\n",
        1 => " |\n",
        _ => " |+\n",
    });
    let mut lines: Vec<&str> = value.split('\n').collect();
    if value.ends_with('\n') {
        lines.pop();
    }
    for line in lines {
        if !line.is_empty() {
            indent(text, depth);
            text.push_str(line);
        }
        text.push('\n');
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

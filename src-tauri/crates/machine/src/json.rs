//! Writing JSON text straight into a string.

use std::fmt::Write;

/// Appends `text` as a JSON string. Characters beyond ASCII stay as they are.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => {
                out.push_str(&text[plain..at]);
                let _ = write!(out, "\\u{byte:04x}");
                plain = at + 1;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(escape);
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// An object under construction.
pub(crate) struct Fields<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn open(out: &'a mut String) -> Fields<'a> {
        out.push('{');
        Fields { out, first: true }
    }

    /// Writes the name; the caller writes the value.
    pub(crate) fn raw(&mut self, name: &str) -> &mut String {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(',');
        }
        write_string(self.out, name);
        self.out.push(':');
        self.out
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        let out = self.raw(name);
        write_string(out, value);
    }

    pub(crate) fn number(&mut self, name: &str, value: u64) {
        let out = self.raw(name);
        let _ = write!(out, "{value}");
    }

    /// A payload as text, with the note that it is whole.
    pub(crate) fn payload(&mut self, name: &str, details: &str, value: &str) {
        self.text(name, value);
        self.raw(details).push_str(r#"{"truncated":false}"#);
    }

    pub(crate) fn close(self) {
        self.out.push('}');
    }
}

/// An array under construction.
pub(crate) struct List<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> List<'a> {
    pub(crate) fn open(out: &'a mut String) -> List<'a> {
        out.push('[');
        List { out, first: true }
    }

    pub(crate) fn item(&mut self) -> &mut String {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(',');
        }
        self.out
    }

    pub(crate) fn close(self) {
        self.out.push(']');
    }
}

//! Writing JSON text straight into a string.

pub(crate) use query::write_json_string as write_string;

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
        query::write_integer(self.raw(name), i64::try_from(value).unwrap_or(i64::MAX));
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

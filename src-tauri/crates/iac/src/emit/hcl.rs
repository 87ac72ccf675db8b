//! HCL as `terraform fmt` writes it.

use std::fmt::Write as _;

/// A quoted string without interpolation: `${` and `%{` mean themselves.
pub fn string(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

/// The inside of a quoted string.
pub fn escape(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' => {
                let mut run = 1;
                while characters.peek() == Some(&c) {
                    characters.next();
                    run += 1;
                }
                match (characters.peek(), run) {
                    (Some('{'), 1) => quoted.extend([c, c]),
                    // Several of them before a brace would escape each other.
                    (Some('{'), _) => quoted.extend(std::iter::repeat_n(format!("\\u{:04x}", c as u32), run)),
                    _ => quoted.extend(std::iter::repeat_n(c, run)),
                }
            }
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted
}

/// The text of a template file in which only the holes `keep` accepts are interpolations.
pub fn template_file(text: &str, keep: &impl Fn(&str) -> bool) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    for part in crate::expr::split_template(text) {
        match part {
            crate::expr::Part::Hole { name, .. } if keep(name) => {
                // Dollars right before an interpolation would escape it.
                let dollars = result.len() - result.trim_end_matches('$').len();
                if dollars > 0 {
                    result.truncate(result.len() - dollars);
                    let _ = write!(result, "${{\"{}\"}}", "$".repeat(dollars));
                }
                let _ = write!(result, "${{{name}}}");
            }
            crate::expr::Part::Hole { name, .. } => {
                let dollars = result.len() - result.trim_end_matches('$').len();
                result.truncate(result.len() - dollars);
                literal(&mut result, &format!("{}${{{name}}}", "$".repeat(dollars)));
            }
            crate::expr::Part::Text(text) => literal(&mut result, text),
        }
    }
    result
}

/// Text of a template file that is to stay as it is.
fn literal(result: &mut String, text: &str) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '$' && c != '%' {
            result.push(c);
            continue;
        }
        let mut run = 1;
        while characters.peek() == Some(&c) {
            characters.next();
            run += 1;
        }
        let marks = String::from(c).repeat(run);
        match (characters.peek(), run) {
            (Some('{'), 1) => result.extend([c, c]),
            // Several of them before a brace would escape each other.
            (Some('{'), _) => {
                let _ = write!(result, "${{\"{marks}\"}}");
            }
            _ => result.push_str(&marks),
        }
    }
}

/// What stands between the braces of a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Attribute { name: String, value: String },
    Block { header: String, body: Body },
    Comment(String),
    Blank,
}

impl Body {
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.items.push(Item::Attribute { name: name.into(), value: value.into() });
        self
    }

    #[must_use]
    pub fn attribute_if(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// A block, set off by a blank line from what stands before it.
    #[must_use]
    pub fn block(mut self, header: impl Into<String>, body: Body) -> Self {
        if !matches!(self.items.last(), None | Some(Item::Blank | Item::Comment(_))) {
            self.items.push(Item::Blank);
        }
        self.items.push(Item::Block { header: header.into(), body });
        self
    }

    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.items.push(Item::Comment(text.into()));
        self
    }

    #[must_use]
    pub fn blank(mut self) -> Self {
        if !matches!(self.items.last(), None | Some(Item::Blank)) {
            self.items.push(Item::Blank);
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn write(&self) -> String {
        let mut text = String::new();
        self.write_into(&mut text, 0);
        text
    }

    fn write_into(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        let mut at = 0;
        while at < self.items.len() {
            match &self.items[at] {
                Item::Blank => text.push('\n'),
                Item::Comment(comment) => {
                    for line in comment.lines() {
                        let _ = writeln!(text, "{indent}# {line}");
                    }
                }
                Item::Block { header, body } if body.is_empty() => {
                    let _ = writeln!(text, "{indent}{header} {{}}");
                }
                Item::Block { header, body } => {
                    let _ = writeln!(text, "{indent}{header} {{");
                    body.write_into(text, depth + 1);
                    let _ = writeln!(text, "{indent}}}");
                }
                Item::Attribute { .. } => {
                    let run = self.items[at..]
                        .iter()
                        .take_while(|item| matches!(item, Item::Attribute { value, .. } if !value.contains('\n')))
                        .count();
                    // The signs of neighbouring one-line attributes stand in one column.
                    let width = self.items[at..at + run]
                        .iter()
                        .map(|item| if let Item::Attribute { name, .. } = item { name.chars().count() } else { 0 })
                        .max()
                        .unwrap_or(0);
                    for item in &self.items[at..at + run.max(1)] {
                        if let Item::Attribute { name, value } = item {
                            let pad = " ".repeat(width.saturating_sub(name.chars().count()));
                            let value = value.replace('\n', &format!("\n{indent}"));
                            let _ = writeln!(text, "{indent}{name}{pad} = {value}");
                        }
                    }
                    at += run.max(1);
                    continue;
                }
            }
            at += 1;
        }
    }
}

/// `{ … }` with an attribute a line, aligned; `{}` if there are none.
pub fn object(entries: &[(String, String)]) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    let mut body = Body::default();
    for (name, value) in entries {
        body = body.attribute(name.clone(), value.clone());
    }
    let mut text = String::from("{\n");
    body.write_into(&mut text, 1);
    text.push('}');
    text
}

/// `[a, b]`, a line each where it gets long.
pub fn list(items: &[String]) -> String {
    let one_line = format!("[{}]", items.join(", "));
    if items.len() < 2 || one_line.len() <= 80 {
        return one_line;
    }
    let mut text = String::from("[\n");
    for item in items {
        let _ = writeln!(text, "  {item},");
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use super::template_file;

    #[test]
    fn only_placeholders_are_interpolations() {
        for (text, written) in [
            ("${A} ${b.c}", "${A} $${b.c}"),
            ("{%{'a':1}%}", "{%%{'a':1}%}"),
            ("{% $x %}", "{% $x %}"),
            ("${ not }", "$${ not }"),
            ("costs $${A}", "costs ${\"$\"}${A}"),
            ("$$${A}", "${\"$$\"}${A}"),
            ("%%{", "${\"%%\"}{"),
            ("$${b}", "${\"$$\"}{b}"),
            ("100 %", "100 %"),
        ] {
            assert_eq!(template_file(text, &|name| name == "A"), written);
        }
    }
}

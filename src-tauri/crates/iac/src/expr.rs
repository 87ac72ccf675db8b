//! Values that are only known when a template is deployed, in no target's language.

/// A text with holes. Targets write it as `Fn::Sub`, an interpolation or a template literal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expr {
    Text(String),
    /// What stands for `${Name}` in the definition.
    Placeholder(String),
    Partition,
    Region,
    Account,
    /// The ARN of the state machine itself.
    SelfArn,
    /// The name of the state machine itself.
    SelfName,
    Concat(Vec<Expr>),
    /// One piece of `of`, cut at every `on`: the queue's name in a queue URL.
    Piece {
        of: Box<Expr>,
        on: char,
        at: usize,
    },
}

impl Expr {
    pub fn text(text: impl Into<String>) -> Self {
        Expr::Text(text.into())
    }

    /// A string of a definition: `${Name}` are holes, everything else is text.
    pub fn template(text: &str) -> Self {
        let mut parts = Vec::new();
        for part in split_template(text) {
            parts.push(match part {
                Part::Text(text) => Expr::text(text),
                Part::Hole { name, .. } => Expr::Placeholder(name.to_owned()),
            });
        }
        Expr::concat(parts)
    }

    /// Joins, flattening and merging neighbouring texts.
    pub fn concat(parts: impl IntoIterator<Item = Expr>) -> Self {
        let mut flat: Vec<Expr> = Vec::new();
        for part in parts {
            match part {
                Expr::Concat(inner) => {
                    for part in inner {
                        push(&mut flat, part);
                    }
                }
                part => push(&mut flat, part),
            }
        }
        match flat.len() {
            0 => Expr::text(""),
            1 => flat.swap_remove(0),
            _ => Expr::Concat(flat),
        }
    }

    /// `arn:<partition>:<service>:<region>:<account>:` and the resource; `None` leaves a field empty.
    pub fn arn(service: &str, region: bool, account: bool, resource: impl IntoIterator<Item = Expr>) -> Self {
        let mut parts = vec![Expr::text("arn:"), Expr::Partition, Expr::text(format!(":{service}:"))];
        if region {
            parts.push(Expr::Region);
        }
        parts.push(Expr::text(":"));
        if account {
            parts.push(Expr::Account);
        }
        parts.push(Expr::text(":"));
        parts.extend(resource);
        Expr::concat(parts)
    }

    #[must_use]
    pub fn then(self, suffix: impl Into<String>) -> Self {
        Expr::concat([self, Expr::text(suffix)])
    }

    /// One piece of the text, taken now if it is known and at deployment otherwise.
    pub fn piece(self, on: char, at: usize) -> Self {
        match &self {
            Expr::Text(text) => Expr::text(text.split(on).nth(at).unwrap_or("")),
            _ => Expr::Piece { of: Box::new(self), on, at },
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Expr::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Calls `visit` for this expression and everything in it.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Expr)) {
        visit(self);
        match self {
            Expr::Concat(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Expr::Piece { of, .. } => of.walk(visit),
            _ => {}
        }
    }

    pub fn placeholders(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.walk(&mut |expr| {
            if let Expr::Placeholder(name) = expr {
                names.push(name.as_str());
            }
        });
        names
    }

    pub fn mentions_self(&self) -> bool {
        let mut found = false;
        self.walk(&mut |expr| found |= matches!(expr, Expr::SelfArn | Expr::SelfName));
        found
    }

    /// The text once every hole is filled.
    pub fn fill(&self, fill: &impl Fn(&Expr) -> String) -> String {
        match self {
            Expr::Text(text) => text.clone(),
            Expr::Concat(parts) => parts.iter().map(|part| part.fill(fill)).collect(),
            Expr::Piece { of, on, at } => of.fill(fill).split(*on).nth(*at).unwrap_or("").to_owned(),
            hole => fill(hole),
        }
    }
}

fn push(flat: &mut Vec<Expr>, part: Expr) {
    match (flat.last_mut(), part) {
        (_, Expr::Text(text)) if text.is_empty() => {}
        (Some(Expr::Text(before)), Expr::Text(text)) => before.push_str(&text),
        (_, part) => flat.push(part),
    }
}

/// A piece of a string with `${…}` holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    Text(&'t str),
    /// `at` is the offset of the `$`, `name` what stands between the braces.
    Hole {
        name: &'t str,
        at: usize,
    },
}

/// Cuts a text at its `${…}` holes. A hole's name has letters, digits and `_ . : -` and nothing else, so that a JSONata or
/// shell expression in braces is text.
pub fn split_template(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest_at = 0;
    let mut search = 0;
    while let Some(found) = text[search..].find("${") {
        let at = search + found;
        let after = &text[at + 2..];
        let end = after.find(|c: char| !is_hole_char(c));
        match end {
            Some(end) if end > 0 && after[end..].starts_with('}') => {
                if at > rest_at {
                    parts.push(Part::Text(&text[rest_at..at]));
                }
                parts.push(Part::Hole { name: &after[..end], at });
                rest_at = at + 2 + end + 1;
                search = rest_at;
            }
            _ => search = at + 2,
        }
    }
    if rest_at < text.len() || parts.is_empty() {
        parts.push(Part::Text(&text[rest_at..]));
    }
    parts
}

fn is_hole_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-')
}

/// Replaces every hole for which `value` has an answer; the others stay as they are.
pub fn substitute(text: &str, value: &impl Fn(&str) -> Option<String>) -> String {
    let mut result = String::with_capacity(text.len());
    for part in split_template(text) {
        match part {
            Part::Text(text) => result.push_str(text),
            Part::Hole { name, .. } => match value(name) {
                Some(value) => result.push_str(&value),
                None => {
                    result.push_str("${");
                    result.push_str(name);
                    result.push('}');
                }
            },
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_names_and_nothing_else() {
        assert_eq!(
            split_template("arn:${AWS::Partition}:x:${Name}"),
            [
                Part::Text("arn:"),
                Part::Hole { name: "AWS::Partition", at: 4 },
                Part::Text(":x:"),
                Part::Hole { name: "Name", at: 24 },
            ]
        );
        assert_eq!(split_template("{% ${ a } %}"), [Part::Text("{% ${ a } %}")], "blank space is no name");
        assert_eq!(split_template("${}"), [Part::Text("${}")]);
        assert_eq!(split_template(""), [Part::Text("")]);
        assert_eq!(split_template("$${A}"), [Part::Text("$"), Part::Hole { name: "A", at: 1 }]);
        assert_eq!(split_template("${${A}"), [Part::Text("${"), Part::Hole { name: "A", at: 2 }]);
    }

    #[test]
    fn pieces_of_known_text_are_taken_at_once() {
        assert_eq!(Expr::text("a:b:c").piece(':', 1), Expr::text("b"));
        let late = Expr::Placeholder("Url".into()).piece('/', 4);
        assert_eq!(late.fill(&|_| "https://sqs/x/1/name".into()), "1");
    }
}

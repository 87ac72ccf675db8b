//! A quick look at everyday JSONata, to spare the engine.
//!
//! Most expressions of workflows are paths, comparisons, calls and constructors. [`read`] recognizes a subset of the
//! grammar that JSONata surely accepts and lists the variables in it; everything else gives `None` and is the engine's.
//! It never judges a text to be wrong.

use std::ops::Range;

/// Deeper nesting is the engine's.
const MAX_DEPTH: usize = 40;

/// The variables of an expression, functions included, without `$`, each with its range (the `$` included). `None` if the
/// text is not surely legal.
pub(crate) fn read(text: &str) -> Option<Vec<(String, Range<usize>)>> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth: 0, variables: Vec::new() };
    reader.expression()?;
    reader.blank();
    (reader.at == text.len()).then_some(reader.variables)
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    depth: usize,
    variables: Vec<(String, Range<usize>)>,
}

impl Reader<'_> {
    fn blank(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, wanted: &str) -> bool {
        self.blank();
        let found = self.text[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn need(&mut self, wanted: &str) -> Option<()> {
        self.eat(wanted).then_some(())
    }

    /// Operands with binary operators between them, and one conditional at the end. Precedence does not matter: any
    /// sequence is legal.
    fn expression(&mut self) -> Option<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.operand()?;
        while self.operator() {
            self.operand()?;
        }
        if self.peek() == Some(b'?') {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'?' | b':')) {
                return None;
            }
            self.expression()?;
            if self.eat(":") {
                self.expression()?;
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn operator(&mut self) -> bool {
        self.blank();
        let rest = &self.text[self.at..];
        for word in ["and", "or", "in"] {
            let ends = |text: &str| !text.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            if rest.strip_prefix(word).is_some_and(ends) {
                self.at += word.len();
                return true;
            }
        }
        for sign in ["!=", "<=", ">=", "=", "<", ">", "&", "+", "-"] {
            if rest.starts_with(sign) {
                self.at += sign.len();
                return true;
            }
        }
        // Not the beginning of a comment, of ** or of a parent operator: those are the engine's.
        for sign in ["*", "/", "%"] {
            if let Some(after) = rest.strip_prefix(sign)
                && after.starts_with(' ')
            {
                self.at += 1;
                return true;
            }
        }
        false
    }

    fn operand(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' | b'\'' => self.string(),
            b'0'..=b'9' => self.number(),
            b'-' => {
                self.at += 1;
                matches!(self.bytes.get(self.at), Some(b'0'..=b'9')).then_some(())?;
                self.number()
            }
            b'(' => {
                self.at += 1;
                self.expression()?;
                self.need(")")
            }
            b'[' => {
                self.at += 1;
                self.list("]")
            }
            b'{' => self.object(),
            b'$' => {
                self.variable()?;
                self.steps()
            }
            _ => {
                let word = self.name()?;
                match word {
                    "true" | "false" | "null" => Some(()),
                    "and" | "or" | "in" | "function" => None,
                    _ => self.steps(),
                }
            }
        }
    }

    /// `$name`, and a call of it.
    fn variable(&mut self) -> Option<()> {
        let start = self.at;
        self.at += 1;
        let name = self.name()?.to_owned();
        self.variables.push((name, start..self.at));
        if self.bytes.get(self.at) == Some(&b'(') {
            self.at += 1;
            self.list(")")?;
        }
        Some(())
    }

    /// `.name`, and predicates.
    fn steps(&mut self) -> Option<()> {
        loop {
            match self.bytes.get(self.at) {
                Some(b'.') => {
                    self.at += 1;
                    match self.bytes.get(self.at) {
                        Some(b'`') => {
                            let length = self.text[self.at + 1..].find('`')?;
                            (length > 0).then_some(())?;
                            self.at += length + 2;
                        }
                        _ => {
                            let name = self.name()?;
                            (!matches!(name, "and" | "or" | "in" | "function" | "true" | "false" | "null"))
                                .then_some(())?;
                        }
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    self.expression()?;
                    self.need("]")?;
                }
                // A blank before a dot or bracket, or a call of something that is no variable: the engine's.
                Some(b'(' | b'{' | b'@' | b'#' | b'^' | b'~' | b'`') => return None,
                _ => {
                    let after = self.at;
                    let next = self.peek();
                    self.at = after;
                    return (!matches!(next, Some(b'.' | b'[' | b'(' | b'{'))).then_some(());
                }
            }
        }
    }

    fn list(&mut self, close: &str) -> Option<()> {
        if self.eat(close) {
            return Some(());
        }
        loop {
            self.expression()?;
            if self.eat(close) {
                return Some(());
            }
            self.need(",")?;
        }
    }

    fn object(&mut self) -> Option<()> {
        self.at += 1;
        if self.eat("}") {
            return Some(());
        }
        loop {
            matches!(self.peek()?, b'"' | b'\'').then_some(())?;
            self.string()?;
            self.need(":")?;
            self.expression()?;
            if self.eat("}") {
                return Some(());
            }
            self.need(",")?;
        }
    }

    fn string(&mut self) -> Option<()> {
        let quote = self.bytes[self.at];
        let length = self.text[self.at + 1..].find(quote as char)?;
        let body = &self.text[self.at + 1..self.at + 1 + length];
        self.at += length + 2;
        (!body.contains('\\')).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let digits = |reader: &mut Self| {
            let start = reader.at;
            while matches!(reader.bytes.get(reader.at), Some(b'0'..=b'9')) {
                reader.at += 1;
            }
            reader.at > start
        };
        let start = self.at;
        digits(self).then_some(())?;
        // 012 and 1e400 are unusual enough for the engine; 1..3 is a range.
        (self.at - start < 16 && (self.at - start == 1 || self.bytes[start] != b'0')).then_some(())?;
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            digits(self).then_some(())?;
        }
        let next = self.bytes.get(self.at).copied().unwrap_or(b' ');
        let ends = matches!(next, b' ' | b'\t' | b'\n' | b'\r' | b')' | b']' | b'}' | b',' | b'<' | b'>' | b'=' | b'!');
        ends.then_some(())?;
        let after = self.at;
        let following = self.peek();
        self.at = after;
        (!matches!(following, Some(b'.' | b'[' | b'(' | b'{'))).then_some(())
    }

    fn name(&mut self) -> Option<&str> {
        let start = self.at;
        let first = *self.bytes.get(start)?;
        (first.is_ascii_alphabetic() || first == b'_').then_some(())?;
        while self.bytes.get(self.at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
            self.at += 1;
        }
        // Other letters may go on where ASCII ends.
        self.bytes.get(self.at).is_none_or(u8::is_ascii).then_some(())?;
        Some(&self.text[start..self.at])
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use query::jsonata::Expression;

    #[test]
    fn everyday_expressions_are_recognized() {
        for text in [
            "$states.input.order.id",
            " $total + 1 ",
            "$states.result.Items[0].`a b`",
            "{ \"a\": $x, 'b': [1, $y.z, $count($w)] }",
            "$exists($states.input.a) and $n <= 3 ? \"yes\" : 'no'",
            "$order[total > 10].id & \"/\" & $states.context.Execution.Id",
            "-1",
        ] {
            assert!(read(text).is_some(), "{text}");
            assert!(Expression::compile(text).is_ok(), "{text}");
        }
        let found = read("$a.b + $sum($c)").expect("it is plain");
        assert_eq!(found.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["a", "sum", "c"]);
    }

    /// Whatever is recognized, the engine accepts: over the official suite and pieces of it.
    #[test]
    fn what_is_recognized_is_legal() {
        let shared = std::env::var_os("STEPWRIGHT_SHARED").map(std::path::PathBuf::from);
        let beside = || {
            let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
            above.map(|folder| folder.join("../shared")).find(|folder| folder.join("conformance").is_dir())
        };
        let Some(shared) = shared.or_else(beside) else { return };
        let suite = std::fs::read_to_string(shared.join("jsonata/suite-2.0.6.jsonl")).expect("the suite is there");
        let mut recognized = 0;
        for line in suite.lines() {
            // Cases with half surrogate pairs cannot be read here.
            let Ok(case) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            let Some(text) = case["expr"].as_str().filter(|text| text.len() < 400) else { continue };
            // The whole, and what is left when the end is cut off.
            let cuts =
                [text.len(), text.len() * 2 / 3, text.len() / 2].into_iter().filter(|at| text.is_char_boundary(*at));
            for text in cuts.map(|at| &text[..at]) {
                if read(text).is_some() {
                    recognized += 1;
                    assert!(Expression::compile(text).is_ok(), "{text}");
                }
            }
        }
        assert!(recognized > 300, "{recognized} expressions were recognized");
    }
}

//! What an ItemReader's bytes mean: JSON, JSON Lines, CSV, a manifest or a listing.
//!
//! Pure: the shell fetches the bytes. Causes are worded like the service's `States.ItemReaderFailed`.

use query::{Object, Value};

use crate::fact::Dataset;

/// How the bytes are read, from `ReaderConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ReaderConfig {
    pub(crate) input_type: Option<String>,
    /// `CSVHeaderLocation: GIVEN` with its `CSVHeaders`; otherwise the first row names the columns.
    pub(crate) given_headers: Option<Vec<String>>,
    pub(crate) delimiter: char,
    pub(crate) items_pointer: Option<String>,
    /// 0: all.
    pub(crate) max_items: u64,
}

impl ReaderConfig {
    pub(crate) fn read(config: &Value) -> ReaderConfig {
        let text = |name: &str| config.get(name).and_then(Value::as_str).map(str::to_owned);
        let headers = config.get("CSVHeaders").and_then(Value::as_array);
        let names =
            |headers: &query::Array| headers.iter().map(|name| name.as_str().unwrap_or("").to_owned()).collect();
        let delimiter = match config.get("CSVDelimiter").and_then(Value::as_str) {
            Some("PIPE") => '|',
            Some("SEMICOLON") => ';',
            Some("SPACE") => ' ',
            Some("TAB") => '\t',
            _ => ',',
        };
        ReaderConfig {
            input_type: text("InputType"),
            given_headers: headers.filter(|_| text("CSVHeaderLocation").as_deref() == Some("GIVEN")).map(names),
            delimiter,
            items_pointer: text("ItemsPointer"),
            max_items: 0,
        }
    }

    /// The items in a dataset, or the service's cause.
    pub(crate) fn items(&self, dataset: &Dataset) -> Result<Vec<Value>, String> {
        let limit =
            if self.max_items == 0 { usize::MAX } else { usize::try_from(self.max_items).unwrap_or(usize::MAX) };
        let mut items = match dataset {
            Dataset::Listing { entries } => array(entries)?,
            Dataset::Object { text } => self.object(text, limit)?,
            Dataset::Manifest { objects, .. } => {
                let mut items = Vec::new();
                for object in objects {
                    items.extend(self.object(object, limit - items.len().min(limit))?);
                }
                items
            }
        };
        items.truncate(limit);
        Ok(items)
    }

    fn object(&self, text: &str, limit: usize) -> Result<Vec<Value>, String> {
        match self.input_type.as_deref() {
            Some("CSV" | "MANIFEST") => self.csv(text, limit),
            Some("JSONL") => json_lines(text, limit),
            _ => {
                let value = Value::parse(text).map_err(|error| format!("Failed to parse the JSON file: {error}"))?;
                match &self.items_pointer {
                    Some(pointer) => array(follow(&value, pointer).ok_or("Attempting to map over non-iterable node.")?),
                    None => array(&value),
                }
            }
        }
    }

    fn csv(&self, text: &str, limit: usize) -> Result<Vec<Value>, String> {
        let mut rows = Rows { rest: text.strip_prefix('\u{feff}').unwrap_or(text), delimiter: self.delimiter };
        let headers = match &self.given_headers {
            Some(headers) => headers.clone(),
            None => rows.next().unwrap_or_default(),
        };
        for (at, name) in headers.iter().enumerate() {
            if headers[..at].contains(name) {
                return Err("CSV headers cannot contain duplicates.".to_owned());
            }
        }
        let names: Vec<query::Key> = headers.iter().map(|name| name.as_str().into()).collect();
        let row = |cells: Vec<String>| {
            let cell = |at: usize| Value::string(cells.get(at).map_or("", String::as_str));
            Value::Object(
                names.iter().enumerate().map(|(at, name)| (query::Key::clone(name), cell(at))).collect::<Object>(),
            )
        };
        Ok(rows.take(limit).map(row).collect())
    }
}

fn array(value: &Value) -> Result<Vec<Value>, String> {
    let items = value.as_array().ok_or("Attempting to map over non-iterable node.")?;
    Ok(items.iter().map(Value::to_compact).collect())
}

fn json_lines(text: &str, limit: usize) -> Result<Vec<Value>, String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(limit);
    lines
        .map(|line| {
            Value::parse(line)
                .map(|item| item.to_compact())
                .map_err(|error| format!("Failed to parse a line of the JSONL file: {error}"))
        })
        .collect()
}

/// A JSON pointer.
fn follow<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let mut at = value;
    for step in steps {
        at = match at {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
            other => other.get(&step)?,
        };
    }
    Some(at)
}

/// The rows of a CSV text. Quotes may hold delimiters, line ends and doubled quotes; empty lines are no rows.
struct Rows<'a> {
    rest: &'a str,
    delimiter: char,
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        while let Some(rest) = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n')) {
            self.rest = rest;
        }
        if self.rest.is_empty() {
            return None;
        }
        let mut cells = vec![String::new()];
        let mut quoted = false;
        let mut chars = self.rest.char_indices().peekable();
        while let Some((at, next)) = chars.next() {
            let cell = cells.last_mut().expect("a row has a cell");
            match next {
                '"' if quoted && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                    chars.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if cell.is_empty() => quoted = true,
                '\n' if !quoted => {
                    self.rest = &self.rest[at + 1..];
                    return Some(cells);
                }
                '\r' if !quoted && chars.peek().is_some_and(|(_, next)| *next == '\n') => {}
                next if next == self.delimiter && !quoted => cells.push(String::new()),
                next => cell.push(next),
            }
        }
        self.rest = "";
        Some(cells)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use query::Text;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
    fn check(config: &str, text: &str, expected: Expect) {
        let config = ReaderConfig::read(&Value::parse(config).expect("test JSON"));
        let items = config.items(&Dataset::Object { text: Text::from(text) });
        expected.assert_eq(&items.map_or_else(|cause| cause, |items| Value::from(items).to_string()));
    }

    #[test]
    fn csv_with_its_own_headers() {
        check(
            r#"{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}"#,
            "a,b\n1,\"x,\"\"y\"\"\nz\"\r\n\n,,,\n2\n",
            expect![[r#"[{"a":"1","b":"x,\"y\"\nz"},{"a":"","b":""},{"a":"2","b":""}]"#]],
        );
    }

    #[test]
    fn csv_with_given_headers() {
        let config = r#"{"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "a"]}"#;
        check(config, "1,2", expect!["CSV headers cannot contain duplicates."]);
        let config =
            r#"{"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "CSVDelimiter": "PIPE"}"#;
        check(config, "1|2", expect![[r#"[{"a":"1"}]"#]]);
    }

    #[test]
    fn json_in_its_forms() {
        check(r#"{"InputType": "JSON"}"#, "[1, 2]", expect!["[1,2]"]);
        check(r#"{"InputType": "JSON"}"#, "{}", expect!["Attempting to map over non-iterable node."]);
        check(r#"{"InputType": "JSON", "ItemsPointer": "/a/b"}"#, r#"{"a": {"b": [3]}}"#, expect!["[3]"]);
        check(r#"{"InputType": "JSONL"}"#, "{\"a\":1}\n\n2\n", expect![[r#"[{"a":1},2]"#]]);
    }
}

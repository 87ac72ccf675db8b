//! The answers of Jayway json-path 2.9 to 158 paths.

mod support;

use query::Value;
use query::jsonpath::Path;

fn rows(folder: &std::path::Path) -> (Value, Vec<Value>) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the data is readable");
    let document = Value::parse(&read("document.json")).expect("the document is JSON");
    let rows = read("jayway-2.9.jsonl").lines().map(|line| Value::parse(line).expect("a row is JSON")).collect();
    (document, rows)
}

fn text<'a>(row: &'a Value, key: &str) -> Option<&'a str> {
    row.get(key).and_then(Value::as_str)
}

#[test]
fn every_answer_is_jayways() {
    let Some(shared) = support::shared() else { return };
    let (document, rows) = rows(&shared.join("jsonpath"));
    assert_eq!(rows.len(), 158);
    let mut wrong = Vec::new();
    for row in &rows {
        let source = text(row, "path").expect("a row names its path");
        let path = match (Path::parse_jayway(source), text(row, "compile_error")) {
            (Ok(path), None) => path,
            (Ok(_), Some(error)) => {
                wrong.push(format!("{source}: accepted, Jayway says {error}"));
                continue;
            }
            (Err(error), expected) => {
                if expected.is_none_or(|expected| !expected.ends_with(&format!(": {}", error.message))) {
                    wrong.push(format!("{source}: {}, Jayway says {expected:?}", error.message));
                }
                continue;
            }
        };
        if Some(path.is_definite()) != row.get("definite").and_then(Value::as_bool) {
            wrong.push(format!("{source}: definite is {}", path.is_definite()));
        }
        match (path.find(&document), text(row, "error")) {
            (Ok(value), None) => {
                let expected = row.get("value").expect("an answer is a value or an error");
                if value.compact() != expected.compact() {
                    wrong.push(format!("{source}: {} instead of {}", value.compact(), expected.compact()));
                }
            }
            (Ok(value), Some(error)) => wrong.push(format!("{source}: {} instead of {error}", value.compact())),
            (Err(error), expected) => {
                if expected.is_none_or(|expected| !expected.ends_with(&format!(": {}", error.detail()))) {
                    wrong.push(format!("{source}: {} instead of {expected:?}", error.detail()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// Where the service departs from Jayway, and nowhere else.
#[test]
fn the_service_departs_in_seven_places() {
    let Some(shared) = support::shared() else { return };
    let (document, rows) = rows(&shared.join("jsonpath"));
    let answer = |path: Result<Path, query::jsonpath::SyntaxError>| match path {
        Ok(path) => path.find(&document).map_or_else(|error| error.detail(), |value| value.compact()),
        Err(_) => "refused".to_owned(),
    };
    let departs = |row: &&Value| {
        let source = text(row, "path").expect("a row names its path");
        answer(Path::parse(source)) != answer(Path::parse_jayway(source))
    };
    let departing: Vec<_> = rows.iter().filter(departs).filter_map(|row| text(row, "path")).collect();
    // The first three: recorded as `[]` by the service. Then paths that must start with `$`; and `$$`, the Context
    // Object, which is one more root.
    let expected =
        ["$.missing[*]", "$.missing[0:1]", "$.missing[?(@.x > 1)]", "s", "store.book[0].title", "@.s", "$$.s"];
    assert_eq!(departing, expected);
}

//! The official test suite of JSONata 2.0.6, 1625 cases.

mod support;

use std::time::Duration;

use query::jsonata::{Bindings, Expression, Limits, Problem, evaluate_official};
use query::{Seeded, Value};

/// Two ranges that the memory cap refuses, and two half surrogate pairs that no Rust string holds.
const KNOWN: &[&str] = &[
    "function-encodeUrl/case002.json#0",
    "function-encodeUrlComponent/case002.json#0",
    "range-operator/case021.json#0",
    "range-operator/case024.json#0",
];

fn limits(case: &Value) -> Limits {
    let depth = case.get("depth").and_then(Value::as_i64).map_or(0, |depth| depth as u64);
    let steps = 2_000_000;
    Limits { steps, depth, time: Duration::from_secs(60), cancel: None }
}

/// JSON numbers as JavaScript has them, so that 1.0 and 1 compare as text too.
fn same(found: &Value, expected: &Value, unordered: bool) -> bool {
    match (found, expected) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) if unordered => {
            a.len() == b.len() && b.iter().all(|item| a.iter().any(|other| same(other, item, false)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, false)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other, false)))
        }
        (a, b) => a == b,
    }
}

fn holds(case: &Value) -> Result<(), String> {
    let text = case.get("expr").and_then(Value::as_str).ok_or("no expression")?;
    let none = Value::parse("{}").map_err(|error| error.to_string())?;
    let bindings = case.get("bindings").filter(|bindings| !bindings.is_null()).unwrap_or(&none);
    let found = evaluate_official(text, case.get("data"), bindings, limits(case));
    let expect = case.get("expect").ok_or("no expectation")?;
    let code =
        expect.get("code").or_else(|| expect.get("error").and_then(|error| error.get("code"))).and_then(Value::as_str);
    if let Some(code) = code {
        return match &found {
            Err(Problem::Threw { code: Some(found), .. }) if found == code => Ok(()),
            Err(Problem::TimedOut) if code == "U1001" => Ok(()),
            other => Err(format!("{other:?} instead of error {code}")),
        };
    }
    if expect.get("undefinedResult").is_some() {
        return if found == Err(Problem::Undefined) { Ok(()) } else { Err(format!("{found:?} instead of nothing")) };
    }
    if let Some(expected) = expect.get("result") {
        let unordered = expect.get("unordered").and_then(Value::as_bool) == Some(true);
        return match &found {
            Ok(found) if same(found, expected, unordered) => Ok(()),
            // What JSON cannot say is null there.
            Err(Problem::Unsupported) if expected.is_null() => Ok(()),
            other => Err(format!("{other:?} instead of {expected}")),
        };
    }
    match found {
        Err(Problem::Threw { .. }) => Ok(()),
        other => Err(format!("{other:?} instead of an error")),
    }
}

#[test]
fn the_official_suite_passes() {
    let Some(shared) = support::shared() else { return };
    let text = std::fs::read_to_string(shared.join("jsonata/suite-2.0.6.jsonl")).expect("the suite is readable");
    let mut failed = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        count += 1;
        let case = Value::parse(line).expect("a case is JSON");
        let name = format!(
            "{}/{}",
            case.get("group").and_then(Value::as_str).unwrap_or("?"),
            case.get("file").and_then(Value::as_str).unwrap_or("?")
        );
        if let Err(why) = holds(&case) {
            let expression = case.get("expr").and_then(Value::as_str).unwrap_or_default();
            let why: String = why.chars().take(300).collect();
            failed.push((name, format!("{expression}: {why}")));
        }
    }
    assert_eq!(count, 1625);
    let names: Vec<_> = failed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, KNOWN, "of {count}: {failed:#?}");
}

/// Every expression of the suite, over the input of a workflow: what is answered without an engine is what the engine
/// answers.
#[test]
fn shortcuts_agree_over_the_suite() {
    let Some(shared) = support::shared() else { return };
    let text = std::fs::read_to_string(shared.join("jsonata/suite-2.0.6.jsonl")).expect("the suite is readable");
    let (mut native, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let case = Value::parse(line).expect("a case is JSON");
        if case.get("depth").is_some() {
            continue;
        }
        let source = case.get("expr").and_then(Value::as_str).expect("a case has an expression");
        let input = case.get("data").cloned().unwrap_or_default();
        for text in [format!("$states.input.({source}\n)"), format!("($d := $states.input; $d.({source}\n))")] {
            let Ok(expression) = Expression::compile(&text) else { continue };
            if !expression.is_native() {
                continue;
            }
            native += 1;
            let bindings =
                Bindings { variables: &|name| case.get("bindings")?.get(name).cloned(), ..Bindings::of(&input) };
            let here = expression.eval(&bindings, &mut Seeded(1));
            let there = expression.eval_without_shortcuts(&bindings, &mut Seeded(1));
            let agree = match (&here, &there) {
                (Ok(here), Ok(there)) => same(here, there, false),
                _ => here == there,
            };
            if !agree {
                wrong.push(format!("{text}: {here:?} instead of {there:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {native}: {wrong:#?}", wrong.len());
    assert!(native > 600, "only {native} expressions take the shortcut");
}

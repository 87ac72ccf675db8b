//! Every history that was recorded on the real service, read and held against what the interpreter makes of it.

use std::path::{Path, PathBuf};

use expect_test::{expect, expect_file};
use machine::{Event, Settings};
use query::Value;

use super::read_history;
use crate::check::check_history;
use crate::definition::Definition;
use crate::explain::explain;
use crate::fork::repeat;
use crate::progress::{Items, NodeStatus, Progress};
use crate::renew::{older, renewed};

const ACTIVITY: &str = "\"arn:aws:states:us-east-1:111111111111:activity:work\"";

struct Case {
    id: String,
    definition: String,
    history: String,
    status: String,
    express: bool,
    /// Four recordings have no numbers: what ran beside each other was sorted.
    has_numbers: bool,
    /// Cannot be repeated from the history alone: events are missing, times were replaced, a resource had gone.
    is_partial: bool,
}

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("STEPWRIGHT_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    named.into_iter().chain(above).find(|folder| folder.join("conformance").is_dir())
}

fn cases() -> Option<Vec<Case>> {
    let folder = shared()?.join("conformance/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| std::fs::read_dir(entry.ok()?.path()).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    Some(files.iter().filter_map(|file| case(file)).collect())
}

fn case(file: &Path) -> Option<Case> {
    let value = Value::parse(&std::fs::read_to_string(file).ok()?).ok()?;
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    if text("kind") != "execution" {
        return None;
    }
    let expected = value.get("expected")?;
    let history = expected.get("history")?.as_array()?;
    if history.is_empty() {
        return None;
    }
    // The recorder put words in place of times, and of ARNs of activities.
    let events = history.iter().enumerate().map(|(at, event)| {
        let mut event = event.as_object().cloned().unwrap_or_default();
        let start = 1_795_132_800_000_i64;
        event.insert("timestamp", Value::from(start + i64::try_from(at).unwrap_or_default()));
        Value::Object(event)
    });
    let events: query::Array = events.collect();
    let definition = match value.get("definition_raw").and_then(Value::as_str) {
        Some(raw) => raw.to_owned(),
        None => value.get("definition")?.text().to_string(),
    };
    Some(Case {
        id: text("id"),
        definition: definition.replace("\"activity_arn\"", ACTIVITY),
        history: Value::Array(events).text().replace("\"activity_arn\"", ACTIVITY),
        has_numbers: history.iter().all(|event| event.get("id").and_then(Value::as_i64).is_some()),
        status: expected.get("status").and_then(Value::as_str).unwrap_or_default().to_owned(),
        express: text("type") == "EXPRESS",
        is_partial: expected.get("history_partial").is_some()
            || value.get("time_relative").is_some()
            || text("id").starts_with("base_scenarios__test_wait_timestamp_jsonata_")
            || text("id") == "activities__test_activity_task_on_deleted",
    })
}

/// What every state did, in a form that two runs share.
fn progress(events: &[Event], definition: &Definition) -> Vec<(String, NodeStatus, [u32; 5])> {
    let mut progress = Progress::new(&definition.program, &definition.machine);
    for event in events.iter().filter(|event| event.execution.0 == 0) {
        progress.take(event);
    }
    let nodes = progress.all().nodes.into_iter();
    nodes
        .map(|node| {
            let counts = [node.entered, node.succeeded, node.failed, node.retries, node.active];
            (node.node.to_string(), node.status, counts)
        })
        .collect()
}

#[test]
fn recorded_histories_are_read_and_repeated() {
    let Some(mut cases) = cases() else { return };
    cases.retain(|case| case.has_numbers);
    let (mut read, mut repeated, mut same_way) = (0, 0, 0);
    let mut problems = Vec::new();
    for case in &cases {
        let settings = Settings::named("case", "case", machine::Kind::Standard);
        let imported = match read_history(&case.history, Some(&case.definition), case.express, &settings) {
            Ok(imported) => imported,
            Err(error) => {
                problems.push(format!("{}: {error}", case.id));
                continue;
            }
        };
        read += 1;
        match check_history(&case.history, &case.definition, case.express, "case") {
            Ok(check) => {
                if check.status != case.status && !case.is_partial {
                    problems.push(format!("{}: {} is read as {}", case.id, case.status, check.status));
                }
                match check.divergence {
                    None => same_way += 1,
                    Some(_) if case.is_partial => {}
                    Some(found) => problems.push(format!("{}: another way: {found:?}", case.id)),
                }
            }
            Err(error) => problems.push(format!("{}: {error}", case.id)),
        }
        if let Some(events) = repeat(&imported.events, &imported.definition.machine) {
            repeated += 1;
            let older = older(&events).0;
            let renewed = renewed(&imported.definition.machine, &older).map(|(events, _)| events);
            if renewed.as_ref() != Some(&events) {
                problems.push(format!("{}: its journal is not renewed", case.id));
            }
            let (theirs, ours) =
                (progress(&imported.events, &imported.definition), progress(&events, &imported.definition));
            if theirs != ours {
                problems.push(format!("{}: progress\n   {theirs:?}\n   {ours:?}", case.id));
            }
        }
        // Without the definition there is still a graph, and the same events.
        match read_history(&case.history, None, case.express, &settings) {
            Ok(seen) => {
                let count = |events: &[Event]| events.iter().filter(|event| event.history.is_some()).count();
                if count(&seen.events) != count(&imported.events) {
                    problems.push(format!("{}: {} events without the definition", case.id, count(&seen.events)));
                }
            }
            Err(_) if case.is_partial => {}
            Err(error) => problems.push(format!("{}: without the definition: {error}", case.id)),
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    let partial = cases.iter().filter(|case| case.is_partial).count();
    assert!(
        read == cases.len() && same_way >= read - partial,
        "{read} read, {same_way} the same way, {partial} partial"
    );
    // The others hold words of the recorder where an interpreter has its own values.
    assert!(repeated * 2 > read, "{repeated} of {read} repeated");
}

#[test]
fn a_history_without_numbers_is_refused_with_a_reason() {
    let Some(cases) = cases() else { return };
    let settings = Settings::named("case", "case", machine::Kind::Standard);
    let refused = cases.iter().filter(|case| !case.has_numbers).map(|case| {
        let error = read_history(&case.history, Some(&case.definition), case.express, &settings).err();
        error.map_or_else(|| format!("{} is read", case.id), |error| error.to_string())
    });
    let refused: std::collections::BTreeSet<String> = refused.collect();
    expect![[r#"
        {
            "event 4 of the file: has no id",
        }
    "#]]
    .assert_debug_eq(&refused);
}

/// The children of a Map Run have histories of their own: of each of them nothing is known, and nothing is made up.
#[test]
fn items_of_a_distributed_map_are_counted_only_where_the_history_tells_of_them() {
    let map = r#"{"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "One", "States": {"One": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}}}}}}"#;
    let event = |id: u32, previous: u32, kind: &str, details: &str| {
        format!(r#"{{"id": {id}, "previousEventId": {previous}, "timestamp": {id}, "type": "{kind}"{details}}}"#)
    };
    let events = [
        event(1, 0, "ExecutionStarted", r#", "executionStartedEventDetails": {"input": "[1, 2]"}"#),
        event(2, 0, "MapStateEntered", r#", "stateEnteredEventDetails": {"name": "Each", "input": "[1, 2]"}"#),
        event(3, 2, "MapStateStarted", r#", "mapStateStartedEventDetails": {"length": 2}"#),
        event(4, 3, "MapRunStarted", r#", "mapRunStartedEventDetails": {"mapRunArn": "arn:x"}"#),
        event(5, 4, "MapRunSucceeded", ""),
        event(6, 5, "MapStateSucceeded", ""),
        event(7, 5, "MapStateExited", r#", "stateExitedEventDetails": {"name": "Each", "output": "[3, 4]"}"#),
        event(8, 7, "ExecutionSucceeded", r#", "executionSucceededEventDetails": {"output": "[3, 4]"}"#),
    ];
    let text = format!(r#"{{"events": [{}]}}"#, events.join(","));
    let settings = Settings::named("case", "case", machine::Kind::Standard);
    for definition in [Some(map), None] {
        let imported = read_history(&text, definition, false, &settings).unwrap();
        let mut progress = Progress::new(&imported.definition.program, &imported.definition.machine);
        imported.events.iter().for_each(|event| progress.take(event));
        let node = progress.all().nodes.into_iter().find(|node| &*node.node == "/States/Each").unwrap();
        assert_eq!((node.status, node.active), (NodeStatus::Succeeded, 0));
        assert_eq!(node.items, Some(Items { total: 2, ..Items::default() }), "two, and nothing else is known");
    }
}

/// Read them: they are what people see first when something went wrong.
#[test]
fn every_recorded_failure_is_explained_in_a_sentence() {
    let Some(cases) = cases() else { return };
    let mut told = String::new();
    for case in cases.iter().filter(|case| case.has_numbers) {
        let settings = Settings::named("case", "case", machine::Kind::Standard);
        let Ok(imported) = read_history(&case.history, Some(&case.definition), case.express, &settings) else {
            continue;
        };
        let Some(why) = explain(&imported.events, &imported.definition.machine) else { continue };
        told.push_str(&format!("{}\n    {}\n", case.id, why.sentence));
    }
    expect_file!["failures.txt"].assert_eq(&told);
}

//! `stepwright replay` as scripts see it: exit codes, standard output, standard error.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const ORDER: &str = r#"{"StartAt": "Charge", "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.paid", "Next": "Route"},
    "Route": {"Type": "Choice", "Choices": [{"Variable": "$.paid.total", "NumericLessThan": 100, "Next": "Done"}]},
    "Done": {"Type": "Pass", "Result": "ok", "End": true}}}"#;
const MOCKS: &str = r#"{"StateMachines": {"order": {"TestCases": {"Once": {"Charge": "Charged"}}}},
    "MockedResponses": {"Charged": {"0": {"Return": {"total": 120}}}}}"#;

fn stepwright(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_stepwright")).args(arguments).current_dir(folder).output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// A folder with the definition and the history of a run that failed.
fn failed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("order.asl.json", ORDER), ("order.mocks.json", MOCKS)] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let (code, _, stderr) = stepwright(&["run", "order.asl.json", "--history", "history.json"], folder.path());
    assert_eq!(code, Some(1), "{stderr}");
    folder
}

#[test]
fn the_same_definition_takes_the_same_way_and_the_failure_is_told() {
    let folder = failed();
    let (code, stdout, stderr) = stepwright(&["replay", "history.json", "order.asl.json"], folder.path());
    assert_eq!((code, &*stderr), (Some(0), ""));
    assert!(stdout.contains("“Route” found no rule that fits its input"), "{stdout}");
    assert!(stdout.contains("the definition takes the same way"), "{stdout}");
}

#[test]
fn the_first_event_of_another_way_is_named() {
    let folder = failed();
    let edited = ORDER.replace("100", "200");
    std::fs::write(folder.path().join("edited.asl.json"), edited).expect("written");
    let (code, stdout, _) = stepwright(&["replay", "history.json", "edited.asl.json", "--json"], folder.path());
    assert_eq!(code, Some(1), "{stdout}");
    let report: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(report["same"], false);
    assert_eq!(report["divergence"]["event"], 8);
    assert_eq!(report["divergence"]["expected"], "ExecutionFailed");
    assert_eq!(report["divergence"]["actual"], "ChoiceStateExited \"Route\"");
    assert_eq!(report["failure"]["state"], "Route");
}

#[test]
fn a_state_that_is_gone_is_another_way_and_other_data_on_the_same_way_are_told() {
    let folder = failed();
    std::fs::write(folder.path().join("renamed.asl.json"), ORDER.replace("Route", "Way")).expect("written");
    let (code, stdout, _) = stepwright(&["replay", "history.json", "renamed.asl.json"], folder.path());
    assert_eq!(code, Some(1));
    assert!(
        stdout.contains("another way from event 7 on") && stdout.contains("ChoiceStateEntered \"Route\""),
        "{stdout}"
    );
    std::fs::write(
        folder.path().join("other.asl.json"),
        ORDER.replace("\"$.paid\", \"Next\"", "\"$.paid\", \"ResultSelector\": {\"total\": 130}, \"Next\""),
    )
    .expect("written");
    let (code, stdout, _) = stepwright(&["replay", "history.json", "other.asl.json"], folder.path());
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("other data in 2 events, first in event 6 of \"Charge\""), "{stdout}");
}

#[test]
fn what_cannot_be_read_is_said_in_one_line() {
    let folder = failed();
    std::fs::write(folder.path().join("broken.json"), "{\"events\": [{\"id\": 1}]}").expect("written");
    for (arguments, expected) in [
        (["replay", "broken.json", "order.asl.json"], "broken.json: event 1 of the file: has no type"),
        (["replay", "missing.json", "order.asl.json"], "cannot read missing.json"),
    ] {
        let (code, stdout, stderr) = stepwright(&arguments, folder.path());
        assert_eq!((code, &*stdout), (Some(2), ""), "{stderr}");
        assert!(stderr.contains(expected) && stderr.lines().count() == 1, "{stderr}");
    }
    let (code, _, stderr) = stepwright(&["replay", "history.json", "history.json"], folder.path());
    assert_eq!(code, Some(1), "an invalid definition is a no: {stderr}");
}

//! The commands about definitions, as scripts see them: output and exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MACHINE: &str = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": { \"Type\": \"Pass\", \"Next\": \"B\" },\n    \"B\": { \"Type\": \"Succeed\" }\n  },\n  \"TimeoutSeconds\": 5\n}\n";

fn stepwright(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stepwright")).args(arguments).output().expect("the program starts")
}

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the folder is writable");
    path
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn validate_answers_by_exit_code() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let good = file(folder.path(), "good.asl.json", MACHINE);
    let bad = file(folder.path(), "bad.asl.json", &MACHINE.replace("\"Next\": \"B\"", "\"Next\": \"C\""));
    let (good, bad) = (good.to_string_lossy(), bad.to_string_lossy());
    let output = stepwright(&["validate", &good]);
    assert_eq!((code(&output), &*shown(&output)), (Some(0), ""));
    let output = stepwright(&["validate", &good, &bad]);
    assert_eq!(code(&output), Some(1));
    let line = "bad.asl.json:4:36: error[MISSING_TRANSITION_TARGET]: Missing 'Next' target: C at /States/A/Next";
    assert!(shown(&output).contains(line), "{}", shown(&output));
    let output = stepwright(&["validate", &bad, "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON was asked for");
    assert_eq!(report[0]["valid"], false);
    let start = &report[0]["diagnostics"][0]["range"]["start"];
    assert_eq!((start["line"].as_u64(), start["column"].as_u64()), (Some(4), Some(36)));
    let output = stepwright(&["validate", &bad, "--format", "sarif"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("SARIF is JSON");
    assert_eq!(report["runs"][0]["results"][0]["ruleId"], "MISSING_TRANSITION_TARGET");
    let output = stepwright(&["validate", "no such file"]);
    assert_eq!((code(&output), output.stderr.iter().filter(|byte| **byte == b'\n').count()), (Some(2), 1));
    let lax = MACHINE.replace("\"Type\": \"Pass\"", "\"Type\": \"Pass\", \"Parameters\": {\"a\": \"$.b\"}");
    let lax = file(folder.path(), "lax.json", &lax);
    let lax = lax.to_string_lossy();
    assert_eq!(code(&stepwright(&["validate", &lax])), Some(0));
    assert_eq!(code(&stepwright(&["validate", &lax, "--deny", "warnings"])), Some(1));
}

#[test]
fn format_rename_and_diff() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let old = file(folder.path(), "old.asl.json", MACHINE);
    let new = file(folder.path(), "new.asl.json", MACHINE);
    let (old_name, new_name) = (old.to_string_lossy(), new.to_string_lossy());
    let output = stepwright(&["rename", &new_name, "B", "Done"]);
    assert_eq!(shown(&output), MACHINE.replace("\"B\"", "\"Done\""));
    assert_eq!(code(&stepwright(&["rename", &new_name, "B", "A"])), Some(1), "the name is taken");
    assert_eq!(code(&stepwright(&["rename", &new_name, "X", "Y"])), Some(2), "there is no such state");
    assert_eq!(code(&stepwright(&["rename", &new_name, "B", "Done", "--write"])), Some(0));
    let output = stepwright(&["diff", &old_name, &new_name]);
    assert_eq!((code(&output), &*shown(&output)), (Some(1), "> /States/B is now /States/Done\n"));
    assert_eq!(code(&stepwright(&["diff", &old_name, &old_name])), Some(0));
    assert_eq!(code(&stepwright(&["format", "--check", &new_name])), Some(1));
    assert_eq!(code(&stepwright(&["format", &new_name])), Some(0));
    assert_eq!(code(&stepwright(&["format", "--check", &new_name])), Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder is readable").count(), 2, "nothing is left behind");
}

#[test]
fn graph_draws_every_format() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let machine = file(folder.path(), "machine.asl.json", MACHINE);
    let machine = machine.to_string_lossy();
    for (format, begins) in [("svg", "<svg "), ("mermaid", "flowchart"), ("dot", "digraph")] {
        let output = stepwright(&["graph", &machine, "--format", format]);
        assert!(shown(&output).starts_with(begins), "{format}");
    }
    let output = stepwright(&["graph", &machine, "--json"]);
    let graph: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON was asked for");
    assert_eq!(graph["edges"].as_array().map(Vec::len), Some(3));
    let output = stepwright(&["graph", &machine, "--format", "png"]);
    // A machine without any font says so.
    let no_font = code(&output) == Some(2) && String::from_utf8_lossy(&output.stderr).contains("font");
    assert!(output.stdout.starts_with(b"\x89PNG") || no_font);
}

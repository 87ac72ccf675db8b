//! `stepwright run` as scripts see it: exit codes, standard output, standard error.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

fn stepwright(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stepwright")).args(arguments).current_dir(folder).output().expect("it starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn example(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples");
    root.join(name).join(format!("{name}.asl.json")).canonicalize().expect("the example").display().to_string()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        Folder(folder)
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = stepwright(arguments, self.0.path());
        (output.status.code(), text(&output.stdout).to_owned(), text(&output.stderr).to_owned())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

const PASS: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
const FAIL: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Broke", "Cause": "on purpose"}}}"#;
const TASK: &str =
    r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}"#;

#[test]
fn waiting_takes_no_time_on_a_virtual_clock() {
    let folder = Folder::with(&[]);
    let begun = Instant::now();
    let (code, _, stderr) =
        folder.run(&["run", &example("nightly-backup"), "--clock", "virtual", "--history", "history.json"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(stderr.contains("test case \"Complete after twenty minutes\""), "who answers is said: {stderr}");
    let history: Value =
        serde_json::from_slice(&std::fs::read(folder.path("history.json")).expect("written")).expect("JSON");
    let events = history["events"].as_array().expect("a list");
    let second = |event: &Value| event["timestamp"].as_f64().expect("seconds since 1970");
    let waits: Vec<f64> = events
        .windows(2)
        .filter(|pair| pair[1]["type"] == "WaitStateExited")
        .map(|pair| (second(&pair[1]) - second(&pair[0])).round())
        .collect();
    assert_eq!(waits, [300.0; 4]);
}

#[test]
fn every_example_runs_in_every_test_case_that_answers_all() {
    let folder = Folder::with(&[]);
    for (name, case, code) in [
        ("order-approval", "Approved", 0),
        ("order-approval", "Lambda throttled twice", 0),
        ("order-approval", "Answer the approval by hand", 1),
        ("nightly-backup", "Snapshot fails", 1),
        ("contact-form", "Spam", 0),
        ("game-level", "Everything saved", 0),
        ("library-loan", "Returned at the first reminder", 0),
    ] {
        let (found, stdout, stderr) = folder.run(&["run", &example(name), "--test-case", case, "--clock", "virtual"]);
        assert_eq!(found, Some(code), "{name}, {case}: {stdout}{stderr}");
    }
}

#[test]
fn exit_codes() {
    let folder = Folder::with(&[
        ("pass.json", PASS),
        ("fail.json", FAIL),
        ("task.json", TASK),
        ("broken.json", "{"),
        ("input.json", "{\"n\": 1.0}\n"),
    ]);
    let check = |arguments: &[&str], code: i32, said: &str| {
        let (found, stdout, stderr) = folder.run(arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {stdout}{stderr}");
        assert!(stdout.contains(said) || stderr.contains(said), "{arguments:?}: {stdout}{stderr}");
        if code == 2 {
            assert_eq!((stderr.lines().count(), stdout.as_str()), (1, ""), "one clear line: {stderr}");
        }
    };
    check(&["run", "pass.json"], 0, "SUCCEEDED");
    check(&["run", "pass.json", "--input", "@input.json"], 0, "{\"n\": 1.0}");
    check(&["run", "pass.json", "--input", "[1, 2]", "--express"], 0, "[1, 2]");
    check(&["run", "fail.json"], 1, "error: Broke");
    check(&["run", "task.json"], 1, "the state \"A\" waits for the answer to its call");
    check(&["run", "broken.json"], 1, "broken.json:1:");
    check(&["run", "gone.json"], 2, "cannot read gone.json");
    check(&["run", "pass.json", "--input", "{"], 2, "the input is not JSON");
    check(&["run", "pass.json", "--input", "@gone.json"], 2, "gone.json");
    check(&["run", "pass.json", "--clock", "fast"], 2, "virtual");
    check(&["run", "pass.json", "--test-case", "Happy"], 2, "there is no mock file");
    check(&["run", "pass.json", "--mocks", "gone.json"], 2, "gone.json");
    check(&["run"], 2, "<FILE>");
    check(&["walk"], 2, "walk");
}

#[test]
fn json_for_machines() {
    let folder = Folder::with(&[("pass.json", PASS), ("task.json", TASK)]);
    let (code, stdout, _) = folder.run(&["run", "pass.json", "--json", "--input", "{\"n\": 1.0}", "--seed", "7"]);
    let summary: Value = serde_json::from_str(&stdout).expect("one JSON object");
    assert_eq!(code, Some(0));
    assert_eq!(
        (&summary["status"], &summary["output"], &summary["seed"]),
        (&"SUCCEEDED".into(), &"{\"n\": 1.0}".into(), &7.into())
    );
    assert_eq!(summary["events"], 4);
    let (code, stdout, _) = folder.run(&["run", "task.json", "--json"]);
    let summary: Value = serde_json::from_str(&stdout).expect("one JSON object");
    assert_eq!((code, &summary["status"], &summary["waitsFor"][0]["state"]), (Some(1), &"RUNNING".into(), &"A".into()));
}

#[test]
fn a_kept_execution_can_be_resumed_by_its_number() {
    let folder = Folder::with(&[
        ("task.json", TASK),
        ("mocks.json", r#"{"StateMachines": {"task": {"TestCases": {"None": {}}}}, "MockedResponses": {}}"#),
    ]);
    let arguments = ["run", "task.json", "--store", "db", "--mocks", "mocks.json", "--test-case", "None", "--json"];
    let (code, stdout, stderr) = folder.run(&arguments);
    assert_eq!(code, Some(1), "{stderr}");
    let id = serde_json::from_str::<Value>(&stdout).expect("JSON")["execution"].to_string();
    let answered = r#"{"StateMachines": {"task": {"TestCases": {"None": {"A": "M"}}}}, "MockedResponses": {"M": {"0": {"Return": "done"}}}}"#;
    std::fs::write(folder.path("mocks.json"), answered).expect("written");
    let (code, stdout, stderr) = folder.run(&["run", "--resume", &id, "--store", "db", "--json"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert_eq!(serde_json::from_str::<Value>(&stdout).expect("JSON")["output"], "\"done\"");
    let (code, _, stderr) = folder.run(&["run", "--resume", &id, "--store", "db"]);
    assert_eq!((code, stderr.contains("has ended")), (Some(2), true), "{stderr}");
}

#[test]
fn serve_says_where_and_refuses_a_taken_port() {
    use std::io::{BufRead, BufReader};
    let folder = Folder::with(&[]);
    let mut server = Command::new(env!("CARGO_BIN_EXE_stepwright"))
        .args(["serve", "--json", "--store", "db"])
        .current_dir(folder.0.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = String::new();
    BufReader::new(server.stdout.take().expect("piped")).read_line(&mut said).expect("it says where");
    let said: Value = serde_json::from_str(&said).expect("JSON");
    let port = said["port"].to_string();
    assert!(said["url"].as_str().expect("text").starts_with(&format!("http://127.0.0.1:{port}/?token=")), "{said}");
    let (code, _, stderr) = folder.run(&["serve", "--port", &port, "--store", "db"]);
    server.kill().expect("killed");
    server.wait().expect("over");
    assert_eq!((code, stderr.contains(&port)), (Some(2), true), "{stderr}");
}

#[test]
fn a_run_stops_at_a_state_tells_its_scope_and_goes_on_by_its_number() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"limit": 1.50}, "Next": "Each"},
        "Each": {"Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": {"StartAt": "One", "States": {
            "One": {"Type": "Pass", "End": true}}}}}}"#;
    let folder = Folder::with(&[("map.json", definition)]);
    let input = r#"{"items": [1, 2.0, 3]}"#;
    let stop = ["--break-at", "One", "--break-if", "$ >= $limit", "--store", "db"];
    let (code, stdout, stderr) = folder.run(&[&["run", "map.json", "--input", input], &stop[..]].concat());
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let scope: Value = serde_json::from_str(&stdout).expect("one JSON object");
    assert_eq!((&scope["status"], &scope["state"]), (&"PAUSED".into(), &"One".into()));
    assert_eq!(scope["iterations"], serde_json::json!([1]));
    assert!(stdout.contains(r#""input": 2.0"#) && stdout.contains(r#""limit": 1.50"#), "{stdout}");
    assert_eq!(scope["context"]["Map"]["Item"]["Index"], 1);
    let id = scope["execution"].to_string();
    assert_eq!(
        (&scope["resume"], &scope["problem"]),
        (&format!("stepwright run --resume {id} --store db").into(), &Value::Null)
    );

    let (code, stdout, stderr) = folder.run(&[&["run", "--resume", &id], &stop[..]].concat());
    let scope: Value = serde_json::from_str(&stdout).expect("it stops again where it is told to");
    assert_eq!((code, &scope["iterations"]), (Some(0), &serde_json::json!([2])), "{stderr}");
    let (code, stdout, stderr) = folder.run(&["run", "--resume", &id, "--store", "db", "--json"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert_eq!(serde_json::from_str::<Value>(&stdout).expect("JSON")["output"], "[1,2.0,3]");

    // A condition that cannot be evaluated stops as well, and says so.
    let stop = ["--break-at", "One", "--break-if", "$lookup(1)", "--store", "my db"];
    let (code, stdout, stderr) = folder.run(&[&["run", "map.json", "--input", input], &stop[..]].concat());
    let scope: Value = serde_json::from_str(&stdout).expect("one JSON object");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(scope["problem"].as_str().is_some_and(|problem| problem.contains("lookup")), "{stdout}");
    assert!(scope["resume"].as_str().is_some_and(|resume| resume.ends_with("--store 'my db'")), "{stdout}");

    let (code, _, stderr) = folder.run(&["run", "map.json", "--break-at", "None", "--store", "db"]);
    assert_eq!((code, stderr.contains("there is no state \"None\"")), (Some(2), true), "{stderr}");
}

//! `stepwright export` and `stepwright import` as scripts see them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn stepwright(arguments: &[&str], files: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stepwright")).args(arguments).args(files).output().expect("the binary starts")
}

fn example(name: &str) -> PathBuf {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).expect("the crate lies in src-tauri/crates/cli");
    root.join(format!("examples/{name}/{name}.asl.json"))
}

fn export(target: &str, out: &Path, more: &[&str]) -> Output {
    let out = out.to_string_lossy();
    let mut arguments = vec!["export", "--target", target, "--out", &out];
    arguments.extend(more);
    stepwright(&arguments, &[&example("order-approval")])
}

#[test]
fn an_export_overwrites_nothing_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = export("sam", folder.path(), &[]);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let template = folder.path().join("template.yaml");
    let written = std::fs::read_to_string(&template).expect("the template is written");
    assert_eq!(export("sam", folder.path(), &[]).status.code(), Some(0), "the same export changes nothing");

    std::fs::write(&template, written.replace("STANDARD", "EXPRESS")).expect("it can be edited");
    let refused = export("sam", folder.path(), &[]);
    assert_eq!(refused.status.code(), Some(1));
    let shown = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(shown.contains("-      Type: EXPRESS\n+      Type: STANDARD\n"), "the difference is shown: {shown}");
    assert!(std::fs::read_to_string(&template).expect("still there").contains("EXPRESS"), "the edit is kept");
    assert_eq!(export("sam", folder.path(), &["--force"]).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&template).expect("still there"), written);
}

#[test]
fn an_export_that_cannot_be_written_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = folder.path().join("template.yaml");
    std::fs::write(&template, "mine\n").expect("written");
    let mut permissions = std::fs::metadata(&template).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&template, permissions).expect("it can be locked");
    let failed = export("sam", folder.path(), &["--force"]);
    assert_eq!(failed.status.code(), Some(2), "{failed:?}");
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(said.contains("template.yaml") && said.contains("nothing was written"), "{said}");
    assert_eq!(std::fs::read_to_string(&template).expect("still there"), "mine\n");
    let definitions = std::fs::read_dir(folder.path().join("statemachine")).map(Iterator::count).unwrap_or_default();
    assert_eq!(definitions, 0, "the definition is not there either");
}

#[test]
fn what_cannot_be_exported_is_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.asl.json");
    std::fs::write(&broken, r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}"#).expect("written");
    let out = folder.path().join("out");
    let arguments = ["export", "--target", "sam", "--out", &*out.to_string_lossy()];
    assert_eq!(stepwright(&arguments, &[&broken]).status.code(), Some(1), "an invalid definition is a no");
    assert!(!out.exists());
    assert_eq!(
        stepwright(&arguments, &[&folder.path().join("none.json")]).status.code(),
        Some(2),
        "an absent file is trouble"
    );
    let unknown = stepwright(&["export", "--target", "bicep", "--out", "x"], &[&broken]);
    assert_eq!(unknown.status.code(), Some(2), "an unknown target is wrong use");
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("cloudformation"), "the known ones are named");
}

#[test]
fn an_import_finds_what_an_export_wrote() {
    let folder = tempfile::tempdir().expect("a folder");
    for target in ["sam", "cloudformation", "terraform", "serverless"] {
        let project = folder.path().join(target);
        assert_eq!(export(target, &project, &[]).status.code(), Some(0));
        let out = folder.path().join(format!("{target}-in"));
        let answer = stepwright(&["import", "--json", "--out", &*out.to_string_lossy()], &[&project]);
        assert_eq!(answer.status.code(), Some(0), "{answer:?}");
        let found: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
        assert_eq!(found["workflows"].as_array().map(Vec::len), Some(1), "{target}: {found}");
        let workflows = std::fs::read_dir(&out).expect("written").count();
        assert_eq!(workflows, 2, "{target}: a definition and what is known about it");
    }
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    assert_eq!(stepwright(&["import", "--out", "x"], &[&empty]).status.code(), Some(1), "no workflow is a no");
}

#[test]
fn the_policy_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = export("iam", folder.path(), &["--region", "eu-central-1", "--account", "123456789012"]);
    assert_eq!(answer.status.code(), Some(0));
    let text = std::fs::read_to_string(folder.path().join("order-approval.policy.json")).expect("written");
    let policy: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(policy["Statement"][0]["Resource"][0], "arn:aws:lambda:eu-central-1:123456789012:function:ProcessOrder");
}

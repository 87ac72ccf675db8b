//! Documents through the public interface, as a front end uses them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use api::{Backend, Host, Setup};
use serde_json::{Value, json};
use store::Store;
use wire::{Code, Failure, Notice};

struct Window(Sender<Notice>);

impl Host for Window {
    fn notify(&self, notice: Notice) {
        // A test that is over listens no more.
        let _ = self.0.send(notice);
    }
}

struct Desk {
    folder: PathBuf,
    backend: Backend<Window>,
    notices: Receiver<Notice>,
}

const SOUND: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;

impl Desk {
    fn at(folder: &Path) -> Desk {
        let folder = folder.canonicalize().expect("a real path");
        let (sender, notices) = channel();
        let store = Store::open(&folder.join("data/stepwright.db"));
        let setup = Setup { store, examples: None, open_at_start: Vec::new(), home: folder.clone() };
        Desk { backend: Backend::new(Window(sender), setup), folder, notices }
    }

    async fn call(&self, command: &str, request: Value) -> Result<Value, Failure> {
        api::call(&self.backend, command, request).await
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        self.call(command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    }

    async fn refused(&self, command: &str, request: Value) -> Code {
        self.call(command, request).await.expect_err("refused").code
    }

    async fn open(&self, name: &str) -> Value {
        self.ok("open_document", json!({ "path": self.folder.join(name) })).await
    }

    async fn type_in(
        &self,
        document: &Value,
        base_version: u32,
        from: u32,
        to: u32,
        insert: &str,
    ) -> Result<Value, Failure> {
        let change = json!({ "from": from, "to": to, "insert": insert });
        self.call(
            "change_document",
            json!({ "document": document["document"], "baseVersion": base_version, "changes": [change] }),
        )
        .await
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).expect("readable")
    }

    async fn next_change_on_disk(&self) -> Option<(bool, bool)> {
        for _ in 0..200 {
            match self.notices.try_recv() {
                Ok(Notice::DocumentChangedOnDisk(change)) => return Some((change.reloaded, change.removed)),
                Ok(_) => {}
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        None
    }
}

#[tokio::test]
async fn typing_saving_and_stale_versions() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    desk.write("a.asl.json", SOUND);
    let opened = desk.open("a.asl.json").await;
    assert_eq!((&opened["name"], &opened["version"], &opened["unsaved"]), (&json!("a"), &json!(1), &json!(false)));
    assert_eq!(opened["analysis"]["runnable"], true);
    assert_eq!(desk.open("a.asl.json").await["document"], opened["document"], "a file is opened once");

    let analysis = desk.type_in(&opened, 1, 13, 14, "B").await.expect("changed");
    assert_eq!((&analysis["version"], &analysis["runnable"]), (&json!(2), &json!(false)));
    let stale = desk.type_in(&opened, 1, 0, 0, " ").await.expect_err("the version is old");
    assert_eq!(stale.code, Code::StaleVersion);

    desk.ok("save_document", json!({ "document": opened["document"], "overwrite": false })).await;
    assert_eq!(desk.read("a.asl.json"), SOUND.replacen("\"A\"", "\"B\"", 1));
    let recent = desk.ok("recent_files", json!({})).await;
    assert_eq!(recent["files"][0]["name"], "a");
}

#[tokio::test]
async fn a_change_by_another_program_is_taken_over_or_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    desk.write("a.asl.json", SOUND);
    let opened = desk.open("a.asl.json").await;
    let document = json!({ "document": opened["document"] });

    let theirs = SOUND.replace("Succeed", "Fail");
    desk.write("a.asl.json", &theirs);
    assert_eq!(desk.next_change_on_disk().await, Some((true, false)), "nothing was unsaved");
    let reloaded = desk.ok("reload_document", document.clone()).await;
    assert_eq!((&reloaded["text"], &reloaded["version"]), (&json!(theirs), &json!(2)));

    desk.type_in(&opened, 2, 0, 0, " ").await.expect("changed");
    desk.write("a.asl.json", SOUND);
    assert_eq!(desk.next_change_on_disk().await, Some((false, false)), "the unsaved change stands");
    assert_eq!(desk.ok("read_disk_version", document.clone()).await["text"], SOUND);
    assert_eq!(
        desk.refused("save_document", json!({ "document": opened["document"], "overwrite": false })).await,
        Code::FileChanged
    );
    desk.ok("save_document", json!({ "document": opened["document"], "overwrite": true })).await;
    assert_eq!(desk.read("a.asl.json"), format!(" {theirs}"));
    assert_eq!(desk.next_change_on_disk().await, None, "what we wrote ourselves is no news");

    std::fs::remove_file(desk.folder.join("a.asl.json")).expect("removed");
    assert_eq!(desk.next_change_on_disk().await, Some((false, true)));
}

#[tokio::test]
async fn unsaved_text_survives_the_end_of_the_application() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    desk.write("a.asl.json", SOUND);
    let opened = desk.open("a.asl.json").await;
    desk.type_in(&opened, 1, 0, 0, "\n").await.expect("changed");
    tokio::time::sleep(Duration::from_millis(700)).await;
    drop(desk);

    let desk = Desk::at(folder.path());
    let opened = desk.open("a.asl.json").await;
    assert_eq!((&opened["unsaved"], &opened["text"]), (&json!(true), &json!(format!("\n{SOUND}"))));
    desk.ok("close_document", json!({ "document": opened["document"] })).await;
    assert_eq!(desk.open("a.asl.json").await["unsaved"], false, "closing gives the changes up");
}

#[tokio::test]
async fn refusals_have_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    assert_eq!(
        desk.refused("open_document", json!({ "path": desk.folder.join("gone.json") })).await,
        Code::FileNotFound
    );
    assert_eq!(desk.refused("open_document", json!({ "path": desk.folder })).await, Code::FileUnreadable);
    assert_eq!(desk.refused("open_document", json!({ "file": 1 })).await, Code::BadRequest);
    assert_eq!(desk.refused("analyse_document", json!({ "document": 9 })).await, Code::DocumentNotOpen);
    assert_eq!(desk.refused("pick_file", json!({})).await, Code::Unsupported);
    assert_eq!(desk.refused("no_such_command", json!({})).await, Code::BadRequest);
}

#[tokio::test]
async fn new_documents_mocks_folders_and_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let new = desk.ok("new_document", json!({ "name": "draft", "text": SOUND })).await;
    let target = desk.folder.join("draft.asl.json");
    let no_file = json!({ "document": new["document"], "overwrite": false });
    assert_eq!(desk.refused("save_document", no_file).await, Code::BadRequest);
    desk.ok("save_document", json!({ "document": new["document"], "path": target, "overwrite": false })).await;
    assert_eq!(desk.read("draft.asl.json"), SOUND);

    desk.write("draft.input.json", "{\"n\": 1}");
    desk.write(
        "MockConfigFile.json",
        r#"{"StateMachines": {"draft": {"TestCases": {"Happy": {}}}}, "MockedResponses": {}}"#,
    );
    let mocks = desk.ok("list_mocks", json!({ "document": new["document"] })).await;
    assert_eq!((&mocks["testCases"], &mocks["sampleInput"]), (&json!(["Happy"]), &json!("{\"n\": 1}")));

    let listed = desk.ok("list_folder", json!({ "path": desk.folder })).await;
    let names: Vec<_> =
        listed["entries"].as_array().expect("a list").iter().map(|entry| entry["name"].clone()).collect();
    assert_eq!(names, ["data", "draft.asl.json", "draft.input.json", "MockConfigFile.json"]);

    desk.ok("put_setting", json!({ "key": "theme", "value": "\"dark\"" })).await;
    assert_eq!(desk.ok("get_setting", json!({ "key": "theme" })).await["value"], "\"dark\"");
    assert_eq!(desk.refused("put_setting", json!({ "key": "theme", "value": "dark" })).await, Code::BadRequest);
}

#[tokio::test]
async fn a_named_edit_is_planned_as_changes_of_the_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let text = r#"{"Comment": "🚀", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
    let new = desk.ok("new_document", json!({ "name": "draft", "text": text })).await;
    let plan = |edit: Value| json!({ "document": new["document"], "baseVersion": 1, "edit": edit });
    let rename = desk.ok("plan_edit", plan(json!({ "type": "rename", "state": "/States/A", "name": "B" }))).await;
    assert_eq!(rename["select"], json!(["/States/B"]));
    let change =
        json!({ "document": new["document"], "baseVersion": rename["baseVersion"], "changes": rename["changes"] });
    let analysis = desk.ok("change_document", change).await;
    assert_eq!((&analysis["runnable"], &analysis["version"]), (&json!(true), &json!(2)), "{analysis}");
    assert!(analysis["graph"]["newNodes"].as_array().expect("a list").iter().any(|node| node["id"] == "/States/B"));

    assert_eq!(
        desk.refused("plan_edit", plan(json!({ "type": "duplicate", "states": ["/States/B"] }))).await,
        Code::StaleVersion
    );
    let plan = |edit: Value| json!({ "document": new["document"], "baseVersion": 2, "edit": edit });
    let refused =
        desk.refused("plan_edit", plan(json!({ "type": "rename", "state": "/States/Gone", "name": "C" }))).await;
    assert_eq!(refused, Code::EditRefused);
    let on_start = json!({ "type": "insert", "from": "#start", "slot": {"type": "start"}, "name": "First", "kind": "wait", "definition": null });
    let inserted = desk.ok("plan_edit", plan(on_start)).await;
    assert_eq!(inserted["select"], json!(["/States/First"]));
    let at_end = json!({ "type": "insert", "from": "/States/B", "slot": {"type": "end"}, "name": "Last", "kind": "succeed", "definition": null });
    assert_eq!(desk.ok("plan_edit", plan(at_end)).await["select"], json!(["/States/Last"]));
    let marker = json!({ "type": "add", "scope": "", "name": "X", "kind": "start", "definition": null });
    assert_eq!(desk.refused("plan_edit", plan(marker)).await, Code::BadRequest);
}

#[tokio::test]
async fn a_document_is_formatted_on_request_and_broken_text_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let text = r#"{"Comment":"🚀","StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
    let new = desk.ok("new_document", json!({ "name": "draft.asl.json", "text": text })).await;
    let ask = |version: u32| json!({ "document": new["document"], "baseVersion": version });
    let planned = desk.ok("format_document", ask(1)).await;
    let change = json!({ "document": new["document"], "baseVersion": 1, "changes": planned["changes"] });
    let analysis = desk.ok("change_document", change).await;
    let state = analysis["graph"]["newNodes"].as_array().expect("a list").iter().find(|node| node["id"] == "/States/A");
    assert_eq!(state.expect("the state is there")["nameRange"]["line"], 5, "{analysis}");
    assert_eq!(desk.ok("format_document", ask(2)).await["changes"], json!([]), "doing it twice changes nothing");
    assert_eq!(desk.refused("format_document", ask(1)).await, Code::StaleVersion);
    let broken =
        json!({ "document": new["document"], "baseVersion": 2, "changes": [{ "from": 0, "to": 1, "insert": "" }] });
    desk.ok("change_document", broken).await;
    assert_eq!(desk.refused("format_document", ask(3)).await, Code::EditRefused);
}

#[tokio::test]
async fn notes_lie_beside_the_file_and_travel_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let note = json!({ "id": "n", "text": "why?", "state": "/States/A", "x": 230.0, "y": 0.0, "color": "blue" });

    let untitled = desk.ok("new_document", json!({ "name": "Untitled", "text": SOUND })).await["document"].clone();
    desk.ok("put_notes", json!({ "document": untitled, "notes": [note] })).await;
    assert_eq!(desk.ok("get_notes", json!({ "document": untitled })).await, json!({ "path": null, "notes": [note] }));

    let save = |name: &str| json!({ "document": untitled, "path": desk.folder.join(name), "overwrite": false });
    desk.ok("save_document", save("order.asl.json")).await;
    let sidecar: Value = serde_json::from_str(&desk.read("order.stepwright.json")).expect("JSON");
    assert_eq!(sidecar, json!({ "notes": [note] }), "notes are kept once there is a file");
    assert_eq!(desk.read("order.asl.json"), SOUND, "and never in the definition");

    desk.write("order.stepwright.json", r#"{"settings": {"tracing": true}, "notes": []}"#);
    desk.ok("put_notes", json!({ "document": untitled, "notes": [note] })).await;
    desk.ok("save_document", save("copy.asl.json")).await;
    let copied: Value = serde_json::from_str(&desk.read("copy.stepwright.json")).expect("JSON");
    assert_eq!(copied, json!({ "settings": { "tracing": true }, "notes": [note] }));

    desk.write("copy.stepwright.json", "[");
    assert_eq!(desk.refused("put_notes", json!({ "document": untitled, "notes": [] })).await, Code::FileUnreadable);
    assert_eq!(desk.read("copy.stepwright.json"), "[", "what cannot be read is not overwritten");
}

//! Folders of workflows and their files through the public interface.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

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
    root: PathBuf,
    backend: Backend<Window>,
    notices: Receiver<Notice>,
}

const SOUND: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
const UNSOUND: &str = r#"{"StartAt": "B", "States": {"A": {"Type": "Succeed"}}}"#;
const TEMPLATE: &str = "Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: A
        States:
          A:
            Type: Succeed
";

impl Desk {
    fn at(folder: &Path) -> Desk {
        let folder = folder.canonicalize().expect("a real path");
        let root = folder.join("project");
        fs::create_dir_all(&root).expect("created");
        let (sender, notices) = channel();
        let store = Store::open(&folder.join("stepwright.db"));
        let setup = Setup { store, examples: None, open_at_start: vec![root.clone()], home: folder };
        Desk { backend: Backend::new(Window(sender), setup), root, notices }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(&path, text).expect("written");
        path
    }

    async fn call(&self, command: &str, request: Value) -> Result<Value, Failure> {
        api::call(&self.backend, command, request).await
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        self.call(command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    }

    /// The files of the folder, once it has been looked through and they are as expected.
    async fn files(&self, expected: &[&str]) -> Value {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let tree = self.ok("get_folder", json!({ "path": self.root })).await;
            let found: Vec<&str> =
                tree["files"].as_array().expect("files").iter().filter_map(|file| file["relative"].as_str()).collect();
            if tree["scanning"] == false && found == expected {
                return tree;
            }
            assert!(Instant::now() < until, "found {found:?}, expected {expected:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_shows_its_workflows_and_follows_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    desk.write("a.asl.json", SOUND);
    desk.write("deep/er/b.json", UNSOUND);
    desk.write("deep/template.yaml", TEMPLATE);
    desk.write("package.json", "{}");
    desk.write("node_modules/x/c.asl.json", SOUND);
    desk.write("ignored/d.asl.json", SOUND);
    desk.write(".gitignore", "ignored\n");
    desk.write("broken.asl.json", "{\"StartAt\"");

    let info = desk.ok("app_info", json!({})).await;
    assert_eq!(info["folderAtStart"], json!(desk.root));
    desk.ok("open_folder", json!({ "path": desk.root })).await;
    let tree = desk.files(&["a.asl.json", "broken.asl.json", "deep/er/b.json", "deep/template.yaml"]).await;
    assert_eq!(tree["files"][0]["workflows"], json!([{ "id": "a.asl.json", "states": 1, "errors": 0, "warnings": 0 }]));
    assert_ne!(tree["files"][1]["workflows"][0]["errors"], 0, "a broken definition is shown with its errors");
    assert_ne!(tree["files"][2]["workflows"][0]["errors"], 0);
    assert_eq!(
        (&tree["files"][3]["kind"], &tree["files"][3]["workflows"][0]["id"]),
        (&json!("project"), &json!("Flow"))
    );

    desk.write("deep/er/b.json", SOUND);
    desk.write("new/e.asl.yaml", "StartAt: A\nStates:\n  A:\n    Type: Succeed\n");
    fs::remove_file(desk.root.join("broken.asl.json")).expect("removed");
    let tree = desk.files(&["a.asl.json", "deep/er/b.json", "deep/template.yaml", "new/e.asl.yaml"]).await;
    assert_eq!(tree["files"][1]["workflows"][0]["errors"], 0, "the change was noticed");
    // A folder made meanwhile is watched too.
    desk.write("new/f.asl.json", SOUND);
    desk.files(&["a.asl.json", "deep/er/b.json", "deep/template.yaml", "new/e.asl.yaml", "new/f.asl.json"]).await;
    assert!(desk.notices.try_iter().any(|notice| matches!(notice, Notice::FolderChanged { .. })));

    let recent = desk.ok("recent_folders", json!({})).await;
    assert_eq!(recent["folders"][0]["path"], json!(desk.root));
    desk.ok("close_folder", json!({ "path": desk.root })).await;
    let closed = desk.call("get_folder", json!({ "path": desk.root })).await.expect_err("closed");
    assert_eq!(closed.code, Code::FileNotFound);
}

#[tokio::test]
async fn files_are_created_renamed_copied_and_deleted_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let there = desk.write("there.asl.json", SOUND);
    let created = desk.ok("create_file", json!({ "folder": desk.root, "name": "a.asl.json", "text": SOUND })).await;
    desk.write("a.input.json", "{}");
    for name in ["there.asl.json", "../x.json", "", "a/b.json", ".."] {
        let refused = desk.call("create_file", json!({ "folder": desk.root, "name": name, "text": "" })).await;
        assert!(refused.is_err(), "{name:?} is refused");
    }
    assert_eq!(fs::read_to_string(&there).expect("read"), SOUND);

    let opened = desk.ok("open_document", json!({ "path": created["path"] })).await;
    let change =
        json!({ "document": opened["document"], "baseVersion": 1, "changes": [{ "from": 0, "to": 0, "insert": " " }] });
    desk.ok("change_document", change).await;
    let taken = desk.call("rename_file", json!({ "path": created["path"], "name": "there.asl.json" })).await;
    assert_eq!(taken.expect_err("taken").code, Code::FileNotWritable);
    let renamed = desk.ok("rename_file", json!({ "path": created["path"], "name": "b.asl.json" })).await;
    assert_eq!(renamed["path"], json!(desk.root.join("b.asl.json")));
    assert!(desk.root.join("b.input.json").is_file(), "the sample input goes along");
    assert!(desk.notices.try_iter().any(|notice| matches!(notice, Notice::DocumentRenamed(_))));
    desk.ok("save_document", json!({ "document": opened["document"], "path": null, "overwrite": false })).await;
    assert_eq!(fs::read_to_string(desk.root.join("b.asl.json")).expect("read"), format!(" {SOUND}"));

    let copy = desk.ok("duplicate_file", json!({ "path": there })).await;
    let second = desk.ok("duplicate_file", json!({ "path": there })).await;
    assert_eq!(copy["path"], json!(desk.root.join("there copy.asl.json")));
    assert_eq!(second["path"], json!(desk.root.join("there copy 2.asl.json")));

    #[cfg(unix)]
    {
        let link = desk.root.join("link.asl.json");
        std::os::unix::fs::symlink(&there, &link).expect("linked");
        desk.ok("delete_file", json!({ "path": link, "forever": true })).await;
        assert!(there.is_file() && !link.exists(), "the link is deleted and not what it leads to");
    }
    desk.ok("delete_file", json!({ "path": there, "forever": true })).await;
    assert!(!there.exists());
}

#[tokio::test]
async fn unsaved_text_is_offered_after_the_application_was_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let path = desk.write("a.asl.json", SOUND);
    let opened = desk.ok("open_document", json!({ "path": path })).await;
    let change = json!({ "document": opened["document"], "baseVersion": 1, "changes": [{ "from": 0, "to": 0, "insert": "  " }] });
    desk.ok("change_document", change).await;
    for text in ["first", "second"] {
        desk.ok("new_document", json!({ "name": "untitled.asl.json", "text": text })).await;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    // Nothing is closed and nothing is saved: as after a kill.
    let desk = Desk::at(folder.path());
    let offered = desk.ok("list_recoverable", json!({})).await;
    let offered = offered["documents"].as_array().expect("documents").clone();
    assert_eq!(offered.len(), 3, "two documents of one name are two: {offered:?}");
    let untitled: Vec<&Value> = offered.iter().filter(|one| one["path"].is_null()).collect();
    assert!(untitled.iter().all(|one| one["name"] == "untitled.asl.json"));
    let first = desk.ok("recover_document", json!({ "recovery": untitled[0]["recovery"] })).await;
    let again = desk.ok("recover_document", json!({ "recovery": untitled[0]["recovery"] })).await;
    assert_eq!(first["document"], again["document"]);
    assert!(first["text"] == "first" || first["text"] == "second", "{first}");
    assert_eq!(first["unsaved"], json!(true));
    desk.ok("discard_recovery", json!({ "recovery": untitled[1]["recovery"] })).await;
    let file = offered.iter().find(|one| !one["path"].is_null()).expect("the file");
    let recovered = desk.ok("recover_document", json!({ "recovery": file["recovery"] })).await;
    assert_eq!(recovered["text"], json!(format!("  {SOUND}")));
    assert!(recovered["recoveredAt"].is_string());
    assert_eq!(desk.ok("list_recoverable", json!({})).await, json!({ "documents": [] }));
    desk.ok("close_document", json!({ "document": first["document"] })).await;
    assert_eq!(desk.ok("list_recoverable", json!({})).await, json!({ "documents": [] }), "closing gives it up");
}

#[tokio::test(flavor = "multi_thread")]
async fn breakpoints_pins_and_executions_go_where_their_file_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let path = desk.write("a.asl.json", SOUND);
    desk.write("other.asl.json", UNSOUND);
    desk.ok("open_folder", json!({ "path": desk.root })).await;
    desk.files(&["a.asl.json", "other.asl.json"]).await;
    let document = desk.ok("open_document", json!({ "path": path })).await["document"].clone();
    let breakpoint = json!({ "place": "/States/A", "on": "enter", "enabled": true });
    desk.ok("set_breakpoints", json!({ "document": document, "breakpoints": [breakpoint] })).await;
    let pin = json!({ "node": "/States/A", "value": "1", "enabled": true, "from": null });
    desk.ok("set_pins", json!({ "document": document, "pins": [pin] })).await;
    let start = json!({ "document": document, "input": "{}", "clock": {"type": "virtual"}, "express": false, "paceMs": 0,
        "seed": 1, "paused": true });
    desk.ok("start_execution", start).await;
    // What is kept for a file, opened anew.
    let kept = async |path: &Path| {
        let opened = desk.ok("open_document", json!({ "path": path })).await["document"].clone();
        let breakpoints = desk.ok("get_breakpoints", json!({ "document": opened })).await["breakpoints"].clone();
        let pins = desk.ok("get_pins", json!({ "document": opened })).await["pins"].clone();
        let ran = desk.ok("list_executions", json!({ "path": path, "limit": 10, "before": null })).await;
        let names: Vec<&str> = ran["executions"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|execution| execution["workflow"].as_str())
            .collect();
        (breakpoints.as_array().map_or(0, Vec::len), pins.as_array().map_or(0, Vec::len), names.join(","))
    };
    assert_eq!(kept(&path).await, (1, 1, "a".into()));

    let renamed = desk.ok("rename_file", json!({ "path": path, "name": "b.asl.json" })).await;
    desk.files(&["b.asl.json", "other.asl.json"]).await;
    let path = PathBuf::from(renamed["path"].as_str().expect("a path"));
    assert_eq!(kept(&path).await, (1, 1, "b".into()), "renamed here");

    // By another program, while nobody has it open.
    desk.ok("close_document", json!({ "document": document })).await;
    fs::create_dir(desk.root.join("deep")).expect("created");
    let moved = desk.root.join("deep/c.asl.json");
    fs::rename(&path, &moved).expect("moved");
    desk.files(&["deep/c.asl.json", "other.asl.json"]).await;
    assert_eq!(kept(&moved).await, (1, 1, "c".into()), "moved by somebody else");

    // First gone and later somewhere else, while it is open: the document follows.
    let text = fs::read_to_string(&moved).expect("read");
    fs::remove_file(&moved).expect("removed");
    desk.files(&["other.asl.json"]).await;
    let last = desk.write("d.asl.json", &text);
    desk.files(&["d.asl.json", "other.asl.json"]).await;
    assert_eq!(kept(&last).await, (1, 1, "d".into()), "gone and come");
    let told = desk.notices.try_iter().filter(|notice| matches!(notice, Notice::DocumentRenamed(_))).count();
    assert_eq!(told, 2, "an open document was renamed here, and followed once");

    // A copy takes nothing away.
    let copy = desk.write("copy.asl.json", &text);
    desk.files(&["copy.asl.json", "d.asl.json", "other.asl.json"]).await;
    assert_eq!(kept(&copy).await, (0, 0, String::new()));
    assert_eq!(kept(&last).await, (1, 1, "d".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_while_the_application_was_closed_is_known_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let named = |name: &str| SOUND.replace('A', name);
    let set = async |desk: &Desk, path: &Path, place: &str| {
        let document = desk.ok("open_document", json!({ "path": path })).await["document"].clone();
        let breakpoint = json!({ "place": place, "on": "enter", "enabled": true });
        desk.ok("set_breakpoints", json!({ "document": document, "breakpoints": [breakpoint] })).await;
    };
    let places = async |desk: &Desk, path: &Path| {
        let opened = desk.ok("open_document", json!({ "path": path })).await["document"].clone();
        let kept = desk.ok("get_breakpoints", json!({ "document": opened })).await["breakpoints"].clone();
        let place = |one: &Value| one["place"].as_str().unwrap_or("").to_owned();
        kept.as_array().expect("a list").iter().map(place).collect::<Vec<String>>()
    };
    let none: Vec<String> = Vec::new();
    let (one, two) = (desk.write("one.asl.json", &named("One")), desk.write("two.asl.json", &named("Two")));
    let (twin, alone) = (desk.write("twin.asl.json", &named("Twin")), desk.write("alone.asl.json", &named("Alone")));
    for (path, name) in [(&one, "One"), (&two, "Two"), (&twin, "Twin"), (&alone, "Alone")] {
        set(&desk, path, &format!("/States/{name}")).await;
    }
    // Changed by another program while the folder is open and the document is not.
    let document = desk.ok("open_document", json!({ "path": two })).await["document"].clone();
    desk.ok("close_document", json!({ "document": document })).await;
    desk.ok("open_folder", json!({ "path": desk.root })).await;
    desk.files(&["alone.asl.json", "one.asl.json", "twin.asl.json", "two.asl.json"]).await;
    desk.write("two.asl.json", &named("Two").replace("\"StartAt\"", "\"Comment\": \"changed\", \"StartAt\""));
    desk.write("last.asl.json", SOUND);
    desk.files(&["alone.asl.json", "last.asl.json", "one.asl.json", "twin.asl.json", "two.asl.json"]).await;
    fs::remove_file(desk.root.join("last.asl.json")).expect("removed");
    drop(desk);

    let project = folder.path().canonicalize().expect("real").join("project");
    fs::create_dir(project.join("deep")).expect("created");
    fs::rename(&one, project.join("deep/first.asl.json")).expect("moved");
    fs::rename(&two, project.join("second.asl.json")).expect("moved");
    fs::copy(&twin, project.join("deep/twin.asl.json")).expect("copied");
    fs::rename(&twin, project.join("twin 2.asl.json")).expect("moved");
    let outside = folder.path().canonicalize().expect("real").join("alone.asl.json");
    fs::rename(&alone, &outside).expect("moved");

    let desk = Desk::at(folder.path());
    desk.ok("open_folder", json!({ "path": desk.root })).await;
    desk.files(&["deep/first.asl.json", "deep/twin.asl.json", "second.asl.json", "twin 2.asl.json"]).await;
    assert_eq!(places(&desk, &project.join("deep/first.asl.json")).await, ["/States/One"]);
    assert_eq!(places(&desk, &project.join("second.asl.json")).await, ["/States/Two"], "as it was seen last");
    assert_eq!(places(&desk, &project.join("twin 2.asl.json")).await, none, "it could be either");
    assert_eq!(places(&desk, &project.join("deep/twin.asl.json")).await, none, "it could be either");
    assert_eq!(places(&desk, &outside).await, ["/States/Alone"], "opened by itself");
    let told = desk.notices.try_iter().filter_map(|notice| match notice {
        Notice::WorkflowsMoved { paths } => Some(paths.len()),
        _ => None,
    });
    assert_eq!(told.sum::<usize>(), 3);
    let recent = desk.ok("recent_files", json!({})).await;
    let gone = recent["files"].as_array().expect("a list").iter().filter(|file| file["exists"] == false).count();
    assert_eq!(gone, 1, "of the twins nobody knows: {recent}");
}

/// What is no workflow to be read is said where it lies, with the reason, and nothing of it stops the search.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_told_with_its_reason() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("project");
    fs::create_dir_all(root.join("inner")).expect("created");
    fs::write(root.join("a.asl.json"), SOUND).expect("written");
    fs::write(root.join("inner/b.asl.json"), SOUND).expect("written");
    fs::write(root.join("bytes.asl.json"), [0xff, 0xfe, 0, 0x9f]).expect("written");
    let huge = fs::File::create(root.join("huge.asl.json")).expect("created");
    huge.set_len(9 << 20).expect("as long as nine megabytes");
    symlink(root.join("nowhere"), root.join("gone.asl.json")).expect("linked");
    symlink(root.join("inner/b.asl.json"), root.join("link.asl.json")).expect("linked");
    symlink(root.join("round.asl.json"), root.join("round.asl.json")).expect("linked");
    symlink(&root, root.join("inner/loop")).expect("linked");
    let odd = root.join(OsStr::from_bytes(b"odd\xff"));
    fs::create_dir(&odd).expect("created");
    fs::write(odd.join("c.asl.json"), SOUND).expect("written");
    fs::write(root.join(OsStr::from_bytes(b"name\xff.asl.json")), SOUND).expect("written");
    let shut = root.join("shut");
    fs::create_dir(&shut).expect("created");
    let secret = root.join("secret.asl.json");
    fs::write(&secret, SOUND).expect("written");
    for path in [&shut, &secret] {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o000)).expect("closed");
    }
    // The administrator may read everything.
    let closed = fs::read_dir(&shut).is_err();

    let desk = Desk::at(folder.path());
    desk.ok("open_folder", json!({ "path": desk.root })).await;
    let found =
        ["a", "bytes", "gone", "huge", "inner/b", "link", "round", "secret"].map(|name| format!("{name}.asl.json"));
    let tree = desk.files(&found.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let trouble = |name: &str| {
        let files = tree["files"].as_array().expect("files");
        let file = files.iter().find(|file| file["relative"] == format!("{name}.asl.json")).expect("it is there");
        file["trouble"].as_str().map(str::to_owned)
    };
    assert_eq!(trouble("a"), None);
    assert_eq!(trouble("link"), None, "a link to a file is as good as the file");
    assert_eq!(trouble("bytes").as_deref(), Some("it is not text in UTF-8"));
    assert_eq!(trouble("huge").as_deref(), Some("with 9 MB it is too large: files of up to 8 MB are looked at"));
    assert_eq!(trouble("gone").as_deref(), Some("the link leads to nothing"));
    assert_eq!(trouble("round").as_deref(), Some("the link leads round in a circle"));
    let mut expected = vec![
        ("inner/loop", "links to folders are not followed: open the folder itself"),
        ("name\u{fffd}.asl.json", "its name is not text in UTF-8: give it another to see it here"),
        ("odd\u{fffd}", "its name is not text in UTF-8: give it another to see it here"),
    ];
    if closed {
        assert_eq!(trouble("secret").as_deref(), Some("you are not allowed to read it"));
        expected.push(("shut", "you are not allowed to read it"));
    }
    let left_out: Vec<(&str, &str)> = tree["leftOut"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["relative"].as_str().expect("a path"), one["why"].as_str().expect("a reason")))
        .collect();
    assert_eq!(left_out, expected);

    for (name, why) in [
        ("bytes.asl.json", "it is not text in UTF-8"),
        ("gone.asl.json", "there is no such file"),
        ("round.asl.json", "the link leads round in a circle"),
    ] {
        let refused =
            desk.call("open_document", json!({ "path": desk.root.join(name) })).await.expect_err("unreadable");
        assert!(refused.message.ends_with(why), "{}", refused.message);
    }
    // So that it can be tidied up.
    fs::set_permissions(&shut, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_folder_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a real path").join("project");
    fs::create_dir_all(&root).expect("created");
    fs::write(root.join("z.asl.json"), SOUND).expect("written");
    let desk = Desk::at(folder.path());
    desk.ok("open_folder", json!({ "path": desk.root })).await;
    desk.files(&["z.asl.json"]).await;
    let gone = desk.call("open_folder", json!({ "path": root.join("missing") })).await.expect_err("it is not there");
    assert!(gone.message.ends_with("there is no such file"), "{}", gone.message);
    let file = desk.call("open_folder", json!({ "path": root.join("z.asl.json") })).await.expect_err("no folder");
    assert!(file.message.ends_with("is not a folder"), "{}", file.message);
}

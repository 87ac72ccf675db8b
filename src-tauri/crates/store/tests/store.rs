//! The store through its public interface.

use std::path::Path;
use std::sync::mpsc;

use store::{Ending, ExecutionId, NewExecution, Page, Recovery, Status, Store, StoreError};

fn open(folder: &Path) -> Store {
    Store::open(&folder.join("stepwright.db")).expect("the store opens")
}

fn new_execution(name: &str, owner: &str) -> NewExecution {
    NewExecution {
        name: name.into(),
        workflow: "orders".into(),
        path: Some("/w/orders.asl.json".into()),
        definition: "{}".into(),
        input: "{ \"n\": 1.0 }".into(),
        settings: "{}".into(),
        owner: owner.into(),
        started_at: 1_000,
        journal_format: 1,
    }
}

fn insert(store: &Store, name: &str) -> ExecutionId {
    let new = new_execution(name, store.instance());
    store.write_now(move |db| db.insert_execution(&new)).expect("inserted")
}

#[test]
fn an_execution_and_its_journal_survive_closing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let id = insert(&store, "first");
    store.write_now(move |db| db.append_journal(id, 1, ["a", "b", "c"])).expect("appended");
    drop(store);

    let store = open(folder.path());
    let unfinished = store.read(|db| db.unfinished_executions()).expect("read");
    assert_eq!(unfinished.len(), 1);
    assert!(!store.is_alive(&unfinished[0].owner), "the process that ran it is gone");
    let lines = store.read(|db| db.journal(id, 2, 10)).expect("read");
    assert_eq!(lines.iter().map(|line| (line.number, line.text.as_str())).collect::<Vec<_>>(), [(2, "b"), (3, "c")]);
    assert_eq!(store.read(|db| db.journal_end(id)).expect("read"), 3);
    assert_eq!(store.read(|db| db.execution_texts(id)).expect("read").1, "{ \"n\": 1.0 }", "the input keeps its bytes");
}

#[test]
fn a_line_is_never_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let id = insert(&store, "first");
    store.write_now(move |db| db.append_journal(id, 1, ["a"])).expect("appended");
    let again = store.write_now(move |db| db.append_journal(id, 1, ["x", "y"]));
    assert!(matches!(again, Err(StoreError::Sqlite(_))), "{again:?}");
    assert_eq!(store.read(|db| db.journal_end(id)).expect("read"), 1, "a write that fails leaves nothing behind");
}

#[test]
fn a_write_that_fails_or_panics_harms_no_other_of_its_group() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let (sender, done) = mpsc::channel();
    let report = |name: &'static str| {
        let sender = sender.clone();
        move |result: Result<(), StoreError>| sender.send((name, result.is_ok())).expect("the test listens")
    };
    store.write(|db| db.put_setting("theme", "\"dark\""), report("first"));
    store.write(|db| db.put_setting("lost", "1").and_then(|()| Err(StoreError::Closed)), report("failing"));
    store.write(|_| panic!("on purpose"), report("panicking"));
    store.write(|db| db.put_setting("speed", "2"), report("last"));
    let mut outcomes: Vec<_> = (0..4).map(|_| done.recv().expect("each write is answered")).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, [("failing", false), ("first", true), ("last", true), ("panicking", false)]);
    let setting = |key: &str| store.read(|db| db.setting(key)).expect("read");
    assert_eq!(
        (setting("theme").as_deref(), setting("lost"), setting("speed").as_deref()),
        (Some("\"dark\""), None, Some("2"))
    );
}

#[test]
fn executions_are_listed_by_page_the_latest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let ids: Vec<_> = ["a", "b", "c"].into_iter().map(|name| insert(&store, name)).collect();
    let list = |before, limit| {
        let page = Page { path: Some("/w/orders.asl.json".into()), before, limit };
        let (found, more) = store.read(|db| db.executions(&page)).expect("read");
        (found.into_iter().map(|execution| execution.name).collect::<Vec<_>>(), more)
    };
    assert_eq!(list(None, 2), (vec!["c".to_owned(), "b".to_owned()], true));
    assert_eq!(list(Some(ids[1]), 2), (vec!["a".to_owned()], false));
    let elsewhere = Page { path: Some("/w/other".into()), before: None, limit: 9 };
    assert!(store.read(|db| db.executions(&elsewhere)).expect("read").0.is_empty());
    assert!(store.read(|db| db.execution_name_is_taken("orders", Some("/w/orders.asl.json"), "b")).expect("read"));
}

#[test]
fn an_execution_ends_once_and_can_be_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let id = insert(&store, "first");
    let neighbour = insert(&store, "second");
    for id in [id, neighbour] {
        store.write_now(move |db| db.append_journal(id, 1, ["a"])).expect("appended");
    }
    assert_eq!(store.read(|db| db.ending(id)).expect("read"), None);
    let ending = Ending { status: Status::Failed, ended_at: 2_000, output: None, error: Some("E".into()), cause: None };
    store
        .write_now({
            let ending = ending.clone();
            move |db| db.end_execution(id, &ending)
        })
        .expect("ended");
    assert_eq!(store.read(|db| db.ending(id)).expect("read"), Some(ending));
    assert_eq!(store.read(|db| db.unfinished_executions()).expect("read").len(), 1);

    store.write_now(move |db| db.delete_execution(id)).expect("deleted");
    assert!(matches!(store.read(|db| db.execution(id)), Err(StoreError::ExecutionNotFound(_))));
    assert_eq!(store.read(|db| db.journal_end(id)).expect("read"), 0);
    assert_eq!(store.read(|db| db.journal_end(neighbour)).expect("read"), 1, "the neighbour keeps its journal");
}

#[test]
fn only_one_process_takes_an_execution_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let id = insert(&store, "first");
    let owner = store.instance().to_owned();
    let other = open(folder.path());
    assert!(other.is_alive(&owner), "the other store is still open");
    let take = |store: &Store, to: &'static str| {
        let owner = owner.clone();
        store.write_now(move |db| db.take_over_execution(id, &owner, to)).expect("written")
    };
    assert!(take(&other, "second"));
    assert!(!take(&store, "third"), "it belongs to the second by now");
}

#[test]
fn recent_files_settings_and_unsaved_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    for (path, at) in [("/a", 1), ("/b", 2), ("/a", 3)] {
        store.write_now(move |db| db.note_recent_file(path, at)).expect("noted");
    }
    let recent =
        || store.read(|db| db.recent_files()).expect("read").into_iter().map(|file| file.path).collect::<Vec<_>>();
    assert_eq!(recent(), ["/a", "/b"]);
    store.write_now(|db| db.forget_recent_file("/a")).expect("forgotten");
    assert_eq!(recent(), ["/b"]);

    let recovery = Recovery {
        document: "/a".into(),
        text: "{".into(),
        base: Some("{}".into()),
        sidecar: Some("{\"notes\": []}".into()),
        changed_at: 4,
    };
    store
        .write_now({
            let recovery = recovery.clone();
            move |db| db.put_recovery(&recovery)
        })
        .expect("kept");
    assert_eq!(store.read(|db| db.recovery("/a")).expect("read"), Some(recovery));
    store.write_now(|db| db.delete_recovery("/a")).expect("dropped");
    assert!(store.read(|db| db.recoverable_documents()).expect("read").is_empty());
}

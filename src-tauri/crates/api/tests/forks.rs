//! Going on from the past as a front end sees it: fix and continue, pins, histories, comparisons.

use std::path::Path;
use std::time::{Duration, Instant};

use api::{Backend, Host, Setup};
use serde_json::{Value, json};
use store::Store;
use wire::{Code, Failure, Notice};

struct Window;

impl Host for Window {
    fn notify(&self, _: Notice) {}
}

struct Desk(Backend<Window>);

impl Desk {
    fn at(folder: &Path) -> Desk {
        let store = Store::open(&folder.join("stepwright.db"));
        let setup = Setup { store, examples: None, open_at_start: Vec::new(), home: folder.to_owned() };
        Desk(Backend::new(Window, setup))
    }

    async fn call(&self, command: &str, request: Value) -> Result<Value, Failure> {
        api::call(&self.0, command, request).await
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        self.call(command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    }

    async fn run(&self, document: &Value) -> Value {
        let request = json!({
            "document": document, "input": "{}", "clock": {"type": "virtual"}, "express": false, "paceMs": 0, "seed": 1,
        });
        let execution = self.ok("start_execution", request).await["execution"].clone();
        self.ended(&execution).await;
        execution
    }

    async fn ended(&self, execution: &Value) -> Value {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let detail = self.ok("get_execution", json!({ "execution": execution })).await;
            if detail["summary"]["status"] != "running" {
                return detail;
            }
            assert!(Instant::now() < deadline, "it does not end");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Replaces the first occurrence of a text in a new document.
    async fn edit(&self, document: &Value, text: &str, from: &str, to: &str) {
        let at = text.find(from).expect("it is there");
        let change = json!({ "from": at, "to": at + from.len(), "insert": to });
        let request = json!({ "document": document, "baseVersion": 1, "changes": [change] });
        self.ok("change_document", request).await;
    }
}

const ORDER: &str = r#"{"StartAt": "Charge", "States": {
    "Charge": {"Type": "Parallel", "ResultPath": "$.paid", "Next": "Route", "Branches": [
        {"StartAt": "One", "States": {"One": {"Type": "Pass", "Result": 120, "End": true}}}]},
    "Route": {"Type": "Choice", "Choices": [{"Variable": "$.paid[0]", "NumericLessThan": 100, "Next": "Ship"}]},
    "Ship": {"Type": "Pass", "End": true}}}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_explained_planned_and_gone_on_from_with_the_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let document = desk.ok("new_document", json!({ "name": "order", "text": ORDER })).await["document"].clone();
    let failed = desk.run(&document).await;
    let why = desk.ok("explain_failure", json!({ "execution": failed })).await["failure"].clone();
    assert_eq!((&why["state"], &why["again"]), (&json!("Route"), &json!("Route")), "{why}");
    desk.edit(&document, ORDER, "100", "200").await;
    let asked = json!({ "execution": failed, "event": null, "document": document });
    let planned = desk.ok("plan_fork", asked.clone()).await;
    assert_eq!(planned["plan"]["state"], "Route");
    assert_eq!(planned["changes"]["changed"], json!([{ "state": "Route", "fields": ["Choices"] }]));
    let fork = desk.ok("debug_fork", asked).await["execution"].clone();
    desk.ok("advance_execution", json!({ "execution": fork, "advance": "continue" })).await;
    let detail = desk.ended(&fork).await;
    assert_eq!(detail["summary"]["status"], "succeeded");
    assert_eq!(detail["summary"]["origin"]["type"], "fork");
    assert_eq!(detail["summary"]["origin"]["edited"], true);
    assert!(desk.ok("explain_failure", json!({ "execution": fork })).await["failure"].is_null());
    let compared = desk.ok("compare_executions", json!({ "a": failed, "b": fork })).await;
    assert_eq!(&compared["shared"], &why["event"], "the same up to where it went on");
    let ship = compared["states"].as_array().expect("a list").iter().find(|state| state["state"] == "Ship").cloned();
    assert!(ship.is_some_and(|ship| ship["a"].is_null() && ship["b"]["succeeded"] == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pins_are_kept_follow_renames_and_are_told_of_a_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let document = desk.ok("new_document", json!({ "name": "order", "text": ORDER })).await["document"].clone();
    let pin = json!({ "node": "/States/Charge", "value": "{\"paid\": [5]}", "enabled": true, "from": "a run" });
    desk.ok("set_pins", json!({ "document": document, "pins": [pin] })).await;
    let broken = json!({ "node": "/States/Charge", "value": "[5", "enabled": true, "from": null });
    let refused = desk.call("set_pins", json!({ "document": document, "pins": [broken] })).await;
    assert_eq!(refused.expect_err("no JSON").code, Code::InvalidInput);
    let planned = desk
        .ok(
            "plan_edit",
            json!({ "document": document, "baseVersion": 1, "edit": { "type": "rename", "state": "/States/Charge", "name": "Pay" } }),
        )
        .await;
    let request = json!({ "document": document, "baseVersion": 1, "changes": planned["changes"] });
    desk.ok("change_document", request).await;
    let pins = desk.ok("get_pins", json!({ "document": document })).await["pins"].clone();
    assert_eq!(pins[0]["node"], "/States/Pay");
    let detail = desk.ended(&desk.run(&document).await).await;
    assert_eq!(detail["summary"]["status"], "succeeded", "what is pinned is less than 100");
    assert_eq!(detail["summary"]["pinned"], json!(["Pay"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_goes_out_and_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let document = desk.ok("new_document", json!({ "name": "order", "text": ORDER })).await["document"].clone();
    let failed = desk.run(&document).await;
    let path = folder.path().join("out.json");
    let export = json!({ "execution": failed, "path": path, "overwrite": false });
    let written = desk.ok("export_history", export.clone()).await;
    assert!(written["events"].as_u64().is_some_and(|events| events > 5));
    let again = desk.call("export_history", export).await.expect_err("it is there already");
    assert_eq!(again.code, Code::FileChanged);
    for from in [document, Value::Null] {
        let source = json!({ "type": "file", "path": path });
        let request = json!({ "source": source, "document": from, "express": false });
        let imported = desk.ok("import_history", request).await;
        assert_eq!(imported["inferred"], from.is_null());
        let out = |execution: &Value| json!({ "execution": execution, "path": null, "overwrite": false });
        let (one, other) = (
            desk.ok("export_history", out(&failed)).await,
            desk.ok("export_history", out(&imported["execution"])).await,
        );
        assert_eq!(one["text"], other["text"]);
        let detail = desk.ok("get_execution", json!({ "execution": imported["execution"] })).await;
        assert_eq!(detail["summary"]["origin"]["type"], "imported");
        let look = desk.ok("debug_look", json!({ "execution": imported["execution"], "event": 3 })).await;
        assert!(look["threads"].as_array().is_some_and(|threads| !threads.is_empty()), "every event can be looked at");
    }
    let source = json!({ "type": "text", "name": "x", "text": "[{\"id\": 2}]" });
    let refused = desk.call("import_history", json!({ "source": source, "document": null, "express": false })).await;
    assert_eq!(refused.expect_err("no history").code, Code::HistoryUnreadable);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fork_keeps_the_answers_of_its_original_or_takes_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let path = folder.path().join("order.asl.json");
    let task = |next: Value| {
        let mut task = json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke" });
        task.as_object_mut().expect("an object").extend(next.as_object().expect("an object").clone());
        task
    };
    let definition = json!({ "StartAt": "One", "States": {
        "One": task(json!({ "ResultPath": "$.one", "Next": "Two" })), "Two": task(json!({ "ResultPath": "$.two", "End": true })) } });
    let answer = |case: &str| json!({ "0-9": { "Return": case } });
    let mocks = json!({
        "StateMachines": { "order": { "TestCases": { "A": { "One": "A", "Two": "A" }, "B": { "One": "B", "Two": "B" } } } },
        "MockedResponses": { "A": answer("a"), "B": answer("b") } });
    std::fs::write(&path, definition.to_string()).expect("written");
    std::fs::write(folder.path().join("order.mocks.json"), mocks.to_string()).expect("written");
    let document = desk.ok("open_document", json!({ "path": path })).await["document"].clone();
    let pinned = |value: &str| json!([{ "node": "/States/Two", "value": value, "enabled": true, "from": null }]);
    desk.ok("set_pins", json!({ "document": document, "pins": pinned("\"pinned\"") })).await;
    let request = json!({ "document": document, "input": "{}", "clock": {"type": "virtual"}, "express": false, "paceMs": 0,
        "seed": 1, "testCase": "A" });
    let original = desk.ok("start_execution", request).await["execution"].clone();
    assert_eq!(desk.ended(&original).await["output"], r#"{"one":"a","two":"pinned"}"#);
    desk.ok("set_pins", json!({ "document": document, "pins": pinned("\"anew\"") })).await;
    for (answers, output) in [
        (Value::Null, r#"{"one":"a","two":"pinned"}"#),
        (json!({ "testCase": "A", "pins": "none" }), r#"{"one":"a","two":"a"}"#),
        (json!({ "testCase": "B", "pins": "none" }), r#"{"one":"a","two":"b"}"#),
        (json!({ "testCase": "B", "pins": "current" }), r#"{"one":"a","two":"anew"}"#),
        (json!({ "testCase": "B", "pins": "original" }), r#"{"one":"a","two":"pinned"}"#),
    ] {
        // After `One`, which is not called again.
        let asked = json!({ "execution": original, "event": 7, "document": null, "answers": answers });
        let fork = desk.ok("debug_fork", asked).await["execution"].clone();
        desk.ok("advance_execution", json!({ "execution": fork, "advance": "continue" })).await;
        assert_eq!(desk.ended(&fork).await["output"], output, "with {answers}");
    }
    let unknown =
        json!({ "execution": original, "event": 7, "document": null, "answers": { "testCase": "C", "pins": "none" } });
    assert!(desk.call("debug_fork", unknown).await.is_err(), "there is no such test case");
    let listed = desk.ok("list_executions", json!({ "path": null, "limit": 50, "before": null })).await;
    assert_eq!(listed["executions"].as_array().map(Vec::len), Some(6), "and nothing was made of it");
}

//! An execution from start to end, as a front end sees it.

use std::path::Path;
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
    backend: Backend<Window>,
    notices: Receiver<Notice>,
}

impl Desk {
    fn at(folder: &Path) -> Desk {
        let (sender, notices) = channel();
        let store = Store::open(&folder.join("stepwright.db"));
        let setup = Setup { store, examples: None, open_at_start: Vec::new(), home: folder.to_owned() };
        Desk { backend: Backend::new(Window(sender), setup), notices }
    }

    async fn call(&self, command: &str, request: Value) -> Result<Value, Failure> {
        api::call(&self.backend, command, request).await
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        self.call(command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    }

    async fn start(&self, definition: &str, more: Value) -> String {
        let document = self.ok("new_document", json!({ "name": "orders", "text": definition })).await;
        let mut request = json!({
            "document": document["document"], "input": "{}", "clock": {"type": "virtual"}, "express": false, "paceMs": 0, "seed": 1,
        });
        request.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        self.ok("start_execution", request).await["execution"].as_str().expect("an id").to_owned()
    }

    async fn pending(&self) -> Value {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let tasks = self.ok("pending_tasks", json!({})).await["tasks"].clone();
            if tasks[0].is_object() {
                return tasks[0].clone();
            }
            assert!(Instant::now() < deadline, "no task waits");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn ended(&self, execution: &str) -> Value {
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
}

const ASK: &str = r#"{"StartAt": "Charge", "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultSelector": {"ok.$": "$.Payload.ok"},
               "ResultPath": "$.charged", "Next": "Items",
               "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broke"}]},
    "Items": {"Type": "Map", "ItemsPath": "$.items", "End": true,
              "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}},
    "Broke": {"Type": "Fail", "Error": "Broke"}}}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn start_answer_look() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let execution = desk.start(ASK, json!({ "input": "{\"items\": [1, 2, 3]}", "name": "first" })).await;
    let task = desk.pending().await;
    assert_eq!(
        (&task["state"], &task["kind"], &task["executionName"]),
        (&json!("Charge"), &json!("task"), &json!("first"))
    );
    let progress = desk.ok("get_progress", json!({ "execution": execution })).await;
    assert_eq!(progress["nodes"][0]["status"], "waiting", "{progress}");
    let answer = json!({ "type": "succeed", "result": "{\"Payload\": {\"ok\": 1.0}}" });
    desk.ok("answer_task", json!({ "execution": execution, "task": task["task"], "answer": answer })).await;

    let detail = desk.ended(&execution).await;
    assert_eq!(detail["summary"]["status"], "succeeded", "{detail}");
    assert!(detail["graph"]["nodes"].is_array());
    let history = desk.ok("get_history", json!({ "execution": execution, "from": 1, "limit": 1000 })).await;
    let events = history["events"].as_array().expect("a list");
    assert_eq!(history["total"], events.len());
    assert_eq!(
        (&events[0]["type"], &events[1]["type"], &events[2]["type"]),
        (&json!("ExecutionStarted"), &json!("TaskStateEntered"), &json!("TaskScheduled"))
    );
    for (at, event) in events.iter().enumerate() {
        assert_eq!(event["id"], at + 1);
    }
    let middle = desk.ok("get_history", json!({ "execution": execution, "from": 7, "limit": 3 })).await;
    assert_eq!(middle["events"].as_array().expect("a list")[..], events[6..9]);
    let iteration =
        events.iter().find(|event| event["node"] == "/States/Items/ItemProcessor/States/One").expect("an item");
    assert_eq!(iteration["iterations"], json!([0]));

    let runs =
        desk.ok("get_state_runs", json!({ "execution": execution, "node": "/States/Charge", "limit": 10 })).await;
    let stages: Vec<_> =
        runs["runs"][0]["stages"].as_array().expect("a list").iter().map(|stage| stage["name"].clone()).collect();
    assert_eq!(stages.first(), Some(&json!("Input")));
    assert_eq!(stages.last(), Some(&json!("Output")));
    assert!(stages.contains(&json!("ResultSelector")), "{stages:?}");
    let items = desk
        .ok(
            "get_state_runs",
            json!({ "execution": execution, "node": "/States/Items/ItemProcessor/States/One", "limit": 2 }),
        )
        .await;
    assert_eq!((&items["total"], &items["runs"][0]["iterations"]), (&json!(3), &json!([2])), "the latest first");

    let past = desk.ok("get_progress", json!({ "execution": execution })).await;
    let map =
        past["nodes"].as_array().expect("a list").iter().find(|node| node["node"] == "/States/Items").expect("the Map");
    assert_eq!(map["items"], json!({ "total": 3, "running": 0, "succeeded": 3, "failed": 0 }));
    assert!(desk.notices.try_iter().any(
        |notice| matches!(notice, Notice::ExecutionMoved(moved) if moved.status == wire::ExecutionStatus::Succeeded)
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_given_by_hand_is_caught_and_the_run_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let execution = desk.start(ASK, json!({})).await;
    let task = desk.pending().await;
    let answer = json!({ "type": "fail", "error": "CardDeclined", "cause": null });
    desk.ok("answer_task", json!({ "execution": execution, "task": task["task"], "answer": answer })).await;
    let detail = desk.ended(&execution).await;
    assert_eq!((&detail["summary"]["status"], &detail["error"]), (&json!("failed"), &json!("Broke")));
    let progress = desk.ok("get_progress", json!({ "execution": execution })).await;
    let status = |node: &str| {
        progress["nodes"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|known| known["node"] == node)
            .map(|known| known["status"].clone())
    };
    assert_eq!((status("/States/Charge"), status("/States/Broke")), (Some(json!("caught")), Some(json!("failed"))));
    assert!(
        progress["edges"].as_array().expect("a list").contains(&json!({ "edge": "/States/Charge#catch0", "taken": 1 }))
    );

    let interrupted = desk.start(ASK, json!({})).await;
    desk.pending().await;
    drop(desk);
    let desk = Desk::at(folder.path());
    assert_eq!(desk.ok("app_info", json!({})).await["interruptedExecutions"], 1);
    let listed = desk.ok("list_executions", json!({ "limit": 10 })).await;
    assert_eq!(
        (&listed["executions"][0]["status"], &listed["executions"][1]["status"]),
        (&json!("interrupted"), &json!("failed"))
    );
    desk.ok("resume_execution", json!({ "execution": interrupted })).await;
    assert_eq!(desk.pending().await["state"], "Charge", "the call in flight is not repeated; a person is asked");
    desk.ok("stop_execution", json!({ "execution": interrupted, "error": "Enough" })).await;
    assert_eq!(desk.ended(&interrupted).await["summary"]["status"], "aborted");
    desk.ok("delete_execution", json!({ "execution": interrupted })).await;
    assert_eq!(
        desk.call("get_execution", json!({ "execution": interrupted })).await.expect_err("gone").code,
        Code::ExecutionNotFound
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_have_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let execution = desk.start(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#, json!({})).await;
    desk.ended(&execution).await;
    let refused = |command: &'static str, request: Value| {
        let desk = &desk;
        async move { desk.call(command, request).await.expect_err("refused").code }
    };
    assert_eq!(refused("stop_execution", json!({ "execution": execution })).await, Code::ExecutionFinished);
    assert_eq!(refused("resume_execution", json!({ "execution": execution })).await, Code::ExecutionFinished);
    assert_eq!(refused("stop_execution", json!({ "execution": "99" })).await, Code::ExecutionNotFound);
    assert_eq!(
        refused("get_history", json!({ "execution": "x", "from": 1, "limit": 1 })).await,
        Code::ExecutionNotFound
    );
    let broken = desk.ok("new_document", json!({ "name": "broken", "text": "{" })).await;
    let start = json!({ "document": broken["document"], "input": "{}", "clock": {"type": "real"}, "express": false, "paceMs": 0 });
    assert_eq!(refused("start_execution", start).await, Code::InvalidDefinition);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn debugging_stops_steps_and_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let text =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}"#;
    let document = desk.ok("new_document", json!({ "name": "debugged", "text": text })).await;
    let at_b = json!({ "place": "/States/B", "on": "enter", "errors": [], "condition": null, "hits": 0, "hitRule": "from", "log": null,
        "othersGoOn": false, "enabled": true });
    desk.ok("set_breakpoints", json!({ "document": document["document"], "breakpoints": [at_b] })).await;
    let kept = desk.ok("get_breakpoints", json!({ "document": document["document"] })).await;
    assert_eq!(kept["breakpoints"], json!([at_b]));
    let start = json!({
        "document": document["document"], "input": "{}", "clock": {"type": "real"}, "express": false, "paceMs": 0, "paused": true,
    });
    let execution = desk.ok("start_execution", start).await["execution"].clone();
    let paused = || async {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let paused = desk.ok("get_paused", json!({ "execution": execution })).await;
            if paused["pause"].is_object() {
                return paused;
            }
            assert!(Instant::now() < deadline, "it does not stop");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let at_start = paused().await;
    assert_eq!(at_start["pause"]["reason"]["type"], "start");
    assert_eq!(at_start["threads"][0]["node"], "/States/A");
    desk.ok("advance_execution", json!({ "execution": execution, "advance": "continue" })).await;
    let at_b = paused().await;
    assert_eq!(at_b["pause"]["reason"], json!({ "type": "breakpoint", "index": 0, "problem": null }));
    desk.ok("advance_execution", json!({ "execution": execution, "advance": "continue" })).await;
    assert_eq!(desk.ended(execution.as_str().expect("an id")).await["summary"]["status"], "succeeded");
    let told =
        desk.notices.try_iter().any(|notice| matches!(notice, Notice::ExecutionMoved(moved) if moved.pause.is_some()));
    assert!(told, "the window hears of pauses");
}

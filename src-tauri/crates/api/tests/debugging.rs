//! A debug session as a front end sees it.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use api::{Backend, Host, Setup};
use serde_json::{Value, json};
use store::Store;
use wire::{Failure, Notice};

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

    /// The next pause behind an event of the history.
    fn paused_after(&self, event: u32) -> wire::Pause {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let notice = self.notices.recv_timeout(left).expect("it pauses");
            if let Notice::ExecutionMoved(wire::ExecutionMoved { pause: Some(pause), .. }) = notice
                && pause.events > event
            {
                return pause;
            }
        }
    }

    async fn go(&self, execution: &Value) {
        self.ok("advance_execution", json!({ "execution": execution, "advance": "continue" })).await;
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
}

const ORDERS: &str = r#"{"StartAt": "Sum", "States": {
    "Sum": {"Type": "Pass", "Assign": {"limit": 100}, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.orders", "Next": "Done", "ItemProcessor": {"StartAt": "One", "States": {
        "One": {"Type": "Pass", "End": true}}}},
    "Done": {"Type": "Succeed"}}}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_look_evaluate_change_and_go_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let opened = desk.ok("new_document", json!({ "name": "orders", "text": ORDERS })).await;
    let document = &opened["document"];
    let one = "/States/Each/ItemProcessor/States/One";
    let breakpoints =
        json!([{ "place": one, "on": "enter", "enabled": true, "hits": 0, "condition": "$.total > $limit" }]);
    desk.ok("set_breakpoints", json!({ "document": document, "breakpoints": breakpoints })).await;
    let kept = desk.ok("get_breakpoints", json!({ "document": document })).await;
    assert_eq!(kept["breakpoints"][0]["condition"], "$.total > $limit");
    let request = json!({
        "document": document, "input": r#"{"orders": [{"total": 1}, {"total": 240}]}"#, "clock": {"type": "virtual"},
        "express": false, "paceMs": 0, "seed": 1, "paused": true,
    });
    let execution = desk.ok("start_execution", request).await["execution"].clone();
    let start = desk.paused_after(0);
    assert_eq!(start.reason, wire::PauseReason::Start);
    desk.go(&execution).await;
    let stopped = desk.paused_after(start.events);
    assert_eq!(stopped.reason, wire::PauseReason::Breakpoint { index: 0, problem: None });
    assert_eq!(stopped.node.as_deref(), Some(one));

    let look = desk.ok("debug_look", json!({ "execution": execution })).await;
    let names: Vec<_> = look["threads"].as_array().expect("a list").iter().map(|thread| &thread["name"]).collect();
    assert_eq!(names, ["execution", "item 0", "item 1"]);
    assert_eq!((&look["state"], &look["thread"]), (&json!("One"), &look["threads"][2]["thread"]));
    assert_eq!(look["stages"][0], json!({ "name": "Input", "bytes": 13, "value": "{\"total\":240}" }));
    let limit = &look["variables"][0];
    assert_eq!(
        (&limit["name"], &limit["value"], &limit["assigned"]["state"]),
        (&json!("limit"), &json!("100"), &json!("Sum"))
    );
    assert!(look["context"].as_str().expect("text").contains("\"Item\":{\"Index\":1"), "{look}");

    let expressions = json!(["$.total * 2", "$states.context.Execution.Name", "$$.Map.Item.Index", "$boom(", "$.none"]);
    let asked = json!({ "execution": execution, "expressions": expressions });
    let results = desk.ok("debug_evaluate", asked).await["results"].clone();
    assert_eq!((&results[0]["value"], &results[2]["value"]), (&json!("480"), &json!("1")));
    assert!(results[1]["value"].is_string() && results[3]["error"].is_string(), "{results}");
    assert_eq!((&results[4]["value"], &results[4]["error"]), (&Value::Null, &Value::Null));

    // Back: the state entered before, seen as it was, while the execution stays where it is.
    let back =
        desk.ok("debug_back", json!({ "execution": execution, "from": stopped.events, "toBreakpoint": false })).await;
    let past = desk.ok("debug_look", json!({ "execution": execution, "event": back["event"] })).await;
    assert_eq!(past["event"], back["event"]);
    assert_eq!(past["stages"][0]["value"], "{\"total\":1}");
    assert!(past["nodes"].as_array().expect("a list").iter().any(|node| node["node"] == one && node["entered"] == 1));

    let change = json!({ "type": "leave", "output": "{\"mine\": true}", "next": null });
    desk.ok("debug_change", json!({ "execution": execution, "thread": look["thread"], "change": change })).await;
    desk.go(&execution).await;
    let detail = desk.ended(&execution).await;
    assert_eq!(detail["output"], "[{\"total\":1},{\"mine\": true}]");

    let fork =
        desk.ok("debug_fork", json!({ "execution": execution, "event": back["event"] })).await["execution"].clone();
    let held = desk.ok("debug_look", json!({ "execution": fork })).await;
    assert_eq!(
        (&held["state"], &held["words"]),
        (&json!("One"), &json!("before One runs")),
        "held where it was forked"
    );
    desk.ok("set_breakpoints", json!({ "document": document, "breakpoints": [] })).await;
    desk.go(&fork).await;
    assert_eq!(desk.ended(&fork).await["output"], "[{\"total\":1},{\"total\":240}]", "the fork was not changed");
    let refused = desk
        .call(
            "debug_change",
            json!({ "execution": fork, "thread": 0, "change": { "type": "fail", "error": null, "cause": null } }),
        )
        .await;
    assert!(refused.is_err(), "it is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn executions_that_tasks_started_stand_at_their_tasks() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::at(folder.path());
    let start = |name: &str| {
        json!({ "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": true, "Parameters": {
            "StateMachineArn": format!("arn:aws:states:us-east-1:111111111111:stateMachine:{name}") } })
    };
    let each = json!({ "StartAt": "Each", "States": { "Each": { "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1,
        "End": true, "ItemProcessor": { "StartAt": "Call", "States": { "Call": start("child") } } } } });
    let child = json!({ "StartAt": "On", "States": { "On": start("last") } });
    let last = r#"{"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}}"#;
    std::fs::write(folder.path().join("child.asl.json"), child.to_string()).expect("written");
    std::fs::write(folder.path().join("last.asl.json"), last).expect("written");
    let path = folder.path().join("parent.asl.json");
    std::fs::write(&path, each.to_string()).expect("written");
    let opened = desk.ok("open_document", json!({ "path": path })).await;
    let request = json!({ "document": opened["document"], "input": r#"{"items": [1, 2]}"#, "clock": {"type": "virtual"},
        "express": false, "paceMs": 0, "seed": 1, "paused": false });
    let started = desk.ok("start_execution", request).await;
    let execution = started["execution"].clone();
    assert_eq!(desk.ended(&execution).await["summary"]["status"], "succeeded");
    let overview = desk.ok("run_overview", json!({ "execution": execution, "since": 0 })).await;
    let nested = overview["nested"].as_array().expect("a list");
    let index = |call: &Value| overview["lanes"]["index"][call["lane"].as_u64().expect("a lane") as usize].clone();
    let mut items: Vec<u64> = nested.iter().map(|run| index(&run["call"]).as_u64().expect("an item")).collect();
    items.sort_unstable();
    assert_eq!(items, [0, 1], "each in its own item: {nested:?}");
    assert!(nested.iter().all(|run| run["call"]["state"] == "Call"));
    let inside = desk.ok("run_overview", json!({ "execution": nested[0]["execution"], "since": 0 })).await;
    assert_eq!(inside["caller"]["execution"], execution);
    assert_eq!(inside["caller"]["call"], nested[0]["call"], "the same task from either side");
    for run in nested {
        assert_eq!(run["nested"], 1, "each started one itself");
        let deeper = desk.ok("nested_executions", json!({ "execution": run["execution"] })).await["nested"].clone();
        assert_eq!(deeper[0]["call"]["state"], "On");
        assert_eq!((&deeper[0]["status"], &deeper[0]["nested"]), (&json!("succeeded"), &json!(0)), "the third level");
        let last = desk.ok("nested_executions", json!({ "execution": deeper[0]["execution"] })).await;
        assert_eq!(last["nested"], json!([]));
    }
}

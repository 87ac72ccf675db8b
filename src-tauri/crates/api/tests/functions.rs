//! Lambda handlers that answer tasks from their code on this machine, and only where the person said so.

use std::path::Path;
use std::time::{Duration, Instant};

use api::{Backend, Host, Setup};
use serde_json::{Value, json};
use store::Store;
use wire::Notice;

struct Window;

impl Host for Window {
    fn notify(&self, _: Notice) {}
}

struct Desk(Backend<Window>);

impl Desk {
    fn at(folder: &Path) -> Desk {
        let store = Store::open(&folder.join("data/stepwright.db"));
        Desk(Backend::new(Window, Setup { store, examples: None, open_at_start: Vec::new(), home: folder.to_owned() }))
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        api::call(&self.0, command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    }

    /// The execution, and which functions run in it.
    async fn start(&self, definition: &Value, functions: &Value) -> (String, Value) {
        let (execution, chosen) = self.begin(definition, functions).await;
        (execution, chosen["functions"].clone())
    }

    async fn begin(&self, definition: &Value, functions: &Value) -> (String, Value) {
        let text = definition.to_string();
        let document = self.ok("new_document", json!({ "name": "orders", "text": text })).await["document"].clone();
        let chosen = self.ok("put_local_functions", json!({ "document": document, "functions": functions })).await;
        let start = json!({
            "document": document, "input": r#"{"amount": 12, "big": 123456789012345678901234567890}"#,
            "clock": {"type": "virtual"}, "express": false, "paceMs": 0, "seed": 1,
        });
        let execution = self.ok("start_execution", start).await["execution"].as_str().expect("an id").to_owned();
        (execution, chosen)
    }

    async fn until(&self, execution: &str, what: &str, done: impl Fn(&Value, usize) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let detail = self.ok("get_execution", json!({ "execution": execution })).await;
            let tasks = self.ok("pending_tasks", json!({})).await["tasks"].as_array().map_or(0, Vec::len);
            if done(&detail, tasks) {
                return detail;
            }
            assert!(Instant::now() < deadline, "{what}: {detail}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn ended(&self, execution: &str) -> Value {
        self.until(execution, "it ends", |detail, _| detail["summary"]["status"] != "running").await
    }
}

fn function(id: &str, code: &Path, handler: &str, runtime: &str, hole: &str) -> Value {
    json!({
        "id": id, "name": null, "code": code, "handler": handler, "runtime": runtime,
        "environment": { "STAGE": "test" }, "holes": [hole],
    })
}

const NODE: &str = r#"
exports.charge = async (event, context) => {
  console.log("what a handler prints is no answer");
  return { charged: event.amount, stage: process.env.STAGE, home: process.env.HOME ?? null, name: context.functionName };
};
exports.refuse = async () => { class CardError extends Error { constructor(m) { super(m); this.name = "CardError"; } } throw new CardError("no funds"); };
exports.slow = () => new Promise(() => setInterval(() => {}, 1000));
exports.leave = () => { console.error("x".repeat(10000) + " the last words"); process.exit(3); };
"#;
const PYTHON: &str = r#"
import os
print("what a module prints is no answer")
def handler(event, context):
    if event.get("fail"):
        raise ValueError("not today")
    return {"stage": os.environ["STAGE"], "home": os.environ.get("HOME"), "event": event, "left": context.get_remaining_time_in_millis() > 0}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn handlers_answer_tasks() {
    let folder = tempfile::tempdir().expect("a folder");
    let code = folder.path().join("src");
    std::fs::create_dir_all(&code).expect("made");
    std::fs::write(code.join("app.js"), NODE).expect("written");
    std::fs::write(code.join("worker.py"), PYTHON).expect("written");
    let desk = Desk::at(folder.path());
    let functions = json!([
        function("Charge", &code, "app.charge", "nodejs20.x", "ChargeArn"),
        function("Refuse", &code, "app.refuse", "nodejs20.x", "RefuseArn"),
        function("Leave", &code, "app.leave", "nodejs20.x", "LeaveArn"),
        function("Work", &code, "worker.handler", "python3.12", "WorkArn"),
        function("Java", &code, "a.B::c", "java21", "JavaArn"),
    ]);
    let catching = |resource: &str, next: &str| {
        json!({ "Type": "Task", "Resource": resource, "End": true,
            "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": next }] })
    };
    let definition = json!({ "StartAt": "Charge", "States": {
        "Charge": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.charge", "Next": "Work",
            "Parameters": { "FunctionName": "${ChargeArn}", "Payload.$": "$" } },
        "Work": { "Type": "Task", "Resource": "${WorkArn}", "ResultPath": "$.work", "Next": "Refuse" },
        "Refuse": catching("${RefuseArn}", "Leave"),
        "Leave": catching("${LeaveArn}", "Done"),
        "Done": { "Type": "Succeed" },
    }});
    let (execution, chosen) = desk.start(&definition, &functions).await;
    assert_eq!(chosen, json!(["Charge", "Refuse", "Leave", "Work"]), "Java cannot be run here, and that is said");
    let detail = desk.ended(&execution).await;
    assert_eq!(detail["summary"]["status"], "succeeded", "{detail}");
    let output: Value = serde_json::from_str(detail["output"].as_str().expect("text")).expect("JSON");
    let payload = &output["charge"]["Payload"];
    assert_eq!(
        *payload,
        json!({ "charged": 12, "stage": "test", "home": null, "name": "Charge" }),
        "its own environment alone"
    );
    assert_eq!(output["charge"]["StatusCode"], 200);
    assert_eq!((&output["work"]["stage"], &output["work"]["left"]), (&json!("test"), &json!(true)));
    assert_eq!(output["error"]["Error"], "Runtime.ExitError", "{output}");
    let cause = output["error"]["Cause"].as_str().expect("text");
    assert!(cause.contains("the last words") && cause.len() < 5_000, "the end of what it printed: {cause}");
    let history = desk.ok("get_history", json!({ "execution": execution, "from": 1, "limit": 100 })).await.to_string();
    assert!(history.contains("CardError") && history.contains("no funds"), "the function's own error: {history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_unasked_and_nobody_waits_for_what_is_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("app.js"), NODE).expect("written");
    let desk = Desk::at(folder.path());
    let definition = |hole: &str| json!({ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": format!("${{{hole}}}"), "End": true } } });

    let (unasked, chosen) = desk.start(&definition("ChargeArn"), &json!([])).await;
    assert_eq!(chosen, json!([]));
    desk.until(&unasked, "a person is asked", |_, tasks| tasks == 1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    desk.until(&unasked, "and still is", |detail, tasks| detail["summary"]["status"] == "running" && tasks == 1).await;
    desk.ok("stop_execution", json!({ "execution": unasked, "error": null, "cause": null })).await;
    desk.ended(&unasked).await;

    let slow = json!([function("Slow", folder.path(), "app.slow", "nodejs20.x", "SlowArn")]);
    let (stopped, _) = desk.start(&definition("SlowArn"), &slow).await;
    desk.until(&stopped, "it runs", |_, tasks| tasks == 1).await;
    desk.ok("stop_execution", json!({ "execution": stopped, "error": null, "cause": null })).await;
    assert_eq!(desk.ended(&stopped).await["summary"]["status"], "aborted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_handler_lacks_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let code = folder.path().join("app/src");
    std::fs::create_dir_all(&code).expect("made");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join("app").join(name), text).expect("written");
    write("package.json", r#"{"dependencies": {"left-pad-9000": "1"}}"#);
    write("src/app.js", "require('left-pad-9000'); exports.run = () => 1;");
    write(
        "src/slow.js",
        "exports.run = () => { console.log('still here'); setInterval(() => {}, 1000); return new Promise(() => {}); };",
    );
    write("src/typed.ts", "export const run = () => 1;");
    write("src/worker.py", "import no_such_module_9000\ndef run(event, context): return 1\n");
    let mut slow = function("Slow", &code, "slow.run", "nodejs20.x", "SlowArn");
    slow["timeoutSeconds"] = json!(1);
    let functions = json!([
        function("Needs", &code, "app.run", "nodejs20.x", "NeedsArn"),
        function("Typed", &code, "typed.run", "nodejs20.x", "TypedArn"),
        function("Gone", &code, "gone.run", "python3.12", "GoneArn"),
        function("Java", &code, "a.B::c", "java21", "JavaArn"),
        function("Work", &code, "worker.run", "python3.12", "WorkArn"),
        slow,
    ]);
    let task = |hole: &str, next: &str| {
        json!({ "Type": "Task", "Resource": format!("${{{hole}}}"), "Next": next, "Catch": [
            { "ErrorEquals": ["States.ALL"], "ResultPath": format!("$.{hole}"), "Next": next }] })
    };
    let definition = json!({ "StartAt": "A", "States": {
        "A": task("NeedsArn", "B"), "B": task("WorkArn", "C"), "C": task("SlowArn", "D"), "D": { "Type": "Succeed" } } });
    let desk = Desk::at(folder.path());
    let (execution, chosen) = desk.begin(&definition, &functions).await;
    let problem = |id: &str| chosen["problems"][id].as_str().unwrap_or_else(|| panic!("{id}: {chosen}")).to_owned();
    assert!(
        problem("Typed").contains("typed.ts is TypeScript") && problem("Typed").contains("build it first"),
        "{chosen}"
    );
    assert!(problem("Gone").starts_with("there is no gone.py in "), "{chosen}");
    assert_eq!(problem("Java"), "it runs on java21; Node.js and Python run here");
    assert_eq!(chosen["functions"], json!(["Needs", "Work", "Slow"]));

    let detail = desk.ended(&execution).await;
    let output: Value = serde_json::from_str(detail["output"].as_str().expect("text")).expect("JSON");
    let cause = |hole: &str| output[hole]["Cause"].as_str().unwrap_or_else(|| panic!("{hole}: {output}")).to_owned();
    assert_eq!(output["NeedsArn"]["Error"], "Runtime.ImportModuleError", "{output}");
    assert!(
        cause("NeedsArn").contains("left-pad-9000") && cause("NeedsArn").contains("run npm install in"),
        "{output}"
    );
    assert!(cause("WorkArn").contains("no_such_module_9000"), "{output}");
    assert_eq!(output["SlowArn"]["Error"], "Lambda.Unknown", "{output}");
    assert!(
        cause("SlowArn").contains("timed out after 1.00 seconds") && cause("SlowArn").contains("still here"),
        "{output}"
    );
}

/// What layers have is found as under `/opt`: the last layer first, bare sources for a language's folder, and a layer that is not
/// here is named where something is missing.
#[tokio::test(flavor = "multi_thread")]
async fn handlers_find_what_their_layers_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write("src/app.js", "exports.run = async () => [require(\"tell\"), require(\"major\")];");
    write("src/work.py", "import bare, tell\ndef run(event, context):\n    return [tell.WORD, bare.WORD]\n");
    write("src/lost.py", "import nowhere\ndef run(event, context):\n    return 1\n");
    write("first/nodejs/node_modules/tell/index.js", "module.exports = \"first\";");
    write("first/nodejs/node20/node_modules/major/index.js", "module.exports = 20;");
    write("first/python/tell.py", "WORD = \"first\"\n");
    write("second/nodejs/node_modules/tell.js", "module.exports = \"second\";");
    write("second/python/lib/python3.12/site-packages/tell.py", "WORD = \"second\"\n");
    write("bare/bare.py", "WORD = \"bare\"\n");
    let layer = |name: &str| json!({ "name": name, "code": folder.path().join(name) });
    let layers = json!([layer("bare"), layer("first"), layer("second")]);
    let with = |mut function: Value, layers: &Value| {
        function["layers"] = layers.clone();
        function
    };
    let code = folder.path().join("src");
    let elsewhere = json!([{ "name": "arn:aws:lambda:r:1:layer:tools:3", "code": null }]);
    let functions = json!([
        with(function("Node", &code, "app.run", "nodejs20.x", "Node"), &layers),
        with(function("Python", &code, "work.run", "python3.12", "Python"), &layers),
        with(function("Lost", &code, "lost.run", "python3.12", "Lost"), &elsewhere),
    ]);
    let definition = json!({ "StartAt": "Node", "States": {
        "Node": { "Type": "Task", "Resource": "${Node}", "ResultPath": "$.node", "Next": "Python" },
        "Python": { "Type": "Task", "Resource": "${Python}", "ResultPath": "$.python", "Next": "Lost" },
        "Lost": { "Type": "Task", "Resource": "${Lost}", "End": true,
            "Catch": [{ "ErrorEquals": ["Runtime.ImportModuleError"], "ResultPath": "$.lost", "Next": "Done" }] },
        "Done": { "Type": "Succeed" },
    }});
    let desk = Desk::at(folder.path());
    let (execution, _) = desk.start(&definition, &functions).await;
    let detail = desk.ended(&execution).await;
    let output: Value = serde_json::from_str(detail["output"].as_str().expect("text")).expect("JSON");
    assert_eq!((&output["node"], &output["python"]), (&json!(["second", 20]), &json!(["second", "bare"])));
    let cause = output["lost"]["Cause"].as_str().expect("a cause");
    assert!(cause.contains("layer arn:aws:lambda:r:1:layer:tools:3 is not in the project"), "{cause}");
}

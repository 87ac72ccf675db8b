//! Exports, imports and saving back in place, as a front end uses them.

use std::path::Path;

use api::{Backend, Host, Setup};
use serde_json::{Value, json};
use store::Store;
use wire::{Code, Failure, Notice};

struct Window;

impl Host for Window {
    fn notify(&self, _: Notice) {}
}

fn backend(folder: &Path) -> Backend<Window> {
    let store = Store::open(&folder.join("data/stepwright.db"));
    let setup = Setup { store, examples: None, open_at_start: Vec::new(), home: folder.to_owned() };
    Backend::new(Window, setup)
}

async fn call(backend: &Backend<Window>, command: &str, request: Value) -> Result<Value, Failure> {
    api::call(backend, command, request).await
}

async fn ok(backend: &Backend<Window>, command: &str, request: Value) -> Value {
    call(backend, command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
}

const DEFINITION: &str = r#"{"StartAt":"Tell","States":{"Tell":{"Type":"Task","Resource":"arn:aws:states:::sns:publish",
  "Parameters":{"TopicArn":"arn:aws:sns:eu-central-1:123456789012:orders","Message":"paid"},"End":true}}}"#;

async fn open(backend: &Backend<Window>, definition: &str) -> Value {
    ok(backend, "new_document", json!({ "name": "orders", "text": definition })).await["document"].clone()
}

fn request(document: &Value, folder: &Path) -> Value {
    json!({
        "document": document, "target": "sam", "name": null, "folder": folder, "json": false, "anyPartition": false,
        "region": null, "account": null,
        "settings": {
            "placeholders": { "OrdersTopicArn": { "keepLiteral": false, "rename": "Topic", "references": {}, "value": null } },
            "machineName": null, "type": "EXPRESS", "tracing": true, "tags": { "team": "shop" },
            "logging": { "level": "ALL", "includeExecutionData": true, "retentionDays": 7 },
            "alias": { "name": "live", "deployment": { "type": "LINEAR", "percentage": 10, "interval": 1, "alarms": [] } },
            "encryption": null,
            "triggers": [{ "type": "schedule", "name": "Nightly", "expression": "rate(1 day)", "timezone": null, "input": null }],
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_seen_before_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = backend(folder.path());
    let out = folder.path().join("out");
    let document = open(&backend, DEFINITION).await;
    let export = request(&document, &out);
    let preview = ok(&backend, "export_preview", export.clone()).await;
    assert_eq!(preview["files"][0]["path"], "template.yaml");
    assert_eq!(preview["files"][0]["onDisk"], "absent");
    let template = preview["files"][0]["text"].as_str().expect("text");
    for part in
        ["Type: EXPRESS", "Topic: !Ref Topic", "AutoPublishAlias: live", "Type: LINEAR", "rate(1 day)", "team: shop"]
    {
        assert!(template.contains(part), "{part} is in\n{template}");
    }
    assert_eq!(preview["statements"][0]["resources"], json!(["arn:aws:sns:eu-central-1:123456789012:orders"]));
    assert_eq!(preview["statements"][0]["reasons"][0]["state"], "Tell");

    let written = ok(&backend, "export_write", json!({ "export": export, "overwrite": [] })).await;
    assert_eq!(written["written"], json!(["template.yaml", "statemachine/orders.asl.json"]));
    std::fs::write(out.join("template.yaml"), template.replace("LINEAR", "CANARY")).expect("written");
    let preview = ok(&backend, "export_preview", export.clone()).await;
    assert_eq!(preview["files"][0]["onDisk"], "differs");
    assert!(preview["files"][0]["difference"].as_str().expect("text").contains("CANARY"));
    let refused = call(&backend, "export_write", json!({ "export": export, "overwrite": [] })).await;
    assert_eq!(refused.expect_err("it differs").code, Code::FileChanged);
    let overwrite = json!({ "export": export, "overwrite": ["template.yaml"] });
    assert_eq!(ok(&backend, "export_write", overwrite).await["written"], json!(["template.yaml"]));

    let broken = open(&backend, r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}"#).await;
    let refused = call(&backend, "export_preview", request(&broken, &out)).await;
    assert_eq!(refused.expect_err("it has errors").code, Code::InvalidDefinition);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_workflow_is_saved_where_it_came_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = backend(folder.path());
    let project = folder.path().join("project");
    std::fs::create_dir(&project).expect("a folder");
    let template = "# ours\nResources:\n  Order:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition:\n        StartAt: Wait # first\n        States:\n          Wait: {Type: Wait, Seconds: 5, End: true}\n";
    let path = project.join("template.yaml");
    std::fs::write(&path, template).expect("written");
    let scanned = ok(&backend, "import_scan", json!({ "path": project })).await;
    let workflow = &scanned["workflows"][0];
    assert_eq!(
        (&workflow["id"], &workflow["form"], &workflow["notEditable"]),
        (&json!("Order"), &json!("object"), &Value::Null)
    );

    let base = workflow["text"].as_str().expect("text");
    let edited = base.replace("\"Seconds\": 5", "\"Seconds\": 9");
    let save = json!({ "path": workflow["path"], "id": "Order", "base": base, "text": edited });
    let saved = ok(&backend, "import_save", save.clone()).await;
    assert_eq!(std::fs::read_to_string(&path).expect("there"), template.replace("Seconds: 5", "Seconds: 9"));
    let again = json!({ "path": path, "id": "Order", "base": saved["text"], "text": saved["text"] });
    ok(&backend, "import_save", again).await;
    let refused = call(&backend, "import_save", save).await;
    assert_eq!(refused.expect_err("the file has another definition now").code, Code::FileChanged);
}

const LOCALS: &str = "locals {\n  # ours\n  flow = <<-EOT\n    {\n      \"StartAt\": \"A\",\n      \"States\": { \"A\": { \"Type\": \"Pass\", \"Next\": \"B\" },\n        \"B\": { \"Type\": \"Succeed\" } }\n    }\n  EOT\n}\n";
const MACHINE: &str = "resource \"aws_sfn_state_machine\" \"flow\" {\n  definition = local.flow\n}\n";

/// The definition is an entry of `locals` in another file of the module: it is shown where the machine is, saved where it
/// stands, and a change of either file is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_definition_in_another_file_of_the_module() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().canonicalize().expect("a real path").join("infra");
    std::fs::create_dir(&project).expect("a folder");
    let [main, locals] = ["main.tf", "locals.tf"].map(|name| project.join(name));
    std::fs::write(&main, MACHINE).expect("written");
    std::fs::write(&locals, LOCALS).expect("written");
    let (heard, notices) = std::sync::mpsc::channel();
    let store = Store::open(&folder.path().join("data/stepwright.db"));
    let setup = Setup { store, examples: None, open_at_start: Vec::new(), home: folder.path().to_owned() };
    let backend = Backend::new(Listener(std::sync::Mutex::new(heard)), setup);
    let ok = async |command: &str, request: Value| {
        api::call(&backend, command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    };

    // One file is enough to ask for.
    let scanned = ok("import_scan", json!({ "path": main })).await;
    let workflow = &scanned["workflows"][0];
    assert_eq!((&workflow["path"], &workflow["within"]), (&json!(main), &json!(locals)));
    assert_eq!((&workflow["notEditable"], &workflow["notes"]), (&Value::Null, &json!([])));
    ok("open_folder", json!({ "path": project })).await;
    let mut tree = Value::Null;
    for _ in 0..200 {
        tree = ok("get_folder", json!({ "path": project })).await;
        if tree["scanning"] == json!(false) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(tree["files"].as_array().map(Vec::len), Some(1), "{tree}");
    assert_eq!(
        (&tree["files"][0]["relative"], &tree["files"][0]["workflows"][0]["states"]),
        (&json!("main.tf"), &json!(2))
    );

    let base = workflow["text"].as_str().expect("text");
    let declared = json!({ "path": main, "id": "flow", "within": locals });
    let request = json!({ "name": "flow", "text": base, "declared": declared });
    let document = ok("new_document", request).await["document"].clone();
    let edited = base.replace("Succeed", "Fail");
    ok("import_save", json!({ "path": main, "id": "flow", "base": base, "text": edited })).await;
    assert_eq!(std::fs::read_to_string(&main).expect("there"), MACHINE);
    assert_eq!(
        std::fs::read_to_string(&locals).expect("there"),
        LOCALS.replace("Succeed", "Fail"),
        "one line of the other file"
    );
    assert_eq!(ok("read_disk_version", json!({ "document": document })).await["text"], json!(edited));

    for path in [&locals, &main] {
        while notices.try_recv().is_ok() {}
        std::fs::write(path, std::fs::read_to_string(path).expect("there") + "# more\n").expect("written");
        loop {
            let notice =
                notices.recv_timeout(std::time::Duration::from_secs(20)).expect("a change of either file is told");
            if matches!(notice, Notice::DeclarationChanged { document: changed } if document == json!(changed)) {
                break;
            }
        }
    }
    std::fs::write(&main, "# gone\n").expect("written");
    assert_eq!(ok("read_disk_version", json!({ "document": document })).await["text"], Value::Null);
    ok("close_document", json!({ "document": document })).await;
}

struct Listener(std::sync::Mutex<std::sync::mpsc::Sender<Notice>>);

impl Host for Listener {
    fn notify(&self, notice: Notice) {
        let _ = self.0.lock().expect("no test panics while it speaks").send(notice);
    }
}

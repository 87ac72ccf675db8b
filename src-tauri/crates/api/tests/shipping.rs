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
    ok(&backend, "import_save", save.clone()).await;
    assert_eq!(std::fs::read_to_string(&path).expect("there"), template.replace("Seconds: 5", "Seconds: 9"));
    let refused = call(&backend, "import_save", save).await;
    assert_eq!(refused.expect_err("the file has another definition now").code, Code::FileChanged);
}

//! The palette's commands, as a front end uses them.

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

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_found_described_and_made_a_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = backend(folder.path());
    let found = ok(&backend, "search_integrations", json!({ "text": "s3 get object", "limit": 3 })).await;
    let hits = found["integrations"].as_array().expect("a list");
    assert_eq!(hits.len(), 3);
    assert_eq!(hits[0]["resource"], "arn:aws:states:::aws-sdk:s3:getObject");

    let request = json!({ "resource": hits[0]["resource"], "language": "JSONata" });
    let described = ok(&backend, "describe_integration", request).await["integration"].clone();
    assert_eq!(described["patterns"], json!(["", ".waitForTaskToken"]));
    assert!(described["errors"].as_array().expect("a list").contains(&json!("S3.NoSuchKeyException")));
    let bucket = described["arguments"].as_array().expect("a list").iter().find(|field| field["name"] == "Bucket");
    assert_eq!(bucket.expect("a field")["kind"], json!({ "type": "string" }));
    let state: Value = serde_json::from_str(described["state"].as_str().expect("text")).expect("JSON");
    assert_eq!(state["Arguments"]["Bucket"], "my-bucket");

    let services = ok(&backend, "list_sdk_services", json!({})).await;
    let s3 = services["services"].as_array().expect("a list").iter().find(|service| service["name"] == "s3");
    assert_eq!(s3.expect("S3")["title"], "Amazon S3");
    let calls = ok(&backend, "list_calls", json!({ "service": "s3" })).await["integrations"].clone();
    let calls = calls.as_array().expect("a list");
    assert_eq!(calls.len() as u64, s3.expect("S3")["calls"].as_u64().expect("a number"));
    assert!(
        calls.iter().all(|call| call["resource"].as_str().expect("text").starts_with("arn:aws:states:::aws-sdk:s3:"))
    );
    assert_eq!(ok(&backend, "list_calls", json!({ "service": "nothing" })).await["integrations"], json!([]));

    let unknown = json!({ "resource": "${FunctionArn}", "language": "JSONPath" });
    assert_eq!(ok(&backend, "describe_integration", unknown).await["integration"], Value::Null);
    let path = json!({ "resource": "arn:aws:states:::dynamodb:getItem", "side": "arguments", "path": ["Key", "id"] });
    let fields = ok(&backend, "integration_fields", path).await;
    assert_eq!(fields["fields"][0]["name"], "S");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blueprint_becomes_files_once_and_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = backend(folder.path());
    let all = ok(&backend, "list_blueprints", json!({})).await;
    assert!(all["blueprints"].as_array().expect("a list").len() >= 10);

    let request = json!({ "blueprint": "csv-import", "folder": folder.path(), "name": "prices" });
    let created = ok(&backend, "create_from_blueprint", request.clone()).await;
    assert!(folder.path().join("buckets/price-lists/products.csv").is_file());
    let opened = ok(&backend, "open_document", json!({ "path": created["path"] })).await;
    assert_eq!(opened["analysis"]["runnable"], true);
    let mocks = ok(&backend, "list_mocks", json!({ "document": opened["document"] })).await;
    assert_eq!(mocks["testCases"], json!(["Every row written", "The function throws"]));
    assert!(mocks["sampleInput"].as_str().expect("the input lies beside it").contains("price-lists"));

    let again = call(&backend, "create_from_blueprint", request).await.expect_err("the files exist");
    assert_eq!(again.code, Code::FileNotWritable);
    for name in ["", "../up", "a/b", ".hidden"] {
        let request = json!({ "blueprint": "csv-import", "folder": folder.path(), "name": name });
        assert_eq!(call(&backend, "create_from_blueprint", request).await.expect_err("refused").code, Code::BadRequest);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_has_flow_states_and_patterns_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = backend(folder.path());
    for language in ["JSONPath", "JSONata"] {
        let palette = ok(&backend, "list_patterns", json!({ "language": language })).await;
        assert_eq!(palette["flowStates"].as_array().expect("a list").len(), 8);
        assert_eq!(palette["patterns"].as_array().expect("a list").len(), 8);
        let text = palette["patterns"].to_string();
        assert_eq!(text.contains("{%"), language == "JSONata");
    }
}

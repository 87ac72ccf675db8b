//! What the forms of a state ask for, through the public interface.

use std::path::Path;

use api::{Backend, Host, Setup};
use serde_json::{Value, json};
use store::Store;
use wire::{Code, Failure, Notice};

struct Quiet;

impl Host for Quiet {
    fn notify(&self, _: Notice) {}
}

struct Form {
    backend: Backend<Quiet>,
    document: Value,
    version: Value,
}

impl Form {
    async fn over(folder: &Path, name: &str, text: &str) -> Form {
        let store = Store::open(&folder.join("stepwright.db"));
        let setup = Setup { store, examples: None, open_at_start: Vec::new(), home: folder.to_owned() };
        let backend = Backend::new(Quiet, setup);
        let opened = api::call(&backend, "new_document", json!({ "name": name, "text": text })).await.expect("opened");
        Form { backend, document: opened["document"].clone(), version: opened["version"].clone() }
    }

    async fn call(&self, command: &str, mut request: Value) -> Result<Value, Failure> {
        request["document"] = self.document.clone();
        request["version"] = self.version.clone();
        api::call(&self.backend, command, request).await
    }

    async fn ok(&self, command: &str, request: Value) -> Value {
        self.call(command, request).await.unwrap_or_else(|failure| panic!("{command}: {failure:?}"))
    }
}

const FLOW: &str = r#"{
  "StartAt": "Look", // first
  "States": {
    "Look": {"Type": "Pass", "Assign": {"limit.$": "$.most", "seen": true}, "Next": "Enough?"},
    "Enough?": {"Type": "Choice", "Choices": [
      {"Variable": "$.count", "NumericGreaterThanPath": "$limit", "Next": "Work", "Assign": {"way": "up"}}
    ], "Default": "Work"},
    "Work": {"Type": "Task", "Resource": "${Arn}", "Parameters": {"of.$": "$limit"}, "End": true}
  }
}"#;

const YAML: &str = "StartAt: Work\nQueryLanguage: JSONata\nStates:\n  Work:\n    Type: Pass # comment\n    Output: \"{% $states.input.a + 1 %}\"\n    End: true\n";

fn labels(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().expect("items").iter().filter_map(|item| item["label"].as_str()).collect()
}

#[tokio::test]
async fn a_form_over_any_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = Form::over(folder.path(), "x.asl.json", FLOW).await;
    let state = form.ok("get_state_definition", json!({ "state": "/States/Work" })).await;
    let state: Value = serde_json::from_str(state["definition"].as_str().expect("text")).expect("JSON");
    assert_eq!(state["Resource"], "${Arn}", "a bare substitution is a string");
    let gone = form.ok("get_state_definition", json!({ "state": "/States/No" })).await;
    assert_eq!(gone["definition"], Value::Null);
    let yaml = Form::over(folder.path(), "y.asl.yaml", YAML).await;
    let state = yaml.ok("get_state_definition", json!({ "state": "/States/Work" })).await;
    assert!(state["definition"].as_str().is_some_and(|text| text.contains(r#""End": true"#)), "{state}");
    let preview = yaml.ok("preview_state", json!({ "state": "/States/Work", "input": r#"{"a": 1.50}"# })).await;
    assert_eq!(preview["stages"][1]["value"], "2.5");
}

#[tokio::test]
async fn variables_with_all_their_places() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = Form::over(folder.path(), "x.asl.json", FLOW).await;
    let found = form.ok("get_state_variables", json!({ "state": "/States/Work" })).await;
    let readable: Vec<(&str, bool)> = found["readable"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["name"].as_str().unwrap_or_default(), one["always"] == true))
        .collect();
    assert_eq!(readable, [("limit", true), ("seen", true), ("way", false)]);
    let limit = &found["variables"][0];
    assert_eq!(limit["assigned"][0]["state"], "/States/Look");
    assert_eq!(limit["read"][0]["pointer"], "/States/Enough?/Choices/0/NumericGreaterThanPath");
    assert_eq!(limit["read"][1]["name"], "Work");
}

#[tokio::test]
async fn a_value_of_a_form_is_completed_as_in_the_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = Form::over(folder.path(), "x.asl.json", FLOW).await;
    let ask = json!({
        "pointer": "/States/Work/Parameters/of.$", "text": "\"é\" $li", "offset": 7, "input": null
    });
    let found = form.ok("complete_value", ask).await;
    let limit = found["items"].as_array().expect("items").iter().find(|item| item["label"] == "$limit");
    assert_eq!(limit.expect("the variable is offered")["change"], json!({ "from": 4, "to": 7, "insert": "$limit" }));
    let ask = json!({
        "pointer": "/States/Work/InputPath", "text": "$.or", "offset": 4, "input": r#"{"order": 1, "total": 2}"#
    });
    assert_eq!(labels(&form.ok("complete_value", ask).await), ["order", "total"], "of a field that is not there yet");
    let yaml = Form::over(folder.path(), "y.asl.yaml", YAML).await;
    let ask = json!({ "pointer": "/States/Work/Output", "text": "{% $states. %}", "offset": 11, "input": null });
    assert_eq!(labels(&yaml.ok("complete_value", ask).await), ["input", "result", "errorOutput", "context"]);
    let ask = json!({
        "pointer": "/States/Work/ResultSelector/code.$", "text": "$.", "offset": 2,
        "input": r#"{"order": 1}"#, "result": r#"{"StatusCode": 200}"#
    });
    let form = Form::over(
        folder.path(),
        "z.asl.json",
        &FLOW.replace(r#""End": true}"#, r#""ResultSelector": {}, "End": true}"#),
    )
    .await;
    assert_eq!(
        labels(&form.ok("complete_value", ask).await),
        ["StatusCode"],
        "what stands behind the work reads its result"
    );
}

#[tokio::test]
async fn a_state_is_tried_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    // Another state is broken: it does not matter.
    let text = FLOW.replace("\"Pass\"", "\"Nothing\"");
    let form = Form::over(folder.path(), "x.asl.json", &text).await;
    let ask = json!({ "state": "/States/Enough?", "input": r#"{"count": 3}"#, "variables": r#"{"limit": 2}"# });
    let tried = form.ok("preview_state", ask).await;
    assert_eq!(tried["end"], json!({ "type": "rule", "index": 0, "next": "Work" }));
    assert_eq!(tried["conditions"], json!([{ "place": "0", "holds": true, "problem": null }]));
    assert_eq!(tried["assigned"], json!([{ "name": "way", "value": "\"up\"" }]));
    let lost = form.ok("preview_state", json!({ "state": "/States/Enough?", "input": "{}" })).await;
    assert_eq!(lost["end"]["type"], "failed");
    assert_eq!(lost["error"], "States.Runtime");

    let work = json!({ "state": "/States/Work", "input": "{}", "variables": r#"{"limit": 2}"# });
    let open = form.ok("preview_state", work.clone()).await;
    assert_eq!(open["end"]["type"], "needsResult");
    assert_eq!(open["stages"][1]["value"], r#"{"of":2}"#);
    let mut failing = work;
    failing["error"] = json!({ "error": "Boom", "cause": "b" });
    let failed = form.ok("preview_state", failing).await;
    assert_eq!((&failed["end"]["type"], &failed["error"]), (&json!("failed"), &json!("Boom")));

    let refused = |request: Value| form.call("preview_state", request);
    let broken = refused(json!({ "state": "/States/Look", "input": "{}" })).await.expect_err("refused");
    assert_eq!(broken.code, Code::InvalidDefinition);
    let input = refused(json!({ "state": "/States/Work", "input": "{" })).await.expect_err("refused");
    assert_eq!(input.code, Code::InvalidInput);
    let long = refused(json!({ "state": "/States/Work", "input": "x".repeat(300_000) })).await.expect_err("refused");
    assert_eq!(long.code, Code::InvalidInput);
}

#[tokio::test]
async fn every_field_of_the_language_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = Form::over(folder.path(), "x.asl.json", FLOW).await;
    let language = api::call(&form.backend, "list_state_fields", json!({})).await.expect("listed");
    let fields = language["fields"].as_array().expect("fields");
    assert_eq!(fields.len(), asl::schema::STATE_FIELDS.len());
    assert_eq!(language["comparisons"].as_array().expect("comparisons").len(), 39);
}

//! States to drop on the canvas: Tasks for a Resource, and the flow states.

use asl::program::QueryLanguage;
use serde_json::{Value, json};

use crate::example::{arguments, text};
use crate::resource::{Callee, Resource, parse_resource};

/// A Task that calls a Resource, as JSON text, complete but for its transition (`Next` or `End`).
pub fn template_state(resource: &str, language: QueryLanguage) -> String {
    let parsed = parse_resource(resource);
    let mut state = json!({ "Type": "Task", "Resource": resource });
    let jsonata = language == QueryLanguage::Jsonata;
    let with_arguments = arguments(&parsed, language);
    match (parsed.callee, jsonata) {
        // The whole input is what these get anyway in the JSONPath language.
        (Callee::Function | Callee::Activity, false) => {}
        (Callee::Function | Callee::Activity, true) => state["Arguments"] = json!("{% $states.input %}"),
        (_, false) => state["Parameters"] = with_arguments,
        (_, true) => state["Arguments"] = with_arguments,
    }
    if is_lambda_invoke(&parsed) && !parsed.waits_for_token() {
        if jsonata {
            state["Output"] = json!("{% $states.result.Payload %}");
        } else {
            state["OutputPath"] = json!("$.Payload");
        }
    }
    if let Some(seconds) = patience(&parsed) {
        state["TimeoutSeconds"] = json!(seconds);
    }
    if let Some(errors) = passing_errors(&parsed) {
        state["Retry"] = json!([{ "ErrorEquals": errors, "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2, "JitterStrategy": "FULL" }]);
    }
    text(&state)
}

fn is_lambda_invoke(resource: &Resource<'_>) -> bool {
    matches!(resource.callee, Callee::Optimized(integration, _) if integration.service == "lambda")
}

/// Seconds after which waiting should end; without a limit a task waits for up to a year.
fn patience(resource: &Resource<'_>) -> Option<u32> {
    if resource.waits_for_token() || matches!(resource.callee, Callee::Activity) {
        Some(86_400)
    } else if resource.waits_for_job() {
        Some(3_600)
    } else {
        None
    }
}

/// Errors that pass with time.
fn passing_errors(resource: &Resource<'_>) -> Option<Vec<&'static str>> {
    match resource.callee {
        Callee::Function => {}
        Callee::Optimized(integration, _) if integration.service == "lambda" => {}
        Callee::Optimized(integration, _) if integration.service == "http" => {
            return Some(vec![
                "States.Http.StatusCode.429",
                "States.Http.StatusCode.502",
                "States.Http.StatusCode.503",
                "States.Http.Socket",
            ]);
        }
        _ => return None,
    }
    Some(vec![
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
    ])
}

/// A state of the palette that is not a Task.
#[derive(Debug, Clone)]
pub struct FlowState {
    /// `Choice`
    pub name: &'static str,
    pub summary: &'static str,
    /// JSON text, complete but for where it leads: no Next, no End, no Default, no Next in a Rule.
    pub definition: String,
}

/// The flow states, in the order of the palette.
pub fn flow_states(language: QueryLanguage) -> Vec<FlowState> {
    let jsonata = language == QueryLanguage::Jsonata;
    let by = |path: Value, jsonata_value: Value| if jsonata { jsonata_value } else { path };
    let flow = |name, summary, definition: Value| FlowState { name, summary, definition: text(&definition) };
    let pass = json!({ "Type": "Pass", "End": true });
    vec![
        flow(
            "Choice",
            "Goes one of several ways, by conditions.",
            json!({ "Type": "Choice", "Choices": [by(
                json!({ "Variable": "$.status", "StringEquals": "ready" }),
                json!({ "Condition": "{% $states.input.status = 'ready' %}" }),
            )] }),
        ),
        flow(
            "Parallel",
            "Runs branches at the same time and waits for all of them.",
            json!({ "Type": "Parallel", "Branches": [
                { "StartAt": "Pass 1", "States": { "Pass 1": pass } },
                { "StartAt": "Pass 2", "States": { "Pass 2": pass } },
            ] }),
        ),
        flow("Map", "Runs the same states for each item of a list.", {
            let mut map = json!({ "Type": "Map" });
            if jsonata {
                map["Items"] = json!("{% $states.input.items %}");
            } else {
                map["ItemsPath"] = json!("$.items");
            }
            map["MaxConcurrency"] = json!(5);
            map["ItemProcessor"] =
                json!({ "ProcessorConfig": { "Mode": "INLINE" }, "StartAt": "Item", "States": { "Item": pass } });
            map
        }),
        flow(
            "Distributed Map",
            "Runs a workflow for each of up to millions of items from S3.",
            json!({
                "Type": "Map",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": { "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW" },
                    by(json!("Parameters"), json!("Arguments")).as_str().unwrap_or_default(): { "Bucket": "my-bucket", "Key": "items.csv" },
                },
                "ItemProcessor": {
                    "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
                    "StartAt": "Item",
                    "States": { "Item": pass },
                },
                "MaxConcurrency": 100,
                "ToleratedFailurePercentage": 5,
                "Label": "Items",
            }),
        ),
        flow(
            "Pass",
            "Shapes data, or stands in for work to come.",
            if jsonata {
                json!({ "Type": "Pass", "Output": "{% $states.input %}" })
            } else {
                json!({ "Type": "Pass" })
            },
        ),
        flow("Wait", "Waits for a time or until a time.", json!({ "Type": "Wait", "Seconds": 5 })),
        flow("Succeed", "Ends the execution well.", json!({ "Type": "Succeed" })),
        flow(
            "Fail",
            "Ends the execution with an error.",
            json!({ "Type": "Fail", "Error": "SomethingFailed", "Cause": "Says why." }),
        ),
    ]
}

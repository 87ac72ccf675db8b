//! What a Task can call, and what a workflow can begin with: the palette, the inspector's forms, completion.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum QueryLanguage {
    #[serde(rename = "JSONPath")]
    JsonPath,
    #[serde(rename = "JSONata")]
    Jsonata,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SearchIntegrations {
    /// Words of services and actions in any order, `s3 get`. Nothing lists the optimised integrations.
    pub text: String,
    /// At most 500.
    pub limit: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListCalls {
    /// The name of a service in the SDK, `s3`.
    pub service: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SdkServices {
    /// By title.
    pub services: Vec<SdkService>,
}

/// A service whose calls a Task makes as `arn:aws:states:::aws-sdk:NAME:ACTION`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SdkService {
    pub name: String,
    /// For people: `Amazon S3`.
    pub title: String,
    pub calls: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Integrations {
    /// The best first.
    pub integrations: Vec<IntegrationHit>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IntegrationHit {
    /// What to put into a Task: `arn:aws:states:::aws-sdk:s3:getObject`.
    pub resource: String,
    /// The service for people: `Amazon S3`.
    pub service: String,
    pub action: String,
    /// One of the optimised integrations; the others are calls of the SDK.
    pub optimized: bool,
    pub summary: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DescribeIntegration {
    /// The Resource of a Task, with its pattern; also the ARN of a Lambda function or an activity.
    pub resource: String,
    /// For the examples.
    pub language: QueryLanguage,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IntegrationDescribed {
    /// Nothing for a Resource that names no known call, such as a placeholder.
    pub integration: Option<Integration>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Integration {
    pub resource: String,
    pub service: String,
    pub action: String,
    pub summary: Option<String>,
    /// What may follow the Resource: nothing, `.sync`, `.sync:2`, `.waitForTaskToken`. Express workflows know only nothing.
    pub patterns: Vec<String>,
    /// The ones that matter most first. Large ones are not described to their depth: see `integration_fields`.
    pub arguments: Vec<IntegrationField>,
    pub result: Vec<IntegrationField>,
    /// Names of errors it is known to raise, the likely ones first.
    pub errors: Vec<String>,
    /// Peculiarities, one sentence or two each.
    pub notes: Vec<String>,
    /// What the role of the workflow must be allowed to make the call itself.
    pub iam_actions: Vec<String>,
    /// JSON text.
    pub example_arguments: String,
    /// JSON text.
    pub example_result: String,
    /// A Task that makes the call, JSON text, complete but for its transition.
    pub state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IntegrationField {
    pub name: String,
    pub required: bool,
    pub kind: FieldKind,
    pub help: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FieldKind {
    String,
    /// A string, one of these.
    Choice {
        values: Vec<String>,
    },
    Boolean,
    Integer,
    Number,
    /// RFC 3339 text.
    Timestamp,
    /// Bytes, as text.
    Blob,
    /// Anything.
    Json,
    List {
        of: Box<FieldKind>,
    },
    /// An object with keys of one's own.
    Map {
        of: Box<FieldKind>,
    },
    /// With no fields: there are some, ask `integration_fields`.
    Object {
        fields: Vec<IntegrationField>,
    },
    /// An object with one of these fields.
    OneOf {
        fields: Vec<IntegrationField>,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GetIntegrationFields {
    pub resource: String,
    pub side: IntegrationSide,
    /// Names of fields from the top. Lists need no step, the key of a map does.
    pub path: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum IntegrationSide {
    Arguments,
    Result,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IntegrationFields {
    pub fields: Vec<IntegrationField>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListPalette {
    pub language: QueryLanguage,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Patterns {
    pub flow_states: Vec<FlowState>,
    pub patterns: Vec<WorkflowPattern>,
}

/// A state of the palette that is not a Task.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FlowState {
    pub name: String,
    pub summary: String,
    /// JSON text, complete but for its transition. The rules of a Choice lead to `Next`, which stands for the state behind.
    pub definition: String,
}

/// A small machine to paste and adapt.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WorkflowPattern {
    pub id: String,
    pub title: String,
    pub summary: String,
    /// JSON text with `StartAt` and `States`.
    pub definition: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Blueprints {
    pub blueprints: Vec<Blueprint>,
}

/// A workflow to begin with.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Blueprint {
    pub id: String,
    pub title: String,
    pub summary: String,
    /// The text of its file.
    pub definition: String,
    /// A sample input, JSON text.
    pub input: String,
    pub states: u32,
    /// The services it calls, such as `sqs`, each once.
    pub services: Vec<String>,
    /// Its graph as an SVG document, on white.
    pub picture: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CreateFromBlueprint {
    pub blueprint: String,
    /// An existing folder, absolute.
    pub folder: String,
    /// The workflow's name: `NAME.asl.json`, and beside it `NAME.input.json` and `NAME.mocks.json`.
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CreatedFromBlueprint {
    /// The definition, to be opened.
    pub path: String,
}

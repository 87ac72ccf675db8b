//! The optimised integrations: services that a workflow calls by a short name, with conveniences of their own.
//!
//! Checked by hand against the service's documentation and its recordings. What an action takes and answers comes from the
//! service's model where it has one there; the tables add what the model cannot know: help, examples, errors, manners.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>

mod compute;
mod data;
mod jobs;
mod messaging;
mod web;

/// One service under its short name.
#[derive(Debug)]
pub struct Integration {
    /// As it stands in a Resource: `elasticmapreduce`.
    pub service: &'static str,
    pub title: &'static str,
    /// The service in the `aws-sdk` catalogue, if its actions are the SDK's.
    pub model: Option<&'static str>,
    /// What its error names begin with: `DynamoDB`, where `aws-sdk:dynamodb` has `DynamoDb`.
    pub error_prefix: &'static str,
    /// Errors every action may raise, whole names, the likely ones first.
    pub errors: &'static [&'static str],
    pub actions: &'static [Action],
}

#[derive(Debug)]
pub struct Action {
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The operation in the model, if it is one of the SDK's.
    pub operation: Option<&'static str>,
    pub sync: Sync,
    /// Whether `.waitForTaskToken` works.
    pub callback: bool,
    /// The arguments that matter most, first; all others come from the model. Without a model these are all.
    pub fields: &'static [Known],
    /// Arguments to begin with, in the JSONPath language. A value that begins with `$` under a key that ends in `.$` is a path.
    pub arguments: &'static str,
    /// The same with the task token in its place.
    pub callback_arguments: Option<&'static str>,
    /// A plausible result of the call.
    pub result: &'static str,
    /// A plausible result when it waits for the job.
    pub sync_result: Option<&'static str>,
    pub errors: &'static [&'static str],
    /// How it differs from the plain call.
    pub notes: &'static [&'static str],
}

/// Whether and how an action can wait for the job it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    No,
    Yes,
    /// `.sync` gives the output as text, `.sync:2` as JSON.
    TextOrJson,
}

#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub name: &'static str,
    pub required: bool,
    /// Nothing: as the model says. Otherwise `string`, `integer`, `number`, `boolean`, `json`, `object`, `a|b|c` for a choice,
    /// `(!Name,Other integer)` for an object with these fields; each of them after `[` as a list or after `{` as a map.
    pub kind: &'static str,
    pub help: &'static str,
}

/// Every optimised integration, the most used first.
pub static INTEGRATIONS: &[&Integration] = &[
    &compute::LAMBDA,
    &messaging::SNS,
    &data::DYNAMODB,
    &messaging::SQS,
    &messaging::EVENTS,
    &compute::STATES,
    &web::HTTP,
    &web::API_GATEWAY,
    &data::ATHENA,
    &jobs::GLUE,
    &compute::ECS,
    &compute::BATCH,
    &jobs::BEDROCK,
    &jobs::BEDROCK_AGENTCORE,
    &jobs::SAGEMAKER,
    &jobs::CODEBUILD,
    &jobs::DATABREW,
    &compute::EKS,
    &jobs::EMR,
    &jobs::EMR_CONTAINERS,
    &jobs::EMR_SERVERLESS,
    &jobs::MEDIACONVERT,
];

/// The action `service:action`, spelled exactly.
pub fn find(service: &str, action: &str) -> Option<(&'static Integration, &'static Action)> {
    let integration = INTEGRATIONS.iter().find(|integration| integration.service == service)?;
    Some((integration, integration.actions.iter().find(|known| known.name == action)?))
}

impl Action {
    const BLANK: Action = Action {
        name: "",
        summary: "",
        operation: None,
        sync: Sync::No,
        callback: false,
        fields: &[],
        arguments: "{}",
        callback_arguments: None,
        result: "{}",
        sync_result: None,
        errors: &[],
        notes: &[],
    };
}

const fn required(name: &'static str, help: &'static str) -> Known {
    Known { name, required: true, kind: "", help }
}

const fn optional(name: &'static str, help: &'static str) -> Known {
    Known { name, required: false, kind: "", help }
}

impl Known {
    const fn of(self, kind: &'static str) -> Known {
        Known { kind, ..self }
    }
}

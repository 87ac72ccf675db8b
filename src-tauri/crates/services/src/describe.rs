//! Everything the inspector and the palette show of one Resource.

use asl::resource::Pattern;

use crate::catalogue::{Standing, catalogue};
use crate::errors::known_errors;
use crate::field::{Field, Kind, merge};
use crate::iam::iam_actions;
use crate::optimized::Sync;
use crate::resource::{Callee, Resource, parse_resource};
use crate::shapes::{Model, Ref, Signature};

/// How many structures deep arguments and results are described. Deeper ones are asked for with a path.
const DEPTH: usize = 4;
/// Where that would be more fields than these, they are described less deep.
const MOST_FIELDS: usize = 400;

#[derive(Debug, Clone)]
pub struct Description {
    pub resource: String,
    /// `Amazon S3`, for people.
    pub service: String,
    /// `getObject`
    pub action: String,
    pub summary: Option<&'static str>,
    /// The patterns this call can be made with; Express workflows have request-response only.
    pub patterns: Vec<Pattern>,
    pub arguments: Vec<Field>,
    pub result: Vec<Field>,
    pub errors: Vec<String>,
    pub notes: Vec<&'static str>,
    pub iam_actions: Vec<String>,
}

/// Nothing for a Resource that names no call we know.
pub fn describe(resource: &str) -> Option<Description> {
    let parsed = parse_resource(resource);
    let mut description = Description {
        resource: resource.to_owned(),
        service: String::new(),
        action: parsed.action.to_owned(),
        summary: None,
        patterns: vec![Pattern::RequestResponse],
        arguments: arguments(&parsed, DEPTH),
        result: result(&parsed),
        errors: known_errors(resource),
        notes: Vec::new(),
        iam_actions: iam_actions(resource),
    };
    match parsed.callee {
        Callee::Optimized(integration, action) => {
            description.service = integration.title.to_owned();
            description.summary = Some(action.summary);
            description.notes = action.notes.to_vec();
            match action.sync {
                Sync::No => {}
                Sync::Yes => description.patterns.push(Pattern::Sync(1)),
                Sync::TextOrJson => description.patterns.extend([Pattern::Sync(1), Pattern::Sync(2)]),
            }
            if action.callback {
                description.patterns.push(Pattern::WaitForTaskToken);
            }
        }
        Callee::Sdk(service, operation) => {
            description.service = service.title.to_owned();
            description.patterns.push(Pattern::WaitForTaskToken);
            if operation.refused {
                description.notes.push("Workflows cannot call this action: it streams or was withdrawn.");
            }
            match service.standing {
                Standing::Listed => {}
                Standing::Unlisted => description.notes.push(
                    "This service was not on the list of those that workflows can call when this catalogue was made; the call may be refused.",
                ),
                Standing::Retired => description.notes.push("This service has left the SDK; the call may be refused."),
            }
            if service.name == "s3" && operation.name == "GetObject" {
                description.notes.push("The object arrives as text under Body; the result may hold 256 KiB.");
            }
        }
        Callee::Function => {
            description.service = "AWS Lambda".to_owned();
            description.summary = Some("Calls a function by its ARN; the result is the function's answer alone.");
            description.action = parsed.service.to_owned();
            description
                .notes
                .push("lambda:invoke can do the same and more: aliases, asynchronous calls, the task token.");
        }
        Callee::Activity => {
            description.service = "AWS Step Functions".to_owned();
            description.summary = Some("Waits for a worker that polls this activity.");
            description.action = parsed.service.to_owned();
            description
                .notes
                .push("Give it a HeartbeatSeconds or TimeoutSeconds: without a worker it waits for up to a year.");
        }
        Callee::UnknownCall | Callee::Unknown => return None,
    }
    Some(description)
}

/// The fields of the arguments at a path of field names, for completion at any depth. Lists need no step of their own, the key
/// of a map does.
pub fn arguments_at(resource: &str, path: &[&str]) -> Vec<Field> {
    let parsed = parse_resource(resource);
    if path.is_empty() {
        return arguments(&parsed, 1);
    }
    let from_model = signature(&parsed).map(|signature| fields_at(signature.model(), signature.input(), path));
    match from_model {
        Some(fields) if !fields.is_empty() => fields,
        // Not in the model: the tables may know.
        _ => below(arguments(&parsed, DEPTH), path),
    }
}

/// The fields of the result at a path of field names.
pub fn result_at(resource: &str, path: &[&str]) -> Vec<Field> {
    let parsed = parse_resource(resource);
    if let Some(signature) = signature(&parsed).filter(|_| answers_like_the_sdk(&parsed)) {
        return fields_at(signature.model(), signature.output(), path);
    }
    below(result(&parsed), path)
}

fn below(mut fields: Vec<Field>, path: &[&str]) -> Vec<Field> {
    for step in path {
        let Some(field) = fields.into_iter().find(|field| field.name == *step) else { return Vec::new() };
        fields = field.kind.fields().to_vec();
    }
    fields
}

fn fields_at(model: &Model, from: Option<Ref>, path: &[&str]) -> Vec<Field> {
    from.and_then(|from| model.at(from, path))
        .map(|target| Kind::of(model, target, 2).fields().to_vec())
        .unwrap_or_default()
}

fn signature(resource: &Resource<'_>) -> Option<Signature<'static>> {
    match resource.callee {
        Callee::Sdk(service, operation) => service.model().signature(operation.name),
        Callee::Optimized(integration, action) => {
            catalogue().service(integration.model?)?.model().signature(action.operation?)
        }
        _ => None,
    }
}

fn arguments(resource: &Resource<'_>, depth: usize) -> Vec<Field> {
    let known = match resource.callee {
        Callee::Optimized(_, action) => action.fields,
        _ => &[],
    };
    let from_model = signature(resource)
        .and_then(|signature| Some(of_bearable_size(signature.model(), signature.input()?, depth)))
        .unwrap_or_default();
    merge(known, from_model)
}

fn result(resource: &Resource<'_>) -> Vec<Field> {
    match (signature(resource), resource.callee) {
        (Some(signature), Callee::Sdk(..)) if answers_like_the_sdk(resource) => {
            signature.output().map(|output| of_bearable_size(signature.model(), output, DEPTH)).unwrap_or_default()
        }
        (_, Callee::Optimized(..)) => crate::example::result(resource).as_object().map(fields_of).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// With a task token, whoever sends it back says what the result is.
fn answers_like_the_sdk(resource: &Resource<'_>) -> bool {
    matches!(resource.callee, Callee::Sdk(..)) && !resource.waits_for_token()
}

/// As deep as the form can bear: some structures have thousands of fields below them.
fn of_bearable_size(model: &Model, target: Ref, depth: usize) -> Vec<Field> {
    let depth = (2..=depth).rev().find(|depth| model.size(target, *depth, MOST_FIELDS) < MOST_FIELDS).unwrap_or(1);
    Kind::of(model, target, depth).fields().to_vec()
}

/// The fields of an example, where only an example says what there is.
fn fields_of(object: &serde_json::Map<String, serde_json::Value>) -> Vec<Field> {
    object
        .iter()
        .map(|(name, value)| Field { name: name.clone(), required: false, kind: kind_of(value), help: None })
        .collect()
}

fn kind_of(value: &serde_json::Value) -> Kind {
    use serde_json::Value;
    match value {
        Value::Null => Kind::Json,
        Value::Bool(_) => Kind::Boolean,
        Value::Number(number) if number.is_i64() => Kind::Integer,
        Value::Number(_) => Kind::Number,
        Value::String(_) => Kind::String,
        Value::Array(items) => Kind::List(Box::new(items.first().map_or(Kind::Json, kind_of))),
        Value::Object(object) => Kind::Object(fields_of(object)),
    }
}

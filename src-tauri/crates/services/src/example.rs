//! Arguments to begin with and plausible results, as JSON text.

use asl::program::QueryLanguage;
use serde_json::{Map, Number, Value};

use crate::catalogue::{Operation, Service};
use crate::resource::{Callee, Resource, parse_resource};
use crate::shapes::{Member, Model, Ref, Scalar, Shape};

/// What `Parameters` (or `Arguments`) may begin as: JSON text, every path or expression in the language asked for.
pub fn example_arguments(resource: &str, language: QueryLanguage) -> String {
    text(&arguments(&parse_resource(resource), language))
}

/// A result of the right shape, for a person or a mock to change: JSON text.
pub fn example_result(resource: &str) -> String {
    text(&result(&parse_resource(resource)))
}

pub(crate) fn arguments(resource: &Resource<'_>, language: QueryLanguage) -> Value {
    let mut value = match resource.callee {
        Callee::Optimized(_, action) => {
            let written = if resource.waits_for_token() { action.callback_arguments } else { None };
            read(written.unwrap_or(action.arguments))
        }
        Callee::Sdk(service, operation) => of_model(service, operation, resource.waits_for_token()),
        Callee::Function | Callee::Activity => return whole_input(language),
        Callee::UnknownCall | Callee::Unknown => Value::Object(Map::new()),
    };
    if language == QueryLanguage::Jsonata {
        into_jsonata(&mut value);
    }
    value
}

fn of_model(service: &Service, operation: &Operation, token: bool) -> Value {
    let model = service.model();
    let input = model.signature(operation.name).and_then(|signature| signature.input());
    let mut value = input.map_or_else(
        || Value::Object(Map::new()),
        |input| {
            Sample { model, prefix: service.iam_prefix, whole: false, left: MOST_VALUES }.of(input, "", ARGUMENTS_DEPTH)
        },
    );
    if token && let Value::Object(fields) = &mut value {
        // Any text the receiver gets to see can carry the token; the first plain one is as good a guess as any.
        let carrier =
            fields.iter().find(|(name, value)| value.is_string() && carries(name)).map(|(name, _)| name.clone());
        if let Some(name) = carrier {
            fields.shift_remove(&name);
            fields.insert(format!("{name}.$"), Value::from("$$.Task.Token"));
        }
    }
    value
}

/// Whether a field may hold free text.
fn carries(name: &str) -> bool {
    ["Message", "Body", "Payload", "Input", "Detail", "Data", "Description", "Text"]
        .iter()
        .any(|word| name.contains(word))
}

fn whole_input(language: QueryLanguage) -> Value {
    match language {
        QueryLanguage::JsonPath => serde_json::json!({ "input.$": "$" }),
        QueryLanguage::Jsonata => serde_json::json!({ "input": "{% $states.input %}" }),
    }
}

pub(crate) fn result(resource: &Resource<'_>) -> Value {
    if resource.waits_for_token() || matches!(resource.callee, Callee::Activity) {
        // Whoever sends the token back, or works on the activity, chooses the result.
        return serde_json::json!({ "status": "approved" });
    }
    match resource.callee {
        Callee::Optimized(_, action) => {
            let mut value = read(if resource.waits_for_job() {
                action.sync_result.unwrap_or(action.result)
            } else {
                action.result
            });
            if resource.pattern == asl::resource::Pattern::Sync(1) && resource.service == "states" {
                as_text(&mut value, &["Input", "Output"]);
            }
            value
        }
        Callee::Sdk(service, operation) => {
            let model = service.model();
            let output = model.signature(operation.name).and_then(|signature| signature.output());
            output.map_or_else(
                || Value::Object(Map::new()),
                |output| {
                    Sample { model, prefix: service.iam_prefix, whole: true, left: MOST_VALUES }.of(
                        output,
                        "",
                        RESULT_DEPTH,
                    )
                },
            )
        }
        Callee::Function => serde_json::json!({ "status": "done" }),
        Callee::Activity | Callee::UnknownCall | Callee::Unknown => Value::Object(Map::new()),
    }
}

fn as_text(value: &mut Value, names: &[&str]) {
    for name in names {
        if let Some(field) = value.get_mut(*name) {
            *field = Value::String(field.to_string());
        }
    }
}

/// `"x.$": "$.a"` becomes `"x": "{% $states.input.a %}"`, at every depth.
fn into_jsonata(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            *fields = std::mem::take(fields)
                .into_iter()
                .map(|(name, mut value)| match (name.strip_suffix(".$"), value.as_str()) {
                    (Some(plain), Some(path)) => (plain.to_owned(), Value::String(expression(path))),
                    _ => {
                        into_jsonata(&mut value);
                        (name, value)
                    }
                })
                .collect();
        }
        Value::Array(items) => items.iter_mut().for_each(into_jsonata),
        _ => {}
    }
}

fn expression(path: &str) -> String {
    if let Some(only) = path.strip_prefix("States.Array(").and_then(|rest| rest.strip_suffix(')')) {
        return format!("{{% [{}] %}}", variable(only));
    }
    format!("{{% {} %}}", variable(path))
}

fn variable(path: &str) -> String {
    match path.strip_prefix("$$") {
        Some(rest) => format!("$states.context{rest}"),
        None => format!("$states.input{}", path.strip_prefix('$').unwrap_or_default()),
    }
}

const ARGUMENTS_DEPTH: usize = 5;
const RESULT_DEPTH: usize = 5;
/// An example is read by a person: this many values are enough.
const MOST_VALUES: usize = 60;

/// Builds one value of a shape.
struct Sample<'m> {
    model: &'m Model,
    /// Of the service's ARNs.
    prefix: &'m str,
    /// Every member, or only the required ones.
    whole: bool,
    left: usize,
}

impl Sample<'_> {
    fn of(&mut self, target: Ref, name: &str, depth: usize) -> Value {
        self.left = self.left.saturating_sub(1);
        match (target, self.model.shape(target)) {
            (Ref::Scalar(Scalar::String), _) => Value::String(string_value(name, self.prefix)),
            (Ref::Scalar(scalar), _) => scalar_value(scalar, name),
            (_, None) => Value::Null,
            (_, Some(Shape::Enum(values))) => Value::from(self.choose(values)),
            (_, Some(Shape::List(of))) => {
                if depth == 0 || self.left == 0 {
                    return Value::Array(Vec::new());
                }
                let item = self.of(*of, singular(name), depth - 1);
                Value::Array(vec![item])
            }
            (_, Some(Shape::Map(of))) => {
                if depth == 0 || self.left == 0 || self.whole && name == "Metadata" {
                    return Value::Object(Map::new());
                }
                let value = self.of(*of, name, depth - 1);
                Value::Object(Map::from_iter([("key".to_owned(), value)]))
            }
            (_, Some(Shape::Structure { union, members })) => {
                if depth == 0 {
                    return Value::Object(Map::new());
                }
                let mut fields = Map::new();
                let wanted = |member: &&Member| if self.whole { !is_paging(member.name) } else { member.required };
                let mut chosen: Vec<&Member> = members.iter().filter(wanted).collect();
                if *union {
                    // DynamoDB's attribute values and their like: a string is the plainest.
                    chosen = members.first().into_iter().collect();
                }
                for member in chosen {
                    if self.left == 0 {
                        break;
                    }
                    fields.insert(member.name.to_owned(), self.of(member.target, member.name, depth - 1));
                }
                Value::Object(fields)
            }
        }
    }

    fn choose(&self, values: &[&'static str]) -> &'static str {
        const GOOD: &[&str] = &[
            "succeeded",
            "success",
            "completed",
            "complete",
            "active",
            "available",
            "running",
            "enabled",
            "ready",
            "created",
        ];
        let good = || GOOD.iter().find_map(|good| values.iter().find(|value| value.eq_ignore_ascii_case(good)));
        // The first value of what one gives, the happy one of what one gets.
        let chosen = if self.whole { good().or(values.first()) } else { values.first() };
        chosen.copied().unwrap_or_default()
    }
}

fn is_paging(name: &str) -> bool {
    matches!(name, "NextToken" | "NextMarker" | "Marker" | "NextPageToken" | "ResponseMetadata")
}

fn singular(name: &str) -> &str {
    name.strip_suffix("List").or_else(|| name.strip_suffix('s')).unwrap_or(name)
}

fn scalar_value(scalar: Scalar, name: &str) -> Value {
    match scalar {
        Scalar::String => Value::String(string_value(name, "service")),
        Scalar::Boolean => Value::Bool(!name.contains("Truncated") && !name.contains("Dry")),
        Scalar::Integer | Scalar::Long => Value::from(integer_value(name)),
        Scalar::Float => Number::from_f64(0.97).map_or(Value::Null, Value::Number),
        Scalar::Timestamp => Value::from("2026-11-20T00:00:00Z"),
        Scalar::Blob => Value::from("text"),
        Scalar::Document => Value::Object(Map::new()),
    }
}

fn integer_value(name: &str) -> i64 {
    match name {
        _ if name.contains("Port") => 443,
        _ if name.contains("Percent") => 100,
        _ if name.contains("StatusCode") => 200,
        _ if name.contains("Size") || name.contains("Length") || name.contains("Bytes") => 1024,
        _ => 1,
    }
}

fn string_value(name: &str, prefix: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let ends = |end: &str| lower.ends_with(end);
    match lower.as_str() {
        "bucket" | "bucketname" => "my-bucket".to_owned(),
        "key" if prefix == "s3" => "folder/file.json".to_owned(),
        "availabilityzone" => "eu-central-1a".to_owned(),
        "copysource" => "my-bucket/folder/file.json".to_owned(),
        "etag" => "\"9b2cf535f27731c974343645a3985328\"".to_owned(),
        "region" | "regionname" => "eu-central-1".to_owned(),
        "accountid" | "account" | "ownerid" | "owner" => "123456789012".to_owned(),
        "queueurl" => "https://sqs.eu-central-1.amazonaws.com/123456789012/my-queue".to_owned(),
        "languagecode" | "sourcelanguagecode" => "en".to_owned(),
        "targetlanguagecode" => "de".to_owned(),
        "contenttype" => "application/json".to_owned(),
        _ if ends("rolearn") => format!("arn:aws:iam::123456789012:role/{}", kebab(&name[..name.len() - 3])),
        _ if ends("arn") => {
            format!("arn:aws:{prefix}:eu-central-1:123456789012:{}", kebab(&name[..name.len() - 3]))
        }
        _ if ends("s3uri") || ends("s3path") || ends("s3location") => "s3://my-bucket/folder/".to_owned(),
        _ if ends("url") || ends("uri") || ends("endpoint") => "https://example.com/".to_owned(),
        _ if lower.contains("email") => "someone@example.com".to_owned(),
        _ if ends("date") || ends("time") => "2026-11-20T00:00:00Z".to_owned(),
        _ if ends("cidr") || ends("cidrblock") => "10.0.0.0/16".to_owned(),
        _ if ends("ipaddress") || ends("dnsname") && lower.contains("ip") => "10.0.0.12".to_owned(),
        _ if lower.contains("message") && !ends("id") || ends("text") || ends("description") || ends("reason") => {
            format!("Some {}", kebab(name).replace('-', " "))
        }
        _ if name.is_empty() => "value".to_owned(),
        _ if ends("status") => "available".to_owned(),
        _ if ends("version") => "1.0".to_owned(),
        _ if name.ends_with("Id") && name.len() > 2 => format!("{}-0a1b2c3d", kebab(&name[..name.len() - 2])),
        _ => {
            let stem = name.strip_suffix("Identifier").or_else(|| name.strip_suffix("Name")).unwrap_or(name);
            format!("my-{}", kebab(if stem.is_empty() { "name" } else { stem }))
        }
    }
}

/// `DbInstance` -> `db-instance`
fn kebab(name: &str) -> String {
    let mut text = String::new();
    let mut after_small = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && after_small {
            text.push('-');
        }
        after_small = character.is_ascii_lowercase() || character.is_ascii_digit();
        text.push(character.to_ascii_lowercase());
    }
    if text.is_empty() { "resource".to_owned() } else { text }
}

pub(crate) fn read(text: &str) -> Value {
    let value = serde_json::from_str(text);
    debug_assert!(value.is_ok(), "the examples are JSON: {text}");
    value.unwrap_or_default()
}

/// Indented by two spaces, like the files people write.
pub(crate) fn text(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

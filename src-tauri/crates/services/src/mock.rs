//! A mocked result held against the shape of the service's answer, in the words of TestState.
//!
//! Recorded 2025-11: names that the shape does not know are accepted, blobs and timestamps are strings, lengths and ranges
//! count. The catalogue has no lengths and ranges; the few that people meet are listed here.

use serde_json::Value;

use crate::describe::result_at;
use crate::field::{Field, Kind};

/// Structures deeper than this are taken as they are.
const DEEPEST: usize = 12;

/// What is wrong with a result of `resource`, or nothing. Without `required`, fields may be missing.
pub fn result_problem(resource: &str, result: &Value, required: bool) -> Option<String> {
    let Value::Object(members) = result else { return None };
    // The answer of an optimised StartExecution has the types of the SDK's.
    let sdk = resource.ends_with(":states:startExecution").then_some("arn:aws:states:::aws-sdk:sfn:startExecution");
    let resource = sdk.unwrap_or(resource);
    let fields = result_at(resource, &[]);
    Checker { resource, required }.object(&fields, members, &mut Vec::new()).err()
}

struct Checker<'a> {
    resource: &'a str,
    required: bool,
}

impl Checker<'_> {
    fn object(
        &self,
        fields: &[Field],
        members: &serde_json::Map<String, Value>,
        path: &mut Vec<String>,
    ) -> Result<(), String> {
        for field in fields {
            match members.get(&field.name) {
                Some(value) => {
                    path.push(field.name.clone());
                    self.value(&field.name, &field.kind, value, path)?;
                    path.pop();
                }
                None if field.required && self.required => {
                    return Err(format!("Required field '{}' is missing", field.name));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn value(&self, name: &str, kind: &Kind, value: &Value, path: &mut Vec<String>) -> Result<(), String> {
        let must_be =
            |fits: bool, what: &str| if fits { Ok(()) } else { Err(format!("Field '{name}' must be {what}")) };
        match kind {
            Kind::String | Kind::Timestamp | Kind::Blob => {
                must_be(value.is_string(), "a string")?;
                length(name, value.as_str().unwrap_or(""))
            }
            Kind::Choice(known) => {
                must_be(value.is_string(), "a string")?;
                if known.contains(&value.as_str().unwrap_or("")) {
                    Ok(())
                } else {
                    Err(format!("Field '{name}' is not an expected value"))
                }
            }
            Kind::Boolean => must_be(value.is_boolean(), "a boolean"),
            Kind::Integer | Kind::Number => {
                must_be(value.is_number(), "a number")?;
                range(name, value.as_f64().unwrap_or(0.0))
            }
            Kind::Json => Ok(()),
            Kind::List(of) => {
                must_be(value.is_array(), "an array")?;
                value.as_array().into_iter().flatten().try_for_each(|item| self.value(name, of, item, path))
            }
            Kind::Map(of) => {
                must_be(value.is_object(), "an object")?;
                value.as_object().into_iter().flatten().try_for_each(|(key, item)| self.value(key, of, item, path))
            }
            Kind::Object(fields) | Kind::OneOf(fields) => {
                must_be(value.is_object(), "an object")?;
                let Some(members) = value.as_object() else { return Ok(()) };
                if fields.is_empty() && path.len() < DEEPEST {
                    // Deeper than the description goes: it is asked for by its path.
                    let steps: Vec<&str> = path.iter().map(String::as_str).collect();
                    return self.object(&result_at(self.resource, &steps), members, path);
                }
                self.object(fields, members, path)
            }
        }
    }
}

/// Lengths of strings: name, least, most.
const LENGTHS: [(&str, usize, usize); 8] = [
    ("CiphertextBlob", 1, 6_144),
    ("Plaintext", 1, 4_096),
    ("KeyId", 1, 2_048),
    ("ExecutionArn", 1, 256),
    ("StateMachineArn", 1, 256),
    ("ActivityArn", 1, 256),
    ("TaskToken", 1, 2_048),
    ("SecretString", 1, 65_536),
];

/// Ranges of numbers: name, least, most.
const RANGES: [(&str, f64, f64); 2] = [("MemorySize", 128.0, 10_240.0), ("Timeout", 1.0, 900.0)];

fn length(name: &str, value: &str) -> Result<(), String> {
    match LENGTHS.iter().find(|(known, ..)| *known == name) {
        Some((_, least, _)) if value.len() < *least => {
            Err(format!("Field '{name}' is smaller than the minimum length"))
        }
        Some((_, _, most)) if value.len() > *most => Err(format!("Field '{name}' exceeds the maximum length")),
        _ => Ok(()),
    }
}

fn range(name: &str, value: f64) -> Result<(), String> {
    match RANGES.iter().find(|(known, ..)| *known == name) {
        Some((_, least, _)) if value < *least => Err(format!("Field '{name}' is less than the minimum value")),
        Some((_, _, most)) if value > *most => Err(format!("Field '{name}' exceeds the maximum value")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resource: &str, result: &str, required: bool, expected: Option<&str>) {
        let result = serde_json::from_str(result).expect("test JSON");
        assert_eq!(result_problem(resource, &result, required).as_deref(), expected, "{resource} {result}");
    }

    #[test]
    fn types_lengths_ranges_and_choices() {
        let kms = "arn:aws:states:::aws-sdk:kms:encrypt";
        check(
            kms,
            r#"{"CiphertextBlob": ""}"#,
            true,
            Some("Field 'CiphertextBlob' is smaller than the minimum length"),
        );
        check(kms, r#"{"CiphertextBlob": 1}"#, true, Some("Field 'CiphertextBlob' must be a string"));
        let s3 = "arn:aws:states:::aws-sdk:s3:getObject";
        check(s3, r#"{"StorageClass": "Papyrus"}"#, true, Some("Field 'StorageClass' is not an expected value"));
        check(s3, r#"{"ContentLength": "9"}"#, true, Some("Field 'ContentLength' must be a number"));
        let function = "arn:aws:states:::aws-sdk:lambda:getFunction";
        let small = r#"{"Configuration": {"MemorySize": 127}}"#;
        check(function, small, false, Some("Field 'MemorySize' is less than the minimum value"));
    }

    #[test]
    fn missing_and_unknown_fields() {
        let start = "arn:aws:states:::states:startExecution";
        check(start, "{}", true, Some("Required field 'ExecutionArn' is missing"));
        check(start, r#"{"executionArn": "x"}"#, false, None);
        let events = "arn:aws:states:::events:putEvents";
        check(
            events,
            r#"{"Entries": [{"EventId": "a"}, {"EventId": []}]}"#,
            true,
            Some("Field 'EventId' must be a string"),
        );
        check(events, r#"{"random": 1}"#, false, None);
    }
}

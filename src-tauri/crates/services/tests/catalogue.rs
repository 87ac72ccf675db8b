//! The `aws-sdk` catalogue against names that real workflows and recordings use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use services::catalogue::{Standing, catalogue};
use services::{Callee, arguments_at, describe, example_arguments, example_result, parse_resource, result_at};

/// The folder with recordings and real workflows, which is not part of the project.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    let found = std::env::var_os("STEPWRIGHT_SHARED").map(PathBuf::from).into_iter().chain(beside);
    let found = found.into_iter().find(|folder| folder.join("conformance").is_dir());
    if found.is_none() {
        eprintln!("skipped: no shared data");
    }
    found
}

/// Calls `visit` with each `Resource` below and the object that holds it.
fn resources<'v>(value: &'v serde_json::Value, visit: &mut dyn FnMut(&'v str, &'v serde_json::Value)) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(serde_json::Value::String(resource)) = fields.get("Resource") {
                visit(resource, value);
            }
            fields.values().for_each(|field| resources(field, visit));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| resources(item, visit)),
        _ => {}
    }
}

#[test]
fn every_sdk_call_of_real_workflows_and_recordings_is_known() {
    let Some(shared) = shared() else { return };
    let mut unknown = BTreeMap::new();
    let mut strange = BTreeMap::new();
    let mut count = 0;
    let mut folders = vec![shared.join("workflows/real"), shared.join("conformance/cases")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            // Some hold bare `${…}` and are no JSON; for them the names alone are looked at.
            let Ok(value) = serde_json::from_str(&text) else {
                for (at, _) in text.match_indices("arn:aws:states:::aws-sdk:") {
                    let arn = text[at..].split(['"', '\'', '\n', '$']).next().unwrap_or_default();
                    count += 1;
                    if matches!(parse_resource(arn).callee, Callee::UnknownCall) {
                        unknown.insert(arn.to_owned(), path.clone());
                    }
                }
                continue;
            };
            resources(&value, &mut |resource, state| {
                if !resource.contains(":aws-sdk:") || resource.contains("${") {
                    return;
                }
                count += 1;
                if !matches!(parse_resource(resource).callee, Callee::Sdk(..)) {
                    unknown.insert(resource.to_owned(), path.clone());
                    return;
                }
                let known = arguments_at(resource, &[]);
                let given =
                    state.get("Parameters").or_else(|| state.get("Arguments")).and_then(serde_json::Value::as_object);
                for key in given.into_iter().flatten().map(|(key, _)| key.trim_end_matches(".$")) {
                    if !known.iter().any(|field| field.name == key) {
                        strange.insert(format!("{resource} {key}"), path.clone());
                    }
                }
            });
        }
    }
    assert!(count > 150, "only {count} calls found: is the data complete?");
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(strange.is_empty(), "arguments that are no member: {strange:#?}");
}

#[test]
fn names_follow_the_sdk_for_java() {
    let names = |fields: Vec<services::Field>| fields.into_iter().map(|field| field.name).collect::<Vec<_>>();
    let rds = "arn:aws:states:::aws-sdk:rds:describeDBInstances";
    assert!(names(arguments_at(rds, &[])).contains(&"DbInstanceIdentifier".to_owned()));
    assert!(names(result_at(rds, &["DbInstances"])).contains(&"DbInstanceStatus".to_owned()));
    // Recorded: the result of putObject has ETag and ChecksumCRC32, that of getObject Body.
    let put = names(result_at("arn:aws:states:::aws-sdk:s3:putObject", &[]));
    assert!(put.contains(&"ETag".to_owned()) && put.contains(&"ChecksumCRC32".to_owned()), "{put:?}");
    assert!(names(result_at("arn:aws:states:::aws-sdk:sfn:startExecution", &[])).contains(&"ExecutionArn".to_owned()));
    assert!(
        names(arguments_at("arn:aws:states:::aws-sdk:ecs:runTask", &["NetworkConfiguration", "AwsvpcConfiguration"]))
            .contains(&"Subnets".to_owned())
    );
    // A DynamoDB key is a map: its own key is a step of the path.
    assert!(names(arguments_at("arn:aws:states:::aws-sdk:dynamodb:getItem", &["Key", "id"])).contains(&"S".to_owned()));
    assert!(arguments_at(rds, &["No", "Such", "Path"]).is_empty());
}

#[test]
fn prefixes_of_errors_follow_the_documented_list() {
    let of = |name: &str| catalogue().service(name).map(|service| (service.error_prefix, service.standing));
    assert_eq!(of("sfn"), Some(("Sfn", Standing::Listed)));
    assert_eq!(of("fsx"), Some(("FSx", Standing::Listed)));
    assert_eq!(of("dynamodb"), Some(("DynamoDb", Standing::Listed)));
    assert_eq!(of("config"), Some(("Config", Standing::Listed)));
    assert_eq!(of("lookoutvision"), Some(("LookoutVision", Standing::Retired)));
    assert_eq!(of("nosuchservice"), None);
    let refused = describe("arn:aws:states:::aws-sdk:sts:assumeRole").expect("it is in the model");
    assert!(refused.notes.iter().any(|note| note.contains("cannot call")), "{:?}", refused.notes);
}

#[test]
fn every_call_has_arguments_and_a_result() {
    let mut largest = 0;
    for service in &catalogue().services {
        for operation in &service.operations {
            let resource = format!("arn:aws:states:::aws-sdk:{}:{}", service.name, operation.action);
            let arguments = example_arguments(&resource, services::Language::JsonPath);
            let value: serde_json::Value = serde_json::from_str(&arguments).expect("JSON");
            for field in arguments_at(&resource, &[]).iter().filter(|field| field.required) {
                assert!(value.get(&field.name).is_some(), "{resource} wants {}", field.name);
            }
            let result = example_result(&resource);
            assert!(serde_json::from_str::<serde_json::Value>(&result).expect("JSON").is_object(), "{resource}");
            largest = largest.max(result.len()).max(arguments.len());
        }
    }
    assert!(largest < 40_000, "examples stay readable: {largest} bytes");
}

#[test]
fn strange_resources_are_no_trouble() {
    for resource in [
        "",
        "arn",
        "arn:aws:states:::",
        "arn:aws:states:::aws-sdk::",
        "arn:aws:states:::aws-sdk:s3:nothing",
        "${X}",
        "ä:ö:ü",
    ] {
        assert!(describe(resource).is_none(), "{resource}");
        assert_eq!(example_arguments(resource, services::Language::Jsonata), "{}");
    }
}

//! Patterns and blueprints are valid as they stand, in every language they come in.

use std::collections::BTreeSet;

use services::{Callee, Language, parse_resource, patterns::PATTERNS};

/// The checked program's states by name, and every Resource of it.
fn check(what: &str, text: &str) -> serde_json::Value {
    let (document, diagnostics) = asl::Document::parse(text);
    assert!(diagnostics.is_empty(), "{what}: {diagnostics:?}");
    let checked = asl::check(&document);
    assert!(checked.program.is_some(), "{what}: {:?}", checked.diagnostics);
    assert!(checked.diagnostics.is_empty(), "{what}: {:?}", checked.diagnostics);
    let value = serde_json::from_str(text).expect("it was parsed");
    resources(what, &value);
    value
}

/// Every Resource is one we know, and its arguments are ones it takes.
fn resources(what: &str, value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(resource) = fields.get("Resource").and_then(serde_json::Value::as_str) {
                let reads_s3 = resource.starts_with("arn:aws:states:::s3:");
                let parsed = parse_resource(resource);
                assert!(
                    reads_s3 || !matches!(parsed.callee, Callee::Unknown | Callee::UnknownCall),
                    "{what}: {resource}"
                );
                let known = services::arguments_at(resource, &[]);
                let given = fields.get("Parameters").or_else(|| fields.get("Arguments")).and_then(serde_json::Value::as_object);
                for key in given.into_iter().flatten().map(|(key, _)| key.trim_end_matches(".$")) {
                    assert!(known.is_empty() || known.iter().any(|field| field.name == key), "{what}: {resource} takes no {key}");
                }
            }
            fields.values().for_each(|field| resources(what, field));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| resources(what, item)),
        _ => {}
    }
}

#[test]
fn patterns_are_valid_and_have_the_same_states_in_both_languages() {
    let mut ids = BTreeSet::new();
    for pattern in PATTERNS {
        assert!(ids.insert(pattern.id), "{} is there twice", pattern.id);
        for language in [Language::JsonPath, Language::Jsonata] {
            let definition = check(pattern.id, pattern.definition(language));
            assert_eq!(definition["QueryLanguage"] == "JSONata", language == Language::Jsonata, "{}", pattern.id);
            assert!(definition["States"].as_object().is_some_and(|states| !states.is_empty()));
        }
    }
    assert_eq!(ids.len(), 8);
}

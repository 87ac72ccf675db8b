//! The labelled files of other validators: our verdict is theirs, or we say why not.

mod shared;

use asl::Document;
use asl::check::MachineType;

/// Labels that are wrong about the service, or about what a template may hold.
const OTHERWISE: &[(&str, bool, &str)] = &[
    ("07d6da", true, "published workflows have line breaks and blanks inside of {% %}, and run"),
    ("479106", true, "published workflows have no blank after {%, and run"),
    ("575a68", true, "without %} at its end the string is a literal: a warning, as the service evaluates only {% … %}"),
    ("1e743d", false, "[(@.length-1)] is no JSONPath to Jayway json-path 2.9.0, which the service uses"),
    ("83e980", false, "recorded text: QueryLanguage can not be JSONPath if set to JSONata for the whole state machine"),
    ("b430c1", false, "arn:aws:swf:… is from the specification's examples and names nothing the service can call"),
];

#[test]
fn labelled_files_are_judged_as_labelled() {
    let Some(shared) = shared::shared() else { return };
    let index = std::fs::read_to_string(shared.join("workflows/index.json")).expect("the index is there");
    let index: serde_json::Value = serde_json::from_str(&index).expect("it is JSON");
    let mut wrong = Vec::new();
    for entry in index.as_array().into_iter().flatten() {
        let (Some(file), Some(label)) = (entry["file"].as_str(), entry["label"].as_str()) else { continue };
        let text = std::fs::read_to_string(shared.join("workflows").join(file)).expect("the file is UTF-8");
        let (document, syntax) = Document::parse(&text);
        let found = lint::validate(&document, &syntax, MachineType::Standard);
        let errors: Vec<_> = found.iter().filter(|diagnostic| diagnostic.is_error()).collect();
        let expected =
            OTHERWISE.iter().find(|(name, ..)| file.contains(name)).map_or(label == "valid", |(_, valid, _)| *valid);
        if errors.is_empty() != expected {
            let first = errors.first().map(|error| format!("{} {:?} {}", error.code, error.pointer, error.message));
            wrong.push(format!("{file}: {label}, but {first:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

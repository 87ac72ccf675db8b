//! No published workflow, and no definition that ran on the service, gets an error.

mod shared;

use asl::check::MachineType;
use asl::{Diagnostic, Document};

/// Published files that the service would refuse as they stand.
const REFUSED: &[&str] = &[
    "ed2f2e", // Next and Default are booleans: YAML read true and false.
    "b64cb0", // Words stand where a script will put arrays.
    "390eb8", // Calls a States.Eval that does not exist.
];

fn errors(text: &str) -> Vec<String> {
    let (document, syntax) = Document::parse(text);
    lint::validate(&document, &syntax, MachineType::Standard)
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .map(|Diagnostic { code, message, pointer, span, .. }| {
            let at = document.lines().position(text, span.start);
            format!("{}:{} {code} {} {message}", at.line, at.column, pointer.as_deref().unwrap_or_default())
        })
        .collect()
}

#[test]
fn real_workflows_have_no_errors() {
    let Some(shared) = shared::shared() else { return };
    let mut wrong = Vec::new();
    for path in shared::files_below(&shared.join("workflows/real")) {
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        let found = errors(&std::fs::read_to_string(&path).expect("the file is UTF-8"));
        if REFUSED.iter().any(|refused| name.contains(refused)) {
            assert!(!found.is_empty(), "{name} should be refused");
        } else {
            wrong.extend(found.iter().map(|error| format!("{name}:{error}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Most workflows read something of their input, and what is suggested for it is JSON.
#[test]
fn real_workflows_suggest_an_input() {
    let Some(shared) = shared::shared() else { return };
    let files = shared::files_below(&shared.join("workflows/real"));
    let mut suggested = 0;
    for path in &files {
        let (document, _) = Document::parse(&std::fs::read_to_string(path).expect("the file is UTF-8"));
        if let Some(input) = lint::editor::suggested_input(&document) {
            let value: serde_json::Value = serde_json::from_str(&input).expect("it is JSON");
            assert!(value.is_object() || value.is_array(), "{}: {input}", path.display());
            suggested += 1;
        }
    }
    assert!(suggested * 2 > files.len(), "{suggested} of {}", files.len());
}

#[test]
fn definitions_that_ran_have_no_errors() {
    let Some(shared) = shared::shared() else { return };
    let mut wrong = Vec::new();
    for path in shared::files_below(&shared.join("conformance/cases")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let case: serde_json::Value = serde_json::from_str(&text).expect("the case is JSON");
        if case["kind"] == "execution" || case["kind"] == "execution_table" {
            let name = case["id"].as_str().unwrap_or_default();
            let runs = case["runs"].as_array().into_iter().flatten().map(|run| &run["definition"]);
            for definition in
                runs.chain(std::iter::once(&case["definition"])).filter(|definition| definition.is_object())
            {
                wrong.extend(errors(&definition.to_string()).iter().map(|error| format!("{name}:{error}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

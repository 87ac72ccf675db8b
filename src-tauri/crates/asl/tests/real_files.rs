//! Every published workflow reads without a false error, and gives a Program.

mod shared;

use asl::{Document, check};

/// Published files that the service would refuse as they stand.
const REFUSED: &[(&str, &str)] = &[
    (
        "lambda-sfn-sls-statemachine-statemachine--ed2f2e.asl.json",
        "Next and Default are booleans: YAML read true and false",
    ),
    ("step-functions-dynamic-agent-template--b64cb0.asl.json", "words stand where a script will put arrays"),
];

#[test]
fn real_workflows_have_no_errors() {
    let Some(shared) = shared::shared() else { return };
    let mut wrong = Vec::new();
    for path in shared::files_below(&shared.join("workflows/real")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        let (document, syntax) = Document::parse(&text);
        assert_eq!(document.text(), text, "{name}: printing gives the bytes that were read");
        let checked = check(&document);
        if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            assert!(checked.program.is_none(), "{name} should be refused: {reason}");
            continue;
        }
        for diagnostic in syntax.iter().chain(&checked.diagnostics).filter(|diagnostic| diagnostic.is_error()) {
            let at = document.lines().position(&text, diagnostic.span.start);
            wrong.push(format!(
                "{name}:{}:{} {} {:?} {}",
                at.line, at.column, diagnostic.code, diagnostic.pointer, diagnostic.message
            ));
        }
        if checked.program.is_none() {
            wrong.push(format!("{name}: no program"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The recorded executions ran on the service, so their definitions are legal.
#[test]
fn definitions_that_ran_on_the_service_are_accepted() {
    let Some(shared) = shared::shared() else { return };
    let mut wrong = Vec::new();
    for path in shared::files_below(&shared.join("conformance/cases")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let (case, _) = Document::parse(&text);
        let kind = case.root().get("kind").and_then(asl::Node::as_str);
        if !matches!(kind, Some("execution" | "execution_table")) {
            continue;
        }
        let Some(definition) = case.root().get("definition").filter(|definition| definition.is_object()) else {
            continue;
        };
        let (document, syntax) = Document::parse(case.slice(definition.span));
        let checked = check(&document);
        for diagnostic in syntax.iter().chain(&checked.diagnostics) {
            let name = path.file_stem().expect("it has a name").to_string_lossy();
            wrong.push(format!("{name}: {} {:?} {}", diagnostic.code, diagnostic.pointer, diagnostic.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

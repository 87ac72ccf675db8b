//! Faults of expressions, with their place inside the string.

use asl::Document;
use asl::check::MachineType;
use expect_test::{Expect, expect};

fn check(state: &str, expected: &Expect) {
    let text = format!("{{\"StartAt\": \"A\", \"States\": {{\"A\": {{{state}, \"End\": true}}}}}}");
    let (document, syntax) = Document::parse(&text);
    let shown: String = lint::validate(&document, &syntax, MachineType::Standard)
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .map(|diagnostic| {
            let pointer = diagnostic.pointer.as_deref().unwrap_or_default();
            format!("{} {pointer}: {} <{}>\n", diagnostic.code, diagnostic.message, document.slice(diagnostic.span))
        })
        .collect();
    expected.assert_eq(&shown);
}

fn jsonata(expression: &str, expected: &Expect) {
    check(
        &format!("\"Type\": \"Pass\", \"QueryLanguage\": \"JSONata\", \"Output\": {{\"a\": \"{{% {expression} %}}\"}}"),
        expected,
    );
}

fn field(field: &str, expected: &Expect) {
    check(&format!("\"Type\": \"Pass\", \"Parameters\": {{{field}}}"), expected);
}

#[test]
fn jsonata_faults_have_the_parsers_words() {
    jsonata(
        "1 +",
        &expect![[r#"
        INVALID_JSONATA_EXPRESSION /States/A/Output/a: Unexpected end of expression <1 +>
    "#]],
    );
    jsonata(
        "[1, 2",
        &expect![[r#"
        INVALID_JSONATA_EXPRESSION /States/A/Output/a: Expected "]" before end of expression <[1, 2>
    "#]],
    );
    jsonata(
        "$sum([1; 2])",
        &expect![[r#"
        INVALID_JSONATA_EXPRESSION /States/A/Output/a: Expected "]", got ";" <;>
    "#]],
    );
    jsonata(
        "'é' & ) ",
        &expect![[r#"
        INVALID_JSONATA_EXPRESSION /States/A/Output/a: The symbol ")" cannot be used as a unary operator <)>
    "#]],
    );
    jsonata("$states.input.a", &expect![[r#""#]]);
}

#[test]
fn paths_and_calls() {
    field(
        r#""a.$": "$.b[""#,
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/Parameters: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call <[>
    "#]],
    );
    field(
        r#""a.$": "b""#,
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/Parameters: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call <b>
    "#]],
    );
    field(
        r#""a.$": 1"#,
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/Parameters: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call <1>
    "#]],
    );
    field(
        r#""a.$": "States.format('{}', $.x)""#,
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/Parameters: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call <States.format>
    "#]],
    );
    field(
        r#""a.$": "States.Format()""#,
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/Parameters: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call <States.Format()>
    "#]],
    );
    field(r#""a.$": "States.UUID()", "b.$": "$$.Execution.Id", "c.$": "$x.y""#, &expect![[r#""#]]);
    check(
        "\"Type\": \"Pass\", \"ResultPath\": \"$.a[*]\"",
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/ResultPath: Value is not a Reference Path: $.a[*] <"$.a[*]">
    "#]],
    );
    check(
        "\"Type\": \"Pass\", \"ResultPath\": \"$x.a\"",
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/ResultPath: Value is not a Reference Path: $x.a <"$x.a">
    "#]],
    );
    check(
        "\"Type\": \"Pass\", \"InputPath\": \"a\"",
        &expect![[r#"
        SCHEMA_VALIDATION_FAILED /States/A/InputPath: Value is not a valid JSONPath: a <a>
    "#]],
    );
}

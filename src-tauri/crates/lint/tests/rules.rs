//! What each rule finds, and that its quick fix removes the finding.

mod shared;

use asl::check::MachineType;
use asl::document::apply_edits;
use asl::edit::{Edit, apply};
use asl::{Diagnostic, Document, Format};
use expect_test::{Expect, expect};

fn findings(text: &str, format: Format) -> (Document, Vec<Diagnostic>) {
    let (document, syntax) = Document::parse_as(text, format);
    let found = lint::validate(&document, &syntax, MachineType::Standard);
    (document, found)
}

fn check(states: &str, expected: &Expect) {
    let text = format!("{{\n  \"StartAt\": \"A\",\n  \"TimeoutSeconds\": 9,\n  \"States\": {{\n{states}\n  }}\n}}\n");
    let (document, found) = findings(&text, Format::Json);
    let shown: String = found
        .iter()
        .map(|diagnostic| {
            let fix = diagnostic.fix.as_ref().map_or(String::new(), |fix| format!(" ({})", fix.title));
            format!("{}: {} <{}>{fix}\n", diagnostic.code, diagnostic.message, document.slice(diagnostic.span))
        })
        .collect();
    expected.assert_eq(&shown);
    fixes_work("the case", &text, Format::Json);
}

/// Applies every quick fix by itself: the text stays readable and the finding is gone.
fn fixes_work(name: &str, text: &str, format: Format) -> usize {
    let (_, found) = findings(text, format);
    let mut fixed = 0;
    for diagnostic in &found {
        let Some(fix) = &diagnostic.fix else { continue };
        fixed += 1;
        let after = apply_edits(text, &fix.edits);
        let (document, left) = findings(&after, format);
        assert!(!document.is_broken(), "{name}: {} breaks the text\n{after}", fix.title);
        let count = |list: &[Diagnostic]| list.iter().filter(|other| other.code == diagnostic.code).count();
        assert!(count(&left) < count(&found), "{name}: “{}” does not remove {diagnostic:?}", fix.title);
        let errors = |list: &[Diagnostic]| list.iter().filter(|other| other.is_error()).count();
        assert!(errors(&left) <= errors(&found), "{name}: “{}” makes an error", fix.title);
    }
    fixed
}

#[test]
fn tasks() {
    check(
        r#""A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {"QueueUrl": "q", "MessageBody": {"a": 1}}, "Next": "B"},
    "B": {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "Next": "C"},
    "C": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "Lambda.SdkClientException"]}], "End": true}"#,
        &expect![[r#"
            callback-without-timeout: "A" waits for a callback up to a year: it has no timeout <"arn:aws:states:::sqs:sendMessage.waitForTaskToken"> (Wait at most an hour)
            callback-without-token: "A" waits for a callback, but its payload does not hold the task token <"arn:aws:states:::sqs:sendMessage.waitForTaskToken">
            sync-without-timeout: "B" waits for its job up to a year: it has no timeout <"arn:aws:states:::batch:submitJob.sync"> (Wait at most an hour)
            lambda-retry-without-throttling: "C" is not retried when Lambda throttles it <"Retry"> (Add Lambda.TooManyRequestsException)
        "#]],
    );
}

#[test]
fn errors() {
    check(
        r#""A": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem",
      "Retry": [{"ErrorEquals": ["States.TaskFailed"]}, {"ErrorEquals": ["DynamoDb.ThrottlingException"]}],
      "Catch": [{"ErrorEquals": ["States.Runtime", "States.timeout"], "Next": "B"}], "Next": "B"},
    "B": {"Type": "Succeed"}"#,
        &expect![[r#"
            never-matching-error: DynamoDb.ThrottlingException never occurs here: this integration says DynamoDB.ThrottlingException <"DynamoDb.ThrottlingException"> (Write DynamoDB.ThrottlingException)
            shadowed-error: DynamoDb.ThrottlingException never gets here: an earlier entry takes States.TaskFailed <"DynamoDb.ThrottlingException">
            uncatchable-error: States.Runtime is never retried or caught <"States.Runtime">
            unknown-states-error: States.timeout is no error of the service and never matches <"States.timeout"> (Write States.Timeout)
        "#]],
    );
}

#[test]
fn data() {
    check(
        r#""A": {"Type": "Pass", "Result": {"a.$": "$.b"}, "Next": "B"},
    "B": {"Type": "Pass", "Parameters": {"id": "$.order.id", "f": "States.UUID()"}, "Next": "C"},
    "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": " {% 1 %}", "b": "{% 1", "c": "$.x"}, "Next": "D"},
    "D": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"Message.$": "$.text"}, "Next": "E"},
    "E": {"Type": "Choice", "Choices": [{"Variable": "$.text", "IsPresent": true, "Next": "F"}]},
    "F": {"Type": "Succeed"}"#,
        &expect![[r#"
            PASS_RESULT_IS_STATIC: nothing in Result is evaluated; Parameters would be <"a.$">
            NO_DOLLAR: "$.order.id" is passed on as text: its field does not end in .$ <"$.order.id"> (Evaluate it)
            NO_DOLLAR: "States.UUID()" is passed on as text: its field does not end in .$ <"States.UUID()"> (Evaluate it)
            half-expression: blanks around {% … %} make it a literal <" {% 1 %}"> (Remove the blanks around it)
            half-expression: an expression needs both {% and %} <"{% 1">
            half-expression: a JSONPath in a JSONata state is a literal <"$.x">
            choice-without-default: "E" fails with States.NoChoiceMatched if no rule holds <"E">
            lost-input: "E" reads $.text, which the result of "D" has replaced <"$.text"> (Drop the result, keep the input)
        "#]],
    );
}

#[test]
fn maps_and_loops() {
    check(
        r#""A": {"Type": "Map", "Iterator": {"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}, "Next": "B"},
    "B": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Y", "States": {"Y": {"Type": "Pass", "End": true}}}, "Next": "C"},
    "C": {"Type": "Wait", "Seconds": 5, "Next": "D"},
    "D": {"Type": "Choice", "Choices": [{"Variable": "$.done", "BooleanEquals": true, "Next": "F"}, {"Variable": "$.n", "StringEquals": "x", "Next": "G"}], "Default": "C"},
    "F": {"Type": "Succeed"}, "G": {"Type": "Pass", "Next": "H"}, "H": {"Type": "Pass", "Next": "G"}"#,
        &expect![[r#"
            deprecated-iterator: Iterator of a Map is now called ItemProcessor <"Iterator"> (Call it ItemProcessor)
            distributed-map-without-tolerance: one failed item fails all of "B" <"B"> (Tolerate five percent)
            unbounded-loop: the loop of "C" shows no limit; 25,000 events end an execution <"C">
            endless-loop: no transition leaves the loop of "G" <"G">
        "#]],
    );
}

#[test]
fn variables() {
    check(
        r#""A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Assign": {"r": 1}, "Next": "B"}], "Default": "C", "Assign": {"d": 2}},
    "B": {"Type": "Pass", "Assign": {"b.$": "$r"}, "Next": "C"},
    "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% [$r, $d, $none, $sum([1]), $map([1], function($v) { $v }), ($q := 1; $q)] %}", "Next": "M"},
    "M": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"inner": 1}, "Next": "J"},
        "J": {"Type": "Pass", "Parameters": {"a.$": "$inner", "b.$": "States.Format('{}', $gone.x)"}, "End": true}}}, "Next": "Z"},
    "Z": {"Type": "Pass", "InputPath": "$inner", "End": true}"#,
        &expect![[r#"
            unassigned-variable: $r is not assigned on every path that leads here <$r>
            unassigned-variable: $d is not assigned on every path that leads here <$d>
            unassigned-variable: $none is not assigned on any path that leads here <$none>
            unassigned-variable: $gone is not assigned on any path that leads here <"States.Format('{}', $gone.x)">
            unassigned-variable: $inner is not assigned on any path that leads here <"$inner">
        "#]],
    );
}

#[test]
fn a_machine_needs_a_timeout() {
    let (_, found) = findings("{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Succeed\"}}}", Format::Json);
    assert_eq!(found.iter().map(|diagnostic| &*diagnostic.code).collect::<Vec<_>>(), ["machine-without-timeout"]);
}

#[test]
fn fixes_work_on_real_files() {
    let Some(shared) = shared::shared() else { return };
    let mut fixed = 0;
    for path in shared::files_below(&shared.join("workflows/real")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        fixed += fixes_work(&path.to_string_lossy(), &text, Format::Json);
        let (document, _) = Document::parse_as(&text, Format::Json);
        let change = apply(&document, &Edit::ConvertFormat { format: Format::Yaml }).expect("it is JSON");
        fixed += fixes_work(&path.to_string_lossy(), &apply_edits(&text, &change.edits), Format::Yaml);
    }
    assert!(fixed > 200, "most findings of real files have a fix: {fixed} did");
}

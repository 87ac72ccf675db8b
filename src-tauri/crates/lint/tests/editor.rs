//! What the code view gets: `|` marks the cursor.

mod shared;

use asl::Document;
use asl::document::apply_edits;
use expect_test::{Expect, expect};
use lint::editor;
use query::Value;

fn cursor(text: &str) -> (String, u32) {
    let at = text.find('|').expect("the text marks a cursor");
    (text.replacen('|', "", 1), at as u32)
}

fn completions(text: &str, input: Option<&str>) -> (String, Vec<editor::Completion>) {
    let (text, at) = cursor(text);
    let (document, _) = Document::parse(&text);
    let input = input.map(|input| Value::parse(input).expect("the input is JSON"));
    let found = editor::complete(&document, at, editor::Data { input: input.as_ref(), result: input.as_ref() });
    (text, found)
}

fn check(text: &str, input: Option<&str>, expected: &Expect) {
    let (text, found) = completions(text, input);
    let labels: Vec<&str> = found.iter().map(|completion| &*completion.label).take(8).collect();
    let mut shown = format!("{} {}\n", found.len(), labels.join(" · "));
    if let Some(first) = found.first() {
        shown += &apply_edits(&text, std::slice::from_ref(&first.edit));
    }
    expected.assert_eq(&shown);
}

#[test]
fn fields_and_names() {
    check(
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Wait\", |}}}",
        None,
        &expect![[r#"
        11 Comment · QueryLanguage · Next · End · InputPath · OutputPath · Assign · Seconds
        {"StartAt": "A", "States": {"A": {"Type": "Wait", "Comment"}}}"#]],
    );
    check(
        "{\"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"|\"}, \"B\": {\"Type\": \"Fail\"}}}",
        None,
        &expect![[r#"
            1 B
            {"States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Fail"}}}"#]],
    );
    check(
        "{\"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": |}, \"B\": {\"Type\": \"Fail\"}}}",
        None,
        &expect![[r#"
            1 B
            {"States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Fail"}}}"#]],
    );
    check(
        "{\"States\": {\"A\": {\"Type\": \"|\"}}}",
        None,
        &expect![[r#"
        8 Task · Wait · Pass · Succeed · Fail · Choice · Parallel · Map
        {"States": {"A": {"Type": "Task"}}}"#]],
    );
    check(
        "{\"States\": {\"A\": {\"Type\": \"Task\", \"Retry\": [{\"ErrorEquals\": [\"|\"]}]}}}",
        None,
        &expect![[r#"
            17 States.ALL · States.BranchFailed · States.DataLimitExceeded · States.ExceedToleratedFailureThreshold · States.HeartbeatTimeout · States.Http.Socket · States.IntrinsicFailure · States.ItemReaderFailed
            {"States": {"A": {"Type": "Task", "Retry": [{"ErrorEquals": ["States.ALL"]}]}}}"#]],
    );
    check(
        "{\"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"|\"}}}",
        None,
        &expect![[r#"
        137 arn:aws:states:::lambda:invoke · arn:aws:states:::lambda:invoke.waitForTaskToken · arn:aws:states:::states:startExecution · arn:aws:states:::states:startExecution.sync · arn:aws:states:::states:startExecution.sync:2 · arn:aws:states:::states:startExecution.waitForTaskToken · arn:aws:states:::sqs:sendMessage · arn:aws:states:::sqs:sendMessage.waitForTaskToken
        {"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}}}"#]],
    );
    check(
        "{\"States\": {\"A\": {\"Type\": \"Choice\", \"Choices\": [{\"Variable\": \"$.a\", \"|\"}]}}}",
        None,
        &expect![[r#"
            45 Next · Assign · Comment · And · Or · Not · StringEquals · StringEqualsPath
            {"States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "Next"}]}}}"#]],
    );
    check(
        "States:\n  A:\n    Type: Pass\n    Next: |\n  B:\n    Type: Fail\n",
        None,
        &expect![[r#"
            1 B
            States:
              A:
                Type: Pass
                Next: B
              B:
                Type: Fail
        "#]],
    );
}

#[test]
fn expressions() {
    let jsonata = |expression: &str| {
        format!(
            "{{\"QueryLanguage\": \"JSONata\", \"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Pass\", \"Assign\": {{\"total\": 1}}, \"Next\": \"B\"}}, \"B\": {{\"Type\": \"Pass\", \"Output\": \"{{% {expression} %}}\", \"End\": true}}}}}}"
        )
    };
    check(
        &jsonata("1 + $|"),
        None,
        &expect![[r#"
        71 $states · $total · $abs · $append · $assert · $average · $base64decode · $base64encode
        {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"total": 1}, "Next": "B"}, "B": {"Type": "Pass", "Output": "{% 1 + $states %}", "End": true}}}"#]],
    );
    check(
        &jsonata("$states.|"),
        None,
        &expect![[r#"
        4 input · result · errorOutput · context
        {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"total": 1}, "Next": "B"}, "B": {"Type": "Pass", "Output": "{% $states.input %}", "End": true}}}"#]],
    );
    check(
        &jsonata("$states.input.order.i|"),
        Some(r#"{"order": {"id": 1, "items": []}}"#),
        &expect![[r#"
        2 id · items
        {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"total": 1}, "Next": "B"}, "B": {"Type": "Pass", "Output": "{% $states.input.order.id %}", "End": true}}}"#]],
    );
    let path = |path: &str| {
        format!(
            "{{\"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Pass\", \"Parameters\": {{\"a.$\": \"{path}\"}}, \"End\": true}}}}}}"
        )
    };
    check(
        &path("$.order.|"),
        Some(r#"{"order": {"id": 1, "items": []}}"#),
        &expect![[r#"
        2 id · items
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "$.order.id"}, "End": true}}}"#]],
    );
    check(
        &path("$$.|"),
        None,
        &expect![[r#"
        5 Execution · State · StateMachine · Task · Map
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "$$.Execution"}, "End": true}}}"#]],
    );
    check(
        &path("States.For|"),
        None,
        &expect![[r#"
        18 States.Array · States.ArrayContains · States.ArrayGetItem · States.ArrayLength · States.ArrayPartition · States.ArrayRange · States.ArrayUnique · States.Base64Decode
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "States.Array("}, "End": true}}}"#]],
    );
    check(
        &path("|"),
        None,
        &expect![[r#"
        20 $ · $$ · States.Array · States.ArrayContains · States.ArrayGetItem · States.ArrayLength · States.ArrayPartition · States.ArrayRange
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "$"}, "End": true}}}"#]],
    );
}

fn check_hover(text: &str, expected: &Expect) {
    let (text, at) = cursor(text);
    let (document, _) = Document::parse(&text);
    let shown = editor::hover(&document, at).map_or_else(String::new, |hover| {
        format!("<{}> {}\n{}\n", document.slice(hover.span), hover.title, hover.text)
    });
    expected.assert_eq(&shown);
}

#[test]
fn hovers() {
    check_hover(
        "{\"States\": {\"A\": {\"Type\": \"Task\", \"Result|Path\": null}}}",
        &expect![[r#"
        <"ResultPath"> ResultPath
        Where the result goes in the input. $ replaces all of it, null discards the result. Takes a reference path.
    "#]],
    );
    check_hover(
        "{\"States\": {\"A\": {\"Type\": \"Task\", \"Retry\": [{\"ErrorEquals\": [\"States.Tim|eout\"]}]}}}",
        &expect![[r#"
            <"States.Timeout"> States.Timeout
            A task ran longer than TimeoutSeconds or missed its heartbeat.
        "#]],
    );
    check_hover(
        "{\"States\": {\"A\": {\"Type\": \"Pass\", \"Parameters\": {\"a.$\": \"States.Math|Add(1, $.b)\"}}}}",
        &expect![[r#"
            <States.MathAdd> States.MathAdd(number, number)
            The sum of two whole numbers.
        "#]],
    );
    check_hover(
        "{\"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"|B\"}, \"B\": {\"Type\": \"Task\", \"Comment\": \"Sends it\", \"Resource\": \"arn:aws:states:::sns:publish\"}}}",
        &expect![[r#"
            <"B"> B · Task
            sns publish
            Sends it
        "#]],
    );
}

#[test]
fn navigation() {
    let (text, at) = cursor(
        "{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"A|\"}, \"B\": {\"Branches\": [{\"StartAt\": \"C\", \"States\": {\"C\": {}}}]}}}",
    );
    let (document, _) = Document::parse(&text);
    let place = editor::definition(&document, at).expect("A is defined");
    assert_eq!((document.slice(place), document.lines().position(&text, place.start).line), ("\"A\"", 2));
    assert_eq!(editor::references(&document, at).len(), 3, "its name, StartAt and Next");
    let symbols = editor::symbols(&document);
    let outline: Vec<(&str, u32)> = symbols.iter().map(|symbol| (&*symbol.name, symbol.depth)).collect();
    assert_eq!(outline, [("A", 0), ("B", 0), ("C", 1)]);
    let (document, _) = Document::parse("{\n\"a\": {\n\"b\": [\n1]\n},\n/* x\n */\n\"c\": {}\n}");
    let folds: Vec<(u32, u32)> =
        editor::folds(&document).iter().map(|fold| (fold.first_line, fold.last_line)).collect();
    assert_eq!(folds, [(2, 5), (3, 4), (6, 7)]);
}

/// Every offset of real files, whole and cut off: an answer, and edits that fit.
#[test]
fn every_offset_has_an_answer() {
    let Some(shared) = shared::shared() else { return };
    for path in shared::files_below(&shared.join("workflows/real")).iter().step_by(20) {
        let text = std::fs::read_to_string(path).expect("the file is UTF-8");
        for at in (0..text.len()).step_by(37).filter(|at| text.is_char_boundary(*at)) {
            let (whole, _) = Document::parse(&text);
            let (cut, _) = Document::parse(&text[..at]);
            for document in [&whole, &cut] {
                for completion in editor::complete(document, at as u32, editor::Data::default()) {
                    let after = apply_edits(document.text(), std::slice::from_ref(&completion.edit));
                    assert!(after.contains(completion.label.trim_end_matches('(')), "{}", completion.label);
                }
                editor::hover(document, at as u32);
                editor::references(document, at as u32);
            }
        }
    }
}

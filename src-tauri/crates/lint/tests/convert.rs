//! States converted from JSONPath to JSONata: legal, and refused with a reason where the meaning could change.

mod shared;

use asl::check::MachineType;
use asl::document::apply_edits;
use asl::edit::{Edit, apply};
use asl::{Document, Model};
use expect_test::{Expect, expect};

fn errors(text: &str) -> usize {
    let (document, syntax) = Document::parse(text);
    lint::validate(&document, &syntax, MachineType::Standard).iter().filter(|found| found.is_error()).count()
}

fn check(state: &str, expected: &Expect) {
    let text = format!(
        "{{\n  \"StartAt\": \"A\",\n  \"States\": {{\n    \"A\": {state},\n    \"B\": {{\"Type\": \"Succeed\"}}\n  }}\n}}\n"
    );
    let (document, _) = Document::parse(&text);
    let shown = match apply(&document, &Edit::ConvertToJsonata { state: "/States/A".to_owned() }) {
        Ok(change) => {
            let after = apply_edits(&text, &change.edits);
            assert_eq!(errors(&after), errors(&text), "{after}");
            let (after, _) = Document::parse(&after);
            after.slice(after.at("/States/A").expect("the state is there").span).to_owned() + "\n"
        }
        Err(refusal) => format!("refused: {refusal}\n"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn data_flow() {
    check(
        r#"{
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "f", "Payload": {"id.$": "$.order.id", "who.$": "$$.Execution.Id", "u.$": "States.UUID()", "w.$": "$.a['b c'][0]", "v.$": "$total.sum"}},
      "ResultSelector": {"body.$": "$.Payload"},
      "ResultPath": "$.answer",
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "B"}],
      "Next": "B"
    }"#,
        &expect![[r#"
            {
                  "Type": "Task",
                  "QueryLanguage": "JSONata",
                  "Resource": "arn:aws:states:::lambda:invoke",
                  "Catch": [
                    {
                      "ErrorEquals": ["States.ALL"],
                      "Output": "{% $merge([$states.input, {\"error\": $states.errorOutput}]) %}",
                      "Next": "B"
                    }
                  ],
                  "Arguments": {
                    "FunctionName": "f",
                    "Payload": {
                      "id": "{% $states.input.order.id %}",
                      "who": "{% $states.context.Execution.Id %}",
                      "u": "{% $uuid() %}",
                      "w": "{% $states.input.a.`b c`[0] %}",
                      "v": "{% $total.sum %}"
                    }
                  },
                  "Output": "{% $merge([$states.input, {\"answer\": {\"body\": $states.result.Payload}}]) %}",
                  "Next": "B"
                }
        "#]],
    );
    check(
        r#"{"Type": "Pass", "InputPath": "$.a", "Result": {"x": 1}, "ResultPath": null, "Next": "B"}"#,
        &expect![[r#"
            {"Type": "Pass", "QueryLanguage": "JSONata", "Next": "B"}
        "#]],
    );
    check(
        r#"{"Type": "Pass", "Parameters": {"x.$": "States.Array($.a)"}, "Next": "B"}"#,
        &expect![[r#"
        refused: States.Array($.a) has no exact counterpart in JSONata
    "#]],
    );
    check(
        r#"{"Type": "Pass", "Parameters": {"x.$": "$.a[*].b"}, "Next": "B"}"#,
        &expect![[r#"
        refused: the path $.a[*].b has no exact counterpart in JSONata
    "#]],
    );
    check(
        r#"{"Type": "Wait", "SecondsPath": "$.delay", "Next": "B"}"#,
        &expect![[r#"
        {"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $states.input.delay %}", "Next": "B"}
    "#]],
    );
    check(
        r#"{"Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"item.$": "$$.Map.Item.Value", "n.$": "$.n"}, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "ResultPath": "$.done", "Next": "B"}"#,
        &expect![[r#"
            {"Type": "Map", "QueryLanguage": "JSONata", "ItemSelector": {
                  "item": "{% $states.context.Map.Item.Value %}",
                  "n": "{% $states.input.n %}"
                }, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "Output": "{% $merge([$states.input, {\"done\": $states.result}]) %}", "Items": "{% $states.input.items %}", "Next": "B"}
        "#]],
    );
}

#[test]
fn choices() {
    check(
        r#"{"Type": "Choice", "Choices": [
        {"And": [{"Variable": "$.n", "NumericLessThan": 3}, {"Not": {"Variable": "$.s", "StringEqualsPath": "$.t"}}], "Next": "B"},
        {"Variable": "$.x", "IsPresent": false, "Next": "B"}], "Default": "B"}"#,
        &expect![[r#"
            {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [
                  {
                    "Condition": "{% ($type($states.input.n) = \"number\" and $states.input.n < 3) and ($not($type($states.input.s) = \"string\" and $type($states.input.t) = \"string\" and $states.input.s = $states.input.t)) %}",
                    "Next": "B"
                  },
                  {
                    "Condition": "{% $not($exists($states.input.x)) %}",
                    "Next": "B"
                  }
                ], "Default": "B"}
        "#]],
    );
    check(
        r#"{"Type": "Choice", "Choices": [{"Variable": "$.at", "TimestampLessThan": "2020-01-01T00:00:00Z", "Next": "B"}], "Default": "B"}"#,
        &expect![[r#"
            refused: TimestampLessThan has no exact counterpart in JSONata
        "#]],
    );
}

#[test]
fn real_states_stay_legal() {
    let Some(shared) = shared::shared() else { return };
    let (mut converted, mut refused) = (0, 0);
    for path in shared::files_below(&shared.join("workflows/real")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let (document, _) = Document::parse(&text);
        let before = errors(&text);
        let pointers: Vec<String> =
            Model::new(document.root()).states.iter().map(|state| state.pointer.clone()).collect();
        for state in pointers {
            match apply(&document, &Edit::ConvertToJsonata { state: state.clone() }) {
                Ok(change) => {
                    converted += 1;
                    let after = apply_edits(&text, &change.edits);
                    assert!(errors(&after) <= before, "{}{state}\n{after}", path.display());
                    assert_eq!(apply_edits(&after, &change.inverse), text, "undo restores the bytes");
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(converted > 2 * refused, "most real states can be converted: {converted} were, {refused} were not");
}

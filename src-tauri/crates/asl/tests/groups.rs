//! Edits of several states at once, on small machines: the flow before and after.

use asl::document::apply_edits;
use asl::edit::{Edit, Slot, Wrapper, apply, fragment};
use asl::model::{Model, Reason, ScopeId};
use asl::{Document, Format};
use expect_test::{Expect, expect};

const LINE: &str = r#"{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Next": "B" },
    "B": {
      "Type": "Task",
      "Resource": "r", // the callee
      "Catch": [{ "ErrorEquals": ["E"], "Next": "Z" }],
      "Next": "C"
    },
    "C": { "Type": "Wait", "Seconds": 1.0, "Next": "D" },
    "D": { "Type": "Pass", "End": true },
    "Z": { "Type": "Fail" }
  }
}
"#;

const FORK: &str = r#"{
  "StartAt": "Ask",
  "States": {
    "Ask": { "Type": "Choice", "Choices": [{ "Variable": "$.x", "IsPresent": true, "Next": "Yes" }], "Default": "No" },
    "Yes": { "Type": "Pass", "Next": "Done" },
    "No": { "Type": "Map", "ItemProcessor": { "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } }, "Next": "Done" },
    "Done": { "Type": "Succeed" }
  }
}
"#;

fn pointers(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("/States/{name}")).collect()
}

/// The flow of a machine: `A → B`, with `C!` for a Catcher and `(…)` for a scope.
fn flow(model: &Model<'_>, scope: ScopeId, out: &mut String) {
    let start = model.scope(scope).start_at.as_ref().map_or("-", |text| &*text.value);
    out.push_str(&format!("({start}:"));
    for id in &model.scope(scope).states {
        let state = model.state(*id);
        out.push_str(&format!(" {}", state.name.value));
        for inner in &state.scopes {
            flow(model, *inner, out);
        }
        for transition in &state.transitions {
            let mark = match transition.reason {
                Reason::Next => "",
                Reason::Default => "d",
                Reason::Rule(_) => "?",
                Reason::Catch(_) => "!",
            };
            let dangling = if transition.to.is_none() { "×" } else { "" };
            out.push_str(&format!("→{mark}{}{dangling}", transition.target.value));
        }
        if state.is_end {
            out.push('.');
        }
    }
    out.push(')');
}

fn check(text: &str, edit: &Edit, expected: &Expect) {
    let shown = [Format::Json, Format::Yaml].map(|format| {
        let text = match format {
            Format::Json => text.to_owned(),
            Format::Yaml => {
                let (document, _) = Document::parse(text);
                let change = apply(&document, &Edit::ConvertFormat { format }).expect("it is JSON");
                apply_edits(text, &change.edits)
            }
        };
        let (document, _) = Document::parse_as(&text, format);
        match apply(&document, edit) {
            Ok(change) => {
                let after = apply_edits(&text, &change.edits);
                assert_eq!(apply_edits(&after, &change.inverse), text, "undo restores the bytes");
                let (changed, syntax) = Document::parse_as(&after, format);
                assert!(!changed.is_broken(), "{after}\n{syntax:?}");
                let model = Model::new(changed.root());
                for pointer in &change.select {
                    assert!(model.find_pointer(pointer).is_some(), "{pointer} is selected and there");
                }
                let mut shown = format!("{}\n", change.label);
                flow(&model, ScopeId(0), &mut shown);
                shown
            }
            Err(refusal) => format!("refused: {refusal}"),
        }
    });
    assert_eq!(shown[0], shown[1], "JSON and YAML alike");
    expected.assert_eq(&shown[0]);
}

#[test]
fn deleting_several_leads_past_them() {
    let delete = |names: &[&str]| Edit::Delete { states: pointers(names), reconnect: true };
    check(
        LINE,
        &delete(&["B", "C"]),
        &expect![[r#"
        Delete 2 states
        (A: A→D D. Z.)"#]],
    );
    check(
        LINE,
        &delete(&["A", "C", "Z"]),
        &expect![[r#"
        Delete 3 states
        (B: B→D D.)"#]],
    );
    check(
        LINE,
        &delete(&["A", "B", "C", "D", "Z"]),
        &expect![[r#"
        Delete 5 states
        (:)"#]],
    );
    check(
        LINE,
        &delete(&["C", "D"]),
        &expect![[r#"
        Delete 2 states
        (A: A→B B→!Z. Z.)"#]],
    );
    check(
        FORK,
        &delete(&["Yes", "Done"]),
        &expect![[r#"
        Delete 2 states
        (Ask: Ask→dNo No(I: I.).)"#]],
    );
    check(
        FORK,
        &delete(&["No", "No/ItemProcessor/States/I"]),
        &expect![[r#"
        Delete “No”
        (Ask: Ask→?Yes→dDone Yes→Done Done.)"#]],
    );
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}, "B": {"Type": "Pass", "End": true}}}"#,
        &delete(&["A"]),
        &expect![[r#"
            Delete “A”
            (B: B.)"#]],
    );
}

#[test]
fn copies_lead_to_one_another() {
    let duplicate = |names: &[&str]| Edit::Duplicate { states: pointers(names) };
    check(
        LINE,
        &duplicate(&["B", "C"]),
        &expect![[r#"
        Duplicate 2 states
        (A: A→B B→C→!Z C→D B 2→C 2→!Z C 2→D D. Z.)"#]],
    );
    check(
        FORK,
        &duplicate(&["Ask", "No"]),
        &expect![[r#"
        Duplicate 2 states
        (Ask: Ask→?Yes→dNo Yes→Done No(I: I.)→Done Ask 2→?Yes→dNo 2 No 2(I 2: I 2.)→Done Done.)"#]],
    );
}

#[test]
fn wrapping_several_needs_one_way_through() {
    let wrap = |names: &[&str], wrapper| Edit::Wrap { states: pointers(names), wrapper, name: "W".to_owned() };
    check(
        LINE,
        &wrap(&["B", "C"], Wrapper::Parallel),
        &expect![[r#"
        Wrap 2 states
        (A: A→W W(B: B→C C.)→D→!Z D. Z.)"#]],
    );
    check(
        LINE,
        &wrap(&["B", "C"], Wrapper::Map),
        &expect![[r#"
        Wrap 2 states
        (A: A→W W(B: B→C C.)→D→!Z D. Z.)"#]],
    );
    check(
        LINE,
        &wrap(&["A", "B", "C", "D", "Z"], Wrapper::Parallel),
        &expect![[r#"
        Wrap 5 states
        (W: W(A: A→B B→C→!Z C→D D. Z.).)"#]],
    );
    check(
        LINE,
        &wrap(&["A", "B", "C"], Wrapper::Branches),
        &expect![[r#"
        Wrap 3 states
        (W: W(A: A.)(B: B.)(C: C.)→D→!Z D. Z.)"#]],
    );
    check(
        LINE,
        &wrap(&["A", "C"], Wrapper::Parallel),
        &expect!["refused: the states have more than one beginning: “A” and “C”"],
    );
    check(
        LINE,
        &wrap(&["A", "B", "Z"], Wrapper::Catch),
        &expect![[r#"
        Catch the errors of “B”
        (A: A→B B→C→!Z→!W C→D D. Z. W.)"#]],
    );
    check(
        FORK,
        &wrap(&["Ask", "Yes", "No"], Wrapper::Parallel),
        &expect![[r#"
        Wrap 3 states
        (W: W(Ask: Ask→?Yes→dNo Yes. No(I: I.).)→Done Done.)"#]],
    );
    check(
        FORK,
        &wrap(&["Ask", "Yes"], Wrapper::Parallel),
        &expect!["refused: “Ask” leads out to “No”: a Choice cannot end a branch, so select that too"],
    );
    check(
        FORK,
        &wrap(&["Ask", "Yes", "No"], Wrapper::Branches),
        &expect!["refused: “Ask” cannot be a branch of its own"],
    );
    check(
        FORK,
        &wrap(&["No", "No/ItemProcessor/States/I"], Wrapper::Map),
        &expect![[r#"
        Wrap “No”
        (Ask: Ask→?Yes→dW Yes→Done W(No: No(I: I.).)→Done Done.)"#]],
    );
}

#[test]
fn a_fragment_goes_where_it_is_put() {
    let text = LINE.replace("\"StartAt\": \"A\"", "\"QueryLanguage\": \"JSONata\", \"StartAt\": \"A\"");
    let (document, _) = Document::parse(&text);
    let copied = fragment(&document, &pointers(&["B", "C"])).expect("they are there");
    expect![[r#"
        {
          "B": {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": "r",
            "Catch": [
              {
                "ErrorEquals": ["E"],
                "Next": "Z"
              }
            ],
            "Next": "C"
          },
          "C": {
            "Type": "Wait",
            "QueryLanguage": "JSONata",
            "Seconds": 1.0,
            "Next": "D"
          }
        }
    "#]]
    .assert_eq(&copied);
    let paste = |scope: &str, on: Option<(&str, Slot)>| Edit::Paste {
        scope: scope.to_owned(),
        fragment: copied.clone(),
        on: on.map(|(from, slot)| (from.to_owned(), slot)),
    };
    check(
        LINE,
        &paste("", None),
        &expect![[r#"
        Paste 2 states
        (A: A→B B→C→!Z C→D D. Z. B 2→C 2 C 2.)"#]],
    );
    check(
        LINE,
        &paste("", Some(("/States/A", Slot::Next))),
        &expect![[r#"
        Paste 2 states
        (A: A→B 2 B 2→C 2→!B C 2→B B→C→!Z C→D D. Z.)"#]],
    );
    check(
        LINE,
        &paste("", Some(("/States/D", Slot::Next))),
        &expect![[r#"
        Paste 2 states
        (A: A→B B→C→!Z C→D D→B 2 B 2→C 2 C 2. Z.)"#]],
    );
    check(
        LINE,
        &paste("", Some(("", Slot::Start))),
        &expect![[r#"
        Paste 2 states
        (B 2: B 2→C 2→!A C 2→A A→B B→C→!Z C→D D. Z.)"#]],
    );
    check(
        FORK,
        &paste("", Some(("/States/Ask", Slot::Rule(0)))),
        &expect![[r#"
        Paste 2 states
        (Ask: Ask→?B→dNo B→C→!Yes C→Yes Yes→Done No(I: I.)→Done Done.)"#]],
    );
    check(
        FORK,
        &paste("/States/No/ItemProcessor", None),
        &expect![[r#"
        Paste 2 states
        (Ask: Ask→?Yes→dNo Yes→Done No(I: I. B→C C.)→Done Done.)"#]],
    );
    check(
        r#"{"StartAt": "", "States": {}}"#,
        &paste("", None),
        &expect![[r#"
        Paste 2 states
        (B: B→C C.)"#]],
    );
    let fail = Edit::Paste {
        scope: String::new(),
        fragment: r#"{"Z": {"Type": "Fail"}}"#.to_owned(),
        on: Some(("/States/A".to_owned(), Slot::Next)),
    };
    check(LINE, &fail, &expect!["refused: what was copied ends the flow: what follows could not be reached"]);
}

#[test]
fn a_transition_changes_hands() {
    let take = |from: &str, slot, onto: &str| Edit::TakeOver {
        from: format!("/States/{from}"),
        slot,
        onto: format!("/States/{onto}"),
    };
    check(
        LINE,
        &take("A", Slot::Next, "D"),
        &expect![[r#"
        Lead to “B” from “D”
        (A: A. B→C→!Z C→D D→B Z.)"#]],
    );
    check(LINE, &take("B", Slot::Catch(0), "A"), &expect!["refused: only Task, Parallel and Map can catch errors"]);
    check(LINE, &take("A", Slot::Next, "Z"), &expect!["refused: “Z” ends the flow: nothing can follow it"]);
    check(
        FORK,
        &take("Ask", Slot::Rule(0), "No"),
        &expect![[r#"
        Lead to “Yes” from “No”
        (Ask: Ask→dNo Yes→Done No(I: I.)→Yes Done.)"#]],
    );
    check(
        FORK,
        &take("Yes", Slot::Next, "Ask"),
        &expect![[r#"
        Lead to “Done” from “Ask”
        (Ask: Ask→?Yes→?Done→dNo Yes. No(I: I.)→Done Done.)"#]],
    );
    check(
        FORK,
        &take("Ask", Slot::Default, "Yes"),
        &expect![[r#"
        Lead to “No” from “Yes”
        (Ask: Ask→?Yes Yes→No No(I: I.)→Done Done.)"#]],
    );
    let start = Edit::TakeOver { from: String::new(), slot: Slot::Start, onto: "/States/A".to_owned() };
    check(LINE, &start, &expect!["refused: a scope starts in one place only: move the other end"]);
}

#[test]
fn what_is_moved_keeps_its_bytes() {
    let (document, _) = Document::parse(LINE);
    let wrap = Edit::Wrap { states: pointers(&["B", "C"]), wrapper: Wrapper::Map, name: "W".to_owned() };
    let change = apply(&document, &wrap).expect("it has one way through");
    expect![[r#"
        {
          "StartAt": "A",
          "States": {
            "A": { "Type": "Pass", "Next": "W" },
            "W": {
              "Type": "Map",
              "ItemProcessor": {
                "ProcessorConfig": {
                  "Mode": "INLINE"
                },
                "StartAt": "B",
                "States": {
                  "B": {
                    "Type": "Task",
                    "Resource": "r", // the callee
                    "Next": "C"
                  },
                  "C": { "Type": "Wait", "Seconds": 1.0, "End": true }
                }
              },
              "Catch": [
                {
                  "ErrorEquals": ["E"],
                  "Next": "Z"
                }
              ],
              "Next": "D"
            },
            "D": { "Type": "Pass", "End": true },
            "Z": { "Type": "Fail" }
          }
        }
    "#]]
    .assert_eq(&apply_edits(LINE, &change.edits));
}

//! Named edits on small documents: the text before and after.

use asl::document::apply_edits;
use asl::edit::{Edit, Slot, Wrapper, apply};
use asl::schema::StateType;
use asl::{Document, Format};
use expect_test::{Expect, expect};

const ORDER: &str = r#"{
  "StartAt": "Check", // begin
  "States": {
    "Check": {
      "Type": "Choice",
      "Choices": [
        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
      ],
      "Default": "Refuse"
    },
    // takes the money
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Next": "Ship"
    },
    "Ship": {
      "Type": "Pass",
      "End": true
    },
    "Refuse": { "Type": "Fail" } // no
  }
}
"#;

const YAML: &str = "StartAt: A
States:
  A: # first
    Type: Task
    Resource: !Ref Fn
    Next: B
  'B':
    Type: Wait
    Seconds: 1
    End: true
";

/// The changed lines, and what undo gives.
fn check(text: &str, edit: &Edit, expected: &Expect) {
    let (document, _) = Document::parse(text);
    let shown = match apply(&document, edit) {
        Ok(change) => {
            let after = apply_edits(text, &change.edits);
            assert_eq!(apply_edits(&after, &change.inverse), text, "undo restores the bytes");
            let format = if let Edit::ConvertFormat { format } = edit { *format } else { document.format() };
            let (changed, syntax) = Document::parse_as(&after, format);
            assert!(!changed.is_broken(), "{after}\n{syntax:?}");
            format!("{}\n{}", change.label, difference(text, &after))
        }
        Err(refusal) => format!("refused: {refusal}\n"),
    };
    expected.assert_eq(&shown);
}

/// Lines that went and lines that came, after the common beginning and before the common end.
fn difference(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    // Longest common subsequence, on texts this small.
    let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i][j] = if old[i] == new[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut shown) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || table[i + 1][j] >= table[i][j + 1]) {
            shown += &format!("-{}\n", old[i]);
            i += 1;
        } else {
            shown += &format!("+{}\n", new[j]);
            j += 1;
        }
    }
    shown
}

fn state(name: &str) -> String {
    format!("/States/{name}")
}

#[test]
fn rename_changes_every_reference() {
    let edit = Edit::Rename { state: state("Refuse"), name: "Say \"no\"".to_owned() };
    check(
        ORDER,
        &edit,
        &expect![[r#"
        Rename “Refuse” to “Say "no"”
        -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
        +        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Say \"no\""}
        -      "Default": "Refuse"
        +      "Default": "Say \"no\""
        -    "Refuse": { "Type": "Fail" } // no
        +    "Say \"no\"": { "Type": "Fail" } // no
    "#]],
    );
    check(
        YAML,
        &Edit::Rename { state: state("B"), name: "C: d".to_owned() },
        &expect![[r#"
        Rename “B” to “C: d”
        -    Next: B
        -  'B':
        +    Next: "C: d"
        +  'C: d':
    "#]],
    );
    check(
        YAML,
        &Edit::Rename { state: state("B"), name: "A".to_owned() },
        &expect![[r#"
        refused: “A” is already a state here
    "#]],
    );
}

#[test]
fn insert_on_a_transition() {
    let insert = |from: &str, slot, state_type| Edit::Insert {
        from: state(from),
        slot,
        name: "New".to_owned(),
        state_type,
        definition: None,
    };
    check(
        ORDER,
        &insert("Charge", Slot::Next, StateType::Wait),
        &expect![[r#"
        Insert “New”
        +      "Next": "New"
        +    },
        +    "New": {
        +      "Type": "Wait",
        +      "Seconds": 5,
    "#]],
    );
    check(
        ORDER,
        &Edit::Insert {
            from: state("Check"),
            slot: Slot::Rule(1),
            name: "New".to_owned(),
            state_type: StateType::Choice,
            definition: Some(r#"{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true}]}"#.to_owned()),
        },
        &expect![[r#"
            Insert “New”
            -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
            +        {"Variable": "$.ok", "BooleanEquals": false, "Next": "New"}
            +    "New": {
            +      "Type": "Choice",
            +      "Choices": [
            +        {
            +          "Variable": "$.a",
            +          "IsNull": true,
            +          "Next": "Refuse"
            +        }
            +      ],
            +      "Default": "Refuse"
            +    },
        "#]],
    );
    check(
        ORDER,
        &insert("Check", Slot::Rule(1), StateType::Choice),
        &expect![[r#"
        Insert “New”
        -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
        +        {"Variable": "$.ok", "BooleanEquals": false, "Next": "New"}
        +    "New": {
        +      "Type": "Choice",
        +      "Choices": [
        +        {
        +          "Variable": "$.value",
        +          "IsPresent": true,
        +          "Next": "Refuse"
        +        }
        +      ],
        +      "Default": "Refuse"
        +    },
    "#]],
    );
    check(
        ORDER,
        &insert("Ship", Slot::Next, StateType::Parallel),
        &expect![[r#"
        Insert “New”
        +      "Next": "New"
        +    },
        +    "New": {
        +      "Type": "Parallel",
        +      "Branches": [
        +        {
        +          "StartAt": "New Pass",
        +          "States": {
        +            "New Pass": {
        +              "Type": "Pass",
        +              "End": true
        +            }
        +          }
        +        }
        +      ],
    "#]],
    );
    check(
        ORDER,
        &insert("Charge", Slot::Next, StateType::Fail),
        &expect![[r#"
        refused: a Fail ends the flow: what follows could not be reached
    "#]],
    );
    check(
        YAML,
        &insert("A", Slot::Next, StateType::Map),
        &expect![[r#"
        Insert “New”
        +    Next: New
        +  New:
        +    Type: Map
        +    ItemProcessor:
        +      ProcessorConfig:
        +        Mode: INLINE
        +      StartAt: New Pass
        +      States:
        +        New Pass:
        +          Type: Pass
        +          End: true
    "#]],
    );
}

#[test]
fn delete_reconnects() {
    check(
        ORDER,
        &Edit::Delete { states: vec![state("Charge")], reconnect: true },
        &expect![[r#"
        Delete “Charge”
        -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        +        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Ship"},
        -    "Charge": {
        -      "Type": "Task",
        -      "Resource": "arn:aws:states:::lambda:invoke",
        -      "Next": "Ship"
        -    },
    "#]],
    );
    check(
        ORDER,
        &Edit::Delete { states: vec![state("Refuse")], reconnect: true },
        &expect![[r#"
        Delete “Refuse”
        -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
        -      ],
        -      "Default": "Refuse"
        +        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"}
        +      ]
        -    },
        -    "Refuse": { "Type": "Fail" } // no
        +    }
    "#]],
    );
    check(
        ORDER,
        &Edit::Delete { states: vec![state("Ship")], reconnect: true },
        &expect![[r#"
        Delete “Ship”
        -      "Next": "Ship"
        -    },
        -    "Ship": {
        -      "Type": "Pass",
    "#]],
    );
    check(
        YAML,
        &Edit::Delete { states: vec![state("A")], reconnect: true },
        &expect![[r#"
        Delete “A”
        -StartAt: A
        +StartAt: B
        -  A: # first
        -    Type: Task
        -    Resource: !Ref Fn
        -    Next: B
    "#]],
    );
    check(
        YAML,
        &Edit::Delete { states: vec![state("B")], reconnect: true },
        &expect![[r#"
        Delete “B”
        -    Next: B
        -  'B':
        -    Type: Wait
        -    Seconds: 1
    "#]],
    );
}

#[test]
fn fields() {
    let set = |pointer: &str, value: &str| Edit::SetField { pointer: pointer.to_owned(), value: value.to_owned() };
    check(
        ORDER,
        &set("/States/Charge/Retry", r#"[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]"#),
        &expect![[r#"
        Set Retry
        -      "Next": "Ship"
        +      "Next": "Ship",
        +      "Retry": [
        +        {
        +          "ErrorEquals": ["States.ALL"],
        +          "MaxAttempts": 2
        +        }
        +      ]
    "#]],
    );
    check(
        ORDER,
        &set("/States/Refuse/Error", "\"Refused\""),
        &expect![[r#"
        Set Error
        -    "Refuse": { "Type": "Fail" } // no
        +    "Refuse": { "Type": "Fail", "Error": "Refused" } // no
    "#]],
    );
    check(
        ORDER,
        &set("/TimeoutSeconds", "60"),
        &expect![[r#"
        Set TimeoutSeconds
        -  }
        +  },
        +  "TimeoutSeconds": 60
    "#]],
    );
    check(
        YAML,
        &set("/States/A/Parameters", r#"{"a": {"b": [1, "yes"]}}"#),
        &expect![[r#"
        Set Parameters
        +    Parameters:
        +      a:
        +        b:
        +          - 1
        +          - "yes"
    "#]],
    );
    check(
        YAML,
        &set("/States/B/Seconds", "20"),
        &expect![[r#"
        Set Seconds
        -    Seconds: 1
        +    Seconds: 20
    "#]],
    );
    check(
        ORDER,
        &Edit::ClearField { pointer: "/States/Charge/Next".to_owned() },
        &expect![[r#"
        Clear Next
        -      "Resource": "arn:aws:states:::lambda:invoke",
        -      "Next": "Ship"
        +      "Resource": "arn:aws:states:::lambda:invoke"
    "#]],
    );
    check(
        ORDER,
        &Edit::ClearField { pointer: "/States/Check/Choices/0".to_owned() },
        &expect![[r#"
            Clear Choices 1
            -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        "#]],
    );
    check(
        YAML,
        &Edit::ClearField { pointer: "/States/A/Type".to_owned() },
        &expect![[r#"
        Clear Type
        -    Type: Task
    "#]],
    );
}

#[test]
fn connect_and_change_type() {
    let connect =
        |from: &str, slot, to: Option<&str>| Edit::Connect { from: state(from), slot: Some(slot), to: to.map(state) };
    check(
        ORDER,
        &connect("Ship", Slot::Next, Some("Refuse")),
        &expect![[r#"
        Connect to “Refuse”
        -      "End": true
        +      "Next": "Refuse"
    "#]],
    );
    check(
        ORDER,
        &connect("Charge", Slot::Next, None),
        &expect![[r#"
        Disconnect
        -      "Next": "Ship"
        +      "End": true
    "#]],
    );
    check(
        ORDER,
        &connect("Charge", Slot::Catch(0), Some("Refuse")),
        &expect![[r#"
        Connect to “Refuse”
        -      "Next": "Ship"
        +      "Next": "Ship",
        +      "Catch": [
        +        {
        +          "ErrorEquals": ["States.ALL"],
        +          "Next": "Refuse"
        +        }
        +      ]
    "#]],
    );
    check(
        ORDER,
        &connect("Check", Slot::Default, None),
        &expect![[r#"
        Disconnect
        -      ],
        -      "Default": "Refuse"
        +      ]
    "#]],
    );
    // A new rule comes behind all there are, also those that lead nowhere.
    let dangling = ORDER.replace(r#"true, "Next": "Charge""#, r#"true, "Next": "Gone""#);
    let on = |from: &str, to: &str| Edit::Connect { from: state(from), slot: None, to: Some(state(to)) };
    check(
        &dangling,
        &on("Check", "Ship"),
        &expect![[r#"
            Connect to “Ship”
            -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
            +        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"},
            +        {
            +          "Variable": "$.value",
            +          "IsPresent": true,
            +          "Next": "Ship"
            +        }
        "#]],
    );
    // One that has no Next yet is led on first.
    let open = ORDER.replace(r#", "BooleanEquals": true, "Next": "Charge""#, r#", "BooleanEquals": true"#);
    check(
        &open,
        &on("Check", "Ship"),
        &expect![[r#"
        Connect to “Ship”
        -        {"Variable": "$.ok", "BooleanEquals": true},
        +        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Ship"},
    "#]],
    );
    check(
        ORDER,
        &on("Ship", "Refuse"),
        &expect![[r#"
            Connect to “Refuse”
            -      "End": true
            +      "Next": "Refuse"
        "#]],
    );
    check(
        YAML,
        &connect("A", Slot::Catch(0), Some("B")),
        &expect![[r#"
        Connect to “B”
        +    Catch:
        +      - ErrorEquals:
        +          - States.ALL
        +        Next: B
    "#]],
    );
    let change = Edit::ChangeType { state: state("Charge"), state_type: StateType::Wait };
    check(
        ORDER,
        &change,
        &expect![[r#"
        Make “Charge” a Wait
        -      "Type": "Task",
        -      "Resource": "arn:aws:states:::lambda:invoke",
        +      "Type": "Wait",
        +      "Seconds": 5,
    "#]],
    );
    let change = Edit::ChangeType { state: state("Charge"), state_type: StateType::Succeed };
    check(
        ORDER,
        &change,
        &expect![[r#"
        Make “Charge” a Succeed
        -      "Type": "Task",
        -      "Resource": "arn:aws:states:::lambda:invoke",
        -      "Next": "Ship"
        +      "Type": "Succeed"
    "#]],
    );
}

#[test]
fn scopes() {
    let wrap = |name: &str, wrapper| Edit::Wrap { states: vec![state(name)], wrapper, name: "Outer".to_owned() };
    check(
        ORDER,
        &wrap("Charge", Wrapper::Parallel),
        &expect![[r#"
        Wrap “Charge”
        -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        +        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Outer"},
        -    "Charge": {
        -      "Type": "Task",
        -      "Resource": "arn:aws:states:::lambda:invoke",
        +    "Outer": {
        +      "Type": "Parallel",
        +      "Branches": [
        +        {
        +          "StartAt": "Charge",
        +          "States": {
        +            "Charge": {
        +              "Type": "Task",
        +              "Resource": "arn:aws:states:::lambda:invoke",
        +              "End": true
        +            }
        +          }
        +        }
        +      ],
    "#]],
    );
    check(
        ORDER,
        &wrap("Charge", Wrapper::Catch),
        &expect![[r#"
        Catch the errors of “Charge”
        -      "Next": "Ship"
        +      "Next": "Ship",
        +      "Catch": [
        +        {
        +          "ErrorEquals": ["States.ALL"],
        +          "Next": "Outer"
        +        }
        +      ]
        -    "Refuse": { "Type": "Fail" } // no
        +    "Refuse": { "Type": "Fail" }, // no
        +    "Outer": {
        +      "Type": "Fail",
        +      "Error": "Failed",
        +      "Cause": ""
        +    }
    "#]],
    );
    check(
        YAML,
        &wrap("A", Wrapper::Map),
        &expect![[r#"
            Wrap “A”
            -StartAt: A
            +StartAt: Outer
            -  A: # first
            -    Type: Task
            -    Resource: !Ref Fn
            +  Outer:
            +    Type: Map
            +    ItemProcessor:
            +      ProcessorConfig:
            +        Mode: INLINE
            +      StartAt: A
            +      States:
            +        A:
            +          # first
            +          Type: Task
            +          Resource: !Ref Fn
            +          End: true
        "#]],
    );
    check(
        ORDER,
        &Edit::Duplicate { states: vec![state("Charge")] },
        &expect![[r#"
        Duplicate “Charge”
        +    "Charge 2": {
        +      "Type": "Task",
        +      "Resource": "arn:aws:states:::lambda:invoke",
        +      "Next": "Ship"
        +    },
    "#]],
    );
    check(
        YAML,
        &Edit::Duplicate { states: vec![state("A")] },
        &expect![[r#"
            Duplicate “A”
            +  A 2:
            +    # first
            +    Type: Task
            +    Resource: !Ref Fn
            +    Next: B
        "#]],
    );
    let fragment = r#"{"Charge": {"Type": "Pass", "Next": "Ship"}, "Ship": {"Type": "Pass", "Next": "Gone"}}"#;
    check(
        ORDER,
        &Edit::Paste { scope: String::new(), fragment: fragment.to_owned(), on: None },
        &expect![[r#"
        Paste 2 states
        -    "Refuse": { "Type": "Fail" } // no
        +    "Refuse": { "Type": "Fail" }, // no
        +    "Charge 2": {
        +      "Type": "Pass",
        +      "Next": "Ship 2"
        +    },
        +    "Ship 2": {
        +      "Type": "Pass",
        +      "End": true
        +    }
    "#]],
    );
    check(
        ORDER,
        &Edit::Extract { state: state("Charge"), resource: "${Child}".to_owned() },
        &expect![[r#"
        Extract “Charge”
        -      "Resource": "arn:aws:states:::lambda:invoke",
        +      "Resource": "arn:aws:states:::states:startExecution.sync:2",
        +      "Parameters": {
        +        "StateMachineArn": "${Child}",
        +        "Input.$": "$"
        +      },
        +      "OutputPath": "$.Output",
    "#]],
    );
}

#[test]
fn formats() {
    check(
        ORDER,
        &Edit::ConvertFormat { format: Format::Yaml },
        &expect![[r#"
        Convert to YAML
        -{
        -  "StartAt": "Check", // begin
        -  "States": {
        -    "Check": {
        -      "Type": "Choice",
        -      "Choices": [
        -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
        -      ],
        -      "Default": "Refuse"
        -    },
        -    // takes the money
        -    "Charge": {
        -      "Type": "Task",
        -      "Resource": "arn:aws:states:::lambda:invoke",
        -      "Next": "Ship"
        -    },
        -    "Ship": {
        -      "Type": "Pass",
        -      "End": true
        -    },
        -    "Refuse": { "Type": "Fail" } // no
        -  }
        -}
        +StartAt: Check
        +# begin
        +States:
        +  Check:
        +    Type: Choice
        +    Choices:
        +      - Variable: $.ok
        +        BooleanEquals: true
        +        Next: Charge
        +      - Variable: $.ok
        +        BooleanEquals: false
        +        Next: Refuse
        +    Default: Refuse
        +  # takes the money
        +  Charge:
        +    Type: Task
        +    Resource: arn:aws:states:::lambda:invoke
        +    Next: Ship
        +  Ship:
        +    Type: Pass
        +    End: true
        +  Refuse:
        +    Type: Fail
        +  # no
    "#]],
    );
    check(
        YAML,
        &Edit::ConvertFormat { format: Format::Json },
        &expect![[r#"
        refused: JSON has no comments, and the document has 1
    "#]],
    );
}

#[test]
fn several_fields_change_as_one_step() {
    let fields = |fields: &[(&str, Option<&str>)]| {
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect()
    };
    check(
        YAML,
        &Edit::SetFields {
            pointer: "/States/B".to_owned(),
            fields: fields(&[("Seconds", None), ("TimestampPath", Some("\"$.until\"")), ("SecondsPath", None)]),
        },
        &expect![[r#"
            Set TimestampPath
            -    Seconds: 1
            +    TimestampPath: $.until
        "#]],
    );
    check(
        ORDER,
        &Edit::SetFields { pointer: "/StartAt".to_owned(), fields: Vec::new() },
        &expect!["refused: only objects have named fields\n"],
    );
}

#[test]
fn a_field_is_renamed_at_its_place() {
    let rename = |pointer: &str, name: &str, value: Option<&str>| Edit::RenameField {
        pointer: pointer.to_owned(),
        name: name.to_owned(),
        value: value.map(str::to_owned),
    };
    check(
        ORDER,
        &rename("/States/Charge/Resource", "Arn", None),
        &expect![[r#"
        Rename Resource to Arn
        -      "Resource": "arn:aws:states:::lambda:invoke",
        +      "Arn": "arn:aws:states:::lambda:invoke",
    "#]],
    );
    check(
        ORDER,
        &rename("/States/Check/Choices/0/Variable", "Variable.$", Some("\"$.x\"")),
        &expect![[r#"
        Rename Variable to Variable.$
        -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        +        {"Variable.$": "$.x", "BooleanEquals": true, "Next": "Charge"},
    "#]],
    );
    check(
        YAML,
        &rename("/States/B/Seconds", "SecondsPath", Some("\"$.s\"")),
        &expect![[r#"
        Rename Seconds to SecondsPath
        -    Seconds: 1
        +    SecondsPath: $.s
    "#]],
    );
    check(
        ORDER,
        &rename("/States/Charge/Resource", "Next", None),
        &expect![[r#"
        refused: “Next” is already a field here
    "#]],
    );
}

#[test]
fn fields_and_elements_change_places() {
    let shift = |pointer: &str, index| Edit::MoveField { pointer: pointer.to_owned(), index };
    check(
        ORDER,
        &shift("/States/Check/Choices/1", 0),
        &expect![[r#"
        Move Choices 2
        -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
        +        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"},
        +        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"}
    "#]],
    );
    check(
        ORDER,
        &shift("/States/Charge/Next", 0),
        &expect![[r#"
        Move Next
        +      "Next": "Ship",
        -      "Resource": "arn:aws:states:::lambda:invoke",
        -      "Next": "Ship"
        +      "Resource": "arn:aws:states:::lambda:invoke"
    "#]],
    );
    check(
        YAML,
        &shift("/States/A/Type", 9),
        &expect![[r#"
        Move Type
        -    Type: Task
        +    Type: Task
    "#]],
    );
    check(
        ORDER,
        &shift("/States/Charge/Nothing", 0),
        &expect![[r#"
        refused: there is no Nothing to move
    "#]],
    );
}

#[test]
fn a_definition_changes_where_it_differs() {
    let set =
        |name: &str, definition: &str| Edit::SetDefinition { state: state(name), definition: definition.to_owned() };
    check(
        ORDER,
        &set(
            "Check",
            r#"{"Type": "Choice", "Choices": [
                {"Variable": "$.ok", "BooleanEquals": false, "Next": "Charge"},
                {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"},
                {"Variable": "$.late", "IsPresent": true, "Next": "Refuse"}
            ], "Comment": "hm", "Default": "Refuse"}"#,
        ),
        &expect![[r#"
            Change “Check”
            -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
            -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
            +        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Charge"},
            +        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"},
            +        {
            +          "Variable": "$.late",
            +          "IsPresent": true,
            +          "Next": "Refuse"
            +        }
            +      "Comment": "hm",
        "#]],
    );
    check(
        YAML,
        &set("A", r#"{"Type": "Pass", "Next": "B"}"#),
        &expect![[r#"
        Change “A”
        -    Type: Task
        -    Resource: !Ref Fn
        +    Type: Pass
    "#]],
    );
    check(
        ORDER,
        &set("Refuse", r#"{"Error": "No", "Type": "Fail"}"#),
        &expect![[r#"
        Change “Refuse”
        -    "Refuse": { "Type": "Fail" } // no
        +    "Refuse": { "Error": "No", "Type": "Fail" } // no
    "#]],
    );
    check(
        ORDER,
        &set("Refuse", "[]"),
        &expect![[r#"
        refused: a state is a JSON object
    "#]],
    );
}

#[test]
fn a_whole_machine_becomes_jsonata() {
    let all = Edit::ConvertToJsonata { state: String::new() };
    check(
        ORDER,
        &all,
        &expect![[r#"
        Convert the workflow to JSONata
        +  "QueryLanguage": "JSONata",
        -        {"Variable": "$.ok", "BooleanEquals": true, "Next": "Charge"},
        -        {"Variable": "$.ok", "BooleanEquals": false, "Next": "Refuse"}
        +        {
        +          "Condition": "{% $type($states.input.ok) = \"boolean\" and $states.input.ok = true %}",
        +          "Next": "Charge"
        +        },
        +        {
        +          "Condition": "{% $type($states.input.ok) = \"boolean\" and $states.input.ok = false %}",
        +          "Next": "Refuse"
        +        }
    "#]],
    );
    check(
        YAML,
        &all,
        &expect![[r#"
        Convert the workflow to JSONata
        +QueryLanguage: JSONata
    "#]],
    );
}

#[test]
fn states_of_jsonpath_in_a_workflow_of_jsonata_are_converted_where_they_are() {
    let text = r#"{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
    let (document, _) = Document::parse(text);
    let fragment = r#"{"B":{"Type":"Wait","SecondsPath":"$.delay","End":true},"M":{"Type":"Map","ItemsPath":"$.list","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","InputPath":"$.x","End":true}}},"End":true}}"#;
    let pasted = apply(&document, &Edit::Paste { scope: String::new(), fragment: fragment.to_owned(), on: None });
    let pasted = pasted.expect("pasted");
    let after = asl::document::apply_edits(text, &pasted.edits);
    let (document, _) = Document::parse(&after);
    let converted = apply(&document, &Edit::ConvertPasted { states: pasted.select }).expect("converted");
    assert_eq!(converted.label, "Convert 3 states to JSONata");
    let mended = asl::document::apply_edits(&after, &converted.edits);
    for gone in ["SecondsPath", "ItemsPath", "InputPath"] {
        assert!(!mended.contains(gone), "{mended}");
    }
    assert_eq!(mended.matches("QueryLanguage").count(), 1, "{mended}");
    assert_eq!(asl::document::apply_edits(&mended, &converted.inverse), after);
    let nothing = apply(&document, &Edit::ConvertPasted { states: vec!["/States/A".to_owned()] });
    assert_eq!(nothing.expect_err("refused").reason, "nothing of it is written in JSONPath");
}

#[test]
fn states_that_show_jsonata_say_so_in_a_workflow_of_jsonpath() {
    let text = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
    let (document, _) = Document::parse(text);
    let fragment = r#"{"B":{"Type":"Pass","Output":"{% 1 %}","End":true},"C":{"Type":"Wait","Seconds":1,"End":true}}"#;
    let pasted = apply(&document, &Edit::Paste { scope: String::new(), fragment: fragment.to_owned(), on: None });
    let after = asl::document::apply_edits(text, &pasted.expect("pasted").edits);
    assert_eq!(after.matches("QueryLanguage").count(), 1, "{after}");
}

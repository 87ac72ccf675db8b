//! Whatever one definition is changed into, what is read back is what was saved, and the rest of the file keeps its bytes.

use asl::Document;
use iac::emit::Tree;
use iac::import;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    let known = vec![
        "Pass",
        "Task",
        "yes",
        "",
        "1",
        "null",
        "a b",
        "a: b",
        "# c",
        "- d",
        "é",
        "it's",
        "\"q\"",
        "${Fn.Arn}",
        "x${Fn.Arn}y",
        "${Sub}",
        "{%1%}",
        "two\nlines",
    ];
    prop::sample::select(known).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value, json};
    let leaf = prop_oneof![
        text().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        (0..99_u32).prop_map(|n| json!(n)),
        Just(Value::Null)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec(("[A-D]{1,2}", inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn definition() -> impl Strategy<Value = serde_json::Value> {
    prop::collection::vec(("[A-E]", value()), 1..5).prop_map(|states| {
        let states: serde_json::Map<String, serde_json::Value> = states.into_iter().collect();
        serde_json::json!({ "StartAt": "A", "States": states, "TimeoutSeconds": 5 })
    })
}

/// References as a template writes them.
fn tree(value: &serde_json::Value) -> Tree {
    match value {
        serde_json::Value::String(text) if text == "${Fn.Arn}" => Tree::attribute("Fn", "Arn"),
        serde_json::Value::String(text) if text.contains("${Fn.Arn}") => Tree::Call("Sub", Box::new(Tree::text(text))),
        serde_json::Value::Array(items) => Tree::list(items.iter().map(tree)),
        serde_json::Value::Object(entries) => Tree::map(entries.iter().map(|(key, value)| (key.clone(), tree(value)))),
        other => Tree::of_node(Document::parse(&other.to_string()).0.root()),
    }
}

/// A value that parses alone: the syntax crate reads objects and arrays at the top.
fn whole(value: &serde_json::Value) -> Tree {
    let wrapped = serde_json::json!({ "v": value });
    match tree(&wrapped) {
        Tree::Map(mut entries) => entries.remove(0).value,
        other => other,
    }
}

fn template(definition: &serde_json::Value) -> Tree {
    let machine = Tree::map([
        ("Type", Tree::text("AWS::StepFunctions::StateMachine")),
        (
            "Properties",
            Tree::map([
                ("RoleArn", Tree::attribute("Role", "Arn")),
                ("DefinitionSubstitutions", Tree::map([("Sub", Tree::text("s"))])),
                ("Definition", whole(definition)),
                ("StateMachineName", Tree::text("after")),
            ]),
        ),
    ]);
    Tree::map([(
        "Resources",
        Tree::map([("Order", machine), ("Fn", Tree::map([("Type", Tree::text("AWS::Lambda::Function"))]))]),
    )])
}

fn check(
    path: &str,
    template: &str,
    before: &serde_json::Value,
    after: &serde_json::Value,
) -> Result<(), TestCaseError> {
    let read = |text: &str| {
        let found =
            import::import(path, text, &|_| None).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let workflow = found.into_iter().next().ok_or_else(|| TestCaseError::fail(format!("nothing in\n{text}")))?;
        serde_json::from_str::<serde_json::Value>(&workflow.text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{}", workflow.text)))
    };
    prop_assert_eq!(&read(template)?, before, "{}", template);
    let saved = import::patch(path, template, "Order", &after.to_string())
        .map_err(|refusal| TestCaseError::fail(format!("{refusal}\n{template}")))?;
    prop_assert_eq!(&read(&saved)?, after, "from\n{}\nto\n{}", template, saved);
    // What stands before and after the definition is the same.
    let head = template.find("Definition\"").or_else(|| template.find("Definition:")).unwrap_or(0);
    prop_assert_eq!(saved.get(..head), template.get(..head));
    let tail = template.rfind("StateMachineName").map(|at| &template[at..]).unwrap_or("");
    prop_assert!(saved.ends_with(tail), "{}", saved);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_is_saved_in_yaml(before in definition(), after in definition()) {
        check("template.yaml", &template(&before).to_yaml(), &before, &after)?;
    }

    #[test]
    fn any_edit_is_saved_in_json(before in definition(), after in definition()) {
        check("template.json", &template(&before).to_json(), &before, &after)?;
    }
}

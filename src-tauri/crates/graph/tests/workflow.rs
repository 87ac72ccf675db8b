//! Graphs of small machines, whole and half typed.

use asl::Document;
use expect_test::{Expect, expect};
use graph::{EdgeReason, WorkflowGraph};

fn check(text: &str, expected: &Expect) {
    let (document, _) = Document::parse(text);
    let view = WorkflowGraph::new(&document).view();
    let mut shown = String::new();
    for scope in &view.scopes {
        shown += &format!("scope {:?} in {:?}\n", scope.id, scope.parent);
    }
    for edge in &view.edges {
        let reason = match &edge.reason {
            EdgeReason::Rule { index, .. } => format!("Rule {index}"),
            EdgeReason::Catch { index, .. } => format!("Catch {index}"),
            other => format!("{other:?}"),
        };
        shown += &format!("{} -> {} {reason} [{}]\n", edge.from, edge.to, edge.label);
    }
    for dangling in &view.dangling {
        shown += &format!("{} -> {:?}?\n", dangling.from, dangling.target);
    }
    expected.assert_eq(&shown);
}

#[test]
fn every_edge_has_its_reason() {
    check(
        r#"{"StartAt":"A","States":{
        "A":{"Type":"Choice","Choices":[
            {"And":[{"Variable":"$.a","NumericGreaterThanEquals":3},{"Not":{"Variable":"$.b","IsPresent":true}}],"Next":"P"}],
            "Default":"F"},
        "P":{"Type":"Parallel","Branches":[{"StartAt":"X","States":{"X":{"Type":"Succeed"}}}],
            "Catch":[{"ErrorEquals":["States.ALL"],"Next":"F"}],"Next":"M"},
        "M":{"Type":"Map","ItemProcessor":{"StartAt":"Y","States":{"Y":{"Type":"Pass","End":true}}},"End":true},
        "F":{"Type":"Fail"}}}"#,
        &expect![[r#"
            scope "" in None
            scope "/States/P/Branches/0" in Some("/States/P")
            scope "/States/M/ItemProcessor" in Some("/States/M")
            /#start -> /States/A Start []
            /States/A -> /States/P Rule 0 [$.a ≥ 3 and not ($.b is present)]
            /States/A -> /States/F Default [Default]
            /States/P -> /States/M Next []
            /States/P -> /States/F Catch 0 [States.ALL]
            /States/M -> /#end End []
            /States/F -> /#end End []
            /States/P -> /States/P/Branches/0/#start Branch(0) [Branch 1]
            /States/P/Branches/0/#start -> /States/P/Branches/0/States/X Start []
            /States/P/Branches/0/States/X -> /States/P/Branches/0/#end End []
            /States/M -> /States/M/ItemProcessor/#start Processor [for each item]
            /States/M/ItemProcessor/#start -> /States/M/ItemProcessor/States/Y Start []
            /States/M/ItemProcessor/States/Y -> /States/M/ItemProcessor/#end End []
        "#]],
    );
}

#[test]
fn half_typed_text_has_a_graph() {
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Next": "#,
        &expect![[r#"
            scope "" in None
            /#start -> /States/A Start []
            /States/A -> /States/B Next []
        "#]],
    );
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass" "Next": "Gone"}, "A": {"End": true, } }"#,
        &expect![[r#"
            scope "" in None
            /#start -> /States/A Start []
            /States/A#copy2 -> /#end End []
            /States/A -> "Gone"?
        "#]],
    );
}

//! A Choice that may find no way on.

use asl::schema::StateType;
use asl::{Node, Severity};

use super::{Findings, Review, Rule};

pub(super) const RULE: Rule = Rule {
    id: "choice-without-default",
    severity: Severity::Warning,
    summary: "A Choice has no Default.",
    help: "If no rule holds and there is no Default, the execution fails with States.NoChoiceMatched, which no Catcher \
           of the Choice itself can catch. Add a Default, if only to a Fail state that says what was unexpected.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states().filter(|state| state.state_type == Some(StateType::Choice)) {
        if state.node.has("Default") || always_matches(state.node) {
            continue;
        }
        let message = format!("\"{}\" fails with States.NoChoiceMatched if no rule holds", state.name.value);
        findings.add(message, &state.pointer, state.name.span, None);
    }
}

/// A rule that is literally true.
fn always_matches(choice: &Node) -> bool {
    let rules = choice.get("Choices").map(Node::elements).unwrap_or_default();
    rules.iter().any(|rule| match rule.get("Condition") {
        Some(condition) => {
            condition.as_bool() == Some(true) || condition.as_jsonata().is_some_and(|text| text.trim() == "true")
        }
        None => false,
    })
}

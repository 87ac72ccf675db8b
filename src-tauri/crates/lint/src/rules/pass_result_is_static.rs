//! A path in the literal result of a Pass.

use asl::schema::StateType;
use asl::syntax::join_pointer;
use asl::{Node, Severity};

use super::{Findings, Review, Rule};

pub(super) const RULE: Rule = Rule {
    id: "PASS_RESULT_IS_STATIC",
    severity: Severity::Warning,
    summary: "The Result of a Pass holds a path, but Result is a literal.",
    help: "Nothing in Result is evaluated, not even fields whose names end in .$. Use Parameters to build a value from \
           the input. The service gives this warning too.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states().filter(|state| state.state_type == Some(StateType::Pass) && !state.is_jsonata()) {
        if let Some(result) = state.node.get("Result") {
            walk(result, &format!("{}/Result", state.pointer), findings);
        }
    }
}

fn walk(node: &Node, pointer: &str, findings: &mut Findings<'_>) {
    for member in node.members() {
        let pointer = join_pointer(pointer, &member.key.value);
        if member.key.value.ends_with(".$") {
            findings.add("nothing in Result is evaluated; Parameters would be", &pointer, member.key.span, None);
        } else {
            walk(&member.value, &pointer, findings);
        }
    }
    for (at, element) in node.elements().iter().enumerate() {
        walk(element, &format!("{pointer}/{at}"), findings);
    }
}

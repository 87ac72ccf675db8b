//! A distributed Map that gives up at the first bad item.

use asl::schema::StateType;
use asl::{Node, Severity};

use super::{Findings, Review, Rule, has_any};

pub(super) const RULE: Rule = Rule {
    id: "distributed-map-without-tolerance",
    severity: Severity::Info,
    summary: "A distributed Map tolerates no failed item.",
    help: "Without ToleratedFailureCount or ToleratedFailurePercentage one failed item fails the whole Map Run, and the \
           items that were being worked on are stopped. Say how many failures are acceptable, even if the answer is 0.",
    check,
};

const LIMITS: &[&str] = &[
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
];

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states().filter(|state| state.state_type == Some(StateType::Map)) {
        let mode = state
            .node
            .get("ItemProcessor")
            .and_then(|node| node.get("ProcessorConfig"))
            .and_then(|node| node.get("Mode"));
        if mode.and_then(Node::as_str) != Some("DISTRIBUTED") || has_any(state.node, LIMITS) {
            continue;
        }
        let message = format!("one failed item fails all of \"{}\"", state.name.value);
        let fix = state
            .node
            .member("Type")
            .and_then(|member| review.add_field("Tolerate five percent", member, "ToleratedFailurePercentage", "5"));
        findings.add(message, &state.pointer, state.name.span, fix);
    }
}

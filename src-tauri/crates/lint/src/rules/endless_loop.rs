//! A loop that nothing leaves.

use asl::Severity;
use graph::LoopBound;

use super::{Findings, Review, Rule};

pub(super) const RULE: Rule = Rule {
    id: "endless-loop",
    severity: Severity::Warning,
    summary: "States follow each other in a circle that no transition leaves.",
    help: "Such an execution ends by its timeout, or when its history has 25,000 events. Let a Choice leave the circle.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for found in graph::loops(review.model) {
        if found.bound == LoopBound::Never {
            let first = review.model.state(found.states[0]);
            let message = format!("no transition leaves the loop of \"{}\"", first.name.value);
            findings.add(message, &first.pointer, first.name.span, None);
        }
    }
}

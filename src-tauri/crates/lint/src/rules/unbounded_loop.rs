//! A loop without a count.

use asl::Severity;
use graph::LoopBound;

use super::{Findings, Review, Rule};

pub(super) const RULE: Rule = Rule {
    id: "unbounded-loop",
    severity: Severity::Info,
    summary: "A loop shows no limit to how often it turns.",
    help: "A loop that waits for a condition turns until the condition holds. A Standard execution ends when its history \
           has 25,000 events, whatever it was doing. Count the turns and leave at a limit, or let each turn be an \
           execution of its own.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for found in graph::loops(review.model) {
        if matches!(found.bound, LoopBound::Condition | LoopBound::Error) {
            let first = review.model.state(found.states[0]);
            let message =
                format!("the loop of \"{}\" shows no limit; 25,000 events end an execution", first.name.value);
            findings.add(message, &first.pointer, first.name.span, None);
        }
    }
}

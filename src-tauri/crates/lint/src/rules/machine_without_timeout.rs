//! A machine that may run for a year.

use asl::Severity;

use super::{Findings, Review, Rule};

pub(super) const RULE: Rule = Rule {
    id: "machine-without-timeout",
    severity: Severity::Info,
    summary: "The state machine has no TimeoutSeconds.",
    help: "A Standard execution may run for a year. One that hangs is not noticed until somebody looks. TimeoutSeconds \
           at the top of the definition ends it with States.Timeout, and alarms on timed out executions see it.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    let root = review.document.root();
    if !root.has("States") || root.has("TimeoutSeconds") {
        return;
    }
    let Some(start) = root.member("StartAt") else { return };
    let fix = review.add_field("Stop after a day", start, "TimeoutSeconds", "86400");
    findings.add("an execution may run for a year: the machine has no TimeoutSeconds", "", start.key.span, fix);
}

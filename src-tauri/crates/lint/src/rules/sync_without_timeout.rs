//! A task that waits for a job, however long that takes.

use asl::Severity;

use super::{Findings, Review, Rule, has_any};

pub(super) const RULE: Rule = Rule {
    id: "sync-without-timeout",
    severity: Severity::Warning,
    summary: "A task waits for a job (.sync) without TimeoutSeconds.",
    help: "A .sync task goes on when the job it started has ended. A job that hangs holds the execution up to a year. \
           TimeoutSeconds fails the task with States.Timeout, and the service tries to stop the job.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for (state, resource, member) in review.tasks() {
        if resource.is_sync() && !has_any(state.node, &["TimeoutSeconds", "TimeoutSecondsPath"]) {
            let message = format!("\"{}\" waits for its job up to a year: it has no timeout", state.name.value);
            let fix = review.add_field("Wait at most an hour", member, "TimeoutSeconds", "3600");
            findings.add(message, &state.pointer, member.value.span, fix);
        }
    }
}

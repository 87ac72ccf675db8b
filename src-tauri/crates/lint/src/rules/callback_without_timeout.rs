//! A task that waits for a callback, and has no end of its patience.

use asl::Severity;

use super::{Findings, Review, Rule, has_any};

pub(super) const RULE: Rule = Rule {
    id: "callback-without-timeout",
    severity: Severity::Warning,
    summary: "A task waits for a callback without TimeoutSeconds or HeartbeatSeconds.",
    help: "A task whose Resource ends in .waitForTaskToken goes on when somebody calls SendTaskSuccess or SendTaskFailure \
           with its token. If nobody does, because the message was lost or the worker died, the execution waits up to a \
           year. Give the task a TimeoutSeconds, or a HeartbeatSeconds that the worker must keep up, and catch \
           States.Timeout where the workflow can go on.",
    check,
};

const LIMITS: &[&str] = &["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"];

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for (state, resource, member) in review.tasks() {
        if resource.waits_for_task_token() && !has_any(state.node, LIMITS) {
            let message = format!("\"{}\" waits for a callback up to a year: it has no timeout", state.name.value);
            let fix = review.add_field("Wait at most an hour", member, "TimeoutSeconds", "3600");
            findings.add(message, &state.pointer, member.value.span, fix);
        }
    }
}

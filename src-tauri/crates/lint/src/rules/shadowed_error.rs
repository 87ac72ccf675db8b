//! A Retrier or Catcher that an earlier one always beats.

use std::collections::HashSet;

use asl::Severity;

use super::{Findings, Review, Rule, error_names, handlers};

pub(super) const RULE: Rule = Rule {
    id: "shadowed-error",
    severity: Severity::Warning,
    summary: "A Retrier or Catcher names an error that an earlier one already takes.",
    help: "Retriers and Catchers are tried in order and the first that names the error is used. A name that stands in an \
           earlier one, or that comes after States.TaskFailed (which stands for every error but States.Timeout), never \
           counts.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states() {
        for field in ["Retry", "Catch"] {
            let mut seen = HashSet::new();
            let mut task_failed = false;
            for (pointer, handler) in handlers(state, field) {
                for (node, name) in error_names(handler) {
                    let by_task_failed = task_failed && !name.starts_with("States.");
                    if seen.contains(name) || by_task_failed {
                        let earlier = if by_task_failed { "States.TaskFailed" } else { name };
                        let message = format!("{name} never gets here: an earlier entry takes {earlier}");
                        findings.add(message, &format!("{pointer}/ErrorEquals"), node.span, None);
                    }
                }
                for (_, name) in error_names(handler) {
                    seen.insert(name);
                    task_failed |= name == "States.TaskFailed";
                }
            }
        }
    }
}

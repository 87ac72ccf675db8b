//! Errors that nothing catches.

use asl::Severity;

use super::{Findings, Review, Rule, error_names, handlers};

pub(super) const RULE: Rule = Rule {
    id: "uncatchable-error",
    severity: Severity::Warning,
    summary: "A Retrier or Catcher expects States.Runtime, which ends the execution at once.",
    help: "States.Runtime reports a fault of the definition itself, such as a path that finds nothing. It is neither \
           retried nor caught, by its name or by States.ALL. States.DataLimitExceeded is not caught by States.ALL \
           either, but can be caught by its name.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states() {
        for field in ["Retry", "Catch"] {
            for (pointer, handler) in handlers(state, field) {
                for (node, _) in error_names(handler).filter(|(_, name)| *name == "States.Runtime") {
                    let pointer = format!("{pointer}/ErrorEquals");
                    findings.add("States.Runtime is never retried or caught", &pointer, node.span, None);
                }
            }
        }
    }
}

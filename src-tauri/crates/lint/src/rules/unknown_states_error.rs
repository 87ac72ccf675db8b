//! A `States.` error the service never raises.

use asl::{Severity, TextEdit};

use super::{Findings, Review, Rule, error_names, fix, handlers};

pub(super) const RULE: Rule = Rule {
    id: "unknown-states-error",
    severity: Severity::Warning,
    summary: "A Retrier or Catcher names a States. error that does not exist.",
    help: "Names that begin with States. are the service's own. One it does not know is accepted and never matches. Look \
           for a misspelling, or for an error of a service such as Lambda.Unknown.",
    check,
};

/// The reserved error names.
const KNOWN: &[&str] = &[
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states() {
        for field in ["Retry", "Catch"] {
            for (pointer, handler) in handlers(state, field) {
                for (node, name) in error_names(handler) {
                    let ours = name.starts_with("States.") && !name.starts_with("States.Http.StatusCode.");
                    if !ours || KNOWN.contains(&name) {
                        continue;
                    }
                    let close = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name));
                    let quick = close.and_then(|known| {
                        fix(&format!("Write {known}"), TextEdit::replace(node.span, format!("\"{known}\"")))
                    });
                    let message = format!("{name} is no error of the service and never matches");
                    findings.add(message, &format!("{pointer}/ErrorEquals"), node.span, quick);
                }
            }
        }
    }
}

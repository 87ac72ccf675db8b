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
pub(super) const KNOWN: &[&str] = &[
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

/// What a reserved error means.
pub(super) fn help(name: &str) -> Option<&'static str> {
    Some(match name {
        "States.ALL" => "Any error but States.DataLimitExceeded and States.Runtime. Stands alone and last.",
        "States.BranchFailed" => "A branch of a Parallel failed.",
        "States.DataLimitExceeded" => "A payload is larger than 256 KiB. States.ALL does not catch it.",
        "States.ExceedToleratedFailureThreshold" => "More items of a distributed Map failed than it tolerates.",
        "States.HeartbeatTimeout" => "No heartbeat came within HeartbeatSeconds.",
        "States.Http.Socket" => "An HTTP task got no answer within 60 seconds.",
        "States.IntrinsicFailure" => "An intrinsic function was called with what it cannot use.",
        "States.ItemReaderFailed" => "A distributed Map could not read its items.",
        "States.NoChoiceMatched" => "No rule of a Choice held and it has no Default.",
        "States.ParameterPathFailure" => "A path in Parameters found nothing.",
        "States.Permissions" => "The role may not do what the task does.",
        "States.QueryEvaluationError" => "A JSONata expression failed, gave nothing, or gave the wrong kind of value.",
        "States.ResultPathMatchFailure" => "ResultPath cannot be applied to the input.",
        "States.ResultWriterFailed" => "A distributed Map could not write its results.",
        "States.Runtime" => "A fault of the definition met its data. Never retried or caught.",
        "States.TaskFailed" => "Any error of a task but States.Timeout.",
        "States.Timeout" => "A task ran longer than TimeoutSeconds or missed its heartbeat.",
        _ => return None,
    })
}

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

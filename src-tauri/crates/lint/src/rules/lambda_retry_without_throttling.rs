//! A Lambda task that is retried, but not when it is throttled.

use asl::{Node, NodeKind, Severity, TextEdit};

use super::{Findings, Review, Rule, error_names, fix, handlers};

pub(super) const RULE: Rule = Rule {
    id: "lambda-retry-without-throttling",
    severity: Severity::Warning,
    summary: "A Lambda task has Retriers, and none for Lambda.TooManyRequestsException.",
    help: "When Lambda has no capacity left it answers Lambda.TooManyRequestsException: the one error that goes away by \
           waiting. A Retry that lists Lambda.ServiceException and its kind should list it too.",
    check,
};

const THROTTLED: &str = "Lambda.TooManyRequestsException";

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for (state, resource, _) in review.tasks() {
        let retriers = handlers(state, "Retry");
        if !resource.is_lambda() || retriers.is_empty() {
            continue;
        }
        let covers = |name: &str| matches!(name, THROTTLED | "States.ALL" | "States.TaskFailed");
        if retriers.iter().any(|(_, retrier)| error_names(retrier).any(|(_, name)| covers(name))) {
            continue;
        }
        let span = state.node.member("Retry").map_or(state.name.span, |member| member.key.span);
        let message = format!("\"{}\" is not retried when Lambda throttles it", state.name.value);
        let pointer = format!("{}/Retry", state.pointer);
        let list = retriers
            .iter()
            .filter_map(|(_, retrier)| retrier.get("ErrorEquals"))
            .find(|list| list.elements().iter().filter_map(Node::as_str).any(|name| name.starts_with("Lambda.")));
        findings.add(message, &pointer, span, list.and_then(|list| add_to_list(review, list)));
    }
}

/// Adds the name after the last one, with the blank space that separates the others.
fn add_to_list(review: &Review<'_>, list: &Node) -> Option<asl::Fix> {
    let NodeKind::Array(elements) = &list.kind else { return None };
    let text = review.document.text();
    if !text[list.span.range()].starts_with('[') {
        return None;
    }
    let last = elements.last()?;
    let between = match elements.get(elements.len().checked_sub(2)?) {
        Some(previous) => text[previous.span.end as usize..last.span.start as usize].to_owned(),
        None => ", ".to_owned(),
    };
    let edit = TextEdit::insert(last.span.end, format!("{between}\"{THROTTLED}\""));
    fix(&format!("Add {THROTTLED}"), edit)
}

//! A task that waits for a callback, and does not hand out its token.

use asl::{Node, NodeKind, Severity};

use super::{Findings, Review, Rule};

pub(super) const RULE: Rule = Rule {
    id: "callback-without-token",
    severity: Severity::Warning,
    summary: "A task waits for a callback but never passes its task token on.",
    help: "Whoever is to answer needs the token. Put it into what the task sends: \"TaskToken.$\": \"$$.Task.Token\" \
           under JSONPath, \"{% $states.context.Task.Token %}\" under JSONata. A task that does not can only end by \
           its timeout.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for (state, resource, member) in review.tasks() {
        if !resource.waits_for_task_token() {
            continue;
        }
        let payload = state.node.get("Parameters").or_else(|| state.node.get("Arguments"));
        if !payload.is_some_and(|payload| holds_token(payload, false)) {
            let message =
                format!("\"{}\" waits for a callback, but its payload does not hold the task token", state.name.value);
            findings.add(message, &state.pointer, member.value.span, None);
        }
    }
}

/// The token itself, the whole Context Object, or something only known at run time.
fn holds_token(node: &Node, is_path: bool) -> bool {
    match &node.kind {
        NodeKind::String(text) => {
            let in_jsonata =
                text.contains("Task.Token") || (text.contains("$states.context") && !text.contains("$states.context."));
            let in_path = is_path
                && (text.contains("$$.Task.Token")
                    || text.contains("$$.Task)")
                    || &**text == "$$"
                    || &**text == "$$.Task");
            // A variable or a function may hold it.
            let in_template = text.contains("${");
            in_jsonata || in_path || in_template
        }
        NodeKind::Substitution(_) => true,
        NodeKind::Object(members) => {
            members.iter().any(|member| holds_token(&member.value, member.key.value.ends_with(".$")))
        }
        NodeKind::Array(elements) => elements.iter().any(|element| holds_token(element, is_path)),
        _ => false,
    }
}

//! A path in a payload template whose field does not say so.

use asl::syntax::join_pointer;
use asl::{Node, NodeKind, Severity, TextEdit};

use query::intrinsic::Call;
use query::jsonpath::Path;

use super::{Findings, Review, Rule, fix};

pub(super) const RULE: Rule = Rule {
    id: "NO_DOLLAR",
    severity: Severity::Warning,
    summary: "A field holds a path or an intrinsic call, but its name does not end in .$",
    help: "In a payload template only fields whose names end in .$ are evaluated. \"id\": \"$.order.id\" passes the text \
           $.order.id on; \"id.$\": \"$.order.id\" passes the value. The service gives this warning too.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states().filter(|state| !state.is_jsonata()) {
        for name in ["Parameters", "ResultSelector", "ItemSelector", "Assign"] {
            if let Some(value) = state.node.get(name) {
                walk(review, value, &join_pointer(&state.pointer, name), findings);
            }
        }
    }
}

fn walk(review: &Review<'_>, node: &Node, pointer: &str, findings: &mut Findings<'_>) {
    for member in node.members() {
        let pointer = join_pointer(pointer, &member.key.value);
        match &member.value.kind {
            NodeKind::String(text) if !member.key.value.ends_with(".$") => {
                if text.starts_with("$.") || text.starts_with("$$.") || &**text == "$" || is_call(text) {
                    let reads = Path::parse(text).is_ok() || Call::parse(text).is_ok();
                    let quoted = review.document.slice(member.key.span).ends_with(['"', '\'']);
                    let edit = TextEdit::insert(member.key.span.end - u32::from(quoted), ".$");
                    let fix = if reads { fix("Evaluate it", edit) } else { None };
                    let message = format!("\"{}\" is passed on as text: its field does not end in .$", text);
                    findings.add(message, &pointer, member.value.span, fix);
                }
            }
            _ => walk(review, &member.value, &pointer, findings),
        }
    }
    for (at, element) in node.elements().iter().enumerate() {
        walk(review, element, &format!("{pointer}/{at}"), findings);
    }
}

fn is_call(text: &str) -> bool {
    text.starts_with("States.") && text.contains('(') && text.trim_end().ends_with(')')
}

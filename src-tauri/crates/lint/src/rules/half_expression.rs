//! Text that was meant to be evaluated and is not.

use asl::syntax::join_pointer;
use asl::{Node, NodeKind, Severity, TextEdit};

use super::{Findings, Review, Rule, fix};

pub(super) const RULE: Rule = Rule {
    id: "half-expression",
    severity: Severity::Warning,
    summary: "A string of a JSONata state looks like an expression and is passed on as text.",
    help: "JSONata stands between {% and %}, and the marks must be the first and the last characters of the string: \
           \"{% $states.input.total %}\". A string that only begins or only ends with a mark, or that holds a JSONPath \
           such as \"$.total\", is a literal.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states().filter(|state| state.is_jsonata()) {
        for name in ["Arguments", "Output", "Assign", "Items", "ItemSelector"] {
            if let Some(value) = state.node.get(name) {
                walk(value, &join_pointer(&state.pointer, name), findings);
            }
        }
    }
}

fn walk(node: &Node, pointer: &str, findings: &mut Findings<'_>) {
    match &node.kind {
        NodeKind::Object(members) => {
            for member in members {
                walk(&member.value, &join_pointer(pointer, &member.key.value), findings);
            }
        }
        NodeKind::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                walk(element, &format!("{pointer}/{at}"), findings);
            }
        }
        NodeKind::String(text) if node.as_jsonata().is_none() => {
            let trimmed = text.trim();
            let (opens, closes) = (trimmed.starts_with("{%"), trimmed.ends_with("%}"));
            if opens && closes {
                let edit = TextEdit::replace(node.span, format!("\"{trimmed}\""));
                let plain = !trimmed.contains(['"', '\\', '\n']);
                let fix = if plain { fix("Remove the blanks around it", edit) } else { None };
                findings.add("blanks around {% … %} make it a literal", pointer, node.span, fix);
            } else if opens || closes {
                findings.add("an expression needs both {% and %}", pointer, node.span, None);
            } else if text.starts_with("$.") || text.starts_with("$$.") {
                findings.add("a JSONPath in a JSONata state is a literal", pointer, node.span, None);
            }
        }
        _ => {}
    }
}

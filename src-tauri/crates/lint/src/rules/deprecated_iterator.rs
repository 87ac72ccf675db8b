//! The old name of a Map's processor.

use asl::schema::StateType;
use asl::{Severity, TextEdit};

use super::{Findings, Review, Rule, fix};

pub(super) const RULE: Rule = Rule {
    id: "deprecated-iterator",
    severity: Severity::Info,
    summary: "A Map uses Iterator, the old name of ItemProcessor.",
    help: "Iterator still works for inline Maps and takes no ProcessorConfig. ItemProcessor does the same and can also \
           be distributed. Likewise, a Map's Parameters is now called ItemSelector.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for state in review.states().filter(|state| state.state_type == Some(StateType::Map)) {
        for (old, new) in [("Iterator", "ItemProcessor"), ("Parameters", "ItemSelector")] {
            let Some(member) = state.node.member(old) else { continue };
            if state.node.has(new) {
                continue;
            }
            let quote = if review.document.slice(member.key.span).starts_with('"') { "\"" } else { "" };
            let edit = TextEdit::replace(member.key.span, format!("{quote}{new}{quote}"));
            let pointer = format!("{}/{old}", state.pointer);
            let message = format!("{old} of a Map is now called {new}");
            findings.add(message, &pointer, member.key.span, fix(&format!("Call it {new}"), edit));
        }
    }
}

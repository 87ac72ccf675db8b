//! The policy of the role as plain JSON.

use super::Output;
use crate::iam::policy_json;
use crate::plan::{Note, Plan, fill_for_reading};

pub(super) fn render(plan: &Plan) -> Output {
    let mut output = Output::default();
    let text = policy_json(&plan.statements, &|expr| fill_for_reading(plan, expr));
    if text.contains("${") {
        output.notes.push(Note::warning(
            "the policy still has ${…} where the definition names no resource: put the resource there",
            None,
        ));
    }
    if plan.options.region.is_none() || plan.options.account.is_none() {
        output
            .notes
            .push(Note::info("resources named without region or account have * there; give both to narrow them"));
    }
    output.file(format!("{}.policy.json", plan.slug), text);
    output
}

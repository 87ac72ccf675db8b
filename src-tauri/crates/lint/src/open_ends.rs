//! States, Rules and Catchers that lead nowhere: the service's finding, with a way on.

use asl::edit::{self, Edit, Slot};
use asl::model::StateId;
use asl::schema::StateType;
use asl::{Diagnostic, Document, Fix, Model, Node};

/// Working out an edit looks at the whole document, so only so many findings get one.
const MOST_FIXES: usize = 20;

/// Gives findings about a missing `Next` a fix that leads on: a Choice Rule to where the Choice leads otherwise, all others to
/// the state that comes next in the text, or to the end.
pub(crate) fn lead_on(document: &Document, model: &Model<'_>, findings: &mut [Diagnostic]) {
    let open = findings.iter_mut().filter(|finding| {
        matches!(&*finding.message, "These fields are required: [Next]" | "These fields are required: [Next or End]")
    });
    for finding in open.take(MOST_FIXES) {
        let pointer = finding.pointer.as_deref().unwrap_or_default();
        finding.fix = way_on(document, model, pointer);
    }
}

fn way_on(document: &Document, model: &Model<'_>, pointer: &str) -> Option<Fix> {
    let (owner, slot) = split(model, pointer)?;
    let from = model.state(owner).pointer.clone();
    let target = match slot {
        Slot::Next => next_in_text(model, owner),
        _ => default_of(model, owner).or_else(|| next_in_text(model, owner)).or_else(|| any_other(model, owner)),
    };
    let (title, to) = match target {
        Some(target) => {
            let target = model.state(target);
            (format!("Lead to “{}”", target.name.value), Some(target.pointer.clone()))
        }
        None if slot == Slot::Next => ("End here".to_owned(), None),
        None => return None,
    };
    let change = edit::apply(document, &Edit::Connect { from, slot: Some(slot), to }).ok()?;
    Some(Fix { title, edits: change.edits })
}

/// The state a finding is about, and which of its ways on.
fn split(model: &Model<'_>, pointer: &str) -> Option<(StateId, Slot)> {
    if let Some(state) = model.find_pointer(pointer) {
        return Some((state, Slot::Next));
    }
    let (rest, index) = pointer.rsplit_once('/')?;
    let (state, list) = rest.rsplit_once('/')?;
    let index: u32 = index.parse().ok()?;
    let slot = match list {
        "Choices" => Slot::Rule(index),
        "Catch" => Slot::Catch(index),
        _ => return None,
    };
    Some((model.find_pointer(state)?, slot))
}

fn default_of(model: &Model<'_>, choice: StateId) -> Option<StateId> {
    let view = model.state(choice);
    let name =
        view.node.get("Default").filter(|_| view.state_type == Some(StateType::Choice)).and_then(Node::as_str)?;
    model.find_in(view.scope, name)
}

fn next_in_text(model: &Model<'_>, state: StateId) -> Option<StateId> {
    let siblings = &model.scope(model.state(state).scope).states;
    let at = siblings.iter().position(|other| *other == state)?;
    siblings.get(at + 1).copied()
}

fn any_other(model: &Model<'_>, state: StateId) -> Option<StateId> {
    let siblings = &model.scope(model.state(state).scope).states;
    siblings.iter().rev().find(|other| **other != state).copied()
}

#[cfg(test)]
mod tests {
    use asl::Document;
    use asl::check::MachineType;

    fn mended(text: &str) -> (String, String) {
        let (document, syntax) = Document::parse(text);
        let found = crate::validate(&document, &syntax, MachineType::Standard);
        let finding = found.iter().find(|finding| finding.message.contains("[Next")).expect("an open end");
        let fix = finding.fix.clone().expect("a fix");
        (fix.title, asl::document::apply_edits(text, &fix.edits))
    }

    #[test]
    fn a_rule_leads_where_the_choice_leads_otherwise() {
        let text = r#"{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.a","IsPresent":true}],"Default":"B"},"A":{"Type":"Pass","End":true},"B":{"Type":"Succeed"}}}"#;
        let (title, after) = mended(text);
        assert_eq!(title, "Lead to “B”");
        assert!(after.replace(' ', "").contains(r#""IsPresent":true,"Next":"B"}"#), "{after}");
    }

    #[test]
    fn without_a_default_it_leads_to_the_next_state_and_else_to_any() {
        let text = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true},"C":{"Type":"Choice","Choices":[{"Variable":"$.a","IsPresent":true}]}}}"#;
        assert_eq!(mended(text).0, "Lead to “A”");
    }

    #[test]
    fn a_state_leads_to_the_next_or_ends() {
        let text = r#"{"StartAt":"A","States":{"A":{"Type":"Pass"},"B":{"Type":"Pass","End":true}}}"#;
        assert_eq!(mended(text).0, "Lead to “B”");
        let (title, after) = mended(r#"{"StartAt":"A","States":{"A":{"Type":"Pass"}}}"#);
        assert_eq!(title, "End here");
        assert!(after.replace(' ', "").contains(r#""End":true"#), "{after}");
    }
}

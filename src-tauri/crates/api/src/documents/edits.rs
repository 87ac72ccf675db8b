//! Named edits, from the wire to `asl` and back.

use std::path::Path;

use asl::Format;
use asl::edit::{self, Edit, Slot};
use asl::schema::StateType;
use wire::{Code, DocumentEdit, EdgeReason, EditPlanned, Failure, GraphNodeKind, StatesCopied, Wrapper};

use crate::analysis::{Offsets, parse};

pub(crate) fn plan(
    file_name: &Path,
    text: &str,
    base_version: u32,
    edit: DocumentEdit,
) -> Result<EditPlanned, Failure> {
    let (document, _) = parse(file_name, text);
    let change =
        edit::apply(&document, &edit_in(edit)?).map_err(|refusal| Failure::new(Code::EditRefused, refusal.reason))?;
    Ok(EditPlanned {
        base_version,
        changes: Offsets::new(text).changes(&change.edits),
        label: change.label,
        select: change.select,
        extracted: change.extracted,
    })
}

pub(crate) fn copy(file_name: &Path, text: &str, states: &[String]) -> Result<StatesCopied, Failure> {
    let (document, _) = parse(file_name, text);
    match edit::fragment(&document, states) {
        Ok(fragment) => Ok(StatesCopied { fragment }),
        Err(refusal) => Err(Failure::new(Code::EditRefused, refusal.reason)),
    }
}

fn edit_in(edit: DocumentEdit) -> Result<Edit, Failure> {
    Ok(match edit {
        DocumentEdit::Add { scope, name, kind, definition } => {
            Edit::Add { scope, name, state_type: state_type(kind)?, definition }
        }
        DocumentEdit::Insert { from, slot, name, kind, definition } => {
            Edit::Insert { from: holder(from), slot: slot_in(&slot), name, state_type: state_type(kind)?, definition }
        }
        DocumentEdit::Delete { states, reconnect } => Edit::Delete { states, reconnect },
        DocumentEdit::Rename { state, name } => Edit::Rename { state, name },
        DocumentEdit::ChangeType { state, kind } => Edit::ChangeType { state, state_type: state_type(kind)? },
        DocumentEdit::SetField { pointer, value } => Edit::SetField { pointer, value },
        DocumentEdit::ClearField { pointer } => Edit::ClearField { pointer },
        DocumentEdit::SetFields { pointer, fields } => {
            Edit::SetFields { pointer, fields: fields.into_iter().map(|field| (field.name, field.value)).collect() }
        }
        DocumentEdit::RenameField { pointer, name, value } => Edit::RenameField { pointer, name, value },
        DocumentEdit::MoveField { pointer, index } => Edit::MoveField { pointer, index: index as usize },
        DocumentEdit::SetDefinition { state, definition } => Edit::SetDefinition { state, definition },
        DocumentEdit::Connect { from, slot, to } => {
            Edit::Connect { from: holder(from), slot: slot.as_ref().map(slot_in), to }
        }
        DocumentEdit::TakeOver { from, slot, onto } => {
            Edit::TakeOver { from: holder(from), slot: slot_in(&slot), onto }
        }
        DocumentEdit::Move { state, scope } => Edit::Move { state, scope },
        DocumentEdit::Wrap { states, wrapper, name } => Edit::Wrap {
            states,
            wrapper: match wrapper {
                Wrapper::Parallel => edit::Wrapper::Parallel,
                Wrapper::Branches => edit::Wrapper::Branches,
                Wrapper::Map => edit::Wrapper::Map,
                Wrapper::Catch => edit::Wrapper::Catch,
            },
            name,
        },
        DocumentEdit::Duplicate { states } => Edit::Duplicate { states },
        DocumentEdit::Paste { scope, fragment, on } => {
            Edit::Paste { scope, fragment, on: on.map(|place| (holder(place.from), slot_in(&place.slot))) }
        }
        DocumentEdit::Extract { state, resource } => Edit::Extract { state, resource },
        DocumentEdit::ConvertToJson => Edit::ConvertFormat { format: Format::Json },
        DocumentEdit::ConvertToYaml => Edit::ConvertFormat { format: Format::Yaml },
        DocumentEdit::ConvertToJsonata { state } => Edit::ConvertToJsonata { state },
        DocumentEdit::ConvertPasted { states } => Edit::ConvertPasted { states },
    })
}

/// An edge from a start marker is its scope's.
fn holder(from: String) -> String {
    from.strip_suffix("#start").map(str::to_owned).unwrap_or(from)
}

fn slot_in(slot: &EdgeReason) -> Slot {
    match slot {
        EdgeReason::Start => Slot::Start,
        // The end of a state is where its Next would be.
        EdgeReason::Next | EdgeReason::End => Slot::Next,
        EdgeReason::Default => Slot::Default,
        EdgeReason::Rule { index } => Slot::Rule(*index),
        EdgeReason::Catch { index } => Slot::Catch(*index),
    }
}

fn state_type(kind: GraphNodeKind) -> Result<StateType, Failure> {
    Ok(match kind {
        GraphNodeKind::Task => StateType::Task,
        GraphNodeKind::Pass => StateType::Pass,
        GraphNodeKind::Choice => StateType::Choice,
        GraphNodeKind::Wait => StateType::Wait,
        GraphNodeKind::Succeed => StateType::Succeed,
        GraphNodeKind::Fail => StateType::Fail,
        GraphNodeKind::Parallel => StateType::Parallel,
        GraphNodeKind::Map => StateType::Map,
        GraphNodeKind::Unknown
        | GraphNodeKind::Branch
        | GraphNodeKind::Processor
        | GraphNodeKind::Start
        | GraphNodeKind::End => {
            return Err(Failure::new(Code::BadRequest, format!("{kind:?} is not a type of state")));
        }
    })
}

//! The difference of two definitions, by the names of states.

use asl::{Document, Model};
use wire::{ChangedState, DefinitionChanges, RenamedState, ReroutedWay};

pub(crate) fn between(old: &str, new: &str) -> DefinitionChanges {
    let (old, _) = Document::parse(old);
    let (new, _) = Document::parse(new);
    let found = graph::diff(&Model::new(old.root()), &Model::new(new.root()));
    DefinitionChanges {
        added: found.added.iter().map(|pointer| name(pointer)).collect(),
        removed: found.removed.iter().map(|pointer| name(pointer)).collect(),
        renamed: found
            .renamed
            .iter()
            .map(|renamed| RenamedState { from: name(&renamed.from), to: name(&renamed.to) })
            .collect(),
        changed: found
            .changed
            .into_iter()
            .map(|changed| ChangedState { state: name(&changed.state), fields: changed.fields })
            .collect(),
        rerouted: found
            .rerouted
            .into_iter()
            .map(|way| ReroutedWay { state: name(&way.from), way: way.way, old: way.old, new: way.new })
            .collect(),
        fields: found.machine_fields,
    }
}

/// The last part of a JSON pointer.
pub(crate) fn name(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap_or(pointer).replace("~1", "/").replace("~0", "~")
}

//! The code view's questions, from the wire to `lint::editor` and back.

use std::path::Path;

use asl::schema::StateType;
use lint::editor;
use wire::{
    CompletionItem, CompletionKind, Completions, FoldRange, GraphNodeKind, Outline, OutlineState, StateNames,
    TextChange, TextHelp, TextHelpItem,
};

use crate::analysis::{Offsets, parse};

pub(crate) fn complete(file_name: &Path, text: &str, offset: u32, input: Option<&str>) -> Completions {
    let (document, _) = parse(file_name, text);
    let offsets = Offsets::new(text);
    // Data that cannot be read is no data.
    let input = input.and_then(|input| query::Value::parse(input).ok());
    let data = editor::Data { input: input.as_ref(), result: None };
    let found = editor::complete(&document, byte_of(text, offset), data);
    completions(found, |edit| offsets.changes(std::slice::from_ref(edit)).pop())
}

/// What can be typed, with changes that `change` puts in terms of the front end's text.
pub(crate) fn completions(
    found: impl IntoIterator<Item = editor::Completion>,
    change: impl Fn(&asl::TextEdit) -> Option<TextChange>,
) -> Completions {
    let item = |completion: editor::Completion| {
        Some(CompletionItem {
            change: change(&completion.edit)?,
            label: completion.label,
            kind: completion_kind(completion.kind),
            detail: completion.detail,
            help: completion.help,
        })
    };
    Completions { items: found.into_iter().filter_map(item).collect() }
}

fn completion_kind(kind: editor::CompletionKind) -> CompletionKind {
    match kind {
        editor::CompletionKind::Field => CompletionKind::Field,
        editor::CompletionKind::State => CompletionKind::State,
        editor::CompletionKind::Value => CompletionKind::Value,
        editor::CompletionKind::Error => CompletionKind::Error,
        editor::CompletionKind::Resource => CompletionKind::Resource,
        editor::CompletionKind::Function => CompletionKind::Function,
        editor::CompletionKind::Variable => CompletionKind::Variable,
        editor::CompletionKind::Path => CompletionKind::Path,
    }
}

pub(crate) fn help(file_name: &Path, text: &str, offset: u32) -> TextHelp {
    let (document, _) = parse(file_name, text);
    let offsets = Offsets::new(text);
    let help = editor::hover(&document, byte_of(text, offset)).map(|hover| TextHelpItem {
        range: offsets.range(hover.span, document.lines()),
        title: hover.title,
        text: hover.text,
    });
    TextHelp { help }
}

pub(crate) fn names(file_name: &Path, text: &str, offset: u32) -> StateNames {
    let (document, _) = parse(file_name, text);
    let offsets = Offsets::new(text);
    let at = byte_of(text, offset);
    let model = asl::Model::new(document.root());
    let state = editor::state_named_at(&document, &model, at).map(|(id, _)| model.state(id).pointer.clone());
    let spans = editor::references(&document, at);
    StateNames { state, ranges: spans.into_iter().map(|span| offsets.range(span, document.lines())).collect() }
}

pub(crate) fn outline(file_name: &Path, text: &str) -> Outline {
    let (document, _) = parse(file_name, text);
    let offsets = Offsets::new(text);
    let states = editor::symbols(&document)
        .into_iter()
        .map(|symbol| OutlineState {
            kind: node_kind(symbol.state_type),
            range: offsets.range(symbol.name_span, document.lines()),
            id: symbol.pointer,
            name: symbol.name,
            depth: symbol.depth,
        })
        .collect();
    let folds = editor::folds(&document)
        .into_iter()
        .map(|fold| FoldRange { first_line: fold.first_line, last_line: fold.last_line })
        .collect();
    Outline { states, folds }
}

fn node_kind(state_type: Option<StateType>) -> GraphNodeKind {
    match state_type {
        Some(StateType::Task) => GraphNodeKind::Task,
        Some(StateType::Pass) => GraphNodeKind::Pass,
        Some(StateType::Choice) => GraphNodeKind::Choice,
        Some(StateType::Wait) => GraphNodeKind::Wait,
        Some(StateType::Succeed) => GraphNodeKind::Succeed,
        Some(StateType::Fail) => GraphNodeKind::Fail,
        Some(StateType::Parallel) => GraphNodeKind::Parallel,
        Some(StateType::Map) => GraphNodeKind::Map,
        None => GraphNodeKind::Unknown,
    }
}

/// The byte at a UTF-16 offset; the end of the text for offsets behind it.
fn byte_of(text: &str, unit: u32) -> u32 {
    let mut units = 0;
    let found = text.char_indices().find(|(_, character)| {
        let here = units >= unit;
        units += character.len_utf16() as u32;
        here
    });
    found.map_or(text.len(), |(at, _)| at) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_utf16_on_both_sides() {
        let text =
            "{\"Comment\": \"😀é\", \"StartAt\": \"\", \"States\": {\"Ä\": {\"Type\": \"Pass\", \"End\": true}}}";
        let offset = text[..text.find("\"\"").expect("StartAt is empty") + 1].encode_utf16().count() as u32;
        let found = complete(Path::new("x.asl.json"), text, offset, None).items;
        assert_eq!(found.iter().map(|item| &*item.label).collect::<Vec<_>>(), ["Ä"]);
        assert_eq!((found[0].change.from, found[0].change.to, &*found[0].change.insert), (offset, offset, "Ä"));
        let outline = outline(Path::new("x.asl.json"), text);
        let name = text[..text.find("\"Ä").expect("it is there")].encode_utf16().count() as u32;
        assert_eq!((outline.states[0].range.from, outline.states[0].range.to), (name, name + 3));
        assert_eq!(names(Path::new("x.asl.json"), text, name + 1).state.as_deref(), Some("/States/Ä"));
        assert!(help(Path::new("x.asl.json"), text, 3).help.is_some());
    }
}

//! Random sequences of edits on real files: the text stays readable, undo restores the bytes, redo repeats them.

mod shared;

use std::collections::HashSet;

use asl::document::apply_edits;
use asl::edit::{Edit, History, Slot, Wrapper, apply, fragment};
use asl::model::{Model, Reason};
use asl::schema::StateType;
use asl::{Document, Format};

/// A small generator of our own: the sequences are the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

fn random_edit(document: &Document, dice: &mut Dice, step: usize) -> Option<Edit> {
    let model = Model::new(document.root());
    let pick = |dice: &mut Dice| model.states.get(dice.roll(model.states.len())).map(|state| state.pointer.clone());
    let state = pick(dice)?;
    let scope = model.scopes[dice.roll(model.scopes.len())].pointer.clone();
    let state_type = StateType::ALL[dice.roll(8)];
    let view = model.state(model.find_pointer(&state)?);
    let slot = match view.transitions.get(dice.roll(view.transitions.len())).map(|transition| transition.reason) {
        Some(Reason::Default) => Slot::Default,
        Some(Reason::Rule(at)) => Slot::Rule(at),
        Some(Reason::Catch(at)) => Slot::Catch(at),
        _ => Slot::Next,
    };
    // A few states at random, most often of one scope.
    let several = |dice: &mut Dice| {
        let near: Vec<_> = model.scope(view.scope).states.iter().map(|id| model.state(*id).pointer.clone()).collect();
        let mut several = vec![state.clone()];
        for _ in 0..dice.roll(5) {
            let far = dice.roll(5) == 0;
            several.extend(if far { pick(dice) } else { near.get(dice.roll(near.len())).cloned() });
        }
        several
    };
    let name = format!("Új {step}: \"x\" #y");
    Some(match dice.roll(15) {
        0 => Edit::Add { scope, name, state_type, definition: None },
        1 => Edit::Insert { from: state, slot, name, state_type, definition: None },
        2 => Edit::Delete { states: several(dice), reconnect: true },
        3 => Edit::Rename { state, name },
        4 => Edit::ChangeType { state, state_type },
        5 => Edit::SetField { pointer: format!("{state}/Comment"), value: "\"a \\\"note\\\"\\n\"".to_owned() },
        6 => {
            let field = view.node.members().get(dice.roll(view.node.members().len()))?;
            Edit::ClearField { pointer: format!("{state}/{}", field.key.value) }
        }
        7 => {
            let to = pick(dice)?;
            Edit::Connect { from: state, slot, to: (dice.roll(3) > 0).then_some(to) }
        }
        8 => Edit::Move { state, scope },
        9 => {
            let wrapper = [Wrapper::Parallel, Wrapper::Map, Wrapper::Catch, Wrapper::Branches][dice.roll(4)];
            Edit::Wrap { states: several(dice), wrapper, name }
        }
        10 => Edit::Duplicate { states: several(dice) },
        11 => {
            let copied = several(dice);
            let fragment = match dice.roll(3) {
                0 => document.slice(model.scopes[0].node.span).to_owned(),
                _ => fragment(document, &copied).expect("there are states to copy"),
            };
            let on = (dice.roll(2) == 0).then_some((state, slot));
            if document.text().len() > 60_000 { return None } else { Edit::Paste { scope, fragment, on } }
        }
        13 => Edit::TakeOver { from: state, slot, onto: pick(dice)? },
        12 => Edit::Extract { state, resource: "${Child}".to_owned() },
        _ => Edit::SetField {
            pointer: format!("{state}/Parameters"),
            value: r#"{"a.$": "$.b", "list": [1, {"c": null}], "empty": {}}"#.to_owned(),
        },
    })
}

fn run(text: &str, format: Format, seed: u64, name: &str) -> usize {
    let mut dice = Dice(seed);
    let (mut document, _) = Document::parse_as(text, format);
    let mut history = History::default();
    let mut texts = vec![document.text().to_owned()];
    for step in 0..12 {
        let Some(edit) = random_edit(&document, &mut dice, step) else { continue };
        let Ok(change) = apply(&document, &edit) else { continue };
        let after = apply_edits(document.text(), &change.edits);
        let (changed, syntax) = Document::parse_as(&after, format);
        assert!(!changed.is_broken(), "{name}: {edit:?}\n{syntax:?}\n{}\n=>\n{after}", document.text());
        check_effect(&document, &changed, &edit, name);
        history.push(change);
        document = changed;
        texts.push(after);
    }
    for at in (0..texts.len() - 1).rev() {
        document = history.undo(&document).expect("there is a change to undo");
        assert_eq!(document.text(), texts[at], "{name}: undo restores the bytes");
    }
    for text in &texts[1..] {
        document = history.redo(&document).expect("there is a change to redo");
        assert_eq!(document.text(), *text, "{name}: redo repeats the change");
    }
    texts.len() - 1
}

/// What the edit promised holds for the model of the new text.
fn check_effect(before: &Document, after: &Document, edit: &Edit, name: &str) {
    let (old, new) = (Model::new(before.root()), Model::new(after.root()));
    let (was, is) = (old.states.len(), new.states.len());
    let context = || format!("{name}: {edit:?}\n{}\n=>\n{}", before.text(), after.text());
    match edit {
        Edit::Add { name, .. } | Edit::Insert { name, .. } => {
            assert!(new.find(name).is_some() && is > was, "{}", context());
        }
        Edit::Rename { name, .. } => {
            assert!(new.find(name).is_some() && is == was, "{}", context());
            let changed = before.text().lines().zip(after.text().lines()).filter(|(a, b)| a != b);
            let renamed = changed.clone().filter(|(_, line)| line.contains("Új"));
            assert_eq!(changed.count(), renamed.count(), "only lines with the name change: {}", context());
        }
        Edit::Delete { states, .. } => {
            let gone =
                |pointer: &str| states.iter().any(|state| format!("{pointer}/").starts_with(&format!("{state}/")));
            let inside = old.states.iter().filter(|state| gone(&state.pointer)).count();
            assert_eq!(is, was - inside, "{}", context());
            assert!(dangling(&new) <= dangling(&old), "what led there leads on: {}", context());
        }
        Edit::Move { .. } => assert_eq!(is, was, "{}", context()),
        Edit::Duplicate { .. } | Edit::Paste { .. } => {
            assert!(is > was, "{}", context());
            assert!(repeated(&new) <= repeated(&old), "new names are unique: {}", context());
            assert!(dangling(&new) <= 2 * dangling(&old), "copies lead to states: {}", context());
        }
        Edit::Wrap { .. } => {
            assert_eq!(is, was + 1, "{}", context());
            assert!(dangling(&new) <= dangling(&old), "{}", context());
        }
        Edit::SetField { pointer, value } => {
            let (wanted, _) = Document::parse_as(value, Format::Json);
            let found = after.at(pointer).expect("the field is there");
            assert!(found.same_value(wanted.root()), "{}", context());
        }
        _ => {}
    }
}

/// Transitions to states that are not there.
fn dangling(model: &Model<'_>) -> usize {
    model.states.iter().flat_map(|state| &state.transitions).filter(|transition| transition.to.is_none()).count()
}

/// States whose name another has too.
fn repeated(model: &Model<'_>) -> usize {
    let names: HashSet<&str> = model.states.iter().map(|state| &*state.name.value).collect();
    model.states.len() - names.len()
}

#[test]
fn random_edits_on_real_files() {
    let Some(shared) = shared::shared() else { return };
    let mut done = 0;
    for (at, path) in shared::files_below(&shared.join("workflows/real")).iter().enumerate() {
        let text = std::fs::read_to_string(path).expect("the file is UTF-8");
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        done += run(&text, Format::Json, at as u64 * 31, &name);
        let (document, _) = Document::parse_as(&text, Format::Json);
        let change = apply(&document, &Edit::ConvertFormat { format: Format::Yaml }).expect("it is JSON");
        let yaml = apply_edits(&text, &change.edits);
        let (converted, syntax) = Document::parse_as(&yaml, Format::Yaml);
        assert!(syntax.is_empty(), "{name}: {syntax:?}\n{yaml}");
        assert!(converted.root().same_value(document.root()), "{name}\n{yaml}");
        if at % 3 == 0 {
            done += run(&yaml, Format::Yaml, at as u64, &name);
        }
    }
    assert!(done > 700, "most edits are possible: {done} were");
}

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
            Edit::Connect {
                from: state,
                slot: (dice.roll(4) > 0).then_some(slot),
                to: (dice.roll(3) > 0).then_some(to),
            }
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

type Thought = fn(&Document, &mut Dice, usize) -> Option<Edit>;

fn run(text: &str, format: Format, seed: u64, name: &str, think: Thought) -> usize {
    let mut dice = Dice(seed);
    let (mut document, _) = Document::parse_as(text, format);
    let mut history = History::default();
    let mut texts = vec![document.text().to_owned()];
    for step in 0..12 {
        let Some(edit) = think(&document, &mut dice, step) else { continue };
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

/// Edits of fields at any depth, as forms make them.
fn random_field_edit(document: &Document, dice: &mut Dice, step: usize) -> Option<Edit> {
    let model = Model::new(document.root());
    let state = &model.states[dice.roll(model.states.len())];
    // Somewhere inside of the state: an object or an array with something in it.
    let (mut pointer, mut node) = (state.pointer.clone(), state.node);
    for _ in 0..dice.roll(4) {
        let inner: Vec<(String, &asl::Node)> = children(node)
            .into_iter()
            .filter(|(_, inner)| !inner.members().is_empty() || !inner.elements().is_empty())
            .collect();
        let Some((step, inner)) = inner.get(dice.roll(inner.len())) else { break };
        asl::syntax::push_pointer(&mut pointer, step);
        node = inner;
    }
    let inside = children(node);
    let (chosen, value) = inside.get(dice.roll(inside.len()))?;
    let at = asl::syntax::join_pointer(&pointer, chosen);
    let json = asl::edit::json_text(value);
    Some(match dice.roll(5) {
        0 => Edit::MoveField { pointer: at, index: dice.roll(inside.len()) },
        1 if node.is_object() => {
            let value = (dice.roll(2) == 0).then(|| "\"$.ü\"".to_owned());
            Edit::RenameField { pointer: at, name: format!("neu {step}.$"), value }
        }
        2 if node.is_object() => Edit::SetFields {
            pointer,
            fields: vec![
                (chosen.clone(), None),
                (format!("neu {step}"), Some(json)),
                ("Comment".to_owned(), Some("[1, {\"x\": []}]".to_owned())),
            ],
        },
        3 => Edit::ClearField { pointer: at },
        _ => {
            // The definition as a person might have changed it: a field less, one more, one elsewhere.
            let mut changed = state.node.clone();
            if let asl::NodeKind::Object(members) = &mut changed.kind {
                let gone = dice.roll(members.len());
                let mut moved = members.remove(gone);
                if dice.roll(2) == 0 {
                    moved.key.value = format!("neu {step}").into();
                    members.insert(dice.roll(members.len() + 1), moved);
                }
                if dice.roll(4) == 0 {
                    members.reverse();
                }
            }
            Edit::SetDefinition { state: state.pointer.clone(), definition: asl::edit::json_text(&changed) }
        }
    })
}

fn children(node: &asl::Node) -> Vec<(String, &asl::Node)> {
    let members = node.members().iter().map(|member| (member.key.value.to_string(), &member.value));
    members.chain(node.elements().iter().enumerate().map(|(at, inner)| (at.to_string(), inner))).collect()
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
        Edit::SetDefinition { state, definition } => {
            let (wanted, _) = Document::parse_as(definition, Format::Json);
            let found = after.at(state).expect("the state is there");
            assert!(found.same_value(wanted.root()), "{}", context());
            for (a, b) in found.members().iter().zip(wanted.root().members()) {
                assert_eq!(a.key.value, b.key.value, "the order is the one that was wanted: {}", context());
            }
        }
        Edit::SetFields { pointer, fields } => {
            let found = after.at(pointer).expect("the object is there");
            for (field, value) in fields {
                match value {
                    Some(value) => {
                        let (wanted, _) = Document::parse_as(value, Format::Json);
                        let is = found.get(field).is_some_and(|found| found.same_value(wanted.root()));
                        assert!(is, "{field}: {}", context());
                    }
                    None => assert!(
                        fields.iter().any(|(name, value)| name == field && value.is_some()) || !found.has(field),
                        "{}",
                        context()
                    ),
                }
            }
        }
        Edit::RenameField { pointer, name, .. } => {
            let (holder, old) = pointer.rsplit_once('/').expect("a field has a holder");
            let found = after.at(holder).expect("the object is there");
            assert!(found.has(name) && !found.has(&old.replace("~1", "/").replace("~0", "~")), "{}", context());
            assert_eq!(found.members().len(), before.at(holder).expect("it was there").members().len());
        }
        Edit::MoveField { pointer, .. } => {
            assert_eq!(before.text().len(), after.text().len(), "{}", context());
            let holder = pointer.rsplit_once('/').expect("a field has a holder").0;
            let count = |document: &Document| document.at(holder).map(|node| children(node).len());
            assert_eq!(count(before), count(after), "{}", context());
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
        done += run(&text, Format::Json, at as u64 * 31, &name, random_edit);
        let (document, _) = Document::parse_as(&text, Format::Json);
        let change = apply(&document, &Edit::ConvertFormat { format: Format::Yaml }).expect("it is JSON");
        let yaml = apply_edits(&text, &change.edits);
        let (converted, syntax) = Document::parse_as(&yaml, Format::Yaml);
        assert!(syntax.is_empty(), "{name}: {syntax:?}\n{yaml}");
        assert!(converted.root().same_value(document.root()), "{name}\n{yaml}");
        if at % 3 == 0 {
            done += run(&yaml, Format::Yaml, at as u64, &name, random_edit);
        }
    }
    assert!(done > 700, "most edits are possible: {done} were");
}

#[test]
fn random_edits_of_fields_on_real_files() {
    let Some(shared) = shared::shared() else { return };
    let mut done = 0;
    for (at, path) in shared::files_below(&shared.join("workflows/real")).iter().enumerate() {
        let text = std::fs::read_to_string(path).expect("the file is UTF-8");
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        done += run(&text, Format::Json, at as u64 * 17 + 5, &name, random_field_edit);
        let (document, _) = Document::parse_as(&text, Format::Json);
        let change = apply(&document, &Edit::ConvertFormat { format: Format::Yaml }).expect("it is JSON");
        let yaml = apply_edits(&text, &change.edits);
        done += run(&yaml, Format::Yaml, at as u64 * 17 + 6, &name, random_field_edit);
    }
    assert!(done > 500, "only {done} edits could be done");
}

//! What a workflow has that its definition cannot hold: notes, settings. It lies in `NAME.stepwright.json` beside the
//! definition, one JSON object whose keys each have one owner:
//!
//! ```json
//! { "settings": { … }, "notes": [ { "id": "…", "text": "…", "state": "/States/Charge", "x": 230, "y": 0 } ] }
//! ```
//!
//! A key that is not known here stays as it is, and so does the order of the keys. A file that is not a JSON object is
//! nobody's to overwrite: reading and writing both fail with `FileUnreadable`.

use std::path::{Path, PathBuf};

use runtime::mocks::workflow_name;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wire::{Code, Failure, Note, Notes, Nothing, PutNotes, PutSettings, WorkflowSettings};

use super::Documents;
use super::file::{self, Style};
use crate::shipping::{settings_in, settings_out};
use crate::workspace::text;

const NOTES: &str = "notes";
/// `iac::Settings`, whose documentation gives the shape.
const SETTINGS: &str = "settings";
/// More notes, or longer ones, are a mistake of the front end.
const MAX_NOTES: usize = 2_000;
const MAX_NOTE_BYTES: usize = 64 * 1024;

/// The sidecar of a definition.
pub(crate) fn path_of(definition: &Path) -> PathBuf {
    definition.with_file_name(format!("{}.stepwright.json", workflow_name(definition)))
}

/// The content of a sidecar. Empty if there is none yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sidecar {
    content: Map<String, Value>,
}

impl Sidecar {
    pub(crate) fn read(path: &Path) -> Result<Sidecar, Failure> {
        match file::read(path)? {
            None => Ok(Sidecar::default()),
            Some((text, _)) => Sidecar::parse(&text)
                .map_err(|problem| Failure::new(Code::FileUnreadable, format!("{}: {problem}", path.display()))),
        }
    }

    /// What the recovery store keeps of it; nothing where there is nothing.
    pub(crate) fn to_keep(&self) -> Option<String> {
        (!self.is_empty()).then(|| self.to_text())
    }

    /// What was kept. Text that cannot be read is no reason to lose the document it belongs to.
    pub(crate) fn kept(text: Option<&str>) -> Sidecar {
        text.and_then(|text| Sidecar::parse(text).ok()).unwrap_or_default()
    }

    fn parse(text: &str) -> Result<Sidecar, String> {
        if text.trim().is_empty() {
            return Ok(Sidecar::default());
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(content)) => Ok(Sidecar { content }),
            Ok(_) => Err("a JSON object belongs here".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What stands under a key; nothing where it is absent or of another shape.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_value(self.content.get(key)?.clone()).ok()
    }

    /// Takes the value's place, or that of nothing; `null` and what is empty take the key away.
    pub(crate) fn set<T: Serialize>(&mut self, key: &str, value: &T) {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        let empty = match &value {
            Value::Null => true,
            Value::Array(list) => list.is_empty(),
            Value::Object(object) => object.is_empty(),
            _ => false,
        };
        if empty {
            self.content.shift_remove(key);
        } else {
            self.content.insert(key.to_owned(), value);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.content).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Writes it, atomically. A sidecar with nothing to say is not made, and goes.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        if !self.is_empty() {
            return file::write(path, &self.to_text(), Style::default());
        }
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(crate::failure::writing(path, &error)),
            _ => Ok(()),
        }
    }

    /// The notes that can be read. One that somebody wrote by hand and that lacks what a note needs is passed over.
    fn notes(&self) -> Vec<Note> {
        let notes: Vec<Value> = self.get(NOTES).unwrap_or_default();
        notes.into_iter().filter_map(|note| serde_json::from_value(note).ok()).collect()
    }

    /// Replaces the notes; those that cannot be read stay behind them.
    fn set_notes(&mut self, notes: &[Note]) {
        let strange = self.get::<Vec<Value>>(NOTES).unwrap_or_default().into_iter();
        let strange = strange.filter(|note| serde_json::from_value::<Note>(note.clone()).is_err());
        let notes = notes.iter().filter_map(|note| serde_json::to_value(note).ok());
        let all: Vec<Value> = notes.chain(strange).collect();
        self.set(NOTES, &all);
    }
}

impl Documents {
    /// The sidecar of a document. One without a file keeps it in memory until it is saved.
    pub(crate) fn sidecar(&self, document: u32) -> Result<Sidecar, Failure> {
        let mut open = self.lock();
        let document = open.get_mut(document)?;
        match document.path() {
            Some(path) => Sidecar::read(&path_of(path)),
            None => Ok(document.sidecar.clone()),
        }
    }

    /// Changes the sidecar of a document, and writes it at once.
    pub(crate) fn change_sidecar(&self, document: u32, change: impl FnOnce(&mut Sidecar)) -> Result<(), Failure> {
        let mut open = self.lock();
        let document = open.get_mut(document)?;
        let Some(path) = document.path().map(path_of) else {
            change(&mut document.sidecar);
            let (id, first) = (document.id(), !std::mem::replace(&mut document.keeping, true));
            drop(open);
            if first {
                self.keep_soon(id);
            }
            return Ok(());
        };
        let before = Sidecar::read(&path)?;
        let mut after = before.clone();
        change(&mut after);
        if after == before { Ok(()) } else { after.write(&path) }
    }

    pub(crate) fn settings(&self, document: u32) -> Result<WorkflowSettings, Failure> {
        let sidecar = self.sidecar(document)?;
        let Some(content) = sidecar.content.get(SETTINGS) else { return Ok(WorkflowSettings::default()) };
        let settings: iac::Settings = serde_json::from_value(content.clone())
            .map_err(|error| Failure::new(Code::InvalidInput, format!("the settings cannot be read: {error}")))?;
        Ok(settings_out(&settings))
    }

    pub(crate) fn put_settings(&self, request: &PutSettings) -> Result<Nothing, Failure> {
        let settings = settings_in(&request.settings)?;
        self.change_sidecar(request.document, |sidecar| {
            if settings == iac::Settings::default() {
                sidecar.set(SETTINGS, &Value::Null);
            } else {
                sidecar.set(SETTINGS, &settings);
            }
        })?;
        Ok(Nothing {})
    }

    pub(crate) fn notes(&self, document: u32) -> Result<Notes, Failure> {
        let notes = self.sidecar(document)?.notes();
        let path = self.lock().get_mut(document)?.path().map(path_of);
        Ok(Notes { path: path.map(text), notes })
    }

    pub(crate) fn put_notes(&self, request: &PutNotes) -> Result<Nothing, Failure> {
        let too_much =
            request.notes.len() > MAX_NOTES || request.notes.iter().any(|note| note.text.len() > MAX_NOTE_BYTES);
        if too_much {
            return Err(Failure::new(Code::BadRequest, "the notes are too many or too long"));
        }
        self.change_sidecar(request.document, |sidecar| sidecar.set_notes(&request.notes))?;
        Ok(Nothing {})
    }
}

#[cfg(test)]
mod tests {
    use wire::NoteColor;

    use super::*;

    fn note(id: &str) -> Note {
        Note { id: id.into(), text: "why".into(), state: None, x: 1.0, y: 2.0, color: NoteColor::Yellow }
    }

    #[test]
    fn lies_beside_the_definition() {
        for name in ["order.asl.json", "order.json", "order.asl.yaml"] {
            assert_eq!(path_of(&Path::new("/a").join(name)), Path::new("/a/order.stepwright.json"));
        }
    }

    #[test]
    fn what_others_keep_there_stays() {
        let mut sidecar = Sidecar::parse(
            r#"{"later": {"b": 1, "a": [2]}, "notes": [{"id": "n", "text": "t", "x": 0, "y": 0}, {"drawn": true}], "settings": {"name": "x"}}"#,
        )
        .expect("an object");
        assert_eq!(sidecar.notes().len(), 1, "what is no note is passed over");
        sidecar.set_notes(&[note("one"), note("two")]);
        let read = Sidecar::parse(&sidecar.to_text()).expect("what was written can be read");
        assert_eq!(read.notes(), [note("one"), note("two")]);
        let keys: Vec<_> = read.content.keys().map(String::as_str).collect();
        assert_eq!(keys, ["later", "notes", "settings"], "the order is the author's");
        assert_eq!(read.content["notes"][2], serde_json::json!({"drawn": true}), "nothing is lost");
        assert_eq!(read.content["later"], serde_json::json!({"b": 1, "a": [2]}));
    }

    #[test]
    fn what_is_not_a_sidecar_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.stepwright.json");
        std::fs::write(&path, "[1]").expect("written");
        assert_eq!(Sidecar::read(&path).expect_err("not an object").code, Code::FileUnreadable);
        std::fs::write(&path, "{").expect("written");
        assert_eq!(Sidecar::read(&path).expect_err("not JSON").code, Code::FileUnreadable);
    }

    #[test]
    fn an_empty_one_leaves_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.stepwright.json");
        let mut sidecar = Sidecar::default();
        sidecar.write(&path).expect("nothing to write is no error");
        sidecar.set_notes(&[note("one")]);
        sidecar.write(&path).expect("written");
        assert_eq!(Sidecar::read(&path).expect("readable"), sidecar);
        sidecar.set_notes(&[]);
        sidecar.write(&path).expect("removed");
        assert!(!path.exists());
    }
}

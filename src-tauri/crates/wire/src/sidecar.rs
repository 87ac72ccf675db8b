//! What a workflow has that its definition cannot hold, kept in `NAME.stepwright.json` beside it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Notes {
    /// The sidecar; nothing while the document has no file.
    pub path: Option<String>,
    pub notes: Vec<Note>,
}

/// Fails with `FileUnreadable` where the sidecar that is there is no JSON object: it is not overwritten.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PutNotes {
    pub document: u32,
    /// All of them, in the order in which they lie on one another.
    pub notes: Vec<Note>,
}

/// A sticky note on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Note {
    /// Unique among the notes of a workflow.
    pub id: String,
    pub text: String,
    /// The path of the state it is about, such as `/States/Charge`; it moves with it. Nothing for a note on the canvas itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Its upper left corner: relative to that of the state, or to the canvas.
    pub x: f64,
    pub y: f64,
    #[serde(default)]
    pub color: NoteColor,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NoteColor {
    #[default]
    Yellow,
    Blue,
    Green,
    Pink,
}

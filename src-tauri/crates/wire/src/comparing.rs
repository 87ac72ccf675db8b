//! Two versions of a workflow on one canvas.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::documents::WorkflowGraph;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Revisions {
    /// Whether the file lies in a git repository and the program `git` is there to ask.
    pub repository: bool,
    /// The revisions that changed the file, the latest first; no more than two hundred.
    pub revisions: Vec<Revision>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// The whole hash of the commit.
    pub id: String,
    pub at: String,
    pub author: String,
    /// The first line of the commit's message.
    pub subject: String,
    /// Where the file was then, from the root of the repository.
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CompareDocument {
    pub document: u32,
    pub with: OtherVersion,
}

/// The older of two versions; the newer is what the window holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum OtherVersion {
    /// The file on disk.
    Disk,
    /// A revision of `list_revisions`.
    Revision {
        id: String,
        path: String,
    },
    File {
        path: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionsCompared {
    /// Of the document that was compared.
    pub version: u32,
    /// Both versions in one: the new graph, and what only the old one has. Nothing where neither has a state.
    pub graph: Option<WorkflowGraph>,
    /// In the order in which they are drawn.
    pub states: Vec<StateChange>,
    pub transitions: Vec<TransitionChange>,
    /// Fields of the machine itself that differ, such as `TimeoutSeconds`.
    pub machine: Vec<String>,
    pub old_text: String,
    /// Why the other version gives no whole graph.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateChange {
    /// Its node in the graph of both.
    pub node: String,
    pub name: String,
    pub kind: ChangeKind,
    /// What changed, each in a few words: `Parameters`, `Next: Ship → Charge`.
    pub what: Vec<String>,
    /// The definition then and now, as text.
    pub old: Option<String>,
    pub new: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
    /// Has another name, or lies in another container; its fields may differ too.
    Moved,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TransitionChange {
    /// Its edge in the graph of both.
    pub edge: String,
    /// Only `Added`, `Removed`, or `Changed` for another condition or other errors.
    pub kind: ChangeKind,
}

//! What the backend tells every front end on its own.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::executions::{EdgeProgress, ExecutionStatus, NodeProgress, PendingTask};
use crate::sessions::{Breakpoint, LogLine, Pause};

/// A message nobody asked for. Front ends that missed some (a reopened window) ask again with the `get_` commands.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Notice {
    /// An execution moved on. Bundled: at most some sixty a second for each execution.
    ExecutionMoved(ExecutionMoved),
    /// The list of executions changed: one was started, ended or deleted.
    ExecutionsChanged,
    /// The list of pending tasks changed.
    PendingTasksChanged { tasks: Vec<PendingTask> },
    /// Breakpoints said something instead of stopping.
    DebugLogged { execution: String, lines: Vec<LogLine> },
    /// States of a document were renamed or moved, and its breakpoints with them.
    StatesMoved { document: u32, moved: Vec<MovedState>, breakpoints: Vec<Breakpoint> },
    /// A file that is open was changed, or removed, by somebody else.
    DocumentChangedOnDisk(DocumentChangedOnDisk),
    /// A file that an open document's definition stands inside of may have been changed by somebody else.
    DeclarationChanged { document: u32 },
    /// The file of an open document was renamed here.
    DocumentRenamed(DocumentRenamed),
    /// Workflows that are now at these paths were somewhere else before: what is kept of them, as breakpoints, has come along.
    WorkflowsMoved { paths: Vec<String> },
    /// More is known of an open folder, or something in it changed.
    FolderChanged { path: String },
    /// Another program asked to open files, for instance by dropping them on the window.
    OpenFiles { paths: Vec<String> },
    /// The same for a folder.
    OpenFolder { path: String },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionMoved {
    pub execution: String,
    pub status: ExecutionStatus,
    /// The id of the last history event. A gap against the one before shows which history to fetch.
    pub events: u32,
    /// Only the nodes that changed, whole.
    pub nodes: Vec<NodeProgress>,
    /// Only the edges that were taken, in order, with their new counts.
    pub edges: Vec<EdgeProgress>,
    /// The execution's own time now.
    pub now: String,
    /// Why it stands still, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub pause: Option<Pause>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentChangedOnDisk {
    pub document: u32,
    /// The document had no unsaved changes and now holds the new text; fetch it with `reload_document`.
    pub reloaded: bool,
    /// The file is gone.
    pub removed: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DocumentRenamed {
    pub document: u32,
    pub path: String,
    pub name: String,
    pub recovery: String,
}

/// The path of a state before and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MovedState {
    pub from: String,
    pub to: String,
}

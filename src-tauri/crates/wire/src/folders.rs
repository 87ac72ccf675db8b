//! Folders of workflows: what is in them, and what can be done to their files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FolderRef {
    /// Absolute.
    pub path: String,
}

/// What is known of an open folder so far. `FolderChanged` says when to ask again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderTree {
    /// Without symbolic links.
    pub path: String,
    pub name: String,
    /// By path. Folders are those the files lie in.
    pub files: Vec<FolderFile>,
    /// Whether it is being looked through just now.
    pub scanning: bool,
    /// Files looked at, of those that may hold workflows.
    pub looked_at: u32,
    pub candidates: u32,
    /// There were more files than are looked at, or the person stopped the search.
    pub incomplete: bool,
    /// What was passed over although workflows may lie in it, by path; the first hundred.
    pub left_out: Vec<LeftOut>,
}

/// A folder that cannot be read, a link to a folder, a name that is no text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftOut {
    /// Below the folder; what of it is no text is shown as `�`.
    pub relative: String,
    pub why: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderFile {
    pub path: String,
    /// Below the folder, with `/` between its parts.
    pub relative: String,
    pub kind: FolderFileKind,
    pub workflows: Vec<FolderWorkflow>,
    /// Why it could not be read.
    pub trouble: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FolderFileKind {
    /// The file is a definition.
    Workflow,
    /// A template or program that declares workflows.
    Project,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderWorkflow {
    /// Its logical id, label or key in the file; the file's own name for a definition.
    pub id: String,
    pub states: u32,
    pub errors: u32,
    pub warnings: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecentFolders {
    /// The latest first.
    pub folders: Vec<RecentFolder>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecentFolder {
    pub path: String,
    pub name: String,
    /// False when it is gone.
    pub exists: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CreateFile {
    /// An existing folder, absolute.
    pub folder: String,
    pub name: String,
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RenameFile {
    pub path: String,
    /// In the same folder.
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FilePath {
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DeleteFile {
    pub path: String,
    /// Not into the system's trash.
    pub forever: bool,
}

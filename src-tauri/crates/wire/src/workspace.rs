//! The application, its files and its settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    pub version: String,
    /// Whether `pick_file`, `pick_folder` and `pick_save_path` work. Without them the front end uses `list_folder`.
    pub native_dialogs: bool,
    /// Files named on the command line, to be opened at start.
    pub open_at_start: Vec<String>,
    /// The folder named on the command line, if any.
    pub folder_at_start: Option<String>,
    /// Where the file dialog of the browser starts.
    pub home: String,
    /// Executions that were cut off by the end of an earlier application and can be resumed.
    pub interrupted_executions: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecentFiles {
    pub files: Vec<RecentFile>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecentFile {
    pub path: String,
    pub name: String,
    pub opened_at: String,
    /// False when the file is gone.
    pub exists: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ForgetRecentFile {
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Examples {
    pub examples: Vec<Example>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Example {
    /// The file's stem, such as `order-approval`.
    pub name: String,
    /// One sentence.
    pub summary: String,
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListFolder {
    /// Absolute.
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Folder {
    pub path: String,
    /// Nothing at the root.
    pub parent: Option<String>,
    /// Folders first, then files that may hold a workflow, both by name. Hidden entries are left out.
    pub entries: Vec<FolderEntry>,
    /// Whether entries were left out because there were too many.
    pub truncated: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderEntry {
    pub name: String,
    pub path: String,
    pub is_folder: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PickSavePath {
    pub suggested_name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WritePicture {
    /// Absolute; ends with `.svg` or `.png`.
    pub path: String,
    /// The bytes of the file.
    pub base64: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Picked {
    /// Nothing when the person cancelled.
    pub path: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GetSetting {
    pub key: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Setting {
    /// JSON text.
    pub value: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PutSetting {
    pub key: String,
    /// JSON text.
    pub value: String,
}

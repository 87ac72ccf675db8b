//! What the backend asks of the desktop, and the one command the page may call.

use std::path::{Path, PathBuf};

use api::{Backend, Host};
use serde_json::Value;
use tauri::{AppHandle, Emitter, Manager, State};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;
use wire::{Code, Failure, Notice};

/// Endings of files that may hold a workflow, for the file dialog.
const WORKFLOW_EXTENSIONS: &[&str] = &["json", "yaml", "yml", "asl"];

/// Names the file the open dialog answers with, so that a test can pass a dialog of the system that no driver reaches.
#[cfg(debug_assertions)]
const PICK_FILE: &str = "STEPWRIGHT_PICK_FILE";

/// The same for a folder.
#[cfg(debug_assertions)]
const PICK_FOLDER: &str = "STEPWRIGHT_PICK_FOLDER";

pub(crate) struct Desktop {
    app: AppHandle,
}

impl Desktop {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self { app }
    }
}

impl Host for Desktop {
    fn notify(&self, notice: Notice) {
        if let Err(error) = self.app.emit("notice", notice) {
            tracing::warn!(%error, "a notice did not reach the window");
        }
    }

    fn native_dialogs(&self) -> bool {
        true
    }

    async fn pick_file(&self) -> Result<Option<PathBuf>, Failure> {
        #[cfg(debug_assertions)]
        if let Some(path) = std::env::var_os(PICK_FILE) {
            return Ok(Some(path.into()));
        }
        let (answer, picked) = oneshot::channel();
        let dialog = self.app.dialog().file().set_title("Open a workflow").add_filter("Workflows", WORKFLOW_EXTENSIONS);
        dialog.add_filter("All files", &["*"]).pick_file(move |path| drop(answer.send(path)));
        chosen(picked.await)
    }

    async fn pick_folder(&self) -> Result<Option<PathBuf>, Failure> {
        #[cfg(debug_assertions)]
        if let Some(path) = std::env::var_os(PICK_FOLDER) {
            return Ok(Some(path.into()));
        }
        let (answer, picked) = oneshot::channel();
        let dialog = self.app.dialog().file().set_title("Open a folder");
        dialog.pick_folder(move |path| drop(answer.send(path)));
        chosen(picked.await)
    }

    async fn pick_save_path(&self, suggested_name: &str) -> Result<Option<PathBuf>, Failure> {
        let (answer, picked) = oneshot::channel();
        let suggested = Path::new(suggested_name);
        let mut dialog =
            self.app.dialog().file().set_title("Save the workflow").add_filter("Workflows", WORKFLOW_EXTENSIONS);
        if let Some(folder) = suggested.parent().filter(|folder| folder.is_absolute()) {
            dialog = dialog.set_directory(folder);
        }
        if let Some(name) = suggested.file_name() {
            dialog = dialog.set_file_name(name.to_string_lossy());
        }
        dialog.save_file(move |path| drop(answer.send(path)));
        chosen(picked.await)
    }
}

/// The path a dialog was closed with. A dialog that went away without an answer was cancelled.
fn chosen(answer: Result<Option<FilePath>, oneshot::error::RecvError>) -> Result<Option<PathBuf>, Failure> {
    let Some(path) = answer.unwrap_or_default() else { return Ok(None) };
    let path = path
        .into_path()
        .map_err(|error| Failure::new(Code::Unsupported, format!("not a file of this machine: {error}")))?;
    Ok(Some(path))
}

/// Runs one command of the table. Answers `{ "ok": … }` or `{ "failure": { code, message } }`.
#[tauri::command]
pub(crate) async fn call(app: AppHandle, command: String, request: Value) -> Value {
    let backend: State<'_, Backend<Desktop>> = app.state();
    match api::call(&backend, &command, request).await {
        Ok(response) => serde_json::json!({ "ok": response }),
        Err(failure) => serde_json::json!({ "failure": failure }),
    }
}

use std::path::PathBuf;

use wire::{Code, Failure, Notice};

/// What commands need from the program around them.
pub trait Host: Send + Sync + 'static {
    /// Tells every front end. Must not wait.
    fn notify(&self, notice: Notice);

    /// Whether the dialogs below work.
    fn native_dialogs(&self) -> bool {
        false
    }

    /// Asks the person for a file to open; nothing when they cancel.
    fn pick_file(&self) -> impl Future<Output = Result<Option<PathBuf>, Failure>> + Send {
        async { Err(no_dialogs()) }
    }

    /// Asks the person for a folder; nothing when they cancel.
    fn pick_folder(&self) -> impl Future<Output = Result<Option<PathBuf>, Failure>> + Send {
        async { Err(no_dialogs()) }
    }

    /// Asks the person where to save; nothing when they cancel.
    fn pick_save_path(&self, suggested_name: &str) -> impl Future<Output = Result<Option<PathBuf>, Failure>> + Send {
        let _ = suggested_name;
        async { Err(no_dialogs()) }
    }
}

fn no_dialogs() -> Failure {
    Failure::new(Code::Unsupported, "there are no file dialogs here")
}

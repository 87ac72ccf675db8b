//! How a command says that it could not do its job.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A command's refusal. Front ends branch on `code` and show `message`; they never parse it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    pub code: Code,
    /// Lower case, no full stop, with the offending value.
    pub message: String,
}

impl Failure {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// A code exists once a front end does something different for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// The request has the wrong shape: a bug of the front end.
    BadRequest,
    DocumentNotOpen,
    /// The change was made against an older version of the document; fetch the text again.
    StaleVersion,
    FileNotFound,
    FileUnreadable,
    /// The file on disk is not the one that was read.
    FileChanged,
    FileNotWritable,
    /// The edit cannot be done; the message is the reason, for people.
    EditRefused,
    /// The definition has errors; the problems list shows them.
    InvalidDefinition,
    InvalidInput,
    MocksUnreadable,
    /// A history from elsewhere cannot be read, or does not fit the definition; the message names the place.
    HistoryUnreadable,
    /// The execution cannot be forked there; the message is the reason, for people.
    ForkRefused,
    ExecutionNotFound,
    /// The execution has ended, so it cannot be stopped or answered.
    ExecutionFinished,
    TaskNotPending,
    /// The database was written by a newer version of Stepwright.
    DatabaseTooNew,
    /// Not something this host offers, such as a file dialog in the browser.
    Unsupported,
    /// A bug of ours, or the machine's trouble (full disk).
    Unexpected,
}

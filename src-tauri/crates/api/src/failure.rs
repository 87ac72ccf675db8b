//! Every error of the crates below, mapped once to what a front end branches on.
#![allow(clippy::needless_pass_by_value, reason = "these are arguments of `map_err`")]

use std::io;
use std::path::Path;

use runtime::mocks::MockError;
use runtime::{Refused, RunError};
use store::StoreError;
use wire::{Code, Failure};

// A plain function: neither type is of this crate.
pub(crate) fn of_store(error: StoreError) -> Failure {
    let code = match &error {
        StoreError::SchemaTooNew { .. } => Code::DatabaseTooNew,
        StoreError::ExecutionNotFound(_) => Code::ExecutionNotFound,
        StoreError::Foreign
        | StoreError::Corrupt { .. }
        | StoreError::Io { .. }
        | StoreError::Closed
        | StoreError::Undone(_)
        | StoreError::Sqlite(_) => Code::Unexpected,
    };
    Failure::new(code, error.to_string())
}

pub(crate) fn of_mocks(error: MockError) -> Failure {
    Failure::new(Code::MocksUnreadable, error.to_string())
}

pub(crate) fn of_run(error: RunError) -> Failure {
    let code = match error {
        RunError::Store(error) => return of_store(error),
        RunError::Mocks(error) => return of_mocks(error),
        RunError::Definition(_) => Code::InvalidDefinition,
        RunError::Fork(_) => Code::ForkRefused,
        RunError::History(_) => Code::HistoryUnreadable,
        RunError::Imported => Code::BadRequest,
        RunError::NotAnObject { .. } => Code::InvalidInput,
        RunError::NoSuchState(_) => Code::BadRequest,
        RunError::Input(_) | RunError::Name(_) | RunError::NameTaken(_) => Code::InvalidInput,
        RunError::Finished | RunError::Refused(Refused::Finished) => Code::ExecutionFinished,
        RunError::Refused(Refused::TaskNotPending | Refused::NothingToSkip) => Code::TaskNotPending,
        RunError::Running
        | RunError::Elsewhere
        | RunError::Refused(Refused::NotPaused | Refused::NothingChanged | Refused::NoSuchState)
        | RunError::NoSuchEvent(_) => Code::BadRequest,
        RunError::Replay(_) | RunError::Thread(_) => Code::Unexpected,
    };
    Failure::new(code, error.to_string())
}

pub(crate) fn reading(path: &Path, error: &io::Error) -> Failure {
    let code = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Code::FileNotFound,
        _ => Code::FileUnreadable,
    };
    Failure::new(code, format!("{}: {}", path.display(), in_words(error, "read")))
}

pub(crate) fn writing(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Code::FileNotWritable, format!("{}: {}", path.display(), in_words(error, "write")))
}

/// What is the matter with a file, for somebody who has not written this program.
pub(crate) fn in_words(error: &io::Error, doing: &str) -> String {
    let words = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file",
        io::ErrorKind::PermissionDenied => return format!("you are not allowed to {doing} it"),
        io::ErrorKind::InvalidData => NOT_TEXT,
        io::ErrorKind::InvalidFilename => "the path is too long",
        io::ErrorKind::ReadOnlyFilesystem => "the disk may only be read",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "there is no room left on the disk",
        _ if is_loop(error) => "the link leads round in a circle",
        _ => return error.to_string(),
    };
    words.to_owned()
}

/// Of a file that holds something else, or text in an encoding that is not read.
pub(crate) const NOT_TEXT: &str = "it is not text in UTF-8";

/// The standard library has no stable name for it.
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(if cfg!(target_os = "linux") { 40 } else { 62 })
}

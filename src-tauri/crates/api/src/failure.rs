//! Every error of the crates below, mapped once to what a front end branches on.
#![allow(clippy::needless_pass_by_value, reason = "these are arguments of `map_err`")]

use std::io;
use std::path::Path;

use runtime::mocks::MockError;
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

pub(crate) fn reading(path: &Path, error: &io::Error) -> Failure {
    let code = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Code::FileNotFound,
        _ => Code::FileUnreadable,
    };
    Failure::new(code, format!("{}: {error}", path.display()))
}

pub(crate) fn writing(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Code::FileNotWritable, format!("{}: {error}", path.display()))
}

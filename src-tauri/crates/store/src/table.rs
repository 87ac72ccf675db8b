//! One file for each table: its row, what creates it, how it is read and how it is written.

pub(crate) mod executions;
pub(crate) mod journal;
pub(crate) mod known_files;
pub(crate) mod pauses;
pub(crate) mod recent_files;
pub(crate) mod recovery;
pub(crate) mod settings;
pub(crate) mod snapshots;

//! One file for each command: its arguments, and `run`.

pub(crate) mod serve;

//! The wall clock and the text of instants.

use machine::Timestamp;

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    runtime::wall().0
}

/// RFC 3339 in UTC with milliseconds.
pub(crate) fn iso(millis: i64) -> String {
    Timestamp(millis).iso()
}

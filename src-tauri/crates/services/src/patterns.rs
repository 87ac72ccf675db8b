//! Patterns: small machines to paste into a workflow and adapt.
//!
//! A pattern is a whole definition (`StartAt`, `States`) in either language. Its names are placeholders; its transitions stay
//! inside. The editor pastes its states and joins `StartAt` to the place where it was dropped.

use asl::program::QueryLanguage;

#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// `retry-with-backoff`
    pub id: &'static str,
    pub title: &'static str,
    /// When to use it, in a sentence.
    pub summary: &'static str,
    jsonpath: &'static str,
    jsonata: &'static str,
}

impl Pattern {
    /// JSON text.
    pub fn definition(&self, language: QueryLanguage) -> &'static str {
        match language {
            QueryLanguage::JsonPath => self.jsonpath,
            QueryLanguage::Jsonata => self.jsonata,
        }
    }
}

macro_rules! patterns {
    ($($id:literal: $title:literal, $summary:literal;)*) => {
        /// In the order of the palette.
        pub static PATTERNS: &[Pattern] = &[$(Pattern {
            id: $id,
            title: $title,
            summary: $summary,
            jsonpath: include_str!(concat!("../patterns/", $id, ".jsonpath.json")),
            jsonata: include_str!(concat!("../patterns/", $id, ".jsonata.json")),
        }),*];
    };
}

patterns! {
    "retry-with-backoff": "Retry with backoff",
        "Calls again when an error may pass, each time after a longer pause, and gives up with the error it had.";
    "catch-and-compensate": "Catch and compensate",
        "Undoes a step when the one after it fails.";
    "saga": "Saga",
        "Several steps in different systems: when one fails, those before it are undone in reverse order.";
    "callback-with-timeout": "Callback with timeout",
        "Hands work to somebody with a task token, watches their heartbeat, and goes on without them in the end.";
    "poll-until-done": "Poll until done",
        "Starts a job, looks at it now and then until it is done, and stops after so many looks.";
    "fan-out-with-tolerance": "Fan out with tolerance",
        "Works on many items at once and succeeds as long as only a few of them fail.";
    "human-approval": "Human approval",
        "Asks a person, waits for days if need be, and goes on as they decide.";
    "batch": "Batch",
        "Reads a table from S3, hands its rows out in batches, and writes the results back to S3.";
}

//! What the service would answer to a definition: its verdict, codes, words and places.
//!
//! `ValidateStateMachineDefinition` answers with diagnostics, `CreateStateMachine` and `UpdateStateMachine` with an
//! `InvalidDefinition` error whose message joins them.

mod json_text;
pub mod request;

use asl::check::MachineType;
use asl::diagnostic::code;
use asl::{Document, Format, Model, Severity};

pub use json_text::{Complaint, first_complaint};

/// As many as the service returns.
const MOST_DIAGNOSTICS: usize = 100;

/// The answer of `ValidateStateMachineDefinition`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    pub diagnostics: Vec<ServiceDiagnostic>,
    /// There were more than are returned.
    pub truncated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDiagnostic {
    pub severity: Severity,
    pub code: String,
    pub message: String,
    /// A JSON pointer, or the JSON parser's own notion of the place. Some findings have none.
    pub location: Option<String>,
}

impl Verdict {
    /// `OK` or `FAIL`.
    pub fn result(&self) -> &'static str {
        if self.is_ok() { "OK" } else { "FAIL" }
    }

    pub fn is_ok(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
    }

    /// The message of the `InvalidDefinition` error with which the service refuses to create or update a machine.
    pub fn invalid_definition(&self) -> Option<String> {
        let errors: Vec<String> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .map(|diagnostic| {
                let ServiceDiagnostic { code, message, location, .. } = diagnostic;
                match location {
                    Some(location) => format!("{code}: {message} at {location}"),
                    None => format!("{code}: {message}"),
                }
            })
            .collect();
        (!errors.is_empty()).then(|| format!("Invalid State Machine Definition: '{}'", errors.join(", ")))
    }
}

impl ServiceDiagnostic {
    /// `ERROR` or `WARNING`.
    pub fn severity_name(&self) -> &'static str {
        if self.severity == Severity::Error { "ERROR" } else { "WARNING" }
    }
}

/// Judges the text of a definition as the service does. Warnings are returned only if asked for, as the service's
/// `severity: WARNING` does.
pub fn validate_definition(text: &str, machine_type: MachineType, with_warnings: bool) -> Verdict {
    if let Some(complaint) = first_complaint(text) {
        return Verdict {
            diagnostics: vec![ServiceDiagnostic {
                severity: Severity::Error,
                code: code::INVALID_JSON_DESCRIPTION.to_owned(),
                message: complaint.message,
                location: Some(complaint.location),
            }],
            truncated: false,
        };
    }
    let (document, _) = Document::parse_as(text, Format::Json);
    let mut found = crate::definition_errors(&document, &Model::new(document.root()), machine_type);
    if with_warnings {
        found.extend(crate::service_warnings(&document));
    }
    let truncated = found.len() > MOST_DIAGNOSTICS;
    found.truncate(MOST_DIAGNOSTICS);
    let diagnostics = found
        .into_iter()
        .map(|diagnostic| ServiceDiagnostic {
            severity: diagnostic.severity,
            code: diagnostic.code.into_owned(),
            message: diagnostic.message,
            location: diagnostic.pointer,
        })
        .collect();
    Verdict { diagnostics, truncated }
}

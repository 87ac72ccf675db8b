//! What is wrong with a definition, and what a reviewer would say.
//!
//! * [`service`] judges a definition as the service does: same verdict, codes, words and places.
//! * [`validate`] is for people: every finding has a span, warnings are included, broken text is read as far as it goes.
//! * `rules` has one file per rule.
//! * [`editor`] answers the code view.

pub mod editor;
mod expressions;
pub mod functions;
mod open_ends;
mod plain_jsonata;
mod rules;
pub mod service;
pub mod variables;

use asl::check::{self, MachineType};
use asl::{Diagnostic, Document, Model};

pub use rules::{RULES, Rule, rule};

/// Everything there is to say about a document, in the order of the text.
pub fn validate(document: &Document, syntax: &[Diagnostic], machine_type: MachineType) -> Vec<Diagnostic> {
    let model = Model::new(document.root());
    let mut found = syntax.to_vec();
    if document.text().len() > service::request::MAX_DEFINITION {
        let message = format!("the service takes definitions of at most {} bytes", service::request::MAX_DEFINITION);
        found.push(Diagnostic::error("DEFINITION_TOO_LONG", message, "/", asl::Span::empty(0)));
    }
    found.extend(definition_errors(document, &model, machine_type));
    open_ends::lead_on(document, &model, &mut found);
    found.extend(rules::check(document, &model));
    found.sort_by_key(|diagnostic| diagnostic.span);
    found
}

/// What the service rejects in a text that is JSON, in its order: the schema with its expressions, then the flow.
pub(crate) fn definition_errors(document: &Document, model: &Model<'_>, machine_type: MachineType) -> Vec<Diagnostic> {
    let mut schema = check::check_schema(document.root(), model, machine_type);
    schema.extend(expressions::check(document, model));
    if schema.iter().any(Diagnostic::is_error) {
        // Findings of one state stay together, in the order of the text.
        schema.sort_by_key(|diagnostic| diagnostic.span.start);
        return schema;
    }
    schema.extend(check::check_flow(model));
    schema
}

/// The warnings the service gives when asked for them. Their codes are documented, their words are ours.
pub(crate) fn service_warnings(document: &Document) -> Vec<Diagnostic> {
    let mut found = rules::check(document, &Model::new(document.root()));
    found.retain(|diagnostic| matches!(&*diagnostic.code, "NO_DOLLAR" | "PASS_RESULT_IS_STATIC"));
    found
}

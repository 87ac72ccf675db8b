//! From a document to a [`Program`], or to the reasons why there is none.
//!
//! The findings carry the service's codes, words and pointers where they are known from recordings (Create- and
//! ValidateStateMachineDefinition, 2023 to 2025); others follow the same style. Expressions are judged by the crate `lint`.

mod build;
mod flow;
mod state;
mod value;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, code};
use crate::document::Document;
use crate::model::Model;
use crate::program::Program;
use crate::syntax::{Node, Span};

/// The outcome of [`check`].
#[derive(Debug, Clone)]
pub struct Checked {
    /// Present only if no diagnostic is an error and the text could be read.
    pub program: Option<Program>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Standard or Express: some definitions are legal only for one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MachineType {
    #[default]
    Standard,
    Express,
}

/// Checks a definition of unknown use: what is legal for a Standard machine passes.
pub fn check(document: &Document) -> Checked {
    check_as(document, MachineType::Standard)
}

pub fn check_as(document: &Document, machine_type: MachineType) -> Checked {
    let model = Model::new(document.root());
    let mut checked = check_model(document.root(), &model, machine_type);
    if document.is_broken() {
        checked.program = None;
    }
    checked
}

pub fn check_model(root: &Node, model: &Model<'_>, machine_type: MachineType) -> Checked {
    let mut diagnostics = validate(root, model, machine_type);
    let program = if diagnostics.iter().any(Diagnostic::is_error) {
        None
    } else {
        match build::build(model) {
            Ok(machine) => Some(Program { machine: Arc::new(machine) }),
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                None
            }
        }
    };
    Checked { program, diagnostics }
}

/// The findings alone, in the service's order: the schema first; the flow only if the schema holds.
pub fn validate(root: &Node, model: &Model<'_>, machine_type: MachineType) -> Vec<Diagnostic> {
    let mut found = check_schema(root, model, machine_type);
    if !found.iter().any(Diagnostic::is_error) {
        found.extend(check_flow(model));
    }
    found
}

/// Fields and their values.
pub fn check_schema(root: &Node, model: &Model<'_>, machine_type: MachineType) -> Vec<Diagnostic> {
    let mut findings = Findings { machine_type, ..Findings::default() };
    if root.is_object() {
        findings.machine(model, crate::model::ScopeId(0));
    } else {
        findings.schema("Definition must be a valid JSON object", "/", root.span);
    }
    findings.list
}

/// Names and transitions: targets that do not exist, states that no path reaches, machines that never end.
pub fn check_flow(model: &Model<'_>) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    flow::check(model, &mut findings);
    findings.list
}

/// Collects findings; the walk over the schema is spread over the files of this folder.
#[derive(Debug, Default)]
struct Findings {
    machine_type: MachineType,
    list: Vec<Diagnostic>,
}

impl Findings {
    fn add(&mut self, code: &'static str, message: impl Into<String>, pointer: &str, span: Span) {
        let pointer = if pointer.is_empty() { "/" } else { pointer };
        self.list.push(Diagnostic::error(code, message, pointer, span));
    }

    fn schema(&mut self, message: impl Into<String>, pointer: &str, span: Span) {
        self.add(code::SCHEMA_VALIDATION_FAILED, message, pointer, span);
    }
}

//! A definition made ready to run.

use std::sync::Arc;

use asl::check::{MachineType, check_as};
use asl::{Document, Program};
use machine::Compiled;

#[derive(Debug, Clone)]
pub struct Definition {
    pub program: Program,
    pub machine: Arc<Compiled>,
}

/// Why a definition cannot run: its first error, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    #[error("line {line}, column {column}: {message}{}", more(others))]
    Invalid { line: u32, column: u32, message: String, others: usize },
    #[error("{0}")]
    Expression(#[from] machine::CompileError),
}

fn more(others: &usize) -> String {
    match others {
        0 => String::new(),
        1 => " (and one more error)".into(),
        others => format!(" (and {others} more errors)"),
    }
}

impl Definition {
    /// # Errors
    /// When the text is not a valid definition, or holds an expression that cannot be parsed.
    pub fn parse(text: &str, express: bool) -> Result<Definition, DefinitionError> {
        let (document, syntax) = Document::parse(text);
        let kind = if express { MachineType::Express } else { MachineType::Standard };
        let checked = check_as(&document, kind);
        let errors: Vec<_> = syntax.iter().chain(&checked.diagnostics).filter(|found| found.is_error()).collect();
        match (checked.program, errors.first()) {
            (Some(program), None) => {
                let machine = Arc::new(Compiled::new(&program)?);
                Ok(Definition { program, machine })
            }
            (_, Some(error)) => {
                let at = document.lines().position(text, error.span.start);
                let message = match &error.pointer {
                    Some(pointer) => format!("{} at {pointer}", error.message),
                    None => error.message.clone(),
                };
                Err(DefinitionError::Invalid { line: at.line, column: at.column, message, others: errors.len() - 1 })
            }
            (None, None) => Err(DefinitionError::Invalid {
                line: 1,
                column: 1,
                message: "the text cannot be read as a definition".into(),
                others: 0,
            }),
        }
    }
}

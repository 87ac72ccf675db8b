//! What the code view asks for: completion, help, places, folds. Pure functions of a document and an offset.

mod complete;
mod fold;
mod hover;
mod input;
mod navigate;
mod place;

pub use complete::{Completion, CompletionKind, Data, complete};
pub use fold::{Fold, FoldKind, folds};
pub use hover::{Hover, hover};
pub use input::suggested_input;
pub use navigate::{Symbol, definition, references, state_named_at, symbols};

use asl::{Diagnostic, Fix};

/// The fixes of the findings that touch a range of the text, the narrowest finding first.
pub fn quick_fixes(diagnostics: &[Diagnostic], range: asl::Span) -> Vec<&Fix> {
    let touches = |diagnostic: &&Diagnostic| {
        diagnostic.span.start <= range.end && range.start <= diagnostic.span.end.max(diagnostic.span.start + 1)
    };
    let mut found: Vec<&Diagnostic> = diagnostics.iter().filter(touches).collect();
    found.sort_by_key(|diagnostic| diagnostic.span.len());
    found.into_iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).collect()
}

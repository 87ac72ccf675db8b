//! JSON to YAML and back.

use super::print::Printer;
use super::{Draft, Refusal, Work};
use crate::diagnostic::TextEdit;
use crate::document::Format;
use crate::syntax::Span;

impl Work<'_, '_> {
    /// The whole text anew. Comments stay; anchors and their aliases become what they stand for.
    pub(super) fn convert_format(&self, format: Format) -> Result<Draft, Refusal> {
        let document = self.document;
        if document.format() == format {
            return Err(Refusal::new("the document already has this format"));
        }
        let printer = Printer { unit: "  ", newline: "\n", document: Some(document) };
        let (label, mut text) = match format {
            Format::Yaml => ("Convert to YAML", printer.yaml(document.root(), 0)),
            Format::Json => {
                let lost = document.comments().len();
                if lost > 0 {
                    return Err(Refusal::new(format!("JSON has no comments, and the document has {lost}")));
                }
                ("Convert to JSON", Printer { document: None, ..printer }.json(document.root(), ""))
            }
        };
        text.push('\n');
        let all = Span::new(0, document.text().len());
        Ok(Draft::new(label, vec![TextEdit::replace(all, text)], None))
    }
}

//! Edits made of several steps, each worked out on the text the one before left.

use super::text::Patch;
use super::{Refusal, Work};
use crate::diagnostic::TextEdit;
use crate::document::{Document, apply_edits};
use crate::model::Model;
use crate::syntax::Span;

/// The text so far, as pieces of the original and new text.
pub(crate) struct Steps {
    pieces: Vec<Piece>,
    original: usize,
    document: Document,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Kept(Span),
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Piece::Kept(span) => span.len() as usize,
            Piece::New(text) => text.len(),
        }
    }

    fn slice(&self, from: usize, to: usize) -> Piece {
        match self {
            Piece::Kept(span) => Piece::Kept(Span::new(span.start as usize + from, span.start as usize + to)),
            Piece::New(text) => Piece::New(text[from..to].to_owned()),
        }
    }
}

impl Steps {
    pub(crate) fn new(document: &Document) -> Self {
        let original = document.text().len();
        Self { pieces: vec![Piece::Kept(Span::new(0, original))], original, document: document.clone() }
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// One step, on the document as it stands now.
    pub(crate) fn step<T>(
        &mut self,
        work: impl FnOnce(&Work<'_, '_>, &mut Patch<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (value, edits) = {
            let model = Model::new(self.document.root());
            let mut patch = Patch::new(&self.document);
            let value = work(&Work { document: &self.document, model: &model }, &mut patch)?;
            (value, patch.finish()?)
        };
        self.pieces = replace(&self.pieces, &edits);
        let text = apply_edits(self.document.text(), &edits);
        self.document = Document::parse_as(&text, self.document.format()).0;
        if self.document.is_broken() {
            return Err(Refusal::new("the text is laid out in a way this edit does not know"));
        }
        Ok(value)
    }

    /// All steps as edits of the original.
    pub(crate) fn finish(self) -> Vec<TextEdit> {
        let mut edits: Vec<TextEdit> = Vec::new();
        let mut at = 0;
        let mut insert = String::new();
        for piece in self.pieces {
            match piece {
                Piece::New(text) => insert.push_str(&text),
                Piece::Kept(span) => {
                    if span.start > at || !insert.is_empty() {
                        edits.push(TextEdit::replace(Span { start: at, end: span.start }, std::mem::take(&mut insert)));
                    }
                    at = span.end;
                }
            }
        }
        let end = self.original as u32;
        if end > at || !insert.is_empty() {
            edits.push(TextEdit::replace(Span { start: at, end }, insert));
        }
        edits
    }
}

fn replace(pieces: &[Piece], edits: &[TextEdit]) -> Vec<Piece> {
    let mut result = Vec::with_capacity(pieces.len() + 2 * edits.len());
    let mut source = pieces.iter();
    let mut current: Option<(&Piece, usize)> = source.next().map(|piece| (piece, 0));
    let mut at = 0usize;
    // Passes over the pieces up to `to`, keeping them or not.
    let mut advance = |to: usize, keep: bool, result: &mut Vec<Piece>| {
        while at < to {
            let Some((piece, offset)) = current else { break };
            let take = (piece.len() - offset).min(to - at);
            if keep && take > 0 {
                result.push(piece.slice(offset, offset + take));
            }
            at += take;
            current = if offset + take == piece.len() {
                source.next().map(|piece| (piece, 0))
            } else {
                Some((piece, offset + take))
            };
        }
    };
    for edit in edits {
        advance(edit.span.start as usize, true, &mut result);
        advance(edit.span.end as usize, false, &mut result);
        if !edit.insert.is_empty() {
            result.push(Piece::New(edit.insert.clone()));
        }
    }
    let end = pieces.iter().map(Piece::len).sum();
    advance(end, true, &mut result);
    result
}

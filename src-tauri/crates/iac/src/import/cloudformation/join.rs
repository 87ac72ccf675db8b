//! `Fn::Join`: a definition in pieces.

use std::ops::Range;

use super::super::patch;
use super::super::value::{Reader, intrinsic};
use super::super::{Refusal, holes};
use super::saving::untagged;
use crate::template::{Item, Style};

/// Only the literal pieces of a join may change; the references between them stay where they are.
pub(super) fn pieces(text: &str, pieces: &[Item], definition: &str) -> Result<String, Refusal> {
    let mut reader = Reader { text, bindings: Vec::new() };
    let mut rest = definition;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let moved = || Refusal::Unsound("the references within Fn::Join were moved, added or removed".to_owned());
    for (at, piece) in pieces.iter().enumerate() {
        if let Some((function, argument)) = intrinsic(piece) {
            let hole = reader.intrinsic(piece, &function, &argument);
            rest = rest.strip_prefix(hole.as_str()).ok_or_else(moved)?;
            continue;
        }
        // The literal reaches to the next reference.
        let next = pieces[at + 1..].first().and_then(|next| intrinsic(next).map(|found| (next, found)));
        let end = match (next, pieces.get(at + 1)) {
            (Some((item, (function, argument))), _) => {
                let hole = reader.intrinsic(item, &function, &argument);
                rest.find(hole.as_str()).ok_or_else(moved)?
            }
            (None, None) => rest.len(),
            // Two literals in a row: the first keeps its text.
            (None, Some(_)) => {
                let same = piece.as_str().unwrap_or_default();
                if !rest.starts_with(same) {
                    return Err(Refusal::Unsound("the definition is cut into several literals in a row".to_owned()));
                }
                same.len()
            }
        };
        let (literal, after) = rest.split_at(end);
        if piece.as_str() != Some(literal) {
            edits.push((piece.span.clone(), patch::rewrite_scalar(text, piece, literal)?));
        }
        rest = after;
    }
    if !rest.is_empty() {
        return Err(moved());
    }
    Ok(patch::apply(text, edits))
}

/// Pieces with a text between them, mostly lines: each piece is one line of the definition.
pub(super) fn lines(text: &str, between: &str, pieces: &[Item], definition: &str) -> Result<String, Refusal> {
    let mut reader = Reader { text, bindings: Vec::new() };
    let old: Vec<String> = pieces
        .iter()
        .map(|piece| match intrinsic(piece) {
            Some((function, argument)) => reader.intrinsic(piece, &function, &argument),
            None => piece.as_str().unwrap_or_default().to_owned(),
        })
        .collect();
    let new: Vec<&str> = definition.split(between).collect();
    if old.iter().any(|piece| piece.contains(between)) {
        return Err(Refusal::Unsound("a piece of the definition contains the text that joins the pieces".to_owned()));
    }
    let head = old.iter().zip(&new).take_while(|(old, new)| old == *new).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(old, new)| old == *new).count();
    let (gone, come) = (&pieces[head..old.len() - tail], &new[head..new.len() - tail]);
    let moved = || Refusal::Unsound("the references within Fn::Join were moved, added or removed".to_owned());
    let plain = || pieces.iter().find(|piece| intrinsic(piece).is_none()).ok_or_else(moved);
    // Of plain pieces nothing is filled in.
    let refers = |line: &str| holes(line).iter().any(|hole| reader.bindings.iter().any(|one| one.hole == *hole));
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (at, (piece, line)) in gone.iter().zip(come).enumerate() {
        if old[head + at] != *line {
            let edit = match rewritten(text, piece, line) {
                Some(edit) if intrinsic(piece).is_some() || !refers(line) => edit,
                None if !refers(line) => (piece.span.clone(), patch::rewrite_scalar(text, plain()?, line)?),
                _ => return Err(moved()),
            };
            edits.push(edit);
        }
    }
    if let Some(more) = come.get(gone.len()..).filter(|more| !more.is_empty()) {
        // Behind the last one that was there, in the way that a plain piece beside it is written.
        let last = head + gone.len();
        let after = last.checked_sub(1).ok_or_else(moved)?;
        let like = plain()?;
        if more.iter().any(|line| refers(line)) {
            return Err(moved());
        }
        let mut source = String::new();
        for line in more {
            source.push_str(&space_before(text, &pieces[after], like)?);
            source.push_str(&patch::rewrite_scalar(text, like, line)?);
        }
        let end = pieces[after].span.start + text[pieces[after].span.clone()].trim_end().len();
        // A comment behind the piece stays with it.
        let end = if like.style == Style::DoubleQuoted && is_flow(text, like) { end } else { end_of_line(text, end) };
        edits.push((end..end, source));
    }
    for (at, piece) in gone.iter().enumerate().skip(come.len()) {
        let before = (head + at).checked_sub(1).and_then(|before| pieces.get(before)).ok_or_else(moved)?;
        if intrinsic(piece).is_some_and(|(function, _)| function != "Sub") {
            return Err(moved());
        }
        let end_of = |item: &Item| item.span.start + text[item.span.clone()].trim_end().len();
        edits.push((end_of(before)..end_of(piece), String::new()));
    }
    Ok(patch::apply(text, edits))
}

/// A piece with another text: a plain one, or `Fn::Sub` that keeps its references.
fn rewritten(text: &str, piece: &Item, line: &str) -> Option<(Range<usize>, String)> {
    match intrinsic(piece) {
        None => Some((piece.span.clone(), patch::rewrite_scalar(text, piece, line).ok()?)),
        Some((function, argument)) if function == "Sub" && argument.scalar().is_some() => {
            let span = untagged(text, &argument);
            let same = holes(argument.scalar()?) == holes(line);
            let item = Item { span: span.clone(), ..argument };
            same.then(|| Some((span, patch::rewrite_scalar(text, &item, line).ok()?)))?
        }
        Some(_) => None,
    }
}

fn is_flow(text: &str, piece: &Item) -> bool {
    !text[..piece.span.start].trim_end().ends_with('-')
}

/// What stands between two pieces: a comma or the mark of a list, and the indentation.
fn space_before(text: &str, beside: &Item, like: &Item) -> Result<String, Refusal> {
    let line = text[..beside.span.start].rfind('\n').map_or(0, |line| line + 1);
    let lead = &text[line..beside.span.start];
    let indent = &lead[..lead.len() - lead.trim_start().len()];
    let alone = lead.trim().is_empty();
    if !is_flow(text, like) {
        let indent = " ".repeat(text[..beside.span.start].rfind('-').map_or(indent.len(), |mark| mark - line));
        return Ok(format!("\n{indent}- "));
    }
    Ok(if alone { format!(",\n{indent}") } else { ", ".to_owned() })
}

fn end_of_line(text: &str, at: usize) -> usize {
    at + text[at..].split('\n').next().unwrap_or("").trim_end().len()
}

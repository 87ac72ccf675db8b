//! One file for each command: its arguments, and `run`.

pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod format;
pub(crate) mod graph;
pub(crate) mod import;
mod png;
pub(crate) mod rename;
pub(crate) mod replay;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod validate;

use std::path::Path;

use asl::{Diagnostic, Document, Format};

use crate::output::Trouble;

/// A definition and what its parser has to say about it. `-` is standard input.
pub(crate) fn read_document(file: &Path) -> Result<(Document, Vec<Diagnostic>), Trouble> {
    let text = read_text(file)?;
    let format = file.to_str().and_then(Format::of_file_name).unwrap_or_else(|| Format::guess(&text));
    Ok(Document::parse_as(&text, format))
}

/// A file's text. `-` is standard input.
pub(crate) fn read_text(file: &Path) -> Result<String, Trouble> {
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let bytes = bytes.map_err(|error| Trouble::new(format_args!("cannot read {}: {error}", file.display())))?;
    String::from_utf8(bytes).map_err(|error| Trouble::new(format_args!("{} is not UTF-8: {error}", file.display())))
}

/// Replaces a file in one step: whoever reads it meanwhile sees the old text or the new one.
pub(crate) fn write_file(file: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Trouble> {
    api::atomic::write(file, bytes.as_ref())
        .map_err(|error| Trouble::new(format_args!("cannot write {}: {error}", file.display())))
}

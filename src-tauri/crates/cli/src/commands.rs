//! One file for each command: its arguments, and `run`.

pub(crate) mod export;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod validate;

use std::path::Path;

use asl::{Diagnostic, Document, Format};

use crate::output::Trouble;

/// A definition and what its parser has to say about it. `-` is standard input.
pub(crate) fn read_document(file: &Path) -> Result<(Document, Vec<Diagnostic>), Trouble> {
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let bytes = bytes.map_err(|error| Trouble::new(format_args!("cannot read {}: {error}", file.display())))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Trouble::new(format_args!("{} is not UTF-8: {error}", file.display())))?;
    let format = file.to_str().and_then(Format::of_file_name).unwrap_or_else(|| Format::guess(&text));
    Ok(Document::parse_as(&text, format))
}

//! Named edits: small changes of the text that leave every other byte alone.

pub mod text;

//! How commands answer: on standard output what was asked for, on standard error one line if that was not possible.

use std::fmt::Display;
use std::io::{self, Write};

/// What a command that could do its work found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
}

/// Why a command could not do its work: wrong use, or input that cannot be read. One line.
#[derive(Debug)]
pub(crate) struct Trouble(String);

impl Trouble {
    pub(crate) fn new(message: impl Display) -> Trouble {
        Trouble(message.to_string())
    }

    /// The gist of what the argument parser says over several lines.
    pub(crate) fn usage(error: &clap::Error) -> Trouble {
        let text = error.to_string();
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
            .filter(|line| !line.is_empty())
            .collect();
        Trouble(lines.join(" ").trim_start_matches("error: ").to_owned())
    }
}

impl Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Causes may bring line breaks of their own.
        let mut words = self.0.split_whitespace();
        f.write_str(words.next().unwrap_or("it did not work"))?;
        words.try_for_each(|word| write!(f, " {word}"))
    }
}

/// Writes a line to standard output. Whoever stops reading early (`| head`) has what they wanted.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes text that has its own line ends.
pub(crate) fn text(text: &str) {
    bytes(text.as_bytes());
}

pub(crate) fn bytes(bytes: &[u8]) {
    let _ = io::stdout().lock().write_all(bytes);
}

pub(crate) fn error_line(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "stepwright: {text}");
}

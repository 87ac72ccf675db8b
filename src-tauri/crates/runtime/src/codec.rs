//! Events as lines of text, and back.
//!
//! A line is a row of tokens: numbers, texts with their length in front (`5:hello`), payloads as the JSON text they were
//! given in. A payload that stands in a recent line already is not written again: `@12.7.90` means the 90 bytes at byte 7
//! of line 12. So a state that only passes its input on costs no more for a large input than for a small one.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::Decoder;
pub(crate) use write::Encoder;

/// What the lines of a journal tell, and in which form. `renew` puts older ones into this one.
pub(crate) const FORMAT: u32 = 1;

/// Shorter payloads are written where they stand.
const SHORT: usize = 40;

/// Where the text of a payload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    line: u64,
    at: usize,
    bytes: usize,
}

//! A cheap, shared slice of immutable text.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::{Arc, LazyLock};

/// Immutable text, or a slice of it, that is cloned by counting a reference.
///
/// Payloads and history events hold `Text`: passing a payload on costs no copy, and a part of a parsed document
/// is a window on the text of the whole.
#[derive(Clone)]
pub struct Text {
    buffer: Arc<str>,
    start: u32,
    end: u32,
}

static EMPTY: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));

impl Text {
    /// The longest text in bytes; offsets are kept in 32 bits.
    pub const MAX_LEN: usize = u32::MAX as usize;

    /// Shares `buffer`, or `None` when it is longer than [`Text::MAX_LEN`].
    #[must_use]
    pub fn try_new(buffer: Arc<str>) -> Option<Self> {
        let end = u32::try_from(buffer.len()).ok()?;
        Some(Self { buffer, start: 0, end })
    }

    /// The part of this text at `range` (in bytes, on character boundaries), sharing the storage.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        debug_assert!(self.as_str().get(range.clone()).is_some(), "a slice lies inside its text");
        let at = |offset: usize| self.start + offset as u32;
        Self { buffer: Arc::clone(&self.buffer), start: at(range.start), end: at(range.end) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.buffer[self.start as usize..self.end as usize]
    }

    /// The text in storage of its own size: what to keep when the text it is a window on is much larger.
    #[must_use]
    pub fn compact(&self) -> Self {
        if self.end - self.start == self.buffer.len() as u32 { self.clone() } else { Self::from(self.as_str()) }
    }

    /// The whole storage when this text covers it, else a copy.
    #[must_use]
    pub fn to_arc(&self) -> Arc<str> {
        if (self.end - self.start) as usize == self.buffer.len() {
            Arc::clone(&self.buffer)
        } else {
            Arc::from(self.as_str())
        }
    }

    /// Whether both share storage and window, which implies equality.
    #[must_use]
    pub fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.buffer, &b.buffer) && a.start == b.start && a.end == b.end
    }
}

impl Default for Text {
    fn default() -> Self {
        Self { buffer: Arc::clone(&EMPTY), start: 0, end: 0 }
    }
}

impl From<Arc<str>> for Text {
    /// # Panics
    /// When the text is longer than [`Text::MAX_LEN`]; use [`Text::try_new`] for text from outside.
    fn from(buffer: Arc<str>) -> Self {
        Self::try_new(buffer).expect("texts made by the program stay below 4 GiB")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(Arc::<str>::from(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(Arc::<str>::from(text))
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        Self::same(self, other) || self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

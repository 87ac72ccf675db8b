//! Files as text and back: byte for byte what was read, except where the person typed.

use std::fs;
use std::io;
use std::path::Path;

use wire::{Code, Failure};

use crate::failure::{NOT_TEXT, reading, writing};

/// Larger files are refused: no definition comes near (the service's limit is 1 MB).
const MAX_BYTES: u64 = 64 * 1024 * 1024;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What the text in memory leaves out and the file has: front ends count a line's end as one code unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Style {
    byte_order_mark: bool,
    /// Every line ends with a carriage return and a line feed. With mixed ends the text keeps its carriage returns.
    carriage_returns: bool,
}

/// Reads a file; nothing if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<(String, Style)>, Failure> {
    let fail = |error: io::Error| reading(path, &error);
    let size = match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Err(Failure::new(Code::FileUnreadable, format!("{} is not a file", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error)),
    };
    if size > MAX_BYTES {
        return Err(Failure::new(
            Code::FileUnreadable,
            format!("{}: with {} MB it is too large for a definition", path.display(), size.div_ceil(1 << 20)),
        ));
    }
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error)),
    };
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(Code::FileUnreadable, format!("{}: {NOT_TEXT}", path.display())))?;
    Ok(Some(decode(text)))
}

/// Text that was read elsewhere, as if from a file.
pub(crate) fn decoded(text: String) -> String {
    decode(text).0
}

fn decode(mut text: String) -> (String, Style) {
    let mut style = Style::default();
    if text.starts_with(BYTE_ORDER_MARK) {
        style.byte_order_mark = true;
        text.remove(0);
    }
    let (lines, returns) = (text.matches('\n').count(), text.matches('\r').count());
    if returns > 0 && returns == lines && returns == text.matches("\r\n").count() {
        style.carriage_returns = true;
        text = text.replace("\r\n", "\n");
    }
    (text, style)
}

fn encode(text: &str, style: Style) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 3);
    if style.byte_order_mark {
        bytes.extend_from_slice(BYTE_ORDER_MARK.encode_utf8(&mut [0; 4]).as_bytes());
    }
    if style.carriage_returns {
        // Pasted text may have brought its own.
        bytes.extend_from_slice(text.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes());
    } else {
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// Replaces the file as a whole: readers see the old or the new text, never a part. Permissions are kept.
pub(crate) fn write(path: &Path, text: &str, style: Style) -> Result<(), Failure> {
    crate::atomic::write(path, &encode(text, style)).map_err(|error| writing(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_round_trip(bytes: &str, text: &str) {
        let (decoded, style) = decode(bytes.to_owned());
        assert_eq!(decoded, text);
        assert_eq!(encode(&decoded, style), bytes.as_bytes(), "saving without a change keeps every byte");
    }

    #[test]
    fn bytes_survive_a_round_trip() {
        check_round_trip("{\n}\n", "{\n}\n");
        check_round_trip("{\r\n}\r\n", "{\n}\n");
        check_round_trip("\u{feff}{}", "{}");
        check_round_trip("{\r\n}\n", "{\r\n}\n");
        check_round_trip("{\r}", "{\r}");
        check_round_trip("", "");
    }

    #[test]
    fn writing_replaces_the_whole_file_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        write(&path, "{}", Style::default()).expect("created");
        write(&path, "[]", Style::default()).expect("replaced");
        assert_eq!(read(&path).expect("readable").expect("there").0, "[]");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        let nowhere = write(&folder.path().join("no/a.json"), "", Style::default()).expect_err("no such folder");
        assert_eq!(nowhere.code, Code::FileNotWritable);
    }

    #[test]
    fn what_is_not_text_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        fs::write(&path, [0x7b, 0xff]).expect("written");
        assert_eq!(read(&path).expect_err("refused").code, Code::FileUnreadable);
        assert_eq!(read(folder.path()).expect_err("refused").code, Code::FileUnreadable);
        assert!(read(&folder.path().join("gone")).expect("no error").is_none());
    }
}

//! Pictures that a front end has drawn, on their way to a file.

use std::path::Path;

use wire::{Code, Failure, Nothing, WritePicture};

use crate::failure::writing;

pub(crate) fn write(request: &WritePicture) -> Result<Nothing, Failure> {
    let path = Path::new(&request.path);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if !path.is_absolute() || !matches!(ending.as_deref(), Some("svg" | "png")) {
        return Err(Failure::new(
            Code::FileNotWritable,
            format!("{}: a picture is saved under a whole path that ends with .svg or .png", path.display()),
        ));
    }
    let bytes = decode(&request.base64).ok_or_else(|| Failure::new(Code::BadRequest, "the picture is not base64"))?;
    crate::atomic::write(path, &bytes).map_err(|error| writing(path, &error))?;
    Ok(Nothing {})
}

/// RFC 4648, section 4.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.chunks(4) {
        let mut bits = 0u32;
        for letter in group {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let whole = group.len() * 6 / 8;
        if whole == 0 {
            return None;
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..=whole]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmE=", "fooba")] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode("/+8="), Some(vec![0xff, 0xef]));
        assert_eq!(decode("Z"), None);
        assert_eq!(decode("Zm 9"), None);
    }

    #[test]
    fn only_pictures_are_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let request = |name: &str| WritePicture {
            path: folder.path().join(name).display().to_string(),
            base64: "Zm9v".to_owned(),
        };
        write(&request("a.svg")).expect("written");
        assert_eq!(std::fs::read(folder.path().join("a.svg")).expect("there"), b"foo");
        assert_eq!(write(&request("a.json")).expect_err("refused").code, Code::FileNotWritable);
        let relative = WritePicture { path: "a.png".to_owned(), base64: String::new() };
        assert_eq!(write(&relative).expect_err("refused").code, Code::FileNotWritable);
    }
}

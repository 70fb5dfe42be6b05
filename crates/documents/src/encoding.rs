//! The encodings of Japanese offices: UTF-8 with or without a byte order mark, and CP932 (Windows' Shift_JIS).

use encoding_rs::SHIFT_JIS;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    Utf8,
    Utf8WithBom,
    Cp932,
}

const BOM: &[u8] = b"\xef\xbb\xbf";
/// 下駄: what printers put for a character they lack.
const GETA: char = '〓';

/// The encoding is neither UTF-8 nor CP932.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is neither UTF-8 nor CP932 text")]
pub struct NotText;

/// Which encoding bytes are in, judged by all of them: UTF-8 if valid, else CP932 if valid.
pub fn detect(bytes: &[u8]) -> Result<Encoding, NotText> {
    if bytes.contains(&0) {
        return Err(NotText);
    }
    if bytes.starts_with(BOM) {
        return std::str::from_utf8(bytes).map(|_| Encoding::Utf8WithBom).map_err(|_| NotText);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Ok(Encoding::Utf8);
    }
    match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(_) => Ok(Encoding::Cp932),
        None => Err(NotText),
    }
}

/// Decodes a whole file; borrowed when it is UTF-8 already.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), NotText> {
    let encoding = detect(bytes)?;
    let text = match encoding {
        Encoding::Cp932 => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).ok_or(NotText)?,
        Encoding::Utf8 | Encoding::Utf8WithBom => {
            let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
            Cow::Borrowed(std::str::from_utf8(bytes).map_err(|_| NotText)?)
        }
    };
    Ok((text, encoding))
}

/// Encodes text; a character CP932 lacks becomes 〓, and how many did is told.
pub fn encode(text: &str, encoding: Encoding) -> (Vec<u8>, usize) {
    match encoding {
        Encoding::Utf8 => (text.as_bytes().to_vec(), 0),
        Encoding::Utf8WithBom => ([BOM, text.as_bytes()].concat(), 0),
        Encoding::Cp932 => {
            let (bytes, _, lossy) = SHIFT_JIS.encode(text);
            if !lossy {
                return (bytes.into_owned(), 0);
            }
            let mut lost = 0;
            let mut single = [0; 4];
            let kept: String = text
                .chars()
                .map(|c| {
                    let (_, _, lossy) = SHIFT_JIS.encode(c.encode_utf8(&mut single));
                    lost += usize::from(lossy);
                    if lossy { GETA } else { c }
                })
                .collect();
            (SHIFT_JIS.encode(&kept).0.into_owned(), lost)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_and_comes_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf8WithBom, Encoding::Cp932] {
            let (bytes, lost) = encode("氏名,髙橋①\r\n", encoding);
            assert_eq!(lost, 0);
            let (text, found) = decode(&bytes).unwrap();
            assert_eq!((text.as_ref(), found), ("氏名,髙橋①\r\n", encoding));
        }
    }

    #[test]
    fn what_cp932_lacks_is_counted() {
        let (bytes, lost) = encode("か゚𠮷", Encoding::Cp932);
        assert_eq!(lost, 2);
        assert_eq!(decode(&bytes).unwrap().0, "か〓〓");
    }

    #[test]
    fn binary_is_no_text() {
        for bytes in [&b"PK\x03\x04\x00\x00"[..], b"\xff\xfe\x00", b"\xef\xbb\xbf\xff"] {
            assert_eq!(decode(bytes), Err(NotText));
        }
    }
}

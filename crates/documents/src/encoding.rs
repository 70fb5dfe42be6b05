//! The encodings of Japanese offices: UTF-8 with or without a byte order mark, CP932 (Windows' Shift_JIS), and UTF-16 as Excel saves
//! "Unicode text".

use encoding_rs::{ISO_2022_JP, SHIFT_JIS};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    Utf8,
    Utf8WithBom,
    Cp932,
    /// With a byte order mark, in either order; written little-endian.
    Utf16,
    /// As older mail programs and host computers write it: seven bits, with escape sequences.
    Iso2022Jp,
}

const BOM: &[u8] = b"\xef\xbb\xbf";
/// Byte order mark of little-endian UTF-16; the other order is the same turned round.
const BOM_16: [u8; 2] = [0xff, 0xfe];
/// Sequences of ISO-2022-JP that shift to JIS X 0208.
const KANJI_IN: [&[u8]; 2] = [b"\x1b$B", b"\x1b$@"];
/// 下駄 (〓): what printers put for a character they lack.
const GETA_IN_CP932: [u8; 2] = [0x81, 0xac];

/// The encoding is neither UTF-8 nor CP932.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is neither UTF-8 nor CP932 text")]
pub struct NotText;

/// The text of a file in UTF-16; no text holds a zero.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (mark, rest) = bytes.split_first_chunk::<2>()?;
    let read: fn([u8; 2]) -> u16 = match mark {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let (units, []) = rest.as_chunks::<2>() else { return None };
    let text = char::decode_utf16(units.iter().map(|unit| read(*unit))).collect::<Result<String, _>>().ok()?;
    (!text.contains('\0')).then_some(text)
}

/// Decodes a whole file, by all of its bytes: UTF-16 with its mark, ISO-2022-JP by its sequences, UTF-8 if valid,
/// else CP932 if valid. Borrowed when it is UTF-8 already.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), NotText> {
    if let Some(text) = utf16(bytes) {
        return Ok((Cow::Owned(text), Encoding::Utf16));
    }
    if bytes.contains(&0) {
        return Err(NotText);
    }
    // Seven bits are valid UTF-8 too: what tells are the sequences that shift to kanji.
    if bytes.is_ascii() && KANJI_IN.iter().any(|shift| bytes.windows(shift.len()).any(|part| part == *shift)) {
        let text = ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes).ok_or(NotText)?;
        return Ok((text, Encoding::Iso2022Jp));
    }
    if let Some(rest) = bytes.strip_prefix(BOM) {
        return std::str::from_utf8(rest).map(|text| (Cow::Borrowed(text), Encoding::Utf8WithBom)).map_err(|_| NotText);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(_) => {
            let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).ok_or(NotText)?;
            Ok((text, Encoding::Cp932))
        }
    }
}

/// Signs CP932 has under another code point: the same sign to a reader.
fn counterpart(c: char) -> char {
    match c {
        '\u{301c}' => '\u{ff5e}',
        '\u{2212}' => '\u{ff0d}',
        '\u{2014}' => '\u{2015}',
        '\u{2016}' => '\u{2225}',
        '\u{a2}' => '\u{ffe0}',
        '\u{a3}' => '\u{ffe1}',
        '\u{ac}' => '\u{ffe2}',
        '\u{a5}' => '\u{ffe5}',
        '\u{203e}' => '\u{ffe3}',
        '\u{a0}' => ' ',
        other => other,
    }
}

/// One character in CP932. 外字 have a place of their own there (lead bytes F0 to F9), which the usual encoder leaves out.
fn in_cp932(c: char) -> Option<Vec<u8>> {
    if let Ok(place @ 0..=1879) = (c as u32).wrapping_sub(0xe000).try_into() {
        let place: u16 = place;
        let (lead, trail) = ((0xf0 + place / 188) as u8, (place % 188) as u8);
        return Some(vec![lead, trail + if trail < 0x3f { 0x40 } else { 0x41 }]);
    }
    let mut single = [0; 4];
    let (bytes, _, is_lacking) = SHIFT_JIS.encode(counterpart(c).encode_utf8(&mut single));
    (!is_lacking).then(|| bytes.into_owned())
}

/// The characters of a text CP932 lacks, each with how often it stands there.
pub fn lacking_in_cp932(text: &str) -> Vec<(char, usize)> {
    let mut lacking: Vec<(char, usize)> = Vec::new();
    for c in text.chars().filter(|c| in_cp932(*c).is_none()) {
        match lacking.iter_mut().find(|(known, _)| *known == c) {
            Some((_, count)) => *count += 1,
            None => lacking.push((c, 1)),
        }
    }
    lacking
}

/// Encodes text. In CP932 a sign that has a counterpart there is kept as that, one that has none becomes 〓, and how many did is told.
pub fn encode(text: &str, encoding: Encoding) -> (Vec<u8>, usize) {
    match encoding {
        Encoding::Utf8 => (text.as_bytes().to_vec(), 0),
        Encoding::Utf8WithBom => ([BOM, text.as_bytes()].concat(), 0),
        Encoding::Utf16 => {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            (BOM_16.into_iter().chain(units).collect(), 0)
        }
        Encoding::Iso2022Jp => {
            let lacks = |c: &char| ISO_2022_JP.encode(c.encode_utf8(&mut [0; 4])).2;
            let lost = text.chars().filter(lacks).count();
            let kept: String = text.chars().map(|c| if lacks(&c) { '〓' } else { c }).collect();
            (ISO_2022_JP.encode(&kept).0.into_owned(), lost)
        }
        Encoding::Cp932 => {
            let (mut bytes, mut lost) = (Vec::with_capacity(text.len()), 0);
            for c in text.chars() {
                bytes.extend(in_cp932(c).unwrap_or_else(|| {
                    lost += 1;
                    GETA_IN_CP932.to_vec()
                }));
            }
            (bytes, lost)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_and_comes_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf8WithBom, Encoding::Cp932, Encoding::Utf16] {
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
    fn characters_of_ones_own_come_back() {
        let bytes = [0xf0, 0x40, 0xf0, 0x7e, 0xf0, 0x80, 0xf3, 0xb6, 0xf9, 0xfc];
        let (text, encoding) = decode(&bytes).unwrap();
        assert_eq!((text.chars().count(), encoding), (5, Encoding::Cp932));
        assert_eq!(encode(&text, encoding), (bytes.to_vec(), 0));
        assert_eq!(encode("\u{e758}", Encoding::Cp932).1, 1);
    }

    #[test]
    fn signs_with_a_counterpart_are_kept() {
        let (bytes, lost) = encode("〜−—‖¢£¬¥\u{a0}", Encoding::Cp932);
        assert_eq!(lost, 0);
        assert_eq!(bytes[..6], [0x81, 0x60, 0x81, 0x7c, 0x81, 0x5c]);
        assert_eq!(lacking_in_cp932("𠮷野é𠮷〜"), [('𠮷', 2), ('é', 1)]);
    }

    #[test]
    fn utf16_is_read_in_either_order() {
        let text = "氏名\t髙橋𠮷\r\n";
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(decode(&big).unwrap(), (text.into(), Encoding::Utf16));
        assert_eq!(decode(b"\xff\xfea\0\0\0"), Err(NotText), "no text holds a zero");
    }

    #[test]
    fn binary_is_no_text() {
        for bytes in [&b"PK\x03\x04\x00\x00"[..], b"\xff\xfe\x00", b"\xef\xbb\xbf\xff"] {
            assert_eq!(decode(bytes), Err(NotText));
        }
    }
}

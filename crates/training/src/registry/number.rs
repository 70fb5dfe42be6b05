//! The registration number: eight digits, kept for life and at a transfer. The first two are the prefecture of the first registration, the
//! next two a year, the last four a serial number. No check digit is known.

use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Eight digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RegistrationNumber(u32);

/// A text that is no registration number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a registration number of eight digits that begins with a prefecture's code")]
pub struct NoRegistrationNumber(pub String);

impl RegistrationNumber {
    /// Of its parts; none where one of them is out of range.
    pub fn new(prefecture: u8, year: u8, serial: u16) -> Option<RegistrationNumber> {
        let in_range = (1..=47).contains(&prefecture) && year < 100 && (1..10_000).contains(&serial);
        in_range.then(|| {
            RegistrationNumber(u32::from(prefecture) * 1_000_000 + u32::from(year) * 10_000 + u32::from(serial))
        })
    }

    /// Read as people write it: full width, with blanks or hyphens between the parts, also `第98-0001号` of a certificate from before
    /// 2006, whose prefecture has to be said.
    pub fn read(text: &str, prefecture: Option<u8>) -> Result<RegistrationNumber, NoRegistrationNumber> {
        let wrong = || NoRegistrationNumber(text.to_owned());
        let is_mark = |c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '−' | '–' | '―' | 'ー' | '第' | '号');
        let digits: String = text.nfkc().filter(|c| !is_mark(*c)).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u16>().ok());
        let (prefecture, rest) = match digits.len() {
            8 => (part(0..2).and_then(|code| u8::try_from(code).ok()), 2),
            6 => (prefecture, 0),
            _ => (None, 0),
        };
        let year = part(rest..rest + 2).and_then(|year| u8::try_from(year).ok());
        let serial = part(rest + 2..rest + 6);
        match (prefecture, year, serial) {
            (Some(prefecture), Some(year), Some(serial)) => Self::new(prefecture, year, serial).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }

    /// Code of the prefecture of the first registration.
    pub fn prefecture(self) -> u8 {
        u8::try_from(self.0 / 1_000_000).unwrap_or_default()
    }

    /// The two digits of the year.
    pub fn year(self) -> u8 {
        u8::try_from(self.0 / 10_000 % 100).unwrap_or_default()
    }

    pub fn serial(self) -> u16 {
        u16::try_from(self.0 % 10_000).unwrap_or_default()
    }
}

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

impl From<RegistrationNumber> for String {
    fn from(number: RegistrationNumber) -> String {
        number.to_string()
    }
}

impl TryFrom<String> for RegistrationNumber {
    type Error = NoRegistrationNumber;

    fn try_from(text: String) -> Result<RegistrationNumber, NoRegistrationNumber> {
        RegistrationNumber::read(&text, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, prefecture, expected) in [
            ("35980001", None, Some("35980001")),
            ("３５９８０００１", None, Some("35980001")),
            ("35-98-0001", None, Some("35980001")),
            ("35 98 0001", None, Some("35980001")),
            ("第98-0001号", Some(35), Some("35980001")),
            ("第03‐0100号", Some(35), Some("35030100")),
            ("01000001", None, Some("01000001")),
            ("第98-0001号", None, None),
            ("48980001", None, None),
            ("00980001", None, None),
            ("35980000", None, None),
            ("3598000", None, None),
            ("359800011", None, None),
            ("35A80001", None, None),
            ("980001", Some(48), None),
            ("", Some(35), None),
        ] {
            assert_eq!(
                RegistrationNumber::read(text, prefecture).ok().map(String::from).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_number_has_its_parts() {
        let number = RegistrationNumber::new(9, 26, 12).unwrap();
        assert_eq!(
            (number.prefecture(), number.year(), number.serial(), number.to_string().as_str()),
            (9, 26, 12, "09260012")
        );
        for (prefecture, year, serial) in [(0, 26, 1), (48, 26, 1), (9, 100, 1), (9, 26, 0), (9, 26, 10_000)] {
            assert_eq!(RegistrationNumber::new(prefecture, year, serial), None);
        }
    }
}

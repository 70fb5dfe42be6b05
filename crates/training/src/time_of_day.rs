//! Times of day as people write them.

use chrono::NaiveTime;
use unicode_normalization::UnicodeNormalization;

/// Reads a time of day: `9:30`, `09:30:15`, `0930`, `930`, `9時30分`, `9時半`, `9時`, full width too.
///
/// `None` when it is no time, or one that no clock shows.
pub fn parse(text: &str) -> Option<NaiveTime> {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace("時半", ":30").replace('分', "");
    let is_full_hour = text.ends_with('時');
    let text = text.replace('時', ":");
    let text = if is_full_hour { format!("{text}00") } else { text };
    let is_number = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [digits] if is_number(digits, 3..=4) => {
            let (hour, minute) = digits.split_at(digits.len() - 2);
            (hour, minute, "0")
        }
        [hour, minute] => (hour, minute, "0"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    if ![(hour, 1..=2), (minute, 2..=2), (second, 1..=2)].into_iter().all(|(part, lengths)| is_number(part, lengths)) {
        return None;
    }
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        for (text, expected) in [
            ("9:30", Some((9, 30, 0))),
            ("09:30", Some((9, 30, 0))),
            ("９：３０", Some((9, 30, 0))),
            ("0930", Some((9, 30, 0))),
            ("930", Some((9, 30, 0))),
            ("1010", Some((10, 10, 0))),
            ("9時30分", Some((9, 30, 0))),
            ("9時半", Some((9, 30, 0))),
            ("13時", Some((13, 0, 0))),
            ("09:30:15", Some((9, 30, 15))),
            ("0:00", Some((0, 0, 0))),
            ("23:59", Some((23, 59, 0))),
            ("24:00", None),
            ("9:60", None),
            ("9:5", None),
            ("9", None),
            ("0.375", None),
            ("12345", None),
            ("", None),
            ("#N/A", None),
            ("9:30:", None),
            (":30", None),
            ("9時30", Some((9, 30, 0))),
        ] {
            let expected = expected.and_then(|(hour, minute, second)| NaiveTime::from_hms_opt(hour, minute, second));
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}

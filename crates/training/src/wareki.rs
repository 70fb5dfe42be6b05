//! 和暦: the Japanese era calendar, for printing dates and for reading the dates people type.

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

struct Era {
    name: &'static str,
    letter: char,
    first_day: (i32, u32, u32),
}

/// Eras by their first day, newest first. 明治 begins where the solar calendar was adopted (明治6年1月1日 = 1873-01-01);
/// `year_one` of an era is the year of its first day except for 明治, whose year 1 was 1868.
const ERAS: [Era; 5] = [
    Era { name: "令和", letter: 'R', first_day: (2019, 5, 1) },
    Era { name: "平成", letter: 'H', first_day: (1989, 1, 8) },
    Era { name: "昭和", letter: 'S', first_day: (1926, 12, 25) },
    Era { name: "大正", letter: 'T', first_day: (1912, 7, 30) },
    Era { name: "明治", letter: 'M', first_day: (1873, 1, 1) },
];

impl Era {
    fn begins(&self) -> Option<NaiveDate> {
        let (year, month, day) = self.first_day;
        NaiveDate::from_ymd_opt(year, month, day)
    }

    fn year_one(&self) -> i32 {
        if self.letter == 'M' { 1868 } else { self.first_day.0 }
    }
}

/// The date as printed on certificates: `令和元年5月1日`. Dates before 1873 are printed as `西暦1870年1月1日`.
pub fn format(date: NaiveDate) -> String {
    let tail = |year: String| format!("{year}年{}月{}日", date.month(), date.day());
    match ERAS.iter().find(|era| era.begins().is_some_and(|first| date >= first)) {
        Some(era) => {
            let year = date.year() - era.year_one() + 1;
            let year = if year == 1 { "元".to_owned() } else { year.to_string() };
            tail(format!("{}{year}", era.name))
        }
        None => tail(format!("西暦{}", date.year())),
    }
}

/// The fiscal year (April to March) a date falls in, as a western year.
pub fn fiscal_year(date: NaiveDate) -> i32 {
    if date.month() < 4 { date.year() - 1 } else { date.year() }
}

/// Reads a date as people write it: `令和7年4月1日`, `Ｒ７．４．１`, `S50/1/2`, `2025-04-01`, `2025年4月1日`, `20250401`.
///
/// `None` when it is no date, names a day that does not exist, or a year outside its era.
pub fn parse(text: &str) -> Option<NaiveDate> {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace('元', "1");
    for era in &ERAS {
        let rest = text
            .strip_prefix(era.name)
            .or_else(|| text.strip_prefix(era.letter).or_else(|| text.strip_prefix(era.letter.to_ascii_lowercase())));
        if let Some(rest) = rest {
            let (year, month, day) = numbers(rest)?;
            if year < 1 {
                return None;
            }
            let date = NaiveDate::from_ymd_opt(era.year_one() + year - 1, month, day)?;
            let next = ERAS.iter().rev().filter_map(Era::begins).find(|begins| Some(*begins) > era.begins());
            let within = Some(date) >= era.begins() && next.is_none_or(|next| date < next);
            return within.then_some(date);
        }
    }
    let (year, month, day) = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        (text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
    } else {
        numbers(&text)?
    };
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    (1868..=2200).contains(&date.year()).then_some(date)
}

/// Three numbers divided by 年月日, `/`, `.` or `-`.
fn numbers(text: &str) -> Option<(i32, u32, u32)> {
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['年', '月', '/', '.', '-']);
    let found = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn printed_in_the_era_of_the_day() {
        for (date, printed) in [
            (day(2019, 4, 30), "平成31年4月30日"),
            (day(2019, 5, 1), "令和元年5月1日"),
            (day(2026, 11, 22), "令和8年11月22日"),
            (day(1989, 1, 7), "昭和64年1月7日"),
            (day(1926, 12, 25), "昭和元年12月25日"),
            (day(1880, 2, 3), "明治13年2月3日"),
            (day(1860, 2, 3), "西暦1860年2月3日"),
        ] {
            assert_eq!(format(date), printed);
        }
    }

    #[test]
    fn read_as_people_write() {
        for (text, date) in [
            ("令和7年4月1日", Some(day(2025, 4, 1))),
            ("令和元年５月１日", Some(day(2019, 5, 1))),
            ("Ｒ７．４．１", Some(day(2025, 4, 1))),
            ("s50/1/2", Some(day(1975, 1, 2))),
            (" 1975-01-02 ", Some(day(1975, 1, 2))),
            ("1975年1月2日", Some(day(1975, 1, 2))),
            ("19750102", Some(day(1975, 1, 2))),
            ("平成31年5月1日", None),
            ("昭和65年1月1日", None),
            ("令和0年1月1日", None),
            ("2025-02-30", None),
            ("2025-02", None),
            ("2025-02-03-04", None),
            ("きのう", None),
            ("", None),
        ] {
            assert_eq!(parse(text), date, "{text}");
        }
    }

    #[test]
    fn a_fiscal_year_begins_in_april() {
        assert_eq!(fiscal_year(day(2026, 3, 31)), 2025);
        assert_eq!(fiscal_year(day(2026, 4, 1)), 2026);
    }
}

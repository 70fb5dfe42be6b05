//! 和暦: the Japanese era calendar, for printing dates and for reading the dates people type.

use crate::holiday;
use chrono::{Datelike, NaiveDate, Weekday};
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

/// The same with the day of the week, and the holiday if it is one: `令和8年12月1日（火）`, `令和8年11月23日（月・勤労感謝の日）`.
pub fn format_with_weekday(date: NaiveDate) -> String {
    match holiday::remark(date) {
        Some(remark) => format!("{}（{}・{remark}）", format(date), weekday(date)),
        None => format!("{}（{}）", format(date), weekday(date)),
    }
}

/// The day of the week in one character.
pub fn weekday(date: NaiveDate) -> &'static str {
    match date.weekday() {
        Weekday::Mon => "月",
        Weekday::Tue => "火",
        Weekday::Wed => "水",
        Weekday::Thu => "木",
        Weekday::Fri => "金",
        Weekday::Sat => "土",
        Weekday::Sun => "日",
    }
}

/// The fiscal year (April to March) a date falls in, as a western year.
pub fn fiscal_year(date: NaiveDate) -> i32 {
    if date.month() < 4 { date.year() - 1 } else { date.year() }
}

/// Documents of 平成 name days after its end, the last of them the terms of cards given before it: they are read up to this year of it.
const LAST_HEISEI: i32 = 40;

/// Reads a date as people write it: `令和7年4月1日`, `Ｒ７．４．１`, `S50/1/2`, `昭50.3.3`, `昭和五十年三月三日`, `2025-04-01`, `2025年4月1日`,
/// `20250401`; and `平成31年5月1日` or later, as old documents carry it.
///
/// `None` when it is no date, names a day that does not exist, or a year outside its era.
pub fn parse(text: &str) -> Option<NaiveDate> {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let text = digits_of_kanji(&text.replace('元', "1"));
    for era in &ERAS {
        let short = era.name.chars().next()?;
        let letters = [era.letter, era.letter.to_ascii_lowercase(), short];
        if let Some(rest) = text.strip_prefix(era.name).or_else(|| text.strip_prefix(letters)) {
            let (year, month, day) = numbers(rest)?;
            if year < 1 {
                return None;
            }
            let date = NaiveDate::from_ymd_opt(era.year_one() + year - 1, month, day)?;
            let next = ERAS.iter().rev().filter_map(Era::begins).find(|begins| Some(*begins) > era.begins());
            let is_old_document = era.letter == 'H' && year <= LAST_HEISEI;
            let within = Some(date) >= era.begins() && (next.is_none_or(|next| date < next) || is_old_document);
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

/// Years that a year without its era may lie after this one: plans are made for no longer.
const YEARS_AHEAD: i32 = 5;

/// Reads a day of about now as people write it: what [`parse`] reads, `8.12.1` in the era of today, `12/1` and `12月1日` as the day nearest
/// to today. Not for birth dates.
///
/// `None` where [`parse`] gives it, and for a year of the era more than some years ahead.
pub fn parse_near(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(date) = parse(text) {
        return Some(date);
    }
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let text = digits_of_kanji(&text);
    if let Some((year, month, day)) = numbers(&text) {
        let era = ERAS.iter().find(|era| era.begins().is_some_and(|first| today >= first))?;
        let western = era.year_one() + year - 1;
        let is_near = (1..=99).contains(&year) && western <= today.year() + YEARS_AHEAD;
        return NaiveDate::from_ymd_opt(western, month, day).filter(|_| is_near);
    }
    let text = text.strip_suffix('日').unwrap_or(&text);
    let (month, day) = text.split_once(['月', '/', '.', '-'])?;
    let (month, day): (u32, u32) = (month.parse().ok()?, day.parse().ok()?);
    let years = [today.year() - 1, today.year(), today.year() + 1];
    let days = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    days.min_by_key(|date| (date.signed_duration_since(today).num_days().abs(), *date < today))
}

/// The text with numbers written in kanji as digits: 五十三 as 53, 二〇二五 as 2025.
fn digits_of_kanji(text: &str) -> String {
    let mut read = String::new();
    let mut numeral = String::new();
    for c in text.chars().chain(['\0']) {
        if "〇一二三四五六七八九十".contains(c) {
            numeral.push(c);
            continue;
        }
        if !numeral.is_empty() {
            read.push_str(&number_of(&std::mem::take(&mut numeral)));
        }
        if c != '\0' {
            read.push(c);
        }
    }
    read
}

/// The digits of one number in kanji: places (二〇二五), or tens and ones (二十三).
fn number_of(numeral: &str) -> String {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|known| known == c).unwrap_or(0);
    let places = |numeral: &str| numeral.chars().map(|c| digit(c).to_string()).collect::<String>();
    match numeral.split_once('十') {
        // More than one 十, or more than a digit beside it, is no number: it stays as it was and is no date then.
        Some((tens, ones)) if tens.chars().count() <= 1 && ones.chars().count() <= 1 && !ones.contains('十') => {
            let tens = tens.chars().next().map_or(1, digit);
            (tens * 10 + ones.chars().next().map_or(0, digit)).to_string()
        }
        Some(_) => numeral.to_owned(),
        None => places(numeral),
    }
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
    fn a_day_of_about_now_needs_no_year() {
        let today = day(2026, 11, 29);
        for (text, expected) in [
            ("令和8年12月1日", Some(day(2026, 12, 1))),
            ("R8.12.1", Some(day(2026, 12, 1))),
            ("8.12.1", Some(day(2026, 12, 1))),
            ("８．１２．１", Some(day(2026, 12, 1))),
            ("8年12月1日", Some(day(2026, 12, 1))),
            ("八年十二月一日", Some(day(2026, 12, 1))),
            ("12/1", Some(day(2026, 12, 1))),
            ("12月1日", Some(day(2026, 12, 1))),
            ("１２／１", Some(day(2026, 12, 1))),
            ("十二月一日", Some(day(2026, 12, 1))),
            ("11/29", Some(today)),
            ("1/10", Some(day(2027, 1, 10))),
            ("4/1", Some(day(2027, 4, 1))),
            ("7/1", Some(day(2026, 7, 1))),
            ("2/29", None),
            ("13/1", None),
            ("6/31", None),
            ("50.3.3", None),
            ("14.1.1", None),
            ("13.1.1", Some(day(2031, 1, 1))),
            ("0.1.1", None),
            ("12", None),
            ("", None),
            ("来週", None),
        ] {
            assert_eq!(parse_near(text, today), expected, "{text}");
        }
        // 2028 has a 29 February.
        assert_eq!(parse_near("2/29", day(2027, 11, 1)), Some(day(2028, 2, 29)));
        // Of two days as near as each other the one to come.
        assert_eq!(parse_near("7/2", day(2027, 1, 1)), Some(day(2027, 7, 2)));
    }

    #[test]
    fn the_day_of_the_week_stands_beside() {
        assert_eq!(format_with_weekday(day(2026, 12, 1)), "令和8年12月1日（火）");
        assert_eq!(format_with_weekday(day(2026, 11, 23)), "令和8年11月23日（月・勤労感謝の日）");
        let week: String = (7..14).map(|number| weekday(day(2026, 12, number))).collect();
        assert_eq!(week, "月火水木金土日");
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
            ("昭50.3.3", Some(day(1975, 3, 3))),
            ("令8年4月1日", Some(day(2026, 4, 1))),
            ("昭和五十年三月三日", Some(day(1975, 3, 3))),
            ("昭和五十八年十二月三十一日", Some(day(1983, 12, 31))),
            ("平成十年十月二十日", Some(day(1998, 10, 20))),
            ("二〇二五年四月一日", Some(day(2025, 4, 1))),
            ("平成31年5月1日", Some(day(2019, 5, 1))),
            ("平成36年3月31日", Some(day(2024, 3, 31))),
            ("平成41年1月1日", None),
            ("昭和十十年一月一日", None),
            ("昭和五十三三年一月一日", None),
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

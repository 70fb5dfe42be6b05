//! Days on which offices rest: weekends, public holidays, and the days around New Year.
//!
//! The list follows 国民の祝日に関する法律 and its special laws of 2019 to 2021; the equinoxes are those of the almanac the National
//! Astronomical Observatory has announced, which reaches to the end of [`KNOWN_UNTIL`].

use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The last year whose holidays are announced; of later days nobody knows yet.
pub const KNOWN_UNTIL: i32 = 2027;

/// Day and name, a line each.
const LIST: &str = include_str!("holidays.csv");

static HOLIDAYS: LazyLock<BTreeMap<NaiveDate, &'static str>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let (day, name) = line.split_once(',')?;
        Some((day.parse().ok()?, name))
    };
    LIST.lines().filter_map(line).collect()
});

/// The public holiday of a day, if it is one.
pub fn name(day: NaiveDate) -> Option<&'static str> {
    HOLIDAYS.get(&day).copied()
}

/// The days around New Year on which public offices are closed (行政機関の休日に関する法律1条1項3号): 29 December to 3 January.
pub fn is_new_year(day: NaiveDate) -> bool {
    matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3))
}

/// Is it a weekend, a holiday, or a day around New Year?
pub fn is_day_off(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || name(day).is_some() || is_new_year(day)
}

/// Why a day is no usual working day, weekends left out: the holiday's name, or 年末年始.
pub fn remark(day: NaiveDate) -> Option<&'static str> {
    name(day).or_else(|| is_new_year(day).then_some("年末年始"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn holidays_are_known_by_name() {
        for (date, expected) in [
            (day(2026, 11, 23), Some("勤労感謝の日")),
            (day(2026, 9, 22), Some("国民の休日")),
            (day(2026, 5, 6), Some("休日（振替休日）")),
            (day(2027, 3, 22), Some("休日（振替休日）")),
            (day(2027, 1, 11), Some("成人の日")),
            (day(2019, 5, 1), Some("天皇の即位の日")),
            (day(2021, 10, 11), None),
            (day(2026, 11, 24), None),
        ] {
            assert_eq!(name(date).is_some(), expected.is_some(), "{date}");
            if date.year() > 2021 {
                assert_eq!(name(date), expected, "{date}");
            }
        }
    }

    #[test]
    fn every_year_of_the_list_is_whole() {
        for year in 2016..=KNOWN_UNTIL {
            let count = HOLIDAYS.keys().filter(|known| known.year() == year).count();
            assert!((15..=22).contains(&count), "{year}: {count}");
            assert_eq!(name(day(year, 1, 1)), Some("元日"));
        }
        assert_eq!(HOLIDAYS.len(), LIST.lines().count(), "every line is read");
    }

    #[test]
    fn days_off() {
        for (date, off, said) in [
            (day(2026, 12, 28), false, None),
            (day(2026, 12, 29), true, Some("年末年始")),
            (day(2027, 1, 1), true, Some("元日")),
            (day(2027, 1, 3), true, Some("年末年始")),
            (day(2027, 1, 4), false, None),
            (day(2026, 11, 28), true, None),
            (day(2026, 11, 23), true, Some("勤労感謝の日")),
        ] {
            assert_eq!((is_day_off(date), remark(date)), (off, said), "{date}");
        }
    }
}

//! How long the texts of cases are kept. The guideline does not say: five years are the default, unconfirmed, and each provider sets its own.

use chrono::{Months, NaiveDate};

/// Years after a cohort's last day, where a provider has set none.
pub const DEFAULT_YEARS: u32 = 5;
/// The longest a provider can set.
pub const MOST_YEARS: u32 = 100;

/// The last day on which the texts of a cohort are kept.
pub fn kept_until(ends_on: NaiveDate, years: u32) -> NaiveDate {
    ends_on.checked_add_months(Months::new(12 * years)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_for_whole_years() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for (ends_on, years, expected) in [
            (day(2027, 3, 31), 5, day(2032, 3, 31)),
            (day(2024, 2, 29), 1, day(2025, 2, 28)),
            (day(2027, 3, 31), MOST_YEARS, day(2127, 3, 31)),
        ] {
            assert_eq!(kept_until(ends_on, years), expected);
        }
    }
}

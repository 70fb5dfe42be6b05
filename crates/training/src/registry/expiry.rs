//! How long a card is valid, and other spans of the law. Each rule names its article; [`expected`] is what stands beside a printed day.

use super::{Article, CardCause};
use chrono::{Datelike, Days, Months, NaiveDate};

/// The day of the same number so many months later; the last of the month where it has no such day (民法143条2項).
pub fn months_later(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

/// The last day of a span of years that counts its first day: the day before the anniversary. Where the month has no such day, its last.
pub fn last_day_of_years(first: NaiveDate, years: u32) -> NaiveDate {
    let anniversary = months_later(first, years * 12);
    if anniversary.day() == first.day() { anniversary.pred_opt().unwrap_or(anniversary) } else { anniversary }
}

/// The last day of a span of months that begins on the day after.
pub fn last_day_of_months_after(day: NaiveDate, months: u32) -> NaiveDate {
    let begins = day.checked_add_days(Days::new(1)).unwrap_or(day);
    let ends = months_later(begins, months);
    if ends.day() == begins.day() { ends.pred_opt().unwrap_or(ends) } else { ends }
}

/// The last day on which registration can be applied for: three months after the completion (規則113条の7).
pub fn registration_deadline(completed_on: NaiveDate) -> NaiveDate {
    last_day_of_months_after(completed_on, 3)
}

/// The last day on which a first card needs no re-entry training: five years after the registration (法69条の7第2項, 規則113条の17).
pub fn first_card_deadline(registered_on: NaiveDate) -> NaiveDate {
    months_later(registered_on, 60)
}

/// The card's last day as the rules give it, with the article; `None` where the rules do not say.
///
/// `previous` is the last day of the card before; `chief` the last day of the chief's validity.
pub fn expected(
    cause: CardCause,
    issued_on: NaiveDate,
    previous: Option<NaiveDate>,
    chief: Option<NaiveDate>,
) -> Option<(NaiveDate, Article)> {
    match cause {
        CardCause::First => Some((last_day_of_years(issued_on, 5), "法69条の7第3項")),
        CardCause::ReEntry => Some((last_day_of_years(issued_on, 5), "法69条の7第2項・第3項")),
        // Five years follow the former span, also where the card was issued late; a card that would have ended already is none.
        CardCause::Renewal => {
            Some((months_later(previous?, 60), "法69条の8第3項")).filter(|(day, _)| issued_on <= *day)
        }
        CardCause::Transfer => Some((previous?, "法69条の7第5項")),
        CardCause::Reissue => Some((previous?, "規則113条の25")),
        CardCause::Rewritten => Some((previous?, "規則113条の23")),
        // A card runs for five years at most.
        CardCause::Aligned => {
            Some((chief?, "法69条の8第3項")).filter(|(day, _)| *day <= months_later(previous.unwrap_or(*day), 60))
        }
        CardCause::Former => former_certificate(issued_on).map(|day| (day, "介護保険法施行令附則（平成18年）")),
    }
}

/// The last day of a certificate from before April 2006 as a card: on its day of the year, in the fiscal year that its own fiscal year was
/// given. Where that year has no such day, the first of the next month.
fn former_certificate(made_on: NaiveDate) -> Option<NaiveDate> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
    let fiscal_year = match made_on {
        made if made < day(2000, 4, 1)? => return None,
        made if made < day(2002, 4, 1)? => 2008,
        made if made < day(2004, 4, 1)? => 2009,
        made if made < day(2006, 4, 1)? => 2010,
        _ => return None,
    };
    let year = if made_on.month() >= 4 { fiscal_year } else { fiscal_year + 1 };
    day(year, made_on.month(), made_on.day()).or_else(|| day(year, made_on.month() + 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_card_is_valid_for_five_years() {
        use CardCause::{Aligned, First, Former, ReEntry, Reissue, Renewal, Rewritten, Transfer};
        for (cause, issued, previous, chief, expected_day) in [
            // 法69条の7第3項: the day before the anniversary.
            (First, "2017-05-31", None, None, Some("2022-05-30")),
            (First, "2026-04-01", None, None, Some("2031-03-31")),
            (First, "2024-02-29", None, None, Some("2029-02-28")),
            (First, "2023-03-01", None, None, Some("2028-02-29")),
            (ReEntry, "2021-07-03", Some("2020-03-05"), None, Some("2026-07-02")),
            // 法69条の8第3項: the former last day and five years, also when late.
            (Renewal, "2021-07-03", Some("2020-03-05"), None, Some("2025-03-05")),
            (Renewal, "2020-01-10", Some("2020-03-05"), None, Some("2025-03-05")),
            (Renewal, "2024-01-10", Some("2024-02-29"), None, Some("2029-02-28")),
            (Renewal, "2020-01-10", None, None, None),
            (Renewal, "2025-03-05", Some("2020-03-05"), None, Some("2025-03-05")),
            (Renewal, "2025-03-06", Some("2020-03-05"), None, None),
            // 法69条の7第5項: what is left of the old card.
            (Transfer, "2022-06-01", Some("2025-03-05"), None, Some("2025-03-05")),
            (Transfer, "2022-06-01", None, None, None),
            (Reissue, "2022-06-01", Some("2025-03-05"), None, Some("2025-03-05")),
            (Rewritten, "2022-06-01", Some("2025-03-05"), None, Some("2025-03-05")),
            // 置き換え: the chief's last day, never more than five years after the former.
            (Aligned, "2023-01-01", Some("2023-05-30"), Some("2023-11-29"), Some("2023-11-29")),
            (Aligned, "2023-01-01", Some("2018-11-29"), Some("2023-11-29"), Some("2023-11-29")),
            (Aligned, "2023-01-01", Some("2018-11-28"), Some("2023-11-29"), None),
            (Aligned, "2023-01-01", Some("2018-11-28"), None, None),
            // Before 2006: by the fiscal year the certificate is of, on its own day.
            (Former, "2000-04-01", None, None, Some("2008-04-01")),
            (Former, "2002-03-31", None, None, Some("2009-03-31")),
            (Former, "2002-04-01", None, None, Some("2009-04-01")),
            (Former, "2004-02-29", None, None, Some("2010-03-01")),
            (Former, "2004-03-31", None, None, Some("2010-03-31")),
            (Former, "2004-04-01", None, None, Some("2010-04-01")),
            (Former, "2006-03-31", None, None, Some("2011-03-31")),
            (Former, "2006-04-01", None, None, None),
            (Former, "2000-03-31", None, None, None),
        ] {
            let found = expected(cause, day(issued), previous.map(day), chief.map(day)).map(|(day, _)| day);
            assert_eq!(found, expected_day.map(day), "{cause:?} {issued} {previous:?} {chief:?}");
        }
    }

    #[test]
    fn registration_is_applied_for_within_three_months() {
        for (completed, last) in [
            ("2027-01-15", "2027-04-15"),
            ("2027-01-31", "2027-04-30"),
            ("2026-11-29", "2027-02-28"),
            ("2026-11-30", "2027-02-28"),
            ("2026-12-31", "2027-03-31"),
            ("2027-11-29", "2028-02-29"),
        ] {
            assert_eq!(registration_deadline(day(completed)), day(last), "{completed}");
        }
        assert_eq!(first_card_deadline(day("2020-04-01")), day("2025-04-01"));
        assert_eq!(first_card_deadline(day("2020-02-29")), day("2025-02-28"));
    }
}

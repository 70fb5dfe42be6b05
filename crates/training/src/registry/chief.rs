//! How long somebody is a chief care manager: spans of five years, each with a renewal training (規則140条の66第1号イ(3), 140条の68).

use super::expiry::last_day_of_years;
use super::policy::ChiefAnchor;
use super::{Article, Training};
use crate::wareki::fiscal_year;
use chrono::{Months, NaiveDate};

/// The validity of a chief, as the newest training gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChiefValidity {
    /// When the chief training that counts was completed.
    pub since: NaiveDate,
    /// The last day: as the newest certificate prints it, else as the rules give it.
    pub until: NaiveDate,
    /// The last day as the rules give it.
    pub expected: NaiveDate,
    pub article: Article,
}

/// Rules that depend on the fiscal year of the first completion: the last of those years, and the first deadline.
const TRANSITIONAL: [(i32, (i32, u32, u32)); 2] = [(2011, (2019, 3, 31)), (2014, (2020, 3, 31))];

#[derive(Debug, Clone, Copy)]
struct Spans {
    since: NaiveDate,
    /// From which day spans count; none until the first renewal of those whose first deadline is fixed.
    anchor: Option<NaiveDate>,
    expected: NaiveDate,
    until: NaiveDate,
    article: Article,
}

impl Spans {
    fn begin(completed: NaiveDate) -> Spans {
        let fixed = TRANSITIONAL.iter().find(|(last, _)| fiscal_year(completed) <= *last);
        let fixed = fixed.and_then(|(_, (year, month, day))| NaiveDate::from_ymd_opt(*year, *month, *day));
        let (anchor, expected, article) = match fixed {
            Some(deadline) => (None, deadline, "規則140条の66経過措置"),
            None => (Some(completed), last_day_of_years(completed, 5), "規則140条の66"),
        };
        Spans { since: completed, anchor, expected, until: expected, article }
    }

    fn renew(self, on: NaiveDate, anchor: ChiefAnchor) -> Spans {
        let renewed = |anchor, expected| Spans {
            anchor: Some(anchor),
            expected,
            until: expected,
            article: "規則140条の66",
            ..self
        };
        match (anchor, self.anchor) {
            (ChiefAnchor::EachRenewal, _) => renewed(on, last_day_of_years(on, 5).max(self.expected)),
            (ChiefAnchor::ByFirstCompletion, None) => renewed(on, last_day_of_years(on, 5)),
            (ChiefAnchor::ByFirstCompletion, Some(from)) => {
                // A second renewal within one span gives nothing more.
                let last_span_from = self.expected.checked_sub_months(Months::new(60)).unwrap_or(from);
                if on > last_span_from {
                    let years = u32::try_from((fiscal_span(from, self.expected) + 1) * 5).unwrap_or(5);
                    renewed(from, last_day_of_years(from, years))
                } else {
                    self
                }
            }
        }
    }
}

/// How many spans of five years lie between the anchor and a span's last day.
fn fiscal_span(from: NaiveDate, last: NaiveDate) -> i64 {
    let days = (last - from).num_days() + 1;
    // Five years are 1,826 or 1,827 days.
    (days + 900) / 1826
}

/// The validity on a day, of completions in the order of their days with what their certificates print. Also one that has lapsed: its last day
/// says so. `None` for somebody who never completed the chief training by then.
pub fn validity(
    completions: &[(NaiveDate, Training, Option<NaiveDate>)],
    anchor: ChiefAnchor,
    day: NaiveDate,
) -> Option<ChiefValidity> {
    let mut spans: Option<Spans> = None;
    for (on, training, printed) in completions.iter().filter(|(on, _, _)| *on <= day) {
        let next = match (training, spans) {
            (Training::Chief, Some(known)) if *on <= known.until => None,
            (Training::Chief, _) => Some(Spans::begin(*on)),
            // Too late: who has lapsed begins with the chief training.
            (Training::ChiefRenewal, Some(known)) if *on <= known.until => Some(known.renew(*on, anchor)),
            _ => None,
        };
        if let Some(next) = next {
            spans = Some(Spans { until: printed.unwrap_or(next.expected), ..next });
        }
    }
    let spans = spans?;
    Some(ChiefValidity { since: spans.since, until: spans.until, expected: spans.expected, article: spans.article })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChiefAnchor::{ByFirstCompletion, EachRenewal};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn five_years_by_five_years() {
        for (first, renewals, anchor, on, until) in [
            // 規則140条の66: from the completion, for ever.
            ("2018-11-30", &[][..], ByFirstCompletion, "2019-01-01", "2023-11-29"),
            ("2015-04-01", &[], ByFirstCompletion, "2019-01-01", "2020-03-31"),
            ("2018-11-30", &["2022-05-01"], ByFirstCompletion, "2022-05-01", "2028-11-29"),
            ("2018-11-30", &["2022-05-01"], ByFirstCompletion, "2022-04-30", "2023-11-29"),
            ("2018-11-30", &["2022-05-01", "2023-06-01"], ByFirstCompletion, "2024-01-01", "2028-11-29"),
            ("2018-11-30", &["2022-05-01", "2027-06-01"], ByFirstCompletion, "2028-01-01", "2033-11-29"),
            ("2018-11-30", &["2023-11-29"], ByFirstCompletion, "2024-01-01", "2028-11-29"),
            ("2018-11-30", &["2023-11-30"], ByFirstCompletion, "2024-01-01", "2023-11-29"),
            // The fiscal years before: a fixed first deadline, then from the first renewal.
            ("2012-03-31", &[], ByFirstCompletion, "2015-01-01", "2019-03-31"),
            ("2012-04-01", &[], ByFirstCompletion, "2015-01-01", "2020-03-31"),
            ("2015-03-31", &[], ByFirstCompletion, "2015-06-01", "2020-03-31"),
            ("2010-11-01", &["2017-09-10"], ByFirstCompletion, "2018-01-01", "2022-09-09"),
            ("2010-11-01", &["2017-09-10", "2021-10-01"], ByFirstCompletion, "2022-01-01", "2027-09-09"),
            ("2013-11-01", &["2020-03-31"], ByFirstCompletion, "2021-01-01", "2025-03-30"),
            ("2013-11-01", &["2020-04-01"], ByFirstCompletion, "2021-01-01", "2020-03-31"),
            // Kyoto: each renewal for itself.
            ("2018-11-30", &["2022-05-01"], EachRenewal, "2023-01-01", "2027-04-30"),
            ("2018-11-30", &["2019-01-01"], EachRenewal, "2023-01-01", "2023-12-31"),
        ] {
            let mut completions = vec![(day(first), Training::Chief, None)];
            completions.extend(renewals.iter().map(|on| (day(on), Training::ChiefRenewal, None)));
            let found = validity(&completions, anchor, day(on)).unwrap();
            assert_eq!((found.until, found.since), (day(until), day(first)), "{first} {renewals:?} on {on}");
        }
    }

    #[test]
    fn who_lapsed_begins_again() {
        let completions = [
            (day("2016-06-01"), Training::Chief, None),
            (day("2022-01-01"), Training::ChiefRenewal, None),
            (day("2023-01-15"), Training::Chief, None),
        ];
        let on = |text| validity(&completions, ByFirstCompletion, day(text)).map(|known| known.until);
        assert_eq!(on("2016-05-31"), None);
        assert_eq!(on("2022-06-01"), Some(day("2021-05-31")), "a renewal after the lapse gives nothing");
        assert_eq!(on("2023-01-15"), Some(day("2028-01-14")));
        assert_eq!(
            validity(&[(day("2022-01-01"), Training::ChiefRenewal, None)], ByFirstCompletion, day("2022-02-01")),
            None
        );
    }

    #[test]
    fn what_is_printed_wins_and_stands_beside_the_rule() {
        let completions = [
            (day("2018-11-30"), Training::Chief, Some(day("2024-03-31"))),
            (day("2024-02-01"), Training::ChiefRenewal, None),
        ];
        let found = validity(&completions[..1], ByFirstCompletion, day("2019-01-01")).unwrap();
        assert_eq!((found.until, found.expected), (day("2024-03-31"), day("2023-11-29")));
        let found = validity(&completions, ByFirstCompletion, day("2024-02-01")).unwrap();
        assert_eq!(found.until, day("2028-11-29"), "in time by the printed day");
    }
}

//! Until when something is handed in, counted from a day of the cohort.

use crate::completion::facts::CohortFacts;
use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// The day that is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    CohortStart,
    CohortEnd,
    PracticumStart,
    PracticumEnd,
    /// The n-th day on which a session is held.
    TrainingDay,
}

/// A day relative to the cohort: `{ from = "practicum_start", days = -1 }` is the day before the practicum may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    pub from: Anchor,
    /// Which one, from 1, for `training_day`.
    #[serde(default)]
    pub training_day: Option<u32>,
    #[serde(default)]
    pub months: u32,
    /// Days after, or before if negative.
    #[serde(default)]
    pub days: i32,
}

impl Due {
    /// None while the cohort's day is not known.
    pub(super) fn day(&self, cohort: &CohortFacts) -> Option<NaiveDate> {
        let anchor = match self.from {
            Anchor::CohortStart => cohort.dates.starts_on,
            Anchor::CohortEnd => cohort.dates.ends_on,
            Anchor::PracticumStart => cohort.dates.practicum_from,
            Anchor::PracticumEnd => cohort.dates.practicum_until,
            Anchor::TrainingDay => {
                let days: std::collections::BTreeSet<NaiveDate> =
                    cohort.sessions().iter().map(|session| session.starts_at.date()).collect();
                days.into_iter().nth(self.training_day?.checked_sub(1)? as usize)
            }
        }?;
        let day = anchor.checked_add_months(Months::new(self.months))?;
        let distance = Days::new(u64::from(self.days.unsigned_abs()));
        if self.days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match (self.from, self.training_day) {
            (Anchor::TrainingDay, None | Some(0)) => {
                Err("from = \"training_day\" needs training_day = 1 or more".to_owned())
            }
            (Anchor::TrainingDay, Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => Err("training_day goes with from = \"training_day\" alone".to_owned()),
        }
    }

    /// A deadline may come, or come earlier; it may not go, nor count from another day.
    pub(super) fn tightens(new: Option<Due>, old: Option<Due>) -> Result<(), String> {
        match (new, old) {
            (_, None) => Ok(()),
            (None, Some(_)) => Err("due would be dropped".to_owned()),
            (Some(new), Some(old)) => {
                let comparable = (new.from, new.training_day) == (old.from, old.training_day);
                if comparable && new.months <= old.months && new.days <= old.days {
                    Ok(())
                } else {
                    Err("due would come later, or count from another day".to_owned())
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::day;
    use super::*;
    use crate::cohort::attendance::Session;
    use crate::completion::facts::CohortDates;

    #[test]
    fn days_of_a_cohort() {
        let held = |id, on: NaiveDate| Session {
            id,
            starts_at: on.and_hms_opt(9, 0, 0).unwrap(),
            ends_at: on.and_hms_opt(12, 0, 0).unwrap(),
            shares: vec![],
        };
        let dates =
            CohortDates { practicum_from: Some(day(3, 31)), ends_on: Some(day(8, 31)), ..CohortDates::default() };
        let cohort = CohortFacts::new(dates, vec![held(1, day(2, 2)), held(2, day(2, 2)), held(3, day(2, 1))]);
        let due = |from, training_day, months, days| Due { from, training_day, months, days };
        for (due, expected) in [
            (due(Anchor::PracticumStart, None, 0, -1), Some(day(3, 30))),
            (due(Anchor::CohortEnd, None, 3, 0), Some(day(11, 30))),
            (due(Anchor::TrainingDay, Some(2), 0, 0), Some(day(2, 2))),
            (due(Anchor::TrainingDay, Some(3), 0, 0), None),
            (due(Anchor::CohortStart, None, 0, 0), None),
        ] {
            assert_eq!(due.day(&cohort), expected, "{due:?}");
        }
    }
}

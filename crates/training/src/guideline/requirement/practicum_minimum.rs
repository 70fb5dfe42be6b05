//! How long the practicum must be: minutes, days, or both, and what counts, by the prefecture's rule.

use super::{Context, no_less, not_loosened};
use crate::completion::facts::CohortDates;
use crate::completion::verdict::{Evidence, Missing, Verdict};
use crate::practicum::record::Experience;
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticumMinimum {
    /// 0: no minimum in minutes.
    #[serde(default)]
    pub minutes: u32,
    /// 0: no minimum in days.
    #[serde(default)]
    pub days: u32,
    /// A day with fewer minutes counts as half a day; 0: every day counts whole.
    #[serde(default)]
    pub whole_day_minutes: u32,
    /// A day with fewer minutes does not count at all.
    #[serde(default)]
    pub half_day_minutes: u32,
    /// Do breaks count as practicum?
    #[serde(default)]
    pub breaks_count: bool,
    /// Does work on the trainee's own plan count?
    #[serde(default)]
    pub own_work_counts: bool,
    #[serde(default = "counted")]
    pub saturdays_count: bool,
    /// Must the days follow each other? A weekend between them does not part them; public holidays do.
    #[serde(default)]
    pub consecutive: bool,
    /// Does only what lies in the cohort's window count?
    #[serde(default)]
    pub within_window: bool,
}

fn counted() -> bool {
    true
}

impl PracticumMinimum {
    fn minutes_of(&self, experience: &Experience) -> u32 {
        match experience {
            Experience { own_work: true, .. } if !self.own_work_counts => 0,
            experience if self.breaks_count => experience.minutes,
            experience => experience.minutes.saturating_sub(experience.break_minutes),
        }
    }

    fn counts(&self, on: NaiveDate, dates: &CohortDates) -> bool {
        let inside =
            dates.practicum_from.is_none_or(|from| from <= on) && dates.practicum_until.is_none_or(|until| on <= until);
        (inside || !self.within_window) && (self.saturdays_count || on.weekday() != Weekday::Sat)
    }

    fn half_days_of(&self, minutes: u32) -> u32 {
        match minutes {
            0 => 0,
            few if few < self.half_day_minutes => 0,
            some if some < self.whole_day_minutes => 1,
            _ => 2,
        }
    }

    /// What counts of some experiences: minutes, and half days, of days that follow each other where that is asked the longest run.
    pub fn counted(&self, experiences: &[Experience], dates: &CohortDates) -> (u32, u32) {
        let mut minutes_by_day: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        for experience in experiences.iter().filter(|experience| self.counts(experience.on, dates)) {
            *minutes_by_day.entry(experience.on).or_default() += self.minutes_of(experience);
        }
        let minutes: u32 = minutes_by_day.values().sum();
        let (mut half_days, mut run, mut last) = (0, 0, None);
        for (day, minutes) in minutes_by_day {
            let half = self.half_days_of(minutes);
            if half == 0 {
                continue;
            }
            let follows = last.is_some_and(|last| !self.consecutive || follows(last, day));
            run = if follows { run + half } else { half };
            half_days = half_days.max(run);
            last = Some(day);
        }
        (minutes, half_days)
    }

    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let (experiences, dates) = (&context.facts.experiences, &context.cohort.dates);
        let (minutes, half_days) = self.counted(experiences, dates);
        let counted = experiences.iter().filter(|experience| self.counts(experience.on, dates));
        let evidence = counted.map(|experience| Evidence::Experience(experience.id)).collect();
        let mut missing = Vec::new();
        if minutes < self.minutes {
            missing.push(Missing::Minutes { done: minutes, required: self.minutes });
        }
        if half_days < self.days * 2 {
            missing.push(Missing::HalfDays { done: half_days, required: self.days * 2 });
        }
        Verdict { evidence, ..Verdict::met_unless(missing) }
    }

    pub(super) fn tightens(&self, old: &PracticumMinimum) -> Result<(), String> {
        no_less("minutes", self.minutes, old.minutes)?;
        no_less("days", self.days, old.days)?;
        no_less("whole_day_minutes", self.whole_day_minutes, old.whole_day_minutes)?;
        no_less("half_day_minutes", self.half_day_minutes, old.half_day_minutes)?;
        not_loosened("breaks_count", self.breaks_count, old.breaks_count, true)?;
        not_loosened("own_work_counts", self.own_work_counts, old.own_work_counts, true)?;
        not_loosened("saturdays_count", self.saturdays_count, old.saturdays_count, true)?;
        not_loosened("consecutive", self.consecutive, old.consecutive, false)?;
        not_loosened("within_window", self.within_window, old.within_window, false)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.minutes == 0 && self.days == 0 {
            return Err("it asks for nothing; give minutes, days or both".to_owned());
        }
        if self.half_day_minutes > self.whole_day_minutes && self.whole_day_minutes > 0 {
            return Err(format!(
                "half_day_minutes {} is more than whole_day_minutes {}; exchange them",
                self.half_day_minutes, self.whole_day_minutes
            ));
        }
        if self.days > 60 || self.minutes > 60 * 24 * 60 {
            return Err("no practicum lasts longer than 60 days".to_owned());
        }
        Ok(())
    }
}

/// Is nothing but a weekend between two days?
fn follows(last: NaiveDate, day: NaiveDate) -> bool {
    last.iter_days()
        .skip(1)
        .take_while(|between| *between < day)
        .all(|between| matches!(between.weekday(), Weekday::Sat | Weekday::Sun))
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, judged_in, seen};
    use super::*;
    use crate::completion::facts::{CohortDates, CohortFacts, Facts};
    use crate::completion::verdict::State;

    fn visit(on: NaiveDate, minutes: u32) -> Experience {
        Experience { minutes, ..seen("plan", on) }
    }

    fn rule(text: &str) -> PracticumMinimum {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn hours_and_days() {
        let eighteen_hours = rule("minutes = 1080");
        let three_days = rule("days = 3\nwhole_day_minutes = 300\nhalf_day_minutes = 200");
        let minutes = |done| vec![Missing::Minutes { done, required: 1080 }];
        let half_days = |done| vec![Missing::HalfDays { done, required: 6 }];
        let days = |parts: &[(u32, u32)]| parts.iter().map(|(on, minutes)| visit(day(6, *on), *minutes)).collect();
        for (name, rule, experiences, state, missing) in [
            ("nothing", &eighteen_hours, vec![], State::NotYet, minutes(0)),
            ("18 hours in two long days", &eighteen_hours, days(&[(1, 540), (2, 540)]), State::Met, vec![]),
            ("a minute short", &eighteen_hours, days(&[(1, 540), (2, 539)]), State::NotYet, minutes(1079)),
            (
                "two half days make one",
                &three_days,
                days(&[(1, 360), (2, 360), (3, 240), (4, 240)]),
                State::Met,
                vec![],
            ),
            ("half a day short", &three_days, days(&[(1, 360), (2, 360), (3, 240)]), State::NotYet, half_days(5)),
            (
                "too short for half a day",
                &three_days,
                days(&[(1, 360), (2, 360), (3, 199)]),
                State::NotYet,
                half_days(4),
            ),
        ] {
            let verdict = judged(Rule::PracticumMinimum(rule.clone()), &Facts { experiences, ..Facts::default() });
            assert_eq!((verdict.state, verdict.missing), (state, missing), "{name}");
        }
    }

    #[test]
    fn what_counts() {
        // 6 June 2026 is a Saturday.
        let with_break = Experience { break_minutes: 60, ..visit(day(6, 1), 420) };
        let own = Experience { own_work: true, ..visit(day(6, 2), 420) };
        for (name, text, experiences, state) in [
            ("breaks do not", "minutes = 420", vec![with_break.clone()], State::NotYet),
            ("breaks do", "minutes = 420\nbreaks_count = true", vec![with_break], State::Met),
            ("own work does not", "days = 1", vec![own.clone()], State::NotYet),
            ("own work does", "days = 1\nown_work_counts = true", vec![own], State::Met),
            ("Saturdays do", "days = 1", vec![visit(day(6, 6), 420)], State::Met),
            ("Saturdays do not", "days = 1\nsaturdays_count = false", vec![visit(day(6, 6), 420)], State::NotYet),
            (
                "a weekend between",
                "days = 2\nconsecutive = true",
                vec![visit(day(6, 5), 420), visit(day(6, 8), 420)],
                State::Met,
            ),
            (
                "a Tuesday between",
                "days = 2\nconsecutive = true",
                vec![visit(day(6, 1), 420), visit(day(6, 3), 420)],
                State::NotYet,
            ),
            (
                "the longest run counts",
                "days = 2\nconsecutive = true",
                vec![visit(day(6, 1), 420), visit(day(6, 3), 420), visit(day(6, 4), 420)],
                State::Met,
            ),
            ("outside the window", "days = 1\nwithin_window = true", vec![visit(day(5, 29), 420)], State::NotYet),
            ("whenever", "days = 1", vec![visit(day(5, 29), 420)], State::Met),
        ] {
            let dates = CohortDates {
                practicum_from: Some(day(6, 1)),
                practicum_until: Some(day(6, 30)),
                ..CohortDates::default()
            };
            let facts = Facts { experiences, ..Facts::default() };
            let verdict = judged_in(Rule::PracticumMinimum(rule(text)), &CohortFacts::new(dates, vec![]), &facts);
            assert_eq!(verdict.state, state, "{name}");
        }
    }
}

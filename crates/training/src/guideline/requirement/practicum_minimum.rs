//! How long the practicum must be: minutes, days, or both, and what counts, by the prefecture's rule.

use super::{Context, no_less, not_loosened};
use crate::completion::facts::CohortDates;
use crate::completion::verdict::{Evidence, Missing, NotCounted, Uncounted, Verdict};
use crate::holiday;
use crate::practicum::record::{Experience, OfficeTime};
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
    /// Does time at the office count that belongs to no client?
    #[serde(default = "counted")]
    pub without_case_counts: bool,
    /// Must the days follow each other? Weekends, public holidays and the days around New Year between them do not part them.
    #[serde(default)]
    pub consecutive: bool,
    /// Does only what lies in the cohort's window count?
    #[serde(default)]
    pub within_window: bool,
}

fn counted() -> bool {
    true
}

/// Time spent in the practicum, with a client or at the office.
struct Time {
    fact: Evidence,
    on: NaiveDate,
    minutes: u32,
    break_minutes: u32,
    own_work: bool,
    without_case: bool,
}

fn times<'a>(experiences: &'a [Experience], office: &'a [OfficeTime]) -> impl Iterator<Item = Time> + 'a {
    let with_client = experiences.iter().map(|known| Time {
        fact: Evidence::Experience(known.id),
        on: known.on,
        minutes: known.minutes,
        break_minutes: known.break_minutes,
        own_work: known.own_work,
        without_case: false,
    });
    let at_office = office.iter().map(|known| Time {
        fact: Evidence::OfficeTime(known.id),
        on: known.on,
        minutes: known.minutes,
        break_minutes: known.break_minutes,
        own_work: false,
        without_case: true,
    });
    with_client.chain(at_office)
}

/// What counts of a practicum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    pub minutes: u32,
    /// Of days that follow each other, where that is asked, the longest run.
    pub half_days: u32,
    pub evidence: Vec<Evidence>,
    pub uncounted: Vec<Uncounted>,
}

impl PracticumMinimum {
    /// Why a time does not count, whatever else happened on its day.
    fn refuses(&self, time: &Time, dates: &CohortDates) -> Option<NotCounted> {
        let inside = dates.practicum_from.is_none_or(|from| from <= time.on)
            && dates.practicum_until.is_none_or(|until| time.on <= until);
        match () {
            () if self.within_window && !inside => Some(NotCounted::OutsideWindow),
            () if !self.saturdays_count && time.on.weekday() == Weekday::Sat => Some(NotCounted::Saturday),
            () if !self.own_work_counts && time.own_work => Some(NotCounted::OwnWork),
            () if !self.without_case_counts && time.without_case => Some(NotCounted::WithoutCase),
            () => None,
        }
    }

    fn half_days_of(&self, minutes: u32) -> u32 {
        match minutes {
            0 => 0,
            few if few < self.half_day_minutes => 0,
            some if some < self.whole_day_minutes => 1,
            _ => 2,
        }
    }

    /// What counts of some experiences and of time at the office.
    pub fn counted(&self, experiences: &[Experience], office: &[OfficeTime], dates: &CohortDates) -> Counted {
        let mut counted = Counted::default();
        let mut by_day: BTreeMap<NaiveDate, (u32, Vec<Evidence>)> = BTreeMap::new();
        for time in times(experiences, office) {
            if let Some(why) = self.refuses(&time, dates) {
                counted.uncounted.push(Uncounted { fact: time.fact, why });
                continue;
            }
            let breaks = if self.breaks_count { 0 } else { time.break_minutes };
            let (minutes, facts) = by_day.entry(time.on).or_default();
            *minutes += time.minutes.saturating_sub(breaks);
            facts.push(time.fact);
        }
        counted.minutes = by_day.values().map(|(minutes, _)| *minutes).sum();
        let mut runs: Vec<(u32, Vec<NaiveDate>)> = Vec::new();
        let mut not_as_days = Vec::new();
        for (day, (minutes, facts)) in &by_day {
            let half_days = self.half_days_of(*minutes);
            if half_days == 0 {
                // Minutes short of half a day still count where minutes are asked; a day of nothing but a break has none.
                let too_short = |fact: &Evidence| Uncounted { fact: fact.clone(), why: NotCounted::TooShort };
                if *minutes == 0 { &mut counted.uncounted } else { &mut not_as_days }
                    .extend(facts.iter().map(too_short));
                continue;
            }
            match runs.last_mut() {
                Some((sum, days)) if !self.consecutive || days.last().is_some_and(|last| follows(*last, *day)) => {
                    *sum += half_days;
                    days.push(*day);
                }
                _ => runs.push((half_days, vec![*day])),
            }
        }
        // Of two runs as long as each other the first.
        let longest = runs.iter().map(|(sum, _)| *sum).max().unwrap_or(0);
        let chosen = runs.iter().find(|(sum, _)| *sum == longest).map(|(_, days)| days.clone()).unwrap_or_default();
        counted.half_days = longest;
        for day in runs.iter().flat_map(|(_, days)| days).filter(|day| !chosen.contains(day)) {
            let facts = by_day.get(day).into_iter().flat_map(|(_, facts)| facts);
            let apart = |fact: &Evidence| Uncounted { fact: fact.clone(), why: NotCounted::NotInARow };
            not_as_days.extend(facts.map(apart));
        }
        let counts = |fact: &Evidence| !counted.uncounted.iter().any(|known| known.fact == *fact);
        counted.evidence = by_day.into_values().flat_map(|(_, facts)| facts).filter(counts).collect();
        // Where minutes are asked they count, and stand as uncounted as well only where days are lacking.
        if self.minutes == 0 {
            counted.evidence.retain(|fact| !not_as_days.iter().any(|known| known.fact == *fact));
        }
        if self.minutes == 0 || counted.half_days < self.days * 2 {
            counted.uncounted.extend(not_as_days);
        }
        counted
    }

    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let counted = self.counted(&facts.experiences, &facts.office_times, &context.cohort.dates);
        let mut missing = Vec::new();
        if counted.minutes < self.minutes {
            missing.push(Missing::Minutes { done: counted.minutes, required: self.minutes });
        }
        if counted.half_days < self.days * 2 {
            missing.push(Missing::HalfDays { done: counted.half_days, required: self.days * 2 });
        }
        let Counted { evidence, uncounted, .. } = counted;
        Verdict { evidence, uncounted, ..Verdict::met_unless(missing) }
    }

    pub(super) fn tightens(&self, old: &PracticumMinimum) -> Result<(), String> {
        no_less("minutes", self.minutes, old.minutes)?;
        no_less("days", self.days, old.days)?;
        no_less("whole_day_minutes", self.whole_day_minutes, old.whole_day_minutes)?;
        no_less("half_day_minutes", self.half_day_minutes, old.half_day_minutes)?;
        not_loosened("breaks_count", self.breaks_count, old.breaks_count, true)?;
        not_loosened("own_work_counts", self.own_work_counts, old.own_work_counts, true)?;
        not_loosened("without_case_counts", self.without_case_counts, old.without_case_counts, true)?;
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

/// Is nothing between two days but days on which offices rest?
fn follows(last: NaiveDate, day: NaiveDate) -> bool {
    last.iter_days().skip(1).take_while(|between| *between < day).all(holiday::is_day_off)
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, judged_in, seen};
    use super::*;
    use crate::completion::facts::{CohortDates, CohortFacts, Facts};
    use crate::completion::verdict::State;
    use crate::practicum::record::OfficeContent;

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
    fn the_limits_of_a_day() {
        let rule = rule("days = 3\nwhole_day_minutes = 360\nhalf_day_minutes = 240");
        for (minutes, expected) in [(0, 0), (1, 0), (239, 0), (240, 1), (241, 1), (359, 1), (360, 2), (361, 2)] {
            let counted = rule.counted(&[visit(day(6, 1), minutes)], &[], &CohortDates::default());
            assert_eq!(counted.half_days, expected, "{minutes}");
        }
    }

    #[test]
    fn what_does_not_count_is_told() {
        let at_office =
            |id, on, minutes| OfficeTime { id, content: OfficeContent::LookBack, on, minutes, break_minutes: 0 };
        let numbered = |id, experience: Experience| Experience { id, ..experience };
        let experiences = vec![
            numbered(1, visit(day(6, 1), 360)),
            numbered(2, Experience { own_work: true, ..visit(day(6, 1), 60) }),
            numbered(3, visit(day(5, 29), 360)),
            numbered(4, visit(day(6, 6), 360)),
            numbered(5, visit(day(6, 9), 100)),
        ];
        let office = vec![at_office(1, day(6, 1), 30), at_office(2, day(6, 9), 150)];
        let dates = CohortDates {
            practicum_from: Some(day(6, 1)),
            practicum_until: Some(day(6, 30)),
            ..CohortDates::default()
        };
        let experience = Evidence::Experience;
        let uncounted = |fact, why| Uncounted { fact, why };
        for (name, text, minutes, half_days, evidence, left_out) in [
            (
                "days",
                "days = 3\nhalf_day_minutes = 240\nwithin_window = true\nsaturdays_count = false",
                640,
                4,
                vec![experience(1), Evidence::OfficeTime(1), experience(5), Evidence::OfficeTime(2)],
                vec![
                    uncounted(experience(2), NotCounted::OwnWork),
                    uncounted(experience(3), NotCounted::OutsideWindow),
                    uncounted(experience(4), NotCounted::Saturday),
                ],
            ),
            (
                "with clients alone",
                "days = 3\nhalf_day_minutes = 240\nwithin_window = true\nwithout_case_counts = false\nown_work_counts = true",
                880,
                4,
                vec![experience(1), experience(2), experience(4)],
                vec![
                    uncounted(experience(3), NotCounted::OutsideWindow),
                    uncounted(Evidence::OfficeTime(1), NotCounted::WithoutCase),
                    uncounted(Evidence::OfficeTime(2), NotCounted::WithoutCase),
                    uncounted(experience(5), NotCounted::TooShort),
                ],
            ),
            (
                "in a row",
                "days = 1\nconsecutive = true",
                1360,
                4,
                vec![experience(3), experience(1), Evidence::OfficeTime(1)],
                vec![
                    uncounted(experience(2), NotCounted::OwnWork),
                    uncounted(experience(4), NotCounted::NotInARow),
                    uncounted(experience(5), NotCounted::NotInARow),
                    uncounted(Evidence::OfficeTime(2), NotCounted::NotInARow),
                ],
            ),
        ] {
            let counted = rule(text).counted(&experiences, &office, &dates);
            assert_eq!((counted.minutes, counted.half_days), (minutes, half_days), "{name}");
            assert_eq!(counted.evidence, evidence, "{name}");
            assert_eq!(counted.uncounted, left_out, "{name}");
        }
        assert!(rule("days = 1").tightens(&rule("days = 1\nwithout_case_counts = false")).is_err());
        assert!(rule("days = 1\nwithout_case_counts = false").tightens(&rule("days = 1")).is_ok());
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
                "a long weekend between",
                "days = 2\nconsecutive = true",
                // 20 July 2026 is 海の日.
                vec![visit(day(7, 17), 420), visit(day(7, 21), 420)],
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

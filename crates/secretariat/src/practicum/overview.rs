//! How the practicum records of a cohort stand, for the secretariat: a line a trainee, the most pressing first.

use crate::{Result, Secretariat};
use records::Work;
use std::collections::HashMap;
use training::NaiveDate;
use training::completion::facts::MilestoneKind;
use training::practicum::placement::PlacementState;

/// A trainee in the overview of a cohort's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    pub enrolment: i64,
    pub name: String,
    pub trainee_number: String,
    pub office: Option<String>,
    pub placement: Option<PlacementState>,
    pub signed_off: bool,
    pub drafts: i64,
    pub submitted: i64,
    pub returned: i64,
    pub approved: i64,
    pub changed_on: Option<NaiveDate>,
    /// Since when the entry that waits longest has waited for the supervisor.
    pub waiting_since: Option<NaiveDate>,
    /// Blocking requirements about the practicum that are open.
    pub open: usize,
    pub risk: Risk,
}

/// How a trainee's practicum stands, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// The window has ended and the record is not signed off.
    Overdue,
    /// Has no office although the practicum has begun.
    NoOffice,
    /// The supervisor gave an entry back.
    Returned,
    /// Nothing was handed in although the own weeks have begun.
    Silent,
    /// The supervisor has entries to look at.
    Waiting,
    UnderWay,
    NotBegun,
    Done,
}

impl Risk {
    pub const ALL: [Risk; 8] = [
        Risk::Overdue,
        Risk::NoOffice,
        Risk::Returned,
        Risk::Silent,
        Risk::Waiting,
        Risk::UnderWay,
        Risk::NotBegun,
        Risk::Done,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Risk::Overdue => "overdue",
            Risk::NoOffice => "no-office",
            Risk::Returned => "returned",
            Risk::Silent => "silent",
            Risk::Waiting => "waiting",
            Risk::UnderWay => "under-way",
            Risk::NotBegun => "not-begun",
            Risk::Done => "done",
        }
    }
}

impl Secretariat {
    /// The records of a cohort's trainees, the most pressing first; a fixed number of statements.
    pub async fn record_overview(&self, work: &mut Work, cohort: i64) -> Result<Vec<RecordLine>> {
        let judged = self.judge_cohort(work, cohort).await?;
        let figures: HashMap<i64, _> =
            work.record_figures(cohort).await?.into_iter().map(|figures| (figures.enrolment_id, figures)).collect();
        let placements: HashMap<i64, _> = work
            .current_placements(cohort)
            .await?
            .into_iter()
            .map(|placement| (placement.enrolment_id, placement))
            .collect();
        let signed_off = work.milestones_of_cohort(cohort, MilestoneKind::SignOff).await?;
        let (today, cohort) = (self.today(), &judged.cohort);
        let last = cohort.practicum_from + chrono::TimeDelta::weeks(cohort.practicum_weeks);
        let mut lines: Vec<RecordLine> = judged
            .enrolments
            .iter()
            .filter(|enrolment| enrolment.state.takes_part())
            .map(|enrolment| {
                let figures = figures.get(&enrolment.id);
                let count = |of: fn(&records::practicum::record::RecordFigures) -> i64| figures.map_or(0, of);
                let placement = placements.get(&enrolment.id);
                let open = judged.tally.open_of_practicum.get(&enrolment.id).copied().unwrap_or_default();
                let mut line = RecordLine {
                    enrolment: enrolment.id,
                    name: enrolment.name.clone(),
                    trainee_number: enrolment.trainee_number.clone(),
                    office: placement.map(|placement| placement.office_name.clone()),
                    placement: placement.map(|placement| placement.state),
                    signed_off: signed_off.contains(&enrolment.id),
                    drafts: count(|it| it.drafts),
                    submitted: count(|it| it.submitted),
                    returned: count(|it| it.returned),
                    approved: count(|it| it.approved),
                    changed_on: figures.and_then(|figures| figures.changed_at).map(crate::local_day),
                    waiting_since: figures.and_then(|figures| figures.waiting_since).map(crate::local_day),
                    open,
                    risk: Risk::NotBegun,
                };
                let begins = placement.map(|it| cohort.practicum_from + chrono::TimeDelta::weeks(it.window_index));
                line.risk = line.risk(today, begins, (cohort.practicum_from, last));
                line
            })
            .collect();
        lines.sort_by(|one, other| {
            one.risk.cmp(&other.risk).then_with(|| one.trainee_number.cmp(&other.trainee_number))
        });
        Ok(lines)
    }
}

impl RecordLine {
    /// Is there anything left for the trainee to do? Where all is handed in and nothing given back, it is the supervisor's turn.
    pub(crate) fn is_trainees_turn(&self) -> bool {
        let handed_in = self.submitted + self.approved;
        !self.signed_off
            && (handed_in == 0 || self.returned + self.drafts > 0 || (self.open > 0 && self.submitted == 0))
    }

    /// `begins` is the first day of the trainee's own week; the practicum's weeks lie from the first day `.0` to before `.1`.
    fn risk(&self, today: NaiveDate, begins: Option<NaiveDate>, (from, until): (NaiveDate, NaiveDate)) -> Risk {
        let written = self.submitted + self.returned + self.approved;
        match begins {
            _ if self.signed_off => Risk::Done,
            _ if today >= until => Risk::Overdue,
            None if today >= from => Risk::NoOffice,
            _ if self.returned > 0 => Risk::Returned,
            Some(begins) if today >= begins && written == 0 => Risk::Silent,
            _ if self.submitted > 0 => Risk::Waiting,
            _ if written > 0 => Risk::UnderWay,
            _ => Risk::NotBegun,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_pressing_reason_counts() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2027, 6, day).unwrap();
        let weeks = (day(1), day(29));
        // Today, the own week's first day, signed off, handed in, returned, approved.
        for (today, begins, signed_off, submitted, returned, approved, expected) in [
            (30, Some(1), true, 0, 0, 3, Risk::Done),
            (29, Some(1), false, 0, 0, 3, Risk::Overdue),
            (29, None, false, 0, 0, 0, Risk::Overdue),
            (1, None, false, 0, 0, 0, Risk::NoOffice),
            (8, Some(1), false, 1, 1, 1, Risk::Returned),
            (1, Some(1), false, 0, 0, 0, Risk::Silent),
            (1, Some(8), false, 0, 0, 0, Risk::NotBegun),
            (8, Some(1), false, 1, 0, 1, Risk::Waiting),
            (8, Some(1), false, 0, 0, 1, Risk::UnderWay),
        ] {
            let line = RecordLine {
                enrolment: 1,
                name: String::new(),
                trainee_number: String::new(),
                office: None,
                placement: None,
                signed_off,
                drafts: 0,
                submitted,
                returned,
                approved,
                changed_on: None,
                waiting_since: None,
                open: 0,
                risk: Risk::NotBegun,
            };
            assert_eq!(line.risk(day(today), begins.map(day), weeks), expected, "{today} {begins:?}");
        }
        assert!(Risk::ALL.is_sorted(), "they stand in the order people are listed in");
    }
}

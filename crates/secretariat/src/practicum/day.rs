//! Agreeing on the days of a practicum: trainee and office offer, accept, decline and call off.

use crate::notice::DayNews;
use crate::office::guide::Guide;
use crate::practicum::door::{check_not_signed_off, check_received, is_signed_off};
use crate::practicum::refusal::PracticumRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::{NaiveDate, TimeDelta};
use records::Work;
use records::placement::Placement;
use records::practicum::day::PracticumDay;
use training::practicum::day::{DayFault, DayField, DayState, Offer, check_answer, check_text, read};
use training::practicum::placement::{PlacementState, check_transition};
use training::role::Role;

/// The days of one trainee as a page shows them.
#[derive(Debug, Clone)]
pub struct Days {
    /// Where the trainee is placed and was accepted.
    pub placement: Option<Placement>,
    /// The record is signed off: no day is added.
    pub closed: bool,
    pub days: Vec<PracticumDay>,
    /// The practicum's first day, and the day after its last.
    pub season: (NaiveDate, NaiveDate),
}

impl Days {
    /// Minutes agreed on at the present office, meetings aside, and on how many days.
    pub fn agreed(&self) -> (i64, usize) {
        let placement = self.placement.as_ref().map(|placement| placement.id);
        let agreed =
            self.days.iter().filter(|day| Some(day.placement_id) == placement && day.state == DayState::Agreed);
        let agreed: Vec<&PracticumDay> = agreed.filter(|day| day.day().minutes() > 0).collect();
        let minutes = agreed.iter().map(|day| day.day().minutes()).sum();
        let mut on: Vec<NaiveDate> = agreed.iter().map(|day| day.on_day).collect();
        on.dedup();
        (minutes, on.len())
    }
}

/// A supervisor deals with the own office's trainees alone; the secretariat with all; trainees come with their own enrolment.
async fn check_takes_part(work: &mut Work, role: Role, enrolment: i64, guide: Guide) -> Result<()> {
    match role {
        Role::Supervisor => check_received(work, enrolment, guide).await,
        Role::Trainee | Role::Administrator | Role::Secretariat => Ok(()),
        Role::Instructor | Role::Prefecture => Err(records::Error::NotFound.into()),
    }
}

impl Secretariat {
    pub async fn days(&self, work: &mut Work, role: Role, (enrolment, guide): (i64, Guide)) -> Result<Days> {
        check_takes_part(work, role, enrolment, guide).await?;
        let cohort = work.enrolment(enrolment).await?.cohort_id;
        let cohort = work.cohort(cohort).await?;
        let placements = work.placements_of(enrolment).await?;
        let mut days = work.days_of(enrolment).await?;
        let closed = is_signed_off(work, cohort.id, enrolment).await?;
        if role == Role::Supervisor {
            // What was agreed on with another office is not this one's business.
            days.retain(|day| Some(day.host_office_id) == guide.office);
        }
        let end = cohort.practicum_from + TimeDelta::weeks(cohort.practicum_weeks);
        Ok(Days {
            placement: placements.into_iter().find(|placement| placement.state.opens_record()),
            closed,
            days,
            season: (cohort.practicum_from, end),
        })
    }

    /// Offers a day; nothing else may be offered or agreed on at the time.
    pub async fn offer_day(&self, staff: &Staff, (enrolment, guide): (i64, Guide), offer: Offer<'_>) -> Result<()> {
        let mut work = self.write(staff).await?;
        let known = self.days(&mut work, staff.role, (enrolment, guide)).await?;
        let day = read(offer, self.today(), known.season)
            .map_err(|error| Refusal::Practicum(PracticumRefusal::Day(error)))?;
        check_not_signed_off(&mut work, enrolment).await?;
        let placements = work.placements_of(enrolment).await?;
        let placement = placements.iter().find(|placement| placement.state.opens_record());
        let placement = placement.filter(|placement| placement.state != PlacementState::Done);
        let known = placement.ok_or(Refusal::Practicum(PracticumRefusal::NotAccepted))?;
        let placement = known.id;
        // Two who offer at once do it one after the other.
        work.lock_placement(placement).await?;
        let days = work.days_of(enrolment).await?;
        let open = days.iter().filter(|known| known.placement_id == placement && known.state.is_open());
        if open.clone().any(|known| known.day() == day && known.offered_by == staff.name) {
            // Pressed twice.
            return Ok(());
        }
        if let Some(taken) = open.map(PracticumDay::day).find(|known| known.overlaps(&day)) {
            return Err(PracticumRefusal::DayTaken { from: taken.from, until: taken.until }.into());
        }
        let about = format!("day/{}", work.offer_day(placement, &day, staff.role).await?);
        let mut writer = Secretariat::notice_writer_of(&mut work, enrolment).await?;
        writer.tell_of_day(&mut work, (known, about), staff.role, (&day, DayNews::Offered)).await?;
        Ok(work.commit().await?)
    }

    /// Accepts, declines or calls off a day. The first day agreed on makes the placement a scheduled one.
    pub async fn answer_day(
        &self,
        staff: &Staff,
        (enrolment, guide): (i64, Guide),
        (day, version): (i64, i64),
        to: DayState,
        reason: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        check_takes_part(&mut work, staff.role, enrolment, guide).await?;
        let mut known = work.day(enrolment, day).await?;
        let placement = work.placement(known.placement_id).await?;
        if staff.role == Role::Supervisor && !guide.concerns(&placement) {
            return Err(records::Error::NotFound.into());
        }
        if known.version != version && known.state == to {
            // Pressed twice.
            return Ok(());
        }
        known.version = version;
        let reason = reason.trim();
        check_answer(known.state, to, staff.role, known.offered_as, reason).map_err(Refusal::Transition)?;
        check_text(reason)
            .map_err(|fault| Refusal::Practicum(PracticumRefusal::Day(vec![(DayField::Reason, fault)])))?;
        if to == DayState::Agreed {
            if !placement.state.opens_record() || placement.state == PlacementState::Done {
                return Err(PracticumRefusal::NotAccepted.into());
            }
            if known.on_day < self.today() {
                return Err(PracticumRefusal::Day(vec![(DayField::On, DayFault::Past)]).into());
            }
            if placement.state == PlacementState::Accepted {
                check_transition(placement.state, PlacementState::Scheduled, staff.role, "")?;
                work.change_placement(&placement, PlacementState::Scheduled, "").await?;
            }
        }
        work.change_day(&known, to, reason).await?;
        let mut writer = Secretariat::notice_writer_of(&mut work, enrolment).await?;
        let about = format!("day/{}/{}", known.id, known.version);
        let news = DayNews::Answered { from: known.state, to, reason };
        writer.tell_of_day(&mut work, (&placement, about), staff.role, (&known.day(), news)).await?;
        Ok(work.commit().await?)
    }
}

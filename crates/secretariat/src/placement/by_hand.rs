//! What the secretariat decides by hand: a fixed place, a pair ruled out, who guides, a change of state, an office that withdraws.

use super::request::{open_site, round_by_hand};
use super::round::{REARRANGED, RoundResult};
use super::season::{Notified, point, season};
use crate::cohort::refusal::CohortRefusal;
use crate::fact::check_no_certificate;
use crate::notice::NoticeWriter;
use crate::placement::refusal::PlacementRefusal;
use crate::practicum::door::is_signed_off;
use crate::practicum::refusal::PracticumRefusal;
use crate::practicum::retention::check_retained;
use crate::trainee::refusal::TraineeRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use records::office::HostOffice;
use records::placement::{NewPlacement, Placement};
use training::practicum::placement::{PlacementState, check_transition};
use training::role::Role;

/// A placement that ends.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    pub placement: i64,
    /// As it was read.
    pub version: i64,
    pub reason: &'a str,
    /// The same office is ruled out from now on.
    pub elsewhere: bool,
}

/// A change of a placement's state.
#[derive(Debug, Clone, Copy)]
pub(super) struct StateChange<'a> {
    pub(super) staff: &'a Staff,
    /// As the placement was read.
    pub(super) version: i64,
    pub(super) to: PlacementState,
    pub(super) reason: &'a str,
}

/// For an office nobody is there any more whose retention is over.
async fn check_open_to(work: &mut Work, staff: &Staff, placement: &Placement) -> Result<()> {
    match staff.role {
        Role::Supervisor => check_retained(work, placement.enrolment_id).await,
        _ => Ok(()),
    }
}

impl Secretariat {
    /// Places one trainee by hand; any proposed placement gives way. The office's places hold here too.
    pub async fn fix_placement(
        &self,
        staff: &Staff,
        enrolment: i64,
        office_number: &str,
        window: i64,
        reason: &str,
    ) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let enrolment = work.enrolment(enrolment).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        if !(0..cohort.practicum_weeks).contains(&window) {
            return Err(CohortRefusal::WeekOutside { week: window + 1, of: cohort.practicum_weeks }.into());
        }
        if !enrolment.state.takes_part() {
            return Err(TraineeRefusal::TakesNoPart.into());
        }
        let unknown = || Refusal::FieldInvalid { field: "office_number", value: office_number.to_owned() };
        let office = work.host_office_by_number(office_number).await?.ok_or_else(unknown)?;
        work.lock_office(office.id).await?;
        if open_site(&mut work, &cohort, office.id).await?.is_none() {
            return Err(PlacementRefusal::OfficeTakesNobody.into());
        }
        let mut writer = NoticeWriter::open(&mut work, cohort.id, Some(enrolment.id)).await?;
        for current in work.placements_of(enrolment.id).await? {
            if !current.state.takes_place() {
                continue;
            }
            check_transition(current.state, PlacementState::Cancelled, staff.role, reason)?;
            work.change_placement(&current, PlacementState::Cancelled, reason).await?;
            // Why the secretariat places anew is its own note.
            let change = (Some(current.state), PlacementState::Cancelled);
            writer.tell_of_change(&mut work, &current, change, REARRANGED).await?;
        }
        let round = round_by_hand(&mut work, cohort.id).await?;
        let home = work.person(enrolment.person_id).await?;
        let at = point(home.lat_e6, home.lon_e6).zip(point(office.lat_e6, office.lon_e6));
        let distance_m = at.map(|(home, office)| (placement::distance::kilometres(home, office) * 1000.0) as i64);
        work.create_placement(&NewPlacement {
            round,
            enrolment: enrolment.id,
            host_office: office.id,
            window,
            distance_m,
            fixed: true,
            state: PlacementState::Proposed,
        })
        .await?;
        // Who was notified may move for it when the next round is made; who is fixed may not.
        let season = season(&mut work, &cohort, Notified::MayMove).await?;
        season.instance.check().map_err(|error| match error {
            placement::InstanceError::FixedOverCapacity { .. } => Refusal::Placement(PlacementRefusal::OfficeFull),
            other => Refusal::Placement(PlacementRefusal::Instance(other)),
        })?;
        Ok(work.commit().await?)
    }

    /// Names who guides a trainee, while the placement is open; somebody else takes over only with a reason.
    pub async fn assign_supervisor(&self, staff: &Staff, placement: i64, supervisor: i64, reason: &str) -> Result<()> {
        let mut work = self.write(staff).await?;
        let current = work.placement(placement).await?;
        check_open_to(&mut work, staff, &current).await?;
        if !current.state.takes_place() || matches!(current.state, PlacementState::Proposed | PlacementState::Done) {
            return Err(Refusal::Transition(training::transition::Refusal::NoSuchTransition).into());
        }
        match current.supervisor_id {
            Some(known) if known == supervisor => return Ok(()),
            Some(_) if reason.trim().is_empty() => return Err(Refusal::ReasonMissing.into()),
            _ => {}
        }
        work.assign_supervisor(placement, supervisor, reason).await?;
        Ok(work.commit().await?)
    }

    /// Changes the state of one placement, read at `version`, by the transition table.
    pub async fn change_placement(
        &self,
        staff: &Staff,
        placement: i64,
        version: i64,
        to: PlacementState,
        reason: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let current = work.placement(placement).await?;
        check_open_to(&mut work, staff, &current).await?;
        let mut writer = Secretariat::notice_writer_of(&mut work, current.enrolment_id).await?;
        let change = StateChange { staff, version, to, reason };
        self.change_placement_in(&mut work, &mut writer, current, change).await?;
        Ok(work.commit().await?)
    }

    /// The door to a placement's state, of one or of many.
    pub(super) async fn change_placement_in(
        &self,
        work: &mut Work,
        writer: &mut NoticeWriter,
        current: Placement,
        StateChange { staff, version, to, reason }: StateChange<'_>,
    ) -> Result<()> {
        check_transition(current.state, to, staff.role, reason)?;
        check_no_certificate(work, current.enrolment_id).await?;
        let cohort = work.enrolment(current.enrolment_id).await?.cohort_id;
        if to == PlacementState::Done && !is_signed_off(work, cohort, current.enrolment_id).await? {
            return Err(PracticumRefusal::NotSignedOff.into());
        }
        let current = Placement { version, ..current };
        writer.change_placement(work, &current, to, reason).await?;
        if to == PlacementState::Notified {
            // A round that still has moves to make may count on a place somebody else has.
            let cohort = work.cohort(cohort).await?;
            let season = season(work, &cohort, Notified::Stay).await?;
            season.instance.check().map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?;
        }
        Ok(())
    }

    /// Ends a trainee's placement, if there is one, with the reason, and looks for another place: a proposal, of which nobody is told
    /// before it is confirmed. What the engine found for the cohort.
    pub async fn place_anew(&self, staff: &Staff, enrolment: i64, ended: Option<Ended<'_>>) -> Result<RoundResult> {
        let mut work = self.write(staff).await?;
        let cohort = work.enrolment(enrolment).await?.cohort_id;
        if let Some(ended) = ended {
            let current = work.placement(ended.placement).await?;
            if current.enrolment_id != enrolment {
                return Err(records::Error::NotFound.into());
            }
            check_transition(current.state, PlacementState::Cancelled, staff.role, ended.reason)?;
            check_no_certificate(&mut work, enrolment).await?;
            let current = Placement { version: ended.version, ..current };
            let mut writer = Secretariat::notice_writer_of(&mut work, enrolment).await?;
            writer.change_placement(&mut work, &current, PlacementState::Cancelled, ended.reason).await?;
            let known = work.excluded_offices(enrolment).await?;
            if ended.elsewhere && known.iter().all(|known| known.office_number != current.office_number) {
                work.exclude_pair(enrolment, current.host_office_id, ended.reason).await?;
            }
        }
        work.commit().await?;
        self.place_cohort(staff, cohort, false).await
    }

    /// An office withdraws: it has no places any more, and every placement there that is not done is cancelled with the reason.
    /// Gives how many; they are placed anew by the next round.
    pub async fn withdraw_office(&self, staff: &Staff, office: i64, version: i64, reason: &str) -> Result<usize> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        work.lock_office(office).await?;
        let known = HostOffice { version, ..work.host_office(office).await? };
        Secretariat::withdraw_registrations(&mut work, office, reason).await?;
        let cancelled = self.end_placements(&mut work, &known, reason).await?;
        work.commit().await?;
        Ok(cancelled)
    }

    /// Rules a pair out by hand.
    pub async fn exclude_pair(&self, staff: &Staff, enrolment: i64, office_number: &str, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let unknown = || Refusal::FieldInvalid { field: "office_number", value: office_number.to_owned() };
        let office = work.host_office_by_number(office_number).await?.ok_or_else(unknown)?;
        // A second press of the button rules nothing more out.
        if work.excluded_offices(enrolment).await?.iter().any(|known| known.office_number == office.office_number) {
            return Ok(());
        }
        work.exclude_pair(enrolment, office.id, reason).await?;
        Ok(work.commit().await?)
    }

    /// Allows a pair again.
    pub async fn allow_pair(&self, staff: &Staff, enrolment: i64, exclusion: i64, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        work.withdraw_excluded_pair(enrolment, exclusion, reason).await?;
        Ok(work.commit().await?)
    }
}

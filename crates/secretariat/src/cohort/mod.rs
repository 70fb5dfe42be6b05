//! Setting up cohorts, and what happens to enrolments in them.

pub mod attendance;
pub mod exercise_group;
pub mod list;
pub mod roster;
pub mod roster_row;

use crate::{Error, Refusal, Result, Secretariat, Staff};
use records::cohort::Cohort;
use records::cohort::session::Session;
use training::practicum::placement::{self, PlacementState};
use training::trainee::enrolment::{EnrolmentState, check_transition};

/// What an office is told of a trainee who leaves.
const LEFT: &str = "受講者が研修を離れたため";

impl Secretariat {
    /// Creates a cohort; its edition and supplements must be among the guidelines.
    pub async fn create_cohort(&self, staff: &Staff, cohort: &Cohort) -> Result<i64> {
        if cohort.name.trim().is_empty() {
            return Err(Refusal::FieldMissing("name").into());
        }
        let invalid = |field, value: String| Refusal::FieldInvalid { field, value };
        if cohort.ends_on < cohort.starts_on {
            return Err(invalid("ends_on", cohort.ends_on.to_string()).into());
        }
        if !(1..=64).contains(&cohort.practicum_weeks) {
            return Err(invalid("practicum_weeks", cohort.practicum_weeks.to_string()).into());
        }
        if !(1..=500_000).contains(&cohort.travel_limit_m) {
            return Err(invalid("travel_limit_m", cohort.travel_limit_m.to_string()).into());
        }
        let rulebook = self.guidelines.rulebook_of(cohort)?;
        let mut work = self.write(staff).await?;
        let id = work.create_cohort(cohort).await?;
        work.keep_rulebook(id, &serde_json::to_string(&rulebook)?).await?;
        work.commit().await?;
        Ok(id)
    }

    /// Judges a cohort by another edition or other supplements from now on. What was judged before stays as it was.
    pub async fn change_cohort_rules(
        &self,
        staff: &Staff,
        cohort: i64,
        version: i64,
        (edition, supplements): (&str, &str),
        reason: &str,
    ) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let known = work.cohort(cohort).await?;
        let changed = Cohort { edition: edition.to_owned(), supplements: supplements.to_owned(), version, ..known };
        let rulebook = self.guidelines.rulebook_of(&changed)?;
        work.change_cohort_rules(&changed, reason).await?;
        work.keep_rulebook(cohort, &serde_json::to_string(&rulebook)?).await?;
        Ok(work.commit().await?)
    }

    /// Creates a session; its subjects must be of the cohort's edition and fit into its time.
    pub async fn create_session(&self, staff: &Staff, session: &Session) -> Result<i64> {
        if session.title.trim().is_empty() {
            return Err(Refusal::FieldMissing("title").into());
        }
        if session.ends_at <= session.starts_at {
            let value = session.ends_at.to_string();
            return Err(Refusal::FieldInvalid { field: "ends_at", value }.into());
        }
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(session.cohort_id).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        if session.shares.is_empty() {
            return Err(Refusal::FieldMissing("subjects").into());
        }
        for share in &session.shares {
            if rulebook.edition.curriculum.subject(&share.subject).is_none() || share.minutes == 0 {
                return Err(Refusal::FieldInvalid { field: "subjects", value: share.subject.clone() }.into());
            }
        }
        let taught: i64 = session.shares.iter().map(|share| i64::from(share.minutes)).sum();
        if taught > (session.ends_at - session.starts_at).num_minutes() {
            return Err(Refusal::FieldInvalid { field: "minutes", value: taught.to_string() }.into());
        }
        let id = work.create_session(session).await?;
        work.commit().await?;
        Ok(id)
    }

    /// Changes the state of one enrolment, read at `version`, by the transition table.
    pub async fn change_enrolment(
        &self,
        staff: &Staff,
        enrolment: i64,
        version: i64,
        to: EnrolmentState,
        reason: &str,
    ) -> Result<()> {
        // Completion has one door: the certificate.
        if to == EnrolmentState::Completed {
            return Err(Refusal::Transition(training::trainee::enrolment::Refusal::NoSuchTransition).into());
        }
        let mut work = self.write(staff).await?;
        let mut current = work.enrolment(enrolment).await?;
        check_transition(current.state, to, staff.role, reason)?;
        if current.state == EnrolmentState::Completed
            && work.certificate_of(enrolment).await?.is_some_and(|certificate| certificate.revoked_at.is_none())
        {
            return Err(Refusal::CertificateStands.into());
        }
        current.version = version;
        let enrolled_on = (to == EnrolmentState::Enrolled && current.enrolled_on.is_none()).then(|| self.today());
        work.change_enrolment(&current, to, reason, enrolled_on).await?;
        if !to.takes_part() {
            // Who leaves gives the place back.
            for placement in work.placements_of(enrolment).await? {
                if placement.state.takes_place() && placement.state != PlacementState::Done {
                    let reason = if reason.trim().is_empty() { to.id() } else { reason };
                    placement::check_transition(placement.state, PlacementState::Cancelled, staff.role, reason)?;
                    work.change_placement(&placement, PlacementState::Cancelled, reason).await?;
                    // Why somebody leaves is not the office's business.
                    let change = (Some(placement.state), PlacementState::Cancelled);
                    let mut desk = Secretariat::desk_of(&mut work, enrolment).await?;
                    desk.tell_of_change(&mut work, &placement, change, LEFT).await?;
                }
            }
        }
        Ok(work.commit().await?)
    }

    /// Takes all applied trainees of a cohort to enrolled, through admission. Gives how many.
    pub async fn enrol_all(&self, staff: &Staff, cohort: i64) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let starts_on = work.cohort(cohort).await?.starts_on;
        let mut count = 0;
        for enrolment in work.enrolments(cohort).await? {
            let mut enrolment = enrolment;
            for to in [EnrolmentState::Admitted, EnrolmentState::Enrolled] {
                if check_transition(enrolment.state, to, staff.role, "").is_err()
                    || !matches!(enrolment.state, EnrolmentState::Applied | EnrolmentState::Admitted)
                {
                    continue;
                }
                let enrolled_on = (to == EnrolmentState::Enrolled).then_some(starts_on.min(self.today()));
                work.change_enrolment(&enrolment, to, "", enrolled_on).await?;
                enrolment = work.enrolment(enrolment.id).await?;
                count += usize::from(to == EnrolmentState::Enrolled);
            }
        }
        work.commit().await?;
        Ok(count)
    }

    /// Sets a requirement aside for one trainee, by a named person with a reason.
    pub async fn waive(
        &self,
        staff: &Staff,
        enrolment: i64,
        requirement: &str,
        subject: Option<&str>,
        reason: &str,
    ) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let judged = self.judge_trainee(staff, enrolment).await?;
        let known = judged
            .judgement
            .findings
            .iter()
            .any(|finding| finding.requirement == requirement && finding.subject.as_deref() == subject);
        if !known {
            return Err(Error::Records(records::Error::NotFound));
        }
        let policy = judged.rulebook.requirement(requirement).map(|requirement| &requirement.waivable_by);
        if !policy.is_some_and(|roles| roles.contains(&staff.role)) {
            let requirement = requirement.to_owned();
            return Err(Refusal::MayNotWaive { role: staff.role.id(), requirement }.into());
        }
        let mut work = self.write(staff).await?;
        work.record_waiver(enrolment, (requirement, subject), staff.role, reason).await?;
        Ok(work.commit().await?)
    }

    /// Sets a requirement aside for everybody of a cohort who takes part and whom it keeps from completion, for example in an epidemic
    /// year. Gives for how many.
    pub async fn waive_for_cohort(&self, staff: &Staff, cohort: i64, requirement: &str, reason: &str) -> Result<usize> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let judged = self.judge_cohort(staff, cohort).await?;
        let known = judged.rulebook.requirement(requirement).ok_or(records::Error::NotFound)?;
        if !known.waivable_by.contains(&staff.role) {
            let requirement = requirement.to_owned();
            return Err(Refusal::MayNotWaive { role: staff.role.id(), requirement }.into());
        }
        let kept_from_completion = |id: &i64| {
            let findings = judged.judgements.get(id).map_or(&[][..], |judgement| &judgement.findings);
            findings
                .iter()
                .any(|finding| finding.requirement == requirement && finding.subject.is_none() && finding.blocks())
        };
        let taking_part = judged.enrolments.iter().filter(|enrolment| enrolment.state.takes_part());
        let whom: Vec<i64> = taking_part.map(|enrolment| enrolment.id).filter(kept_from_completion).collect();
        let mut work = self.write(staff).await?;
        for enrolment in &whom {
            work.record_waiver(*enrolment, (requirement, None), staff.role, reason).await?;
        }
        work.commit().await?;
        Ok(whom.len())
    }
}

//! Setting up cohorts, and what happens to enrolments in them.

pub mod attendance;
pub mod exercise_group;
pub mod export;
pub mod list;
pub mod make_up;
pub mod online;
pub mod refusal;
pub mod roster;
pub mod roster_columns;
mod roster_person;
pub mod roster_row;
pub mod session;
pub mod template;
pub mod timetable;
pub mod timetable_list;

use crate::account::second_person::TwoPersonAct;
use crate::certificate::refusal::CertificateRefusal;
use crate::cohort::refusal::CohortRefusal;
use crate::guideline::refusal::GuidelineRefusal;
use crate::trainee::refusal::TraineeRefusal;
pub use records::cohort::exercise_group::{ExerciseGroup, GroupMember, GroupPlan};
pub use records::cohort::import_run::ImportRun;
pub use records::cohort::session::{AttendanceRow, Session, SessionVersion};
pub use records::cohort::{Cohort, CohortCancellation, FormerCohort};

use crate::notice::NoticeWriter;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::trainee::enrolment::Enrolment;
use training::course::entrance::Answer;
use training::notice::{NoticeKind, Variable};
use training::practicum::placement::{self, PlacementState};
use training::trainee::enrolment::{EnrolmentState, check_transition};
use training::trainee::person::comparable;
use training::wareki;

/// What an office is told of a trainee who leaves.
const LEFT: &str = "受講者が研修を離れたため";

fn invalid(field: &'static str, value: impl ToString) -> Refusal {
    Refusal::FieldInvalid { field, value: value.to_string() }
}

/// What is wrong with a cohort whatever else there is.
fn check_cohort(cohort: &Cohort, has_practicum: bool) -> Result<(), Refusal> {
    if cohort.name.trim().is_empty() {
        return Err(Refusal::FieldMissing("name"));
    }
    if cohort.ends_on < cohort.starts_on {
        return Err(Refusal::Cohort(CohortRefusal::EndsBeforeStart { from: cohort.starts_on, until: cohort.ends_on }));
    }
    if !has_practicum {
        return Ok(());
    }
    if !(cohort.starts_on..=cohort.ends_on).contains(&cohort.practicum_from) {
        let (from, until) = (cohort.starts_on, cohort.ends_on);
        return Err(Refusal::Cohort(CohortRefusal::PracticumOutsideCourse { on: cohort.practicum_from, from, until }));
    }
    if !(1..=64).contains(&cohort.practicum_weeks) {
        return Err(invalid("practicum_weeks", cohort.practicum_weeks));
    }
    if !(1..=500_000).contains(&cohort.travel_limit_m) {
        return Err(invalid("travel_limit_m", cohort.travel_limit_m));
    }
    Ok(())
}

/// Two cohorts of one name are told apart by nobody.
async fn check_name_free(work: &mut Work, cohort: &Cohort) -> Result<()> {
    let name = comparable(&cohort.name);
    let taken = work.cohorts().await?.into_iter().any(|known| known.id != cohort.id && comparable(&known.name) == name);
    if taken { Err(CohortRefusal::CohortNameTaken(cohort.name.clone()).into()) } else { Ok(()) }
}

/// Refused for a cohort that does not take place.
pub(crate) fn check_not_cancelled(cohort: &Cohort) -> Result<(), Refusal> {
    if cohort.cancelled { Err(Refusal::Cohort(CohortRefusal::CohortCancelled)) } else { Ok(()) }
}

/// What came of admitting everybody who applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnrolledAll {
    pub count: usize,
    /// Names of those whom the entrance rules keep out; each can be let in for a reason.
    pub left_out: Vec<String>,
}

impl Secretariat {
    /// Creates a cohort; its edition and supplements must be among the guidelines. `edition_confirmed` is somebody's word that the edition
    /// is meant although another governs courses of these dates.
    ///
    /// # Errors
    /// [`Refusal::FieldMissing`], [`Refusal::FieldInvalid`], [`CohortRefusal::EndsBeforeStart`], [`CohortRefusal::PracticumOutsideCourse`],
    /// [`CohortRefusal::CohortNameTaken`], [`GuidelineRefusal::EditionNotGoverning`].
    pub async fn create_cohort(&self, staff: &Staff, cohort: &Cohort, edition_confirmed: bool) -> Result<i64> {
        let rulebook = self.guidelines.rulebook_of(cohort)?;
        let cohort = &self.with_its_practicum(cohort);
        check_cohort(cohort, self.guidelines.has_practicum(&cohort.edition))?;
        self.check_edition_governs(cohort, edition_confirmed)?;
        let mut work = self.write(staff).await?;
        check_name_free(&mut work, cohort).await?;
        let id = work.create_cohort(cohort).await?;
        work.keep_rulebook(id, &serde_json::to_string(&rulebook)?).await?;
        work.commit().await?;
        Ok(id)
    }

    /// A cohort of a course without a practicum has no weeks of one, whatever was typed.
    fn with_its_practicum(&self, cohort: &Cohort) -> Cohort {
        match self.guidelines.has_practicum(&cohort.edition) {
            true => cohort.clone(),
            false => Cohort { practicum_from: cohort.starts_on, practicum_weeks: 0, ..cohort.clone() },
        }
    }

    /// Refused where another edition of the same course governs what begins on that day, unless somebody says that this one is meant.
    fn check_edition_governs(&self, cohort: &Cohort, confirmed: bool) -> Result<()> {
        let Some(edition) = self.guidelines.editions.get(&cohort.edition) else { return Ok(()) };
        let course = &edition.metadata.course;
        let governing = self.guidelines.governing(course, cohort.starts_on);
        let (from, other) = match governing {
            Some(governing) if governing.id == edition.id => return Ok(()),
            Some(governing) => (governing.metadata.governs_from, governing.id.clone()),
            None => (edition.metadata.governs_from, edition.id.clone()),
        };
        let edition = edition.id.clone();
        if confirmed {
            Ok(())
        } else {
            Err(GuidelineRefusal::EditionNotGoverning { edition, governing: other, from }.into())
        }
    }

    /// Changes name, dates, weeks and travel limit of a cohort, read at `cohort.version`, with a reason. Trainees who take part are told of
    /// other dates where `tells`. Gives how many were told.
    ///
    /// # Errors
    /// As [`Secretariat::create_cohort`]; [`Refusal::ReasonMissing`]; [`CohortRefusal::CohortCertified`] for other dates once certificates stand;
    /// [`CohortRefusal::SessionsOutside`] and [`CohortRefusal::PlacementsOutside`] for what was arranged already and would lie outside.
    pub async fn change_cohort(&self, staff: &Staff, cohort: &Cohort, reason: &str, tells: bool) -> Result<usize> {
        let cohort = &self.with_its_practicum(cohort);
        check_cohort(cohort, self.guidelines.has_practicum(&cohort.edition))?;
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        work.lock_facts(cohort.id).await?;
        check_name_free(&mut work, cohort).await?;
        let known = work.cohort(cohort.id).await?;
        let dates = |cohort: &Cohort| (cohort.starts_on, cohort.ends_on, cohort.practicum_from, cohort.practicum_weeks);
        let has_other_dates = dates(&known) != dates(cohort);
        if has_other_dates {
            self.check_other_dates(&mut work, &known, cohort).await?;
        }
        work.change_cohort(cohort, reason.trim()).await?;
        let mut told = 0;
        if has_other_dates && tells {
            let change = format!(
                "研修期間 {}〜{}\n  実習期間 {}から{}週",
                wareki::format(cohort.starts_on),
                wareki::format(cohort.ends_on),
                wareki::format(cohort.practicum_from),
                cohort.practicum_weeks
            );
            let about = format!("cohort/{}/{}", cohort.id, cohort.version + 1);
            told = self.tell_of_schedule(&mut work, (cohort.id, None), (&change, reason, &about)).await?;
        }
        work.commit().await?;
        Ok(told)
    }

    async fn check_other_dates(&self, work: &mut Work, known: &Cohort, cohort: &Cohort) -> Result<()> {
        let certificates = work.certificates(cohort.id).await?;
        let standing = certificates.iter().filter(|known| known.revoked_at.is_none()).count();
        if standing > 0 {
            return Err(CohortRefusal::CohortCertified { count: standing }.into());
        }
        let sessions = work.sessions(cohort.id).await?.into_iter().filter(|session| session.cancelled.is_none());
        let outside = |session: &Session| !(cohort.starts_on..=cohort.ends_on).contains(&session.starts_at.date());
        let outside: Vec<String> = sessions.filter(outside).map(|session| session.title).collect();
        if !outside.is_empty() {
            return Err(CohortRefusal::SessionsOutside { titles: outside }.into());
        }
        let moved = known.practicum_from != cohort.practicum_from;
        let arranged = work.current_placements(cohort.id).await?.into_iter().filter(|known| known.state.takes_place());
        let beyond = arranged.filter(|known| moved || known.window_index >= cohort.practicum_weeks).count();
        if beyond > 0 {
            return Err(CohortRefusal::PlacementsOutside { count: beyond }.into());
        }
        Ok(())
    }

    /// Cancels a whole cohort with a reason, or takes it up again. Trainees who take part are told; offices whose trainees had a place are
    /// told that it is not needed. Gives how many trainees were told.
    ///
    /// # Errors
    /// [`Refusal::ReasonMissing`]; [`CohortRefusal::CohortCertified`] while certificates stand.
    pub async fn cancel_cohort(&self, staff: &Staff, cohort: i64, cancelled: bool, reason: &str) -> Result<usize> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        work.lock_facts(cohort).await?;
        let known = work.cohort(cohort).await?;
        if known.cancelled == cancelled {
            return Ok(0);
        }
        let certificates = work.certificates(cohort).await?;
        let standing = certificates.iter().filter(|known| known.revoked_at.is_none()).count();
        if cancelled && standing > 0 {
            return Err(CohortRefusal::CohortCertified { count: standing }.into());
        }
        work.cancel_cohort(cohort, cancelled, reason.trim()).await?;
        if cancelled {
            let mut writer = NoticeWriter::open(&mut work, cohort, None).await?;
            for placement in work.current_placements(cohort).await? {
                if placement.state.takes_place() && placement.state != PlacementState::Done {
                    placement::check_transition(placement.state, PlacementState::Cancelled, staff.role, reason)?;
                    writer
                        .change_placement(&mut work, &placement, PlacementState::Cancelled, "研修が中止になったため")
                        .await?;
                }
            }
        }
        let change =
            if cancelled { "研修を中止します" } else { "中止を取りやめ、研修を行います" };
        let about =
            format!("cohort/{cohort}/{}/{}", if cancelled { "cancelled" } else { "resumed" }, known.facts_version);
        let told = self.tell_of_schedule(&mut work, (cohort, None), (change, reason, &about)).await?;
        work.commit().await?;
        Ok(told)
    }

    /// Tells everybody who takes part, or is to, of a change of days; of a make-up session those alone who are invited. Gives how many.
    pub(crate) async fn tell_of_schedule(
        &self,
        work: &mut Work,
        (cohort, session): (i64, Option<i64>),
        (change, reason, about): (&str, &str, &str),
    ) -> Result<usize> {
        let invited = match session {
            Some(session) => work.make_up_sessions(cohort).await?.remove(&session),
            None => None,
        };
        let mut writer = NoticeWriter::open(work, cohort, None).await?;
        let mut told = 0;
        for enrolment in work.enrolments(cohort).await? {
            let waits = matches!(enrolment.state, EnrolmentState::Applied | EnrolmentState::Admitted);
            let is_theirs = invited.as_ref().is_none_or(|invited| invited.contains(&enrolment.id));
            if is_theirs && (enrolment.state.takes_part() || waits) {
                let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
                let news = [(Variable::Change, change.to_owned()), (Variable::Reason, reason)].into();
                told += usize::from(
                    writer
                        .tell_trainee(work, (enrolment.id, &enrolment.name), NoticeKind::ScheduleTrainee, (about, news))
                        .await?,
                );
            }
        }
        Ok(told)
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
        let subject = format!("cohort/{cohort}");
        let mut work =
            self.second_person(work, TwoPersonAct::Rules, (&subject, (edition, supplements, reason))).await?;
        work.change_cohort_rules(&changed, reason).await?;
        work.keep_rulebook(cohort, &serde_json::to_string(&rulebook)?).await?;
        Ok(work.commit().await?)
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
            return Err(CertificateRefusal::CertificateStands.into());
        }
        let enters = matches!(to, EnrolmentState::Admitted | EnrolmentState::Enrolled)
            && matches!(current.state, EnrolmentState::Applied | EnrolmentState::Admitted);
        // Whoever is let in all the same is let in for a reason that stays.
        if enters && reason.trim().is_empty() {
            let cohort = work.cohort(current.cohort_id).await?;
            let judged = self.entrance_lines(&mut work, &cohort, vec![current.clone()]).await?;
            if let Some(line) = judged.into_iter().find(|line| line.answer == Answer::NotMet) {
                return Err(TraineeRefusal::NotEligible(line.reasons).into());
            }
        }
        current.version = version;
        let enrolled_on = (to == EnrolmentState::Enrolled && current.enrolled_on.is_none()).then(|| self.today());
        work.change_enrolment(&current, to, reason, enrolled_on).await?;
        if !to.takes_part() {
            // An invitation that was not used yet opens nothing any more.
            work.end_sign_in_links_of_person(current.person_id).await?;
            // Who leaves gives the place back.
            for placement in work.placements_of(enrolment).await? {
                if placement.state.takes_place() && placement.state != PlacementState::Done {
                    let reason = if reason.trim().is_empty() { to.id() } else { reason };
                    placement::check_transition(placement.state, PlacementState::Cancelled, staff.role, reason)?;
                    work.change_placement(&placement, PlacementState::Cancelled, reason).await?;
                    // Why somebody leaves is not the office's business.
                    let change = (Some(placement.state), PlacementState::Cancelled);
                    let mut writer = Secretariat::notice_writer_of(&mut work, enrolment).await?;
                    writer.tell_of_change(&mut work, &placement, change, LEFT).await?;
                }
            }
        }
        Ok(work.commit().await?)
    }

    /// Takes all applied trainees of a cohort to enrolled, through admission, but those whom the course's entrance rules keep out.
    pub async fn enrol_all(&self, staff: &Staff, cohort: i64) -> Result<EnrolledAll> {
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let mut done = EnrolledAll::default();
        let waiting = |known: &Enrolment| matches!(known.state, EnrolmentState::Applied | EnrolmentState::Admitted);
        let enrolments = work.enrolments(cohort.id).await?.into_iter().filter(waiting).collect();
        for line in self.entrance_lines(&mut work, &cohort, enrolments).await? {
            let mut enrolment = line.enrolment;
            // Whoever was admitted for a reason is in.
            if line.answer == Answer::NotMet && enrolment.state == EnrolmentState::Applied {
                done.left_out.push(enrolment.name);
                continue;
            }
            for to in [EnrolmentState::Admitted, EnrolmentState::Enrolled] {
                if check_transition(enrolment.state, to, staff.role, "").is_err() {
                    continue;
                }
                let enrolled_on = (to == EnrolmentState::Enrolled).then_some(cohort.starts_on.min(self.today()));
                work.change_enrolment(&enrolment, to, "", enrolled_on).await?;
                enrolment = work.enrolment(enrolment.id).await?;
                done.count += usize::from(to == EnrolmentState::Enrolled);
            }
        }
        work.commit().await?;
        Ok(done)
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
        let mut work = self.write(staff).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
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
            return Err(TraineeRefusal::MayNotWaive { role: staff.role.id(), requirement }.into());
        }
        let whom = format!("enrolment/{enrolment}/{requirement}/{}", subject.unwrap_or_default());
        let mut work = self.second_person(work, TwoPersonAct::Waiver, (&whom, (requirement, subject, reason))).await?;
        work.record_waiver(enrolment, (requirement, subject), staff.role, reason).await?;
        Ok(work.commit().await?)
    }

    /// Sets a requirement aside for everybody of a cohort who takes part and whom it keeps from completion, for example in an epidemic
    /// year. Gives for how many.
    pub async fn waive_for_cohort(&self, staff: &Staff, cohort: i64, requirement: &str, reason: &str) -> Result<usize> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let judged = self.judge_cohort(&mut work, cohort).await?;
        let known = judged.rulebook.requirement(requirement).ok_or(records::Error::NotFound)?;
        if !known.waivable_by.contains(&staff.role) {
            let requirement = requirement.to_owned();
            return Err(TraineeRefusal::MayNotWaive { role: staff.role.id(), requirement }.into());
        }
        let kept_from_completion = |id: &i64| {
            let findings = judged.judgements.get(id).map_or(&[][..], |judgement| &judgement.findings);
            findings
                .iter()
                .any(|finding| finding.requirement == requirement && finding.subject.is_none() && finding.blocks())
        };
        let taking_part = judged.enrolments.iter().filter(|enrolment| enrolment.state.takes_part());
        let whom: Vec<i64> = taking_part.map(|enrolment| enrolment.id).filter(kept_from_completion).collect();
        let of = format!("cohort/{cohort}/{requirement}");
        let mut work = self.second_person(work, TwoPersonAct::Waiver, (&of, (requirement, reason, &whom))).await?;
        for enrolment in &whom {
            work.record_waiver(*enrolment, (requirement, None), staff.role, reason).await?;
        }
        work.commit().await?;
        Ok(whom.len())
    }
}

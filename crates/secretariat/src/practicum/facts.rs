//! The doors to the facts of a practicum: experiences, fallbacks of the conference, milestones, the sign-off. Each asks the same of
//! whoever brings the fact: the trainee's entry when it is approved, and the secretariat's page that takes over what came on paper.

use crate::fact::{NewFact, check_not_to_come, today};
use crate::office::guide::Guide;
use crate::office::refusal::OfficeRefusal;
use crate::practicum::door::{check_guided, check_not_signed_off, is_signed_off};
use crate::practicum::record::{CONSENT_DOCUMENT, FALLBACK_REASONS, signed_off_documents};
use crate::practicum::refusal::PracticumRefusal;
use crate::trainee::judgement::TraineeJudgement;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use records::practicum::FactKind;
use records::practicum::agreement::Medium;
use training::NaiveDate;
use training::completion::facts::MilestoneKind;
use training::guideline::requirement::Rule;
use training::guideline::stage;
use training::practicum::agreement::AgreementKind;
use training::practicum::entry::{EntryState, LONGEST_STAY};
use training::practicum::record::{ConferenceFallback, Experience, OfficeTime};

/// Minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;

/// How a record comes to be signed off.
#[derive(Debug, Clone, Copy)]
enum SigningOff<'a> {
    /// By the supervisor, on the page; `confirmed` that nothing is added any more.
    OnPage { confirmed: bool },
    /// On a paper the secretariat takes over; why something of the practicum is not met.
    OnPaper { on: NaiveDate, why_incomplete: &'a str },
}

/// Refused for a day outside the weeks of the cohort's practicum.
fn check_window(judged: &TraineeJudgement, on: NaiveDate) -> Result<(), Refusal> {
    let dates = &judged.cohort_facts.dates;
    match dates.practicum_from.zip(dates.practicum_until) {
        Some((from, until)) if !(from..=until).contains(&on) => {
            Err(Refusal::Practicum(PracticumRefusal::OutsidePracticum { on, from, until }))
        }
        _ => Ok(()),
    }
}

impl Secretariat {
    /// An experience as a paper record has it. `before_acceptance` says why it came before the office had accepted, where it did; the
    /// ledger keeps it.
    ///
    /// # Errors
    /// As `record_experience_in`; [`Refusal::AlreadyThere`] for the same experience once more.
    pub async fn record_experience_on_paper(
        &self,
        staff: &Staff,
        enrolment: i64,
        experience: &Experience,
        before_acceptance: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        let judged = self.check_practicum_open(&mut work, enrolment).await?;
        let same = |known: &&Experience| Experience { id: 0, ..(*known).clone() } == *experience;
        if judged.facts.experiences.iter().any(|known| same(&known)) {
            return Err(Refusal::AlreadyThere.into());
        }
        let accepted = work.placements_of(enrolment).await?.iter().any(|placement| placement.state.opens_record());
        if !accepted && before_acceptance.trim().is_empty() {
            return Err(PracticumRefusal::BeforeAcceptance.into());
        }
        let id = self.record_experience_in(&mut work, &judged, experience).await?;
        if !accepted {
            work.note_exception(enrolment, "experience.before_acceptance", (id, before_acceptance.trim()))?;
        }
        Ok(work.commit().await?)
    }

    /// The one door to an experience.
    ///
    /// # Errors
    /// [`records::Error::NotFound`] for a case that is not the trainee's; [`Refusal::FieldInvalid`] for an unknown stage and for minutes no
    /// stay has; [`Refusal::DateToCome`], [`PracticumRefusal::ConsentMissing`], [`PracticumRefusal::OutsidePracticum`], [`PracticumRefusal::DayTooFull`],
    /// [`PracticumRefusal::RecordSignedOff`].
    pub(crate) async fn record_experience_in(
        &self,
        work: &mut Work,
        judged: &TraineeJudgement,
        experience: &Experience,
    ) -> Result<i64> {
        let (enrolment, on) = (judged.enrolment.id, experience.on);
        let cases = work.cases(enrolment).await?;
        let case = cases.iter().find(|known| known.fact.id == experience.case && !known.invented);
        let case = case.ok_or(records::Error::NotFound)?;
        if stage::find(&judged.rulebook.stages, &experience.stage).is_none() {
            return Err(Refusal::FieldInvalid { field: "stage", value: experience.stage.clone() }.into());
        }
        check_not_to_come(today(work), "on", on)?;
        let consent = case.fact.agreed_on(&judged.rulebook.consent_of());
        if consent.is_none_or(|consent| consent > on) {
            return Err(PracticumRefusal::ConsentMissing { consent, experience: on }.into());
        }
        check_stay(work, judged, on, (experience.minutes, experience.break_minutes)).await?;
        Ok(work.record_experience(enrolment, experience).await?)
    }

    /// Practicum time at the office that belongs to no client. `before_acceptance` as in [`Secretariat::record_experience_on_paper`].
    ///
    /// # Errors
    /// [`Refusal::DateToCome`], [`Refusal::FieldInvalid`], [`PracticumRefusal::OutsidePracticum`], [`PracticumRefusal::DayTooFull`],
    /// [`PracticumRefusal::RecordSignedOff`], [`PracticumRefusal::BeforeAcceptance`]; [`Refusal::AlreadyThere`] for the same once more.
    pub async fn record_office_time(
        &self,
        staff: &Staff,
        enrolment: i64,
        time: &OfficeTime,
        before_acceptance: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        let judged = self.check_practicum_open(&mut work, enrolment).await?;
        check_not_to_come(today(&work), "on", time.on)?;
        if judged.facts.office_times.iter().any(|known| OfficeTime { id: time.id, ..known.clone() } == *time) {
            return Err(Refusal::AlreadyThere.into());
        }
        let accepted = work.placements_of(enrolment).await?.iter().any(|placement| placement.state.opens_record());
        if !accepted && before_acceptance.trim().is_empty() {
            return Err(PracticumRefusal::BeforeAcceptance.into());
        }
        check_stay(&mut work, &judged, time.on, (time.minutes, time.break_minutes)).await?;
        let id = work.record_office_time(enrolment, time).await?;
        if !accepted {
            work.note_exception(enrolment, "office_time.before_acceptance", (id, before_acceptance.trim()))?;
        }
        Ok(work.commit().await?)
    }

    /// A conference's fallback as a paper record has it: with one of [`FALLBACK_REASONS`], a text about a client stays on the paper. It counts by
    /// the word of the supervisor who guides; `confirmed` says that the paper bears it.
    pub async fn record_fallback(
        &self,
        staff: &Staff,
        enrolment: i64,
        fallback: ConferenceFallback,
        confirmed: bool,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        let guide = Guide::named_for(&work.placements_of(enrolment).await?);
        if !FALLBACK_REASONS.contains(&fallback.reason.as_str()) {
            return Err(Refusal::ReasonMissing.into());
        }
        if !confirmed {
            return Err(Refusal::FieldMissing("confirmed_on_paper").into());
        }
        let supervisors = match guide.office {
            Some(office) => work.supervisors(office).await?,
            None => Vec::new(),
        };
        let supervisor = supervisors.into_iter().find(|known| Some(known.id) == guide.supervisor);
        let supervisor = supervisor.ok_or(Refusal::Office(OfficeRefusal::SupervisorUnnamed))?.name;
        let judged = self.check_practicum_open(&mut work, enrolment).await?;
        self.record_fallback_in(&mut work, &judged, &ConferenceFallback { supervisor, ..fallback }).await?;
        Ok(work.commit().await?)
    }

    /// The one door to a conference's fallback: within the practicum's weeks, not to come, one of a trainee at a time.
    pub(crate) async fn record_fallback_in(
        &self,
        work: &mut Work,
        judged: &TraineeJudgement,
        fallback: &ConferenceFallback,
    ) -> Result<i64> {
        check_not_to_come(today(work), "on", fallback.on)?;
        check_window(judged, fallback.on)?;
        check_not_signed_off(work, judged.enrolment.id).await?;
        if !judged.facts.conference_fallbacks.is_empty() {
            return Err(Refusal::AlreadyThere.into());
        }
        Ok(work.record_conference_fallback(judged.enrolment.id, fallback).await?)
    }

    /// The secretariat records that a milestone was reached; of one with a text, that the text which stands now was signed on paper. `note`
    /// says of a sign-off why something of the practicum is not met.
    ///
    /// # Errors
    /// [`Refusal::DateToCome`]; [`Refusal::AlreadyThere`] where it was reached on another day already; for a sign-off what the supervisor is
    /// asked too.
    pub async fn record_milestone(
        &self,
        staff: &Staff,
        enrolment: i64,
        kind: MilestoneKind,
        (on, note): (NaiveDate, &str),
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        // Of two presses of the button the second finds what the first has recorded.
        work.lock_facts_of(enrolment).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
        self.record_milestone_in(&mut work, &judged, kind, (on, note)).await?;
        Ok(work.commit().await?)
    }

    /// The door to every milestone the secretariat records, of one trainee or of many. Gives what is new.
    pub(crate) async fn record_milestone_in(
        &self,
        work: &mut Work,
        judged: &TraineeJudgement,
        kind: MilestoneKind,
        (on, note): (NaiveDate, &str),
    ) -> Result<Vec<NewFact>> {
        let enrolment = judged.enrolment.id;
        check_not_to_come(today(work), "on", on)?;
        if kind == MilestoneKind::SignOff {
            self.sign_off_in(work, judged, SigningOff::OnPaper { on, why_incomplete: note }).await?;
            return Ok(Vec::new());
        }
        let text = match AgreementKind::of_milestone(kind) {
            Some(kind) => work.current_agreement(kind).await?,
            None => None,
        };
        let known = judged.facts.milestones.iter().find(|known| known.kind == kind);
        match (text, known) {
            // Signed already, as the text stands now.
            (Some(_), Some(_)) => Ok(Vec::new()),
            (Some(text), None) => {
                let name = &judged.enrolment.name;
                let signature = work.sign_current(enrolment, &text, name, Medium::Paper { on }, on).await?;
                let mut new = vec![(FactKind::Milestone, signature.milestone)];
                if text.kind == AgreementKind::PracticumConsent {
                    let document = self.hand_in_if_asked(work, judged, (CONSENT_DOCUMENT, on)).await?;
                    new.extend(document.map(|document| (FactKind::Document, document)));
                }
                Ok(new)
            }
            (None, Some(known)) if known.on == on => Ok(Vec::new()),
            (None, Some(_)) => Err(Refusal::AlreadyThere.into()),
            (None, None) => Ok(vec![(FactKind::Milestone, work.record_milestone(enrolment, kind, on, note).await?)]),
        }
    }

    /// The supervisor signs the whole record off: nothing may wait or be given back. `confirmed` is the supervisor's word that nothing is added any
    /// more, also where something is still missing.
    pub async fn sign_off(&self, staff: &Staff, enrolment: i64, guide: Guide, confirmed: bool) -> Result<()> {
        let mut work = self.write(staff).await?;
        check_guided(&mut work, enrolment, guide).await?;
        work.lock_facts_of(enrolment).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
        self.sign_off_in(&mut work, &judged, SigningOff::OnPage { confirmed }).await?;
        Ok(work.commit().await?)
    }

    /// The one door to the sign-off: nothing waits for a decision, somebody guides, and the day is not before the last one recorded. What of the
    /// practicum is not met is confirmed or explained. Signed off already, nothing happens.
    async fn sign_off_in(&self, work: &mut Work, judged: &TraineeJudgement, how: SigningOff<'_>) -> Result<()> {
        let enrolment = judged.enrolment.id;
        let entries = work.entries(enrolment).await?;
        // A draft is the trainee's own until it is handed in.
        let count = |state| entries.iter().filter(|entry| entry.state == state).count();
        let open = count(EntryState::Submitted) + count(EntryState::Returned);
        let nothing_approved = matches!(how, SigningOff::OnPage { .. }) && count(EntryState::Approved) == 0;
        if nothing_approved || open > 0 {
            return Err(PracticumRefusal::RecordOpen { open }.into());
        }
        if is_signed_off(work, judged.cohort.id, enrolment).await? {
            return Ok(());
        }
        let today = today(work);
        let (on, note) = match how {
            SigningOff::OnPage { confirmed: false } => return Err(PracticumRefusal::SignOffUnconfirmed.into()),
            SigningOff::OnPage { confirmed: true } => (today, ""),
            SigningOff::OnPaper { on, why_incomplete } => {
                check_paper_sign_off(work, judged, (on, why_incomplete)).await?;
                (on, why_incomplete)
            }
        };
        work.record_milestone(enrolment, MilestoneKind::SignOff, on, note).await?;
        if matches!(how, SigningOff::OnPage { .. }) {
            for document in signed_off_documents(&entries) {
                self.hand_in_if_asked(work, judged, (document, on)).await?;
            }
        }
        Ok(())
    }
}

/// Refused for minutes no stay has, for a day outside the practicum or fuller than a day, and once the record is signed off.
async fn check_stay(
    work: &mut Work,
    judged: &TraineeJudgement,
    on: NaiveDate,
    (minutes, breaks): (u32, u32),
) -> Result<()> {
    let enrolment = judged.enrolment.id;
    if !(1..=LONGEST_STAY).contains(&minutes) {
        return Err(Refusal::FieldInvalid { field: "minutes", value: minutes.to_string() }.into());
    }
    if breaks >= minutes {
        return Err(Refusal::FieldInvalid { field: "break_minutes", value: breaks.to_string() }.into());
    }
    check_window(judged, on)?;
    check_not_signed_off(work, enrolment).await?;
    let with_clients = work.experiences(enrolment).await?.into_iter();
    let with_clients = with_clients.map(|known| (known.experienced_on, known.minutes));
    let at_office = work.office_times(enrolment).await?.into_iter().map(|known| (known.spent_on, known.minutes));
    let same_day = with_clients.chain(at_office).filter(|(day, _)| *day == on);
    let known: u32 = same_day.map(|(_, minutes)| u32::try_from(minutes).unwrap_or(DAY_MINUTES)).sum();
    match known + minutes {
        minutes if minutes > DAY_MINUTES => Err(PracticumRefusal::DayTooFull { on, minutes }.into()),
        _ => Ok(()),
    }
}

/// What a sign-off on paper has to show, as one on the page does by itself.
async fn check_paper_sign_off(
    work: &mut Work,
    judged: &TraineeJudgement,
    (on, why_incomplete): (NaiveDate, &str),
) -> Result<()> {
    if Guide::named_for(&work.placements_of(judged.enrolment.id).await?).supervisor.is_none() {
        return Err(OfficeRefusal::SupervisorUnnamed.into());
    }
    let experienced = judged.facts.experiences.iter().map(|known| known.on);
    let experienced = experienced.chain(judged.facts.office_times.iter().map(|known| known.on));
    let last = experienced.chain(judged.facts.conference_fallbacks.iter().map(|known| known.on)).max();
    if let Some(last) = last.filter(|last| *last > on) {
        return Err(PracticumRefusal::SignOffTooEarly { on, last }.into());
    }
    let open: Vec<(String, String)> = judged
        .judgement
        .blocking()
        .filter_map(|finding| judged.rulebook.requirement(&finding.requirement))
        .filter(|requirement| requirement.rule.is_of_practicum() && !matches!(requirement.rule, Rule::Milestone(_)))
        .map(|requirement| (requirement.title.clone(), requirement.title_en.clone()))
        .collect();
    if !open.is_empty() && why_incomplete.trim().is_empty() {
        return Err(PracticumRefusal::SignOffIncomplete { open }.into());
    }
    Ok(())
}

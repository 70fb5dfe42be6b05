//! The doors to a trainee's other facts: assessments, documents, credits, and withdrawing a fact.

use super::judgement::TraineeJudgement;
use crate::cohort::refusal::CohortRefusal;
use crate::fact::{NewFact, check_no_certificate, check_not_to_come, today};
use crate::practicum::door::check_not_signed_off;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use records::practicum::FactKind;
use training::NaiveDate;
use training::cohort::attendance::{self, AttendanceState, HealedFact, Healing};
use training::completion::facts::AssessmentFact;
use training::guideline::requirement::{AllOf, AnyOf, Rule};
use training::guideline::rulebook::Rulebook;

/// Ids of documents and types of case: small letters, digits, `_`.
pub fn sound_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Scores of the completion assessment: out of a hundred. Unconfirmed: no rule for it was found.
pub(crate) const SCORES: std::ops::RangeInclusive<u32> = 0..=100;

/// What the rules of a cohort let heal a missed session.
pub fn ways_to_heal(rulebook: &Rulebook) -> Vec<Healing> {
    fn of(rule: &Rule, ways: &mut Vec<Healing>) {
        match rule {
            Rule::Subjects(rule) => ways.extend(rule.healed_by.iter().flatten()),
            Rule::Attendance(rule) => ways.extend(&rule.healed_by),
            Rule::AnyOf(AnyOf { rules }) | Rule::AllOf(AllOf { rules }) => rules.iter().for_each(|rule| of(rule, ways)),
            _ => {}
        }
    }
    let mut ways = Vec::new();
    rulebook.requirements.iter().for_each(|requirement| of(&requirement.rule, &mut ways));
    Healing::ALL.into_iter().filter(|way| ways.contains(way)).collect()
}

impl Secretariat {
    /// The completion assessment of a trainee. The same once more is one assessment.
    ///
    /// # Errors
    /// [`Refusal::FieldInvalid`] for an item the rules do not have; `CertificateRefusal::CertificateCovers`. Whose assessment counts is judged.
    pub async fn record_assessment(&self, staff: &Staff, enrolment: i64, assessment: &AssessmentFact) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
        self.record_assessment_in(&mut work, &judged, assessment).await?;
        Ok(work.commit().await?)
    }

    /// The door to every assessment, of one trainee or of many. Gives what is new.
    pub(crate) async fn record_assessment_in(
        &self,
        work: &mut Work,
        judged: &TraineeJudgement,
        assessment: &AssessmentFact,
    ) -> Result<Option<NewFact>> {
        if let Some(score) = assessment.score.filter(|score| !SCORES.contains(score)) {
            return Err(Refusal::FieldInvalid { field: "score", value: score.to_string() }.into());
        }
        let enrolment = judged.enrolment.id;
        check_no_certificate(work, enrolment).await?;
        for requirement in &judged.rulebook.requirements {
            let Rule::CompletionAssessment(rule) = &requirement.rule else { continue };
            let unknown = assessment.items.keys().find(|item| !rule.rubric.iter().any(|known| known.item == **item));
            if let Some(unknown) = unknown {
                return Err(Refusal::FieldInvalid { field: "item", value: unknown.clone() }.into());
            }
        }
        let same = |known: &AssessmentFact| AssessmentFact { id: 0, ..known.clone() } == *assessment;
        if judged.facts.assessments.last().is_some_and(same) {
            return Ok(None);
        }
        Ok(Some((FactKind::Assessment, work.record_assessment(enrolment, assessment).await?)))
    }

    /// A document a trainee has handed in. The same of the same day once more is one.
    pub async fn hand_in_document(
        &self,
        staff: &Staff,
        enrolment: i64,
        document: &str,
        (on, note): (NaiveDate, &str),
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
        self.hand_in_document_in(&mut work, &judged, document, (on, note)).await?;
        Ok(work.commit().await?)
    }

    /// The door to every document, of one trainee or of many. Gives what is new.
    pub(crate) async fn hand_in_document_in(
        &self,
        work: &mut Work,
        judged: &TraineeJudgement,
        document: &str,
        (on, note): (NaiveDate, &str),
    ) -> Result<Option<NewFact>> {
        if !sound_id(document) {
            return Err(Refusal::FieldInvalid { field: "document", value: document.to_owned() }.into());
        }
        check_not_to_come(today(work), "on", on)?;
        if judged.facts.documents.iter().any(|known| (known.document.as_str(), known.on) == (document, on)) {
            return Ok(None);
        }
        Ok(Some((FactKind::Document, work.record_handed_in(judged.enrolment.id, document, on, note).await?)))
    }

    /// A subject carried over, with where from.
    ///
    /// # Errors
    /// [`Refusal::FieldInvalid`] for a subject the edition does not have; [`Refusal::ReasonMissing`] without a source;
    /// [`Refusal::AlreadyThere`] for a subject carried over already.
    pub async fn record_credit(&self, staff: &Staff, enrolment: i64, subject: &str, source: &str) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
        if judged.rulebook.edition.curriculum.subject(subject).is_none() {
            return Err(Refusal::FieldInvalid { field: "subject", value: subject.to_owned() }.into());
        }
        if source.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        if judged.facts.credits.iter().any(|known| known.subject == subject) {
            return Err(Refusal::AlreadyThere.into());
        }
        work.record_credit(enrolment, subject, source.trim()).await?;
        Ok(work.commit().await?)
    }

    /// What a missed session was healed by, where the cohort's rules let that heal. `note` says of a day of another course which one.
    ///
    /// # Errors
    /// [`Refusal::DateToCome`]; [`Refusal::FieldInvalid`] for a way the rules do not name, and for a report or recording of a day before the
    /// session; [`CohortRefusal::NothingMissed`]; [`Refusal::AlreadyThere`]; `CertificateRefusal::CertificateCovers`.
    pub async fn record_healed(&self, staff: &Staff, enrolment: i64, healed: &HealedFact, note: &str) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
        check_no_certificate(&mut work, enrolment).await?;
        check_not_to_come(today(&work), "on", healed.on)?;
        let session = judged.cohort_facts.sessions().iter().find(|known| known.id == healed.session);
        let session = session.ok_or(records::Error::NotFound)?;
        if !ways_to_heal(&judged.rulebook).contains(&healed.by) {
            return Err(Refusal::FieldInvalid { field: "way", value: healed.by.id().to_owned() }.into());
        }
        if healed.by == Healing::OtherCourse && note.trim().is_empty() {
            return Err(Refusal::FieldMissing("note").into());
        }
        if !healed.fits(session) {
            return Err(Refusal::FieldInvalid { field: "on", value: healed.on.to_string() }.into());
        }
        let fact = judged.facts.attendances.of_session(session.id);
        match attendance::state(session, fact, judged.facts.enrolled_on, 0, today(&work)) {
            AttendanceState::Absent | AttendanceState::Short { .. } | AttendanceState::NotApplicable => {}
            _ => return Err(CohortRefusal::NothingMissed.into()),
        }
        if judged.facts.healed.iter().any(|known| known.session == healed.session) {
            return Err(Refusal::AlreadyThere.into());
        }
        work.record_healed(enrolment, healed, note.trim()).await?;
        Ok(work.commit().await?)
    }

    /// When the trainee passed the qualifying exam, as the prefecture's list has it.
    pub async fn record_exam_pass(&self, staff: &Staff, enrolment: i64, on: NaiveDate) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        check_not_to_come(today(&work), "exam_passed_on", on)?;
        if work.exam_pass(enrolment).await? != Some(on) {
            work.record_exam_pass(enrolment, on).await?;
        }
        Ok(work.commit().await?)
    }

    /// Takes a wrong fact out of the judgement, with a reason; refused for a fact a certificate rests on, and for what a supervisor has signed
    /// off: that is taken back first.
    pub async fn withdraw_fact(
        &self,
        staff: &Staff,
        enrolment: i64,
        (kind, id): (FactKind, i64),
        reason: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        self.withdraw_fact_in(&mut work, enrolment, (kind, id), reason).await?;
        Ok(work.commit().await?)
    }

    /// The door every withdrawal goes through, of one fact or of many.
    pub(crate) async fn withdraw_fact_in(
        &self,
        work: &mut Work,
        enrolment: i64,
        (kind, id): (FactKind, i64),
        reason: &str,
    ) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        check_no_certificate(work, enrolment).await?;
        if matches!(kind, FactKind::Experience | FactKind::ConferenceFallback | FactKind::OfficeTime) {
            check_not_signed_off(work, enrolment).await?;
        }
        Ok(work.withdraw_fact(enrolment, kind, id, reason).await?)
    }
}

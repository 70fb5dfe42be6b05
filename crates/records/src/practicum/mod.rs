//! What the judgement needs of a practicum, and the other facts recorded of a trainee: milestones, experiences,
//! the conference's fallback, assessments, credits and waivers. A wrong one is withdrawn with a reason, never deleted.

pub mod agreement;
pub mod attachment;
pub mod case;
pub mod comment;
pub mod day;
pub mod evaluation;
pub mod record;
pub mod retention;
pub mod supervision;

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::collections::HashSet;
use training::cohort::attendance::{HealedFact, Healing};
use training::completion::facts::{AssessmentFact, MilestoneKind};
use training::practicum::record::{ConferenceFallback, Experience, OfficeContent, OfficeTime, Way};
use training::role::Role;

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct ExperienceRow {
    pub id: i64,
    pub case_id: i64,
    pub pseudonym: String,
    #[sqlx(try_from = "String")]
    pub stage: String,
    #[sqlx(try_from = "String")]
    pub way: Way,
    pub experienced_on: NaiveDate,
    pub minutes: i64,
    pub break_minutes: i64,
    pub own_work: bool,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

/// A document handed in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct HandedIn {
    pub id: i64,
    pub document: String,
    pub handed_in_on: NaiveDate,
    pub note: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

/// A missed session that was healed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct HealedRow {
    pub id: i64,
    pub session_id: i64,
    #[sqlx(try_from = "String")]
    pub way: Healing,
    pub healed_on: NaiveDate,
    pub note: String,
    pub recorded_by: String,
}

/// Practicum time at the office that belongs to no client.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct OfficeTimeRow {
    pub id: i64,
    #[sqlx(try_from = "String")]
    pub content: OfficeContent,
    pub spent_on: NaiveDate,
    pub minutes: i64,
    pub break_minutes: i64,
    pub recorded_by: String,
}

/// The kinds of fact that can be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactKind {
    Milestone,
    Experience,
    ConferenceFallback,
    Assessment,
    Credit,
    Document,
    Waiver,
    CaseConsent,
    Healed,
    OfficeTime,
}

impl FactKind {
    pub const ALL: [FactKind; 10] = [
        FactKind::Milestone,
        FactKind::Experience,
        FactKind::ConferenceFallback,
        FactKind::Assessment,
        FactKind::Credit,
        FactKind::Document,
        FactKind::Waiver,
        FactKind::CaseConsent,
        FactKind::Healed,
        FactKind::OfficeTime,
    ];

    /// Its table, which is also its name in addresses.
    pub fn id(self) -> &'static str {
        match self {
            FactKind::Milestone => "milestone",
            FactKind::Experience => "experience",
            FactKind::ConferenceFallback => "conference_fallback",
            FactKind::Assessment => "assessment_result",
            FactKind::Credit => "subject_credit",
            FactKind::Document => "handed_in",
            FactKind::Waiver => "waiver",
            FactKind::CaseConsent => "case_consent",
            FactKind::Healed => "healed_session",
            FactKind::OfficeTime => "office_time",
        }
    }

    pub fn from_id(id: &str) -> Option<FactKind> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

impl Work {
    pub async fn record_milestone(
        &mut self,
        enrolment: i64,
        kind: MilestoneKind,
        on: NaiveDate,
        note: &str,
    ) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "milestone",
            "INSERT INTO milestone (enrolment_id, kind, reached_on, note, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            enrolment,
            kind.id(),
            on,
            note,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("milestone.recorded", format!("enrolment/{enrolment}"), (kind, on, note))?;
        Ok(id)
    }

    /// Enrolments of a cohort that have reached a milestone.
    pub async fn milestones_of_cohort(&mut self, cohort: i64, kind: MilestoneKind) -> Result<HashSet<i64>> {
        let reached = all!(
            self,
            (i64,),
            "SELECT DISTINCT m.enrolment_id FROM milestone m JOIN enrolment e ON e.id = m.enrolment_id
             WHERE e.cohort_id = $1 AND +e.provider_id = $2 AND m.kind = $3 AND m.withdrawn_at IS NULL",
            cohort,
            self.actor.provider,
            kind.id()
        )?;
        Ok(reached.into_iter().map(|(enrolment,)| enrolment).collect())
    }

    /// `experience.id` is not used.
    pub async fn record_experience(&mut self, enrolment: i64, experience: &Experience) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        if !self.cases(enrolment).await?.iter().any(|known| known.fact.id == experience.case && !known.invented) {
            return Err(Error::NotFound);
        }
        let id = insert!(
            self,
            "experience",
            "INSERT INTO experience (case_id, enrolment_id, stage, way, experienced_on, minutes, break_minutes, own_work,
                recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            experience.case,
            enrolment,
            &experience.stage,
            experience.way.id(),
            experience.on,
            i64::from(experience.minutes),
            i64::from(experience.break_minutes),
            experience.own_work,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("experience.recorded", format!("enrolment/{enrolment}"), experience)?;
        Ok(id)
    }

    pub async fn experiences(&mut self, enrolment: i64) -> Result<Vec<ExperienceRow>> {
        self.enrolment(enrolment).await?;
        all!(
            self,
            ExperienceRow,
            "SELECT x.id, x.case_id, c.pseudonym, x.stage, x.way, x.experienced_on, x.minutes, x.break_minutes, x.own_work,
                x.recorded_by, x.recorded_at FROM experience x JOIN practicum_case c ON c.id = x.case_id
             WHERE x.enrolment_id = $1 AND x.withdrawn_at IS NULL ORDER BY x.experienced_on, x.id",
            enrolment
        )
    }

    /// `fallback.id` is not used.
    pub async fn record_conference_fallback(&mut self, enrolment: i64, fallback: &ConferenceFallback) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "conference_fallback",
            "INSERT INTO conference_fallback (enrolment_id, reason, supervisor, explained_on, preparation_explained,
                proceedings_explained, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            enrolment,
            &fallback.reason,
            &fallback.supervisor,
            fallback.on,
            fallback.preparation_explained,
            fallback.proceedings_explained,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("conference_fallback.recorded", format!("enrolment/{enrolment}"), id)?;
        Ok(id)
    }

    /// `assessment.id` is not used.
    pub async fn record_assessment(&mut self, enrolment: i64, assessment: &AssessmentFact) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "assessment_result",
            "INSERT INTO assessment_result (enrolment_id, passed, score, items, assessed_by, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            enrolment,
            assessment.passed,
            assessment.score.map(i64::from),
            serde_json::to_string(&assessment.items)?,
            assessment.by.map(Role::id),
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("assessment.recorded", format!("enrolment/{enrolment}"), assessment)?;
        Ok(id)
    }

    pub async fn record_handed_in(&mut self, enrolment: i64, document: &str, on: NaiveDate, note: &str) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "handed_in",
            "INSERT INTO handed_in (enrolment_id, document, handed_in_on, note, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            enrolment,
            document,
            on,
            note,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("document.handed_in", format!("enrolment/{enrolment}"), (document, on, note))?;
        Ok(id)
    }

    /// Documents handed in, the newest last.
    pub async fn handed_in(&mut self, enrolment: i64) -> Result<Vec<HandedIn>> {
        self.enrolment(enrolment).await?;
        all!(
            self,
            HandedIn,
            "SELECT id, document, handed_in_on, note, recorded_by, recorded_at FROM handed_in
             WHERE enrolment_id = $1 AND withdrawn_at IS NULL ORDER BY handed_in_on, id",
            enrolment
        )
    }

    /// A missed session that was healed; `healed.id` is not used.
    pub async fn record_healed(&mut self, enrolment: i64, healed: &HealedFact, note: &str) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "healed_session",
            "INSERT INTO healed_session (enrolment_id, session_id, way, healed_on, note, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            enrolment,
            healed.session,
            healed.by.id(),
            healed.on,
            note,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("session.healed", format!("enrolment/{enrolment}"), (healed, note))?;
        Ok(id)
    }

    pub async fn healed_sessions(&mut self, enrolment: i64) -> Result<Vec<HealedRow>> {
        self.enrolment(enrolment).await?;
        all!(
            self,
            HealedRow,
            "SELECT id, session_id, way, healed_on, note, recorded_by FROM healed_session
             WHERE enrolment_id = $1 AND withdrawn_at IS NULL ORDER BY healed_on, id",
            enrolment
        )
    }

    pub async fn office_times(&mut self, enrolment: i64) -> Result<Vec<OfficeTimeRow>> {
        self.enrolment(enrolment).await?;
        all!(
            self,
            OfficeTimeRow,
            "SELECT id, content, spent_on, minutes, break_minutes, recorded_by FROM office_time
             WHERE enrolment_id = $1 AND withdrawn_at IS NULL ORDER BY spent_on, id",
            enrolment
        )
    }

    /// Practicum time at the office without a case; `time.id` is not used.
    pub async fn record_office_time(&mut self, enrolment: i64, time: &OfficeTime) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "office_time",
            "INSERT INTO office_time (enrolment_id, content, spent_on, minutes, break_minutes, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            enrolment,
            time.content.id(),
            time.on,
            i64::from(time.minutes),
            i64::from(time.break_minutes),
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("office_time.recorded", format!("enrolment/{enrolment}"), time)?;
        Ok(id)
    }

    /// A subject carried over, with where it was taken.
    pub async fn record_credit(&mut self, enrolment: i64, subject: &str, source: &str) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "subject_credit",
            "INSERT INTO subject_credit (enrolment_id, subject, source, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            enrolment,
            subject,
            source,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("credit.recorded", format!("enrolment/{enrolment}"), (subject, source))?;
        Ok(id)
    }

    /// `role` is the one the waiver is given in: the requirement's policy names who may.
    pub async fn record_waiver(
        &mut self,
        enrolment: i64,
        (requirement, subject): (&str, Option<&str>),
        role: Role,
        reason: &str,
    ) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "waiver",
            "INSERT INTO waiver (enrolment_id, requirement, subject, reason, role, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            enrolment,
            requirement,
            subject,
            reason,
            role.id(),
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("waiver.recorded", format!("enrolment/{enrolment}"), (requirement, subject, reason))?;
        Ok(id)
    }

    /// Keeps in the ledger why a fact was recorded although it usually is not.
    pub fn note_exception(&mut self, enrolment: i64, action: &str, detail: impl Serialize) -> Result<()> {
        self.audit(action, format!("enrolment/{enrolment}"), detail)
    }

    /// Takes a wrong fact out of the judgement; it stays on record with the reason.
    pub async fn withdraw_fact(&mut self, enrolment: i64, kind: FactKind, id: i64, reason: &str) -> Result<()> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let table = kind.id();
        let sql = sqlx::AssertSqlSafe(format!(
            "UPDATE {table} SET withdrawn_at = $3, withdrawn_reason = $4
             WHERE id = $1 AND enrolment_id = $2 AND withdrawn_at IS NULL RETURNING id"
        ));
        let changed = change!(self, table, sql, id, enrolment, self.actor.now, reason)?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        self.audit("fact.withdrawn", format!("enrolment/{enrolment}"), (table, id, reason))
    }
}

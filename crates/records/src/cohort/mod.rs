//! Cohorts: one run of a course, governed by one edition and its supplement.

pub mod exercise_group;
pub mod import_run;
mod invitee;
pub mod session;

use crate::hex;
use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct Cohort {
    pub id: i64,
    pub name: String,
    /// Id of the guideline's edition.
    pub edition: String,
    /// Ids of the supplements, in the order they are applied, divided by blanks.
    pub supplements: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// First day of the first weekly window of the practicum.
    pub practicum_from: NaiveDate,
    pub practicum_weeks: i64,
    /// How far a trainee may be sent, in metres.
    pub travel_limit_m: i64,
    /// It does not take place.
    pub cancelled: bool,
    /// Raised whenever a fact of one of its trainees changes.
    pub facts_version: i64,
    pub version: i64,
}

/// A cohort as it was until it was changed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FormerCohort {
    pub name: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub practicum_from: NaiveDate,
    pub practicum_weeks: i64,
    pub travel_limit_m: i64,
    /// Why it was changed, by whom, and when.
    pub reason: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

/// That a cohort was cancelled, or taken up again.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CohortCancellation {
    pub cancelled: bool,
    pub reason: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, name, edition, supplements, starts_on, ends_on, practicum_from, practicum_weeks, travel_limit_m,
    COALESCE((SELECT x.cancelled FROM cohort_cancellation x WHERE x.cohort_id = cohort.id ORDER BY x.id DESC LIMIT 1), FALSE)
        AS cancelled, facts_version, version";

impl Work {
    pub async fn create_cohort(&mut self, cohort: &Cohort) -> Result<i64> {
        let id = insert!(
            self,
            "cohort",
            "INSERT INTO cohort (provider_id, name, edition, supplements, starts_on, ends_on, practicum_from,
                practicum_weeks, travel_limit_m) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            self.actor.provider,
            &cohort.name,
            &cohort.edition,
            &cohort.supplements,
            cohort.starts_on,
            cohort.ends_on,
            cohort.practicum_from,
            cohort.practicum_weeks,
            cohort.travel_limit_m
        )?;
        self.audit("cohort.created", format!("cohort/{id}"), cohort)?;
        Ok(id)
    }

    /// Changes name, dates, weeks and travel limit of a cohort read at its version; what it was stays on record with the reason.
    pub async fn change_cohort(&mut self, cohort: &Cohort, reason: &str) -> Result<()> {
        let former = self.cohort(cohort.id).await?;
        insert!(
            self,
            "cohort_former",
            "INSERT INTO cohort_former (cohort_id, name, starts_on, ends_on, practicum_from, practicum_weeks, travel_limit_m, reason,
                recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            former.id,
            &former.name,
            former.starts_on,
            former.ends_on,
            former.practicum_from,
            former.practicum_weeks,
            former.travel_limit_m,
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        let changed = change!(
            self,
            "cohort",
            "UPDATE cohort SET name = $4, starts_on = $5, ends_on = $6, practicum_from = $7, practicum_weeks = $8,
                travel_limit_m = $9, facts_version = facts_version + 1, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            cohort.id,
            self.actor.provider,
            cohort.version,
            &cohort.name,
            cohort.starts_on,
            cohort.ends_on,
            cohort.practicum_from,
            cohort.practicum_weeks,
            cohort.travel_limit_m
        )?;
        one_row(&changed)?;
        self.audit("cohort.changed", format!("cohort/{}", cohort.id), (cohort, reason))
    }

    /// Cancels a cohort, or takes it up again.
    pub async fn cancel_cohort(&mut self, cohort: i64, cancelled: bool, reason: &str) -> Result<()> {
        self.facts_changed(cohort).await?;
        insert!(
            self,
            "cohort_cancellation",
            "INSERT INTO cohort_cancellation (cohort_id, cancelled, reason, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            cohort,
            cancelled,
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("cohort.cancelled", format!("cohort/{cohort}"), (cancelled, reason))
    }

    /// What a cohort was before each change, the newest change last.
    pub async fn former_cohorts(&mut self, cohort: i64) -> Result<Vec<FormerCohort>> {
        self.cohort(cohort).await?;
        all!(
            self,
            FormerCohort,
            "SELECT name, starts_on, ends_on, practicum_from, practicum_weeks, travel_limit_m, reason, recorded_by, recorded_at
             FROM cohort_former WHERE cohort_id = $1 ORDER BY id",
            cohort
        )
    }

    /// When a cohort was cancelled or taken up again, the newest last.
    pub async fn cohort_cancellations(&mut self, cohort: i64) -> Result<Vec<CohortCancellation>> {
        self.cohort(cohort).await?;
        all!(
            self,
            CohortCancellation,
            "SELECT cancelled, reason, recorded_by, recorded_at FROM cohort_cancellation WHERE cohort_id = $1 ORDER BY id",
            cohort
        )
    }

    /// A cohort with the dates known just before a moment.
    pub(crate) async fn cohort_before(&mut self, cohort: i64, moment: DateTime<Utc>) -> Result<Cohort> {
        let mut known = self.cohort(cohort).await?;
        if let Some(former) = self.former_cohorts(cohort).await?.into_iter().find(|former| former.recorded_at >= moment)
        {
            (known.starts_on, known.ends_on) = (former.starts_on, former.ends_on);
            (known.practicum_from, known.practicum_weeks) = (former.practicum_from, former.practicum_weeks);
        }
        Ok(known)
    }

    /// Judges a cohort by another edition or other supplements from now on.
    pub async fn change_cohort_rules(&mut self, cohort: &Cohort, reason: &str) -> Result<()> {
        let changed = change!(
            self,
            "cohort",
            "UPDATE cohort SET edition = $4, supplements = $5, facts_version = facts_version + 1, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            cohort.id,
            self.actor.provider,
            cohort.version,
            &cohort.edition,
            &cohort.supplements
        )?;
        one_row(&changed)?;
        let detail = (&cohort.edition, &cohort.supplements, reason);
        self.audit("cohort.rules_changed", format!("cohort/{}", cohort.id), detail)
    }

    /// Keeps the rules a cohort is judged by, if they are not those kept last.
    pub async fn keep_rulebook(&mut self, cohort: i64, content: &str) -> Result<()> {
        self.cohort(cohort).await?;
        let sha256 = hex(&Sha256::digest(content.as_bytes()));
        let last = optional!(
            self,
            (String,),
            "SELECT sha256 FROM cohort_rulebook WHERE cohort_id = $1 ORDER BY id DESC LIMIT 1",
            cohort
        )?;
        if last.is_some_and(|(last,)| last == sha256) {
            return Ok(());
        }
        insert!(
            self,
            "cohort_rulebook",
            "INSERT INTO cohort_rulebook (cohort_id, sha256, content, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            cohort,
            &sha256,
            content,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("cohort.rulebook_kept", format!("cohort/{cohort}"), sha256)
    }

    /// The rules a cohort was judged by just before a moment; none before the first were kept.
    pub async fn rulebook_before(&mut self, cohort: i64, moment: DateTime<Utc>) -> Result<Option<String>> {
        self.cohort(cohort).await?;
        let found = optional!(
            self,
            (String,),
            "SELECT content FROM cohort_rulebook WHERE cohort_id = $1 AND recorded_at < $2 ORDER BY id DESC LIMIT 1",
            cohort,
            moment
        )?;
        Ok(found.map(|(content,)| content))
    }

    pub async fn cohort(&mut self, id: i64) -> Result<Cohort> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM cohort WHERE id = $1 AND provider_id = $2"));
        optional!(self, Cohort, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// Newest first.
    pub async fn cohorts(&mut self) -> Result<Vec<Cohort>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM cohort WHERE provider_id = $1 ORDER BY starts_on DESC, id DESC"
        ));
        all!(self, Cohort, sql, self.actor.provider)
    }

    /// A fact of one of the cohort's trainees changed: what was judged before no longer holds.
    pub(crate) async fn facts_changed(&mut self, cohort: i64) -> Result<()> {
        let changed = change!(
            self,
            "cohort",
            "UPDATE cohort SET facts_version = facts_version + 1 WHERE id = $1 AND provider_id = $2 RETURNING id",
            cohort,
            self.actor.provider
        )?;
        if changed.len() == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    /// As [`Work::lock_facts_of`], by the cohort.
    pub async fn lock_facts(&mut self, cohort: i64) -> Result<()> {
        let locked = execute!(
            self,
            "UPDATE cohort SET facts_version = facts_version WHERE id = $1 AND provider_id = $2",
            cohort,
            self.actor.provider
        )?;
        if locked == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Whoever else comes to change facts of this trainee's cohort waits until this work is done: for whoever reads facts and then adds to them.
    pub async fn lock_facts_of(&mut self, enrolment: i64) -> Result<()> {
        let locked = execute!(
            self,
            "UPDATE cohort SET facts_version = facts_version
             WHERE provider_id = $2 AND id = (SELECT cohort_id FROM enrolment WHERE id = $1 AND provider_id = $2)",
            enrolment,
            self.actor.provider
        )?;
        if locked == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    /// As [`Work::facts_changed`], by one of its enrolments; [`Error::NotFound`] for another provider's.
    pub(crate) async fn facts_of_enrolment_changed(&mut self, enrolment: i64) -> Result<()> {
        let changed = change!(
            self,
            "cohort",
            "UPDATE cohort SET facts_version = facts_version + 1
             WHERE provider_id = $2 AND id = (SELECT cohort_id FROM enrolment WHERE id = $1 AND provider_id = $2) RETURNING id",
            enrolment,
            self.actor.provider
        )?;
        if changed.len() == 1 { Ok(()) } else { Err(Error::NotFound) }
    }
}

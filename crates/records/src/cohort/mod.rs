//! Cohorts: one run of a course, governed by one edition and its supplement.

pub mod exercise_group;
pub mod import_run;
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
    /// Raised whenever a fact of one of its trainees changes.
    pub facts_version: i64,
    pub version: i64,
}

const COLUMNS: &str = "id, name, edition, supplements, starts_on, ends_on, practicum_from, practicum_weeks, travel_limit_m, facts_version, version";

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

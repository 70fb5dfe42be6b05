//! Cohorts: one run of a course, governed by one edition and its supplement.

use crate::{Error, Result, Work};
use chrono::NaiveDate;

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct Cohort {
    pub id: i64,
    pub name: String,
    /// Id of the guideline's edition.
    pub edition: String,
    /// Id of the supplement, if any.
    pub supplement: Option<String>,
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

const COLUMNS: &str = "id, name, edition, supplement, starts_on, ends_on, practicum_from, practicum_weeks, travel_limit_m, facts_version, version";

impl Work {
    pub async fn create_cohort(&mut self, cohort: &Cohort) -> Result<i64> {
        let id = insert!(
            self,
            "cohort",
            "INSERT INTO cohort (provider_id, name, edition, supplement, starts_on, ends_on, practicum_from,
                practicum_weeks, travel_limit_m) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            self.actor.provider,
            &cohort.name,
            &cohort.edition,
            &cohort.supplement,
            cohort.starts_on,
            cohort.ends_on,
            cohort.practicum_from,
            cohort.practicum_weeks,
            cohort.travel_limit_m
        )?;
        self.audit("cohort.created", format!("cohort/{id}"), cohort)?;
        Ok(id)
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

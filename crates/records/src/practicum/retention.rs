//! How long a provider keeps the texts of cases, and what of them is still there.

use crate::work::one_row;
use crate::{Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// Action of the ledger entries that announce it.
const SHREDDING_ANNOUNCED: &str = "texts.shredding_announced";

/// Years after a cohort's last day; version 0 where nothing was said yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct RetentionSetting {
    pub years: i64,
    pub version: i64,
}

/// A cohort that has, or had, texts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CohortTexts {
    pub cohort_id: i64,
    pub name: String,
    pub ends_on: NaiveDate,
    /// When its keys were destroyed; none: the texts can be read.
    pub shredded_at: Option<DateTime<Utc>>,
    /// The main key that wrapped its last key.
    pub wrapped_by: String,
}

impl Work {
    pub async fn retention_setting(&mut self) -> Result<Option<RetentionSetting>> {
        optional!(
            self,
            RetentionSetting,
            "SELECT years, version FROM retention_setting WHERE provider_id = $1",
            self.actor.provider
        )
    }

    /// Whoever else sets the provider's retention, or ends it, waits until this work is done.
    pub async fn lock_retention(&mut self) -> Result<()> {
        execute!(self, "UPDATE provider SET version = version WHERE id = $1", self.actor.provider)?;
        Ok(())
    }

    /// Over the version read.
    pub async fn set_retention(&mut self, setting: RetentionSetting) -> Result<()> {
        let changed = if setting.version == 0 {
            change!(
                self,
                "retention_setting",
                "INSERT INTO retention_setting (provider_id, years) VALUES ($1, $2)
                 ON CONFLICT (provider_id) DO NOTHING RETURNING id",
                self.actor.provider,
                setting.years
            )?
        } else {
            change!(
                self,
                "retention_setting",
                "UPDATE retention_setting SET years = $2, version = version + 1
                 WHERE provider_id = $1 AND version = $3 RETURNING id",
                self.actor.provider,
                setting.years,
                setting.version
            )?
        };
        one_row(&changed)?;
        self.audit("retention.changed", format!("provider/{}", self.actor.provider), setting.years)
    }

    /// Notes in the ledger that the time of a cohort's texts is over and that they will be destroyed.
    pub async fn announce_shredding(&mut self, cohort: i64) -> Result<()> {
        self.audit(SHREDDING_ANNOUNCED, format!("cohort/{cohort}"), ())
    }

    /// When it was noted that a cohort's texts will be destroyed, up to now.
    pub async fn shredding_announced(&mut self, cohort: i64) -> Result<Vec<DateTime<Utc>>> {
        let found = all!(
            self,
            (DateTime<Utc>,),
            "SELECT at FROM audit_entry WHERE provider_id = $1 AND subject = $2 AND action = $3 AND at <= $4
                AND sequence > 0",
            self.actor.provider,
            format!("cohort/{cohort}"),
            SHREDDING_ANNOUNCED,
            self.actor.now
        )?;
        Ok(found.into_iter().map(|(at,)| at).collect())
    }

    /// The moment of the newest ledger entry of any provider.
    pub async fn newest_entry_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        let found = optional!(self, (Option<DateTime<Utc>>,), "SELECT max(at) FROM audit_entry")?;
        Ok(found.and_then(|(at,)| at))
    }

    /// Cohorts with texts, also those whose texts were shredded; the one that ended first comes first.
    pub async fn cohorts_with_texts(&mut self) -> Result<Vec<CohortTexts>> {
        all!(
            self,
            CohortTexts,
            "SELECT c.id AS cohort_id, c.name, c.ends_on,
                CASE WHEN k.wrapped IS NULL THEN k.destroyed_at END AS shredded_at, k.wrapped_by
             FROM cohort c JOIN data_key k ON k.id = (SELECT n.id FROM data_key n WHERE n.cohort_id = c.id
                ORDER BY n.generation DESC LIMIT 1)
             WHERE c.provider_id = $1 ORDER BY c.ends_on, c.id",
            self.actor.provider
        )
    }

    /// For everybody placed at an office the last day of the cohort.
    pub async fn cohort_ends_at(&mut self, host_office: i64) -> Result<HashMap<i64, NaiveDate>> {
        let ends = all!(
            self,
            (i64, NaiveDate),
            "SELECT DISTINCT pl.enrolment_id, c.ends_on FROM placement pl JOIN enrolment e ON e.id = pl.enrolment_id
             JOIN cohort c ON c.id = e.cohort_id WHERE pl.host_office_id = $1 AND pl.provider_id = $2",
            host_office,
            self.actor.provider
        )?;
        Ok(ends.into_iter().collect())
    }
}

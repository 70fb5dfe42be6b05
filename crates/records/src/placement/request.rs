//! Trainees who ask offices themselves: when they may, and which places are left.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::NaiveDate;

/// From when until when the trainees of a cohort may ask, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct RequestPeriod {
    pub opens_on: NaiveDate,
    pub closes_on: NaiveDate,
    pub version: i64,
}

impl RequestPeriod {
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.opens_on <= day && day <= self.closes_on
    }
}

/// Places taken in one weekly window of an office by one cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct TakenInWindow {
    pub host_office_id: i64,
    pub window_index: i64,
    pub taken: i64,
}

impl Work {
    pub async fn request_period(&mut self, cohort: i64) -> Result<Option<RequestPeriod>> {
        self.cohort(cohort).await?;
        let sql = "SELECT opens_on, closes_on, version FROM request_period WHERE cohort_id = $1";
        optional!(self, RequestPeriod, sql, cohort)
    }

    /// Says when trainees may ask, over the version read; 0 where nothing was said before.
    pub async fn set_request_period(&mut self, cohort: i64, period: &RequestPeriod) -> Result<()> {
        self.cohort(cohort).await?;
        let changed = if period.version == 0 {
            change!(
                self,
                "request_period",
                "INSERT INTO request_period (cohort_id, opens_on, closes_on) VALUES ($1, $2, $3)
                 ON CONFLICT (cohort_id) DO NOTHING RETURNING id",
                cohort,
                period.opens_on,
                period.closes_on
            )?
        } else {
            change!(
                self,
                "request_period",
                "UPDATE request_period SET opens_on = $2, closes_on = $3, version = version + 1
                 WHERE cohort_id = $1 AND version = $4 RETURNING id",
                cohort,
                period.opens_on,
                period.closes_on,
                period.version
            )?
        };
        one_row(&changed)?;
        let detail = (period.opens_on, period.closes_on);
        self.audit("placement.request_period_set", format!("cohort/{cohort}"), detail)
    }

    /// Places a cohort takes, by office and weekly window; who is done takes none.
    pub async fn places_taken_by_window(&mut self, cohort: i64) -> Result<Vec<TakenInWindow>> {
        all!(
            self,
            TakenInWindow,
            "SELECT pl.host_office_id, pl.window_index, count(*) AS taken FROM placement pl JOIN enrolment e ON e.id = pl.enrolment_id
             WHERE e.cohort_id = $1 AND pl.provider_id = $2 AND pl.state NOT IN ('declined', 'cancelled', 'done')
             GROUP BY pl.host_office_id, pl.window_index",
            cohort,
            self.actor.provider
        )
    }

    /// Whoever else comes for this office's places, or changes how it is reached, waits until this work is done.
    pub async fn lock_office(&mut self, host_office: i64) -> Result<()> {
        let locked = execute!(
            self,
            "UPDATE host_office SET version = version WHERE id = $1 AND provider_id = $2",
            host_office,
            self.actor.provider
        )?;
        if locked == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The same for every office at which somebody of a cohort is placed, in one order, so that two rounds do not wait for each other. SQLite has one
    /// writer anyway.
    pub async fn lock_offices_of(&mut self, cohort: i64) -> Result<()> {
        let provider = self.actor.provider;
        if let crate::work::Transaction::Postgres(transaction) = &mut self.transaction {
            sqlx::query(
                "SELECT h.id FROM host_office h WHERE h.provider_id = $2 AND h.id IN (SELECT pl.host_office_id FROM placement pl
                    JOIN enrolment e ON e.id = pl.enrolment_id
                    WHERE e.cohort_id = $1 AND pl.state NOT IN ('declined', 'cancelled', 'done')) ORDER BY h.id FOR NO KEY UPDATE",
            )
            .bind(cohort)
            .bind(provider)
            .execute(&mut **transaction)
            .await?;
        }
        Ok(())
    }
}

//! Days of a practicum that trainee and office agree on.

use crate::placement::Placement;
use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use training::practicum::day::{Day, DayContent, DayState};
use training::role::Role;

/// A day with whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PracticumDay {
    pub id: i64,
    pub placement_id: i64,
    pub enrolment_id: i64,
    pub on_day: NaiveDate,
    pub from_time: NaiveTime,
    pub until_time: NaiveTime,
    #[sqlx(try_from = "String")]
    pub content: DayContent,
    pub note: String,
    #[sqlx(try_from = "String")]
    pub state: DayState,
    #[sqlx(try_from = "String")]
    pub offered_as: Role,
    pub offered_by: String,
    pub offered_at: DateTime<Utc>,
    pub answered_by: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
    pub reason: String,
    pub version: i64,
    pub trainee_name: String,
    pub host_office_id: i64,
    pub office_name: String,
}

impl PracticumDay {
    pub fn day(&self) -> Day {
        let (on, from, until) = (self.on_day, self.from_time, self.until_time);
        Day { on, from, until, content: self.content, note: self.note.clone() }
    }
}

const DAY: &str = "SELECT d.id, d.placement_id, d.enrolment_id, d.on_day, d.from_time, d.until_time, d.content, d.note, d.state,
        d.offered_as, d.offered_by, d.offered_at, d.answered_by, d.answered_at, d.reason, d.version, p.name AS trainee_name,
        h.id AS host_office_id, h.name AS office_name
     FROM practicum_day d JOIN placement pl ON pl.id = d.placement_id JOIN enrolment e ON e.id = d.enrolment_id
     JOIN person p ON p.id = e.person_id JOIN host_office h ON h.id = pl.host_office_id";

impl Work {
    /// A day offered within a placement, by whoever has this role.
    pub async fn offer_day(&mut self, placement: i64, day: &Day, role: Role) -> Result<i64> {
        let placement = self.placement(placement).await?;
        let id = insert!(
            self,
            "practicum_day",
            "INSERT INTO practicum_day (placement_id, enrolment_id, on_day, from_time, until_time, content, note, state, offered_as,
                offered_by, offered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
            placement.id,
            placement.enrolment_id,
            day.on,
            day.from,
            day.until,
            day.content.id(),
            &day.note,
            DayState::Offered.id(),
            role.id(),
            &self.actor.name,
            self.actor.now
        )?;
        let detail = (id, day.on, day.from, day.until, day.content);
        self.audit("day.offered", format!("enrolment/{}", placement.enrolment_id), detail)?;
        Ok(id)
    }

    /// Days of a trainee, at whichever office, by day and time.
    pub async fn days_of(&mut self, enrolment: i64) -> Result<Vec<PracticumDay>> {
        self.enrolment(enrolment).await?;
        let sql = sqlx::AssertSqlSafe(format!("{DAY} WHERE d.enrolment_id = $1 ORDER BY d.on_day, d.from_time, d.id"));
        all!(self, PracticumDay, sql, enrolment)
    }

    /// Days of everybody who is or was placed at an office, declined ones aside, by day and time.
    pub async fn days_at(&mut self, host_office: i64) -> Result<Vec<PracticumDay>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{DAY} WHERE pl.host_office_id = $1 AND pl.provider_id = $2 AND d.state <> 'declined'
             ORDER BY d.on_day, d.from_time, d.id"
        ));
        all!(self, PracticumDay, sql, host_office, self.actor.provider)
    }

    /// A day of this trainee.
    pub async fn day(&mut self, enrolment: i64, id: i64) -> Result<PracticumDay> {
        self.enrolment(enrolment).await?;
        let sql = sqlx::AssertSqlSafe(format!("{DAY} WHERE d.enrolment_id = $1 AND d.id = $2"));
        optional!(self, PracticumDay, sql, enrolment, id)?.ok_or(Error::NotFound)
    }

    /// Changes a day as read; [`Error::LostUpdate`] where somebody was faster.
    pub async fn change_day(&mut self, day: &PracticumDay, to: DayState, reason: &str) -> Result<()> {
        self.enrolment(day.enrolment_id).await?;
        let changed = change!(
            self,
            "practicum_day",
            "UPDATE practicum_day SET state = $3, answered_by = $4, answered_at = $5, reason = $6, version = version + 1
             WHERE id = $1 AND version = $2 RETURNING id",
            day.id,
            day.version,
            to.id(),
            &self.actor.name,
            self.actor.now,
            reason
        )?;
        one_row(&changed)?;
        self.audit("day.answered", format!("enrolment/{}", day.enrolment_id), (day.id, to))
    }

    /// Calls off what is open of a placement that comes to nothing.
    pub(crate) async fn cancel_days(&mut self, placement: &Placement) -> Result<()> {
        let cancelled = change!(
            self,
            "practicum_day",
            "UPDATE practicum_day SET state = $2, answered_by = $3, answered_at = $4, version = version + 1
             WHERE placement_id = $1 AND state IN ('offered', 'agreed') RETURNING id",
            placement.id,
            DayState::Cancelled.id(),
            &self.actor.name,
            self.actor.now
        )?;
        if cancelled.is_empty() {
            return Ok(());
        }
        self.audit("day.cancelled", format!("enrolment/{}", placement.enrolment_id), cancelled)
    }

    /// Whoever else comes to this placement's days waits until this work is done.
    pub async fn lock_placement(&mut self, placement: i64) -> Result<()> {
        let locked = execute!(
            self,
            "UPDATE placement SET version = version WHERE id = $1 AND provider_id = $2",
            placement,
            self.actor.provider
        )?;
        if locked == 1 { Ok(()) } else { Err(Error::NotFound) }
    }
}

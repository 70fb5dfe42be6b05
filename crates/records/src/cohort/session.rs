//! Sessions (日程) of a cohort, and the attendance taken in them.

use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::Serialize;
use std::collections::HashMap;
use training::cohort::attendance::{Presence, Share};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct Session {
    pub id: i64,
    pub cohort_id: i64,
    pub title: String,
    /// Local (Japan) time.
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub place: String,
    pub online: bool,
    pub version: i64,
    #[sqlx(skip)]
    pub shares: Vec<Share>,
}

/// One recorded attendance with who took it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AttendanceRow {
    pub id: i64,
    pub session_id: i64,
    pub enrolment_id: i64,
    pub arrived_at: Option<NaiveDateTime>,
    pub left_at: Option<NaiveDateTime>,
    pub reason: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, cohort_id, title, starts_at, ends_at, place, online, version";

impl Work {
    pub async fn create_session(&mut self, session: &Session) -> Result<i64> {
        self.facts_changed(session.cohort_id).await?;
        let id = insert!(
            self,
            "session",
            "INSERT INTO session (provider_id, cohort_id, title, starts_at, ends_at, place, online, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            self.actor.provider,
            session.cohort_id,
            &session.title,
            session.starts_at,
            session.ends_at,
            &session.place,
            session.online,
            self.actor.now
        )?;
        for share in &session.shares {
            insert!(
                self,
                "session_subject",
                "INSERT INTO session_subject (session_id, subject, minutes) VALUES ($1, $2, $3) RETURNING id",
                id,
                &share.subject,
                i64::from(share.minutes)
            )?;
        }
        self.audit("session.created", format!("session/{id}"), session)?;
        Ok(id)
    }

    pub async fn session(&mut self, id: i64) -> Result<Session> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM session WHERE id = $1 AND provider_id = $2"));
        let mut session = optional!(self, Session, sql, id, self.actor.provider)?.ok_or(Error::NotFound)?;
        let shares = all!(
            self,
            (String, i64),
            "SELECT subject, minutes FROM session_subject WHERE session_id = $1 ORDER BY subject",
            id
        )?;
        session.shares = shares.into_iter().map(|(subject, minutes)| share(subject, minutes)).collect();
        Ok(session)
    }

    /// In the order they are held.
    pub async fn sessions(&mut self, cohort: i64) -> Result<Vec<Session>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM session WHERE cohort_id = $1 AND provider_id = $2 ORDER BY starts_at, id"
        ));
        let mut sessions = all!(self, Session, sql, cohort, self.actor.provider)?;
        let shares = all!(
            self,
            (i64, String, i64),
            "SELECT ss.session_id, ss.subject, ss.minutes FROM session_subject ss JOIN session s ON s.id = ss.session_id
             WHERE s.cohort_id = $1 AND s.provider_id = $2 ORDER BY ss.subject",
            cohort,
            self.actor.provider
        )?;
        let mut by_session: HashMap<i64, Vec<Share>> = HashMap::new();
        for (session, subject, minutes) in shares {
            by_session.entry(session).or_default().push(share(subject, minutes));
        }
        for session in &mut sessions {
            session.shares = by_session.remove(&session.id).unwrap_or_default();
        }
        Ok(sessions)
    }

    /// Sessions held before a day in which somebody who takes part has no attendance recorded.
    pub async fn sessions_to_record(&mut self, cohort: i64, before: NaiveDate) -> Result<Vec<Session>> {
        let found = all!(
            self,
            (i64,),
            "SELECT s.id FROM session s WHERE s.cohort_id = $1 AND s.provider_id = $2 AND s.ends_at < $3
             AND EXISTS (SELECT 1 FROM enrolment e WHERE e.cohort_id = s.cohort_id
                AND e.state IN ('enrolled', 'transferred_in') AND (e.enrolled_on IS NULL OR e.enrolled_on <= s.starts_at)
                AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.session_id = s.id AND a.enrolment_id = e.id))",
            cohort,
            self.actor.provider,
            before.and_time(NaiveTime::MIN)
        )?;
        let mut sessions = self.sessions(cohort).await?;
        sessions.retain(|session| found.contains(&(session.id,)));
        Ok(sessions)
    }

    /// Records one attendance; `presence` `None` is an absence. A correction is one more fact, with its reason.
    pub async fn record_attendance(
        &mut self,
        session: i64,
        enrolment: i64,
        presence: Option<Presence>,
        reason: &str,
    ) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let same_cohort = scalar!(
            self,
            i64,
            "SELECT count(*) FROM session s JOIN enrolment e ON e.cohort_id = s.cohort_id
             WHERE s.id = $1 AND e.id = $2 AND s.provider_id = $3",
            session,
            enrolment,
            self.actor.provider
        )?;
        if same_cohort == 0 {
            return Err(Error::NotFound);
        }
        let id = insert!(
            self,
            "attendance",
            "INSERT INTO attendance (provider_id, session_id, enrolment_id, arrived_at, left_at, reason, recorded_by,
                recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            self.actor.provider,
            session,
            enrolment,
            presence.map(|presence| presence.arrived_at),
            presence.map(|presence| presence.left_at),
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("attendance.recorded", format!("enrolment/{enrolment}"), (session, presence, reason))?;
        Ok(id)
    }

    /// The attendance that counts, for every trainee of a session.
    pub async fn current_attendance(&mut self, session: i64) -> Result<Vec<AttendanceRow>> {
        all!(
            self,
            AttendanceRow,
            "SELECT id, session_id, enrolment_id, arrived_at, left_at, reason, recorded_by, recorded_at FROM attendance a
             WHERE session_id = $1 AND provider_id = $2 AND id = (SELECT max(id) FROM attendance b
                WHERE b.session_id = a.session_id AND b.enrolment_id = a.enrolment_id)",
            session,
            self.actor.provider
        )
    }

    /// Every fact about attendance in a session, corrected ones included, in the order they were recorded.
    pub async fn attendance_of_session(&mut self, session: i64) -> Result<Vec<AttendanceRow>> {
        all!(
            self,
            AttendanceRow,
            "SELECT id, session_id, enrolment_id, arrived_at, left_at, reason, recorded_by, recorded_at FROM attendance
             WHERE session_id = $1 AND provider_id = $2 ORDER BY id",
            session,
            self.actor.provider
        )
    }

    /// Every fact about one trainee's attendance, corrections included, newest first.
    pub async fn attendance_history(&mut self, enrolment: i64) -> Result<Vec<AttendanceRow>> {
        all!(
            self,
            AttendanceRow,
            "SELECT id, session_id, enrolment_id, arrived_at, left_at, reason, recorded_by, recorded_at FROM attendance
             WHERE enrolment_id = $1 AND provider_id = $2 ORDER BY id DESC",
            enrolment,
            self.actor.provider
        )
    }
}

fn share(subject: String, minutes: i64) -> Share {
    Share { subject, minutes: u32::try_from(minutes).unwrap_or(0) }
}

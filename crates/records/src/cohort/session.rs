//! Sessions (日程) of a cohort, and the attendance taken in them.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use std::collections::HashMap;
use training::cohort::attendance::{self, Presence, Share};

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
    /// In the order they are taught.
    #[sqlx(skip)]
    pub shares: Vec<Share>,
    /// Accounts of who teaches.
    #[sqlx(skip)]
    pub instructors: Vec<i64>,
    /// Why it does not take place.
    #[sqlx(skip)]
    pub cancelled: Option<String>,
}

/// A session as it was at first or after a change.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionVersion {
    pub session_id: i64,
    pub title: String,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub place: String,
    pub online: bool,
    /// JSON of [`Share`]s.
    pub shares: String,
    /// JSON of account ids.
    pub instructors: String,
    pub cancelled: bool,
    /// Why it was changed; empty at first.
    pub reason: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

impl Session {
    /// What the guideline asks of it: when it is held, and what is taught.
    #[must_use]
    pub fn as_taught(&self) -> attendance::Session {
        attendance::Session {
            id: self.id,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            shares: self.shares.clone(),
        }
    }
}

impl SessionVersion {
    /// What of it does not stand in the row of the session itself.
    fn complete(&self, session: &mut Session) -> Result<()> {
        session.shares = serde_json::from_str(&self.shares)?;
        session.instructors = serde_json::from_str(&self.instructors)?;
        session.cancelled = self.cancelled.then(|| self.reason.clone());
        Ok(())
    }

    fn replace(&self, session: &mut Session) -> Result<()> {
        session.title.clone_from(&self.title);
        session.place.clone_from(&self.place);
        (session.starts_at, session.ends_at, session.online) = (self.starts_at, self.ends_at, self.online);
        self.complete(session)
    }
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
/// Who recorded it is a person by name, not by login.
const ATTENDANCE: &str = "a.id, a.session_id, a.enrolment_id, a.arrived_at, a.left_at, a.reason,
    COALESCE((SELECT u.name FROM users u WHERE u.login = a.recorded_by), a.recorded_by) AS recorded_by, a.recorded_at";
const VERSION: &str =
    "v.session_id, v.title, v.starts_at, v.ends_at, v.place, v.online, v.shares, v.instructors, v.cancelled, v.reason,
    v.recorded_by, v.recorded_at";

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
        self.keep_session_version(&Session { id, ..session.clone() }, "").await?;
        self.audit("session.created", format!("session/{id}"), session)?;
        Ok(id)
    }

    /// Changes a session read at its version, or cancels it, or takes it up again; what it was stays on record.
    pub async fn change_session(&mut self, session: &Session, reason: &str) -> Result<()> {
        self.facts_changed(session.cohort_id).await?;
        self.keep_first_version(session.id).await?;
        let changed = change!(
            self,
            "session",
            "UPDATE session SET title = $4, starts_at = $5, ends_at = $6, place = $7, online = $8, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            session.id,
            self.actor.provider,
            session.version,
            &session.title,
            session.starts_at,
            session.ends_at,
            &session.place,
            session.online
        )?;
        one_row(&changed)?;
        self.keep_session_version(session, reason).await?;
        self.audit("session.changed", format!("session/{}", session.id), (session, reason))
    }

    /// A session set before versions were kept gets its first one, as of the day it was set.
    async fn keep_first_version(&mut self, session: i64) -> Result<()> {
        let known = scalar!(self, i64, "SELECT count(*) FROM session_version WHERE session_id = $1", session)?;
        if known > 0 {
            return Ok(());
        }
        let first = self.session(session).await?;
        insert!(
            self,
            "session_version",
            "INSERT INTO session_version (session_id, title, starts_at, ends_at, place, online, shares, instructors, cancelled,
                reason, recorded_by, recorded_at)
             SELECT id, title, starts_at, ends_at, place, online, $2, '[]', $3, '', '', created_at FROM session WHERE id = $1
             RETURNING id",
            session,
            serde_json::to_string(&first.shares)?,
            false
        )?;
        Ok(())
    }

    async fn keep_session_version(&mut self, session: &Session, reason: &str) -> Result<()> {
        insert!(
            self,
            "session_version",
            "INSERT INTO session_version (session_id, title, starts_at, ends_at, place, online, shares, instructors, cancelled,
                reason, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
            session.id,
            &session.title,
            session.starts_at,
            session.ends_at,
            &session.place,
            session.online,
            serde_json::to_string(&session.shares)?,
            serde_json::to_string(&session.instructors)?,
            session.cancelled.is_some(),
            session.cancelled.as_deref().unwrap_or(reason),
            &self.actor.name,
            self.actor.now
        )?;
        Ok(())
    }

    pub async fn session(&mut self, id: i64) -> Result<Session> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM session WHERE id = $1 AND provider_id = $2"));
        let mut session = optional!(self, Session, sql, id, self.actor.provider)?.ok_or(Error::NotFound)?;
        match self.session_versions(id).await?.last() {
            Some(version) => version.complete(&mut session)?,
            None => {
                let sql = "SELECT subject, minutes FROM session_subject WHERE session_id = $1 ORDER BY subject";
                let shares = all!(self, (String, i64), sql, id)?;
                session.shares = shares.into_iter().map(|(subject, minutes)| share(subject, minutes)).collect();
            }
        }
        Ok(session)
    }

    /// What a session was, the newest last; empty for one set before versions were kept and never changed since.
    pub async fn session_versions(&mut self, session: i64) -> Result<Vec<SessionVersion>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {VERSION} FROM session_version v JOIN session s ON s.id = v.session_id
             WHERE v.session_id = $1 AND s.provider_id = $2 ORDER BY v.id"
        ));
        all!(self, SessionVersion, sql, session, self.actor.provider)
    }

    /// In the order they are held, cancelled ones included.
    pub async fn sessions(&mut self, cohort: i64) -> Result<Vec<Session>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM session WHERE cohort_id = $1 AND provider_id = $2 ORDER BY starts_at, id"
        ));
        let sessions = all!(self, Session, sql, cohort, self.actor.provider)?;
        let versions = self.newest_versions(cohort, self.actor.now + TimeDelta::days(36_500)).await?;
        let mut shares = self.first_shares(cohort).await?;
        let complete = |mut session: Session| {
            match versions.get(&session.id) {
                Some(version) => version.complete(&mut session)?,
                None => session.shares = shares.remove(&session.id).unwrap_or_default(),
            }
            Ok(session)
        };
        sessions.into_iter().map(complete).collect()
    }

    /// The sessions of a cohort as they were known just before a moment.
    pub async fn sessions_before(&mut self, cohort: i64, before: DateTime<Utc>) -> Result<Vec<Session>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM session WHERE cohort_id = $1 AND provider_id = $2 AND created_at < $3 ORDER BY id"
        ));
        let sessions = all!(self, Session, sql, cohort, self.actor.provider, before)?;
        let versions = self.newest_versions(cohort, before).await?;
        let mut shares = self.first_shares(cohort).await?;
        let as_known = |mut session: Session| {
            match versions.get(&session.id) {
                Some(version) => version.replace(&mut session)?,
                None => session.shares = shares.remove(&session.id).unwrap_or_default(),
            }
            Ok(session)
        };
        let mut sessions: Vec<Session> = sessions.into_iter().map(as_known).collect::<Result<_>>()?;
        sessions.sort_by_key(|session| (session.starts_at, session.id));
        Ok(sessions)
    }

    /// The newest version of each session of a cohort that was recorded before a moment.
    async fn newest_versions(&mut self, cohort: i64, before: DateTime<Utc>) -> Result<HashMap<i64, SessionVersion>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {VERSION} FROM session_version v JOIN session s ON s.id = v.session_id
             WHERE s.cohort_id = $1 AND s.provider_id = $2 AND v.recorded_at < $3 ORDER BY v.id"
        ));
        let versions = all!(self, SessionVersion, sql, cohort, self.actor.provider, before)?;
        Ok(versions.into_iter().map(|version| (version.session_id, version)).collect())
    }

    /// Subjects of sessions set before versions were kept.
    async fn first_shares(&mut self, cohort: i64) -> Result<HashMap<i64, Vec<Share>>> {
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
        Ok(by_session)
    }

    /// Sessions held before a day in which somebody who takes part, and is expected there, has no attendance recorded.
    pub async fn sessions_to_record(&mut self, cohort: i64, before: NaiveDate) -> Result<Vec<Session>> {
        let found = all!(
            self,
            (i64,),
            "SELECT s.id FROM session s WHERE s.cohort_id = $1 AND s.provider_id = $2 AND s.ends_at < $3
             AND EXISTS (SELECT 1 FROM enrolment e WHERE e.cohort_id = s.cohort_id
                AND e.state IN ('enrolled', 'transferred_in') AND (e.enrolled_on IS NULL OR e.enrolled_on <= s.starts_at)
                AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.session_id = s.id AND a.enrolment_id = e.id)
                AND (NOT EXISTS (SELECT 1 FROM make_up_session m WHERE m.session_id = s.id)
                    OR EXISTS (SELECT 1 FROM session_invitee i WHERE i.session_id = s.id AND i.enrolment_id = e.id)))",
            cohort,
            self.actor.provider,
            before.and_time(NaiveTime::MIN)
        )?;
        let mut sessions = self.sessions(cohort).await?;
        sessions.retain(|session| session.cancelled.is_none() && found.contains(&(session.id,)));
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
            sqlx::AssertSqlSafe(format!(
                "SELECT {ATTENDANCE} FROM attendance a
             WHERE session_id = $1 AND provider_id = $2 AND id = (SELECT max(id) FROM attendance b
                WHERE b.session_id = a.session_id AND b.enrolment_id = a.enrolment_id)"
            )),
            session,
            self.actor.provider
        )
    }

    /// Every fact about attendance in a session, corrected ones included, in the order they were recorded.
    pub async fn attendance_of_session(&mut self, session: i64) -> Result<Vec<AttendanceRow>> {
        all!(
            self,
            AttendanceRow,
            sqlx::AssertSqlSafe(format!(
                "SELECT {ATTENDANCE} FROM attendance a
             WHERE session_id = $1 AND provider_id = $2 ORDER BY id"
            )),
            session,
            self.actor.provider
        )
    }

    /// Every fact about one trainee's attendance, corrections included, newest first.
    pub async fn attendance_history(&mut self, enrolment: i64) -> Result<Vec<AttendanceRow>> {
        all!(
            self,
            AttendanceRow,
            sqlx::AssertSqlSafe(format!(
                "SELECT {ATTENDANCE} FROM attendance a
             WHERE enrolment_id = $1 AND provider_id = $2 ORDER BY id DESC"
            )),
            enrolment,
            self.actor.provider
        )
    }
}

fn share(subject: String, minutes: i64) -> Share {
    Share::of(subject, u32::try_from(minutes).unwrap_or(0))
}

//! The read log: who looked at whose personal data, when and from where; who failed to sign in, and who was refused a page. It is no record
//! of the training and is not sealed.

use crate::work::containing;
use crate::{Result, Work};
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadKind {
    /// A page was shown.
    Page,
    /// A file was taken: an export, a document.
    File,
    /// A page was refused, or what was asked for is not this person's.
    Refused,
    /// Somebody tried to sign in with this account and failed.
    SignInFailed,
}

impl ReadKind {
    pub const ALL: [ReadKind; 4] = [ReadKind::Page, ReadKind::File, ReadKind::Refused, ReadKind::SignInFailed];

    pub fn id(self) -> &'static str {
        match self {
            ReadKind::Page => "page",
            ReadKind::File => "file",
            ReadKind::Refused => "refused",
            ReadKind::SignInFailed => "sign_in_failed",
        }
    }

    pub fn from_id(id: &str) -> Option<ReadKind> {
        ReadKind::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

impl TryFrom<String> for ReadKind {
    type Error = String;

    fn try_from(id: String) -> std::result::Result<ReadKind, String> {
        ReadKind::from_id(&id).ok_or_else(|| format!("{id} is no kind of reading"))
    }
}

impl fmt::Display for ReadKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// One look, as it is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRead {
    pub provider: i64,
    pub read_at: DateTime<Utc>,
    pub user: i64,
    pub kind: ReadKind,
    /// What was looked at, such as `enrolment/7`; empty where it is no one thing.
    pub subject: String,
    /// The address of the page, with what was searched for.
    pub path: String,
    /// The network address the request came from.
    pub address: String,
}

/// One look, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Read {
    pub id: i64,
    pub read_at: DateTime<Utc>,
    pub login: String,
    /// Who looked.
    pub name: String,
    #[sqlx(try_from = "String")]
    pub kind: ReadKind,
    pub subject: String,
    /// Whose data it was, where it was one person's.
    pub person_id: Option<i64>,
    pub person: Option<String>,
    pub path: String,
    pub address: String,
}

/// Which looks are asked for; what is empty does not matter.
#[derive(Debug, Clone, Default)]
pub struct ReadFilter {
    /// Part of the login or the name of who looked.
    pub who: String,
    pub person: Option<i64>,
    pub kind: Option<ReadKind>,
    pub from: Option<DateTime<Utc>>,
    /// The first moment that is too late.
    pub until: Option<DateTime<Utc>>,
}

const MATCHES: &str =
    "r.provider_id = $1 AND ($2 = '' OR lower(u.login) LIKE $3 ESCAPE '!' OR lower(u.name) LIKE $3 ESCAPE '!')
    AND ($4 = 0 OR r.person_id = $4) AND ($5 = '' OR r.kind = $5) AND r.read_at >= $6 AND r.read_at < $7 AND r.id < $8";

impl Work {
    /// Adds looks to the log. Whose data it was is found out by what was looked at.
    pub async fn note_reads(&mut self, reads: &[NewRead]) -> Result<()> {
        for read in reads {
            let (kind, id) = read.subject.split_once('/').unwrap_or_default();
            let id: i64 = id.parse().unwrap_or_default();
            execute!(
                self,
                "INSERT INTO read_log (provider_id, read_at, user_id, kind, subject, person_id, path, address)
                 VALUES ($1, $2, $3, $4, $5, CASE
                    WHEN $6 = 'person' THEN (SELECT p.id FROM person p WHERE p.id = $7 AND p.provider_id = $1)
                    WHEN $6 = 'enrolment' THEN (SELECT e.person_id FROM enrolment e WHERE e.id = $7 AND e.provider_id = $1)
                    WHEN $6 = 'user' THEN (SELECT u.person_id FROM users u WHERE u.id = $7 AND u.provider_id = $1)
                    WHEN $6 = 'certificate' THEN (SELECT e.person_id FROM certificate c JOIN enrolment e ON e.id = c.enrolment_id
                        WHERE c.id = $7 AND e.provider_id = $1)
                    WHEN $6 = 'entry' THEN (SELECT e.person_id FROM record_entry o JOIN enrolment e ON e.id = o.enrolment_id
                        WHERE o.id = $7 AND e.provider_id = $1) END, $8, $9)",
                read.provider,
                read.read_at,
                read.user,
                read.kind.id(),
                &read.subject,
                kind,
                id,
                &read.path,
                &read.address
            )?;
        }
        Ok(())
    }

    /// Looks before `before` (an id), newest first.
    pub async fn reads(&mut self, filter: &ReadFilter, before: i64, limit: i64) -> Result<Vec<Read>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT r.id, r.read_at, u.login, u.name, r.kind, r.subject, r.person_id,
                (SELECT p.name FROM person p WHERE p.id = r.person_id) AS person, r.path, r.address
             FROM read_log r JOIN users u ON u.id = r.user_id WHERE {MATCHES} ORDER BY r.id DESC LIMIT $9"
        ));
        let who = filter.who.trim().to_lowercase();
        let from = filter.from.unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
        let until = filter.until.unwrap_or(self.actor.now + TimeDelta::days(1));
        all!(
            self,
            Read,
            sql,
            self.actor.provider,
            &who,
            containing(&who),
            filter.person.unwrap_or(0),
            filter.kind.map_or("", ReadKind::id),
            from,
            until,
            before,
            limit
        )
    }

    /// Removes the provider's looks from before a moment.
    pub async fn sweep_reads(&mut self, before: DateTime<Utc>) -> Result<u64> {
        let sql = "DELETE FROM read_log WHERE provider_id = $1 AND read_at < $2";
        execute!(self, sql, self.actor.provider, before)
    }
}

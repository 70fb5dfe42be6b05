//! Sessions of the web pages: opaque to the records. Whoever reads the database learns no id of a session: digests are kept. Whoever writes it
//! makes none: what a session holds is sealed by the main key.

use crate::{Result, Work, hex};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// What is kept of an id.
fn kept(id: &str) -> String {
    hex(&Sha256::digest(format!("session/{id}").as_bytes()))
}

/// A session as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenSession {
    pub id: i64,
    pub began_at: DateTime<Utc>,
    pub address: String,
    pub browser: String,
    session: String,
}

impl OpenSession {
    /// Is it the session with this id?
    pub fn is(&self, id: &str) -> bool {
        self.session == kept(id)
    }
}

/// What a session's content is sealed for.
fn about(id: &str) -> String {
    format!("session/{}", kept(id))
}

impl Work {
    /// As it is kept; as it is where there is no key.
    fn sealed_session(&self, id: &str, data: &str) -> Result<String> {
        match &self.keys {
            Some(keys) => keys.seal_token(&about(id), data.as_bytes()),
            None => Ok(data.to_owned()),
        }
    }

    /// What a session holds; none where somebody else has written it.
    fn opened_session(&self, id: &str, kept: String) -> Option<String> {
        let Some(keys) = &self.keys else { return Some(kept) };
        String::from_utf8(keys.open_token(&about(id), &kept)?.to_vec()).ok()
    }

    /// Notes whose session it is, from where and with what; for its user to see.
    pub async fn note_open_session(&mut self, user: i64, id: &str, (address, browser): (&str, &str)) -> Result<()> {
        execute!(
            self,
            "INSERT INTO open_session (user_id, session, began_at, address, browser) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (session) DO NOTHING",
            user,
            kept(id),
            self.actor.now,
            address,
            browser
        )?;
        Ok(())
    }

    /// The user's sessions that have not ended, the newest first.
    pub async fn open_sessions(&mut self, user: i64) -> Result<Vec<OpenSession>> {
        all!(
            self,
            OpenSession,
            "SELECT o.id, o.began_at, o.address, o.browser, o.session FROM open_session o JOIN web_session w ON w.id = o.session
             WHERE o.user_id = $1 AND w.expires_at > $2 ORDER BY o.id DESC",
            user,
            self.actor.now
        )
    }

    /// Ends one of the user's sessions, or all but the one with this id.
    pub async fn end_open_sessions(&mut self, user: i64, only: Option<i64>, but: &str) -> Result<u64> {
        execute!(
            self,
            "DELETE FROM web_session WHERE id IN (SELECT o.session FROM open_session o
                WHERE o.user_id = $1 AND ($2 = 0 OR o.id = $2) AND o.session <> $3)",
            user,
            only.unwrap_or(0),
            kept(but)
        )
    }

    /// Inserts a session; `false` when the id is taken.
    pub async fn create_web_session(&mut self, id: &str, data: &str, expires_at: DateTime<Utc>) -> Result<bool> {
        let data = self.sealed_session(id, data)?;
        let inserted = execute!(
            self,
            "INSERT INTO web_session (id, data, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
            kept(id),
            data,
            expires_at
        )?;
        Ok(inserted == 1)
    }

    /// Saves a session that is still there; one that was ended meanwhile stays ended.
    pub async fn save_web_session(&mut self, id: &str, data: &str, expires_at: DateTime<Utc>) -> Result<()> {
        let data = self.sealed_session(id, data)?;
        execute!(self, "UPDATE web_session SET data = $2, expires_at = $3 WHERE id = $1", kept(id), data, expires_at)?;
        Ok(())
    }

    /// The session's data, unless it has expired.
    pub async fn web_session(&mut self, id: &str) -> Result<Option<(String, DateTime<Utc>)>> {
        let found = optional!(
            self,
            (String, DateTime<Utc>),
            "SELECT data, expires_at FROM web_session WHERE id = $1",
            kept(id)
        )?;
        let found = found.filter(|(_, expires_at)| *expires_at > self.actor.now);
        Ok(found.and_then(|(data, expires_at)| Some((self.opened_session(id, data)?, expires_at))))
    }

    /// Prolongs sessions that are still there.
    pub async fn touch_web_sessions(&mut self, ids: &[String], expires_at: DateTime<Utc>) -> Result<()> {
        for id in ids {
            execute!(
                self,
                "UPDATE web_session SET expires_at = $2 WHERE id = $1 AND expires_at < $2 AND expires_at > $3",
                kept(id),
                expires_at,
                self.actor.now
            )?;
        }
        Ok(())
    }

    pub async fn delete_web_session(&mut self, id: &str) -> Result<()> {
        execute!(self, "DELETE FROM web_session WHERE id = $1", kept(id))?;
        Ok(())
    }

    /// Removes expired sessions.
    pub async fn sweep_web_sessions(&mut self) -> Result<u64> {
        let ended = execute!(self, "DELETE FROM web_session WHERE expires_at <= $1", self.actor.now)?;
        execute!(self, "DELETE FROM open_session WHERE session NOT IN (SELECT id FROM web_session)")?;
        Ok(ended)
    }
}

//! Sessions of the web pages: opaque to the records. Whoever reads the database learns no id of a session: digests are kept.

use crate::{Result, Work, hex};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// What is kept of an id.
fn kept(id: &str) -> String {
    hex(&Sha256::digest(format!("session/{id}").as_bytes()))
}

impl Work {
    /// Inserts a session; `false` when the id is taken.
    pub async fn create_web_session(&mut self, id: &str, data: &str, expires_at: DateTime<Utc>) -> Result<bool> {
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
        Ok(found.filter(|(_, expires_at)| *expires_at > self.actor.now))
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
        execute!(self, "DELETE FROM web_session WHERE expires_at <= $1", self.actor.now)
    }
}

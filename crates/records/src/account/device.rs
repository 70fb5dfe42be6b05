//! Browsers from which somebody has signed in before. Whoever reads the database learns no cookie of one: digests are kept.

use crate::{Result, Work, hex};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// What is kept of a browser's cookie.
fn kept(device: &str) -> String {
    hex(&Sha256::digest(format!("device/{device}").as_bytes()))
}

impl Work {
    /// Has this user signed in from this browser before?
    pub async fn is_known_device(&mut self, user: i64, device: &str) -> Result<bool> {
        let sql = "SELECT count(*) FROM known_device WHERE user_id = $1 AND digest = $2";
        Ok(scalar!(self, i64, sql, user, kept(device))? > 0)
    }

    /// Has anybody signed in from this browser before?
    pub async fn is_anybodys_device(&mut self, device: &str) -> Result<bool> {
        Ok(scalar!(self, i64, "SELECT count(*) FROM known_device WHERE digest = $1", kept(device))? > 0)
    }

    pub async fn note_device(&mut self, user: i64, device: &str) -> Result<()> {
        execute!(
            self,
            "INSERT INTO known_device (user_id, digest, used_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id, digest) DO UPDATE SET used_at = $3",
            user,
            kept(device),
            self.actor.now
        )?;
        Ok(())
    }

    /// No browser of this user is known any more.
    pub async fn forget_devices(&mut self, user: i64) -> Result<()> {
        execute!(self, "DELETE FROM known_device WHERE user_id = $1", user)?;
        Ok(())
    }

    /// Forgets browsers that were last used before a moment.
    pub async fn sweep_devices(&mut self, before: DateTime<Utc>) -> Result<u64> {
        execute!(self, "DELETE FROM known_device WHERE used_at < $1", before)
    }
}

//! Passkeys: what a device of a user signs in with. Public keys alone are kept.

use crate::work::one_row;
use crate::{Error, Result, Work, hex};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Passkey {
    pub id: i64,
    pub user_id: i64,
    /// The id that the device gave it, in base64 for addresses.
    pub credential: String,
    /// Public key and counter, as JSON.
    pub public_key: String,
    /// What its user calls the device.
    pub name: String,
    pub added_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str =
    "id, user_id, credential, public_key, name, added_at, used_at FROM passkey WHERE ended_at IS NULL";

impl Work {
    /// The passkeys of a user, of whichever provider: for signing in, and for the user.
    pub async fn passkeys(&mut self, user: i64) -> Result<Vec<Passkey>> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} AND user_id = $1 ORDER BY id"));
        all!(self, Passkey, sql, user)
    }

    /// The passkey with this id of its device, whosever it is: for signing in.
    pub async fn passkey_by_credential(&mut self, credential: &str) -> Result<Option<Passkey>> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} AND credential = $1"));
        optional!(self, Passkey, sql, credential)
    }

    pub async fn add_passkey(&mut self, user: i64, (credential, public_key): (&str, &str), name: &str) -> Result<()> {
        self.user(user).await?;
        let sql = "INSERT INTO passkey (user_id, credential, public_key, name, added_at) VALUES ($1, $2, $3, $4, $5) RETURNING id";
        insert!(self, "passkey", sql, user, credential, public_key, name, self.actor.now)?;
        self.audit("passkey.added", format!("user/{user}"), name)
    }

    /// Notes that a passkey was used, and its counter. Refused where its counter has moved meanwhile: two devices hold the key.
    pub async fn note_passkey_used(&mut self, passkey: &Passkey, public_key: &str) -> Result<()> {
        let sql = "UPDATE passkey SET public_key = $2, used_at = $3 WHERE id = $1 AND public_key = $4 AND ended_at IS NULL RETURNING id";
        let changed = change!(self, "passkey", sql, passkey.id, public_key, self.actor.now, &passkey.public_key)?;
        one_row(&changed).map(drop)
    }

    /// Ends one of a user's passkeys.
    pub async fn end_passkey(&mut self, user: i64, passkey: i64) -> Result<()> {
        let sql = "UPDATE passkey SET ended_at = $3, public_key = '' WHERE id = $2 AND user_id = $1 AND ended_at IS NULL RETURNING id";
        let changed = change!(self, "passkey", sql, user, passkey, self.actor.now)?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        self.audit("passkey.ended", format!("user/{user}"), passkey)
    }

    /// Notes that a challenge was answered; false where it was before.
    pub async fn use_challenge(&mut self, challenge: &str, expires_at: DateTime<Utc>) -> Result<bool> {
        let digest = hex(&Sha256::digest(format!("challenge/{challenge}").as_bytes()));
        let sql = "INSERT INTO used_challenge (digest, expires_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";
        Ok(execute!(self, sql, digest, expires_at)? == 1)
    }

    /// Forgets answered challenges that nobody could answer any more.
    pub async fn sweep_challenges(&mut self) -> Result<u64> {
        execute!(self, "DELETE FROM used_challenge WHERE expires_at < $1", self.actor.now)
    }
}

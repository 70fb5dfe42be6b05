//! The second factor of an account: a secret that the person's device shares, sealed by the newest main key, and codes for whoever has lost the
//! device.

use crate::keys::main_key::{seal, unseal};
use crate::work::one_row;
use crate::{Error, Result, Work};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// A second factor as it stands.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    pub secret: Zeroizing<Vec<u8>>,
    /// A first code has shown that the device has the secret.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The half minute of the last code that was used.
    pub last_step: i64,
}

/// An administrator wants to take away somebody's second factor.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FactorReset {
    pub user_id: i64,
    /// Who is to lose it.
    pub login: String,
    pub name: String,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Sealed {
    id: i64,
    user_id: i64,
    secret: String,
    sealed_by: String,
    confirmed_at: Option<DateTime<Utc>>,
    last_step: i64,
}

fn about(user: i64) -> String {
    format!("second_factor/{user}")
}

const RESETS: &str = "SELECT r.user_id, u.login, u.name, r.asked_by, r.asked_at
    FROM second_factor_reset r JOIN users u ON u.id = r.user_id WHERE u.provider_id = $1 AND r.decided_at IS NULL";

impl Work {
    fn opened(&self, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>> {
        let damaged = || Error::Stored(format!("the second factor of user {} is damaged", sealed.user_id));
        let bytes = STANDARD.decode(&sealed.secret).map_err(|_| damaged())?;
        unseal(&self.main_keys()?.named(&sealed.sealed_by)?.cipher, &about(sealed.user_id), &bytes)
    }

    fn sealed(&self, user: i64, secret: &[u8]) -> Result<(String, String)> {
        let main = self.main_keys()?.newest()?;
        Ok((STANDARD.encode(seal(&main.cipher, &[], &about(user), secret)?), main.name.clone()))
    }

    /// The second factor of a user, of whichever provider: for signing in, and for the user.
    pub async fn second_factor(&mut self, user: i64) -> Result<Option<SecondFactor>> {
        let sql = "SELECT id, user_id, secret, sealed_by, confirmed_at, last_step FROM second_factor
             WHERE user_id = $1 AND secret <> ''";
        let Some(sealed) = optional!(self, Sealed, sql, user)? else { return Ok(None) };
        let secret = self.opened(&sealed)?;
        Ok(Some(SecondFactor { secret, confirmed_at: sealed.confirmed_at, last_step: sealed.last_step }))
    }

    /// A secret that has yet to be confirmed, in place of one that was not.
    ///
    /// # Errors
    /// [`Error::LostUpdate`] where the user has a second factor that is confirmed.
    pub async fn offer_second_factor(&mut self, user: i64, secret: &[u8]) -> Result<()> {
        self.user(user).await?;
        self.main_keys()?.check_newest()?;
        let (sealed, by) = self.sealed(user, secret)?;
        let changed = change!(
            self,
            "second_factor",
            "INSERT INTO second_factor (user_id, secret, sealed_by) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET secret = $2, sealed_by = $3, last_step = 0
             WHERE second_factor.confirmed_at IS NULL RETURNING id",
            user,
            sealed,
            by
        )?;
        one_row(&changed).map(drop)
    }

    /// Notes that a code of this half minute was used, and confirms the factor by it. False where it, or a later one, was used before.
    pub async fn use_step(&mut self, user: i64, step: i64) -> Result<bool> {
        let changed = change!(
            self,
            "second_factor",
            "UPDATE second_factor SET last_step = $2, confirmed_at = coalesce(confirmed_at, $3)
             WHERE user_id = $1 AND last_step < $2 AND secret <> '' RETURNING id",
            user,
            step,
            self.actor.now
        )?;
        Ok(!changed.is_empty())
    }

    /// Ends a second factor, passkeys too, and its codes; the user's open sessions end too.
    pub async fn remove_second_factor(&mut self, user: i64) -> Result<()> {
        self.user(user).await?;
        change!(
            self,
            "second_factor",
            "UPDATE second_factor SET secret = '', sealed_by = '', confirmed_at = NULL, last_step = 0 WHERE user_id = $1 RETURNING id",
            user
        )?;
        let sql =
            "UPDATE passkey SET ended_at = $2, public_key = '' WHERE user_id = $1 AND ended_at IS NULL RETURNING id";
        change!(self, "passkey", sql, user, self.actor.now)?;
        self.end_recovery_codes(user).await?;
        self.decide_factor_reset(user).await?;
        change!(
            self,
            "users",
            "UPDATE users SET session_epoch = session_epoch + 1, version = version + 1 WHERE id = $1 RETURNING id",
            user
        )?;
        self.audit("second_factor.removed", format!("user/{user}"), ())
    }

    async fn end_recovery_codes(&mut self, user: i64) -> Result<()> {
        let sql = "UPDATE recovery_code SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL RETURNING id";
        change!(self, "recovery_code", sql, user, self.actor.now)?;
        Ok(())
    }

    /// New codes in place of all before.
    pub async fn set_recovery_codes(&mut self, user: i64, codes: &[String]) -> Result<()> {
        self.end_recovery_codes(user).await?;
        self.make_pepper().await?;
        for code in codes {
            let kept = self.kept_code(user, code).await?.ok_or(Error::KeyMissing)?;
            let sql = "INSERT INTO recovery_code (user_id, digest) VALUES ($1, $2) RETURNING id";
            insert!(self, "recovery_code", sql, user, kept)?;
        }
        self.audit("second_factor.codes", format!("user/{user}"), codes.len())
    }

    /// Uses a code up; false where it is none of the user's, or was used.
    pub async fn use_recovery_code(&mut self, user: i64, code: &str) -> Result<bool> {
        let Some(kept) = self.kept_code(user, code).await? else { return Ok(false) };
        let used = change!(
            self,
            "recovery_code",
            "UPDATE recovery_code SET used_at = $3 WHERE user_id = $1 AND digest = $2 AND used_at IS NULL RETURNING id",
            user,
            kept,
            self.actor.now
        )?;
        Ok(!used.is_empty())
    }

    /// What is kept of a code for whoever has lost the device; none where the key is not at hand.
    async fn kept_code(&mut self, user: i64, code: &str) -> Result<Option<String>> {
        match self.peppered("recovery", &format!("{user}/{code}")).await {
            Err(Error::KeyMissing) => Ok(None),
            kept => kept,
        }
    }

    /// How many codes a user has left.
    pub async fn recovery_codes_left(&mut self, user: i64) -> Result<i64> {
        scalar!(self, i64, "SELECT count(*) FROM recovery_code WHERE user_id = $1 AND used_at IS NULL", user)
    }

    /// Asks for a user's second factor to be taken away; another administrator confirms it.
    pub async fn ask_factor_reset(&mut self, user: i64) -> Result<()> {
        self.user(user).await?;
        change!(
            self,
            "second_factor_reset",
            "INSERT INTO second_factor_reset (user_id, asked_by, asked_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) WHERE decided_at IS NULL DO NOTHING RETURNING id",
            user,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("second_factor.reset_asked", format!("user/{user}"), ())
    }

    pub async fn factor_reset(&mut self, user: i64) -> Result<Option<FactorReset>> {
        let sql = sqlx::AssertSqlSafe(format!("{RESETS} AND r.user_id = $2"));
        optional!(self, FactorReset, sql, self.actor.provider, user)
    }

    /// All that wait for another administrator.
    pub async fn factor_resets(&mut self) -> Result<Vec<FactorReset>> {
        let sql = sqlx::AssertSqlSafe(format!("{RESETS} ORDER BY r.id"));
        all!(self, FactorReset, sql, self.actor.provider)
    }

    /// What was asked is done, or taken back.
    pub async fn decide_factor_reset(&mut self, user: i64) -> Result<()> {
        change!(
            self,
            "second_factor_reset",
            "UPDATE second_factor_reset SET decided_by = $2, decided_at = $3 WHERE user_id = $1 AND decided_at IS NULL RETURNING id",
            user,
            &self.actor.name,
            self.actor.now
        )?;
        Ok(())
    }

    /// Seals every secret of the provider by the newest main key.
    pub(crate) async fn seal_second_factors_anew(&mut self) -> Result<()> {
        let sql = "SELECT f.id, f.user_id, f.secret, f.sealed_by, f.confirmed_at, f.last_step
             FROM second_factor f JOIN users u ON u.id = f.user_id WHERE u.provider_id = $1 AND f.secret <> '' ORDER BY f.id";
        for known in all!(self, Sealed, sql, self.actor.provider)? {
            let secret = self.opened(&known)?;
            let (sealed, by) = self.sealed(known.user_id, &secret)?;
            let sql = "UPDATE second_factor SET secret = $2, sealed_by = $3 WHERE id = $1 AND secret = $4 RETURNING id";
            change!(self, "second_factor", sql, known.id, sealed, by, known.secret)?;
        }
        Ok(())
    }
}

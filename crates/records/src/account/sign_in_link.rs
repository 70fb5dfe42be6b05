//! Links that sign a user in, once. A link in a mail is a long token; one on paper is a short code that also asks for the birth date.

use crate::account::vouching::SealedLink;
use crate::{Result, Work};
use chrono::{DateTime, Utc};

/// A link as it stands, used and expired ones too.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SignInLink {
    pub user_id: i64,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    /// It stands on paper: whoever uses it says the birth date of its holder.
    pub asks_birth_date: bool,
    /// Wrong birth dates so far.
    pub failures: i64,
    /// Digest of what the one browser keeps in which it opens; empty: in any.
    pub browser: String,
}

impl Work {
    /// A link that signs a user in, once, until it expires; links in other mails stay good. `digest` is the SHA-256 of the link's
    /// token, so that nobody who reads the database signs in with it.
    pub async fn create_sign_in_link(
        &mut self,
        user: i64,
        digest: &str,
        expires_at: DateTime<Utc>,
        asks_birth_date: bool,
    ) -> Result<()> {
        self.user(user).await?;
        let seal = self.seal_of_link(&SealedLink { digest, user, expires_at, asks_birth_date }).await?;
        execute!(
            self,
            "INSERT INTO sign_in_link (user_id, digest, expires_at, asks_birth_date, seal) VALUES ($1, $2, $3, $4, $5)",
            user,
            digest,
            expires_at,
            asks_birth_date,
            seal
        )?;
        self.audit("sign_in_link.made", format!("user/{user}"), expires_at)
    }

    /// A link opens in one browser alone.
    pub async fn bind_sign_in_link(&mut self, digest: &str, browser: &str) -> Result<()> {
        execute!(self, "UPDATE sign_in_link SET browser = $2 WHERE digest = $1", digest, browser)?;
        Ok(())
    }

    /// Notes in which browser the link of a notice was asked for.
    pub async fn note_asked_link(&mut self, notice: i64, browser: &str) -> Result<()> {
        let sql = "INSERT INTO asked_link (notice_id, browser) VALUES ($1, $2) ON CONFLICT (notice_id) DO NOTHING";
        execute!(self, sql, notice, browser)?;
        Ok(())
    }

    /// In which browser the link of a notice was asked for; none where nobody asked on the sign-in page.
    pub async fn asked_link(&mut self, notice: i64) -> Result<Option<String>> {
        let sql = "SELECT browser FROM asked_link WHERE notice_id = $1";
        Ok(optional!(self, (String,), sql, notice)?.map(|(browser,)| browser))
    }

    /// Links of a user that were not used yet no longer sign in.
    pub async fn end_sign_in_links(&mut self, user: i64) -> Result<()> {
        self.user(user).await?;
        let sql = "UPDATE sign_in_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL";
        execute!(self, sql, user, self.actor.now)?;
        Ok(())
    }

    /// The same of a person's accounts.
    pub async fn end_sign_in_links_of_person(&mut self, person: i64) -> Result<()> {
        let sql = "UPDATE sign_in_link SET used_at = $3 WHERE used_at IS NULL AND user_id IN
            (SELECT u.id FROM users u WHERE u.person_id = $1 AND u.provider_id = $2)";
        execute!(self, sql, person, self.actor.provider, self.actor.now)?;
        Ok(())
    }

    /// Whoever else comes to the link waits until this work is done: of many guesses at once each is counted before the next is compared.
    pub async fn lock_sign_in_link(&mut self, digest: &str) -> Result<()> {
        execute!(self, "UPDATE sign_in_link SET failures = failures WHERE digest = $1", digest)?;
        Ok(())
    }

    /// The link with this digest, of whichever provider; `None` where there was never one.
    pub async fn sign_in_link(&mut self, digest: &str) -> Result<Option<SignInLink>> {
        let found = optional!(
            self,
            SignInLink,
            "SELECT user_id, expires_at, used_at, asks_birth_date, failures, browser FROM sign_in_link WHERE digest = $1",
            digest
        )?;
        let Some(link) = found else { return Ok(None) };
        let sealed: String = scalar!(self, String, "SELECT seal FROM sign_in_link WHERE digest = $1", digest)?;
        let (user, expires_at, asks_birth_date) = (link.user_id, link.expires_at, link.asks_birth_date);
        let seal = self.seal_of_link(&SealedLink { digest, user, expires_at, asks_birth_date }).await?;
        if seal != sealed {
            tracing::error!(user, "a link was made behind the ledger's back: it opens nothing");
            return Ok(None);
        }
        Ok(Some(link))
    }

    /// Uses a link up and gives its user; `None` where it is unknown, used or expired. Of two who press at once one is signed in.
    pub async fn use_sign_in_link(&mut self, digest: &str) -> Result<Option<i64>> {
        if self.sign_in_link(digest).await?.is_none() {
            return Ok(None);
        }
        let used = all!(
            self,
            (i64,),
            "UPDATE sign_in_link SET used_at = $2 WHERE digest = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id",
            digest,
            self.actor.now
        )?;
        Ok(used.first().map(|(user,)| *user))
    }

    /// Counts a wrong birth date said to a link, which ends with the last of `allowed`. Gives how many are left; of many at once each counts.
    pub async fn note_wrong_birth_date(&mut self, digest: &str, allowed: i64) -> Result<i64> {
        let failures = all!(
            self,
            (i64,),
            "UPDATE sign_in_link SET failures = failures + 1 WHERE digest = $1 RETURNING failures",
            digest
        )?;
        let left = allowed - failures.first().map_or(allowed, |(failures,)| *failures);
        if left <= 0 {
            let sql = "UPDATE sign_in_link SET used_at = $2 WHERE digest = $1 AND used_at IS NULL";
            execute!(self, sql, digest, self.actor.now)?;
        }
        Ok(left.max(0))
    }
}

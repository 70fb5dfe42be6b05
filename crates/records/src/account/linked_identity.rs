//! Identities elsewhere (OpenID Connect) that open an account.

use crate::account::user::{COLUMNS, User};
use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkedIdentity {
    pub id: i64,
    /// Who vouches for it.
    pub issuer: String,
    pub linked_at: DateTime<Utc>,
}

impl Work {
    /// Whose account an identity opens, of whichever provider: for signing in.
    pub async fn user_by_identity(&mut self, issuer: &str, subject: &str) -> Result<Option<User>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM users WHERE id = (SELECT l.user_id FROM linked_identity l
             WHERE l.issuer = $1 AND l.subject = $2 AND l.ended_at IS NULL)"
        ));
        let found = optional!(self, User, sql, issuer, subject)?;
        self.vouched(found).await
    }

    /// The identities that open a user's account.
    pub async fn linked_identities(&mut self, user: i64) -> Result<Vec<LinkedIdentity>> {
        let sql =
            "SELECT id, issuer, linked_at FROM linked_identity WHERE user_id = $1 AND ended_at IS NULL ORDER BY id";
        all!(self, LinkedIdentity, sql, user)
    }

    /// An identity opens the account from now on. False where it opens one already.
    pub async fn link_identity(&mut self, user: i64, issuer: &str, subject: &str) -> Result<bool> {
        self.user(user).await?;
        let linked = change!(
            self,
            "linked_identity",
            "INSERT INTO linked_identity (user_id, issuer, subject, linked_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (issuer, subject) WHERE ended_at IS NULL DO NOTHING RETURNING id",
            user,
            issuer,
            subject,
            self.actor.now
        )?;
        if linked.is_empty() {
            return Ok(false);
        }
        self.audit("identity.linked", format!("user/{user}"), issuer)?;
        Ok(true)
    }

    /// An identity opens the account no longer.
    pub async fn end_linked_identity(&mut self, user: i64, identity: i64) -> Result<()> {
        let sql =
            "UPDATE linked_identity SET ended_at = $3 WHERE id = $2 AND user_id = $1 AND ended_at IS NULL RETURNING id";
        let changed = change!(self, "linked_identity", sql, user, identity, self.actor.now)?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        self.audit("identity.ended", format!("user/{user}"), identity)
    }
}

//! Acts that wait for a second person.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};

/// An act that one person has proposed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Proposal {
    pub id: i64,
    pub kind: String,
    /// What it is done to, such as `certificate/7`.
    pub subject: String,
    /// What is to be done, as JSON.
    pub act: String,
    /// The form it was sent with, as JSON: path and fields; empty until it is kept.
    pub form: String,
    pub proposed_by: String,
    pub proposed_at: DateTime<Utc>,
}

const OPEN: &str = "SELECT id, kind, subject, act, form, proposed_by, proposed_at FROM proposal
    WHERE provider_id = $1 AND decided_at IS NULL";

impl Work {
    /// All that wait, the oldest first.
    pub async fn proposals(&mut self) -> Result<Vec<Proposal>> {
        let sql = sqlx::AssertSqlSafe(format!("{OPEN} ORDER BY id"));
        all!(self, Proposal, sql, self.actor.provider)
    }

    pub async fn open_proposal(&mut self, kind: &str, subject: &str) -> Result<Option<Proposal>> {
        let sql = sqlx::AssertSqlSafe(format!("{OPEN} AND kind = $2 AND subject = $3"));
        optional!(self, Proposal, sql, self.actor.provider, kind, subject)
    }

    pub async fn propose(&mut self, kind: &str, subject: &str, act: &str) -> Result<i64> {
        let id = insert!(
            self,
            "proposal",
            "INSERT INTO proposal (provider_id, kind, subject, act, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            self.actor.provider,
            kind,
            subject,
            act,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("proposal.made", format!("proposal/{id}"), (kind, subject, act))?;
        Ok(id)
    }

    /// The form with which the second person does it.
    pub async fn keep_proposal_form(&mut self, id: i64, form: &str) -> Result<()> {
        let sql =
            "UPDATE proposal SET form = $3 WHERE id = $1 AND provider_id = $2 AND decided_at IS NULL RETURNING id";
        let changed = change!(self, "proposal", sql, id, self.actor.provider, form)?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        Ok(())
    }

    /// It was done, or dropped.
    pub async fn decide_proposal(&mut self, id: i64, done: bool) -> Result<()> {
        let changed = change!(
            self,
            "proposal",
            "UPDATE proposal SET decided_by = $3, decided_at = $4, done = $5
             WHERE id = $1 AND provider_id = $2 AND decided_at IS NULL RETURNING id",
            id,
            self.actor.provider,
            &self.actor.name,
            self.actor.now,
            done
        )?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        self.audit(if done { "proposal.done" } else { "proposal.dropped" }, format!("proposal/{id}"), ())
    }
}

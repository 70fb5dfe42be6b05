//! Long units of work: announced before they begin, marked finished in the transaction that does them. One that was killed is
//! found later by the lock its process no longer holds ([`crate::Presence::Operation`]): nothing of it was saved, and that is said.

use crate::{Result, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct Operation {
    pub id: i64,
    pub provider_id: i64,
    pub kind: String,
    pub detail: String,
    pub started_by: String,
    pub started_at: DateTime<Utc>,
}

impl Work {
    /// Announces a unit of work; commit this before the work itself begins.
    pub async fn announce(&mut self, kind: &str, detail: &str) -> Result<i64> {
        scalar!(
            self,
            i64,
            "INSERT INTO operation (provider_id, kind, detail, started_by, started_at) VALUES ($1, $2, $3, $4, $5)
             RETURNING id",
            self.actor.provider,
            kind,
            detail,
            &self.actor.name,
            self.actor.now
        )
    }

    /// Marks a unit finished, or given up with nothing saved.
    pub async fn conclude(&mut self, operation: i64) -> Result<()> {
        execute!(self, "UPDATE operation SET finished_at = $2 WHERE id = $1", operation, self.actor.now)?;
        Ok(())
    }

    /// Units of all providers that were announced and neither concluded nor told as interrupted. Some of them may be under way.
    pub async fn unfinished_operations(&mut self) -> Result<Vec<Operation>> {
        all!(
            self,
            Operation,
            "SELECT id, provider_id, kind, detail, started_by, started_at FROM operation
             WHERE finished_at IS NULL AND interrupted_at IS NULL ORDER BY id"
        )
    }

    /// Marks a unit nobody is at any more, so that it is told once; none where it was concluded or told meanwhile.
    pub async fn mark_interrupted(&mut self, operation: i64) -> Result<Option<Operation>> {
        optional!(
            self,
            Operation,
            "UPDATE operation SET interrupted_at = $2
             WHERE id = $1 AND finished_at IS NULL AND interrupted_at IS NULL
             RETURNING id, provider_id, kind, detail, started_by, started_at",
            operation,
            self.actor.now
        )
    }

    /// Units of this provider that were interrupted, newest first.
    pub async fn interrupted(&mut self, limit: i64) -> Result<Vec<Operation>> {
        all!(
            self,
            Operation,
            "SELECT id, provider_id, kind, detail, started_by, started_at FROM operation
             WHERE provider_id = $1 AND interrupted_at IS NOT NULL ORDER BY id DESC LIMIT $2",
            self.actor.provider,
            limit
        )
    }
}

//! Imports that were made: who, when, which file, what came of it.

use crate::{Result, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportRun {
    pub id: i64,
    pub kind: String,
    pub file_name: String,
    pub file_sha256: String,
    /// JSON.
    pub counts: String,
    pub imported_by: String,
    pub imported_at: DateTime<Utc>,
}

impl Work {
    pub async fn record_import(
        &mut self,
        kind: &str,
        file_name: &str,
        file_sha256: &str,
        counts: &(impl Serialize + Sync),
    ) -> Result<i64> {
        let counts = serde_json::to_string(counts)?;
        let id = insert!(
            self,
            "import_run",
            "INSERT INTO import_run (provider_id, kind, file_name, file_sha256, counts, imported_by, imported_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            self.actor.provider,
            kind,
            file_name,
            file_sha256,
            &counts,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("import", format!("import/{id}"), (kind, file_sha256, counts))?;
        Ok(id)
    }

    /// Newest first.
    pub async fn imports(&mut self, limit: i64) -> Result<Vec<ImportRun>> {
        all!(
            self,
            ImportRun,
            "SELECT id, kind, file_name, file_sha256, counts, imported_by, imported_at FROM import_run
             WHERE provider_id = $1 ORDER BY id DESC LIMIT $2",
            self.actor.provider,
            limit
        )
    }
}

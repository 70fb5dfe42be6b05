//! Imports that were made: who, when, which file, what came of it.

use crate::practicum::FactKind;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;

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

    /// Keeps what a heading of the provider's lists means: the key of a column, or nothing. A later word replaces an earlier one.
    pub async fn keep_heading(&mut self, heading: &str, meaning: &str) -> Result<()> {
        let kept = change!(
            self,
            "column_heading",
            "INSERT INTO column_heading (provider_id, heading, meaning, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (provider_id, heading) DO UPDATE SET meaning = excluded.meaning, recorded_by = excluded.recorded_by,
                recorded_at = excluded.recorded_at
             RETURNING id",
            self.actor.provider,
            heading,
            meaning,
            &self.actor.name,
            self.actor.now
        )?;
        crate::work::one_row(&kept)?;
        self.audit("column_heading.kept", "roster".to_owned(), (heading, meaning))
    }

    /// Headings of the provider's own lists, in the form headings are compared in, with what they mean.
    pub async fn kept_headings(&mut self) -> Result<HashMap<String, String>> {
        let sql = "SELECT heading, meaning FROM column_heading WHERE provider_id = $1";
        Ok(all!(self, (String, String), sql, self.actor.provider)?.into_iter().collect())
    }

    /// Keeps which import a session came with.
    pub async fn keep_session_import(&mut self, session: i64, run: i64) -> Result<()> {
        insert!(
            self,
            "session_import",
            "INSERT INTO session_import (session_id, import_run_id) VALUES ($1, $2) RETURNING id",
            session,
            run
        )?;
        Ok(())
    }

    /// Sessions an import came with, in the order they were set.
    pub async fn sessions_of_import(&mut self, run: i64) -> Result<Vec<i64>> {
        let found = all!(
            self,
            (i64,),
            "SELECT i.session_id FROM session_import i JOIN session s ON s.id = i.session_id
             WHERE i.import_run_id = $1 AND s.provider_id = $2 ORDER BY i.id",
            run,
            self.actor.provider
        )?;
        Ok(found.into_iter().map(|(session,)| session).collect())
    }

    /// Imports some session of a cohort came with, the newest first.
    pub async fn session_imports(&mut self, cohort: i64) -> Result<Vec<ImportRun>> {
        all!(
            self,
            ImportRun,
            "SELECT id, kind, file_name, file_sha256, counts, imported_by, imported_at FROM import_run r
             WHERE provider_id = $1 AND EXISTS (SELECT 1 FROM session_import i JOIN session s ON s.id = i.session_id
                WHERE i.import_run_id = r.id AND s.cohort_id = $2) ORDER BY id DESC",
            self.actor.provider,
            cohort
        )
    }

    /// Keeps which import a fact of a trainee came with.
    pub async fn keep_fact_import(&mut self, run: i64, enrolment: i64, kind: FactKind, fact: i64) -> Result<()> {
        insert!(
            self,
            "fact_import",
            "INSERT INTO fact_import (import_run_id, enrolment_id, kind, fact_id) VALUES ($1, $2, $3, $4) RETURNING id",
            run,
            enrolment,
            kind.id(),
            fact
        )?;
        Ok(())
    }

    /// Facts an import came with, in the order they were recorded: whose, of what kind, and the id.
    pub async fn facts_of_import(&mut self, run: i64) -> Result<Vec<(i64, FactKind, i64)>> {
        let found = all!(
            self,
            (i64, String, i64),
            "SELECT f.enrolment_id, f.kind, f.fact_id FROM fact_import f JOIN enrolment e ON e.id = f.enrolment_id
             WHERE f.import_run_id = $1 AND e.provider_id = $2 ORDER BY f.id",
            run,
            self.actor.provider
        )?;
        let kind = |kind: &str| FactKind::from_id(kind).ok_or_else(|| Error::Stored(format!("fact_import: {kind}")));
        found.into_iter().map(|(enrolment, known, fact)| Ok((enrolment, kind(&known)?, fact))).collect()
    }

    /// Imports some fact of a cohort's trainees came with, the newest first.
    pub async fn fact_imports(&mut self, cohort: i64) -> Result<Vec<ImportRun>> {
        all!(
            self,
            ImportRun,
            "SELECT id, kind, file_name, file_sha256, counts, imported_by, imported_at FROM import_run r
             WHERE provider_id = $1 AND EXISTS (SELECT 1 FROM fact_import f JOIN enrolment e ON e.id = f.enrolment_id
                WHERE f.import_run_id = r.id AND e.cohort_id = $2) ORDER BY id DESC LIMIT 50",
            self.actor.provider,
            cohort
        )
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

//! Official texts the operator loaded, and editions in the making.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A text as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct GuidelineText {
    pub id: i64,
    pub title: String,
    pub file_name: String,
    /// Of the file as it was loaded.
    pub file_sha256: String,
    pub imported_by: String,
    pub imported_at: DateTime<Utc>,
}

/// A text to be kept.
#[derive(Debug, Clone)]
pub struct NewGuidelineText<'a> {
    pub title: &'a str,
    pub file_name: &'a str,
    pub file_sha256: &'a str,
    /// Lines divided by `\n`, one heading or paragraph each.
    pub content: &'a str,
}

/// A draft as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct DraftEdition {
    pub id: i64,
    pub name: String,
    pub uploaded_by: String,
    pub uploaded_at: DateTime<Utc>,
}

/// The texts of a draft's four files.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DraftFiles {
    pub edition: String,
    pub clauses: String,
    pub curriculum: String,
    pub requirements: String,
}

impl Work {
    pub async fn create_guideline_text(&mut self, text: &NewGuidelineText<'_>) -> Result<i64> {
        let id = insert!(
            self,
            "guideline_text",
            "INSERT INTO guideline_text (provider_id, title, file_name, file_sha256, content, imported_by, imported_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            self.actor.provider,
            text.title,
            text.file_name,
            text.file_sha256,
            text.content,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("guideline_text.imported", format!("guideline_text/{id}"), (text.title, text.file_sha256))?;
        Ok(id)
    }

    /// Newest first.
    pub async fn guideline_texts(&mut self) -> Result<Vec<GuidelineText>> {
        all!(
            self,
            GuidelineText,
            "SELECT id, title, file_name, file_sha256, imported_by, imported_at FROM guideline_text
             WHERE provider_id = $1 AND withdrawn_at IS NULL ORDER BY id DESC",
            self.actor.provider
        )
    }

    /// A text's title and content.
    pub async fn guideline_text(&mut self, id: i64) -> Result<(String, String)> {
        optional!(
            self,
            (String, String),
            "SELECT title, content FROM guideline_text WHERE id = $1 AND provider_id = $2 AND withdrawn_at IS NULL",
            id,
            self.actor.provider
        )?
        .ok_or(Error::NotFound)
    }

    /// Takes a text out of the lists; it stays on record.
    pub async fn withdraw_guideline_text(&mut self, id: i64, reason: &str) -> Result<()> {
        let changed = change!(
            self,
            "guideline_text",
            "UPDATE guideline_text SET withdrawn_at = $3, withdrawn_reason = $4
             WHERE id = $1 AND provider_id = $2 AND withdrawn_at IS NULL RETURNING id",
            id,
            self.actor.provider,
            self.actor.now,
            reason
        )?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        self.audit("guideline_text.withdrawn", format!("guideline_text/{id}"), reason)
    }

    pub async fn create_draft_edition(&mut self, name: &str, files: &DraftFiles) -> Result<i64> {
        let id = insert!(
            self,
            "draft_edition",
            "INSERT INTO draft_edition (provider_id, name, edition, clauses, curriculum, requirements, uploaded_by,
                uploaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            self.actor.provider,
            name,
            &files.edition,
            &files.clauses,
            &files.curriculum,
            &files.requirements,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("draft_edition.uploaded", format!("draft_edition/{id}"), name)?;
        Ok(id)
    }

    /// Newest first.
    pub async fn draft_editions(&mut self) -> Result<Vec<DraftEdition>> {
        all!(
            self,
            DraftEdition,
            "SELECT id, name, uploaded_by, uploaded_at FROM draft_edition
             WHERE provider_id = $1 AND withdrawn_at IS NULL ORDER BY id DESC",
            self.actor.provider
        )
    }

    pub async fn draft_files(&mut self, id: i64) -> Result<DraftFiles> {
        optional!(
            self,
            DraftFiles,
            "SELECT edition, clauses, curriculum, requirements FROM draft_edition
             WHERE id = $1 AND provider_id = $2 AND withdrawn_at IS NULL",
            id,
            self.actor.provider
        )?
        .ok_or(Error::NotFound)
    }

    /// Takes a draft out of the lists; it stays on record.
    pub async fn withdraw_draft_edition(&mut self, id: i64, reason: &str) -> Result<()> {
        let changed = change!(
            self,
            "draft_edition",
            "UPDATE draft_edition SET withdrawn_at = $3, withdrawn_reason = $4
             WHERE id = $1 AND provider_id = $2 AND withdrawn_at IS NULL RETURNING id",
            id,
            self.actor.provider,
            self.actor.now,
            reason
        )?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        self.audit("draft_edition.withdrawn", format!("draft_edition/{id}"), reason)
    }
}

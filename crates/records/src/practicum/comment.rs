//! Remarks at the fields of an entry, under the cohort's key like the texts they are about.

use crate::keys::sealed_text::Cell;
use crate::practicum::record::Entry;
use crate::work::one_row;
use crate::{Result, Work};
use chrono::{DateTime, Utc};

/// A remark at a field.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Comment {
    pub id: i64,
    pub entry_id: i64,
    /// Name of the field, with its row where it is a column.
    pub field: String,
    /// Shredded, it is empty.
    pub content: String,
    pub commented_by: String,
    /// The account's name, where it has one.
    pub commented_by_name: String,
    pub commented_at: DateTime<Utc>,
}

fn content_of(enrolment: i64, row: i64) -> Cell {
    Cell { enrolment, table: "entry_comment", column: "content", row }
}

impl Work {
    pub async fn add_comment(&mut self, entry: &Entry, field: &str, text: &str) -> Result<i64> {
        let cohort = self.enrolment(entry.enrolment_id).await?.cohort_id;
        let cipher = self.text_cipher_to_seal(cohort).await?;
        let id = insert!(
            self,
            "entry_comment",
            "INSERT INTO entry_comment (entry_id, enrolment_id, field, content, commented_by, commented_at)
             VALUES ($1, $2, $3, '', $4, $5) RETURNING id",
            entry.id,
            entry.enrolment_id,
            field,
            &self.actor.name,
            self.actor.now
        )?;
        self.seal_into(&cipher, &content_of(entry.enrolment_id, id), text).await?;
        self.audit("entry.commented", format!("enrolment/{}", entry.enrolment_id), (entry.id, id, field))?;
        Ok(id)
    }

    /// Takes a remark back; only who wrote it can. [`crate::Error::LostUpdate`] where it is somebody else's or was taken back before.
    pub async fn withdraw_comment(&mut self, entry: &Entry, comment: i64) -> Result<()> {
        self.enrolment(entry.enrolment_id).await?;
        let changed = change!(
            self,
            "entry_comment",
            "UPDATE entry_comment SET withdrawn_at = $4
             WHERE id = $1 AND entry_id = $2 AND commented_by = $3 AND withdrawn_at IS NULL RETURNING id",
            comment,
            entry.id,
            &self.actor.name,
            self.actor.now
        )?;
        one_row(&changed)?;
        self.audit("entry.comment_withdrawn", format!("enrolment/{}", entry.enrolment_id), (entry.id, comment))
    }

    /// The remarks on a trainee's entries that stand, the oldest first.
    pub async fn comments(&mut self, enrolment: i64) -> Result<Vec<Comment>> {
        let cohort = self.enrolment(enrolment).await?.cohort_id;
        let mut comments = all!(
            self,
            Comment,
            "SELECT m.id, m.entry_id, m.field, m.content, m.commented_by, coalesce(u.name, m.commented_by) AS commented_by_name,
                m.commented_at FROM entry_comment m LEFT JOIN users u ON u.login = m.commented_by AND u.provider_id = $2
             WHERE m.enrolment_id = $1 AND m.withdrawn_at IS NULL ORDER BY m.id",
            enrolment,
            self.actor.provider
        )?;
        let cipher = self.text_cipher(cohort).await?;
        for comment in &mut comments {
            let cell = content_of(enrolment, comment.id);
            comment.content = cipher.open_json(&cell, &comment.content)?.unwrap_or_default();
        }
        Ok(comments)
    }
}

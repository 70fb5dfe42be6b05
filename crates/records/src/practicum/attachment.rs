//! Files beside an entry of a practicum record, and scans of signatures on paper, under the cohort's key.

use crate::hex;
use crate::keys::sealed_text::{Cell, FILES};
use crate::practicum::record::{Entry, Revision};
use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use training::practicum::attachment::MediaType;

/// A file without its content.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Attachment {
    pub id: i64,
    pub enrolment_id: i64,
    pub entry_id: Option<i64>,
    pub signature_id: Option<i64>,
    /// The first revision of the entry that it belongs to.
    pub since_revision: i64,
    /// The first that it belongs to no more, where it was taken back.
    pub until_revision: Option<i64>,
    /// As the file was called; empty where it is shredded, or the key is missing.
    pub name: String,
    #[sqlx(try_from = "String")]
    pub media_type: MediaType,
    /// Bytes.
    pub size: i64,
    /// A scanner found nothing in it.
    pub scanned: bool,
    pub added_by: String,
    pub added_at: DateTime<Utc>,
    pub erased_at: Option<DateTime<Utc>>,
}

impl Attachment {
    /// Was it beside the entry when this revision was handed in?
    pub fn belongs_to(&self, revision: &Revision) -> bool {
        self.entry_id == Some(revision.entry_id)
            && self.since_revision <= revision.number
            && self.until_revision.is_none_or(|until| revision.number < until)
    }

    /// Is it there now?
    pub fn stands(&self) -> bool {
        self.until_revision.is_none() && self.erased_at.is_none()
    }
}

/// What a file is put beside.
#[derive(Debug, Clone, Copy)]
pub enum Beside<'a> {
    Entry(&'a Entry),
    Signature(i64),
}

/// A file to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewAttachment<'a> {
    pub name: &'a str,
    pub media_type: MediaType,
    pub bytes: &'a [u8],
    pub scanned: bool,
}

fn name_of(enrolment: i64, row: i64) -> Cell {
    Cell { enrolment, table: "attachment", column: "name", row }
}

/// A file's content has no id of its own.
pub(crate) fn content_of(enrolment: i64, row: i64) -> Cell {
    Cell { enrolment, table: FILES, column: "content", row }
}

const COLUMNS: &str =
    "id, enrolment_id, entry_id, signature_id, since_revision, until_revision, name, media_type, size, scanned,
        added_by, added_at, erased_at";

impl Work {
    /// Keeps a file beside an entry as read, or a signature, of this enrolment.
    pub async fn add_attachment(&mut self, enrolment: i64, beside: Beside<'_>, new: NewAttachment<'_>) -> Result<i64> {
        let cohort = self.enrolment(enrolment).await?.cohort_id;
        let (entry, signature, since) = match beside {
            Beside::Entry(entry) => (Some(entry.id), None, self.next_revision(entry.id).await?),
            Beside::Signature(signature) => {
                let known = self.signatures(enrolment).await?;
                known.iter().find(|known| known.id == signature).ok_or(Error::NotFound)?;
                (None, Some(signature), 1)
            }
        };
        let cipher = self.text_cipher_to_seal(cohort).await?;
        let id = insert!(
            self,
            "attachment",
            "INSERT INTO attachment (enrolment_id, entry_id, signature_id, since_revision, name, media_type, size, sha256, scanned,
                added_by, added_at) VALUES ($1, $2, $3, $4, '', $5, $6, '', $7, $8, $9) RETURNING id",
            enrolment,
            entry,
            signature,
            since,
            new.media_type.id(),
            new.bytes.len() as i64,
            new.scanned,
            &self.actor.name,
            self.actor.now
        )?;
        self.seal_into(&cipher, &name_of(enrolment, id), new.name).await?;
        let content = cipher.seal_bytes(&content_of(enrolment, id), new.bytes)?;
        execute!(self, "UPDATE attachment SET sha256 = $2 WHERE id = $1", id, hex(&Sha256::digest(&content)))?;
        execute!(self, "INSERT INTO attachment_content (attachment_id, content) VALUES ($1, $2)", id, content)?;
        let detail = (id, entry, signature, new.media_type, new.bytes.len());
        self.audit("attachment.added", format!("enrolment/{enrolment}"), detail)?;
        Ok(id)
    }

    /// The number the entry's next revision will have.
    async fn next_revision(&mut self, entry: i64) -> Result<i64> {
        scalar!(self, i64, "SELECT count(*) + 1 FROM record_revision WHERE entry_id = $1", entry)
    }

    /// Every file of a trainee, those taken back too, the oldest first.
    pub async fn attachments(&mut self, enrolment: i64) -> Result<Vec<Attachment>> {
        let cohort = self.enrolment(enrolment).await?.cohort_id;
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM attachment WHERE enrolment_id = $1 ORDER BY id"));
        let mut attachments = all!(self, Attachment, sql, enrolment)?;
        if attachments.is_empty() {
            return Ok(attachments);
        }
        // Who has no key still sees that there are files.
        let cipher = match self.text_cipher(cohort).await {
            Err(Error::KeyMissing) => None,
            cipher => Some(cipher?),
        };
        for attachment in &mut attachments {
            let cell = name_of(enrolment, attachment.id);
            let name = cipher.as_ref().map(|cipher| cipher.open_json(&cell, &attachment.name)).transpose()?;
            attachment.name = name.flatten().unwrap_or_default();
        }
        Ok(attachments)
    }

    /// What is in a file. [`Error::Shredded`] where it is gone.
    pub async fn attachment_content(&mut self, attachment: &Attachment) -> Result<Vec<u8>> {
        let cohort = self.enrolment(attachment.enrolment_id).await?.cohort_id;
        let sql = "SELECT content FROM attachment_content WHERE attachment_id = $1";
        let (content,) = optional!(self, (Vec<u8>,), sql, attachment.id)?.ok_or(Error::Shredded)?;
        let cipher = self.text_cipher(cohort).await?;
        Ok(cipher.open_bytes(&content_of(attachment.enrolment_id, attachment.id), &content)?.to_vec())
    }

    /// Takes a file back from an entry. What was handed in with it stays in those revisions; what never was is erased.
    pub async fn remove_attachment(&mut self, attachment: &Attachment) -> Result<()> {
        let cohort = self.enrolment(attachment.enrolment_id).await?.cohort_id;
        // The key's change touches the same rows.
        self.lock_keys_to_seal(cohort).await?;
        let until = match attachment.entry_id {
            Some(entry) => self.next_revision(entry).await?,
            None => attachment.since_revision,
        };
        let never_handed_in = until <= attachment.since_revision;
        let removed = change!(
            self,
            "attachment",
            "UPDATE attachment SET until_revision = $3, removed_by = $4, removed_at = $5, erased_at = $6
             WHERE id = $1 AND enrolment_id = $2 AND until_revision IS NULL AND erased_at IS NULL RETURNING id",
            attachment.id,
            attachment.enrolment_id,
            until,
            &self.actor.name,
            self.actor.now,
            never_handed_in.then_some(self.actor.now)
        )?;
        one_row(&removed)?;
        if never_handed_in {
            execute!(self, "DELETE FROM attachment_content WHERE attachment_id = $1", attachment.id)?;
        }
        self.audit("attachment.removed", format!("enrolment/{}", attachment.enrolment_id), attachment.id)
    }

    /// Nothing is left of the files of a cohort whose texts are shredded.
    pub(crate) async fn erase_attachments(&mut self, cohort: i64) -> Result<()> {
        const OF_COHORT: &str = "enrolment_id IN (SELECT id FROM enrolment WHERE cohort_id = $1 AND provider_id = $2)";
        let sql = sqlx::AssertSqlSafe(format!(
            "DELETE FROM attachment_content WHERE attachment_id IN (SELECT id FROM attachment WHERE {OF_COHORT})"
        ));
        execute!(self, sql, cohort, self.actor.provider)?;
        let sql = sqlx::AssertSqlSafe(format!(
            "UPDATE attachment SET erased_at = $3 WHERE {OF_COHORT} AND erased_at IS NULL RETURNING id"
        ));
        change!(self, "attachment", sql, cohort, self.actor.provider, self.actor.now)?;
        Ok(())
    }
}

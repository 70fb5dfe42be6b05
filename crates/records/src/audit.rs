//! The audit ledger: every change, in the order it happened, chained by hashes.
//!
//! Each entry's hash covers its fields and the hash before it; the head keeps the count, so that an entry changed, removed
//! (the last one too) or inserted is found.

use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct AuditEntry {
    pub sequence: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    /// What it is about: `enrolment/12`.
    pub subject: String,
    /// JSON. Never a password, never the text of a case.
    pub detail: String,
    /// Digests of the rows the work changed (JSON, see [`crate::seal`]), in its last entry; empty when a list leaves it out.
    #[serde(skip)]
    #[sqlx(default)]
    pub sealed: String,
    pub previous_hash: String,
    pub hash: String,
}

/// An entry that is written when its work is committed.
pub(crate) struct Pending {
    provider: i64,
    action: String,
    subject: String,
    detail: String,
}

/// What a check of the ledger found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerFault {
    pub sequence: i64,
    pub message: String,
}

const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const PAGE: i64 = 200;

impl AuditEntry {
    fn expected_hash(&self, provider: i64) -> String {
        let mut hasher = Sha256::new();
        let fields = [
            &self.previous_hash,
            &provider.to_string(),
            &self.sequence.to_string(),
            &self.at.timestamp_micros().to_string(),
            &self.actor,
            &self.action,
            &self.subject,
            &self.detail,
            &self.sealed,
        ];
        for field in fields {
            // The length goes first, so that no text can pose as the end of one field and the start of the next.
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hex(&hasher.finalize())
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Work {
    /// Notes one entry; it is written when the work is committed. Every method that changes something calls it.
    pub(crate) fn audit(&mut self, action: &str, subject: String, detail: impl Serialize) -> Result<()> {
        self.entries.push(Pending {
            provider: self.actor.provider,
            action: action.to_owned(),
            subject,
            detail: serde_json::to_string(&detail)?,
        });
        Ok(())
    }

    /// Writes the entries of this work and the seals of the rows it touched. The head's row is locked only now, so that works
    /// of one provider wait for each other no longer than this takes.
    pub(crate) async fn write_ledger(&mut self) -> Result<()> {
        let sealed = self.seal_touched().await?;
        let mut entries = std::mem::take(&mut self.entries);
        if entries.is_empty() && !sealed.is_empty() {
            self.audit("rows.changed", String::new(), ())?;
            entries = std::mem::take(&mut self.entries);
        }
        let last = entries.len().saturating_sub(1);
        for (index, pending) in entries.into_iter().enumerate() {
            self.write_entry(pending, if index == last { &sealed } else { "" }).await?;
        }
        Ok(())
    }

    async fn write_entry(&mut self, pending: Pending, sealed: &str) -> Result<()> {
        let provider = pending.provider;
        execute!(
            self,
            "INSERT INTO audit_head (provider_id, sequence, hash) VALUES ($1, 0, $2) ON CONFLICT (provider_id) DO NOTHING",
            provider,
            GENESIS
        )?;
        let head = optional!(
            self,
            (i64, String),
            "UPDATE audit_head SET sequence = sequence + 1 WHERE provider_id = $1 RETURNING sequence, hash",
            provider
        )?;
        let (sequence, previous_hash) = head.ok_or(Error::NotFound)?;
        let mut entry = AuditEntry {
            sequence,
            at: self.actor.now,
            actor: self.actor.name.clone(),
            action: pending.action,
            subject: pending.subject,
            detail: pending.detail,
            sealed: sealed.to_owned(),
            previous_hash,
            hash: String::new(),
        };
        entry.hash = entry.expected_hash(provider);
        execute!(
            self,
            "INSERT INTO audit_entry (provider_id, sequence, at, actor, action, subject, detail, sealed, previous_hash, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            provider,
            entry.sequence,
            entry.at,
            &entry.actor,
            &entry.action,
            &entry.subject,
            &entry.detail,
            &entry.sealed,
            &entry.previous_hash,
            &entry.hash
        )?;
        execute!(self, "UPDATE audit_head SET hash = $2 WHERE provider_id = $1", provider, &entry.hash)?;
        Ok(())
    }

    /// Entries, newest first, before a sequence number (exclusive); of one subject if given.
    pub async fn audit_entries(&mut self, subject: Option<&str>, before: i64, limit: i64) -> Result<Vec<AuditEntry>> {
        all!(
            self,
            AuditEntry,
            "SELECT sequence, at, actor, action, subject, detail, previous_hash, hash FROM audit_entry
             WHERE provider_id = $1 AND sequence < $2 AND ($3 = '' OR subject = $3)
             ORDER BY sequence DESC LIMIT $4",
            self.actor.provider,
            before,
            subject.unwrap_or(""),
            limit
        )
    }

    /// Follows the chain from the first entry to the head. Gives the number of entries and everything that is wrong.
    pub async fn verify_ledger(&mut self) -> Result<(i64, Vec<LedgerFault>)> {
        let provider = self.actor.provider;
        let mut faults = Vec::new();
        let mut previous_hash = GENESIS.to_owned();
        let mut expected = 1;
        let mut fault = |sequence, message: &str| faults.push(LedgerFault { sequence, message: message.to_owned() });
        loop {
            let page = all!(
                self,
                AuditEntry,
                "SELECT sequence, at, actor, action, subject, detail, sealed, previous_hash, hash FROM audit_entry
                 WHERE provider_id = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3",
                provider,
                expected,
                PAGE
            )?;
            let last_page = (page.len() as i64) < PAGE;
            for entry in page {
                if entry.sequence != expected {
                    fault(expected, "entries are missing before the next one");
                }
                if entry.previous_hash != previous_hash {
                    fault(entry.sequence, "the entry does not follow the one before it");
                }
                if entry.hash != entry.expected_hash(provider) {
                    fault(entry.sequence, "the entry was changed after it was written");
                }
                expected = entry.sequence + 1;
                previous_hash = entry.hash;
            }
            if last_page {
                break;
            }
        }
        let head =
            optional!(self, (i64, String), "SELECT sequence, hash FROM audit_head WHERE provider_id = $1", provider)?;
        let (count, hash) = head.unwrap_or((0, GENESIS.to_owned()));
        if (count, &hash) != (expected - 1, &previous_hash) {
            fault(expected, "entries at the end are missing, or were added behind the ledger's back");
        }
        Ok((expected - 1, faults))
    }
}

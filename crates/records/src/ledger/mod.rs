//! The audit ledger: every change, in the order it happened, chained by hashes.
//!
//! Each entry's hash covers its fields and the hash before it; the head keeps the count, so that an entry changed, removed
//! (the last one too) or inserted is found. The head is signed by a key outside the database ([`signature`]).

pub mod erasure;
pub(crate) mod resealing;
pub mod seal;
mod signature;

use crate::hex;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use signature::{Head, Signature};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// Digests of the rows the work changed (JSON, see [`crate::ledger::seal`]), in its last entry; empty when a list leaves it out.
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

/// For each provider the sequence and hash of the ledger's head, as this process has left it.
pub(crate) type NotedHeads = Arc<Mutex<HashMap<i64, (i64, String)>>>;

/// Notes the heads that a work has left.
pub(crate) fn note_heads(noted: &NotedHeads, new: Vec<(i64, i64, String)>) {
    let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    for (provider, sequence, hash) in new {
        let known = noted.entry(provider).or_default();
        if known.0 < sequence {
            *known = (sequence, hash);
        }
    }
}

const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const PAGE: i64 = 200;
/// Entries of one insert.
const BATCH: usize = 500;

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
        self.seal_changed_accounts().await?;
        let sealed = self.seal_touched().await?;
        let mut entries = std::mem::take(&mut self.entries);
        if entries.is_empty() && !sealed.is_empty() {
            self.audit("rows.changed", String::new(), ())?;
            entries = std::mem::take(&mut self.entries);
        }
        let mut entries = entries.into_iter().peekable();
        while let Some(provider) = entries.peek().map(|entry| entry.provider) {
            let mut of_provider = Vec::new();
            while let Some(entry) = entries.next_if(|entry| entry.provider == provider) {
                of_provider.push(entry);
            }
            let sealed = if entries.peek().is_none() { sealed.as_str() } else { "" };
            self.write_entries(provider, of_provider, sealed).await?;
        }
        Ok(())
    }

    /// `sealed` goes into the last entry.
    async fn write_entries(&mut self, provider: i64, pending: Vec<Pending>, sealed: &str) -> Result<()> {
        execute!(
            self,
            "INSERT INTO audit_head (provider_id, sequence, hash) VALUES ($1, 0, $2) ON CONFLICT (provider_id) DO NOTHING",
            provider,
            GENESIS
        )?;
        let count = pending.len() as i64;
        let head = optional!(
            self,
            (i64, String, String, String),
            "UPDATE audit_head SET sequence = sequence + $2 WHERE provider_id = $1
             RETURNING sequence, hash, signed_by, signature",
            provider,
            count
        )?;
        let (last, mut previous_hash, signed_by, signature) = head.ok_or(Error::NotFound)?;
        let before = Head { provider, sequence: last - count, hash: &previous_hash };
        // What somebody without the key has made is not signed by going on from it.
        let signature = Signature { signed_by, signature };
        if self.keys.as_ref().is_some_and(|keys| signature.is_by_another_key(keys)) {
            // Our key file is older than the ledger: whoever goes on with it would leave the ledger unsigned.
            return Err(Error::KeyMissing);
        }
        self.tell_of_a_ledger_that_went_back(&before);
        let keys = self.keys.clone().filter(|keys| before.is_signed(keys, &signature));
        if keys.is_none() && before.sequence > 0 {
            tracing::error!(provider, "the ledger goes on without a signature: look at `kensan audit verify`");
        }
        let mut entries = Vec::with_capacity(pending.len());
        for (sequence, pending) in (last - count + 1..).zip(pending) {
            let mut entry = AuditEntry {
                sequence,
                at: self.actor.now,
                actor: self.actor.name.clone(),
                action: pending.action,
                subject: pending.subject,
                detail: pending.detail,
                sealed: if sequence == last { sealed.to_owned() } else { String::new() },
                previous_hash,
                hash: String::new(),
            };
            entry.hash = entry.expected_hash(provider);
            previous_hash = entry.hash.clone();
            entries.push(entry);
        }
        for batch in entries.chunks(BATCH) {
            on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new(
                    "INSERT INTO audit_entry (provider_id, sequence, at, actor, action, subject, detail, sealed,
                        previous_hash, hash) ",
                );
                query.push_values(batch, |mut row, entry| {
                    row.push_bind(provider)
                        .push_bind(entry.sequence)
                        .push_bind(entry.at)
                        .push_bind(&entry.actor)
                        .push_bind(&entry.action)
                        .push_bind(&entry.subject)
                        .push_bind(&entry.detail)
                        .push_bind(&entry.sealed)
                        .push_bind(&entry.previous_hash)
                        .push_bind(&entry.hash);
                });
                query.build().execute(connection).await.map(|_| ())
            })?;
        }
        self.new_heads.push((provider, last, previous_hash.clone()));
        if let Some(doubt) = &mut self.doubt {
            doubt.last = Some((provider, last, previous_hash.clone()));
        }
        let head = Head { provider, sequence: last, hash: &previous_hash };
        let signed = keys.map(|keys| head.sign(&keys)).unwrap_or_default();
        execute!(
            self,
            "UPDATE audit_head SET hash = $2, signed_by = $3, signature = $4 WHERE provider_id = $1",
            provider,
            &previous_hash,
            signed.signed_by,
            signed.signature
        )?;
        Ok(())
    }

    /// Entries that this process has kept are gone: somebody has put an older head back, or a server was replaced by one that lacked them.
    fn tell_of_a_ledger_that_went_back(&self, found: &Head<'_>) {
        let mut noted = self.noted_heads.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((sequence, hash)) = noted.get(&found.provider) else { return };
        if *sequence > found.sequence || (*sequence == found.sequence && hash != found.hash) {
            let (provider, noted_sequence, noted_hash) = (found.provider, *sequence, hash.clone());
            tracing::error!(
                provider,
                found = found.sequence,
                noted_sequence,
                noted_hash,
                "the ledger has gone back: entries that were kept are missing; see `kensan audit verify --head`"
            );
            noted.remove(&provider);
        }
    }

    /// Entries, newest first, before a sequence number (exclusive); of one subject if given.
    pub async fn audit_entries(&mut self, subject: Option<&str>, before: i64, limit: i64) -> Result<Vec<AuditEntry>> {
        // Two statements: one for both would go through all entries to find those of a subject.
        match subject {
            None => all!(
                self,
                AuditEntry,
                "SELECT sequence, at, actor, action, subject, detail, previous_hash, hash FROM audit_entry
                 WHERE provider_id = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3",
                self.actor.provider,
                before,
                limit
            ),
            Some(subject) => all!(
                self,
                AuditEntry,
                "SELECT sequence, at, actor, action, subject, detail, previous_hash, hash FROM audit_entry
                 WHERE provider_id = $1 AND subject = $2 AND sequence < $3 ORDER BY sequence DESC LIMIT $4",
                self.actor.provider,
                subject,
                before,
                limit
            ),
        }
    }

    /// What tells this installation from every other one: the hash of its first ledger entry; empty before there is one.
    pub async fn installation(&mut self) -> Result<String> {
        let sql = "SELECT hash FROM audit_entry ORDER BY provider_id, sequence LIMIT 1";
        Ok(optional!(self, (String,), sql)?.map(|(hash,)| hash).unwrap_or_default())
    }

    /// Follows the chain from the first entry to the head. Gives the number of entries and everything that is wrong.
    pub async fn verify_ledger(&mut self) -> Result<(i64, Vec<LedgerFault>)> {
        let provider = self.actor.provider;
        let mut faults = Vec::new();
        // No entry of ours stands there, and no seal of one is believed.
        let before =
            scalar!(self, i64, "SELECT count(*) FROM audit_entry WHERE provider_id = $1 AND sequence < 1", provider)?;
        if before > 0 {
            let message = "entries stand before the first".to_owned();
            faults.push(LedgerFault { sequence: 0, message });
        }
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
        let head = optional!(
            self,
            (i64, String, String, String),
            "SELECT sequence, hash, signed_by, signature FROM audit_head WHERE provider_id = $1",
            provider
        )?;
        let (count, hash, signed_by, signature) = head.unwrap_or((0, GENESIS.to_owned(), String::new(), String::new()));
        if (count, &hash) != (expected - 1, &previous_hash) {
            fault(expected, "entries at the end are missing, or were added behind the ledger's back");
        }
        let (head, signature) = (Head { provider, sequence: count, hash: &hash }, Signature { signed_by, signature });
        if self.keys.as_ref().is_some_and(|keys| signature.is_by_another_key(keys)) {
            let message = format!(
                "the end of the ledger is signed by the key {}, which is not in the key file",
                signature.signed_by
            );
            fault(count, &message);
        } else if self.keys.as_ref().is_some_and(|keys| !head.is_signed(keys, &signature)) {
            fault(
                count,
                "the end of the ledger is not signed by the key: it was written without the key file, or behind the ledger's back",
            );
        }
        Ok((expected - 1, faults))
    }
}

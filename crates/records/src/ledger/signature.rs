//! The head of each ledger is signed by a key that lies outside the database. Whoever can write the database alone can make a chain of
//! hashes of their own, and no signature for its head.

use crate::keys::main_key::MainKeys;
use crate::{Result, Work};

/// What is signed of a head.
pub(super) struct Head<'a> {
    pub(super) provider: i64,
    pub(super) sequence: i64,
    pub(super) hash: &'a str,
}

/// A key's name and what it signed with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) signed_by: String,
    pub(super) signature: String,
}

impl Signature {
    /// Is there a signature, by a key that is not among these?
    pub(super) fn is_by_another_key(&self, keys: &MainKeys) -> bool {
        !self.signed_by.is_empty() && !keys.names().any(|name| name == self.signed_by)
    }
}

impl Head<'_> {
    fn signed_by(&self, keys: &MainKeys, name: &str) -> Option<String> {
        keys.sign(name, b"kensan/ledger", format!("{}/{}/{}", self.provider, self.sequence, self.hash).as_bytes())
    }

    /// By the newest key.
    pub(super) fn sign(&self, keys: &MainKeys) -> Signature {
        let name = keys.names().next().unwrap_or_default();
        let signature = self.signed_by(keys, &name).unwrap_or_default();
        Signature { signed_by: name, signature }
    }

    /// Is it signed by one of these keys? A ledger without entries has nothing to sign.
    pub(super) fn is_signed(&self, keys: &MainKeys, found: &Signature) -> bool {
        self.sequence == 0 || self.signed_by(keys, &found.signed_by).is_some_and(|signed| signed == found.signature)
    }
}

impl Work {
    /// Signs the heads as they stand, at the operator's word: after a time in which the key file was missing.
    pub async fn sign_heads(&mut self) -> Result<usize> {
        let Some(keys) = self.keys.clone() else { return Ok(0) };
        let heads =
            all!(self, (i64, i64, String), "SELECT provider_id, sequence, hash FROM audit_head WHERE sequence > 0")?;
        for (provider, sequence, hash) in &heads {
            let signed = Head { provider: *provider, sequence: *sequence, hash }.sign(&keys);
            execute!(
                self,
                "UPDATE audit_head SET signed_by = $2, signature = $3 WHERE provider_id = $1",
                *provider,
                signed.signed_by,
                signed.signature
            )?;
        }
        Ok(heads.len())
    }

    /// Provider, number of entries and hash of the last one, of every ledger.
    pub async fn ledger_heads(&mut self) -> Result<Vec<(i64, i64, String)>> {
        all!(self, (i64, i64, String), "SELECT provider_id, sequence, hash FROM audit_head ORDER BY provider_id")
    }

    /// Is this the hash of an entry of a ledger? A head that was noted elsewhere stays in the ledger that grows from it.
    pub async fn has_entry_with_hash(&mut self, hash: &str) -> Result<bool> {
        let found = optional!(
            self,
            (i64,),
            "SELECT e.sequence FROM audit_entry e JOIN audit_head h ON h.provider_id = e.provider_id
             WHERE e.hash = $1 AND e.sequence BETWEEN 1 AND h.sequence LIMIT 1",
            hash
        )?;
        Ok(found.is_some())
    }
}

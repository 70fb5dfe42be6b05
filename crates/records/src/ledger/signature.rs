//! The head of each ledger is signed by a key that lies outside the database. Whoever can write the database alone can make a chain of
//! hashes of their own, and no signature for its head.

use crate::keys::main_key::MainKeys;
use crate::{Actor, Records, Result, Work, hex};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

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

impl Head<'_> {
    fn signed_by(&self, keys: &MainKeys, name: &str) -> Option<String> {
        let key = keys.derived(name, b"kensan/ledger")?;
        let mut signing = Hmac::<Sha256>::new_from_slice(key.as_slice()).ok()?;
        signing.update(format!("{}/{}/{}", self.provider, self.sequence, self.hash).as_bytes());
        Some(hex(&signing.finalize().into_bytes()))
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
        Ok(optional!(self, (i64,), "SELECT sequence FROM audit_entry WHERE hash = $1 LIMIT 1", hash)?.is_some())
    }
}

impl Records {
    /// Heads of a database that was written before heads were signed.
    pub(crate) async fn sign_former_heads(&self) -> Result<()> {
        let actor = Actor { provider: 0, name: "kensan".to_owned(), now: chrono::DateTime::UNIX_EPOCH };
        let mut work = self.write(actor).await?;
        work.sign_heads().await?;
        work.commit().await
    }
}

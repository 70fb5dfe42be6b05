//! Keys for the texts of cases. A main key lies in a file, never in the database; it wraps a data key for each cohort, which seals
//! the cohort's texts with XChaCha20-Poly1305. Destroying a cohort's data key shreds its texts.

pub mod main_key;
pub(crate) mod pepper;
mod rotation;
pub(crate) mod sealed_text;
mod sealed_token;

use crate::{Error, Result, Work};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Key, KeyInit};
use main_key::{MainKeys, new_key, seal, unseal};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// First number of the locks on cohorts' keys, so that they are no other lock.
const KEY_LOCK: i32 = 0x6b65;
const LOCK_TO_SEAL: &str = "SELECT pg_advisory_xact_lock_shared($1, $2)";
const LOCK_TO_CHANGE: &str = "SELECT pg_advisory_xact_lock($1, $2)";

/// Opens and seals the texts of one cohort.
pub(crate) struct TextCipher {
    /// By generation; the newest seals.
    generations: BTreeMap<u32, XChaCha20Poly1305>,
}

#[derive(sqlx::FromRow)]
struct DataKey {
    id: i64,
    cohort_id: i64,
    generation: i64,
    wrapped: String,
    wrapped_by: String,
}

impl DataKey {
    fn about(&self) -> String {
        format!("data_key/{}/{}", self.cohort_id, self.generation)
    }

    fn unwrap(&self, keys: &MainKeys) -> Result<Key<XChaCha20Poly1305>> {
        let damaged = || Error::Stored(format!("the key {} is damaged", self.id));
        let wrapped = STANDARD.decode(&self.wrapped).map_err(|_| damaged())?;
        let bytes = unseal(&keys.named(&self.wrapped_by)?.cipher, &self.about(), &wrapped)?;
        Key::<XChaCha20Poly1305>::try_from(bytes.as_slice()).map_err(|_| damaged())
    }
}

impl Work {
    pub(crate) fn main_keys(&self) -> Result<&MainKeys> {
        self.keys.as_deref().ok_or(Error::KeyMissing)
    }

    async fn data_keys(&mut self, cohort: i64) -> Result<Vec<DataKey>> {
        all!(
            self,
            DataKey,
            "SELECT id, cohort_id, generation, wrapped, wrapped_by FROM data_key
             WHERE cohort_id = $1 AND provider_id = $2 AND wrapped IS NOT NULL ORDER BY generation",
            cohort,
            self.actor.provider
        )
    }

    /// What opens the texts of a cohort.
    pub(crate) async fn text_cipher(&mut self, cohort: i64) -> Result<TextCipher> {
        let keys = self.data_keys(cohort).await?;
        let mut generations = BTreeMap::new();
        for key in &keys {
            let cipher = XChaCha20Poly1305::new(&key.unwrap(self.main_keys()?)?);
            generations.insert(generation(key.generation)?, cipher);
        }
        Ok(TextCipher { generations })
    }

    /// The same for a text that is about to be sealed: a cohort's first text makes its key. Shredded texts get no successor.
    pub(crate) async fn text_cipher_to_seal(&mut self, cohort: i64) -> Result<TextCipher> {
        self.lock_keys_to_seal(cohort).await?;
        let known: i64 = scalar!(self, i64, "SELECT count(*) FROM data_key WHERE cohort_id = $1", cohort)?;
        if known == 0 {
            self.add_data_key(cohort, 1).await?;
        }
        let cipher = self.text_cipher(cohort).await?;
        if cipher.generations.is_empty() { Err(Error::Shredded) } else { Ok(cipher) }
    }

    /// Whoever else comes to change the cohort's keys, or to seal under them, waits until this work is done.
    pub async fn lock_cohort_keys(&mut self, cohort: i64) -> Result<()> {
        self.lock_keys(LOCK_TO_CHANGE, cohort).await
    }

    pub(crate) async fn lock_keys_to_seal(&mut self, cohort: i64) -> Result<()> {
        self.lock_keys(LOCK_TO_SEAL, cohort).await
    }

    /// Many may seal under a cohort's key at a time; who changes the key waits for them, and they for the change. SQLite has one writer anyway.
    async fn lock_keys(&mut self, lock: &'static str, cohort: i64) -> Result<()> {
        if let crate::work::Transaction::Postgres(transaction) = &mut self.transaction {
            let cohort = i32::try_from(cohort).map_err(|_| Error::NotFound)?;
            sqlx::query(lock).bind(KEY_LOCK).bind(cohort).execute(&mut **transaction).await?;
        }
        Ok(())
    }

    /// Somebody who adds the same generation at the same time is waited for, and that key stands.
    async fn add_data_key(&mut self, cohort: i64, generation: u32) -> Result<()> {
        self.main_keys()?.check_newest()?;
        let main = self.main_keys()?.newest()?.clone();
        let about = format!("data_key/{cohort}/{generation}");
        let wrapped = STANDARD.encode(seal(&main.cipher, &[], &about, &Zeroizing::new(new_key()?.to_vec()))?);
        let added = change!(
            self,
            "data_key",
            "INSERT INTO data_key (provider_id, cohort_id, generation, wrapped, wrapped_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (cohort_id, generation) DO NOTHING RETURNING id",
            self.actor.provider,
            cohort,
            i64::from(generation),
            wrapped,
            main.name,
            self.actor.now
        )?;
        if !added.is_empty() {
            self.audit("data_key.created", format!("cohort/{cohort}"), generation)?;
        }
        Ok(())
    }

    /// A new data key for a cohort: every text is sealed anew, and the keys before are destroyed. Gives the number of texts.
    pub async fn rotate_data_key(&mut self, cohort: i64) -> Result<usize> {
        self.lock_keys(LOCK_TO_CHANGE, cohort).await?;
        let before = self.text_cipher(cohort).await?;
        let Some((newest, _)) = before.generations.last_key_value() else { return Ok(0) };
        self.add_data_key(cohort, newest + 1).await?;
        let after = self.text_cipher(cohort).await?;
        let texts = self.seal_texts_anew(cohort, &before, &after).await?;
        self.destroy_data_keys(cohort, i64::from(*newest)).await?;
        self.audit("data_key.rotated", format!("cohort/{cohort}"), texts)?;
        Ok(texts)
    }

    /// Destroys a cohort's keys: its texts cannot be read from this database any more. From older copies they can while the main key
    /// is the same: [`crate::Records::rotate_main_key`] belongs to it.
    pub async fn shred_texts(&mut self, cohort: i64) -> Result<()> {
        self.cohort(cohort).await?;
        self.lock_keys(LOCK_TO_CHANGE, cohort).await?;
        self.destroy_data_keys(cohort, i64::MAX).await?;
        self.erase_attachments(cohort).await?;
        execute!(
            self,
            "DELETE FROM record_draft WHERE entry_id IN (SELECT r.id FROM record_entry r JOIN enrolment e ON e.id = r.enrolment_id
                WHERE e.cohort_id = $1)",
            cohort
        )?;
        self.audit("texts.shredded", format!("cohort/{cohort}"), ())
    }

    async fn destroy_data_keys(&mut self, cohort: i64, up_to: i64) -> Result<()> {
        change!(
            self,
            "data_key",
            "UPDATE data_key SET wrapped = NULL, destroyed_at = $4
             WHERE cohort_id = $1 AND provider_id = $2 AND generation <= $3 AND wrapped IS NOT NULL RETURNING id",
            cohort,
            self.actor.provider,
            up_to,
            self.actor.now
        )?;
        Ok(())
    }

    /// The names of the main keys in the key file, the newest first; none where the file is missing.
    pub fn main_key_names(&self) -> Vec<String> {
        self.keys.iter().flat_map(|keys| keys.names()).collect()
    }

    /// Wraps every data key of the provider by the newest main key, and seals its accounts' second factors by it. Gives how many keys.
    pub async fn wrap_data_keys_anew(&mut self) -> Result<usize> {
        self.seal_second_factors_anew().await?;
        self.seal_pepper_anew().await?;
        let keys = all!(
            self,
            DataKey,
            "SELECT id, cohort_id, generation, wrapped, wrapped_by FROM data_key
             WHERE provider_id = $1 AND wrapped IS NOT NULL ORDER BY id",
            self.actor.provider
        )?;
        let main = self.main_keys()?.newest()?.clone();
        for key in &keys {
            let bytes = Zeroizing::new(key.unwrap(self.main_keys()?)?.to_vec());
            let wrapped = STANDARD.encode(seal(&main.cipher, &[], &key.about(), &bytes)?);
            // One that was destroyed meanwhile stays so.
            let sql =
                "UPDATE data_key SET wrapped = $2, wrapped_by = $3 WHERE id = $1 AND wrapped IS NOT NULL RETURNING id";
            change!(self, "data_key", sql, key.id, wrapped, &main.name)?;
        }
        self.audit("data_keys.wrapped", format!("provider/{}", self.actor.provider), keys.len())?;
        Ok(keys.len())
    }
}

fn generation(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| Error::Stored(format!("{number} is no generation of a key")))
}

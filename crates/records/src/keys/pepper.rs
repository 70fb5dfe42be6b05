//! The pepper: a secret of the installation, sealed by the newest main key. Digests of codes that are short enough to be guessed are made with
//! it, seals of accounts and links, and keys that a browser has for what it keeps on the device. It stays when the main key changes, so that
//! what was made stays.

use super::main_key::{new_key, seal, unseal};
use crate::{Error, Result, Work, hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::XChaCha20Poly1305;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// There is one.
const ID: i64 = 1;
const ABOUT: &str = "pepper";

/// The secret itself.
pub(crate) struct Pepper(Zeroizing<Vec<u8>>);

impl Pepper {
    fn made(&self, purpose: &str, text: &str) -> Result<Zeroizing<Vec<u8>>> {
        let mut made =
            <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).map_err(|error| Error::Stored(error.to_string()))?;
        made.update(format!("{purpose}\n{text}").as_bytes());
        Ok(Zeroizing::new(made.finalize().into_bytes().to_vec()))
    }

    /// HMAC-SHA256 in hexadecimal digits. `purpose` keeps what is made for one thing from another.
    pub(crate) fn digest(&self, purpose: &str, text: &str) -> Result<String> {
        Ok(hex(&self.made(purpose, text)?))
    }

    fn cipher(&self, purpose: &str) -> Result<XChaCha20Poly1305> {
        let key = self.made("cipher", purpose)?;
        XChaCha20Poly1305::new_from_slice(&key).map_err(|error| Error::Stored(error.to_string()))
    }
}

impl Work {
    pub(crate) async fn known_pepper(&mut self) -> Result<Option<Pepper>> {
        let sql = "SELECT secret, sealed_by FROM pepper WHERE id = $1";
        let Some((sealed, by)) = optional!(self, (String, String), sql, ID)? else { return Ok(None) };
        self.opened_pepper(&sealed, &by).map(Some)
    }

    /// As it stands in its row.
    pub(crate) fn opened_pepper(&self, sealed: &str, by: &str) -> Result<Pepper> {
        let bytes = STANDARD.decode(sealed).map_err(|_| Error::Stored("the pepper is damaged".to_owned()))?;
        unseal(&self.main_keys()?.named(by)?.cipher, ABOUT, &bytes).map(Pepper)
    }

    /// In place of the one before, if there was one: what was made with that opens nothing any more.
    pub(crate) async fn new_pepper(&mut self) -> Result<Pepper> {
        let secret = Zeroizing::new(new_key()?.to_vec());
        let main = self.main_keys()?.newest()?.clone();
        let sealed = STANDARD.encode(seal(&main.cipher, &[], ABOUT, &secret)?);
        let sql = "INSERT INTO pepper (id, secret, sealed_by) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET secret = excluded.secret, sealed_by = excluded.sealed_by";
        execute!(self, sql, ID, sealed, &main.name)?;
        Ok(Pepper(secret))
    }

    /// HMAC-SHA256 by the pepper, in hexadecimal digits; none where there is no pepper.
    pub async fn peppered(&mut self, purpose: &str, text: &str) -> Result<Option<String>> {
        self.known_pepper().await?.map(|pepper| pepper.digest(purpose, text)).transpose()
    }

    /// Seals a short text under a key that is made of the pepper, so that whoever reads the database does not read it; as it is without a key.
    pub async fn seal_by_pepper(&mut self, purpose: &str, text: &str) -> Result<String> {
        if self.keys.is_none() {
            return Ok(text.to_owned());
        }
        let pepper = self.pepper().await?;
        Ok(STANDARD.encode(seal(&pepper.cipher(purpose)?, &[], purpose, text.as_bytes())?))
    }

    /// What was sealed.
    pub async fn open_by_pepper(&mut self, purpose: &str, sealed: &str) -> Result<String> {
        if self.keys.is_none() {
            return Ok(sealed.to_owned());
        }
        let pepper = self.known_pepper().await?.ok_or(Error::Unvouched)?;
        let damaged = || Error::Stored(format!("a sealed text ({purpose}) is damaged"));
        let bytes = STANDARD.decode(sealed).map_err(|_| damaged())?;
        let text = unseal(&pepper.cipher(purpose)?, purpose, &bytes)?;
        String::from_utf8(text.to_vec()).map_err(|_| damaged())
    }

    /// Seals it by the newest main key.
    pub(crate) async fn seal_pepper_anew(&mut self) -> Result<()> {
        let Some(pepper) = self.known_pepper().await? else { return Ok(()) };
        let main = self.main_keys()?.newest()?.clone();
        let sealed = STANDARD.encode(seal(&main.cipher, &[], ABOUT, &pepper.0)?);
        execute!(self, "UPDATE pepper SET secret = $2, sealed_by = $3 WHERE id = $1", ID, sealed, &main.name)?;
        Ok(())
    }
}

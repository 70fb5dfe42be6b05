//! The pepper: a secret of the installation, sealed by the newest main key. Digests of codes that are short enough to be guessed are made with
//! it, and so are keys that a browser has for what it keeps on the device. It stays when the main key changes, so that what was made stays.

use super::main_key::{new_key, seal, unseal};
use crate::{Error, Result, Work, hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// There is one.
const ID: i64 = 1;
const ABOUT: &str = "pepper";

impl Work {
    async fn known_pepper(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let sql = "SELECT secret, sealed_by FROM pepper WHERE id = $1";
        let Some((sealed, by)) = optional!(self, (String, String), sql, ID)? else { return Ok(None) };
        let bytes = STANDARD.decode(&sealed).map_err(|_| Error::Stored("the pepper is damaged".to_owned()))?;
        unseal(&self.main_keys()?.named(&by)?.cipher, ABOUT, &bytes).map(Some)
    }

    /// Made where there is none yet.
    pub async fn make_pepper(&mut self) -> Result<()> {
        if self.known_pepper().await?.is_some() {
            return Ok(());
        }
        let secret = Zeroizing::new(new_key()?.to_vec());
        let main = self.main_keys()?.newest()?.clone();
        let sealed = STANDARD.encode(seal(&main.cipher, &[], ABOUT, &secret)?);
        // Of two who make one at once the first stays.
        let sql = "INSERT INTO pepper (id, secret, sealed_by) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
        execute!(self, sql, ID, sealed, &main.name)?;
        Ok(())
    }

    /// HMAC-SHA256 by the pepper, in hexadecimal digits; none where there is no pepper yet. `purpose` keeps what is made for one thing from
    /// another.
    pub async fn peppered(&mut self, purpose: &str, text: &str) -> Result<Option<String>> {
        let Some(secret) = self.known_pepper().await? else { return Ok(None) };
        let mut made = Hmac::<Sha256>::new_from_slice(&secret).map_err(|error| Error::Stored(error.to_string()))?;
        made.update(format!("{purpose}\n{text}").as_bytes());
        Ok(Some(hex(&made.finalize().into_bytes())))
    }

    /// Seals it by the newest main key.
    pub(crate) async fn seal_pepper_anew(&mut self) -> Result<()> {
        let Some(secret) = self.known_pepper().await? else { return Ok(()) };
        let main = self.main_keys()?.newest()?.clone();
        let sealed = STANDARD.encode(seal(&main.cipher, &[], ABOUT, &secret)?);
        execute!(self, "UPDATE pepper SET secret = $2, sealed_by = $3 WHERE id = $1", ID, sealed, &main.name)?;
        Ok(())
    }
}

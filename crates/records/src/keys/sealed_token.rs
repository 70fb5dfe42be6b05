//! Texts that travel through somebody's browser and come back as they went: sealed by the newest main key, so that nobody reads or makes one.

use super::main_key::{MainKeys, seal, unseal};
use crate::{Error, Records, Result, Work};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

impl MainKeys {
    pub(crate) fn seal_token(&self, about: &str, bytes: &[u8]) -> Result<String> {
        let main = self.newest()?;
        let sealed = seal(&main.cipher, &[], &format!("token/{about}"), bytes)?;
        Ok(format!("{}.{}", main.name, URL_SAFE_NO_PAD.encode(sealed)))
    }

    pub(crate) fn open_token(&self, about: &str, token: &str) -> Option<Zeroizing<Vec<u8>>> {
        let (name, sealed) = token.split_once('.')?;
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        unseal(&self.named(name).ok()?.cipher, &format!("token/{about}"), &sealed).ok()
    }
}

impl Work {
    /// A text for the browser. `about` says what it is for: it can be opened for that alone.
    pub fn seal_token(&self, about: &str, bytes: &[u8]) -> Result<String> {
        self.main_keys()?.seal_token(about, bytes)
    }

    /// What was sealed; none where the text is none of ours, or was made for something else.
    pub fn open_token(&self, about: &str, token: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        Ok(self.main_keys()?.open_token(about, token))
    }
}

impl Records {
    /// The same without a work.
    pub fn seal_token(&self, about: &str, bytes: &[u8]) -> Result<String> {
        self.keys.as_deref().ok_or(Error::KeyMissing)?.seal_token(about, bytes)
    }

    /// The same without a work.
    pub fn open_token(&self, about: &str, token: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.keys.as_deref()?.open_token(about, token)
    }
}

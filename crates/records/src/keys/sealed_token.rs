//! Texts that travel through somebody's browser and come back as they went: sealed by the newest main key, so that nobody reads or makes one.

use super::main_key::{seal, unseal};
use crate::{Result, Work};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

impl Work {
    /// A text for the browser. `about` says what it is for: it can be opened for that alone.
    pub fn seal_token(&self, about: &str, bytes: &[u8]) -> Result<String> {
        let main = self.main_keys()?.newest()?;
        let sealed = seal(&main.cipher, &[], &format!("token/{about}"), bytes)?;
        Ok(format!("{}.{}", main.name, URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// What was sealed; none where the text is none of ours, or was made for something else.
    pub fn open_token(&self, about: &str, token: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some((name, sealed)) = token.split_once('.') else { return Ok(None) };
        let (Ok(main), Ok(sealed)) = (self.main_keys()?.named(name), URL_SAFE_NO_PAD.decode(sealed)) else {
            return Ok(None);
        };
        Ok(unseal(&main.cipher, &format!("token/{about}"), &sealed).ok())
    }
}

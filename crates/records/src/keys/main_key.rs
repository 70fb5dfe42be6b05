//! The main keys: they lie in a file, never in the database, and wrap the data keys.

use crate::hex;
use crate::{Error, Result};
use chacha20poly1305::aead::{Aead, Generate, Key, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Bytes of a nonce of XChaCha20-Poly1305.
const NONCE: usize = 24;

/// The main keys of an installation, the newest first: a file of one key a line, in hexadecimal digits.
#[derive(Clone)]
pub struct MainKeys {
    file: PathBuf,
    pub(super) keys: Vec<MainKey>,
}

#[derive(Clone)]
pub(crate) struct MainKey {
    /// Says which key it is without saying the key.
    pub(crate) name: String,
    digits: Zeroizing<String>,
    pub(crate) cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for MainKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MainKeys").field("file", &self.file).finish_non_exhaustive()
    }
}

impl MainKeys {
    /// Reads the keys of a file; `None` where there is no such file.
    pub fn read(file: &Path) -> Result<Option<MainKeys>> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::KeyFile(format!("{}: {error}", file.display()))),
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Option<Vec<MainKey>> = lines.map(MainKey::read).collect();
        match keys {
            Some(keys) if !keys.is_empty() => Ok(Some(MainKeys { file: file.to_owned(), keys })),
            _ => Err(Error::KeyFile(format!("{}: no key of 64 hexadecimal digits a line", file.display()))),
        }
    }

    /// A file with a new key, readable by its owner alone; if somebody else makes it at the same time, theirs.
    pub fn create(file: &Path) -> Result<MainKeys> {
        let keys = MainKeys { file: file.to_owned(), keys: vec![MainKey::new()?] };
        let own = file.with_extension(format!("key.{}", keys.keys[0].name));
        keys.write_to(&own)?;
        let linked = std::fs::hard_link(&own, file);
        let removed = std::fs::remove_file(&own);
        match linked {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(keys.failed(&error)),
        }
        removed.and_then(|()| sync_directory(file)).map_err(|error| keys.failed(&error))?;
        MainKeys::read(file)?.ok_or(Error::KeyMissing)
    }

    fn failed(&self, error: &std::io::Error) -> Error {
        Error::KeyFile(format!("{}: {error}", self.file.display()))
    }

    /// Puts a new key before the others, in the file too.
    pub fn add(&mut self) -> Result<()> {
        self.keys.insert(0, MainKey::new()?);
        self.write()
    }

    /// Forgets all but the newest key.
    pub fn forget_old(&mut self) -> Result<()> {
        self.keys.truncate(1);
        self.write()
    }

    /// HMAC-SHA256 of a text by the key of this name, in hexadecimal digits; none where there is no such key.
    pub(crate) fn sign(&self, name: &str, purpose: &[u8], text: &[u8]) -> Option<String> {
        let key = self.derived(name, purpose)?;
        let mut signing = Hmac::<Sha256>::new_from_slice(key.as_slice()).ok()?;
        signing.update(text);
        Some(hex(&signing.finalize().into_bytes()))
    }

    /// A key for another purpose, made of the one of this name.
    fn derived(&self, name: &str, purpose: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let key = self.named(name).ok()?;
        let mut deriving = Sha256::new();
        deriving.update((purpose.len() as u64).to_be_bytes());
        deriving.update(purpose);
        deriving.update(key.digits.as_bytes());
        Some(Zeroizing::new(deriving.finalize().into()))
    }

    /// What the keys are called, the newest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.keys.iter().map(|key| key.name.clone())
    }

    pub(crate) fn newest(&self) -> Result<&MainKey> {
        self.keys.first().ok_or(Error::KeyMissing)
    }

    /// [`Error::KeyMissing`] where the file's newest key is another by now: what is wrapped by ours would soon be lost.
    pub(crate) fn check_newest(&self) -> Result<()> {
        let now = MainKeys::read(&self.file)?.ok_or(Error::KeyMissing)?;
        if now.newest()?.name == self.newest()?.name { Ok(()) } else { Err(Error::KeyMissing) }
    }

    pub(crate) fn named(&self, name: &str) -> Result<&MainKey> {
        self.keys.iter().find(|key| key.name == name).ok_or(Error::KeyMissing)
    }

    /// The file is complete or as it was before.
    fn write(&self) -> Result<()> {
        let partial = self.file.with_extension("key.partial");
        self.write_to(&partial)?;
        let renamed = std::fs::rename(&partial, &self.file).and_then(|()| sync_directory(&self.file));
        renamed.map_err(|error| self.failed(&error))
    }

    fn write_to(&self, partial: &Path) -> Result<()> {
        let mut options = std::fs::OpenOptions::new();
        // A file that somebody else has open already is not written into.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let write = || {
            match std::fs::remove_file(partial) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = options.open(partial)?;
            // Whoever serves can read what the operator has changed.
            #[cfg(unix)]
            if let Ok(known) = std::fs::metadata(&self.file) {
                use std::os::unix::fs::MetadataExt;
                std::os::unix::fs::fchown(&file, Some(known.uid()), Some(known.gid()))?;
            }
            writeln!(
                file,
                "# Kensan's main keys. Without this file the texts of cases cannot be read: keep a copy apart from the records."
            )?;
            for key in &self.keys {
                writeln!(file, "{}", key.digits.as_str())?;
            }
            file.sync_all()
        };
        write().map_err(|error: std::io::Error| self.failed(&error))
    }
}

impl MainKey {
    fn new() -> Result<MainKey> {
        let key = new_key()?;
        Ok(MainKey::of(&key))
    }

    fn read(digits: &str) -> Option<MainKey> {
        if digits.len() != 64 {
            return None;
        }
        let byte = |index: usize| u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok();
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new((0..32).map(byte).collect::<Option<Vec<u8>>>()?);
        Some(MainKey::of(&Key::<XChaCha20Poly1305>::try_from(bytes.as_slice()).ok()?))
    }

    fn of(key: &Key<XChaCha20Poly1305>) -> MainKey {
        MainKey {
            name: hex(&Sha256::digest(key)[..8]),
            digits: Zeroizing::new(hex(key)),
            cipher: XChaCha20Poly1305::new(key),
        }
    }
}

/// A renamed file is safe only when its directory is.
fn sync_directory(file: &Path) -> std::io::Result<()> {
    match file.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => std::fs::File::open(parent)?.sync_all(),
        None => std::fs::File::open(".")?.sync_all(),
    }
}

pub(super) fn new_key() -> Result<Key<XChaCha20Poly1305>> {
    Key::<XChaCha20Poly1305>::try_generate().map_err(|error| Error::KeyFile(format!("no randomness: {error}")))
}

/// Generation, nonce and sealed bytes.
pub(crate) fn seal(cipher: &XChaCha20Poly1305, generation: &[u8], about: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let nonce = XNonce::try_generate().map_err(|error| Error::KeyFile(format!("no randomness: {error}")))?;
    let payload = Payload { msg: bytes, aad: about.as_bytes() };
    let sealed = cipher.encrypt(&nonce, payload).map_err(|_| Error::Stored(format!("{about} cannot be sealed")))?;
    Ok([generation, nonce.as_slice(), &sealed].concat())
}

pub(crate) fn unseal(cipher: &XChaCha20Poly1305, about: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let damaged = || Error::Stored(format!("the sealed text of {about} is damaged"));
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or_else(damaged)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| damaged())?;
    let payload = Payload { msg: sealed, aad: about.as_bytes() };
    cipher.decrypt(&nonce, payload).map(Zeroizing::new).map_err(|_| damaged())
}

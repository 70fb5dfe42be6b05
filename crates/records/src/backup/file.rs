//! The file of a backup: a line that says what it is, a line of JSON about what is in it, a line with the digest of that line, then the copy as
//! a SQLite database. Encrypted to a recovery key, the whole is a file of age (<https://age-encryption.org/v1>), which `age -d` opens as well.

use crate::keys::main_key::MainKeys;
use crate::opening::own_alone;
use crate::{Error, Result, hex};
use age::secrecy::ExposeSecret;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::Path;

const MAGIC: &str = "kensan-backup 1";
const AGE: &[u8] = b"age-encryption.org/";
const SQLITE: &[u8] = b"SQLite format 3\0";
const BUFFER: usize = 1 << 16;
/// A line longer than this is none of ours.
const LINE: u64 = 1 << 20;

/// Which kind of database was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    Sqlite,
    Postgres,
}

/// The last entry of a provider's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub provider: i64,
    pub sequence: i64,
    pub hash: String,
}

/// What is in a backup, of one and the same moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub made_at: DateTime<Utc>,
    /// The version of the program that made it.
    pub program: String,
    pub schema: i64,
    pub source: Source,
    /// The names of the main keys that open the texts; never the keys.
    pub main_keys: Vec<String>,
    pub heads: Vec<Head>,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
    /// Of the copy.
    pub bytes: u64,
    /// Of the copy, in hexadecimal digits.
    pub sha256: String,
    /// The main key that vouches for all of it, and HMAC-SHA256 in hexadecimal digits; empty where the key was not at hand.
    #[serde(default)]
    pub signed_by: String,
    #[serde(default)]
    pub signature: String,
}

impl Manifest {
    fn signed(&self, keys: &MainKeys, name: &str) -> Option<String> {
        let plain = Manifest { signed_by: String::new(), signature: String::new(), ..self.clone() };
        keys.sign(name, b"kensan/backup", serde_json::to_string(&plain).ok()?.as_bytes())
    }

    /// By the newest key.
    pub(super) fn sign(&mut self, keys: &MainKeys) {
        let name = keys.names().next().unwrap_or_default();
        self.signature = self.signed(keys, &name).unwrap_or_default();
        self.signed_by = name;
    }

    /// Was it made by somebody who had the key?
    pub(crate) fn is_signed(&self, keys: &MainKeys) -> bool {
        self.signed(keys, &self.signed_by).is_some_and(|signed| signed == self.signature)
    }
}

fn failed(file: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |error| Error::File(format!("{}: {error}", file.display()))
}

fn refused(file: &Path, why: &str) -> Error {
    Error::File(format!("{}: {why}", file.display()))
}

/// A new pair of a recovery key, which is kept apart and opens backups, and its recipient, which makes them.
pub fn new_recovery_key() -> (String, String) {
    let identity = age::x25519::Identity::generate();
    (identity.to_string().expose_secret().to_owned(), identity.to_public().to_string())
}

fn recipient(text: &str) -> Result<age::x25519::Recipient> {
    text.trim()
        .parse()
        .map_err(|why| Error::KeyFile(format!("{text:?} is no recipient of a recovery key (age1…): {why}")))
}

/// Is it one that backups can be encrypted to?
pub fn check_recipient(text: &str) -> Result<()> {
    recipient(text).map(|_| ())
}

/// The recovery key in a file, as `kensan keys recovery` and `age-keygen` write it.
fn identity(file: &Path) -> Result<age::x25519::Identity> {
    let text = std::fs::read_to_string(file).map_err(failed(file))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let key = lines.next().ok_or_else(|| refused(file, "there is no recovery key in it"))?;
    key.parse().map_err(|why: &str| refused(file, &format!("this is no recovery key: {why}")))
}

/// Size and SHA-256 of a file.
pub(super) fn measure(file: &Path) -> Result<(u64, String)> {
    let mut reader = BufReader::with_capacity(BUFFER, File::open(file).map_err(failed(file))?);
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    loop {
        let read = reader.fill_buf().map_err(failed(file))?;
        if read.is_empty() {
            return Ok((bytes, hex(&hasher.finalize())));
        }
        hasher.update(read);
        let length = read.len();
        bytes += length as u64;
        reader.consume(length);
    }
}

/// Writes a backup of a copy aside; [`put_in_place`] gives it its name.
pub(super) fn write(copy: &Path, manifest: &Manifest, to: Option<&str>, partial: &Path) -> Result<()> {
    own_alone(partial, true)?;
    let out = File::options().write(true).truncate(true).open(partial).map_err(failed(partial))?;
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let pour = |sink: &mut dyn Write| -> Result<()> {
        let about = serde_json::to_string(manifest)?;
        let digest = hex(&Sha256::digest(about.as_bytes()));
        writeln!(sink, "{MAGIC}\n{about}\n{digest}").map_err(failed(partial))?;
        let mut copied = File::open(copy).map_err(failed(copy))?;
        std::io::copy(&mut copied, sink).map_err(failed(partial))?;
        Ok(())
    };
    match to {
        None => pour(&mut out)?,
        Some(to) => {
            let to = recipient(to)?;
            let encryptor = age::Encryptor::with_recipients(std::iter::once(&to as &dyn age::Recipient))
                .map_err(|error| Error::KeyFile(error.to_string()))?;
            let mut sealing = encryptor.wrap_output(out).map_err(failed(partial))?;
            pour(&mut sealing)?;
            out = sealing.finish().map_err(failed(partial))?;
        }
    }
    out.flush().map_err(failed(partial))?;
    out.get_ref().sync_all().map_err(failed(partial))
}

/// Gives a file that was written aside its name: whoever sees the name sees the whole file, also after a loss of power. What has the name
/// already stays.
pub(crate) fn put_in_place(partial: &Path, file: &Path) -> Result<()> {
    let named = || {
        File::open(partial)?.sync_all()?;
        match std::fs::hard_link(partial, file) {
            Ok(()) => std::fs::remove_file(partial)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
            // Some file systems, such as those of memory sticks and shares, have no second names.
            Err(_) if file.symlink_metadata().is_ok() => return Err(ErrorKind::AlreadyExists.into()),
            Err(_) => std::fs::rename(partial, file)?,
        }
        match file.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => File::open(parent)?.sync_all(),
            None => File::open(".")?.sync_all(),
        }
    };
    named().map_err(failed(file))
}

/// What a file turned out to be.
pub(crate) enum Opened {
    /// The copy is in place, and is what was copied.
    Backup(Box<Manifest>),
    /// A database file as it is, which nobody vouches for.
    PlainCopy,
}

/// Takes the copy out of a backup.
///
/// # Errors
/// [`Error::File`] and [`Error::KeyFile`], in words, where the file is empty, cut off, changed, of something else, or encrypted to another key.
pub(crate) fn unpack(file: &Path, recovery_key: Option<&Path>, copy: &Path) -> Result<Opened> {
    let mut head = Vec::new();
    File::open(file).and_then(|opened| opened.take(64).read_to_end(&mut head)).map_err(failed(file))?;
    let reader = BufReader::with_capacity(BUFFER, File::open(file).map_err(failed(file))?);
    if head.starts_with(SQLITE) {
        std::fs::copy(file, copy).map_err(failed(file))?;
        return Ok(Opened::PlainCopy);
    }
    if head.starts_with(AGE) {
        let Some(key) = recovery_key else {
            return Err(refused(file, "the backup is encrypted: name the recovery key with --recovery-key FILE"));
        };
        let key = identity(key)?;
        let unread = |error: age::DecryptError| refused(file, &format!("the backup cannot be decrypted: {error}"));
        let opened = age::Decryptor::new_buffered(reader).map_err(unread)?;
        let opened = opened.decrypt(std::iter::once(&key as &dyn age::Identity)).map_err(unread)?;
        return unpack_plain(BufReader::with_capacity(BUFFER, opened), file, copy);
    }
    unpack_plain(reader, file, copy)
}

fn line(reader: &mut impl BufRead, file: &Path) -> Result<String> {
    let mut line = Vec::new();
    reader.by_ref().take(LINE).read_until(b'\n', &mut line).map_err(|error| refused(file, &error.to_string()))?;
    if line.pop() != Some(b'\n') {
        return Err(refused(file, "this is no backup made by `kensan backup`"));
    }
    String::from_utf8(line).map_err(|_| refused(file, "this is no backup made by `kensan backup`"))
}

fn unpack_plain(mut reader: impl BufRead, file: &Path, copy: &Path) -> Result<Opened> {
    if line(&mut reader, file)? != MAGIC {
        return Err(refused(file, "this is no backup made by `kensan backup`"));
    }
    let about = line(&mut reader, file)?;
    let changed = || refused(file, "the backup was changed after it was made");
    if line(&mut reader, file)? != hex(&Sha256::digest(about.as_bytes())) {
        return Err(changed());
    }
    let manifest: Manifest = serde_json::from_str(&about).map_err(|_| changed())?;
    own_alone(copy, true)?;
    let out = File::options().write(true).truncate(true).open(copy).map_err(failed(copy))?;
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let cut = |error: std::io::Error| refused(file, &format!("the backup cannot be read to its end: {error}"));
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = reader.read(&mut buffer).map_err(cut)?;
        if read == 0 {
            break;
        }
        out.write_all(&buffer[..read]).map_err(failed(copy))?;
    }
    out.flush().and_then(|()| out.get_ref().sync_all()).map_err(failed(copy))?;
    let (bytes, sha256) = measure(copy)?;
    if bytes < manifest.bytes {
        let why = format!("the backup is cut off: {bytes} of {} bytes", manifest.bytes);
        return Err(refused(file, &why));
    }
    if (bytes, &sha256) != (manifest.bytes, &manifest.sha256) {
        return Err(changed());
    }
    Ok(Opened::Backup(Box::new(manifest)))
}

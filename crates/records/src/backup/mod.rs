//! Backups that were proven when they were made: a copy of one moment, opened again and compared before the file gets its name.

mod file;
mod moving;
mod run;

pub(crate) use file::put_in_place;
pub use file::{Head, Manifest, Source, check_recipient, new_recovery_key};
pub use run::BackupRun;

use crate::opening::{DATABASE, Pool, own_alone};
use crate::transfer::{self, LEFT_BEHIND};
use crate::{Actor, Error, Opening, Records, Result, schema};
use chrono::{DateTime, Utc};
use file::Opened;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How a backup is made.
#[derive(Debug, Clone)]
pub struct HowToBackUp {
    /// The recipient of a recovery key (`age1…`) it is encrypted to.
    pub recipient: Option<String>,
    pub now: DateTime<Utc>,
    /// The version of the program.
    pub program: String,
}

/// A backup that was made, and what its proof found wrong in the records themselves.
#[derive(Debug, Clone)]
pub struct BackedUp {
    pub manifest: Manifest,
    pub faults: Vec<String>,
}

/// What is made beside a backup goes away with it, whatever happens.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A directory beside the file that its owner alone can look into; what a killed backup left there is gone.
fn beside(file: &Path) -> Result<Beside> {
    let name = file.file_name().map_or_else(Default::default, |name| name.to_string_lossy().into_owned());
    let directory = file.with_file_name(format!(".{name}.working"));
    let failed = |error: std::io::Error| Error::File(format!("{}: {error}", directory.display()));
    if directory.exists() {
        std::fs::remove_dir_all(&directory).map_err(failed)?;
    }
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&directory).map_err(failed)?;
    Ok(Beside(directory))
}

/// A copy as one file, without a log beside it.
async fn open_copy(file: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).journal_mode(SqliteJournalMode::Delete);
    Ok(options.pragma("secure_delete", "ON").connect().await?)
}

async fn counts(copy: &mut SqliteConnection) -> Result<BTreeMap<String, i64>> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
         AND name NOT LIKE '!_%' ESCAPE '!' ORDER BY name";
    let mut counts = BTreeMap::new();
    for table in sqlx::query_scalar::<_, String>(sql).fetch_all(&mut *copy).await? {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(&mut *copy).await?;
        counts.insert(table, rows);
    }
    Ok(counts)
}

async fn heads(copy: &mut SqliteConnection) -> Result<Vec<Head>> {
    let sql = "SELECT provider_id, sequence, hash FROM audit_head ORDER BY provider_id";
    let found: Vec<(i64, i64, String)> = sqlx::query_as(sql).fetch_all(copy).await?;
    Ok(found.into_iter().map(|(provider, sequence, hash)| Head { provider, sequence, hash }).collect())
}

impl Records {
    /// Which kind of database it is.
    pub fn source(&self) -> Source {
        match &self.pool {
            Pool::Sqlite { .. } => Source::Sqlite,
            Pool::Postgres { .. } => Source::Postgres,
        }
    }

    /// Makes a backup while the records are in use. The main key is not in it.
    ///
    /// # Errors
    /// [`Error::File`] where it cannot be written; then there is no file under this name.
    pub async fn back_up(&self, file: &Path, how: &HowToBackUp) -> Result<BackedUp> {
        if let Some(recipient) = &how.recipient {
            check_recipient(recipient)?;
        }
        let beside = beside(file)?;
        // What is to be encrypted stands in clear beside the records alone, where it stands anyway.
        let clear = match (&self.pool, &how.recipient) {
            (Pool::Sqlite { directory, .. }, Some(_)) => Some(self::beside(&directory.join("backup"))?),
            _ => None,
        };
        let working = clear.as_ref().unwrap_or(&beside).0.clone();
        let copy = working.join(DATABASE);
        self.copy_into_directory(&working).await?;
        let mut manifest = self.describe(&copy, how).await?;
        let mut faults = self.prove(&working).await?;
        if self.source() == Source::Postgres {
            // Its rows are sealed in its own form, which the copy does not have.
            let actor = Actor { provider: 0, name: "kensan".to_owned(), now: how.now };
            let rows = self.read(actor).await?.verify_rows().await?;
            faults.extend(rows.into_iter().map(|fault| format!("{} {}: {}", fault.table, fault.id, fault.message)));
        }
        (manifest.bytes, manifest.sha256) = file::measure(&copy)?;
        // Nobody vouches for records that are not sound.
        if let Some(keys) = self.keys.as_ref().filter(|_| faults.is_empty()) {
            manifest.sign(keys);
        }
        let partial = beside.0.join("partial");
        let (about, recipient) = (manifest.clone(), how.recipient.clone());
        let (written, from) = (partial.clone(), copy.clone());
        tokio::task::spawn_blocking(move || file::write(&from, &about, recipient.as_deref(), &written))
            .await
            .map_err(|error| Error::File(error.to_string()))??;
        if how.recipient.is_none() {
            let again = beside.0.join("again.db");
            file::unpack(&partial, None, &again)?;
        }
        put_in_place(&partial, file)?;
        Ok(BackedUp { manifest, faults })
    }

    /// A copy of one moment as the embedded database of a directory that has none, with the schema the records have.
    pub async fn copy_into_directory(&self, directory: &Path) -> Result<()> {
        let copy = directory.join(DATABASE);
        match &self.pool {
            Pool::Sqlite { pool, .. } => {
                own_alone(&copy, true)?;
                let path = copy.to_string_lossy().into_owned();
                sqlx::query("VACUUM INTO $1").bind(path).execute(pool).await?;
                Ok(())
            }
            Pool::Postgres { .. } => self.copy_server(&copy).await,
        }
    }

    /// Copies PostgreSQL into a SQLite file in one snapshot, and compares all rows in the same snapshot.
    async fn copy_server(&self, copy: &Path) -> Result<()> {
        let Some((pool, _)) = self.server() else { return Ok(()) };
        let made = SqliteConnectOptions::new().filename(copy).create_if_missing(true).foreign_keys(true);
        own_alone(copy, true)?;
        let made = SqlitePoolOptions::new().max_connections(1).connect_with(made).await?;
        schema::bring_sqlite_to(&made, self.schema().await?).await?;
        // Hours may pass in a big one, in which the server must not think nobody is there.
        let mut from = pool.begin_with("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let mut to = made.begin().await?;
        transfer::into_sqlite(&mut from, &mut to).await?;
        transfer::compare(&mut to, &mut from).await?;
        to.commit().await?;
        from.rollback().await?;
        made.close().await;
        Ok(())
    }

    /// Takes out what nobody may find in a backup, and says what is in it.
    async fn describe(&self, copy: &Path, how: &HowToBackUp) -> Result<Manifest> {
        let mut open = open_copy(copy).await?;
        for table in LEFT_BEHIND {
            sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut open).await?;
        }
        let sql = "SELECT wrapped_by FROM data_key WHERE wrapped IS NOT NULL
             UNION SELECT signed_by FROM audit_head WHERE signed_by <> '' ORDER BY 1";
        let main_keys: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut open).await?;
        let (heads, rows) = (heads(&mut open).await?, counts(&mut open).await?);
        open.close().await?;
        Ok(Manifest {
            made_at: how.now,
            program: how.program.clone(),
            schema: schema::known(),
            source: self.source(),
            main_keys,
            heads,
            rows,
            bytes: 0,
            sha256: String::new(),
            signed_by: String::new(),
            signature: String::new(),
        })
    }

    /// Opens the copy as a restored one would be, and looks at all of it.
    async fn prove(&self, directory: &Path) -> Result<Vec<String>> {
        let copy = Records::open_copy(directory).await?;
        let faults = copy.faults(self.source() == Source::Sqlite).await?;
        copy.close().await;
        // The log is folded in, and its files are gone.
        open_copy(&directory.join(DATABASE)).await?.close().await?;
        Ok(faults)
    }

    /// Everything that is wrong: pages, references, the chain of each ledger, and, where the rows are in the form they were sealed in, the rows.
    pub async fn faults(&self, with_rows: bool) -> Result<Vec<String>> {
        let mut faults = self.check().await?;
        let actor = |provider| Actor { provider, name: "kensan".to_owned(), now: DateTime::UNIX_EPOCH };
        let mut work = self.read(actor(0)).await?;
        let providers = work.providers().await?;
        if with_rows {
            let rows = work.verify_rows().await?;
            faults.extend(rows.into_iter().map(|fault| format!("{} {}: {}", fault.table, fault.id, fault.message)));
        }
        drop(work);
        for provider in &providers {
            let mut work = self.read(actor(provider.id)).await?;
            let (_, broken) = work.verify_ledger().await?;
            faults.extend(broken.into_iter().map(|fault| format!("ledger of {}: {}", provider.id, fault.message)));
        }
        if providers.is_empty() {
            faults.push("there is no provider in it".to_owned());
        }
        Ok(faults)
    }

    /// Was a backup made by somebody who had one of these keys?
    pub fn vouches_for(&self, manifest: &Manifest) -> bool {
        self.keys.as_ref().is_some_and(|keys| manifest.is_signed(keys))
    }

    /// Opens what a backup holds, without keys and changing nothing.
    async fn open_copy(directory: &Path) -> Result<Records> {
        Records::open_without_keys(directory, Opening::AsItIs).await
    }
}

/// Is there something in the log beside a database file?
fn has_log(file: &Path) -> bool {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Takes the copy out of a backup into a new directory and looks at all of it. What is wrong leaves nothing behind.
///
/// # Errors
/// [`Error::File`] in words, also for a plain copy unless that is what the person means.
pub async fn restore(
    file: &Path,
    recovery_key: Option<&Path>,
    directory: &Path,
    takes_plain_copy: bool,
) -> Result<Option<Manifest>> {
    let beside = beside(&directory.join(DATABASE))?;
    let copy = beside.0.join(DATABASE);
    let manifest = match file::unpack(file, recovery_key, &copy)? {
        Opened::Backup(manifest) => Some(*manifest),
        Opened::PlainCopy if has_log(file) => {
            return Err(Error::File(format!(
                "{}: its log (-wal) stands beside it, and what is in it would be missing: copy the database while no server runs",
                file.display()
            )));
        }
        Opened::PlainCopy if takes_plain_copy => None,
        Opened::PlainCopy => {
            return Err(Error::File(format!(
                "{}: this is a plain copy of a database, not a backup: what was in its log is missing, and nobody has proven it. \
                 Say --plain-copy to take it all the same",
                file.display()
            )));
        }
    };
    let unsound = |why: String| Error::File(format!("{}: the backup is not sound: {why}", file.display()));
    let by_rows = manifest.as_ref().is_none_or(|about| about.source == Source::Sqlite);
    let opened = match &manifest {
        Some(_) => Records::open_without_keys(&beside.0, Opening::UpToDate).await,
        None => Records::open_without_keys(&beside.0, Opening::AsItIs).await,
    };
    let opened = opened.map_err(|error| unsound(error.to_string()))?;
    let faults = opened.faults(by_rows).await.map_err(|error| unsound(error.to_string()))?;
    opened.close().await;
    if !faults.is_empty() {
        return Err(unsound(faults.join("; ")));
    }
    let mut open = open_copy(&copy).await?;
    if let Some(about) = &manifest {
        let found = heads(&mut open).await?;
        if found != about.heads {
            return Err(unsound("the ledger's head is not the one of the backup".to_owned()));
        }
    }
    open.close().await?;
    put_in_place(&copy, &directory.join(DATABASE))?;
    Ok(manifest)
}

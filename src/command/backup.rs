//! `backup`, `restore`, `move`.

use super::directory::{check_is_vacant, create_directory};
use super::{Place, clock, connect, key_file, open, open_records};
use crate::outcome::{Failure, Outcome, Result};
use clap::Args;
use records::backup::{BackedUp, HowToBackUp, Manifest, Source, restore};
use records::{Actor, Opening, Presence, Records};
use secretariat::Secretariat;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Makes a backup and notes it, whatever came of it.
pub async fn back_up(
    secretariat: &Secretariat,
    file: &Path,
    recipient: Option<String>,
) -> secretariat::Result<BackedUp> {
    let how = HowToBackUp { recipient, now: secretariat.now(), program: env!("CARGO_PKG_VERSION").to_owned() };
    let made = secretariat.records().back_up(file, &how).await;
    let name = super::file_name(file);
    let (bytes, fault) = match &made {
        Ok(made) => (made.manifest.bytes, made.faults.join("; ")),
        Err(error) => (0, error.to_string()),
    };
    let mut work = secretariat.write(&Secretariat::operator(0)).await?;
    work.record_backup(&name, i64::try_from(bytes).unwrap_or(i64::MAX), &fault).await?;
    work.commit().await?;
    Ok(made?)
}

/// What a backup holds, for a person.
fn told(manifest: &Manifest) -> String {
    let mut text = format!(
        "made {} by version {}, schema {}, from {}\n",
        manifest.made_at.format("%Y-%m-%d %H:%M:%S UTC"),
        manifest.program,
        manifest.schema,
        if manifest.source == Source::Sqlite { "SQLite" } else { "PostgreSQL" },
    );
    for head in &manifest.heads {
        text.push_str(&format!(
            "ledger of provider {}: {} entries, head {}\n",
            head.provider, head.sequence, head.hash
        ));
    }
    let rows: i64 = manifest.rows.values().sum();
    text.push_str(&format!("{rows} rows in {} tables\n", manifest.rows.len()));
    for key in &manifest.main_keys {
        text.push_str(&format!("it needs the main key {key}, which is not in the backup\n"));
    }
    text
}

#[derive(Debug, Args)]
pub struct Backup {
    /// File to write; must not exist yet. The main key (kensan.key) is not in it: keep a copy of that apart.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Encrypt it to this recipient of a recovery key (see `kensan keys recovery`).
    #[arg(long, value_name = "age1…", env = "KENSAN_BACKUP_RECIPIENT")]
    recipient: Option<String>,
}

impl Backup {
    pub async fn run(self) -> Result {
        if self.file.exists() {
            return Err(Failure::refused(format!("{}: the file exists; choose another name", self.file.display())));
        }
        if let Some(recipient) = &self.recipient {
            records::backup::check_recipient(recipient).map_err(Failure::refused)?;
        }
        let secretariat = open(&self.place).await?;
        let made = back_up(&secretariat, &self.file, self.recipient).await?;
        secretariat.records().close().await;
        let mut text = format!("{}: {}", self.file.display(), told(&made.manifest));
        for fault in &made.faults {
            text.push_str(&format!("fault in the records themselves: {fault}\n"));
        }
        text.push_str("it was opened again and compared");
        let json = json!({ "file": self.file, "backup": made.manifest, "faults": made.faults });
        Ok(Outcome { faults: !made.faults.is_empty(), ..Outcome::new(json, text) })
    }
}

#[derive(Debug, Args)]
pub struct Restore {
    /// A file made by `kensan backup`.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// File with the recovery key of an encrypted backup.
    #[arg(long, value_name = "FILE")]
    recovery_key: Option<PathBuf>,
    /// Take a database file that is no backup, such as `kensan.db` copied by hand while no server ran.
    #[arg(long)]
    plain_copy: bool,
}

impl Restore {
    pub async fn run(self) -> Result {
        match (&self.place.data, &self.place.database) {
            (Some(directory), _) => self.to_directory(directory).await,
            (None, Some(url)) => self.to_server(url).await,
            (None, None) => Err(Failure::refused("say where: --data DIR or --database URL")),
        }
    }

    async fn unpack(&self, directory: &Path) -> Result<Option<Manifest>> {
        let key = self.recovery_key.as_deref();
        restore(&self.file, key, directory, self.plain_copy).await.map_err(|error| match error {
            records::Error::File(why) | records::Error::KeyFile(why) => Failure::Refused(why),
            other => other.into(),
        })
    }

    async fn to_directory(&self, directory: &Path) -> Result {
        check_is_vacant(directory)?;
        let was_there = directory.exists();
        create_directory(directory)?;
        let manifest = match self.unpack(directory).await {
            Ok(manifest) => manifest,
            Err(failure) => {
                if !was_there {
                    // Only where it is empty.
                    let _ = std::fs::remove_dir(directory);
                }
                return Err(failure);
            }
        };
        let records = match take_over(directory, manifest.as_ref()).await {
            Ok(records) => records,
            Err(failure) => {
                for end in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(directory.join(format!("kensan.db{end}")));
                }
                return Err(failure);
            }
        };
        let keys = keys_of(directory).display().to_string();
        self.restored(&records, manifest, &directory.display().to_string(), &keys).await
    }

    async fn to_server(&self, url: &str) -> Result {
        let target = connect(url, Opening::UpToDate).await?;
        check_is_empty(&target).await?;
        if key_file().is_none() {
            return Err(Failure::refused(NAME_THE_KEYS));
        }
        let _alone = target.be_present(Presence::Maintaining).await?;
        let working = super::directory::working(None, "kensan-restore-")?;
        let manifest = self.unpack(working.path()).await?;
        let copy = with_its_keys(Records::open_without_keys(working.path(), Opening::UpToDate).await?).await?;
        match manifest.as_ref().map(|about| about.source) {
            // In the form it was sealed in: the rows are compared with the ledger as they are.
            Some(Source::Postgres) => copy.copy_into(&target).await.map(|_| ())?,
            _ => {
                // With the key also the signatures of the ledgers.
                let faults = copy.faults(true).await?;
                if !faults.is_empty() {
                    return Err(Failure::refused(format!("the backup is not sound: {}", faults.join("; "))));
                }
                copy.move_to(&target, clock()()).await.map(|_| ())?;
            }
        }
        copy.close().await;
        let keys = key_file().map_or_else(|| "--keys FILE".to_owned(), |file| file.display().to_string());
        self.restored(&target, manifest, "the database", &keys).await
    }

    async fn restored(&self, records: &Records, manifest: Option<Manifest>, place: &str, keys: &str) -> Result {
        let missing = records.missing_keys().await?;
        // Without the key nobody can say whether a ledger is signed by it.
        let looked_at = if missing.is_empty() { records.clone() } else { records.without_keys() };
        let faults = looked_at.faults(true).await?;
        records.close().await;
        if !faults.is_empty() {
            return Err(Failure::Operator(format!("what was restored is not sound: {}", faults.join("; "))));
        }
        let mut text = format!("restored into {place}\n");
        text.push_str(&manifest.as_ref().map(told).unwrap_or_default());
        text.push_str("pages, references, ledgers and rows are in order");
        if !missing.is_empty() {
            text.push_str(&format!("\nthe main key {} is needed: put its file back as {keys}", missing.join(", ")));
        }
        Ok(Outcome::new(json!({ "place": place, "backup": manifest, "missing_keys": missing }), text))
    }
}

/// Opens what was restored. Rows that were sealed in the form of PostgreSQL are sealed anew, where the main key vouches for them.
async fn take_over(directory: &Path, manifest: Option<&Manifest>) -> Result<Records> {
    let records = Records::open_without_keys(directory, Opening::UpToDate).await?;
    match manifest.filter(|about| about.source == Source::Postgres) {
        Some(about) => {
            let records = with_its_keys(records).await?;
            check_vouched(&records, about)?;
            records.seal_everything_anew(Source::Postgres, clock()()).await?;
            Ok(records)
        }
        None => {
            let keys = keys_of(directory);
            if !keys.exists() {
                return Ok(records);
            }
            let records = records.with_keys(&keys).await?;
            if let Some(about) = manifest {
                check_vouched(&records, about)?;
            }
            Ok(records)
        }
    }
}

/// Rows that no seal speaks for are taken from whoever had the key alone.
fn check_vouched(records: &Records, manifest: &Manifest) -> Result<()> {
    if records.vouches_for(manifest) {
        return Ok(());
    }
    Err(Failure::refused(
        "the backup is not signed by the main key: it was changed, made without the key file, or of records that were not sound",
    ))
}

const NAME_THE_KEYS: &str = "the ledgers are signed by their main key: name its file with --keys FILE";

/// The file of main keys: the one the operator named, or the one beside the records.
fn keys_of(directory: &Path) -> PathBuf {
    key_file().map_or_else(|| directory.join("kensan.key"), Path::to_owned)
}

/// With the keys the records need, which whoever writes into the ledgers has to have.
async fn with_its_keys(records: Records) -> Result<Records> {
    let keys = keys_of(records.directory());
    if !keys.exists() {
        return Err(Failure::refused(NAME_THE_KEYS));
    }
    let records = records.with_keys(&keys).await?;
    match records.missing_keys().await?.first() {
        None => Ok(records),
        Some(name) => Err(Failure::refused(format!("{}: the main key {name} is not in it", keys.display()))),
    }
}

async fn check_is_empty(target: &Records) -> Result<()> {
    let actor = Actor { provider: 0, name: "kensan".to_owned(), now: clock()() };
    if target.read(actor).await?.providers().await?.is_empty() {
        return Ok(());
    }
    Err(Failure::refused("there are records in this database already; name an empty one"))
}

#[derive(Debug, Args)]
pub struct Move {
    #[command(flatten)]
    place: Place,
    /// New directory for the records.
    #[arg(long, value_name = "DIR", required_unless_present = "to_database")]
    to_data: Option<PathBuf>,
    /// Empty database of PostgreSQL for the records.
    #[arg(long, value_name = "URL", conflicts_with = "to_data")]
    to_database: Option<String>,
}

impl Move {
    pub async fn run(self) -> Result {
        if self.place.data.is_some() == self.to_data.is_some() {
            return Err(Failure::refused("records move from a directory into a database of PostgreSQL, or back"));
        }
        let from = open_records(&self.place, Opening::AsItIs).await?;
        let _alone = from.be_present(Presence::Maintaining).await?;
        let faults = from.faults(true).await?;
        if !faults.is_empty() {
            return Err(Failure::refused(format!(
                "the records are not sound, nothing was moved: {}",
                faults.join("; ")
            )));
        }
        if let Some(name) = from.missing_keys().await?.first() {
            return Err(Failure::refused(format!("the main key {name} is missing: put its file back (--keys FILE)")));
        }
        let keys = keys_of(from.directory());
        let target = match (&self.to_data, &self.to_database) {
            (Some(directory), _) => {
                check_is_vacant(directory)?;
                create_directory(directory)?;
                Records::open_with_keys(directory, &keys, Opening::UpToDate).await?
            }
            (None, Some(url)) => Records::connect(url).await?.with_keys(&keys).await?,
            (None, None) => return Err(Failure::refused("say where to: --to-data DIR or --to-database URL")),
        };
        check_is_empty(&target).await?;
        let _alone_there = target.be_present(Presence::Maintaining).await?;
        let counts = from.move_to(&target, clock()()).await?;
        let faults = target.faults(true).await?;
        if !faults.is_empty() {
            return Err(Failure::Operator(format!("what was moved is not sound: {}", faults.join("; "))));
        }
        target.close().await;
        from.close().await;
        let rows: i64 = counts.values().sum();
        Ok(Outcome::new(
            json!({ "rows": counts }),
            format!(
                "{rows} rows in {} tables were copied and compared one by one; the ledgers go on from where they were.\n\
                 The former records are as they were. Give the new ones the same main key (--keys FILE), then start the server with them.",
                counts.len()
            ),
        ))
    }
}

//! `backup`, `restore`, `doctor`.

use super::{Place, key_file, open};
use crate::outcome::{Failure, Outcome, Result};
use clap::Args;
use records::{Actor, Records};
use secretariat::Secretariat;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Backup {
    /// File to write; must not exist yet. The main key (kensan.key) is not in it: keep a copy of that apart.
    file: PathBuf,
    /// Directory of the embedded records. (For PostgreSQL use pg_dump.)
    #[arg(long, value_name = "DIR", env = "KENSAN_DATA")]
    data: PathBuf,
}

impl Backup {
    pub async fn run(self) -> Result {
        if self.file.exists() {
            return Err(Failure::refused(format!("{}: the file exists; choose another name", self.file.display())));
        }
        let secretariat = open(&Place { data: Some(self.data), database: None }).await?;
        secretariat.records().copy_to(&self.file).await?;
        let bytes = std::fs::metadata(&self.file).map(|meta| meta.len()).unwrap_or(0);
        Ok(Outcome::new(json!({ "file": self.file, "bytes": bytes }), format!("{} written", self.file.display())))
    }
}

#[derive(Debug, Args)]
pub struct Restore {
    /// A file made by `kensan backup`.
    file: PathBuf,
    /// New directory for the records; must hold none yet.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl Restore {
    pub async fn run(self) -> Result {
        let target = self.data.join("kensan.db");
        check_is_vacant(&self.data)?;
        check_is_database(&self.file)?;
        create_directory(&self.data)?;
        let keys = key_file().map_or_else(|| self.data.join("kensan.key"), Path::to_owned);
        let had_keys = keys.exists();
        // Complete or not at all: the name is right only when everything has been copied.
        let partial = self.data.join("kensan.db.partial");
        std::fs::copy(&self.file, &partial).map_err(|error| Failure::file(&self.file, &error))?;
        std::fs::rename(&partial, &target).map_err(|error| Failure::file(&target, &error))?;
        match self.check(&keys).await {
            Ok(mut told) => {
                told.insert_str(0, &format!("restored into {}", self.data.display()));
                Ok(Outcome::new(json!({ "data": self.data }), told))
            }
            Err(why) => {
                let mut made = vec![target.clone()];
                made.extend(["-wal", "-shm"].map(|end| self.data.join(format!("kensan.db{end}"))));
                // A new key for records that are not there would be mistaken for the old one.
                made.extend((!had_keys).then(|| keys.clone()));
                for file in made.into_iter().filter(|file| file.exists()) {
                    std::fs::remove_file(&file).map_err(|error| Failure::file(&file, &error))?;
                }
                Err(Failure::refused(format!("{}: the backup is not sound: {why}", self.file.display())))
            }
        }
    }

    /// Opens what was copied and looks at all of it. Gives what the operator has to do still, or why it is no backup.
    async fn check(&self, keys: &Path) -> std::result::Result<String, String> {
        let records = Records::open_with_keys(&self.data, keys).await.map_err(|error| error.to_string())?;
        let checked = check_records(&records, keys).await;
        records.close().await;
        checked
    }
}

/// Refused where there are records, or a log that records have left: it would be read into the new ones.
pub(super) fn check_is_vacant(directory: &Path) -> Result<()> {
    match ["kensan.db", "kensan.db-wal", "kensan.db-shm"]
        .map(|name| directory.join(name))
        .iter()
        .find(|file| file.exists())
    {
        None => Ok(()),
        Some(file) => Err(Failure::refused(format!(
            "{}: there are records here already; choose another directory",
            file.display()
        ))),
    }
}

/// A backup begins as every database file does; an empty or cut-off one does not.
fn check_is_database(file: &Path) -> Result<()> {
    let mut head = [0; 16];
    let read = std::fs::File::open(file).and_then(|mut opened| std::io::Read::read_exact(&mut opened, &mut head));
    match read {
        Ok(()) if head == *b"SQLite format 3\0" => Ok(()),
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(Failure::file(file, &error)),
        _ => Err(Failure::refused(format!("{}: this is no backup made by `kensan backup`", file.display()))),
    }
}

/// A directory that its owner alone can look into.
pub(super) fn create_directory(directory: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| Failure::file(directory, &error))
}

async fn check_records(records: &Records, keys: &Path) -> std::result::Result<String, String> {
    let text = |error: records::Error| error.to_string();
    let mut faults = records.check().await.map_err(text)?;
    let now = super::clock()();
    let actor = |provider| Actor { provider, name: "kensan".to_owned(), now };
    let mut work = records.read(actor(0)).await.map_err(text)?;
    let providers = work.providers().await.map_err(text)?;
    let rows = work.verify_rows().await.map_err(text)?;
    drop(work);
    faults.extend(rows.into_iter().map(|fault| format!("{} {}: {}", fault.table, fault.id, fault.message)));
    for provider in &providers {
        let mut work = records.read(actor(provider.id)).await.map_err(text)?;
        let (_, broken) = work.verify_ledger().await.map_err(text)?;
        faults.extend(broken.into_iter().map(|fault| format!("ledger of {}: {}", provider.id, fault.message)));
    }
    if providers.is_empty() {
        faults.push("there is no provider in it".to_owned());
    }
    if !faults.is_empty() {
        return Err(faults.join("; "));
    }
    Ok(match records.lacks_key().await.map_err(text)? {
        true => format!("; the texts of cases need their key: put it back as {}", keys.display()),
        false => String::new(),
    })
}

#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
}

impl Doctor {
    pub async fn run(self) -> Result {
        let secretariat = open(&self.place).await?;
        let mut faults: Vec<String> = Vec::new();
        faults.extend(secretariat.records().check().await?);
        if secretariat.records().lacks_key().await? {
            faults
                .push("the main key for the texts of cases is missing: put the key file back (--keys FILE)".to_owned());
        }
        let interrupted = secretariat.report_interrupted().await?;
        let mut work = secretariat.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        work.roll_back().await?;
        let mut text = String::new();
        for provider in &providers {
            let mut work = secretariat.read(&Secretariat::operator(provider.id)).await?;
            let (_, broken) = work.verify_ledger().await?;
            work.roll_back().await?;
            faults.extend(broken.into_iter().map(|fault| format!("ledger of {}: {}", provider.id, fault.message)));
            text.push_str(&format!("provider {}: {}\n", provider.id, provider.name));
        }
        let mut work = secretariat.read(&Secretariat::operator(0)).await?;
        let rows = work.verify_rows().await?;
        work.roll_back().await?;
        faults.extend(rows.into_iter().map(|fault| format!("{} {}: {}", fault.table, fault.id, fault.message)));
        for operation in &interrupted {
            text.push_str(&format!(
                "interrupted: {} {} begun at {}; nothing of it was saved, run it again\n",
                operation.kind, operation.detail, operation.started_at
            ));
        }
        for fault in &faults {
            text.push_str(&format!("fault: {fault}\n"));
        }
        if faults.is_empty() {
            text.push_str("everything is in order");
        }
        let providers: Vec<_> =
            providers.iter().map(|provider| json!({ "id": provider.id, "name": provider.name })).collect();
        let json = json!({ "providers": providers, "interrupted": interrupted, "faults": faults });
        Ok(Outcome { faults: !faults.is_empty(), ..Outcome::new(json, text) })
    }
}

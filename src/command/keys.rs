//! `keys rotate`, `keys shred`.

use super::{Place, open};
use crate::outcome::{Failure, Outcome, Result};
use clap::Subcommand;
use records::{Actor, Presence};
use secretariat::Secretariat;
use secretariat::practicum::retention::Shredded;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a recovery key for backups in a new file, and print its recipient. Backups are encrypted to the recipient; only the file opens them
    /// again: keep it apart from the server, on paper too.
    Recovery {
        /// File to write; must not exist yet.
        file: PathBuf,
    },
    /// Make a new main key and new keys for every cohort; every text is sealed anew. No copy of the records from before can be read
    /// with the new key file. Stop the server first: it keeps the old key.
    Rotate {
        #[command(flatten)]
        place: Place,
    },
    /// Destroy the keys of cohorts whose retention is over, as the server does every day, and make a new main key: their texts can never
    /// be read again, nor from older copies without the older key file. Stop the server first. In PostgreSQL run VACUUM and let archived
    /// logs go as well.
    Shred {
        #[command(flatten)]
        place: Place,
        /// Years after a cohort's last day for which its texts are kept, instead of what each provider has set.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
        years: Option<u32>,
        /// Say which cohorts it would be, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// The clock is right although nobody has used the records for months.
        #[arg(long)]
        clock_is_right: bool,
    },
}

impl Keys {
    pub async fn run(self) -> Result {
        match self {
            Keys::Recovery { file } => recovery(&file),
            Keys::Rotate { place } => rotate(&place).await,
            Keys::Shred { place, years, dry_run, clock_is_right } => {
                shred(&place, years, (dry_run, clock_is_right)).await
            }
        }
    }
}

fn recovery(file: &Path) -> Result {
    let (key, recipient) = records::backup::new_recovery_key();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut opened| {
        std::io::Write::write_all(&mut opened, format!("# recipient: {recipient}\n{key}\n").as_bytes())?;
        opened.sync_all()
    });
    written.map_err(|error| Failure::file(file, &error))?;
    Ok(Outcome::new(json!({ "file": file, "recipient": recipient }), recipient))
}

async fn providers(secretariat: &Secretariat) -> Result<Vec<i64>> {
    let mut work = secretariat.read(&Secretariat::operator(0)).await?;
    let providers = work.providers().await?.into_iter().map(|provider| provider.id).collect();
    work.roll_back().await?;
    Ok(providers)
}

/// A new main key, so that no older copy of the records can be read with the key file. Gives how many data keys it wraps.
async fn rotate_main_key(secretariat: &Secretariat, providers: &[i64]) -> Result<usize> {
    let actor = |provider: &i64| Actor { provider: *provider, name: "kensan".to_owned(), now: secretariat.now() };
    let mut records = secretariat.records().clone();
    Ok(records.rotate_main_key(providers.iter().map(actor).collect()).await?)
}

async fn rotate(place: &Place) -> Result {
    let secretariat = open(place).await?;
    let _alone = secretariat.records().be_present(Presence::Maintaining).await?;
    // What is sealed anew is as it was sealed before.
    let faults = secretariat.records().faults(true).await?;
    if !faults.is_empty() {
        return Err(Failure::refused(format!("the records are not sound, nothing was changed: {}", faults.join("; "))));
    }
    let providers = providers(&secretariat).await?;
    let actor = |provider: &i64| Actor { provider: *provider, name: "kensan".to_owned(), now: secretariat.now() };
    let mut records = secretariat.records().clone();
    let keys = records.rotate_main_key(providers.iter().map(actor).collect()).await?;
    let mut texts = 0;
    for provider in &providers {
        let mut work = records.read(actor(provider)).await?;
        let cohorts = work.cohorts().await?;
        work.roll_back().await?;
        // Each cohort is complete in itself: what a kill cuts off is one.
        for cohort in cohorts {
            let mut work = records.write(actor(provider)).await?;
            texts += work.rotate_data_key(cohort.id).await?;
            work.commit().await?;
        }
    }
    records.close().await;
    Ok(Outcome::new(
        json!({ "keys": keys, "texts": texts }),
        format!(
            "a new main key wraps {keys} keys; {texts} texts are sealed anew. Keep a copy of the key file apart from the records."
        ),
    ))
}

async fn shred(place: &Place, years: Option<u32>, (dry_run, clock_is_right): (bool, bool)) -> Result {
    let secretariat = open(place).await?;
    let mut _alone = None;
    if !dry_run {
        _alone = Some(secretariat.records().be_present(Presence::Maintaining).await?);
        secretariat.check_clock(clock_is_right).await?;
    }
    let mut due = secretariat.texts_to_shred(years).await?;
    let (mut main_key, mut failed) = ("", None);
    if !dry_run {
        let run = secretariat.shred(&due, years).await;
        (due, failed) = (run.done, run.failed);
        if secretariat.shredded_in_older_copies().await? {
            rotate_main_key(&secretariat, &providers(&secretariat).await?).await?;
            main_key = "; there is a new main key: keep a copy of the key file apart from the records";
        }
    }
    secretariat.records().close().await;
    let text: String = due.iter().map(|due| format!("provider {}: {}\n", due.provider, due.name)).collect();
    let told = match (due.len(), dry_run) {
        (0, _) => "no cohort whose retention is over has texts".to_owned(),
        (count, true) => format!("the texts of {count} cohorts would be shredded"),
        (count, false) => format!("the texts of {count} cohorts are shredded"),
    };
    if let Some(failed) = failed {
        crate::outcome::tell(&format!("{text}{told}{main_key}"));
        return Err(failed.into());
    }
    let named = |due: &Shredded| json!({ "provider": due.provider, "cohort": due.cohort, "name": due.name });
    let shredded: Vec<_> = due.iter().map(named).collect();
    let new_main_key = !main_key.is_empty();
    Ok(Outcome::new(
        json!({ "shredded": shredded, "new_main_key": new_main_key, "dry_run": dry_run }),
        format!("{text}{told}{main_key}"),
    ))
}

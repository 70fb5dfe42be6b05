//! What a server does by itself. Where several serve one PostgreSQL, one of them does it at a time.

use crate::command::backup::back_up;
use chrono::{DateTime, Utc};
use records::Presence;
use secretariat::notice::Mailer;
use secretariat::{Secretariat, local_day, local_hour};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often is looked for mails to send.
const MAIL_PAUSE: Duration = Duration::from_secs(15);
/// How often is looked whether something is due.
const PAUSE: Duration = Duration::from_secs(60);
/// Rounds between two sweeps of what has ended.
const ROUNDS_BETWEEN_SWEEPS: u32 = 60;
/// How a backup made by the server is called: from its beginning to its end. One of records that are not sound has another end, and is kept
/// beside the sound ones until the next of its kind.
const BEGINS: &str = "kensan-";
const SOUND: &str = ".backup";
const FAULTY: &str = ".faulty-backup";
/// When it was begun, in UTC.
const STAMP: &str = "%Y%m%d-%H%M%S";
/// Faults of the records that are told one by one.
const FAULTS_TOLD: usize = 20;
/// Minutes after which what went wrong is tried again.
const AGAIN: i64 = 60;

/// Backups the server makes by itself.
#[derive(Debug, Clone)]
pub struct Backups {
    pub directory: PathBuf,
    /// How many are kept.
    pub keep: usize,
    /// The hour of the day in Japan after which the day's backup is made.
    pub hour: u32,
    pub recipient: Option<String>,
}

/// Somebody outside who is sent the ledgers' heads every day.
pub struct Witness {
    pub mailer: Arc<Mailer>,
    pub address: String,
}

/// Sends the mails that wait, for as long as it runs.
pub async fn send_mails(secretariat: Secretariat, mailer: Arc<Mailer>, base_url: String) {
    loop {
        if let Err(error) = secretariat.deliver_mails(&mailer, &base_url).await {
            tracing::error!(%error, "notices could not be sent");
        }
        tokio::time::sleep(MAIL_PAUSE).await;
    }
}

/// What is due by the clock, for as long as it runs.
pub async fn keep_up(secretariat: Secretariat, backups: Option<Backups>, witness: Option<Witness>) {
    let (mut done, mut tried) = (None, None);
    for round in 0_u32.. {
        match secretariat.records().be_present(Presence::Housekeeping).await {
            Ok(_alone) => {
                if let Err(error) = secretariat.report_interrupted().await {
                    tracing::error!(%error, "work that was cut off could not be told");
                }
                if round % ROUNDS_BETWEEN_SWEEPS == 0 {
                    sweep(&secretariat).await;
                }
                // Every cohort under way is judged for it: once a day, and not in the first minute, when people come back all at once.
                let today = secretariat.today();
                if round > 0 && done != Some(today) && daily(&secretariat, witness.as_ref()).await {
                    done = Some(today);
                }
                if let Some(backups) = &backups {
                    make_if_due(&secretariat, backups, &mut tried).await;
                }
            }
            Err(records::Error::InUse) => {}
            Err(error) => tracing::error!(%error, "what is due could not be looked for"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn sweep(secretariat: &Secretariat) {
    if let Err(error) = secretariat.conclude_mails_cut_off().await {
        tracing::error!(%error, "mails that were cut off could not be told");
    }
    if let Err(error) = secretariat.sweep_sign_ins().await {
        tracing::error!(%error, "ended sessions could not be swept");
    }
    if let Err(error) = secretariat.sweep_looks().await {
        tracing::error!(%error, "old looks could not be removed from the read log");
    }
}

/// Reminders and texts whose retention has ended; false where something has to be tried again. The heads of the ledgers go into the log, where
/// whoever can write the database cannot change them.
async fn daily(secretariat: &Secretariat, witness: Option<&Witness>) -> bool {
    let mut well = true;
    match ledger_heads(secretariat).await {
        Ok(heads) => {
            for (provider, sequence, hash) in heads {
                tracing::info!(provider, sequence, head = hash, "the ledger's head of the day");
            }
        }
        Err(error) => tracing::error!(%error, "the ledgers' heads could not be noted"),
    }
    match secretariat.records().faults(true).await {
        Ok(faults) => {
            for fault in faults.iter().take(FAULTS_TOLD) {
                tracing::error!(
                    fault,
                    faults = faults.len(),
                    "the records are not as the ledger has them: see `kensan audit verify`"
                );
            }
        }
        Err(error) => tracing::error!(%error, "the records could not be compared with the ledger"),
    }
    if let Some(witness) = witness
        && let Err(error) = secretariat.mail_ledger_heads(&witness.mailer, &witness.address).await
    {
        well = false;
        tracing::error!(%error, "the ledgers' heads could not be sent");
    }
    if let Err(error) = secretariat.close_idle_accounts().await {
        well = false;
        tracing::error!(%error, "unused accounts could not be closed");
    }
    if let Err(error) = secretariat.queue_reminders().await {
        tracing::error!(%error, "reminders could not be queued");
        well = false;
    }
    // The texts' keys alone: a new main key, which older copies need, is the operator's, who keeps a copy of the key file.
    let shredded = secretariat.shred_announced().await.and_then(|run| run.failed.map_or(Ok(()), Err));
    if let Err(error) = shredded {
        tracing::error!(%error, "texts whose retention has ended could not be shredded");
        well = false;
    }
    if let Err(error) = secretariat.erase_announced().await {
        tracing::error!(%error, "personal data whose time is over could not be erased");
        well = false;
    }
    well
}

async fn ledger_heads(secretariat: &Secretariat) -> secretariat::Result<Vec<(i64, i64, String)>> {
    Ok(secretariat.read(&Secretariat::operator(0)).await?.ledger_heads().await?)
}

/// `tried` is when the last one was begun, whatever came of it.
async fn make_if_due(secretariat: &Secretariat, backups: &Backups, tried: &mut Option<DateTime<Utc>>) {
    if tried.is_some_and(|tried| (0..AGAIN).contains(&(secretariat.now() - tried).num_minutes())) {
        return;
    }
    match sweep_half_made(&backups.directory).and_then(|()| is_due(secretariat.now(), backups)) {
        Ok(false) => return,
        Ok(true) => {}
        Err(error) => return tracing::error!(%error, "the directory of the backups cannot be read"),
    }
    let now = secretariat.now();
    *tried = Some(now);
    let name = format!("{BEGINS}{}{SOUND}", now.format(STAMP));
    let file = backups.directory.join(&name);
    match back_up(secretariat, &file, backups.recipient.clone()).await {
        Ok(made) if made.faults.is_empty() => {
            tracing::info!(file = name, bytes = made.manifest.bytes, heads = ?made.manifest.heads, "a backup was made and proven");
            if let Err(error) = forget_oldest(&backups.directory, SOUND, backups.keep) {
                tracing::error!(%error, "old backups could not be deleted");
            }
        }
        Ok(made) => {
            tracing::error!(file = name, faults = made.faults.join("; "), "the records in the backup are not sound");
            let aside = file.with_file_name(format!("{BEGINS}{}{FAULTY}", now.format(STAMP)));
            let kept = std::fs::rename(&file, aside).and_then(|()| forget_oldest(&backups.directory, FAULTY, 1));
            if let Err(error) = kept {
                tracing::error!(%error, "a backup of records that are not sound could not be put aside");
            }
        }
        Err(error) => tracing::error!(%error, "the backup could not be made"),
    }
}

/// When a backup of the server's own was begun.
fn begun(path: &Path, end: &str) -> Option<chrono::NaiveDateTime> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let stamp = name.strip_prefix(BEGINS)?.strip_suffix(end)?;
    chrono::NaiveDateTime::parse_from_str(stamp, STAMP).ok()
}

/// Takes away what a killed server left half-made.
fn sweep_half_made(directory: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().map_or_else(Default::default, |name| name.to_string_lossy().into_owned());
        if name.starts_with(".kensan-") && name.ends_with(".backup.working") {
            std::fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

/// The day's backup is not there, and its hour has come.
fn is_due(now: DateTime<Utc>, backups: &Backups) -> std::io::Result<bool> {
    let today = local_day(now);
    let mut was_made = false;
    for entry in std::fs::read_dir(&backups.directory)? {
        was_made |= begun(&entry?.path(), SOUND).is_some_and(|begun| local_day(begun.and_utc()) == today);
    }
    Ok(!was_made && local_hour(now) >= backups.hour)
}

/// Deletes the oldest of the server's own backups, which their names sort by time.
fn forget_oldest(directory: &Path, end: &str, keep: usize) -> std::io::Result<()> {
    let mut made: Vec<PathBuf> = std::fs::read_dir(directory)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| begun(path, end).is_some())
        .collect();
    made.sort();
    for old in made.iter().take(made.len().saturating_sub(keep.max(1))) {
        std::fs::remove_file(old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_of_our_own_go_and_others_stay() {
        let directory = tempfile::tempdir().unwrap();
        let names = ["kensan-20260101-020000.backup", "kensan-20260102-020000.backup", "kensan-20260103-020000.backup"];
        for name in names.iter().chain(&["kensan-20250101.backup.age", "kensan-manual.backup", "notes.txt"]) {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        forget_oldest(directory.path(), SOUND, 2).unwrap();
        let mut left: Vec<String> = std::fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        assert_eq!(left, ["kensan-20250101.backup.age", names[1], names[2], "kensan-manual.backup", "notes.txt"]);
    }

    #[test]
    fn a_backup_is_due_once_a_day_after_its_hour() {
        let directory = tempfile::tempdir().unwrap();
        let backups = Backups { directory: directory.path().to_owned(), keep: 3, hour: 2, recipient: None };
        let due = |now: &str| is_due(now.parse().unwrap(), &backups).unwrap();
        assert!(!due("2026-11-30T16:59:59Z"), "one in the morning in Japan");
        assert!(due("2026-11-30T17:00:00Z"));
        // One made by hand is no day's backup, and neither is one of records that are not sound.
        for name in ["manual.backup", "kensan-20261130-170500.faulty-backup", "kensan-20261129-170500.backup"] {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        assert!(!due("2026-11-30T14:10:00Z"), "that of the day before in UTC is the day's in Japan");
        assert!(due("2026-11-30T17:10:00Z"));
        std::fs::create_dir(directory.path().join(".kensan-20261129-170500.backup.working")).unwrap();
        sweep_half_made(directory.path()).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 3, "what was half-made is gone");
        std::fs::write(directory.path().join("kensan-20261130-171000.backup"), "").unwrap();
        assert!(!due("2026-12-01T14:59:59Z"));
        assert!(due("2026-12-01T17:00:00Z"), "the next day");
    }
}

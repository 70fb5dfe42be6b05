//! What a server does by itself. Where several serve one PostgreSQL, one of them does it at a time.

use crate::command::backup::back_up;
use chrono::{DateTime, FixedOffset, NaiveDate, Timelike, Utc};
use records::Presence;
use secretariat::Secretariat;
use secretariat::notice::Mailer;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often is looked for mails to send.
const MAIL_PAUSE: Duration = Duration::from_secs(15);
/// How often is looked whether something is due.
const PAUSE: Duration = Duration::from_secs(60);
/// Rounds between two sweeps of what has ended.
const ROUNDS_BETWEEN_SWEEPS: u32 = 60;
/// How a backup made by the server is called: from its beginning to its end.
const NAMED: (&str, &str) = ("kensan-", ".backup");

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

/// Sends the mails that wait, for as long as it runs.
pub async fn send_mails(secretariat: Secretariat, mailer: Mailer, base_url: String) {
    loop {
        if let Err(error) = secretariat.deliver_mails(&mailer, &base_url).await {
            tracing::error!(%error, "notices could not be sent");
        }
        tokio::time::sleep(MAIL_PAUSE).await;
    }
}

/// What is due by the clock, for as long as it runs.
pub async fn keep_up(secretariat: Secretariat, backups: Option<Backups>) {
    let mut done = None;
    for round in 0_u32.. {
        match secretariat.records().be_present(Presence::Housekeeping).await {
            Ok(_alone) => {
                if let Err(error) = secretariat.report_interrupted().await {
                    tracing::error!(%error, "work that was cut off could not be told");
                }
                if round % ROUNDS_BETWEEN_SWEEPS == 0 {
                    sweep(&secretariat).await;
                }
                // Every cohort under way is judged for it: once a day, not once a minute.
                let today = secretariat.today();
                if done != Some(today) && daily(&secretariat).await {
                    done = Some(today);
                }
                if let Some(backups) = &backups {
                    make_if_due(&secretariat, backups).await;
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
}

/// Reminders and texts whose retention has ended; false where something has to be tried again. The heads of the ledgers go into the log, where
/// whoever can write the database cannot change them.
async fn daily(secretariat: &Secretariat) -> bool {
    let mut well = true;
    match ledger_heads(secretariat).await {
        Ok(heads) => {
            for (provider, sequence, hash) in heads {
                tracing::info!(provider, sequence, head = hash, "the ledger's head of the day");
            }
        }
        Err(error) => tracing::error!(%error, "the ledgers' heads could not be noted"),
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
    well
}

async fn ledger_heads(secretariat: &Secretariat) -> secretariat::Result<Vec<(i64, i64, String)>> {
    Ok(secretariat.read(&Secretariat::operator(0)).await?.ledger_heads().await?)
}

/// The day and the hour in Japan.
fn in_japan(moment: DateTime<Utc>) -> (NaiveDate, u32) {
    match FixedOffset::east_opt(9 * 3600) {
        Some(japan) => {
            let local = moment.with_timezone(&japan);
            (local.date_naive(), local.hour())
        }
        None => (moment.date_naive(), moment.hour()),
    }
}

async fn make_if_due(secretariat: &Secretariat, backups: &Backups) {
    match is_due(secretariat, backups).await {
        Ok(false) => return,
        Ok(true) => {}
        Err(error) => return tracing::error!(%error, "the age of the newest backup is not known"),
    }
    let now = secretariat.now();
    let name = format!("{}{}{}", NAMED.0, now.format("%Y%m%d-%H%M%S"), NAMED.1);
    match back_up(secretariat, &backups.directory.join(&name), backups.recipient.clone()).await {
        Ok(made) if made.faults.is_empty() => {
            tracing::info!(file = name, bytes = made.manifest.bytes, heads = ?made.manifest.heads, "a backup was made and proven");
            if let Err(error) = forget_oldest(&backups.directory, backups.keep) {
                tracing::error!(%error, "old backups could not be deleted");
            }
        }
        Ok(made) => {
            tracing::error!(file = name, faults = made.faults.join("; "), "the records in the backup are not sound")
        }
        Err(error) => tracing::error!(%error, "the backup could not be made"),
    }
}

/// The day's backup has not been made, and its hour has come. What went wrong is tried again after an hour.
async fn is_due(secretariat: &Secretariat, backups: &Backups) -> secretariat::Result<bool> {
    let (good, failed) = secretariat.read(&Secretariat::operator(0)).await?.newest_backup().await?;
    let (today, hour) = in_japan(secretariat.now());
    let was_made = good.is_some_and(|run| in_japan(run.made_at).0 == today);
    let failed_just_now = failed.is_some_and(|run| (secretariat.now() - run.made_at).num_minutes() < 60);
    Ok(!was_made && !failed_just_now && hour >= backups.hour)
}

/// Deletes the oldest of the server's own backups, which their names sort by time.
fn forget_oldest(directory: &Path, keep: usize) -> std::io::Result<()> {
    let mut made: Vec<PathBuf> = std::fs::read_dir(directory)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().map_or_else(Default::default, |name| name.to_string_lossy().into_owned());
            name.starts_with(NAMED.0) && name.ends_with(NAMED.1)
        })
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
        for name in names.iter().chain(&["kensan-20250101.backup.age", "notes.txt"]) {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        forget_oldest(directory.path(), 2).unwrap();
        let mut left: Vec<String> = std::fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        assert_eq!(left, ["kensan-20250101.backup.age", names[1], names[2], "notes.txt"]);
    }

    #[test]
    fn the_day_is_japans() {
        let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(in_japan(moment("2026-11-30T16:30:00Z")), (day("2026-12-01"), 1));
        assert_eq!(in_japan(moment("2026-11-30T14:59:59Z")), (day("2026-11-30"), 23));
    }
}

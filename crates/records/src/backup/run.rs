//! Which backups were made, for whoever asks how old the newest is.

use crate::{Result, Work};
use chrono::{DateTime, Utc};

/// A backup that was made, or was to be made.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct BackupRun {
    pub made_at: DateTime<Utc>,
    /// Its name, without directories.
    pub file: String,
    pub bytes: i64,
    /// What went wrong, in words; empty where all is well.
    pub fault: String,
}

impl Work {
    /// Notes a backup.
    pub async fn record_backup(&mut self, file: &str, bytes: i64, fault: &str) -> Result<()> {
        execute!(
            self,
            "INSERT INTO backup_run (made_at, file, bytes, fault) VALUES ($1, $2, $3, $4)",
            self.actor.now,
            file,
            bytes,
            fault
        )?;
        Ok(())
    }

    /// The newest backup in which all was well, and what went wrong after it.
    pub async fn newest_backup(&mut self) -> Result<(Option<BackupRun>, Option<BackupRun>)> {
        let good = optional!(
            self,
            BackupRun,
            "SELECT made_at, file, bytes, fault FROM backup_run WHERE fault = '' ORDER BY id DESC LIMIT 1"
        )?;
        let last =
            optional!(self, BackupRun, "SELECT made_at, file, bytes, fault FROM backup_run ORDER BY id DESC LIMIT 1")?;
        Ok((good, last.filter(|run| !run.fault.is_empty())))
    }

    /// The last backups, the newest first.
    pub async fn backup_runs(&mut self, limit: i64) -> Result<Vec<BackupRun>> {
        all!(self, BackupRun, "SELECT made_at, file, bytes, fault FROM backup_run ORDER BY id DESC LIMIT $1", limit)
    }

    /// When the installation began: before that there was nothing to copy.
    pub async fn first_entry_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        // Of each ledger its first entry, found by its number.
        let sql = "SELECT min((SELECT a.at FROM audit_entry a WHERE a.provider_id = p.id AND a.sequence = 1)) FROM provider p";
        let found = optional!(self, (Option<DateTime<Utc>>,), sql)?;
        Ok(found.and_then(|(at,)| at))
    }
}

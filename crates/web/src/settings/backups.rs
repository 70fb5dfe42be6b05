//! The backups that were made, and how to make one.

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use secretariat::settings::BackupRun;

/// How many are listed.
const LISTED: i64 = 60;

#[derive(Template)]
#[template(path = "settings/backups.html")]
struct Backups {
    page: Page,
    /// The newest in which all was well.
    newest: Option<BackupRun>,
    /// Hours since then.
    age: i64,
    runs: Vec<BackupRun>,
}

impl Backups {
    /// A size people read.
    fn size(&self, run: &&BackupRun) -> String {
        match run.bytes {
            bytes if bytes < 1_000_000 => format!("{} KB", bytes.div_euclid(1000)),
            bytes => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
        }
    }
}

pub(crate) async fn show(mut desk: Desk, page: Page) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let (newest, _) = work.newest_backup().await?;
    let runs = work.backup_runs(LISTED).await?;
    let age = newest.as_ref().map_or(0, |run| (secretariat.now() - run.made_at).num_hours());
    render(&Backups { page, newest, age, runs })
}

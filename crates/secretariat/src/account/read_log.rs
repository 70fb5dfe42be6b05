//! The read log: every look at personal data leaves a trace.
//!
//! A page that is read writes nothing: looks are noted beside the requests, those of half a second together. A server that is killed in that time
//! loses them; one that is told to stop writes them first.

use super::sign_in::Origin;
use crate::{Result, Secretariat, end_of_day, local_time};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use documents::export::{self, Cell, ExportFormat};
use records::Work;
use records::account::read_log::{NewRead, ReadFilter};
pub use records::account::read_log::{Read, ReadKind};
use std::sync::PoisonError;
use std::time::Duration;

/// How long looks are gathered before they are written together.
const GATHER: Duration = Duration::from_millis(500);
/// Most looks that wait for a database that is away; the oldest go first, and the operator is told.
const MOST_WAITING: usize = 50_000;
/// Longest address of a page that is kept, in characters.
const PATH_LENGTH: usize = 500;
/// Most looks in one file.
const MOST_EXPORTED: i64 = 100_000;

/// Looks that were not written yet.
#[derive(Default)]
pub(crate) struct Waiting {
    reads: Vec<NewRead>,
    /// Somebody will write them.
    is_awaited: bool,
}

/// Which looks are asked for, in days of Japan.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Part of the login or the name of who looked.
    pub who: String,
    pub person: Option<i64>,
    pub kind: Option<ReadKind>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// The first moment of a day in Japan.
fn begin_of_day(day: NaiveDate) -> Option<DateTime<Utc>> {
    end_of_day(day.pred_opt()?)
}

impl Wanted {
    fn filter(&self) -> ReadFilter {
        ReadFilter {
            who: self.who.clone(),
            person: self.person,
            kind: self.kind,
            from: self.from.and_then(begin_of_day),
            until: self.until.and_then(end_of_day),
        }
    }
}

impl Secretariat {
    /// Notes a look of a provider's user: what was looked at, and the address of the page. It is written within a second.
    pub fn note_look(
        &self,
        (provider, user): (i64, i64),
        kind: ReadKind,
        (subject, path): (String, &str),
        origin: &Origin,
    ) {
        let read = NewRead {
            provider,
            read_at: self.now(),
            user,
            kind,
            subject,
            path: path.chars().take(PATH_LENGTH).collect(),
            address: origin.shown(),
        };
        let mut waiting = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.reads.len() >= MOST_WAITING {
            tracing::error!(lost = 1, "the read log is full of looks that cannot be written: the oldest is lost");
            waiting.reads.remove(0);
        }
        waiting.reads.push(read);
        if !std::mem::replace(&mut waiting.is_awaited, true) {
            let secretariat = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(GATHER).await;
                if let Err(error) = secretariat.write_looks().await {
                    tracing::error!(%error, "looks could not be written into the read log; they are kept for the next time");
                }
            });
        }
    }

    /// Writes the looks that were noted so far.
    pub async fn write_looks(&self) -> Result<()> {
        // Whoever writes at this moment is waited for, so that afterwards all are written.
        let _alone = self.writing_looks.lock().await;
        let reads = {
            let mut waiting = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.is_awaited = false;
            std::mem::take(&mut waiting.reads)
        };
        if reads.is_empty() {
            return Ok(());
        }
        let written = self.write_these(&reads).await;
        if written.is_err() {
            self.looks.lock().unwrap_or_else(PoisonError::into_inner).reads.splice(0..0, reads);
        }
        written
    }

    async fn write_these(&self, reads: &[NewRead]) -> Result<()> {
        let mut work = self.write(&Secretariat::operator(0)).await?;
        work.note_reads(reads).await?;
        Ok(work.commit().await?)
    }

    /// Looks before `before` (an id), newest first.
    pub async fn looks(&self, work: &mut Work, wanted: &Wanted, (before, limit): (i64, i64)) -> Result<Vec<Read>> {
        Ok(work.reads(&wanted.filter(), before, limit).await?)
    }

    /// The looks as a table, newest first, at most a hundred thousand.
    pub async fn looks_file(&self, work: &mut Work, wanted: &Wanted, format: ExportFormat) -> Result<Vec<u8>> {
        let reads = work.reads(&wanted.filter(), i64::MAX, MOST_EXPORTED).await?;
        let rows = reads.into_iter().map(|read| {
            vec![
                Cell::Text(local_time(read.read_at).format("%Y-%m-%d %H:%M:%S").to_string()),
                Cell::Text(read.login),
                Cell::Text(read.name),
                Cell::Text(said(read.kind).to_owned()),
                Cell::Text(read.person.unwrap_or_default()),
                Cell::Text(read.subject),
                Cell::Text(read.path),
                Cell::Text(read.address),
            ]
        });
        let headings = ["日時", "ログインID", "閲覧者", "種別", "閲覧された人", "対象", "ページ", "接続元"];
        let rows: Vec<Vec<Cell>> = rows.collect();
        let written = tokio::task::spawn_blocking(move || export::write("閲覧記録", &headings, &rows, format)).await?;
        written.map_err(|error| crate::Error::Internal(error.to_string()))
    }

    /// Removes looks that are older than each provider keeps them.
    pub async fn sweep_looks(&self) -> Result<()> {
        let providers = self.read(&Secretariat::operator(0)).await?.providers().await?;
        for provider in providers {
            let mut work = self.write(&Secretariat::operator(provider.id)).await?;
            let days = self.account_policy(&mut work).await?.read_log_days;
            work.sweep_reads(self.now() - TimeDelta::days(days)).await?;
            work.commit().await?;
        }
        Ok(())
    }
}

/// As it stands in files.
fn said(kind: ReadKind) -> &'static str {
    match kind {
        ReadKind::Page => "表示",
        ReadKind::File => "ファイル",
        ReadKind::Refused => "拒否",
        ReadKind::SignInFailed => "ログイン失敗",
    }
}

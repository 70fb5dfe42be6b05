//! One transaction of the database.

use crate::keys::main_key::MainKeys;
use crate::ledger::seal::{Columns, Touched};
use crate::ledger::{NotedHeads, Pending, note_heads};
use crate::liveness::{Watched, leaves_open};
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use sqlx::{PgPool, Postgres, Sqlite};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// Who does the work, for whom, and when. The clock is the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub provider: i64,
    /// As shown in the ledger: the login name, or the command's name.
    pub name: String,
    pub now: DateTime<Utc>,
}

pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// One transaction. Dropped without [`Work::commit`], nothing of it remains.
pub struct Work {
    pub(crate) transaction: Transaction,
    pub(crate) actor: Actor,
    /// Ledger entries and changed rows; both are written when the work is committed.
    pub(crate) entries: Vec<Pending>,
    pub(crate) touched: Touched,
    pub(crate) columns: Arc<Columns>,
    pub(crate) keys: Option<Arc<MainKeys>>,
    /// Ends what waits for a server that is lost; SQLite has none.
    pub(crate) watched: Option<Watched>,
    pub(crate) doubt: Option<Doubt>,
    /// The heads of the ledgers as this process has left them, and as this work leaves them.
    pub(crate) noted_heads: NotedHeads,
    pub(crate) new_heads: Vec<(i64, i64, String)>,
    pub(crate) _turn: Option<OwnedSemaphorePermit>,
}

/// How to find out whether a server kept a work whose commit it did not answer.
pub(crate) struct Doubt {
    pub(crate) pool: PgPool,
    /// The last entry of the ledger the work wrote: provider, sequence, hash. It is there if the work was kept.
    pub(crate) last: Option<(i64, i64, String)>,
}

/// How long a server is asked about a commit it did not answer, and how often.
const DOUBT: Duration = Duration::from_secs(10);
const DOUBT_PAUSE: Duration = Duration::from_millis(500);

impl Doubt {
    /// Was the work kept? An error where nobody can say.
    async fn is_kept(&self) -> Result<bool> {
        let (provider, sequence, hash) = self.last.as_ref().ok_or(Error::Unclear)?;
        let asked = async {
            loop {
                match self.ask(*provider, *sequence, hash).await {
                    Ok(kept) => return kept,
                    Err(error) => tracing::warn!(%error, "the database does not say yet whether a work was kept"),
                }
                tokio::time::sleep(DOUBT_PAUSE).await;
            }
        };
        tokio::time::timeout(DOUBT, asked).await.map_err(|_| Error::Unclear)
    }

    /// The row of the ledger's head is locked by a work that is not decided yet: whoever gets it knows that it is.
    async fn ask(&self, provider: i64, sequence: i64, hash: &str) -> sqlx::Result<bool> {
        let mut transaction = self.pool.begin_with("BEGIN; SET LOCAL lock_timeout = '3s'").await?;
        let sql = "SELECT provider_id FROM audit_head WHERE provider_id = $1 FOR UPDATE";
        sqlx::query(sql).bind(provider).fetch_optional(&mut *transaction).await?;
        let sql = "SELECT EXISTS (SELECT 1 FROM audit_entry WHERE provider_id = $1 AND sequence = $2 AND hash = $3)";
        let kept =
            sqlx::query_scalar(sql).bind(provider).bind(sequence).bind(hash).fetch_one(&mut *transaction).await?;
        transaction.rollback().await?;
        Ok(kept)
    }
}

/// Ends a wait for a server that is lost.
pub(crate) async fn unless_lost<T>(
    watched: Option<Watched>,
    work: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    match watched {
        Some(watched) => watched.unless_lost(work).await,
        None => work.await,
    }
}

impl Work {
    /// Has this work changed something that is not committed yet? What is read then is nobody else's to know.
    pub fn has_changes(&self) -> bool {
        !self.entries.is_empty() || !self.touched.is_empty()
    }
}

/// The pattern of texts that contain this one, for `LIKE … ESCAPE '!'`.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

impl Work {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Keeps everything.
    ///
    /// # Errors
    /// [`Error::Unclear`] where the server did not answer and cannot be asked; after any other error nothing was kept.
    pub async fn commit(mut self) -> Result<()> {
        self.write_ledger().await?;
        let kept = match self.transaction {
            Transaction::Sqlite(transaction) => Ok(transaction.commit().await?),
            Transaction::Postgres(transaction) => {
                match (unless_lost(self.watched, transaction.commit()).await, self.doubt) {
                    (Ok(()), _) => Ok(()),
                    (Err(error), Some(doubt)) if leaves_open(&error) => {
                        tracing::warn!(%error, "the database did not answer a commit");
                        if doubt.is_kept().await? { Ok(()) } else { Err(error.into()) }
                    }
                    (Err(error), _) => Err(error.into()),
                }
            }
        };
        if kept.is_ok() {
            note_heads(&self.noted_heads, self.new_heads);
        }
        kept
    }

    /// Keeps nothing; what a dry run ends with.
    pub async fn roll_back(self) -> Result<()> {
        match self.transaction {
            Transaction::Sqlite(transaction) => transaction.rollback().await?,
            Transaction::Postgres(transaction) => unless_lost(self.watched, transaction.rollback()).await?,
        }
        Ok(())
    }
}

/// One row must have changed: otherwise somebody was faster. Gives its id.
pub(crate) fn one_row(changed: &[i64]) -> Result<i64> {
    match changed {
        [id] => Ok(*id),
        _ => Err(Error::LostUpdate),
    }
}

//! Opening the database, and one transaction of it.

use crate::audit::Pending;
use crate::seal::{self, Columns, Touched};
use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What can go wrong in the records.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Somebody else changed the row since it was read.
    #[error("the record was changed by somebody else in the meantime")]
    LostUpdate,
    /// No such row, or a row of another provider.
    #[error("there is no such record")]
    NotFound,
    #[error("a stored value cannot be read: {0}")]
    Stored(String),
}

impl Error {
    /// Did a rule of uniqueness refuse the row?
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Error::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Stored(error.to_string())
    }
}

impl From<training::UnknownId> for Error {
    fn from(error: training::UnknownId) -> Error {
        Error::Stored(error.to_string())
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Who does the work, for whom, and when. The clock is the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub provider: i64,
    /// As shown in the ledger: the login name, or the command's name.
    pub name: String,
    pub now: DateTime<Utc>,
}

/// An open database.
#[derive(Debug, Clone)]
pub struct Records {
    pool: Pool,
    columns: Arc<Columns>,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
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
}

impl Records {
    /// Opens (and creates, if need be) the SQLite database `kensan.db` in a directory, and brings it up to date.
    pub async fn open(directory: &Path) -> Result<Records> {
        let options = SqliteConnectOptions::new()
            .filename(directory.join("kensan.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30));
        let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
        sqlx::migrate!("migrations/sqlite").run(&pool).await?;
        let columns = Arc::new(seal::sqlite_columns(&pool).await?);
        Ok(Records { pool: Pool::Sqlite(pool), columns })
    }

    /// Connects to PostgreSQL and brings the database up to date.
    pub async fn connect(url: &str) -> Result<Records> {
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(16).connect(url).await?;
        sqlx::migrate!("migrations/postgres").run(&pool).await?;
        let columns = Arc::new(seal::postgres_columns(&pool).await?);
        Ok(Records { pool: Pool::Postgres(pool), columns })
    }

    /// A transaction that will write. On SQLite it waits for its turn at once, so that it cannot fail half-way.
    pub async fn write(&self, actor: Actor) -> Result<Work> {
        let transaction = match &self.pool {
            Pool::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        };
        Ok(Work::new(transaction, actor, Arc::clone(&self.columns)))
    }

    /// A transaction that only reads.
    pub async fn read(&self, actor: Actor) -> Result<Work> {
        let transaction = match &self.pool {
            Pool::Sqlite(pool) => Transaction::Sqlite(pool.begin().await?),
            Pool::Postgres(pool) => Transaction::Postgres(
                pool.begin_with("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        };
        Ok(Work::new(transaction, actor, Arc::clone(&self.columns)))
    }

    /// A consistent copy of an embedded database into one file.
    ///
    /// [`Error::NotFound`] for PostgreSQL, which has its own tools for it.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let file = file.to_string_lossy().into_owned();
                sqlx::query("VACUUM INTO $1").bind(file).execute(pool).await?;
                Ok(())
            }
            Pool::Postgres(_) => Err(Error::NotFound),
        }
    }

    /// Is the database sound? SQLite checks its pages and references; PostgreSQL answers when it is reachable.
    pub async fn check(&self) -> Result<Vec<String>> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(pool).await?;
                found.retain(|line| line != "ok");
                let broken: Vec<(String, Option<i64>, String, i64)> =
                    sqlx::query_as("PRAGMA foreign_key_check").fetch_all(pool).await?;
                found.extend(broken.into_iter().map(|(table, row, parent, _)| {
                    format!("row {} of {table} refers to a missing row of {parent}", row.unwrap_or(0))
                }));
                Ok(found)
            }
            Pool::Postgres(pool) => {
                sqlx::query("SELECT 1").execute(pool).await?;
                Ok(Vec::new())
            }
        }
    }

    /// Closes all connections, so that everything is on disk.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

impl Work {
    fn new(transaction: Transaction, mut actor: Actor, columns: Arc<Columns>) -> Work {
        // PostgreSQL keeps microseconds; what is hashed must be what is read back.
        let nanos = actor.now.timestamp_subsec_nanos() % 1000;
        actor.now -= chrono::TimeDelta::nanoseconds(i64::from(nanos));
        Work { transaction, actor, entries: Vec::new(), touched: Touched::new(), columns }
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Keeps everything.
    pub async fn commit(mut self) -> Result<()> {
        self.write_ledger().await?;
        match self.transaction {
            Transaction::Sqlite(transaction) => transaction.commit().await?,
            Transaction::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Keeps nothing; what a dry run ends with.
    pub async fn roll_back(self) -> Result<()> {
        match self.transaction {
            Transaction::Sqlite(transaction) => transaction.rollback().await?,
            Transaction::Postgres(transaction) => transaction.rollback().await?,
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

//! Opening the database, and one transaction of it.

use crate::keys::main_key::MainKeys;
use crate::ledger::Pending;
use crate::ledger::seal::{self, Columns, Touched};
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Who does the work, for whom, and when. The clock is the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub provider: i64,
    /// As shown in the ledger: the login name, or the command's name.
    pub name: String,
    pub now: DateTime<Utc>,
}

/// The file of the embedded database.
const DATABASE: &str = "kensan.db";

/// Makes a file, if it is to be made, that nobody but its owner can read, and takes the right from others where they have it.
fn own_alone(file: &Path, make: bool) -> Result<()> {
    let failed = |error: std::io::Error| Error::File(format!("{}: {error}", file.display()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(make);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = match options.open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !make => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mut permissions = opened.metadata().map_err(failed)?.permissions();
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(0o600);
            opened.set_permissions(permissions).map_err(failed)?;
        }
    }
    Ok(())
}

/// An open database.
#[derive(Debug, Clone)]
pub struct Records {
    pool: Pool,
    columns: Arc<Columns>,
    keys: Option<Arc<MainKeys>>,
    /// SQLite lets one write at a time. Who waits for it waits here, and leaves the connections to those who read.
    turn: Arc<Semaphore>,
    opened: Arc<AtomicUsize>,
}

/// How long a write waits for its turn.
const TURN: Duration = Duration::from_secs(30);

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
    pub(crate) keys: Option<Arc<MainKeys>>,
    _turn: Option<OwnedSemaphorePermit>,
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

impl Records {
    /// Opens (and creates, if need be) the SQLite database `kensan.db` in a directory, and brings it up to date. The main key is
    /// in `kensan.key` beside it.
    pub async fn open(directory: &Path) -> Result<Records> {
        Records::open_with_keys(directory, &directory.join("kensan.key")).await
    }

    /// The same with the main key in another file, see [`Records::with_keys`].
    pub async fn open_with_keys(directory: &Path, keys: &Path) -> Result<Records> {
        for name in [DATABASE, "kensan.db-wal", "kensan.db-shm"] {
            own_alone(&directory.join(name), name == DATABASE)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(directory.join(DATABASE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged is on disk: a loss of power takes nothing of it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(TURN)
            // A destroyed key must not stay in a page's free bytes.
            .pragma("secure_delete", "ON");
        let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
        sqlx::migrate!("migrations/sqlite").run(&pool).await?;
        let columns = Arc::new(seal::sqlite_columns(&pool).await?);
        let records = Records {
            pool: Pool::Sqlite(pool),
            columns,
            keys: None,
            turn: Arc::new(Semaphore::new(1)),
            opened: Arc::default(),
        };
        records.fill_person_keys().await?;
        records.with_keys(keys).await
    }

    /// Connects to PostgreSQL and brings the database up to date. Texts of cases need a main key: [`Records::with_keys`].
    pub async fn connect(url: &str) -> Result<Records> {
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(16).connect(url).await?;
        sqlx::migrate!("migrations/postgres").run(&pool).await?;
        let columns = Arc::new(seal::postgres_columns(&pool).await?);
        let records = Records {
            pool: Pool::Postgres(pool),
            columns,
            keys: None,
            turn: Arc::new(Semaphore::new(1)),
            opened: Arc::default(),
        };
        records.fill_person_keys().await?;
        Ok(records)
    }

    /// People recorded before their keys were, or while those had another form, get them now.
    async fn fill_person_keys(&self) -> Result<()> {
        let actor = || Actor { provider: 0, name: "kensan".to_owned(), now: DateTime::UNIX_EPOCH };
        // Read first: a command must not wait for somebody else's long write where there is nothing to do.
        while self.read(actor()).await?.lacks_person_keys().await? {
            let mut work = self.write(actor()).await?;
            work.fill_person_keys().await?;
            work.commit().await?;
        }
        Ok(())
    }

    /// The same records with the main keys of a file. A file that does not exist is made, unless texts were sealed by a key that is
    /// missing now: then everything but those texts can be used.
    pub async fn with_keys(mut self, file: &Path) -> Result<Records> {
        let keys = match MainKeys::read(file)? {
            Some(keys) => Some(keys),
            None if self.has_data_keys().await? => None,
            None => Some(MainKeys::create(file)?),
        };
        self.keys = keys.map(Arc::new);
        Ok(self)
    }

    /// Are the keys at hand that open the texts?
    pub async fn lacks_key(&self) -> Result<bool> {
        Ok(self.keys.is_none() && self.has_data_keys().await?)
    }

    async fn has_data_keys(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM data_key WHERE wrapped IS NOT NULL)";
        Ok(match &self.pool {
            Pool::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await?,
            Pool::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await?,
        })
    }

    /// Everything committed is in the database's own file, and nothing older in its log.
    async fn settle(&self) -> Result<()> {
        if let Pool::Sqlite(pool) = &self.pool {
            let (busy, _, _): (i64, i64, i64) =
                sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
            if busy != 0 {
                return Err(Error::KeyFile("the records are in use: stop the server first".to_owned()));
            }
        }
        Ok(())
    }

    /// Keys that were destroyed leave the files of the database too, as far as it lets them: SQLite's log is folded in, unless somebody reads,
    /// and PostgreSQL clears the rows that are no longer seen. Archived logs are the operator's.
    pub async fn forget_destroyed_keys(&self) -> Result<()> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
            }
            Pool::Postgres(pool) => {
                sqlx::query("VACUUM data_key").execute(pool).await?;
            }
        }
        Ok(())
    }

    /// A new main key wraps all data keys; the old ones leave the file last, so that a kill at any moment loses nothing.
    pub async fn rotate_main_key(&mut self, actors: Vec<Actor>) -> Result<usize> {
        let mut keys = self.keys.as_deref().ok_or(Error::KeyMissing)?.clone();
        keys.add()?;
        self.keys = Some(Arc::new(keys.clone()));
        let mut wrapped = 0;
        for actor in actors {
            let mut work = self.write(actor).await?;
            wrapped += work.wrap_data_keys_anew().await?;
            work.commit().await?;
        }
        // The old key is forgotten only when nothing on disk needs it any more.
        self.settle().await?;
        keys.forget_old()?;
        self.keys = Some(Arc::new(keys));
        Ok(wrapped)
    }

    /// A transaction that will write. On SQLite it waits for its turn at once, so that it cannot fail half-way.
    pub async fn write(&self, actor: Actor) -> Result<Work> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let turn = tokio::time::timeout(TURN, Arc::clone(&self.turn).acquire_owned());
                let turn = turn.await.ok().and_then(Result::ok).ok_or(sqlx::Error::PoolTimedOut)?;
                let transaction = Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?);
                Ok(self.work(transaction, actor, Some(turn)))
            }
            Pool::Postgres(pool) => Ok(self.work(Transaction::Postgres(pool.begin().await?), actor, None)),
        }
    }

    /// How many transactions were opened so far, by all who share these records.
    pub fn works_opened(&self) -> usize {
        self.opened.load(Ordering::Relaxed)
    }

    /// A transaction that only reads.
    pub async fn read(&self, actor: Actor) -> Result<Work> {
        let transaction = match &self.pool {
            Pool::Sqlite(pool) => Transaction::Sqlite(pool.begin().await?),
            Pool::Postgres(pool) => Transaction::Postgres(
                pool.begin_with("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        };
        Ok(self.work(transaction, actor, None))
    }

    fn work(&self, transaction: Transaction, mut actor: Actor, turn: Option<OwnedSemaphorePermit>) -> Work {
        self.opened.fetch_add(1, Ordering::Relaxed);
        // PostgreSQL keeps microseconds; what is hashed must be what is read back.
        let nanos = actor.now.timestamp_subsec_nanos() % 1000;
        actor.now -= chrono::TimeDelta::nanoseconds(i64::from(nanos));
        let (columns, keys) = (Arc::clone(&self.columns), self.keys.clone());
        Work { transaction, actor, entries: Vec::new(), touched: Touched::new(), columns, keys, _turn: turn }
    }

    /// A consistent copy of an embedded database into one file, without the main key.
    ///
    /// [`Error::NotFound`] for PostgreSQL, which has its own tools for it.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                own_alone(file, true)?;
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

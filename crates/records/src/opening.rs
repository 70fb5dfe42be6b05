//! Opening the database, and asking it for transactions.

use crate::account::vouching::SEALED_ACCOUNTS;
use crate::error::SchemaFault;
use crate::keys::main_key::MainKeys;
use crate::ledger::NotedHeads;
use crate::ledger::seal::{self, Columns, Touched};
use crate::liveness::{Liveness, Watched};
use crate::schema::{self, Opening};
use crate::this_machine::is_this_machine;
use crate::work::{Actor, Doubt, Transaction, Work};
use crate::{Error, Result};
use chrono::DateTime;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgPool, SqlitePool};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The file of the embedded database.
pub(crate) const DATABASE: &str = "kensan.db";

/// How long a work waits for its turn: a write on SQLite for the write before it, any work on PostgreSQL for those that fill the connections.
const TURN: Duration = Duration::from_secs(30);
/// How long anybody waits for the server of the database to give a connection.
pub(crate) const CONNECTION: Duration = Duration::from_secs(5);
/// Connections to PostgreSQL.
const CONNECTIONS: u32 = 16;
/// How PostgreSQL begins a work. A server of pages that stops in the middle of a write must not stop the others: its work is given up.
const BEGIN_WRITE: &str = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '4s'; SET LOCAL lock_timeout = '5s'; \
    SET LOCAL statement_timeout = '60s'";
const BEGIN_READ: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; \
    SET LOCAL idle_in_transaction_session_timeout = '60s'; SET LOCAL statement_timeout = '60s'";

/// An open database.
#[derive(Debug, Clone)]
pub struct Records {
    pub(crate) pool: Pool,
    pub(crate) columns: Arc<Columns>,
    pub(crate) keys: Option<Arc<MainKeys>>,
    /// SQLite lets one write at a time. Who waits for it waits here, and leaves the connections to those who read. On PostgreSQL one for each
    /// connection.
    turn: Arc<Semaphore>,
    opened: Arc<AtomicUsize>,
    /// The schema this process found, where it brought the database up to date.
    former_schema: Option<i64>,
    /// The heads of the ledgers as this process has left them.
    noted_heads: NotedHeads,
}

#[derive(Debug, Clone)]
pub(crate) enum Pool {
    Sqlite { pool: SqlitePool, directory: Arc<Path>, identity: Option<Identity> },
    Postgres { pool: PgPool, liveness: Liveness },
}

/// Which file of the file system was opened, whatever its name.
pub(crate) type Identity = (u64, u64);

fn identity(file: &Path) -> Option<Identity> {
    let metadata = std::fs::metadata(file).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// Makes a file, if it is to be made, that nobody but its owner can read, and takes the right from others where they have it.
pub(crate) fn own_alone(file: &Path, make: bool) -> Result<()> {
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

/// Rows that are read before whoever asked takes them.
const ROWS_AT_ONCE: usize = 2048;

fn sqlite_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        // What was acknowledged is on disk: a loss of power takes nothing of it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(TURN)
        // A cohort's people come over in one go: each pause between two rows is a change of threads.
        .row_buffer_size(ROWS_AT_ONCE)
        // A destroyed key must not stay in a page's free bytes.
        .pragma("secure_delete", "ON")
}

/// How a database is reached: one on another machine by TLS that checks who answers, unless the address says itself what it wants
/// (`sslmode=…`, or `PGSSLMODE`).
fn postgres_options(url: &str) -> Result<PgConnectOptions> {
    let options: PgConnectOptions = url.parse()?;
    let host = options.get_host();
    let is_own = options.get_socket().is_some() || host.starts_with('/') || is_this_machine(host);
    let is_said =
        ["sslmode=", "ssl-mode="].iter().any(|said| url.contains(said)) || std::env::var_os("PGSSLMODE").is_some();
    Ok(if is_own || is_said { options } else { options.ssl_mode(PgSslMode::VerifyFull) })
}

/// Connections are asked whether they can write before they are used, and left alone where they hang when they come back.
fn postgres_pool(options: PgConnectOptions, liveness: &Liveness) -> PgPool {
    let (of_idle, of_new) = (liveness.clone(), liveness.clone());
    PgPoolOptions::new()
        // One more than works: a commit that was not answered is asked about beside them.
        .max_connections(CONNECTIONS + 1)
        .acquire_timeout(CONNECTION)
        .test_before_acquire(false)
        .before_acquire(move |connection, about| {
            let liveness = of_idle.clone();
            Box::pin(async move { liveness.check(connection, about).await.map(|()| true) })
        })
        .after_connect(move |connection, about| {
            let liveness = of_new.clone();
            Box::pin(async move { liveness.check(connection, about).await })
        })
        .after_release(|connection, _| Box::pin(crate::liveness::answers(connection)))
        .connect_lazy_with(options)
}

impl Records {
    /// Opens (and creates, if need be) the SQLite database `kensan.db` in a directory, and brings it up to date. The main key is
    /// in `kensan.key` beside it.
    pub async fn open(directory: &Path) -> Result<Records> {
        Records::open_with_keys(directory, &directory.join("kensan.key"), Opening::UpToDate).await
    }

    /// The same with the main key in another file, see [`Records::with_keys`], and for whoever changes nothing.
    pub async fn open_with_keys(directory: &Path, keys: &Path, opening: Opening) -> Result<Records> {
        Records::open_without_keys(directory, opening).await?.with_keys(keys).await
    }

    /// The same where no text has to be read.
    pub async fn open_without_keys(directory: &Path, opening: Opening) -> Result<Records> {
        let makes = opening == Opening::UpToDate;
        for name in [DATABASE, "kensan.db-wal", "kensan.db-shm"] {
            own_alone(&directory.join(name), name == DATABASE && makes)?;
        }
        let file = directory.join(DATABASE);
        let options = sqlite_options(&file).create_if_missing(makes);
        let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
        let pool = Pool::Sqlite { pool, directory: directory.into(), identity: identity(&file) };
        Records::ready(pool, opening).await
    }

    /// Connects to PostgreSQL and brings the database up to date. Texts of cases need a main key: [`Records::with_keys`].
    pub async fn connect(url: &str) -> Result<Records> {
        Records::connect_for(url, Opening::UpToDate).await
    }

    /// The same, also for whoever changes nothing.
    pub async fn connect_for(url: &str, opening: Opening) -> Result<Records> {
        let liveness = Liveness::new();
        let pool = postgres_pool(postgres_options(url)?, &liveness);
        // A wrong address or password is told at once, in the server's words.
        drop(pool.acquire().await?);
        Records::ready(Pool::Postgres { pool, liveness }, opening).await
    }

    async fn ready(pool: Pool, opening: Opening) -> Result<Records> {
        let turns = match &pool {
            Pool::Sqlite { .. } => 1,
            Pool::Postgres { .. } => CONNECTIONS as usize,
        };
        let mut records = Records {
            pool,
            columns: Arc::default(),
            keys: None,
            turn: Arc::new(Semaphore::new(turns)),
            opened: Arc::default(),
            former_schema: None,
            noted_heads: Arc::default(),
        };
        let found = records.schema().await?;
        if schema::is_behind(found, opening)? {
            records.bring_up_to_date().await?;
            records.former_schema = Some(found).filter(|found| *found > 0);
        }
        records.columns = Arc::new(match &records.pool {
            Pool::Sqlite { pool, .. } => seal::sqlite_columns(pool).await?,
            Pool::Postgres { pool, .. } => seal::postgres_columns(pool).await?,
        });
        if opening == Opening::UpToDate {
            records.fill_person_keys().await?;
        }
        Ok(records)
    }

    /// The number of the last migration of the database.
    pub async fn schema(&self) -> Result<i64> {
        match &self.pool {
            Pool::Sqlite { pool, .. } => schema::of_sqlite(pool).await,
            Pool::Postgres { pool, .. } => schema::of_postgres(pool).await,
        }
    }

    /// The server of the database and how it is, where there is one.
    pub(crate) fn server(&self) -> Option<(&PgPool, &Liveness)> {
        match &self.pool {
            Pool::Sqlite { .. } => None,
            Pool::Postgres { pool, liveness } => Some((pool, liveness)),
        }
    }

    /// Where the embedded database and its locks are; empty for PostgreSQL.
    pub fn directory(&self) -> &Path {
        match &self.pool {
            Pool::Sqlite { directory, .. } => directory,
            Pool::Postgres { .. } => Path::new(""),
        }
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
            None if !self.needed_keys().await?.is_empty() => None,
            None => Some(MainKeys::create(file)?),
        };
        self.keys = keys.map(Arc::new);
        if self.keys.is_some() && self.former_schema.take().is_some_and(|former| former < SEALED_ACCOUNTS) {
            self.seal_former_accounts().await?;
        }
        Ok(self)
    }

    /// The names of main keys that texts and ledgers need and that are not at hand: the key file is missing, or is another one.
    pub async fn missing_keys(&self) -> Result<Vec<String>> {
        let at_hand: Vec<String> = self.keys.iter().flat_map(|keys| keys.names()).collect();
        let mut needed = self.needed_keys().await?;
        needed.retain(|name| !at_hand.contains(name));
        Ok(needed)
    }

    /// The same records for whoever has no key.
    pub fn without_keys(&self) -> Records {
        Records { keys: None, ..self.clone() }
    }

    /// The key file says still what it said when it was read.
    pub fn keys_are_current(&self) -> bool {
        self.keys.as_ref().is_none_or(|keys| keys.check_newest().is_ok())
    }

    /// The names of main keys that texts are sealed with, and ledgers signed.
    async fn needed_keys(&self) -> Result<Vec<String>> {
        if self.schema().await? < schema::SIGNED_HEADS {
            // What an older schema needs is known when it has been brought up to date.
            return Ok(Vec::new());
        }
        let sql = "SELECT wrapped_by FROM data_key WHERE wrapped IS NOT NULL
             UNION SELECT signed_by FROM audit_head WHERE signed_by <> '' ORDER BY 1";
        Ok(match &self.pool {
            Pool::Sqlite { pool, .. } => sqlx::query_scalar(sql).fetch_all(pool).await?,
            Pool::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_all(pool).await?,
        })
    }

    /// A transaction that will write. On SQLite it waits for its turn at once, so that it cannot fail half-way.
    pub async fn write(&self, actor: Actor) -> Result<Work> {
        match &self.pool {
            Pool::Sqlite { pool, .. } => {
                self.check_in_place()?;
                let turn = self.turn().await?;
                let transaction = Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?);
                Ok(self.work(transaction, actor, Some(turn), None))
            }
            Pool::Postgres { pool, liveness } => {
                let (turn, watched) = (self.turn().await?, liveness.watched()?);
                let transaction = watched.clone().unless_lost(pool.begin_with(BEGIN_WRITE)).await?;
                Ok(self.work(Transaction::Postgres(transaction), actor, Some(turn), Some(watched)))
            }
        }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.turn).acquire_owned()).await;
        Ok(turn.ok().and_then(Result::ok).ok_or(sqlx::Error::PoolTimedOut)?)
    }

    /// How many transactions were opened so far, by all who share these records.
    pub fn works_opened(&self) -> usize {
        self.opened.load(Ordering::Relaxed)
    }

    /// Connections to the database: all, and those nobody uses.
    pub fn connections(&self) -> (u32, usize) {
        match &self.pool {
            Pool::Sqlite { pool, .. } => (pool.size(), pool.num_idle()),
            Pool::Postgres { pool, .. } => (pool.size(), pool.num_idle()),
        }
    }

    /// A transaction that only reads.
    pub async fn read(&self, actor: Actor) -> Result<Work> {
        match &self.pool {
            Pool::Sqlite { pool, .. } => Ok(self.work(Transaction::Sqlite(pool.begin().await?), actor, None, None)),
            Pool::Postgres { pool, liveness } => {
                let (turn, watched) = (self.turn().await?, liveness.watched()?);
                let transaction = watched.clone().unless_lost(pool.begin_with(BEGIN_READ)).await?;
                Ok(self.work(Transaction::Postgres(transaction), actor, Some(turn), Some(watched)))
            }
        }
    }

    fn work(
        &self,
        transaction: Transaction,
        mut actor: Actor,
        turn: Option<OwnedSemaphorePermit>,
        watched: Option<Watched>,
    ) -> Work {
        self.opened.fetch_add(1, Ordering::Relaxed);
        // PostgreSQL keeps microseconds; what is hashed must be what is read back.
        let nanos = actor.now.timestamp_subsec_nanos() % 1000;
        actor.now -= chrono::TimeDelta::nanoseconds(i64::from(nanos));
        let (columns, keys) = (Arc::clone(&self.columns), self.keys.clone());
        let doubt = self.server().map(|(pool, _)| Doubt { pool: pool.clone(), last: None });
        Work {
            transaction,
            actor,
            entries: Vec::new(),
            touched: Touched::new(),
            columns,
            keys,
            watched,
            doubt,
            noted_heads: Arc::clone(&self.noted_heads),
            new_heads: Vec::new(),
            _turn: turn,
        }
    }

    /// The file that was opened stands where it stood: what is written into another would be lost.
    fn check_in_place(&self) -> Result<()> {
        match &self.pool {
            Pool::Sqlite { directory, identity: Some(opened), .. }
                if identity(&directory.join(DATABASE)) != Some(*opened) =>
            {
                Err(Error::Replaced)
            }
            _ => Ok(()),
        }
    }

    /// Can the embedded database be written? Somebody else who writes now shows that it can. On a connection of its own, so that whoever asks
    /// keeps none from the pages.
    pub(crate) async fn check_embedded(&self) -> Result<()> {
        self.check_in_place()?;
        let Pool::Sqlite { directory, pool, .. } = &self.pool else { return Ok(()) };
        if pool.is_closed() {
            return Err(sqlx::Error::PoolClosed.into());
        }
        let options = sqlite_options(&directory.join(DATABASE)).busy_timeout(Duration::from_millis(200));
        let mut connection = options.connect().await?;
        // Something is written, so that a full disk shows; the hourly sweep takes it away.
        let sql = "BEGIN IMMEDIATE; INSERT OR REPLACE INTO web_session (id, data, expires_at)
             VALUES ('readyz', '', '1970-01-01T00:00:00+00:00'); COMMIT";
        match sqlx::raw_sql(sql).execute(&mut connection).await {
            Err(error) if !crate::liveness::is_busy(&error) => return Err(error.into()),
            _ => {}
        }
        Ok(connection.close().await?)
    }

    /// Is the database sound? SQLite checks its pages and references; PostgreSQL answers when it is reachable.
    pub async fn check(&self) -> Result<Vec<String>> {
        match &self.pool {
            Pool::Sqlite { pool, .. } => {
                let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(pool).await?;
                found.retain(|line| line != "ok");
                let broken: Vec<(String, Option<i64>, String, i64)> =
                    sqlx::query_as("PRAGMA foreign_key_check").fetch_all(pool).await?;
                found.extend(broken.into_iter().map(|(table, row, parent, _)| {
                    format!("row {} of {table} refers to a missing row of {parent}", row.unwrap_or(0))
                }));
                found.extend(self.strange_objects().await?);
                Ok(found)
            }
            Pool::Postgres { pool, .. } => {
                sqlx::query("SELECT 1").execute(pool).await?;
                self.strange_objects().await
            }
        }
    }

    /// What Kensan never makes, and what would change rows or show others without a trace: triggers, views, rules, policies.
    pub async fn strange_objects(&self) -> Result<Vec<String>> {
        let names: Vec<String> = match &self.pool {
            Pool::Sqlite { pool, .. } => {
                let sql =
                    "SELECT type || ' ' || name FROM sqlite_master WHERE type NOT IN ('table', 'index') ORDER BY 1";
                sqlx::query_scalar(sql).fetch_all(pool).await?
            }
            Pool::Postgres { pool, .. } => {
                let sql = "SELECT 'view ' || relname FROM pg_class
                        WHERE relnamespace = current_schema()::regnamespace AND relkind NOT IN ('r', 'i', 'S', 't')
                    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                        WHERE c.relnamespace = current_schema()::regnamespace AND NOT tgisinternal
                    UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
                        WHERE c.relnamespace = current_schema()::regnamespace AND rulename <> '_RETURN'
                    UNION ALL SELECT 'policy ' || polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
                        WHERE c.relnamespace = current_schema()::regnamespace ORDER BY 1";
                sqlx::query_scalar(sql).fetch_all(pool).await?
            }
        };
        Ok(names.into_iter().map(|name| format!("{name}: Kensan made none; it changes or hides rows")).collect())
    }

    /// Closes all connections, so that everything is on disk.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite { pool, .. } => pool.close().await,
            Pool::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// Bringing an older database up to date.
impl Records {
    /// Nobody serves meanwhile, and an embedded database is copied before.
    async fn bring_up_to_date(&self) -> Result<()> {
        let found = self.schema().await?;
        if found == 0 {
            return self.migrate().await;
        }
        let _alone = self.be_present(crate::Presence::Maintaining).await?;
        self.copy_before_upgrade(found).await?;
        self.migrate().await
    }

    async fn migrate(&self) -> Result<()> {
        match &self.pool {
            Pool::Sqlite { pool, .. } => schema::bring_sqlite_up_to_date(pool).await,
            Pool::Postgres { pool, .. } => schema::bring_postgres_up_to_date(pool).await,
        }
    }

    /// A copy of the embedded database as an older program left it; PostgreSQL has its own backups.
    async fn copy_before_upgrade(&self, found: i64) -> Result<()> {
        let Pool::Sqlite { pool, directory, .. } = &self.pool else { return Ok(()) };
        let copy: PathBuf = directory.join(format!("before-upgrade-{found}.db"));
        if copy.exists() {
            return Ok(());
        }
        let partial = directory.join(format!("before-upgrade-{found}.partial"));
        let _ = std::fs::remove_file(&partial);
        own_alone(&partial, true)?;
        sqlx::query("VACUUM INTO $1").bind(partial.to_string_lossy().into_owned()).execute(pool).await?;
        crate::backup::put_in_place(&partial, &copy)
    }
}

/// Why a URL or a file is no place for records.
impl From<SchemaFault> for Error {
    fn from(fault: SchemaFault) -> Error {
        Error::Schema(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_elsewhere_is_asked_who_it_is() {
        for (url, checked) in [
            ("postgres://kensan@db.example.lg.jp/kensan", true),
            ("postgres://kensan@192.0.2.7/kensan", true),
            ("postgres://kensan@db.example.lg.jp/kensan?sslmode=disable", false),
            ("postgres://kensan@localhost/kensan", false),
            ("postgres://kensan@127.0.0.1/kensan", false),
            ("postgres:///kensan?host=/run/postgresql", false),
        ] {
            let mode = format!("{:?}", postgres_options(url).unwrap().get_ssl_mode());
            assert_eq!(mode == "VerifyFull", checked, "{url}: {mode}");
        }
    }
}

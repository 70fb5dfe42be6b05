//! Does the PostgreSQL server still answer, and can it write?
//!
//! A server that falls silent leaves connections that look alive, and one that was demoted answers and keeps nothing. A connection is asked
//! before it is used; a server of pages also asks once a second over a connection of its own, and ends what waits for an answer that
//! will never come.

use crate::presence::{self, Presence};
use crate::{Error, Records, Result};
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::future::Future;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long a server may think about whether it can write.
const ANSWER: Duration = Duration::from_millis(1500);
/// How often a server of pages asks.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known of the server of the database.
#[derive(Debug, Clone)]
pub(crate) struct Liveness(Arc<Known>);

#[derive(Debug)]
struct Known {
    /// When the server was lost last. Connections made before are not used again.
    lost_at: watch::Sender<Instant>,
    /// Nobody waits for a server that is known to be away.
    is_away: AtomicBool,
}

/// What waits for an answer of the server, and ends when the server is lost.
#[derive(Debug, Clone)]
pub(crate) struct Watched(watch::Receiver<Instant>);

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(ErrorKind::ConnectionAborted, "the server does not answer any more"))
}

impl Liveness {
    pub(crate) fn new() -> Liveness {
        Liveness(Arc::new(Known { lost_at: watch::Sender::new(Instant::now()), is_away: AtomicBool::new(false) }))
    }

    fn note_loss(&self) {
        self.0.lost_at.send_replace(Instant::now());
    }

    fn note_away(&self, is_away: bool) {
        self.0.is_away.store(is_away, Ordering::Relaxed);
    }

    /// Something to wait by for answers of the server.
    ///
    /// # Errors
    /// The server is away at this moment.
    pub(crate) fn watched(&self) -> sqlx::Result<Watched> {
        if self.0.is_away.load(Ordering::Relaxed) { Err(lost()) } else { Ok(Watched(self.0.lost_at.subscribe())) }
    }

    /// Asks a connection before it is used. One that has just answered is not asked again.
    pub(crate) async fn check(&self, connection: &mut PgConnection, about: PoolConnectionMetadata) -> sqlx::Result<()> {
        let made = Instant::now().checked_sub(about.age);
        if made.is_none_or(|made| made < *self.0.lost_at.borrow()) {
            return Err(lost());
        }
        if about.idle_for < PAUSE && about.idle_for < about.age {
            return Ok(());
        }
        if can_write(connection).await? { Ok(()) } else { Err(lost()) }
    }
}

impl Watched {
    /// The outcome, unless the server is lost before.
    pub(crate) async fn unless_lost<T>(mut self, work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        tokio::select! {
            biased;
            done = work => done,
            // The sender lives as long as the records do.
            Ok(()) = self.0.changed() => Err(lost()),
        }
    }
}

/// Does the server answer in time, and keep what it is given?
async fn can_write(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let sql = "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'";
    let asked = sqlx::query_scalar::<_, bool>(sql).fetch_one(connection);
    tokio::time::timeout(ANSWER, asked).await.unwrap_or_else(|_| Err(lost()))
}

/// A connection that comes back is asked whether it still answers; one that hangs is not kept.
pub(crate) async fn answers(connection: &mut PgConnection) -> sqlx::Result<bool> {
    tokio::time::timeout(ANSWER, connection.ping()).await.unwrap_or_else(|_| Err(lost())).map(|()| true)
}

async fn connect_anew(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    let asked = async {
        let mut connection = options.connect().await?;
        // Whoever changes schema or keys sees that somebody serves, also after the server of the database was away.
        let serves = presence::take(&mut connection, Presence::Serving).await?;
        if serves && can_write(&mut connection).await? { Ok(connection) } else { Err(lost()) }
    };
    tokio::time::timeout(2 * ANSWER, asked).await.unwrap_or_else(|_| Err(lost()))
}

impl Records {
    /// Asks the server of the database once a second, for as long as this runs. SQLite needs none of it: it returns at once.
    pub async fn watch(&self) {
        let Some((pool, liveness)) = self.server() else { return };
        let options = pool.connect_options();
        let mut own: Option<PgConnection> = None;
        let mut is_lost = false;
        loop {
            let answers = match own.as_mut() {
                Some(connection) => can_write(connection).await.unwrap_or(false),
                None => false,
            };
            if !answers {
                let was_connected = own.take().is_some();
                // What hangs may be this one connection: a new one tells, and what was made before is given up in both cases.
                let anew = connect_anew(&options).await;
                if (was_connected || anew.is_err()) && !is_lost {
                    tracing::error!(
                        "the database server does not answer or cannot write; connections made so far are given up"
                    );
                    liveness.note_loss();
                }
                if is_lost && anew.is_ok() {
                    tracing::info!("the database server can write again");
                    liveness.note_loss();
                }
                is_lost = anew.is_err();
                liveness.note_away(is_lost);
                own = anew.ok();
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Can be read and written at this moment.
    ///
    /// # Errors
    /// What stands against it.
    pub async fn check_writable(&self) -> Result<()> {
        match self.server() {
            Some((pool, _)) => {
                let mut connection = pool.acquire().await?;
                Ok(connection.ping().await?)
            }
            None => self.check_embedded().await,
        }
    }
}

/// Is the error of a server that is gone, cannot write or does not answer in time, rather than of what it was asked?
pub(crate) fn is_of_the_server(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        // 08 connection, 57P operator's word, 53 resources, 25 a server that only reads or gave a transaction up, 55P03 a lock waited for.
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            ["08", "57P", "53", "25006", "25P0", "55P03"].iter().any(|class| code.starts_with(class))
        }
        _ => false,
    }
}

/// Did the server answer a commit in a way that leaves open what became of it?
pub(crate) fn leaves_open(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            code.starts_with("08") || code.starts_with("57") || code == "40003"
        }
        _ => true,
    }
}

impl Error {
    /// The database is not there, cannot write or is too busy: the same will work later.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Error::Database(error) => is_of_the_server(error) || is_embedded_busy(error),
            Error::Replaced => true,
            _ => false,
        }
    }
}

/// The primary code of an error of SQLite.
fn embedded_code(error: &sqlx::Error) -> Option<i64> {
    let error = error.as_database_error()?.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    Some(sqlx::error::DatabaseError::code(error)?.parse::<i64>().ok()? & 0xff)
}

/// SQLite could not have its turn.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    embedded_code(error) == Some(5)
}

/// SQLite could not have its turn, read or write its file, or had no room left on the disk.
fn is_embedded_busy(error: &sqlx::Error) -> bool {
    matches!(embedded_code(error), Some(5 | 10 | 13))
}

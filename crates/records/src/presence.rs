//! Who is at the records: a server, somebody who maintains them, or a long unit of work. A presence is a lock that the operating system or
//! the database server lets go when its holder dies, so that nobody has to guess whether somebody is still there.

use crate::opening::{CONNECTION, own_alone};
use crate::{Error, Records, Result};
use sqlx::{ConnectOptions, PgConnection};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// What somebody is at the records for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Serves pages. One server at a time on SQLite, several on PostgreSQL.
    Serving,
    /// Changes the schema or the keys: nobody serves meanwhile.
    Maintaining,
    /// Does what is due by the clock; one at a time.
    Housekeeping,
    /// A long unit of work, by its id.
    Operation(i64),
}

/// Keys of the advisory locks of PostgreSQL: the letters KNSN, then what it is, then the id.
const SERVER: i64 = 0x4b4e_534e_0000_0000;
const HOUSEKEEPING: i64 = SERVER + 1;
const OPERATION: i64 = 0x4b4e_534f_0000_0000;

/// Held as long as this lives.
#[derive(Debug)]
pub struct Present {
    _held: Held,
    /// A file that is of no use afterwards.
    leaves: Option<PathBuf>,
}

#[derive(Debug)]
enum Held {
    File { _file: File },
    Connection { _connection: Box<PgConnection> },
}

impl Drop for Present {
    fn drop(&mut self) {
        if let Some(file) = &self.leaves {
            // Whoever finds it later finds it unlocked, which says the same.
            let _ = std::fs::remove_file(file);
        }
    }
}

fn file_of(directory: &Path, presence: Presence) -> PathBuf {
    match presence {
        Presence::Serving | Presence::Maintaining => directory.join("kensan.lock"),
        Presence::Housekeeping => directory.join("housekeeping.lock"),
        Presence::Operation(id) => directory.join(format!("operation-{id}.lock")),
    }
}

/// A statement that asks for the lock without waiting for it.
fn asking(presence: Presence) -> (&'static str, i64) {
    match presence {
        Presence::Serving => ("SELECT pg_try_advisory_lock_shared($1)", SERVER),
        Presence::Maintaining => ("SELECT pg_try_advisory_lock($1)", SERVER),
        Presence::Housekeeping => ("SELECT pg_try_advisory_lock($1)", HOUSEKEEPING),
        Presence::Operation(id) => ("SELECT pg_try_advisory_lock($1)", OPERATION + id),
    }
}

/// Takes the lock on a connection that is kept; false where somebody else has it.
pub(crate) async fn take(connection: &mut PgConnection, presence: Presence) -> sqlx::Result<bool> {
    let (sql, key) = asking(presence);
    sqlx::query_scalar(sql).bind(key).fetch_one(connection).await
}

impl Records {
    /// Takes a presence, or says who is in the way.
    ///
    /// # Errors
    /// [`Error::InUse`] where somebody else's presence excludes it.
    pub async fn be_present(&self, presence: Presence) -> Result<Present> {
        if let Some((pool, _)) = self.server() {
            let options = pool.connect_options();
            let taken = async {
                let mut connection = options.connect().await?;
                let is_ours = take(&mut connection, presence).await?;
                sqlx::Result::Ok((connection, is_ours))
            };
            let taken = tokio::time::timeout(CONNECTION, taken).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
            let (connection, is_ours) = taken?;
            if !is_ours {
                return Err(Error::InUse);
            }
            return Ok(Present { _held: Held::Connection { _connection: Box::new(connection) }, leaves: None });
        }
        let path = file_of(self.directory(), presence);
        own_alone(&path, true)?;
        let failed = |error: std::io::Error| Error::File(format!("{}: {error}", path.display()));
        let file = File::options().write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let leaves = matches!(presence, Presence::Operation(_)).then_some(path);
        Ok(Present { _held: Held::File { _file: file }, leaves })
    }

    /// Is somebody at it now?
    pub async fn is_present(&self, presence: Presence) -> Result<bool> {
        // Those who serve share their lock: whoever excludes them all finds out.
        let presence = if presence == Presence::Serving { Presence::Maintaining } else { presence };
        if self.server().is_none() && !file_of(self.directory(), presence).exists() {
            return Ok(false);
        }
        match self.be_present(presence).await {
            Ok(_) => Ok(false),
            Err(Error::InUse) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

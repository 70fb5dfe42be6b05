//! A new main key for all data keys, and what destroyed keys leave behind.

use crate::opening::Pool;
use crate::{Actor, Error, Records, Result};
use std::sync::Arc;

impl Records {
    /// Everything committed is in the database's own file, and nothing older in its log.
    async fn settle(&self) -> Result<()> {
        if let Pool::Sqlite { pool, .. } = &self.pool {
            let (busy, _, _): (i64, i64, i64) =
                sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
            if busy != 0 {
                return Err(Error::InUse);
            }
        }
        Ok(())
    }

    /// Keys that were destroyed leave the files of the database too, as far as it lets them: SQLite's log is folded in, unless somebody reads,
    /// and PostgreSQL clears the rows that are no longer seen. Archived logs are the operator's.
    pub async fn forget_destroyed_keys(&self) -> Result<()> {
        match &self.pool {
            Pool::Sqlite { pool, .. } => {
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
            }
            Pool::Postgres { pool, .. } => {
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
}

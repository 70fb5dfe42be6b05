//! From one kind of database into the other. What was sealed in the form of the one is sealed anew in that of the other, after every row was
//! compared.

use super::Source;
use crate::ledger::seal::TABLES;
use crate::opening::Pool;
use crate::{Actor, Error, Records, Result, Work, transfer};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// Rows that are sealed in one work.
const SEALED_TOGETHER: usize = 5000;

impl Records {
    /// Copies all rows into a new database of the other kind, compares them, and seals them there. Gives the rows of each table.
    ///
    /// # Errors
    /// [`Error::Stored`] where the target has records, both are of one kind, or the rows differ; then the target is as it was.
    pub async fn move_to(&self, target: &Records, now: DateTime<Utc>) -> Result<BTreeMap<String, i64>> {
        let actor = |provider| Actor { provider, name: "kensan".to_owned(), now };
        if !target.read(actor(0)).await?.providers().await?.is_empty() {
            return Err(Error::Stored("there are records in the target already".to_owned()));
        }
        let counts = self.copy_into(target).await?;
        target.seal_everything_anew(self.source(), now).await?;
        Ok(counts)
    }

    /// Copies all rows as they are, with the seals of the form they were sealed in, and compares them.
    pub async fn copy_into(&self, target: &Records) -> Result<BTreeMap<String, i64>> {
        Ok(match (&self.pool, &target.pool) {
            (Pool::Sqlite { pool: from, .. }, Pool::Postgres { pool: to, .. }) => {
                let (mut from, mut to) = (from.begin().await?, to.begin().await?);
                transfer::into_postgres(&mut from, &mut to).await?;
                let counts = transfer::compare(&mut from, &mut to).await?;
                to.commit().await?;
                counts
            }
            (Pool::Postgres { pool: from, .. }, Pool::Sqlite { pool: to, .. }) => {
                let snapshot = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let (mut from, mut to) = (from.begin_with(snapshot).await?, to.begin_with("BEGIN IMMEDIATE").await?);
                transfer::into_sqlite(&mut from, &mut to).await?;
                let counts = transfer::compare(&mut to, &mut from).await?;
                to.commit().await?;
                counts
            }
            _ => return Err(Error::Stored("both databases are of one kind".to_owned())),
        })
    }

    /// Seals every row in the form of this database, in the ledger that sealed it before.
    pub async fn seal_everything_anew(&self, came_from: Source, now: DateTime<Utc>) -> Result<()> {
        let actor = |provider| Actor { provider, name: "kensan".to_owned(), now };
        let sealed_by = self.read(actor(0)).await?.sealed_by().await?;
        for table in TABLES {
            let mut by_provider: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
            for (id, provider) in sealed_by.get(table).into_iter().flatten() {
                by_provider.entry(*provider).or_default().push(*id);
            }
            for (provider, mut ids) in by_provider {
                ids.sort_unstable();
                for chunk in ids.chunks(SEALED_TOGETHER) {
                    let mut work = self.write(actor(provider)).await?;
                    work.touch(table, chunk);
                    let rows = chunk.len();
                    let detail = serde_json::json!({ "from": came_from, "rows": rows });
                    work.audit("records.moved", table.to_owned(), detail)?;
                    work.commit().await?;
                }
            }
        }
        Ok(())
    }
}

impl Work {
    /// Whose ledger sealed each row last, by table and id.
    async fn sealed_by(&mut self) -> Result<HashMap<String, HashMap<i64, i64>>> {
        let mut by: HashMap<String, HashMap<i64, i64>> = HashMap::new();
        for provider in self.providers().await? {
            let mut after = 0;
            loop {
                let page = all!(
                    self,
                    (i64, String),
                    "SELECT sequence, sealed FROM audit_entry WHERE provider_id = $1 AND sequence > $2 AND sealed <> ''
                     ORDER BY sequence LIMIT 200",
                    provider.id,
                    after
                )?;
                let Some((last, _)) = page.last() else { break };
                after = *last;
                for (_, sealed) in page {
                    let seals: BTreeMap<String, BTreeMap<i64, String>> = serde_json::from_str(&sealed)?;
                    for (table, rows) in seals {
                        by.entry(table).or_default().extend(rows.into_keys().map(|id| (id, provider.id)));
                    }
                }
            }
        }
        Ok(by)
    }
}

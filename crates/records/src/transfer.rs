//! All rows from one kind of database into the other, as they are, and the proof that both hold the same.
//!
//! A row travels as one JSON object in the form SQLite keeps: moments as text in UTC, flags as 0 and 1, bytes in hexadecimal digits.

use crate::{Error, Result, hex};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};
use std::collections::BTreeMap;

/// Tables that are left behind: who is signed in at this moment, which sign-ins failed, browsers that are known, and challenges that were
/// answered, and who asked for a link a moment ago.
pub(crate) const LEFT_BEHIND: [&str; 6] =
    ["web_session", "open_session", "sign_in_failure", "known_device", "used_challenge", "asked_link"];

/// Rows that travel together, those of a table with files among them, and bytes after which fewer do.
const ROWS: i64 = 500;
const ROWS_WITH_FILES: i64 = 4;
const BYTES: usize = 4 << 20;

/// What a column holds, where the two databases keep it differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Same(&'static str),
    Bytes,
    Flag,
    Moment,
    /// A moment by the clock on the wall, without a zone.
    Local,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
}

/// A table as PostgreSQL describes it.
#[derive(Debug)]
pub(crate) struct Table {
    name: String,
    columns: Vec<Column>,
}

/// How many rows a table has, and a sum over all of them that does not depend on their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sum {
    rows: i64,
    digest: u128,
}

fn kind(data_type: &str) -> Result<Kind> {
    Ok(match data_type {
        "bigint" => Kind::Same("bigint"),
        "integer" => Kind::Same("integer"),
        "smallint" => Kind::Same("smallint"),
        "text" => Kind::Same("text"),
        "date" => Kind::Same("date"),
        "time without time zone" => Kind::Same("time"),
        "bytea" => Kind::Bytes,
        "boolean" => Kind::Flag,
        "timestamp with time zone" => Kind::Moment,
        "timestamp without time zone" => Kind::Local,
        other => return Err(Error::Stored(format!("no rule how a column of {other} travels"))),
    })
}

/// The tables, each after those it refers to.
pub(crate) async fn tables(connection: &mut PgConnection) -> Result<Vec<Table>> {
    let sql = "SELECT c.table_name::text, c.column_name::text, c.data_type::text FROM information_schema.columns c
         JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
         WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.table_name <> '_sqlx_migrations'
         ORDER BY c.table_name, c.ordinal_position";
    let mut all: BTreeMap<String, Table> = BTreeMap::new();
    for (table, name, data_type) in
        sqlx::query_as::<_, (String, String, String)>(sql).fetch_all(&mut *connection).await?
    {
        if LEFT_BEHIND.contains(&table.as_str()) {
            continue;
        }
        let column = Column { name, kind: kind(&data_type)? };
        all.entry(table.clone()).or_insert_with(|| Table { name: table, columns: Vec::new() }).columns.push(column);
    }
    let sql = "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
         WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid <> confrelid";
    let mut refers: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(connection).await?;
    let mut ordered = Vec::new();
    while !all.is_empty() {
        refers.retain(|(from, to)| all.contains_key(from) && all.contains_key(to));
        let free = all.keys().find(|table| refers.iter().all(|(from, _)| from != *table)).cloned();
        let free = free.ok_or_else(|| Error::Stored("the tables refer to each other in a circle".to_owned()))?;
        ordered.extend(all.remove(&free));
    }
    Ok(ordered)
}

/// A moment of PostgreSQL as SQLite keeps it: no fraction of a second, three digits of one, or six.
fn written(moment: &str, between: &str) -> String {
    format!(
        "to_char({moment}, 'YYYY-MM-DD{between}HH24:MI:SS' ||
            CASE WHEN (extract(microseconds FROM {moment})::bigint % 1000000) = 0 THEN ''
                 WHEN (extract(microseconds FROM {moment})::bigint % 1000) = 0 THEN '.MS' ELSE '.US' END)"
    )
}

impl Table {
    fn page(&self) -> i64 {
        if self.columns.iter().any(|column| column.kind == Kind::Bytes) { ROWS_WITH_FILES } else { ROWS }
    }

    fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Each row of PostgreSQL as the text that travels.
    fn of_postgres(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|Column { name, kind }| match kind {
                Kind::Same(_) => name.clone(),
                Kind::Bytes => format!("upper(encode({name}, 'hex')) AS {name}"),
                Kind::Flag => format!("CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 END AS {name}"),
                Kind::Moment => {
                    let moment = written(&format!("({name} AT TIME ZONE 'UTC')"), "\"T\"");
                    format!("{moment} || '+00:00' AS {name}")
                }
                Kind::Local => format!("{} AS {name}", written(name, " ")),
            })
            .collect();
        format!("SELECT row_to_json(travels)::text FROM (SELECT {} FROM {}) AS travels", columns.join(", "), self.name)
    }

    /// The same of SQLite, with the number by which the rows are paged.
    fn of_sqlite(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|Column { name, kind }| match kind {
                Kind::Bytes => format!("'{name}', CASE WHEN {name} IS NULL THEN NULL ELSE hex({name}) END"),
                _ => format!("'{name}', {name}"),
            })
            .collect();
        let row = columns.join(", ");
        format!(
            "SELECT rowid, json_object({row}) FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT {}",
            self.name,
            self.page()
        )
    }

    fn insert_into_sqlite(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|Column { name, kind }| match kind {
                Kind::Bytes => format!("unhex(json_extract(value, '$.{name}'))"),
                _ => format!("json_extract(value, '$.{name}')"),
            })
            .collect();
        format!("INSERT INTO {} ({}) SELECT {} FROM json_each($1)", self.name, self.names(), columns.join(", "))
    }

    fn insert_into_postgres(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|Column { name, kind }| match kind {
                Kind::Same(data_type) => format!("(travels->>'{name}')::{data_type}"),
                Kind::Bytes => format!("decode(travels->>'{name}', 'hex')"),
                Kind::Flag => format!("(travels->>'{name}')::boolean"),
                Kind::Moment => format!("(travels->>'{name}')::timestamptz"),
                Kind::Local => format!("(travels->>'{name}')::timestamp"),
            })
            .collect();
        format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM json_array_elements($1::json) AS travels",
            self.name,
            self.names(),
            columns.join(", ")
        )
    }
}

/// Rows as JSON arrays that are not too long.
fn batches(rows: Vec<String>) -> Vec<String> {
    let mut batches = Vec::new();
    let mut batch = String::new();
    for row in rows {
        if batch.len() > BYTES {
            batches.push(format!("[{batch}]"));
            batch.clear();
        }
        if !batch.is_empty() {
            batch.push(',');
        }
        batch.push_str(&row);
    }
    if !batch.is_empty() {
        batches.push(format!("[{batch}]"));
    }
    batches
}

/// Reads a table of SQLite page by page.
struct SqlitePages<'a> {
    table: &'a Table,
    after: i64,
}

impl SqlitePages<'_> {
    async fn next(&mut self, connection: &mut SqliteConnection) -> Result<Vec<String>> {
        let sql = AssertSqlSafe(self.table.of_sqlite());
        let page: Vec<(i64, String)> = sqlx::query_as(sql).bind(self.after).fetch_all(connection).await?;
        self.after = page.last().map_or(self.after, |(rowid, _)| *rowid);
        Ok(page.into_iter().map(|(_, row)| row).collect())
    }
}

async fn open_cursor(table: &Table, connection: &mut PgConnection) -> Result<()> {
    let sql = format!("DECLARE travelling NO SCROLL CURSOR FOR {}", table.of_postgres());
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

async fn next_of_cursor(table: &Table, connection: &mut PgConnection) -> Result<Vec<String>> {
    let sql = AssertSqlSafe(format!("FETCH {} FROM travelling", table.page()));
    Ok(sqlx::query_scalar(sql).persistent(false).fetch_all(connection).await?)
}

async fn close_cursor(connection: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql("CLOSE travelling").execute(connection).await?;
    Ok(())
}

/// Nobody's records are written over, also those of somebody who was faster.
fn check_empty(providers: i64) -> Result<()> {
    let taken = || Error::Stored("there are records in the target already".to_owned());
    if providers == 0 { Ok(()) } else { Err(taken()) }
}

/// All rows of PostgreSQL into an empty database of SQLite with the same schema. Both connections are in a transaction.
pub(crate) async fn into_sqlite(from: &mut PgConnection, to: &mut SqliteConnection) -> Result<()> {
    sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut *to).await?;
    let providers: i64 = sqlx::query_scalar("SELECT count(*) FROM provider").fetch_one(&mut *to).await?;
    check_empty(providers)?;
    for table in tables(from).await? {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {}", table.name))).execute(&mut *to).await?;
        let into = table.insert_into_sqlite();
        open_cursor(&table, from).await?;
        loop {
            let rows = next_of_cursor(&table, from).await?;
            if rows.is_empty() {
                break;
            }
            for batch in batches(rows) {
                sqlx::query(AssertSqlSafe(into.clone())).bind(batch).execute(&mut *to).await?;
            }
        }
        close_cursor(from).await?;
        if let Some(last) = last_number(&table, from).await? {
            sqlx::query("DELETE FROM sqlite_sequence WHERE name = $1").bind(&table.name).execute(&mut *to).await?;
            let sql = "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)";
            sqlx::query(sql).bind(&table.name).bind(last).execute(&mut *to).await?;
        }
    }
    Ok(())
}

/// The last number PostgreSQL gave to a row of the table; none where rows have no numbers, or none was given yet.
async fn last_number(table: &Table, connection: &mut PgConnection) -> Result<Option<i64>> {
    if !table.columns.iter().any(|column| column.name == "id") {
        return Ok(None);
    }
    let sql = "SELECT pg_get_serial_sequence($1, 'id')";
    let Some(sequence): Option<String> = sqlx::query_scalar(sql).bind(&table.name).fetch_one(&mut *connection).await?
    else {
        return Ok(None);
    };
    let sql = AssertSqlSafe(format!("SELECT CASE WHEN is_called THEN last_value END FROM {sequence}"));
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}

/// All rows of SQLite into an empty database of PostgreSQL with the same schema. Both connections are in a transaction.
pub(crate) async fn into_postgres(from: &mut SqliteConnection, to: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql("LOCK TABLE provider IN EXCLUSIVE MODE").execute(&mut *to).await?;
    let providers: i64 = sqlx::query_scalar("SELECT count(*) FROM provider").fetch_one(&mut *to).await?;
    check_empty(providers)?;
    let tables = tables(to).await?;
    for table in tables.iter().rev() {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {}", table.name))).execute(&mut *to).await?;
    }
    for table in &tables {
        let into = table.insert_into_postgres();
        let mut pages = SqlitePages { table, after: i64::MIN };
        loop {
            let rows = pages.next(from).await?;
            if rows.is_empty() {
                break;
            }
            for batch in batches(rows) {
                sqlx::query(AssertSqlSafe(into.clone())).bind(batch).execute(&mut *to).await?;
            }
        }
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = $1";
        let last: Option<i64> = sqlx::query_scalar(sql).bind(&table.name).fetch_optional(&mut *from).await?;
        if let Some(last) = last.filter(|last| *last > 0) {
            let sql = "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)";
            sqlx::query(sql).bind(&table.name).bind(last).execute(&mut *to).await?;
        }
    }
    Ok(())
}

impl Sum {
    fn add(&mut self, rows: &[String]) -> Result<()> {
        for row in rows {
            // Read and written anew, so that blanks and ways of escaping make no difference.
            let row: serde_json::Value = serde_json::from_str(row)?;
            let digest: [u8; 32] = Sha256::digest(row.to_string().as_bytes()).into();
            let (half, _) = digest.split_at(16);
            let half = <[u8; 16]>::try_from(half).map_err(|_| Error::Stored("a digest is too short".to_owned()))?;
            self.digest = self.digest.wrapping_add(u128::from_be_bytes(half));
            self.rows += 1;
        }
        Ok(())
    }
}

/// Compares all rows of both databases. Gives the number of rows of each table.
///
/// # Errors
/// [`Error::Stored`] naming the tables that differ.
pub(crate) async fn compare(
    sqlite: &mut SqliteConnection,
    postgres: &mut PgConnection,
) -> Result<BTreeMap<String, i64>> {
    let mut counts = BTreeMap::new();
    let mut differing = Vec::new();
    for table in tables(postgres).await? {
        let (mut ours, mut theirs) = (Sum::default(), Sum::default());
        let mut pages = SqlitePages { table: &table, after: i64::MIN };
        loop {
            let rows = pages.next(sqlite).await?;
            if rows.is_empty() {
                break;
            }
            ours.add(&rows)?;
        }
        open_cursor(&table, postgres).await?;
        loop {
            let rows = next_of_cursor(&table, postgres).await?;
            if rows.is_empty() {
                break;
            }
            theirs.add(&rows)?;
        }
        close_cursor(postgres).await?;
        if ours != theirs {
            let (ours, theirs) = (told(&ours), told(&theirs));
            differing.push(format!("{}: {ours} in SQLite, {theirs} in PostgreSQL", table.name));
        }
        counts.insert(table.name, theirs.rows);
    }
    if differing.is_empty() { Ok(counts) } else { Err(Error::Stored(differing.join("; "))) }
}

fn told(sum: &Sum) -> String {
    format!("{} rows ({})", sum.rows, hex(&sum.digest.to_be_bytes()[..4]))
}

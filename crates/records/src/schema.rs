//! The schema of the database: which one it has, which one this program knows, and the way from one to the other.

use crate::error::SchemaFault;
use crate::{Error, Result};
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgPool, SqlitePool};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The first schema whose ledgers have signed heads.
pub const SIGNED_HEADS: i64 = 27;

/// What may be done to a database that has an older schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It is brought up to date, and made where there is none.
    UpToDate,
    /// It is refused: a command that only looks changes nothing.
    AsItIs,
    /// It stays as it is and is read as a whole, to be copied.
    ToCopy,
}

/// The schema this program knows: the number of its last migration.
pub fn known() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The schema of a database: the number of the last migration that was applied, 0 for an empty one.
pub(crate) async fn of_sqlite(pool: &SqlitePool) -> Result<i64> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(pool).await?;
    if tables.is_empty() {
        return Ok(0);
    }
    if !tables.iter().any(|table| table == "_sqlx_migrations") {
        return Err(Error::Schema(SchemaFault::Foreign));
    }
    let sql = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
    Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
}

pub(crate) async fn of_postgres(pool: &PgPool) -> Result<i64> {
    let sql = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL, to_regclass('audit_entry') IS NOT NULL";
    match sqlx::query_as::<_, (bool, bool)>(sql).fetch_one(pool).await? {
        (false, false) => Ok(0),
        (false, true) => Err(Error::Schema(SchemaFault::Foreign)),
        (true, _) => {
            let sql = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
            Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
        }
    }
}

/// Is there something to do?
///
/// # Errors
/// [`SchemaFault::Ahead`] where a newer program wrote the records, [`SchemaFault::Behind`] where an older schema is to stay.
pub(crate) fn is_behind(found: i64, opening: Opening) -> Result<bool> {
    let known = known();
    if found > known {
        return Err(Error::Schema(SchemaFault::Ahead { found, known }));
    }
    if found < known && opening == Opening::AsItIs {
        return Err(Error::Schema(SchemaFault::Behind { found, known }));
    }
    Ok(found < known && opening == Opening::UpToDate)
}

/// All that is missing, or none of it.
pub(crate) async fn bring_sqlite_up_to_date(pool: &SqlitePool) -> Result<()> {
    bring_sqlite_to(pool, known()).await
}

/// All that is missing up to a number, or none of it.
pub(crate) async fn bring_sqlite_to(pool: &SqlitePool, number: i64) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let mut all = connection.begin_with("BEGIN IMMEDIATE").await?;
    SQLITE.run_direct(Some(number), &mut *all, false).await?;
    Ok(all.commit().await?)
}

/// All that is missing, or none of it.
pub(crate) async fn bring_postgres_up_to_date(pool: &PgPool) -> Result<()> {
    let mut all = pool.begin().await?;
    POSTGRES.run_direct(None, &mut *all, false).await?;
    Ok(all.commit().await?)
}

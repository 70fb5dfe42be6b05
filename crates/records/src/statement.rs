//! One statement for both databases: SQL is written once, with `$1` placeholders, and run on whichever is open.

/// Runs an expression with `$connection` bound to the open transaction of either database.
///
/// A statement on PostgreSQL ends when its server is lost.
macro_rules! on {
    ($work:expr, $connection:ident => $body:expr) => {
        match &mut $work.transaction {
            $crate::work::Transaction::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
            $crate::work::Transaction::Postgres(transaction) => {
                let watched = $work.watched.clone();
                let $connection = &mut **transaction;
                $crate::work::unless_lost(watched, async { $body }).await
            }
        }
    };
}

/// Runs one statement, given as a future, on the open transaction of either database; what it gives is mapped, because the two give types of
/// their own.
macro_rules! ask {
    ($work:expr, $connection:ident => $statement:expr, $done:ident => $mapped:expr) => {
        match &mut $work.transaction {
            $crate::work::Transaction::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $statement.await.map(|$done| $mapped)
            }
            $crate::work::Transaction::Postgres(transaction) => {
                let watched = $work.watched.clone();
                let $connection = &mut **transaction;
                let statement = $statement;
                $crate::work::unless_lost(watched, statement).await.map(|$done| $mapped)
            }
        }
    };
}

/// Runs a statement on a table that is not sealed; gives the number of rows it changed.
macro_rules! execute {
    ($work:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        ask!($work, connection => sqlx::query($sql)$(.bind($bind))*.execute(connection), done => done.rows_affected())
            .map_err($crate::Error::from)
    };
}

/// Changes rows of a sealed table by a statement that ends in `RETURNING id`; gives the ids of the rows it changed.
macro_rules! change {
    ($work:expr, $table:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        ask!($work, connection => sqlx::query_scalar::<_, i64>($sql)$(.bind($bind))*.fetch_all(connection), ids => ids)
            .map_err($crate::Error::from)
            .inspect(|ids| $work.touch($table, ids))
    };
}

/// Inserts one row into a sealed table by a statement that ends in `RETURNING id`; gives the id.
macro_rules! insert {
    ($work:expr, $table:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        change!($work, $table, $sql $(, $bind)*).and_then(|ids| $crate::work::one_row(&ids))
    };
}

/// All rows, as a type with `FromRow`.
macro_rules! all {
    ($work:expr, $type:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        ask!($work, connection => sqlx::query_as::<_, $type>($sql)$(.bind($bind))*.fetch_all(connection), rows => rows)
            .map_err($crate::Error::from)
    };
}

/// The row, or none.
macro_rules! optional {
    ($work:expr, $type:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        ask!($work, connection => sqlx::query_as::<_, $type>($sql)$(.bind($bind))*.fetch_optional(connection), row => row)
            .map_err($crate::Error::from)
    };
}

/// One value of one row.
macro_rules! scalar {
    ($work:expr, $type:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        ask!($work, connection => sqlx::query_scalar::<_, $type>($sql)$(.bind($bind))*.fetch_one(connection), value => value)
            .map_err($crate::Error::from)
    };
}

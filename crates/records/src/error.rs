//! What can go wrong in the records, and nothing else can.

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
    /// The server did not say whether it kept a change, and could not be asked.
    #[error("the database did not say whether this was kept")]
    Unclear,
    /// Another file stands where the open database was: what is written would be lost.
    #[error("the database file was replaced while it was in use: start the server again")]
    Replaced,
    /// The schema is not the one this program knows.
    #[error("{0}")]
    Schema(SchemaFault),
    /// Somebody else uses the records in a way that excludes this.
    #[error("the records are in use: stop the server first")]
    InUse,
    /// No such row, or a row of another provider.
    #[error("there is no such record")]
    NotFound,
    #[error("a stored value cannot be read: {0}")]
    Stored(String),
    #[error("the key file: {0}")]
    KeyFile(String),
    #[error("a file of the records: {0}")]
    File(String),
    /// The main key that wraps a data key is not at hand.
    #[error("the main key for the texts of cases is missing: put the key file back (--keys FILE)")]
    KeyMissing,
    /// The accounts have no pepper, though it is made with the first of them.
    #[error("the secret that vouches for the accounts is missing: `kensan audit sign` vouches for them as they stand")]
    Unvouched,
    /// The key of these texts was destroyed at the end of their retention.
    #[error("the texts were shredded")]
    Shredded,
}

/// Why a database cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaFault {
    #[error("the records have schema {found}, this program needs {known}: `kensan upgrade` brings them up to date")]
    Behind { found: i64, known: i64 },
    #[error("the records have schema {found}, this program knows {known}: use the newer program that wrote them")]
    Ahead { found: i64, known: i64 },
    #[error("this is no database of Kensan")]
    Foreign,
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

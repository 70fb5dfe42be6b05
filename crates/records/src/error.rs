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
    /// The key of these texts was destroyed at the end of their retention.
    #[error("the texts were shredded")]
    Shredded,
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

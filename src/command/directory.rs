//! The directory of the embedded records.

use crate::outcome::{Failure, Result};
use std::path::Path;

/// Refused where there are records, or a log that records have left: it would be read into the new ones.
pub fn check_is_vacant(directory: &Path) -> Result<()> {
    match ["kensan.db", "kensan.db-wal", "kensan.db-shm"]
        .map(|name| directory.join(name))
        .iter()
        .find(|file| file.exists())
    {
        None => Ok(()),
        Some(file) => Err(Failure::refused(format!(
            "{}: there are records here already; choose another directory",
            file.display()
        ))),
    }
}

/// A directory of its own for as long as it is worked in, which nobody else has made.
pub fn working(within: Option<&Path>, name: &str) -> Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix(name);
    let made = match within {
        Some(directory) => builder.tempdir_in(directory),
        None => builder.tempdir(),
    };
    made.map_err(|error| Failure::file(within.unwrap_or(&std::env::temp_dir()), &error))
}

/// A directory that its owner alone can look into.
pub fn create_directory(directory: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| Failure::file(directory, &error))
}

//! How sure a fact of a guideline is.

use serde::{Deserialize, Serialize};

/// How sure a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in an official page.
    Confirmed,
    /// Read in an unofficial page or a copy.
    Secondary,
    /// From memory, in no source.
    Memory,
    /// Not known: a sensible default.
    Unknown,
}

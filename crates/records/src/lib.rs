//! What Kensan keeps: the only crate that names the database.
//!
//! [`Records`] opens a SQLite file or a PostgreSQL database. [`Work`] is one transaction of one provider, done by one named
//! actor; everything read or written goes through it, and what it writes is in the audit ledger of the same transaction.

#[macro_use]
mod statement;

pub mod account;
pub mod certificate;
pub mod cohort;
mod error;
pub mod guideline;
mod hex;
pub mod keys;
pub mod ledger;
pub mod notice;
pub mod office;
pub mod operation;
pub mod placement;
pub mod practicum;
pub mod registry;
pub mod trainee;
mod work;

pub use error::{Error, Result};
pub use hex::hex;
pub use work::{Actor, Records, Work};

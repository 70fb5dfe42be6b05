//! What Kensan keeps: the only crate that names the database.
//!
//! [`Records`] opens a SQLite file or a PostgreSQL database. [`Work`] is one transaction of one provider, done by one named
//! actor; everything read or written goes through it, and what it writes is in the audit ledger of the same transaction.

#[macro_use]
mod statement;

pub mod account;
pub mod backup;
pub mod certificate;
pub mod cohort;
mod error;
pub mod guideline;
mod hex;
pub mod keys;
pub mod ledger;
mod liveness;
pub mod notice;
pub mod office;
mod opening;
pub mod operation;
pub mod placement;
pub mod practicum;
mod presence;
pub mod registry;
pub mod schema;
mod this_machine;
pub mod trainee;
mod transfer;
mod work;

pub use error::{Error, Result, SchemaFault};
pub use hex::hex;
pub use opening::Records;
pub use presence::{Presence, Present};
pub use schema::Opening;
pub use this_machine::is_this_machine;
pub use work::{Actor, Work};

//! What Kensan keeps: the only crate that names the database.
//!
//! [`Records`] opens a SQLite file or a PostgreSQL database. [`Work`] is one transaction of one provider, done by one named
//! actor; everything read or written goes through it, and what it writes is in the audit ledger of the same transaction.

#[macro_use]
mod statement;

pub mod agreement;
pub mod attachment;
pub mod audit;
pub mod certificate;
pub mod cohort;
pub mod contact;
pub mod enrolment;
pub mod entry_comment;
pub mod evaluation;
pub mod exercise_group;
pub mod facts;
pub mod guideline;
pub mod host_office;
pub mod import_run;
pub mod keys;
pub mod location;
pub mod notice;
pub mod operation;
pub mod paper_template;
pub mod person;
pub mod placement;
pub mod placement_request;
pub mod placement_round;
pub mod practicum;
pub mod practicum_case;
pub mod practicum_day;
pub mod practicum_record;
pub mod provider;
pub mod registration;
mod resealing;
pub mod retention;
pub mod seal;
pub mod session;
pub mod supervision;
pub mod user;
pub mod web_session;
mod work;

pub use work::{Actor, Error, Records, Result, Work};

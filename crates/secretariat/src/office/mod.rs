//! Host offices: reading the open data, registration, and who deals with whose trainees.

pub mod guide;
pub mod import;
pub mod registration;

//! Accounts: signing in, passwords and second factors, and who has one.

mod entry;
pub(crate) mod link;
pub(crate) mod routes;
mod second_factor;
pub(crate) mod sign_in;
pub(crate) mod user;

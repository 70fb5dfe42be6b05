//! Accounts: signing in, passwords, and who has one.

pub(crate) mod link;
pub(crate) mod routes;
pub(crate) mod sign_in;
pub(crate) mod user;

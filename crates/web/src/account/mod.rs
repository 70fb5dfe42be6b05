//! Accounts: signing in, passwords, passkeys, identities elsewhere and second factors, and who has one.

mod entry;
mod identity;
pub(crate) mod link;
mod passkey;
mod proposal;
pub(crate) mod routes;
mod second_factor;
pub(crate) mod sign_in;
pub(crate) mod user;

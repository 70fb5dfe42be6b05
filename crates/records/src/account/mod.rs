//! Accounts: who signs in, for which provider, and their open sessions.

pub mod provider;
pub mod user;
pub mod web_session;

//! Accounts: who signs in, for which provider, by which links, and their open sessions.

pub mod listing;
pub mod provider;
pub mod sign_in_link;
pub mod user;
pub mod web_session;

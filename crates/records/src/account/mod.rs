//! Accounts: who signs in, for which provider, by which links and second factors, their open sessions, and what they looked at.

pub mod device;
pub mod listing;
pub mod policy;
pub mod provider;
pub mod read_log;
pub mod second_factor;
pub mod sign_in_link;
pub mod user;
pub mod web_session;

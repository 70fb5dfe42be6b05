//! Accounts: who signs in, for which provider, by which links, passkeys, identities elsewhere and second factors, their
//! open sessions, and what they looked at.

pub mod access_policy;
pub mod device;
pub mod linked_identity;
pub mod listing;
pub mod passkey;
pub mod policy;
pub mod proposal;
pub mod provider;
pub mod read_log;
pub mod second_factor;
pub mod sign_in_link;
pub mod user;
pub(crate) mod vouching;
pub mod web_session;

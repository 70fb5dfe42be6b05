//! What every handler can reach.

use crate::shell::pace::Pace;
use secretariat::Secretariat;
use std::net::IpAddr;
use std::sync::Arc;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) secretariat: Secretariat,
    /// Where people reach the pages from outside.
    pub(crate) base_url: Arc<str>,
    /// Does a mail server take what is queued?
    pub(crate) mails: bool,
    /// Proxies whose word about where a request comes from counts, beside those on this machine.
    pub(crate) proxies: Arc<[IpAddr]>,
    pub(crate) pace: Arc<Pace>,
    /// Where weaknesses are reported to.
    pub(crate) security_contact: Option<Arc<str>>,
}

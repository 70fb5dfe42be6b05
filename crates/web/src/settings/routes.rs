//! The routes of this area: path, who may, and the handler.

use super::{accounts, audit, backups, erasure, reads};
use crate::shell::access::ADMINISTRATOR;
use crate::shell::route::{Route, act, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/audit", ADMINISTRATOR, audit::show),
        view("/audit/reads", ADMINISTRATOR, reads::show),
        view("/audit/reads/{format}", ADMINISTRATOR, reads::download),
        view("/settings/accounts", ADMINISTRATOR, accounts::show).without_trace(),
        act("/settings/accounts", ADMINISTRATOR, accounts::update).asks_again(),
        act("/settings/accounts/access", ADMINISTRATOR, accounts::update_access).asks_again(),
        view("/settings", ADMINISTRATOR, super::show).without_trace(),
        act("/settings", ADMINISTRATOR, super::update),
        act("/settings/retention/classes", ADMINISTRATOR, erasure::set).asks_again(),
        view("/settings/backups", ADMINISTRATOR, backups::show).without_trace(),
        view("/settings/certificate", ADMINISTRATOR, super::sample).without_trace(),
    ]
}

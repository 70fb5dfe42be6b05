//! The routes of this area: path, who may, and the handler.

use super::{audit, backups};
use crate::shell::access::ADMINISTRATOR;
use crate::shell::route::{Route, act, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/audit", ADMINISTRATOR, audit::show),
        view("/settings", ADMINISTRATOR, super::show),
        act("/settings", ADMINISTRATOR, super::update),
        view("/settings/backups", ADMINISTRATOR, backups::show),
        view("/settings/certificate", ADMINISTRATOR, super::sample),
    ]
}

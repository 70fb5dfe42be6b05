//! The routes of this area: path, who may, and the handler.

use super::{forecast, person, settings};
use crate::shell::access::{ADMINISTRATOR, STAFF, TRAINEE};
use crate::shell::route::{Route, act, upload, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/registry", STAFF, super::list),
        upload("/registry/import", STAFF, super::import),
        act("/registry/imports/{run}/undo", STAFF, super::undo),
        view("/registry/forecast", STAFF, forecast::show),
        view("/registry/settings", ADMINISTRATOR, settings::show),
        act("/registry/settings", ADMINISTRATOR, settings::change).asks_again(),
        view("/registry/people/{person}", STAFF, person::show),
        view("/registry/people/{person}/card", STAFF, person::card),
        act("/registry/people/{person}/facts", STAFF, person::record),
        act("/registry/people/{person}/register", STAFF, person::register),
        act("/registry/facts/{fact}/withdraw", STAFF, person::withdraw),
        view("/me/registry", TRAINEE, person::own),
    ]
}

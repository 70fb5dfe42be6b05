//! The routes of this area: path, who may, and the handler.

use super::message;
use crate::shell::access::{ADMINISTRATOR, STAFF};
use crate::shell::route::{Route, act, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        act("/cohorts/{cohort}/practicum/remind", STAFF, super::remind),
        view("/cohorts/{cohort}/message", STAFF, message::write),
        act("/cohorts/{cohort}/message", STAFF, message::send),
        act("/notices/{notice}/letter", STAFF, super::as_letter),
        view("/notices", STAFF, super::list),
        act("/notices/letters", STAFF, super::letters),
        act("/notices/old", STAFF, super::old),
        act("/notices/{notice}", STAFF, super::change),
        view("/settings/notices", ADMINISTRATOR, super::settings),
        act("/settings/notices", ADMINISTRATOR, super::publish),
        act("/settings/notices/when", ADMINISTRATOR, super::set),
    ]
}

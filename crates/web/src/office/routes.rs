//! The routes of this area: path, who may, and the handler.

use super::{contact, import, list, registration};
use crate::shell::access::{OFFICE, RESULTS, STAFF};
use crate::shell::route::{Route, act, upload, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/offices", STAFF, super::list),
        view("/offices/list", STAFF, list::show),
        upload("/offices/list", STAFF, list::draft),
        act("/offices/list/set", STAFF, list::set),
        view("/offices/list/template", STAFF, list::template),
        view("/offices/{office}", OFFICE, super::show),
        view("/offices/{office}/registration", OFFICE, registration::of_office),
        act("/offices/{office}/registration", OFFICE, registration::apply),
        view("/registrations", RESULTS, registration::list),
        act("/registrations", STAFF, registration::set),
        view("/registrations/{registration}", RESULTS, registration::show),
        act("/registrations/{registration}", RESULTS, registration::decide),
        act("/offices/{office}", STAFF, super::update),
        act("/offices/{office}/confirm", OFFICE, super::confirm),
        act("/offices/{office}/withdraw", STAFF, super::withdraw),
        act("/offices/{office}/offer", STAFF, super::offer),
        act("/offices/{office}/contact", STAFF, contact::set_office).asks_again(),
        act("/offices/{office}/link", STAFF, contact::send_office_link),
        act("/offices/{office}/supervisors/{supervisor}/reach", OFFICE, contact::reach_supervisor),
        act("/offices/{office}/supervisors/{supervisor}/contact", STAFF, contact::set_supervisor).asks_again(),
        act("/offices/{office}/supervisors/{supervisor}/link", STAFF, contact::send_link),
        act("/offices/{office}/supervisors", OFFICE, contact::name_supervisor),
        view("/imports", STAFF, import::list),
        view("/imports/templates/{template}", STAFF, import::template),
        upload("/imports/hosts", STAFF, import::import_hosts),
        upload("/imports/gazetteer", STAFF, import::import_gazetteer),
        upload("/imports/outlines", STAFF, import::import_outlines),
    ]
}

//! The routes of this area: path, who may, and the handler.

use super::{answers, explanation, map, request, round};
use crate::shell::access::{OFFICE, STAFF, TRAINEE};
use crate::shell::route::{Route, act, upload, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/cohorts/{cohort}/placement", STAFF, super::show),
        act("/cohorts/{cohort}/placement", STAFF, super::place).costly(),
        view("/cohorts/{cohort}/placement/answers", STAFF, answers::show),
        act("/cohorts/{cohort}/placement/answers", STAFF, answers::record),
        act("/cohorts/{cohort}/placement/confirm", STAFF, super::confirm),
        view("/cohorts/{cohort}/placement/explanation", STAFF, explanation::show),
        act("/cohorts/{cohort}/placement/locate", STAFF, super::locate),
        upload("/cohorts/{cohort}/placement/minutes", STAFF, super::minutes),
        view("/cohorts/{cohort}/placement/map.pdf", STAFF, map::pdf),
        view("/cohorts/{cohort}/placement/policy", STAFF, round::policy),
        act("/cohorts/{cohort}/placement/policy", STAFF, round::set_policy),
        view("/cohorts/{cohort}/placement/rounds", STAFF, round::compare).costly(),
        act("/cohorts/{cohort}/placement/rounds/{round}/note", STAFF, round::note),
        act("/cohorts/{cohort}/placement/rounds/{round}/again", STAFF, round::go_back),
        view("/cohorts/{cohort}/placement/wish", STAFF, explanation::wish).costly(),
        act("/cohorts/{cohort}/placement/requests", STAFF, request::set_period),
        act("/placements/{placement}/supervisor", OFFICE, super::assign_supervisor),
        act("/placements/{placement}/state", OFFICE, super::change),
        view("/me/offices", TRAINEE, request::show),
        act("/me/offices/{office}/request", TRAINEE, request::request),
        act("/me/placement/give-up", TRAINEE, request::give_up),
    ]
}

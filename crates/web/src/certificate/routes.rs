//! The routes of this area: path, who may, and the handler.

use super::paper;
use crate::shell::access::{ADMINISTRATOR, Access, STAFF, TRAINEE};
use crate::shell::route::{Route, act, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/verify/{token}", Access::Public, super::verify),
        act("/verify/{token}", Access::Public, super::verify_name),
        view("/cohorts/{cohort}/certificates/pdf", STAFF, super::booklet),
        view("/cohorts/{cohort}/certificates", STAFF, super::list),
        act("/cohorts/{cohort}/certificates", STAFF, super::issue).costly(),
        view("/certificates/{certificate}/pdf", STAFF, super::pdf),
        act("/certificates/{certificate}/reissue", STAFF, super::reissue).costly(),
        act("/certificates/{certificate}/revoke", STAFF, super::revoke).asks_again(),
        view("/me/certificate", TRAINEE, super::own_pdf),
        view("/settings/papers", ADMINISTRATOR, paper::show),
        act("/settings/papers", ADMINISTRATOR, paper::update),
        view("/settings/papers/{paper}/sample", ADMINISTRATOR, paper::sample),
    ]
}

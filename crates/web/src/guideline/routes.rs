//! The routes of this area: path, who may, and the handler.

use super::{comparison, impact};
use crate::shell::access::{ADMINISTRATOR, DRAFTERS, RESULTS, STAFF};
use crate::shell::route::{Route, act, upload, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/guidelines", RESULTS, super::list),
        view("/guidelines/editions/{edition}", RESULTS, super::edition),
        view("/guidelines/supplements/{supplement}", RESULTS, super::supplement),
        upload("/guidelines/texts", STAFF, super::import_text),
        view("/guidelines/texts/{text}", RESULTS, super::text),
        view("/guidelines/texts/{text}/export", RESULTS, super::export_text),
        act("/guidelines/texts/{text}/withdraw", STAFF, super::withdraw_text),
        upload("/guidelines/drafts", DRAFTERS, super::upload_draft),
        act("/guidelines/drafts/{draft}/withdraw", DRAFTERS, super::withdraw_draft),
        view("/guidelines/impact", RESULTS, impact::show),
        view("/guidelines/impact/{format}", STAFF, impact::download),
        act("/cohorts/{cohort}/rules", ADMINISTRATOR, impact::adopt),
        view("/guidelines/comparison", RESULTS, comparison::show),
        upload("/guidelines/comparison", RESULTS, comparison::compare),
    ]
}

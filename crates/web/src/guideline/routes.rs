//! The routes of this area: path, who may, and the handler.

use super::{comparison, impact};
use crate::shell::access::{ADMINISTRATOR, DRAFTERS, RESULTS, STAFF};
use crate::shell::route::{Route, act, upload, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/guidelines", RESULTS, super::list).without_trace(),
        view("/guidelines/editions/{edition}", RESULTS, super::edition).without_trace(),
        view("/guidelines/supplements/{supplement}", RESULTS, super::supplement).without_trace(),
        upload("/guidelines/texts", STAFF, super::import_text),
        view("/guidelines/texts/{text}", RESULTS, super::text).without_trace(),
        view("/guidelines/texts/{text}/export", RESULTS, super::export_text).without_trace(),
        act("/guidelines/texts/{text}/withdraw", STAFF, super::withdraw_text),
        upload("/guidelines/drafts", DRAFTERS, super::upload_draft),
        act("/guidelines/drafts/{draft}/withdraw", DRAFTERS, super::withdraw_draft),
        view("/guidelines/impact", RESULTS, impact::show).costly(),
        view("/guidelines/impact/{format}", STAFF, impact::download),
        act("/cohorts/{cohort}/rules", ADMINISTRATOR, impact::adopt).asks_again(),
        view("/guidelines/comparison", RESULTS, comparison::show).without_trace(),
        upload("/guidelines/comparison", RESULTS, comparison::compare),
    ]
}

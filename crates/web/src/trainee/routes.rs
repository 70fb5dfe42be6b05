//! The routes of this area: path, who may, and the handler.

use super::{bulk, disclosure, facts, judgement, placement};
use crate::shell::access::{ADMINISTRATOR, STAFF, TRAINEE};
use crate::shell::route::{Route, act, upload, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/trainees", STAFF, super::search),
        view("/cohorts/{cohort}/facts", STAFF, bulk::show),
        act("/cohorts/{cohort}/facts", STAFF, bulk::record),
        act("/cohorts/{cohort}/facts/{run}/undo", STAFF, bulk::undo),
        upload("/cohorts/{cohort}/assessments", STAFF, bulk::draft_assessments),
        act("/cohorts/{cohort}/assessments/set", STAFF, bulk::set_assessments),
        view("/trainees/{enrolment}", STAFF, super::show),
        view("/trainees/{enrolment}/judgement", STAFF, judgement::show),
        view("/trainees/{enrolment}/judgement/pdf", STAFF, judgement::pdf),
        view("/trainees/{enrolment}/disclosure/{format}", ADMINISTRATOR, disclosure::download).asks_again(),
        view("/me", TRAINEE, super::own),
        view("/trainees/{enrolment}/edit", STAFF, super::person_edit::edit),
        act("/trainees/{enrolment}/edit", STAFF, super::person_edit::update),
        act("/trainees/{enrolment}/state", STAFF, super::change_state),
        act("/trainees/{enrolment}/milestone", STAFF, facts::milestone),
        act("/trainees/{enrolment}/case", STAFF, facts::case),
        act("/trainees/{enrolment}/experience", STAFF, facts::experience),
        act("/trainees/{enrolment}/office-time", STAFF, facts::office_time),
        act("/trainees/{enrolment}/healed", STAFF, facts::healed),
        act("/trainees/{enrolment}/exam-pass", STAFF, facts::exam_pass),
        act("/trainees/{enrolment}/fallback", STAFF, facts::fallback),
        act("/trainees/{enrolment}/assessment", STAFF, facts::assessment),
        act("/trainees/{enrolment}/document", STAFF, facts::document),
        act("/trainees/{enrolment}/credit", STAFF, facts::credit),
        act("/trainees/{enrolment}/waiver", STAFF, facts::waiver).asks_again(),
        act("/trainees/{enrolment}/withdraw", STAFF, facts::withdraw),
        act("/trainees/{enrolment}/place", STAFF, placement::fix),
        act("/trainees/{enrolment}/exclude", STAFF, placement::exclude),
        act("/trainees/{enrolment}/allow", STAFF, placement::allow),
        act("/trainees/{enrolment}/place-anew", STAFF, placement::place_anew),
    ]
}

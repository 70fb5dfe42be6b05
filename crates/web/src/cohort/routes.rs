//! The routes of this area: path, who may, and the handler.

use super::{change, entrance, exercise_group, invitation, make_up, online, roster, session, session_form, timetable};
use crate::shell::access::{CLASSROOM, INSTRUCTOR, STAFF};
use crate::shell::route::{Route, act, upload, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/cohorts", STAFF, super::list),
        view("/cohorts/new", STAFF, super::new),
        act("/cohorts", STAFF, super::create),
        view("/cohorts/{cohort}", STAFF, super::show),
        act("/cohorts/{cohort}/enrol", STAFF, super::enrol),
        act("/cohorts/{cohort}/admit", STAFF, super::admit),
        act("/cohorts/{cohort}/waiver", STAFF, super::waive).asks_again(),
        view("/cohorts/{cohort}/list/{list}/{format}", STAFF, super::download),
        view("/cohorts/{cohort}/templates/{template}", STAFF, super::template),
        view("/sessions/{session}/template", STAFF, session::template),
        view("/cohorts/{cohort}/roster", STAFF, roster::roster),
        upload("/cohorts/{cohort}/roster", STAFF, roster::import_roster),
        view("/cohorts/{cohort}/sessions", CLASSROOM, session::list),
        act("/cohorts/{cohort}/sessions", STAFF, session_form::create),
        view("/cohorts/{cohort}/sessions/new", STAFF, session_form::new),
        view("/sessions/{session}/edit", STAFF, session_form::edit),
        act("/sessions/{session}/edit", STAFF, session_form::change),
        act("/sessions/{session}/cancel", STAFF, session_form::cancel),
        view("/cohorts/{cohort}/edit", STAFF, change::edit),
        act("/cohorts/{cohort}/edit", STAFF, change::change),
        act("/cohorts/{cohort}/cancel", STAFF, change::cancel).asks_again(),
        view("/cohorts/{cohort}/make-ups", STAFF, make_up::show),
        act("/cohorts/{cohort}/make-ups", STAFF, make_up::invite),
        view("/cohorts/{cohort}/entrance", STAFF, entrance::show),
        view("/cohorts/{cohort}/accounts", STAFF, invitation::show),
        act("/cohorts/{cohort}/accounts", STAFF, invitation::invite),
        view("/sessions/{session}", CLASSROOM, session::show),
        view("/cohorts/{cohort}/groups", STAFF, exercise_group::list),
        act("/cohorts/{cohort}/groups", STAFF, exercise_group::create),
        upload("/cohorts/{cohort}/groups/import", STAFF, exercise_group::import),
        view("/groups/{group}", CLASSROOM, exercise_group::show),
        act("/groups/{group}", STAFF, exercise_group::change),
        view("/groups/{group}/plans/{entry}", INSTRUCTOR, exercise_group::plan),
        view("/groups/{group}/plans/{entry}/{format}", INSTRUCTOR, exercise_group::document),
        act("/groups/{group}/plans/{entry}/comments", INSTRUCTOR, exercise_group::comment),
        act("/groups/{group}/plans/{entry}/return", INSTRUCTOR, exercise_group::give_back),
        act("/sessions/{session}/attendance", CLASSROOM, session::record),
        upload("/sessions/{session}/import", STAFF, session::import),
        upload("/sessions/{session}/online", STAFF, online::read),
        view("/cohorts/{cohort}/timetable", STAFF, timetable::show),
        upload("/cohorts/{cohort}/timetable", STAFF, timetable::draft),
        act("/cohorts/{cohort}/timetable/set", STAFF, timetable::set),
        act("/cohorts/{cohort}/timetable/{run}/undo", STAFF, timetable::undo),
    ]
}

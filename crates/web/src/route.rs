//! The table of routes: method, path, who may, and the handler. A route that is not here does not exist.

use crate::access::{
    self, ADMINISTRATOR, Access, CLASSROOM, DRAFTERS, EVERYBODY, INSTRUCTOR, OFFICE, RESULTS, STAFF, SUPERVISOR,
    TRAINEE,
};
use crate::{
    App, agreement, attachment, audit, certificate, cohort, comparison, contact, evaluation, exercise_group, guideline,
    home, host_office, impact, import, judgement, notice, paper, placement, placement_explanation, placement_map,
    placement_request, placement_round, plan, practicum, practicum_case, practicum_day, practicum_entry, practicum_pdf,
    practicum_review, registration, retention, session, settings, sign_in, supervision, trainee, trainee_facts,
    trainee_placement, user,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use training::practicum::attachment::LARGEST;

/// Largest upload: 64 MiB holds every office of Japan four times.
pub const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;
/// Largest form with a file beside an entry.
const ATTACHMENT_LIMIT: usize = LARGEST + FORM_LIMIT;
/// Largest form without a file: the marks of a class.
const FORM_LIMIT: usize = 1024 * 1024;

/// One route.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
    /// Largest body, in bytes.
    pub limit: usize,
    handler: MethodRouter<App>,
}

impl Route {
    /// Is its form one with files?
    pub fn takes_files(&self) -> bool {
        self.limit > FORM_LIMIT
    }

    /// The route behind its guard and its limit on bodies.
    pub(crate) fn guarded(self, app: &App) -> Router<App> {
        Router::new().route(
            self.path,
            self.handler
                .layer(DefaultBodyLimit::max(self.limit))
                .layer(axum::middleware::from_fn_with_state((app.clone(), self.access), access::guard)),
        )
    }
}

fn view<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { method: "GET", path, access, limit: FORM_LIMIT, handler: get(handler) }
}

fn act<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { method: "POST", path, access, limit: FORM_LIMIT, handler: post(handler) }
}

fn upload<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { limit: UPLOAD_LIMIT, ..act(path, access, handler) }
}

fn small_upload<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { limit: ATTACHMENT_LIMIT, ..act(path, access, handler) }
}

/// All of them.
pub fn routes() -> Vec<Route> {
    vec![
        view("/sign-in", Access::Public, sign_in::show),
        act("/sign-in", Access::Public, sign_in::submit),
        view("/sign-in/link/{token}", Access::Public, contact::link),
        act("/sign-in/link/{token}", Access::Public, contact::use_link),
        act("/sign-out", EVERYBODY, sign_in::sign_out),
        view("/language/{language}", Access::Public, sign_in::language),
        view("/password", EVERYBODY, user::own_password),
        act("/password", EVERYBODY, user::change_own_password),
        view("/verify/{token}", Access::Public, certificate::verify),
        view("/", EVERYBODY, home::show),
        view("/results", RESULTS, home::results),
        view("/cohorts", STAFF, cohort::list),
        view("/cohorts/new", STAFF, cohort::new),
        act("/cohorts", STAFF, cohort::create),
        view("/cohorts/{cohort}", STAFF, cohort::show),
        act("/cohorts/{cohort}/enrol", STAFF, cohort::enrol),
        act("/cohorts/{cohort}/admit", STAFF, cohort::admit),
        act("/cohorts/{cohort}/waiver", STAFF, cohort::waive),
        view("/cohorts/{cohort}/list/{list}/{format}", STAFF, cohort::download),
        view("/cohorts/{cohort}/roster", STAFF, import::roster),
        upload("/cohorts/{cohort}/roster", STAFF, import::import_roster),
        view("/cohorts/{cohort}/sessions", CLASSROOM, session::list),
        act("/cohorts/{cohort}/sessions", STAFF, session::create),
        view("/sessions/{session}", CLASSROOM, session::show),
        view("/cohorts/{cohort}/groups", STAFF, exercise_group::list),
        act("/cohorts/{cohort}/groups", STAFF, exercise_group::create),
        upload("/cohorts/{cohort}/groups/import", STAFF, exercise_group::import),
        view("/groups/{group}", CLASSROOM, exercise_group::show),
        act("/groups/{group}", STAFF, exercise_group::change),
        view("/groups/{group}/plans/{entry}", INSTRUCTOR, exercise_group::plan),
        view("/groups/{group}/plans/{entry}/{format}", INSTRUCTOR, exercise_group::document),
        view("/groups/{group}/plans/{entry}/attachments/{attachment}", INSTRUCTOR, attachment::of_group),
        act("/groups/{group}/plans/{entry}/comments", INSTRUCTOR, exercise_group::comment),
        act("/groups/{group}/plans/{entry}/return", INSTRUCTOR, exercise_group::give_back),
        act("/sessions/{session}/attendance", CLASSROOM, session::record),
        upload("/sessions/{session}/import", STAFF, session::import),
        view("/cohorts/{cohort}/placement", STAFF, placement::show),
        act("/cohorts/{cohort}/placement", STAFF, placement::place),
        act("/cohorts/{cohort}/placement/confirm", STAFF, placement::confirm),
        view("/cohorts/{cohort}/placement/explanation", STAFF, placement_explanation::show),
        act("/cohorts/{cohort}/placement/locate", STAFF, placement::locate),
        upload("/cohorts/{cohort}/placement/minutes", STAFF, placement::minutes),
        view("/cohorts/{cohort}/placement/map.pdf", STAFF, placement_map::pdf),
        view("/cohorts/{cohort}/placement/policy", STAFF, placement_round::policy),
        act("/cohorts/{cohort}/placement/policy", STAFF, placement_round::set_policy),
        view("/cohorts/{cohort}/placement/rounds", STAFF, placement_round::compare),
        act("/cohorts/{cohort}/placement/rounds/{round}/note", STAFF, placement_round::note),
        act("/cohorts/{cohort}/placement/rounds/{round}/again", STAFF, placement_round::go_back),
        view("/cohorts/{cohort}/placement/wish", STAFF, placement_explanation::wish),
        act("/cohorts/{cohort}/placement/requests", STAFF, placement_request::set_period),
        act("/placements/{placement}/supervisor", OFFICE, placement::assign_supervisor),
        act("/placements/{placement}/state", OFFICE, placement::change),
        view("/cohorts/{cohort}/certificates", STAFF, certificate::list),
        act("/cohorts/{cohort}/certificates", STAFF, certificate::issue),
        view("/certificates/{certificate}/pdf", STAFF, certificate::pdf),
        act("/certificates/{certificate}/reissue", STAFF, certificate::reissue),
        act("/certificates/{certificate}/revoke", STAFF, certificate::revoke),
        view("/trainees", STAFF, trainee::search),
        view("/trainees/{enrolment}", STAFF, trainee::show),
        view("/trainees/{enrolment}/judgement", STAFF, judgement::show),
        view("/trainees/{enrolment}/judgement/pdf", STAFF, judgement::pdf),
        view("/me", TRAINEE, trainee::own),
        view("/me/certificate", TRAINEE, certificate::own_pdf),
        view("/me/offices", TRAINEE, placement_request::show),
        act("/me/offices/{office}/request", TRAINEE, placement_request::request),
        act("/me/placement/give-up", TRAINEE, placement_request::give_up),
        view("/me/practicum", TRAINEE, practicum::show),
        view("/me/practicum/pdf", TRAINEE, practicum_pdf::own),
        view("/me/practicum/report", TRAINEE, practicum_pdf::own_report),
        view("/me/practicum/confirmation", TRAINEE, practicum_pdf::own_confirmation),
        act("/me/practicum/sign", TRAINEE, practicum::sign),
        act("/me/practicum/cases", TRAINEE, practicum_case::create),
        act("/me/practicum/cases/{case}/concerned", TRAINEE, practicum_case::concern),
        act("/me/practicum/cases/{case}/invented", TRAINEE, practicum_case::invent),
        act("/me/practicum/consents", TRAINEE, practicum_case::consent),
        act("/me/practicum/entries", TRAINEE, practicum_entry::begin),
        view("/me/practicum/entries/{entry}", TRAINEE, practicum_entry::show),
        act("/me/practicum/entries/{entry}", TRAINEE, practicum_entry::submit),
        act("/me/practicum/entries/{entry}/draft", TRAINEE, practicum_entry::keep),
        small_upload("/me/practicum/entries/{entry}/attachments", TRAINEE, attachment::attach),
        view("/me/practicum/attachments/{attachment}", TRAINEE, attachment::own),
        act("/me/practicum/attachments/{attachment}/remove", TRAINEE, attachment::detach),
        upload("/me/practicum/entries/{entry}/import", TRAINEE, plan::take_in),
        view("/me/practicum/entries/{entry}/{format}", TRAINEE, plan::own_document),
        view("/me/practicum/evaluation", TRAINEE, evaluation::own),
        view("/me/practicum/evaluation/pdf", TRAINEE, evaluation::own_pdf),
        view("/me/practicum/days", TRAINEE, practicum_day::own),
        act("/me/practicum/days", TRAINEE, practicum_day::change_own),
        view("/me/practicum/days.ics", TRAINEE, practicum_day::own_file),
        view("/practicum/{enrolment}/days", OFFICE, practicum_day::of_trainee),
        act("/practicum/{enrolment}/days", OFFICE, practicum_day::change_of_trainee),
        view("/offices/{office}/days.ics", OFFICE, practicum_day::office_file),
        view("/practicum/{enrolment}", OFFICE, practicum_review::show),
        view("/practicum/{enrolment}/evaluation", OFFICE, evaluation::of_trainee),
        act("/practicum/{enrolment}/evaluation", SUPERVISOR, evaluation::evaluate),
        view("/practicum/{enrolment}/evaluation/pdf", OFFICE, evaluation::pdf_of_trainee),
        view("/practicum/{enrolment}/pdf", OFFICE, practicum_pdf::of_trainee),
        view("/practicum/{enrolment}/report", OFFICE, practicum_pdf::report_of_trainee),
        view("/practicum/{enrolment}/confirmation", OFFICE, practicum_pdf::confirmation_of_trainee),
        act("/practicum/{enrolment}/entries/{entry}", SUPERVISOR, practicum_review::decide),
        act("/practicum/{enrolment}/entries/{entry}/comments", SUPERVISOR, plan::comment),
        view("/practicum/{enrolment}/entries/{entry}/{format}", OFFICE, plan::document_of_trainee),
        view("/practicum/{enrolment}/attachments/{attachment}", OFFICE, attachment::of_trainee),
        act("/practicum/{enrolment}/decide-all", SUPERVISOR, practicum_review::decide_all),
        act("/practicum/{enrolment}/sign-off", SUPERVISOR, practicum_review::sign_off),
        view("/cohorts/{cohort}/practicum", STAFF, practicum_review::overview),
        act("/cohorts/{cohort}/practicum/done", STAFF, practicum_review::finish),
        act("/cohorts/{cohort}/practicum/remind", STAFF, notice::remind),
        act("/notices/{notice}/letter", STAFF, notice::as_letter),
        view("/notices", STAFF, notice::list),
        act("/notices/letters", STAFF, notice::letters),
        act("/notices/old", STAFF, notice::old),
        act("/notices/{notice}", STAFF, notice::change),
        view("/cohorts/{cohort}/supervision", STAFF, supervision::list),
        act("/cohorts/{cohort}/supervision", STAFF, supervision::issue),
        view("/supervision-certificates", STAFF, supervision::search),
        view("/supervision-certificates/{certificate}/pdf", OFFICE, supervision::pdf),
        view("/trainees/{enrolment}/edit", STAFF, trainee::edit),
        act("/trainees/{enrolment}/edit", STAFF, trainee::update),
        act("/trainees/{enrolment}/state", STAFF, trainee::change_state),
        act("/trainees/{enrolment}/milestone", STAFF, trainee_facts::milestone),
        small_upload("/trainees/{enrolment}/signatures/{signature}/scan", STAFF, attachment::attach_scan),
        act("/trainees/{enrolment}/signatures/{signature}/scan/remove", STAFF, attachment::detach_scan),
        act("/trainees/{enrolment}/case", STAFF, trainee_facts::case),
        act("/trainees/{enrolment}/cases/{case}/concerned", STAFF, practicum_case::concern_of_trainee),
        act("/trainees/{enrolment}/consents", STAFF, practicum_case::consent_of_trainee),
        act("/trainees/{enrolment}/experience", STAFF, trainee_facts::experience),
        act("/trainees/{enrolment}/fallback", STAFF, trainee_facts::fallback),
        act("/trainees/{enrolment}/assessment", STAFF, trainee_facts::assessment),
        act("/trainees/{enrolment}/document", STAFF, trainee_facts::document),
        act("/trainees/{enrolment}/credit", STAFF, trainee_facts::credit),
        act("/trainees/{enrolment}/waiver", STAFF, trainee_facts::waiver),
        act("/trainees/{enrolment}/withdraw", STAFF, trainee_facts::withdraw),
        act("/trainees/{enrolment}/place", STAFF, trainee_placement::fix),
        act("/trainees/{enrolment}/exclude", STAFF, trainee_placement::exclude),
        act("/trainees/{enrolment}/allow", STAFF, trainee_placement::allow),
        act("/trainees/{enrolment}/place-anew", STAFF, trainee_placement::place_anew),
        view("/offices", STAFF, host_office::list),
        view("/offices/{office}", OFFICE, host_office::show),
        view("/offices/{office}/registration", OFFICE, registration::of_office),
        act("/offices/{office}/registration", OFFICE, registration::apply),
        view("/registrations", RESULTS, registration::list),
        act("/registrations", STAFF, registration::set),
        view("/registrations/{registration}", RESULTS, registration::show),
        act("/registrations/{registration}", RESULTS, registration::decide),
        act("/offices/{office}", STAFF, host_office::update),
        act("/offices/{office}/confirm", OFFICE, host_office::confirm),
        act("/offices/{office}/withdraw", STAFF, host_office::withdraw),
        act("/offices/{office}/offer", STAFF, host_office::offer),
        act("/offices/{office}/contact", STAFF, contact::set_office),
        act("/offices/{office}/link", STAFF, contact::send_office_link),
        act("/offices/{office}/supervisors/{supervisor}/reach", OFFICE, contact::reach_supervisor),
        act("/offices/{office}/supervisors/{supervisor}/contact", STAFF, contact::set_supervisor),
        act("/offices/{office}/supervisors/{supervisor}/link", STAFF, contact::send_link),
        act("/offices/{office}/supervisors", OFFICE, contact::name_supervisor),
        view("/imports", STAFF, import::list),
        upload("/imports/hosts", STAFF, import::import_hosts),
        upload("/imports/gazetteer", STAFF, import::import_gazetteer),
        upload("/imports/outlines", STAFF, import::import_outlines),
        view("/guidelines", RESULTS, guideline::list),
        view("/guidelines/editions/{edition}", RESULTS, guideline::edition),
        view("/guidelines/supplements/{supplement}", RESULTS, guideline::supplement),
        upload("/guidelines/texts", STAFF, guideline::import_text),
        view("/guidelines/texts/{text}", RESULTS, guideline::text),
        view("/guidelines/texts/{text}/export", RESULTS, guideline::export_text),
        act("/guidelines/texts/{text}/withdraw", STAFF, guideline::withdraw_text),
        upload("/guidelines/drafts", DRAFTERS, guideline::upload_draft),
        act("/guidelines/drafts/{draft}/withdraw", DRAFTERS, guideline::withdraw_draft),
        view("/guidelines/impact", RESULTS, impact::show),
        view("/guidelines/impact/{format}", STAFF, impact::download),
        act("/cohorts/{cohort}/rules", ADMINISTRATOR, impact::adopt),
        view("/guidelines/comparison", RESULTS, comparison::show),
        upload("/guidelines/comparison", RESULTS, comparison::compare),
        view("/users", ADMINISTRATOR, user::list),
        act("/users", ADMINISTRATOR, user::create),
        act("/users/{user}/active", ADMINISTRATOR, user::set_active),
        act("/users/{user}/password", ADMINISTRATOR, user::reset_password),
        view("/audit", ADMINISTRATOR, audit::show),
        view("/settings", ADMINISTRATOR, settings::show),
        act("/settings", ADMINISTRATOR, settings::update),
        view("/settings/certificate", ADMINISTRATOR, settings::sample),
        view("/settings/rubric", ADMINISTRATOR, evaluation::rubric),
        act("/settings/rubric", ADMINISTRATOR, evaluation::publish_rubric),
        view("/settings/papers", ADMINISTRATOR, paper::show),
        act("/settings/papers", ADMINISTRATOR, paper::update),
        view("/settings/papers/{paper}/sample", ADMINISTRATOR, paper::sample),
        view("/settings/retention", ADMINISTRATOR, retention::show),
        act("/settings/retention", ADMINISTRATOR, retention::set),
        view("/settings/notices", ADMINISTRATOR, notice::settings),
        act("/settings/notices", ADMINISTRATOR, notice::publish),
        act("/settings/notices/when", ADMINISTRATOR, notice::set),
        view("/settings/agreements", ADMINISTRATOR, agreement::show),
        act("/settings/agreements", ADMINISTRATOR, agreement::publish),
    ]
}

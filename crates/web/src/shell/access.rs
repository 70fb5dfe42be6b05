//! Who may come through which door. Nobody, unless a route says so.

use crate::app::App;
use crate::shell::page::{Page, Viewer};
use crate::shell::problem::Problem;
use crate::shell::proof::{self, AsksAgain};
use crate::shell::route::Route;
use crate::shell::search;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use secretariat::account::read_log::ReadKind;
use secretariat::account::refusal::AccountRefusal;
use training::role::Role;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// People with one of these roles.
    Roles(&'static [Role]),
}

pub const EVERYBODY: Access = Access::Roles(&Role::ALL);
pub const ADMINISTRATOR: Access = Access::Roles(&[Role::Administrator]);
pub const STAFF: Access = Access::Roles(&[Role::Administrator, Role::Secretariat]);
pub const CLASSROOM: Access = Access::Roles(&[Role::Administrator, Role::Secretariat, Role::Instructor]);
pub const INSTRUCTOR: Access = Access::Roles(&[Role::Instructor]);
pub const RESULTS: Access = Access::Roles(&[Role::Administrator, Role::Secretariat, Role::Prefecture]);
/// Who brings in editions in the making.
pub const DRAFTERS: Access = Access::Roles(&[Role::Administrator, Role::Prefecture]);
pub const OFFICE: Access = Access::Roles(&[Role::Administrator, Role::Secretariat, Role::Supervisor]);
pub const SUPERVISOR: Access = Access::Roles(&[Role::Supervisor]);
pub const TRAINEE: Access = Access::Roles(&[Role::Trainee]);

impl Access {
    pub fn permits(self, role: Option<Role>) -> bool {
        match self {
            Access::Public => true,
            Access::Roles(roles) => role.is_some_and(|role| roles.contains(&role)),
        }
    }
}

/// What the guard of a route knows of it.
#[derive(Clone)]
pub(crate) struct Door {
    app: App,
    access: Access,
    path: &'static str,
    leaves_trace: bool,
    asks_again: bool,
    is_costly: bool,
}

impl Door {
    pub(super) fn of(app: &App, route: &Route) -> Door {
        Door {
            app: app.clone(),
            access: route.access,
            path: route.path,
            leaves_trace: route.leaves_trace,
            asks_again: route.asks_again,
            is_costly: route.is_costly,
        }
    }

    /// Notes in the read log who looked at a page, took a file, or was refused. The answer to an act that leads elsewhere shows nothing.
    fn note(&self, page: &Page, viewer: &Viewer, uri: &Uri, answer: &Response) {
        let is_file =
            answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/html"));
        let kind = match answer.status() {
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                tracing::warn!(
                    user = viewer.id,
                    route = self.path,
                    address = page.origin.shown(),
                    "a page was refused"
                );
                ReadKind::Refused
            }
            status if !status.is_success() || !self.leaves_trace => return,
            // Trainees see nobody but themselves.
            _ if viewer.role == Role::Trainee => return,
            _ if is_file => ReadKind::File,
            _ => ReadKind::Page,
        };
        let path = uri.path_and_query().map_or("", |path| path.as_str());
        // What was searched for belongs into the log, which is no proxy's.
        let searched = search::opened(&self.app, viewer.provider, uri)
            .map(|question| format!("{}?{}", uri.path(), question.replace('+', " ")));
        let path = searched.as_deref().unwrap_or(path);
        let read = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let subject = subject(self.path, uri);
        self.app.secretariat.note_look((viewer.provider, viewer.id), kind, (subject, &read), &page.origin);
    }
}

/// Names in addresses that lead to one person, the surest first.
const OF_A_PERSON: [&str; 5] = ["enrolment", "entry", "person", "user", "certificate"];

/// What is looked at under an address, such as `enrolment/7`: what leads to one person, in the path or the question, or the first thing named.
fn subject(route: &str, uri: &Uri) -> String {
    let pieces = route.split('/').zip(uri.path().split('/'));
    let named = pieces.filter_map(|(name, id)| Some((name.strip_prefix('{')?.strip_suffix('}')?, id)));
    let asked = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let asked = asked.filter(|(name, _)| *name == "enrolment");
    let all: Vec<(&str, &str)> = named.chain(asked).collect();
    let of_a_person = OF_A_PERSON.iter().find_map(|name| all.iter().find(|(known, _)| known == name));
    of_a_person.or(all.first()).map(|(name, id)| format!("{name}/{id}")).unwrap_or_default()
}

/// Pages of somebody who has yet to set up the second factor that the provider wants.
const BEFORE_SECOND_FACTOR: [&str; 7] = [
    "/second-factor",
    "/second-factor/begin",
    "/second-factor/passkeys",
    "/second-factor/passkeys/challenge",
    "/again",
    "/again/challenge",
    "/sign-out",
];

/// Pages of somebody who has yet to change a password that was given.
const BEFORE_OWN_PASSWORD: [&str; 2] = ["/password", "/sign-out"];

/// Stands before every route.
pub(crate) async fn guard(State(door): State<Door>, page: Page, request: Request, next: Next) -> Response {
    if let Err(problem) = door.app.pace.check(&page) {
        return problem.page(&page);
    }
    let Some(viewer) = &page.viewer else {
        return match door.access {
            Access::Public => next.run(request).await,
            _ if request.method() == Method::GET => page.to_sign_in(request.uri()),
            _ => Problem::SignedOut.page(&page),
        };
    };
    if viewer.is_outside && door.access != Access::Public && door.path != "/sign-out" {
        tracing::warn!(user = viewer.id, address = page.origin.shown(), "an account came from outside its networks");
        let address = page.origin.shown();
        return Problem::Refused(AccountRefusal::OutsideNetwork { address }.into()).page(&page);
    }
    if viewer.must_change_password && door.access != Access::Public && !BEFORE_OWN_PASSWORD.contains(&door.path) {
        return Redirect::to("/password").into_response();
    }
    if viewer.lacks_second_factor && door.access != Access::Public && !BEFORE_SECOND_FACTOR.contains(&door.path) {
        return Redirect::to("/second-factor").into_response();
    }
    let (uri, is_get) = (request.uri().clone(), matches!(*request.method(), Method::GET | Method::HEAD));
    let mut request = request;
    if door.asks_again && !page.is_proven {
        // The form is read first, so that it goes on once its sender has answered.
        request.extensions_mut().insert(AsksAgain);
    }
    let mut answer = match door.access.permits(Some(viewer.role)) {
        true if door.asks_again && !page.is_proven && is_get => proof::before_page(&uri),
        true if door.is_costly => match door.app.pace.turn().await {
            Ok(_turn) => next.run(request).await,
            Err(problem) => problem.page(&page),
        },
        true => next.run(request).await,
        false => Problem::Forbidden.page(&page),
    };
    door.note(&page, viewer, &uri, &answer);
    // Nothing of a page stays in a cache of a shared device; the answer to a form does, so that Back finds what was typed, until sign-out.
    if is_get {
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_a_person_is_what_is_looked_at() {
        let cases = [
            ("/trainees/{enrolment}/judgement", "/trainees/7/judgement", "enrolment/7"),
            ("/practicum/{enrolment}/entries/{entry}/{format}", "/practicum/7/entries/9/pdf", "enrolment/7"),
            ("/groups/{group}/plans/{entry}", "/groups/3/plans/9", "entry/9"),
            ("/cohorts/{cohort}/placement/wish", "/cohorts/2/placement/wish?week=1&enrolment=40", "enrolment/40"),
            ("/sessions/{session}", "/sessions/20", "session/20"),
            ("/trainees", "/trainees?q=x", ""),
        ];
        for (route, path, expected) in cases {
            assert_eq!(subject(route, &path.parse().unwrap()), expected);
        }
    }
}

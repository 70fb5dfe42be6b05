//! Who may come through which door. Nobody, unless a route says so.

use crate::app::App;
use crate::shell::page::{Page, to_sign_in};
use crate::shell::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
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

/// Stands before every route.
pub(crate) async fn guard(
    State((app, access)): State<(App, Access)>,
    page: Page,
    request: Request,
    next: Next,
) -> Response {
    let role = page.viewer.as_ref().map(|viewer| viewer.role);
    if access.permits(role) {
        // Texts of cases stay in no cache of a shared device; the answer to a form does, so that Back finds what was typed.
        let texts = request.method() == axum::http::Method::GET
            && (["/me/practicum", "/practicum/", "/groups/"].iter().any(|path| request.uri().path().starts_with(path))
                || request.uri().path().ends_with(".ics"));
        let mut answer = next.run(request).await;
        if texts {
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        return answer;
    }
    match role {
        None if request.method() == axum::http::Method::GET => to_sign_in(request.uri(), &app.base_url),
        None => Problem::SignedOut.page(&page),
        Some(_) => Problem::Forbidden.page(&page),
    }
}

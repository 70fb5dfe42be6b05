//! The pages: axum and askama, one file for each area. A page holds no rule and no SQL; it asks the use cases.

#[macro_use]
mod locale;
mod looks_personal;

mod access;
mod agreement;
mod attachment;
mod audit;
mod audit_wording;
mod certificate;
mod cohort;
mod comparison;
mod contact;
mod evaluation;
mod exercise_group;
mod field_wording;
mod form;
mod guideline;
mod home;
mod host_office;
mod impact;
mod import;
mod judgement;
mod notice;
mod notice_wording;
mod page;
mod paper;
mod placement;
mod placement_explanation;
mod placement_map;
mod placement_request;
mod placement_round;
mod plan;
mod practicum;
mod practicum_case;
mod practicum_day;
mod practicum_entry;
mod practicum_pdf;
mod practicum_review;
mod practicum_wording;
mod problem;
mod registration;
mod retention;
pub mod route;
mod rule_wording;
mod sending;
mod session;
mod settings;
mod sign_in;
mod static_files;
mod store;
mod supervision;
mod trainee;
mod trainee_facts;
mod trainee_placement;
mod user;
mod view;
mod wording;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use secretariat::Secretariat;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) secretariat: Secretariat,
    /// Where people reach the pages from outside.
    pub(crate) base_url: Arc<str>,
    /// Does a mail server take what is queued?
    pub(crate) mails: bool,
}

/// Only own styles and scripts, nothing inline, no framing, forms go nowhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const IDLE_MINUTES: i64 = 120;

/// A link that signs in is a secret: its path is logged without it.
fn logged_path(path: &str) -> &str {
    const LINK: &str = "/sign-in/link/";
    if path.starts_with(LINK) { LINK } else { path }
}

/// All pages. `base_url` is where they are reached from outside; over https the session cookie is sent over https alone. `mails`:
/// somebody sends the notices that are queued.
pub fn pages(secretariat: Secretariat, base_url: &str, mails: bool) -> Router {
    let https = base_url.starts_with("https://");
    let app = App { secretariat: secretariat.clone(), base_url: base_url.trim_end_matches('/').into(), mails };
    let sessions = SessionManagerLayer::new(store::Store(secretariat))
        .with_name("kensan")
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::minutes(IDLE_MINUTES)));
    let fixed = |name, value: &'static str| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let mut router: Router<App> = Router::new();
    for route in route::routes() {
        router = router.merge(route.guarded(&app));
    }
    let mut pages = router
        .fallback(problem::not_found)
        .layer(axum::middleware::from_fn_with_state(app.clone(), page::prepare))
        .layer(sessions)
        .merge(static_files::router())
        .with_state(app)
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(fixed(CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(REFERRER_POLICY, "same-origin"))
        // The path alone is logged: queries hold names people searched for.
        .layer(TraceLayer::new_for_http().make_span_with(|request: &axum::http::Request<_>| {
            let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or("");
            tracing::info_span!("request", method = %request.method(), path = logged_path(request.uri().path()), id)
        }))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid));
    if https {
        pages = pages.layer(fixed(STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
    }
    pages
}

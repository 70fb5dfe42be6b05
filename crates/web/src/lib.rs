//! The pages: axum and askama, one folder for each area. A page holds no rule and no SQL; it asks the use cases.

#[macro_use]
mod shell;

mod account;
mod app;
mod certificate;
mod cohort;
mod guideline;
mod home;
mod notice;
mod office;
mod placement;
mod practicum;
mod registry;
pub mod route;
mod settings;
mod trainee;
mod wording;

pub use shell::watching::{REQUEST_SECONDS, REQUESTS};

use app::App;
use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::IntoResponse;
use secretariat::Secretariat;
use secretariat::account::identity::IdentityProvider;
use secretariat::account::ways_in::WaysIn;
use shell::pace::Pace;
use shell::store::Store;
use std::net::IpAddr;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// Only own styles and scripts, nothing inline, no framing, forms go nowhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The cookie outlives the session, which the store ends: a reader's cookie is not sent anew with every page.
const COOKIE_HOURS: i64 = 12;

/// How long a form that is being sent may pause.
const BODY_PAUSE: std::time::Duration = std::time::Duration::from_secs(30);

/// A link that signs in is a secret, and so is a calendar's address: their paths are logged without it.
fn logged_path(path: &str) -> &str {
    const SECRET: [&str; 2] = ["/sign-in/link/", "/calendar/"];
    SECRET.into_iter().find(|secret| path.starts_with(secret)).unwrap_or(path)
}

/// How the pages are reached.
#[derive(Default)]
pub struct Site {
    /// Where they are reached from outside; over https the session cookie is sent over https alone.
    pub base_url: String,
    /// Somebody sends the notices that are queued.
    pub mails: bool,
    /// Proxies in front on other machines, whose word about where a request comes from counts.
    pub proxies: Vec<IpAddr>,
    /// Who vouches for identities beside the own accounts.
    pub identities: Vec<IdentityProvider>,
    /// Whoever asks too fast waits.
    pub limits_pace: bool,
    /// Where weaknesses are reported to: an address as `mailto:` or `https:`, for `/.well-known/security.txt`.
    pub security_contact: Option<String>,
}

/// All pages.
pub fn pages(secretariat: Secretariat, site: Site) -> Router {
    let https = site.base_url.starts_with("https://");
    let secretariat = secretariat.with_ways_in(WaysIn::new(&site.base_url, site.identities));
    let app = App {
        secretariat: secretariat.clone(),
        base_url: site.base_url.trim_end_matches('/').into(),
        mails: site.mails,
        proxies: site.proxies.into(),
        pace: Arc::new(Pace::new(site.limits_pace)),
        security_contact: site.security_contact.map(Into::into),
    };
    let sessions = SessionManagerLayer::new(Store::new(secretariat))
        // No other host, and no page of this host without TLS, can set a cookie of this name.
        .with_name(if https { "__Host-kensan" } else { "kensan" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(COOKIE_HOURS)));
    let fixed = |name, value: &'static str| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let mut router: Router<App> = Router::new();
    for route in route::routes() {
        router = router.merge(route.guarded(&app));
    }
    let pages = router
        .layer(axum::middleware::from_fn(shell::watching::measure))
        .fallback(shell::problem::not_found)
        .layer(axum::middleware::from_fn_with_state(app.clone(), shell::prepare::prepare))
        .layer(sessions)
        .with_state(app.clone());
    let mut pages = pages
        .clone()
        .layer(axum::middleware::from_fn_with_state(pages, shell::form_again::again))
        .merge(shell::static_files::router().with_state(app.clone()))
        .merge(shell::watching::router().with_state(app))
        // Who sends a form so slowly that nothing comes for this long has gone.
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(CatchPanicLayer::custom(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .layer(axum::middleware::from_fn(shell::watching::last_resort))
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
        pages = pages.layer(fixed(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"));
    }
    pages
}

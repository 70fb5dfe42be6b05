//! What happens before every handler: the session is resumed, the language chosen, what comes from another site refused.

use super::form_again::{Again, Typed};
use super::locale::Language;
use super::origin::{browser, origin};
use super::page::{
    IDENTITY_COOKIE, LANGUAGE_COOKIE, NOTICE_COOKIE, Page, TOKEN_COOKIE, WANTED_COOKIE, cookie_name, is_own_path,
};
use super::problem::Problem;
use super::proposed;
use crate::app::App;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use secretariat::Refusal;
use secretariat::account::refusal::AccountRefusal;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tower_sessions::Session;

/// Resumes the session, chooses the language, refuses what comes from another site, and hands the page to the handler.
pub(crate) async fn prepare(State(app): State<App>, session: Session, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let https = app.base_url.starts_with("https://");
    let mut page = Page {
        language: language_of(&parts.headers, https),
        viewer: None,
        csrf: visitors_token(&parts.headers, https),
        notice: None,
        wanted: cookie(&parts.headers, WANTED_COOKIE, https)
            .map(|kept| percent_encoding::percent_decode_str(kept).decode_utf8_lossy().into_owned()),
        unseen_notice: cookie(&parts.headers, NOTICE_COOKIE, https).map(str::to_owned),
        notice_shown: Arc::default(),
        path: parts.uri.path().to_owned(),
        is_proven: false,
        identity_kept: cookie(&parts.headers, IDENTITY_COOKIE, https).map(str::to_owned),
        from: if parts.method == Method::POST { sent_from(&parts.headers) } else { None },
        typed: Typed::default(),
        today: app.secretariat.today(),
        guidelines: app.secretariat.guidelines().clone(),
        https,
        browser: browser(&parts.headers),
        origin: origin(&parts, &app.proxies, https),
        session,
    };
    // A zero in an address is no address, and in a question no question, on either database.
    let holds_control = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        training::trainee::person::has_control(&decoded)
    };
    if holds_control(parts.uri.path()) {
        return Problem::NotFound.page(&page);
    }
    if parts.uri.query().is_some_and(|query| holds_control(&query.replace('+', " "))) {
        let field = "q".to_owned();
        return Problem::Refused(secretariat::Refusal::ControlCharacter { field }).page(&page);
    }
    if let Err(problem) = page.resume(&app).await {
        return problem.page(&page);
    }
    if parts.method != Method::GET && parts.method != Method::HEAD && from_another_site(&parts.headers) {
        tracing::warn!(address = page.origin.shown(), "a form of another site was refused");
        return Problem::WrongToken.page(&page);
    }
    let is_read = parts.method == Method::GET;
    parts.extensions.insert(page.clone());
    let mut answer = next.run(Request::from_parts(parts, body)).await;
    if page.notice_shown.load(Ordering::Relaxed)
        && let Ok(seen) = HeaderValue::from_str(&page.notice_seen())
    {
        answer.headers_mut().append(header::SET_COOKIE, seen);
    }
    // A problem is worded here, where the language is known.
    match answer.extensions().get::<Arc<Problem>>().cloned() {
        Some(problem) => {
            if let Problem::Refused(Refusal::Account(AccountRefusal::WaitsForAnother { proposal })) = &*problem {
                let waits = proposed::waits(&app, &page, *proposal).await;
                return waits.unwrap_or_else(|problem| problem.page(&page));
            }
            if matches!(&*problem, Problem::BadForm(_) | Problem::Fields(_) | Problem::Refused(_) | Problem::TooLarge) {
                let user = page.viewer.as_ref().map(|viewer| viewer.id);
                tracing::info!(user, status = answer.status().as_u16(), "what was sent was refused");
            }
            let mut answer = problem.page(&page);
            if let Some(again) = Again::of(&page, &problem, &page.typed) {
                answer.extensions_mut().insert(Arc::new(again));
            }
            answer
        }
        // An address whose parts cannot be read, such as /cohorts/abc, is the address of nothing.
        None if is_unread_address(&answer) => Problem::NotFound.page(&page),
        // The address of an act stands in the browser after a refusal: whoever opens it anew means the page it belongs to.
        None if is_read && answer.status() == StatusCode::METHOD_NOT_ALLOWED => match page.path.rsplit_once('/') {
            Some((above, _)) => Redirect::to(if above.is_empty() { "/" } else { above }).into_response(),
            None => answer,
        },
        None => answer,
    }
}

/// Did no handler take the address? The framework says so in plain text.
fn is_unread_address(answer: &Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    answer.status() == StatusCode::BAD_REQUEST && is_plain
}

pub(super) fn cookie<'a>(headers: &'a HeaderMap, wanted: &str, https: bool) -> Option<&'a str> {
    let wanted = cookie_name(wanted, https);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(name, _)| **name == wanted).map(|(_, value)| value)
}

pub(crate) fn language_of(headers: &HeaderMap, https: bool) -> Language {
    cookie(headers, LANGUAGE_COOKIE, https).and_then(Language::from_tag).unwrap_or(Language::Japanese)
}

/// The token a visitor's browser keeps, as [`Page::visitors_token`] gave it.
fn visitors_token(headers: &HeaderMap, https: bool) -> String {
    let is_token = |kept: &&str| kept.len() == 64 && kept.bytes().all(|byte| byte.is_ascii_hexdigit());
    cookie(headers, TOKEN_COOKIE, https).filter(is_token).unwrap_or_default().to_owned()
}

/// Where a browser says it was, if that is a page of this server.
pub(crate) fn sent_from(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (referer, host) = (text(header::REFERER)?.parse::<Uri>().ok()?, text(header::HOST)?);
    let ours = referer.authority().is_some_and(|authority| authority.as_str() == host);
    let path = referer.path_and_query().filter(|path| ours && is_own_path(path.as_str()))?;
    Some(path.to_string())
}

/// Browsers say where a request comes from; a form of another site is refused before its body is read.
pub(crate) fn from_another_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_some_and(|site| site != "same-origin" && site != "none")
}

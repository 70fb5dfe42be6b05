//! What watches over the server: whether it lives and can write, how long answers take, and a last page for what nobody else could word.

use crate::app::App;
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::time::{Duration, Instant};

/// Answers, by method, route and class of status.
pub const REQUESTS: &str = "kensan_http_requests_total";
/// Seconds until an answer was ready, by route.
pub const REQUEST_SECONDS: &str = "kensan_http_request_seconds";

/// How long the database may think about whether it can write.
const PATIENCE: Duration = Duration::from_secs(3);
/// Seconds after which to try again.
pub(super) const AFTER: &str = "10";

/// Days for which a security.txt says that it holds: less than a year (RFC 9116).
const SECURITY_DAYS: i64 = 180;

/// Where weaknesses are reported to (RFC 9116); nowhere unless the operator says so.
async fn security(State(app): State<App>) -> Response {
    let Some(contact) = &app.security_contact else { return StatusCode::NOT_FOUND.into_response() };
    let expires = (app.secretariat.now() + chrono::TimeDelta::days(SECURITY_DAYS)).format("%Y-%m-%dT%H:%M:%SZ");
    let canonical = format!("{}/.well-known/security.txt", app.base_url);
    let text = format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: ja, en\nCanonical: {canonical}\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// For a load balancer: `/healthz` says that the process answers and asks nothing else, `/readyz` that it can write.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/.well-known/security.txt", get(security))
}

async fn ready(State(app): State<App>) -> Response {
    let asked = tokio::time::timeout(PATIENCE, app.secretariat.check_writable()).await;
    match asked {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the records cannot be written");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AFTER)], "not ready\n").into_response()
        }
        Err(_) => {
            tracing::warn!("the database does not say in time whether it can write");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AFTER)], "not ready\n").into_response()
        }
    }
}

/// Counts the answer. The route's pattern names no person, its address might.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    let method = match *request.method() {
        Method::GET | Method::HEAD => "GET",
        Method::POST => "POST",
        _ => "other",
    };
    let begun = Instant::now();
    let answer = next.run(request).await;
    let status = match answer.status().as_u16() {
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    metrics::counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!(REQUEST_SECONDS, "route" => route).record(begun.elapsed().as_secs_f64());
    answer
}

/// The page of last resort: whatever failed before anybody could word it is said in both languages, without asking the database.
pub(crate) async fn last_resort(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let answer = next.run(request).await;
    if !answer.status().is_server_error() || answer.headers().contains_key(header::CONTENT_TYPE) {
        return answer;
    }
    let (ja, en) = if reads {
        ("しばらくしてから、もう一度開いてください。", "Open the page again in a moment.")
    } else {
        (
            "今の操作が保存されたかどうか分かりません。しばらくしてからページを開き、入っているか確かめてください。",
            "It is not known whether what you did was saved. Open the page in a moment and look before you do it again.",
        )
    };
    let page = format!(
        "<!DOCTYPE html><html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>ただいま利用できません - 研鑽</title><link rel=\"stylesheet\" href=\"/static/kensan.css\"></head>\
         <body><main id=\"main\"><h1>ただいま利用できません</h1><p>{ja}</p>\
         <h2 lang=\"en\">Not available at the moment</h2><p lang=\"en\">{en}</p><p><a href=\"/\">ホーム / Home</a></p></main></body></html>"
    );
    let mut answer = answer.map(|_| Body::from(page));
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = answer.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static(AFTER));
    answer
}

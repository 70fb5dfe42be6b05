//! Whoever is about to do something dangerous shows anew who they are, unless they did some minutes ago.

use super::desk::Desk;
use super::form::Form;
use super::form_again::FROM_FIELD;
use super::page::{Answer, Page, is_own_path, render};
use super::problem::Problem;
use crate::wording;
use askama::Template;
use axum::Json;
use axum::extract::Query;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use secretariat::Error;
use serde::Deserialize;

/// A mark of routes before which it is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct AsksAgain;

/// Fields of the question itself; all others belong to the form that waits.
const OWN: [&str; 6] = ["csrf", "again_password", "again_to", "is_page", "passkey_of_again", "token_of_again"];

/// Is it a field of the question, and none of the form that waits?
pub(super) fn is_own(name: &str) -> bool {
    OWN.contains(&name)
}

#[derive(Template)]
#[template(path = "shell/proof.html")]
struct Question {
    page: Page,
    /// Where it goes on: the path of an act, or of a page.
    to: String,
    is_page: bool,
    /// The form that waits.
    fields: Vec<(String, String)>,
    error: Option<String>,
}

/// Asks before an act whose form was sent.
pub(super) fn before_act(page: &Page) -> Response {
    let mut fields = page.typed.pairs();
    fields.retain(|(name, _)| !is_own(name));
    if let Some(from) = page.from.clone().filter(|_| !fields.iter().any(|(name, _)| name == FROM_FIELD)) {
        fields.push((FROM_FIELD.to_owned(), from));
    }
    let question = Question { to: page.path.clone(), page: page.clone(), is_page: false, fields, error: None };
    match render(&question) {
        Ok(shown) => (StatusCode::UNAUTHORIZED, shown).into_response(),
        Err(problem) => problem.page(page),
    }
}

/// Asks before a page.
pub(super) fn before_page(uri: &Uri) -> Response {
    let to = uri.path_and_query().map_or("/", |path| path.as_str());
    let to = percent_encoding::utf8_percent_encode(to, percent_encoding::NON_ALPHANUMERIC);
    Redirect::to(&format!("/again?to={to}")).into_response()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    to: String,
}

/// A path of ours, or home.
fn own_path(to: &str) -> String {
    if is_own_path(to) { to.to_owned() } else { "/".to_owned() }
}

pub(crate) async fn show(page: Page, Query(wanted): Query<Wanted>) -> Answer {
    render(&Question { page, to: own_path(&wanted.to), is_page: true, fields: Vec::new(), error: None })
}

pub(crate) async fn challenge(mut desk: Desk, page: Page, _: Form) -> Answer {
    let id = page.viewer()?.id;
    Ok(Json(desk.act().passkey_challenge_of(id).await?).into_response())
}

/// Goes on with the form that waited, or with the page.
pub(crate) async fn answer(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let id = page.viewer()?.id;
    let (token, passkey) = (fields.text("token_of_again"), fields.text("passkey_of_again"));
    let checked = if passkey.is_empty() {
        desk.act().check_own_password(id, fields.exact("again_password"), &page.origin).await
    } else {
        let user = desk.records().await?.user(id).await?;
        desk.act().check_passkey(&user, token, passkey, &page.origin).await
    };
    let (to, is_page) = (own_path(fields.text("again_to")), fields.ticked("is_page"));
    match checked {
        Ok(()) => {
            page.prove(desk.app().secretariat.now()).await?;
            // The browser sends the same form once more, to the act that waits for it.
            let status = if is_page { StatusCode::SEE_OTHER } else { StatusCode::TEMPORARY_REDIRECT };
            Ok((status, [(axum::http::header::LOCATION, to)]).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let error = Some(wording::refusal::refusal(&page, &refusal));
            let status = Problem::Refused(refusal).status();
            let waiting = fields.pairs().filter(|(name, _)| !is_own(name));
            let fields = waiting.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            Ok((status, render(&Question { page, to, is_page, fields, error })?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

//! Signing in and out, and choosing the language.

use super::entry::go_on;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::locale::Language;
use crate::shell::page::{Answer, Page, render};
use crate::shell::prepare::sent_from;
use crate::shell::problem::Problem;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};
use secretariat::Error;

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignIn {
    page: Page,
    login: String,
    error: Option<String>,
    /// Is there a mail server, so that a link can be sent?
    server: bool,
    has_passkeys: bool,
    /// Who vouches for identities: names in addresses, and what people call them.
    identities: Vec<(String, String)>,
}

impl SignIn {
    fn new(desk: &Desk, page: Page, login: String, error: Option<String>) -> SignIn {
        let ways = desk.app().secretariat.ways_in();
        let identities = ways.identities().map(|(name, title)| (name.to_owned(), title.to_owned())).collect();
        SignIn { page, login, error, server: desk.app().mails, has_passkeys: ways.has_passkeys(), identities }
    }
}

/// The sign-in page with what was wrong.
pub(super) async fn refused(desk: &Desk, mut page: Page, refusal: secretariat::Refusal, told: String) -> Answer {
    // Whoever is signed in goes on from the own page.
    if page.viewer.is_some() {
        return page.go("/password", told).await;
    }
    let status = Problem::Refused(refusal).status();
    let cookie = page.visitors_token();
    Ok((status, cookie, render(&SignIn::new(desk, page, String::new(), Some(told)))?).into_response())
}

pub(crate) async fn show(desk: Desk, mut page: Page) -> Answer {
    if page.viewer.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let cookie = page.visitors_token();
    Ok((cookie, render(&SignIn::new(&desk, page, String::new(), None))?).into_response())
}

pub(crate) async fn submit(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let login = fields.text("login").to_owned();
    match desk.act().sign_in(&login, fields.exact("password"), &page.origin).await {
        Ok(user) => go_on(&mut desk, &page, &user, false).await,
        Err(Error::Refused(refusal)) => {
            let error = Some(wording::refusal::refusal(&page, &refusal));
            let status = Problem::Refused(refusal).status();
            Ok((status, render(&SignIn::new(&desk, page, login, error))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn sign_out(page: Page, _: Form) -> Answer {
    page.sign_out().await?;
    // What the browser keeps of the pages goes too: Back shows none of them.
    Ok(([("clear-site-data", "\"cache\"")], Redirect::to("/sign-in")).into_response())
}

/// Back to the page the reader came from, if it is one of ours.
pub(crate) async fn language(page: Page, Path(tag): Path<String>, headers: HeaderMap) -> Answer {
    let language = Language::from_tag(&tag).ok_or(Problem::NotFound)?;
    let path = sent_from(&headers).filter(|path| !path.starts_with("/language"));
    let back = path.unwrap_or_else(|| "/".to_owned());
    Ok(([(header::SET_COOKIE, page.language_cookie(language))], Redirect::to(&back)).into_response())
}

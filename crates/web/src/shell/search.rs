//! Searches by what is typed about people: sent in a form, so that no name stands in an address, where proxies and browsers keep it. The
//! address that can be kept and sent on bears the search sealed.

use super::desk::Desk;
use super::form::Form;
use super::page::{Answer, Page};
use super::problem::Problem;
use crate::app::App;
use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the sealed search is called in addresses.
const NAME: &str = "for";
/// Pages that are searched.
const PAGES: [&str; 3] = ["/trainees", "/users", "/registry"];

/// What is searched for: from the sealed search of an address, or from its question as it stands.
pub(crate) struct Searched<T>(pub(crate) T);

/// The search that an address bears, where it is sealed.
pub(super) fn opened(app: &App, provider: i64, uri: &Uri) -> Option<String> {
    let asked = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    let token = asked.into_iter().find(|(name, _)| *name == NAME)?.1;
    app.secretariat.open_search(provider, token)
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Searched<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Searched<T>, Problem> {
        let plain = parts.uri.query().unwrap_or_default().to_owned();
        let viewer = parts.extensions.get::<Page>().and_then(|page| page.viewer.as_ref());
        let question = viewer.and_then(|viewer| opened(app, viewer.provider, &parts.uri)).unwrap_or(plain);
        serde_urlencoded::from_str(&question).map(Searched).map_err(|_| Problem::NotFound)
    }
}

/// An address of ours that bears a search sealed.
pub(crate) fn address(app: &App, page: &Page, path: &str, search: impl Serialize) -> Result<String, Problem> {
    let question = serde_urlencoded::to_string(search).map_err(Problem::internal)?;
    match app.secretariat.seal_search(page.viewer()?.provider, &question) {
        Ok(sealed) => Ok(format!("{path}?{NAME}={sealed}")),
        // Without a main key nothing is sealed; people are found all the same.
        Err(secretariat::Error::Records(secretariat::RecordError::KeyMissing)) => Ok(format!("{path}?{question}")),
        Err(error) => Err(error.into()),
    }
}

/// Goes from the form to the page that is searched.
pub(crate) async fn search(desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let to = PAGES.into_iter().find(|page| *page == fields.text("to")).ok_or(Problem::NotFound)?;
    let typed =
        fields.pairs().filter(|(name, value)| !matches!(*name, "csrf" | "to" | "from_page") && !value.is_empty());
    let typed: Vec<(&str, &str)> = typed.collect();
    if typed.is_empty() {
        return Ok(Redirect::to(to).into_response());
    }
    Ok(Redirect::to(&address(desk.app(), &page, to, typed)?).into_response())
}

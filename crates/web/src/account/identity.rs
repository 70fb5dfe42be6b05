//! Signing in by an identity elsewhere (OpenID Connect), and linking one with an account.

use super::entry::go_on_with;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect};
use secretariat::Error;
use secretariat::account::identity::Arrival;
use serde::Deserialize;

/// Goes to whoever vouches. What the browser keeps meanwhile is a cookie: nothing is recorded of a visitor.
pub(crate) async fn depart(mut desk: Desk, page: Page, Path(identity): Path<String>) -> Answer {
    match desk.act().depart_for_identity(&identity, false).await {
        Ok(departure) => {
            let cookie = page.identity_cookie(&departure.kept);
            Ok(([(SET_COOKIE, cookie)], Redirect::to(&departure.address)).into_response())
        }
        Err(error) => refused(&desk, page, error).await,
    }
}

/// What whoever vouches sends back.
#[derive(Debug, Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    iss: String,
}

/// Somebody comes back: signed in, or, where that was begun on the own page, with an identity to be linked.
pub(crate) async fn arrive(
    mut desk: Desk,
    page: Page,
    Path(identity): Path<String>,
    Query(returned): Query<Returned>,
) -> Answer {
    let secretariat = &desk.app().secretariat;
    let links = page.is_linking(&returned.state, secretariat.now()).await?;
    if returned.code.is_empty() {
        let error = secretariat.identity_refused(&identity)?;
        return refused(&desk, page, error).await;
    }
    if let Some(viewer) = page.viewer.as_ref().filter(|viewer| links && viewer.is_outside) {
        tracing::warn!(user = viewer.id, "an identity was to be linked from outside the networks");
        return Err(Problem::Forbidden);
    }
    let kept = page.identity_kept.clone().unwrap_or_default();
    let arrival = Arrival { code: &returned.code, state: &returned.state, issuer: &returned.iss };
    let vouched = match desk.act().vouched_identity(&identity, &kept, arrival).await {
        Ok(vouched) => vouched,
        Err(error) => return refused(&desk, page, error).await,
    };
    let forget = page.identity_cookie("");
    let mut answer = if let Some(viewer) = page.viewer.clone().filter(|_| links) {
        match desk.act().link_identity(&page.staff()?, viewer.id, &vouched).await {
            Ok(()) => page.go("/password", t!(page, "identity-linked")).await?,
            Err(error) => return refused(&desk, page, error).await,
        }
    } else {
        match desk.act().sign_in_by_identity(&vouched, &page.origin).await {
            Ok(user) => go_on_with(&mut desk, &page, &user, vouched.second_factor).await?,
            Err(error) => return refused(&desk, page, error).await,
        }
    };
    answer.headers_mut().append(SET_COOKIE, forget.parse().map_err(Problem::internal)?);
    Ok(answer)
}

/// What went wrong on the way, on the page somebody goes on from.
async fn refused(desk: &Desk, page: Page, error: Error) -> Answer {
    let Error::Refused(refusal) = error else { return Err(error.into()) };
    let told = wording::refusal::refusal(&page, &refusal);
    super::sign_in::refused(desk, page, refusal, told).await
}

#[derive(Template)]
#[template(path = "account/identity_onward.html")]
struct Onward {
    page: Page,
    address: String,
    title: String,
}

/// Begins to link an identity with the own account. A link leads on: forms of ours go to no other site.
pub(crate) async fn begin_link(mut desk: Desk, page: Page, Path(identity): Path<String>, _: Form) -> Answer {
    let departure = desk.act().depart_for_identity(&identity, true).await?;
    let secretariat = &desk.app().secretariat;
    page.begin_linking(&departure.state, secretariat.now()).await?;
    let cookie = page.identity_cookie(&departure.kept);
    let title = secretariat.ways_in().identities().find(|(name, _)| *name == identity);
    let title = title.map_or_else(String::new, |(_, title)| title.to_owned());
    Ok(([(SET_COOKIE, cookie)], render(&Onward { page, address: departure.address, title })?).into_response())
}

/// An identity opens the own account no longer.
pub(crate) async fn end_link(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let id = page.viewer()?.id;
    desk.act().end_linked_identity(&page.staff()?, id, fields.number("identity")?).await?;
    page.go("/password", t!(page, "identity-ended")).await
}

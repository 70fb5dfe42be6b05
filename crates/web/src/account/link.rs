//! Links that sign one person in, once.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use secretariat::account::refusal::AccountRefusal;

#[derive(Template)]
#[template(path = "account/sign_in_link.html")]
struct Link {
    page: Page,
    token: String,
    /// The link no longer signs in; a new one can be asked for.
    used_up: bool,
    asked: bool,
}

/// Looking at the link uses nothing up: mail programs look at links before their readers do.
pub(crate) async fn link(desk: Desk, mut page: Page, Path(token): Path<String>) -> Answer {
    let cookie = page.visitors_token(&desk.base_url());
    Ok((cookie, render(&Link { page, token, used_up: false, asked: false })?).into_response())
}

pub(crate) async fn use_link(mut desk: Desk, page: Page, Path(token): Path<String>, Form(fields): Form) -> Answer {
    if fields.ticked("again") {
        desk.act().ask_for_new_link(&token).await?;
        return render(&Link { page, token, used_up: true, asked: true });
    }
    match desk.act().sign_in_by_link(&token).await {
        Ok(user) => {
            page.sign_in(&user).await?;
            Ok(Redirect::to("/").into_response())
        }
        Err(secretariat::Error::Refused(secretariat::Refusal::Account(AccountRefusal::LinkUsedUp))) => {
            render(&Link { page, token, used_up: true, asked: false })
        }
        Err(error) => Err(error.into()),
    }
}

//! Links that sign one person in, once: from a mail, from a letter, and asked for on the sign-in page.

use super::entry::go_on;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse;
use chrono::NaiveDate;
use secretariat::account::User;
use secretariat::account::invitation;
use secretariat::account::refusal::AccountRefusal;
use secretariat::{Error, Refusal};

#[derive(Template)]
#[template(path = "account/sign_in_link.html")]
struct Link {
    page: Page,
    token: String,
    /// It stands on paper and asks for the birth date.
    on_paper: bool,
    /// The link no longer signs in; a new one can be asked for.
    used_up: bool,
    asked: bool,
}

impl Link {
    fn new(page: Page, token: String) -> Link {
        Link { page, on_paper: invitation::code(&token).is_some(), token, used_up: false, asked: false }
    }
}

/// Looking at the link uses nothing up: mail programs look at links before their readers do.
pub(crate) async fn link(mut page: Page, Path(token): Path<String>) -> Answer {
    let cookie = page.visitors_token();
    Ok((cookie, render(&Link::new(page, token))?).into_response())
}

pub(crate) async fn use_link(mut desk: Desk, page: Page, Path(token): Path<String>, Form(fields): Form) -> Answer {
    if fields.ticked("again") {
        desk.act().ask_for_new_link(&token, &page.csrf, &page.origin).await?;
        return render(&Link { used_up: true, asked: true, ..Link::new(page, token) });
    }
    let birth_date = match invitation::code(&token) {
        Some(_) => Some(fields.date("birth_date")?),
        None => None,
    };
    match try_link(&mut desk, &page, &token, birth_date).await? {
        Some(user) => go_on(&mut desk, &page, &user, true).await,
        None => render(&Link { used_up: true, ..Link::new(page, token) }),
    }
}

/// Signs in by a link; none where it can no longer be used.
async fn try_link(
    desk: &mut Desk,
    page: &Page,
    token: &str,
    birth_date: Option<NaiveDate>,
) -> Result<Option<User>, Problem> {
    match desk.act().sign_in_by_link((token, birth_date), &page.csrf, &page.origin).await {
        Ok(user) => Ok(Some(user)),
        Err(Error::Refused(Refusal::Account(AccountRefusal::LinkUsedUp))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "account/sign_in_code.html")]
struct Code {
    page: Page,
}

/// For whoever cannot open the letter's QR code: the code is typed.
pub(crate) async fn code(mut page: Page) -> Answer {
    let cookie = page.visitors_token();
    Ok((cookie, render(&Code { page })?).into_response())
}

pub(crate) async fn use_code(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let birth_date = fields.date("birth_date")?;
    let wrong = || Problem::Fields(vec![("code".to_owned(), t!(page, "code-wrong"))]);
    let code = invitation::code(fields.text("code")).ok_or_else(wrong)?;
    match try_link(&mut desk, &page, &code, Some(birth_date)).await? {
        Some(user) => go_on(&mut desk, &page, &user, true).await,
        None => Err(wrong()),
    }
}

#[derive(Template)]
#[template(path = "account/ask_link.html")]
struct Ask {
    page: Page,
    asked: bool,
    /// Is there a mail server?
    server: bool,
}

pub(crate) async fn ask(desk: Desk, mut page: Page) -> Answer {
    let cookie = page.visitors_token();
    let server = desk.app().mails;
    Ok((cookie, render(&Ask { page, asked: false, server })?).into_response())
}

/// What is answered does not say whether anybody is known by it.
pub(crate) async fn asked(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let who = fields.text("login_or_email").trim().to_owned();
    if who.is_empty() {
        return Err(Problem::Refused(Refusal::FieldMissing("login_or_email")));
    }
    desk.act().ask_for_link(&who, &page.csrf, &page.origin).await?;
    render(&Ask { page, asked: true, server: true })
}

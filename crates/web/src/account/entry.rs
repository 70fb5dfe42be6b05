//! The way in, once a password or a link has shown the first half: the second factor where the account has one, then the session.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::wording;
use askama::Template;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect};
use secretariat::account::User;
use secretariat::account::access_policy::may_come_from;
use secretariat::account::read_log::ReadKind;
use secretariat::account::refusal::AccountRefusal;
use secretariat::{Error, Refusal};
use training::role::Role;

/// Goes on to the second factor, or in.
pub(super) async fn go_on(desk: &mut Desk, page: &Page, user: &User, by_link: bool) -> Answer {
    if !user.has_second_factor {
        return enter(desk, page, user, by_link).await;
    }
    page.half_in(user, by_link, desk.app().secretariat.now()).await?;
    Ok(Redirect::to("/sign-in/second").into_response())
}

/// The same for whoever was vouched for elsewhere, where a second factor may have been asked for already.
pub(super) async fn go_on_with(desk: &mut Desk, page: &Page, user: &User, both_halves: bool) -> Answer {
    if both_halves { enter(desk, page, user, false).await } else { go_on(desk, page, user, false).await }
}

/// Opens the session. Whoever came by a link and has no password yet sets one first; people of offices go on with links alone.
pub(super) async fn enter(desk: &mut Desk, page: &Page, user: &User, by_link: bool) -> Answer {
    if !may_come_from(&user.networks, user.role, page.origin.address) {
        let address = page.origin.shown();
        tracing::warn!(user = user.id, address, "a sign-in came from outside the account's networks");
        let (whose, why) = ((user.provider_id, user.id), (String::new(), "/sign-in"));
        desk.act().note_look(whose, ReadKind::SignInFailed, why, &page.origin);
        return Err(Problem::Refused(AccountRefusal::OutsideNetwork { address }.into()));
    }
    let is_known = match &page.origin.device {
        Some(device) => desk.act().is_anybodys_device(device).await?,
        None => false,
    };
    let (origin, cookie) = page.known_device(is_known);
    desk.act().note_signed_in(user, &origin).await?;
    let now = desk.app().secretariat.now();
    let session = page.sign_in(user, now).await?;
    desk.act().note_open_session(user.id, &session, &origin, &page.browser).await?;
    let mut answer = if by_link {
        page.came_by_link(now).await?;
        let has_way_in = user.has_password() || user.role == Role::Supervisor;
        Redirect::to(if has_way_in { "/" } else { "/password" }).into_response()
    } else {
        page.after_sign_in()
    };
    answer.headers_mut().append(SET_COOKIE, HeaderValue::from_str(&cookie).map_err(Problem::internal)?);
    Ok(answer)
}

/// The session goes on under another id, and all others of the account have ended: its state has changed.
pub(super) async fn go_on_anew(desk: &mut Desk, page: &mut Page, user: i64) -> Result<(), Problem> {
    let user = desk.act().account_with_new_password(user).await?;
    let session = page.sign_in(&user, desk.app().secretariat.now()).await?;
    desk.act().note_open_session(user.id, &session, &page.origin, &page.browser).await?;
    page.take_token().await
}

#[derive(Template)]
#[template(path = "account/sign_in_second.html")]
struct Second {
    page: Page,
    error: Option<String>,
    has_passkey: bool,
}

/// The user who has shown the first half, as the account still is.
pub(super) async fn half_in(desk: &Desk, page: &Page) -> Result<Option<(User, bool)>, Problem> {
    let secretariat = &desk.app().secretariat;
    let Some((user, epoch, by_link)) = page.who_is_half_in(secretariat.now()).await? else { return Ok(None) };
    Ok(secretariat.resume(user, epoch).await?.map(|user| (user, by_link)))
}

pub(crate) async fn second(desk: Desk, page: Page) -> Answer {
    match half_in(&desk, &page).await? {
        Some((user, _)) => render(&Second { page, error: None, has_passkey: user.has_passkey }),
        None => Ok(Redirect::to("/sign-in").into_response()),
    }
}

pub(crate) async fn use_second(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let Some((user, by_link)) = half_in(&desk, &page).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    match desk.act().check_second_factor(&user, fields.text("code"), &page.origin).await {
        Ok(()) => enter(&mut desk, &page, &user, by_link).await,
        Err(Error::Refused(
            refusal @ Refusal::Account(AccountRefusal::WrongCode | AccountRefusal::Throttled { .. }),
        )) => second_refused(page, &user, refusal),
        Err(error) => Err(error.into()),
    }
}

/// The second half anew, with what was wrong.
pub(super) fn second_refused(page: Page, user: &User, refusal: Refusal) -> Answer {
    let error = Some(wording::refusal::refusal(&page, &refusal));
    let status: StatusCode = Problem::Refused(refusal).status();
    Ok((status, render(&Second { page, error, has_passkey: user.has_passkey })).into_response())
}

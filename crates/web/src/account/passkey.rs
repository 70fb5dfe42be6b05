//! Passkeys: signing in with one, as the second factor, and adding one.

use super::entry::{enter, go_on_anew, half_in};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page};
use crate::wording;
use axum::Json;
use axum::response::{IntoResponse, Redirect};
use secretariat::Error;

/// What the browser hands to the device of whoever wants to sign in.
pub(crate) async fn sign_in_challenge(mut desk: Desk, _: Form) -> Answer {
    Ok(Json(desk.act().passkey_challenge().await?).into_response())
}

pub(crate) async fn sign_in(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let (token, answer) = (fields.text("passkey_token"), fields.text("passkey_answer"));
    match desk.act().sign_in_by_passkey(token, answer, &page.origin).await {
        // The device has asked for a finger, a face or a code of its own: it is both factors.
        Ok(user) => enter(&mut desk, &page, &user, false).await,
        Err(Error::Refused(refusal)) => {
            let told = wording::refusal::refusal(&page, &refusal);
            super::sign_in::refused(&desk, page, refusal, told).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The same for the second half of signing in.
pub(crate) async fn second_challenge(mut desk: Desk, page: Page, _: Form) -> Answer {
    match half_in(&desk, &page).await? {
        Some((user, _)) => Ok(Json(desk.act().passkey_challenge_of(user.id).await?).into_response()),
        None => Ok(Redirect::to("/sign-in").into_response()),
    }
}

pub(crate) async fn second(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let Some((user, by_link)) = half_in(&desk, &page).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let (token, answer) = (fields.text("passkey_token"), fields.text("passkey_answer"));
    match desk.act().check_passkey(&user, token, answer, &page.origin).await {
        Ok(()) => enter(&mut desk, &page, &user, by_link).await,
        Err(Error::Refused(refusal)) => super::entry::second_refused(page, &user, refusal),
        Err(error) => Err(error.into()),
    }
}

/// For a passkey to be added.
pub(crate) async fn offer(mut desk: Desk, page: Page, _: Form) -> Answer {
    let id = page.viewer()?.id;
    let (secretariat, work) = desk.reading().await?;
    Ok(Json(secretariat.offer_passkey(work, id).await?).into_response())
}

/// With the first second factor the session goes on and all others end; the codes for whoever loses the device are on the answer alone.
pub(crate) async fn add(mut desk: Desk, mut page: Page, Form(fields): Form) -> Answer {
    let id = page.viewer()?.id;
    let answered = (fields.text("passkey_token"), fields.text("passkey_answer"));
    let codes = desk.act().add_passkey(&page.staff()?, id, answered, fields.text("device_name")).await?;
    if codes.is_empty() {
        return page.go("/second-factor", t!(page, "passkey-added")).await;
    }
    go_on_anew(&mut desk, &mut page, id).await?;
    super::second_factor::own(&mut desk, page, codes).await
}

pub(crate) async fn end(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let id = page.viewer()?.id;
    desk.act().end_passkey(&page.staff()?, id, fields.number("passkey")?).await?;
    page.go("/second-factor", t!(page, "passkey-ended")).await
}

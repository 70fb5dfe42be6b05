//! One's own second factor, and the way back for somebody who has lost it.

use super::entry::go_on_anew;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secretariat::account::second_factor::{Offer, Standing};

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct Own {
    page: Page,
    standing: Standing,
    /// What the app needs, where one was offered and has not been confirmed; the picture as an address of its own.
    offer: Option<(Offer, String)>,
    /// The provider wants one.
    asked: bool,
    /// It is asked for before a second factor is set up.
    has_password: bool,
    /// Codes that are shown this once.
    codes: Vec<String>,
    has_passkeys: bool,
}

pub(super) async fn own(desk: &mut Desk, page: Page, codes: Vec<String>) -> Answer {
    let id = page.viewer()?.id;
    let (secretariat, work) = desk.reading().await?;
    let standing = secretariat.second_factor_standing(work, id).await?;
    let user = work.user(id).await?;
    let (asked, has_password) = (user.second_factor_asked, user.has_password());
    let offer = match secretariat.offered_second_factor(work, id).await? {
        Some(offer) => {
            let picture = documents::qr_code(&offer.address).map_err(Problem::internal)?;
            let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(picture));
            Some((offer, picture))
        }
        None => None,
    };
    let has_passkeys = secretariat.ways_in().has_passkeys();
    render(&Own { page, standing, offer, asked, has_password, codes, has_passkeys })
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    own(&mut desk, page, Vec::new()).await
}

pub(crate) async fn begin(mut desk: Desk, page: Page, _: Form) -> Answer {
    let id = page.viewer()?.id;
    desk.act().offer_second_factor(&page.staff()?, id).await?;
    Ok(Redirect::to("/second-factor").into_response())
}

/// The codes for whoever loses the device are on the answer alone. The session goes on; all others end.
pub(crate) async fn confirm(mut desk: Desk, mut page: Page, Form(fields): Form) -> Answer {
    check_password(&mut desk, &page, fields.exact("present")).await?;
    let id = page.viewer()?.id;
    let codes = desk.act().confirm_second_factor(&page.staff()?, id, fields.text("code")).await?;
    go_on_anew(&mut desk, &mut page, id).await?;
    own(&mut desk, page, codes).await
}

/// Is the password the viewer's? What is about to be done needs it said again.
async fn check_password(desk: &mut Desk, page: &Page, password: &str) -> Result<(), Problem> {
    let id = page.viewer()?.id;
    if !desk.records().await?.user(id).await?.has_password() {
        return if page.is_proven { Ok(()) } else { Err(Problem::AsksAgain) };
    }
    super::user::check_present(desk, page, password).await
}

pub(crate) async fn renew(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    check_password(&mut desk, &page, fields.exact("present")).await?;
    let id = page.viewer()?.id;
    let codes = desk.act().renew_recovery_codes(&page.staff()?, id).await?;
    own(&mut desk, page, codes).await
}

pub(crate) async fn end(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    check_password(&mut desk, &page, fields.exact("present")).await?;
    let id = page.viewer()?.id;
    desk.act().end_own_second_factor(&page.staff()?, id).await?;
    page.sign_out().await?;
    Ok(Redirect::to("/sign-in").into_response())
}

/// An administrator asks for somebody's second factor to be taken away.
pub(crate) async fn ask_reset(mut desk: Desk, page: Page, Path(user): Path<i64>, _: Form) -> Answer {
    desk.act().ask_factor_reset(&page.staff()?, user).await?;
    page.go(&format!("/users/{user}"), t!(page, "second-reset-asked")).await
}

/// Another one confirms it, or takes it back.
pub(crate) async fn decide_reset(mut desk: Desk, page: Page, Path(user): Path<i64>, Form(fields): Form) -> Answer {
    let confirmed = fields.text("decision") == "confirm";
    desk.act().decide_factor_reset(&page.staff()?, user, confirmed).await?;
    let told = if confirmed { t!(page, "second-reset-done") } else { t!(page, "second-reset-dropped") };
    page.go(&format!("/users/{user}"), told).await
}

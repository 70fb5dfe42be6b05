//! Where an office and its supervisors are reached, by the secretariat; and the links that sign a supervisor in.

use crate::App;
use crate::form::Form;
use crate::page::{Answer, Page, render};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use records::contact::{OfficeContact, SupervisorContact};

pub(crate) async fn set_office(
    State(app): State<App>,
    page: Page,
    Path(office): Path<i64>,
    Form(fields): Form,
) -> Answer {
    let staff = page.staff()?;
    let mut work = app.secretariat.read(&staff).await?;
    work.host_office(office).await?;
    work.roll_back().await?;
    let contact = OfficeContact {
        host_office_id: office,
        email: fields.text("email").to_owned(),
        version: fields.number("version")?,
    };
    app.secretariat.set_office_contact(&staff, &contact).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-saved")).await
}

pub(crate) async fn set_supervisor(
    State(app): State<App>,
    page: Page,
    Path((office, supervisor)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    let staff = page.staff()?;
    let mut work = app.secretariat.read(&staff).await?;
    work.host_office(office).await?;
    work.roll_back().await?;
    let contact = SupervisorContact {
        supervisor_id: supervisor,
        host_office_id: office,
        email: fields.text("email").to_owned(),
        user_id: None,
        version: fields.number("version")?,
    };
    app.secretariat.set_supervisor_contact(&staff, contact).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-saved")).await
}

pub(crate) async fn send_link(
    State(app): State<App>,
    page: Page,
    Path((office, supervisor)): Path<(i64, i64)>,
    Form(_): Form,
) -> Answer {
    app.secretariat.send_sign_in_link(&page.staff()?, office, supervisor).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-link-queued")).await
}

#[derive(Template)]
#[template(path = "sign_in_link.html")]
struct Link {
    page: Page,
    token: String,
    /// The link no longer signs in; a new one can be asked for.
    used_up: bool,
    asked: bool,
}

/// Looking at the link uses nothing up: mail programs look at links before their readers do.
pub(crate) async fn link(mut page: Page, Path(token): Path<String>) -> Answer {
    page.ensure_token().await?;
    render(&Link { page, token, used_up: false, asked: false })
}

pub(crate) async fn use_link(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    Form(fields): Form,
) -> Answer {
    if fields.ticked("again") {
        app.secretariat.ask_for_new_link(&token).await?;
        return render(&Link { page, token, used_up: true, asked: true });
    }
    match app.secretariat.sign_in_by_link(&token).await {
        Ok(user) => {
            page.sign_in(&user).await?;
            Ok(Redirect::to("/").into_response())
        }
        Err(secretariat::Error::Refused(secretariat::Refusal::LinkUsedUp)) => {
            render(&Link { page, token, used_up: true, asked: false })
        }
        Err(error) => Err(error.into()),
    }
}

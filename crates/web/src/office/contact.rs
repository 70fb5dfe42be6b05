//! Where an office and its supervisors are reached, naming a supervisor, and the links that sign somebody of an office in.

use crate::office::check_own;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page};
use crate::shell::problem::Problem;
use axum::extract::Path;
use secretariat::notice::contact::NewSupervisor;
use secretariat::office::{OfficeContact, SupervisorContact};
use training::trainee::person::normalise;

pub(crate) async fn set_office(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    work.host_office(office).await?;
    let contact = OfficeContact {
        host_office_id: office,
        email: fields.text("email").to_owned(),
        name: normalise(fields.text("contact_name")),
        user_id: None,
        version: fields.number("version")?,
    };
    desk.act().set_office_contact(&staff, &contact).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-saved")).await
}

pub(crate) async fn set_supervisor(
    mut desk: Desk,
    page: Page,
    Path((office, supervisor)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    work.host_office(office).await?;
    let contact = SupervisorContact {
        supervisor_id: supervisor,
        host_office_id: office,
        email: fields.text("email").to_owned(),
        user_id: None,
        version: fields.number("version")?,
    };
    desk.act().set_supervisor_contact(&staff, contact).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-saved")).await
}

/// Whoever receives trainees at an office names its supervisors: no supervisor names another, no other office's.
fn check_receives(page: &Page, office: i64) -> Result<(), Problem> {
    check_own(page, office)?;
    match page.viewer()?.supervisor_id {
        Some(_) => Err(Problem::NotFound),
        None => Ok(()),
    }
}

/// Names a supervisor, by the secretariat or by the office itself.
pub(crate) async fn name_supervisor(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    check_receives(&page, office)?;
    let name = normalise(fields.text("name"));
    let new = NewSupervisor {
        name: &name,
        chief_care_manager: fields.ticked("chief_care_manager"),
        substitute_reason: fields.text("substitute_reason"),
        email: fields.text("email"),
    };
    desk.act().name_supervisor(&page.staff()?, office, new).await?;
    let notice = if new.email.is_empty() { t!(page, "notice-saved") } else { t!(page, "notice-link-queued") };
    page.go(&format!("/offices/{office}#supervisors"), notice).await
}

/// The office says where its supervisor is reached.
pub(crate) async fn reach_supervisor(
    mut desk: Desk,
    page: Page,
    Path((office, supervisor)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    check_receives(&page, office)?;
    let staff = page.staff()?;
    let work = desk.records().await?;
    let known = work.supervisors(office).await?;
    if !known.iter().any(|known| known.id == supervisor) {
        return Err(Problem::NotFound);
    }
    desk.act().reach_supervisor(&staff, (office, supervisor), fields.text("email")).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-link-queued")).await
}

/// A link for who receives trainees at the office.
pub(crate) async fn send_office_link(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(_): Form) -> Answer {
    desk.act().send_sign_in_link(&page.staff()?, office, None).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-link-queued")).await
}

pub(crate) async fn send_link(
    mut desk: Desk,
    page: Page,
    Path((office, supervisor)): Path<(i64, i64)>,
    Form(_): Form,
) -> Answer {
    desk.act().send_sign_in_link(&page.staff()?, office, Some(supervisor)).await?;
    page.go(&format!("/offices/{office}#supervisors"), t!(page, "notice-link-queued")).await
}

//! Accounts of a cohort's trainees: who was invited, who came, and inviting the others.

use crate::notice::sending::{Question, ask, is_confirmed};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::account::invitation::{INVITATION_DAYS, Invitation, Invited, Invitee};
use secretariat::cohort::Cohort;
use serde::Deserialize;

/// Trainees on one page of the list.
const PAGE_SIZE: usize = 100;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    #[serde(default)]
    show: String,
    #[serde(default)]
    at: usize,
}

struct Row {
    invitee: Invitee,
    stands: String,
    stands_id: &'static str,
    invited: Option<String>,
    signed_in: Option<String>,
    can_be_invited: bool,
}

#[derive(Template)]
#[template(path = "cohort/accounts.html")]
struct Accounts {
    page: Page,
    cohort: Cohort,
    days: i64,
    rows: Vec<Row>,
    /// Every way an invitation can stand, with how many do.
    filters: Vec<(Choice, usize)>,
    show: String,
    total: usize,
    waiting: usize,
    never_came: usize,
    next: Option<usize>,
    previous: Option<usize>,
}

fn words(page: &Page, stands: Invitation) -> String {
    match stands {
        Invitation::NotInvited => t!(page, "invitation-not-invited"),
        Invitation::Waiting => t!(page, "invitation-waiting"),
        Invitation::NeverCame => t!(page, "invitation-never-came"),
        Invitation::Came => t!(page, "invitation-came"),
        Invitation::Closed => t!(page, "invitation-closed"),
    }
}

fn colour(stands: Invitation) -> &'static str {
    match stands {
        Invitation::Came => "met",
        Invitation::Waiting | Invitation::NeverCame => "not_yet",
        Invitation::NotInvited | Invitation::Closed => "plain-tag",
    }
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>, Query(query): Query<Show>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let lines = secretariat.invitations(work, cohort).await?;
    let cohort = work.cohort(cohort).await?;
    let count = |wanted| lines.iter().filter(|(_, stands)| *stands == wanted).count();
    let filters = Invitation::ALL.map(|stands| (Choice::new(stands.id(), words(&page, stands)), count(stands)));
    let (waiting, never_came) = (count(Invitation::Waiting), count(Invitation::NeverCame));
    let only = Invitation::from_id(&query.show);
    let shown: Vec<_> = lines.into_iter().filter(|(_, stands)| only.is_none_or(|only| only == *stands)).collect();
    let total = shown.len();
    let row = |(invitee, stands): (Invitee, Invitation)| Row {
        stands: words(&page, stands),
        stands_id: colour(stands),
        invited: invitee.invited_at.map(|moment| page.moment(&moment)),
        signed_in: invitee.signed_in_at.map(|moment| page.moment(&moment)),
        can_be_invited: matches!(stands, Invitation::Waiting | Invitation::NeverCame),
        invitee,
    };
    let rows = shown.into_iter().skip(query.at).take(PAGE_SIZE).map(row).collect();
    render(&Accounts {
        page,
        days: INVITATION_DAYS,
        rows,
        filters: filters.into(),
        total,
        waiting,
        never_came,
        next: (query.at.saturating_add(PAGE_SIZE) < total).then_some(query.at.saturating_add(PAGE_SIZE)),
        previous: (query.at > 0).then(|| query.at.saturating_sub(PAGE_SIZE)),
        show: query.show,
        cohort,
    })
}

/// Asks what would go to whom first.
pub(crate) async fn invite(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let whom = match fields.text("whom") {
        "not_yet" => Invited::NotYet,
        "never_came" => Invited::NeverCame,
        _ => Invited::One(fields.number("enrolment").map_err(|_| Problem::NotFound)?),
    };
    let back = format!("/cohorts/{cohort}/accounts");
    if !is_confirmed(&fields) {
        let to_come = t!(page, "notice-link-to-come");
        let outgoing = desk.act().rehearse_invitations(&staff, cohort, whom, &to_come).await?;
        let question = Question { heading: t!(page, "invite"), action: back.clone(), back, button: t!(page, "invite") };
        return ask(&mut desk, page, question, &fields, outgoing);
    }
    let count = desk.act().invite(&staff, cohort, whom).await?;
    page.go(&back, t!(page, "invited", count = count)).await
}

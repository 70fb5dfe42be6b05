//! The first page after signing in, by role; and the results the prefecture sees.

use crate::practicum::day::calendar_address;
use crate::shell::access::{EVERYBODY, RESULTS};
use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, render};
use crate::shell::route::{Route, view};
use crate::shell::view::{Share, shares};
use crate::wording;
use askama::Template;
use axum::response::{IntoResponse, Redirect};
use secretariat::ToDo;
use secretariat::cohort::{ExerciseGroup, Session};
use secretariat::practicum::RecordTotals;
use secretariat::trainee::judgement::Summary;
use training::practicum::registration::RegistrationState;
use training::role::Role;

struct Line {
    text: String,
    cohort: String,
    count: usize,
    link: String,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    page: Page,
    name: String,
    to_do: Vec<Line>,
    cohorts: Vec<(i64, String, Vec<Share>)>,
}

fn link(to_do: ToDo, cohort: i64) -> String {
    match to_do {
        ToDo::Admit => format!("/cohorts/{cohort}?show=admit"),
        ToDo::Invite => format!("/cohorts/{cohort}/accounts?show=waiting"),
        ToDo::MakeUp => format!("/cohorts/{cohort}?show=make-up"),
        ToDo::Breached => format!("/cohorts/{cohort}?show=breached"),
        ToDo::CertificateUncovered => format!("/cohorts/{cohort}?show=uncovered"),
        ToDo::IssueCertificate => format!("/cohorts/{cohort}/certificates"),
        ToDo::Unplaced => format!("/cohorts/{cohort}/placement#unplaced"),
        ToDo::AwaitingOffice => format!("/cohorts/{cohort}/placement?state=notified"),
        ToDo::RecordAttendance => format!("/cohorts/{cohort}/sessions?show=unrecorded"),
        ToDo::SuspiciousOffice => "/offices?suspicious=1&capacity=1".to_owned(),
        ToDo::VanishedOffice => "/offices?vanished=1&capacity=1".to_owned(),
        ToDo::UndeliveredNotice => "/notices?state=undelivered".to_owned(),
        ToDo::OldMail => "/notices#old".to_owned(),
        ToDo::PrintLetter => "/notices#letters".to_owned(),
        ToDo::RecordOverdue => format!("/cohorts/{cohort}/practicum?risk=overdue"),
        ToDo::CheckRegistration => "/registrations?state=applied".to_owned(),
        ToDo::DecideRegistration => "/registrations?state=checked".to_owned(),
        ToDo::RetentionEnding => "/settings/retention".to_owned(),
        ToDo::Proposal => "/proposals".to_owned(),
        ToDo::ReviewAccounts => "/users".to_owned(),
        ToDo::BackupMissing => "/settings/backups".to_owned(),
    }
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    let role = page.viewer()?.role;
    match role {
        Role::Trainee => return Ok(Redirect::to("/me").into_response()),
        Role::Prefecture => return Ok(Redirect::to("/results").into_response()),
        Role::Supervisor => {
            let office = page.viewer()?.host_office_id.ok_or(crate::shell::problem::Problem::NotFound)?;
            return Ok(Redirect::to(&format!("/offices/{office}")).into_response());
        }
        Role::Instructor => return instructor(desk, page).await,
        Role::Administrator | Role::Secretariat => {}
    }
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let items = secretariat.things_to_do(work, page.viewer()?.role).await?;
    let to_do = items
        .into_iter()
        .map(|item| Line {
            text: wording::to_do(&page, item.to_do),
            link: link(item.to_do, item.cohort.as_ref().map_or(0, |(id, _)| *id)),
            cohort: item.cohort.map(|(_, name)| name).unwrap_or_default(),
            count: item.count,
        })
        .collect();
    let mut cohorts = Vec::new();
    for cohort in work.cohorts().await?.into_iter().take(6) {
        let summary = secretariat.cohort_summary(work, &cohort).await?;
        cohorts.push((cohort.id, cohort.name, shares(&page, &summary.worst)));
    }
    let name = page.viewer()?.name.clone();
    render(&Home { page, name, to_do, cohorts })
}

#[derive(Template)]
#[template(path = "home/instructor.html")]
struct Instructor {
    page: Page,
    name: String,
    today: Vec<(Session, String)>,
    cohorts: Vec<(i64, String)>,
    groups: Vec<ExerciseGroup>,
    /// Where a calendar can subscribe to the sessions the viewer teaches.
    calendar: Option<String>,
}

async fn instructor(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let mut today = Vec::new();
    let mut cohorts = Vec::new();
    for cohort in work.cohorts().await? {
        for session in work.sessions(cohort.id).await? {
            let teaches = session.instructors.contains(&page.viewer()?.id) && session.cancelled.is_none();
            if teaches && session.starts_at.date() == page.today {
                today.push((session, cohort.name.clone()));
            }
        }
        cohorts.push((cohort.id, cohort.name));
    }
    let groups = work.exercise_groups_of(page.viewer()?.id).await?;
    let name = page.viewer()?.name.clone();
    let calendar = calendar_address(&mut desk).await?;
    render(&Instructor { page, name, today, cohorts, groups, calendar })
}

struct Results {
    name: String,
    trainees: usize,
    completed: usize,
    shares: Vec<Share>,
    /// How the practicum stands: what is counted, and how many.
    practicum: Vec<(String, i64)>,
}

#[derive(Template)]
#[template(path = "home/results.html")]
struct ResultsPage {
    page: Page,
    /// Applications of offices that wait for the prefecture's decision.
    to_decide: i64,
    cohorts: Vec<Results>,
}

/// Placements by state, and how far the records are.
fn practicum(page: &Page, summary: &Summary, record: Option<&RecordTotals>) -> Vec<(String, i64)> {
    let by_state = summary.placements.iter().map(|(state, count)| {
        (t!(page, "results-placement", state = wording::placement_state(page, *state)), *count as i64)
    });
    let records = record.into_iter().flat_map(|record| {
        [
            (t!(page, "results-handed-in"), record.trainees),
            (t!(page, "results-waiting"), record.waiting),
            (t!(page, "results-approved"), record.approved),
        ]
    });
    let signed_off = (t!(page, "results-signed-off"), summary.signed_off as i64);
    by_state.chain(records).chain([signed_off]).filter(|(_, count)| *count > 0).collect()
}

/// Figures alone: no name, no case.
pub(crate) async fn results(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let known = work.cohorts().await?;
    let records = work.record_totals().await?;
    let applications = work.count_registrations().await?;
    let checked = applications.iter().find(|(state, _)| *state == RegistrationState::Checked);
    let mut cohorts = Vec::new();
    for cohort in known {
        let record = records.iter().find(|record| record.cohort_id == cohort.id);
        let summary = secretariat.cohort_summary(work, &cohort).await?;
        cohorts.push(Results {
            name: cohort.name,
            trainees: summary.trainees,
            completed: summary.completed,
            shares: shares(&page, &summary.worst),
            practicum: practicum(&page, &summary, record),
        });
    }
    render(&ResultsPage { page, to_decide: checked.map_or(0, |(_, count)| *count), cohorts })
}

/// Its routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![view("/", EVERYBODY, show), view("/results", RESULTS, results)]
}

//! Registration of host offices: the office's page with its application, the list, and the page where it is looked at and decided.

use crate::office::check_own;
use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::{self, Choice, Line};
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::office::registration::RegistrationDecision;
use secretariat::office::{Application, HostOffice, Registration, RegistrationChange, RegistrationSetting};
use serde::Deserialize;
use training::practicum::registration::{RegistrationState, transitions_from};

/// Rows of a page.
const PAGE_SIZE: i64 = 50;

pub(crate) fn state_words(page: &Page, state: RegistrationState) -> String {
    match state {
        RegistrationState::Applied => t!(page, "registration-applied"),
        RegistrationState::Returned => t!(page, "registration-returned"),
        RegistrationState::Checked => t!(page, "registration-checked"),
        RegistrationState::Registered => t!(page, "registration-registered"),
        RegistrationState::Declined => t!(page, "registration-declined"),
        RegistrationState::Replaced => t!(page, "registration-replaced"),
        RegistrationState::Withdrawn => t!(page, "registration-withdrawn"),
    }
}

fn colour(state: RegistrationState) -> &'static str {
    match state {
        RegistrationState::Registered => "met",
        RegistrationState::Applied | RegistrationState::Checked => "not_yet",
        RegistrationState::Returned | RegistrationState::Declined => "breached",
        RegistrationState::Replaced | RegistrationState::Withdrawn => "plain-tag",
    }
}

/// A registration in a list.
pub(crate) struct Row {
    registration: Registration,
    state: String,
    colour: &'static str,
    /// Its last day is over.
    expired: bool,
}

impl Row {
    fn of(page: &Page, registration: Registration) -> Row {
        Row {
            state: state_words(page, registration.state),
            colour: colour(registration.state),
            expired: registration.state == RegistrationState::Registered
                && registration.valid_until.is_some_and(|last| last < page.today),
            registration,
        }
    }
}

/// A button: the new state, its words, whether a reason is needed.
struct Button {
    to: &'static str,
    label: String,
    needs_reason: bool,
    grave: bool,
}

fn buttons(page: &Page, state: RegistrationState) -> Result<Vec<Button>, Problem> {
    let role = page.viewer()?.role;
    let label = |to| match to {
        RegistrationState::Checked => t!(page, "registration-check"),
        RegistrationState::Returned => t!(page, "registration-return"),
        RegistrationState::Registered => t!(page, "registration-register"),
        RegistrationState::Declined => t!(page, "registration-decline"),
        _ => t!(page, "registration-withdraw"),
    };
    let bound = page.viewer()?.supervisor_id.is_some();
    let may = |to| !(bound && state == RegistrationState::Registered && to == RegistrationState::Withdrawn);
    let button = |to: RegistrationState, needs_reason| Button {
        to: to.id(),
        label: label(to),
        needs_reason,
        grave: matches!(to, RegistrationState::Declined | RegistrationState::Withdrawn),
    };
    Ok(transitions_from(state, role)
        .filter(|change| may(change.to))
        .map(|change| button(change.to, change.needs_reason))
        .collect())
}

struct Step {
    state: String,
    by: String,
    at: String,
    reason: String,
}

impl Step {
    fn all(page: &Page, changes: Vec<RegistrationChange>) -> Vec<Step> {
        let step = |change: RegistrationChange| Step {
            state: state_words(page, change.to_state),
            by: change.changed_by,
            at: page.moment(&change.changed_at),
            reason: change.reason,
        };
        changes.into_iter().map(step).collect()
    }
}

#[derive(Template)]
#[template(path = "office/office_registration.html")]
struct OfficePage {
    page: Page,
    office: HostOffice,
    rows: Vec<Row>,
    /// What the form begins with: what was given back, what is registered, or what is known of the office.
    form: Application,
    /// May the office apply: first, for a change, or again with what was given back?
    title: Option<String>,
    version: i64,
    buttons: Vec<Button>,
    current: Option<i64>,
    steps: Vec<Step>,
}

pub(crate) async fn of_office(mut desk: Desk, mut page: Page, Path(office): Path<i64>) -> Answer {
    check_own(&page, office)?;
    page.take_notice().await?;
    let work = desk.records().await?;
    let office = work.host_office(office).await?;
    let registrations = work.registrations_of(office.id).await?;
    let steps = match registrations.first() {
        Some(newest) => work.registration_changes(newest.id).await?,
        None => Vec::new(),
    };
    let steps = Step::all(&page, steps);
    let open = registrations.iter().find(|known| known.state.is_open());
    let registered = registrations.iter().find(|known| known.state == RegistrationState::Registered);
    let title = match (open.map(|open| open.state), registered) {
        (Some(RegistrationState::Returned), _) => Some(t!(page, "registration-apply-again")),
        (Some(_), _) => None,
        (None, Some(_)) => Some(t!(page, "registration-apply-change")),
        (None, None) => Some(t!(page, "registration-apply")),
    };
    let form = open.or(registered).map(|known| known.application.clone()).unwrap_or_else(|| Application {
        capacity: office.capacity.max(1),
        weekly_capacity: office.weekly_capacity.max(1),
        chief_care_managers: office.chief_care_managers,
        specified_office_addition: office.specified_office_addition,
        community_support_centre: office.community_support_centre,
        reception_system: office.reception_system,
        improvement_recommended: office.improvement_recommended,
        ..Application::default()
    });
    let current = open.or(registered);
    let view = OfficePage {
        form,
        title,
        version: current.map_or(0, |known| known.version),
        buttons: current.map_or_else(|| Ok(Vec::new()), |known| buttons(&page, known.state))?,
        current: current.map(|known| known.id),
        rows: registrations.iter().cloned().map(|known| Row::of(&page, known)).collect(),
        steps,
        office,
        page,
    };
    render(&view)
}

fn application(fields: &Fields) -> Result<Application, Problem> {
    Ok(Application {
        capacity: fields.number("capacity")?,
        weekly_capacity: fields.number("weekly_capacity")?,
        chief_care_managers: fields.number("chief_care_managers")?,
        specified_office_addition: fields.ticked("specified_office_addition"),
        community_support_centre: fields.ticked("community_support_centre"),
        reception_system: fields.ticked("reception_system"),
        improvement_recommended: match fields.text("improvement_recommended") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        contact: fields.text("contact").to_owned(),
        note: fields.text("note").to_owned(),
    })
}

/// The office applies, or withdraws what it has.
pub(crate) async fn apply(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    check_own(&page, office)?;
    let (staff, guide) = (page.staff()?, page.viewer()?.guide());
    let work = desk.records().await?;
    work.host_office(office).await?;
    let back = format!("/offices/{office}/registration");
    match fields.optional("registration") {
        Some(_) => {
            let registration = fields.number("registration")?;
            let (secretariat, work) = desk.reading().await?;
            let looked = secretariat.look_at_registration(work, registration).await?;
            if looked.office.id != office {
                return Err(Problem::NotFound);
            }
            desk.act().decide_registration(&staff, (registration, guide), decision(&fields)?).await?;
            page.go(&back, t!(page, "notice-saved")).await
        }
        None => {
            let version = fields.number("version")?;
            desk.act().apply_for_registration(&staff, (office, guide), &application(&fields)?, version).await?;
            page.go(&back, t!(page, "notice-applied")).await
        }
    }
}

fn decision(fields: &Fields) -> Result<RegistrationDecision<'_>, Problem> {
    let to = RegistrationState::from_id(fields.text("to")).ok_or_else(|| Problem::BadForm("to".to_owned()))?;
    Ok(RegistrationDecision {
        version: fields.number("version")?,
        to,
        judged_suitable: fields.ticked("judged_suitable"),
        valid_until: fields.optional_date("valid_until")?,
        reason: fields.text("reason"),
    })
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    at: i64,
}

#[derive(Template)]
#[template(path = "office/registrations.html")]
struct List {
    page: Page,
    counts: Vec<(Choice, &'static str, i64)>,
    chosen: String,
    rows: Vec<Row>,
    setting: RegistrationSetting,
    previous: Option<i64>,
    next: Option<i64>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Query(query): Query<ListQuery>) -> Answer {
    page.take_notice().await?;
    let chosen = RegistrationState::from_id(&query.state);
    let at = query.at.max(0);
    let work = desk.records().await?;
    let mut counts = work.count_registrations().await?;
    let mut found = work.registrations(chosen, (PAGE_SIZE + 1, at)).await?;
    let setting = work.registration_setting().await?;
    let next = (found.len() as i64 > PAGE_SIZE).then_some(at + PAGE_SIZE);
    found.truncate(PAGE_SIZE as usize);
    counts.sort_by_key(|(state, _)| *state);
    let view = List {
        counts: counts
            .into_iter()
            .map(|(state, count)| (Choice::new(state.id(), state_words(&page, state)), colour(state), count))
            .collect(),
        chosen: chosen.map_or("", RegistrationState::id).to_owned(),
        rows: found.into_iter().map(|known| Row::of(&page, known)).collect(),
        setting,
        previous: (at > 0).then(|| (at - PAGE_SIZE).max(0)),
        next,
        page,
    };
    render(&view)
}

#[derive(Template)]
#[template(path = "office/registration.html")]
struct Detail {
    page: Page,
    row: Row,
    office: HostOffice,
    lines: Vec<Line>,
    steps: Vec<Step>,
    buttons: Vec<Button>,
    would_last_until: String,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(registration): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let looked = secretariat.look_at_registration(work, registration).await?;
    let steps = work.registration_changes(registration).await?;
    let view = Detail {
        steps: Step::all(&page, steps),
        lines: view::lines(&page, &looked.rulebook, &looked.judgement),
        buttons: buttons(&page, looked.registration.state)?,
        would_last_until: looked.would_last_until.map_or_else(String::new, |day| page.date(day)),
        row: Row::of(&page, looked.registration),
        office: looked.office,
        page,
    };
    render(&view)
}

pub(crate) async fn decide(mut desk: Desk, page: Page, Path(registration): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let (secretariat, work) = desk.reading().await?;
    secretariat.look_at_registration(work, registration).await?;
    let guide = page.viewer()?.guide();
    desk.act().decide_registration(&staff, (registration, guide), decision(&fields)?).await?;
    page.go(&format!("/registrations/{registration}"), t!(page, "notice-saved")).await
}

pub(crate) async fn set(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let setting = RegistrationSetting {
        required: fields.ticked("required"),
        lead_days: fields.number("lead_days")?,
        version: fields.number("version")?,
    };
    desk.act().set_registration_setting(&page.staff()?, &setting).await?;
    page.go("/registrations", t!(page, "notice-saved")).await
}

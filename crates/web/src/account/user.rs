//! Users: the administrator's list, and one's own password.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use secretariat::Refusal;
use secretariat::account::refusal::AccountRefusal;
use secretariat::account::{Account, PASSWORD_LENGTH, check_new_password, random_password};
use secretariat::account::{ListedUser, User};
use training::role::Role;

struct Row {
    user: User,
    role: String,
    /// Whose account it is, with the page of it.
    of: Option<(String, String)>,
}

/// Whom an account could be for: a trainee by enrolment, a supervisor of an office, or the office as a whole.
struct Candidate {
    value: String,
    label: String,
    /// There is an account already.
    taken: bool,
}

#[derive(Template)]
#[template(path = "account/users.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
    roles: Vec<Choice>,
    /// What was typed, and whom it could mean.
    login: String,
    name: String,
    role: String,
    number: String,
    candidates: Vec<Candidate>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    users(&mut desk, page, &Fields::default(), Vec::new()).await
}

async fn users(desk: &mut Desk, page: Page, fields: &Fields, candidates: Vec<Candidate>) -> Answer {
    let work = desk.records().await?;
    let users = work.listed_users().await?;
    let of = |listed: &ListedUser| match (&listed.trainee, listed.enrolment_id, listed.user.host_office_id) {
        (Some(name), Some(enrolment), _) => Some((name.clone(), format!("/trainees/{enrolment}"))),
        (_, _, Some(office)) => {
            let name = listed.office.clone().unwrap_or_default();
            let name = listed.supervisor.as_ref().map_or(name.clone(), |supervisor| format!("{name} {supervisor}"));
            Some((name, format!("/offices/{office}")))
        }
        _ => None,
    };
    let rows = users
        .into_iter()
        .map(|listed| Row { role: wording::role(&page, listed.user.role), of: of(&listed), user: listed.user })
        .collect();
    let roles = Role::ALL.iter().map(|role| Choice::new(role.id(), wording::role(&page, *role))).collect();
    let [login, name, role, number] = ["login", "name", "role", "number"].map(|field| fields.text(field).to_owned());
    render(&List { page, rows, roles, login, name, role, number, candidates })
}

/// Whom a number could mean: a trainee of each cohort that has given it, or everybody who guides at an office, and the office itself.
async fn candidates(desk: &mut Desk, page: &Page, role: Role, number: &str) -> Result<Vec<Candidate>, Problem> {
    let work = desk.records().await?;
    let accounts = work.listed_users().await?;
    let mut found = Vec::new();
    if role == Role::Trainee {
        let cohorts = work.cohorts().await?;
        for enrolment in work.enrolments_by_number(number).await? {
            let cohort = cohorts.iter().find(|cohort| cohort.id == enrolment.cohort_id);
            let cohort = cohort.map_or("", |cohort| cohort.name.as_str());
            found.push(Candidate {
                value: enrolment.id.to_string(),
                label: format!("{} {} {cohort}", enrolment.trainee_number, enrolment.name),
                taken: accounts.iter().any(|known| known.user.person_id == Some(enrolment.person_id)),
            });
        }
    } else if let Some(office) = work.host_office_by_number(number).await? {
        for supervisor in work.supervisors(office.id).await? {
            found.push(Candidate {
                value: supervisor.id.to_string(),
                label: format!("{} {}", office.name, supervisor.name),
                taken: accounts.iter().any(|known| known.user.supervisor_id == Some(supervisor.id)),
            });
        }
        let label = t!(page, "user-of-office", office = office.name.clone());
        found.push(Candidate { value: OFFICE.to_owned(), label, taken: false });
    }
    if found.is_empty() { Err(Problem::BadForm("number".into())) } else { Ok(found) }
}

/// The account of an office as a whole.
const OFFICE: &str = "office";

/// Whose account it is to be is chosen among those the number could mean. The first password is shown once, in the notice.
pub(crate) async fn create(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let role = Role::from_id(fields.text("role")).ok_or_else(|| Problem::BadForm("role".into()))?;
    let staff = page.staff()?;
    let (mut person_id, mut host_office_id, mut supervisor_id) = (None, None, None);
    if matches!(role, Role::Trainee | Role::Supervisor) {
        let number = training::trainee::person::normalise(fields.text("number"));
        let candidates = candidates(&mut desk, &page, role, &number).await?;
        let chosen = candidates.iter().find(|known| !known.taken && known.value == fields.text("whose"));
        let Some(chosen) = chosen.map(|known| known.value.clone()) else {
            return users(&mut desk, page, &fields, candidates).await;
        };
        let work = desk.records().await?;
        if role == Role::Trainee {
            person_id = Some(work.person_of(chosen.parse().map_err(Problem::internal)?).await?.id);
        } else {
            host_office_id = work.host_office_by_number(&number).await?.map(|office| office.id);
            supervisor_id = chosen.parse().ok();
        }
    }
    let password = random_password();
    let account = Account {
        login: fields.text("login"),
        name: fields.text("name"),
        role,
        password: &password,
        person_id,
        host_office_id,
        supervisor_id,
    };
    desk.act().create_account(&staff, account).await?;
    let login = fields.text("login").to_owned();
    page.go("/users", t!(page, "notice-first-password", login = login, password = password)).await
}

pub(crate) async fn set_active(mut desk: Desk, page: Page, Path(user): Path<i64>, Form(fields): Form) -> Answer {
    let (version, active) = (fields.number("version")?, fields.text("active") == "yes");
    desk.act().set_account_active(&page.staff()?, user, version, active).await?;
    page.go("/users", t!(page, "notice-saved")).await
}

pub(crate) async fn reset_password(mut desk: Desk, page: Page, Path(user): Path<i64>, _: Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let login = work.user(user).await?.login;
    let password = random_password();
    desk.act().set_password(&staff, user, &password).await?;
    page.go("/users", t!(page, "notice-first-password", login = login, password = password)).await
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct Password {
    page: Page,
    length: usize,
}

pub(crate) async fn own_password(page: Page) -> Answer {
    render(&Password { page, length: PASSWORD_LENGTH })
}

/// The present password is asked for; afterwards every session ends, this one too.
pub(crate) async fn change_own_password(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let viewer = page.viewer()?.clone();
    let mut faults = Vec::new();
    match desk.act().check_password(&viewer.login, fields.text("present")).await {
        Err(secretariat::Error::Refused(Refusal::Account(AccountRefusal::WrongPassword))) => {
            faults.push(("present".to_owned(), t!(page, "password-not-present")));
        }
        checked => drop(checked?),
    }
    if fields.text("new") != fields.text("again") {
        faults.push(("again".to_owned(), t!(page, "password-not-same")));
    }
    if let Err(refusal) = check_new_password(fields.text("new")) {
        faults.push(("new".to_owned(), crate::wording::refusal::refusal(&page, &refusal)));
    }
    if !faults.is_empty() {
        return Err(Problem::Fields(faults));
    }
    desk.act().set_password(&page.staff()?, viewer.id, fields.text("new")).await?;
    page.sign_out().await?;
    Ok(Redirect::to("/sign-in").into_response())
}

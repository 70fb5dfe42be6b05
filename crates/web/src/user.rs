//! Users: the administrator's list, and one's own password.

use crate::App;
use crate::form::Form;
use crate::page::{Answer, Page, render};
use crate::problem::Problem;
use crate::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use records::user::User;
use secretariat::account::{Account, PASSWORD_LENGTH, random_password};
use training::role::Role;

struct Row {
    user: User,
    role: String,
}

#[derive(Template)]
#[template(path = "users.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
    roles: Vec<Choice>,
}

pub(crate) async fn list(State(app): State<App>, mut page: Page) -> Answer {
    page.take_notice().await?;
    let mut work = app.secretariat.read(&page.staff()?).await?;
    let users = work.users().await?;
    work.roll_back().await?;
    let rows = users.into_iter().map(|user| Row { role: wording::role(&page, user.role), user }).collect();
    let roles = Role::ALL.iter().map(|role| Choice::new(role.id(), wording::role(&page, *role))).collect();
    render(&List { page, rows, roles })
}

/// The first password is shown once, in the notice.
pub(crate) async fn create(State(app): State<App>, page: Page, Form(fields): Form) -> Answer {
    let role = Role::from_id(fields.text("role")).ok_or_else(|| Problem::BadForm("role".into()))?;
    let staff = page.staff()?;
    let mut work = app.secretariat.read(&staff).await?;
    let person_id = match (role, fields.text("trainee_number")) {
        (Role::Trainee, number) if !number.is_empty() => {
            let found = work.find_trainees(number, 2).await?;
            let exact = found.into_iter().find(|known| known.trainee_number == number);
            Some(exact.ok_or_else(|| Problem::BadForm("trainee_number".into()))?.person_id)
        }
        (Role::Trainee, _) => return Err(Problem::BadForm("trainee_number".into())),
        _ => None,
    };
    let host_office_id = match (role, fields.text("office_number")) {
        (Role::Supervisor, number) => {
            let found = work.host_office_by_number(number).await?;
            Some(found.ok_or_else(|| Problem::BadForm("office_number".into()))?.id)
        }
        _ => None,
    };
    work.roll_back().await?;
    let password = random_password();
    let account = Account {
        login: fields.text("login"),
        name: fields.text("name"),
        role,
        password: &password,
        person_id,
        host_office_id,
    };
    app.secretariat.create_account(&staff, account).await?;
    let login = fields.text("login").to_owned();
    page.go("/users", t!(page, "notice-first-password", login = login, password = password)).await
}

/// Nobody shuts himself out.
pub(crate) async fn set_active(
    State(app): State<App>,
    page: Page,
    Path(user): Path<i64>,
    Form(fields): Form,
) -> Answer {
    if page.viewer()?.id == user {
        return Err(Problem::Forbidden);
    }
    let mut work = app.secretariat.write(&page.staff()?).await?;
    work.set_user_active(user, fields.number("version")?, fields.text("active") == "yes").await?;
    work.commit().await?;
    page.go("/users", t!(page, "notice-saved")).await
}

pub(crate) async fn reset_password(State(app): State<App>, page: Page, Path(user): Path<i64>, _: Form) -> Answer {
    let staff = page.staff()?;
    let mut work = app.secretariat.read(&staff).await?;
    let login = work.user(user).await?.login;
    work.roll_back().await?;
    let password = random_password();
    app.secretariat.set_password(&staff, user, &password).await?;
    page.go("/users", t!(page, "notice-first-password", login = login, password = password)).await
}

#[derive(Template)]
#[template(path = "password.html")]
struct Password {
    page: Page,
    length: usize,
}

pub(crate) async fn own_password(page: Page) -> Answer {
    render(&Password { page, length: PASSWORD_LENGTH })
}

/// The present password is asked for; afterwards every session ends, this one too.
pub(crate) async fn change_own_password(State(app): State<App>, page: Page, Form(fields): Form) -> Answer {
    let viewer = page.viewer()?.clone();
    if fields.text("new") != fields.text("again") {
        return Err(Problem::BadForm("again".into()));
    }
    app.secretariat.sign_in(&viewer.login, fields.text("present")).await?;
    app.secretariat.set_password(&page.staff()?, viewer.id, fields.text("new")).await?;
    page.sign_out().await?;
    Ok(Redirect::to("/sign-in").into_response())
}

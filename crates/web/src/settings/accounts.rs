//! What the provider asks of its accounts: second factors, how long the read log is kept.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::wording;
use askama::Template;
use secretariat::Secretariat;
use secretariat::account::access_policy::{AccessPolicy, NewAccessPolicy, STAFF_ROLES};
use secretariat::account::policy::AccountPolicy;
use secretariat::account::second_person::TwoPersonAct;

#[derive(Template)]
#[template(path = "settings/accounts.html")]
struct Accounts {
    page: Page,
    policy: AccountPolicy,
    /// Each role of staff, what it is called, and the networks it may come from, one a line.
    networks: Vec<(String, String, String)>,
    /// Each act that can need a second person, what it is called, and whether it does.
    acts: Vec<(&'static str, String, bool)>,
    access: AccessPolicy,
    /// From where the viewer comes at this moment.
    address: String,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let policy = secretariat.account_policy(work).await?;
    let access = secretariat.access_policy(work).await?;
    let networks = STAFF_ROLES
        .map(|role| (role.id().to_owned(), wording::role(&page, role), Secretariat::networks_as_typed(&access, role)));
    let is_chosen = |act: TwoPersonAct| access.second_person.split(',').any(|chosen| chosen == act.id());
    let acts = TwoPersonAct::CHOICES.map(|act| (act.id(), wording::two_person_act(&page, act), is_chosen(act)));
    let address = page.origin.shown();
    render(&Accounts { page, policy, networks: networks.into(), acts: acts.into(), access, address })
}

pub(crate) async fn update(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let policy = AccountPolicy {
        staff_second_factor: fields.ticked("staff_second_factor"),
        read_log_days: fields.number("read_log_days")?,
        version: fields.number("version")?,
    };
    desk.act().set_account_policy(&page.staff()?, policy).await?;
    page.go("/settings/accounts", t!(page, "notice-saved")).await
}

/// From where staff may come, how long unused accounts stay open, which acts need a second person.
pub(crate) async fn update_access(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let names = STAFF_ROLES.map(|role| (role, format!("networks-{}", role.id())));
    let read = |id: &str| TwoPersonAct::from_id(id).ok_or_else(|| Problem::BadForm("second_person".to_owned()));
    let second_person = fields.all("second_person").map(read).collect::<Result<_, _>>()?;
    let policy = NewAccessPolicy {
        networks: names.iter().map(|(role, name)| (*role, fields.text(name))).collect(),
        idle_days: fields.number("idle_days")?,
        second_person,
        version: fields.number("access_version")?,
    };
    desk.act().set_access_policy(&page.staff()?, policy, &page.origin).await?;
    page.go("/settings/accounts", t!(page, "notice-saved")).await
}

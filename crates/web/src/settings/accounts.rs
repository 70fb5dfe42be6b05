//! What the provider asks of its accounts: second factors, how long the read log is kept.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use secretariat::account::policy::AccountPolicy;

#[derive(Template)]
#[template(path = "settings/accounts.html")]
struct Accounts {
    page: Page,
    policy: AccountPolicy,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let policy = secretariat.account_policy(work).await?;
    render(&Accounts { page, policy })
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

//! What the prefecture has decided about renewal.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording::registry as words;
use askama::Template;
use secretariat::registry::RegistrySetting;
use training::registry::{ChiefAnchor, Policy, SpecialistOneExemption};

#[derive(Template)]
#[template(path = "registry/settings.html")]
struct Settings {
    page: Page,
    setting: RegistrySetting,
    exemptions: Vec<Choice>,
    anchors: Vec<Choice>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let setting = desk.records().await?.registry_setting().await?;
    let exemption = |known: &SpecialistOneExemption| Choice::new(known.id(), words::exemption(&page, *known));
    let anchor = |known: &ChiefAnchor| Choice::new(known.id(), words::anchor(&page, *known));
    let exemptions = SpecialistOneExemption::ALL.iter().map(exemption).collect();
    let anchors = ChiefAnchor::ALL.iter().map(anchor).collect();
    render(&Settings { page, setting, exemptions, anchors })
}

pub(crate) async fn change(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let bad = |field: &str| Problem::BadForm(field.to_owned());
    let policy = Policy {
        specialist_one: SpecialistOneExemption::from_id(fields.text("specialist_one"))
            .ok_or_else(|| bad("specialist_one"))?,
        chief_anchor: ChiefAnchor::from_id(fields.text("chief_anchor")).ok_or_else(|| bad("chief_anchor"))?,
        renewal_opens_months: fields.number("renewal_opens_months")?,
        without_expiry_from: fields.optional_date("without_expiry_from")?,
    };
    let setting =
        RegistrySetting { policy, first_serial: fields.number("first_serial")?, version: fields.number("version")? };
    desk.act().set_registry_setting(&page.staff()?, &setting).await?;
    page.go("/registry/settings", t!(page, "notice-saved")).await
}

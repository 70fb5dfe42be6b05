//! A provider's settings, by its administrator.

mod accounts;
pub(crate) mod audit;
mod backups;
pub(crate) mod erasure;
mod reads;
pub(crate) mod routes;

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use axum::http::header;
use axum::response::IntoResponse;
use documents::certificate::TEMPLATE;
use secretariat::account::Provider;

#[derive(Template)]
#[template(path = "settings/settings.html")]
struct Settings {
    page: Page,
    provider: Provider,
    template: String,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let provider = work.provider().await?;
    let template = provider.certificate_template.clone().unwrap_or_else(|| TEMPLATE.to_owned());
    render(&Settings { page, provider, template })
}

/// An empty template, or the one that ships, means the one that ships, also after an upgrade.
pub(crate) async fn update(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let now = work.provider().await?;
    let template = fields.text("template").replace("\r\n", "\n");
    let own = !template.is_empty() && template.trim() != TEMPLATE.trim();
    let changed = Provider {
        version: fields.number("version")?,
        name: fields.text("name").to_owned(),
        issuer: fields.text("issuer").to_owned(),
        certificate_pattern: fields.text("pattern").to_owned(),
        certificate_template: own.then_some(template),
        ..now
    };
    desk.act().update_provider(&staff, &changed).await?;
    page.go("/settings", t!(page, "notice-saved")).await
}

pub(crate) async fn sample(mut desk: Desk, page: Page) -> Answer {
    let pdf = desk.act().sample_certificate(&page.staff()?).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

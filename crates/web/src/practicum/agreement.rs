//! The texts a provider's trainees sign, in versions, by its administrator.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording::practicum as words;
use askama::Template;
use secretariat::practicum::AgreementText;
use training::practicum::agreement::AgreementKind;

struct OfKind {
    kind: Choice,
    /// The newest first.
    versions: Vec<AgreementText>,
}

#[derive(Template)]
#[template(path = "practicum/agreements.html")]
struct Agreements {
    page: Page,
    kinds: Vec<OfKind>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let texts = work.agreements().await?;
    let kinds = AgreementKind::ALL.map(|kind| OfKind {
        kind: Choice::new(kind.id(), words::agreement(&page, kind)),
        versions: texts.iter().filter(|text| text.kind == kind).cloned().collect(),
    });
    render(&Agreements { page, kinds: kinds.into() })
}

pub(crate) async fn publish(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let kind = AgreementKind::from_id(fields.text("kind")).ok_or_else(|| Problem::BadForm("kind".to_owned()))?;
    let (title, body) = (fields.text("title"), fields.text("body").replace("\r\n", "\n"));
    let notice = match desk.act().publish_agreement(&page.staff()?, kind, title, &body).await? {
        true => t!(page, "notice-published"),
        false => t!(page, "notice-published-already"),
    };
    page.go("/settings/agreements", notice).await
}

//! The texts a provider's trainees sign, in versions, by its administrator.

use crate::app::App;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording::practicum as words;
use askama::Template;
use axum::extract::State;
use secretariat::Refusal;
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

pub(crate) async fn show(State(app): State<App>, mut page: Page) -> Answer {
    page.take_notice().await?;
    let mut work = app.secretariat.read(&page.staff()?).await?;
    let texts = work.agreements().await?;
    work.roll_back().await?;
    let kinds = AgreementKind::ALL.map(|kind| OfKind {
        kind: Choice::new(kind.id(), words::agreement(&page, kind)),
        versions: texts.iter().filter(|text| text.kind == kind).cloned().collect(),
    });
    render(&Agreements { page, kinds: kinds.into() })
}

pub(crate) async fn publish(State(app): State<App>, page: Page, Form(fields): Form) -> Answer {
    let kind = AgreementKind::from_id(fields.text("kind")).ok_or_else(|| Problem::BadForm("kind".to_owned()))?;
    let (title, body) = (fields.text("title"), fields.text("body").replace("\r\n", "\n"));
    for (field, text) in [("title", title), ("body", body.as_str())] {
        if text.is_empty() {
            return Err(Problem::Refused(Refusal::FieldMissing(field)));
        }
    }
    let mut work = app.secretariat.write(&page.staff()?).await?;
    // A second press of the button publishes nothing new.
    let current = work.current_agreement(kind).await?;
    let same = current.is_some_and(|current| (current.title.as_str(), current.body.as_str()) == (title, body.as_str()));
    if !same {
        work.publish_agreement(kind, title, &body).await?;
    }
    work.commit().await?;
    let notice = if same { t!(page, "notice-published-already") } else { t!(page, "notice-published") };
    page.go("/settings/agreements", notice).await
}

//! The provider's own templates of the practicum's papers.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use documents::paper::Paper;
use serde::Deserialize;

pub(crate) fn name(page: &Page, paper: Paper) -> String {
    match paper {
        Paper::Log => t!(page, "document-practicum-log"),
        Paper::Report => t!(page, "document-practicum-report"),
        Paper::Confirmation => t!(page, "document-practicum-confirmation"),
        Paper::Evaluation => t!(page, "evaluation-sheet"),
        Paper::Supervision => t!(page, "supervision-certificate"),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    paper: String,
}

#[derive(Template)]
#[template(path = "certificate/papers.html")]
struct Papers {
    page: Page,
    /// Id and name, and whether the provider has a template of its own.
    papers: Vec<(Choice, bool)>,
    chosen: Choice,
    own: bool,
    source: String,
    number: i64,
    /// What `data.json` says of people who do not exist.
    sample: String,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Query(query): Query<Chosen>) -> Answer {
    page.take_notice().await?;
    let paper = match query.paper.as_str() {
        "" => Paper::Log,
        id => Paper::from_id(id).ok_or(Problem::NotFound)?,
    };
    let work = desk.records().await?;
    let own = secretariat::certificate::paper::own_template(work, paper).await?;
    let all = work.paper_templates().await?;
    let has_own = |paper: Paper| all.iter().any(|own| own.paper == paper.id() && !own.source.is_empty());
    let choice = |paper: Paper| Choice::new(paper.id(), name(&page, paper));
    let view = Papers {
        papers: Paper::ALL.into_iter().map(|paper| (choice(paper), has_own(paper))).collect(),
        chosen: choice(paper),
        own: !own.source.is_empty(),
        source: if own.source.is_empty() { paper.template().to_owned() } else { own.source },
        number: own.number,
        sample: paper.sample(page.today).map_err(Problem::internal)?,
        page,
    };
    render(&view)
}

pub(crate) async fn update(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let paper = Paper::from_id(fields.text("paper")).ok_or_else(|| Problem::BadForm("paper".to_owned()))?;
    // The template that ships again, by the button pressed.
    let source =
        if fields.text("act") == "reset" { String::new() } else { fields.text("template").replace("\r\n", "\n") };
    desk.act().set_paper_template(&page.staff()?, paper, &source, fields.number("number")?).await?;
    page.go(&format!("/settings/papers?paper={}", paper.id()), t!(page, "notice-saved")).await
}

pub(crate) async fn sample(mut desk: Desk, page: Page, Path(paper): Path<String>) -> Answer {
    let paper = Paper::from_id(&paper).ok_or(Problem::NotFound)?;
    let pdf = desk.act().sample_paper(&page.staff()?, paper).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

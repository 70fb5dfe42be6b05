//! Imports: host offices, rosters, and what was imported before.

use crate::shell::desk::Desk;
use crate::shell::download::hand_out;
use crate::shell::form::Upload;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::wording::audit;
use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use secretariat::Operation;
use secretariat::cohort::ImportRun;
use secretariat::cohort::template::BlankFile;

/// An import in words.
struct Run {
    imported_at: DateTime<Utc>,
    kind: String,
    file_name: String,
    imported_by: String,
    counts: Vec<String>,
}

impl Run {
    fn of(page: &Page, run: ImportRun) -> Run {
        Run {
            imported_at: run.imported_at,
            kind: audit::import_kind(page, &run.kind),
            counts: audit::counts(page, &run.counts),
            file_name: run.file_name,
            imported_by: run.imported_by,
        }
    }
}

#[derive(Template)]
#[template(path = "office/imports.html")]
struct List {
    page: Page,
    runs: Vec<Run>,
    interrupted: Vec<Operation>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let runs = work.imports(100).await?.into_iter().map(|run| Run::of(&page, run)).collect();
    let interrupted = work.interrupted(20).await?;
    render(&List { page, runs, interrupted })
}

pub(crate) async fn import_hosts(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let file = upload.only_file();
    let counts = desk.act().import_hosts(&page.staff()?, &file.name, &file.bytes, &|_, _| {}).await?;
    let notice = t!(
        page,
        "notice-hosts",
        rows = counts.rows,
        new = counts.new,
        changed = counts.changed,
        vanished = counts.vanished,
        suspicious = counts.suspicious
    );
    page.go("/imports", notice).await
}

pub(crate) async fn import_gazetteer(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let file = upload.only_file();
    let counts = desk.act().import_gazetteer(&page.staff()?, &file.name, &file.bytes).await?;
    page.go("/imports", t!(page, "notice-gazetteer", rows = counts.rows, towns = counts.towns)).await
}

pub(crate) async fn import_outlines(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let file = upload.only_file();
    let counts = desk.act().import_outlines(&page.staff()?, &file.name, &file.bytes).await?;
    page.go("/imports", t!(page, "notice-outlines", areas = counts.areas, lines = counts.lines)).await
}

/// A file to fill in.
pub(crate) async fn template(mut desk: Desk, page: Page, Path(template): Path<String>) -> Answer {
    let template = BlankFile::from_id(&template).ok_or(Problem::NotFound)?;
    hand_out(page, desk.act().template(template)?, None)
}

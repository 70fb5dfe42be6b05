//! The registry of care managers: finding people in it, and whose card ends next.

pub(crate) mod forecast;
pub(crate) mod person;
pub(crate) mod routes;
pub(crate) mod settings;

use crate::shell::desk::Desk;
use crate::shell::form::{Form, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::search::Searched;
use askama::Template;
use axum::extract::Path;
use chrono::NaiveDate;
use secretariat::registry::RegistryLine;
use serde::Deserialize;

/// People on a list.
const MOST: i64 = 100;
/// Imports looked through for those of a registry.
const IMPORTS: i64 = 50;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Search {
    #[serde(default)]
    q: String,
    /// A month of last days, as `2027-04`: whose cards end then.
    #[serde(default)]
    month: String,
}

#[derive(Template)]
#[template(path = "registry/registry.html")]
struct List {
    page: Page,
    q: String,
    month: String,
    rows: Vec<RegistryLine>,
    most: i64,
    /// Lists taken over, the newest first: id, file, when.
    imports: Vec<(i64, String, String)>,
}

impl List {
    /// Are there likely more than are shown?
    fn is_cut(&self) -> bool {
        i64::try_from(self.rows.len()).is_ok_and(|shown| shown >= self.most)
    }
}

/// First and last day of a month as `2027-04`.
fn days_of(month: &str) -> Option<(NaiveDate, NaiveDate)> {
    let first = format!("{month}-01").parse::<NaiveDate>().ok()?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    Some((first, next.pred_opt()?))
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Searched(search): Searched<Search>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let rows = match days_of(&search.month) {
        Some(days) => work.cards_ending(days, MOST).await?,
        None => work.find_registered(&search.q, MOST).await?,
    };
    let runs = work.imports(IMPORTS).await?.into_iter().filter(|run| run.kind == "registry");
    let imports = runs.map(|run| (run.id, run.file_name, page.moment(&run.imported_at))).collect();
    render(&List { page, q: search.q, month: search.month, rows, most: MOST, imports })
}

/// Takes over an existing registry.
pub(crate) async fn import(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let file = upload.only_file();
    let counts = desk.act().import_registry(&page.staff()?, &file.name, &file.bytes).await?;
    let told = t!(page, "registry-imported", rows = counts.rows, new = counts.new, recorded = counts.recorded);
    page.go("/registry", told).await
}

/// Takes an import back, for everybody nothing was written about since.
pub(crate) async fn undo(mut desk: Desk, page: Page, Path(run): Path<i64>, Form(fields): Form) -> Answer {
    let undone = desk.act().undo_registry_import(&page.staff()?, run, fields.text("reason")).await?;
    let told = match undone.skipped.is_empty() {
        true => t!(page, "registry-undone", count = undone.people),
        false => t!(page, "registry-undone-some", count = undone.people, names = undone.skipped.join("、")),
    };
    page.go("/registry", told).await
}

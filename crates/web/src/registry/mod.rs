//! The registry of care managers: finding people in it, and whose card ends next.

pub(crate) mod forecast;
pub(crate) mod person;
pub(crate) mod routes;
pub(crate) mod settings;

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use axum::extract::Query;
use chrono::NaiveDate;
use secretariat::registry::RegistryLine;
use serde::Deserialize;

/// People on a list.
const MOST: i64 = 100;

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

pub(crate) async fn list(mut desk: Desk, mut page: Page, Query(search): Query<Search>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let rows = match days_of(&search.month) {
        Some(days) => work.cards_ending(days, MOST).await?,
        None => work.find_registered(&search.q, MOST).await?,
    };
    render(&List { page, q: search.q, month: search.month, rows, most: MOST })
}

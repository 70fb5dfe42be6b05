//! Correcting a cohort's name, dates and limits; cancelling it, and taking it up again.

use super::travel_limit_m;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use axum::extract::Path;
use secretariat::cohort::{Cohort, CohortCancellation, FormerCohort};

#[derive(Template)]
#[template(path = "cohort/cohort_change.html")]
struct Change {
    page: Page,
    cohort: Cohort,
    has_practicum: bool,
    former: Vec<FormerCohort>,
    cancellations: Vec<CohortCancellation>,
}

pub(crate) async fn edit(mut desk: Desk, page: Page, Path(cohort): Path<i64>) -> Answer {
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let former = work.former_cohorts(cohort.id).await?;
    let cancellations = work.cohort_cancellations(cohort.id).await?;
    let has_practicum = page.guidelines.has_practicum(&cohort.edition);
    render(&Change { page, cohort, has_practicum, former, cancellations })
}

pub(crate) async fn change(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let known = work.cohort(cohort).await?;
    let has_practicum = page.guidelines.has_practicum(&known.edition);
    let changed = Cohort {
        version: fields.number("version")?,
        name: fields.text("name").to_owned(),
        starts_on: fields.date("starts_on")?,
        ends_on: fields.date("ends_on")?,
        practicum_from: fields.date(if has_practicum { "practicum_from" } else { "starts_on" })?,
        practicum_weeks: if has_practicum { fields.number("practicum_weeks")? } else { 0 },
        travel_limit_m: travel_limit_m(&fields, has_practicum)?,
        ..known
    };
    let told = desk.act().change_cohort(&staff, &changed, fields.text("reason"), fields.ticked("tells")).await?;
    page.go(&format!("/cohorts/{cohort}"), t!(page, "notice-cohort-changed", told = told)).await
}

/// Cancels a cohort, or takes a cancelled one up again where `resume` is sent.
pub(crate) async fn cancel(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let cancelled = !fields.ticked("resume");
    let told = desk.act().cancel_cohort(&page.staff()?, cohort, cancelled, fields.text("reason")).await?;
    let notice = match cancelled {
        true => t!(page, "notice-cohort-cancelled", told = told),
        false => t!(page, "notice-cohort-resumed", told = told),
    };
    page.go(&format!("/cohorts/{cohort}"), notice).await
}

//! Certificates for supervisors of a cohort: who has guided whom, issuing, the documents.

use crate::office::check_own;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use secretariat::cohort::Cohort;
use secretariat::practicum::{Supervision, SupervisionCertificate};
use serde::Deserialize;

struct Row {
    supervision: Supervision,
    days: String,
    hours: String,
    certificate: Option<SupervisionCertificate>,
}

#[derive(Template)]
#[template(path = "practicum/supervision.html")]
struct List {
    page: Page,
    cohort: Cohort,
    rows: Vec<Row>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let supervisions = work.supervisions(cohort.id).await?;
    let certificates = work.supervision_certificates(cohort.id).await?;
    let rows = supervisions.into_iter().map(|supervision| {
        let stands = |known: &&SupervisionCertificate| {
            known.revoked_at.is_none() && known.supervisor_id == supervision.supervisor_id
        };
        let days = match supervision.first_on.zip(supervision.last_on) {
            Some((first, last)) => format!("{} - {}", page.date(first), page.date(last)),
            None => t!(page, "no-experience"),
        };
        let (hours, minutes) = (supervision.minutes / 60, supervision.minutes % 60);
        Row {
            days,
            hours: format!("{hours}:{minutes:02}"),
            certificate: certificates.iter().find(stands).cloned(),
            supervision,
        }
    });
    let rows = rows.collect();
    render(&List { page, cohort, rows })
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "practicum/supervision_search.html")]
struct Found {
    page: Page,
    q: String,
    certificates: Vec<SupervisionCertificate>,
    /// There may be more than are shown.
    more: bool,
}

/// Certificates a page shows.
const SHOWN: usize = 100;

/// Whatever was issued to a supervisor, in whichever cohort and office.
pub(crate) async fn search(mut desk: Desk, page: Page, Query(query): Query<Search>) -> Answer {
    let q = training::trainee::person::normalise(&query.q);
    let work = desk.records().await?;
    let mut certificates = work.find_supervision_certificates(&q, SHOWN as i64 + 1).await?;
    let more = certificates.len() > SHOWN;
    certificates.truncate(SHOWN);
    render(&Found { page, q, certificates, more })
}

pub(crate) async fn issue(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let issued_on = fields.date("issued_on")?;
    let chosen: Vec<i64> = fields
        .all("supervisor")
        .map(|id| id.parse().map_err(|_| Problem::BadForm("supervisor".into())))
        .collect::<Result<_, _>>()?;
    let base_url = desk.base_url();
    let count = desk.act().certify_supervision(&page.staff()?, cohort, &chosen, issued_on, &base_url).await?;
    page.go(&format!("/cohorts/{cohort}/supervision"), t!(page, "notice-supervision-issued", count = count)).await
}

pub(crate) async fn pdf(mut desk: Desk, page: Page, Path(certificate): Path<i64>) -> Answer {
    let work = desk.records().await?;
    let (found, pdf) = work.supervision_certificate(certificate).await?;
    check_own(&page, found.host_office_id)?;
    let own = page.viewer()?.supervisor_id;
    if own.is_some_and(|own| own != found.supervisor_id) {
        return Err(Problem::NotFound);
    }
    let name = format!("{}.pdf", found.number);
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition("inline", &name)),
    ];
    Ok((headers, pdf).into_response())
}

//! Certificates: issuing a batch, each document, and the public page that verifies.

pub(crate) mod paper;
pub(crate) mod routes;

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use crate::shell::view;
use crate::wording;
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::IntoResponse;
use secretariat::certificate::Certificate;
use secretariat::certificate::Verification;
use secretariat::cohort::Cohort;
use secretariat::trainee::Enrolment;

struct Candidate {
    enrolment: Enrolment,
    ready: bool,
    blocking: Vec<String>,
    /// Code points of the name that cannot be printed; empty for nearly everybody.
    unprintable: String,
}

struct Issued {
    certificate: Certificate,
    enrolment: i64,
    name: String,
}

#[derive(Template)]
#[template(path = "certificate/certificates.html")]
struct List {
    page: Page,
    cohort: Cohort,
    candidates: Vec<Candidate>,
    ready: usize,
    issued: Vec<Issued>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let judged = secretariat.judge_cohort(work, cohort).await?;
    let certificates = work.certificates(cohort).await?;
    let people = work.people_of_cohort(cohort).await?;
    let issued: Vec<Issued> = certificates
        .into_iter()
        .map(|certificate| {
            let enrolment = judged.enrolments.iter().find(|known| known.id == certificate.enrolment_id);
            Issued {
                enrolment: certificate.enrolment_id,
                name: enrolment.map(|known| known.name.clone()).unwrap_or_default(),
                certificate,
            }
        })
        .collect();
    let candidates: Vec<Candidate> = judged
        .enrolments
        .iter()
        .filter(|enrolment| enrolment.state.takes_part())
        .filter_map(|enrolment| {
            let judgement = judged.judgements.get(&enrolment.id)?;
            Some(Candidate {
                enrolment: enrolment.clone(),
                ready: judgement.complete(),
                unprintable: people
                    .get(&enrolment.id)
                    .map_or_else(String::new, |person| wording::codes(&secretariat::certificate::unprintable(person))),
                blocking: judgement.blocking().map(|finding| view::title(&page, &judged.rulebook, finding)).collect(),
            })
        })
        .collect();
    let ready = candidates.iter().filter(|candidate| candidate.ready).count();
    render(&List { page, cohort: judged.cohort, candidates, ready, issued })
}

pub(crate) async fn issue(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let completed_on = fields.date("completed_on")?;
    let chosen: Vec<i64> = fields
        .all("enrolment")
        .map(|id| id.parse().map_err(|_| Problem::BadForm("enrolment".into())))
        .collect::<Result<_, _>>()?;
    let (staff, base_url) = (page.staff()?, desk.base_url());
    let issued = desk.act().issue_certificates(&staff, cohort, &chosen, completed_on, &base_url, &|_, _| {}).await?;
    let mut notice = t!(page, "notice-issued", count = issued.issued.len(), refused = issued.refused.len());
    if !issued.unprintable.is_empty() {
        let who = issued.unprintable.iter().map(|left_out| {
            t!(page, "unprintable-name", name = left_out.name.clone(), codes = wording::codes(&left_out.pieces))
        });
        let who: Vec<String> = who.collect();
        notice = format!("{notice} {}", t!(page, "unprintable-left-out", who = who.join("、")));
    }
    if !issued.too_early.is_empty() {
        let who = issued.too_early.iter().map(|left_out| {
            t!(page, "completed-too-early-name", name = left_out.name.clone(), day = page.date(left_out.last_day))
        });
        let who: Vec<String> = who.collect();
        notice = format!("{notice} {}", t!(page, "completed-too-early", who = who.join("、")));
    }
    page.go(&format!("/cohorts/{cohort}/certificates"), notice).await
}

async fn document(desk: &mut Desk, certificate: i64) -> Answer {
    let work = desk.records().await?;
    let pdf = work.certificate_pdf(certificate).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"certificate.pdf\""),
    ];
    Ok((headers, pdf).into_response())
}

pub(crate) async fn pdf(mut desk: Desk, Path(certificate): Path<i64>) -> Answer {
    document(&mut desk, certificate).await
}

/// The trainee's own certificate, while it stands.
pub(crate) async fn own_pdf(mut desk: Desk, page: Page) -> Answer {
    let enrolment = crate::trainee::own::own_enrolment(&mut desk, &page).await?;
    let work = desk.records().await?;
    let certificate = work.certificate_of(enrolment).await?.filter(|found| found.revoked_at.is_none());
    document(&mut desk, certificate.ok_or(Problem::NotFound)?.id).await
}

pub(crate) async fn reissue(mut desk: Desk, page: Page, Path(certificate): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let base_url = desk.base_url();
    desk.act().reissue_certificate(&staff, certificate, fields.text("reason"), &base_url).await?;
    back(&mut desk, page, certificate).await
}

pub(crate) async fn revoke(mut desk: Desk, page: Page, Path(certificate): Path<i64>, Form(fields): Form) -> Answer {
    desk.act().revoke_certificate(&page.staff()?, certificate, fields.text("reason")).await?;
    back(&mut desk, page, certificate).await
}

async fn back(desk: &mut Desk, page: Page, certificate: i64) -> Answer {
    let work = desk.records().await?;
    let enrolment = work.certificate(certificate).await?.enrolment_id;
    page.go(&format!("/trainees/{enrolment}#certificate"), t!(page, "notice-saved")).await
}

#[derive(Template)]
#[template(path = "certificate/verify.html")]
struct Verify {
    page: Page,
    token: String,
    answer: Verification,
    /// The name asked about, and whether it is the holder's.
    asked: Option<(String, bool)>,
}

impl Verify {
    /// Is there a holder whose name can be asked about?
    fn has_holder(&self) -> bool {
        matches!(self.answer, Verification::Valid { .. } | Verification::Reissued { .. })
    }
}

pub(crate) async fn verify(mut desk: Desk, mut page: Page, Path(token): Path<String>) -> Answer {
    let answer = desk.act().verify_certificate(&token).await?;
    let cookie = page.viewer.is_none().then(|| page.visitors_token());
    let view = render(&Verify { page, token, answer, asked: None })?;
    Ok(match cookie {
        Some(cookie) => (cookie, view).into_response(),
        None => view,
    })
}

/// Is this the holder's name? Answered by yes or no, to whoever has the paper.
pub(crate) async fn verify_name(mut desk: Desk, page: Page, Path(token): Path<String>, Form(fields): Form) -> Answer {
    let name = fields.text("name").to_owned();
    if name.is_empty() {
        return Err(Problem::Refused(secretariat::Refusal::FieldMissing("name")));
    }
    let answer = desk.act().verify_certificate(&token).await?;
    let asked = desk.act().verify_holder(&token, &name).await?.map(|is_holder| (name, is_holder));
    render(&Verify { page, token, answer, asked })
}

/// The certificates chosen, or all that stand, as one PDF to print.
pub(crate) async fn booklet(mut desk: Desk, page: Page, Path(cohort): Path<i64>, RawQuery(query): RawQuery) -> Answer {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query.as_deref().unwrap_or_default()).unwrap_or_default();
    let chosen = pairs.iter().filter(|(name, _)| name == "certificate").map(|(_, id)| id.parse());
    let chosen: Vec<i64> = chosen.collect::<Result<_, _>>().map_err(|_| Problem::NotFound)?;
    let staff = page.staff()?;
    let (name, bytes) = desk.act().certificate_booklet(&staff, cohort, &chosen).await?;
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition("inline", &format!("修了証明書_{name}.pdf"))),
    ];
    Ok((headers, bytes).into_response())
}

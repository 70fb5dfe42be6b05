//! Recording facts of a trainee by hand: milestones, cases, experiences, assessments, credits, waivers; and withdrawing them.

use crate::practicum::case::{check_own, concerned};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::looks_personal;
use crate::shell::page::{Answer, Page};
use crate::shell::problem::Problem;
use axum::extract::Path;
use secretariat::practicum::case::PaperConsent;
use secretariat::practicum::{FactKind, NewCase};
use secretariat::trainee::facts::sound_id;
use std::collections::BTreeMap;
use training::cohort::attendance::{HealedFact, Healing};
use training::completion::facts::{AssessmentFact, MilestoneKind};
use training::practicum::record::{ConferenceFallback, Experience, OfficeContent, OfficeTime, Way};
use training::role::Role;
use training::trainee::person::normalise;

async fn saved(page: Page, enrolment: i64) -> Answer {
    page.go(&format!("/trainees/{enrolment}#practicum"), t!(page, "notice-saved")).await
}

fn bad(field: &str) -> Problem {
    Problem::BadForm(field.to_owned())
}

pub(crate) async fn milestone(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let kind = MilestoneKind::from_id(fields.text("milestone")).ok_or_else(|| bad("milestone"))?;
    let on = fields.date("on")?;
    desk.act().record_milestone(&page.staff()?, enrolment, kind, (on, fields.text("note"))).await?;
    saved(page, enrolment).await
}

pub(crate) async fn case(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let consent_on = fields.optional_date("consent_on")?;
    let types: Vec<String> = fields.all("types").map(str::to_owned).collect();
    if types.iter().any(|id| !sound_id(id)) {
        return Err(bad("types"));
    }
    let (pseudonym, concerned) = (fields.text("pseudonym"), concerned(&fields)?);
    let case = NewCase { pseudonym, concerned: &concerned, types: &types, invented: false };
    let (obtained_by, purpose) = (normalise(fields.text("obtained_by")), t!(page, "consent-purpose-default"));
    if consent_on.is_none() && !obtained_by.is_empty() {
        return Err(Problem::Refused(secretariat::Refusal::FieldMissing("consent_on")));
    }
    let agreed = consent_on.map(|on| PaperConsent { on, obtained_by: &obtained_by, purpose: &purpose });
    desk.act().create_case(&page.staff()?, enrolment, &case, agreed).await?;
    saved(page, enrolment).await
}

pub(crate) async fn experience(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let way = Way::from_id(fields.text("way")).ok_or_else(|| bad("way"))?;
    let (case, on, minutes) = (fields.number::<i64>("case")?, fields.date("on")?, fields.number::<u32>("minutes")?);
    let break_minutes = if fields.text("break_minutes").is_empty() { 0 } else { fields.number("break_minutes")? };
    let (stage, own_work) = (fields.text("stage").to_owned(), fields.ticked("own_work"));
    let experience = Experience { id: 0, case, stage, way, on, minutes, break_minutes, own_work };
    let why = fields.text("before_acceptance");
    desk.act().record_experience_on_paper(&page.staff()?, enrolment, &experience, why).await?;
    saved(page, enrolment).await
}

/// Practicum time at the office that belongs to no client.
pub(crate) async fn office_time(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let time = OfficeTime {
        id: 0,
        content: OfficeContent::from_id(fields.text("content")).ok_or_else(|| bad("content"))?,
        on: fields.date("on")?,
        minutes: fields.number("minutes")?,
        break_minutes: if fields.text("break_minutes").is_empty() { 0 } else { fields.number("break_minutes")? },
    };
    let why = fields.text("before_acceptance");
    desk.act().record_office_time(&page.staff()?, enrolment, &time, why).await?;
    saved(page, enrolment).await
}

/// What a missed session was healed by.
pub(crate) async fn healed(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let Some(by) = Healing::from_id(fields.text("way")) else {
        check_own(&mut desk, enrolment).await?;
        return Err(bad("way"));
    };
    let healed = HealedFact { id: 0, session: fields.number("session")?, by, on: fields.date("on")? };
    desk.act().record_healed(&page.staff()?, enrolment, &healed, fields.text("note")).await?;
    saved(page, enrolment).await
}

/// When the qualifying exam was passed.
pub(crate) async fn exam_pass(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    desk.act().record_exam_pass(&page.staff()?, enrolment, fields.date("exam_passed_on")?).await?;
    page.go(&format!("/trainees/{enrolment}#person"), t!(page, "notice-saved")).await
}

pub(crate) async fn fallback(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let fallback = ConferenceFallback {
        id: 0,
        reason: fields.text("reason").to_owned(),
        // Who guides by the placement.
        supervisor: String::new(),
        on: fields.date("on")?,
        preparation_explained: fields.ticked("preparation_explained"),
        proceedings_explained: fields.ticked("proceedings_explained"),
    };
    desk.act().record_fallback(&page.staff()?, enrolment, fallback, fields.ticked("confirmed")).await?;
    saved(page, enrolment).await
}

pub(crate) async fn assessment(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let score = if fields.text("score").is_empty() { None } else { Some(fields.number("score")?) };
    let mut items = BTreeMap::new();
    for name in fields.names().filter_map(|name| name.strip_prefix("item-")) {
        if fields.ticked(&format!("item-{name}")) {
            items.insert(name.to_owned(), fields.number(&format!("item-{name}"))?);
        }
    }
    let by = match fields.text("by") {
        "" => None,
        id => Some(Role::from_id(id).ok_or_else(|| bad("by"))?),
    };
    let passed = match fields.text("passed") {
        "yes" => true,
        "no" => false,
        _ => return Err(bad("passed")),
    };
    let assessment = AssessmentFact { id: 0, passed, score, items, by };
    desk.act().record_assessment(&page.staff()?, enrolment, &assessment).await?;
    saved(page, enrolment).await
}

/// A document handed in.
pub(crate) async fn document(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let on = fields.date("on")?;
    let (document, note) = (fields.text("document"), fields.text("note"));
    desk.act().hand_in_document(&page.staff()?, enrolment, document, (on, note)).await?;
    saved(page, enrolment).await
}

pub(crate) async fn credit(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let (subject, source) = (fields.text("subject"), fields.text("source"));
    desk.act().record_credit(&page.staff()?, enrolment, subject, source).await?;
    saved(page, enrolment).await
}

pub(crate) async fn waiver(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let subject = fields.optional("subject");
    desk.act()
        .waive(&page.staff()?, enrolment, fields.text("requirement"), subject.as_deref(), fields.text("reason"))
        .await?;
    saved(page, enrolment).await
}

pub(crate) async fn withdraw(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let kind = FactKind::from_id(fields.text("kind")).ok_or_else(|| bad("kind"))?;
    // What is about a case says nobody's name: the reason stays, in the ledger too.
    let of_case = matches!(kind, FactKind::CaseConsent | FactKind::Experience | FactKind::ConferenceFallback);
    if of_case && looks_personal::suspects(&fields, "reason") {
        check_own(&mut desk, enrolment).await?;
        return looks_personal::ask(page, format!("/trainees/{enrolment}/withdraw"), &fields, "reason");
    }
    let fact = (kind, fields.number("id")?);
    desk.act().withdraw_fact(&page.staff()?, enrolment, fact, fields.text("reason")).await?;
    saved(page, enrolment).await
}

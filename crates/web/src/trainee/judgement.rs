//! The judgement as an officer's checklist: clause, duty, state, evidence, what is missing, who waived; of today or of a past day, on a
//! page that prints and as a PDF.

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use crate::shell::view::closed;
use crate::shell::view::{self, Line};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chrono::TimeDelta;
use documents::judgement::{Report, ReportLine};
use secretariat::trainee::judgement::TraineeJudgement;
use serde::Deserialize;
use training::cohort::attendance::{Presence, Session};
use training::completion::judgement::Finding;
use training::completion::verdict::{Evidence, NotCounted, Uncounted};
use training::{NaiveDate, NaiveDateTime, wareki};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct AsOf {
    #[serde(default)]
    as_of: String,
}

/// A fact a line rests on, and where it is shown.
struct Proof {
    text: String,
    link: Option<String>,
}

struct Row {
    line: Line,
    evidence: Vec<Proof>,
    /// What was looked at and does not count, each with why.
    uncounted: Vec<Proof>,
}

#[derive(Template)]
#[template(path = "trainee/judgement.html")]
struct JudgementPage {
    page: Page,
    enrolment: i64,
    cohort: i64,
    cohort_name: String,
    number: String,
    name: String,
    edition: String,
    supplements: String,
    day: NaiveDate,
    /// What was typed as the day, and what is wrong with it.
    as_of: String,
    fault: Option<String>,
    is_past: bool,
    settled: usize,
    required: usize,
    complete: bool,
    deadline: Option<String>,
    closed: Vec<String>,
    rows: Vec<Row>,
}

async fn today(desk: &mut Desk, page: &Page, enrolment: i64) -> Result<TraineeJudgement, Problem> {
    judged(desk, page, enrolment, &AsOf::default()).await
}

async fn judged(desk: &mut Desk, page: &Page, enrolment: i64, query: &AsOf) -> Result<TraineeJudgement, Problem> {
    if query.as_of.trim().is_empty() {
        let (secretariat, work) = desk.reading().await?;
        return Ok(secretariat.judge_trainee(work, enrolment).await?);
    }
    let day = wareki::parse_near(&query.as_of, page.today).ok_or_else(|| Problem::BadForm("as_of".to_owned()))?;
    let (secretariat, work) = desk.reading().await?;
    Ok(secretariat.judge_trainee_as_of(work, enrolment, day).await?)
}

fn rows(page: &Page, judged: &TraineeJudgement) -> Vec<Row> {
    let lines = view::lines(page, &judged.rulebook, &judged.judgement);
    let findings = &judged.judgement.findings;
    let row = |(line, finding): (Line, &Finding)| {
        let evidence = finding.verdict.evidence.iter().map(|evidence| proof(page, judged, evidence)).collect();
        let uncounted = finding.verdict.uncounted.iter().map(|uncounted| not_counted(page, judged, uncounted));
        Row { line, evidence, uncounted: uncounted.collect() }
    };
    lines.into_iter().zip(findings).map(row).collect()
}

/// A fact that does not count, with why: `11月30日 第3日 遅刻45分（09:30→10:15）`.
fn not_counted(page: &Page, judged: &TraineeJudgement, uncounted: &Uncounted) -> Proof {
    let known = proof(page, judged, &uncounted.fact);
    let clock = |time: NaiveDateTime| time.format("%H:%M").to_string();
    let presence = match &uncounted.fact {
        Evidence::Attendance(id) => attended(judged, *id).and_then(|(_, presence)| presence),
        _ => None,
    };
    let minutes = |minutes: u32| TimeDelta::minutes(i64::from(minutes));
    let mut times = Vec::new();
    if let (NotCounted::Missed { late, left_early } | NotCounted::ToleranceUsedUp { late, left_early }, Some(known)) =
        (uncounted.why, presence)
    {
        let arrived =
            (late > 0).then(|| format!("{}→{}", clock(known.arrived_at - minutes(late)), clock(known.arrived_at)));
        let left = (left_early > 0)
            .then(|| format!("{}→{}", clock(known.left_at + minutes(left_early)), clock(known.left_at)));
        times.extend(arrived);
        times.extend(left);
    }
    if let (NotCounted::Away, Some(known)) = (uncounted.why, presence) {
        times.push(format!("{}–{}", clock(known.arrived_at), clock(known.left_at)));
    }
    let why = wording::missing::not_counted(page, uncounted.why);
    let times = if times.is_empty() { String::new() } else { format!("（{}）", times.join("、")) };
    Proof { text: format!("{} {why}{times}", known.text), link: known.link }
}

/// The session of an attendance, and whether and when somebody was there.
fn attended(judged: &TraineeJudgement, id: i64) -> Option<(&Session, Option<Presence>)> {
    let recorded = |session: &i64| judged.facts.attendances.of_session(*session).filter(|fact| fact.id == id);
    let found = |session: &'_ Session| recorded(&session.id).map(|fact| fact.present);
    judged.cohort_facts.sessions().iter().find_map(|session| Some((session, found(session)?)))
}

pub(crate) async fn show(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Query(query): Query<AsOf>) -> Answer {
    // A day nobody can judge by is told at its field, over the judgement of today.
    let (judged, fault) = match judged(&mut desk, &page, enrolment, &query).await {
        Ok(judged) => (judged, None),
        Err(Problem::BadForm(_)) => (today(&mut desk, &page, enrolment).await?, Some(t!(page, "field-not-date"))),
        Err(Problem::Refused(refusal)) if wording::field::field_of(&refusal) == Some("as_of") => {
            (today(&mut desk, &page, enrolment).await?, Some(wording::refusal::refusal(&page, &refusal)))
        }
        Err(other) => return Err(other),
    };
    let (settled, required) = judged.judgement.progress();
    let metadata = &judged.rulebook.edition.metadata;
    let day = judged.judgement.as_of;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let answer = render(&JudgementPage {
        enrolment,
        cohort: judged.cohort.id,
        cohort_name: judged.cohort.name.clone(),
        number: judged.enrolment.trainee_number.clone(),
        name: judged.enrolment.name.clone(),
        edition: page.language.either(&metadata.title, &metadata.title_en).to_owned(),
        supplements: view::supplements(&page, &judged.judgement.supplements),
        as_of: if fault.is_some() { query.as_of.clone() } else { page.date(day) },
        fault,
        day,
        is_past: day < page.today,
        settled,
        required,
        complete: judged.judgement.complete(),
        deadline: judged.judgement.nearest_deadline().map(|day| page.date(day)),
        closed: closed(&page, &judged),
        rows: rows(&page, &judged),
        page,
    })?;
    Ok((status, answer).into_response())
}

pub(crate) async fn pdf(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Query(query): Query<AsOf>) -> Answer {
    let judged = judged(&mut desk, &page, enrolment, &query).await?;
    let (settled, required) = judged.judgement.progress();
    let metadata = &judged.rulebook.edition.metadata;
    let line = |row: Row| ReportLine {
        clause: row.line.clause,
        title: row.line.title,
        duty: row.line.duty,
        state: row.line.state,
        settled: matches!(row.line.state_id, "met" | "waived" | "not_applicable"),
        evidence: row.evidence.into_iter().map(|proof| proof.text).collect(),
        uncounted: row.uncounted.into_iter().map(|proof| proof.text).collect(),
        next_chance: row.line.deadline.filter(|_| row.line.blocks).map(|day| t!(page, "next-chance", day = day)),
        missing: row.line.missing,
        waiver: row.line.waiver,
    };
    let supplements = view::supplements(&page, &judged.judgement.supplements);
    let edition = page.language.either(&metadata.title, &metadata.title_en);
    let work = desk.records().await?;
    let provider = work.provider().await?.name;
    let report = Report {
        title: t!(page, "checklist"),
        headings: [
            t!(page, "clause"),
            t!(page, "requirement"),
            t!(page, "state"),
            t!(page, "evidence-heading"),
            t!(page, "missing"),
        ],
        facts: vec![
            (t!(page, "provider-name"), provider),
            (t!(page, "cohort"), judged.cohort.name.clone()),
            (t!(page, "trainee-number"), judged.enrolment.trainee_number.clone()),
            (t!(page, "person-name"), judged.enrolment.name.clone()),
            (
                t!(page, "edition"),
                [edition, &supplements].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" + "),
            ),
            (t!(page, "as-of"), page.date(judged.judgement.as_of)),
            (t!(page, "judgement"), t!(page, "settled-of", settled = settled, required = required)),
        ],
        notes: closed(&page, &judged),
        lines: rows(&page, &judged).into_iter().map(line).collect(),
        uncounted_heading: t!(page, "not-counted"),
        language: page.language.tag().to_owned(),
    };
    let today = page.today;
    let bytes = tokio::task::spawn_blocking(move || documents::judgement::pdf(&report, today))
        .await
        .map_err(secretariat::Error::from)?
        .map_err(secretariat::Error::from)?;
    let name = format!("{}_{}.pdf", judged.enrolment.trainee_number, judged.judgement.as_of.format("%Y%m%d"));
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition("inline", &name)),
    ];
    Ok((headers, bytes).into_response())
}

/// A fact in words, with a link to where it was recorded.
fn proof(page: &Page, judged: &TraineeJudgement, evidence: &Evidence) -> Proof {
    let facts = &judged.facts;
    let on_page = |anchor: &str| Some(format!("/trainees/{}#{anchor}", judged.enrolment.id));
    let (text, link) = match evidence {
        Evidence::ExamNumber(number) => (t!(page, "proof-exam-number", number = number.clone()), on_page("person")),
        Evidence::Attendance(id) => match attended(judged, *id) {
            Some((session, _)) => {
                let title = judged.session_titles.get(&session.id).cloned().unwrap_or_default();
                let text = format!("{} {title}", page.date(session.starts_at.date()));
                (text.trim_end().to_owned(), Some(format!("/sessions/{}", session.id)))
            }
            None => (t!(page, "attendance"), None),
        },
        Evidence::Healed(id) => {
            let found = facts.healed.iter().find(|known| known.id == *id);
            let text = found.map_or_else(
                || t!(page, "healed"),
                |found| format!("{} {}", wording::healing(page, found.by), page.date(found.on)),
            );
            (text, on_page("healed"))
        }
        Evidence::OfficeTime(id) => {
            let found = facts.office_times.iter().find(|known| known.id == *id);
            let text = found.map_or_else(
                || t!(page, "office-time"),
                |found| format!("{} {}", wording::office_content(page, found.content), page.date(found.on)),
            );
            (text, on_page("office-times"))
        }
        Evidence::Credit(_) => (t!(page, "credit"), on_page("practicum")),
        Evidence::Milestone(id) => {
            let found = facts.milestones.iter().find(|milestone| milestone.id == *id);
            let text = found.map_or_else(
                || t!(page, "milestone"),
                |found| format!("{} {}", wording::milestone(page, found.kind), page.date(found.on)),
            );
            (text, on_page("practicum"))
        }
        Evidence::Placement(_) | Evidence::Supervisor(_) => {
            let office = facts.placement.as_ref().map(|placed| placed.office);
            let text = match evidence {
                Evidence::Supervisor(_) => t!(page, "supervisor"),
                _ => t!(page, "placement"),
            };
            (text, office.map(|office| format!("/offices/{office}")))
        }
        Evidence::Case(id) => {
            let place = facts.cases.iter().position(|case| case.id == *id).map_or(0, |index| index + 1);
            (t!(page, "proof-case", number = place), on_page("practicum"))
        }
        Evidence::Experience(id) => {
            let found = facts.experiences.iter().find(|experience| experience.id == *id);
            let text = found.map_or_else(
                || t!(page, "experience"),
                |found| format!("{} {}", wording::stage(page, &found.stage), page.date(found.on)),
            );
            (text, on_page("practicum"))
        }
        Evidence::ConferenceFallback(_) => (t!(page, "fallback"), on_page("practicum")),
        Evidence::Assessment(id) => {
            let score = facts.assessments.iter().find(|known| known.id == *id).and_then(|known| known.score);
            let score = score.map_or_else(String::new, |score| format!(" {score}"));
            (format!("{}{score}", t!(page, "assessment")), on_page("practicum"))
        }
        Evidence::Document(id) => {
            let found = facts.documents.iter().find(|document| document.id == *id);
            let day = found.map_or_else(String::new, |found| page.date(found.on));
            (t!(page, "proof-document", day = day), on_page("documents"))
        }
        Evidence::Waiver(_) => (t!(page, "waiver"), None),
    };
    Proof { text, link }
}

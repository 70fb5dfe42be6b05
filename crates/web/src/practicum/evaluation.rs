//! The supervisor's evaluation of a trainee: written by the supervisor, read by trainee and secretariat, printed; and the provider's rubric.

use crate::practicum::reading::check_may_read;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::looks_personal;
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use crate::trainee::own::own_enrolment;
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use documents::evaluation::EvaluationSheet;
use documents::paper::Paper;
use secretariat::Secretariat;
use secretariat::practicum::RubricText;
use secretariat::practicum::evaluation::{rubric_in_use, rubric_of};
use secretariat::practicum::refusal::PracticumRefusal;
use training::practicum::evaluation::{Evaluation, LONGEST_COMMENT, Rubric};
use training::role::Role;

#[derive(Template)]
#[template(path = "practicum/evaluation.html")]
struct EvaluationPage {
    page: Page,
    name: String,
    /// The page's own address.
    address: String,
    back: String,
    /// What was evaluated last: criterion and level.
    marks: Vec<(String, String)>,
    comment: String,
    by: Option<String>,
    /// The form, for the supervisor.
    form: Option<EvaluationForm>,
    longest: usize,
}

struct EvaluationForm {
    criteria: Vec<Criterion>,
    rubric_number: i64,
    /// The evaluation seen.
    seen: i64,
}

struct Criterion {
    /// The field's name.
    field: String,
    text: String,
    /// Place, words, and whether it was chosen before.
    levels: Vec<(usize, String, bool)>,
}

async fn shown(desk: &mut Desk, mut page: Page, enrolment: i64, (address, back): (String, String)) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let name = work.enrolment(enrolment).await?.name;
    let known = Secretariat::evaluation_of(work, enrolment).await?;
    let own = work.rubrics().await?;
    let evaluation = known.as_ref().and_then(|(_, known)| known.evaluation.clone());
    let marks = match (&known, &evaluation) {
        (Some((rubric, _)), Some(evaluation)) => marks(rubric, evaluation),
        _ => Vec::new(),
    };
    let form = if page.viewer()?.role == Role::Supervisor {
        let rubric_number = rubric_in_use(&own);
        let rubric = rubric_of(&own, rubric_number)?;
        // The levels of another rubric are not this one's.
        let same = known.as_ref().is_some_and(|(_, known)| known.rubric_number == rubric_number);
        let before = evaluation.as_ref().filter(|_| same);
        let chosen = |index: usize| before.and_then(|evaluation| evaluation.levels.get(index).copied());
        let criterion = |(index, text): (usize, &String)| Criterion {
            field: format!("level-{index}"),
            text: text.clone(),
            levels: rubric
                .levels
                .iter()
                .enumerate()
                .map(|(level, words)| (level, words.clone(), chosen(index) == Some(level)))
                .collect(),
        };
        let criteria = rubric.criteria.iter().enumerate().map(criterion).collect();
        Some(EvaluationForm { criteria, rubric_number, seen: known.as_ref().map_or(0, |(_, known)| known.id) })
    } else {
        None
    };
    let by =
        known.map(|(_, known)| format!("{} {} {}", known.office, known.supervisor, page.moment(&known.evaluated_at)));
    let comment = evaluation.map_or_else(String::new, |evaluation| evaluation.comment);
    render(&EvaluationPage { page, name, address, back, marks, comment, by, form, longest: LONGEST_COMMENT })
}

fn marks(rubric: &Rubric, evaluation: &Evaluation) -> Vec<(String, String)> {
    let level = |level: &usize| rubric.levels.get(*level).cloned().unwrap_or_default();
    rubric.criteria.iter().cloned().zip(evaluation.levels.iter().map(level)).collect()
}

pub(crate) async fn own(mut desk: Desk, page: Page) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    shown(&mut desk, page, enrolment, ("/me/practicum/evaluation".to_owned(), "/me/practicum".to_owned())).await
}

pub(crate) async fn of_trainee(mut desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    let back = format!("/practicum/{enrolment}");
    shown(&mut desk, page, enrolment, (format!("{back}/evaluation"), back)).await
}

pub(crate) async fn evaluate(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    if looks_personal::suspects(&fields, "comment") {
        return looks_personal::ask(page, format!("/practicum/{enrolment}/evaluation"), &fields, "comment");
    }
    let count = fields.names().filter(|name| name.starts_with("level-")).count();
    let levels = (0..count).filter_map(|index| fields.text(&format!("level-{index}")).parse().ok()).collect();
    let comment = fields.text("comment").replace("\r\n", "\n");
    let evaluation = Evaluation { levels, comment };
    let (number, seen) = (fields.number("rubric")?, fields.number("seen")?);
    let guide = page.viewer()?.guide();
    desk.act().evaluate(&page.staff()?, (enrolment, guide), (number, &evaluation), seen).await?;
    page.go(&format!("/practicum/{enrolment}/evaluation"), t!(page, "notice-evaluated")).await
}

pub(crate) async fn own_pdf(mut desk: Desk, page: Page) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    pdf(&mut desk, &page, enrolment).await
}

pub(crate) async fn pdf_of_trainee(mut desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    pdf(&mut desk, &page, enrolment).await
}

async fn pdf(desk: &mut Desk, page: &Page, enrolment: i64) -> Answer {
    let work = desk.records().await?;
    let enrolled = work.enrolment(enrolment).await?;
    let cohort = work.cohort(enrolled.cohort_id).await?;
    let provider = work.provider().await?;
    let known = Secretariat::evaluation_of(work, enrolment).await?;
    let template = secretariat::certificate::paper::template(work, Paper::Evaluation).await?;
    let (rubric, known) = known.ok_or(Problem::NotFound)?;
    let evaluation =
        known.evaluation.ok_or(Problem::Refused(secretariat::Refusal::Practicum(PracticumRefusal::Shredded)))?;
    let on = secretariat::local_day(known.evaluated_at);
    let sheet = EvaluationSheet {
        title: t!(page, "evaluation-sheet"),
        facts: vec![
            (t!(page, "cohort"), cohort.name),
            (t!(page, "trainee"), format!("{} {}", enrolled.trainee_number, enrolled.name)),
            (t!(page, "practicum-at"), known.office),
            (t!(page, "supervisor"), known.supervisor),
            (t!(page, "date"), page.date(on)),
        ],
        criterion: t!(page, "evaluation-criterion"),
        levels: rubric.levels.clone(),
        marks: rubric.criteria.iter().cloned().zip(evaluation.levels.iter().copied()).collect(),
        comment_title: t!(page, "evaluation-comment"),
        comment: evaluation.comment,
        issuer: provider.issuer,
    };
    let pdf = tokio::task::spawn_blocking(move || documents::evaluation::pdf(&sheet, &template, on))
        .await
        .map_err(Problem::internal)?
        .map_err(|error| Problem::Refused(error.into()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition("inline", "evaluation.pdf")),
    ];
    Ok((headers, pdf).into_response())
}

#[derive(Template)]
#[template(path = "practicum/rubric.html")]
struct RubricPage {
    page: Page,
    number: i64,
    criteria: String,
    levels: String,
    before: Vec<RubricText>,
}

pub(crate) async fn rubric(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let own = work.rubrics().await?;
    let number = rubric_in_use(&own);
    let rubric = rubric_of(&own, number)?;
    let (criteria, levels) = (rubric.criteria.join("\n"), rubric.levels.join("\n"));
    render(&RubricPage { page, number, criteria, levels, before: own.into_iter().skip(1).collect() })
}

pub(crate) async fn publish_rubric(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    desk.act()
        .publish_rubric(&page.staff()?, fields.text("criteria"), fields.text("levels"), fields.number("seen")?)
        .await?;
    page.go("/settings/rubric", t!(page, "notice-published")).await
}

//! Who of a cohort may take its course, with every reason.

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, render};
use crate::wording;
use crate::wording::entrance as words;
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::cohort::Cohort;
use serde::Deserialize;
use training::course::entrance::Answer as Answered;

/// Trainees on one page of the list.
const PAGE_SIZE: usize = 100;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    #[serde(default)]
    show: String,
    #[serde(default)]
    at: usize,
}

struct ReasonLine {
    answer: String,
    answer_id: &'static str,
    rule: String,
    source: String,
    confirmed: bool,
}

struct Row {
    id: i64,
    person: i64,
    number: String,
    name: String,
    state: String,
    answer: String,
    answer_id: &'static str,
    reasons: Vec<ReasonLine>,
}

struct Filter {
    id: &'static str,
    label: String,
    count: usize,
}

#[derive(Template)]
#[template(path = "cohort/entrance.html")]
struct Entrances {
    page: Page,
    cohort: Cohort,
    rows: Vec<Row>,
    filters: Vec<Filter>,
    show: String,
    total: usize,
    next: Option<usize>,
    previous: Option<usize>,
}

fn id(answer: Answered) -> &'static str {
    match answer {
        Answered::Met => "met",
        Answered::Open => "open",
        Answered::NotMet => "not_met",
    }
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>, Query(query): Query<Show>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let cohort = work.cohort(cohort).await?;
    let lines = secretariat.entrance_of_cohort(work, &cohort).await?;
    let answers = [Answered::NotMet, Answered::Open, Answered::Met];
    let filters = answers.map(|wanted| Filter {
        id: id(wanted),
        label: words::answer(&page, wanted),
        count: lines.iter().filter(|line| line.answer == wanted).count(),
    });
    let only = answers.into_iter().find(|known| id(*known) == query.show);
    let shown: Vec<_> = lines.into_iter().filter(|line| only.is_none_or(|only| only == line.answer)).collect();
    let total = shown.len();
    let rows = shown.into_iter().skip(query.at).take(PAGE_SIZE).map(|line| Row {
        id: line.enrolment.id,
        person: line.enrolment.person_id,
        number: line.enrolment.trainee_number,
        name: line.enrolment.name,
        state: wording::enrolment_state(&page, line.enrolment.state),
        answer: words::answer(&page, line.answer),
        answer_id: words::colour(line.answer),
        reasons: line
            .reasons
            .iter()
            .map(|reason| ReasonLine {
                answer: words::answer(&page, reason.answer),
                answer_id: words::colour(reason.answer),
                rule: words::rule(&page, &reason.entrance),
                source: reason.entrance.source.clone(),
                confirmed: reason.entrance.confirmed,
            })
            .collect(),
    });
    let rows = rows.collect();
    render(&Entrances {
        page,
        rows,
        filters: filters.into(),
        total,
        next: (query.at.saturating_add(PAGE_SIZE) < total).then_some(query.at.saturating_add(PAGE_SIZE)),
        previous: (query.at > 0).then(|| query.at.saturating_sub(PAGE_SIZE)),
        show: query.show,
        cohort,
    })
}

//! Cohorts: the list, a new one, and the overview of one.

pub(crate) mod change;
pub(crate) mod entrance;
pub(crate) mod exercise_group;
pub(crate) mod invitation;
pub(crate) mod make_up;
pub(crate) mod online;
pub(crate) mod roster;
pub(crate) mod routes;
pub(crate) mod session;
pub(crate) mod session_form;
pub(crate) mod timetable;

use crate::cohort::roster::read_row;
use crate::shell::desk::Desk;
use crate::shell::download::hand_out;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::{self, Choice, Share, shares};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query, RawQuery};
use documents::export::ExportFormat;
use secretariat::ToDo;
use secretariat::cohort::Cohort;
use secretariat::cohort::export::{CohortList, Words};
use secretariat::cohort::template::BlankFile;
use secretariat::home::matching;
use serde::Deserialize;
use training::course::Course;
use training::guideline::edition::Edition;

/// Trainees on one page of a list.
const PAGE_SIZE: usize = 100;

#[derive(Template)]
#[template(path = "cohort/cohorts.html")]
struct List {
    page: Page,
    cohorts: Vec<Cohort>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let cohorts = work.cohorts().await?;
    render(&List { page, cohorts })
}

/// The editions of one course.
struct OfCourse {
    title: String,
    editions: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "cohort/cohort_new.html")]
struct New {
    page: Page,
    courses: Vec<OfCourse>,
    supplements: Vec<Choice>,
}

pub(crate) async fn new(mut desk: Desk, page: Page) -> Answer {
    let guidelines = page.guidelines.clone();
    // The course entered by the exam first, then the others; of each the newest edition first.
    let mut courses: Vec<_> = guidelines.courses.values().collect();
    courses.sort_by_key(|course| (!course.about.by_exam, course.id.as_str()));
    let of = |course: &Course| {
        let mut own: Vec<_> =
            guidelines.editions.values().filter(|edition| edition.metadata.course == course.about.title).collect();
        own.sort_by_key(|edition| std::cmp::Reverse(edition.metadata.governs_from));
        let choice = |edition: &Edition| {
            Choice::new(&edition.id, page.language.either(&edition.metadata.title, &edition.metadata.title_en))
        };
        OfCourse {
            title: page.language.either(&course.about.title, &course.about.title_en).to_owned(),
            editions: own.into_iter().map(|edition| choice(edition)).collect(),
        }
    };
    let courses = courses.into_iter().map(of).collect();
    let work = desk.records().await?;
    let own = work.provider().await?.prefecture;
    // The own prefecture's first, the others in the order of their codes.
    let mut supplements: Vec<_> = guidelines.supplements.values().collect();
    supplements.sort_by_key(|(known, _)| {
        (known.prefecture.map(i64::from) != Some(own), known.prefecture.is_some(), known.prefecture, known.id.clone())
    });
    let supplements = supplements
        .into_iter()
        .map(|(known, _)| Choice::new(&known.id, page.language.either(&known.title, &known.title_en)))
        .collect();
    render(&New { page, courses, supplements })
}

pub(crate) async fn create(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let edition = fields.text("edition").to_owned();
    let has_practicum = page.guidelines.has_practicum(&edition);
    let cohort = Cohort {
        id: 0,
        name: fields.text("name").to_owned(),
        edition,
        supplements: fields.all("supplements").collect::<Vec<_>>().join(" "),
        starts_on: fields.date("starts_on")?,
        ends_on: fields.date("ends_on")?,
        practicum_from: fields.date(if has_practicum { "practicum_from" } else { "starts_on" })?,
        practicum_weeks: if has_practicum { fields.number("practicum_weeks")? } else { 0 },
        travel_limit_m: travel_limit_m(&fields, has_practicum)?,
        cancelled: false,
        facts_version: 1,
        version: 1,
    };
    let confirmed = fields.ticked("edition_confirmed");
    let id = desk.act().create_cohort(&page.staff()?, &cohort, confirmed).await?;
    page.go(&format!("/cohorts/{id}"), t!(page, "notice-saved")).await
}

/// How far trainees may travel; a course without a practicum asks for no way.
pub(super) fn travel_limit_m(fields: &Fields, has_practicum: bool) -> Result<i64, Problem> {
    match has_practicum {
        true => Ok(fields.number::<i64>("travel_limit_km")?.saturating_mul(1000)),
        false => Ok(0),
    }
}

/// What a cohort's overview shows.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    #[serde(default)]
    show: String,
    #[serde(default)]
    at: usize,
}

struct Trainee {
    id: i64,
    number: String,
    name: String,
    state: String,
    settled: usize,
    required: usize,
    worst: String,
    worst_id: &'static str,
    strip: Vec<&'static str>,
}

struct Column {
    title: String,
    clause: String,
    shares: Vec<Share>,
}

#[derive(Template)]
#[template(path = "cohort/cohort.html")]
struct Overview {
    page: Page,
    cohort: Cohort,
    edition: String,
    supplements: String,
    /// The hours of a curriculum of which only their sum is confirmed.
    unconfirmed: Option<u32>,
    columns: Vec<Column>,
    trainees: Vec<Trainee>,
    total: usize,
    show: String,
    at: usize,
    next: Option<usize>,
    previous: Option<usize>,
    waiting: usize,
    /// Requirements the viewer may set aside for everybody.
    waivable: Vec<Choice>,
    course: Option<CourseLine>,
    has_practicum: bool,
    /// Lists to download: id and what it is called.
    lists: Vec<(&'static str, String)>,
    by_exam: bool,
    /// Does the course ask something of whoever wants to take it?
    has_entrance: bool,
}

/// The course of a cohort, in a line.
struct CourseLine {
    title: String,
    status: String,
    hours: u32,
    basis: String,
}

impl CourseLine {
    fn of(page: &Page, edition: &Edition) -> Option<CourseLine> {
        let about = &page.guidelines.course_of(edition)?.about;
        Some(CourseLine {
            title: page.language.either(&about.title, &about.title_en).to_owned(),
            status: wording::course_status(page, about.status),
            hours: about.total_hours,
            basis: about.basis.clone(),
        })
    }
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>, Query(query): Query<Show>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let judged = secretariat.judge_cohort(work, cohort).await?;
    let only = match query.show.as_str() {
        "admit" => Some(matching(&judged, ToDo::Admit)),
        "make-up" => Some(matching(&judged, ToDo::MakeUp)),
        "breached" => Some(matching(&judged, ToDo::Breached)),
        "uncovered" => Some(matching(&judged, ToDo::CertificateUncovered)),
        "ready" => Some(matching(&judged, ToDo::IssueCertificate)),
        _ => None,
    };
    let shown: Vec<_> =
        judged.enrolments.iter().filter(|known| only.as_ref().is_none_or(|only| only.contains(&known.id))).collect();
    let total = shown.len();
    let trainees = shown
        .into_iter()
        .skip(query.at)
        .take(PAGE_SIZE)
        .filter_map(|enrolment| {
            let judgement = judged.judgements.get(&enrolment.id)?;
            let (settled, required) = judgement.progress();
            let worst = judgement.worst();
            Some(Trainee {
                id: enrolment.id,
                number: enrolment.trainee_number.clone(),
                name: enrolment.name.clone(),
                state: wording::enrolment_state(&page, enrolment.state),
                settled,
                required,
                worst: wording::state(&page, worst),
                worst_id: worst.id(),
                strip: view::strip(judgement),
            })
        })
        .collect();
    let columns = columns(&page, &judged);
    let metadata = &judged.rulebook.edition.metadata;
    let edition = page.language.either(&metadata.title, &metadata.title_en).to_owned();
    let next = (query.at.saturating_add(PAGE_SIZE) < total).then_some(query.at.saturating_add(PAGE_SIZE));
    let previous = (query.at > 0).then(|| query.at.saturating_sub(PAGE_SIZE));
    let waiting = matching(&judged, ToDo::Admit).len();
    let role = page.viewer()?.role;
    let waivable = judged.rulebook.requirements.iter().filter(|requirement| requirement.waivable_by.contains(&role));
    let waivable = waivable.map(|requirement| {
        Choice::new(&requirement.id, page.language.either(&requirement.title, &requirement.title_en))
    });
    let waivable = waivable.collect();
    let curriculum = &judged.rulebook.edition.curriculum;
    let unconfirmed = (!curriculum.confirmed).then_some(curriculum.total_hours);
    let supplements = view::supplements(&page, &judged.rulebook.supplements);
    let has_entrance = !secretariat.entrance_of(&judged.cohort).is_empty();
    render(&Overview {
        has_entrance,
        course: CourseLine::of(&page, &judged.rulebook.edition),
        has_practicum: page.guidelines.has_practicum(&judged.cohort.edition),
        lists: lists(&page, page.guidelines.has_practicum(&judged.cohort.edition)),
        by_exam: page.guidelines.is_by_exam(&judged.cohort.edition),
        page,
        edition,
        supplements,
        unconfirmed,
        columns,
        trainees,
        total,
        show: query.show,
        at: query.at,
        next,
        previous,
        waiting,
        waivable,
        cohort: judged.cohort,
    })
}

/// All trainees against all requirements: one bar a requirement.
fn columns(page: &Page, judged: &secretariat::trainee::judgement::CohortJudgement) -> Vec<Column> {
    let Some(first) = judged.judgements.keys().min().and_then(|id| judged.judgements.get(id)) else {
        return Vec::new();
    };
    let findings = first.findings.iter().zip(&judged.tally.states);
    findings
        .map(|(finding, states)| Column {
            title: view::title(page, &judged.rulebook, finding),
            clause: wording::clause(page, &finding.clause),
            shares: shares(page, states),
        })
        .collect()
}

/// A requirement set aside for everybody it keeps from completion.
pub(crate) async fn waive(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let (requirement, reason) = (fields.text("requirement"), fields.text("reason"));
    let count = desk.act().waive_for_cohort(&page.staff()?, cohort, requirement, reason).await?;
    page.go(&format!("/cohorts/{cohort}"), t!(page, "notice-waived", count = count)).await
}

pub(crate) async fn enrol(mut desk: Desk, page: Page, Path(cohort): Path<i64>, _: Form) -> Answer {
    let done = desk.act().enrol_all(&page.staff()?, cohort).await?;
    if done.left_out.is_empty() {
        return page.go(&format!("/cohorts/{cohort}"), t!(page, "notice-enrolled", count = done.count)).await;
    }
    let told = t!(page, "notice-enrolled-some", count = done.count, names = done.left_out.join("、"));
    page.go(&format!("/cohorts/{cohort}/entrance?show=not_met"), told).await
}

/// One person by the form: read by the same code as a row of a roster.
pub(crate) async fn admit(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let edition = desk.records().await?.cohort(cohort).await?.edition;
    let row = read_row(&page, &fields, page.guidelines.is_by_exam(&edition))?;
    desk.act().admit(&page.staff()?, cohort, row).await?;
    page.go(&format!("/cohorts/{cohort}"), t!(page, "notice-saved")).await
}

pub(crate) async fn download(
    mut desk: Desk,
    page: Page,
    Path((cohort, list, format)): Path<(i64, String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let format = ExportFormat::from_id(&format).ok_or(Problem::NotFound)?;
    let staff = page.staff()?;
    let list = CohortList::from_id(&list).ok_or(Problem::NotFound)?;
    let words = Words {
        enrolment: &|state| wording::enrolment_state(&page, state),
        state: &|state| wording::state(&page, state),
        placement: &|placement| wording::placement_standing(&page, placement),
    };
    let file = desk.act().export(&staff, cohort, (list, &words), format).await?;
    hand_out(page, file, query)
}

/// Lists of a cohort that there are, as its page calls them.
fn lists(page: &Page, has_practicum: bool) -> Vec<(&'static str, String)> {
    let shown = CohortList::ALL.into_iter().filter(|list| has_practicum || *list != CohortList::Placements);
    let name = |list: CohortList| match list {
        CohortList::CompletionRoster => t!(page, "completion-roster"),
        CohortList::AttendanceBook => t!(page, "attendance-book"),
        CohortList::Trainees => t!(page, "list-trainees"),
        CohortList::MakeUps => t!(page, "list-make-ups"),
        CohortList::Placements => t!(page, "list-placements"),
        CohortList::Timetable => t!(page, "list-timetable"),
        CohortList::SignatureSheet => t!(page, "list-signature-sheet"),
    };
    shown.map(|list| (list.id(), name(list))).collect()
}

/// A file to fill in for an import into the cohort.
pub(crate) async fn template(mut desk: Desk, page: Page, Path((cohort, template)): Path<(i64, String)>) -> Answer {
    let template = BlankFile::from_id(&template).ok_or(Problem::NotFound)?;
    let file = desk.act().template_of_cohort(&page.staff()?, cohort, template).await?;
    hand_out(page, file, None)
}

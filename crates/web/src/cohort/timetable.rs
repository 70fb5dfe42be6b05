//! The timetable of a cohort as a whole: from a file, a pasted text or another cohort; looked at, corrected and set, or taken back.

use crate::shell::desk::Desk;
use crate::shell::form::{Form, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use secretariat::cohort::timetable::{DraftSession, TimetableDraft};
use secretariat::cohort::{Cohort, Session};
use training::cohort::timetable::{Remark, SubjectSum};
use training::guideline::rulebook::Rulebook;

#[derive(Template)]
#[template(path = "cohort/timetable.html")]
struct Start {
    page: Page,
    cohort: Cohort,
    /// Other cohorts of the same edition.
    others: Vec<Choice>,
    /// Day of the cohort's beginning, as the form wants it.
    first_day: String,
    headings: String,
    /// Lists that were set at once: id, moment, what was counted.
    runs: Vec<(i64, DateTime<Utc>, String)>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let cohort = work.cohort(cohort).await?;
    let others = work
        .cohorts()
        .await?
        .into_iter()
        .filter(|other| other.id != cohort.id && !other.cancelled && other.edition == cohort.edition);
    let others = others.map(|other| Choice::new(other.id.to_string(), other.name)).collect();
    let runs = secretariat.timetables_set(work, cohort.id).await?.into_iter();
    let runs = runs.map(|run| (run.id, run.imported_at, wording::audit::counts(&page, &run.counts).join(" / ")));
    let runs = runs.collect();
    let first_day = cohort.starts_on.to_string();
    let headings = secretariat::cohort::timetable_list::HEADINGS.join("\t");
    render(&Start { page, cohort, others, first_day, headings, runs })
}

/// A session as the draft shows it.
struct Row {
    row: usize,
    session: Session,
    subjects: Vec<String>,
    is_there: bool,
    fault: Option<String>,
    remarks: Vec<String>,
}

#[derive(Template)]
#[template(path = "cohort/timetable_draft.html")]
struct Draft {
    page: Page,
    cohort: Cohort,
    rows: Vec<Row>,
    sums: Vec<SubjectSum>,
    unknown_teachers: String,
    unread: String,
    text: String,
    /// Sessions that would be set; none may be while one cannot.
    new: usize,
    is_sound: bool,
}

fn remark(page: &Page, remark: &Remark) -> String {
    match remark {
        Remark::DayOff(name) => (*name).to_owned(),
        Remark::InPracticum => t!(page, "timetable-in-practicum"),
        Remark::HolidaysUnknown => t!(page, "timetable-holidays-unknown"),
        Remark::Early => t!(page, "timetable-early"),
        Remark::SameTime(title) => t!(page, "timetable-same-time", title = title.clone()),
        Remark::PlaceTaken(title) => t!(page, "timetable-place-taken", title = title.clone()),
        Remark::TeachesTwice { teacher, title } => {
            t!(page, "timetable-teaches-twice", teacher = teacher.clone(), title = title.clone())
        }
    }
}

/// The subjects of a session with their times.
fn subjects(session: &Session, rulebook: &Rulebook) -> Vec<String> {
    let lines = super::session::timetable(session, rulebook);
    lines.into_iter().map(|(clock, subject)| format!("{clock} {subject}")).collect()
}

fn row(page: &Page, rulebook: &Rulebook, drafted: &DraftSession) -> Row {
    Row {
        row: drafted.row,
        subjects: subjects(&drafted.session, rulebook),
        session: drafted.session.clone(),
        is_there: drafted.is_there,
        fault: drafted.fault.as_ref().map(|fault| wording::refusal::refusal(page, fault)),
        remarks: drafted.remarks.iter().map(|known| remark(page, known)).collect(),
    }
}

fn shown(page: Page, cohort: Cohort, draft: TimetableDraft) -> Answer {
    let rulebook = page.guidelines.rulebook_of(&cohort).map_err(Problem::Refused)?;
    let rows = draft.sessions.iter().map(|drafted| row(&page, &rulebook, drafted)).collect();
    let (new, is_sound) = (draft.count_new(), draft.is_sound());
    let unknown_teachers = draft.unknown_teachers.join("、");
    let (sums, unread, text) = (draft.sums, draft.unread.join("、"), draft.text);
    render(&Draft { page, cohort, rows, sums, unknown_teachers, unread, text, new, is_sound })
}

/// What setting a file, a text or another cohort's timetable would come to.
pub(crate) async fn draft(mut desk: Desk, page: Page, Path(cohort): Path<i64>, upload: Upload) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let cohort = work.cohort(cohort).await?;
    let bytes = match upload.fields.text("source") {
        "cohort" => {
            let (from, first_day) = (upload.fields.number("from")?, upload.fields.date("first_day")?);
            secretariat.copied_timetable(work, from, first_day).await?.into_bytes()
        }
        "text" => upload.fields.text("text").as_bytes().to_vec(),
        _ => upload.only_file().bytes.to_vec(),
    };
    let draft = secretariat.draft_timetable(work, cohort.id, &bytes).await?;
    shown(page, cohort, draft)
}

pub(crate) async fn set(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let counts = desk.act().set_timetable(&page.staff()?, cohort, fields.text("text")).await?;
    let notice = t!(page, "notice-timetable-set", count = counts.recorded, known = counts.unchanged);
    page.go(&format!("/cohorts/{cohort}/sessions"), notice).await
}

pub(crate) async fn undo(
    mut desk: Desk,
    page: Page,
    Path((cohort, run)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    let (undone, kept) = desk.act().undo_timetable(&page.staff()?, (cohort, run), fields.text("reason")).await?;
    let notice = match kept.is_empty() {
        true => t!(page, "notice-timetable-undone", count = undone),
        false => t!(page, "notice-timetable-undone-some", count = undone, titles = kept.join("、")),
    };
    page.go(&format!("/cohorts/{cohort}/timetable"), notice).await
}

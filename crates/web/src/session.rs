//! Sessions of a cohort, and taking attendance on a tablet in class.

use crate::App;
use crate::form::{Form, Upload};
use crate::page::{Answer, Page, render};
use crate::problem::Problem;
use crate::view::Choice;
use askama::Template;
use axum::extract::{Path, Query, State};
use chrono::{NaiveDateTime, NaiveTime};
use records::cohort::Cohort;
use records::session::Session;
use secretariat::attendance::Mark;
use serde::Deserialize;
use std::collections::HashMap;
use training::attendance::Share;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    #[serde(default)]
    show: String,
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct List {
    page: Page,
    cohort: Cohort,
    sessions: Vec<(Session, String)>,
    only_unrecorded: bool,
    subjects: Vec<Choice>,
}

pub(crate) async fn list(
    State(app): State<App>,
    mut page: Page,
    Path(cohort): Path<i64>,
    Query(query): Query<Show>,
) -> Answer {
    page.take_notice().await?;
    let staff = page.staff()?;
    let only_unrecorded = query.show == "unrecorded";
    let mut work = app.secretariat.read(&staff).await?;
    let cohort = work.cohort(cohort).await?;
    let sessions = match only_unrecorded {
        true => work.sessions_to_record(cohort.id, page.today).await?,
        false => work.sessions(cohort.id).await?,
    };
    work.roll_back().await?;
    let rulebook = app.secretariat.guidelines().rulebook_of(&cohort).map_err(Problem::Refused)?;
    let curriculum = &rulebook.edition.curriculum;
    let name =
        |share: &Share| curriculum.subject(&share.subject).map_or(share.subject.clone(), |known| known.name.clone());
    let sessions = sessions
        .into_iter()
        .map(|session| {
            let taught: Vec<String> = session.shares.iter().map(name).collect();
            (session, taught.join(" / "))
        })
        .collect();
    let subjects = curriculum
        .subjects
        .iter()
        .filter(|subject| subject.hours > 0)
        .map(|subject| Choice::new(&subject.code, format!("{} {}", subject.code, subject.name)))
        .collect();
    render(&List { page, cohort, sessions, only_unrecorded, subjects })
}

fn local(fields: &crate::form::Fields, day: &str, time: &str) -> Result<NaiveDateTime, Problem> {
    let clock = self::time(fields.text(time)).ok_or_else(|| Problem::BadForm(time.to_owned()))?;
    Ok(fields.date(day)?.and_time(clock))
}

fn time(text: &str) -> Option<NaiveTime> {
    let text = training::person::normalise(text);
    ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(&text, form).ok())
}

/// A session teaching one subject for the whole of the given minutes; several subjects come as several fields.
pub(crate) async fn create(State(app): State<App>, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let minutes: Vec<&str> = fields.all("minutes").collect();
    let mut shares = Vec::new();
    for (subject, minutes) in fields.all("subject").zip(minutes) {
        if subject.is_empty() {
            continue;
        }
        let minutes = training::person::normalise(minutes).parse().map_err(|_| Problem::BadForm("minutes".into()))?;
        shares.push(Share { subject: subject.to_owned(), minutes });
    }
    let session = Session {
        id: 0,
        cohort_id: cohort,
        title: fields.text("title").to_owned(),
        starts_at: local(&fields, "day", "starts")?,
        ends_at: local(&fields, "day", "ends")?,
        place: fields.text("place").to_owned(),
        online: fields.ticked("online"),
        version: 1,
        shares,
    };
    app.secretariat.create_session(&page.staff()?, &session).await?;
    page.go(&format!("/cohorts/{cohort}/sessions"), t!(page, "notice-saved")).await
}

struct Row {
    enrolment: i64,
    number: String,
    name: String,
    kana: String,
    recorded: bool,
    present: bool,
    arrived: String,
    left: String,
    recorded_by: String,
    /// The session is of the second half, which is closed to the trainee for now.
    closed: bool,
}

#[derive(Template)]
#[template(path = "session.html")]
struct Book {
    page: Page,
    cohort: Cohort,
    session: Session,
    rows: Vec<Row>,
    /// Is something recorded that may be corrected, or the session closed to somebody? Both need a reason.
    asks_reason: bool,
}

pub(crate) async fn show(State(app): State<App>, mut page: Page, Path(session): Path<i64>) -> Answer {
    page.take_notice().await?;
    let mut work = app.secretariat.read(&page.staff()?).await?;
    let session = work.session(session).await?;
    let cohort = work.cohort(session.cohort_id).await?;
    let closed = app.secretariat.closed_to(&page.staff()?, &session).await?;
    let recorded: HashMap<i64, _> =
        work.current_attendance(session.id).await?.into_iter().map(|row| (row.enrolment_id, row)).collect();
    let rows: Vec<Row> = work
        .enrolments(cohort.id)
        .await?
        .into_iter()
        .filter(|enrolment| enrolment.state.takes_part() || recorded.contains_key(&enrolment.id))
        .map(|enrolment| {
            let known = recorded.get(&enrolment.id);
            let clock = |time: Option<NaiveDateTime>, usual: NaiveDateTime| {
                time.filter(|time| *time != usual).map(|time| time.format("%H:%M").to_string()).unwrap_or_default()
            };
            Row {
                enrolment: enrolment.id,
                number: enrolment.trainee_number,
                name: enrolment.name,
                kana: enrolment.kana,
                recorded: known.is_some(),
                present: known.is_none_or(|row| row.arrived_at.is_some()),
                arrived: clock(known.and_then(|row| row.arrived_at), session.starts_at),
                left: clock(known.and_then(|row| row.left_at), session.ends_at),
                recorded_by: known.map(|row| row.recorded_by.clone()).unwrap_or_default(),
                closed: closed.contains_key(&enrolment.id),
            }
        })
        .collect();
    work.roll_back().await?;
    let asks_reason = !recorded.is_empty() || !closed.is_empty();
    render(&Book { page, cohort, session, rows, asks_reason })
}

/// The whole class at once: `present` of the ticked, `arrived-ID` and `left-ID` where they differ from the session's times.
pub(crate) async fn record(State(app): State<App>, page: Page, Path(session): Path<i64>, Form(fields): Form) -> Answer {
    let mut marks = Vec::new();
    for id in fields.all("trainee") {
        let enrolment = id.parse().map_err(|_| Problem::BadForm("trainee".into()))?;
        let clock = |name: String| -> Result<Option<NaiveTime>, Problem> {
            match fields.text(&name) {
                "" => Ok(None),
                text => time(text).map(Some).ok_or(Problem::BadForm(name)),
            }
        };
        marks.push(Mark {
            enrolment,
            present: fields.ticked(&format!("present-{id}")),
            arrived_at: clock(format!("arrived-{id}"))?,
            left_at: clock(format!("left-{id}"))?,
        });
    }
    let counts = app.secretariat.take_attendance(&page.staff()?, session, &marks, fields.text("reason")).await?;
    page.go(&format!("/sessions/{session}"), t!(page, "notice-attendance", count = counts.recorded)).await
}

pub(crate) async fn import(State(app): State<App>, page: Page, Path(session): Path<i64>, upload: Upload) -> Answer {
    let file = upload.only_file();
    let counts = app.secretariat.import_attendance(&page.staff()?, session, &file.name, &file.bytes).await?;
    page.go(&format!("/sessions/{session}"), t!(page, "notice-attendance", count = counts.recorded)).await
}

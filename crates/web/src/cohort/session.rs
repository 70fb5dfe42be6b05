//! Sessions of a cohort, and taking attendance on a tablet in class.

use crate::shell::desk::Desk;
use crate::shell::download::hand_out;
use crate::shell::form::{Form, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chrono::{NaiveDateTime, NaiveTime};
use secretariat::cohort::attendance::{AttendanceCounts, AttendanceImport, ListSource, Mark, Reasons};
use secretariat::cohort::{Cohort, Session, SessionVersion};
use serde::Deserialize;
use std::collections::HashMap;
use training::cohort::attendance::{Hours, Presence, Share};
use training::cohort::timetable::SubjectSum;
use training::guideline::rulebook::Rulebook;
use training::role::Role;
use training::time_of_day;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    #[serde(default)]
    show: String,
}

#[derive(Template)]
#[template(path = "cohort/sessions.html")]
struct List {
    page: Page,
    cohort: Cohort,
    sessions: Vec<(Session, String)>,
    /// Those that do not take place.
    cancelled: Vec<(Session, String)>,
    /// Planned and required time of each subject; nothing for who only teaches.
    sums: Vec<SubjectSum>,
    only_unrecorded: bool,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>, Query(query): Query<Show>) -> Answer {
    page.take_notice().await?;
    let only_unrecorded = query.show == "unrecorded";
    let (secretariat, work) = desk.reading().await?;
    let cohort = work.cohort(cohort).await?;
    let mut sessions = match only_unrecorded {
        true => work.sessions_to_record(cohort.id, page.today).await?,
        false => work.sessions(cohort.id).await?,
    };
    let viewer = page.viewer()?;
    let sums = match page.is_staff() && !only_unrecorded {
        true => secretariat.sums_of_timetable(&cohort, &sessions)?,
        false => Vec::new(),
    };
    if viewer.role == Role::Instructor {
        sessions.retain(|session| session.instructors.contains(&viewer.id));
    }
    let rulebook = page.guidelines.rulebook_of(&cohort).map_err(Problem::Refused)?;
    let curriculum = &rulebook.edition.curriculum;
    let name =
        |share: &Share| curriculum.subject(&share.subject).map_or(share.subject.clone(), |known| known.name.clone());
    let sessions = sessions.into_iter().map(|session| {
        let taught: Vec<String> = session.shares.iter().map(name).collect();
        (session, taught.join(" / "))
    });
    let (cancelled, sessions) = sessions.partition(|(session, _)| session.cancelled.is_some());
    render(&List { page, cohort, sessions, cancelled, sums, only_unrecorded })
}

struct Row {
    enrolment: i64,
    /// Id of the attendance the page shows, 0 where none is recorded.
    seen: i64,
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
#[template(path = "cohort/session.html")]
struct Book {
    page: Page,
    cohort: Cohort,
    session: Session,
    rows: Vec<Row>,
    /// Is something recorded that may be corrected? That needs a reason.
    asks_reason: bool,
    /// Is the second half closed to somebody? Who comes all the same comes with a reason.
    asks_exception: bool,
    /// Has the day not come yet?
    to_come: bool,
    may_record: bool,
    /// From when to when each subject is taught.
    timetable: Vec<(String, String)>,
    /// Was some of it laid out by the minutes, because nobody has told?
    is_laid_out: bool,
    teachers: String,
    /// What the session was, where it was changed.
    history: Vec<SessionVersion>,
}

pub(super) fn timetable(session: &Session, rulebook: &Rulebook) -> Vec<(String, String)> {
    let known = session.as_taught();
    let name = |code: &str| {
        let subject = rulebook.edition.curriculum.subject(code);
        subject.map_or_else(|| code.to_owned(), |subject| format!("{} {}", subject.code, subject.name))
    };
    let line = |(share, hours): (&Share, Hours)| {
        let begins = std::iter::once(hours.from).chain(share.breaks.iter().map(|rest| rest.until));
        let ends = share.breaks.iter().map(|rest| rest.from).chain([hours.until]);
        let piece = |(from, until): (NaiveDateTime, NaiveDateTime)| {
            format!("{}–{}", from.format("%H:%M"), until.format("%H:%M"))
        };
        (begins.zip(ends).map(piece).collect::<Vec<_>>().join(" / "), name(&share.subject))
    };
    session.shares.iter().zip(known.timetable()).map(line).collect()
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(session): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let session = work.session(session).await?;
    let viewer = page.viewer()?;
    if viewer.role == Role::Instructor && !session.instructors.contains(&viewer.id) {
        return Err(Problem::NotFound);
    }
    let cohort = work.cohort(session.cohort_id).await?;
    let rulebook = page.guidelines.rulebook_of(&cohort).map_err(Problem::Refused)?;
    let users = match session.instructors.is_empty() {
        true => Vec::new(),
        false => work.users().await?,
    };
    let history = work.session_versions(session.id).await?;
    let closed = secretariat.closed_to(work, &session).await?;
    let expected = secretariat.expected(work, &session).await?;
    let recorded: HashMap<i64, _> =
        work.current_attendance(session.id).await?.into_iter().map(|row| (row.enrolment_id, row)).collect();
    let rows: Vec<Row> = work
        .enrolments(cohort.id)
        .await?
        .into_iter()
        .filter(|enrolment| expected.contains(&enrolment.id))
        .map(|enrolment| {
            let known = recorded.get(&enrolment.id);
            let clock = |time: Option<NaiveDateTime>, usual: NaiveDateTime| {
                time.filter(|time| *time != usual).map(|time| time.format("%H:%M").to_string()).unwrap_or_default()
            };
            Row {
                enrolment: enrolment.id,
                seen: known.map_or(0, |row| row.id),
                number: enrolment.trainee_number,
                name: enrolment.name,
                kana: enrolment.kana,
                recorded: known.is_some(),
                present: known.map_or(!closed.contains_key(&enrolment.id), |row| row.arrived_at.is_some()),
                arrived: clock(known.and_then(|row| row.arrived_at), session.starts_at),
                left: clock(known.and_then(|row| row.left_at), session.ends_at),
                recorded_by: known.map(|row| row.recorded_by.clone()).unwrap_or_default(),
                closed: closed.contains_key(&enrolment.id),
            }
        })
        .collect();
    let asks_exception = rows.iter().any(|row| row.closed);
    let to_come = session.starts_at.date() > page.today;
    let teachers = users.into_iter().filter(|user| session.instructors.contains(&user.id)).map(|user| user.name);
    let is_closed = page.viewer()?.role == Role::Instructor && cohort.ends_on < page.today;
    render(&Book {
        asks_reason: !recorded.is_empty(),
        timetable: timetable(&session, &rulebook),
        is_laid_out: session.shares.len() > 1 && session.shares.iter().any(|share| share.hours.is_none()),
        teachers: teachers.collect::<Vec<_>>().join("、"),
        history: if page.is_staff() && history.len() > 1 { history } else { Vec::new() },
        may_record: !to_come && session.cancelled.is_none() && !is_closed,
        page,
        cohort,
        session,
        rows,
        asks_exception,
        to_come,
    })
}

/// The whole class at once: `present` of the ticked, `arrived-ID` and `left-ID` where they differ from the session's times, `seen-ID` as
/// the page had it; `correction` and `exception` say why.
pub(crate) async fn record(mut desk: Desk, page: Page, Path(session): Path<i64>, Form(fields): Form) -> Answer {
    let (mut marks, mut faults) = (Vec::new(), Vec::new());
    for id in fields.all("trainee") {
        let enrolment = id.parse().map_err(|_| Problem::BadForm("trainee".into()))?;
        let mut clock = |name: String| -> Option<NaiveTime> {
            let text = fields.text(&name);
            let time = time_of_day::parse(text);
            if time.is_none() && !text.is_empty() {
                faults.push((name, t!(page, "field-not-time")));
            }
            time
        };
        let seen = format!("seen-{id}");
        marks.push(Mark {
            enrolment,
            present: fields.ticked(&format!("present-{id}")),
            arrived_at: clock(format!("arrived-{id}")),
            left_at: clock(format!("left-{id}")),
            seen: Some(if fields.text(&seen).is_empty() { 0 } else { fields.number(&seen)? }),
        });
    }
    if !faults.is_empty() {
        return Err(Problem::Fields(faults));
    }
    let reasons = Reasons { correction: fields.text("reason"), exception: fields.text("exception") };
    let (file_name, digest) = (fields.text("list_name"), fields.text("list_digest"));
    let list = (!file_name.is_empty()).then_some(ListSource { file_name, digest });
    let counts = desk.act().take_attendance(&page.staff()?, session, &marks, reasons, list).await?;
    page.go(&format!("/sessions/{session}"), taken(&page, &counts)).await
}

/// What recording came to.
fn taken(page: &Page, counts: &AttendanceCounts) -> String {
    let mut notice = match counts.corrected {
        0 => t!(page, "notice-attendance", count = counts.recorded),
        corrected => t!(page, "notice-attendance-corrected", count = counts.recorded, corrected = corrected),
    };
    if !counts.closed.is_empty() {
        notice = format!("{notice} {}", t!(page, "notice-attendance-closed", names = counts.closed.join("、")));
    }
    notice
}

/// A mark of a list that would change what is recorded, in words.
struct CorrectionRow {
    number: String,
    name: String,
    before: String,
    after: String,
}

/// A list asks before it changes what is recorded.
#[derive(Template)]
#[template(path = "cohort/attendance_corrections.html")]
struct Corrections {
    page: Page,
    cohort: Cohort,
    session: Session,
    rows: Vec<CorrectionRow>,
    /// Every mark of the list as hidden fields: the trainee, id of the attendance that is recorded, presence, times.
    marks: Vec<(i64, i64, bool, String, String)>,
    file_name: String,
    digest: String,
}

pub(crate) async fn import(mut desk: Desk, page: Page, Path(session): Path<i64>, upload: Upload) -> Answer {
    let (file, staff) = (upload.only_file(), page.staff()?);
    let reason = upload.fields.text("reason");
    let imported = desk.act().import_attendance(&staff, session, &file.name, &file.bytes, reason).await?;
    let (corrections, marks, digest) = match imported {
        AttendanceImport::Recorded(counts) => {
            return page.go(&format!("/sessions/{session}"), taken(&page, &counts)).await;
        }
        AttendanceImport::Asks { corrections, marks, digest } => (corrections, marks, digest),
    };
    let work = desk.records().await?;
    let session = work.session(session).await?;
    let cohort = work.cohort(session.cohort_id).await?;
    let recorded: HashMap<i64, i64> =
        work.current_attendance(session.id).await?.into_iter().map(|row| (row.enrolment_id, row.id)).collect();
    let words = |presence: Option<Presence>| match presence {
        Some(known) => format!("{}–{}", known.arrived_at.format("%H:%M"), known.left_at.format("%H:%M")),
        None => t!(page, "absent"),
    };
    let rows = corrections.into_iter().map(|correction| CorrectionRow {
        number: correction.trainee_number,
        name: correction.name,
        before: words(correction.before),
        after: words(correction.after),
    });
    let rows: Vec<CorrectionRow> = rows.collect();
    let clock = |time: Option<NaiveTime>| time.map(|time| time.format("%H:%M:%S").to_string()).unwrap_or_default();
    let marks = marks.iter().map(|mark| {
        let seen = recorded.get(&mark.enrolment).copied().unwrap_or(0);
        (mark.enrolment, seen, mark.present, clock(mark.arrived_at), clock(mark.left_at))
    });
    let marks = marks.collect();
    let answer = render(&Corrections { page, cohort, session, rows, marks, file_name: file.name, digest })?;
    Ok((StatusCode::CONFLICT, answer).into_response())
}

/// The class as a file to fill in.
pub(crate) async fn template(mut desk: Desk, page: Page, Path(session): Path<i64>) -> Answer {
    let file = desk.act().attendance_template(&page.staff()?, session).await?;
    hand_out(page, file, None)
}

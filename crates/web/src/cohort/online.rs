//! Attendance of a class held online: a meeting's list of participants, looked at before anything is recorded.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use askama::Template;
use axum::extract::Path;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{NaiveDateTime, TimeDelta};
use secretariat::cohort::online::{OnlineLine, OnlineList, Unclear, Who};
use secretariat::cohort::{AttendanceRow, Cohort, Session};
use std::collections::HashMap;
use training::cohort::attendance::Hours;

/// A trainee with what the list says.
struct Row {
    enrolment: i64,
    /// Id of the attendance that is recorded, 0 where none is.
    seen: i64,
    number: String,
    name: String,
    shown_as: String,
    pieces: String,
    present: bool,
    arrived: String,
    left: String,
    /// What is recorded now, and whether the list says something else.
    recorded: String,
    changes: bool,
    /// Something has to be looked at.
    remark: Option<String>,
}

/// A participant nobody can tell.
struct Question {
    row: usize,
    name: String,
    email: String,
    pieces: String,
    /// Those something speaks for.
    alike: Vec<Choice>,
    /// What was said: an enrolment, `none`, or nothing yet.
    said: String,
}

#[derive(Template)]
#[template(path = "cohort/attendance_online.html")]
struct Online {
    page: Page,
    cohort: Cohort,
    session: Session,
    rows: Vec<Row>,
    questions: Vec<Question>,
    /// Everybody a participant could be.
    everybody: Vec<Choice>,
    open: usize,
    has_times: bool,
    forgiven: u32,
    /// Those who come, by the list.
    present: usize,
    to_look_at: usize,
    asks_reason: bool,
    to_come: bool,
    file_name: String,
    content: String,
    digest: String,
}

fn clock(time: NaiveDateTime) -> String {
    time.format("%H:%M").to_string()
}

/// When somebody left: a minute that has begun is a whole one, so that seconds are nobody's loss.
fn clock_up(time: NaiveDateTime) -> String {
    clock(time + TimeDelta::seconds(59))
}

fn piece(hours: &Hours) -> String {
    format!("{}–{}", clock(hours.from), clock_up(hours.until))
}

fn row(page: &Page, session: &Session, line: &OnlineLine, now: Option<&AttendanceRow>) -> Row {
    let lasts = u32::try_from((session.ends_at - session.starts_at).num_minutes()).unwrap_or(0);
    let stay = line.stay.as_ref();
    let differs = |clock: String, usual: NaiveDateTime| if clock == self::clock(usual) { String::new() } else { clock };
    let pieces = stay.map(|stay| stay.pieces.iter().map(piece).collect::<Vec<_>>().join(" / "));
    let minutes = line.minutes.map(|minutes| t!(page, "minutes", minutes = minutes));
    let remark = match (stay, line.minutes) {
        (Some(stay), _) if stay.away > 0 => Some(t!(page, "online-away", minutes = stay.away)),
        (None, Some(_)) if line.entries > 1 => Some(t!(page, "online-several")),
        (None, Some(minutes)) if minutes < lasts => Some(t!(page, "online-too-few", lasts = lasts)),
        (None, Some(_)) => Some(t!(page, "online-no-times")),
        _ => None,
    };
    let present = stay.is_some() || (line.entries == 1 && line.minutes.is_some_and(|minutes| minutes >= lasts));
    let arrived = stay.map(|stay| differs(clock(stay.presence.arrived_at), session.starts_at)).unwrap_or_default();
    let left = stay.map(|stay| differs(clock_up(stay.presence.left_at), session.ends_at)).unwrap_or_default();
    let recorded = now.map(|row| match row.arrived_at.zip(row.left_at) {
        Some((from, until)) => format!("{}–{}", clock(from), clock(until)),
        None => t!(page, "absent"),
    });
    let or = |clock: &String, usual: NaiveDateTime| if clock.is_empty() { self::clock(usual) } else { clock.clone() };
    let says = match present {
        true => format!("{}–{}", or(&arrived, session.starts_at), or(&left, session.ends_at)),
        false => t!(page, "absent"),
    };
    Row {
        enrolment: line.enrolment,
        seen: now.map_or(0, |row| row.id),
        changes: recorded.as_ref().is_some_and(|recorded| *recorded != says),
        recorded: recorded.unwrap_or_default(),
        present,
        arrived,
        left,
        number: line.number.clone(),
        name: line.name.clone(),
        shown_as: line.shown_as.join("、"),
        pieces: pieces.or(minutes).unwrap_or_default(),
        remark,
    }
}

fn question(unclear: &Unclear, names: &HashMap<i64, String>) -> Question {
    let known = &unclear.participant;
    let alike = unclear.alike.iter().filter_map(|id| Some(Choice::new(id.to_string(), names.get(id)?.clone())));
    Question {
        row: known.row,
        name: known.name.clone(),
        email: known.email.clone(),
        pieces: known
            .hours
            .as_ref()
            .map(piece)
            .or(known.minutes.map(|minutes| minutes.to_string()))
            .unwrap_or_default(),
        alike: alike.collect(),
        said: match unclear.said {
            Some(Who::Trainee(enrolment)) => enrolment.to_string(),
            Some(Who::NoTrainee) => "none".to_owned(),
            None => String::new(),
        },
    }
}

/// Who the unclear participants are, by the row of the list: an enrolment, or `none`.
fn said(fields: &Fields) -> HashMap<usize, Who> {
    let one = |name: &str| {
        let row = name.strip_prefix("who-")?.parse().ok()?;
        let who = match fields.text(name) {
            "none" => Who::NoTrainee,
            enrolment => Who::Trainee(enrolment.parse().ok()?),
        };
        Some((row, who))
    };
    fields.names().filter_map(one).collect()
}

/// A list of participants, or the same one sent back with answers.
pub(crate) async fn read(mut desk: Desk, page: Page, Path(session): Path<i64>, upload: Upload) -> Answer {
    let content = upload.fields.text("content");
    let (bytes, file_name) = match content {
        "" => {
            let file = upload.only_file();
            (file.bytes.to_vec(), file.name)
        }
        _ => {
            let bytes = STANDARD.decode(content).map_err(|_| Problem::BadForm("content".into()))?;
            (bytes, upload.fields.text("list_name").to_owned())
        }
    };
    let (secretariat, work) = desk.reading().await?;
    let session = work.session(session).await?;
    let cohort = work.cohort(session.cohort_id).await?;
    let list = secretariat.online_attendance(work, &session, &bytes, &said(&upload.fields)).await?;
    let recorded = work.current_attendance(session.id).await?.into_iter();
    let now: HashMap<i64, AttendanceRow> = recorded.map(|row| (row.enrolment_id, row)).collect();
    shown(page, (cohort, session), &list, &now, (file_name, STANDARD.encode(&bytes)))
}

fn shown(
    page: Page,
    (cohort, session): (Cohort, Session),
    list: &OnlineList,
    now: &HashMap<i64, AttendanceRow>,
    (file_name, content): (String, String),
) -> Answer {
    let mut rows: Vec<Row> =
        list.lines.iter().map(|line| row(&page, &session, line, now.get(&line.enrolment))).collect();
    // What would be changed and what has to be looked at stands first, then who is missing.
    rows.sort_by_key(|row| (!row.changes, row.remark.is_none(), row.present));
    let everybody: Vec<Choice> = list
        .lines
        .iter()
        .map(|line| Choice::new(line.enrolment.to_string(), format!("{} {}", line.number, line.name)))
        .collect();
    let names = list.lines.iter().map(|line| (line.enrolment, format!("{} {}", line.number, line.name))).collect();
    let questions: Vec<Question> = list.unclear.iter().map(|unclear| question(unclear, &names)).collect();
    let open = questions.iter().filter(|question| question.said.is_empty()).count();
    let (present, to_look_at) = (
        rows.iter().filter(|row| row.present).count(),
        rows.iter().filter(|row| row.remark.is_some() || row.changes).count(),
    );
    render(&Online {
        to_come: session.starts_at.date() > page.today,
        page,
        cohort,
        session,
        rows,
        questions,
        everybody,
        open,
        has_times: list.has_times,
        forgiven: list.forgiven,
        present,
        to_look_at,
        asks_reason: !now.is_empty(),
        file_name,
        content,
        digest: list.digest.clone(),
    })
}

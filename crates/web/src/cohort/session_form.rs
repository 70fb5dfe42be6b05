//! Setting, changing and cancelling a session: one form for a new one and for one that is there.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use askama::Template;
use axum::extract::{Path, Query};
use chrono::NaiveDateTime;
use secretariat::Work;
use secretariat::cohort::{Cohort, Session};
use serde::Deserialize;
use training::cohort::attendance::{Hours, Share};
use training::role::Role;
use training::time_of_day;

/// Subjects a session can have on the form.
const ROWS: usize = 6;

/// A line of the form: a subject with its minutes and, if told, from when to when.
#[derive(Default)]
struct Line {
    number: usize,
    subject: String,
    minutes: String,
    from: String,
    until: String,
}

#[derive(Template)]
#[template(path = "cohort/session_form.html")]
struct SessionForm {
    page: Page,
    cohort: Cohort,
    /// None: a new one.
    session: Option<Session>,
    lines: Vec<Line>,
    subjects: Vec<Choice>,
    /// Is the box of a make-up session ticked?
    make_up: bool,
    /// Accounts of instructors; whether each teaches.
    instructors: Vec<(Choice, bool)>,
}

impl SessionForm {
    async fn of(page: Page, work: &mut Work, cohort: Cohort, session: Option<Session>) -> Result<Self, Problem> {
        let users = work.users().await?;
        let rulebook = page.guidelines.rulebook_of(&cohort).map_err(Problem::Refused)?;
        let subjects = rulebook.edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0);
        let subjects = subjects.map(|subject| Choice::new(&subject.code, format!("{} {}", subject.code, subject.name)));
        let teaches = |id: i64| session.as_ref().is_some_and(|session| session.instructors.contains(&id));
        let may = users.into_iter().filter(|user| user.role == Role::Instructor && (user.active || teaches(user.id)));
        let instructors = may.map(|user| (Choice::new(user.id.to_string(), user.name), teaches(user.id)));
        let instructors = instructors.collect();
        let shares = session.as_ref().map_or(&[][..], |session| &session.shares);
        let line = |number: usize| match shares.get(number - 1) {
            None => Line { number, ..Line::default() },
            Some(share) => {
                let clock = |time: fn(&Hours) -> NaiveDateTime| {
                    share.hours.as_ref().map(|hours| time(hours).format("%H:%M").to_string()).unwrap_or_default()
                };
                Line {
                    number,
                    subject: share.subject.clone(),
                    minutes: share.minutes.to_string(),
                    from: clock(|hours| hours.from),
                    until: clock(|hours| hours.until),
                }
            }
        };
        let lines = (1..=ROWS.max(shares.len())).map(line).collect();
        let make_up = false;
        Ok(SessionForm { page, cohort, lines, subjects: subjects.collect(), make_up, instructors, session })
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Kind {
    #[serde(default)]
    make_up: String,
}

pub(crate) async fn new(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Query(kind): Query<Kind>) -> Answer {
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let form = SessionForm::of(page, work, cohort, None).await?;
    render(&SessionForm { make_up: !kind.make_up.is_empty(), ..form })
}

pub(crate) async fn edit(mut desk: Desk, page: Page, Path(session): Path<i64>) -> Answer {
    let work = desk.records().await?;
    let session = work.session(session).await?;
    let cohort = work.cohort(session.cohort_id).await?;
    render(&SessionForm::of(page, work, cohort, Some(session)).await?)
}

/// The subjects of a form, in its order: lines of `subject`, `minutes`, `taught_from` and `taught_until`. Hours need both ends; without
/// minutes the hours tell them. Every fault of every line is told at once.
fn shares(page: &Page, fields: &Fields, day: chrono::NaiveDate) -> Result<Vec<Share>, Problem> {
    let column = |name: &str| fields.all(name).map(str::trim).collect::<Vec<&str>>();
    let (minutes, from, until) = (column("minutes"), column("taught_from"), column("taught_until"));
    let at = |column: &[&str], line: usize| column.get(line).copied().unwrap_or_default().to_owned();
    let (mut shares, mut faults) = (Vec::new(), Vec::new());
    for (line, subject) in fields.all("subject").enumerate() {
        let (minutes, from, until) = (at(&minutes, line), at(&from, line), at(&until, line));
        let mut fault = |field: &str, message: String| faults.push((format!("{field}#{line}"), message));
        if subject.is_empty() {
            if [&minutes, &from, &until].into_iter().any(|text| !text.is_empty()) {
                fault("subject", t!(page, "session-fault-no-subject"));
            }
            continue;
        }
        let mut clock = |field: &str, text: &str, other: &str| match (text, time_of_day::parse(text)) {
            ("", _) if other.is_empty() => None,
            ("", _) => {
                fault(field, t!(page, "session-fault-both-hours"));
                None
            }
            (_, Some(time)) => Some(day.and_time(time)),
            (_, None) => {
                fault(field, t!(page, "field-not-time"));
                None
            }
        };
        let (from, until) = (clock("taught_from", &from, &until), clock("taught_until", &until, &from));
        let hours = from.zip(until).map(|(from, until)| Hours { from, until });
        let minutes = match (minutes.as_str(), hours) {
            ("", Some(hours)) => Some(hours.minutes()),
            (text, _) => training::trainee::person::normalise(text).parse().ok(),
        };
        match minutes {
            Some(minutes) => shares.push(Share { hours, ..Share::of(subject, minutes) }),
            None => fault("minutes", t!(page, "session-fault-minutes")),
        }
    }
    if faults.is_empty() { Ok(shares) } else { Err(Problem::Fields(faults)) }
}

fn read(page: &Page, fields: &Fields, known: Session) -> Result<Session, Problem> {
    // Lines first: what the form asks of its other fields is told beside them.
    let shares = shares(page, fields, fields.date("day").unwrap_or_default())?;
    let day = fields.date("day")?;
    let instructors = fields.all("instructor").map(|id| id.parse().map_err(|_| Problem::BadForm("instructor".into())));
    // The form has no field for a break: one of a subject whose hours stay as they are, if on another day, stays too.
    let keep_breaks = |share: Share| {
        let clock = |hours: Option<Hours>| hours.map(|hours| (hours.from.time(), hours.until.time()));
        let is_same = |known: &&Share| known.subject == share.subject && clock(known.hours) == clock(share.hours);
        let breaks = known.shares.iter().find(is_same).map(|known| known.breaks.clone()).unwrap_or_default();
        let on_the_day = |time: NaiveDateTime| day.and_time(time.time());
        let moved = breaks.iter().map(|rest| Hours { from: on_the_day(rest.from), until: on_the_day(rest.until) });
        Share { breaks: moved.collect(), ..share }
    };
    let shares = shares.into_iter().map(keep_breaks).collect();
    Ok(Session {
        title: fields.text("title").to_owned(),
        starts_at: day.and_time(fields.time("starts")?),
        ends_at: day.and_time(fields.time("ends")?),
        place: fields.text("place").to_owned(),
        online: fields.ticked("online"),
        shares,
        instructors: instructors.collect::<Result<_, _>>()?,
        ..known
    })
}

pub(crate) async fn create(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let none = Session {
        id: 0,
        cohort_id: cohort,
        title: String::new(),
        starts_at: NaiveDateTime::default(),
        ends_at: NaiveDateTime::default(),
        place: String::new(),
        online: false,
        version: 1,
        shares: Vec::new(),
        instructors: Vec::new(),
        cancelled: None,
    };
    let session = read(&page, &fields, none)?;
    let (staff, day) = (page.staff()?, page.day(session.starts_at.date()));
    if fields.ticked("make_up") {
        desk.act().create_make_up(&staff, &session).await?;
        return page.go(&format!("/cohorts/{cohort}/make-ups"), t!(page, "notice-session-set", day = day)).await;
    }
    desk.act().create_session(&staff, &session).await?;
    page.go(&format!("/cohorts/{cohort}/sessions"), t!(page, "notice-session-set", day = day)).await
}

pub(crate) async fn change(mut desk: Desk, page: Page, Path(session): Path<i64>, Form(fields): Form) -> Answer {
    let work = desk.records().await?;
    let known = work.session(session).await?;
    let changed = Session { version: fields.number("version")?, ..read(&page, &fields, known)? };
    let (reason, tells) = (fields.text("reason"), fields.ticked("tells"));
    let change = desk.act().change_session(&page.staff()?, &changed, reason, tells).await?;
    let day = page.day(changed.starts_at.date());
    let notice = t!(page, "notice-session-changed", day = day, told = change.told, moved = change.moved);
    let notice = match change.judged_anew {
        0 => notice,
        count => format!("{notice} {}", t!(page, "notice-judged-anew", count = count)),
    };
    page.go(&format!("/sessions/{session}"), notice).await
}

/// Cancels a session, or takes a cancelled one up again where `resume` is sent.
pub(crate) async fn cancel(mut desk: Desk, page: Page, Path(session): Path<i64>, Form(fields): Form) -> Answer {
    let (version, cancelled) = (fields.number("version")?, !fields.ticked("resume"));
    let reason = fields.text("reason");
    let told = desk.act().cancel_session(&page.staff()?, session, version, cancelled, reason).await?;
    let notice = match cancelled {
        true => t!(page, "notice-session-cancelled", told = told),
        false => t!(page, "notice-session-resumed", told = told),
    };
    page.go(&format!("/sessions/{session}"), notice).await
}

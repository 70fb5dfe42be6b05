//! The days of a practicum, as trainee and office see them: a calendar, offers and answers, and a file for other calendars.

use crate::office::check_own;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, Viewer, disposition, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::trainee::own::own_enrolment;
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use chrono::{Datelike, NaiveDate, TimeDelta};
use documents::calendar::{Appointment, Standing, ics};
use secretariat::Work;
use secretariat::account::access_policy::may_come_from;
use secretariat::account::read_log::ReadKind;
use secretariat::cohort::Session;
use secretariat::office::guide::Guide;
use secretariat::placement::Placement;
use secretariat::practicum::PracticumDay;
use secretariat::practicum::day::Days;
use training::practicum::day::{DayContent, DayState, LONGEST_NOTE, Offer, answers};
use training::role::Role;

/// A day in the list.
struct Line {
    id: i64,
    version: i64,
    on: NaiveDate,
    time: String,
    content: String,
    note: String,
    state: String,
    colour: &'static str,
    by: String,
    reason: String,
    /// The office, where it is not the present one.
    elsewhere: String,
    /// What may be done with it: the new state, the button, and whether a reason is asked for.
    answers: Vec<(&'static str, String, bool)>,
}

/// A day of the calendar.
struct Square {
    on: NaiveDate,
    /// Of the practicum's weeks.
    inside: bool,
    /// Time, colour and words of what is on it.
    marks: Vec<(String, &'static str, String)>,
}

#[derive(Template)]
#[template(path = "practicum/days.html")]
struct DaysPage {
    page: Page,
    /// The address of this page, to which offers go.
    address: String,
    name: String,
    office: Option<String>,
    /// Offers that wait for whoever looks.
    waiting: Vec<Line>,
    lines: Vec<Line>,
    weeks: Vec<Vec<Square>>,
    contents: Vec<Choice>,
    agreed: String,
    longest: usize,
    first: String,
    last: String,
    /// Where a calendar can subscribe to the viewer's own days.
    calendar: Option<String>,
}

pub(crate) fn content_words(page: &Page, content: DayContent) -> String {
    match content {
        DayContent::Meeting => t!(page, "day-meeting"),
        DayContent::Office => t!(page, "day-office"),
        DayContent::Visit => t!(page, "day-visit"),
        DayContent::Conference => t!(page, "day-conference"),
    }
}

fn state_words(page: &Page, state: DayState) -> (String, &'static str) {
    match state {
        DayState::Offered => (t!(page, "day-offered"), "not_yet"),
        DayState::Agreed => (t!(page, "day-agreed"), "met"),
        DayState::Declined => (t!(page, "day-declined"), "plain-tag"),
        DayState::Cancelled => (t!(page, "day-cancelled"), "plain-tag"),
    }
}

fn time(day: &PracticumDay) -> String {
    format!("{} - {}", day.from_time.format("%H:%M"), day.until_time.format("%H:%M"))
}

fn line(page: &Page, day: &PracticumDay) -> Result<Line, Problem> {
    let role = page.viewer()?.role;
    let (state, colour) = state_words(page, day.state);
    let button = |to: DayState| match to {
        DayState::Agreed => t!(page, "day-agree"),
        DayState::Declined => t!(page, "day-decline"),
        _ if day.state == DayState::Agreed => t!(page, "day-call-off"),
        _ => t!(page, "day-take-back"),
    };
    let answers = answers(day.state, role, day.offered_as);
    Ok(Line {
        id: day.id,
        version: day.version,
        on: day.on_day,
        time: time(day),
        content: content_words(page, day.content),
        note: day.note.clone(),
        state,
        colour,
        by: match day.offered_as {
            Role::Trainee => t!(page, "trainee"),
            Role::Supervisor => t!(page, "day-by-office"),
            _ => t!(page, "role-secretariat"),
        },
        reason: day.reason.clone(),
        elsewhere: String::new(),
        answers: answers.map(|answer| (answer.to.id(), button(answer.to), answer.needs_reason)).collect(),
    })
}

/// Whole weeks, from the first day anything is on to the practicum's end.
fn weeks(page: &Page, days: &Days) -> Vec<Vec<Square>> {
    let (first, end) = days.season;
    let current = days.placement.as_ref().map(|placement| placement.id);
    let open = |day: &&PracticumDay| day.state.is_open() && Some(day.placement_id) == current;
    let open: Vec<&PracticumDay> = days.days.iter().filter(open).collect();
    let begins = open.iter().map(|day| day.on_day).chain([first]).min().unwrap_or(first);
    let mut monday = begins - TimeDelta::days(i64::from(begins.weekday().num_days_from_monday()));
    let mut weeks = Vec::new();
    while monday < end {
        let square = |offset: i64| {
            let on = monday + TimeDelta::days(offset);
            let here = open.iter().filter(|day| day.on_day == on);
            let mark = |day: &&PracticumDay| {
                let (state, colour) = state_words(page, day.state);
                let words = format!("{} {} {state}", content_words(page, day.content), time(day));
                (day.from_time.format("%H:%M").to_string(), colour, words)
            };
            Square { on, inside: on >= first && on < end, marks: here.map(mark).collect() }
        };
        let week: Vec<Square> = (0..7).map(square).collect();
        // A meeting long before does not make a calendar of a year.
        if week.iter().any(|square| square.inside || !square.marks.is_empty()) {
            weeks.push(week);
        }
        monday += TimeDelta::weeks(1);
    }
    weeks
}

async fn show(desk: &mut Desk, mut page: Page, enrolment: i64, address: String) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let known = secretariat.days(work, page.viewer()?.role, (enrolment, page.viewer()?.guide())).await?;
    let name = work.enrolment(enrolment).await?.name;
    let (mut waiting, mut lines) = (Vec::new(), Vec::new());
    let current = known.placement.as_ref().map(|placement| placement.id);
    for day in &known.days {
        let mut line = line(&page, day)?;
        if Some(day.placement_id) != current {
            // Of an office the trainee does not go to any more.
            line.answers.clear();
            line.elsewhere = day.office_name.clone();
        }
        let waits = line.answers.iter().any(|(to, _, _)| *to == DayState::Agreed.id());
        if waits { waiting.push(line) } else { lines.push(line) }
    }
    let (minutes, days) = known.agreed();
    let view = DaysPage {
        agreed: t!(page, "day-agreed-sum", days = days, hours = minutes / 60, minutes = minutes % 60),
        weeks: weeks(&page, &known),
        contents: DayContent::ALL
            .into_iter()
            .map(|content| Choice::new(content.id(), content_words(&page, content)))
            .collect(),
        first: page.date(known.season.0),
        last: page.date(known.season.1 - TimeDelta::days(1)),
        office: known.placement.filter(|_| !known.closed).map(|placement| placement.office_name),
        longest: LONGEST_NOTE,
        calendar: calendar_address(desk).await?,
        address,
        name,
        waiting,
        lines,
        page,
    };
    render(&view)
}

pub(crate) async fn own(mut desk: Desk, page: Page) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    show(&mut desk, page, enrolment, "/me/practicum/days".to_owned()).await
}

pub(crate) async fn of_trainee(mut desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    show(&mut desk, page, enrolment, format!("/practicum/{enrolment}/days")).await
}

/// An offer, or an answer to one.
async fn change(
    desk: &mut Desk,
    page: Page,
    enrolment: i64,
    fields: crate::shell::form::Fields,
    address: String,
) -> Answer {
    let (staff, guide) = (page.staff()?, page.viewer()?.guide());
    // Whose days these are is asked before what was sent.
    let (secretariat, work) = desk.reading().await?;
    secretariat.days(work, page.viewer()?.role, (enrolment, guide)).await?;
    match fields.optional("to") {
        None => {
            let offer = Offer {
                on: fields.text("on"),
                from: fields.text("from"),
                until: fields.text("until"),
                content: fields.text("content"),
                note: fields.text("note"),
            };
            desk.act().offer_day(&staff, (enrolment, guide), offer).await?;
            page.go(&address, t!(page, "notice-day-offered")).await
        }
        Some(to) => {
            let to = DayState::from_id(&to).ok_or(Problem::BadForm("to".to_owned()))?;
            let day = (fields.number("day")?, fields.number("version")?);
            desk.act().answer_day(&staff, (enrolment, guide), day, to, fields.text("reason")).await?;
            page.go(&address, t!(page, "notice-saved")).await
        }
    }
}

pub(crate) async fn change_own(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    change(&mut desk, page, enrolment, fields, "/me/practicum/days".to_owned()).await
}

pub(crate) async fn change_of_trainee(
    mut desk: Desk,
    page: Page,
    Path(enrolment): Path<i64>,
    Form(fields): Form,
) -> Answer {
    change(&mut desk, page, enrolment, fields, format!("/practicum/{enrolment}/days")).await
}

/// The whole address under which a calendar subscribes to the days of whoever looks.
pub(crate) async fn calendar_address(desk: &mut Desk) -> Result<Option<String>, Problem> {
    let base_url = desk.base_url();
    let (secretariat, work) = desk.reading().await?;
    Ok(secretariat.calendar_address(work).await?.map(|address| format!("{base_url}/calendar/{address}")))
}

/// A practicum day for a calendar. What was called off is in it too, as such: a calendar that knows the day strikes it out.
fn of_day(page: &Page, day: &PracticumDay, installation: &str, of_office: bool) -> Appointment {
    Appointment {
        uid: format!("day-{}.{installation}@kensan", day.id),
        on: day.on_day,
        from: day.from_time,
        until: day.until_time,
        summary: match of_office {
            true => format!("{} {}", content_words(page, day.content), day.trainee_name),
            false => t!(page, "day-summary", content = content_words(page, day.content)),
        },
        place: day.office_name.clone(),
        note: day.note.clone(),
        standing: match day.state {
            DayState::Agreed => Standing::Agreed,
            DayState::Offered => Standing::Offered,
            DayState::Declined | DayState::Cancelled => Standing::CalledOff,
        },
        sequence: u32::try_from(day.version).unwrap_or(u32::MAX),
    }
}

/// A session of the course for a calendar.
fn of_session(session: &Session, installation: &str) -> Appointment {
    Appointment {
        uid: format!("session-{}.{installation}@kensan", session.id),
        on: session.starts_at.date(),
        from: session.starts_at.time(),
        until: session.ends_at.time(),
        summary: session.title.clone(),
        place: session.place.clone(),
        note: session.cancelled.clone().unwrap_or_default(),
        standing: if session.cancelled.is_some() { Standing::CalledOff } else { Standing::Agreed },
        sequence: u32::try_from(session.version).unwrap_or(u32::MAX),
    }
}

/// The same appointment has the same name in every file of this installation, and in none of another's.
async fn installation(work: &mut Work) -> Result<String, Problem> {
    Ok(work.installation().await?.chars().take(16).collect())
}

fn file(desk: &mut Desk, page: &Page, appointments: &[Appointment]) -> Answer {
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition("attachment", "practicum.ics")),
    ];
    Ok((headers, ics(&t!(page, "days"), appointments, desk.app().secretariat.now())).into_response())
}

/// The trainee's days of the practicum; with those of the course where a calendar subscribes to both.
async fn own_days(desk: &mut Desk, page: &Page, with_course: bool) -> Answer {
    let enrolment = own_enrolment(desk, page).await?;
    let (secretariat, work) = desk.reading().await?;
    let known = secretariat.days(work, page.viewer()?.role, (enrolment, Guide::default())).await?;
    let installation = installation(work).await?;
    let cohort = work.enrolment(enrolment).await?.cohort_id;
    let mut sessions = if with_course { work.sessions(cohort).await? } else { Vec::new() };
    let make_ups = work.make_up_sessions(cohort).await?;
    sessions.retain(|session| make_ups.get(&session.id).is_none_or(|invited| invited.contains(&enrolment)));
    let days = known.days.iter().filter(|day| day.state != DayState::Declined);
    let days = days.map(|day| of_day(page, day, &installation, false));
    let all: Vec<Appointment> = sessions.iter().map(|session| of_session(session, &installation)).chain(days).collect();
    file(desk, page, &all)
}

pub(crate) async fn own_file(mut desk: Desk, page: Page) -> Answer {
    own_days(&mut desk, &page, false).await
}

/// All trainees of an office.
pub(crate) async fn office_file(mut desk: Desk, page: Page, Path(office): Path<i64>) -> Answer {
    check_own(&page, office)?;
    let work = desk.records().await?;
    work.host_office(office).await?;
    let mut days = work.days_at(office).await?;
    let placements = work.placements_at(office).await?;
    let installation = installation(work).await?;
    // A supervisor's own trainees alone.
    let viewer = page.viewer()?;
    if viewer.role == Role::Supervisor {
        let (secretariat, work) = desk.reading().await?;
        let over = secretariat.no_longer_retained(work, office).await?;
        let open = |it: &Placement| viewer.guide().concerns(it) && !over.contains(&it.enrolment_id);
        let concerns = |day: &PracticumDay| placements.iter().any(|it| it.id == day.placement_id && open(it));
        days.retain(concerns);
    }
    days.retain(|day| day.state != DayState::Declined);
    let days: Vec<Appointment> = days.iter().map(|day| of_day(&page, day, &installation, true)).collect();
    file(&mut desk, &page, &days)
}

/// The sessions an instructor teaches.
async fn taught(desk: &mut Desk, page: &Page) -> Answer {
    let own = page.viewer()?.id;
    let work = desk.records().await?;
    let installation = installation(work).await?;
    let mut appointments = Vec::new();
    for cohort in work.cohorts().await?.into_iter().filter(|cohort| cohort.ends_on >= page.today) {
        let sessions = work.sessions(cohort.id).await?;
        let own = sessions.iter().filter(|session| session.instructors.contains(&own));
        appointments.extend(own.map(|session| of_session(session, &installation)));
    }
    file(desk, page, &appointments)
}

/// What a calendar that has subscribed reads, without signing in: whoever has the address sees the days of its owner, and nothing else.
pub(crate) async fn subscription(mut desk: Desk, mut page: Page, Path(address): Path<String>) -> Answer {
    let owner = desk.act().calendar_owner(&address).await?.ok_or(Problem::NotFound)?;
    let (role, office) = (owner.role, owner.host_office_id);
    if !may_come_from(&owner.networks, role, page.origin.address) {
        return Err(Problem::NotFound);
    }
    if role != Role::Trainee {
        let (who, subject) = ((owner.provider_id, owner.id), format!("user/{}", owner.id));
        desk.act().note_look(who, ReadKind::File, (subject, "/calendar"), &page.origin);
    }
    page.viewer = Some(Viewer::from(owner));
    desk.hand_over(page.staff()?);
    match (role, office) {
        (Role::Trainee, _) => own_days(&mut desk, &page, true).await,
        (Role::Supervisor, Some(office)) => office_file(desk, page, Path(office)).await,
        (Role::Instructor, _) => taught(&mut desk, &page).await,
        _ => Err(Problem::NotFound),
    }
}

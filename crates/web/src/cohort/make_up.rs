//! The board of missed subjects: who lacks what, the sessions to come that teach it, and inviting to one.

use crate::notice::sending::{Question, ask, is_confirmed};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use secretariat::cohort::make_up::{Lack, LackingSubject};
use secretariat::cohort::{Cohort, Session};

struct Row {
    enrolment: i64,
    number: String,
    name: String,
    lacks: String,
    missed: Vec<String>,
    /// Make-up sessions to come they are invited to.
    invited: Vec<String>,
}

struct Subject {
    code: String,
    name: String,
    rows: Vec<Row>,
    /// Make-up sessions one can be invited to.
    sessions: Vec<Choice>,
    /// Other sessions to come that teach it.
    others: Vec<String>,
}

#[derive(Template)]
#[template(path = "cohort/make_ups.html")]
struct Board {
    page: Page,
    cohort: Cohort,
    subjects: Vec<Subject>,
}

fn when(page: &Page, session: &Session) -> String {
    let (from, until) = (session.starts_at.format("%H:%M"), session.ends_at.format("%H:%M"));
    format!("{} {from}–{until} {}", page.day(session.starts_at.date()), session.title)
}

fn row(page: &Page, lack: Lack, sessions: &[Session]) -> Row {
    let missed = |(on, why): &(chrono::NaiveDate, training::completion::verdict::NotCounted)| {
        format!("{} {}", page.date(*on), wording::missing::not_counted(page, *why))
    };
    let invited = sessions.iter().filter(|session| lack.invited.contains(&session.id));
    Row {
        lacks: wording::hours(page, lack.required.saturating_sub(lack.done)),
        missed: lack.missed.iter().map(missed).collect(),
        invited: invited.map(|session| when(page, session)).collect(),
        enrolment: lack.enrolment,
        number: lack.number,
        name: lack.name,
    }
}

fn subject(page: &Page, known: LackingSubject) -> Subject {
    let sessions = known.sessions;
    Subject {
        rows: known.lacks.into_iter().map(|lack| row(page, lack, &sessions)).collect(),
        others: known.others.iter().map(|(cohort, session)| format!("{cohort} {}", when(page, session))).collect(),
        sessions: sessions.iter().map(|session| Choice::new(session.id.to_string(), when(page, session))).collect(),
        code: known.code,
        name: known.name,
    }
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let known = secretariat.make_ups(work, cohort).await?;
    let cohort = work.cohort(cohort).await?;
    let subjects = known.into_iter().map(|known| subject(&page, known)).collect();
    render(&Board { page, cohort, subjects })
}

/// Asks first what would go to whom.
pub(crate) async fn invite(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    work.cohort(cohort).await?;
    let session = fields.number("session")?;
    if work.session(session).await?.cohort_id != cohort {
        return Err(Problem::NotFound);
    }
    let chosen = fields.all("trainee").map(|id| id.parse().map_err(|_| Problem::BadForm("trainee".to_owned())));
    let chosen: Vec<i64> = chosen.collect::<Result<_, _>>()?;
    let path = format!("/cohorts/{cohort}/make-ups");
    if !is_confirmed(&fields) {
        let to_come = t!(page, "notice-link-to-come");
        let outgoing = desk.act().rehearse_make_up(&staff, session, &chosen, &to_come).await?;
        let heading = t!(page, "make-up-invite");
        let question = Question { button: heading.clone(), heading, action: path.clone(), back: path };
        return ask(&mut desk, page, question, &fields, outgoing);
    }
    let count = desk.act().invite_to_make_up(&staff, session, &chosen).await?;
    page.go(&path, t!(page, "make-up-invited", count = count)).await
}

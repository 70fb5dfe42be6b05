//! Writing to the trainees of a cohort.

use crate::notice::sending::{Question, ask, is_confirmed};
use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use secretariat::cohort::Cohort;
use secretariat::notice::message::{Audience, Message};

#[derive(Template)]
#[template(path = "notice/message.html")]
struct Write {
    page: Page,
    cohort: Cohort,
    groups: Vec<Choice>,
    /// Everybody of the cohort, by number and name.
    trainees: Vec<Choice>,
}

pub(crate) async fn write(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let groups = work.exercise_groups(cohort.id).await?.into_iter();
    let groups = groups.map(|group| Choice::new(group.id.to_string(), group.name)).collect();
    let trainees = work.enrolments(cohort.id).await?.into_iter();
    let trainees = trainees
        .map(|known| {
            let state = match known.state.takes_part() {
                true => String::new(),
                false => format!("（{}）", wording::enrolment_state(&page, known.state)),
            };
            Choice::new(known.id.to_string(), format!("{} {}{state}", known.trainee_number, known.name))
        })
        .collect();
    render(&Write { page, cohort, groups, trainees })
}

fn audience(fields: &Fields) -> Result<Audience, Problem> {
    match fields.text("whom") {
        "everybody" => Ok(Audience::Everybody),
        "group" => Ok(Audience::Group(fields.number("group")?)),
        "chosen" => {
            let chosen = fields.all("trainee").map(|id| id.parse().map_err(|_| Problem::BadForm("trainee".to_owned())));
            Ok(Audience::Chosen(chosen.collect::<Result<_, _>>()?))
        }
        _ => Err(Problem::BadForm("whom".to_owned())),
    }
}

/// Asks first what would go to whom.
pub(crate) async fn send(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    desk.records().await?.cohort(cohort).await?;
    let audience = audience(&fields)?;
    let message =
        Message { title: fields.text("subject_line"), text: fields.text("message"), urgent: fields.ticked("urgent") };
    let path = format!("/cohorts/{cohort}/message");
    if !is_confirmed(&fields) {
        let to_come = t!(page, "notice-link-to-come");
        let outgoing = desk.act().rehearse_message(&staff, cohort, (&audience, message), &to_come).await?;
        let question = Question {
            heading: t!(page, "message-send"),
            action: path.clone(),
            back: path,
            button: t!(page, "message-send"),
        };
        return ask(&mut desk, page, question, &fields, outgoing);
    }
    let count = desk.act().send_message(&staff, cohort, &audience, message).await?;
    page.go(&format!("/notices?cohort={cohort}"), t!(page, "message-queued", count = count)).await
}

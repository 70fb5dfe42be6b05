//! Answers of offices, of many placements at once.

use crate::notice::sending::{Question, ask, is_confirmed};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::cohort::Cohort;
use secretariat::placement::Placement;
use secretariat::placement::answers::AT_ONCE;
use serde::Deserialize;
use training::practicum::placement::{PlacementState, transitions_from};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    /// Every box is ticked.
    #[serde(default)]
    all: String,
}

struct Row {
    placement: Placement,
    state: String,
    week: String,
}

/// Placements that can come to a state.
struct Section {
    to: &'static str,
    heading: String,
    button: String,
    rows: Vec<Row>,
    all: bool,
}

#[derive(Template)]
#[template(path = "placement/answers.html")]
struct Answers {
    page: Page,
    cohort: Cohort,
    sections: Vec<Section>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>, Query(query): Query<Show>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let placements = work.current_placements(cohort.id).await?;
    let role = page.viewer()?.role;
    let section = |to: PlacementState| {
        let comes = |placement: &&Placement| {
            transitions_from(placement.state, role).any(|known| known.to == to && !known.needs_reason)
        };
        let mut rows: Vec<Row> = placements
            .iter()
            .filter(comes)
            .map(|placement| Row {
                state: wording::placement_standing(&page, placement),
                week: page.date(cohort.practicum_from + chrono::TimeDelta::weeks(placement.window_index)),
                placement: placement.clone(),
            })
            .collect();
        rows.sort_by(|a, b| {
            let key = |row: &Row| (row.placement.office_number.clone(), row.placement.trainee_number.clone());
            key(a).cmp(&key(b))
        });
        let (heading, button) = match to {
            PlacementState::Accepted => (t!(page, "answers-accepted"), t!(page, "answers-accept")),
            _ => (t!(page, "answers-scheduled"), t!(page, "answers-schedule")),
        };
        Section { to: to.id(), heading, button, rows, all: query.all == to.id() }
    };
    let sections = AT_ONCE.map(section).into();
    render(&Answers { page, cohort, sections })
}

/// Asks first what would go to whom. A box's value is a placement and the version it was read at.
pub(crate) async fn record(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    desk.records().await?.cohort(cohort).await?;
    let bad = |field: &str| Problem::BadForm(field.to_owned());
    let to = PlacementState::from_id(fields.text("to")).ok_or_else(|| bad("to"))?;
    let chosen = fields.all("placement").map(|value| {
        let (id, version) = value.split_once(':')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    });
    let chosen: Vec<(i64, i64)> = chosen.collect::<Option<_>>().ok_or_else(|| bad("placement"))?;
    let path = format!("/cohorts/{cohort}/placement/answers");
    if !is_confirmed(&fields) {
        let to_come = t!(page, "notice-link-to-come");
        let outgoing = desk.act().rehearse_placements(&staff, cohort, (&chosen, to), &to_come).await?;
        let button = match to {
            PlacementState::Accepted => t!(page, "answers-accept"),
            _ => t!(page, "answers-schedule"),
        };
        let heading = t!(page, "answers-check", count = chosen.len());
        let question = Question { heading, action: path.clone(), back: path, button };
        return ask(&mut desk, page, question, &fields, outgoing);
    }
    let count = desk.act().change_placements(&staff, cohort, (&chosen, to)).await?;
    page.go(&path, t!(page, "answers-recorded", count = count)).await
}

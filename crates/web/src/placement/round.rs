//! Rounds as versions, and the policy they are made by.

use crate::placement::week;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::cohort::Cohort;
use secretariat::placement::round::RoundDifference;
use secretariat::placement::{PlaceInRound, PlacementPolicy, PlacementRound};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "placement/policy.html")]
struct PolicyPage {
    page: Page,
    cohort: Cohort,
    /// As last saved, or the default.
    text: String,
    default: &'static str,
    /// How many were saved before: whoever saves over the newest has read it.
    read: usize,
    policies: Vec<PlacementPolicy>,
}

pub(crate) async fn policy(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let policies = secretariat.placement_policies(work, cohort).await?;
    let cohort = work.cohort(cohort).await?;
    let default = placement::policy::DEFAULT;
    let text = policies.first().map_or_else(|| default.to_owned(), |saved| saved.content.clone());
    let read = policies.len();
    render(&PolicyPage { page, cohort, text, default, read, policies })
}

pub(crate) async fn set_policy(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let text = fields.text("policy").replace("\r\n", "\n");
    let read = fields.number("read")?;
    desk.act().set_placement_policy(&page.staff()?, cohort, (&text, read), fields.text("reason")).await?;
    page.go(&format!("/cohorts/{cohort}/placement/policy"), t!(page, "notice-saved")).await
}

/// Two rounds, by id.
#[derive(Debug, Deserialize)]
pub(crate) struct Two {
    #[serde(default)]
    a: String,
    #[serde(default)]
    b: String,
}

struct Difference {
    enrolment: i64,
    name: String,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "placement/rounds.html")]
struct Comparison {
    page: Page,
    cohort: Cohort,
    a: PlacementRound,
    b: PlacementRound,
    differences: Vec<Difference>,
}

pub(crate) async fn compare(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Query(two): Query<Two>) -> Answer {
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let rounds = work.rounds(cohort.id).await?;
    let find = |id: &str| {
        let id = id.parse::<i64>().ok();
        rounds.iter().find(|round| Some(round.id) == id).cloned().ok_or(Problem::NotFound)
    };
    let (a, b) = (find(&two.a)?, find(&two.b)?);
    let names: HashMap<i64, String> =
        work.enrolments(cohort.id).await?.into_iter().map(|enrolment| (enrolment.id, enrolment.name)).collect();
    // One connection at a time: whoever holds one never waits for another.
    let (secretariat, work) = desk.reading().await?;
    let differences = secretariat.compare_rounds(work, cohort.id, a.id, b.id).await?;
    let numbers: Vec<String> = differences
        .iter()
        .flat_map(|difference| [&difference.before, &difference.after])
        .flatten()
        .map(|place| place.office_number.clone())
        .collect();
    let offices = work.office_names(&numbers).await?;
    let place = |place: &Option<PlaceInRound>| match place {
        Some(place) => {
            let name = offices.get(&place.office_number).unwrap_or(&place.office_number);
            let way = place.distance_m.map_or_else(String::new, |metres| format!("{:.1} km", metres as f64 / 1000.0));
            format!("{name} {} {way}", week(&page, &cohort, place.window))
        }
        None => t!(page, "not-placed"),
    };
    let told = |difference: RoundDifference| Difference {
        enrolment: difference.enrolment,
        name: names.get(&difference.enrolment).cloned().unwrap_or_default(),
        before: place(&difference.before),
        after: place(&difference.after),
    };
    let differences = differences.into_iter().map(told).collect();
    render(&Comparison { page, cohort, a, b, differences })
}

pub(crate) async fn note(
    mut desk: Desk,
    page: Page,
    Path((cohort, round)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    desk.act().note_round(&page.staff()?, cohort, round, fields.text("note")).await?;
    page.go(&format!("/cohorts/{cohort}/placement#rounds"), t!(page, "notice-saved")).await
}

pub(crate) async fn go_back(
    mut desk: Desk,
    page: Page,
    Path((cohort, round)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    desk.act().go_back_to_round(&page.staff()?, cohort, round, fields.text("reason")).await?;
    page.go(&format!("/cohorts/{cohort}/placement"), t!(page, "notice-gone-back")).await
}

//! A trainee finds an office and asks it; the secretariat says when trainees may.

use crate::placement::week;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::view::Choice;
use crate::trainee::own::own_enrolment;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::office::OfficeSite;
use secretariat::placement::request::OpenOffices;
use secretariat::placement::{Placement, RequestPeriod};
use serde::{Deserialize, Serialize};
use training::practicum::placement::{PlacementState, transitions_from};
use training::role::Role;
use training::trainee::person::normalise;

/// Offices of a page.
const PAGE_SIZE: usize = 12;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct OpenQuery {
    #[serde(default)]
    q: String,
    /// A week the office must take somebody in; empty: whichever.
    #[serde(default)]
    week: String,
    /// At most so many kilometres from home; empty: whatever the way.
    #[serde(default)]
    km: String,
    #[serde(default)]
    at: usize,
}

impl OpenQuery {
    fn address(&self, at: usize) -> String {
        let query = OpenQuery { at, ..self.clone() };
        format!("/me/offices?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    }
}

struct Row {
    site: OfficeSite,
    km: String,
    left: i64,
    weeks: Vec<Choice>,
}

/// Where the trainee is placed, or has asked.
struct Current {
    placement: Placement,
    state: String,
    week: String,
    /// May the trainee give it up?
    may_give_up: bool,
}

#[derive(Template)]
#[template(path = "placement/my_offices.html")]
struct MyOffices {
    page: Page,
    query: OpenQuery,
    weeks: Vec<Choice>,
    open: bool,
    period: Option<(String, String)>,
    current: Option<Current>,
    rows: Vec<Row>,
    total: usize,
    previous: Option<String>,
    next: Option<String>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Query(query): Query<OpenQuery>) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let OpenOffices { cohort, period, open, current, offices } =
        secretariat.open_offices(work, enrolment, &query.q).await?;
    let (wanted, limit) = (query.week.parse::<i64>().ok(), normalise(&query.km).parse::<f64>().ok());
    let mut offices = offices;
    offices.retain(|office| {
        let near = limit.is_none_or(|limit| office.km.is_some_and(|km| km <= limit));
        near && wanted.is_none_or(|week| office.weeks.contains(&week))
    });
    let total = offices.len();
    let rows = offices.into_iter().skip(query.at).take(PAGE_SIZE).map(|office| Row {
        km: office.km.map_or_else(String::new, |km| format!("{km:.1} km")),
        left: office.left,
        weeks: office.weeks.iter().map(|at| Choice::new(at.to_string(), week(&page, &cohort, *at))).collect(),
        site: office.site,
    });
    let rows = rows.collect();
    // What the secretariat has not told yet is not shown.
    let current = current.filter(|placement| placement.state != PlacementState::Proposed).map(|placement| Current {
        state: wording::placement_standing(&page, &placement),
        week: week(&page, &cohort, placement.window_index),
        may_give_up: transitions_from(placement.state, Role::Trainee)
            .any(|change| change.to == PlacementState::Cancelled),
        placement,
    });
    let period = period.map(|period| (page.date(period.opens_on), page.date(period.closes_on)));
    let weeks = (0..cohort.practicum_weeks).map(|at| Choice::new(at.to_string(), week(&page, &cohort, at))).collect();
    let next = (query.at + PAGE_SIZE < total).then(|| query.address(query.at + PAGE_SIZE));
    let previous = (query.at > 0).then(|| query.address(query.at.saturating_sub(PAGE_SIZE)));
    render(&MyOffices { page, query, weeks, open, period, current, rows, total, previous, next })
}

pub(crate) async fn request(mut desk: Desk, page: Page, Path(office): Path<i64>, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    desk.act().request_office(&page.staff()?, enrolment, office, fields.number("window")?).await?;
    page.go("/me/offices", t!(page, "notice-office-requested")).await
}

pub(crate) async fn give_up(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let placement = (fields.number("placement")?, fields.number("version")?);
    desk.act().give_up_placement(&page.staff()?, enrolment, placement, fields.text("reason")).await?;
    page.go("/me/offices", t!(page, "notice-placement-given-up")).await
}

/// From when until when trainees may ask.
pub(crate) async fn set_period(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    work.cohort(cohort).await?;
    let period = RequestPeriod {
        opens_on: fields.date("opens_on")?,
        closes_on: fields.date("closes_on")?,
        version: fields.number("version")?,
    };
    desk.act().set_request_period(&staff, cohort, &period).await?;
    page.go(&format!("/cohorts/{cohort}/placement"), t!(page, "notice-saved")).await
}

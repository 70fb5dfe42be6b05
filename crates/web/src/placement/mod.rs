//! Placement: the round, the map drawn from coordinates, fixing by hand, and the states of each placement.

pub(crate) mod answers;
pub(crate) mod explanation;
pub(crate) mod map;
pub(crate) mod request;
pub(crate) mod round;
pub(crate) mod routes;

use crate::notice::sending::{self, Question};
use crate::placement::map::{Map, Scene, Shown};
use crate::shell::desk::Desk;
use crate::shell::form::{Form, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::{Change, changes_of};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::cohort::Cohort;
use secretariat::office::OfficeSite;
use secretariat::placement::PlacementNow;
use secretariat::placement::gazetteer::HomesKnown;
use secretariat::placement::{Placement, PlacementRound, RequestPeriod, RoundNote, UnplacedTrainee};
use std::collections::HashMap;
use training::holiday;
use training::practicum::placement::PlacementState;
use training::role::Role;

struct Row {
    placement: Placement,
    state: String,
    km: String,
    /// What the office lacks that the rules ask for.
    unfit: Vec<String>,
    window: String,
    changes: Vec<Change>,
}

struct Lacking {
    enrolment: i64,
    number: String,
    name: String,
    why: String,
}

/// Rows of a page.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "placement/placement.html")]
struct PlacementPage {
    page: Page,
    cohort: Cohort,
    rounds: Vec<PlacementRound>,
    /// Who is placed where completion is impossible as the office is.
    unfit_names: Vec<String>,
    rows: Vec<Row>,
    unplaced: Vec<Lacking>,
    proposed: usize,
    /// Who was notified and moves when the newest round is confirmed: from where, to where.
    moves: Vec<(Placement, String, String)>,
    notes: Vec<RoundNote>,
    /// How precisely the homes are known.
    homes: HomesKnown,
    /// Pairs whose travel minutes are known.
    minutes: usize,
    map: Option<Map>,
    shown: Shown,
    areas: Vec<String>,
    /// When trainees may ask offices themselves.
    period: Option<RequestPeriod>,
    total: usize,
    /// Placements the filters let through, of which one page of rows is shown.
    count: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Lacking {
    fn of(page: &Page, trainee: UnplacedTrainee) -> Lacking {
        Lacking {
            enrolment: trainee.enrolment,
            number: trainee.trainee_number,
            name: trainee.name,
            why: wording::missing::unplaced(page, &trainee.why),
        }
    }
}

pub(crate) async fn show(
    mut desk: Desk,
    mut page: Page,
    Path(cohort): Path<i64>,
    Query(shown): Query<Shown>,
) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let now = secretariat.placement_now(work, cohort).await?;
    let period = work.request_period(cohort).await?;
    let rough = work.homes_by_municipality(cohort).await?;
    let map = Scene::of(&now).draw(&page, &shown);
    let PlacementNow {
        unfit,
        cohort,
        rounds,
        notes,
        unplaced,
        pending,
        homes_known,
        minutes,
        offices,
        taken,
        placements,
        ..
    } = now;
    let unplaced = unplaced.into_iter().map(|trainee| Lacking::of(&page, trainee)).collect();
    let office_name = |number: &str| {
        let known = offices.iter().find(|office| office.office_number == number);
        known.map_or_else(|| number.to_owned(), |office| office.name.clone())
    };
    let moves: Vec<(Placement, String, String)> = pending
        .into_iter()
        .map(|moved| {
            let from = format!("{} {}", moved.from.office_name, week(&page, &cohort, moved.from.window_index));
            let to = moved.to.map_or_else(
                || t!(page, "not-placed"),
                |place| format!("{} {}", office_name(&place.office_number), week(&page, &cohort, place.window)),
            );
            (moved.from, from, to)
        })
        .collect();
    let proposed = placements.iter().filter(|placement| placement.state == PlacementState::Proposed).count();
    let by_id: HashMap<i64, &OfficeSite> = offices.iter().map(|office| (office.id, office)).collect();
    let full = |office: &OfficeSite| office.capacity <= taken.get(&office.id).copied().unwrap_or(0);
    let areas: std::collections::BTreeSet<String> = placements
        .iter()
        .filter_map(|placement| Some(by_id.get(&placement.host_office_id)?.municipality.clone()))
        .collect();
    let total = placements.len();
    let unfit_people = placements.iter().filter(|placement| unfit.contains_key(&placement.enrolment_id));
    let unfit_names: Vec<String> = unfit_people.map(|placement| placement.trainee_name.clone()).collect();
    let mut selected = placements;
    selected.retain(|placement| {
        let office = by_id.get(&placement.host_office_id).copied();
        shown.shows(placement, office, office.is_some_and(full))
    });
    let count = selected.len();
    let previous = (shown.at > 0).then(|| shown.rows_from(cohort.id, shown.at.saturating_sub(ROWS)));
    let next = (shown.at + ROWS < count).then(|| shown.rows_from(cohort.id, shown.at + ROWS));
    let rows: Vec<Row> = selected
        .into_iter()
        .skip(shown.at)
        .take(ROWS)
        .map(|placement| Row {
            state: wording::placement_standing(&page, &placement),
            km: placement
                .distance_m
                .map_or_else(String::new, |metres| way(&page, metres, rough.contains(&placement.enrolment_id))),
            window: week(&page, &cohort, placement.window_index),
            changes: changes_of(&page, placement.state),
            unfit: unfit.get(&placement.enrolment_id).map_or_else(Vec::new, |lacking| {
                lacking.iter().map(|missing| wording::missing::missing(&page, missing)).collect()
            }),
            placement,
        })
        .collect();
    render(&PlacementPage {
        areas: areas.into_iter().collect(),
        period,
        page,
        cohort,
        rounds,
        unfit_names,
        rows,
        total,
        count,
        previous,
        next,
        unplaced,
        proposed,
        moves,
        notes,
        homes: homes_known,
        minutes,
        map,
        shown,
    })
}

/// How far it is; a home known by its municipality alone is taken to lie in its middle.
pub(crate) fn way(page: &Page, metres: i64, is_rough: bool) -> String {
    let km = format!("{:.1} km", metres as f64 / 1000.0);
    if is_rough { t!(page, "way-from-middle", km = km) } else { km }
}

/// The first day of a weekly window, with the holidays in it.
pub(crate) fn week(page: &Page, cohort: &Cohort, index: i64) -> String {
    let day = cohort.practicum_from + chrono::TimeDelta::weeks(index);
    let week = t!(page, "window-week", number = index + 1, day = page.date(day));
    let holidays =
        day.iter_days().take(7).filter_map(|day| Some(format!("{} {}", day.format("%-m/%-d"), holiday::remark(day)?)));
    let holidays: Vec<String> = holidays.collect();
    if holidays.is_empty() { week } else { format!("{week}（{}）", holidays.join("、")) }
}

/// Looks the homes up that nobody placed exactly.
pub(crate) async fn locate(mut desk: Desk, page: Page, Path(cohort): Path<i64>, _: Form) -> Answer {
    let located = desk.act().locate_homes(&page.staff()?, cohort).await?;
    page.go(&format!("/cohorts/{cohort}/placement"), t!(page, "notice-located", count = located)).await
}

/// Travel minutes that stand for the way.
pub(crate) async fn minutes(mut desk: Desk, page: Page, Path(cohort): Path<i64>, upload: Upload) -> Answer {
    let file = upload.only_file();
    let staff = page.staff()?;
    let counts = desk.act().import_travel_minutes(&staff, cohort, &file.name, &file.bytes).await?;
    page.go(&format!("/cohorts/{cohort}/placement"), t!(page, "notice-minutes", pairs = counts.pairs)).await
}

pub(crate) async fn place(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let round = desk.act().place_cohort(&page.staff()?, cohort, fields.ticked("move_notified")).await?;
    let notice = match round.moved {
        0 => t!(page, "notice-placed", placed = round.placed, unplaced = round.unplaced.len()),
        moved => {
            t!(page, "notice-placed-moving", placed = round.placed, unplaced = round.unplaced.len(), moved = moved)
        }
    };
    page.go(&format!("/cohorts/{cohort}/placement"), notice).await
}

pub(crate) async fn confirm(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let (staff, round) = (page.staff()?, fields.number("round")?);
    if !sending::is_confirmed(&fields) {
        let to_come = t!(page, "notice-link-to-come");
        let outgoing = desk.act().rehearse_round(&staff, cohort, round, &to_come).await?;
        let question = Question {
            heading: t!(page, "confirm-round-heading"),
            action: format!("/cohorts/{cohort}/placement/confirm"),
            back: format!("/cohorts/{cohort}/placement"),
            button: t!(page, "confirm-round-send"),
        };
        return sending::ask(&mut desk, page, question, &fields, outgoing);
    }
    let count = desk.act().confirm_round(&staff, cohort, round).await?;
    page.go(&format!("/cohorts/{cohort}/placement"), t!(page, "notice-notified", count = count)).await
}

/// Supervisors answer for their own office alone, once they were told; anything else is as if it were not there.
fn check_own(page: &Page, placement: &Placement) -> Result<(), Problem> {
    let viewer = page.viewer()?;
    let hidden = placement.state == PlacementState::Proposed || !viewer.guide().concerns(placement);
    if viewer.role == Role::Supervisor && hidden { Err(Problem::NotFound) } else { Ok(()) }
}

pub(crate) async fn change(mut desk: Desk, page: Page, Path(placement): Path<i64>, Form(fields): Form) -> Answer {
    let to = PlacementState::from_id(fields.text("to")).ok_or_else(|| Problem::BadForm("to".into()))?;
    let staff = page.staff()?;
    let work = desk.records().await?;
    let current = work.placement(placement).await?;
    let cohort = work.enrolment(current.enrolment_id).await?.cohort_id;
    check_own(&page, &current)?;
    let version = fields.number("version")?;
    desk.act().change_placement(&staff, placement, version, to, fields.text("reason")).await?;
    let back = match (staff.role, fields.text("from")) {
        (Role::Supervisor, _) => format!("/offices/{}", current.host_office_id),
        (_, "trainee") => format!("/trainees/{}#placement", current.enrolment_id),
        _ => format!("/cohorts/{cohort}/placement"),
    };
    page.go(&back, t!(page, "notice-saved")).await
}

/// Names who guides a trainee; an office does so for its own.
pub(crate) async fn assign_supervisor(
    mut desk: Desk,
    page: Page,
    Path(placement): Path<i64>,
    Form(fields): Form,
) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let current = work.placement(placement).await?;
    check_own(&page, &current)?;
    let (supervisor, reason) = (fields.number("supervisor")?, fields.text("reason"));
    desk.act().assign_supervisor(&staff, placement, supervisor, reason).await?;
    page.go(&format!("/offices/{}", current.host_office_id), t!(page, "notice-saved")).await
}

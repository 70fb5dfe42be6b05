//! Placement: the round, the map drawn from coordinates, fixing by hand, and the states of each placement.

use crate::App;
use crate::form::Form;
use crate::page::{Answer, Page, render};
use crate::problem::Problem;
use crate::trainee::{Change, changes_of};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query, State};
use records::cohort::Cohort;
use records::host_office::{HostOffice, OfficeFilter};
use records::placement::Placement;
use records::placement_round::{PlacementRound, RoundNote};
use serde::Deserialize;
use std::collections::HashMap;
use training::practicum::placement::PlacementState;
use training::role::Role;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    #[serde(default)]
    state: String,
}

struct Row {
    placement: Placement,
    state: String,
    km: String,
    window: String,
    changes: Vec<Change>,
}

struct Lacking {
    enrolment: i64,
    number: String,
    name: String,
    why: String,
}

/// A point of the map, in its own coordinates.
struct Dot {
    x: i64,
    y: i64,
    label: String,
    class: &'static str,
}

struct Thread {
    x1: i64,
    y1: i64,
    x2: i64,
    y2: i64,
    class: &'static str,
}

struct Map {
    height: i64,
    offices: Vec<Dot>,
    trainees: Vec<Dot>,
    threads: Vec<Thread>,
    scale_km: i64,
    scale_width: i64,
}

#[derive(Template)]
#[template(path = "placement.html")]
struct PlacementPage {
    page: Page,
    cohort: Cohort,
    rounds: Vec<PlacementRound>,
    rows: Vec<Row>,
    unplaced: Vec<Lacking>,
    proposed: usize,
    /// Who was notified and moves when the newest round is confirmed: from where, to where.
    moves: Vec<(Placement, String, String)>,
    notes: Vec<RoundNote>,
    map: Option<Map>,
    filter: String,
}

const MAP_WIDTH: f64 = 800.0;
const MARGIN: f64 = 20.0;
const FAR_M: i64 = 15_000;

pub(crate) async fn show(
    State(app): State<App>,
    mut page: Page,
    Path(cohort): Path<i64>,
    Query(query): Query<Show>,
) -> Answer {
    page.take_notice().await?;
    let staff = page.staff()?;
    let unplaced: Vec<Lacking> = app
        .secretariat
        .unplaced(&staff, cohort)
        .await?
        .into_iter()
        .map(|trainee| Lacking {
            enrolment: trainee.enrolment,
            number: trainee.trainee_number,
            name: trainee.name,
            why: wording::unplaced(&page, &trainee.why),
        })
        .collect();
    let pending = app.secretariat.pending_moves(&staff, cohort).await?;
    let mut work = app.secretariat.read(&staff).await?;
    let cohort = work.cohort(cohort).await?;
    let rounds = work.rounds(cohort.id).await?;
    let notes = work.round_notes(cohort.id).await?;
    let placements = work.current_placements(cohort.id).await?;
    let with_capacity = OfficeFilter { with_capacity: true, ..OfficeFilter::default() };
    let offices = work.host_offices(&with_capacity, 2000, 0).await?;
    let taken: HashMap<i64, i64> = work.places_taken().await?.into_iter().collect();
    let homes: HashMap<i64, (i64, i64)> = work
        .homes(cohort.id)
        .await?
        .into_iter()
        .filter_map(|home| Some((home.enrolment_id, (home.lat_e6?, home.lon_e6?))))
        .collect();
    work.roll_back().await?;
    let map = map(&offices, &taken, &homes, &placements);
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
    let rows = placements
        .into_iter()
        .filter(|placement| query.state.is_empty() || placement.state.id() == query.state)
        .map(|placement| Row {
            state: wording::placement_state(&page, placement.state),
            km: placement.distance_m.map_or_else(String::new, |metres| format!("{:.1} km", metres as f64 / 1000.0)),
            window: week(&page, &cohort, placement.window_index),
            changes: changes_of(&page, placement.state),
            placement,
        })
        .collect();
    render(&PlacementPage { page, cohort, rounds, rows, unplaced, proposed, moves, notes, map, filter: query.state })
}

/// The first day of a weekly window.
pub(crate) fn week(page: &Page, cohort: &Cohort, index: i64) -> String {
    let day = cohort.practicum_from + chrono::TimeDelta::weeks(index);
    t!(page, "window-week", number = index + 1, day = page.date(day))
}

/// Latitude and longitude on a plane, north up, the middle latitude true to scale.
fn map(
    offices: &[HostOffice],
    taken: &HashMap<i64, i64>,
    homes: &HashMap<i64, (i64, i64)>,
    placements: &[Placement],
) -> Option<Map> {
    let at_office = |office: &HostOffice| Some((office.lat_e6?, office.lon_e6?));
    // Only what lies near the trainees belongs on the picture.
    let (mut south, mut north, mut west, mut east) = (i64::MAX, i64::MIN, i64::MAX, i64::MIN);
    let used: Vec<i64> = placements.iter().map(|placement| placement.host_office_id).collect();
    let shown = offices.iter().filter(|office| used.contains(&office.id)).filter_map(at_office);
    for (lat, lon) in homes.values().copied().chain(shown) {
        (south, north) = (south.min(lat), north.max(lat));
        (west, east) = (west.min(lon), east.max(lon));
    }
    if south > north {
        return None;
    }
    let (pad_lat, pad_lon) = ((north - south) / 20 + 5_000, (east - west) / 20 + 5_000);
    (south, north, west, east) = (south - pad_lat, north + pad_lat, west - pad_lon, east + pad_lon);
    let middle = ((south + north) as f64 / 2e6).to_radians().cos();
    let per_degree = (MAP_WIDTH - 2.0 * MARGIN) / ((east - west) as f64 * middle);
    let place = |(lat, lon): (i64, i64)| {
        let x = MARGIN + (lon - west) as f64 * middle * per_degree;
        let y = MARGIN + (north - lat) as f64 * per_degree;
        (x.round() as i64, y.round() as i64)
    };
    let inside = |(lat, lon): &(i64, i64)| (south..=north).contains(lat) && (west..=east).contains(lon);
    let office_at: HashMap<i64, (i64, i64)> =
        offices.iter().filter_map(|office| Some((office.id, at_office(office)?))).collect();
    let office_dots = offices
        .iter()
        .filter_map(|office| {
            let (x, y) = place(at_office(office).filter(inside)?);
            let left = office.capacity - taken.get(&office.id).copied().unwrap_or(0);
            let class = if left > 0 { "office" } else { "office full" };
            Some(Dot { x, y, label: format!("{} ({left})", office.name), class })
        })
        .collect();
    let placed: HashMap<i64, &Placement> =
        placements.iter().map(|placement| (placement.enrolment_id, placement)).collect();
    let mut ids: Vec<_> = homes.keys().copied().collect();
    ids.sort_unstable();
    let mut trainees = Vec::new();
    let mut threads = Vec::new();
    for id in ids {
        let (x, y) = place(homes[&id]);
        match placed.get(&id) {
            Some(placement) => {
                trainees.push(Dot { x, y, label: placement.trainee_name.clone(), class: "trainee" });
                if let Some(there) = office_at.get(&placement.host_office_id) {
                    let (x2, y2) = place(*there);
                    let far = placement.distance_m.is_some_and(|metres| metres > FAR_M);
                    threads.push(Thread { x1: x, y1: y, x2, y2, class: if far { "far" } else { "near" } });
                }
            }
            None => trainees.push(Dot { x, y, label: String::new(), class: "trainee unplaced" }),
        }
    }
    let height = (2.0 * MARGIN + (north - south) as f64 * per_degree).round() as i64;
    let units_per_km = per_degree * 1e6 / 111.195;
    let scale_km =
        [1, 2, 5, 10, 20, 50, 100, 200].into_iter().find(|km| *km as f64 * units_per_km > 80.0).unwrap_or(500);
    let scale_width = (scale_km as f64 * units_per_km).round() as i64;
    Some(Map { height, offices: office_dots, trainees, threads, scale_km, scale_width })
}

pub(crate) async fn place(State(app): State<App>, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let round = app.secretariat.place_cohort(&page.staff()?, cohort, fields.ticked("move_notified")).await?;
    let notice = match round.moved {
        0 => t!(page, "notice-placed", placed = round.placed, unplaced = round.unplaced.len()),
        moved => {
            t!(page, "notice-placed-moving", placed = round.placed, unplaced = round.unplaced.len(), moved = moved)
        }
    };
    page.go(&format!("/cohorts/{cohort}/placement"), notice).await
}

pub(crate) async fn confirm(State(app): State<App>, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let count = app.secretariat.confirm_round(&page.staff()?, cohort, fields.number("round")?).await?;
    page.go(&format!("/cohorts/{cohort}/placement"), t!(page, "notice-notified", count = count)).await
}

/// Supervisors answer for their own office alone, once they were told; anything else is as if it were not there.
fn check_own(page: &Page, placement: &Placement) -> Result<(), Problem> {
    let viewer = page.viewer()?;
    let hidden = placement.state == PlacementState::Proposed || viewer.host_office_id != Some(placement.host_office_id);
    if viewer.role == Role::Supervisor && hidden { Err(Problem::NotFound) } else { Ok(()) }
}

pub(crate) async fn change(
    State(app): State<App>,
    page: Page,
    Path(placement): Path<i64>,
    Form(fields): Form,
) -> Answer {
    let to = PlacementState::from_id(fields.text("to")).ok_or_else(|| Problem::BadForm("to".into()))?;
    let staff = page.staff()?;
    let mut work = app.secretariat.read(&staff).await?;
    let current = work.placement(placement).await?;
    let cohort = work.enrolment(current.enrolment_id).await?.cohort_id;
    work.roll_back().await?;
    check_own(&page, &current)?;
    let version = fields.number("version")?;
    app.secretariat.change_placement(&staff, placement, version, to, fields.text("reason")).await?;
    let back = match staff.role {
        Role::Supervisor => format!("/offices/{}", current.host_office_id),
        _ => format!("/cohorts/{cohort}/placement"),
    };
    page.go(&back, t!(page, "notice-saved")).await
}

/// Names who guides a trainee; an office does so for its own.
pub(crate) async fn assign_supervisor(
    State(app): State<App>,
    page: Page,
    Path(placement): Path<i64>,
    Form(fields): Form,
) -> Answer {
    let staff = page.staff()?;
    let mut work = app.secretariat.read(&staff).await?;
    let current = work.placement(placement).await?;
    work.roll_back().await?;
    check_own(&page, &current)?;
    let (supervisor, reason) = (fields.number("supervisor")?, fields.text("reason"));
    app.secretariat.assign_supervisor(&staff, placement, supervisor, reason).await?;
    page.go(&format!("/offices/{}", current.host_office_id), t!(page, "notice-saved")).await
}

pub(crate) async fn fix(State(app): State<App>, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let window: i64 = fields.number::<i64>("window")? - 1;
    let office = training::person::normalise(fields.text("office_number"));
    app.secretariat.fix_placement(&page.staff()?, enrolment, &office, window, fields.text("reason")).await?;
    page.go(&format!("/trainees/{enrolment}#placement"), t!(page, "notice-saved")).await
}

pub(crate) async fn exclude(
    State(app): State<App>,
    page: Page,
    Path(enrolment): Path<i64>,
    Form(fields): Form,
) -> Answer {
    let office = training::person::normalise(fields.text("office_number"));
    app.secretariat.exclude_pair(&page.staff()?, enrolment, &office, fields.text("reason")).await?;
    page.go(&format!("/trainees/{enrolment}#placement"), t!(page, "notice-saved")).await
}

//! The person behind a trainee: read on a page, changed by a form, and what two people changed at once.

use crate::placement::map::{Map, Scene, Shown};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::{Conflict, Problem};
use crate::wording;
use askama::Template;
use axum::extract::Path;
use secretariat::trainee::Person;
use secretariat::trainee::person::{TypedPerson, person_fields};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "trainee/person_edit.html")]
struct Edit {
    page: Page,
    enrolment: i64,
    person: Person,
    /// Degrees, as text; empty where nobody knows.
    latitude: String,
    longitude: String,
    /// How precisely the home is known, and by what.
    precision: String,
    workplace: String,
    map: Option<Map>,
}

/// How far around a home its map goes, degrees × 10⁶.
const AROUND_E6: i64 = 120_000;

pub(crate) async fn edit(mut desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    let work = desk.records().await?;
    let person = work.person_of(enrolment).await?;
    let cohort = work.enrolment(enrolment).await?.cohort_id;
    let mut places = work.person_places(cohort).await?;
    places.retain(|place| place.person_id == person.id);
    let map = match person.lat_e6.zip(person.lon_e6) {
        None => None,
        Some((lat, lon)) => {
            let within = [lat - AROUND_E6, lat + AROUND_E6, lon - AROUND_E6, lon + AROUND_E6];
            let offices = work.office_sites(page.today).await?;
            let outlines = work.outlines(within).await?;
            // Two corners make the map go around the home, whatever lies there.
            let homes = HashMap::from([
                (enrolment, (lat, lon)),
                (-1, (lat - AROUND_E6, lon - AROUND_E6)),
                (-2, (lat + AROUND_E6, lon + AROUND_E6)),
            ]);
            let names = [(enrolment, person.name.clone())].into();
            let (taken, placements) = (HashMap::new(), Vec::new());
            let scene = Scene {
                cohort,
                offices: &offices,
                taken: &taken,
                homes: &homes,
                names: &names,
                placements: &placements,
                outlines: &outlines,
                together: false,
            };
            scene.draw(&page, &Shown::default()).map(|mut map| {
                map.trainees.retain(|dot| dot.id == enrolment);
                map
            })
        }
    };
    let degrees = |e6: Option<i64>| e6.map_or_else(String::new, |e6| format!("{:.6}", e6 as f64 / 1e6));
    let of_kind = |kind: &str| places.iter().find(|place| place.kind == kind);
    let precision = match of_kind("home") {
        Some(place) => wording::precision(&page, &place.precision, &place.source),
        None => t!(page, "precision-unsaid"),
    };
    let workplace = of_kind("workplace").map(|place| place.source.clone()).unwrap_or_default();
    let (latitude, longitude) = (degrees(person.lat_e6), degrees(person.lon_e6));
    render(&Edit { page, enrolment, person, latitude, longitude, precision, workplace, map })
}

/// Saves a person as read at the form's version; if somebody was faster, both versions are shown and nothing is saved.
pub(crate) async fn update(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let typed = TypedPerson {
        version: fields.number("version")?,
        row: crate::cohort::roster::read_row(&page, &fields, false)?,
        asks_place: fields.names().any(|name| name == "latitude"),
        workplace: fields.text("workplace").to_owned(),
    };
    // Links that sign the person in go to the address.
    let known = desk.records().await?.person_of(enrolment).await?.email.unwrap_or_default();
    if fields.text("email") != known && !page.is_proven {
        return Err(Problem::AsksAgain);
    }
    match desk.act().change_person(&page.staff()?, enrolment, &typed).await {
        Ok(renamed) => {
            let notice = if renamed { t!(page, "notice-name-changed") } else { t!(page, "notice-saved") };
            page.go(&format!("/trainees/{enrolment}"), notice).await
        }
        Err(error) if error.is_overtaken() => {
            let now = desk.records().await?.person_of(enrolment).await?;
            Err(Problem::LostUpdate(conflicts(&page, &typed.over(&now), &now)))
        }
        Err(error) => Err(error.into()),
    }
}

fn conflicts(page: &Page, yours: &Person, theirs: &Person) -> Vec<Conflict> {
    let fields = |person: &Person| person_fields(person, |date| page.date(date));
    fields(yours)
        .into_iter()
        .zip(fields(theirs))
        .filter(|((_, yours), (_, theirs))| yours != theirs)
        .map(|((key, yours), (_, theirs))| Conflict { field: wording::roster_column(page, key), yours, theirs })
        .collect()
}

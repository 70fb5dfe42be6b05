//! The person behind a trainee: read on a page, changed by a form, and what two people changed at once.

use crate::app::App;
use crate::placement::map::{Map, Scene, Shown};
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::{Conflict, Problem};
use crate::wording;
use askama::Template;
use axum::extract::{Path, State};
use secretariat::trainee::Person;
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

pub(crate) async fn edit(State(app): State<App>, page: Page, Path(enrolment): Path<i64>) -> Answer {
    let mut work = app.secretariat.read(&page.staff()?).await?;
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
    work.roll_back().await?;
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
pub(crate) async fn update(
    State(app): State<App>,
    page: Page,
    Path(enrolment): Path<i64>,
    Form(fields): Form,
) -> Answer {
    let row = crate::cohort::roster::read_row(&page, &fields)?;
    let mut work = app.secretariat.write(&page.staff()?).await?;
    let now = work.person_of(enrolment).await?;
    // A field left empty means that nobody knows; who moves house is not where the old home was.
    let asked = fields.names().any(|name| name == "latitude");
    let moved = asked && row.address != now.address && (row.lat_e6, row.lon_e6) == (now.lat_e6, now.lon_e6);
    let place = match asked {
        _ if moved => (None, None),
        true => (row.lat_e6, row.lon_e6),
        false => (now.lat_e6, now.lon_e6),
    };
    let changed = Person {
        version: fields.number("version")?,
        name: row.name,
        kana: row.kana,
        former_name: row.former_name,
        birth_date: row.birth_date,
        postcode: row.postcode,
        address: row.address,
        phone: row.phone,
        email: row.email,
        employer: row.employer,
        lat_e6: place.0,
        lon_e6: place.1,
        ..now.clone()
    };
    match work.update_person(&changed).await {
        Ok(()) => {
            if place != (now.lat_e6, now.lon_e6) {
                work.forget_travel_minutes(now.id).await?;
            }
            if let (true, (Some(lat), Some(lon))) = (place != (now.lat_e6, now.lon_e6), place) {
                work.set_person_place(&secretariat::placement::gazetteer::home(now.id, (lat, lon), "exact", "hand"))
                    .await?;
            }
            secretariat::placement::gazetteer::set_workplace(&mut work, now.id, fields.text("workplace")).await?;
            work.commit().await?;
            let notice = match changed.name == now.name {
                true => t!(page, "notice-saved"),
                false => t!(page, "notice-name-changed"),
            };
            page.go(&format!("/trainees/{enrolment}"), notice).await
        }
        Err(secretariat::RecordError::LostUpdate) => Err(Problem::LostUpdate(conflicts(&page, &changed, &now))),
        Err(error) => Err(error.into()),
    }
}

fn conflicts(page: &Page, yours: &Person, theirs: &Person) -> Vec<Conflict> {
    let fields = |person: &Person| -> Vec<(&'static str, String)> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        vec![
            ("name", person.name.clone()),
            ("kana", person.kana.clone()),
            ("birth_date", page.date(person.birth_date)),
            ("former_name", text(&person.former_name)),
            ("postcode", text(&person.postcode)),
            ("address", text(&person.address)),
            ("phone", text(&person.phone)),
            ("email", text(&person.email)),
            ("employer", text(&person.employer)),
        ]
    };
    fields(yours)
        .into_iter()
        .zip(fields(theirs))
        .filter(|((_, yours), (_, theirs))| yours != theirs)
        .map(|((key, yours), (_, theirs))| Conflict { field: wording::roster_column(page, key), yours, theirs })
        .collect()
}

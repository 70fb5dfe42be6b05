//! Whom a row of a roster makes of somebody: a new person, or a known one with what the row says.

use crate::Result;
use crate::cohort::roster::Duplicate;
use crate::cohort::roster_row::RosterRow;
use crate::placement::gazetteer::{home, municipality_of};
use crate::trainee::person::person_fields;
use records::Work;
use records::trainee::person::Person;
use std::collections::HashMap;

/// Where somebody lives: as the row says, else the middle of the municipality.
pub(super) async fn set_home(work: &mut Work, person: i64, place: (i64, i64), row: &RosterRow) -> Result<()> {
    let own = row.lat_e6.is_some() && row.lon_e6.is_some();
    let precision = if own { "exact" } else { "municipality" };
    Ok(work.set_person_place(&home(person, place, precision, "roster")).await?)
}

/// A known person with everything the row says. What it leaves empty stays as known.
pub(super) fn updated(known: Person, row: &RosterRow, centres: &[(String, String, i64, i64)]) -> Person {
    let or = |said: &Option<String>, known: Option<String>| said.clone().or(known);
    let is_moved = row.address.is_some() && row.address != known.address;
    let of_row = person_of(row, centres);
    let own = row.lat_e6.zip(row.lon_e6);
    let place =
        if is_moved || own.is_some() { of_row.lat_e6.zip(of_row.lon_e6) } else { known.lat_e6.zip(known.lon_e6) };
    Person {
        name: row.name.clone(),
        kana: row.kana.clone(),
        birth_date: row.birth_date,
        former_name: or(&row.former_name, known.former_name.clone()),
        postcode: or(&row.postcode, known.postcode.clone()),
        address: or(&row.address, known.address.clone()),
        phone: or(&row.phone, known.phone.clone()),
        email: or(&row.email, known.email.clone()),
        employer: or(&row.employer, known.employer.clone()),
        lat_e6: place.map(|(lat, _)| lat),
        lon_e6: place.map(|(_, lon)| lon),
        ..known
    }
}

/// Says of each row that looks like a known person what would change.
pub(super) async fn tell_differences(
    work: &mut Work,
    cohort: i64,
    rows: &[(usize, RosterRow)],
    undecided: &mut [Duplicate],
) -> Result<()> {
    let centres = work.municipality_centres().await?;
    let of_row: HashMap<usize, &RosterRow> = rows.iter().map(|(number, row)| (*number, row)).collect();
    let here: HashMap<i64, Person> =
        work.people_of_cohort(cohort).await?.into_values().map(|person| (person.id, person)).collect();
    for duplicate in undecided {
        let (Some(id), Some(row)) = (duplicate.why.person(), of_row.get(&duplicate.row)) else { continue };
        let known = match here.get(&id) {
            Some(known) => known.clone(),
            None => work.person(id).await?,
        };
        duplicate.differs = differences(&known, &updated(known.clone(), row, &centres));
    }
    Ok(())
}

fn differences(known: &Person, now: &Person) -> Vec<(&'static str, String, String)> {
    let fields = |person: &Person| person_fields(person, training::wareki::format);
    let both = fields(known).into_iter().zip(fields(now));
    both.filter(|(known, now)| known != now).map(|((key, known), (_, now))| (key, known, now)).collect()
}

/// Without coordinates of its own, a home is taken to lie at the middle of its municipality's host offices.
pub(super) fn person_of(row: &RosterRow, centres: &[(String, String, i64, i64)]) -> Person {
    let address = row.address.clone().unwrap_or_default();
    let centre =
        municipality_of(&address, centres, |centre| (&centre.0, &centre.1)).map(|(centre, _)| (centre.2, centre.3));
    let own = row.lat_e6.zip(row.lon_e6);
    let (lat_e6, lon_e6) = own.or(centre).unzip();
    Person {
        name: row.name.clone(),
        kana: row.kana.clone(),
        former_name: row.former_name.clone(),
        birth_date: row.birth_date,
        postcode: row.postcode.clone(),
        address: row.address.clone(),
        phone: row.phone.clone(),
        email: row.email.clone(),
        employer: row.employer.clone(),
        lat_e6,
        lon_e6,
        ..Person::default()
    }
}

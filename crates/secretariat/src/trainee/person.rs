//! The person behind a trainee, changed by hand.

use super::Person;
use crate::cohort::roster_row::RosterRow;
use crate::placement::gazetteer::{home, set_workplace};
use crate::{Result, Secretariat, Staff};
use training::NaiveDate;

/// What was typed about a person.
#[derive(Debug, Clone)]
pub struct TypedPerson {
    /// The person's, as it was read.
    pub version: i64,
    pub row: RosterRow,
    /// Did the form ask where the home is? A field left empty then means that nobody knows.
    pub asks_place: bool,
    /// An address; empty where none was typed.
    pub workplace: String,
}

impl TypedPerson {
    /// A person as typed. Who moves house is not where the old home was.
    pub fn over(&self, now: &Person) -> Person {
        let row = self.row.clone();
        let moved =
            self.asks_place && row.address != now.address && (row.lat_e6, row.lon_e6) == (now.lat_e6, now.lon_e6);
        let (lat_e6, lon_e6) = match self.asks_place {
            _ if moved => (None, None),
            true => (row.lat_e6, row.lon_e6),
            false => (now.lat_e6, now.lon_e6),
        };
        Person {
            version: self.version,
            name: row.name,
            kana: row.kana,
            former_name: row.former_name,
            birth_date: row.birth_date,
            postcode: row.postcode,
            address: row.address,
            phone: row.phone,
            email: row.email,
            employer: row.employer,
            lat_e6,
            lon_e6,
            ..now.clone()
        }
    }
}

/// What a person's form holds, key by key, to be compared field by field. `date` writes a date.
pub fn person_fields(person: &Person, date: impl Fn(NaiveDate) -> String) -> [(&'static str, String); 9] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        ("name", person.name.clone()),
        ("kana", person.kana.clone()),
        ("birth_date", date(person.birth_date)),
        ("former_name", text(&person.former_name)),
        ("postcode", text(&person.postcode)),
        ("address", text(&person.address)),
        ("phone", text(&person.phone)),
        ("email", text(&person.email)),
        ("employer", text(&person.employer)),
    ]
}

impl Secretariat {
    /// Changes the person of an enrolment; gives whether the name is another one now.
    ///
    /// [`records::Error::LostUpdate`] where somebody was faster: nothing is changed then.
    pub async fn change_person(&self, staff: &Staff, enrolment: i64, typed: &TypedPerson) -> Result<bool> {
        let mut work = self.write(staff).await?;
        let now = work.person_of(enrolment).await?;
        let changed = typed.over(&now);
        work.update_person(&changed).await?;
        let place = (changed.lat_e6, changed.lon_e6);
        if place != (now.lat_e6, now.lon_e6) {
            work.forget_travel_minutes(now.id).await?;
            if let (Some(lat), Some(lon)) = place {
                work.set_person_place(&home(now.id, (lat, lon), "exact", "hand")).await?;
            }
        }
        set_workplace(&mut work, now.id, &typed.workplace).await?;
        work.commit().await?;
        Ok(changed.name != now.name)
    }
}

//! What an office offers: places, what it is suited for, the kinds of case it can show, the days it takes nobody.

use super::{HostOffice, OfficeOffer};
use crate::fact::check_not_to_come;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use training::NaiveDate;
use training::practicum::registration::RegistrationState;

/// Most places an office can offer, and most chief care managers it can have.
pub(crate) const MOST_PLACES: i64 = 1000;

/// What the secretariat types about an office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficePlaces {
    /// The office's, as it was read.
    pub version: i64,
    pub capacity: i64,
    pub weekly_capacity: i64,
    pub chief_care_managers: i64,
    pub specified_office_addition: bool,
    pub community_support_centre: bool,
    pub judged_suitable: bool,
    pub reception_system: bool,
    pub improvement_recommended: Option<bool>,
    pub confirmed_on: Option<NaiveDate>,
}

/// Has the prefecture registered the office?
pub async fn is_registered(work: &mut Work, office: i64) -> Result<bool> {
    let registrations = work.registrations_of(office).await?;
    Ok(registrations.iter().any(|registration| registration.state == RegistrationState::Registered))
}

/// Periods in which an office takes nobody, divided by blanks: `2027-02-01/2027-02-14`.
fn is_closed_list(text: &str) -> bool {
    text.split_whitespace().all(|period| {
        let days = period.split_once('/').map(|(from, until)| (from.parse::<NaiveDate>(), until.parse::<NaiveDate>()));
        matches!(days, Some((Ok(from), Ok(until))) if from <= until)
    })
}

/// An office does not take more people in a week than in all; one that takes nobody is not asked.
pub(super) fn check_week(capacity: i64, weekly_capacity: i64) -> Result<()> {
    match capacity == 0 || weekly_capacity <= capacity {
        true => Ok(()),
        false => Err(Refusal::FieldInvalid { field: "weekly_capacity", value: weekly_capacity.to_string() }.into()),
    }
}

impl Secretariat {
    /// Records an office's places. What it was registered for is the prefecture's to change and stays.
    ///
    /// [`records::Error::LostUpdate`] where somebody was faster.
    pub async fn change_places(&self, staff: &Staff, office: i64, places: &OfficePlaces) -> Result<()> {
        self.check_places(places)?;
        let mut work = self.write(staff).await?;
        self.change_places_in(&mut work, office, places).await?;
        Ok(work.commit().await?)
    }

    /// What is wrong with places by themselves.
    pub(super) fn check_places(&self, places: &OfficePlaces) -> Result<()> {
        for (field, value) in [
            ("capacity", places.capacity),
            ("weekly_capacity", places.weekly_capacity),
            ("chief_care_managers", places.chief_care_managers),
        ] {
            if !(0..=MOST_PLACES).contains(&value) {
                return Err(Refusal::FieldInvalid { field, value: value.to_string() }.into());
            }
        }
        check_week(places.capacity, places.weekly_capacity)?;
        if let Some(on) = places.confirmed_on {
            check_not_to_come(self.today(), "confirmed_on", on)?;
        }
        Ok(())
    }

    /// The door to the places of an office, of one or of many.
    pub(super) async fn change_places_in(&self, work: &mut Work, office: i64, places: &OfficePlaces) -> Result<()> {
        self.check_places(places)?;
        let now = work.host_office(office).await?;
        let changed = HostOffice {
            version: places.version,
            capacity: places.capacity,
            weekly_capacity: places.weekly_capacity,
            chief_care_managers: places.chief_care_managers,
            improvement_recommended: places.improvement_recommended,
            confirmed_on: places.confirmed_on,
            ..now.clone()
        };
        let changed = match is_registered(work, office).await? {
            true => HostOffice { improvement_recommended: now.improvement_recommended, ..changed },
            false => HostOffice {
                specified_office_addition: places.specified_office_addition,
                community_support_centre: places.community_support_centre,
                judged_suitable: places.judged_suitable,
                reception_system: places.reception_system,
                ..changed
            },
        };
        Ok(work.update_office_capacity(&changed).await?)
    }

    /// Somebody of the office or the secretariat has looked today: the places are still the ones recorded.
    pub async fn confirm_places(&self, staff: &Staff, office: i64, version: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        let now = work.host_office(office).await?;
        let confirmed = HostOffice { version, confirmed_on: Some(self.today()), ..now };
        work.update_office_capacity(&confirmed).await?;
        Ok(work.commit().await?)
    }

    /// What an office can show, and when it takes nobody.
    pub async fn set_offer(&self, staff: &Staff, offer: &OfficeOffer) -> Result<()> {
        if !is_closed_list(&offer.closed) {
            return Err(Refusal::FieldInvalid { field: "closed", value: offer.closed.clone() }.into());
        }
        let mut work = self.write(staff).await?;
        work.set_office_offer(offer).await?;
        Ok(work.commit().await?)
    }
}

//! Trainees who find an office themselves: the list they choose from, asking, first come first served.

use super::season::{Corporations, Notified, closed_weeks, distance_m, point, policy_of, season, weeks_to_come};
use crate::placement::refusal::PlacementRefusal;
use crate::trainee::refusal::TraineeRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use placement::Assignment;
use placement::candidates::Hosts;
use placement::distance::kilometres;
use placement::policy::Strictness;
use records::Work;
use records::cohort::Cohort;
use records::office::OfficeSite;
use records::placement::request::RequestPeriod;
use records::placement::round::NewRound;
use records::placement::{NewPlacement, Placement};
use std::collections::{HashMap, HashSet};
use training::practicum::placement::{PlacementState, check_transition};
use training::trainee::person::normalise;

/// An office a trainee can ask.
#[derive(Debug, Clone)]
pub struct OpenOffice {
    pub site: OfficeSite,
    pub km: Option<f64>,
    /// Places left in the season.
    pub left: i64,
    /// Weekly windows with a place left that have not ended, from 0.
    pub weeks: Vec<i64>,
}

/// What a trainee sees who looks for an office.
#[derive(Debug, Clone)]
pub struct OpenOffices {
    pub cohort: Cohort,
    pub period: Option<RequestPeriod>,
    /// May the trainee ask today?
    pub open: bool,
    /// Where the trainee is placed already, or has asked.
    pub current: Option<Placement>,
    /// The nearest first; those whose way is not known last.
    pub offices: Vec<OpenOffice>,
}

/// Why a proposal gives way.
const OWN_REQUEST: &str = "受講者が別の事業所に申し込んだため";

/// The round that holds what is not of a solver's making.
pub(super) async fn round_by_hand(work: &mut Work, cohort: i64) -> Result<i64> {
    match work.rounds(cohort).await?.first() {
        Some(round) => Ok(round.id),
        None => {
            let new = NewRound { cohort, placed: 0, unplaced: 0, cost: 0, input_hash: "by hand" };
            Ok(work.create_round(new).await?)
        }
    }
}

/// The office, if it takes trainees of this cohort: listed, with places, and registered where that is required.
pub(super) async fn open_site(work: &mut Work, cohort: &Cohort, office: i64) -> Result<Option<OfficeSite>> {
    let sites = work.office_sites(cohort.practicum_from).await?;
    Ok(sites.into_iter().find(|site| site.id == office))
}

/// Places in one weekly window.
fn weekly(site: &OfficeSite) -> i64 {
    if site.weekly_capacity > 0 { site.weekly_capacity } else { site.capacity }
}

/// Weeks of an office in which a place is left, and how many are left in the season.
fn places_left(
    site: &OfficeSite,
    elsewhere: i64,
    taken: &HashMap<i64, i64>,
    weeks: std::ops::Range<i64>,
) -> (i64, Vec<i64>) {
    let left = site.capacity - elsewhere - taken.values().sum::<i64>();
    let free = |week: &i64| left > 0 && taken.get(week).copied().unwrap_or(0) < weekly(site);
    (left.max(0), weeks.filter(free).collect())
}

impl Secretariat {
    /// Says from when until when the trainees of a cohort may ask offices themselves.
    pub async fn set_request_period(&self, staff: &Staff, cohort: i64, period: &RequestPeriod) -> Result<()> {
        if period.closes_on < period.opens_on {
            return Err(Refusal::FieldInvalid { field: "closes_on", value: period.closes_on.to_string() }.into());
        }
        let mut work = self.write(staff).await?;
        work.set_request_period(cohort, period).await?;
        Ok(work.commit().await?)
    }

    /// The offices a trainee can ask: with places left, whose name, number, corporation or municipality contains `text`.
    pub async fn open_offices(&self, work: &mut Work, enrolment: i64, text: &str) -> Result<OpenOffices> {
        let enrolment = work.enrolment(enrolment).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        let period = work.request_period(cohort.id).await?;
        let open = enrolment.state.takes_part() && period.is_some_and(|period| period.contains(self.today()));
        let current = work.placements_of(enrolment.id).await?.into_iter().find(|known| known.state.takes_place());
        let mut offices = Vec::new();
        if open {
            let person = work.person(enrolment.person_id).await?;
            let home = point(person.lat_e6, person.lon_e6);
            let elsewhere: HashMap<i64, i64> = work.placements_elsewhere(cohort.id).await?.into_iter().collect();
            let mut taken: HashMap<i64, HashMap<i64, i64>> = HashMap::new();
            for row in work.places_taken_by_window(cohort.id).await? {
                taken.entry(row.host_office_id).or_default().insert(row.window_index, row.taken);
            }
            let nowhere = HashMap::new();
            let excluded: HashSet<i64> = work
                .excluded_pairs(cohort.id)
                .await?
                .into_iter()
                .filter(|pair| pair.0 == enrolment.id)
                .map(|pair| pair.1)
                .collect();
            let offers = work.office_offers().await?;
            let closed: HashMap<i64, &str> =
                offers.iter().map(|offer| (offer.host_office_id, offer.closed.as_str())).collect();
            let count = u32::try_from(cohort.practicum_weeks).unwrap_or(0).min(64);
            let own_week = |week: &i64| {
                let mark = usize::try_from(*week).ok().and_then(|week| enrolment.windows.as_bytes().get(week));
                enrolment.windows.is_empty() || mark == Some(&b'1')
            };
            let wanted = normalise(text);
            let weeks = weeks_to_come(&cohort, self.today());
            let sites = work.office_sites(cohort.practicum_from).await?;
            // Where the policy sends nobody, nobody is invited to ask.
            let own_employer_forbidden =
                policy_of(work, cohort.id).await?.rules.own_employer.rule == Strictness::Forbid;
            let mut corporations = Corporations::of(&sites);
            let employer = person.employer.as_deref().map_or(0, |name| corporations.employer(name));
            for site in sites {
                if own_employer_forbidden && employer != 0 && corporations.office(&site) == employer {
                    continue;
                }
                let named = [&site.name, &site.office_number, &site.corporation, &site.municipality];
                if !wanted.is_empty() && !named.iter().any(|name| normalise(name).contains(&wanted)) {
                    continue;
                }
                let here = taken.get(&site.id).unwrap_or(&nowhere);
                let others = elsewhere.get(&site.id).copied().unwrap_or(0);
                let (left, mut weeks) = places_left(&site, others, here, weeks.clone());
                let closed =
                    closed.get(&site.id).map_or(0, |closed| closed_weeks(closed, cohort.practicum_from, count));
                weeks.retain(|week| own_week(week) && closed >> week & 1 == 0);
                if weeks.is_empty() || excluded.contains(&site.id) {
                    continue;
                }
                let km = home.zip(point(site.lat_e6, site.lon_e6)).map(|(home, there)| kilometres(home, there));
                offices.push(OpenOffice { site, km, left, weeks });
            }
            let far = |office: &OpenOffice| office.km.unwrap_or(f64::INFINITY);
            offices.sort_by(|one, other| far(one).total_cmp(&far(other)));
        }
        Ok(OpenOffices { cohort, period, open, current, offices })
    }

    /// A trainee asks an office for a week. Of two who press at once for the last place one gets it; the other is told that it is gone.
    pub async fn request_office(&self, staff: &Staff, enrolment: i64, office: i64, week: i64) -> Result<()> {
        let mut reading = self.read(staff).await?;
        let enrolment = reading.enrolment(enrolment).await?;
        let cohort = reading.cohort(enrolment.cohort_id).await?;
        let period = reading.request_period(cohort.id).await?;
        reading.office_site(office).await?;
        let season = season(&mut reading, &cohort, Notified::Stay).await?;
        drop(reading);
        if !period.is_some_and(|period| period.contains(self.today())) {
            return Err(PlacementRefusal::RequestsClosed.into());
        }
        // Nobody goes where the placement would not send them either.
        let trainee = season
            .enrolments
            .iter()
            .position(|known| known.id == enrolment.id)
            .ok_or(Refusal::Trainee(TraineeRefusal::TakesNoPart))?;
        let host = season
            .offices
            .iter()
            .position(|known| known.id == office)
            .ok_or(Refusal::Placement(PlacementRefusal::OfficeFull))?;
        if !weeks_to_come(&cohort, self.today()).contains(&week) {
            return Err(Refusal::FieldInvalid { field: "window", value: week.saturating_add(1).to_string() }.into());
        }
        let at = Assignment { trainee, host, window: u32::try_from(week).unwrap_or(u32::MAX) };
        if !season.still_permits(&Hosts::new(&season.instance), &at) {
            return Err(PlacementRefusal::OfficeNotOpenToTrainee.into());
        }
        let mut work = self.write(staff).await?;
        work.lock_office(office).await?;
        let current = work.placements_of(enrolment.id).await?.into_iter().find(|known| known.state.takes_place());
        match current {
            // Pressed twice.
            Some(known)
                if (known.host_office_id, known.window_index, known.state)
                    == (office, week, PlacementState::Requested) =>
            {
                return Ok(());
            }
            // A proposal nobody was told of gives way to what the trainee wishes; one fixed by hand does not, and is not told either.
            Some(known) if known.state == PlacementState::Proposed && !known.fixed => {
                work.change_placement(&known, PlacementState::Cancelled, OWN_REQUEST).await?;
            }
            Some(known) if known.state == PlacementState::Proposed => return Err(PlacementRefusal::BeingPlaced.into()),
            Some(known) => return Err(PlacementRefusal::PlacedAlready { office: known.office_name }.into()),
            None => {}
        }
        let round = round_by_hand(&mut work, cohort.id).await?;
        let new = NewPlacement {
            round,
            enrolment: enrolment.id,
            host_office: office,
            window: week,
            distance_m: distance_m(&season.instance, &at),
            fixed: false,
            state: PlacementState::Requested,
        };
        let id = work.create_placement(&new).await?;
        // Counted with this one in it, when nobody else of the cohort or for the office can come between.
        if !work.enrolment(enrolment.id).await?.state.takes_part() {
            return Err(TraineeRefusal::TakesNoPart.into());
        }
        let site =
            open_site(&mut work, &cohort, office).await?.ok_or(Refusal::Placement(PlacementRefusal::OfficeFull))?;
        let elsewhere = work.placements_elsewhere(cohort.id).await?.into_iter().find(|(known, _)| *known == office);
        let rows = work.places_taken_by_window(cohort.id).await?;
        let here = rows.iter().filter(|row| row.host_office_id == office);
        let taken: i64 = elsewhere.map_or(0, |(_, taken)| taken) + here.clone().map(|row| row.taken).sum::<i64>();
        let in_week = here.filter(|row| row.window_index == week).map(|row| row.taken).sum::<i64>();
        if taken > site.capacity || in_week > weekly(&site) {
            return Err(PlacementRefusal::OfficeFull.into());
        }
        let placement = work.placement(id).await?;
        let mut writer = Secretariat::notice_writer_of(&mut work, enrolment.id).await?;
        writer.tell_of_change(&mut work, &placement, (None, PlacementState::Requested), "").await?;
        Ok(work.commit().await?)
    }

    /// A trainee gives up the own placement, or takes a request back; the place is free again. Pressed twice it is done once.
    pub async fn give_up_placement(
        &self,
        staff: &Staff,
        enrolment: i64,
        (placement, version): (i64, i64),
        reason: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let placements = work.placements_of(enrolment).await?;
        // What the secretariat has not told yet is not the trainee's to give up.
        let told = |known: &Placement| known.id == placement && known.state != PlacementState::Proposed;
        let current = placements.into_iter().find(told).ok_or(records::Error::NotFound)?;
        if current.state == PlacementState::Cancelled {
            return Ok(());
        }
        check_transition(current.state, PlacementState::Cancelled, staff.role, reason)?;
        let current = Placement { version, ..current };
        let mut writer = Secretariat::notice_writer_of(&mut work, enrolment).await?;
        writer.change_placement(&mut work, &current, PlacementState::Cancelled, reason.trim()).await?;
        Ok(work.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_left_in_the_season_and_in_the_week() {
        let office = |capacity, weekly_capacity| OfficeSite { capacity, weekly_capacity, ..OfficeSite::default() };
        for (site, elsewhere, taken, expected) in [
            (office(2, 1), 0, vec![], (2, vec![0, 1, 2])),
            (office(2, 1), 0, vec![(1, 1)], (1, vec![0, 2])),
            (office(2, 0), 0, vec![(1, 1)], (1, vec![0, 1, 2])),
            (office(2, 1), 1, vec![(1, 1)], (0, vec![])),
            (office(1, 1), 3, vec![], (0, vec![])),
        ] {
            let taken = taken.into_iter().collect();
            assert_eq!(places_left(&site, elsewhere, &taken, 0..3), expected, "{site:?} {taken:?}");
        }
    }
}

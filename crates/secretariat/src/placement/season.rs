//! What the records know of a season, as an instance of the placement.

use crate::placement::refusal::PlacementRefusal;
use crate::{Refusal, Result, local_day};
use chrono::TimeDelta;
use placement::policy::{Policy, Start};
use placement::{Assignment, Host, Instance, Point, Stay, Trainee};
use records::Work;
use records::cohort::Cohort;
use records::hex;
use records::office::{OfficeOffer, OfficeSite};
use records::placement::Placement;
use records::trainee::enrolment::Enrolment;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};
use training::NaiveDate;
use training::practicum::placement::PlacementState;
use training::trainee::person::comparable_name;

/// An instance with the rows its indices stand for.
pub(crate) struct Season {
    pub(crate) instance: Instance,
    pub(crate) enrolments: Vec<Enrolment>,
    pub(crate) offices: Vec<OfficeSite>,
    /// Current placements of the cohort, proposals included.
    pub(crate) placements: Vec<Placement>,
    /// Places taken, by office: in this cohort and others.
    pub(crate) taken: HashMap<i64, i64>,
    /// Names and homes of everybody who takes part, by enrolment.
    pub(crate) names: HashMap<i64, String>,
    pub(crate) homes: HashMap<i64, (i64, i64)>,
}

/// What becomes of placements people know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notified {
    /// They are fixed.
    Stay,
    /// They may move at the policy's price, while no dates are agreed and nobody fixed them by hand.
    MayMove,
}

pub(super) fn point(lat_e6: Option<i64>, lon_e6: Option<i64>) -> Option<Point> {
    Some(Point { lat_e6: i32::try_from(lat_e6?).ok()?, lon_e6: i32::try_from(lon_e6?).ok()? })
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// The policy a cohort is placed by: what was last saved, or the default.
pub(super) async fn policy_of(work: &mut Work, cohort: i64) -> Result<Policy> {
    match work.placement_policies(cohort).await?.first() {
        Some(saved) => {
            Ok(Policy::read(&saved.content).map_err(|error| Refusal::Placement(PlacementRefusal::Policy(error)))?)
        }
        None => Ok(Policy::default()),
    }
}

/// Corporations and employers that are the same name, legal form aside, get the same number here, and so do those with one corporation
/// number (法人番号), whichever office is met first; 0 is nobody.
#[derive(Default)]
pub(super) struct Corporations {
    /// Names and numbers, each in its own spelling, by the index of their group.
    known: HashMap<String, usize>,
    /// For each index the one it was found to be the same as; its own where none.
    same_as: Vec<usize>,
}

impl Corporations {
    pub(super) fn of(offices: &[OfficeSite]) -> Corporations {
        let mut corporations = Corporations::default();
        for office in offices {
            let [name, number] = Corporations::spellings(office);
            if let (Some(name), Some(number)) = (corporations.index(name), corporations.index(number)) {
                let (one, other) = (corporations.root(name), corporations.root(number));
                corporations.same_as[one.max(other)] = one.min(other);
            }
        }
        corporations
    }

    fn spellings(office: &OfficeSite) -> [String; 2] {
        // A number is no name: the blank keeps them apart.
        let number = training::trainee::person::normalise(&office.corporation_number);
        [comparable_name(&office.corporation), if number.is_empty() { number } else { format!(" {number}") }]
    }

    fn index(&mut self, spelling: String) -> Option<usize> {
        if spelling.is_empty() {
            return None;
        }
        let next = self.same_as.len();
        let index = *self.known.entry(spelling).or_insert(next);
        if index == next {
            self.same_as.push(next);
        }
        Some(index)
    }

    fn root(&self, mut index: usize) -> usize {
        while self.same_as[index] != index {
            index = self.same_as[index];
        }
        index
    }

    pub(super) fn office(&mut self, office: &OfficeSite) -> u64 {
        let [name, number] = Corporations::spellings(office);
        let index = self.index(number).or_else(|| self.index(name));
        index.map_or(0, |index| self.root(index) as u64 + 1)
    }

    pub(super) fn employer(&mut self, name: &str) -> u64 {
        let index = self.index(comparable_name(name));
        index.map_or(0, |index| self.root(index) as u64 + 1)
    }
}

/// Offices with places, and, from the index given beside them, those without where somebody of the cohort is placed.
async fn offices(
    work: &mut Work,
    on: NaiveDate,
    placed_at: impl Iterator<Item = i64>,
) -> Result<(Vec<OfficeSite>, usize)> {
    let mut offices = work.office_sites(on).await?;
    let listed: HashSet<i64> = offices.iter().map(|office| office.id).collect();
    let lacking: BTreeSet<i64> = placed_at.filter(|office| !listed.contains(office)).collect();
    let with_places = offices.len();
    for office in lacking {
        offices.push(work.office_site(office).await?);
    }
    Ok((offices, with_places))
}

/// The first day of a weekly window.
pub(super) fn first_day(cohort: &Cohort, week: i64) -> NaiveDate {
    cohort.practicum_from + TimeDelta::weeks(week)
}

/// Weekly windows that have not begun yet.
pub(super) fn weeks_to_come(cohort: &Cohort, today: NaiveDate) -> std::ops::Range<i64> {
    let begun = (0..cohort.practicum_weeks).take_while(|week| first_day(cohort, *week) <= today).count();
    begun as i64..cohort.practicum_weeks
}

/// What the solver is told. Nobody is sent into a week that has begun; who is told of one stays there.
pub(crate) async fn season(work: &mut Work, cohort: &Cohort, notified: Notified) -> Result<Season> {
    let prefecture = u8::try_from(work.provider().await?.prefecture).unwrap_or(0);
    let policy = policy_of(work, cohort.id).await?;
    let limit_m = policy.travel.limit_of(prefecture).unwrap_or(small(cohort.travel_limit_m));
    let elsewhere: HashMap<i64, i64> = work.placements_elsewhere(cohort.id).await?.into_iter().collect();
    let placements = work.current_placements(cohort.id).await?;
    let (offices, with_places) =
        offices(work, cohort.practicum_from, placements.iter().map(|placement| placement.host_office_id)).await?;
    // Who is done needs no place and takes none.
    let done: HashSet<i64> = placements
        .iter()
        .filter(|placement| placement.state == PlacementState::Done)
        .map(|placement| placement.enrolment_id)
        .collect();
    let mut taken = elsewhere.clone();
    for placement in placements.iter().filter(|placement| placement.state != PlacementState::Done) {
        *taken.entry(placement.host_office_id).or_default() += 1;
    }
    let offers: HashMap<i64, _> =
        work.office_offers().await?.into_iter().map(|offer| (offer.host_office_id, offer)).collect();
    let mut enrolments = work.enrolments(cohort.id).await?;
    enrolments.retain(|enrolment| enrolment.state.takes_part());
    let names: HashMap<i64, String> =
        enrolments.iter().map(|enrolment| (enrolment.id, enrolment.name.clone())).collect();
    enrolments.retain(|enrolment| !done.contains(&enrolment.id));
    let homes: HashMap<i64, _> =
        work.homes(cohort.id).await?.into_iter().map(|home| (home.enrolment_id, home)).collect();
    let places = match policy.travel.start {
        Start::Home => Vec::new(),
        Start::Workplace | Start::Nearer => work.person_places(cohort.id).await?,
    };
    let workplaces: HashMap<i64, Point> = places
        .into_iter()
        .filter(|place| place.kind == "workplace")
        .filter_map(|place| Some((place.person_id, point(Some(place.lat_e6), Some(place.lon_e6))?)))
        .collect();
    let known_minutes = work.travel_minutes(cohort.id).await?;
    let weeks = small(cohort.practicum_weeks).min(64);
    let mut corporations = Corporations::of(&offices);
    let host = |office| host(office, (&elsewhere, &offers, &policy), (cohort.practicum_from, weeks), &mut corporations);
    let mut hosts: Vec<Host> = offices.iter().map(host).collect();
    let to_come = weeks_to_come(cohort, local_day(work.actor().now));
    let open_weeks = to_come.clone().filter(|week| *week < i64::from(weeks)).map(|week| 1u64 << week).sum::<u64>();
    let mut trainees: Vec<Trainee> = enrolments
        .iter()
        .map(|enrolment| {
            let home = homes.get(&enrolment.id);
            Trainee {
                id: enrolment.id.to_string(),
                prefecture,
                home: home.and_then(|home| point(home.lat_e6, home.lon_e6)),
                workplace: workplaces.get(&enrolment.person_id).copied(),
                limit_m,
                employer: home
                    .and_then(|home| home.employer.as_deref())
                    .map_or(0, |employer| corporations.employer(employer)),
                windows: windows(&enrolment.windows, open_weeks),
                preferences: enrolment.preferences.split_whitespace().map(str::to_owned).collect(),
                ..Trainee::default()
            }
        })
        .collect();
    let trainee_index: HashMap<i64, usize> = enrolments.iter().enumerate().map(|(i, known)| (known.id, i)).collect();
    let office_index: HashMap<i64, usize> = offices.iter().enumerate().map(|(i, known)| (known.id, i)).collect();
    let excluded = work
        .excluded_pairs(cohort.id)
        .await?
        .into_iter()
        .filter_map(|(enrolment, office)| Some((*trainee_index.get(&enrolment)?, *office_index.get(&office)?)))
        .collect();
    let mut fixed = Vec::new();
    // A proposal that nobody fixed is made anew.
    for placement in placements.iter().filter(|known| known.fixed || known.state != PlacementState::Proposed) {
        let known = trainee_index.get(&placement.enrolment_id).zip(office_index.get(&placement.host_office_id));
        let Some((trainee, host)) = known.map(|(trainee, host)| (*trainee, *host)) else { continue };
        let window = small(placement.window_index);
        let price = match placement.state {
            PlacementState::Notified => Some(policy.change.notified),
            PlacementState::Accepted => Some(policy.change.accepted),
            _ => None,
        };
        match price
            .filter(|_| notified == Notified::MayMove && !placement.fixed && to_come.contains(&placement.window_index))
        {
            Some(price) => trainees[trainee].stay = Some(Stay { host, window, price }),
            None => fixed.push(Assignment { trainee, host, window }),
        }
    }
    for (host, office) in hosts.iter_mut().enumerate().skip(with_places) {
        keep_those_told(office, offices[host].id, &placements);
    }
    let minutes = minutes_of(known_minutes, &trainee_index, &office_index);
    let instance = Instance { windows: weeks, policy, trainees, hosts, excluded, fixed, minutes };
    let homes = homes
        .into_iter()
        .filter(|(enrolment, _)| names.contains_key(enrolment))
        .filter_map(|(enrolment, home)| Some((enrolment, (home.lat_e6?, home.lon_e6?))))
        .collect();
    Ok(Season { instance, enrolments, offices, placements, taken, names, homes })
}

/// An office as the solver sees it. `weeks` are counted from the day beside them.
fn host(
    office: &OfficeSite,
    (elsewhere, offers, policy): (&HashMap<i64, i64>, &HashMap<i64, OfficeOffer>, &Policy),
    (from, weeks): (NaiveDate, u32),
    corporations: &mut Corporations,
) -> Host {
    let left = office.capacity - elsewhere.get(&office.id).copied().unwrap_or(0);
    let weekly = if office.weekly_capacity > 0 { office.weekly_capacity } else { office.capacity };
    let offer = offers.get(&office.id);
    Host {
        id: office.office_number.clone(),
        prefecture: office.municipality_code.get(..2).and_then(|code| code.parse().ok()).unwrap_or(0),
        at: point(office.lat_e6, office.lon_e6),
        corporation: corporations.office(office),
        capacity: small(left),
        weekly_capacity: small(weekly),
        specified_office_addition: office.specified_office_addition,
        chief_care_managers: small(office.chief_care_managers),
        case_types: offer.map_or(0, |offer| case_type_bits(policy, &offer.case_types)),
        closed_windows: offer.map_or(0, |offer| closed_weeks(&offer.closed, from, weeks)),
    }
}

/// The weeks a trainee can come in, as bits: those marked `1`, of those that are open; without marks all that are open.
fn windows(marks: &str, open: u64) -> u64 {
    let marked = (0u32..64).zip(marks.bytes()).filter(|(_, mark)| *mark == b'1').map(|(week, _)| 1u64 << week);
    if marks.is_empty() { open } else { marked.sum::<u64>() & open }
}

/// An office that has vanished or takes nobody any more keeps those who were told, and nobody else comes.
fn keep_those_told(host: &mut Host, office: i64, placements: &[Placement]) {
    let told = |known: &&Placement| {
        let is_told = known.fixed || known.state != PlacementState::Proposed;
        known.host_office_id == office && is_told && known.state != PlacementState::Done
    };
    let told: Vec<&Placement> = placements.iter().filter(told).collect();
    let in_window = |window: i64| told.iter().filter(|known| known.window_index == window).count();
    host.capacity = told.len() as u32;
    host.weekly_capacity = told.iter().map(|known| in_window(known.window_index)).max().unwrap_or(0) as u32;
}

/// Minutes of the ways by trainee: office and minutes, in the order of the offices. No rows at all where no way is known.
fn minutes_of(
    known: HashMap<(i64, i64), i64>,
    trainees: &HashMap<i64, usize>,
    offices: &HashMap<i64, usize>,
) -> Vec<Vec<(u32, u32)>> {
    let mut minutes = vec![Vec::new(); if known.is_empty() { 0 } else { trainees.len() }];
    for ((enrolment, office), value) in known {
        if let Some((trainee, host)) = trainees.get(&enrolment).zip(offices.get(&office)) {
            minutes[*trainee].push((*host as u32, small(value)));
        }
    }
    minutes.iter_mut().for_each(|row| row.sort_unstable());
    minutes
}

/// The required case types an office says it can show, as bits in the order of the policy.
fn case_type_bits(policy: &Policy, offered: &str) -> u64 {
    let offered: Vec<&str> = offered.split_whitespace().collect();
    let required = policy.office.required_case_types.iter().enumerate();
    required.filter(|(_, wanted)| offered.contains(&wanted.as_str())).map(|(bit, _)| 1 << bit).sum()
}

/// The weeks that touch a closed period, as bits.
pub(super) fn closed_weeks(closed: &str, from: NaiveDate, weeks: u32) -> u64 {
    let periods: Vec<(NaiveDate, NaiveDate)> = closed
        .split_whitespace()
        .filter_map(|period| {
            let (first, last) = period.split_once('/')?;
            Some((first.parse().ok()?, last.parse().ok()?))
        })
        .collect();
    (0..weeks)
        .filter(|week| {
            let first = from + chrono::TimeDelta::weeks(i64::from(*week));
            let last = first + chrono::TimeDelta::days(6);
            periods.iter().any(|(begins, ends)| *begins <= last && *ends >= first)
        })
        .map(|week| 1 << week)
        .sum()
}

/// A fingerprint of everything the solver saw, so that a round can be solved again and compared.
pub(super) fn input_hash(instance: &Instance) -> Result<String> {
    Ok(hex(&Sha256::digest(serde_json::to_vec(instance)?)))
}

pub(super) fn distance_m(instance: &Instance, assignment: &Assignment) -> Option<i64> {
    instance.kilometres(assignment.trainee, assignment.host).map(|km| (km * 1000.0) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_that_touch_a_closed_period_are_closed() {
        let monday = NaiveDate::from_ymd_opt(2027, 2, 1).unwrap();
        for (closed, expected) in [
            ("", 0),
            ("2027-02-07/2027-02-08", 0b11),
            ("2027-02-15/2027-02-15", 0b100),
            ("2026-01-01/2026-12-31 2027-02-22/2028-01-01", 0b1000),
            ("unreadable", 0),
        ] {
            assert_eq!(closed_weeks(closed, monday, 4), expected, "{closed}");
        }
    }

    #[test]
    fn corporations_are_known_by_name_and_by_number() {
        let office = |corporation: &str, number: &str| OfficeSite {
            corporation: corporation.into(),
            corporation_number: number.into(),
            ..OfficeSite::default()
        };
        let all = [
            office("社会福祉法人 見本会", "1000000000001"),
            office("見本会（渋川）", ""),
            office("", "1000000000001"),
            office("見本会（渋川）", "1000000000001"),
            office("株式会社架空", "2000000000002"),
            office("", ""),
        ];
        // In whatever order they are met.
        for turned in 0..all.len() {
            let mut all = all.clone();
            all.rotate_left(turned);
            let mut known = Corporations::of(&all);
            let first = known.employer("見本会");
            let same = all.iter().filter(|office| known.office(office) == first).count();
            assert_eq!(same, 4, "one name or one corporation number, {turned}");
            assert_eq!(known.employer("見本会(渋川)"), first, "an employer by either name");
            assert_ne!(known.employer("株式会社架空"), first);
            assert_ne!(known.employer("1000000000001"), first, "a name is no number");
            assert_eq!((known.office(&office("", "")), known.employer(" ")), (0, 0));
        }
    }

    #[test]
    fn case_types_follow_the_policy_s_order() {
        let policy = Policy::read("[office]\nrequired_case_types = [\"lives_alone\", \"dementia\"]").unwrap();
        assert_eq!(case_type_bits(&policy, "lives_alone end_of_life"), 0b10);
        assert_eq!(case_type_bits(&policy, "dementia lives_alone"), 0b11);
    }
}

//! Placing a cohort's trainees at host offices: rounds, placements fixed by hand, pairs ruled out, changes of state.

use crate::{Error, Refusal, Result, Secretariat, Staff};
use placement::candidates::Hosts;
use placement::explanation::{self, Unplaced};
use placement::{Assignment, Host, Instance, Point, Trainee};
use records::Work;
use records::audit::hex;
use records::cohort::Cohort;
use records::enrolment::Enrolment;
use records::host_office::{HostOffice, OfficeFilter};
use records::placement::{NewPlacement, Placement};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use training::person::comparable_name;
use training::practicum::placement::{PlacementState, check_transition};

/// What a round came to.
#[derive(Debug, Clone, Serialize)]
pub struct RoundResult {
    pub round: i64,
    pub placed: usize,
    pub unplaced: Vec<UnplacedTrainee>,
    pub cost: i64,
    pub proven_optimal: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct UnplacedTrainee {
    pub enrolment: i64,
    pub trainee_number: String,
    pub name: String,
    #[serde(flatten)]
    pub why: Unplaced,
}

/// An instance with the rows its indices stand for.
pub(crate) struct Season {
    pub(crate) instance: Instance,
    pub(crate) enrolments: Vec<Enrolment>,
    pub(crate) offices: Vec<HostOffice>,
}

/// Offices considered at most: every office of Japan.
const ALL: i64 = 100_000;

fn point(lat_e6: Option<i64>, lon_e6: Option<i64>) -> Option<Point> {
    Some(Point { lat_e6: i32::try_from(lat_e6?).ok()?, lon_e6: i32::try_from(lon_e6?).ok()? })
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

pub(crate) async fn season(work: &mut Work, cohort: &Cohort) -> Result<Season> {
    let prefecture = u8::try_from(work.provider().await?.prefecture).unwrap_or(0);
    let taken: HashMap<i64, i64> = work.placements_elsewhere(cohort.id).await?.into_iter().collect();
    let mut offices =
        work.host_offices(&OfficeFilter { with_capacity: true, ..OfficeFilter::default() }, ALL, 0).await?;
    offices.retain(|office| office.vanished_on.is_none());
    let mut enrolments = work.enrolments(cohort.id).await?;
    enrolments.retain(|enrolment| enrolment.state.takes_part());
    let homes: HashMap<i64, _> =
        work.homes(cohort.id).await?.into_iter().map(|home| (home.enrolment_id, home)).collect();

    // Corporations and employers that are the same name, legal form aside, get the same number; 0 is nobody.
    let mut corporations: HashMap<String, u64> = HashMap::new();
    let mut corporation = |name: &str| -> u64 {
        let name = comparable_name(name);
        if name.is_empty() {
            return 0;
        }
        let next = corporations.len() as u64 + 1;
        *corporations.entry(name).or_insert(next)
    };
    let hosts = offices
        .iter()
        .map(|office| {
            let left = office.capacity - taken.get(&office.id).copied().unwrap_or(0);
            let weekly = if office.weekly_capacity > 0 { office.weekly_capacity } else { office.capacity };
            Host {
                id: office.office_number.clone(),
                prefecture: office.municipality_code.get(..2).and_then(|code| code.parse().ok()).unwrap_or(0),
                at: point(office.lat_e6, office.lon_e6),
                corporation: corporation(&office.corporation),
                capacity: small(left),
                weekly_capacity: small(weekly),
                specified_office_addition: office.specified_office_addition,
                chief_care_managers: small(office.chief_care_managers),
                ..Host::default()
            }
        })
        .collect();
    let weeks = small(cohort.practicum_weeks).min(64);
    let every_week = if weeks == 64 { u64::MAX } else { (1 << weeks) - 1 };
    let trainees = enrolments
        .iter()
        .map(|enrolment| {
            let home = homes.get(&enrolment.id);
            let windows = match enrolment.windows.as_str() {
                "" => every_week,
                marks => {
                    (0u32..64).zip(marks.bytes()).filter(|(_, mark)| *mark == b'1').map(|(week, _)| 1 << week).sum()
                }
            };
            Trainee {
                id: enrolment.id.to_string(),
                prefecture,
                home: home.and_then(|home| point(home.lat_e6, home.lon_e6)),
                limit_m: small(cohort.travel_limit_m),
                employer: home.and_then(|home| home.employer.as_deref()).map_or(0, &mut corporation),
                windows: windows & every_week,
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
    let fixed = work
        .current_placements(cohort.id)
        .await?
        .into_iter()
        .filter(|placement| placement.fixed || placement.state != PlacementState::Proposed)
        .filter_map(|placement| {
            Some(Assignment {
                trainee: *trainee_index.get(&placement.enrolment_id)?,
                host: *office_index.get(&placement.host_office_id)?,
                window: small(placement.window_index),
            })
        })
        .collect();
    let instance = Instance { windows: weeks, trainees, hosts, excluded, fixed, ..Instance::default() };
    Ok(Season { instance, enrolments, offices })
}

/// A fingerprint of everything the solver saw, so that a round can be recomputed and compared.
fn input_hash(instance: &Instance) -> String {
    hex(&Sha256::digest(serde_json::to_vec(instance).unwrap_or_default()))
}

impl Secretariat {
    /// A new round: everybody not yet notified is placed anew, exactly; fixed and notified placements stay as they are.
    pub async fn place_cohort(&self, staff: &Staff, cohort: i64) -> Result<RoundResult> {
        let mut reading = self.read(staff).await?;
        let cohort = reading.cohort(cohort).await?;
        let before = season(&mut reading, &cohort).await?;
        reading.roll_back().await?;
        let solved_from = input_hash(&before.instance);
        let (season, solved) = tokio::task::spawn_blocking(move || {
            let solved = placement::place(&before.instance);
            (before, solved)
        })
        .await?;
        let solved = solved.map_err(Refusal::Placement)?;
        let instance = &season.instance;
        let proven_optimal = placement::verification::verify(instance, &solved).is_ok();
        // Nobody waits for the solver; what changed meanwhile makes its answer void.
        let mut work = self.write(staff).await?;
        if input_hash(&self::season(&mut work, &cohort).await?.instance) != solved_from {
            return Err(Error::Records(records::Error::LostUpdate));
        }
        for proposed in work.current_placements(cohort.id).await? {
            if proposed.state == PlacementState::Proposed && !proposed.fixed {
                work.change_placement(&proposed, PlacementState::Cancelled, "superseded by a new round").await?;
            }
        }
        let unplaced_count = instance.trainees.len() - solved.placed;
        let round = work
            .create_round(cohort.id, solved.placed as i64, unplaced_count as i64, solved.cost, &solved_from)
            .await?;
        let hosts = Hosts::new(instance);
        let kept: Vec<usize> = instance.fixed.iter().map(|fixed| fixed.trainee).collect();
        let mut unplaced = Vec::new();
        for (trainee, assignment) in solved.assigned.iter().enumerate() {
            let enrolment = &season.enrolments[trainee];
            match assignment {
                Some(_) if kept.contains(&trainee) => {}
                Some(assignment) => {
                    let office = &season.offices[assignment.host];
                    let distance_m = distance_m(instance, assignment);
                    work.create_placement(&NewPlacement {
                        round,
                        enrolment: enrolment.id,
                        host_office: office.id,
                        window: i64::from(assignment.window),
                        distance_m,
                        fixed: false,
                    })
                    .await?;
                }
                None => unplaced.push(UnplacedTrainee {
                    enrolment: enrolment.id,
                    trainee_number: enrolment.trainee_number.clone(),
                    name: enrolment.name.clone(),
                    why: explanation::unplaced(instance, &hosts, trainee),
                }),
            }
        }
        work.commit().await?;
        Ok(RoundResult { round, placed: solved.placed, unplaced, cost: solved.cost, proven_optimal })
    }

    /// Everybody who takes part and has no current placement, with the reason.
    pub async fn unplaced(&self, staff: &Staff, cohort: i64) -> Result<Vec<UnplacedTrainee>> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let placed: Vec<i64> =
            work.current_placements(cohort.id).await?.into_iter().map(|placement| placement.enrolment_id).collect();
        let season = season(&mut work, &cohort).await?;
        work.roll_back().await?;
        let hosts = Hosts::new(&season.instance);
        Ok(season
            .enrolments
            .iter()
            .enumerate()
            .filter(|(_, enrolment)| !placed.contains(&enrolment.id))
            .map(|(trainee, enrolment)| UnplacedTrainee {
                enrolment: enrolment.id,
                trainee_number: enrolment.trainee_number.clone(),
                name: enrolment.name.clone(),
                why: explanation::unplaced(&season.instance, &hosts, trainee),
            })
            .collect())
    }

    /// Places one trainee by hand; any proposed placement gives way. The office's places hold here too.
    pub async fn fix_placement(
        &self,
        staff: &Staff,
        enrolment: i64,
        office_number: &str,
        window: i64,
        reason: &str,
    ) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let enrolment = work.enrolment(enrolment).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        if !(0..cohort.practicum_weeks).contains(&window) {
            return Err(Refusal::FieldInvalid { field: "window", value: window.to_string() }.into());
        }
        let unknown = || Refusal::FieldInvalid { field: "office_number", value: office_number.to_owned() };
        let office = work.host_office_by_number(office_number).await?.ok_or_else(unknown)?;
        for current in work.placements_of(enrolment.id).await? {
            if !current.state.takes_place() {
                continue;
            }
            check_transition(current.state, PlacementState::Cancelled, staff.role, reason)?;
            work.change_placement(&current, PlacementState::Cancelled, reason).await?;
        }
        let round = match work.rounds(cohort.id).await?.first() {
            Some(round) => round.id,
            None => work.create_round(cohort.id, 0, 0, 0, "by hand").await?,
        };
        let home = work.person(enrolment.person_id).await?;
        let at = point(home.lat_e6, home.lon_e6).zip(point(office.lat_e6, office.lon_e6));
        let distance_m = at.map(|(home, office)| (placement::distance::kilometres(home, office) * 1000.0) as i64);
        work.create_placement(&NewPlacement {
            round,
            enrolment: enrolment.id,
            host_office: office.id,
            window,
            distance_m,
            fixed: true,
        })
        .await?;
        let season = season(&mut work, &cohort).await?;
        season.instance.check().map_err(|error| match error {
            placement::InstanceError::FixedOverCapacity { .. } => Refusal::OfficeFull,
            other => Refusal::Placement(other),
        })?;
        Ok(work.commit().await?)
    }

    /// Names who guides a trainee, while the placement is open; somebody else takes over only with a reason.
    pub async fn assign_supervisor(&self, staff: &Staff, placement: i64, supervisor: i64, reason: &str) -> Result<()> {
        let mut work = self.write(staff).await?;
        let current = work.placement(placement).await?;
        if !matches!(current.state, PlacementState::Notified | PlacementState::Accepted | PlacementState::Scheduled) {
            return Err(Refusal::Transition(training::transition::Refusal::NoSuchTransition).into());
        }
        match current.supervisor_id {
            Some(known) if known == supervisor => return Ok(()),
            Some(_) if reason.trim().is_empty() => return Err(Refusal::ReasonMissing.into()),
            _ => {}
        }
        work.assign_supervisor(placement, supervisor, reason).await?;
        Ok(work.commit().await?)
    }

    /// Changes the state of one placement, read at `version`, by the transition table.
    pub async fn change_placement(
        &self,
        staff: &Staff,
        placement: i64,
        version: i64,
        to: PlacementState,
        reason: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let mut current = work.placement(placement).await?;
        check_transition(current.state, to, staff.role, reason)?;
        current.version = version;
        work.change_placement(&current, to, reason).await?;
        Ok(work.commit().await?)
    }

    /// Confirms the newest round: every proposed placement of the cohort becomes notified. Gives how many.
    pub async fn confirm_round(&self, staff: &Staff, cohort: i64, round: i64) -> Result<usize> {
        let mut work = self.write(staff).await?;
        work.confirm_round(cohort, round).await?;
        let proposed: Vec<Placement> = work
            .current_placements(cohort)
            .await?
            .into_iter()
            .filter(|placement| placement.state == PlacementState::Proposed)
            .collect();
        for placement in &proposed {
            check_transition(placement.state, PlacementState::Notified, staff.role, "")?;
            work.change_placement(placement, PlacementState::Notified, "").await?;
        }
        work.commit().await?;
        Ok(proposed.len())
    }

    /// Rules a pair out by hand.
    pub async fn exclude_pair(&self, staff: &Staff, enrolment: i64, office_number: &str, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let unknown = || Refusal::FieldInvalid { field: "office_number", value: office_number.to_owned() };
        let office = work.host_office_by_number(office_number).await?.ok_or_else(unknown)?;
        work.exclude_pair(enrolment, office.id, reason).await?;
        Ok(work.commit().await?)
    }
}

pub(crate) fn distance_m(instance: &Instance, assignment: &Assignment) -> Option<i64> {
    let home = instance.trainees[assignment.trainee].home?;
    let office = instance.hosts[assignment.host].at?;
    Some((placement::distance::kilometres(home, office) * 1000.0) as i64)
}

//! Rounds: made, confirmed, compared, gone back to, solved again.

use super::season::{Notified, Season, distance_m, input_hash, season};
use crate::notice::NoticeWriter;
use crate::notice::outgoing::Outgoing;
use crate::placement::refusal::PlacementRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use placement::candidates::Hosts;
use placement::cost::{CostPart, parts};
use placement::explanation::{Unplaced, limited, unplaced, worst_distance_first};
use placement::verification::verify;
use placement::{Assignment, Instance, InstanceError};
use records::Work;
use records::placement::round::{NewRound, PlaceInRound, PlacementRound, RoundAssignment, RoundVersion};
use records::placement::{NewPlacement, Placement};
use serde::Serialize;
use std::collections::HashMap;
use training::practicum::placement::{PlacementState, check_transition};

/// What a round came to.
#[derive(Debug, Clone, Serialize)]
pub struct RoundResult {
    pub round: i64,
    pub placed: usize,
    pub unplaced: Vec<UnplacedTrainee>,
    /// People who were notified and would move when the round is confirmed.
    pub moved: usize,
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

/// A round solved again from what it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// The same places for the same people at the same cost, from an input that still has the round's hash.
    pub same: bool,
    pub placed: usize,
    pub cost: i64,
    pub input_intact: bool,
}

/// One trainee's place in two rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundDifference {
    pub enrolment: i64,
    pub before: Option<PlaceInRound>,
    pub after: Option<PlaceInRound>,
}

/// A placement people know of that gives way when a round is confirmed, and what comes in its place.
#[derive(Debug, Clone)]
pub struct PendingMove {
    pub from: Placement,
    /// `None`: no place is left.
    pub to: Option<PlaceInRound>,
}

/// What trainee and office are told when a confirmed round moves somebody.
pub(super) const REARRANGED: &str = "配置を見直したため";
const SUPERSEDED: &str = "superseded by a new round";

impl Season {
    /// The best assignment by the policy, and whether the proof holds.
    fn solve(&self) -> Result<(placement::Placement, bool)> {
        let (solved, limited) = self.optimum()?;
        let proven = verify(limited.as_ref().unwrap_or(&self.instance), &solved).is_ok();
        Ok((solved, proven))
    }

    /// The best assignment by the policy, and the instance it is the optimum of where that is another: one with the shortest limit
    /// that places as many, where the worst distance comes first.
    pub(super) fn optimum(&self) -> Result<(placement::Placement, Option<Instance>)> {
        let instance = &self.instance;
        if instance.policy.fairness.worst_distance_first {
            let found = worst_distance_first(instance)
                .map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?;
            return Ok((found.placement, Some(limited(instance, found.limit_m))));
        }
        Ok((placement::place(instance).map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?, None))
    }

    /// Nothing of today's rules speaks against this place, the way aside.
    pub(super) fn still_permits(&self, hosts: &Hosts<'_>, at: &Assignment) -> bool {
        let host = &self.instance.hosts[at.host];
        host.has_places()
            && hosts.permitted(at.trainee, at.host)
            && at.window < self.instance.windows
            && self.instance.open(at.trainee, at.host) >> at.window & 1 == 1
    }

    fn place_in_round(&self, assignment: &Assignment) -> PlaceInRound {
        PlaceInRound {
            office_number: self.offices[assignment.host].office_number.clone(),
            window: i64::from(assignment.window),
            distance_m: distance_m(&self.instance, assignment),
            cost: parts(&self.instance, assignment).iter().map(CostPart::points).sum(),
        }
    }

    pub(super) fn unplaced_trainee(&self, trainee: usize, why: Unplaced) -> UnplacedTrainee {
        let enrolment = &self.enrolments[trainee];
        UnplacedTrainee {
            enrolment: enrolment.id,
            trainee_number: enrolment.trainee_number.clone(),
            name: enrolment.name.clone(),
            why,
        }
    }

    fn is_fixed(&self) -> std::collections::HashSet<usize> {
        self.instance.fixed.iter().map(|fixed| fixed.trainee).collect()
    }
}

/// Placements people know of, by enrolment.
async fn known_placements(work: &mut Work, cohort: i64) -> Result<HashMap<i64, Placement>> {
    let current = work.current_placements(cohort).await?;
    let known = current.into_iter().filter(|placement| placement.state != PlacementState::Proposed);
    Ok(known.map(|placement| (placement.enrolment_id, placement)).collect())
}

/// Writes a round: proposals that nobody fixed give way to the new ones, who was notified is left until it is confirmed.
/// `made_from` is what solving again gives the same from.
async fn write_round(
    work: &mut Work,
    cohort: i64,
    (season, made_from): (&Season, &Instance),
    assigned: &[Option<Assignment>],
) -> Result<(i64, usize)> {
    for proposed in work.current_placements(cohort).await? {
        if proposed.state == PlacementState::Proposed && !proposed.fixed {
            work.change_placement(&proposed, PlacementState::Cancelled, SUPERSEDED).await?;
        }
    }
    let known = known_placements(work, cohort).await?;
    let fixed = season.is_fixed();
    let mut assignments = Vec::new();
    let (mut moved, mut cost) = (0, 0);
    let placed = assigned.iter().flatten().count();
    for (trainee, enrolment) in season.enrolments.iter().enumerate() {
        let place = assigned[trainee].map(|assignment| season.place_in_round(&assignment));
        cost += place.as_ref().map_or(0, |place| place.cost);
        let replaces = known.get(&enrolment.id).filter(|known| {
            let stays = place.as_ref().is_some_and(|place| {
                (&place.office_number, place.window) == (&known.office_number, known.window_index)
            });
            !stays && !fixed.contains(&trainee)
        });
        moved += usize::from(replaces.is_some());
        assignments.push(RoundAssignment { enrolment: enrolment.id, place, replaces: replaces.map(|known| known.id) });
    }
    let input = serde_json::to_string(made_from)?;
    let new = NewRound {
        cohort,
        placed: placed as i64,
        unplaced: (season.enrolments.len() - placed) as i64,
        cost,
        input_hash: &input_hash(made_from)?,
    };
    let round = work.create_round(new).await?;
    for (trainee, enrolment) in season.enrolments.iter().enumerate() {
        let (Some(assignment), Some(place)) = (assigned[trainee], &assignments[trainee].place) else { continue };
        if fixed.contains(&trainee) || known.contains_key(&enrolment.id) {
            continue;
        }
        work.create_placement(&NewPlacement {
            round,
            enrolment: enrolment.id,
            host_office: season.offices[assignment.host].id,
            window: place.window,
            distance_m: place.distance_m,
            fixed: false,
            state: PlacementState::Proposed,
        })
        .await?;
    }
    let version = RoundVersion { policy: season.instance.policy.to_toml(), input, assignments };
    work.keep_round_version(cohort, round, &version).await?;
    Ok((round, moved))
}

/// Who was notified and would move if the newest round were confirmed; nobody, once it is.
pub(super) async fn pending_moves(work: &mut Work, rounds: &[PlacementRound]) -> Result<Vec<PendingMove>> {
    let mut moves = Vec::new();
    let Some(round) = rounds.first().filter(|round| round.confirmed_at.is_none()) else { return Ok(moves) };
    let Some(version) = work.round_version(round.cohort_id, round.id).await? else { return Ok(moves) };
    for assignment in version.assignments {
        let Some(replaced) = assignment.replaces else { continue };
        let from = work.placement(replaced).await?;
        if from.state.takes_place() {
            moves.push(PendingMove { from, to: assignment.place });
        }
    }
    Ok(moves)
}

impl Secretariat {
    /// A new round: everybody not yet notified is placed anew, exactly; fixed placements stay as they are, and notified ones too unless
    /// `move_notified`. Who was notified moves only when the round is confirmed.
    pub async fn place_cohort(&self, staff: &Staff, cohort: i64, move_notified: bool) -> Result<RoundResult> {
        let notified = if move_notified { Notified::MayMove } else { Notified::Stay };
        let mut reading = self.read(staff).await?;
        let cohort = reading.cohort(cohort).await?;
        let before = season(&mut reading, &cohort, notified).await?;
        drop(reading);
        let solved_from = input_hash(&before.instance)?;
        let (season, solved) = tokio::task::spawn_blocking(move || {
            let solved = before.solve();
            (before, solved)
        })
        .await?;
        let (solved, proven_optimal) = solved?;
        // Nobody waits for the solver; what changed meanwhile makes its answer void.
        let mut work = self.write(staff).await?;
        if input_hash(&self::season(&mut work, &cohort, notified).await?.instance)? != solved_from {
            return Err(Error::Records(records::Error::LostUpdate));
        }
        let (round, moved) = write_round(&mut work, cohort.id, (&season, &season.instance), &solved.assigned).await?;
        work.commit().await?;
        let hosts = Hosts::new(&season.instance);
        let without = (0..season.enrolments.len()).filter(|trainee| solved.assigned[*trainee].is_none());
        let why = |trainee| unplaced(&season.instance, &hosts, trainee);
        let unplaced = without.map(|trainee| season.unplaced_trainee(trainee, why(trainee))).collect();
        Ok(RoundResult { round, placed: solved.placed, unplaced, moved, cost: solved.cost, proven_optimal })
    }

    /// Confirms the newest round: who was to move moves, and every proposed placement of the cohort becomes notified. Gives how many are
    /// told something.
    pub async fn confirm_round(&self, staff: &Staff, cohort: i64, round: i64) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let (told, _) = self.confirm_in(&mut work, staff, cohort, round).await?;
        work.commit().await?;
        Ok(told)
    }

    /// What confirming the newest round would send. It is done and taken back, so that it says what will happen.
    pub async fn rehearse_round(&self, staff: &Staff, cohort: i64, round: i64, to_come: &str) -> Result<Outgoing> {
        let mut work = self.write(staff).await?;
        let (_, queued) = self.confirm_in(&mut work, staff, cohort, round).await?;
        Outgoing::queued(&mut work, &queued, to_come).await
    }

    /// Gives how many are told something, and the notices queued for it.
    async fn confirm_in(&self, work: &mut Work, staff: &Staff, cohort: i64, round: i64) -> Result<(usize, Vec<i64>)> {
        let cohort = work.cohort(cohort).await?;
        let newest = work.rounds(cohort.id).await?.into_iter().next();
        let newest = newest.filter(|newest| newest.id == round).ok_or(records::Error::NotFound)?;
        work.confirm_round(cohort.id, round).await?;
        let mut writer = NoticeWriter::open(work, cohort.id, None).await?;
        let mut told = self.carry_out_moves(work, (staff, &mut writer), &newest).await?;
        let mut new = Vec::new();
        for placement in work.current_placements(cohort.id).await? {
            if placement.state != PlacementState::Proposed {
                continue;
            }
            if !placement.fixed {
                new.push((placement.enrolment_id, placement.trainee_name.clone()));
            }
            check_transition(placement.state, PlacementState::Notified, staff.role, "")?;
            writer.change_placement(work, &placement, PlacementState::Notified, "").await?;
            told += 1;
        }
        // What was decided on meanwhile, in whichever cohort, may have taken a place the round counted on.
        work.lock_offices_of(cohort.id).await?;
        let season = season(work, &cohort, Notified::Stay).await?;
        season.instance.check().map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?;
        let hosts = Hosts::new(&season.instance);
        for (enrolment, name) in new {
            let at = season.instance.fixed.iter().find(|at| season.enrolments[at.trainee].id == enrolment);
            if !at.is_some_and(|at| season.still_permits(&hosts, at)) {
                return Err(PlacementRefusal::RoundOutdated { name }.into());
            }
        }
        Ok((told, writer.queued))
    }

    /// Cancels what gives way and proposes what comes in its place; gives how many are left without a place.
    async fn carry_out_moves(
        &self,
        work: &mut Work,
        (staff, writer): (&Staff, &mut NoticeWriter),
        round: &PlacementRound,
    ) -> Result<usize> {
        let Some(version) = work.round_version(round.cohort_id, round.id).await? else { return Ok(0) };
        let mut without = 0;
        for assignment in version.assignments {
            let Some(replaced) = assignment.replaces else { continue };
            let from = work.placement(replaced).await?;
            if !matches!(from.state, PlacementState::Notified | PlacementState::Accepted) || from.fixed {
                // Somebody was faster: dates were agreed, or the placement ended. The round is made anew.
                return Err(PlacementRefusal::RoundOutdated { name: from.trainee_name }.into());
            }
            let reason = format!("round {}", round.number);
            check_transition(from.state, PlacementState::Cancelled, staff.role, &reason)?;
            work.change_placement(&from, PlacementState::Cancelled, &reason).await?;
            let change = (Some(from.state), PlacementState::Cancelled);
            writer.tell_of_change(work, &from, change, REARRANGED).await?;
            let Some(place) = assignment.place else {
                without += 1;
                continue;
            };
            let office = work.host_office_by_number(&place.office_number).await?.ok_or(records::Error::NotFound)?;
            work.create_placement(&NewPlacement {
                round: round.id,
                enrolment: assignment.enrolment,
                host_office: office.id,
                window: place.window,
                distance_m: place.distance_m,
                fixed: false,
                state: PlacementState::Proposed,
            })
            .await?;
        }
        Ok(without)
    }

    /// Everybody whose place differs between two rounds of a cohort, by the rounds' ids.
    pub async fn compare_rounds(&self, work: &mut Work, cohort: i64, a: i64, b: i64) -> Result<Vec<RoundDifference>> {
        let mut places = Vec::new();
        for round in [a, b] {
            let version = work.round_version(cohort, round).await?.ok_or(records::Error::NotFound)?;
            let by_enrolment: std::collections::BTreeMap<i64, Option<PlaceInRound>> =
                version.assignments.into_iter().map(|assignment| (assignment.enrolment, assignment.place)).collect();
            places.push(by_enrolment);
        }
        let everybody: std::collections::BTreeSet<i64> =
            places.iter().flat_map(|round| round.keys().copied()).collect();
        let place = |round: usize, enrolment| places[round].get(&enrolment).cloned().flatten();
        let at = |place: &Option<PlaceInRound>| place.as_ref().map(|place| (place.office_number.clone(), place.window));
        Ok(everybody
            .into_iter()
            .map(|enrolment| RoundDifference { enrolment, before: place(0, enrolment), after: place(1, enrolment) })
            .filter(|difference| at(&difference.before) != at(&difference.after))
            .collect())
    }

    /// A new round that says what an earlier one said, as far as people still take part. It is checked against today's places and
    /// rules of capacity; who was notified elsewhere since moves when it is confirmed. Gives the new round's id.
    pub async fn go_back_to_round(&self, staff: &Staff, cohort: i64, round: i64, reason: &str) -> Result<i64> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let version = work.round_version(cohort.id, round).await?.ok_or(records::Error::NotFound)?;
        let season = season(&mut work, &cohort, Notified::MayMove).await?;
        let fixed: HashMap<usize, Assignment> =
            season.instance.fixed.iter().map(|fixed| (fixed.trainee, *fixed)).collect();
        let said: HashMap<i64, Option<PlaceInRound>> =
            version.assignments.into_iter().map(|assignment| (assignment.enrolment, assignment.place)).collect();
        let hosts = Hosts::new(&season.instance);
        let mut assigned = Vec::new();
        for (trainee, enrolment) in season.enrolments.iter().enumerate() {
            let then = match said.get(&enrolment.id) {
                // Whom the round did not know keeps what was said since.
                None => season.instance.trainees[trainee].stay.map(|stay| Assignment {
                    trainee,
                    host: stay.host,
                    window: stay.window,
                }),
                Some(None) => None,
                Some(Some(place)) => {
                    let host = season.offices.iter().position(|office| office.office_number == place.office_number);
                    // An office that takes nobody any more.
                    let gone = || InstanceError::FixedOverCapacity {
                        host: place.office_number.clone(),
                        window: None,
                        capacity: 0,
                    };
                    let host = host.ok_or_else(|| Refusal::Placement(PlacementRefusal::Instance(gone())))?;
                    let at = Assignment { trainee, host, window: u32::try_from(place.window).unwrap_or(u32::MAX) };
                    let stays = season.instance.trainees[trainee].stay.is_some_and(|stay| stay.host == host);
                    if !fixed.contains_key(&trainee) && !stays && !season.still_permits(&hosts, &at) {
                        return Err(PlacementRefusal::RoundOutdated { name: enrolment.name.clone() }.into());
                    }
                    Some(at)
                }
            };
            assigned.push(fixed.get(&trainee).copied().or(then));
        }
        drop(hosts);
        // Made from what was said, so that solving it again says the same.
        let mut as_said = Instance { fixed: assigned.iter().flatten().copied().collect(), ..season.instance.clone() };
        for (trainee, at) in assigned.iter().enumerate() {
            if at.is_none() {
                as_said.trainees[trainee].windows = 0;
            }
        }
        as_said.check().map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?;
        let (new, _) = write_round(&mut work, cohort.id, (&season, &as_said), &assigned).await?;
        work.note_round(cohort.id, new, reason).await?;
        work.commit().await?;
        Ok(new)
    }

    pub async fn note_round(&self, staff: &Staff, cohort: i64, round: i64, note: &str) -> Result<()> {
        if note.trim().is_empty() {
            return Err(Refusal::FieldMissing("note").into());
        }
        let mut work = self.write(staff).await?;
        work.note_round(cohort, round, note.trim()).await?;
        Ok(work.commit().await?)
    }

    /// Solves a round again, by its number, from what it was made of.
    pub async fn recompute_round(&self, staff: &Staff, cohort: i64, number: i64) -> Result<Recomputed> {
        let mut work = self.read(staff).await?;
        let round = work.rounds(cohort).await?.into_iter().find(|round| round.number == number);
        let round = round.ok_or(records::Error::NotFound)?;
        let version = work.round_version(cohort, round.id).await?.ok_or(records::Error::NotFound)?;
        drop(work);
        let instance: Instance = serde_json::from_str(&version.input)?;
        let input_intact = input_hash(&instance)? == round.input_hash;
        let solved = tokio::task::spawn_blocking(move || {
            let again = match instance.policy.fairness.worst_distance_first {
                true => worst_distance_first(&instance).map(|found| found.placement),
                false => placement::place(&instance),
            };
            again.map(|solved| (instance, solved))
        })
        .await?;
        let (instance, solved) = solved.map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?;
        let again: HashMap<&str, (&str, i64)> = solved
            .assigned
            .iter()
            .flatten()
            .map(|at| {
                let office = instance.hosts[at.host].id.as_str();
                (instance.trainees[at.trainee].id.as_str(), (office, i64::from(at.window)))
            })
            .collect();
        let same_places = version.assignments.iter().all(|assignment| {
            let now = again.get(assignment.enrolment.to_string().as_str()).copied();
            assignment.place.as_ref().map(|place| (place.office_number.as_str(), place.window)) == now
        });
        let same = input_intact && same_places && solved.cost == round.cost;
        Ok(Recomputed { same, placed: solved.placed, cost: solved.cost, input_intact })
    }
}

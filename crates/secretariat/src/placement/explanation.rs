//! Why a cohort's placement is as it is, and what would change it. Nothing of it is saved.

use super::season::{Notified, Season, distance_m, season};
use crate::placement::refusal::PlacementRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use placement::candidates::Hosts;
use placement::cost::{CostPart, broken, parts};
use placement::explanation::{Distances, Remedy, Standing, Unplaced, Wish, distances, unplaced, worst_distance_first};
use placement::policy::{RuleName, Strictness};
use placement::{Assignment, Instance, Placement, place};
use records::office::OfficeSite;
use records::trainee::enrolment::Enrolment;

/// A trainee without a place: why, and what would give one, the cheapest first.
#[derive(Debug, Clone)]
pub struct WithoutPlace {
    pub enrolment: Enrolment,
    pub why: Unplaced,
    /// With the office it is about.
    pub remedies: Vec<(Remedy, Option<OfficeSite>)>,
}

/// Trainees who share fewer places than they are.
#[derive(Debug, Clone)]
pub struct SharedPlaces {
    pub unplaced: Vec<Enrolment>,
    pub placed: Vec<Enrolment>,
    pub offices: Vec<OfficeSite>,
}

/// An office where one more place would help.
#[derive(Debug, Clone)]
pub struct OfficeToAsk {
    pub office: OfficeSite,
    pub places_one: bool,
    /// Points the total falls, or rises where it is negative.
    pub saves: i64,
    /// Who would gain, the one who comes to this office first.
    pub gains: Vec<Enrolment>,
}

#[derive(Debug, Clone)]
pub struct PlacementExplanation {
    pub trainees: usize,
    pub placed: usize,
    pub cost: i64,
    pub without_place: Vec<WithoutPlace>,
    pub shared_places: Vec<SharedPlaces>,
    pub offices_to_ask: Vec<OfficeToAsk>,
    pub distances: Distances,
    /// Those who travel farthest: trainee, office, metres.
    pub farthest: Vec<(Enrolment, OfficeSite, i64)>,
    /// By municipality of the office: trainees, mean metres.
    pub areas: Vec<(String, usize, i64)>,
}

/// How far somebody travels at most, and what everything costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorstDistance {
    pub placed: usize,
    pub cost: i64,
    pub metres: i64,
}

/// One trainee's place before and after a wish.
#[derive(Debug, Clone)]
pub struct MoveOfTrainee {
    pub enrolment: Enrolment,
    pub from: Option<(OfficeSite, u32)>,
    pub to: Option<(OfficeSite, u32)>,
    /// Metres more to travel, where both places are known.
    pub farther_m: Option<i64>,
    /// Was told the place before.
    pub notified: bool,
}

/// What a wish would cost the whole.
#[derive(Debug, Clone)]
pub struct WishAnswer {
    pub placed: i64,
    pub cost: i64,
    pub office: OfficeSite,
    /// Weekly window, from 0.
    pub window: u32,
    /// What the wished place costs, part by part.
    pub parts: Vec<CostPart>,
    /// Where the trainee would go otherwise, in which window, and what that costs.
    pub now: Option<(OfficeSite, u32, Vec<CostPart>)>,
    pub moves: Vec<MoveOfTrainee>,
    /// What a round would never do, and a hand may.
    pub against: Vec<Against>,
}

/// What speaks against a place, whatever it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    Rule(RuleName),
    /// Ruled out by hand.
    Excluded,
    BeyondLimit,
    /// The trainee is not available in that week.
    NotAvailable,
}

fn against(instance: &Instance, at: &Assignment) -> Vec<Against> {
    let forbidden = |rule: &RuleName| instance.policy.rules.get(*rule).rule == Strictness::Forbid;
    let mut against: Vec<Against> =
        broken(instance, at.trainee, at.host).into_iter().filter(forbidden).map(Against::Rule).collect();
    let beyond = match (instance.minutes(at.trainee, at.host), instance.kilometres(at.trainee, at.host)) {
        (Some(minutes), _) => minutes > instance.policy.travel.limit_minutes,
        (None, Some(km)) => km > f64::from(instance.trainees[at.trainee].limit_m) / 1000.0,
        (None, None) => false,
    };
    let unavailable = instance.trainees[at.trainee].windows >> at.window & 1 == 0;
    let others = [
        (instance.excluded.contains(&(at.trainee, at.host)), Against::Excluded),
        (beyond, Against::BeyondLimit),
        (unavailable, Against::NotAvailable),
    ];
    against.extend(others.into_iter().filter(|(holds, _)| *holds).map(|(_, against)| against));
    against
}

const FARTHEST: usize = 10;
/// Offices told to ask, at most.
const ASKED: usize = 50;

impl Season {
    fn office(&self, host: usize) -> OfficeSite {
        self.offices[host].clone()
    }

    fn enrolled(&self, trainees: &[usize]) -> Vec<Enrolment> {
        trainees.iter().map(|trainee| self.enrolments[*trainee].clone()).collect()
    }

    fn metres(&self, at: Option<Assignment>) -> Option<i64> {
        distance_m(&self.instance, &at?)
    }

    fn explain(&self, solved: &Placement) -> Option<PlacementExplanation> {
        let hosts = Hosts::new(&self.instance);
        let mut standing = Standing::new(&self.instance, &hosts, solved)?;
        let without = (0..self.enrolments.len()).filter(|trainee| solved.assigned[*trainee].is_none());
        let without_place = without
            .map(|trainee| WithoutPlace {
                enrolment: self.enrolments[trainee].clone(),
                why: unplaced(&self.instance, &hosts, trainee),
                remedies: standing
                    .remedies(trainee)
                    .into_iter()
                    .map(|remedy| {
                        let office = remedy.host().map(|host| self.office(host));
                        (remedy, office)
                    })
                    .collect(),
            })
            .collect();
        let shared_places = standing
            .bottlenecks()
            .into_iter()
            .map(|group| SharedPlaces {
                unplaced: self.enrolled(&group.unplaced),
                placed: self.enrolled(&group.placed),
                offices: group.offices.iter().map(|host| self.office(*host)).collect(),
            })
            .collect();
        let offices_to_ask = standing.one_more_place().into_iter().take(ASKED).map(|place| OfficeToAsk {
            office: self.office(place.host),
            places_one: place.places_one,
            saves: place.saves,
            gains: place.moves.iter().map(|moved| self.enrolments[moved.trainee].clone()).collect(),
        });
        let mut ways: Vec<(i64, Assignment)> =
            solved.assigned.iter().flatten().filter_map(|at| Some((distance_m(&self.instance, at)?, *at))).collect();
        ways.sort_unstable_by_key(|(metres, at)| (std::cmp::Reverse(*metres), at.trainee));
        let mut areas: std::collections::BTreeMap<String, (usize, i64)> = Default::default();
        for (metres, at) in &ways {
            let area = areas.entry(self.offices[at.host].municipality.clone()).or_default();
            *area = (area.0 + 1, area.1 + metres);
        }
        Some(PlacementExplanation {
            trainees: self.enrolments.len(),
            placed: solved.placed,
            cost: solved.cost,
            without_place,
            shared_places,
            offices_to_ask: offices_to_ask.collect(),
            distances: distances(ways.iter().map(|(metres, _)| *metres as f64 / 1000.0).collect()),
            farthest: ways
                .iter()
                .take(FARTHEST)
                .map(|(metres, at)| (self.enrolments[at.trainee].clone(), self.office(at.host), *metres))
                .collect(),
            areas: areas.into_iter().map(|(area, (count, metres))| (area, count, metres / count as i64)).collect(),
        })
    }

    fn answer(&self, wish: Wish) -> WishAnswer {
        let place = |at: Option<Assignment>| at.map(|at| (self.office(at.host), at.window));
        let moves = wish.moves.iter().map(|moved| MoveOfTrainee {
            enrolment: self.enrolments[moved.trainee].clone(),
            from: place(moved.from),
            to: place(moved.to),
            notified: self.instance.trainees[moved.trainee].stay.is_some(),
            farther_m: self.metres(moved.to).zip(self.metres(moved.from)).map(|(to, from)| to - from),
        });
        WishAnswer {
            placed: wish.placed,
            cost: wish.cost,
            office: self.office(wish.assignment.host),
            window: wish.assignment.window,
            parts: parts(&self.instance, &wish.assignment),
            now: wish
                .moves
                .first()
                .and_then(|moved| moved.from)
                .map(|from| (self.office(from.host), from.window, parts(&self.instance, &from))),
            moves: moves.collect(),
            against: Vec::new(),
        }
    }
}

impl Secretariat {
    /// As things stand: who was notified stays, unless that cannot be because somebody was fixed over them by hand; then they may move.
    async fn as_things_stand(&self, staff: &Staff, cohort: i64) -> Result<Season> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let mut found = season(&mut work, &cohort, Notified::Stay).await?;
        if found.instance.check().is_err() {
            found = season(&mut work, &cohort, Notified::MayMove).await?;
        }
        drop(work);
        Ok(found)
    }

    /// Explains the best placement of a cohort as things stand.
    pub async fn explain_placement(&self, staff: &Staff, cohort: i64) -> Result<PlacementExplanation> {
        let mut season = self.as_things_stand(staff, cohort).await?;
        tokio::task::spawn_blocking(move || {
            let (solved, limited) = season.optimum()?;
            season.instance = limited.unwrap_or(season.instance);
            season.explain(&solved).ok_or_else(|| Error::Internal("the explanation was stopped".to_owned()))
        })
        .await?
    }

    /// What it would cost to make the worst distance as short as it can be: the best placement as things stand, and that one.
    pub async fn worst_distance_first(&self, staff: &Staff, cohort: i64) -> Result<[WorstDistance; 2]> {
        let season = self.as_things_stand(staff, cohort).await?;
        tokio::task::spawn_blocking(move || {
            let now = place(&season.instance).map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?;
            let first = worst_distance_first(&season.instance)
                .map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?
                .placement;
            Ok([now, first].map(|placement| WorstDistance {
                placed: placement.placed,
                cost: placement.cost,
                metres: placement.assigned.iter().filter_map(|at| season.metres(*at)).max().unwrap_or(0),
            }))
        })
        .await?
    }

    /// What it would cost the whole to place a trainee at an office, in the week where it costs least or the one given; without an
    /// office, the best alternative to where the trainee would go. `None`: the office takes nobody then, or only people fixed by hand.
    pub async fn wish(
        &self,
        staff: &Staff,
        enrolment: i64,
        office_number: Option<&str>,
        window: Option<u32>,
    ) -> Result<Option<WishAnswer>> {
        let mut work = self.read(staff).await?;
        let enrolment = work.enrolment(enrolment).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        let mut season = season(&mut work, &cohort, Notified::MayMove).await?;
        drop(work);
        let Some(trainee) = season.enrolments.iter().position(|known| known.id == enrolment.id) else {
            return Ok(None);
        };
        let host = match office_number {
            None => None,
            Some(number) => {
                let known = season.offices.iter().position(|office| office.office_number == number);
                Some(known.ok_or_else(|| Refusal::FieldInvalid { field: "office_number", value: number.to_owned() })?)
            }
        };
        // The trainee who wishes is free; for everybody else leaving a place people know of has its price.
        season.instance.fixed.retain(|fixed| fixed.trainee != trainee);
        season.instance.trainees[trainee].stay = None;
        tokio::task::spawn_blocking(move || {
            // What speaks against the wish is told by the limit people know, not by the one the worst distance leaves.
            let known = season.instance.clone();
            let (solved, limited) = season.optimum()?;
            season.instance = limited.unwrap_or(season.instance);
            let hosts = Hosts::new(&season.instance);
            let Some(standing) = Standing::new(&season.instance, &hosts, &solved) else { return Ok(None) };
            let wish = match (host, window) {
                (Some(host), Some(window)) => standing.wish(Assignment { trainee, host, window }),
                (Some(host), None) => standing.best_alternative(trainee, Some(host)).or_else(|| {
                    // The office is beyond a limit or a rule: what would it cost all the same?
                    let windows = 0..season.instance.windows;
                    let wishes = windows.filter_map(|window| standing.wish(Assignment { trainee, host, window }));
                    wishes.min_by_key(|wish| (-wish.placed, wish.cost))
                }),
                (None, _) => standing.best_alternative(trainee, None),
            };
            Ok(wish.map(|wish| {
                let against = against(&known, &wish.assignment);
                WishAnswer { against, ..season.answer(wish) }
            }))
        })
        .await?
    }
}

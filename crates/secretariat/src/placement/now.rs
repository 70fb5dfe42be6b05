//! How a cohort's placement stands now: what its page and its map are made of, read once.

use super::season::{Notified, Season, season};
use super::{PendingMove, UnplacedTrainee};
use crate::placement::gazetteer::HomesKnown;
use crate::{Result, Secretariat};
use placement::candidates::Hosts;
use placement::explanation::unplaced_now;
use records::Work;
use records::cohort::Cohort;
use records::office::OfficeSite;
use records::placement::Placement;
use records::placement::location::Outline;
use records::placement::round::{PlacementRound, RoundNote};
use std::collections::{HashMap, HashSet};
use training::completion::judgement::unfit_place;
use training::completion::verdict::Missing;
use training::practicum::placement::PlacementState;
use training::practicum::record::PlacedAt;

#[derive(Debug, Clone)]
pub struct PlacementNow {
    pub cohort: Cohort,
    /// Newest first.
    pub rounds: Vec<PlacementRound>,
    pub notes: Vec<RoundNote>,
    /// Everybody who takes part and has no current placement, with the reason.
    pub unplaced: Vec<UnplacedTrainee>,
    pub pending: Vec<PendingMove>,
    pub homes_known: HomesKnown,
    /// Pairs whose travel minutes are known.
    pub minutes: usize,
    /// Offices with places, and those where somebody is placed.
    pub offices: Vec<OfficeSite>,
    /// Places taken, by office.
    pub taken: HashMap<i64, i64>,
    /// Degrees × 10⁶, by enrolment.
    pub homes: HashMap<i64, (i64, i64)>,
    pub names: HashMap<i64, String>,
    pub placements: Vec<Placement>,
    /// By enrolment: what the office lacks that the cohort's rules ask of it before anybody can complete there.
    pub unfit: HashMap<i64, Vec<Missing>>,
    pub outlines: Vec<Outline>,
}

impl Secretariat {
    pub async fn placement_now(&self, work: &mut Work, cohort: i64) -> Result<PlacementNow> {
        let cohort = work.cohort(cohort).await?;
        let rounds = work.rounds(cohort.id).await?;
        let notes = work.round_notes(cohort.id).await?;
        let homes_known = work.homes_by_precision(cohort.id).await?;
        let pending = super::round::pending_moves(work, &rounds).await?;
        let season = season(work, &cohort, Notified::Stay).await?;
        let edge = |values: &dyn Fn(&(i64, i64)) -> i64| {
            let values: Vec<i64> = season.homes.values().map(values).collect();
            (values.iter().min().copied().unwrap_or(0), values.iter().max().copied().unwrap_or(0))
        };
        let ((south, north), (west, east)) = (edge(&|home| home.0), edge(&|home| home.1));
        let outlines = work.outlines([south, north, west, east]).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let planned = work.planned_places(cohort.id).await?;
        let today = self.today();
        let lacking = |placed: &PlacedAt| -> Vec<Missing> {
            unfit_place(&rulebook, placed, today).into_iter().flat_map(|(_, missing)| missing).collect()
        };
        let unfit = planned.into_iter().map(|(enrolment, placed)| (enrolment, lacking(&placed)));
        let unfit = unfit.filter(|(_, lacking)| !lacking.is_empty()).collect();
        let placed: HashSet<i64> = season.placements.iter().map(|placement| placement.enrolment_id).collect();
        let hosts = Hosts::new(&season.instance);
        let mut here: HashMap<i64, u32> = HashMap::new();
        for placement in season.placements.iter().filter(|placement| placement.state != PlacementState::Done) {
            *here.entry(placement.host_office_id).or_default() += 1;
        }
        let taken = |host: usize| here.get(&season.offices[host].id).copied().unwrap_or(0);
        let unplaced = (0..season.enrolments.len())
            .filter(|trainee| !placed.contains(&season.enrolments[*trainee].id))
            .map(|trainee| season.unplaced_trainee(trainee, unplaced_now(&season.instance, &hosts, trainee, taken)))
            .collect();
        let minutes = season.instance.minutes.iter().map(Vec::len).sum();
        let Season { offices, taken, homes, names, placements, .. } = season;
        Ok(PlacementNow {
            cohort,
            rounds,
            notes,
            unplaced,
            pending,
            homes_known: HomesKnown::of(&homes_known),
            minutes,
            offices,
            taken,
            homes,
            names,
            placements,
            unfit,
            outlines,
        })
    }
}

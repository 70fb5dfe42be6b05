//! The exact optimum by shortest augmenting paths with prices.
//!
//! The capacities nest (employer in window ⊂ window ⊂ host), so this is a minimum-cost flow on the network
//! trainee → (host, window, employer) → (host, window) → host → sink. Parts that share nobody are solved side by side.
//!
//! In each part the trainees enter one after another, nobody paying more than a bound: where places are short, most searches end
//! at once with somebody who stays unplaced. Then the bound rises: the shortest path from any unplaced trainee to a place is
//! taken, until there is none; where few places are left it is searched from those (`backward.rs`). Prices rise on what is full; at the end they are the certificate that
//! [`crate::verification::verify`] checks.

use crate::backward::Comers;
use crate::candidates::Hosts;
use crate::cost::cost_of_fixed;
use crate::halves::enter_all;
use crate::instance::{Instance, InstanceError};
use crate::outcome::{Part, Placement, Progress, UNPLACED, workers};
use crate::point::Point;
use crate::policy::Strictness;
use crate::resolve::{From, resume};
use crate::search::{Ended, Search};
use crate::state::Taken;
use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Nobody pays more while the trainees enter. Any number gives the same optimum: with a low one few searches are long where places
/// are short, with a high one few trainees are left over where they are not. A pair at 7 km costs the one, at 11 km the other.
const FIRST_BOUND_SHORT: i64 = 700;
const FIRST_BOUND: i64 = 1500;

/// Finds the optimum. Errors say what is wrong with the instance; there is always a placement otherwise, if an empty one.
pub fn place(instance: &Instance) -> Result<Placement, InstanceError> {
    place_with_progress(instance, &|_| true).map(Option::unwrap_or_default)
}

/// As [`place`]; `None` when `progress` stopped it.
pub fn place_with_progress(instance: &Instance, progress: Progress<'_>) -> Result<Option<Placement>, InstanceError> {
    place_from(instance, From::Nothing, progress)
}

/// From nothing, or from the optimum before a change.
pub(crate) fn place_from(
    instance: &Instance,
    from: From<'_>,
    progress: Progress<'_>,
) -> Result<Option<Placement>, InstanceError> {
    instance.check()?;
    let parts = parts(instance);
    let next = AtomicUsize::new(0);
    let entered = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let going = || {
        let go = progress(entered.fetch_add(1, Ordering::Relaxed) + 1);
        if !go {
            stopped.store(true, Ordering::Relaxed);
        }
        go && !stopped.load(Ordering::Relaxed)
    };
    let merged = Mutex::new(Placement { assigned: vec![None; instance.trainees.len()], ..Placement::default() });
    let work = || {
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let hosts = Hosts::of(instance, &part.hosts);
            let Some(search) = solve(instance, &hosts, part, from, &going) else { return };
            let state = search.state;
            let mut merged = merged.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let Placement { assigned, cost, prices, .. } = &mut *merged;
            *cost += state.collect(assigned, prices);
        }
    };
    let workers = workers().min(parts.len());
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    if stopped.into_inner() {
        return Ok(None);
    }
    let mut placement = merged.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    for fixed in &instance.fixed {
        placement.assigned[fixed.trainee] = Some(*fixed);
        placement.cost += cost_of_fixed(instance, fixed);
    }
    placement.placed = placement.assigned.iter().flatten().count();
    Ok(Some(placement))
}

impl Part {
    /// Everybody who is to be placed, and every host.
    pub(crate) fn whole(instance: &Instance) -> Part {
        let fixed: HashSet<usize> = instance.fixed.iter().map(|assignment| assignment.trainee).collect();
        let trainees = (0..instance.trainees.len()).filter(|index| !fixed.contains(index)).map(|index| index as u32);
        Part { trainees: trainees.collect(), hosts: (0..instance.hosts.len() as u32).collect() }
    }
}

/// Prefectures have nothing to do with each other unless trainees may cross; the largest first.
pub(crate) fn parts(instance: &Instance) -> Vec<Part> {
    let fixed: HashSet<usize> = instance.fixed.iter().map(|assignment| assignment.trainee).collect();
    let apart = instance.policy.rules.other_prefecture.rule == Strictness::Forbid;
    let group = |prefecture: u8| if apart { prefecture } else { 0 };
    let mut parts: BTreeMap<u8, Part> = BTreeMap::new();
    for (index, trainee) in (0u32..).zip(&instance.trainees) {
        if !fixed.contains(&(index as usize)) {
            let part =
                parts.entry(group(trainee.prefecture)).or_insert(Part { trainees: Vec::new(), hosts: Vec::new() });
            part.trainees.push(index);
        }
    }
    for (index, host) in (0u32..).zip(&instance.hosts) {
        if let Some(part) = parts.get_mut(&group(host.prefecture)) {
            part.hosts.push(index);
        }
    }
    let mut parts: Vec<Part> = parts.into_values().collect();
    // Neighbours on the map are neighbours in memory.
    for part in &mut parts {
        let near = |at: Option<Point>| at.map(|at| (at.lat_e6.div_euclid(50_000), at.lon_e6));
        part.trainees.sort_by_key(|index| (near(instance.trainees[*index as usize].home), *index));
        part.hosts.sort_by_key(|index| (near(instance.hosts[*index as usize].at), *index));
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.trainees.len()));
    parts
}

/// The optimum of a part, from the optimum before a change where there is one; `None` when stopped.
pub(crate) fn solve<'a>(
    instance: &'a Instance,
    hosts: &'a Hosts<'a>,
    part: &Part,
    from: From<'_>,
    going: &(impl Fn() -> bool + Sync),
) -> Option<Search<'a>> {
    let resumed = match from {
        From::Nothing => Err(Taken),
        From::Before(placement) => resume(instance, hosts, part, placement, false),
        From::Optimum(placement) => resume(instance, hosts, part, placement, true),
    };
    if let Ok(search) = resumed {
        return Some(search);
    }
    let places: u64 = part.hosts.iter().map(|host| u64::from(instance.hosts[*host as usize].capacity)).sum();
    let mut bound = if places < part.trainees.len() as u64 { FIRST_BOUND_SHORT } else { FIRST_BOUND };
    let mut search = enter_all(instance, hosts, part, bound, going)?;
    let mut comers = Comers::of(part.hosts.len());
    loop {
        let unplaced: Vec<u32> = (0..part.trainees.len() as u32)
            .filter(|trainee| search.state.trainees[*trainee as usize].seat.is_none())
            .collect();
        if unplaced.is_empty() {
            return Some(search);
        }
        // A search from the places looks at all of them, one from the trainees goes as far as the nearest.
        let free: u64 = search.state.offices.iter().map(|office| u64::from(office.room)).sum();
        if free * 4 < unplaced.len() as u64 {
            if search.fill_a_place(hosts, &mut comers, UNPLACED - bound) != Ended::Placed {
                return Some(search);
            }
            bound += search.best;
        } else {
            match search.place_one_of(&unplaced) {
                Ended::Placed => bound += search.best,
                Ended::Stuck | Ended::Unplaced => {
                    search.raise_all_reached(UNPLACED - bound);
                    return Some(search);
                }
            }
        }
    }
}

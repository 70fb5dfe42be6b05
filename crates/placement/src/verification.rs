//! Checking a placement against its instance, independently of the solver: every rule, the cost, and the proof of optimality.

use crate::candidates::Hosts;
use crate::instance::{Assignment, Instance};
use crate::solver::{Placement, Prices, UNPLACED};
use std::collections::{HashMap, HashSet};

/// What is wrong with a placement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{0:?} is not allowed")]
    NotAllowed(Assignment),
    #[error("host {0} has more trainees than places")]
    HostOverfull(usize),
    #[error("host {0} has more trainees than places in window {1}")]
    WindowOverfull(usize, u32),
    #[error("host {0} has two trainees of one employer in window {1}")]
    SameEmployer(usize, u32),
    #[error("the placement says {said} for {what}, recomputed {recomputed}")]
    Figure { what: &'static str, said: i64, recomputed: i64 },
    #[error("a node that is not full has a price")]
    PriceOnFreeNode,
    #[error("a price is negative")]
    NegativePrice,
    #[error("trainee {trainee} pays {pays}, but {better} would do")]
    NotCheapest { trainee: usize, pays: i64, better: i64 },
}

/// Checks the rules, the figures, and that the prices prove the optimum: every trainee who is not fixed pays its least
/// price-inclusive cost (being unplaced costs [`UNPLACED`]), and only full nodes have a price. Linear in the allowed pairs.
pub fn verify(instance: &Instance, placement: &Placement) -> Result<(), Fault> {
    let hosts = Hosts::new(instance);
    let fixed: HashSet<usize> = instance.fixed.iter().map(|assignment| assignment.trainee).collect();
    let load = Load::of(instance, placement);
    load.within_capacity(instance)?;
    check_prices(instance, &load, &placement.prices)?;
    let (mut placed, mut total) = (0, 0);
    for (trainee, assignment) in placement.assigned.iter().enumerate() {
        if fixed.contains(&trainee) {
            let Some(assignment) = assignment else { continue };
            let at = (instance.trainees[trainee].home, instance.hosts[assignment.host].at);
            let km = if let (Some(home), Some(at)) = at { crate::distance::kilometres(home, at) } else { 0.0 };
            placed += 1;
            total += hosts.cost(trainee, assignment.host, km);
            continue;
        }
        let price = |host, window| price_of(instance, &placement.prices, trainee, host, window);
        let windows = instance.trainees[trainee].windows;
        let mut pays = UNPLACED;
        let mut cheapest = UNPLACED;
        let mut found = false;
        for candidate in hosts.candidates(trainee) {
            for window in (0..instance.windows).filter(|window| windows >> window & 1 == 1) {
                let here = candidate.cost + price(candidate.host, window);
                cheapest = cheapest.min(here);
                if *assignment == Some(Assignment { trainee, host: candidate.host as usize, window }) {
                    (pays, found) = (here, true);
                    placed += 1;
                    total += candidate.cost;
                }
            }
        }
        match assignment {
            Some(assignment) if !found => return Err(Fault::NotAllowed(*assignment)),
            _ if pays > cheapest => return Err(Fault::NotCheapest { trainee, pays, better: cheapest }),
            _ => {}
        }
    }
    for (what, said, recomputed) in [("placed", placement.placed as i64, placed), ("cost", placement.cost, total)] {
        if said != recomputed {
            return Err(Fault::Figure { what, said, recomputed });
        }
    }
    Ok(())
}

fn price_of(instance: &Instance, prices: &Prices, trainee: usize, host: u32, window: u32) -> i64 {
    let employer = instance.trainees[trainee].employer;
    prices.hosts.get(&host).copied().unwrap_or(0)
        + prices.windows.get(&(host, window)).copied().unwrap_or(0)
        + prices.employers.get(&(host, window, employer)).copied().unwrap_or(0)
}

/// How many trainees each node holds.
#[derive(Default)]
struct Load {
    hosts: HashMap<usize, u32>,
    windows: HashMap<(usize, u32), u32>,
    employers: HashMap<(usize, u32, u64), u32>,
}

impl Load {
    fn of(instance: &Instance, placement: &Placement) -> Load {
        let mut load = Load::default();
        for assignment in placement.assigned.iter().flatten() {
            *load.hosts.entry(assignment.host).or_default() += 1;
            *load.windows.entry((assignment.host, assignment.window)).or_default() += 1;
            let employer = instance.trainees[assignment.trainee].employer;
            if employer != 0 {
                *load.employers.entry((assignment.host, assignment.window, employer)).or_default() += 1;
            }
        }
        load
    }

    fn within_capacity(&self, instance: &Instance) -> Result<(), Fault> {
        for (host, used) in &self.hosts {
            if *used > instance.hosts[*host].capacity {
                return Err(Fault::HostOverfull(*host));
            }
        }
        for ((host, window), used) in &self.windows {
            if *used > instance.hosts[*host].weekly_capacity {
                return Err(Fault::WindowOverfull(*host, *window));
            }
        }
        match self.employers.iter().find(|(_, used)| **used > 1) {
            Some(((host, window, _), _)) => Err(Fault::SameEmployer(*host, *window)),
            None => Ok(()),
        }
    }
}

fn check_prices(instance: &Instance, load: &Load, prices: &Prices) -> Result<(), Fault> {
    let all = prices.hosts.values().chain(prices.windows.values()).chain(prices.employers.values());
    if all.clone().any(|price| *price < 0) {
        return Err(Fault::NegativePrice);
    }
    let host = |host: u32| &instance.hosts[host as usize];
    let hosts_full = prices.hosts.iter().all(|(index, price)| {
        *price == 0 || load.hosts.get(&(*index as usize)).copied().unwrap_or(0) == host(*index).capacity
    });
    let windows_full = prices.windows.iter().all(|((index, window), price)| {
        let used = load.windows.get(&(*index as usize, *window)).copied().unwrap_or(0);
        *price == 0 || used == host(*index).weekly_capacity
    });
    let employers_full = prices.employers.iter().all(|((index, window, employer), price)| {
        *price == 0 || load.employers.get(&(*index as usize, *window, *employer)).copied().unwrap_or(0) == 1
    });
    if hosts_full && windows_full && employers_full { Ok(()) } else { Err(Fault::PriceOnFreeNode) }
}

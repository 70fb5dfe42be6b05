//! Checking a placement against its instance, independently of the solver: every rule, the cost, and the proof of optimality.

use crate::candidates::Hosts;
use crate::cost::cost_of_fixed;
use crate::cost::{self, CostPart};
use crate::instance::{Assignment, Instance};
use crate::outcome::{Placement, Prices, UNPLACED, workers};
use crate::policy::{RuleName, Strictness};
use std::collections::HashMap;

/// What is wrong with a placement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{0:?} is not allowed")]
    NotAllowed(Assignment),
    #[error("{0:?} was fixed by hand and is not kept")]
    NotKept(Assignment),
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
    #[error("a price names a host or window that does not exist")]
    PriceOfNothing,
    #[error("the check itself failed")]
    Unfinished,
}

/// Checks the rules, the figures, and that the prices prove the optimum: every trainee who is not fixed pays its least
/// price-inclusive cost (being unplaced costs [`UNPLACED`]), and only full nodes have a price. Linear in the allowed pairs.
pub fn verify(instance: &Instance, placement: &Placement) -> Result<(), Fault> {
    let hosts = Hosts::new(instance);
    let fixed: HashMap<usize, &Assignment> =
        instance.fixed.iter().map(|assignment| (assignment.trainee, assignment)).collect();
    if let Some(unknown) = placement
        .assigned
        .iter()
        .flatten()
        .find(|assignment| assignment.host >= instance.hosts.len() || assignment.window >= instance.windows)
    {
        return Err(Fault::NotAllowed(*unknown));
    }
    let load = Load::of(instance, placement);
    load.within_capacity(instance)?;
    check_prices(instance, &load, &placement.prices)?;
    let at_hosts = PricesAt::of(instance, &placement.prices);
    let proof = Proof { instance, hosts: &hosts, prices: &at_hosts, fixed: &fixed };
    let rows: Vec<(usize, Option<Assignment>)> = placement.assigned.iter().copied().enumerate().collect();
    let checked = std::thread::scope(|scope| {
        let shares = rows.chunks(rows.len().div_ceil(workers()).max(1));
        let working: Vec<_> = shares.map(|share| scope.spawn(|| proof.check(share))).collect();
        working.into_iter().map(|share| share.join().unwrap_or(Err(Fault::Unfinished))).collect::<Result<Vec<_>, _>>()
    })?;
    let placed = checked.iter().map(|(placed, _)| placed).sum();
    let total = checked.iter().map(|(_, total)| total).sum();
    for (what, said, recomputed) in [("placed", placement.placed as i64, placed), ("cost", placement.cost, total)] {
        if said != recomputed {
            return Err(Fault::Figure { what, said, recomputed });
        }
    }
    Ok(())
}

/// What every trainee is checked against.
struct Proof<'a> {
    instance: &'a Instance,
    hosts: &'a Hosts<'a>,
    prices: &'a PricesAt<'a>,
    fixed: &'a HashMap<usize, &'a Assignment>,
}

impl Proof<'_> {
    /// How many of these trainees are placed, and what they cost.
    fn check(&self, rows: &[(usize, Option<Assignment>)]) -> Result<(i64, i64), Fault> {
        let (mut placed, mut total) = (0, 0);
        for (trainee, assignment) in rows {
            if let Some(cost) = self.check_one(*trainee, assignment.as_ref())? {
                placed += 1;
                total += cost;
            }
        }
        Ok((placed, total))
    }

    fn check_one(&self, trainee: usize, assignment: Option<&Assignment>) -> Result<Option<i64>, Fault> {
        if let Some(fixed) = self.fixed.get(&trainee) {
            return match assignment {
                Some(assignment) if assignment == *fixed => Ok(Some(cost_of_fixed(self.instance, assignment))),
                _ => Err(Fault::NotKept(**fixed)),
            };
        }
        if let Some(other) = assignment.filter(|assignment| assignment.trainee != trainee) {
            return Err(Fault::NotAllowed(*other));
        }
        let employer = self.instance.kept_apart(trainee);
        let mut pays = UNPLACED;
        let mut costs = None;
        if let Some(assignment) = assignment {
            let cost = allowed_cost(self.instance, assignment).ok_or(Fault::NotAllowed(*assignment))?;
            pays = cost + self.prices.price(assignment.host as u32, assignment.window, employer);
            costs = Some(cost);
        }
        // Prices are never negative: only hosts whose cost alone is below what is paid could be better.
        let mut better = pays;
        self.hosts.cheaper_than(trainee, pays, |host, cost, open| {
            if cost + self.prices.hosts[host] < better {
                let windows = (0..self.instance.windows).filter(|window| open >> window & 1 == 1);
                let least = windows.map(|window| cost + self.prices.price(host as u32, window, employer)).min();
                better = better.min(least.unwrap_or(better));
            }
        });
        if better < pays { Err(Fault::NotCheapest { trainee, pays, better }) } else { Ok(costs) }
    }
}

/// What an assignment costs, if it is allowed; reckoned from its parts.
fn allowed_cost(instance: &Instance, assignment: &Assignment) -> Option<i64> {
    let Assignment { trainee, host, window } = *assignment;
    let known = instance.hosts.get(host)?;
    let near = match instance.minutes(trainee, host) {
        Some(minutes) => minutes <= instance.policy.travel.limit_minutes,
        None => instance.kilometres(trainee, host)? <= f64::from(instance.trainees[trainee].limit_m) / 1000.0,
    };
    let forbidden = |rule: RuleName| instance.policy.rules.get(rule).rule == Strictness::Forbid;
    let allowed = near
        && known.has_places()
        && window < instance.windows
        && instance.open(trainee, host) >> window & 1 == 1
        && !instance.excluded.contains(&(trainee, host))
        && !cost::broken(instance, trainee, host).into_iter().any(forbidden);
    allowed.then(|| cost::parts(instance, assignment).iter().map(CostPart::points).sum())
}

/// The prices, quick to look up.
struct PricesAt<'a> {
    hosts: Vec<i64>,
    windows: Vec<i64>,
    season: usize,
    employers: &'a HashMap<(u32, u32, u64), i64>,
}

impl<'a> PricesAt<'a> {
    fn of(instance: &Instance, prices: &'a Prices) -> PricesAt<'a> {
        let season = instance.windows as usize;
        let mut hosts = vec![0; instance.hosts.len()];
        let mut windows = vec![0; instance.hosts.len() * season];
        for (host, price) in &prices.hosts {
            hosts[*host as usize] = *price;
        }
        for ((host, window), price) in &prices.windows {
            windows[*host as usize * season + *window as usize] = *price;
        }
        PricesAt { hosts, windows, season, employers: &prices.employers }
    }

    fn price(&self, host: u32, window: u32, employer: u64) -> i64 {
        let employers = if employer == 0 { None } else { self.employers.get(&(host, window, employer)) };
        self.hosts[host as usize]
            + self.windows[host as usize * self.season + window as usize]
            + employers.copied().unwrap_or(0)
    }
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
            let employer = instance.kept_apart(assignment.trainee);
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
    let exists = |host: u32, window: u32| (host as usize) < instance.hosts.len() && window < instance.windows.max(1);
    let named = prices.hosts.keys().map(|host| (*host, 0)).chain(prices.windows.keys().copied());
    if !named.chain(prices.employers.keys().map(|(host, window, _)| (*host, *window))).all(|(h, w)| exists(h, w)) {
        return Err(Fault::PriceOfNothing);
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

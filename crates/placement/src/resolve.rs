//! The optimum after a change, from the optimum before it: only what the change touches is searched again.
//!
//! Seats and prices are taken over. A place somebody left is held by a ghost until the search has found who gains most by coming to
//! it; whoever has no seat any more, or would now have it cheaper elsewhere, enters anew. The result is an optimum with its proof,
//! as if solved from the beginning.

use crate::candidates::{Candidate, Hosts};
use crate::instance::{Instance, InstanceError};
use crate::outcome::{Part, Placement, UNPLACED};
use crate::search::{NOBODY, Search};
use crate::state::{NO_WINDOW, Seat, Taken, Taking};

/// The optimum of `instance`, from that of a similar one: `before` has its trainees and hosts by the indices of `instance`, `None`
/// for who had no place or was not there.
pub fn resolve(instance: &Instance, before: &Placement) -> Result<Placement, InstanceError> {
    crate::solver::place_from(instance, From::Before(before), &|_| true).map(Option::unwrap_or_default)
}

/// What the search begins with.
#[derive(Clone, Copy)]
pub(crate) enum From<'p> {
    Nothing,
    /// The optimum before a change; what the change makes of it is found out.
    Before(&'p Placement),
    /// The optimum of this very instance.
    Optimum(&'p Placement),
}

/// A search that stands where `before` ended; trainees are not looked at one by one if it is known to be this instance's optimum.
/// [`Taken`]: the change is such that one begins anew instead.
pub(crate) fn resume<'a>(
    instance: &'a Instance,
    hosts: &'a Hosts<'a>,
    part: &Part,
    before: &Placement,
    optimum: bool,
) -> Result<Search<'a>, Taken> {
    let everybody: Vec<u32> = (0..part.trainees.len() as u32).collect();
    let mut search = Search::new(instance, hosts, &part.trainees, &part.hosts, &everybody);
    let mut entering = Vec::new();
    take_over_prices(&mut search, part, before);
    for (trainee, index) in (0u32..).zip(&part.trainees) {
        let assigned = before.assigned.get(*index as usize).copied().flatten();
        let Some(assignment) = assigned else {
            search.state.trainees[trainee as usize].pays = UNPLACED;
            continue;
        };
        let seat = hosts.number(assignment.host).and_then(|office| {
            let cost = hosts.cost(*index as usize, assignment.host)?;
            let known = search.state.trainees[trainee as usize].known.filter(|known| known.host == office);
            let elsewhere = instance.trainees[*index as usize].stay.map_or(0, |stay| stay.price);
            let moved = known.is_none_or(|known| known.window != assignment.window);
            let open = instance.open(*index as usize, assignment.host) >> assignment.window & 1 == 1;
            let cost = if moved { cost + elsewhere } else { cost };
            open.then_some(Seat { office, window: assignment.window, cost })
        });
        let employer = (assignment.host as u32, assignment.window, instance.kept_apart(*index as usize));
        let above = before.prices.employers.get(&employer).copied().unwrap_or(0);
        let seated = seat.ok_or(Taken).and_then(|seat| {
            let price = price_before(before, assignment.host as u32, assignment.window) + above;
            search.state.seat(trainee, seat, if employer.2 == 0 { 0 } else { price })
        });
        if seated.is_err() {
            entering.push(trainee);
        }
    }
    let mut ghosts = hold_priced_places(&mut search, part, before)?;
    for trainee in 0..part.trainees.len() as u32 {
        if !entering.contains(&trainee) && !keeps(&mut search, trainee, optimum) {
            entering.push(trainee);
            if let Some(seat) = search.state.leave(trainee) {
                let employer = instance.kept_apart(part.trainees[trainee as usize] as usize);
                let price = search.state.trainees[trainee as usize].employer_price;
                ghosts.push(search.state.ghost(seat, employer, price)?);
                search.grow();
            }
            search.state.trainees[trainee as usize].pays = 0;
        }
    }
    for ghost in ghosts {
        search.remove(ghost);
    }
    entering.sort_unstable();
    for trainee in entering {
        search.enter(trainee, UNPLACED);
    }
    Ok(search)
}

/// What a place cost whoever came for it, beside colleagues.
fn price_before(before: &Placement, host: u32, window: u32) -> i64 {
    let price = |price: Option<&i64>| price.copied().unwrap_or(0);
    price(before.prices.hosts.get(&host)) + price(before.prices.windows.get(&(host, window)))
}

fn take_over_prices(search: &mut Search<'_>, part: &Part, before: &Placement) {
    for (office, host) in (0u32..).zip(&part.hosts) {
        search.state.offices[office as usize].price = before.prices.hosts.get(host).copied().unwrap_or(0);
        for window in 0..search.state.season() {
            let slot = search.state.slot(office, window) as u32;
            let priced = before.prices.windows.contains_key(&(*host, window));
            search.state.set_window_price(slot, if priced { price_before(before, *host, window) } else { 0 });
        }
    }
}

/// Only what is full may have a price: ghosts fill what has one and is not.
fn hold_priced_places(search: &mut Search<'_>, part: &Part, before: &Placement) -> Result<Vec<u32>, Taken> {
    let mut ghosts = Vec::new();
    let mut hold = |search: &mut Search<'_>, seat: Seat, employer: u64, price: i64| {
        ghosts.push(search.state.ghost(seat, employer, price)?);
        search.grow();
        Ok(())
    };
    let seat = |office, window| Seat { office, window, cost: 0 };
    let mut employers: Vec<_> = before.prices.employers.iter().filter(|(_, price)| **price < UNPLACED).collect();
    employers.sort_unstable();
    for ((host, window, employer), above) in employers {
        let Some(office) = part.hosts.iter().position(|known| known == host).map(|office| office as u32) else {
            continue;
        };
        let occupied = search.state.offices[office as usize].occupants.iter().any(|occupant| {
            search.state.window_of(*occupant) == *window
                && search.state.trainees[*occupant as usize].employer == search.state.employer_number(*employer)
        });
        if !occupied && search.state.offices[office as usize].room > 0 {
            hold(search, seat(office, *window), *employer, price_before(before, *host, *window) + above)?;
        }
    }
    for (office, host) in (0u32..).zip(&part.hosts) {
        for window in 0..search.state.season() {
            let priced = before.prices.windows.get(&(*host, window)).is_some_and(|price| *price > 0);
            while priced && search.state.room_in_window(office, window) > 0 {
                hold(search, seat(office, window), 0, 0)?;
            }
        }
        while search.state.offices[office as usize].price > 0 && search.state.offices[office as usize].room > 0 {
            hold(search, seat(office, NO_WINDOW), 0, 0)?;
        }
    }
    Ok(ghosts)
}

/// Does this trainee still have the cheapest place, or none for good? What is paid is brought up to date.
fn keeps(search: &mut Search<'_>, trainee: u32, optimum: bool) -> bool {
    let pays = match search.state.trainees[trainee as usize].seat {
        Some(seat) => i64::from(seat.cost) + search.state.place_price(trainee),
        None => UNPLACED,
    };
    search.state.trainees[trainee as usize].pays = pays;
    if optimum {
        return true;
    }
    let mut arrivals = Vec::new();
    search.candidates_below(trainee, pays, |_, candidate| arrivals.push(candidate));
    let cheaper = arrivals.into_iter().any(|candidate| {
        let windows = search.windows(trainee, candidate);
        let price = search.state.arrival_price(trainee, candidate.host, windows);
        price.is_some_and(|price| i64::from(candidate.cost) + price < pays)
    });
    !cheaper && pays <= UNPLACED
}

impl Search<'_> {
    /// Takes an occupant out of the seat for good: whoever gains most by coming to it comes, and so on, or it stays empty.
    pub(crate) fn remove(&mut self, target: u32) {
        let limit = self.state.place_price(target);
        self.sources_of_filling(limit);
        self.source(target, limit);
        self.best = limit + 1;
        self.go(None, target);
        let fall = self.best.min(limit);
        self.lower_prices(fall);
        self.augment(target, None);
        self.state.trainees[target as usize].part = Taking::Gone;
    }

    /// The beginnings of all chains that end in a place becoming free: somebody unplaced comes in, or somebody leaves a place that
    /// costs less than `limit` empty.
    pub(crate) fn sources_of_filling(&mut self, limit: i64) {
        self.begin();
        for office in 0..self.state.offices.len() as u32 {
            let here = &self.state.offices[office as usize];
            if here.occupants.is_empty() || here.price >= limit {
                continue;
            }
            let price = here.price;
            for nth in 0..here.occupants.len() {
                let occupant = self.state.offices[office as usize].occupants[nth];
                let price = self.state.place_price(occupant);
                if price < limit && self.state.trainees[occupant as usize].part == Taking::Part {
                    self.source(occupant, price);
                }
            }
            self.source_office(office, price);
        }
        for trainee in 0..self.state.real() {
            if self.state.is_unplaced(trainee) {
                self.source(trainee, 0);
            }
        }
        self.begin_filling();
    }

    /// Everything becomes cheaper by its distance from where the chains begin, by `fall` at most.
    fn lower_prices(&mut self, fall: i64) {
        let search = self.number;
        for office in 0..self.state.offices.len() as u32 {
            let price = self.state.offices[office as usize].price;
            let distance = self.offices.written(office, search).unwrap_or(price).min(price);
            let above = |level: i64| distance + level - price;
            let windows: Vec<(u32, i64)> = (0..self.state.season())
                .map(|window| {
                    let slot = self.state.slot(office, window) as u32;
                    if self.state.offices[office as usize].full >> window & 1 == 0 {
                        return (slot, 0);
                    }
                    let level = self.state.window_price(office, window);
                    let distance = self.windows.written(slot, search).unwrap_or(level).min(above(level));
                    (slot, level - distance.min(fall))
                })
                .collect();
            for nth in 0..self.state.offices[office as usize].occupants.len() {
                let occupant = self.state.offices[office as usize].occupants[nth];
                let level = self.state.place_price(occupant);
                let written = self.trainees.written(occupant, search).unwrap_or(level);
                let fall = written.min(above(level)).min(fall);
                let occupant = &mut self.state.trainees[occupant as usize];
                occupant.pays -= fall;
                occupant.employer_price = if occupant.employer == 0 { 0 } else { level - fall };
            }
            self.state.offices[office as usize].price = price - distance.min(fall);
            for (slot, price) in windows {
                self.state.set_window_price(slot, price);
            }
        }
    }

    /// Puts a trainee who has no seat into this place, whoever has to go; `false` if nobody there can go.
    pub(crate) fn force(&mut self, trainee: u32, candidate: Candidate, window: u32) -> bool {
        self.state.trainees[trainee as usize].part = Taking::Pinned;
        self.begin();
        self.source(trainee, 0);
        self.arrive_in(trainee, candidate, 1 << window, 0);
        // The trainee does not look elsewhere: the first look is taken as done.
        self.settle(trainee);
        self.go(Some(UNPLACED), NOBODY);
        !matches!(self.conclude(), crate::search::Ended::Stuck)
    }
}

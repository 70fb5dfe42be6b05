//! The shortest path searched from its end: which trainee without a place can be brought in by the cheapest chain of moves that ends in
//! a free one. Where few free places are left, and far away, it looks at their surroundings alone, where [`crate::search`] would look
//! at everything as far as they are away from everybody.
//!
//! A place that somebody would leave is worth what whoever comes pays for it and what leaving it costs from there on. Who may come to
//! an occupant's place follows from the capacities as in [`crate::search`]: anybody with a window that is not full, if the office
//! is; anybody in the occupant's window; a colleague in the occupant's window.

use crate::candidates::{Candidate, Hosts};
use crate::search::{Ended, NO_STEP, NOBODY, Search, Step};
use crate::state::{Seat, Taking};
use std::cmp::Reverse;

/// Trainees who may come to each office, and at what cost; listed when first asked for.
pub(crate) struct Comers(Vec<Option<Vec<(u32, u32)>>>);

/// Where a trainee goes on the best path to a free place.
#[derive(Clone, Copy)]
struct Way {
    seat: Seat,
    /// Who leaves the place; [`NOBODY`] where it is free.
    displaced: u32,
    from_colleague: bool,
}

impl Comers {
    pub(crate) fn of(offices: usize) -> Comers {
        Comers(vec![None; offices])
    }

    /// Taken out while it is read; to be put back.
    fn take(&mut self, search: &Search<'_>, hosts: &Hosts<'_>, office: u32) -> Vec<(u32, u32)> {
        let known = self.0[office as usize].take();
        known.unwrap_or_else(|| {
            let trainees = 0..search.state.real();
            let costs = |trainee: u32| {
                hosts.costs_at(search.state.trainee_index(trainee), office).map(move |cost| (trainee, cost))
            };
            trainees.flat_map(costs).collect()
        })
    }

    fn put_back(&mut self, office: u32, list: Vec<(u32, u32)>) {
        self.0[office as usize] = Some(list);
    }
}

/// One search from the free places.
struct Backward<'s, 'a> {
    search: &'s mut Search<'a>,
    ways: Vec<Option<Way>>,
    /// The unplaced trainee reached for least.
    first: u32,
}

impl Search<'_> {
    /// The shortest path from any unplaced trainee, who all pay the same, to an office with room. Where there is none, who can never
    /// be placed would pay `never` more.
    pub(crate) fn fill_a_place(&mut self, hosts: &Hosts<'_>, comers: &mut Comers, never: i64) -> Ended {
        self.begin();
        let count = self.state.trainees.len();
        let mut backward = Backward { search: self, ways: vec![None; count], first: NOBODY };
        backward.go(hosts, comers);
        let Backward { ways, first, .. } = backward;
        if first == NOBODY {
            self.raise_by_way_left(never);
            return Ended::Stuck;
        }
        self.raise_by_way_left(self.best);
        self.follow(first, &ways);
        Ended::Placed
    }

    /// Moves everybody on the path that begins with `first`.
    fn follow(&mut self, first: u32, ways: &[Option<Way>]) {
        self.set_step(first, NO_STEP);
        let mut trainee = first;
        while let Some(way) = ways[trainee as usize] {
            if way.displaced == NOBODY {
                self.augment(trainee, Some(way.seat));
                return;
            }
            let Seat { window, cost, .. } = way.seat;
            self.set_step(way.displaced, Step { taker: trainee, window, cost, from_colleague: way.from_colleague });
            trainee = way.displaced;
        }
    }

    /// Everything becomes dearer by what the way from it to a free place costs, by `end` at most.
    fn raise_by_way_left(&mut self, end: i64) {
        let search = self.number;
        for trainee in 0..self.state.trainees.len() as u32 {
            let raise = self.trainees.written(trainee, search).map_or(end, |left| left.min(end));
            let price = self.state.place_price(trainee) + raise;
            let trainee = &mut self.state.trainees[trainee as usize];
            if trainee.employer != 0 && trainee.seat.is_some() {
                trainee.employer_price = price;
            }
            trainee.pays += raise;
        }
        for office in 0..self.state.offices.len() as u32 {
            for window in 0..self.state.season() {
                if self.state.offices[office as usize].full >> window & 1 == 1 {
                    let slot = self.state.slot(office, window) as u32;
                    let price = self.state.window_price(office, window);
                    let worth = self.windows.written(slot, search);
                    self.state.set_window_price(slot, worth.map_or(price + end, |worth| worth.min(price + end)));
                }
            }
            let worth = self.offices.written(office, search);
            let here = &mut self.state.offices[office as usize];
            if here.room == 0 {
                let dearer = here.price + end;
                here.price = worth.map_or(dearer, |worth| worth.min(dearer));
            }
        }
    }
}

impl Backward<'_, '_> {
    fn go(&mut self, hosts: &Hosts<'_>, comers: &mut Comers) {
        for office in 0..self.search.state.offices.len() as u32 {
            if self.search.state.offices[office as usize].room > 0 {
                let list = comers.take(self.search, hosts, office);
                for (trainee, cost) in &list {
                    self.come_to_free_place(*trainee, Candidate { cost: *cost, host: office });
                }
                comers.put_back(office, list);
            }
        }
        while let Some(Reverse((key, trainee))) = self.search.heap.pop() {
            if key >= self.search.best {
                return;
            }
            if self.search.trainees.written(trainee, self.search.number) == Some(key)
                && !self.search.settle_once(trainee)
            {
                self.leave(hosts, comers, trainee, key);
            }
        }
    }

    fn come_to_free_place(&mut self, trainee: u32, candidate: Candidate) {
        let windows = self.search.windows(trainee, candidate);
        let office = &self.search.state.offices[candidate.host as usize];
        let (full, worth) = (office.full, office.price);
        let open = self.search.state.without_colleagues(trainee, candidate.host, windows) & !full;
        if open != 0 {
            let seat = Seat { office: candidate.host, window: open.trailing_zeros(), cost: candidate.cost };
            self.reach(trainee, worth, Way { seat, displaced: NOBODY, from_colleague: false });
        }
    }

    /// Who would come, if this occupant left the place, which leads to a free one for `left`.
    fn leave(&mut self, hosts: &Hosts<'_>, comers: &mut Comers, occupant: u32, left: i64) {
        let state = &self.search.state;
        let Some(Seat { office, window, .. }) = state.trainees[occupant as usize].seat else { return };
        let worth = left + state.place_price(occupant);
        let here = &state.offices[office as usize];
        let (full, is_full, employer) = (here.full, here.room == 0, state.trainees[occupant as usize].employer);
        let slot = state.slot(office, window) as u32;
        let number = self.search.number;
        let by_office = is_full && self.search.offices.lower(office, worth, number);
        let by_window = full >> window & 1 == 1 && self.search.windows.lower(slot, worth, number);
        if !by_office && !by_window && employer == 0 {
            return;
        }
        let list = comers.take(self.search, hosts, office);
        for (trainee, cost) in &list {
            let state = &self.search.state;
            if *trainee == occupant
                || worth + i64::from(*cost) - state.trainees[*trainee as usize].pays >= self.search.best
            {
                continue;
            }
            let windows = self.search.windows(*trainee, Candidate { cost: *cost, host: office });
            let seat = |window: u32| Seat { office, window, cost: *cost };
            let alone = state.without_colleagues(*trainee, office, windows);
            let open = alone & !full;
            let is_colleague = employer != 0 && state.trainees[*trainee as usize].employer == employer;
            if is_colleague && windows >> window & 1 == 1 {
                self.reach(*trainee, worth, Way { seat: seat(window), displaced: occupant, from_colleague: true });
            }
            if is_full && open != 0 {
                if by_office {
                    let seat = seat(open.trailing_zeros());
                    self.reach(*trainee, worth, Way { seat, displaced: occupant, from_colleague: false });
                }
            } else if by_window && open == 0 && alone >> window & 1 == 1 {
                self.reach(*trainee, worth, Way { seat: seat(window), displaced: occupant, from_colleague: false });
            }
        }
        comers.put_back(office, list);
    }

    /// This trainee could go that way, to a place that is worth so much.
    fn reach(&mut self, trainee: u32, worth: i64, way: Way) {
        let here = &self.search.state.trainees[trainee as usize];
        let key = i64::from(way.seat.cost) + worth - here.pays;
        let is_unplaced = here.seat.is_none();
        if here.part != Taking::Part
            || key >= self.search.best
            || !self.search.trainees.lower(trainee, key, self.search.number)
        {
            return;
        }
        self.ways[trainee as usize] = Some(way);
        if is_unplaced {
            (self.search.best, self.first) = (key, trainee);
        } else {
            self.search.heap.push(Reverse((key, trainee)));
        }
    }
}

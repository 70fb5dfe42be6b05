//! One shortest augmenting path after another; see [`crate::solver`].
//!
//! A path goes from a trainee without a place to an office with room, or to somebody who had better stay unplaced: each trainee
//! on it takes the place the next one leaves. Because the capacities nest, whoever arrives at an office meets only its
//! occupants: in the own window if that is full, all of them if the office is full, and a colleague of the same employer in any
//! case. What an occupant's place costs there is one number, the highest of three prices: office, window, employer.

use crate::candidates::{Candidate, Hosts, List};
use crate::instance::Instance;
use crate::state::{Seat, State, Taking};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How a trainee on the path was reached: who takes the place, in which window, at what cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) taker: u32,
    pub(crate) window: u32,
    pub(crate) cost: u32,
    /// The place is taken from a colleague of the same employer and keeps that price.
    pub(crate) from_colleague: bool,
}

/// Nobody comes for the place: it stays empty.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Where the best path known so far ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Nowhere,
    Place { trainee: u32, seat: Seat },
    Unplaced { trainee: u32 },
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Placed,
    Unplaced,
    /// No path at all, or none within the bound.
    Stuck,
}

/// Distances that count only in the search they were written in.
#[derive(Clone)]
pub(crate) struct Labels {
    /// Distance, and the number of the search.
    labels: Vec<(i64, u32)>,
    touched: Vec<u32>,
}

impl Labels {
    fn new(count: usize) -> Labels {
        Labels { labels: vec![(0, 0); count], touched: Vec::new() }
    }

    fn distance(&self, index: u32) -> i64 {
        self.labels[index as usize].0
    }

    /// The distance, if this search wrote one.
    pub(crate) fn written(&self, index: u32, search: u32) -> Option<i64> {
        let label = self.labels[index as usize];
        (label.1 == search).then_some(label.0)
    }

    /// Is a distance written that is not greater?
    fn known(&self, index: u32, distance: i64, search: u32) -> bool {
        let label = self.labels[index as usize];
        label.1 == search && label.0 <= distance
    }

    /// Writes a smaller distance.
    pub(crate) fn lower(&mut self, index: u32, distance: i64, search: u32) -> bool {
        let label = &mut self.labels[index as usize];
        if label.1 != search {
            self.touched.push(index);
        } else if label.0 <= distance {
            return false;
        }
        *label = (distance, search);
        true
    }
}

#[derive(Clone)]
pub(crate) struct Search<'a> {
    hosts: &'a Hosts<'a>,
    pub(crate) state: State<'a>,
    lists: Vec<List>,
    pub(crate) heap: BinaryHeap<Reverse<(i64, u32)>>,
    pub(crate) number: u32,
    pub(crate) trainees: Labels,
    pub(crate) offices: Labels,
    pub(crate) windows: Labels,
    steps: Vec<Step>,
    /// Who came to each office by the label written there.
    comers: Vec<u32>,
    /// The same of each window.
    window_comers: Vec<u32>,
    settled: Vec<u32>,
    cursor: Vec<u32>,
    cursor_key: Vec<i64>,
    pub(crate) best: i64,
    end: End,
    /// The search is for who would come to a place that becomes free: offices with room do not end it.
    filling: bool,
}

pub(crate) const NO_STEP: Step = Step { taker: NOBODY, window: 0, cost: 0, from_colleague: false };

impl<'a> Search<'a> {
    /// Trainees and offices by their indices; only these `listed` trainees, by number, may look around yet.
    pub(crate) fn new(
        instance: &'a Instance,
        hosts: &'a Hosts<'a>,
        trainees: &[u32],
        offices: &[u32],
        listed: &[u32],
    ) -> Search<'a> {
        let state = State::new(instance, hosts, trainees, offices);
        let count = trainees.len();
        let mut search = Search {
            hosts,
            lists: vec![List::empty(); count],
            heap: BinaryHeap::new(),
            number: 0,
            trainees: Labels::new(count),
            offices: Labels::new(offices.len()),
            windows: Labels::new(offices.len() * instance.windows as usize),
            steps: vec![NO_STEP; count],
            comers: vec![NOBODY; offices.len()],
            window_comers: vec![NOBODY; offices.len() * instance.windows as usize],
            settled: vec![0; count],
            cursor: vec![0; count],
            cursor_key: vec![0; count],
            best: i64::MAX,
            end: End::Nowhere,
            filling: false,
            state,
        };
        search.list(trainees, listed);
        search
    }

    /// Begins the lists of these trainees, by number.
    pub(crate) fn list(&mut self, trainees: &[u32], listed: &[u32]) {
        for trainee in listed {
            self.lists[*trainee as usize] = List::new(self.hosts, trainees[*trainee as usize] as usize);
        }
    }

    /// Takes over these trainees and offices, which this search has not touched, from another one of the same part.
    pub(crate) fn adopt(&mut self, mut other: Search<'a>, trainees: &[u32], offices: &[u32]) {
        for trainee in trainees {
            self.lists[*trainee as usize] = std::mem::take(&mut other.lists[*trainee as usize]);
        }
        self.state.adopt(other.state, trainees, offices);
    }

    /// Room for one more ghost.
    pub(crate) fn grow(&mut self) {
        self.lists.push(List::empty());
        self.trainees.labels.push((0, 0));
        self.steps.push(NO_STEP);
        self.settled.push(0);
        self.cursor.push(0);
        self.cursor_key.push(0);
    }

    /// Brings in one trainee; whoever would have to pay `bound` or more stays unplaced.
    pub(crate) fn enter(&mut self, trainee: u32, bound: i64) -> Ended {
        self.run(&[trainee], Some(bound))
    }

    /// The shortest path from any of these unplaced trainees, who all pay the same, to an office with room.
    pub(crate) fn place_one_of(&mut self, unplaced: &[u32]) -> Ended {
        self.run(unplaced, None)
    }

    /// Nobody reached by the last search, which got stuck, can ever be placed: they would pay any price.
    pub(crate) fn raise_all_reached(&mut self, by: i64) {
        self.raise_prices(by);
    }

    fn run(&mut self, sources: &[u32], bound: Option<i64>) -> Ended {
        self.begin();
        for source in sources {
            self.source(*source, 0);
        }
        self.go(bound, NOBODY);
        self.conclude()
    }

    /// Begins a new search: nothing is reached.
    pub(crate) fn begin(&mut self) {
        self.number += 1;
        self.heap.clear();
        self.trainees.touched.clear();
        self.offices.touched.clear();
        self.windows.touched.clear();
        (self.best, self.end, self.filling) = (i64::MAX, End::Nowhere, false);
    }

    /// A path may begin with this trainee.
    pub(crate) fn source(&mut self, trainee: u32, distance: i64) {
        if self.trainees.lower(trainee, distance, self.number) {
            self.steps[trainee as usize] = NO_STEP;
            self.heap.push(Reverse((distance, trainee)));
        }
    }

    /// As [`Search::source`], of an office that somebody leaves: it is reached as if a comer had paid its price.
    pub(crate) fn source_office(&mut self, office: u32, distance: i64) {
        if self.offices.lower(office, distance, self.number) {
            self.comers[office as usize] = NOBODY;
        }
    }

    /// The search is for who comes to a place that becomes free.
    pub(crate) fn begin_filling(&mut self) {
        self.filling = true;
    }

    /// This trainee looks no further in this search.
    pub(crate) fn settle(&mut self, trainee: u32) {
        self.settled[trainee as usize] = self.number;
        self.cursor_key[trainee as usize] = i64::MIN;
    }

    /// Settles a trainee; was it settled before?
    pub(crate) fn settle_once(&mut self, trainee: u32) -> bool {
        std::mem::replace(&mut self.settled[trainee as usize], self.number) == self.number
    }

    pub(crate) fn set_step(&mut self, trainee: u32, step: Step) {
        self.steps[trainee as usize] = step;
    }

    /// Searches until the best end is certain, or `target` is reached.
    pub(crate) fn go(&mut self, bound: Option<i64>, target: u32) {
        while let Some(Reverse((key, trainee))) = self.heap.pop() {
            if key >= self.best {
                break;
            }
            let index = trainee as usize;
            if self.settled[index] != self.number {
                self.settled[index] = self.number;
                self.cursor[index] = 0;
                if trainee == target {
                    self.best = key;
                    break;
                }
                if let Some(bound) = bound {
                    let stays = key + bound - self.state.trainees[index].pays;
                    if stays < self.best && self.state.trainees[index].part == Taking::Part {
                        (self.best, self.end) = (stays, End::Unplaced { trainee });
                    }
                }
            } else if key != self.cursor_key[index] {
                continue;
            }
            self.look(trainee);
        }
    }

    /// Moves everybody along the best path and raises the prices.
    pub(crate) fn conclude(&mut self) -> Ended {
        match self.end {
            End::Nowhere => Ended::Stuck,
            End::Place { trainee, seat } => {
                self.raise_prices(self.best);
                self.augment(trainee, Some(seat));
                Ended::Placed
            }
            End::Unplaced { trainee } => {
                self.raise_prices(self.best);
                self.augment(trainee, None);
                Ended::Unplaced
            }
        }
    }

    /// What the best path costs, if everybody on it has a place in the end.
    pub(crate) fn cost_of_a_place(&self) -> Option<i64> {
        matches!(self.end, End::Place { .. }).then_some(self.best)
    }

    /// The first candidates of a trainee that cost less than `cost`, listed as far as need be.
    pub(crate) fn candidates_below(&mut self, trainee: u32, cost: i64, mut found: impl FnMut(&State<'_>, Candidate)) {
        let mut index = 0;
        loop {
            match self.lists[trainee as usize].get(index) {
                Some(candidate) if i64::from(candidate.cost) >= cost => return,
                Some(candidate) => {
                    found(&self.state, candidate);
                    index += 1;
                }
                None if self.lists[trainee as usize].whole || self.lists[trainee as usize].beyond() >= cost => return,
                None => self.lists[trainee as usize].extend(self.hosts, self.state.trainee_index(trainee)),
            }
        }
    }

    /// Who comes to a trainee's place by the last search.
    pub(crate) fn taker(&self, trainee: u32) -> u32 {
        self.steps[trainee as usize].taker
    }

    /// How far an office is by the last search, and who comes to it.
    pub(crate) fn came_to(&self, office: u32) -> Option<(i64, u32)> {
        Some((self.offices.written(office, self.number)?, self.comers[office as usize]))
    }

    /// The same of a window.
    pub(crate) fn came_to_window(&self, slot: u32) -> Option<(i64, u32)> {
        Some((self.windows.written(slot, self.number)?, self.window_comers[slot as usize]))
    }

    /// Trainees and offices the last search reached.
    pub(crate) fn reached(&self) -> (&[u32], &[u32]) {
        (&self.trainees.touched, &self.offices.touched)
    }

    /// Looks along a settled trainee's list; before it is made longer, whatever is nearer has its turn.
    fn look(&mut self, trainee: u32) {
        let index = trainee as usize;
        let base = self.trainees.distance(trainee) - self.state.trainees[index].pays;
        let mut looked = false;
        loop {
            let entry = self.lists[index].get(self.cursor[index] as usize);
            let key = match entry {
                Some(candidate) => base + i64::from(candidate.cost),
                None if self.lists[index].whole => return,
                None => base + self.lists[index].beyond(),
            };
            if key >= self.best {
                return;
            }
            match entry {
                Some(candidate) => {
                    self.cursor[index] += 1;
                    looked = true;
                    self.arrive(trainee, candidate, key);
                }
                None => {
                    if looked && self.heap.peek().is_some_and(|Reverse((next, _))| *next < key) {
                        self.cursor_key[index] = key;
                        self.heap.push(Reverse((key, trainee)));
                        return;
                    }
                    self.lists[index].extend(self.hosts, self.state.trainee_index(trainee));
                }
            }
        }
    }

    /// The windows that cost what this candidate says and in which the trainee is available.
    pub(crate) fn windows(&self, trainee: u32, candidate: Candidate) -> u64 {
        self.state.trainees[trainee as usize].available & self.windows_at_cost(trainee, candidate)
    }

    /// The windows that cost what this candidate says, whoever is available.
    pub(crate) fn windows_at_cost(&self, trainee: u32, candidate: Candidate) -> u64 {
        let open = !self.state.offices[candidate.host as usize].closed;
        match self.state.trainees[trainee as usize].known.filter(|known| known.host == candidate.host) {
            None => open,
            Some(known) if known.cost == candidate.cost => open & 1 << known.window,
            Some(known) => open & !(1 << known.window),
        }
    }

    fn arrive(&mut self, trainee: u32, candidate: Candidate, key: i64) {
        let windows = self.windows(trainee, candidate);
        self.arrive_in(trainee, candidate, windows, key);
    }

    /// What happens when this trainee comes to this office in one of these windows: it has room, or somebody leaves.
    pub(crate) fn arrive_in(&mut self, trainee: u32, candidate: Candidate, mut windows: u64, key: i64) {
        let office = candidate.host;
        let here = &self.state.offices[office as usize];
        let (full, room, occupants) = (here.full, here.room, here.occupants.len());
        let through_office = key + here.price;
        // Whoever came through the office for less has reached every occupant for less.
        if through_office >= self.best || self.offices.known(office, through_office, self.number) {
            return;
        }
        let employer = self.state.trainees[trainee as usize].employer;
        let mut step = Step { taker: trainee, window: 0, cost: candidate.cost, from_colleague: false };
        if employer != 0 {
            windows &= !self.state.closed(office, employer);
            for nth in 0..occupants {
                let occupant = self.state.offices[office as usize].occupants[nth];
                let window = self.state.window_of(occupant);
                if self.state.trainees[occupant as usize].employer == employer && windows >> window & 1 == 1 {
                    windows &= !(1 << window);
                    let colleague = Step { window, from_colleague: true, ..step };
                    self.reach(occupant, key, colleague);
                }
            }
        }
        let open = windows & !full;
        if open != 0 {
            step.window = open.trailing_zeros();
            if room > 0 && self.filling {
                // The path would end here only to begin anew.
            } else if room > 0 {
                let seat = Seat { office, window: step.window, cost: candidate.cost };
                (self.best, self.end) = (through_office, End::Place { trainee, seat });
            } else if self.offices.lower(office, through_office, self.number) {
                self.comers[office as usize] = trainee;
                for nth in 0..occupants {
                    self.reach(self.state.offices[office as usize].occupants[nth], key, step);
                }
            }
            return;
        }
        while windows != 0 {
            step.window = windows.trailing_zeros();
            windows &= windows - 1;
            let through_window = key + self.state.window_price(office, step.window);
            let slot = self.state.slot(office, step.window) as u32;
            if through_window < self.best && self.windows.lower(slot, through_window, self.number) {
                self.window_comers[slot as usize] = trainee;
                for nth in 0..occupants {
                    let occupant = self.state.offices[office as usize].occupants[nth];
                    if self.state.window_of(occupant) == step.window {
                        self.reach(occupant, key, step);
                    }
                }
            }
        }
    }

    /// Somebody comes for this occupant's place, at `key` without its price.
    fn reach(&mut self, occupant: u32, key: i64, step: Step) {
        if self.state.trainees[occupant as usize].part == Taking::Pinned {
            return;
        }
        let key = key + self.state.place_price(occupant);
        if key < self.best && self.trainees.lower(occupant, key, self.number) {
            self.steps[occupant as usize] = step;
            self.heap.push(Reverse((key, occupant)));
        }
    }

    /// Everything nearer than the end of the path becomes dearer by the difference.
    fn raise_prices(&mut self, end: i64) {
        for trainee in &self.trainees.touched {
            let raise = end - self.trainees.distance(*trainee);
            if raise > 0 {
                let price = self.state.place_price(*trainee) + raise;
                let trainee = &mut self.state.trainees[*trainee as usize];
                if trainee.employer != 0 && trainee.seat.is_some() {
                    trainee.employer_price = price;
                }
                trainee.pays += raise;
            }
        }
        for slot in &self.windows.touched {
            let raise = end - self.windows.distance(*slot);
            if raise > 0 {
                let (office, window) = self.state.of_slot(*slot);
                let price = self.state.window_price(office, window) + raise;
                self.state.set_window_price(*slot, price);
            }
        }
        for office in &self.offices.touched {
            let raise = end - self.offices.distance(*office);
            if raise > 0 {
                self.state.offices[*office as usize].price += raise;
            }
        }
    }

    /// The last trainee of the path takes a seat, or none; everybody before takes the place the next one leaves.
    pub(crate) fn augment(&mut self, last: u32, seat: Option<Seat>) {
        let (mut trainee, mut next, mut employer_price) = (last, seat, 0);
        loop {
            let left = self.state.leave(trainee);
            let left_price = self.state.trainees[trainee as usize].employer_price;
            if let Some(seat) = next {
                self.state.take(trainee, seat, employer_price);
            }
            let Some(left) = left else { return };
            let step = self.steps[trainee as usize];
            if step.taker == NOBODY {
                return;
            }
            next = Some(Seat { office: left.office, window: step.window, cost: step.cost });
            employer_price = if step.from_colleague { left_price } else { 0 };
            trainee = step.taker;
        }
    }
}

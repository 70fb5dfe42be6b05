//! Who has which place, and what the places cost: the state a search works on.

use crate::instance::{Assignment, Instance};
use crate::solver::{Prices, UNPLACED};
use std::collections::HashMap;

/// A trainee's place; offices are numbered within the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) office: u32,
    pub(crate) window: u32,
    pub(crate) cost: u32,
}

pub(crate) struct Trainee {
    pub(crate) seat: Option<Seat>,
    /// Employers are numbered from 1; 0 none.
    pub(crate) employer: u32,
    /// Cost and price of the seat, or the price of having none.
    pub(crate) pays: i64,
    /// Price of the place as the only one for its employer in the window; it counts where it exceeds the window's.
    pub(crate) employer_price: i64,
    pub(crate) available: u64,
}

pub(crate) struct Office {
    pub(crate) price: i64,
    /// Bit w set: window w is full.
    pub(crate) full: u64,
    /// Places nobody has.
    pub(crate) room: u32,
    pub(crate) occupants: Vec<u32>,
}

#[derive(Clone, Copy, Default)]
struct Window {
    /// Counts while the window is full and where it exceeds the office's.
    price: i64,
    occupants: u32,
}

/// A part of an instance, trainees and offices numbered from 0.
pub(crate) struct State<'a> {
    instance: &'a Instance,
    /// Index into the instance by number.
    trainee_indices: Vec<u32>,
    office_indices: Vec<u32>,
    pub(crate) trainees: Vec<Trainee>,
    pub(crate) offices: Vec<Office>,
    windows: Vec<Window>,
    season: usize,
    /// Windows closed to an employer by a fixed placement.
    closed: HashMap<(u32, u32), u64>,
}

impl<'a> State<'a> {
    pub(crate) fn new(instance: &'a Instance, trainees: &[u32], offices: &[u32]) -> State<'a> {
        let season = instance.windows as usize;
        let bits = if season >= 64 { u64::MAX } else { (1 << season) - 1 };
        let mut employers: HashMap<u64, u32> = HashMap::new();
        let mut employer_number = |employer: u64| {
            let next = employers.len() as u32 + 1;
            if employer == 0 { 0 } else { *employers.entry(employer).or_insert(next) }
        };
        let mut trainee = |index: &u32| {
            let known = &instance.trainees[*index as usize];
            let employer = employer_number(known.employer);
            Trainee { seat: None, employer, pays: 0, employer_price: 0, available: known.windows & bits }
        };
        let office = |index: &u32| {
            let room = instance.hosts[*index as usize].capacity;
            Office { price: 0, full: 0, room, occupants: Vec::new() }
        };
        let mut state = State {
            instance,
            trainees: trainees.iter().map(&mut trainee).collect(),
            offices: offices.iter().map(office).collect(),
            windows: vec![Window::default(); offices.len() * season],
            season,
            closed: HashMap::new(),
            trainee_indices: trainees.to_vec(),
            office_indices: offices.to_vec(),
        };
        for fixed in &instance.fixed {
            let Some(office) = offices.iter().position(|index| *index as usize == fixed.host) else { continue };
            state.fill(office, fixed.window);
            let employer = employer_number(instance.trainees[fixed.trainee].employer);
            if employer != 0 {
                *state.closed.entry((office as u32, employer)).or_default() |= 1 << fixed.window;
            }
        }
        state
    }

    /// Index into the instance.
    pub(crate) fn trainee_index(&self, trainee: u32) -> usize {
        self.trainee_indices[trainee as usize] as usize
    }

    pub(crate) fn slot(&self, office: u32, window: u32) -> usize {
        office as usize * self.season + window as usize
    }

    pub(crate) fn of_slot(&self, slot: u32) -> (u32, u32) {
        (slot / self.season as u32, slot % self.season as u32)
    }

    /// Windows a fixed placement closes to an employer.
    pub(crate) fn closed(&self, office: u32, employer: u32) -> u64 {
        if self.closed.is_empty() { 0 } else { self.closed.get(&(office, employer)).copied().unwrap_or(0) }
    }

    pub(crate) fn window_of(&self, occupant: u32) -> u32 {
        self.trainees[occupant as usize].seat.map_or(0, |seat| seat.window)
    }

    /// A window that is not full costs what its office costs.
    pub(crate) fn window_price(&self, office: u32, window: u32) -> i64 {
        let Office { price, full, .. } = self.offices[office as usize];
        if full >> window & 1 == 1 { price.max(self.windows[self.slot(office, window)].price) } else { price }
    }

    pub(crate) fn set_window_price(&mut self, slot: u32, price: i64) {
        self.windows[slot as usize].price = price;
    }

    /// What the place somebody has would cost whoever takes it.
    pub(crate) fn place_price(&self, occupant: u32) -> i64 {
        let occupant = &self.trainees[occupant as usize];
        let Some(seat) = occupant.seat else { return 0 };
        self.window_price(seat.office, seat.window).max(occupant.employer_price)
    }

    fn fill(&mut self, office: usize, window: u32) {
        let slot = self.slot(office as u32, window);
        self.windows[slot].occupants += 1;
        let here = &mut self.offices[office];
        here.room -= 1;
        if self.windows[slot].occupants >= self.instance.hosts[self.office_indices[office] as usize].weekly_capacity {
            here.full |= 1 << window;
        }
    }

    /// Gives the seat left.
    pub(crate) fn leave(&mut self, trainee: u32) -> Option<Seat> {
        let seat = self.trainees[trainee as usize].seat.take()?;
        let slot = self.slot(seat.office, seat.window);
        self.windows[slot].occupants -= 1;
        let office = &mut self.offices[seat.office as usize];
        office.room += 1;
        office.full &= !(1 << seat.window);
        office.occupants.retain(|other| *other != trainee);
        Some(seat)
    }

    pub(crate) fn take(&mut self, trainee: u32, seat: Seat, employer_price: i64) {
        self.fill(seat.office as usize, seat.window);
        self.offices[seat.office as usize].occupants.push(trainee);
        let trainee = &mut self.trainees[trainee as usize];
        trainee.seat = Some(seat);
        trainee.employer_price = employer_price;
    }

    /// Adds this part's assignments and prices to those of the whole instance; gives the cost.
    pub(crate) fn collect(&self, assigned: &mut [Option<Assignment>], prices: &mut Prices) -> i64 {
        let mut cost = 0;
        for (number, trainee) in (0u32..).zip(&self.trainees) {
            let Some(seat) = trainee.seat else { continue };
            let index = self.trainee_index(number);
            let host = self.office_indices[seat.office as usize];
            assigned[index] = Some(Assignment { trainee: index, host: host as usize, window: seat.window });
            cost += i64::from(seat.cost);
            let above_window = self.place_price(number) - self.window_price(seat.office, seat.window);
            if above_window > 0 {
                prices.employers.insert((host, seat.window, self.instance.trainees[index].employer), above_window);
            }
        }
        // Nobody can move whom a hand has fixed, at whatever price.
        for fixed in &self.instance.fixed {
            let employer = self.instance.trainees[fixed.trainee].employer;
            if employer != 0 {
                prices.employers.insert((fixed.host as u32, fixed.window, employer), UNPLACED);
            }
        }
        for (number, host) in (0u32..).zip(&self.office_indices) {
            let own = self.offices[number as usize].price;
            if own > 0 {
                prices.hosts.insert(*host, own);
            }
            for window in 0..self.season as u32 {
                let above_office = self.window_price(number, window) - own;
                if above_office > 0 {
                    prices.windows.insert((*host, window), above_office);
                }
            }
        }
        cost
    }
}

//! Who has which place, and what the places cost: the state a search works on.

use crate::candidates::{Hosts, Known};
use crate::instance::{Assignment, Instance};
use crate::outcome::{Prices, UNPLACED};
use std::collections::HashMap;

/// The window of a ghost that holds a place of the season alone.
pub(crate) const NO_WINDOW: u32 = 64;

/// A trainee's place; offices are numbered within the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) office: u32,
    pub(crate) window: u32,
    pub(crate) cost: u32,
}

#[derive(Clone)]
pub(crate) struct Trainee {
    pub(crate) seat: Option<Seat>,
    /// Employers are numbered from 1; 0 none.
    pub(crate) employer: u32,
    /// Cost and price of the seat, or the price of having none.
    pub(crate) pays: i64,
    /// Price of the place as the only one for its employer in the window; it counts where it exceeds the window's.
    pub(crate) employer_price: i64,
    pub(crate) available: u64,
    /// Where the trainee was told to go.
    pub(crate) known: Option<Known>,
    pub(crate) part: Taking,
}

/// Does a trainee take part in the search?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taking {
    Part,
    /// Keeps the seat whoever comes.
    Pinned,
    /// Is not there, or is a ghost that holds a place until somebody real has had the chance to take it.
    Gone,
}

/// One line of a processor's cache.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct Office {
    pub(crate) price: i64,
    /// Bit w set: window w is full.
    pub(crate) full: u64,
    /// Bit w set: takes nobody in window w.
    pub(crate) closed: u64,
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

/// Why a seat cannot be taken as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken;

/// A part of an instance, trainees and offices numbered from 0.
#[derive(Clone)]
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
    /// Employers by number.
    employers: HashMap<u64, u32>,
}

impl<'a> State<'a> {
    pub(crate) fn new(instance: &'a Instance, hosts: &Hosts<'_>, trainees: &[u32], offices: &[u32]) -> State<'a> {
        let bits = instance.season();
        let mut employers: HashMap<u64, u32> = HashMap::new();
        let mut trainee = |index: &u32| Trainee {
            seat: None,
            employer: number_of(&mut employers, instance.kept_apart(*index as usize)),
            pays: 0,
            employer_price: 0,
            available: instance.trainees[*index as usize].windows & bits,
            known: hosts.known(*index as usize),
            part: Taking::Part,
        };
        let office = |index: &u32| {
            let host = &instance.hosts[*index as usize];
            Office { price: 0, full: 0, closed: host.closed_windows, room: host.capacity, occupants: Vec::new() }
        };
        let mut state = State {
            instance,
            trainees: trainees.iter().map(&mut trainee).collect(),
            offices: offices.iter().map(office).collect(),
            windows: vec![Window::default(); offices.len() * instance.windows as usize],
            season: instance.windows as usize,
            closed: HashMap::new(),
            trainee_indices: trainees.to_vec(),
            office_indices: offices.to_vec(),
            employers,
        };
        for fixed in &instance.fixed {
            let Some(office) = hosts.number(fixed.host) else { continue };
            state.fill(office as usize, fixed.window);
            let employer = number_of(&mut state.employers, instance.kept_apart(fixed.trainee));
            if employer != 0 {
                *state.closed.entry((office, employer)).or_default() |= 1 << fixed.window;
            }
        }
        state
    }

    /// Takes over these trainees and offices from another state of the same part.
    pub(crate) fn adopt(&mut self, mut other: State<'a>, trainees: &[u32], offices: &[u32]) {
        for trainee in trainees {
            self.trainees[*trainee as usize] = other.trainees[*trainee as usize].clone();
        }
        for office in offices {
            std::mem::swap(&mut self.offices[*office as usize], &mut other.offices[*office as usize]);
            let slots = self.slot(*office, 0)..self.slot(*office + 1, 0);
            self.windows[slots.clone()].copy_from_slice(&other.windows[slots]);
        }
    }

    /// 0 where nobody of this employer is known.
    pub(crate) fn employer_number(&self, employer: u64) -> u32 {
        self.employers.get(&employer).copied().unwrap_or(0)
    }

    pub(crate) fn season(&self) -> u32 {
        self.season as u32
    }

    /// Puts a trainee where he was, if there is still room for him and no colleague; who pays what is not looked at.
    pub(crate) fn seat(&mut self, trainee: u32, seat: Seat, employer_price: i64) -> Result<(), Taken> {
        let (office, employer) = (&self.offices[seat.office as usize], self.trainees[trainee as usize].employer);
        let colleague =
            |other: &u32| self.window_of(*other) == seat.window && self.trainees[*other as usize].employer == employer;
        let taken = office.room == 0
            || (seat.window < NO_WINDOW && (office.full | office.closed) >> seat.window & 1 == 1)
            || (employer != 0
                && (self.closed(seat.office, employer) >> seat.window.min(63) & 1 == 1
                    || office.occupants.iter().any(colleague)));
        if taken {
            return Err(Taken);
        }
        self.take(trainee, seat, employer_price);
        Ok(())
    }

    /// A new ghost in this seat; gives its number.
    pub(crate) fn ghost(&mut self, seat: Seat, employer: u64, employer_price: i64) -> Result<u32, Taken> {
        let ghost = self.trainees.len() as u32;
        self.trainees.push(Trainee {
            seat: None,
            employer: number_of(&mut self.employers, employer),
            pays: 0,
            employer_price: 0,
            available: 0,
            known: None,
            part: Taking::Gone,
        });
        self.seat(ghost, seat, employer_price).map(|()| ghost)
    }

    /// How many of this window's places nobody has.
    pub(crate) fn room_in_window(&self, office: u32, window: u32) -> u32 {
        let capacity = self.instance.hosts[self.office_indices[office as usize] as usize].weekly_capacity;
        capacity.saturating_sub(self.windows[self.slot(office, window)].occupants)
    }

    /// What this trainee would pay at this office for the place alone, at least over these windows; a colleague's place, or the own,
    /// costs what it costs its employer.
    pub(crate) fn arrival_price(&self, trainee: u32, office: u32, windows: u64) -> Option<i64> {
        let employer = self.trainees[trainee as usize].employer;
        let mut least = None;
        let mut windows = windows & !self.closed(office, employer);
        while windows != 0 {
            let window = windows.trailing_zeros();
            windows &= windows - 1;
            let mut price = self.window_price(office, window);
            if employer != 0 {
                let here = self.offices[office as usize].occupants.iter();
                let colleague = here.copied().find(|other| {
                    self.window_of(*other) == window && self.trainees[*other as usize].employer == employer
                });
                price = colleague.map_or(price, |colleague| price.max(self.place_price(colleague)));
            }
            least = Some(least.map_or(price, |least: i64| least.min(price)));
        }
        least
    }

    /// Of these windows those in which no colleague is there.
    pub(crate) fn without_colleagues(&self, trainee: u32, office: u32, windows: u64) -> u64 {
        let employer = self.trainees[trainee as usize].employer;
        if employer == 0 {
            return windows;
        }
        let here = self.offices[office as usize].occupants.iter();
        let colleagues = here.filter(|other| self.trainees[**other as usize].employer == employer);
        colleagues.fold(windows & !self.closed(office, employer), |left, other| left & !(1 << self.window_of(*other)))
    }

    /// One more place in the season and in this window; gives what [`State::narrow`] needs to take it away again.
    pub(crate) fn widen(&mut self, office: u32, window: u32) -> bool {
        let office = &mut self.offices[office as usize];
        office.room += 1;
        let full = office.full >> window & 1 == 1;
        office.full &= !(1 << window);
        full
    }

    pub(crate) fn narrow(&mut self, office: u32, window: u32, full: bool) {
        let office = &mut self.offices[office as usize];
        office.room -= 1;
        office.full |= u64::from(full) << window;
    }

    /// Index of an office into the instance.
    pub(crate) fn office_index(&self, office: u32) -> usize {
        self.office_indices[office as usize] as usize
    }

    /// How many trainees there are, ghosts aside.
    pub(crate) fn real(&self) -> u32 {
        self.trainee_indices.len() as u32
    }

    pub(crate) fn is_unplaced(&self, trainee: u32) -> bool {
        let trainee = &self.trainees[trainee as usize];
        trainee.seat.is_none() && trainee.part == Taking::Part && trainee.pays >= UNPLACED
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
        if window >= NO_WINDOW {
            return self.offices[office as usize].price;
        }
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
        if window >= NO_WINDOW {
            self.offices[office].room -= 1;
            return;
        }
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
        if seat.window < NO_WINDOW {
            let slot = self.slot(seat.office, seat.window);
            self.windows[slot].occupants -= 1;
            self.offices[seat.office as usize].full &= !(1 << seat.window);
        }
        let office = &mut self.offices[seat.office as usize];
        office.room += 1;
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
        for (number, trainee) in (0u32..self.real()).zip(&self.trainees) {
            let Some(seat) = trainee.seat else { continue };
            let index = self.trainee_index(number);
            let host = self.office_indices[seat.office as usize];
            assigned[index] = Some(Assignment { trainee: index, host: host as usize, window: seat.window });
            cost += i64::from(seat.cost);
            let above_window = self.place_price(number) - self.window_price(seat.office, seat.window);
            if above_window > 0 {
                prices.employers.insert((host, seat.window, self.instance.kept_apart(index)), above_window);
            }
        }
        // Nobody can move whom a hand has fixed, at whatever price.
        for fixed in &self.instance.fixed {
            let employer = self.instance.kept_apart(fixed.trainee);
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

/// Employers are numbered as they come, from 1; 0 nobody's.
fn number_of(employers: &mut HashMap<u64, u32>, employer: u64) -> u32 {
    let next = employers.len() as u32 + 1;
    if employer == 0 { 0 } else { *employers.entry(employer).or_insert(next) }
}

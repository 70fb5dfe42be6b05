//! An optimum one can ask: what would a wish cost the whole?

use crate::candidates::{Candidate, Hosts};
use crate::cost::{self, CostPart};
use crate::instance::{Assignment, Instance};
use crate::outcome::{Part, Placement, UNPLACED};
use crate::resolve::From;
use crate::search::Search;
use crate::solver::solve;
use crate::state::Taking;
use std::collections::HashMap;

/// The optimum of an instance, ready to be asked. Asking changes nothing.
pub struct Standing<'a> {
    pub(super) instance: &'a Instance,
    pub(super) hosts: &'a Hosts<'a>,
    pub(super) search: Search<'a>,
    pub(super) part: Part,
    /// Number in the search by index into the instance.
    pub(super) numbers: HashMap<usize, u32>,
}

/// Somebody's place before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub trainee: usize,
    pub from: Option<Assignment>,
    pub to: Option<Assignment>,
}

/// What it would cost the whole to place one trainee somewhere, everybody else as well as can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub assignment: Assignment,
    /// How many more are placed, or fewer.
    pub placed: i64,
    /// How many points the total rises.
    pub cost: i64,
    /// Everybody whose place changes, the one who wishes first.
    pub moves: Vec<Move>,
}

impl Wish {
    fn total(&self) -> i64 {
        self.cost - self.placed * UNPLACED
    }
}

/// Wishes tried at most to find the best alternative; they come in an order in which the first are nearly always the best.
const TRIED: usize = 60;

impl<'a> Standing<'a> {
    /// `hosts` are all of the instance's, `placement` its optimum.
    pub fn new(instance: &'a Instance, hosts: &'a Hosts<'a>, placement: &Placement) -> Option<Standing<'a>> {
        let part = Part::whole(instance);
        let search = solve(instance, hosts, &part, From::Optimum(placement), &|| true)?;
        let numbers = (0u32..).zip(&part.trainees).map(|(number, index)| (*index as usize, number)).collect();
        Some(Standing { instance, hosts, search, part, numbers })
    }

    pub(super) fn trainee(&self, number: u32) -> usize {
        self.part.trainees[number as usize] as usize
    }

    pub(super) fn assignment(&self, search: &Search<'_>, number: u32) -> Option<Assignment> {
        let seat = search.state.trainees[number as usize].seat?;
        Some(Assignment {
            trainee: self.trainee(number),
            host: search.state.office_index(seat.office),
            window: seat.window,
        })
    }

    /// What it would cost the whole to place this trainee here, whatever limit or rule says; `None` where the office takes nobody in
    /// that window, or the trainee or everybody there is fixed by hand.
    pub fn wish(&self, assignment: Assignment) -> Option<Wish> {
        let number = *self.numbers.get(&assignment.trainee)?;
        let host = self.instance.hosts.get(assignment.host)?;
        if !host.has_places()
            || assignment.window >= self.instance.windows
            || host.closed_windows >> assignment.window & 1 == 1
        {
            return None;
        }
        let office = self.hosts.number(assignment.host)?;
        let points: i64 = cost::parts(self.instance, &assignment).iter().map(CostPart::points).sum();
        let before = self.search.state.trainees[number as usize].seat;
        let mut search = self.search.clone();
        if before.is_some() {
            search.remove(number);
        }
        let candidate = Candidate { cost: u32::try_from(points).ok()?, host: office };
        if !search.force(number, candidate, assignment.window) {
            return None;
        }
        let mut wish = Wish { assignment, placed: 0, cost: 0, moves: Vec::new() };
        for other in 0..self.search.state.real() {
            let (was, is) =
                (&self.search.state.trainees[other as usize].seat, &search.state.trainees[other as usize].seat);
            if was == is {
                continue;
            }
            wish.placed += i64::from(is.is_some()) - i64::from(was.is_some());
            let cost = |seat: &Option<crate::state::Seat>| seat.map_or(0, |seat| i64::from(seat.cost));
            wish.cost += cost(is) - cost(was);
            let change = Move {
                trainee: self.trainee(other),
                from: self.assignment(&self.search, other),
                to: self.assignment(&search, other),
            };
            if other == number { wish.moves.insert(0, change) } else { wish.moves.push(change) }
        }
        Some(wish)
    }

    /// The best that could be done for a trainee at another office than the present one, or at the one given; limits and rules hold.
    pub fn best_alternative(&self, trainee: usize, at: Option<usize>) -> Option<Wish> {
        let number = *self.numbers.get(&trainee)?;
        let known = &self.search.state.trainees[number as usize];
        let (pays, now) = (known.pays, known.seat.map(|seat| seat.office));
        let mut tries = Vec::new();
        let mut listing = self.search.clone();
        listing.candidates_below(number, i64::MAX, |state, candidate| {
            let wanted = at.is_none_or(|at| state.office_index(candidate.host) == at);
            if wanted && (at.is_some() || now != Some(candidate.host)) {
                tries.push(candidate);
            }
        });
        let mut tries: Vec<(i64, u32, u32)> = tries
            .into_iter()
            .flat_map(|candidate| {
                let windows = self.search.windows(number, candidate);
                (0..self.instance.windows).filter(move |window| windows >> window & 1 == 1).filter_map(move |window| {
                    let price = self.search.state.arrival_price(number, candidate.host, 1 << window)?;
                    Some((i64::from(candidate.cost) + price - pays, candidate.host, window))
                })
            })
            .collect();
        tries.sort_unstable();
        let mut best: Option<Wish> = None;
        for (at_least, office, window) in tries.into_iter().take(TRIED) {
            if best.as_ref().is_some_and(|best| best.total() <= at_least) {
                break;
            }
            let assignment = Assignment { trainee, host: self.search.state.office_index(office), window };
            if let Some(wish) = self.wish(assignment)
                && best.as_ref().is_none_or(|best| wish.total() < best.total())
            {
                best = Some(wish);
            }
        }
        best
    }

    /// Is this trainee in the search and without a place?
    pub(super) fn unplaced(&self) -> impl Iterator<Item = u32> {
        let state = &self.search.state;
        (0..state.real()).filter(|number| {
            let trainee = &state.trainees[*number as usize];
            trainee.seat.is_none() && trainee.part == Taking::Part
        })
    }
}

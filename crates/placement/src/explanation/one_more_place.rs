//! The price of one more place at every office: who would gain.

use super::{Move, Standing};
use crate::instance::Assignment;
use crate::outcome::UNPLACED;
use crate::search::NOBODY;

/// What one more place at an office would bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneMorePlace {
    /// Index into the instance.
    pub host: usize,
    /// The window in which the place is wanted, where the office has places left in the season but not in this window.
    pub window: Option<u32>,
    /// One trainee more is placed.
    pub places_one: bool,
    /// How many points the total falls; it rises (negative) where one more is placed.
    pub saves: i64,
    /// Who would move, the one who comes to this office first.
    pub moves: Vec<Move>,
}

impl Standing<'_> {
    /// Every office where one more place would be worth something: first where it places somebody, then by what it saves.
    pub fn one_more_place(&mut self) -> Vec<OneMorePlace> {
        self.sources_of_all();
        let mut found = Vec::new();
        for office in 0..self.search.state.offices.len() as u32 {
            let here = &self.search.state.offices[office as usize];
            if here.room == 0 && here.price > 0 {
                let worth = self.search.came_to(office).map(|(distance, comer)| (here.price - distance, comer, None));
                found.extend(worth.map(|worth| (office, worth)));
            } else if here.room > 0 {
                let windows = (0..self.instance.windows).filter_map(|window| {
                    let slot = self.search.state.slot(office, window) as u32;
                    let (distance, comer) = self.search.came_to_window(slot)?;
                    Some((self.search.state.window_price(office, window) - distance, comer, Some(window)))
                });
                found.extend(
                    windows
                        .max_by_key(|(gain, _, window)| (*gain, std::cmp::Reverse(*window)))
                        .map(|worth| (office, worth)),
                );
            }
        }
        let mut places: Vec<OneMorePlace> = found
            .into_iter()
            .filter(|(_, (gain, comer, _))| *gain > 0 && *comer != NOBODY)
            .map(|(office, (gain, comer, window))| {
                let places_one = gain > UNPLACED / 2;
                let host = self.search.state.office_index(office);
                let saves = if places_one { gain - UNPLACED } else { gain };
                OneMorePlace { host, window, places_one, saves, moves: self.chain(comer, host, window) }
            })
            .collect();
        places.sort_by_key(|place| (std::cmp::Reverse((place.places_one, place.saves)), place.host));
        places
    }

    fn sources_of_all(&mut self) {
        let state = &self.search.state;
        let dearest = (0..state.real()).map(|trainee| state.place_price(trainee)).max().unwrap_or(0);
        self.search.sources_of_filling(dearest + 1);
        self.search.best = dearest + 1;
        self.search.go(None, NOBODY);
    }

    /// Who comes to the office, who to the place left, and so on.
    fn chain(&self, comer: u32, host: usize, window: Option<u32>) -> Vec<Move> {
        let mut moves = Vec::new();
        let (mut trainee, mut host, mut window) = (comer, host, window);
        while trainee != NOBODY && moves.len() < self.part.trainees.len() {
            let index = self.trainee(trainee);
            let from = self.assignment(&self.search, trainee);
            let open = self.instance.open(index, host);
            let window_there = window.unwrap_or(if open == 0 { 0 } else { open.trailing_zeros() });
            moves.push(Move {
                trainee: index,
                from,
                to: Some(Assignment { trainee: index, host, window: window_there }),
            });
            let Some(left) = from else { break };
            (host, window) = (left.host, None);
            trainee = self.search.taker(trainee);
        }
        moves
    }
}

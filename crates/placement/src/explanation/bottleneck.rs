//! Groups of trainees who compete for fewer places than they are: the proof that nobody could do better.

use super::Standing;
use crate::search::NOBODY;
use std::collections::BTreeMap;

/// Trainees none of whom may go anywhere but to these offices, and who are more than the places there are for them (a set that breaks
/// Hall's condition). Indices into the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bottleneck {
    pub unplaced: Vec<usize>,
    pub placed: Vec<usize>,
    pub offices: Vec<usize>,
}

impl Bottleneck {
    pub fn trainees(&self) -> usize {
        self.unplaced.len() + self.placed.len()
    }

    /// Places open to them: everyone is taken by one of them.
    pub fn places(&self) -> usize {
        self.placed.len()
    }
}

/// Windows as bits, by office and employer: an employer's number where a colleague sits in the window, whose place alone can be asked for;
/// 0 where any can.
type Reach = BTreeMap<(u32, u32), u64>;

impl Standing<'_> {
    /// The bottlenecks behind all unplaced trainees, small ones first; whoever fits into a smaller one is told there.
    pub fn bottlenecks(&mut self) -> Vec<Bottleneck> {
        let mut waiting: Vec<(Reach, u32)> = Vec::new();
        for number in self.unplaced().collect::<Vec<_>>() {
            let mut open = Reach::new();
            self.add_open(number, &mut open);
            waiting.push((open, number));
        }
        waiting.sort_by_key(|(open, number)| (open.len(), *number));
        let mut groups: Vec<(Reach, Bottleneck)> = Vec::new();
        for (open, number) in waiting {
            if open.is_empty() {
                continue;
            }
            let trainee = self.trainee(number);
            let within = |known: &Reach| {
                open.iter().all(|(place, windows)| known.get(place).is_some_and(|known| windows & !known == 0))
            };
            if let Some((_, group)) = groups.iter_mut().find(|(known, _)| within(known)) {
                group.unplaced.push(trainee);
                continue;
            }
            let (known, placed) = self.reach(number);
            let mut offices: Vec<usize> =
                known.keys().map(|(office, _)| self.search.state.office_index(*office)).collect();
            offices.sort_unstable();
            offices.dedup();
            groups.push((known, Bottleneck { unplaced: vec![trainee], placed, offices }));
        }
        groups.sort_by_key(|(_, group)| (group.trainees(), group.unplaced[0]));
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// Adds where a trainee may go.
    fn add_open(&mut self, number: u32, open: &mut Reach) {
        let mut candidates = Vec::new();
        self.search.candidates_below(number, i64::MAX, |_, candidate| candidates.push(candidate));
        for candidate in candidates {
            let state = &self.search.state;
            let employer = state.trainees[number as usize].employer;
            let windows = self.search.windows(number, candidate) & !state.closed(candidate.host, employer);
            let without_colleagues = state.without_colleagues(number, candidate.host, windows);
            for (employer, windows) in [(0, without_colleagues), (employer, windows & !without_colleagues)] {
                if windows != 0 {
                    *open.entry((candidate.host, employer)).or_default() |= windows;
                }
            }
        }
    }

    /// Everybody whose place a trainee could ask for, they asking on in turn, and where they could ask.
    fn reach(&mut self, number: u32) -> (Reach, Vec<usize>) {
        self.search.begin();
        self.search.source(number, 0);
        self.search.go(None, NOBODY);
        let mut trainees: Vec<u32> = self.search.reached().0.to_vec();
        trainees.sort_unstable();
        let mut open = Reach::new();
        for reached in &trainees {
            self.add_open(*reached, &mut open);
        }
        let placed = trainees.into_iter().filter(|reached| *reached != number).map(|reached| self.trainee(reached));
        (open, placed.collect())
    }
}

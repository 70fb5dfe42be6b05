//! The exact optimum by successive shortest augmenting paths with prices.
//!
//! The capacities nest (employer in window ⊂ window ⊂ host), so this is a minimum-cost flow on the network
//! trainee → leaf (host, window, employer) → window (host, window) → host → sink. Being unplaced is one more way to go, dearer
//! than any change elsewhere could save. Trainees enter one after another; each search is Dijkstra's over reduced costs and
//! lists a trainee's hosts only as far as the search could need them. Prices are kept on full nodes alone and are, at the end,
//! the certificate that [`crate::verification::verify`] checks.

use crate::candidates::{Candidate, Hosts};
use crate::instance::{Assignment, Instance, InstanceError};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// The cost of leaving a trainee unplaced: more than any chain of moves could save.
pub const UNPLACED: i64 = 1 << 42;

/// The optimum with the prices that prove it.
#[derive(Debug, Clone, Default)]
pub struct Placement {
    /// In the order of the instance's trainees; `None` unplaced.
    pub assigned: Vec<Option<Assignment>>,
    pub placed: usize,
    /// Sum of the costs of all placed trainees; a fixed placement costs what its pair costs.
    pub cost: i64,
    pub prices: Prices,
}

/// Prices of full nodes; what is not full is free.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices {
    pub hosts: HashMap<u32, i64>,
    pub windows: HashMap<(u32, u32), i64>,
    pub employers: HashMap<(u32, u32, u64), i64>,
}

/// Finds the optimum. Errors say what is wrong with the instance; there is always a placement otherwise, if an empty one.
pub fn place(instance: &Instance) -> Result<Placement, InstanceError> {
    place_with_progress(instance, &mut |_| true).map(Option::unwrap_or_default)
}

/// As [`place`]; `progress` is told how many trainees have entered and stops the search by returning `false` (then `None`).
pub fn place_with_progress(
    instance: &Instance,
    progress: &mut dyn FnMut(usize) -> bool,
) -> Result<Option<Placement>, InstanceError> {
    instance.check()?;
    let hosts = Hosts::new(instance);
    let mut search = Search::new(instance, &hosts);
    let fixed: HashSet<usize> = instance.fixed.iter().map(|assignment| assignment.trainee).collect();
    for trainee in 0..instance.trainees.len() {
        if !progress(trainee) {
            return Ok(None);
        }
        if !fixed.contains(&trainee) {
            search.enter(trainee as u32);
        }
    }
    Ok(Some(search.finish(&hosts)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node {
    Leaf(u32, u32, u64),
    Window(u32, u32),
    Host(u32),
    Trainee(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Reach(Node),
    /// The `n`-th candidate of a trainee may be worth a look from this distance on.
    Look(u32, u32),
}

/// How a node was reached.
#[derive(Debug, Clone, Copy)]
struct Reached {
    distance: i64,
    from: Option<Node>,
    settled: bool,
}

struct Search<'a> {
    instance: &'a Instance,
    candidates: Vec<Vec<Candidate>>,
    /// Where each trainee is: candidate's host, window and cost.
    at: Vec<Option<(u32, u32, i64)>>,
    /// What each trainee pays, prices included.
    pays: Vec<i64>,
    in_host: Vec<u32>,
    in_window: HashMap<(u32, u32), u32>,
    /// Trainees a search may move, by host and window. Fixed ones are not in here.
    movable: HashMap<(u32, u32), Vec<u32>>,
    windows_used: HashMap<u32, Vec<u32>>,
    leaf: HashMap<(u32, u32, u64), Option<u32>>,
    /// Potentials of nodes as of when they were last reached; see [`Search::potential`].
    potentials: HashMap<Node, i64>,
    reached: HashMap<Node, Reached>,
    heap: BinaryHeap<Reverse<(i64, Step)>>,
}

impl<'a> Search<'a> {
    fn new(instance: &'a Instance, hosts: &Hosts<'_>) -> Search<'a> {
        let count = instance.trainees.len();
        let mut search = Search {
            instance,
            candidates: (0..count).map(|trainee| hosts.candidates(trainee)).collect(),
            at: vec![None; count],
            pays: vec![0; count],
            in_host: vec![0; instance.hosts.len()],
            in_window: HashMap::new(),
            movable: HashMap::new(),
            windows_used: HashMap::new(),
            leaf: HashMap::new(),
            potentials: HashMap::new(),
            reached: HashMap::new(),
            heap: BinaryHeap::new(),
        };
        for fixed in &instance.fixed {
            let host = fixed.host as u32;
            search.in_host[fixed.host] += 1;
            *search.in_window.entry((host, fixed.window)).or_default() += 1;
            let employer = instance.trainees[fixed.trainee].employer;
            if employer != 0 {
                search.leaf.insert((host, fixed.window, employer), None);
            }
        }
        search
    }

    fn host_full(&self, host: u32) -> bool {
        self.in_host[host as usize] >= self.instance.hosts[host as usize].capacity
    }

    fn window_full(&self, host: u32, window: u32) -> bool {
        let used = self.in_window.get(&(host, window)).copied().unwrap_or(0);
        used >= self.instance.hosts[host as usize].weekly_capacity
    }

    /// Potential of a node: the price of all capacity from it to the sink. A node that is not full costs what its parent costs,
    /// and a host with a free place nothing, whatever was remembered when it was full.
    fn potential(&self, node: Node) -> i64 {
        let remembered = || self.potentials.get(&node).copied().unwrap_or(0);
        match node {
            Node::Host(host) if self.host_full(host) => remembered(),
            Node::Host(_) => 0,
            Node::Window(host, window) if self.window_full(host, window) => remembered(),
            Node::Window(host, _) => self.potential(Node::Host(host)),
            Node::Leaf(host, window, employer) if self.leaf.contains_key(&(host, window, employer)) => remembered(),
            Node::Leaf(host, window, _) => self.potential(Node::Window(host, window)),
            Node::Trainee(trainee) => self.pays[trainee as usize],
        }
    }

    fn relax(&mut self, node: Node, distance: i64, from: Option<Node>) {
        let known = self.reached.get(&node);
        if known.is_none_or(|known| distance < known.distance) {
            self.reached.insert(node, Reached { distance, from, settled: false });
            self.heap.push(Reverse((distance, Step::Reach(node))));
        }
    }

    /// One trainee enters: the shortest augmenting path from it, and the prices that follow.
    fn enter(&mut self, trainee: u32) {
        self.reached.clear();
        self.heap.clear();
        let cheapest = self.candidates[trainee as usize].first().map_or(UNPLACED, |candidate| candidate.cost);
        self.pays[trainee as usize] = cheapest.min(UNPLACED);
        self.relax(Node::Trainee(trainee), 0, None);
        let mut best_unplaced: Option<(i64, u32)> = None;
        let mut end = None;
        while let Some(Reverse((distance, step))) = self.heap.pop() {
            if best_unplaced.is_some_and(|(best, _)| best <= distance) {
                break;
            }
            match step {
                Step::Look(trainee, nth) => self.look(trainee, nth),
                Step::Reach(node) => {
                    let Some(reached) = self.reached.get_mut(&node) else { continue };
                    if reached.settled || reached.distance < distance {
                        continue;
                    }
                    reached.settled = true;
                    match node {
                        Node::Trainee(trainee) => {
                            let unplaced = (distance + UNPLACED - self.pays[trainee as usize], trainee);
                            if best_unplaced.is_none_or(|best| unplaced < best) {
                                best_unplaced = Some(unplaced);
                            }
                            self.plan_look(trainee, 0);
                        }
                        Node::Leaf(host, window, employer) => {
                            match self.leaf.get(&(host, window, employer)).copied() {
                                // A fixed trainee of the same employer does not move.
                                Some(None) => {}
                                Some(Some(occupant)) => self.relax(Node::Trainee(occupant), distance, Some(node)),
                                None => self.relax(Node::Window(host, window), distance, Some(node)),
                            }
                        }
                        Node::Window(host, window) => {
                            self.kick(host, window, distance, node);
                            if !self.window_full(host, window) {
                                self.relax(Node::Host(host), distance, Some(node));
                            }
                        }
                        Node::Host(host) => {
                            if !self.host_full(host) {
                                end = Some((distance, node));
                                break;
                            }
                            for window in self.windows_used.get(&host).cloned().unwrap_or_default() {
                                let below = Node::Window(host, window);
                                let price = self.potential(below) - self.potential(node);
                                self.relax(below, distance + price, Some(node));
                            }
                        }
                    }
                }
            }
        }
        match (end, best_unplaced) {
            (Some((distance, node)), _) => {
                self.raise_prices(distance);
                self.augment(node);
            }
            (None, Some((distance, trainee))) => {
                self.raise_prices(distance);
                self.unplace(trainee);
            }
            (None, None) => {}
        }
    }

    /// From a window, any movable trainee in it can be asked to leave, at the price of its leaf.
    fn kick(&mut self, host: u32, window: u32, distance: i64, from: Node) {
        for occupant in self.movable.get(&(host, window)).cloned().unwrap_or_default() {
            let employer = self.instance.trainees[occupant as usize].employer;
            if employer == 0 {
                self.relax(Node::Trainee(occupant), distance, Some(from));
            } else {
                let leaf = Node::Leaf(host, window, employer);
                let price = self.potential(leaf) - self.potential(from);
                self.relax(leaf, distance + price, Some(from));
            }
        }
    }

    fn plan_look(&mut self, trainee: u32, nth: u32) {
        let Some(candidate) = self.candidates[trainee as usize].get(nth as usize) else { return };
        let Some(reached) = self.reached.get(&Node::Trainee(trainee)) else { return };
        // Prices are never negative, so nothing from here on is nearer than this.
        let bound = reached.distance + (candidate.cost - self.pays[trainee as usize]).max(0);
        self.heap.push(Reverse((bound, Step::Look(trainee, nth))));
    }

    fn look(&mut self, trainee: u32, nth: u32) {
        let Candidate { cost, host } = self.candidates[trainee as usize][nth as usize];
        let Some(Reached { distance, .. }) = self.reached.get(&Node::Trainee(trainee)).copied() else { return };
        let Trainee { windows, employer } = self.trainee(trainee);
        let pays = self.pays[trainee as usize];
        for window in (0..self.instance.windows).filter(|window| windows >> window & 1 == 1) {
            let node = self.entrance(host, window, employer);
            let reach = distance + cost - pays + self.potential(node);
            self.relax(node, reach, Some(Node::Trainee(trainee)));
        }
        self.plan_look(trainee, nth + 1);
    }

    fn trainee(&self, trainee: u32) -> Trainee {
        let trainee = &self.instance.trainees[trainee as usize];
        Trainee { windows: trainee.windows, employer: trainee.employer }
    }

    /// The first node of a (host, window) for a trainee of this employer.
    fn entrance(&self, host: u32, window: u32, employer: u64) -> Node {
        if employer == 0 { Node::Window(host, window) } else { Node::Leaf(host, window, employer) }
    }

    /// Every node nearer than the end of the path becomes dearer by the difference. What the path is about to fill is remembered
    /// too: its potential counts from then on.
    fn raise_prices(&mut self, end: i64) {
        let raised: Vec<(Node, i64)> = self
            .reached
            .iter()
            .filter(|(_, reached)| reached.settled && reached.distance <= end)
            .map(|(node, reached)| (*node, self.potential(*node) + end - reached.distance))
            .collect();
        for (node, potential) in raised {
            match node {
                Node::Trainee(trainee) => self.pays[trainee as usize] = potential,
                _ => {
                    self.potentials.insert(node, potential);
                }
            }
        }
    }

    /// Follows the path back from a host with a free place: every trainee on it moves one step on.
    fn augment(&mut self, end: Node) {
        let mut node = end;
        loop {
            // Back through host and window nodes to the trainee who arrives here.
            let (mut host, mut window) = (0, 0);
            let arriving = loop {
                match node {
                    Node::Leaf(h, w, _) | Node::Window(h, w) => (host, window) = (h, w),
                    Node::Host(_) | Node::Trainee(_) => {}
                }
                let Some(from) = self.reached.get(&node).and_then(|reached| reached.from) else { return };
                if let Node::Trainee(trainee) = from {
                    break trainee;
                }
                node = from;
            };
            let before = self.reached.get(&Node::Trainee(arriving)).and_then(|reached| reached.from);
            self.leave(arriving);
            self.arrive(arriving, host, window);
            match before {
                Some(from) => node = from,
                None => return,
            }
            // `node` is where the one who moved away was asked to leave from.
        }
    }

    /// The path ends with this trainee unplaced; those before it on the path move one step on.
    fn unplace(&mut self, trainee: u32) {
        let before = self.reached.get(&Node::Trainee(trainee)).and_then(|reached| reached.from);
        self.leave(trainee);
        self.pays[trainee as usize] = UNPLACED;
        if let Some(from) = before {
            self.augment(from);
        }
    }

    fn leave(&mut self, trainee: u32) {
        let Some((host, window, _)) = self.at[trainee as usize].take() else { return };
        self.in_host[host as usize] -= 1;
        if let Some(used) = self.in_window.get_mut(&(host, window)) {
            *used -= 1;
        }
        if let Some(there) = self.movable.get_mut(&(host, window)) {
            there.retain(|other| *other != trainee);
            if there.is_empty()
                && let Some(windows) = self.windows_used.get_mut(&host)
            {
                windows.retain(|other| *other != window);
            }
        }
        let employer = self.instance.trainees[trainee as usize].employer;
        if employer != 0 && self.leaf.get(&(host, window, employer)) == Some(&Some(trainee)) {
            self.leaf.remove(&(host, window, employer));
        }
    }

    fn arrive(&mut self, trainee: u32, host: u32, window: u32) {
        let cost = self.candidates[trainee as usize]
            .iter()
            .find(|candidate| candidate.host == host)
            .map_or(0, |candidate| candidate.cost);
        self.at[trainee as usize] = Some((host, window, cost));
        self.in_host[host as usize] += 1;
        *self.in_window.entry((host, window)).or_default() += 1;
        let there = self.movable.entry((host, window)).or_default();
        there.push(trainee);
        if there.len() == 1 {
            self.windows_used.entry(host).or_default().push(window);
        }
        let employer = self.instance.trainees[trainee as usize].employer;
        if employer != 0 {
            self.leaf.insert((host, window, employer), Some(trainee));
        }
    }

    /// What each full node adds to the potential of its parent.
    fn prices(&self) -> Prices {
        let mut prices = Prices::default();
        for node in self.potentials.keys().copied() {
            let own = self.potential(node);
            match node {
                Node::Host(host) if own > 0 => {
                    prices.hosts.insert(host, own);
                }
                Node::Window(host, window) if own > self.potential(Node::Host(host)) => {
                    prices.windows.insert((host, window), own - self.potential(Node::Host(host)));
                }
                Node::Leaf(host, window, employer) if own > self.potential(Node::Window(host, window)) => {
                    let price = own - self.potential(Node::Window(host, window));
                    prices.employers.insert((host, window, employer), price);
                }
                _ => {}
            }
        }
        prices
    }

    fn finish(self, hosts: &Hosts<'_>) -> Placement {
        let mut placement =
            Placement { assigned: vec![None; self.at.len()], prices: self.prices(), ..Placement::default() };
        for (trainee, at) in self.at.iter().enumerate() {
            if let Some((host, window, cost)) = at {
                placement.assigned[trainee] = Some(Assignment { trainee, host: *host as usize, window: *window });
                placement.cost += cost;
            }
        }
        for fixed in &self.instance.fixed {
            placement.assigned[fixed.trainee] = Some(*fixed);
            let at = (self.instance.trainees[fixed.trainee].home, self.instance.hosts[fixed.host].at);
            let km = if let (Some(home), Some(at)) = at { crate::distance::kilometres(home, at) } else { 0.0 };
            placement.cost += hosts.cost(fixed.trainee, fixed.host, km);
        }
        placement.placed = placement.assigned.iter().flatten().count();
        placement
    }
}

struct Trainee {
    windows: u64,
    employer: u64,
}

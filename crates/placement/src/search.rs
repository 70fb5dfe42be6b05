//! The search for one augmenting path after another; see [`crate::solver`].

use crate::candidates::{Candidate, Hosts};
use crate::instance::{Assignment, Instance};
use crate::solver::{Placement, Prices, UNPLACED};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::ops::{Index, IndexMut};

/// A node of the network, by its number among its kind. Windows are numbered host by host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// An employer's one place in a window, while somebody has it. A place nobody has is no node: it costs what its window costs.
    Leaf(u32),
    Window(u32),
    Host(u32),
    Trainee(u32),
}

/// A value for each node.
#[derive(Default)]
struct Each<T> {
    leaves: Vec<T>,
    windows: Vec<T>,
    hosts: Vec<T>,
    trainees: Vec<T>,
}

impl<T> Index<Node> for Each<T> {
    type Output = T;

    fn index(&self, node: Node) -> &T {
        match node {
            Node::Leaf(index) => &self.leaves[index as usize],
            Node::Window(index) => &self.windows[index as usize],
            Node::Host(index) => &self.hosts[index as usize],
            Node::Trainee(index) => &self.trainees[index as usize],
        }
    }
}

impl<T> IndexMut<Node> for Each<T> {
    fn index_mut(&mut self, node: Node) -> &mut T {
        match node {
            Node::Leaf(index) => &mut self.leaves[index as usize],
            Node::Window(index) => &mut self.windows[index as usize],
            Node::Host(index) => &mut self.hosts[index as usize],
            Node::Trainee(index) => &mut self.trainees[index as usize],
        }
    }
}

impl<T: Clone + Default> Each<T> {
    fn new(windows: usize, hosts: usize, trainees: usize) -> Each<T> {
        let fill = |count| vec![T::default(); count];
        Each { leaves: Vec::new(), windows: fill(windows), hosts: fill(hosts), trainees: fill(trainees) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Reach(Node),
    /// The `n`-th candidate of a trainee may be worth a look from this distance on.
    Look(u32, u32),
}

/// How a node was reached, in which search.
#[derive(Debug, Clone, Copy, Default)]
struct Reached {
    search: u32,
    distance: i64,
    from: Option<Node>,
    settled: bool,
}

/// Who has an employer's place in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occupant {
    Nobody,
    /// Fixed by hand: does not move.
    Fixed,
    Trainee(u32),
}

struct Leaf {
    window: u32,
    employer: u64,
    occupant: Occupant,
}

/// Where a trainee is.
#[derive(Debug, Clone, Copy)]
struct Seat {
    window: u32,
    cost: i64,
}

pub(crate) struct Search<'a> {
    instance: &'a Instance,
    candidates: Vec<Vec<Candidate>>,
    seats: Vec<Option<Seat>>,
    in_host: Vec<u32>,
    in_window: Vec<u32>,
    /// Trainees a search may move, by window. Fixed ones are not in here.
    movable: Vec<Vec<u32>>,
    leaf_numbers: HashMap<(u32, u64), u32>,
    leaves: Vec<Leaf>,
    /// What each node costs up to the sink, as of when it was last reached; for a trainee, what it pays. See [`Search::potential`].
    potentials: Each<i64>,
    reached: Each<Reached>,
    touched: Vec<Node>,
    heap: BinaryHeap<Reverse<(i64, Step)>>,
    search: u32,
}

impl<'a> Search<'a> {
    pub(crate) fn new(instance: &'a Instance, hosts: &Hosts<'_>) -> Search<'a> {
        let trainees = instance.trainees.len();
        let windows = instance.hosts.len() * instance.windows as usize;
        let mut search = Search {
            instance,
            candidates: (0..trainees).map(|trainee| hosts.candidates(trainee)).collect(),
            seats: vec![None; trainees],
            in_host: vec![0; instance.hosts.len()],
            in_window: vec![0; windows],
            movable: vec![Vec::new(); windows],
            leaf_numbers: HashMap::new(),
            leaves: Vec::new(),
            potentials: Each::new(windows, instance.hosts.len(), trainees),
            reached: Each::new(windows, instance.hosts.len(), trainees),
            touched: Vec::new(),
            heap: BinaryHeap::new(),
            search: 0,
        };
        for fixed in &instance.fixed {
            let window = search.window(fixed.host as u32, fixed.window);
            search.in_host[fixed.host] += 1;
            search.in_window[window as usize] += 1;
            let employer = instance.trainees[fixed.trainee].employer;
            if employer != 0 {
                let leaf = search.leaf(window, employer);
                search.leaves[leaf as usize].occupant = Occupant::Fixed;
            }
        }
        search
    }

    fn window(&self, host: u32, window: u32) -> u32 {
        host * self.instance.windows + window
    }

    fn host_of(&self, window: u32) -> u32 {
        window / self.instance.windows
    }

    /// The number of an employer's place in a window, given when it is first taken.
    fn leaf(&mut self, window: u32, employer: u64) -> u32 {
        let next = self.leaves.len() as u32;
        let number = *self.leaf_numbers.entry((window, employer)).or_insert(next);
        if number == next {
            self.leaves.push(Leaf { window, employer, occupant: Occupant::Nobody });
            self.potentials.leaves.push(0);
            self.reached.leaves.push(Reached::default());
        }
        number
    }

    fn host_full(&self, host: u32) -> bool {
        self.in_host[host as usize] >= self.instance.hosts[host as usize].capacity
    }

    fn window_full(&self, window: u32) -> bool {
        self.in_window[window as usize] >= self.instance.hosts[self.host_of(window) as usize].weekly_capacity
    }

    /// The price of all capacity from a node to the sink. A node that is not full costs what its parent costs, and a host with a
    /// free place nothing, whatever was remembered when it was full.
    fn potential(&self, node: Node) -> i64 {
        match node {
            Node::Host(host) if !self.host_full(host) => 0,
            Node::Window(window) if !self.window_full(window) => self.potential(Node::Host(self.host_of(window))),
            _ => self.potentials[node],
        }
    }

    fn reached(&self, node: Node) -> Option<Reached> {
        let reached = self.reached[node];
        (reached.search == self.search).then_some(reached)
    }

    fn relax(&mut self, node: Node, distance: i64, from: Option<Node>) {
        match self.reached(node) {
            Some(known) if known.distance <= distance => return,
            Some(_) => {}
            None => self.touched.push(node),
        }
        self.reached[node] = Reached { search: self.search, distance, from, settled: false };
        self.heap.push(Reverse((distance, Step::Reach(node))));
    }

    /// One trainee enters: the shortest augmenting path from it, and the prices that follow.
    pub(crate) fn enter(&mut self, trainee: u32) {
        self.search += 1;
        self.touched.clear();
        self.heap.clear();
        let cheapest = self.candidates[trainee as usize].first().map_or(UNPLACED, |candidate| candidate.cost);
        self.potentials[Node::Trainee(trainee)] = cheapest;
        self.relax(Node::Trainee(trainee), 0, None);
        let mut unplaced: Option<(i64, u32)> = None;
        while let Some(Reverse((distance, step))) = self.heap.pop() {
            if unplaced.is_some_and(|(best, _)| best <= distance) {
                break;
            }
            let node = match step {
                Step::Look(trainee, nth) => {
                    self.look(trainee, nth, distance);
                    continue;
                }
                Step::Reach(node) => node,
            };
            let reached = &mut self.reached[node];
            if reached.settled || reached.distance < distance {
                continue;
            }
            reached.settled = true;
            match node {
                Node::Trainee(trainee) => {
                    let here = (distance + UNPLACED - self.potentials[node], trainee);
                    if unplaced.is_none_or(|best| here < best) {
                        unplaced = Some(here);
                    }
                    self.look(trainee, 0, distance);
                }
                Node::Leaf(leaf) => {
                    if let Occupant::Trainee(occupant) = self.leaves[leaf as usize].occupant {
                        self.relax(Node::Trainee(occupant), distance, Some(node));
                    }
                }
                Node::Window(window) => {
                    self.ask_to_leave(window, distance);
                    if !self.window_full(window) {
                        self.relax(Node::Host(self.host_of(window)), distance, Some(node));
                    }
                }
                Node::Host(host) if !self.host_full(host) => {
                    self.raise_prices(distance);
                    self.augment(node);
                    return;
                }
                Node::Host(host) => {
                    for window in (0..self.instance.windows).map(|window| host * self.instance.windows + window) {
                        if !self.movable[window as usize].is_empty() {
                            let price = self.potential(Node::Window(window)) - self.potential(node);
                            self.relax(Node::Window(window), distance + price, Some(node));
                        }
                    }
                }
            }
        }
        if let Some((distance, trainee)) = unplaced {
            self.raise_prices(distance);
            self.unplace(trainee);
        }
    }

    /// Any movable trainee of a window can be asked to leave, at the price of its leaf.
    fn ask_to_leave(&mut self, window: u32, distance: i64) {
        let node = Node::Window(window);
        for index in 0..self.movable[window as usize].len() {
            let occupant = self.movable[window as usize][index];
            let employer = self.instance.trainees[occupant as usize].employer;
            match self.leaf_numbers.get(&(window, employer)) {
                Some(leaf) if employer != 0 => {
                    let leaf = Node::Leaf(*leaf);
                    let price = self.potential(leaf) - self.potential(node);
                    self.relax(leaf, distance + price, Some(node));
                }
                _ => self.relax(Node::Trainee(occupant), distance, Some(node)),
            }
        }
    }

    /// From which distance on a trainee's `nth` candidate may be worth a look. Prices are never negative, so nothing of it or of
    /// those after it is nearer.
    fn look_bound(&self, trainee: u32, nth: u32) -> Option<i64> {
        let candidate = self.candidates[trainee as usize].get(nth as usize)?;
        let node = Node::Trainee(trainee);
        Some(self.reached[node].distance + (candidate.cost - self.potentials[node]).max(0))
    }

    /// Looks at a trainee's candidates from the `nth` on, as far as this distance; further ones are planned.
    fn look(&mut self, trainee: u32, mut nth: u32, distance: i64) {
        let from = Node::Trainee(trainee);
        let known = &self.instance.trainees[trainee as usize];
        let (available, employer) = (known.windows, known.employer);
        while let Some(bound) = self.look_bound(trainee, nth) {
            if bound > distance {
                self.heap.push(Reverse((bound, Step::Look(trainee, nth))));
                return;
            }
            let Candidate { cost, host } = self.candidates[trainee as usize][nth as usize];
            let base = self.reached[from].distance + cost - self.potentials[from];
            for window in (0..self.instance.windows).filter(|window| available >> window & 1 == 1) {
                let window = self.window(host, window);
                let node = match self.occupied_leaf(window, employer) {
                    Some(leaf) => Node::Leaf(leaf),
                    None => Node::Window(window),
                };
                self.relax(node, base + self.potential(node), Some(from));
            }
            nth += 1;
        }
    }

    fn occupied_leaf(&self, window: u32, employer: u64) -> Option<u32> {
        if employer == 0 {
            return None;
        }
        let leaf = *self.leaf_numbers.get(&(window, employer))?;
        (self.leaves[leaf as usize].occupant != Occupant::Nobody).then_some(leaf)
    }

    /// Every node nearer than the end of the path becomes dearer by the difference. What the path is about to fill is remembered
    /// too: its potential counts from then on.
    fn raise_prices(&mut self, end: i64) {
        let raised: Vec<(Node, i64)> = self
            .touched
            .iter()
            .map(|node| (*node, self.reached[*node]))
            .filter(|(_, reached)| reached.settled && reached.distance <= end)
            .map(|(node, reached)| (node, self.potential(node) + end - reached.distance))
            .collect();
        for (node, potential) in raised {
            self.potentials[node] = potential;
        }
    }

    /// Follows the path back from its end: every trainee on it moves one step on.
    fn augment(&mut self, end: Node) {
        let mut node = end;
        let mut new_leaves = Vec::new();
        'path: loop {
            // Back through host, window and leaf to the trainee who arrives; the node next to it says in which window.
            let arriving = loop {
                match self.reached[node].from {
                    Some(Node::Trainee(trainee)) => break trainee,
                    Some(before) => node = before,
                    None => break 'path,
                }
            };
            let window = match node {
                Node::Leaf(leaf) => self.leaves[leaf as usize].window,
                Node::Window(window) => window,
                Node::Host(_) | Node::Trainee(_) => break,
            };
            let left = self.reached[Node::Trainee(arriving)].from;
            self.leave(arriving);
            let leaf = self.arrive(arriving, window);
            // A place taken through its window had no price of its own.
            if let (Node::Window(_), Some(leaf)) = (node, leaf) {
                new_leaves.push(leaf);
            }
            match left {
                Some(before) => node = before,
                None => break,
            }
        }
        for leaf in new_leaves {
            self.potentials[Node::Leaf(leaf)] = self.potential(Node::Window(self.leaves[leaf as usize].window));
        }
    }

    /// The path ends with this trainee unplaced; those before it on the path move one step on.
    fn unplace(&mut self, trainee: u32) {
        let left = self.reached[Node::Trainee(trainee)].from;
        self.leave(trainee);
        self.potentials[Node::Trainee(trainee)] = UNPLACED;
        if let Some(before) = left {
            self.augment(before);
        }
    }

    fn leave(&mut self, trainee: u32) {
        let Some(Seat { window, .. }) = self.seats[trainee as usize].take() else { return };
        let host = self.host_of(window);
        self.in_host[host as usize] -= 1;
        self.in_window[window as usize] -= 1;
        self.movable[window as usize].retain(|other| *other != trainee);
        if let Some(leaf) = self.occupied_leaf(window, self.instance.trainees[trainee as usize].employer) {
            let occupant = &mut self.leaves[leaf as usize].occupant;
            if *occupant == Occupant::Trainee(trainee) {
                *occupant = Occupant::Nobody;
            }
        }
    }

    /// Gives the leaf taken, for a trainee with an employer.
    fn arrive(&mut self, trainee: u32, window: u32) -> Option<u32> {
        let host = self.host_of(window);
        let candidate = self.candidates[trainee as usize].iter().find(|candidate| candidate.host == host);
        let cost = candidate.map_or(0, |candidate| candidate.cost);
        self.seats[trainee as usize] = Some(Seat { window, cost });
        self.in_host[host as usize] += 1;
        self.in_window[window as usize] += 1;
        self.movable[window as usize].push(trainee);
        let employer = self.instance.trainees[trainee as usize].employer;
        (employer != 0).then(|| {
            let leaf = self.leaf(window, employer);
            self.leaves[leaf as usize].occupant = Occupant::Trainee(trainee);
            leaf
        })
    }

    /// What each full node adds to the potential of its parent.
    fn prices(&self) -> Prices {
        let mut prices = Prices::default();
        let windows = self.instance.windows;
        for host in 0..self.instance.hosts.len() as u32 {
            let own = self.potential(Node::Host(host));
            if own > 0 {
                prices.hosts.insert(host, own);
            }
            for window in 0..windows {
                let added = self.potential(Node::Window(self.window(host, window))) - own;
                if added > 0 {
                    prices.windows.insert((host, window), added);
                }
            }
        }
        for (number, leaf) in (0u32..).zip(&self.leaves) {
            let added = self.potential(Node::Leaf(number)) - self.potential(Node::Window(leaf.window));
            if leaf.occupant != Occupant::Nobody && added > 0 {
                prices.employers.insert((self.host_of(leaf.window), leaf.window % windows, leaf.employer), added);
            }
        }
        prices
    }

    pub(crate) fn finish(self, hosts: &Hosts<'_>) -> Placement {
        let mut placement =
            Placement { assigned: vec![None; self.seats.len()], prices: self.prices(), ..Placement::default() };
        for (trainee, seat) in self.seats.iter().enumerate() {
            if let Some(Seat { window, cost }) = *seat {
                let host = self.host_of(window) as usize;
                placement.assigned[trainee] =
                    Some(Assignment { trainee, host, window: window % self.instance.windows });
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

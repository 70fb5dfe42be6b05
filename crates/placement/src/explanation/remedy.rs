//! What would give an unplaced trainee a place, the least change of each kind.

use super::Standing;
use crate::candidates::Candidate;
use crate::cost::{self, Pricing};
use crate::outcome::UNPLACED;
use crate::policy::{RuleName, Strictness};
use crate::search::NOBODY;
use serde::Serialize;
use std::collections::HashSet;

/// One change after which one trainee more is placed, at the cost of so many points. Hosts are indices into the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "remedy")]
pub enum Remedy {
    /// One more place at an office, in the season and in the week.
    OnePlaceMore { host: usize, cost: i64 },
    /// The shortest travel limit with which there is a place.
    LongerLimit { metres: u32, host: usize, cost: i64 },
    /// Available in one more window.
    OneWindowMore { window: u32, cost: i64 },
    /// A rule waived for this trainee at this office.
    RuleWaived { rule: RuleName, host: usize, cost: i64 },
    /// A pair ruled out by hand, allowed again.
    PairAllowed { host: usize, cost: i64 },
}

impl Remedy {
    /// The office it is about.
    pub fn host(&self) -> Option<usize> {
        match self {
            Remedy::OneWindowMore { .. } => None,
            Remedy::OnePlaceMore { host, .. }
            | Remedy::LongerLimit { host, .. }
            | Remedy::RuleWaived { host, .. }
            | Remedy::PairAllowed { host, .. } => Some(*host),
        }
    }

    pub fn cost(&self) -> i64 {
        match self {
            Remedy::OnePlaceMore { cost, .. }
            | Remedy::LongerLimit { cost, .. }
            | Remedy::OneWindowMore { cost, .. }
            | Remedy::RuleWaived { cost, .. }
            | Remedy::PairAllowed { cost, .. } => *cost,
        }
    }
}

/// How far beyond the limit is looked, in kilometres, and how many hosts are tried there.
const FARTHEST_KM: f64 = 300.0;
const TRIED: usize = 100;
/// How many offices are asked for a place more.
const ASKED: usize = 5;

impl Standing<'_> {
    /// Every kind of remedy for an unplaced trainee, the cheapest first; none for somebody without coordinates.
    pub fn remedies(&mut self, trainee: usize) -> Vec<Remedy> {
        let Some(number) = self.numbers.get(&trainee).copied() else { return Vec::new() };
        let mut remedies: Vec<Remedy> =
            [self.one_place_more(number), self.longer_limit(number), self.one_window_more(number)]
                .into_iter()
                .flatten()
                .collect();
        remedies.extend(self.waived(number));
        remedies.sort_by_key(Remedy::cost);
        remedies
    }

    /// What it would cost the whole if this trainee could also go to these hosts in these windows, all others staying placed.
    fn if_allowed(&mut self, number: u32, arrivals: &[(Candidate, u64)]) -> Option<i64> {
        let search = &mut self.search;
        search.begin();
        search.source(number, 0);
        for (candidate, windows) in arrivals {
            search.arrive_in(number, *candidate, *windows, i64::from(candidate.cost) - UNPLACED);
        }
        search.settle(number);
        search.go(Some(UNPLACED), NOBODY);
        search.cost_of_a_place().map(|best| best + UNPLACED)
    }

    fn available(&self, number: u32) -> u64 {
        self.search.state.trainees[number as usize].available
    }

    fn allowed_hosts(&mut self, number: u32) -> Vec<Candidate> {
        let mut hosts = Vec::new();
        self.search.candidates_below(number, i64::MAX, |_, candidate| hosts.push(candidate));
        hosts
    }

    /// At whichever of the nearest offices it costs least.
    fn one_place_more(&mut self, number: u32) -> Option<Remedy> {
        let allowed = self.allowed_hosts(number);
        let mut best: Option<(i64, usize)> = None;
        for candidate in allowed.iter().take(ASKED) {
            let windows = self.search.windows(number, *candidate);
            let free = self.search.state.without_colleagues(number, candidate.host, windows);
            for window in (0..self.instance.windows).filter(|window| free >> window & 1 == 1) {
                // With a place nobody has, the trainee comes at once or whoever makes room for him does.
                let widened = self.search.state.widen(candidate.host, window);
                let arrivals: Vec<_> =
                    allowed.iter().map(|other| (*other, self.search.windows(number, *other))).collect();
                let cost = self.if_allowed(number, &arrivals);
                self.search.state.narrow(candidate.host, window, widened);
                let host = self.search.state.office_index(candidate.host);
                best = cost.map(|cost| (cost, host)).into_iter().chain(best).min();
            }
        }
        best.map(|(cost, host)| Remedy::OnePlaceMore { host, cost })
    }

    fn one_window_more(&mut self, number: u32) -> Option<Remedy> {
        let allowed = self.allowed_hosts(number);
        let lacking = self.instance.season() & !self.available(number);
        let mut best: Option<(i64, u32)> = None;
        for window in (0..self.instance.windows).filter(|window| lacking >> window & 1 == 1) {
            let in_window = |candidate: &Candidate| self.search.windows_at_cost(number, *candidate) & 1 << window;
            let arrivals: Vec<_> = allowed.iter().map(|candidate| (*candidate, in_window(candidate))).collect();
            let cost = self.if_allowed(number, &arrivals);
            best = cost.map(|cost| (cost, window)).into_iter().chain(best).min();
        }
        best.map(|(cost, window)| Remedy::OneWindowMore { window, cost })
    }

    fn longer_limit(&mut self, number: u32) -> Option<Remedy> {
        let trainee = self.trainee(number);
        let limit = f64::from(self.instance.trainees[trainee].limit_m) / 1000.0;
        let mut beyond = Vec::new();
        self.hosts.around(trainee, FARTHEST_KM.max(limit), |host, km| {
            if km > limit && self.instance.minutes(trainee, host).is_none() {
                beyond.push((km, host));
            }
        });
        beyond.retain(|(_, host)| self.instance.hosts[*host].has_places() && self.hosts.permitted(trainee, *host));
        beyond.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.cmp(other)));
        let pricing = Pricing::of(&self.instance.policy);
        let mut stuck: HashSet<u32> = HashSet::new();
        let mut tried = 0;
        for (km, host) in &beyond {
            // Nobody who came to this office found a place, so nobody will.
            if self.hosts.number(*host).is_none_or(|office| stuck.contains(&office)) {
                continue;
            }
            tried += 1;
            if tried > TRIED {
                break;
            }
            let arrivals = self.arrivals(number, *host, pricing.way(*km));
            if self.if_allowed(number, &arrivals).is_none() {
                stuck.extend(self.search.reached().1.iter().copied());
                continue;
            }
            // The limit lets in every other office as near, too.
            let metres = (km * 1000.0).ceil() as u32;
            let let_in = beyond.iter().filter(|(km, _)| *km <= f64::from(metres) / 1000.0);
            let arrivals: Vec<_> =
                let_in.flat_map(|(km, host)| self.arrivals(number, *host, pricing.way(*km))).collect();
            let cost = self.if_allowed(number, &arrivals)?;
            return Some(Remedy::LongerLimit { metres, host: *host, cost });
        }
        None
    }

    /// This pair, whose way costs so much, as if nothing forbade it.
    fn arrivals(&self, number: u32, host: usize, way: i64) -> Vec<(Candidate, u64)> {
        let trainee = self.trainee(number);
        let (known, there) = (&self.instance.trainees[trainee], &self.instance.hosts[host]);
        let rules = cost::broken(self.instance, trainee, host).into_iter();
        let rules = rules.map(|name| self.instance.policy.rules.get(name));
        let avoided = rules.filter(|rule| rule.rule == Strictness::Avoid).map(|rule| i64::from(rule.price));
        let points = cost::way_less_wish(&self.instance.policy, way, cost::rank(known, there)) + avoided.sum::<i64>();
        let (elsewhere, told) = known
            .stay
            .map_or((0, 0), |stay| (i64::from(stay.price), if stay.host == host { 1 << stay.window } else { 0 }));
        let open = self.instance.open(trainee, host);
        let Some(office) = self.hosts.number(host) else { return Vec::new() };
        [(points, open & told), (points + elsewhere, open & !told)]
            .into_iter()
            .filter_map(|(points, windows)| {
                Some((Candidate { cost: u32::try_from(points).ok()?, host: office }, windows))
            })
            .collect()
    }

    /// Each rule that keeps the trainee from an office within the limit, at the office where waiving it costs least.
    fn waived(&mut self, number: u32) -> Vec<Remedy> {
        let trainee = self.trainee(number);
        let mut within = self.hosts.reachable(trainee);
        within.retain(|(_, host)| self.instance.hosts[*host].has_places() && !self.hosts.permitted(trainee, *host));
        let mut remedies: Vec<Remedy> = Vec::new();
        for (way, host) in within.into_iter().take(TRIED) {
            let forbids = |name: &RuleName| self.instance.policy.rules.get(*name).rule == Strictness::Forbid;
            let broken: Vec<RuleName> =
                cost::broken(self.instance, trainee, host).into_iter().filter(forbids).collect();
            let by_hand = self.instance.excluded.contains(&(trainee, host));
            // One change is a remedy; two at once are not.
            let rule = match (broken.as_slice(), by_hand) {
                ([rule], false) => Some(*rule),
                ([], true) => None,
                _ => continue,
            };
            let arrivals = self.arrivals(number, host, way);
            let Some(cost) = self.if_allowed(number, &arrivals) else { continue };
            let found = match rule {
                Some(rule) => Remedy::RuleWaived { rule, host, cost },
                None => Remedy::PairAllowed { host, cost },
            };
            let same = |known: &Remedy| match (known, &found) {
                (Remedy::RuleWaived { rule: one, .. }, Remedy::RuleWaived { rule: other, .. }) => one == other,
                (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
            };
            match remedies.iter_mut().find(|known| same(known)) {
                Some(known) if known.cost() > cost => *known = found,
                Some(_) => {}
                None => remedies.push(found),
            }
        }
        remedies
    }
}

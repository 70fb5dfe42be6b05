//! The hosts each trainee may go to, cheapest first, listed only as far as somebody asks.

use crate::cost::{self, Pricing};
use crate::distance::Position;
use crate::instance::Instance;
use crate::point::Point;
use std::collections::HashMap;

/// A host a trainee may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    pub cost: u32,
    /// Number among the [`Hosts`] it was listed from.
    pub host: u32,
}

/// Where a trainee was told to go, by the numbers of [`Hosts`]: this window there costs `cost`, every other place more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) host: u32,
    pub(crate) window: u32,
    pub(crate) cost: u32,
}

/// The hosts of an instance, or of a part of it, in bands of latitude and along each band by longitude.
pub struct Hosts<'a> {
    instance: &'a Instance,
    pricing: Pricing,
    /// Index into the instance, by number here, and back.
    indices: Vec<u32>,
    numbers: HashMap<u32, u32>,
    along: Vec<Along>,
    /// Where each band begins in `along`.
    bands: Vec<u32>,
    first_band: i32,
    by_id: HashMap<&'a str, u32>,
}

/// A host on its band, with what a look at it needs side by side.
struct Along {
    /// Degrees × 10⁶.
    longitude: i32,
    number: u32,
    corporation: u64,
    position: Position,
    prefecture: u8,
    /// Points for what the host lacks; `None` where it has no place or may not be used.
    points: Option<u32>,
}

/// Height of a band in degrees × 10⁶, about two kilometres.
const BAND_E6: i32 = 20_000;

impl<'a> Hosts<'a> {
    pub fn new(instance: &'a Instance) -> Hosts<'a> {
        Hosts::of(instance, &(0..instance.hosts.len() as u32).collect::<Vec<_>>())
    }

    /// These hosts alone.
    pub fn of(instance: &'a Instance, hosts: &[u32]) -> Hosts<'a> {
        let pricing = Pricing::of(&instance.policy);
        let mut sorted: Vec<(i32, i32, u32)> = (0u32..)
            .zip(hosts)
            .filter_map(|(number, index)| {
                let at = instance.hosts[*index as usize].at?;
                Some((at.lat_e6.div_euclid(BAND_E6), at.lon_e6, number))
            })
            .collect();
        sorted.sort_unstable();
        let first_band = sorted.first().map_or(0, |(band, _, _)| *band);
        let count = sorted.last().map_or(0, |(band, _, _)| band - first_band + 1);
        let bands = (0..=count).map(|band| sorted.partition_point(|(known, _, _)| *known < first_band + band) as u32);
        let special = !instance.minutes.is_empty() || instance.trainees.iter().any(|trainee| trainee.stay.is_some());
        Hosts {
            instance,
            indices: hosts.to_vec(),
            numbers: if special { hosts.iter().copied().zip(0u32..).collect() } else { HashMap::new() },
            bands: bands.collect(),
            along: sorted
                .into_iter()
                .filter_map(|(_, longitude, number)| {
                    let host = &instance.hosts[hosts[number as usize] as usize];
                    Some(Along {
                        longitude,
                        number,
                        corporation: host.corporation,
                        position: Position::of(host.at?),
                        prefecture: host.prefecture,
                        points: host.has_places().then(|| pricing.of_host(host)).flatten(),
                    })
                })
                .collect(),
            first_band,
            by_id: (0u32..)
                .zip(hosts)
                .map(|(number, index)| (instance.hosts[*index as usize].id.as_str(), number))
                .collect(),
            pricing,
        }
    }

    /// The number here of a host of the instance.
    pub(crate) fn number(&self, host: usize) -> Option<u32> {
        self.by_id.get(self.instance.hosts[host].id.as_str()).copied()
    }

    /// Index into the instance.
    pub(crate) fn index(&self, number: u32) -> usize {
        self.indices[number as usize] as usize
    }

    /// Hosts at most `kilometres` away as the crow flies, with their distance in km, whatever rule or limit says.
    pub fn around(&self, trainee: usize, kilometres: f64, mut found: impl FnMut(usize, f64)) {
        self.within(trainee, true, -1.0, kilometres, |host, km| found(self.index(host.number), km));
    }

    /// Hosts within the travel limit as the crow flies, with their distance in km, whatever their prefecture, corporation or capacity.
    pub fn within_limit(&self, trainee: usize, found: impl FnMut(usize, f64)) {
        self.around(trainee, self.limit(trainee), found);
    }

    /// Hosts within the limit of the way that counts, with its points: minutes where the table has the pair, else as the crow flies.
    /// The nearest first, whatever rule says.
    pub(crate) fn reachable(&self, trainee: usize) -> Vec<(i64, usize)> {
        let mut hosts: Vec<usize> = Vec::new();
        self.within_limit(trainee, |host, _| hosts.push(host));
        let minutes = self.instance.minutes.get(trainee).map_or(&[][..], Vec::as_slice);
        hosts.extend(minutes.iter().map(|(host, _)| *host as usize));
        let way = |host| Some((cost::way(self.instance, &self.pricing, trainee, host)?.points(), host));
        let mut reachable: Vec<(i64, usize)> = hosts.into_iter().filter_map(way).collect();
        reachable.sort_unstable();
        reachable.dedup();
        reachable
    }

    /// A distance beyond which the way alone costs at least `cost`.
    pub(crate) fn kilometres_costing(&self, cost: i64) -> f64 {
        self.pricing.kilometres_costing(cost)
    }

    fn limit(&self, trainee: usize) -> f64 {
        f64::from(self.instance.trainees[trainee].limit_m) / 1000.0
    }

    /// Those more than `beyond` and at most `kilometres` from the nearer start. Distances are rounded right for the costs; `exact`
    /// takes no short cut, as the verification asks for.
    fn within(&self, trainee: usize, exact: bool, beyond: f64, kilometres: f64, mut found: impl FnMut(&Along, f64)) {
        let starts = self.instance.starts(trainee);
        match starts.map(|start| start.map(Position::of)) {
            [Some(one), Some(other)] => {
                // Each host is told once, by the start it is nearer to; the first where it is the same way.
                self.around_start(starts[0], true, beyond, kilometres, |host, km| {
                    if km <= other.kilometres(host.position) {
                        found(host, km);
                    }
                });
                self.around_start(starts[1], true, beyond, kilometres, |host, km| {
                    if km < one.kilometres(host.position) {
                        found(host, km);
                    }
                });
            }
            _ => self.around_start(starts[0], exact, beyond, kilometres, found),
        }
    }

    fn around_start(
        &self,
        start: Option<Point>,
        exact: bool,
        beyond: f64,
        kilometres: f64,
        mut found: impl FnMut(&Along, f64),
    ) {
        let Some(home) = start else { return };
        let position = Position::of(home);
        let (north, east) = (Position::reach_north_e6(kilometres), position.reach_east_e6(kilometres));
        let band = |latitude: i64| latitude.div_euclid(i64::from(BAND_E6)) - i64::from(self.first_band);
        let last = self.bands.len() as i64 - 1;
        let from = band(i64::from(home.lat_e6) - north).clamp(0, last);
        let to = (band(i64::from(home.lat_e6) + north) + 1).clamp(0, last);
        // Around the date line the same band is looked at from the other side too.
        for turn in [0, -360_000_000, 360_000_000] {
            let (west, east) = (i64::from(home.lon_e6) + turn - east, i64::from(home.lon_e6) + turn + east);
            if east < -180_000_000 || west > 180_000_000 || (turn != 0 && east - west >= 360_000_000) {
                continue;
            }
            for band in from..to {
                let row = &self.along[self.bands[band as usize] as usize..self.bands[band as usize + 1] as usize];
                let first = row.partition_point(|host| i64::from(host.longitude) < west);
                for host in &row[first..] {
                    if i64::from(host.longitude) > east {
                        break;
                    }
                    let off = |km: f64, bound: f64| (km - bound).abs() > 1e-6;
                    let quick = if exact { None } else { position.quick_kilometres(host.position, &self.pricing) };
                    let km = match quick {
                        Some(km) if off(km, kilometres) && off(km, beyond) => km,
                        _ => position.kilometres(host.position),
                    };
                    if km > beyond && km <= kilometres {
                        found(host, km);
                    }
                }
            }
        }
    }

    /// What it costs to send this trainee to this host, coming from nowhere it was told to stay; `None` where that is not allowed.
    pub(crate) fn cost(&self, trainee: usize, host: usize) -> Option<u32> {
        let (t, h) = (&self.instance.trainees[trainee], &self.instance.hosts[host]);
        if !h.has_places() || self.excluded(trainee, host) {
            return None;
        }
        let points = self.pricing.of_host(h)? + self.pricing.of_pair(t, h.prefecture, h.corporation)?;
        let way = cost::way(self.instance, &self.pricing, trainee, host)?.points();
        Some(cost::way_less_wish(&self.instance.policy, way, cost::rank(t, h)) as u32 + points)
    }

    /// Every cost at which this trainee may go to the host of this number: to the place it was told for one, to any other for another.
    pub(crate) fn costs_at(&self, trainee: usize, number: u32) -> impl Iterator<Item = u32> + use<> {
        let cost = self.cost(trainee, self.index(number));
        let stays = self.known(trainee).is_some_and(|known| known.host == number);
        let elsewhere = self.elsewhere(trainee) as u32;
        let costs = cost.map(|cost| [stays.then_some(cost), Some(cost + elsewhere)]);
        costs.into_iter().flatten().flatten()
    }

    /// May this trainee go to this host, the way and windows aside?
    pub fn permitted(&self, trainee: usize, host: usize) -> bool {
        let (t, h) = (&self.instance.trainees[trainee], &self.instance.hosts[host]);
        !self.excluded(trainee, host)
            && self.pricing.of_host(h).is_some()
            && self.pricing.of_pair(t, h.prefecture, h.corporation).is_some()
    }

    fn excluded(&self, trainee: usize, host: usize) -> bool {
        !self.instance.excluded.is_empty() && self.instance.excluded.contains(&(trainee, host))
    }

    /// Every candidate with a cost below `cost`, in no particular order: host, cost, and the windows that cost so much, as bits.
    pub fn cheaper_than(&self, trainee: usize, cost: i64, mut found: impl FnMut(usize, i64, u64)) {
        let special = self.special_hosts(trainee);
        let elsewhere = self.elsewhere(trainee);
        let known = self.known(trainee);
        for number in &special {
            let host = self.index(*number);
            let Some(here) = self.cost(trainee, host).map(i64::from) else { continue };
            let open = self.instance.open(trainee, host);
            let stays = known.filter(|known| known.host == *number).map_or(0, |known| 1 << known.window);
            for (windows, cost_here) in [(open & stays, here), (open & !stays, here + elsewhere)] {
                if windows != 0 && cost_here < cost {
                    found(host, cost_here, windows);
                }
            }
        }
        let reach = self.pricing.kilometres_costing(cost - elsewhere).min(self.limit(trainee));
        self.within(trainee, true, -1.0, reach, |host, km| {
            let Some(points) = self.allowed(trainee, host, &special) else { return };
            let here = self.pricing.way(km) + i64::from(points) + elsewhere;
            if here < cost {
                let index = self.index(host.number);
                found(index, here, self.instance.open(trainee, index));
            }
        });
    }

    /// Hosts that may cost less than their way says, or more: wishes, a known placement, pairs with travel minutes. In order.
    pub(crate) fn special_hosts(&self, trainee: usize) -> Vec<u32> {
        let t = &self.instance.trainees[trainee];
        let mut special: Vec<u32> =
            t.preferences.iter().filter_map(|id| self.by_id.get(id.as_str()).copied()).collect();
        if !self.numbers.is_empty() {
            let minutes = self.instance.minutes.get(trainee).map_or(&[][..], Vec::as_slice);
            let indices = minutes.iter().map(|(host, _)| *host).chain(t.stay.map(|stay| stay.host as u32));
            special.extend(indices.filter_map(|index| self.numbers.get(&index).copied()));
        }
        special.sort_unstable();
        special.dedup();
        special
    }

    /// What every place but the known one costs more.
    fn elsewhere(&self, trainee: usize) -> i64 {
        self.instance.trainees[trainee].stay.map_or(0, |stay| i64::from(stay.price))
    }

    /// The place somebody was told, where leaving it has a price and it is still allowed.
    pub(crate) fn known(&self, trainee: usize) -> Option<Known> {
        let stay = self.instance.trainees[trainee].stay.filter(|stay| stay.price > 0)?;
        let host = *self.numbers.get(&(stay.host as u32))?;
        Some(Known { host, window: stay.window, cost: self.cost(trainee, stay.host)? })
    }

    /// Points beside the way for a host that is not special, if it is allowed.
    fn allowed(&self, trainee: usize, host: &Along, special: &[u32]) -> Option<u32> {
        let t = &self.instance.trainees[trainee];
        let points = host.points? + self.pricing.of_pair(t, host.prefecture, host.corporation)?;
        let excluded = self.excluded(trainee, self.indices[host.number as usize] as usize);
        (!excluded && special.binary_search(&host.number).is_err()).then_some(points)
    }
}

/// One trainee's candidates, as far as they are listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    entries: Vec<Candidate>,
    /// Listed from the beginning, however far.
    special: Vec<u32>,
    /// How many entries, from the cheapest, nothing unlisted can come before.
    sure: usize,
    /// What anything unlisted costs at least.
    unlisted: i64,
    kilometres: f64,
    /// Everything is listed.
    pub(crate) whole: bool,
}

/// The first look around a home goes so far, and so many hosts are wanted before anybody asks.
const FIRST_KILOMETRES: f64 = 1.0;
const FIRST_HOSTS: usize = 6;
/// How much further each next look goes.
const GROWTH: f64 = 2.0;

impl List {
    /// Of somebody who goes nowhere.
    pub(crate) fn empty() -> List {
        List { whole: true, ..List::default() }
    }

    pub(crate) fn new(hosts: &Hosts<'_>, trainee: usize) -> List {
        let mut list = List { kilometres: -1.0, special: hosts.special_hosts(trainee), ..List::default() };
        let (known, elsewhere) = (hosts.known(trainee), hosts.elsewhere(trainee) as u32);
        for number in &list.special {
            let Some(cost) = hosts.cost(trainee, hosts.index(*number)) else { continue };
            if known.is_some_and(|known| known.host == *number) {
                list.entries.push(Candidate { cost, host: *number });
            }
            list.entries.push(Candidate { cost: cost + elsewhere, host: *number });
        }
        while !list.whole && list.sure < FIRST_HOSTS {
            list.extend(hosts, trainee);
        }
        list
    }

    pub(crate) fn get(&self, index: usize) -> Option<Candidate> {
        (index < self.sure).then(|| self.entries[index])
    }

    /// What the entries not yet sure cost at least.
    pub(crate) fn beyond(&self) -> i64 {
        self.unlisted
    }

    /// Looks further around.
    pub(crate) fn extend(&mut self, hosts: &Hosts<'_>, trainee: usize) {
        let limit = hosts.limit(trainee);
        let elsewhere = hosts.elsewhere(trainee);
        let before = self.kilometres;
        let reach = (before * GROWTH).max(FIRST_KILOMETRES).min(limit);
        hosts.within(trainee, false, before, reach, |host, km| {
            if let Some(points) = hosts.allowed(trainee, host, &self.special) {
                let cost = hosts.pricing.way(km) + i64::from(points) + elsewhere;
                self.entries.push(Candidate { cost: cost as u32, host: host.number });
            }
        });
        self.kilometres = reach;
        self.whole = reach >= limit || hosts.instance.starts(trainee)[0].is_none();
        self.entries[self.sure..].sort_unstable();
        self.unlisted = if self.whole { i64::MAX / 4 } else { hosts.pricing.way(reach) + elsewhere };
        self.sure = self.entries.partition_point(|candidate| i64::from(candidate.cost) <= self.unlisted);
    }
}

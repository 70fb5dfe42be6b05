//! The hosts each trainee may go to, cheapest first, listed only as far as somebody asks.

use crate::distance::{self, Position};
use crate::instance::Instance;
use std::collections::HashMap;

/// A host a trainee may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    pub cost: u32,
    /// Number among the [`Hosts`] it was listed from.
    pub host: u32,
}

/// The hosts of an instance, or of a part of it, in bands of latitude and along each band by longitude.
pub struct Hosts<'a> {
    instance: &'a Instance,
    /// Index into the instance, by number here.
    indices: Vec<u32>,
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
    has_place: bool,
    specified_office_addition: bool,
}

/// Height of a band in degrees × 10⁶, about two kilometres.
const BAND_E6: i32 = 20_000;

impl<'a> Hosts<'a> {
    pub fn new(instance: &'a Instance) -> Hosts<'a> {
        Hosts::of(instance, &(0..instance.hosts.len() as u32).collect::<Vec<_>>())
    }

    /// These hosts alone.
    pub fn of(instance: &'a Instance, hosts: &[u32]) -> Hosts<'a> {
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
        Hosts {
            instance,
            indices: hosts.to_vec(),
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
                        has_place: host.capacity > 0 && host.weekly_capacity > 0,
                        specified_office_addition: host.specified_office_addition,
                    })
                })
                .collect(),
            first_band,
            by_id: (0u32..)
                .zip(hosts)
                .map(|(number, index)| (instance.hosts[*index as usize].id.as_str(), number))
                .collect(),
        }
    }

    /// Hosts within the travel limit, with their distance in km, whatever their prefecture, corporation or capacity.
    pub fn within_limit(&self, trainee: usize, mut found: impl FnMut(u32, f64)) {
        self.within(trainee, true, -1.0, f64::INFINITY, |host, km| found(self.indices[host.number as usize], km));
    }

    /// Those more than `beyond` and at most `kilometres` away. Distances are rounded right for the costs; `exact` takes no short cut,
    /// as the verification asks for.
    fn within(&self, trainee: usize, exact: bool, beyond: f64, kilometres: f64, mut found: impl FnMut(&Along, f64)) {
        let trainee = &self.instance.trainees[trainee];
        let Some(home) = trainee.home else { return };
        let kilometres = kilometres.min(f64::from(trainee.limit_m) / 1000.0);
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
                    let quick = if exact { None } else { position.quick_kilometres(host.position) };
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

    /// May this trainee go to this host, distance and windows aside?
    pub fn permitted(&self, trainee: usize, host: usize) -> bool {
        let (t, h) = (&self.instance.trainees[trainee], &self.instance.hosts[host]);
        (self.instance.cross_prefecture || t.prefecture == h.prefecture)
            && (t.employer == 0 || t.employer != h.corporation)
            && (self.instance.excluded.is_empty() || !self.instance.excluded.contains(&(trainee, host)))
    }

    /// What it costs to send this trainee to this host.
    pub fn cost(&self, trainee: usize, host: usize, km: f64) -> i64 {
        let (t, h) = (&self.instance.trainees[trainee], &self.instance.hosts[host]);
        let preference = t.preferences.iter().position(|preferred| *preferred == h.id);
        distance::cost(km, preference, h.specified_office_addition)
    }

    /// Every candidate with a cost below `cost`, in no particular order: host and cost. Hosts without any place are left out.
    pub fn cheaper_than(&self, trainee: usize, cost: i64, mut found: impl FnMut(u32, i64)) {
        self.preferred(trainee, |candidate| {
            if i64::from(candidate.cost) < cost {
                found(self.indices[candidate.host as usize], i64::from(candidate.cost));
            }
        });
        let preferred = self.preferred_hosts(trainee);
        self.within(trainee, true, -1.0, distance::kilometres_costing(cost), |host, km| {
            if self.may_take(trainee, host) && !preferred.contains(&host.number) {
                let here = distance::cost(km, None, host.specified_office_addition);
                if here < cost {
                    found(self.indices[host.number as usize], here);
                }
            }
        });
    }

    fn preferred_hosts(&self, trainee: usize) -> Vec<u32> {
        let preferences = &self.instance.trainees[trainee].preferences;
        preferences.iter().filter_map(|id| self.by_id.get(id.as_str()).copied()).collect()
    }

    /// As [`Hosts::permitted`], of a host that has places at all.
    fn may_take(&self, trainee: usize, host: &Along) -> bool {
        let t = &self.instance.trainees[trainee];
        host.has_place
            && (self.instance.cross_prefecture || t.prefecture == host.prefecture)
            && (t.employer == 0 || t.employer != host.corporation)
            && (self.instance.excluded.is_empty()
                || !self.instance.excluded.contains(&(trainee, self.indices[host.number as usize] as usize)))
    }

    /// The candidates a trainee prefers.
    fn preferred(&self, trainee: usize, mut found: impl FnMut(Candidate)) {
        let t = &self.instance.trainees[trainee];
        let Some(home) = t.home.map(Position::of) else { return };
        let hosts = self.preferred_hosts(trainee);
        for (rank, host) in hosts.iter().copied().enumerate() {
            if hosts[..rank].contains(&host) {
                continue;
            }
            let index = self.indices[host as usize] as usize;
            let known = &self.instance.hosts[index];
            let Some(there) = known.at.map(Position::of) else { continue };
            let km = home.kilometres(there);
            let near = km <= f64::from(t.limit_m) / 1000.0;
            if near && known.capacity > 0 && known.weekly_capacity > 0 && self.permitted(trainee, index) {
                let cost = self.cost(trainee, index, km);
                found(Candidate { cost: cost as u32, host });
            }
        }
    }
}

/// One trainee's candidates, as far as they are listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    entries: Vec<Candidate>,
    /// Listed from the beginning, however far.
    preferred: Vec<u32>,
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
    pub(crate) fn new(hosts: &Hosts<'_>, trainee: usize) -> List {
        let mut list = List { kilometres: -1.0, preferred: hosts.preferred_hosts(trainee), ..List::default() };
        hosts.preferred(trainee, |candidate| list.entries.push(candidate));
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
        let t = &hosts.instance.trainees[trainee];
        let limit = f64::from(t.limit_m) / 1000.0;
        let before = self.kilometres;
        let reach = (before * GROWTH).max(FIRST_KILOMETRES).min(limit);
        hosts.within(trainee, false, before, reach, |host, km| {
            if hosts.may_take(trainee, host) && !self.preferred.contains(&host.number) {
                let cost = distance::cost(km, None, host.specified_office_addition);
                self.entries.push(Candidate { cost: cost as u32, host: host.number });
            }
        });
        self.kilometres = reach;
        self.whole = reach >= limit || t.home.is_none();
        self.entries[self.sure..].sort_unstable();
        self.unlisted = if self.whole { i64::MAX / 4 } else { distance::travel_cost(reach) };
        self.sure = self.entries.partition_point(|candidate| i64::from(candidate.cost) <= self.unlisted);
    }
}

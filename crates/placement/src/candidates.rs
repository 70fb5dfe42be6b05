//! The hosts each trainee may go to, cheapest first.

use crate::distance;
use crate::instance::Instance;

/// A host a trainee may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    pub cost: i64,
    pub host: u32,
}

/// Hosts sorted by latitude, so that a trainee looks only at the band the travel limit reaches.
pub struct Hosts<'a> {
    instance: &'a Instance,
    by_latitude: Vec<(i32, u32)>,
}

/// Micro-degrees of latitude a metre spans at most, a little rounded up.
const MICRO_DEGREES_PER_METRE: f64 = 9.0;

impl<'a> Hosts<'a> {
    pub fn new(instance: &'a Instance) -> Hosts<'a> {
        let mut by_latitude: Vec<(i32, u32)> =
            (0u32..).zip(&instance.hosts).filter_map(|(index, host)| host.at.map(|at| (at.lat_e6, index))).collect();
        by_latitude.sort_unstable();
        Hosts { instance, by_latitude }
    }

    /// Hosts within the travel limit with their distance in km, whatever their prefecture, corporation or capacity.
    pub fn within_limit(&self, trainee: usize) -> impl Iterator<Item = (usize, f64)> {
        let trainee = &self.instance.trainees[trainee];
        let reach = (f64::from(trainee.limit_m) * MICRO_DEGREES_PER_METRE).ceil() as i64 + 1;
        let home = trainee.home;
        let (from, to) = match home {
            Some(home) => {
                let latitude = i64::from(home.lat_e6);
                let at = |bound: i64| self.by_latitude.partition_point(|(lat, _)| i64::from(*lat) < bound);
                (at(latitude - reach), at(latitude + reach + 1))
            }
            None => (0, 0),
        };
        let limit_km = f64::from(trainee.limit_m) / 1000.0;
        self.by_latitude[from..to].iter().filter_map(move |(_, index)| {
            let host = *index as usize;
            let km = distance::kilometres(home?, self.instance.hosts[host].at?);
            (km <= limit_km).then_some((host, km))
        })
    }

    /// May this trainee go to this host, distance and windows aside?
    pub fn permitted(&self, trainee: usize, host: usize) -> bool {
        let (t, h) = (&self.instance.trainees[trainee], &self.instance.hosts[host]);
        (self.instance.cross_prefecture || t.prefecture == h.prefecture)
            && (t.employer == 0 || t.employer != h.corporation)
            && !self.instance.excluded.contains(&(trainee, host))
    }

    /// What it costs to send this trainee to this host.
    pub fn cost(&self, trainee: usize, host: usize, km: f64) -> i64 {
        let (t, h) = (&self.instance.trainees[trainee], &self.instance.hosts[host]);
        let preference = t.preferences.iter().position(|preferred| *preferred == h.id);
        distance::cost(km, preference, h.specified_office_addition)
    }

    /// All candidates of a trainee, cheapest first, hosts without any place left out.
    pub fn candidates(&self, trainee: usize) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = self
            .within_limit(trainee)
            .filter(|(host, _)| {
                let h = &self.instance.hosts[*host];
                h.capacity > 0 && h.weekly_capacity > 0 && self.permitted(trainee, *host)
            })
            .map(|(host, km)| Candidate { cost: self.cost(trainee, host, km), host: host as u32 })
            .collect();
        found.sort_unstable();
        found
    }
}

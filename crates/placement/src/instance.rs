//! The model: trainees, hosts, windows, and the rules a placement keeps.

use crate::point::Point;
use crate::policy::{Policy, RuleName, Start};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Trainee {
    pub id: String,
    /// JIS prefecture code.
    pub prefecture: u8,
    pub home: Option<Point>,
    /// Where the trainee works, for a policy that starts there.
    pub workplace: Option<Point>,
    /// Travel limit in metres.
    pub limit_m: u32,
    /// Corporation the trainee works for; 0 none.
    pub employer: u64,
    /// Bit w set: available in weekly window w.
    pub windows: u64,
    /// Host ids in order of preference.
    pub preferences: Vec<String>,
    /// Where the trainee was told to go; anywhere else, and any other window, costs more.
    pub stay: Option<Stay>,
}

/// A placement that people know of: leaving it has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    pub host: usize,
    pub window: u32,
    /// Points for every other place.
    pub price: u32,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Host {
    /// The office number.
    pub id: String,
    pub prefecture: u8,
    pub at: Option<Point>,
    /// Corporation that runs the office; 0 unknown.
    pub corporation: u64,
    /// Places in the season.
    pub capacity: u32,
    /// Places in one window.
    pub weekly_capacity: u32,
    pub specified_office_addition: bool,
    pub chief_care_managers: u32,
    /// Bit i set: can show the i-th required case type of the policy.
    pub case_types: u64,
    /// Bit w set: takes nobody in window w.
    pub closed_windows: u64,
}

impl Host {
    pub fn has_places(&self) -> bool {
        self.capacity > 0 && self.weekly_capacity > 0
    }
}

/// One trainee at one host in one window, as indices into the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assignment {
    pub trainee: usize,
    pub host: usize,
    pub window: u32,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Instance {
    /// Number of weekly windows, at most 64.
    pub windows: u32,
    pub policy: Policy,
    pub trainees: Vec<Trainee>,
    pub hosts: Vec<Host>,
    /// Pairs (trainee, host) ruled out by hand.
    pub excluded: BTreeSet<(usize, usize)>,
    /// Placements fixed by hand: they keep their place, whatever the distance.
    pub fixed: Vec<Assignment>,
    /// Travel minutes that stand for the way: for each trainee (host, minutes), ordered by host. Empty where no table is at hand.
    pub minutes: Vec<Vec<(u32, u32)>>,
}

/// What is wrong with an instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    #[error("there can be at most 64 weekly windows, not {0}")]
    TooManyWindows(u32),
    #[error("the trainee {0} stands twice")]
    TraineeTwice(String),
    #[error("the host {0} stands twice")]
    HostTwice(String),
    #[error("the trainee {0} is fixed twice")]
    FixedTwice(String),
    #[error("a fixed placement names a trainee, host or window that does not exist")]
    FixedUnknown,
    #[error("rule capacity: the fixed placements at {host} exceed its {capacity} places{}", window.map(|w| format!(" of window {w}")).unwrap_or_default())]
    FixedOverCapacity { host: String, window: Option<u32>, capacity: u32 },
    #[error("rule office.colleagues_apart: two trainees of one employer are fixed at {host} in window {window}")]
    FixedSameEmployer { host: String, window: u32 },
    #[error(
        "rule office.required_case_types: no office with a place can show {case_type}, and rules.missing_case_types forbids going without"
    )]
    NobodyOffers { case_type: String },
    #[error("policy: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Policy(Vec<crate::policy::PolicyError>),
    #[error("{file} row {row}, column {column}: {message}")]
    File { file: &'static str, row: usize, column: &'static str, message: String },
}

impl Instance {
    /// Is what was put in sound? Ids unique, windows few enough, fixed placements within capacity.
    pub fn check(&self) -> Result<(), InstanceError> {
        if self.windows > 64 {
            return Err(InstanceError::TooManyWindows(self.windows));
        }
        let mut ids = HashSet::new();
        if let Some(twice) = self.trainees.iter().find(|trainee| !ids.insert(trainee.id.as_str())) {
            return Err(InstanceError::TraineeTwice(twice.id.clone()));
        }
        ids.clear();
        if let Some(twice) = self.hosts.iter().find(|host| !ids.insert(host.id.as_str())) {
            return Err(InstanceError::HostTwice(twice.id.clone()));
        }
        self.check_case_types()?;
        self.check_fixed()
    }

    /// A required case type nobody offers would leave everybody unplaced: the rule is named instead.
    fn check_case_types(&self) -> Result<(), InstanceError> {
        if self.policy.rules.get(RuleName::MissingCaseTypes).rule != crate::policy::Strictness::Forbid {
            return Ok(());
        }
        let offered = self.hosts.iter().filter(|host| host.has_places()).fold(0, |all, host| all | host.case_types);
        match self.policy.office.required_case_types.iter().enumerate().find(|(bit, _)| offered >> bit & 1 == 0) {
            Some((_, lacking)) => Err(InstanceError::NobodyOffers { case_type: lacking.clone() }),
            None => Ok(()),
        }
    }

    /// The windows of the season, as bits.
    pub fn season(&self) -> u64 {
        if self.windows >= 64 { u64::MAX } else { (1 << self.windows) - 1 }
    }

    /// The windows in which this host takes this trainee, as bits.
    pub fn open(&self, trainee: usize, host: usize) -> u64 {
        self.trainees[trainee].windows & self.season() & !self.hosts[host].closed_windows
    }

    /// Where the trainee's way begins, by the policy: one place, or the two of which the nearer counts.
    pub fn starts(&self, trainee: usize) -> [Option<Point>; 2] {
        let Trainee { home, workplace, .. } = &self.trainees[trainee];
        match self.policy.travel.start {
            Start::Home => [*home, None],
            Start::Workplace => [*workplace, None],
            Start::Nearer if home.is_none() => [*workplace, None],
            Start::Nearer => [*home, *workplace],
        }
    }

    /// Is any way of this trainee known, from a start on the map or from the table of minutes?
    pub fn has_ways(&self, trainee: usize) -> bool {
        self.starts(trainee)[0].is_some() || self.minutes.get(trainee).is_some_and(|minutes| !minutes.is_empty())
    }

    /// The employer whose trainees are kept apart; 0 nobody's.
    pub fn kept_apart(&self, trainee: usize) -> u64 {
        if self.policy.office.colleagues_apart { self.trainees[trainee].employer } else { 0 }
    }

    /// Travel minutes of a pair, where the table has them.
    pub fn minutes(&self, trainee: usize, host: usize) -> Option<u32> {
        let known = self.minutes.get(trainee)?;
        let at = known.binary_search_by_key(&(host as u32), |(host, _)| *host).ok()?;
        Some(known[at].1)
    }

    /// Kilometres as the crow flies, from the nearer start.
    pub fn kilometres(&self, trainee: usize, host: usize) -> Option<f64> {
        let at = self.hosts[host].at?;
        let starts = self.starts(trainee).into_iter().flatten();
        starts.map(|start| crate::distance::kilometres(start, at)).min_by(f64::total_cmp)
    }

    fn check_fixed(&self) -> Result<(), InstanceError> {
        let mut fixed = HashSet::new();
        let mut employers = HashSet::new();
        let mut in_season = vec![0; self.hosts.len()];
        let mut in_window = std::collections::HashMap::new();
        for assignment in &self.fixed {
            let (Some(trainee), Some(host)) = (self.trainees.get(assignment.trainee), self.hosts.get(assignment.host))
            else {
                return Err(InstanceError::FixedUnknown);
            };
            let window = assignment.window;
            if window >= self.windows {
                return Err(InstanceError::FixedUnknown);
            }
            if !fixed.insert(assignment.trainee) {
                return Err(InstanceError::FixedTwice(trainee.id.clone()));
            }
            in_season[assignment.host] += 1;
            let here: &mut u32 = in_window.entry((assignment.host, window)).or_default();
            *here += 1;
            let over = |window, capacity| InstanceError::FixedOverCapacity { host: host.id.clone(), window, capacity };
            if in_season[assignment.host] > host.capacity {
                return Err(over(None, host.capacity));
            }
            if *here > host.weekly_capacity {
                return Err(over(Some(window), host.weekly_capacity));
            }
            let employer = self.kept_apart(assignment.trainee);
            if employer != 0 && !employers.insert((assignment.host, window, employer)) {
                return Err(InstanceError::FixedSameEmployer { host: host.id.clone(), window });
            }
        }
        Ok(())
    }
}

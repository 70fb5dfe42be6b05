//! The model: trainees, hosts, windows, and the rules a placement keeps.

use std::collections::HashSet;

/// Degrees × 10⁶.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    pub lat_e6: i32,
    pub lon_e6: i32,
}

#[derive(Debug, Clone)]
pub struct Trainee {
    pub id: String,
    /// JIS prefecture code.
    pub prefecture: u8,
    /// Home; a trainee without one cannot be placed and is reported.
    pub home: Option<Point>,
    /// Travel limit in metres.
    pub limit_m: u32,
    /// Corporation the trainee works for; 0 none.
    pub employer: u64,
    /// Bit w set: available in weekly window w.
    pub windows: u64,
    /// Host ids in order of preference.
    pub preferences: Vec<String>,
}

#[derive(Debug, Clone)]
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
}

/// One trainee at one host in one window, as indices into the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Assignment {
    pub trainee: usize,
    pub host: usize,
    pub window: u32,
}

#[derive(Debug, Clone, Default)]
pub struct Instance {
    /// Number of weekly windows, at most 64.
    pub windows: u32,
    /// May a trainee go to another prefecture?
    pub cross_prefecture: bool,
    pub trainees: Vec<Trainee>,
    pub hosts: Vec<Host>,
    /// Pairs (trainee, host) ruled out by hand.
    pub excluded: HashSet<(usize, usize)>,
    /// Placements fixed by hand: they keep their place, whatever the distance.
    pub fixed: Vec<Assignment>,
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
    #[error("the fixed placements at {host} exceed its {capacity} places{}", window.map(|w| format!(" of window {w}")).unwrap_or_default())]
    FixedOverCapacity { host: String, window: Option<u32>, capacity: u32 },
    #[error("two trainees of one employer are fixed at {host} in window {window}")]
    FixedSameEmployer { host: String, window: u32 },
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
        self.check_fixed()
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
            if trainee.employer != 0 && !employers.insert((assignment.host, window, trainee.employer)) {
                return Err(InstanceError::FixedSameEmployer { host: host.id.clone(), window });
            }
        }
        Ok(())
    }
}

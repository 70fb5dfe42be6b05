//! Why a trainee is not placed.

use crate::candidates::Hosts;
use crate::instance::Instance;

/// The true reason, the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Unplaced {
    /// No way is known: neither coordinates nor travel minutes.
    NoCoordinates,
    /// The trainee is available in no window.
    NoWindow,
    /// No office lies within the travel limit.
    NoOfficeWithinLimit,
    /// All offices within the limit are of another prefecture, the own employer's, or ruled out.
    NonePermitted { within_limit: usize },
    /// Every permitted office is closed in the windows the trainee is available in.
    NoCommonWindow { permitted: usize },
    /// Every permitted office is full in the trainee's windows, and nobody there can move at less than one place lost.
    AllFull { permitted: usize },
    /// A permitted office has a place left: the next round will look. Said of a season that has changed since it was solved.
    NotPlacedYet,
}

/// Explains one unplaced trainee.
pub fn unplaced(instance: &Instance, hosts: &Hosts<'_>, trainee: usize) -> Unplaced {
    let t = &instance.trainees[trainee];
    if !instance.has_ways(trainee) {
        return Unplaced::NoCoordinates;
    }
    if t.windows & instance.season() == 0 {
        return Unplaced::NoWindow;
    }
    let within = hosts.reachable(trainee);
    if within.is_empty() {
        return Unplaced::NoOfficeWithinLimit;
    }
    let permitted: Vec<usize> =
        within.iter().map(|(_, host)| *host).filter(|host| hosts.permitted(trainee, *host)).collect();
    if permitted.is_empty() {
        Unplaced::NonePermitted { within_limit: within.len() }
    } else if permitted.iter().all(|host| instance.open(trainee, *host) == 0) {
        Unplaced::NoCommonWindow { permitted: permitted.len() }
    } else {
        Unplaced::AllFull { permitted: permitted.len() }
    }
}

/// The same of a season that may have changed since it was solved: `taken` places an office, by index.
pub fn unplaced_now(instance: &Instance, hosts: &Hosts<'_>, trainee: usize, taken: impl Fn(usize) -> u32) -> Unplaced {
    let why = unplaced(instance, hosts, trainee);
    let left = |host: usize| taken(host) < instance.hosts[host].capacity && instance.open(trainee, host) != 0;
    let free = |(_, host): (i64, usize)| hosts.permitted(trainee, host) && left(host);
    match why {
        Unplaced::AllFull { .. } if hosts.reachable(trainee).into_iter().any(free) => Unplaced::NotPlacedYet,
        why => why,
    }
}

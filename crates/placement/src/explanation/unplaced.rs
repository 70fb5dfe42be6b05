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
    /// Every permitted office is full in the trainee's windows, and nobody there can move at less than one place lost.
    AllFull { permitted: usize },
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
    match within.iter().filter(|(_, host)| hosts.permitted(trainee, *host)).count() {
        0 => Unplaced::NonePermitted { within_limit: within.len() },
        permitted => Unplaced::AllFull { permitted },
    }
}

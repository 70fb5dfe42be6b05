//! The exact optimum by successive shortest augmenting paths with prices.
//!
//! The capacities nest (employer in window ⊂ window ⊂ host), so this is a minimum-cost flow on the network
//! trainee → leaf (host, window, employer) → window (host, window) → host → sink. Being unplaced is one more way to go, dearer
//! than any change elsewhere could save. Trainees enter one after another; each search is Dijkstra's over reduced costs and
//! lists a trainee's hosts only as far as the search could need them. Prices are kept on full nodes alone and are, at the end,
//! the certificate that [`crate::verification::verify`] checks.

use crate::candidates::Hosts;
use crate::instance::{Assignment, Instance, InstanceError};
use crate::search::Search;
use std::collections::{HashMap, HashSet};

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

//! What a solution is: who is placed where, and the prices that prove it.

use crate::instance::Assignment;
use std::collections::HashMap;

/// The cost of leaving a trainee unplaced: more than any chain of moves could save.
pub const UNPLACED: i64 = 1 << 50;

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

/// Told how many trainees have entered; answers whether to go on.
pub type Progress<'a> = &'a (dyn Fn(usize) -> bool + Sync);

/// Trainees and hosts that have nothing to do with any others, by index.
pub(crate) struct Part {
    pub(crate) trainees: Vec<u32>,
    pub(crate) hosts: Vec<u32>,
}

pub(crate) fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

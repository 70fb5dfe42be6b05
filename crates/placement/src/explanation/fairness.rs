//! How far people travel, and the placement whose worst distance is shortest.

use crate::instance::{Instance, InstanceError};
use crate::outcome::Placement;
use crate::solver::place;
use serde::Serialize;

/// How far the placed trainees travel as the crow flies, in kilometres.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Distances {
    pub mean: f64,
    pub median: f64,
    /// Nine of ten travel no farther.
    pub ninetieth: f64,
    pub worst: f64,
    /// Trainees by distance: (up to so many kilometres, how many); each class of 5 km that is not beyond the worst.
    pub classes: Vec<(u32, usize)>,
}

const CLASS_KM: f64 = 5.0;

/// The distribution of distances; zero where nobody is placed.
pub fn distances(mut kilometres: Vec<f64>) -> Distances {
    kilometres.sort_by(f64::total_cmp);
    let Some(worst) = kilometres.last().copied() else { return Distances::default() };
    let at =
        |share: f64| kilometres[((kilometres.len() as f64 * share).ceil() as usize).clamp(1, kilometres.len()) - 1];
    let count = (worst / CLASS_KM).ceil().max(1.0) as usize;
    let mut classes: Vec<(u32, usize)> = (1..=count).map(|class| (class as u32 * CLASS_KM as u32, 0)).collect();
    for km in &kilometres {
        classes[((km / CLASS_KM).ceil().max(1.0) as usize).min(count) - 1].1 += 1;
    }
    Distances {
        mean: kilometres.iter().sum::<f64>() / kilometres.len() as f64,
        median: at(0.5),
        ninetieth: at(0.9),
        worst,
        classes,
    }
}

/// A placement whose worst distance is as short as it can be without placing fewer, and among those the cheapest.
#[derive(Debug, Clone)]
pub struct WorstFirst {
    /// The limit everybody is held to, in metres: what the proof is about.
    pub limit_m: u32,
    pub placement: Placement,
}

/// The same instance with everybody held to a limit.
pub fn limited(instance: &Instance, limit_m: u32) -> Instance {
    let mut limited = instance.clone();
    for trainee in &mut limited.trainees {
        trainee.limit_m = trainee.limit_m.min(limit_m);
    }
    limited
}

/// Halves the range of limits until no metre can be taken off. Placements fixed by hand and pairs with travel minutes are not
/// held to it.
pub fn worst_distance_first(instance: &Instance) -> Result<WorstFirst, InstanceError> {
    let all = place(instance)?;
    let farthest = instance.trainees.iter().map(|trainee| trainee.limit_m).max().unwrap_or(0);
    let placed_km = all.assigned.iter().flatten().filter_map(|at| instance.kilometres(at.trainee, at.host));
    let mut enough = (placed_km.fold(0.0, f64::max) * 1000.0).ceil().min(f64::from(farthest)) as u32;
    let mut best = all.clone();
    let mut too_short = None;
    loop {
        let below = too_short.map_or(0, |limit: u32| limit + 1);
        if below >= enough {
            break;
        }
        let middle = below + (enough - below) / 2;
        let placement = place(&limited(instance, middle))?;
        if placement.placed == all.placed {
            (enough, best) = (middle, placement);
        } else {
            too_short = Some(middle);
        }
    }
    Ok(WorstFirst { limit_m: enough, placement: best })
}

//! Placing a cohort's trainees at host offices: the season as an instance, rounds, decisions by hand, explanations.

pub mod by_hand;
pub mod explanation;
pub mod policy;
pub mod round;
mod season;

pub use round::{RoundResult, UnplacedTrainee};

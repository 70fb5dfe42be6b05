//! Why a placement is as it is, and what would change it: every figure is computed from the optimum, none is guessed.

mod bottleneck;
mod fairness;
mod one_more_place;
mod remedy;
mod standing;
mod unplaced;

pub use bottleneck::Bottleneck;
pub use fairness::{Distances, WorstFirst, distances, limited, worst_distance_first};
pub use one_more_place::OneMorePlace;
pub use remedy::Remedy;
pub use standing::{Move, Standing, Wish};
pub use unplaced::{Unplaced, unplaced, unplaced_now};

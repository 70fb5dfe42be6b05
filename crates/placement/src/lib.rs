//! Placement of trainees at host offices: as many as possible, and among those the least total cost, exactly.
//!
//! Pure: an [`Instance`] goes in, a [`Placement`] with its prices comes out. The same instance gives the same placement
//! on any machine. The model is the one of `docs/placement.md`; costs are integers.

mod backward;
pub mod candidates;
pub mod cost;
pub mod distance;
pub mod explanation;
pub mod files;
mod halves;
pub mod instance;
pub mod outcome;
pub mod point;
pub mod policy;
pub mod resolve;
mod search;
pub mod solver;
mod state;
pub mod verification;

pub use instance::{Assignment, Host, Instance, InstanceError, Stay, Trainee};
pub use outcome::Placement;
pub use point::Point;
pub use policy::Policy;
pub use resolve::resolve;
pub use solver::place;

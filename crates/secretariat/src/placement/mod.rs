//! Placing a cohort's trainees at host offices: the season as an instance, rounds, decisions by hand, explanations.

pub mod answers;
pub mod by_hand;
pub mod explanation;
pub mod gazetteer;
pub mod now;
pub mod outline;
pub mod policy;
pub mod refusal;
pub mod request;
pub mod round;
mod season;
pub mod travel_minutes;

pub use records::placement::location::Outline;
pub use records::placement::request::RequestPeriod;
pub use records::placement::round::{PlaceInRound, PlacementPolicy, PlacementRound, RoundNote};
pub use records::placement::{ExcludedOffice, Placement};

pub use by_hand::Ended;
pub use now::PlacementNow;
pub use round::{PendingMove, RoundResult, UnplacedTrainee};

use crate::Result;
use records::Work;

/// A cohort's season with everybody who was notified staying.
pub(crate) async fn season_of(work: &mut Work, cohort: i64) -> Result<season::Season> {
    let cohort = work.cohort(cohort).await?;
    season::season(work, &cohort, season::Notified::Stay).await
}

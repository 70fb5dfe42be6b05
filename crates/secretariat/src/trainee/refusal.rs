//! What is refused about one trainee.

use crate::trainee::entrance::EntranceReason;

/// What is refused about one trainee.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraineeRefusal {
    #[error("{role} may not waive {requirement}")]
    MayNotWaive { role: &'static str, requirement: String },
    #[error("nothing is on record of {on}")]
    NotKnownThen { on: chrono::NaiveDate },
    /// What the course asks is not met; a reason lets the person in all the same.
    #[error("the entrance rules are not met: {}", .0.iter().map(|reason| reason.entrance.source.as_str()).collect::<Vec<_>>().join(", "))]
    NotEligible(Vec<EntranceReason>),
    #[error("the trainee does not take part at present")]
    TakesNoPart,
}

//! What is refused about one trainee.

/// What is refused about one trainee.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraineeRefusal {
    #[error("{role} may not waive {requirement}")]
    MayNotWaive { role: &'static str, requirement: String },
    #[error("nothing is on record of {on}")]
    NotKnownThen { on: chrono::NaiveDate },
    #[error("the trainee does not take part at present")]
    TakesNoPart,
}

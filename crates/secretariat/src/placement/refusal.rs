//! What a place in an office is refused for.

/// What a place in an office is refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlacementRefusal {
    #[error("the placement cannot be made: {0}")]
    Instance(#[from] ::placement::InstanceError),
    #[error("the routing server did not answer as OSRM's table service does: {0}")]
    RoutingServer(String),
    #[error("the policy cannot stand: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Policy(Vec<::placement::policy::PolicyError>),
    #[error("{name} cannot be placed as this round says any more; make a new round")]
    RoundOutdated { name: String },
    /// Of a change of many: each name and why.
    #[error("{}", .0.iter().map(|(name, why)| format!("{name}: {why}")).collect::<Vec<_>>().join("; "))]
    Several(Vec<(String, crate::Refusal)>),
    #[error("the office has no place left in this window")]
    OfficeFull,
    #[error("the secretariat is arranging a place for the trainee")]
    BeingPlaced,
    #[error("the office takes no trainees of this cohort")]
    OfficeTakesNobody,
    #[error("trainees may not ask offices themselves at present")]
    RequestsClosed,
    #[error("the trainee is placed at {office} already, or has asked there")]
    PlacedAlready { office: String },
    #[error("the placement's rules do not send this trainee to this office in this week")]
    OfficeNotOpenToTrainee,
}

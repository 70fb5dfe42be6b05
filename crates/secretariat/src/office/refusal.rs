//! What a host office and those who guide there are refused for.

/// What a host office and those who guide there are refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeRefusal {
    #[error("an application of this office is being looked at")]
    ApplicationOnItsWay,
    #[error("no supervisor guides the trainee yet")]
    SupervisorUnnamed,
    #[error("where the supervisor is reached is known already")]
    AddressKnown,
    #[error("the office said so on {0} already, which is later")]
    ConfirmedLater(chrono::NaiveDate),
    #[error("the prefecture decides what the office is registered for")]
    PrefectureDecides,
    #[error("{0} is named already, with another qualification")]
    SupervisorKnown(String),
}

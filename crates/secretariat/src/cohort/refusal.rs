//! What a cohort, its sessions and its attendance are refused for.

/// What a cohort, its sessions and its attendance are refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CohortRefusal {
    #[error("{name}: left at {left}, before arriving at {arrived}")]
    LeftBeforeArrived { enrolment: i64, name: String, arrived: chrono::NaiveTime, left: chrono::NaiveTime },
    #[error("there is no week {week}; the practicum has {of}")]
    WeekOutside { week: i64, of: i64 },
    #[error("{name} is marked absent, with times")]
    AbsentWithTimes { enrolment: i64, name: String },
    #[error("the session ends at {until}, and starts at {from}")]
    SessionEndsBeforeStart { from: chrono::NaiveTime, until: chrono::NaiveTime },
    /// By the subject's place from 0.
    #[error("the subjects of the session: {0:?}")]
    Shares(Vec<(usize, crate::cohort::session::ShareFault)>),
    #[error("{0} is set already at that time and place")]
    SessionTwice(String),
    #[error("the session is for everybody, or was held")]
    NoMakeUp,
    #[error("nobody of the list was there while the session was held")]
    OtherMeeting,
    #[error("{0} has no sessions that could be copied")]
    NothingToCopy(String),
    #[error("{until} lies before {from}")]
    EndsBeforeStart { from: chrono::NaiveDate, until: chrono::NaiveDate },
    #[error("the practicum begins on {on}, outside the course of {from} to {until}")]
    PracticumOutsideCourse { on: chrono::NaiveDate, from: chrono::NaiveDate, until: chrono::NaiveDate },
    #[error("there is a cohort {0} already")]
    CohortNameTaken(String),
    #[error("{count} certificates of the cohort stand; revoke them first")]
    CohortCertified { count: usize },
    #[error("the cohort was cancelled")]
    CohortCancelled,
    #[error("these sessions would lie outside the course: {}", .titles.join(", "))]
    SessionsOutside { titles: Vec<String> },
    #[error("{count} places in offices are arranged for the former weeks")]
    PlacementsOutside { count: usize },
    #[error("{on} is outside the course of {from} to {until}")]
    OutsideCourse { on: chrono::NaiveDate, from: chrono::NaiveDate, until: chrono::NaiveDate },
    #[error("the subjects take {taught} minutes, the session lasts {lasts}")]
    MinutesOverSession { taught: i64, lasts: i64 },
    #[error("the session was cancelled")]
    SessionCancelled,
    #[error("attendance of {count} trainees is recorded")]
    SessionRecorded { count: usize },
    #[error("nothing was missed in the session")]
    NothingMissed,
    #[error("the group still has trainees")]
    GroupNotEmpty,
}

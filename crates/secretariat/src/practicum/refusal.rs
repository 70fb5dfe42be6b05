//! What the practicum record refuses.

/// What the practicum record refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PracticumRefusal {
    #[error("{0}")]
    Rubric(#[from] training::practicum::evaluation::RubricFault),
    #[error("every criterion needs a level")]
    EvaluationIncomplete,
    #[error("a case is named by at most three letters and digits, never by a name")]
    PseudonymNeeded,
    #[error("there is a case {0} already")]
    PseudonymTaken(String),
    #[error("{field} looks as if it said who somebody is: {}", pieces.join(", "))]
    NamesSomebody { field: &'static str, pieces: Vec<String> },
    #[error("the consent is dated {consent:?}, after the experience of {experience}")]
    ConsentMissing { consent: Option<chrono::NaiveDate>, experience: chrono::NaiveDate },
    #[error("the texts of {cohorts:?} would be shredded")]
    ShreddingUnconfirmed { cohorts: Vec<String> },
    #[error("the case has consents or entries of the practicum: its client was not made up")]
    CaseInUse,
    #[error("an experience of the case was approved: the secretariat says who is not concerned after all")]
    ConcernedBound,
    #[error("for a client who was made up only plans are written")]
    InventedClient,
    #[error("the name signed with is not the trainee's")]
    SignedByAnother,
    #[error("the supervisor has to confirm that what looks like personal data is none")]
    PersonalDataUnconfirmed,
    #[error("the entry no longer stands: the consent of its case has changed since it was handed in")]
    NoLongerSound,
    #[error("the record is signed off; the secretariat can take the sign-off back")]
    RecordSignedOff,
    #[error("the supervisor has to confirm that nothing is added to the record any more")]
    SignOffUnconfirmed,
    #[error("{open} entries of the record are not approved yet")]
    RecordOpen { open: usize },
    #[error("the day cannot be offered: {0:?}")]
    Day(Vec<(training::practicum::day::DayField, training::practicum::day::DayFault)>),
    #[error("another day is offered or agreed on at this time: {from} to {until}")]
    DayTaken { from: chrono::NaiveTime, until: chrono::NaiveTime },
    #[error("the office has not accepted the trainee yet")]
    NotAccepted,
    #[error("the office had not accepted the trainee by then, and nobody has said why it is recorded all the same")]
    BeforeAcceptance,
    #[error("the client has no assessment yet")]
    NoAssessment,
    #[error("the plan cannot be read from these files: {0:?}")]
    Plan(training::practicum::plan::interchange::NotRead),
    #[error("no experience is recorded of the trainees {supervisor} has guided")]
    NothingRecorded { supervisor: String },
    #[error("the practicum is done when its record is signed off")]
    NotSignedOff,
    #[error("the texts were shredded at the end of their retention")]
    Shredded,
    #[error("{on} is outside the practicum of {from} to {until}")]
    OutsidePracticum { on: chrono::NaiveDate, from: chrono::NaiveDate, until: chrono::NaiveDate },
    #[error("{minutes} minutes on {on} are more than a day has")]
    DayTooFull { on: chrono::NaiveDate, minutes: u32 },
    #[error("the sign-off of {on} comes before the last day that was recorded, {last}")]
    SignOffTooEarly { on: chrono::NaiveDate, last: chrono::NaiveDate },
    #[error("of the practicum these are not met, and nobody has said why: {}", .open.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>().join(", "))]
    SignOffIncomplete { open: Vec<(String, String)> },
    #[error("{0}")]
    Attachment(training::practicum::attachment::AttachmentFault),
}

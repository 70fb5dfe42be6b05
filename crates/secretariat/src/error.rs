//! Two kinds of error: what the person at the screen can mend, and what the operator must see.

use documents::PdfError;
use documents::legal_text::LegalTextError;
use documents::table::TableError;

/// Something the person can mend; worded by the page in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Transition(#[from] training::trainee::enrolment::Refusal),
    #[error("an application of this office is being looked at")]
    ApplicationOnItsWay,
    #[error("{0}")]
    Rubric(#[from] training::practicum::evaluation::RubricFault),
    #[error("every criterion needs a level")]
    EvaluationIncomplete,
    #[error("the link was used already or has expired")]
    LinkUsedUp,
    #[error("the text mentions what such a notice does not know: {}", .0.join(", "))]
    UnknownVariables(Vec<String>),
    #[error("login name or password is wrong")]
    WrongPassword,
    #[error("too many failed sign-ins; try again in {seconds} seconds")]
    Throttled { seconds: i64 },
    #[error("the password needs at least {0} characters")]
    PasswordTooShort(usize),
    #[error("nobody closes their own account")]
    OwnAccount,
    #[error("the login name {0} is taken")]
    LoginTaken(String),
    #[error("{name}: left at {left}, before arriving at {arrived}")]
    LeftBeforeArrived { enrolment: i64, name: String, arrived: chrono::NaiveTime, left: chrono::NaiveTime },
    #[error("a case is named by at most three letters and digits, never by a name")]
    PseudonymNeeded,
    #[error("there is a case {0} already")]
    PseudonymTaken(String),
    #[error("{field} looks as if it said who somebody is: {}", pieces.join(", "))]
    NamesSomebody { field: &'static str, pieces: Vec<String> },
    #[error("no supervisor guides the trainee yet")]
    SupervisorUnnamed,
    #[error("the supervisor has an account already")]
    SupervisorHasAccount,
    #[error("{0}")]
    File(#[from] TableError),
    #[error("{0}")]
    LegalText(#[from] LegalTextError),
    #[error("the column {0} is missing in the heading row")]
    ColumnMissing(&'static str),
    #[error("the heading {heading} stands in columns {}; leave one", .columns.join(", "))]
    ColumnTwice { heading: String, columns: Vec<String> },
    #[error("several sheets have these columns: {}; leave one", .0.join(", "))]
    SheetsSeveral(Vec<String>),
    #[error("rows {0:?} are hidden in the file; show them or delete them")]
    RowsHidden(Vec<usize>),
    /// Letters and heading of columns nobody sees.
    #[error("columns {0:?} are hidden in the file")]
    ColumnsHidden(Vec<(String, String)>),
    /// Letters of filled columns beside a name.
    #[error("columns {0:?} have values and no heading")]
    HeadingEmpty(Vec<String>),
    #[error("row {row}, column {column}: {fault}")]
    Cell { row: usize, column: String, fault: CellFault },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Cells(Vec<BadCell>),
    #[error(
        "the clock says {now}, and the newest entry of the ledger is of {newest}: if the clock is right, say --clock-is-right"
    )]
    ClockUnlikely { newest: chrono::DateTime<chrono::Utc>, now: chrono::DateTime<chrono::Utc> },
    #[error("too many people are signing in at this moment; try again in a few seconds")]
    SigningInBusy,
    #[error("{field} holds a control character, which can be neither kept nor printed")]
    ControlCharacter { field: String },
    /// Nothing of the future is a fact.
    #[error("{field}: {on} has not come yet")]
    DateToCome { field: &'static str, on: chrono::NaiveDate },
    #[error("the edition {0} is not among the guidelines")]
    EditionUnknown(String),
    #[error("the supplement {0} is not among the guidelines")]
    SupplementUnknown(String),
    #[error("the supplement {supplement} does not supplement the edition {edition}")]
    SupplementOfAnotherEdition { supplement: String, edition: String },
    #[error("the supplements do not go together: {}", .0.join("; "))]
    SupplementsCollide(Vec<String>),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Guideline(Vec<training::guideline::Problem>),
    #[error("no clause number was found in the text: it has no line such as 別添１, 第1条, １ 目的 or （１）")]
    NoClauses,
    #[error("this step is closed until these are settled: {}", .open.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>().join(", "))]
    StepClosed { open: Vec<(String, String)> },
    #[error("{role} may not waive {requirement}")]
    MayNotWaive { role: &'static str, requirement: String },
    #[error("a reason is needed")]
    ReasonMissing,
    #[error("{0} must be filled in")]
    FieldMissing(&'static str),
    #[error("{field}: {value} is not valid")]
    FieldInvalid { field: &'static str, value: String },
    #[error("the consent is dated {consent:?}, after the experience of {experience}")]
    ConsentMissing { consent: Option<chrono::NaiveDate>, experience: chrono::NaiveDate },
    #[error("the texts of {cohorts:?} would be shredded")]
    ShreddingUnconfirmed { cohorts: Vec<String> },
    #[error("where the supervisor is reached is known already")]
    AddressKnown,
    #[error("the case has consents or entries of the practicum: its client was not made up")]
    CaseInUse,
    #[error("{0} is named already, with another qualification")]
    SupervisorKnown(String),
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
    #[error("there is no week {week}; the practicum has {of}")]
    WeekOutside { week: i64, of: i64 },
    #[error("nothing is on record of {on}")]
    NotKnownThen { on: chrono::NaiveDate },
    #[error("{name} is marked absent, with times")]
    AbsentWithTimes { enrolment: i64, name: String },
    #[error("the session ends at {until}, and starts at {from}")]
    SessionEndsBeforeStart { from: chrono::NaiveTime, until: chrono::NaiveTime },
    /// By the subject's place from 0.
    #[error("the subjects of the session: {0:?}")]
    Shares(Vec<(usize, crate::cohort::session::ShareFault)>),
    #[error("{0} is set already at that time and place")]
    SessionTwice(String),
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
    #[error("the certificate has been revoked")]
    Revoked,
    #[error("a certificate stands for this enrolment; revoke it first")]
    CertificateStands,
    #[error("the certificate {number} of {name} rests on it; revoke the certificate first")]
    CertificateCovers { name: String, number: String },
    #[error("the edition {edition} does not govern a course of these days; {governing} governs from {from}")]
    EditionNotGoverning { edition: String, governing: String, from: chrono::NaiveDate },
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
    #[error("the group still has trainees")]
    GroupNotEmpty,
    #[error("there is already such a record")]
    AlreadyThere,
    #[error("the placement cannot be made: {0}")]
    Placement(#[from] placement::InstanceError),
    #[error("the routing server did not answer as OSRM's table service does: {0}")]
    RoutingServer(String),
    #[error("the policy cannot stand: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Policy(Vec<placement::policy::PolicyError>),
    #[error("the trainee does not take part at present")]
    TakesNoPart,
    #[error("{name} cannot be placed as this round says any more; make a new round")]
    RoundOutdated { name: String },
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
    #[error("{0}")]
    Template(#[from] PdfError),
    #[error("{0}")]
    Pattern(#[from] training::completion::certificate::PatternError),
}

/// A cell of a file that cannot be taken: the file's 1-based row and the column's heading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row}, column {column}: {fault}")]
pub struct BadCell {
    pub row: usize,
    pub column: String,
    pub fault: CellFault,
}

/// What is wrong with a cell of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    #[error("{0:?} is not in this cohort")]
    UnknownTrainee(String),
    #[error("{0:?} is no office")]
    UnknownOffice(String),
    #[error("{value:?} stands in row {row} already")]
    Twice { value: String, row: usize },
    #[error("the list names {listed}, and the number is that of {known}")]
    NamesAnother { listed: String, known: String },
    #[error("this pair stands twice")]
    PairTwice,
    #[error("{0:?} is too long")]
    TooLong(String),
    #[error("{0:?} is no time; write 09:00")]
    NoTime(String),
    #[error("{value:?} is not between {from} and {until}")]
    NotBetween { value: String, from: i64, until: i64 },
    #[error("the cell shows {0}, an error of its formula")]
    SpreadsheetError(String),
    #[error("{0:?} is what a spreadsheet left of a code: it was saved as a number; take the file as it was downloaded")]
    CodeDamaged(String),
    #[error("the cell is empty")]
    Empty,
    #[error("{0:?} stands right of the last heading; put a value that has a comma in quotation marks")]
    BeyondHeadings(String),
    #[error("{value:?} is of another day than {day}")]
    OtherDay { value: String, day: chrono::NaiveDate },
    #[error("the row has {columns} of {of} columns; the file may be cut off")]
    CutOff { columns: usize, of: usize },
    /// Worded where the reader's language is known.
    #[error("{0}")]
    Worded(String),
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("{0}")]
    Records(#[from] records::Error),
    #[error("{0}")]
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Was somebody else faster?
    pub fn is_overtaken(&self) -> bool {
        matches!(self, Error::Records(records::Error::LostUpdate))
    }
}

impl From<training::trainee::enrolment::Refusal> for Error {
    fn from(refusal: training::trainee::enrolment::Refusal) -> Error {
        Error::Refused(Refusal::Transition(refusal))
    }
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Error {
        Error::Refused(Refusal::File(error))
    }
}

impl From<PdfError> for Error {
    fn from(error: PdfError) -> Error {
        Error::Refused(Refusal::Template(error))
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Error {
        Error::Internal(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Internal(error.to_string())
    }
}

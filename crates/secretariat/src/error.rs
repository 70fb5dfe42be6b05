//! Two kinds of error: what the person at the screen can mend, and what the operator must see.

use crate::account::refusal::AccountRefusal;
use crate::certificate::refusal::CertificateRefusal;
use crate::cohort::refusal::CohortRefusal;
use crate::guideline::refusal::GuidelineRefusal;
use crate::list_file::refusal::FileRefusal;
use crate::notice::refusal::NoticeRefusal;
use crate::office::refusal::OfficeRefusal;
use crate::placement::refusal::PlacementRefusal;
use crate::practicum::refusal::PracticumRefusal;
use crate::registry::refusal::RegistryRefusal;
use crate::trainee::refusal::TraineeRefusal;
use documents::PdfError;
use documents::legal_text::LegalTextError;
use documents::table::TableError;
use training::registry::door::Misfit;

/// Something the person can mend; worded by the page in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    #[error(transparent)]
    Certificate(#[from] CertificateRefusal),
    #[error(transparent)]
    Cohort(#[from] CohortRefusal),
    #[error(transparent)]
    File(#[from] FileRefusal),
    #[error(transparent)]
    Guideline(#[from] GuidelineRefusal),
    #[error(transparent)]
    Notice(#[from] NoticeRefusal),
    #[error(transparent)]
    Office(#[from] OfficeRefusal),
    #[error(transparent)]
    Placement(#[from] PlacementRefusal),
    #[error(transparent)]
    Practicum(#[from] PracticumRefusal),
    #[error(transparent)]
    Registry(#[from] RegistryRefusal),
    #[error(transparent)]
    Trainee(#[from] TraineeRefusal),
    #[error("{0}")]
    Transition(#[from] training::trainee::enrolment::Refusal),
    #[error(
        "the clock says {now}, and the newest entry of the ledger is of {newest}: if the clock is right, say --clock-is-right"
    )]
    ClockUnlikely { newest: chrono::DateTime<chrono::Utc>, now: chrono::DateTime<chrono::Utc> },
    #[error("the data of {count} people or notices would be erased")]
    ErasureUnconfirmed { class: training::erasure::DataClass, count: i64 },
    #[error("{field} holds a control character, which can be neither kept nor printed")]
    ControlCharacter { field: String },
    /// Nothing of the future is a fact.
    #[error("{field}: {on} has not come yet")]
    DateToCome { field: &'static str, on: chrono::NaiveDate },
    #[error("this step is closed until these are settled: {}", .open.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>().join(", "))]
    StepClosed { open: Vec<(String, String)> },
    #[error("a reason is needed")]
    ReasonMissing,
    #[error("{0} must be filled in")]
    FieldMissing(&'static str),
    #[error("{field}: {value} is not valid")]
    FieldInvalid { field: &'static str, value: String },
    #[error("there is already such a record")]
    AlreadyThere,
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
    #[error("{0:?} is no subject of this edition")]
    UnknownSubject(String),
    #[error("{0:?} names nobody")]
    NoName(String),
    #[error("the list names {listed}, and the number is that of {known}")]
    OfficeNamed { listed: String, known: String },
    #[error("{names} people, and {values} values beside them")]
    NotOneEach { names: usize, values: usize },
    #[error("{0:?} says neither passed nor failed")]
    NoResult(String),
    #[error("{0:?} is neither yes nor no")]
    NeitherYesNorNo(String),
    #[error("it ends at {until} and begins at {from}")]
    TimesBackwards { from: chrono::NaiveTime, until: chrono::NaiveTime },
    #[error("{value:?}: {day} is another weekday")]
    OtherWeekday { value: String, day: chrono::NaiveDate },
    #[error("{0:?} is no date and time")]
    NoMoment(String),
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
    #[error("{0:?} is no date; write 2027-04-01 or 令和9年4月1日")]
    NoDate(String),
    #[error("{0} has not come yet")]
    ToCome(chrono::NaiveDate),
    #[error("{on} is before {earlier}")]
    Before { on: chrono::NaiveDate, earlier: chrono::NaiveDate },
    /// It does not fit what is on record of the person.
    #[error("{0}")]
    Misfit(Box<Misfit>),
    #[error("the list names {listed}; the registration number is that of {known}")]
    NumberOfAnother { listed: String, known: String },
    #[error("{0:?} is no registration number of eight digits; a leading zero may be gone")]
    NoRegistrationNumber(String),
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

macro_rules! refused_by_area {
    ($($refusal:ty),+) => {
        $(impl From<$refusal> for Error {
            fn from(refusal: $refusal) -> Error {
                Error::Refused(refusal.into())
            }
        })+
    };
}

refused_by_area!(
    AccountRefusal,
    CertificateRefusal,
    CohortRefusal,
    FileRefusal,
    GuidelineRefusal,
    NoticeRefusal,
    OfficeRefusal,
    PlacementRefusal,
    PracticumRefusal,
    RegistryRefusal,
    TraineeRefusal
);

impl From<TableError> for Refusal {
    fn from(error: TableError) -> Refusal {
        Refusal::File(error.into())
    }
}

impl From<LegalTextError> for Refusal {
    fn from(error: LegalTextError) -> Refusal {
        Refusal::Guideline(error.into())
    }
}

impl From<training::trainee::enrolment::Refusal> for Error {
    fn from(refusal: training::trainee::enrolment::Refusal) -> Error {
        Error::Refused(Refusal::Transition(refusal))
    }
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Error {
        Error::Refused(Refusal::File(FileRefusal::Table(error)))
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

//! The statutory training of care managers as pure functions of facts.
//!
//! Nothing here reads a file, a clock or a random source: dates and identifiers are passed in, decisions come out as
//! values that carry the clause of the guideline they rest on. Wording belongs to the pages and documents.

pub mod cohort;
pub mod completion;
pub mod course;
pub mod erasure;
pub mod guideline;
pub mod holiday;
pub mod notice;
pub mod practicum;
pub mod registry;
pub mod role;
pub mod time_of_day;
pub mod trainee;
pub mod transition;
pub mod wareki;

pub use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// An identifier in a file or the database that names nothing known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a known {1}")]
pub struct UnknownId(pub String, pub &'static str);

macro_rules! read_back_by_id {
    ($($type:ty),*) => {
        $(impl TryFrom<String> for $type {
            type Error = UnknownId;

            fn try_from(id: String) -> Result<Self, UnknownId> {
                Self::from_id(&id).ok_or(UnknownId(id, stringify!($type)))
            }
        })*
    };
}
read_back_by_id!(
    role::Role,
    trainee::enrolment::EnrolmentState,
    notice::NoticeKind,
    notice::NoticeState,
    practicum::agreement::AgreementKind,
    practicum::day::DayContent,
    practicum::day::DayState,
    practicum::entry::EntryKind,
    practicum::entry::EntryState,
    practicum::placement::PlacementState,
    practicum::registration::RegistrationState,
    practicum::record::ConsentSubject,
    practicum::record::OfficeContent,
    practicum::record::Way,
    cohort::attendance::Healing,
    completion::facts::MilestoneKind
);

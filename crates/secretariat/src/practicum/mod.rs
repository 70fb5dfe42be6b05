//! The practicum: cases, days, the record, plans, evaluation, and how long texts are kept.

pub mod agreement;
pub mod attachment;
pub mod case;
pub mod day;
pub(crate) mod door;
pub mod evaluation;
pub mod facts;
pub mod overview;
pub mod plan;
pub mod record;
pub mod refusal;
pub mod retention;
pub mod supervision;

pub use records::practicum::agreement::{AgreementText, Signature};
pub use records::practicum::attachment::Attachment;
pub use records::practicum::case::{Consent, NewCase, PracticumCase};
pub use records::practicum::comment::Comment;
pub use records::practicum::day::PracticumDay;
pub use records::practicum::evaluation::RubricText;
pub use records::practicum::record::{Draft, Entry, RecordTotals, Revision};
pub use records::practicum::retention::RetentionSetting;
pub use records::practicum::supervision::{Supervision, SupervisionCertificate};
pub use records::practicum::{ExperienceRow, FactKind, HandedIn, HealedRow, OfficeTimeRow};

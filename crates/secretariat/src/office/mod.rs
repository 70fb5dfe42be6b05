//! Host offices: reading the open data, registration, and who deals with whose trainees.

pub mod guide;
pub mod import;
pub mod list;
pub mod places;
pub mod refusal;
pub mod registration;

pub use records::office::contact::{OfficeContact, SupervisorContact};
pub use records::office::registration::{Application, Registration, RegistrationChange, RegistrationSetting};
pub use records::office::{HostOffice, OfficeFilter, OfficeOffer, OfficeSite, Supervisor};

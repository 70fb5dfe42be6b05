//! The registry of care managers: what follows from dated facts about a person's registration, card and trainings.
//!
//! Nothing here is stored: [`standing::Standing`] is computed from the facts for any day, as known at any day, so that no job has to run
//! at midnight and a correction is seen at once. Dates printed on a card are facts and win; what the rules give stands beside them.
//!
//! Articles are of the Care Insurance Act (法) and its Enforcement Regulation (規則), as of February 2026.

pub mod chief;
pub mod door;
pub mod expiry;
pub mod fact;
pub mod number;
pub mod policy;
pub mod prefecture;
pub mod registration;
pub mod route;
pub mod standing;

pub use fact::{CardCause, DatedFact, Fact, Filing, Ground, Training};
pub use number::RegistrationNumber;
pub use policy::{ChiefAnchor, Policy, SpecialistOneExemption};
pub use standing::Standing;

/// An article, as it is cited on pages and papers: 「法69条の7第3項」.
pub type Article = &'static str;

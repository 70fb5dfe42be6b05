//! The practicum (見学実習): host offices, cases, stages, consent, and the states of a placement.

pub mod agreement;
pub mod attachment;
pub mod day;
pub mod entry;
pub mod evaluation;
pub mod personal_data;
pub mod placement;
pub mod plan;
pub mod record;
pub mod registration;
pub mod retention;

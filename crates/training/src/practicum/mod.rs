//! The practicum (見学実習): host offices, cases, stages, consent, and the states of a placement.

pub mod placement;
pub mod record;

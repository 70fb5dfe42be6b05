//! The practicum: cases, days, the record, plans, evaluation, and how long texts are kept.

pub mod attachment;
pub mod case;
pub mod day;
pub(crate) mod door;
pub mod evaluation;
pub mod facts;
pub mod overview;
pub mod plan;
pub mod record;
pub mod retention;
pub mod supervision;

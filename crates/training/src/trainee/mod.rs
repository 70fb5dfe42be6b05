//! Trainees: people, and the states of their enrolment.

pub mod enrolment;
pub mod person;

//! Trainees: the person, the enrolment in a cohort, and the facts a judgement is made from.

pub mod enrolment;
pub mod facts;
pub mod person;

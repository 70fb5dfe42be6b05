//! Trainees: what they are judged by.

pub mod bulk;
pub mod entrance;
pub mod facts;
pub mod judgement;
pub mod person;
pub mod refusal;

pub use records::trainee::enrolment::Enrolment;
pub use records::trainee::person::Person;

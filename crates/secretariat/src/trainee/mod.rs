//! Trainees: what they are judged by.

pub mod facts;
pub mod judgement;

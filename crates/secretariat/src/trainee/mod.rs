//! Trainees: what they are judged by.

pub mod judgement;

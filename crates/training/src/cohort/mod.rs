//! A cohort: its classes and exercise groups.

pub mod attendance;
pub mod exercise_group;
pub mod online;
pub mod timetable;

//! The curriculum of an edition: its subjects and their hours.

use super::confidence::Confidence;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Lecture,
    LectureAndExercise,
    Practicum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    First,
    Between,
    Second,
}

/// One subject (科目).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Two digits, the order of teaching.
    pub code: String,
    pub name: String,
    pub form: Form,
    pub half: Half,
    /// Hours required; 0 where the edition gives none (the practicum).
    pub hours: u32,
    /// Ids of the edition's purposes it serves.
    #[serde(default)]
    pub purposes: Vec<String>,
    /// Ids of the edition's stages of the care-management process it teaches.
    #[serde(default)]
    pub stages: Vec<String>,
    /// Where its hours were read, if elsewhere than the rest.
    #[serde(default)]
    pub source: Option<String>,
    /// How sure its hours are; none: as the curriculum's head says.
    #[serde(default)]
    pub confidence: Option<Confidence>,
}

/// The subjects of a course with a mark whether their hours were confirmed in a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curriculum {
    pub confirmed: bool,
    pub source: String,
    pub total_hours: u32,
    #[serde(rename = "subject")]
    pub subjects: Vec<Subject>,
}

impl Curriculum {
    pub fn subject(&self, code: &str) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.code == code)
    }
}

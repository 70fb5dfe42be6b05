//! What is recorded of a practicum, as far as the judgement needs it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A stage of the care-management process (別添1 3(1), 4(1)イ ¶2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Intake,
    Assessment,
    Plan,
    ConferencePreparation,
    Conference,
    ServiceArrangement,
    Monitoring,
    BenefitManagement,
}

impl Stage {
    pub const ALL: [Stage; 8] = [
        Stage::Intake,
        Stage::Assessment,
        Stage::Plan,
        Stage::ConferencePreparation,
        Stage::Conference,
        Stage::ServiceArrangement,
        Stage::Monitoring,
        Stage::BenefitManagement,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Stage::Intake => "intake",
            Stage::Assessment => "assessment",
            Stage::Plan => "plan",
            Stage::ConferencePreparation => "conference_preparation",
            Stage::Conference => "conference",
            Stage::ServiceArrangement => "service_arrangement",
            Stage::Monitoring => "monitoring",
            Stage::BenefitManagement => "benefit_management",
        }
    }

    pub fn from_id(id: &str) -> Option<Stage> {
        Self::ALL.into_iter().find(|stage| stage.id() == id)
    }
}

/// The way a stage was experienced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Went along on a visit to the client's home.
    Accompanied,
    Observed,
    /// Sat in on a meeting.
    SatIn,
    Explained,
    Simulated,
}

impl Way {
    pub const ALL: [Way; 5] = [Way::Accompanied, Way::Observed, Way::SatIn, Way::Explained, Way::Simulated];

    pub fn id(self) -> &'static str {
        match self {
            Way::Accompanied => "accompanied",
            Way::Observed => "observed",
            Way::SatIn => "sat_in",
            Way::Explained => "explained",
            Way::Simulated => "simulated",
        }
    }

    pub fn from_id(id: &str) -> Option<Way> {
        Self::ALL.into_iter().find(|way| way.id() == id)
    }
}

/// A cooperating client's case, known by a pseudonym alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: i64,
    /// Day the client and the others concerned agreed; `None` while not obtained.
    pub consent_on: Option<NaiveDate>,
}

/// One experience of a stage on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experience {
    pub id: i64,
    pub case: i64,
    pub stage: Stage,
    pub way: Way,
    pub on: NaiveDate,
    pub minutes: u32,
}

/// No conference was held in the period: what the practicum supervisor explained instead (別添1 4(1)イ ¶2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceFallback {
    pub id: i64,
    pub reason: String,
    pub supervisor: String,
    pub on: NaiveDate,
    pub preparation_explained: bool,
    pub proceedings_explained: bool,
}

/// The placement a trainee has accepted or gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedAt {
    pub id: i64,
    /// 特定事業所加算.
    pub specified_office_addition: bool,
    pub chief_care_managers: u32,
    /// First day the practicum may take place.
    pub from: Option<NaiveDate>,
}

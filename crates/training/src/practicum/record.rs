//! What is recorded of a practicum, as far as the judgement needs it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// Who is asked for consent to a case being studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentSubject {
    Client,
    Family,
    /// Anybody else concerned, such as a neighbour who helps.
    Other,
}

impl ConsentSubject {
    pub const ALL: [ConsentSubject; 3] = [ConsentSubject::Client, ConsentSubject::Family, ConsentSubject::Other];

    pub fn id(self) -> &'static str {
        match self {
            ConsentSubject::Client => "client",
            ConsentSubject::Family => "family",
            ConsentSubject::Other => "other",
        }
    }

    pub fn from_id(id: &str) -> Option<ConsentSubject> {
        Self::ALL.into_iter().find(|subject| subject.id() == id)
    }
}

/// A cooperating client's case, known by a pseudonym alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: i64,
    /// Day by which whoever has no consent below had agreed, where all was recorded in one.
    pub consent_on: Option<NaiveDate>,
    /// The first day on which each agreed.
    #[serde(default)]
    pub consents: BTreeMap<ConsentSubject, NaiveDate>,
    /// Who is concerned besides the client.
    #[serde(default)]
    pub concerned: Vec<ConsentSubject>,
    /// What kind of case it is: ids of the provider's list (lives alone, dementia …).
    #[serde(default)]
    pub types: Vec<String>,
}

impl Case {
    /// A case of which nothing is known yet.
    pub fn new(id: i64) -> Case {
        Case { id, consent_on: None, consents: BTreeMap::new(), concerned: Vec::new(), types: Vec::new() }
    }

    /// Whose consent is asked for: the client's, that of those the rules name, and of those concerned in this case.
    pub fn asked(&self, of: &[ConsentSubject]) -> impl Iterator<Item = ConsentSubject> {
        let asked = |subject: &ConsentSubject| {
            *subject == ConsentSubject::Client || of.contains(subject) || self.concerned.contains(subject)
        };
        ConsentSubject::ALL.into_iter().filter(asked)
    }

    fn agreed(&self, subject: ConsentSubject) -> Option<NaiveDate> {
        self.consents.get(&subject).copied().into_iter().chain(self.consent_on).min()
    }

    /// Who has not agreed yet. `of` are those the rules name besides the client.
    pub fn not_agreed(&self, of: &[ConsentSubject]) -> Vec<ConsentSubject> {
        self.asked(of).filter(|subject| self.agreed(*subject).is_none()).collect()
    }

    /// The day on which the last of those asked agreed; `None` while somebody has not.
    pub fn agreed_on(&self, of: &[ConsentSubject]) -> Option<NaiveDate> {
        let days: Option<Vec<NaiveDate>> = self.asked(of).map(|subject| self.agreed(subject)).collect();
        days.and_then(|days| days.into_iter().max())
    }
}

/// One experience of a stage on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experience {
    pub id: i64,
    pub case: i64,
    /// Id of a stage of the rulebook's list.
    pub stage: String,
    pub way: Way,
    pub on: NaiveDate,
    /// From coming to leaving, breaks included.
    pub minutes: u32,
    #[serde(default)]
    pub break_minutes: u32,
    /// Work on the trainee's own plan, not at a client's or in a meeting.
    #[serde(default)]
    pub own_work: bool,
}

/// What practicum time at the office that belongs to no client was spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeContent {
    /// 給付管理.
    BenefitManagement,
    /// The office itself: how it works, with whom, its meetings.
    Office,
    /// 振り返り.
    LookBack,
}

impl OfficeContent {
    pub const ALL: [OfficeContent; 3] =
        [OfficeContent::BenefitManagement, OfficeContent::Office, OfficeContent::LookBack];

    pub fn id(self) -> &'static str {
        match self {
            OfficeContent::BenefitManagement => "benefit_management",
            OfficeContent::Office => "office",
            OfficeContent::LookBack => "look_back",
        }
    }

    pub fn from_id(id: &str) -> Option<OfficeContent> {
        Self::ALL.into_iter().find(|content| content.id() == id)
    }
}

/// Practicum time at the office that belongs to no client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeTime {
    pub id: i64,
    pub content: OfficeContent,
    pub on: NaiveDate,
    /// From coming to leaving, breaks included.
    pub minutes: u32,
    #[serde(default)]
    pub break_minutes: u32,
}

/// No conference was held in the period: what the practicum supervisor explained instead (別添1 4(1)イ ¶2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConferenceFallback {
    pub id: i64,
    pub reason: String,
    pub supervisor: String,
    pub on: NaiveDate,
    pub preparation_explained: bool,
    pub proceedings_explained: bool,
}

/// What can be said of a host office when a prefecture decides whether it may host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeCondition {
    /// 特定事業所加算.
    SpecifiedOfficeAddition,
    /// At least one chief care manager works there.
    ChiefCareManager,
    /// No office of its municipality has the addition.
    NoAdditionInMunicipality,
    /// 地域包括支援センター.
    CommunitySupportCentre,
    /// The prefecture or municipality judged it suitable.
    JudgedSuitable,
    /// 受入体制: somebody is named who receives trainees.
    ReceptionSystem,
    /// Never received an improvement recommendation (改善勧告).
    NeverRecommendedImprovement,
}

impl OfficeCondition {
    pub const ALL: [OfficeCondition; 7] = [
        OfficeCondition::SpecifiedOfficeAddition,
        OfficeCondition::ChiefCareManager,
        OfficeCondition::NoAdditionInMunicipality,
        OfficeCondition::CommunitySupportCentre,
        OfficeCondition::JudgedSuitable,
        OfficeCondition::ReceptionSystem,
        OfficeCondition::NeverRecommendedImprovement,
    ];

    pub fn id(self) -> &'static str {
        match self {
            OfficeCondition::SpecifiedOfficeAddition => "specified_office_addition",
            OfficeCondition::ChiefCareManager => "chief_care_manager",
            OfficeCondition::NoAdditionInMunicipality => "no_addition_in_municipality",
            OfficeCondition::CommunitySupportCentre => "community_support_centre",
            OfficeCondition::JudgedSuitable => "judged_suitable",
            OfficeCondition::ReceptionSystem => "reception_system",
            OfficeCondition::NeverRecommendedImprovement => "never_recommended_improvement",
        }
    }
}

/// Who guides the trainee at the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisorFact {
    pub id: i64,
    pub chief_care_manager: bool,
    /// Why somebody who is no chief care manager guides; empty for a chief care manager.
    #[serde(default)]
    pub substitute_reason: String,
    /// Trainees of the cohort this person guides, this one included.
    #[serde(default)]
    pub trainees: u32,
}

/// The placement a trainee has accepted or gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacedAt {
    pub id: i64,
    /// The office, by its id in the records.
    #[serde(default)]
    pub office: i64,
    /// What holds of the office.
    pub conditions: Vec<OfficeCondition>,
    /// May become known later than the office.
    #[serde(default)]
    pub supervisor: Option<SupervisorFact>,
    /// First day the practicum may take place.
    pub from: Option<NaiveDate>,
}

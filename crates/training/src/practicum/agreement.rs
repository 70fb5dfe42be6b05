//! What a trainee signs before the practicum opens (別添1 4(1)イ ¶3): each provider has its own text, in versions.

use crate::completion::facts::MilestoneKind;
use serde::{Deserialize, Serialize};

/// A text to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementKind {
    /// 誓約.
    Pledge,
    /// 実習同意.
    PracticumConsent,
}

impl AgreementKind {
    pub const ALL: [AgreementKind; 2] = [AgreementKind::Pledge, AgreementKind::PracticumConsent];

    pub fn id(self) -> &'static str {
        self.milestone().id()
    }

    pub fn from_id(id: &str) -> Option<AgreementKind> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// What a signature reaches.
    pub fn milestone(self) -> MilestoneKind {
        match self {
            AgreementKind::Pledge => MilestoneKind::Pledge,
            AgreementKind::PracticumConsent => MilestoneKind::PracticumConsent,
        }
    }

    /// The text a milestone is reached by signing, if any.
    pub fn of_milestone(kind: MilestoneKind) -> Option<AgreementKind> {
        Self::ALL.into_iter().find(|agreement| agreement.milestone() == kind)
    }
}

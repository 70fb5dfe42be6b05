//! What prefectures decide differently about renewal. The defaults are the strictest reading seen, and unconfirmed for any one prefecture.

use serde::{Deserialize, Serialize};

/// Who need not take the specialist course Ⅰ again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecialistOneExemption {
    /// Whoever completed it once (seen in Mie).
    OnceInLife,
    /// Whoever completed it and has renewed as a practitioner ever since (seen in Shiga, Fukushima, Saga).
    WhileRenewedByPractice,
    /// Whoever completed it within the present validity (seen in Saitama).
    WithinValidity,
}

impl SpecialistOneExemption {
    pub const ALL: [SpecialistOneExemption; 3] = [
        SpecialistOneExemption::WhileRenewedByPractice,
        SpecialistOneExemption::OnceInLife,
        SpecialistOneExemption::WithinValidity,
    ];

    pub fn id(self) -> &'static str {
        match self {
            SpecialistOneExemption::OnceInLife => "once_in_life",
            SpecialistOneExemption::WhileRenewedByPractice => "while_renewed_by_practice",
            SpecialistOneExemption::WithinValidity => "within_validity",
        }
    }

    pub fn from_id(id: &str) -> Option<SpecialistOneExemption> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }
}

/// From which day a chief's spans of five years count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChiefAnchor {
    /// By the fiscal year of the first completion: 規則140条の66 and its transitional article.
    ByFirstCompletion,
    /// Each renewal begins five years of its own (seen in Kyoto).
    EachRenewal,
}

impl ChiefAnchor {
    pub const ALL: [ChiefAnchor; 2] = [ChiefAnchor::ByFirstCompletion, ChiefAnchor::EachRenewal];

    pub fn id(self) -> &'static str {
        match self {
            ChiefAnchor::ByFirstCompletion => "by_first_completion",
            ChiefAnchor::EachRenewal => "each_renewal",
        }
    }

    pub fn from_id(id: &str) -> Option<ChiefAnchor> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }
}

/// A prefecture's rules of renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Policy {
    pub specialist_one: SpecialistOneExemption,
    pub chief_anchor: ChiefAnchor,
    /// Months before a card's last day from which its renewal can be filed.
    pub renewal_opens_months: u32,
    /// The day from which cards are valid without a last day, once the prefecture has said so; `None`: the rule of five years holds.
    /// The Act of 2026 (令和8年法律第51号) was promulgated; what it does to the card could not be read.
    pub without_expiry_from: Option<chrono::NaiveDate>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            specialist_one: SpecialistOneExemption::WhileRenewedByPractice,
            chief_anchor: ChiefAnchor::ByFirstCompletion,
            renewal_opens_months: 3,
            without_expiry_from: None,
        }
    }
}

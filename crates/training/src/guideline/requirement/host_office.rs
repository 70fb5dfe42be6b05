//! 別添1 4(1)イ ¶1: an office with a guidance structure, such as one with the specified-office addition, and a chief care manager.

use super::Context;
use crate::completion::judgement::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostOffice {
    #[serde(default)]
    pub specified_office_addition: bool,
    #[serde(default)]
    pub chief_care_manager: bool,
}

impl HostOffice {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let Some(placed) = &context.facts.placement else {
            return Verdict::not_yet(vec![Missing::Placement]);
        };
        let mut missing = Vec::new();
        if self.specified_office_addition && !placed.specified_office_addition {
            missing.push(Missing::SpecifiedOfficeAddition);
        }
        if self.chief_care_manager && placed.chief_care_managers == 0 {
            missing.push(Missing::ChiefCareManager);
        }
        Verdict { evidence: vec![Evidence::Placement(placed.id)], ..Verdict::met_unless(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::judged;
    use super::*;
    use crate::completion::facts::Facts;
    use crate::practicum::record::PlacedAt;

    #[test]
    fn addition_and_chief() {
        let placed = |specified_office_addition, chief_care_managers| {
            Some(PlacedAt { id: 1, specified_office_addition, chief_care_managers, from: None })
        };
        for (placement, missing) in [
            (None, vec![Missing::Placement]),
            (placed(true, 2), vec![]),
            (placed(false, 1), vec![Missing::SpecifiedOfficeAddition]),
            (placed(false, 0), vec![Missing::SpecifiedOfficeAddition, Missing::ChiefCareManager]),
        ] {
            let rule = HostOffice { specified_office_addition: true, chief_care_manager: true };
            let facts = Facts { placement, ..Facts::default() };
            assert_eq!(judged(Rule::HostOffice(rule), &facts).missing, missing);
        }
    }
}

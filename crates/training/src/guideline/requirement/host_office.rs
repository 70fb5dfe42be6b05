//! Which offices may host: 別添1 4(1)イ ¶1 names one with a guidance structure, such as one with the specified-office addition, and
//! a chief care manager; prefectures add a ladder of fallbacks for places that have none.

use super::{Context, keeps_all};
use crate::completion::verdict::{Evidence, Missing, Verdict};
use crate::practicum::record::OfficeCondition;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostOffice {
    /// All of these hold.
    #[serde(default)]
    pub conditions: Vec<OfficeCondition>,
    /// And all of one of these rungs, the first being the best; none: the conditions suffice.
    #[serde(default)]
    pub ladder: Vec<Vec<OfficeCondition>>,
}

impl HostOffice {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let Some(placed) = &context.facts.placement else {
            return Verdict::not_yet(vec![Missing::Placement]);
        };
        let holds = |condition: &OfficeCondition| placed.conditions.contains(condition);
        let mut missing: Vec<Missing> = self
            .conditions
            .iter()
            .filter(|condition| !holds(condition))
            .map(|condition| Missing::OfficeCondition { condition: *condition })
            .collect();
        if !self.ladder.is_empty() && !self.ladder.iter().any(|rung| rung.iter().all(holds)) {
            missing.push(Missing::OfficeLadder { rungs: self.ladder.clone() });
        }
        Verdict { evidence: vec![Evidence::Placement(placed.id)], ..Verdict::met_unless(missing) }
    }

    /// A rung may go, or ask for more; none may be added.
    pub(super) fn tightens(&self, old: &HostOffice) -> Result<(), String> {
        keeps_all("conditions", &self.conditions, &old.conditions)?;
        let asks_no_less = |rung: &Vec<OfficeCondition>| {
            old.ladder.iter().any(|known| known.iter().all(|condition| rung.contains(condition)))
        };
        let dropped = self.ladder.is_empty() && !old.ladder.is_empty();
        if dropped || (!old.ladder.is_empty() && !self.ladder.iter().all(asks_no_less)) {
            return Err("ladder would let in offices that were not".to_owned());
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.conditions.is_empty() && self.ladder.is_empty() {
            return Err("it asks for nothing; give conditions or a ladder".to_owned());
        }
        if self.ladder.iter().any(Vec::is_empty) {
            return Err("an empty rung of the ladder lets every office in".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::judged;
    use super::*;
    use crate::completion::facts::Facts;
    use crate::completion::verdict::State;
    use crate::practicum::record::PlacedAt;
    use OfficeCondition::*;

    fn placed(conditions: &[OfficeCondition]) -> Facts {
        let conditions = conditions.to_vec();
        let placement = Some(PlacedAt { id: 1, office: 1, conditions, supervisor: None, from: None });
        Facts { placement, ..Facts::default() }
    }

    #[test]
    fn all_conditions() {
        let lacks = |condition| Missing::OfficeCondition { condition };
        for (facts, missing) in [
            (Facts::default(), vec![Missing::Placement]),
            (placed(&[SpecifiedOfficeAddition, ChiefCareManager]), vec![]),
            (placed(&[ChiefCareManager]), vec![lacks(SpecifiedOfficeAddition)]),
            (placed(&[]), vec![lacks(SpecifiedOfficeAddition), lacks(ChiefCareManager)]),
        ] {
            let rule = HostOffice { conditions: vec![SpecifiedOfficeAddition, ChiefCareManager], ladder: vec![] };
            assert_eq!(judged(Rule::HostOffice(rule), &facts).missing, missing);
        }
    }

    #[test]
    fn one_rung_of_the_ladder() {
        let ladder = vec![
            vec![SpecifiedOfficeAddition],
            vec![NoAdditionInMunicipality, ChiefCareManager],
            vec![NoAdditionInMunicipality, CommunitySupportCentre],
            vec![JudgedSuitable],
        ];
        for (conditions, state) in [
            (vec![SpecifiedOfficeAddition], State::Met),
            (vec![ChiefCareManager], State::NotYet),
            (vec![NoAdditionInMunicipality, ChiefCareManager], State::Met),
            (vec![NoAdditionInMunicipality, CommunitySupportCentre], State::Met),
            (vec![CommunitySupportCentre], State::NotYet),
            (vec![JudgedSuitable], State::Met),
        ] {
            let rule = HostOffice { conditions: vec![], ladder: ladder.clone() };
            assert_eq!(judged(Rule::HostOffice(rule), &placed(&conditions)).state, state, "{conditions:?}");
        }
    }
}

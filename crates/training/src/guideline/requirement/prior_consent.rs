//! 別添1 4(1)イ ¶3: clients and others concerned agree beforehand.

use super::Context;
use crate::completion::judgement::{Evidence, Missing, State, Verdict};
use crate::practicum::record::Experience;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorConsent {}

impl PriorConsent {
    /// Breached by any experience dated before its case's consent; not yet met while no case has an experience.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let mut verdict = Verdict::met(Vec::new());
        let mut firsts: BTreeMap<i64, &Experience> = BTreeMap::new();
        for experience in &facts.experiences {
            let first = firsts.entry(experience.case).or_insert(experience);
            if (experience.on, experience.id) < (first.on, first.id) {
                *first = experience;
            }
        }
        for (case, first) in firsts {
            // A case nobody registered has no consent.
            let consent_on = facts.cases.iter().find(|known| known.id == case).and_then(|known| known.consent_on);
            verdict.evidence.push(Evidence::Case(case));
            if consent_on.is_none_or(|consent| consent > first.on) {
                verdict.state = State::Breached;
                verdict.evidence.push(Evidence::Experience(first.id));
                verdict.missing.push(Missing::Consent { case, consent_on, first_experience: first.on });
            }
        }
        if verdict.evidence.is_empty() {
            return Verdict::not_yet(vec![Missing::AnyCase]);
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, seen};
    use super::*;
    use crate::completion::facts::Facts;
    use crate::practicum::record::Case;

    #[test]
    fn consent_comes_first() {
        let visit = |on| seen("assessment", on);
        for (name, consent_on, experiences, state) in [
            ("no experience yet", None, vec![], State::NotYet),
            ("before", Some(day(6, 1)), vec![visit(day(6, 2))], State::Met),
            ("on the day", Some(day(6, 2)), vec![visit(day(6, 2))], State::Met),
            ("afterwards", Some(day(6, 3)), vec![visit(day(6, 2))], State::Breached),
            ("never", None, vec![visit(day(6, 2))], State::Breached),
        ] {
            let facts =
                Facts { cases: vec![Case { id: 1, consent_on, types: vec![] }], experiences, ..Facts::default() };
            assert_eq!(judged(Rule::PriorConsent(PriorConsent {}), &facts).state, state, "{name}");
        }
        let unknown = Facts { experiences: vec![seen("assessment", day(6, 2))], ..Facts::default() };
        assert_eq!(
            judged(Rule::PriorConsent(PriorConsent {}), &unknown).state,
            State::Breached,
            "a case nobody registered"
        );
    }
}

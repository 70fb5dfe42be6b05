//! 別添1 4(1)イ ¶3: clients and others concerned agree beforehand.

use super::Context;
use crate::completion::judgement::{Evidence, Missing, State, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorConsent {}

impl PriorConsent {
    /// Breached by any experience dated before its case's consent; not yet met while no case has an experience.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let mut verdict = Verdict::met(Vec::new());
        for case in &facts.cases {
            let first = facts
                .experiences
                .iter()
                .filter(|experience| experience.case == case.id)
                .min_by_key(|experience| (experience.on, experience.id));
            let Some(first) = first else { continue };
            verdict.evidence.push(Evidence::Case(case.id));
            if case.consent_on.is_none_or(|consent| consent > first.on) {
                verdict.state = State::Breached;
                verdict.evidence.push(Evidence::Experience(first.id));
                verdict.missing.push(Missing::Consent {
                    case: case.id,
                    consent_on: case.consent_on,
                    first_experience: first.on,
                });
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
    use crate::practicum::record::{Case, Stage};

    #[test]
    fn consent_comes_first() {
        let visit = |on| seen(Stage::Assessment, on);
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
    }
}

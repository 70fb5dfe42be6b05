//! 別添1 4(1)イ ¶3: clients and others concerned agree beforehand.

use super::Context;
use crate::completion::verdict::{Evidence, Missing, State, Verdict};
use crate::practicum::record::{Case, ConsentSubject, Experience};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorConsent {
    /// Whose consent every case needs besides the client's; a case may need more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<ConsentSubject>,
}

impl PriorConsent {
    /// Breached by any experience dated before its case's consents; not yet met while no case has an experience.
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
            let known = facts.cases.iter().find(|known| known.id == case);
            let known = known.map_or_else(|| Cow::Owned(Case::new(case)), Cow::Borrowed);
            let consent_on = known.agreed_on(&self.of);
            verdict.evidence.push(Evidence::Case(case));
            if consent_on.is_none_or(|consent| consent > first.on) {
                verdict.state = State::Breached;
                verdict.evidence.push(Evidence::Experience(first.id));
                let not_agreed = known.not_agreed(&self.of);
                verdict.missing.push(Missing::Consent { case, consent_on, not_agreed, first_experience: first.on });
            }
        }
        if verdict.evidence.is_empty() {
            return Verdict::not_yet(vec![Missing::AnyCase]);
        }
        verdict
    }

    pub(super) fn tightens(&self, old: &PriorConsent) -> Result<(), String> {
        match old.of.iter().find(|subject| !self.of.contains(subject)) {
            Some(left_out) => Err(format!("of would no longer name {:?}", left_out.id())),
            None => Ok(()),
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.of.contains(&ConsentSubject::Client) {
            return Err("of names \"client\", who is always asked".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, seen};
    use super::*;
    use crate::completion::facts::Facts;
    use ConsentSubject::{Client, Family, Other};

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
            let facts = Facts { cases: vec![Case { consent_on, ..Case::new(1) }], experiences, ..Facts::default() };
            assert_eq!(judged(Rule::PriorConsent(PriorConsent::default()), &facts).state, state, "{name}");
        }
        let unknown = Facts { experiences: vec![seen("assessment", day(6, 2))], ..Facts::default() };
        assert_eq!(
            judged(Rule::PriorConsent(PriorConsent::default()), &unknown).state,
            State::Breached,
            "a case nobody registered"
        );
    }

    #[test]
    fn everybody_concerned_agrees_first() {
        let (early, late) = (day(6, 1), day(6, 3));
        for (name, of, concerned, consents, (agreed_on, not_agreed), state) in [
            ("the client", vec![], vec![], vec![(Client, early)], (Some(early), vec![]), State::Met),
            ("another alone", vec![], vec![], vec![(Family, early)], (None, vec![Client]), State::Breached),
            (
                "another, later, who is not concerned",
                vec![],
                vec![],
                vec![(Client, early), (Family, late)],
                (Some(early), vec![]),
                State::Met,
            ),
            (
                "one concerned is missing",
                vec![],
                vec![Other],
                vec![(Client, early)],
                (None, vec![Other]),
                State::Breached,
            ),
            (
                "one concerned, later",
                vec![],
                vec![Family],
                vec![(Client, early), (Family, late)],
                (Some(late), vec![]),
                State::Breached,
            ),
            (
                "one whom the rule names",
                vec![Family],
                vec![Other],
                vec![(Client, early), (Other, early)],
                (None, vec![Family]),
                State::Breached,
            ),
            (
                "all",
                vec![Family],
                vec![Other],
                vec![(Client, early), (Family, early), (Other, early)],
                (Some(early), vec![]),
                State::Met,
            ),
        ] {
            let case = Case { consents: consents.into_iter().collect(), concerned, ..Case::new(1) };
            assert_eq!((case.agreed_on(&of), case.not_agreed(&of)), (agreed_on, not_agreed.clone()), "{name}");
            let experiences = vec![seen("assessment", day(6, 2))];
            let facts = Facts { cases: vec![case], experiences, ..Facts::default() };
            let verdict = judged(Rule::PriorConsent(PriorConsent { of }), &facts);
            assert_eq!(verdict.state, state, "{name}");
            if state == State::Breached {
                let first_experience = day(6, 2);
                let missing = Missing::Consent { case: 1, consent_on: agreed_on, not_agreed, first_experience };
                assert_eq!(verdict.missing, [missing], "{name}");
            }
        }
    }

    #[test]
    fn a_supplement_asks_more_people_never_fewer() {
        let rule = |of: &[ConsentSubject]| PriorConsent { of: of.to_vec() };
        assert_eq!(rule(&[Family]).tightens(&rule(&[])), Ok(()));
        assert_eq!(rule(&[]).tightens(&rule(&[Family])), Err("of would no longer name \"family\"".to_owned()));
        assert_eq!(rule(&[Client]).check(), Err("of names \"client\", who is always asked".to_owned()));
    }
}

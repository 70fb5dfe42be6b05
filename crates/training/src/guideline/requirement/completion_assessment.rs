//! The completion assessment (修了評価) is passed before the certificate. Method and threshold are the provider's.

use super::Context;
use crate::completion::judgement::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionAssessment {
    /// Points; none: a recorded pass suffices.
    #[serde(default)]
    pub minimum_score: Option<u32>,
}

impl CompletionAssessment {
    /// The best recorded assessment counts.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let best = context
            .facts
            .assessments
            .iter()
            .max_by_key(|assessment| (assessment.passed, assessment.score, std::cmp::Reverse(assessment.id)));
        match (best, self.minimum_score) {
            (None, _) => Verdict::not_yet(vec![Missing::Assessment]),
            (Some(best), Some(required)) if best.score.unwrap_or(0) < required => Verdict {
                evidence: vec![Evidence::Assessment(best.id)],
                ..Verdict::not_yet(vec![Missing::Score { reached: best.score.unwrap_or(0), required }])
            },
            (Some(best), None) if !best.passed => {
                Verdict { evidence: vec![Evidence::Assessment(best.id)], ..Verdict::not_yet(vec![Missing::Assessment]) }
            }
            (Some(best), _) => Verdict::met(vec![Evidence::Assessment(best.id)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::judged;
    use super::*;
    use crate::completion::facts::{AssessmentFact, Facts};
    use crate::completion::judgement::State;

    #[test]
    fn passed_or_scored() {
        let result = |id, passed, score| AssessmentFact { id, passed, score };
        for (minimum_score, assessments, state) in [
            (None, vec![], State::NotYet),
            (None, vec![result(1, false, None)], State::NotYet),
            (None, vec![result(1, false, None), result(2, true, None)], State::Met),
            (Some(60), vec![result(1, true, Some(59))], State::NotYet),
            (Some(60), vec![result(1, true, Some(60))], State::Met),
        ] {
            let facts = Facts { assessments, ..Facts::default() };
            let rule = Rule::CompletionAssessment(CompletionAssessment { minimum_score });
            assert_eq!(judged(rule, &facts).state, state);
        }
    }
}

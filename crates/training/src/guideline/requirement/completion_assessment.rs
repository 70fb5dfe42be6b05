//! The completion assessment (修了評価) is passed before the certificate. Method and threshold are the provider's.

use super::{Context, no_less};
use crate::completion::facts::AssessmentFact;
use crate::completion::verdict::{Evidence, Missing, Verdict};
use crate::role::Role;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionAssessment {
    /// Points beside a recorded pass; none: the pass suffices.
    #[serde(default)]
    pub minimum_score: Option<u32>,
    /// Points each item needs.
    #[serde(default)]
    pub rubric: Vec<RubricItem>,
    /// Roles whose assessment counts; none named: anybody's who may record one.
    #[serde(default)]
    pub by: Vec<Role>,
}

/// One item of the rubric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RubricItem {
    pub item: String,
    pub minimum: u32,
}

impl CompletionAssessment {
    fn lacks(&self, assessment: &AssessmentFact) -> Vec<Missing> {
        let mut missing = Vec::new();
        let reached = assessment.score.unwrap_or(0);
        if !assessment.passed {
            missing.push(Missing::Assessment);
        }
        if let Some(required) = self.minimum_score.filter(|required| reached < *required) {
            missing.push(Missing::Score { reached, required });
        }
        for RubricItem { item, minimum } in &self.rubric {
            let reached = assessment.items.get(item).copied().unwrap_or(0);
            if reached < *minimum {
                missing.push(Missing::RubricItem { item: item.clone(), reached, required: *minimum });
            }
        }
        missing
    }

    /// The best recorded assessment counts: the one that lacks least.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let best = context
            .facts
            .assessments
            .iter()
            .filter(|assessment| self.by.is_empty() || assessment.by.is_some_and(|role| self.by.contains(&role)))
            .map(|assessment| (self.lacks(assessment), assessment))
            .min_by_key(|(lacks, assessment)| (lacks.len(), std::cmp::Reverse(assessment.score), assessment.id));
        match best {
            None => Verdict::not_yet(vec![Missing::Assessment]),
            Some((lacks, best)) => {
                Verdict { evidence: vec![Evidence::Assessment(best.id)], ..Verdict::met_unless(lacks) }
            }
        }
    }

    pub(super) fn tightens(&self, old: &CompletionAssessment) -> Result<(), String> {
        no_less("minimum_score", self.minimum_score.unwrap_or(0), old.minimum_score.unwrap_or(0))?;
        for RubricItem { item, minimum } in &old.rubric {
            let new = self.rubric.iter().find(|known| known.item == *item).map_or(0, |known| known.minimum);
            no_less(item, new, *minimum)?;
        }
        let widened = !old.by.is_empty() && (self.by.is_empty() || self.by.iter().any(|role| !old.by.contains(role)));
        if widened { Err("by would let others assess".to_owned()) } else { Ok(()) }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        for (index, item) in self.rubric.iter().enumerate() {
            if self.rubric[..index].iter().any(|known| known.item == item.item) {
                return Err(format!("the item {:?} stands twice", item.item));
            }
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
    use std::collections::BTreeMap;

    fn result(id: i64, passed: bool, score: Option<u32>) -> AssessmentFact {
        AssessmentFact { id, passed, score, items: BTreeMap::new(), by: None }
    }

    #[test]
    fn passed_or_scored() {
        for (minimum_score, assessments, state) in [
            (None, vec![], State::NotYet),
            (None, vec![result(1, false, None)], State::NotYet),
            (None, vec![result(1, false, None), result(2, true, None)], State::Met),
            (Some(60), vec![result(1, true, Some(59))], State::NotYet),
            (Some(60), vec![result(1, true, Some(60))], State::Met),
            (Some(60), vec![result(1, false, Some(60))], State::NotYet),
        ] {
            let facts = Facts { assessments, ..Facts::default() };
            let rule = CompletionAssessment { minimum_score, rubric: vec![], by: vec![] };
            assert_eq!(judged(Rule::CompletionAssessment(rule), &facts).state, state);
        }
    }

    #[test]
    fn by_a_rubric_and_by_whom() {
        let rule = CompletionAssessment {
            minimum_score: None,
            rubric: vec![RubricItem { item: "アセスメント".into(), minimum: 2 }],
            by: vec![Role::Instructor],
        };
        let with = |points: Option<u32>, by| AssessmentFact {
            items: points.map(|points| ("アセスメント".to_owned(), points)).into_iter().collect(),
            by,
            ..result(1, true, None)
        };
        let item = |reached| vec![Missing::RubricItem { item: "アセスメント".into(), reached, required: 2 }];
        for (name, assessment, missing) in [
            ("by nobody known", with(Some(3), None), vec![Missing::Assessment]),
            ("by another", with(Some(3), Some(Role::Secretariat)), vec![Missing::Assessment]),
            ("too few points", with(Some(1), Some(Role::Instructor)), item(1)),
            ("not assessed", with(None, Some(Role::Instructor)), item(0)),
            ("enough", with(Some(2), Some(Role::Instructor)), vec![]),
        ] {
            let facts = Facts { assessments: vec![assessment], ..Facts::default() };
            assert_eq!(judged(Rule::CompletionAssessment(rule.clone()), &facts).missing, missing, "{name}");
        }
    }
}

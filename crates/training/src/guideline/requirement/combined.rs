//! Rules made of rules: one of several suffices, or all are needed.

use super::{Context, Rule};
use crate::completion::verdict::{Missing, State, Verdict};
use serde::{Deserialize, Serialize};

/// One of the rules suffices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnyOf {
    pub rules: Vec<Rule>,
}

/// All of the rules are needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllOf {
    pub rules: Vec<Rule>,
}

/// Several verdicts of which every one is needed, as one: the worst state, everything missing, the nearest deadline.
pub(super) fn all_of(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut whole = Verdict::met(Vec::new());
    for verdict in verdicts {
        whole.state = whole.state.max(verdict.state);
        whole.evidence.extend(verdict.evidence);
        whole.missing.extend(verdict.missing);
        whole.uncounted.extend(verdict.uncounted);
        whole.deadline = whole.deadline.into_iter().chain(verdict.deadline).min();
    }
    told_once(whole)
}

/// Every fact once.
fn told_once(mut verdict: Verdict) -> Verdict {
    let mut met = Vec::new();
    verdict.evidence.retain(|fact| {
        let is_new = !met.contains(fact);
        met.push(fact.clone());
        is_new
    });
    let mut told = Vec::new();
    verdict.uncounted.retain(|uncounted| {
        let is_new = !told.contains(uncounted);
        told.push(uncounted.clone());
        is_new
    });
    verdict
}

impl AllOf {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        all_of(self.rules.iter().map(|rule| rule.verdict(context)))
    }

    /// One of its parts stands for what was asked before; the others add.
    pub(super) fn tightens(&self, old: &Rule) -> Result<(), String> {
        let stands_for = |old: &Rule| self.rules.iter().any(|part| part.tightens(old).is_ok());
        let kept = match old {
            Rule::AllOf(old) => old.rules.iter().all(stands_for),
            old => stands_for(old),
        };
        if kept { Ok(()) } else { Err("no part of all_of asks as much as the rule it replaces".to_owned()) }
    }
}

impl AnyOf {
    /// Met by the first rule that is; otherwise as good as the best of them, with what each still lacks.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let mut verdicts = Vec::with_capacity(self.rules.len());
        for rule in &self.rules {
            let verdict = rule.verdict(context);
            if verdict.state == State::Met {
                return verdict;
            }
            verdicts.push(verdict);
        }
        told_once(Verdict {
            state: verdicts.iter().map(|verdict| verdict.state).min().unwrap_or(State::Met),
            deadline: verdicts.iter().filter_map(|verdict| verdict.deadline).min(),
            evidence: verdicts.iter().flat_map(|verdict| verdict.evidence.iter().cloned()).collect(),
            uncounted: verdicts.iter().flat_map(|verdict| verdict.uncounted.iter().cloned()).collect(),
            missing: vec![Missing::OneOf {
                alternatives: verdicts.into_iter().map(|verdict| verdict.missing).collect(),
            }],
        })
    }

    /// Every alternative there is must be one there was, or a tighter one.
    pub(super) fn tightens(&self, old: &AnyOf) -> Result<(), String> {
        let new_way = self.rules.iter().find(|rule| !old.rules.iter().any(|known| rule.tightens(known).is_ok()));
        match new_way {
            Some(_) => Err("an alternative would be added or made easier".to_owned()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{day, judged, seen};
    use super::super::{Milestone, SeveralCases};
    use super::*;
    use crate::completion::facts::{Facts, MilestoneFact, MilestoneKind};

    #[test]
    fn one_or_all() {
        let cases = Rule::SeveralCases(SeveralCases { count: 1 });
        let pledge = Rule::Milestone(Milestone { milestone: MilestoneKind::Pledge, before_practicum: false });
        let rules = vec![cases, pledge];
        let signed = MilestoneFact { id: 1, kind: MilestoneKind::Pledge, on: day(6, 1) };
        let visit = seen("plan", day(6, 2));
        for (name, milestones, experiences, any, all) in [
            ("nothing", vec![], vec![], State::NotYet, State::NotYet),
            ("the second", vec![signed.clone()], vec![], State::Met, State::NotYet),
            ("both", vec![signed], vec![visit], State::Met, State::Met),
        ] {
            let facts = Facts { milestones, experiences, ..Facts::default() };
            assert_eq!(judged(Rule::AnyOf(AnyOf { rules: rules.clone() }), &facts).state, any, "{name}");
            assert_eq!(judged(Rule::AllOf(AllOf { rules: rules.clone() }), &facts).state, all, "{name}");
        }
        let nothing = judged(Rule::AnyOf(AnyOf { rules }), &Facts::default());
        let cases = vec![Missing::Cases { done: 0, required: 1 }];
        let alternatives = vec![cases, vec![Missing::Milestone { milestone: MilestoneKind::Pledge }]];
        assert_eq!(nothing.missing, vec![Missing::OneOf { alternatives }]);
    }
}

//! 別添1 4(1)イ ¶2: several cases, not one.

use super::Context;
use crate::completion::verdict::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeveralCases {
    pub count: u32,
}

impl SeveralCases {
    /// A case counts once it has at least one experience.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let cases: BTreeSet<i64> = context.facts.experiences.iter().map(|experience| experience.case).collect();
        let done = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let missing = if done < self.count { vec![Missing::Cases { done, required: self.count }] } else { Vec::new() };
        Verdict { evidence: cases.into_iter().map(Evidence::Case).collect(), ..Verdict::met_unless(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, seen};
    use super::*;
    use crate::completion::facts::Facts;
    use crate::completion::verdict::State;
    use crate::practicum::record::Experience;

    #[test]
    fn two_cases() {
        for (cases, state) in [(vec![], State::NotYet), (vec![1, 1], State::NotYet), (vec![1, 2], State::Met)] {
            let on = |case: &i64| Experience { case: *case, ..seen("plan", day(6, 1)) };
            let experiences = cases.iter().map(on).collect();
            let facts = Facts { experiences, ..Facts::default() };
            assert_eq!(judged(Rule::SeveralCases(SeveralCases { count: 2 }), &facts).state, state, "{cases:?}");
        }
    }
}

//! 別添1 2: who may take the initial training: those who passed the qualifying exam.

use super::Context;
use crate::completion::verdict::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassRecord {}

impl PassRecord {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        match &context.facts.exam_number {
            Some(number) if !number.is_empty() => Verdict::met(vec![Evidence::ExamNumber(number.clone())]),
            _ => Verdict::not_yet(vec![Missing::ExamNumber]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rule, testing::judged};
    use super::*;
    use crate::completion::facts::Facts;
    use crate::completion::verdict::State;

    #[test]
    fn an_exam_number_is_needed() {
        for (number, state) in
            [(Some("0012".to_owned()), State::Met), (Some(String::new()), State::NotYet), (None, State::NotYet)]
        {
            let facts = Facts { exam_number: number, ..Facts::default() };
            assert_eq!(judged(Rule::PassRecord(PassRecord {}), &facts).state, state);
        }
    }
}

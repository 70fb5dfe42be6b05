//! How long the practicum must be: minutes, days, or both, by the prefecture's rule.

use super::Context;
use crate::completion::judgement::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticumMinimum {
    /// 0: no minimum in minutes.
    #[serde(default)]
    pub minutes: u32,
    /// 0: no minimum in days.
    #[serde(default)]
    pub days: u32,
    /// A day with fewer minutes counts as half a day; 0: every day counts whole.
    #[serde(default)]
    pub whole_day_minutes: u32,
}

impl PracticumMinimum {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let mut minutes_by_day = BTreeMap::new();
        for experience in &context.facts.experiences {
            *minutes_by_day.entry(experience.on).or_insert(0u32) += experience.minutes;
        }
        let minutes: u32 = minutes_by_day.values().sum();
        let half_days: u32 =
            minutes_by_day.values().map(|minutes| if *minutes < self.whole_day_minutes { 1 } else { 2 }).sum();
        let evidence = context.facts.experiences.iter().map(|experience| Evidence::Experience(experience.id)).collect();
        let mut missing = Vec::new();
        if minutes < self.minutes {
            missing.push(Missing::Minutes { done: minutes, required: self.minutes });
        }
        if half_days < self.days * 2 {
            missing.push(Missing::HalfDays { done: half_days, required: self.days * 2 });
        }
        Verdict { evidence, ..Verdict::met_unless(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged};
    use super::*;
    use crate::completion::facts::Facts;
    use crate::completion::judgement::State;
    use crate::practicum::record::{Experience, Stage, Way};

    #[test]
    fn hours_and_days() {
        let visit = |on, minutes| Experience { id: 1, case: 1, stage: Stage::Plan, way: Way::Observed, on, minutes };
        let eighteen_hours = PracticumMinimum { minutes: 18 * 60, days: 0, whole_day_minutes: 0 };
        let three_days = PracticumMinimum { minutes: 0, days: 3, whole_day_minutes: 300 };
        for (name, rule, experiences, state, missing) in [
            (
                "nothing",
                eighteen_hours.clone(),
                vec![],
                State::NotYet,
                vec![Missing::Minutes { done: 0, required: 1080 }],
            ),
            (
                "18 hours in two long days",
                eighteen_hours.clone(),
                vec![visit(day(6, 1), 540), visit(day(6, 2), 540)],
                State::Met,
                vec![],
            ),
            (
                "a minute short",
                eighteen_hours,
                vec![visit(day(6, 1), 540), visit(day(6, 2), 539)],
                State::NotYet,
                vec![Missing::Minutes { done: 1079, required: 1080 }],
            ),
            (
                "two half days make one",
                three_days.clone(),
                vec![visit(day(6, 1), 360), visit(day(6, 2), 360), visit(day(6, 3), 240), visit(day(6, 4), 240)],
                State::Met,
                vec![],
            ),
            (
                "half a day short",
                three_days,
                vec![visit(day(6, 1), 360), visit(day(6, 2), 360), visit(day(6, 3), 240)],
                State::NotYet,
                vec![Missing::HalfDays { done: 5, required: 6 }],
            ),
        ] {
            let verdict = judged(Rule::PracticumMinimum(rule), &Facts { experiences, ..Facts::default() });
            assert_eq!((verdict.state, verdict.missing), (state, missing), "{name}");
        }
    }
}

//! 別添1 4(1)イ ¶2: the whole chain of the care-management process, with visits to the client's home.

use super::Context;
use crate::completion::judgement::{Evidence, Missing, Verdict};
use crate::practicum::record::{Stage, Way};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagesCovered {
    pub stages: Vec<Stage>,
    /// Must at least one experience be an accompanied visit?
    #[serde(default)]
    pub accompanied_visit: bool,
}

impl StagesCovered {
    /// A stage counts on any case. The conference may be covered by its fallback.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let mut evidence = Vec::new();
        let mut missing = Vec::new();
        for stage in &self.stages {
            let experience = facts.experiences.iter().find(|experience| experience.stage == *stage);
            let fallback = facts.conference_fallbacks.iter().find(|fallback| super::conference::complete(fallback));
            match (experience, stage, fallback) {
                (Some(experience), _, _) => evidence.push(Evidence::Experience(experience.id)),
                (None, Stage::Conference | Stage::ConferencePreparation, Some(fallback)) => {
                    evidence.push(Evidence::ConferenceFallback(fallback.id));
                }
                _ => missing.push(Missing::Stage(*stage)),
            }
        }
        if self.accompanied_visit && !facts.experiences.iter().any(|experience| experience.way == Way::Accompanied) {
            missing.push(Missing::AccompaniedVisit);
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
    use crate::practicum::record::{ConferenceFallback, Experience};

    #[test]
    fn every_stage_and_a_visit() {
        let seen = |stage, way| Experience { id: 1, case: 1, stage, way, on: day(6, 1), minutes: 60 };
        let fallback = ConferenceFallback {
            id: 3,
            reason: "期間中に開催なし".into(),
            supervisor: "見本 花子".into(),
            on: day(6, 2),
            preparation_explained: true,
            proceedings_explained: true,
        };
        let rule = StagesCovered { stages: vec![Stage::Assessment, Stage::Conference], accompanied_visit: true };
        for (name, experiences, conference_fallbacks, missing) in [
            (
                "nothing",
                vec![],
                vec![],
                vec![Missing::Stage(Stage::Assessment), Missing::Stage(Stage::Conference), Missing::AccompaniedVisit],
            ),
            (
                "no visit",
                vec![seen(Stage::Assessment, Way::Observed), seen(Stage::Conference, Way::SatIn)],
                vec![],
                vec![Missing::AccompaniedVisit],
            ),
            (
                "conference by its fallback",
                vec![seen(Stage::Assessment, Way::Accompanied)],
                vec![fallback.clone()],
                vec![],
            ),
            (
                "half a fallback is none",
                vec![seen(Stage::Assessment, Way::Accompanied)],
                vec![ConferenceFallback { proceedings_explained: false, ..fallback }],
                vec![Missing::Stage(Stage::Conference)],
            ),
        ] {
            let facts = Facts { experiences, conference_fallbacks, ..Facts::default() };
            assert_eq!(judged(Rule::StagesCovered(rule.clone()), &facts).missing, missing, "{name}");
        }
    }
}

//! 別添1 4(1)イ ¶2: the whole chain of the care-management process, with visits to the client's home.

use super::{Context, keeps_all, no_less, not_loosened};
use crate::completion::judgement::{Evidence, Missing, Verdict};
use crate::practicum::record::{Experience, Stage, Way};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagesCovered {
    pub stages: Vec<Stage>,
    /// Cases on each of which every stage is seen; 0: it is enough that each stage is seen on some case.
    #[serde(default)]
    pub cases: u32,
    /// For a stage, the ways that count; a stage not named counts in any way.
    #[serde(default)]
    pub ways: BTreeMap<Stage, Vec<Way>>,
    /// Must at least one experience be an accompanied visit?
    #[serde(default)]
    pub accompanied_visit: bool,
}

impl StagesCovered {
    fn counts(&self, experience: &Experience, stage: Stage) -> bool {
        experience.stage == stage && self.ways.get(&stage).is_none_or(|ways| ways.contains(&experience.way))
    }

    /// The conference and its preparation may be covered by the fallback.
    fn fallback(context: &Context<'_>, stage: Stage) -> Option<Evidence> {
        let conference = matches!(stage, Stage::Conference | Stage::ConferencePreparation);
        let complete = |fallback: &&_| conference && super::conference::complete(fallback);
        let fallback = context.facts.conference_fallbacks.iter().find(complete)?;
        Some(Evidence::ConferenceFallback(fallback.id))
    }

    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let mut evidence = Vec::new();
        let mut missing = Vec::new();
        for stage in &self.stages {
            let experience = facts.experiences.iter().find(|experience| self.counts(experience, *stage));
            match experience.map(|experience| Evidence::Experience(experience.id)) {
                Some(seen) => evidence.push(seen),
                None => match Self::fallback(context, *stage) {
                    Some(explained) => evidence.push(explained),
                    None => missing.push(Missing::Stage(*stage)),
                },
            }
        }
        if self.accompanied_visit && !facts.experiences.iter().any(|experience| experience.way == Way::Accompanied) {
            missing.push(Missing::AccompaniedVisit);
        }
        let whole = u32::try_from(self.whole_cases(context).count()).unwrap_or(u32::MAX);
        if missing.is_empty() && whole < self.cases {
            missing.push(Missing::WholeCases { done: whole, required: self.cases });
        }
        Verdict { evidence, ..Verdict::met_unless(missing) }
    }

    /// Cases on which every stage was seen.
    fn whole_cases<'a>(&'a self, context: &'a Context<'_>) -> impl Iterator<Item = i64> + 'a {
        let seen = |case: i64, stage: Stage| {
            let of_case = |experience: &Experience| experience.case == case && self.counts(experience, stage);
            context.facts.experiences.iter().any(of_case) || Self::fallback(context, stage).is_some()
        };
        let cases: std::collections::BTreeSet<i64> =
            context.facts.experiences.iter().map(|experience| experience.case).collect();
        cases.into_iter().filter(move |case| self.stages.iter().all(|stage| seen(*case, *stage)))
    }

    pub(super) fn tightens(&self, old: &StagesCovered) -> Result<(), String> {
        keeps_all("stages", &self.stages, &old.stages)?;
        no_less("cases", self.cases, old.cases)?;
        not_loosened("accompanied_visit", self.accompanied_visit, old.accompanied_visit, false)?;
        for (stage, ways) in &old.ways {
            let added = self.ways.get(stage).is_none_or(|new| new.iter().any(|way| !ways.contains(way)));
            if added {
                return Err(format!("ways of {} would be added", stage.id()));
            }
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.stages.is_empty() {
            return Err("it names no stages".to_owned());
        }
        match self.ways.iter().find(|(stage, ways)| ways.is_empty() || !self.stages.contains(stage)) {
            Some((stage, _)) => Err(format!("ways of {} name nothing, or a stage that is not asked for", stage.id())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, seen};
    use super::*;
    use crate::completion::facts::Facts;
    use crate::practicum::record::ConferenceFallback;

    fn by(stage: Stage, way: Way, case: i64) -> Experience {
        Experience { way, case, ..seen(stage, day(6, 1)) }
    }

    #[test]
    fn every_stage_and_a_visit() {
        let fallback = ConferenceFallback {
            id: 3,
            reason: "期間中に開催なし".into(),
            supervisor: "見本 花子".into(),
            on: day(6, 2),
            preparation_explained: true,
            proceedings_explained: true,
        };
        let rule = StagesCovered {
            stages: vec![Stage::Assessment, Stage::Conference],
            cases: 0,
            ways: BTreeMap::new(),
            accompanied_visit: true,
        };
        for (name, experiences, conference_fallbacks, missing) in [
            (
                "nothing",
                vec![],
                vec![],
                vec![Missing::Stage(Stage::Assessment), Missing::Stage(Stage::Conference), Missing::AccompaniedVisit],
            ),
            (
                "no visit",
                vec![by(Stage::Assessment, Way::Observed, 1), by(Stage::Conference, Way::SatIn, 1)],
                vec![],
                vec![Missing::AccompaniedVisit],
            ),
            (
                "conference by its fallback",
                vec![by(Stage::Assessment, Way::Accompanied, 1)],
                vec![fallback.clone()],
                vec![],
            ),
            (
                "half a fallback is none",
                vec![by(Stage::Assessment, Way::Accompanied, 1)],
                vec![ConferenceFallback { proceedings_explained: false, ..fallback }],
                vec![Missing::Stage(Stage::Conference)],
            ),
        ] {
            let facts = Facts { experiences, conference_fallbacks, ..Facts::default() };
            assert_eq!(judged(Rule::StagesCovered(rule.clone()), &facts).missing, missing, "{name}");
        }
    }

    #[test]
    fn by_case_and_by_way() {
        let rule = StagesCovered {
            stages: vec![Stage::Assessment, Stage::Plan],
            cases: 2,
            ways: BTreeMap::from([(Stage::Assessment, vec![Way::Accompanied, Way::Observed])]),
            accompanied_visit: false,
        };
        let assessed = |way, case| by(Stage::Assessment, way, case);
        let planned = |case| by(Stage::Plan, Way::Explained, case);
        for (name, experiences, missing) in [
            ("not by that way", vec![assessed(Way::Explained, 1), planned(1)], vec![Missing::Stage(Stage::Assessment)]),
            (
                "one whole case",
                vec![assessed(Way::Observed, 1), planned(1), planned(2)],
                vec![Missing::WholeCases { done: 1, required: 2 }],
            ),
            (
                "two whole cases",
                vec![assessed(Way::Observed, 1), planned(1), assessed(Way::Accompanied, 2), planned(2)],
                vec![],
            ),
        ] {
            let facts = Facts { experiences, ..Facts::default() };
            assert_eq!(judged(Rule::StagesCovered(rule.clone()), &facts).missing, missing, "{name}");
        }
    }
}

//! 別添1 4(1)イ ¶2: the whole chain of the care-management process, with visits to the client's home.

use super::super::stage::{self, Stage};
use super::{Context, keeps_all, no_less, not_loosened};
use crate::completion::verdict::{Evidence, Missing, Verdict};
use crate::practicum::record::{Experience, OfficeTime, Way};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagesCovered {
    /// Ids of stages.
    pub stages: Vec<String>,
    /// Cases on each of which every stage is seen; 0: it is enough that each stage is seen on some case.
    #[serde(default)]
    pub cases: u32,
    /// For a stage, the ways that count; a stage not named counts in any way.
    #[serde(default)]
    pub ways: BTreeMap<String, Vec<Way>>,
    /// Must at least one experience be an accompanied visit?
    #[serde(default)]
    pub accompanied_visit: bool,
}

impl StagesCovered {
    fn counts(&self, experience: &Experience, stage: &str) -> bool {
        experience.stage == stage && self.ways.get(stage).is_none_or(|ways| ways.contains(&experience.way))
    }

    /// A stage that belongs to no client, such as benefit management, may be seen at the office.
    fn at_office(&self, context: &Context<'_>, stage: &str) -> Option<Evidence> {
        let seen = |time: &&OfficeTime| time.content.id() == stage && !self.ways.contains_key(stage);
        Some(Evidence::OfficeTime(context.facts.office_times.iter().find(seen)?.id))
    }

    /// A stage of the conference may be covered by the fallback.
    fn fallback(context: &Context<'_>, id: &str) -> Option<Evidence> {
        let conference = stage::find(context.stages, id).is_some_and(|stage| stage.conference.is_some());
        let complete = |fallback: &&_| conference && super::conference::complete(fallback);
        let fallback = context.facts.conference_fallbacks.iter().find(complete)?;
        Some(Evidence::ConferenceFallback(fallback.id))
    }

    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let mut evidence = Vec::new();
        let mut missing = Vec::new();
        for stage in &self.stages {
            let experience = facts.experiences.iter().find(|experience| self.counts(experience, stage));
            let seen = experience.map(|experience| Evidence::Experience(experience.id));
            match seen.or_else(|| self.at_office(context, stage)) {
                Some(seen) => evidence.push(seen),
                None => match Self::fallback(context, stage) {
                    Some(explained) => evidence.push(explained),
                    None => missing.push(Missing::Stage { stage: stage.clone() }),
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
        let seen = |case: i64, stage: &str| {
            let of_case = |experience: &Experience| experience.case == case && self.counts(experience, stage);
            context.facts.experiences.iter().any(of_case)
                || Self::fallback(context, stage).is_some()
                || self.at_office(context, stage).is_some()
        };
        let cases: std::collections::BTreeSet<i64> =
            context.facts.experiences.iter().map(|experience| experience.case).collect();
        cases.into_iter().filter(move |case| self.stages.iter().all(|stage| seen(*case, stage)))
    }

    pub(super) fn tightens(&self, old: &StagesCovered) -> Result<(), String> {
        keeps_all("stages", &self.stages, &old.stages)?;
        no_less("cases", self.cases, old.cases)?;
        not_loosened("accompanied_visit", self.accompanied_visit, old.accompanied_visit, false)?;
        for (stage, ways) in &old.ways {
            let added = self.ways.get(stage).is_none_or(|new| new.iter().any(|way| !ways.contains(way)));
            if added {
                return Err(format!("ways of {stage} would be added"));
            }
        }
        Ok(())
    }

    pub(super) fn fits(&self, stages: &[Stage]) -> Result<(), String> {
        match self.stages.iter().find(|id| stage::find(stages, id).is_none()) {
            Some(unknown) => Err(format!("there is no stage {unknown:?}; add it as a [[stage]]")),
            None => Ok(()),
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.stages.is_empty() {
            return Err("it names no stages".to_owned());
        }
        match self.ways.iter().find(|(stage, ways)| ways.is_empty() || !self.stages.contains(stage)) {
            Some((stage, _)) => Err(format!("ways of {stage} name nothing, or a stage that is not asked for")),
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

    fn stage_missing(stage: &str) -> Missing {
        Missing::Stage { stage: stage.to_owned() }
    }

    fn by(stage: &str, way: Way, case: i64) -> Experience {
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
            stages: vec!["assessment".to_owned(), "conference".to_owned()],
            cases: 0,
            ways: BTreeMap::new(),
            accompanied_visit: true,
        };
        for (name, experiences, conference_fallbacks, missing) in [
            (
                "nothing",
                vec![],
                vec![],
                vec![stage_missing("assessment"), stage_missing("conference"), Missing::AccompaniedVisit],
            ),
            (
                "no visit",
                vec![by("assessment", Way::Observed, 1), by("conference", Way::SatIn, 1)],
                vec![],
                vec![Missing::AccompaniedVisit],
            ),
            ("conference by its fallback", vec![by("assessment", Way::Accompanied, 1)], vec![fallback.clone()], vec![]),
            (
                "half a fallback is none",
                vec![by("assessment", Way::Accompanied, 1)],
                vec![ConferenceFallback { proceedings_explained: false, ..fallback }],
                vec![stage_missing("conference")],
            ),
        ] {
            let facts = Facts { experiences, conference_fallbacks, ..Facts::default() };
            assert_eq!(judged(Rule::StagesCovered(rule.clone()), &facts).missing, missing, "{name}");
        }
    }

    #[test]
    fn by_case_and_by_way() {
        let rule = StagesCovered {
            stages: vec!["assessment".to_owned(), "plan".to_owned()],
            cases: 2,
            ways: BTreeMap::from([("assessment".to_owned(), vec![Way::Accompanied, Way::Observed])]),
            accompanied_visit: false,
        };
        let assessed = |way, case| by("assessment", way, case);
        let planned = |case| by("plan", Way::Explained, case);
        for (name, experiences, missing) in [
            ("not by that way", vec![assessed(Way::Explained, 1), planned(1)], vec![stage_missing("assessment")]),
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

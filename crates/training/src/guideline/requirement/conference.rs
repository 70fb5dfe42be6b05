//! 別添1 4(1)イ ¶2: sat in on a care conference, or, when none was held, had its preparation and proceedings explained.

use super::super::stage::{self, ConferencePart, Stage};
use super::Context;
use crate::completion::verdict::{Evidence, Missing, Verdict};
use crate::practicum::record::{ConferenceFallback, Way};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conference {}

/// A fallback counts with a reason, the supervisor's name and both parts explained.
pub(super) fn complete(fallback: &ConferenceFallback) -> bool {
    fallback.preparation_explained
        && fallback.proceedings_explained
        && !fallback.reason.trim().is_empty()
        && !fallback.supervisor.trim().is_empty()
}

/// Is this the stage of the conference itself?
fn held_at(stages: &[Stage], id: &str) -> bool {
    stage::find(stages, id).is_some_and(|stage| stage.conference == Some(ConferencePart::Proceedings))
}

impl Conference {
    pub(super) fn fits(&self, stages: &[Stage]) -> Result<(), String> {
        match stages.iter().any(|stage| stage.conference == Some(ConferencePart::Proceedings)) {
            true => Ok(()),
            false => Err("no stage is the conference itself; give one conference = \"proceedings\"".to_owned()),
        }
    }

    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let sat_in = facts
            .experiences
            .iter()
            .find(|experience| held_at(context.stages, &experience.stage) && experience.way == Way::SatIn);
        if let Some(experience) = sat_in {
            return Verdict::met(vec![Evidence::Experience(experience.id)]);
        }
        if let Some(fallback) = facts.conference_fallbacks.iter().find(|fallback| complete(fallback)) {
            return Verdict::met(vec![Evidence::ConferenceFallback(fallback.id)]);
        }
        match facts.conference_fallbacks.first() {
            None => Verdict::not_yet(vec![Missing::Conference]),
            Some(fallback) => {
                let mut missing = Vec::new();
                if !fallback.preparation_explained {
                    missing.push(Missing::PreparationExplained);
                }
                if !fallback.proceedings_explained {
                    missing.push(Missing::ProceedingsExplained);
                }
                if missing.is_empty() {
                    missing.push(Missing::FallbackReason);
                }
                Verdict { evidence: vec![Evidence::ConferenceFallback(fallback.id)], ..Verdict::not_yet(missing) }
            }
        }
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
    fn sat_in_or_explained_in_both_parts() {
        let at = |way| Experience { way, ..seen("conference", day(6, 1)) };
        let fallback = |preparation, proceedings, reason: &str| ConferenceFallback {
            id: 2,
            reason: reason.into(),
            supervisor: "見本 花子".into(),
            on: day(6, 2),
            preparation_explained: preparation,
            proceedings_explained: proceedings,
        };
        for (name, experiences, conference_fallbacks, state, missing) in [
            ("nothing", vec![], vec![], State::NotYet, vec![Missing::Conference]),
            ("sat in", vec![at(Way::SatIn)], vec![], State::Met, vec![]),
            ("only explained", vec![at(Way::Explained)], vec![], State::NotYet, vec![Missing::Conference]),
            ("fallback", vec![], vec![fallback(true, true, "開催なし")], State::Met, vec![]),
            (
                "half a fallback",
                vec![],
                vec![fallback(true, false, "開催なし")],
                State::NotYet,
                vec![Missing::ProceedingsExplained],
            ),
            ("no reason", vec![], vec![fallback(true, true, " ")], State::NotYet, vec![Missing::FallbackReason]),
        ] {
            let facts = Facts { experiences, conference_fallbacks, ..Facts::default() };
            let verdict = judged(Rule::Conference(Conference {}), &facts);
            assert_eq!((verdict.state, verdict.missing), (state, missing), "{name}");
        }
    }
}

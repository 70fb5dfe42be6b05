//! Something done once and dated: a briefing attended, a pledge signed, a record approved.

use super::{Context, not_loosened};
use crate::completion::facts::{Facts, MilestoneKind};
use crate::completion::verdict::{Evidence, Missing, Verdict};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    pub milestone: MilestoneKind,
    /// Must it be dated no later than the first experience of the practicum?
    #[serde(default)]
    pub before_practicum: bool,
}

/// The first day of the practicum, with a client or at the office.
fn first_of_practicum(facts: &Facts) -> Option<(NaiveDate, Evidence)> {
    let experiences = facts.experiences.iter().map(|known| (known.on, known.id, Evidence::Experience(known.id)));
    let office = facts.office_times.iter().map(|known| (known.on, known.id, Evidence::OfficeTime(known.id)));
    experiences.chain(office).min_by_key(|(on, id, _)| (*on, *id)).map(|(on, _, fact)| (on, fact))
}

impl Milestone {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let dated = context
            .facts
            .milestones
            .iter()
            .filter(|milestone| milestone.kind == self.milestone)
            .min_by_key(|milestone| (milestone.on, milestone.id));
        // Who is asked again only because of a newer text was in time once.
        let in_time = |first: NaiveDate| {
            let mut before = context.facts.asked_again.iter().filter(|milestone| milestone.kind == self.milestone);
            before.any(|milestone| milestone.on <= first)
        };
        let first = first_of_practicum(context.facts);
        match (dated, first) {
            (None, Some((on, first))) if self.before_practicum && !in_time(on) => {
                Verdict::breached(vec![first], vec![Missing::Milestone { milestone: self.milestone }])
            }
            (None, _) => Verdict {
                deadline: context.cohort.dates.practicum_from.filter(|_| self.before_practicum),
                ..Verdict::not_yet(vec![Missing::Milestone { milestone: self.milestone }])
            },
            (Some(milestone), Some((on, first))) if self.before_practicum && milestone.on > on => Verdict::breached(
                vec![Evidence::Milestone(milestone.id), first],
                vec![Missing::EarlierThan { was: milestone.on, first_experience: on }],
            ),
            (Some(milestone), _) => Verdict::met(vec![Evidence::Milestone(milestone.id)]),
        }
    }

    pub(super) fn tightens(&self, old: &Milestone) -> Result<(), String> {
        if self.milestone != old.milestone {
            return Err(format!("it asks for another milestone than {}", old.milestone.id()));
        }
        not_loosened("before_practicum", self.before_practicum, old.before_practicum, false)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, seen};
    use super::*;
    use crate::completion::facts::{Facts, MilestoneFact};
    use crate::completion::verdict::State;

    #[test]
    fn a_pledge_comes_before_the_practicum() {
        let pledge = |on| MilestoneFact { id: 1, kind: MilestoneKind::Pledge, on };
        let visit = |on| seen("assessment", on);
        for (name, again, on_time) in [("in time", day(6, 1), State::NotYet), ("too late", day(6, 3), State::Breached)]
        {
            let facts =
                Facts { asked_again: vec![pledge(again)], experiences: vec![visit(day(6, 2))], ..Facts::default() };
            let rule = Rule::Milestone(Milestone { milestone: MilestoneKind::Pledge, before_practicum: true });
            assert_eq!(judged(rule, &facts).state, on_time, "asked again, {name}");
        }
        for (name, milestones, experiences, state) in [
            ("nothing", vec![], vec![], State::NotYet),
            ("signed", vec![pledge(day(6, 1))], vec![], State::Met),
            ("signed the same day", vec![pledge(day(6, 2))], vec![visit(day(6, 2))], State::Met),
            ("signed afterwards", vec![pledge(day(6, 3))], vec![visit(day(6, 2))], State::Breached),
            ("never signed", vec![], vec![visit(day(6, 2))], State::Breached),
        ] {
            let facts = Facts { milestones, experiences, ..Facts::default() };
            let rule = Rule::Milestone(Milestone { milestone: MilestoneKind::Pledge, before_practicum: true });
            assert_eq!(judged(rule, &facts).state, state, "{name}");
        }
    }

    #[test]
    fn an_approval_may_come_after() {
        let rule = Rule::Milestone(Milestone { milestone: MilestoneKind::SignOff, before_practicum: false });
        let facts = Facts {
            milestones: vec![MilestoneFact { id: 1, kind: MilestoneKind::SignOff, on: day(6, 9) }],
            experiences: vec![seen("plan", day(6, 2))],
            ..Facts::default()
        };
        assert_eq!(judged(rule, &facts).state, State::Met);
    }
}

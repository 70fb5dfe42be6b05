//! Who guides the trainee at the host office: a chief care manager in principle, a substitute only with a reason, and not too many
//! trainees at once.

use super::{Context, no_more, not_loosened};
use crate::completion::verdict::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervisor {
    #[serde(default)]
    pub chief_care_manager: bool,
    /// May somebody else guide, with a reason on record?
    #[serde(default)]
    pub substitute: bool,
    /// Trainees of a cohort one person guides; none: any number.
    #[serde(default)]
    pub max_trainees: Option<u32>,
}

impl Supervisor {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let Some(placed) = &context.facts.placement else {
            return Verdict::not_yet(vec![Missing::Placement]);
        };
        let Some(supervisor) = &placed.supervisor else {
            let evidence = vec![Evidence::Placement(placed.id)];
            return Verdict { evidence, ..Verdict::not_yet(vec![Missing::Supervisor]) };
        };
        let mut missing = Vec::new();
        if self.chief_care_manager && !supervisor.chief_care_manager {
            if !self.substitute {
                missing.push(Missing::SupervisorNotChief);
            } else if supervisor.substitute_reason.trim().is_empty() {
                missing.push(Missing::SubstituteReason);
            }
        }
        if let Some(allowed) = self.max_trainees.filter(|allowed| supervisor.trainees > *allowed) {
            missing.push(Missing::SupervisorTrainees { count: supervisor.trainees, allowed });
        }
        Verdict { evidence: vec![Evidence::Supervisor(supervisor.id)], ..Verdict::met_unless(missing) }
    }

    pub(super) fn tightens(&self, old: &Supervisor) -> Result<(), String> {
        not_loosened("chief_care_manager", self.chief_care_manager, old.chief_care_manager, false)?;
        not_loosened("substitute", self.substitute, old.substitute || !old.chief_care_manager, true)?;
        no_more("max_trainees", self.max_trainees.unwrap_or(u32::MAX), old.max_trainees.unwrap_or(u32::MAX))
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match (self.chief_care_manager, self.max_trainees) {
            (false, None) => Err("it asks for nothing; give chief_care_manager or max_trainees".to_owned()),
            (_, Some(0)) => Err("max_trainees is 0, which nobody can meet".to_owned()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::judged;
    use super::*;
    use crate::completion::facts::Facts;
    use crate::practicum::record::{PlacedAt, SupervisorFact};

    #[test]
    fn a_chief_or_a_substitute_with_a_reason() {
        let guided = |chief_care_manager, reason: &str, trainees| {
            Some(SupervisorFact { id: 2, chief_care_manager, substitute_reason: reason.into(), trainees })
        };
        for (name, substitute, supervisor, missing) in [
            ("not named", true, None, vec![Missing::Supervisor]),
            ("a chief", false, guided(true, "", 1), vec![]),
            ("no chief", false, guided(false, "休職", 1), vec![Missing::SupervisorNotChief]),
            ("a substitute", true, guided(false, "休職", 1), vec![]),
            ("without a reason", true, guided(false, " ", 1), vec![Missing::SubstituteReason]),
            ("too many", true, guided(true, "", 3), vec![Missing::SupervisorTrainees { count: 3, allowed: 2 }]),
        ] {
            let placement = Some(PlacedAt { id: 1, office: 1, conditions: vec![], supervisor, from: None });
            let facts = Facts { placement, ..Facts::default() };
            let rule = Supervisor { chief_care_manager: true, substitute, max_trainees: Some(2) };
            assert_eq!(judged(Rule::Supervisor(rule), &facts).missing, missing, "{name}");
        }
        let rule = Supervisor { chief_care_manager: true, substitute: false, max_trainees: None };
        assert_eq!(judged(Rule::Supervisor(rule), &Facts::default()).missing, vec![Missing::Placement]);
    }
}

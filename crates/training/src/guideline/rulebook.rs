//! The rules one cohort is judged by: an edition with its supplements applied, as they stand on the day the cohort begins.

use super::Problem;
use super::edition::Edition;
use super::requirement::{Requirement, Rule, in_force};
use super::stage::Stage;
use super::supplement::Supplement;
use crate::practicum::record::ConsentSubject;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rulebook {
    pub edition: Arc<Edition>,
    pub supplements: Vec<String>,
    /// The edition's stages as the supplements change their list, in the order of the record; none in a rulebook kept before stages
    /// were part of an edition.
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// The edition's requirements, tightened and added to, in the order they are judged and shown.
    pub requirements: Vec<Requirement>,
}

impl Rulebook {
    /// The edition alone, for a cohort that begins on a day.
    pub fn new(edition: Arc<Edition>, starts_on: NaiveDate) -> Rulebook {
        let governing = edition.requirements.iter().filter(|requirement| requirement.in_force(starts_on));
        let requirements = in_force(governing, |requirement| &requirement.id, |requirement| requirement.in_force_from);
        Rulebook {
            requirements: requirements.into_iter().cloned().collect(),
            stages: edition.metadata.stages.clone(),
            edition,
            supplements: Vec::new(),
        }
    }

    /// The edition with supplements, each applied to what the ones before it made; a supplement goes with its text, for the line
    /// of a problem.
    pub fn compose(
        edition: Arc<Edition>,
        supplements: &[(&Supplement, &str)],
        starts_on: NaiveDate,
    ) -> Result<Rulebook, Vec<Problem>> {
        let mut rulebook = Rulebook::new(edition, starts_on);
        for (supplement, text) in supplements {
            supplement.apply(text, &mut rulebook, starts_on)?;
        }
        Ok(rulebook)
    }

    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// Whose consent every case needs besides the client's.
    pub fn consent_of(&self) -> Vec<ConsentSubject> {
        let named = self.requirements.iter().flat_map(|requirement| match &requirement.rule {
            Rule::PriorConsent(rule) => rule.of.as_slice(),
            _ => &[],
        });
        named.copied().collect()
    }
}

//! A supplement: what a prefecture or provider adds to an edition or makes tighter, never looser.

use super::Problem;
use super::edition::check_requirements;
use super::requirement::{Requirement, Rule};
use super::rulebook::Rulebook;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// One `supplements/NAME.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplement {
    #[serde(skip_deserializing)]
    pub id: String,
    pub title: String,
    pub title_en: String,
    /// JIS prefecture code 1 to 47; `None` for a provider's own.
    #[serde(default)]
    pub prefecture: Option<u8>,
    /// Where the values come from, and which were read there.
    pub source: String,
    /// Were all values read in a source?
    pub confirmed: bool,
    /// Requirements added.
    #[serde(default, rename = "requirement")]
    pub requirements: Vec<Requirement>,
    /// Rules of the edition replaced by tighter ones of the same kind.
    #[serde(default, rename = "tighten")]
    pub tightened: Vec<Tightened>,
}

/// A tighter rule for a requirement of the edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tightened {
    pub requirement: String,
    pub rule: Rule,
}

impl Supplement {
    /// Reads a supplement's file. Whether it fits an edition is checked by [`Supplement::apply`].
    pub fn read(id: &str, text: &str) -> Result<Supplement, Vec<Problem>> {
        let file = format!("supplements/{id}.toml");
        let mut supplement: Supplement =
            toml::from_str(text).map_err(|error| vec![Problem::toml(&file, text, &error)])?;
        supplement.id = id.to_owned();
        Ok(supplement)
    }

    /// Adds this supplement to a rulebook, or says why it does not fit.
    pub fn apply(&self, text: &str, rulebook: &mut Rulebook) -> Result<(), Vec<Problem>> {
        let file = format!("supplements/{}.toml", self.id);
        let mut problems = Vec::new();
        let clauses: HashSet<&str> = rulebook.edition.clauses.iter().map(|clause| clause.path.as_str()).collect();
        let taken: HashSet<&str> = rulebook.requirements.iter().map(|requirement| requirement.id.as_str()).collect();
        check_requirements(&file, text, &self.requirements, &clauses, &taken, &mut problems);
        let mut requirements = rulebook.requirements.clone();
        for tightened in &self.tightened {
            let found = requirements.iter_mut().find(|requirement| requirement.id == tightened.requirement);
            let problem = match found {
                None => Some(format!("there is no requirement {} in the edition", tightened.requirement)),
                Some(requirement) => match tightened.rule.tightens(&requirement.rule) {
                    Ok(()) => {
                        requirement.rule = tightened.rule.clone();
                        requirement.supplement = Some(self.id.clone());
                        None
                    }
                    Err(why) => {
                        Some(format!("{}: {why}; a supplement may add or tighten, never loosen", requirement.id))
                    }
                },
            };
            problems.extend(
                problem.map(|message| Problem::at(&file, text, &format!("\"{}\"", tightened.requirement), message)),
            );
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        requirements.extend(
            self.requirements
                .iter()
                .cloned()
                .map(|requirement| Requirement { supplement: Some(self.id.clone()), ..requirement }),
        );
        rulebook.requirements = requirements;
        rulebook.supplements.push(self.id.clone());
        Ok(())
    }
}

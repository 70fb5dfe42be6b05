//! A supplement: what a prefecture or provider adds to an edition or makes tighter, never looser.

use super::Problem;
use super::clause::{Duty, canonical};
use super::confidence::Confidence;
use super::edition::{CaseType, check_ids, check_requirements};
use super::registration::Lasts;
use super::requirement::in_force;
use super::requirement::{Effect, Requirement, Rule};
use super::rulebook::Rulebook;
use super::stage::{self, Stage};
use crate::role::Role;
use crate::trainee::person::comparable;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use toml::Spanned;

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
    /// Ids of the editions it may supplement; it fits each of them.
    pub editions: Vec<String>,
    /// Where the values come from, unless one says otherwise.
    pub source: String,
    /// How sure the values are, unless one says otherwise.
    pub confidence: Confidence,
    /// How the prefecture registers host offices.
    #[serde(default)]
    pub registration: Registration,
    /// Ids of the stages its records have, in their order; none: those of the edition, then those added here.
    #[serde(default)]
    pub stages: Option<Vec<String>>,
    /// Stages it adds to those of the edition.
    #[serde(default, rename = "stage")]
    pub added_stages: Vec<Stage>,
    /// What a case can be marked as, beside what the edition names.
    #[serde(default, rename = "case_type")]
    pub case_types: Vec<CaseType>,
    /// Documents it asks for by a name of its own.
    #[serde(default, rename = "document")]
    pub documents: Vec<NamedDocument>,
    /// Requirements added.
    #[serde(default, rename = "requirement")]
    pub requirements: Vec<Spanned<Requirement>>,
    /// Requirements of the edition made tighter.
    #[serde(default, rename = "tighten")]
    pub tightened: Vec<Spanned<Tightened>>,
}

/// A document as people call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedDocument {
    /// Small letters, digits and `_`.
    pub id: String,
    pub title: String,
    pub title_en: String,
}

/// How a prefecture registers host offices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// `None`: nobody has said; then until withdrawn.
    #[serde(default)]
    pub lasts: Option<Lasts>,
}

/// What becomes tighter in a requirement of the edition; what is not named stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tightened {
    /// Its id.
    pub requirement: String,
    #[serde(default)]
    pub rule: Option<Rule>,
    #[serde(default)]
    pub duty: Option<Duty>,
    #[serde(default)]
    pub effects: Option<Vec<Effect>>,
    #[serde(default)]
    pub waivable_by: Option<Vec<Role>>,
    #[serde(default)]
    pub in_force_from: Option<NaiveDate>,
    #[serde(default)]
    pub in_force_until: Option<NaiveDate>,
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub confidence: Option<Confidence>,
}

impl Tightened {
    fn in_force(&self, starts_on: NaiveDate) -> bool {
        self.in_force_from.is_none_or(|from| from <= starts_on)
            && self.in_force_until.is_none_or(|until| starts_on <= until)
    }

    /// The requirement made tighter, or why this would loosen it.
    fn applied_to(&self, requirement: &Requirement) -> Result<Requirement, String> {
        let mut tighter = requirement.clone();
        if let Some(rule) = &self.rule {
            rule.tightens(&requirement.rule)?;
            tighter.rule = rule.clone();
        }
        match (self.duty, requirement.duty) {
            (Some(Duty::Appropriate), Duty::Must) => return Err("duty would fall from must to appropriate".to_owned()),
            (Some(duty), _) => tighter.duty = duty,
            (None, _) => {}
        }
        if let Some(effects) = &self.effects {
            if let Some(dropped) =
                requirement.effects().iter().find(|effect| **effect != Effect::Warns && !effects.contains(effect))
            {
                return Err(format!("effects would lose {dropped:?}"));
            }
            tighter.effects = effects.clone();
        }
        if let Some(roles) = &self.waivable_by {
            if roles.iter().any(|role| !requirement.waivable_by.contains(role)) {
                return Err("waivable_by would let others waive it".to_owned());
            }
            tighter.waivable_by = roles.clone();
        }
        Ok(tighter)
    }
}

impl Supplement {
    fn file(&self) -> String {
        format!("supplements/{}.toml", self.id)
    }

    /// Reads a supplement's file. Whether it fits an edition is checked by [`Supplement::check`] and [`Supplement::apply`].
    pub fn read(id: &str, text: &str) -> Result<Supplement, Vec<Problem>> {
        let file = format!("supplements/{id}.toml");
        let mut supplement: Supplement =
            toml::from_str(text).map_err(|error| vec![Problem::toml(&file, text, &error)])?;
        supplement.id = id.to_owned();
        let mut problems = Vec::new();
        if supplement.prefecture.is_some_and(|code| !(1..=47).contains(&code)) {
            problems.push(Problem::at(&file, text, "prefecture", "a prefecture's code is 1 (北海道) to 47 (沖縄県)"));
        }
        if supplement.editions.is_empty() {
            problems.push(Problem::at(&file, text, "editions", "name the editions it supplements: editions = [\"…\"]"));
        }
        if problems.is_empty() { Ok(supplement) } else { Err(problems) }
    }

    /// What is made tighter on a day, with the newest entry's place: a later entry goes on from the earlier ones, so that what it
    /// does not name stays.
    fn tightened_on(&self, starts_on: NaiveDate) -> Vec<(Tightened, std::ops::Range<usize>)> {
        let mut governing: Vec<&Spanned<Tightened>> =
            self.tightened.iter().filter(|tightened| tightened.get_ref().in_force(starts_on)).collect();
        governing.sort_by_key(|tightened| tightened.get_ref().in_force_from);
        let mut chosen: Vec<(Tightened, std::ops::Range<usize>)> = Vec::new();
        for spanned in governing {
            let later = spanned.get_ref().clone();
            match chosen.iter_mut().find(|(known, _)| known.requirement == later.requirement) {
                Some((known, span)) => {
                    *known = Tightened {
                        rule: later.rule.or_else(|| known.rule.clone()),
                        duty: later.duty.or(known.duty),
                        effects: later.effects.or_else(|| known.effects.clone()),
                        waivable_by: later.waivable_by.or_else(|| known.waivable_by.clone()),
                        ..later
                    };
                    *span = spanned.span();
                }
                None => chosen.push((later, spanned.span())),
            }
        }
        chosen
    }

    /// Everything that is wrong with it whatever the day: whether it fits on each day a value changes is tried too.
    pub fn check(&self, text: &str, rulebook_on: impl Fn(NaiveDate) -> Rulebook) -> Vec<Problem> {
        let mut days: Vec<NaiveDate> = vec![NaiveDate::MAX];
        let edition = rulebook_on(NaiveDate::MAX).edition;
        days.push(edition.metadata.governs_from);
        days.extend(self.requirements.iter().filter_map(|requirement| requirement.get_ref().in_force_from));
        days.extend(self.tightened.iter().filter_map(|tightened| tightened.get_ref().in_force_from));
        days.extend(edition.requirements.iter().filter_map(|requirement| requirement.in_force_from));
        // The day after a value ends another one governs, or none.
        let ends = edition.requirements.iter().filter_map(|requirement| requirement.in_force_until);
        let ends = ends.chain(self.tightened.iter().filter_map(|tightened| tightened.get_ref().in_force_until));
        let ends = ends.chain(self.requirements.iter().filter_map(|requirement| requirement.get_ref().in_force_until));
        days.extend(ends.filter_map(|day| day.succ_opt()));
        days.sort_unstable();
        days.dedup();
        let mut problems = self.check_values(text);
        for day in days {
            let found = self.apply(text, &mut rulebook_on(day), day).err().unwrap_or_default();
            problems.extend(found.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>());
        }
        problems
    }

    /// Two values for the same days, and values that cannot be meant.
    fn check_values(&self, text: &str) -> Vec<Problem> {
        let file = self.file();
        let mut problems = Vec::new();
        check_ids(&file, text, "stage", self.added_stages.iter().map(|stage| &stage.id), &mut problems);
        check_ids(&file, text, "case type", self.case_types.iter().map(|known| &known.id), &mut problems);
        check_ids(&file, text, "document", self.documents.iter().map(|known| &known.id), &mut problems);
        for (index, document) in self.documents.iter().enumerate() {
            let looks_alike = |known: &NamedDocument| comparable(&known.title) == comparable(&document.title);
            if document.title.trim().is_empty() {
                let message = format!("the document {} needs a title", document.id);
                problems.push(Problem::at(&file, text, &document.id, message));
            } else if self.documents[..index].iter().any(looks_alike) {
                let message = format!("two documents are called {}; nobody can tell them apart", document.title);
                problems.push(Problem::at(&file, text, &document.id, message));
            }
        }
        for (index, tightened) in self.tightened.iter().enumerate() {
            let value = tightened.get_ref();
            let within =
                |needle: &str, message: String| Problem::within(&file, text, tightened.span(), needle, message);
            let same = |known: &Spanned<Tightened>| {
                let known = known.get_ref();
                (&known.requirement, known.in_force_from) == (&value.requirement, value.in_force_from)
            };
            if self.tightened[..index].iter().any(same) {
                problems.push(within(
                    &value.requirement,
                    format!("{} is tightened twice for the same days; give one in_force_from", value.requirement),
                ));
            }
            if value.rule.is_none() && value.duty.is_none() && value.effects.is_none() && value.waivable_by.is_none() {
                problems.push(within(
                    &value.requirement,
                    "nothing is made tighter; give rule, duty, effects or waivable_by".to_owned(),
                ));
            }
            if let (Some(from), Some(until)) = (value.in_force_from, value.in_force_until)
                && until < from
            {
                problems.push(within(
                    "in_force_until",
                    format!("in_force_until {until} lies before in_force_from {from}; exchange them"),
                ));
            }
        }
        for requirement in &self.requirements {
            for message in requirement.get_ref().check() {
                let message = format!("{}: {message}", requirement.get_ref().id);
                problems.push(Problem::within(&file, text, requirement.span(), "rule", message));
            }
        }
        problems
    }

    /// Adds what is in force on a day to a rulebook, or says why it does not fit.
    pub fn apply(&self, text: &str, rulebook: &mut Rulebook, starts_on: NaiveDate) -> Result<(), Vec<Problem>> {
        let file = self.file();
        let mut problems = Vec::new();
        let clauses: HashSet<String> = rulebook.edition.clauses.iter().map(|clause| canonical(&clause.path)).collect();
        let taken: HashSet<&str> = rulebook.requirements.iter().map(|requirement| requirement.id.as_str()).collect();
        check_requirements(&file, text, &self.requirements, &clauses, &taken, &mut problems);
        let mut requirements = rulebook.requirements.clone();
        for (tightened, span) in self.tightened_on(starts_on) {
            let found = requirements.iter_mut().find(|requirement| requirement.id == tightened.requirement);
            let problem = match found {
                None => Some(format!(
                    "there is no requirement {} in the edition {}; see `kensan guideline show {}`",
                    tightened.requirement, rulebook.edition.id, rulebook.edition.id
                )),
                Some(requirement) => match tightened.applied_to(requirement) {
                    Ok(tighter) => {
                        let more = tighter.check().into_iter().next();
                        *requirement = Requirement {
                            supplement: Some(self.id.clone()),
                            source: tightened.source.clone().or_else(|| Some(self.source.clone())),
                            confidence: tightened.confidence.or(Some(self.confidence)),
                            ..tighter
                        };
                        more.map(|message| format!("{}: {message}", tightened.requirement))
                    }
                    Err(why) => {
                        Some(format!("{}: {why}; a supplement may add or tighten, never loosen", requirement.id))
                    }
                },
            };
            let quoted = format!("\"{}\"", tightened.requirement);
            problems.extend(problem.map(|message| Problem::within(&file, text, span, &quoted, message)));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let governing = self.requirements.iter().map(Spanned::get_ref).filter(|value| value.in_force(starts_on));
        let chosen = in_force(governing, |value| &value.id, |value| value.in_force_from);
        requirements.extend(chosen.into_iter().cloned().map(|requirement| Requirement {
            supplement: Some(self.id.clone()),
            source: requirement.source.or_else(|| Some(self.source.clone())),
            confidence: requirement.confidence.or(Some(self.confidence)),
            ..requirement
        }));
        let stages = stage::listed(&rulebook.stages, &self.added_stages, self.stages.as_deref())
            .map_err(|message| vec![Problem::at(&file, text, "stage", message)])?;
        for requirement in &requirements {
            // What the file itself asks, at its own line; for what the edition asks, the list leaves out too much.
            let here = requirement.supplement.as_ref() == Some(&self.id);
            let needle = if here { format!("\"{}\"", requirement.id) } else { "stages".to_owned() };
            let unfit = requirement.fits(&rulebook.edition.curriculum, &stages).err();
            problems.extend(unfit.map(|why| Problem::at(&file, text, &needle, format!("{}: {why}", requirement.id))));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        rulebook.stages = stages;
        rulebook.requirements = requirements;
        rulebook.supplements.push(self.id.clone());
        Ok(())
    }
}

//! The judgement of a trainee: every requirement with its state, evidence and what is missing, not only the first that fails.

use super::facts::{CohortFacts, Facts, WaiverFact};
use super::verdict::{Evidence, Missing, State, Verdict};
use crate::guideline::clause::Duty;
use crate::guideline::requirement::{Context, Effect, Requirement, Rule};
use crate::guideline::rulebook::Rulebook;
use crate::practicum::record::PlacedAt;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One line of a judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub requirement: String,
    /// For a rule that gives a verdict for each subject.
    pub subject: Option<String>,
    pub clause: String,
    pub duty: Duty,
    /// What follows while it is not settled.
    #[serde(default)]
    pub effects: Vec<Effect>,
    pub waiver: Option<WaiverFact>,
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl Finding {
    /// Does completion wait for this line?
    pub fn blocks(&self) -> bool {
        self.has(Effect::BlocksCompletion)
    }

    /// Does this follow from the line as it stands?
    pub fn has(&self, effect: Effect) -> bool {
        !self.verdict.state.settled() && self.effects.contains(&effect)
    }

    /// Is completion a matter of this line, settled or not?
    fn counts(&self) -> bool {
        self.effects.contains(&Effect::BlocksCompletion)
    }
}

/// All lines, in the order of the rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub edition: String,
    pub supplements: Vec<String>,
    pub as_of: NaiveDate,
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// May the completion certificate be issued?
    pub fn complete(&self) -> bool {
        !self.findings.iter().any(Finding::blocks)
    }

    /// How many lines that must be met are settled, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let must = self.findings.iter().filter(|finding| finding.counts());
        let settled = must.clone().filter(|finding| finding.verdict.state.settled()).count();
        (settled, must.count())
    }

    /// Lines that block completion.
    pub fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.blocks())
    }

    /// Lines for which a step, such as the second half, is closed.
    pub fn with(&self, effect: Effect) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.has(effect))
    }

    /// The nearest day on which something for a line that blocks completion can be done.
    pub fn nearest_deadline(&self) -> Option<NaiveDate> {
        self.blocking().filter_map(|finding| finding.verdict.deadline).min()
    }

    /// The worst state among the lines that must be met.
    pub fn worst(&self) -> State {
        self.blocking().map(|finding| finding.verdict.state).max().unwrap_or(State::Met)
    }
}

/// What of the rules a place cannot satisfy, whatever the trainee does there: requirements of the host office that completion waits for, each
/// with what the office lacks.
pub fn unfit_place<'a>(
    rulebook: &'a Rulebook,
    placed: &PlacedAt,
    as_of: NaiveDate,
) -> Vec<(&'a Requirement, Vec<Missing>)> {
    let facts = Facts { placement: Some(placed.clone()), ..Facts::default() };
    let cohort = CohortFacts::default();
    let (curriculum, stages) = (&rulebook.edition.curriculum, &rulebook.stages);
    let context = Context { curriculum, stages, cohort: &cohort, facts: &facts, as_of };
    let of_office = rulebook.requirements.iter().filter(|requirement| {
        matches!(requirement.rule, Rule::HostOffice(_)) && requirement.effects().contains(&Effect::BlocksCompletion)
    });
    let mut unfit = Vec::new();
    for requirement in of_office {
        let mut verdicts = Vec::new();
        requirement.rule.judge(&context, &mut verdicts);
        let missing: Vec<Missing> = verdicts.into_iter().flat_map(|(_, verdict)| verdict.missing).collect();
        if !missing.is_empty() {
            unfit.push((requirement, missing));
        }
    }
    unfit
}

/// Judges one trainee by a rulebook, on a day. Total and deterministic.
pub fn judge(rulebook: &Rulebook, cohort: &CohortFacts, facts: &Facts, as_of: NaiveDate) -> Judgement {
    let facts = &*facts.until(as_of);
    let context = Context { curriculum: &rulebook.edition.curriculum, stages: &rulebook.stages, cohort, facts, as_of };
    let mut findings = Vec::with_capacity(rulebook.requirements.len() + rulebook.edition.curriculum.subjects.len());
    let mut verdicts = Vec::new();
    for requirement in &rulebook.requirements {
        requirement.rule.judge(&context, &mut verdicts);
        for (subject, mut verdict) in verdicts.drain(..) {
            let waiver = facts
                .waivers
                .iter()
                .filter(|waiver| waiver.requirement == requirement.id && waiver.subject == subject)
                .find(|waiver| requirement.waivable_by.contains(&waiver.role))
                .filter(|_| !verdict.state.settled());
            if let Some(waiver) = waiver {
                verdict.state = State::Waived;
                verdict.evidence.push(Evidence::Waiver(waiver.id));
            }
            // A day that has passed is no chance any more.
            verdict.deadline = verdict.deadline.filter(|day| *day >= as_of);
            findings.push(Finding {
                requirement: requirement.id.clone(),
                subject,
                clause: requirement.clause.clone(),
                duty: requirement.duty,
                effects: requirement.effects().to_vec(),
                waiver: waiver.cloned(),
                verdict,
            });
        }
    }
    Judgement { edition: rulebook.edition.id.clone(), supplements: rulebook.supplements.clone(), as_of, findings }
}

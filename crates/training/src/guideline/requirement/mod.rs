//! Requirements: a closed set of typed rules, each in its own file, each tied to one clause.

mod cases;
mod completion_assessment;
mod conference;
mod host_office;
mod milestone;
mod pass_record;
mod practicum_minimum;
mod prior_consent;
mod stages;
mod subjects;

pub use cases::SeveralCases;
pub use completion_assessment::CompletionAssessment;
pub use conference::Conference;
pub use host_office::HostOffice;
pub use milestone::Milestone;
pub use pass_record::PassRecord;
pub use practicum_minimum::PracticumMinimum;
pub use prior_consent::PriorConsent;
pub use stages::StagesCovered;
pub use subjects::Subjects;

use super::clause::Duty;
use super::curriculum::Curriculum;
use crate::completion::facts::{CohortFacts, Facts};
use crate::completion::judgement::Verdict;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One requirement of an edition or supplement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    pub id: String,
    /// The path of the clause it rests on.
    pub clause: String,
    pub duty: Duty,
    pub title: String,
    pub title_en: String,
    pub rule: Rule,
    /// Supplement that added or tightened it.
    #[serde(default, skip_deserializing)]
    pub supplement: Option<String>,
}

/// The rules there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rule {
    PassRecord(PassRecord),
    Subjects(Subjects),
    Milestone(Milestone),
    PracticumMinimum(PracticumMinimum),
    SeveralCases(SeveralCases),
    StagesCovered(StagesCovered),
    Conference(Conference),
    PriorConsent(PriorConsent),
    HostOffice(HostOffice),
    CompletionAssessment(CompletionAssessment),
}

/// What a rule is judged against.
pub struct Context<'a> {
    pub curriculum: &'a Curriculum,
    pub cohort: &'a CohortFacts,
    pub facts: &'a Facts,
    pub as_of: NaiveDate,
}

impl Rule {
    /// One verdict, or one for each subject; the subject's code goes with it.
    pub(crate) fn judge(&self, context: &Context<'_>, verdicts: &mut Vec<(Option<String>, Verdict)>) {
        let verdict = match self {
            Rule::Subjects(rule) => return rule.judge(context, verdicts),
            Rule::PassRecord(rule) => rule.judge(context),
            Rule::Milestone(rule) => rule.judge(context),
            Rule::PracticumMinimum(rule) => rule.judge(context),
            Rule::SeveralCases(rule) => rule.judge(context),
            Rule::StagesCovered(rule) => rule.judge(context),
            Rule::Conference(rule) => rule.judge(context),
            Rule::PriorConsent(rule) => rule.judge(context),
            Rule::HostOffice(rule) => rule.judge(context),
            Rule::CompletionAssessment(rule) => rule.judge(context),
        };
        verdicts.push((None, verdict));
    }

    /// May this rule replace `other` in a supplement? The reason, if not.
    pub fn tightens(&self, other: &Rule) -> Result<(), String> {
        let no_less = |name: &str, new: u32, old: u32| {
            if new >= old { Ok(()) } else { Err(format!("{name} would fall from {old} to {new}")) }
        };
        match (self, other) {
            (Rule::PracticumMinimum(new), Rule::PracticumMinimum(old)) => {
                no_less("minutes", new.minutes, old.minutes)?;
                no_less("days", new.days, old.days)
            }
            (Rule::SeveralCases(new), Rule::SeveralCases(old)) => no_less("count", new.count, old.count),
            (Rule::Subjects(new), Rule::Subjects(old)) if new.tolerance_minutes > old.tolerance_minutes => {
                Err(format!("tolerance_minutes would rise from {} to {}", old.tolerance_minutes, new.tolerance_minutes))
            }
            (Rule::StagesCovered(new), Rule::StagesCovered(old)) => {
                match old.stages.iter().find(|stage| !new.stages.contains(stage)) {
                    Some(stage) => Err(format!("the stage {} would be dropped", stage.id())),
                    None => Ok(()),
                }
            }
            (Rule::CompletionAssessment(new), Rule::CompletionAssessment(old)) => {
                no_less("minimum_score", new.minimum_score.unwrap_or(0), old.minimum_score.unwrap_or(0))
            }
            (Rule::HostOffice(new), Rule::HostOffice(old))
                if (old.specified_office_addition && !new.specified_office_addition)
                    || (old.chief_care_manager && !new.chief_care_manager) =>
            {
                Err("a condition on the office would be dropped".to_owned())
            }
            (new, old) if std::mem::discriminant(new) == std::mem::discriminant(old) => Ok(()),
            _ => Err("the rule is of another kind".to_owned()),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::completion::facts::Facts;

    pub(crate) fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    /// Judges one rule against facts, on 2026-06-15, without sessions.
    pub(crate) fn judged(rule: Rule, facts: &Facts) -> Verdict {
        let curriculum = Curriculum { confirmed: false, source: String::new(), total_hours: 0, subjects: vec![] };
        let cohort = CohortFacts::default();
        let mut verdicts = Vec::new();
        rule.judge(&Context { curriculum: &curriculum, cohort: &cohort, facts, as_of: day(6, 15) }, &mut verdicts);
        verdicts.remove(0).1
    }
}

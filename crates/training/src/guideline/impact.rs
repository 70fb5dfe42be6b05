//! What other rules would change for the trainees of a cohort: the same facts, judged by both.

use super::curriculum::{Curriculum, Subject};
use super::requirement::{AllOf, AnyOf, Document, Effect, RecordSheet, Rule};
use super::rulebook::Rulebook;
use crate::completion::facts::CohortFacts;
use crate::completion::judgement::{Finding, Judgement};
use crate::completion::verdict::{Missing, State};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One line that another edition judges otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub requirement: String,
    pub subject: Option<String>,
    /// The clause it rests on: the new edition's, or the present one's where the new has none.
    pub clause: String,
    /// None: the present rules do not ask for it.
    pub before: Option<State>,
    /// None: the new rules do not ask for it.
    pub after: Option<State>,
    /// What the trainee would have to do.
    pub missing: Vec<Missing>,
    /// Would it keep the trainee from completing?
    pub blocks: bool,
    pub direction: Direction,
}

/// Which way a line changes for a trainee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is asked of the trainee than now.
    More,
    /// Less is asked than now.
    Less,
    /// Something else follows from it, for example another step is closed.
    Otherwise,
}

/// How much a line asks: nothing once settled; a line that blocks completion asks more than any that does not.
fn weight(finding: Option<&Finding>) -> usize {
    let Some(finding) = finding.filter(|finding| !finding.verdict.state.settled()) else { return 0 };
    let state = State::ALL.iter().position(|state| *state == finding.verdict.state).unwrap_or(0);
    1 + state + if finding.blocks() { State::ALL.len() } else { 0 }
}

fn direction(before: Option<&Finding>, after: Option<&Finding>) -> Direction {
    match weight(after).cmp(&weight(before)) {
        std::cmp::Ordering::Greater => Direction::More,
        std::cmp::Ordering::Less => Direction::Less,
        std::cmp::Ordering::Equal => Direction::Otherwise,
    }
}

/// A requirement with how many trainees change state in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    pub requirement: String,
    pub subject: Option<String>,
    pub clause: String,
    /// Trainees of whom more is asked than now.
    pub more: usize,
    /// Trainees of whom less is asked than now.
    pub less: usize,
    /// Trainees for whom something else follows.
    pub otherwise: usize,
}

/// What becomes of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum SubjectChange {
    Added { code: String, name: String, hours: u32 },
    Removed { code: String, name: String, hours: u32 },
    Renamed { code: String, before: String, after: String },
    Hours { code: String, name: String, before: u32, after: u32 },
}

impl SubjectChange {
    pub fn code(&self) -> &str {
        match self {
            SubjectChange::Added { code, .. }
            | SubjectChange::Removed { code, .. }
            | SubjectChange::Renamed { code, .. }
            | SubjectChange::Hours { code, .. } => code,
        }
    }
}

/// The whole of what changes for one cohort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// Trainees with a changed line, by the id they were given under.
    pub trainees: BTreeMap<i64, Vec<Change>>,
    pub judged: usize,
    pub by_requirement: Vec<Count>,
    pub subjects: Vec<SubjectChange>,
    /// Sessions of the cohort that teach a subject that changes, by id.
    pub sessions: Vec<i64>,
    /// Documents and sheets asked for by one of the two alone.
    pub documents_added: BTreeSet<String>,
    pub documents_removed: BTreeSet<String>,
}

/// What follows from a line as it stands.
fn follows(finding: &Finding) -> &[Effect] {
    if finding.verdict.state.settled() { &[] } else { &finding.effects }
}

/// The lines of two judgements of one trainee that differ in state, in the order of the new rules.
pub fn changes(present: &Judgement, new: &Judgement) -> Vec<Change> {
    let same = |a: &Finding, b: &Finding| (&a.requirement, &a.subject) == (&b.requirement, &b.subject);
    let mut changes = Vec::new();
    for after in &new.findings {
        let before = present.findings.iter().find(|before| same(before, after));
        let state = before.map(|before| before.verdict.state);
        let stays =
            state == Some(after.verdict.state) && before.is_some_and(|before| follows(before) == follows(after));
        let silent = state.is_none() && after.verdict.state.settled();
        if !stays && !silent {
            changes.push(Change {
                requirement: after.requirement.clone(),
                subject: after.subject.clone(),
                clause: after.clause.clone(),
                before: state,
                after: Some(after.verdict.state),
                missing: after.verdict.missing.clone(),
                blocks: after.blocks(),
                direction: direction(before, Some(after)),
            });
        }
    }
    for before in &present.findings {
        let gone = !new.findings.iter().any(|after| same(before, after));
        if gone && !before.verdict.state.settled() {
            changes.push(Change {
                requirement: before.requirement.clone(),
                subject: before.subject.clone(),
                clause: before.clause.clone(),
                before: Some(before.verdict.state),
                after: None,
                missing: Vec::new(),
                blocks: false,
                direction: direction(Some(before), None),
            });
        }
    }
    changes
}

/// Compares two rulebooks on the judgements both gave; each trainee's pair goes under one id.
pub fn impact(
    (present, new): (&Rulebook, &Rulebook),
    cohort: &CohortFacts,
    judgements: impl Iterator<Item = (i64, Judgement, Judgement)>,
) -> Impact {
    let mut trainees = BTreeMap::new();
    let mut counts: Vec<Count> = Vec::new();
    let mut judged = 0;
    for (id, before, after) in judgements {
        judged += 1;
        let changes = changes(&before, &after);
        for change in &changes {
            let known = counts
                .iter()
                .position(|count| (&count.requirement, &count.subject) == (&change.requirement, &change.subject));
            let at = known.unwrap_or_else(|| {
                counts.push(Count {
                    requirement: change.requirement.clone(),
                    subject: change.subject.clone(),
                    clause: change.clause.clone(),
                    more: 0,
                    less: 0,
                    otherwise: 0,
                });
                counts.len() - 1
            });
            match change.direction {
                Direction::More => counts[at].more += 1,
                Direction::Less => counts[at].less += 1,
                Direction::Otherwise => counts[at].otherwise += 1,
            }
        }
        if !changes.is_empty() {
            trainees.insert(id, changes);
        }
    }
    counts.sort_by_key(|count| std::cmp::Reverse(count.more + count.less + count.otherwise));
    let subjects = subject_changes(&present.edition.curriculum, &new.edition.curriculum);
    let touched = |code: &str| subjects.iter().any(|change| change.code() == code);
    let sessions = cohort
        .sessions()
        .iter()
        .filter(|session| session.shares.iter().any(|share| touched(&share.subject)))
        .map(|session| session.id)
        .collect();
    let (before, after) = (documents(present), documents(new));
    Impact {
        trainees,
        judged,
        by_requirement: counts,
        sessions,
        documents_added: after.difference(&before).cloned().collect(),
        documents_removed: before.difference(&after).cloned().collect(),
        subjects,
    }
}

/// Subjects are the same by their code.
fn subject_changes(before: &Curriculum, after: &Curriculum) -> Vec<SubjectChange> {
    let mut changes = Vec::new();
    for Subject { code, name, hours, .. } in &after.subjects {
        let (code, hours) = (code.clone(), *hours);
        match before.subject(&code) {
            None => changes.push(SubjectChange::Added { code, name: name.clone(), hours }),
            Some(known) => {
                if known.name != *name {
                    let (before, after) = (known.name.clone(), name.clone());
                    changes.push(SubjectChange::Renamed { code: code.clone(), before, after });
                }
                if known.hours != hours {
                    changes.push(SubjectChange::Hours { code, name: name.clone(), before: known.hours, after: hours });
                }
            }
        }
    }
    for Subject { code, name, hours, .. } in &before.subjects {
        if after.subject(code).is_none() {
            changes.push(SubjectChange::Removed { code: code.clone(), name: name.clone(), hours: *hours });
        }
    }
    changes
}

fn documents(rulebook: &Rulebook) -> BTreeSet<String> {
    rulebook.requirements.iter().flat_map(|requirement| documents_of(&requirement.rule)).collect()
}

/// Is a rule, or one of its parts, about the host office or who guides there?
pub fn is_about_office(rule: &Rule) -> bool {
    match rule {
        Rule::HostOffice(_) | Rule::Supervisor(_) => true,
        Rule::AnyOf(AnyOf { rules }) | Rule::AllOf(AllOf { rules }) => rules.iter().any(is_about_office),
        _ => false,
    }
}

/// Ids of the documents a rule asks for.
pub fn documents_of(rule: &Rule) -> Vec<String> {
    match rule {
        Rule::Document(Document { document, .. }) => vec![document.clone()],
        Rule::RecordSheet(RecordSheet { sheet, .. }) => vec![sheet.document().to_owned()],
        Rule::AnyOf(AnyOf { rules }) | Rule::AllOf(AllOf { rules }) => rules.iter().flat_map(documents_of).collect(),
        _ => Vec::new(),
    }
}

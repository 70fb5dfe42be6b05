//! Small pieces several pages show.

use crate::shell::page::Page;
use crate::wording;
use secretariat::trainee::judgement::TraineeJudgement;
use std::collections::BTreeMap;
use training::completion::judgement::{Finding, Judgement};
use training::completion::verdict::State;
use training::guideline::requirement::Effect;
use training::guideline::rulebook::Rulebook;
use training::practicum::placement::PlacementState;

/// A choice of a select box or radio group.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into() }
    }
}

/// Titles of supplements.
pub(crate) fn supplements(page: &Page, ids: &[String]) -> String {
    let known = &page.guidelines.supplements;
    let title = |id: &String| match known.get(id) {
        Some((found, _)) => page.language.either(&found.title, &found.title_en).to_owned(),
        None => id.clone(),
    };
    ids.iter().map(title).collect::<Vec<_>>().join("、")
}

/// One line of a judgement, worded.
pub(crate) struct Line {
    pub(crate) subject: String,
    pub(crate) title: String,
    pub(crate) clause: String,
    pub(crate) gist: String,
    pub(crate) duty: String,
    pub(crate) state: String,
    pub(crate) state_id: &'static str,
    pub(crate) settled: bool,
    pub(crate) missing: Vec<String>,
    pub(crate) evidence: usize,
    pub(crate) waiver: Option<String>,
    pub(crate) deadline: Option<String>,
    pub(crate) blocks: bool,
}

/// The title of a finding: the requirement's, or its subject's name.
pub(crate) fn title(page: &Page, rulebook: &Rulebook, finding: &Finding) -> String {
    let curriculum = &rulebook.edition.curriculum;
    if let Some(subject) = finding.subject.as_deref().and_then(|code| curriculum.subject(code)) {
        return subject.name.clone();
    }
    let found = rulebook.requirements.iter().find(|requirement| requirement.id == finding.requirement);
    found.map_or_else(String::new, |found| page.language.either(&found.title, &found.title_en).to_owned())
}

/// A judgement as lines to read.
pub(crate) fn lines(page: &Page, rulebook: &Rulebook, judgement: &Judgement) -> Vec<Line> {
    judgement
        .findings
        .iter()
        .map(|finding| {
            let clause = rulebook.edition.clause(&finding.clause);
            let verdict = &finding.verdict;
            Line {
                subject: finding.subject.clone().unwrap_or_default(),
                title: title(page, rulebook, finding),
                clause: wording::clause(page, &finding.clause),
                gist: clause
                    .map_or_else(String::new, |clause| page.language.either(&clause.gist, &clause.gist_en).to_owned()),
                duty: wording::duty(page, finding.duty),
                state: wording::state(page, verdict.state),
                state_id: verdict.state.id(),
                settled: finding.verdict.state.settled(),
                missing: verdict.missing.iter().map(|missing| wording::missing::missing(page, missing)).collect(),
                evidence: verdict.evidence.len(),
                waiver: finding
                    .waiver
                    .as_ref()
                    .map(|waiver| t!(page, "waived-by", by = waiver.by.clone(), reason = waiver.reason.clone())),
                deadline: verdict.deadline.map(|day| page.date(day)),
                blocks: finding.blocks(),
            }
        })
        .collect()
}

/// A judgement as a strip of small cells, one a line.
pub(crate) fn strip(judgement: &Judgement) -> Vec<&'static str> {
    judgement.findings.iter().map(|finding| finding.verdict.state.id()).collect()
}

/// Shares of a cohort by state, for a bar: state id, label, count, per mille.
pub(crate) struct Share {
    pub(crate) state_id: &'static str,
    pub(crate) label: String,
    pub(crate) count: usize,
    /// Left edge and width in a bar 1000 wide.
    pub(crate) from: usize,
    pub(crate) width: usize,
}

pub(crate) fn shares(page: &Page, counts: &BTreeMap<State, usize>) -> Vec<Share> {
    let total: usize = counts.values().sum();
    let mut from = 0;
    State::ALL
        .iter()
        .filter_map(|state| Some((state, *counts.get(state)?)))
        .map(|(state, count)| {
            let width = count * 1000 / total;
            let share = Share { state_id: state.id(), label: wording::state(page, *state), count, from, width };
            from += width;
            share
        })
        .collect()
}

/// A change of state on offer.
pub(crate) struct Change {
    pub(crate) to: &'static str,
    pub(crate) label: String,
    pub(crate) needs_reason: bool,
}

/// Does the placement still wait for something the office can answer?
pub(crate) fn changes_of(page: &Page, state: PlacementState) -> Vec<Change> {
    let role = page.viewer.as_ref().map(|viewer| viewer.role);
    let Some(role) = role else { return Vec::new() };
    training::practicum::placement::transitions_from(state, role)
        .map(|transition| Change {
            to: transition.to.id(),
            label: wording::placement_act(page, transition.to),
            needs_reason: transition.needs_reason,
        })
        .collect()
}

/// What is closed to the trainee for now, and why.
pub(crate) fn closed(page: &Page, judged: &TraineeJudgement) -> Vec<String> {
    [Effect::BlocksPracticum, Effect::BlocksSecondHalf]
        .into_iter()
        .filter_map(|effect| {
            let because: Vec<String> =
                judged.judgement.with(effect).map(|finding| title(page, &judged.rulebook, finding)).collect();
            let why = because.join("、");
            (!because.is_empty()).then(|| match effect {
                Effect::BlocksPracticum => t!(page, "closed-practicum", why = why),
                _ => t!(page, "closed-second-half", why = why),
            })
        })
        .collect()
}

//! Facts of many trainees at once. Each goes through the door it goes through alone; whom it is refused for is told, and the others are kept.
//! What was recorded at once is taken back at once.

use super::judgement::TraineeJudgement;
use crate::cohort::ImportRun;
use crate::fact::NewFact;
use crate::list_file::{self, ListFile, one_cell};
use crate::practicum::record::CONSENT_DOCUMENT;
use crate::trainee::facts::SCORES;
use crate::trainee::refusal::TraineeRefusal;
use crate::{CellFault, Error, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::hex;
use records::practicum::FactKind;
use records::trainee::enrolment::Enrolment;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use training::NaiveDate;
use training::completion::facts::{AssessmentFact, DocumentFact, Facts, MilestoneFact, MilestoneKind};
use training::guideline::impact;
use training::guideline::requirement::Rule;
use training::guideline::rulebook::Rulebook;
use training::role::Role;

/// What can be recorded of many at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkFact {
    Milestone { kind: MilestoneKind, on: NaiveDate },
    Document { document: String, on: NaiveDate },
    Assessment(AssessmentFact),
}

/// A fact and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkEntry {
    pub enrolment: i64,
    pub fact: BulkFact,
}

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkOutcome {
    Recorded,
    /// It is on record already, of that day where it has one.
    Unchanged(Option<NaiveDate>),
    Refused(Refusal),
}

#[derive(Debug, Clone)]
pub struct BulkLine {
    pub entry: BulkEntry,
    pub number: String,
    pub name: String,
    pub outcome: BulkOutcome,
    /// An assessment on record that is better, and goes on counting: an assessment is corrected by taking the former back.
    pub better: Option<AssessmentFact>,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct BulkCounts {
    pub rows: usize,
    pub recorded: usize,
    pub unchanged: usize,
    /// Refused.
    pub skipped: usize,
}

impl BulkCounts {
    pub fn of(lines: &[BulkLine]) -> BulkCounts {
        let count = |wanted: fn(&BulkOutcome) -> bool| lines.iter().filter(|line| wanted(&line.outcome)).count();
        BulkCounts {
            rows: lines.len(),
            recorded: count(|outcome| matches!(outcome, BulkOutcome::Recorded)),
            unchanged: count(|outcome| matches!(outcome, BulkOutcome::Unchanged(_))),
            skipped: count(|outcome| matches!(outcome, BulkOutcome::Refused(_))),
        }
    }
}

const NUMBER: &[&str] = &["受講番号", "番号"];
const RESULT: &[&str] = &["結果", "合否", "判定", "評価結果", "修了評価", "評価"];
const SCORE: &[&str] = &["点", "点数", "得点", "評点"];

/// The first headings of a list of assessments; those of the rubric's items follow.
pub const HEADINGS: [&str; 4] = ["受講番号", "氏名", "結果", "点"];

/// Items of the rubrics the rules assess by.
pub fn items(rulebook: &Rulebook) -> Vec<String> {
    let of = |rule: &Rule| match rule {
        Rule::CompletionAssessment(rule) => rule.rubric.iter().map(|item| item.item.clone()).collect(),
        _ => Vec::new(),
    };
    rulebook.requirements.iter().flat_map(|requirement| of(&requirement.rule)).collect()
}

/// The digest of a file, as imports keep it.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Assessments as a list that is read as the same assessments.
pub fn text_of(lines: &[BulkLine]) -> String {
    let assessed: Vec<(&BulkLine, &AssessmentFact)> = lines
        .iter()
        .filter_map(|line| match &line.entry.fact {
            BulkFact::Assessment(known) => Some((line, known)),
            _ => None,
        })
        .collect();
    let items: BTreeSet<&String> = assessed.iter().flat_map(|(_, known)| known.items.keys()).collect();
    let headings = HEADINGS.iter().copied().chain(items.iter().map(|item| item.as_str()));
    let mut text = headings.collect::<Vec<_>>().join("\t");
    for (line, known) in assessed {
        let result = if known.passed { "合格" } else { "不合格" };
        let score = known.score.map(|score| score.to_string()).unwrap_or_default();
        let points = items.iter().map(|item| known.items.get(*item).map(u32::to_string).unwrap_or_default());
        let cells = [line.number.clone(), line.name.clone(), result.to_owned(), score];
        let cells = cells.into_iter().chain(points).map(|cell| one_cell(&cell));
        text.push('\n');
        text.push_str(&cells.collect::<Vec<_>>().join("\t"));
    }
    text
}

/// Words for somebody who was not assessed.
const NOT_ASSESSED: [&str; 6] = ["欠席", "未受験", "未実施", "未", "-", "対象外"];

/// Does a text say that somebody passed?
fn passed(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "合格" | "合" | "○" | "〇" | "◯" | "可" | "適" | "修了" | "pass" | "passed" => Some(true),
        "不合格" | "否" | "×" | "✕" | "✗" | "x" | "不可" | "不適" | "未修了" | "fail" | "failed" => {
            Some(false)
        }
        _ => None,
    }
}

/// Where entries come from: the name of a list, or what was ticked on a page, and the digest of the file.
#[derive(Debug, Clone, Copy)]
pub struct BulkSource<'a> {
    pub name: &'a str,
    pub digest: &'a str,
}

/// The day something of an entry is on record already.
fn on_record(judged: &TraineeJudgement, fact: &BulkFact) -> Option<NaiveDate> {
    match fact {
        BulkFact::Milestone { kind, .. } => {
            judged.facts.milestones.iter().find(|known| known.kind == *kind).map(|known| known.on)
        }
        BulkFact::Document { document, .. } => {
            judged.facts.documents.iter().find(|known| known.document == *document).map(|known| known.on)
        }
        BulkFact::Assessment(_) => None,
    }
}

/// What is refused of many and looked at one by one: somebody who takes no part, and a document the rules do not ask for.
fn check_entry(judged: &TraineeJudgement, fact: &BulkFact) -> Result<(), Refusal> {
    if !judged.enrolment.state.takes_part() {
        return Err(TraineeRefusal::TakesNoPart.into());
    }
    let BulkFact::Document { document, .. } = fact else { return Ok(()) };
    let mut asked = judged.rulebook.requirements.iter().flat_map(|known| impact::documents_of(&known.rule));
    match asked.any(|asked| asked == *document) {
        true => Ok(()),
        false => Err(Refusal::FieldInvalid { field: "document", value: document.clone() }),
    }
}

/// An assessment on record that is better than a new one.
fn better(judged: &TraineeJudgement, fact: &BulkFact) -> Option<AssessmentFact> {
    let BulkFact::Assessment(new) = fact else { return None };
    let rank = |known: &AssessmentFact| (known.passed, known.score);
    judged.facts.assessments.iter().filter(|known| rank(known) > rank(new)).max_by_key(|known| rank(known)).cloned()
}

/// What was recorded is on record for the entries that follow.
fn remember(judged: &mut TraineeJudgement, fact: &BulkFact, new: &[NewFact]) {
    for (kind, id) in new {
        match (kind, fact) {
            (FactKind::Milestone, BulkFact::Milestone { kind, on }) => {
                judged.facts.milestones.push(MilestoneFact { id: *id, kind: *kind, on: *on });
            }
            (FactKind::Document, BulkFact::Document { document, on }) => {
                judged.facts.documents.push(DocumentFact { id: *id, document: document.clone(), on: *on });
            }
            // The paper of a consent comes with it.
            (FactKind::Document, BulkFact::Milestone { on, .. }) => {
                judged.facts.documents.push(DocumentFact { id: *id, document: CONSENT_DOCUMENT.to_owned(), on: *on });
            }
            (FactKind::Assessment, BulkFact::Assessment(known)) => {
                judged.facts.assessments.push(AssessmentFact { id: *id, ..known.clone() });
            }
            _ => {}
        }
    }
}

impl Secretariat {
    /// Records facts of many trainees of a cohort.
    ///
    /// # Errors
    /// `NotFound` for a trainee of another cohort. What is refused of one trainee is in that one's line.
    pub async fn record_in_bulk(
        &self,
        staff: &Staff,
        cohort: i64,
        (entries, source): (&[BulkEntry], BulkSource<'_>),
    ) -> Result<Vec<BulkLine>> {
        let mut work = self.write(staff).await?;
        let (lines, new) = self.record_in_bulk_in(&mut work, cohort, entries).await?;
        if !new.is_empty() {
            let run = work.record_import("facts", source.name, source.digest, &BulkCounts::of(&lines)).await?;
            for (enrolment, (kind, fact)) in new {
                work.keep_fact_import(run, enrolment, kind, fact).await?;
            }
        }
        work.commit().await?;
        Ok(lines)
    }

    /// What recording would come to. It is done and taken back, so that it says what will happen.
    pub async fn rehearse_in_bulk(&self, staff: &Staff, cohort: i64, entries: &[BulkEntry]) -> Result<Vec<BulkLine>> {
        let mut work = self.write(staff).await?;
        Ok(self.record_in_bulk_in(&mut work, cohort, entries).await?.0)
    }

    async fn record_in_bulk_in(
        &self,
        work: &mut Work,
        cohort: i64,
        entries: &[BulkEntry],
    ) -> Result<(Vec<BulkLine>, Vec<(i64, NewFact)>)> {
        work.lock_facts(cohort).await?;
        let judged = self.judge_each(work, cohort).await?;
        let mut by_enrolment: HashMap<i64, TraineeJudgement> =
            judged.into_iter().map(|judged| (judged.enrolment.id, judged)).collect();
        let (mut lines, mut new) = (Vec::new(), Vec::new());
        for entry in entries {
            let judged = by_enrolment.get_mut(&entry.enrolment).ok_or(records::Error::NotFound)?;
            let better = better(judged, &entry.fact);
            let outcome = match self.record_one(work, judged, &entry.fact).await {
                Ok(facts) if facts.is_empty() => BulkOutcome::Unchanged(on_record(judged, &entry.fact)),
                Ok(facts) => {
                    remember(judged, &entry.fact, &facts);
                    new.extend(facts.into_iter().map(|fact| (entry.enrolment, fact)));
                    BulkOutcome::Recorded
                }
                Err(Error::Refused(refusal)) => BulkOutcome::Refused(refusal),
                Err(error) => return Err(error),
            };
            let (number, name) = (judged.enrolment.trainee_number.clone(), judged.enrolment.name.clone());
            lines.push(BulkLine { entry: entry.clone(), number, name, outcome, better });
        }
        Ok((lines, new))
    }

    /// Every fact that is new; none where it is on record.
    async fn record_one(&self, work: &mut Work, judged: &TraineeJudgement, fact: &BulkFact) -> Result<Vec<NewFact>> {
        check_entry(judged, fact)?;
        if on_record(judged, fact).is_some() {
            return Ok(Vec::new());
        }
        let one = |fact: Option<NewFact>| fact.into_iter().collect();
        match fact {
            BulkFact::Milestone { kind, on } => self.record_milestone_in(work, judged, *kind, (*on, "")).await,
            BulkFact::Document { document, on } => {
                self.hand_in_document_in(work, judged, document, (*on, "")).await.map(one)
            }
            BulkFact::Assessment(assessment) => self.record_assessment_in(work, judged, assessment).await.map(one),
        }
    }

    /// Everybody of a cohort with what is on record.
    pub async fn facts_of_cohort(&self, work: &mut Work, cohort: i64) -> Result<Vec<(Enrolment, Facts)>> {
        Ok(self.judge_each(work, cohort).await?.into_iter().map(|judged| (judged.enrolment, judged.facts)).collect())
    }

    /// Takes back what was recorded at once of a cohort; gives how many facts, and the names of those whose fact has to stay, with why.
    pub async fn undo_bulk(
        &self,
        staff: &Staff,
        (cohort, run): (i64, i64),
        reason: &str,
    ) -> Result<(usize, Vec<(String, Refusal)>)> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let facts = work.facts_of_import(run).await?;
        if facts.is_empty() {
            return Err(records::Error::NotFound.into());
        }
        work.lock_facts(cohort).await?;
        let (mut undone, mut kept) = (0, Vec::new());
        for (enrolment, kind, fact) in facts {
            let trainee = work.enrolment(enrolment).await?;
            if trainee.cohort_id != cohort {
                return Err(records::Error::NotFound.into());
            }
            match self.withdraw_fact_in(&mut work, enrolment, (kind, fact), reason.trim()).await {
                Ok(()) => undone += 1,
                Err(Error::Refused(refusal)) => kept.push((trainee.name, refusal)),
                // Taken back by itself before.
                Err(Error::Records(records::Error::NotFound)) => {}
                Err(error) => return Err(error),
            }
        }
        work.commit().await?;
        Ok((undone, kept))
    }

    /// What was recorded at once and of which some fact still stands, the newest first.
    pub async fn bulk_runs(
        &self,
        work: &mut Work,
        cohort: i64,
        known: &[(Enrolment, Facts)],
    ) -> Result<Vec<ImportRun>> {
        let mut standing: HashSet<NewFact> = HashSet::new();
        for (_, facts) in known {
            let milestones = facts.milestones.iter().chain(&facts.asked_again);
            standing.extend(milestones.map(|known| (FactKind::Milestone, known.id)));
            standing.extend(facts.documents.iter().map(|known| (FactKind::Document, known.id)));
            standing.extend(facts.assessments.iter().map(|known| (FactKind::Assessment, known.id)));
        }
        let mut runs = Vec::new();
        for run in work.fact_imports(cohort).await? {
            let facts = work.facts_of_import(run.id).await?;
            if facts.iter().any(|(_, kind, fact)| standing.contains(&(*kind, *fact))) {
                runs.push(run);
            }
        }
        Ok(runs)
    }

    /// Reads a list of assessments with the columns 受講番号, 結果, and if it has them 氏名, 点 and the rubric's items. A row without result and
    /// points is of somebody who was not assessed. Gives the headings of columns with values that were not read, too.
    ///
    /// # Errors
    /// [`list_file::refusal::FileRefusal`] with every cell that cannot be read.
    pub async fn read_assessments(
        &self,
        work: &mut Work,
        cohort: i64,
        (bytes, by): (&[u8], Option<Role>),
    ) -> Result<(Vec<BulkEntry>, Vec<String>)> {
        let cohort = work.cohort(cohort).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let enrolments = work.enrolments(cohort.id).await?;
        let by_number: HashMap<&str, &Enrolment> =
            enrolments.iter().map(|known| (known.trainee_number.as_str(), known)).collect();
        let items = items(&rulebook);
        let of_items: Vec<&str> = items.iter().map(String::as_str).collect();
        let also: Vec<&[&str]> = std::iter::once(SCORE).chain(of_items.iter().map(std::slice::from_ref)).collect();
        let mut file = ListFile::read_any(list_file::tables(bytes).await?, &[NUMBER, RESULT], &also)?;
        file.also_names();
        let (mut entries, mut bad) = (Vec::new(), Vec::new());
        let mut rows: HashMap<i64, usize> = HashMap::new();
        for row in file.rows() {
            let (number, result, score) = (row.cell(NUMBER[0]), row.cell(RESULT[0]), row.cell(SCORE[0]));
            let points: Vec<(&String, String)> = items.iter().map(|item| (item, row.cell(item))).collect();
            let known = by_number.get(number.as_str());
            bad.extend(known.and_then(|known| row.names_another(&known.name)));
            let Some(known) = known else {
                bad.push(row.bad(NUMBER[0], CellFault::UnknownTrainee(number)));
                continue;
            };
            if let Some(before) = rows.insert(known.id, row.number) {
                bad.push(row.bad(NUMBER[0], CellFault::Twice { value: number, row: before }));
            }
            let says_nothing = result.is_empty() || NOT_ASSESSED.contains(&result.as_str());
            let is_blank = says_nothing && score.is_empty() && points.iter().all(|(_, text)| text.is_empty());
            if is_blank {
                continue;
            }
            let passed = passed(&result);
            if passed.is_none() {
                let fault = if result.is_empty() { CellFault::Empty } else { CellFault::NoResult(result) };
                bad.push(row.bad(RESULT[0], fault));
            }
            let (least, most) = (i64::from(*SCORES.start()), i64::from(*SCORES.end()));
            let mut number = |column: &str, text: String| {
                let read = text.trim_end_matches('点').trim().parse().ok().filter(|read| SCORES.contains(read));
                if read.is_none() && !text.is_empty() {
                    bad.push(row.bad(column, CellFault::NotBetween { value: text, from: least, until: most }));
                }
                read
            };
            let score = number(SCORE[0], score);
            let points = points.into_iter().filter_map(|(item, text)| Some((item.clone(), number(item, text)?)));
            let items: BTreeMap<String, u32> = points.collect();
            if let Some(passed) = passed {
                let assessment = AssessmentFact { id: 0, passed, score, items, by };
                entries.push(BulkEntry { enrolment: known.id, fact: BulkFact::Assessment(assessment) });
            }
        }
        list_file::check(bad)?;
        Ok((entries, file.unread()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_as_people_write_them() {
        for (text, expected) in [
            ("合格", Some(true)),
            ("○", Some(true)),
            ("可", Some(true)),
            ("Pass", Some(true)),
            ("不合格", Some(false)),
            ("×", Some(false)),
            ("否", Some(false)),
            ("保留", None),
            ("", None),
        ] {
            assert_eq!(passed(text), expected, "{text}");
        }
    }
}

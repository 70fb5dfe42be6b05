//! Facts of many trainees at once. Each goes through the door it goes through alone; whom it is refused for is told, and the others are kept.
//! What was recorded at once is taken back at once.

use super::judgement::TraineeJudgement;
use crate::fact::NewFact;
use crate::list_file::{self, ListFile, one_cell};
use crate::trainee::facts::SCORES;
use crate::{CellFault, Error, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::trainee::enrolment::Enrolment;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use training::NaiveDate;
use training::completion::facts::{AssessmentFact, Facts, MilestoneKind};
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
    /// It is on record already.
    Unchanged,
    Refused(Refusal),
}

#[derive(Debug, Clone)]
pub struct BulkLine {
    pub entry: BulkEntry,
    pub number: String,
    pub name: String,
    pub outcome: BulkOutcome,
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
            unchanged: count(|outcome| matches!(outcome, BulkOutcome::Unchanged)),
            skipped: count(|outcome| matches!(outcome, BulkOutcome::Refused(_))),
        }
    }
}

const NUMBER: &[&str] = &["受講番号", "番号"];
const RESULT: &[&str] = &["結果", "合否", "判定", "評価結果", "修了評価"];
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

/// Does a text say that somebody passed?
fn passed(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "合格" | "合" | "○" | "〇" | "◯" | "可" | "適" | "修了" | "pass" | "passed" => Some(true),
        "不合格" | "否" | "×" | "x" | "不可" | "不適" | "未修了" | "fail" | "failed" => Some(false),
        _ => None,
    }
}

impl Secretariat {
    /// Records facts of many trainees of a cohort.
    ///
    /// # Errors
    /// `NotFound` for a trainee of another cohort. What is refused of one trainee is in that one's line.
    pub async fn record_in_bulk(&self, staff: &Staff, cohort: i64, entries: &[BulkEntry]) -> Result<Vec<BulkLine>> {
        let mut work = self.write(staff).await?;
        let (lines, new) = self.record_in_bulk_in(&mut work, cohort, entries).await?;
        if !new.is_empty() {
            let run = work.record_import("facts", "", "", &BulkCounts::of(&lines)).await?;
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
        let by_enrolment: HashMap<i64, &TraineeJudgement> =
            judged.iter().map(|judged| (judged.enrolment.id, judged)).collect();
        let (mut lines, mut new) = (Vec::new(), Vec::new());
        for entry in entries {
            let judged = by_enrolment.get(&entry.enrolment).ok_or(records::Error::NotFound)?;
            let outcome = match self.record_one(work, judged, &entry.fact).await {
                Ok(Some(fact)) => {
                    new.push((entry.enrolment, fact));
                    BulkOutcome::Recorded
                }
                Ok(None) => BulkOutcome::Unchanged,
                Err(Error::Refused(refusal)) => BulkOutcome::Refused(refusal),
                Err(error) => return Err(error),
            };
            let (number, name) = (judged.enrolment.trainee_number.clone(), judged.enrolment.name.clone());
            lines.push(BulkLine { entry: entry.clone(), number, name, outcome });
        }
        Ok((lines, new))
    }

    async fn record_one(&self, work: &mut Work, judged: &TraineeJudgement, fact: &BulkFact) -> Result<Option<NewFact>> {
        match fact {
            BulkFact::Milestone { kind, on } => self.record_milestone_in(work, judged, *kind, (*on, "")).await,
            BulkFact::Document { document, on } => self.hand_in_document_in(work, judged, document, (*on, "")).await,
            BulkFact::Assessment(assessment) => self.record_assessment_in(work, judged, assessment).await,
        }
    }

    /// Everybody of a cohort with what is on record.
    pub async fn facts_of_cohort(&self, work: &mut Work, cohort: i64) -> Result<Vec<(Enrolment, Facts)>> {
        Ok(self.judge_each(work, cohort).await?.into_iter().map(|judged| (judged.enrolment, judged.facts)).collect())
    }

    /// Takes back what was recorded at once; gives how many facts, and the names of those whose fact has to stay.
    pub async fn undo_bulk(&self, staff: &Staff, run: i64, reason: &str) -> Result<(usize, Vec<String>)> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let facts = work.facts_of_import(run).await?;
        let (first, ..) = *facts.first().ok_or(records::Error::NotFound)?;
        work.lock_facts_of(first).await?;
        let (mut undone, mut kept) = (0, Vec::new());
        for (enrolment, kind, fact) in facts {
            match self.withdraw_fact_in(&mut work, enrolment, (kind, fact), reason.trim()).await {
                Ok(()) => undone += 1,
                Err(Error::Refused(_)) => kept.push(work.enrolment(enrolment).await?.name),
                // Taken back by itself before.
                Err(Error::Records(records::Error::NotFound)) => {}
                Err(error) => return Err(error),
            }
        }
        work.commit().await?;
        Ok((undone, kept))
    }

    /// Reads a list of assessments with the columns 受講番号, 結果, and if it has them 氏名, 点 and the rubric's items. A row without result and
    /// points is of somebody who was not assessed.
    ///
    /// # Errors
    /// [`list_file::refusal::FileRefusal`] with every cell that cannot be read.
    pub async fn read_assessments(
        &self,
        work: &mut Work,
        cohort: i64,
        (bytes, by): (&[u8], Option<Role>),
    ) -> Result<Vec<BulkEntry>> {
        let cohort = work.cohort(cohort).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let enrolments = work.enrolments(cohort.id).await?;
        let by_number: HashMap<&str, &Enrolment> =
            enrolments.iter().map(|known| (known.trainee_number.as_str(), known)).collect();
        let items = items(&rulebook);
        let mut file = ListFile::read_any(bytes, &[NUMBER, RESULT])?;
        file.also_names();
        file.also_any(SCORE);
        let places = file.places_of(&items);
        let (mut entries, mut bad) = (Vec::new(), Vec::new());
        let mut rows: HashMap<i64, usize> = HashMap::new();
        for row in file.rows() {
            let (number, result, score) = (row.cell(NUMBER[0]), row.cell(RESULT[0]), row.cell(SCORE[0]));
            let points: Vec<(&String, String)> =
                items.iter().zip(&places).filter_map(|(item, place)| Some((item, row.at((*place)?)))).collect();
            let known = by_number.get(number.as_str());
            bad.extend(known.and_then(|known| row.names_another(&known.name)));
            let Some(known) = known else {
                bad.push(row.bad(NUMBER[0], CellFault::UnknownTrainee(number)));
                continue;
            };
            if let Some(before) = rows.insert(known.id, row.number) {
                bad.push(row.bad(NUMBER[0], CellFault::Twice { value: number, row: before }));
            }
            let is_blank = result.is_empty() && score.is_empty() && points.iter().all(|(_, text)| text.is_empty());
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
        Ok(entries)
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

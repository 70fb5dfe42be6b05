//! `guideline list|show|check|import|texts|export|compare|impact`.

mod compare;
mod impact;
mod text;

use super::{guidelines, lines, try_guidelines, waiting};
use crate::outcome::{Failure, Outcome, Result};
use clap::Subcommand;
use secretariat::Guidelines;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum Guideline {
    /// List the editions and supplements there are
    List {
        /// With the ids a supplement can name: requirements, subjects, stages, documents, types of case.
        #[arg(long)]
        ids: bool,
    },
    /// Show one edition: clauses, curriculum, requirements
    Show {
        /// Id of the edition (see `kensan guideline list`).
        edition: String,
    },
    /// Check editions and supplements: those there are, or those in a directory beside those in this binary
    Check { directory: Option<PathBuf> },
    /// Load an official text: plain text as published, or law XML of e-Gov
    Import(text::Import),
    /// List the official texts loaded
    Texts(text::Texts),
    /// Write an official text out again, one heading or paragraph a line
    Export(text::Export),
    /// Draw the comparison table (新旧対照表) of two texts: text files, law XML files, ids of editions, loaded texts (text:ID)
    Compare(compare::Compare),
    /// Tell what another edition would change for the trainees of a cohort; nothing is saved
    Impact(impact::ImpactOf),
}

impl Guideline {
    pub async fn run(self, as_json: bool) -> Result {
        match self {
            Guideline::List { ids } => list(&guidelines()?, ids),
            Guideline::Show { edition } => show(&guidelines()?, &edition),
            Guideline::Check { directory } => check(directory.as_deref()),
            Guideline::Import(command) => command.run().await,
            Guideline::Texts(command) => command.run().await,
            Guideline::Export(command) => command.run(as_json).await,
            Guideline::Compare(command) => waiting(as_json, command.run(as_json)).await,
            Guideline::Impact(command) => waiting(as_json, command.run(as_json)).await,
        }
    }
}

/// Documents whose names everybody knows; a supplement may name others as a `[[document]]`.
const DOCUMENTS: [&str; 6] = [
    "practicum_consent",
    "practicum_log",
    "practicum_report",
    "practicum_confirmation",
    "care_plan_report",
    "own_care_plan",
];

fn ids_of(title: &str, ids: &[&str]) -> String {
    if ids.is_empty() { String::new() } else { format!("  {title}: {}\n", ids.join(" ")) }
}

fn list(guidelines: &Guidelines, with_ids: bool) -> Result {
    let mut text = String::new();
    let mut editions = Vec::new();
    for edition in guidelines.editions.values() {
        let metadata = &edition.metadata;
        text.push_str(&format!("{}  {}  from {}\n", edition.id, metadata.title, metadata.governs_from));
        let requirements: Vec<&str> = edition.requirements.iter().map(|known| known.id.as_str()).collect();
        let subjects: Vec<&str> = edition.curriculum.subjects.iter().map(|known| known.code.as_str()).collect();
        let stages: Vec<&str> = metadata.stages.iter().map(|known| known.id.as_str()).collect();
        let case_types: Vec<&str> = metadata.case_types.iter().map(|known| known.id.as_str()).collect();
        if with_ids {
            text.push_str(&ids_of("requirements", &requirements));
            text.push_str(&ids_of("subjects", &subjects));
            text.push_str(&ids_of("stages", &stages));
            text.push_str(&ids_of("case types", &case_types));
            text.push_str(&ids_of("documents", &DOCUMENTS));
        }
        editions.push(json!({
            "id": edition.id,
            "metadata": metadata,
            "ids": {
                "requirements": requirements,
                "subjects": subjects,
                "stages": stages,
                "case_types": case_types,
                "documents": DOCUMENTS,
            },
        }));
    }
    let mut supplements = Vec::new();
    for (supplement, _) in guidelines.supplements.values() {
        text.push_str(&format!("supplement {}  {}\n", supplement.id, supplement.title));
        let requirements: Vec<&str> = supplement.requirements.iter().map(|known| known.get_ref().id.as_str()).collect();
        let stages: Vec<&str> = supplement.added_stages.iter().map(|known| known.id.as_str()).collect();
        let case_types: Vec<&str> = supplement.case_types.iter().map(|known| known.id.as_str()).collect();
        let documents: Vec<&str> = supplement.documents.iter().map(|known| known.id.as_str()).collect();
        if with_ids {
            text.push_str(&ids_of("requirements", &requirements));
            text.push_str(&ids_of("stages", &stages));
            text.push_str(&ids_of("case types", &case_types));
            text.push_str(&ids_of("documents", &documents));
        }
        supplements.push(json!({
            "ids": {
                "requirements": requirements,
                "stages": stages,
                "case_types": case_types,
                "documents": documents,
            },
            "id": supplement.id,
            "title": supplement.title,
            "editions": supplement.editions,
            "confidence": supplement.confidence,
        }));
    }
    Ok(Outcome::new(json!({ "editions": editions, "supplements": supplements }), text))
}

fn show(guidelines: &Guidelines, id: &str) -> Result {
    let edition = guidelines
        .editions
        .get(id)
        .ok_or_else(|| Failure::refused(format!("there is no edition {id:?}; `kensan guideline list` shows them")))?;
    let mut text = format!("{}\n\n", edition.metadata.title);
    for requirement in &edition.requirements {
        text.push_str(&format!(
            "{:<24} {:<16} {:?}  {}\n",
            requirement.id, requirement.clause, requirement.duty, requirement.title
        ));
    }
    text.push('\n');
    let curriculum = &edition.curriculum;
    for subject in &curriculum.subjects {
        text.push_str(&format!("{} {:>2} h  {}\n", subject.code, subject.hours, subject.name));
    }
    let mark = if curriculum.confirmed { "confirmed" } else { "hours per subject unconfirmed" };
    text.push_str(&format!("   {:>2} h  ({mark})\n", curriculum.total_hours));
    Ok(Outcome::new(json!(edition.as_ref()), text))
}

fn check(directory: Option<&Path>) -> Result {
    let checked = match directory {
        None => try_guidelines(),
        Some(directory) => Guidelines::with_directory(directory),
    };
    match checked {
        Ok(guidelines) => {
            let (editions, supplements) = (guidelines.editions.len(), guidelines.supplements.len());
            let mut text = format!("{editions} editions and {supplements} supplements are in order");
            let mut uncovered = Vec::new();
            for edition in guidelines.editions.values() {
                let left_out = edition.uncovered();
                for purpose in &left_out.purposes {
                    text.push_str(&format!("\n{}: no subject serves {}", edition.id, purpose.title));
                }
                for stage in &left_out.stages {
                    text.push_str(&format!("\n{}: no subject teaches {}", edition.id, stage.id));
                }
                uncovered.push(json!({ "edition": edition.id, "uncovered": left_out }));
            }
            let found =
                json!({ "editions": editions, "supplements": supplements, "problems": [], "uncovered": uncovered });
            Ok(Outcome::new(found, text))
        }
        Err(problems) => {
            let mut outcome = Outcome::new(json!({ "problems": problems }), lines(&problems));
            outcome.faults = true;
            Ok(outcome)
        }
    }
}

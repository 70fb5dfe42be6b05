//! `guideline list|show|check|compare`.

mod compare;

use crate::outcome::{Failure, Outcome, Result};
use clap::Subcommand;
use secretariat::Guidelines;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use training::guideline::Problem;

#[derive(Debug, Subcommand)]
pub enum Guideline {
    /// List the editions and supplements in this binary
    List,
    /// Show one edition: clauses, curriculum, requirements
    Show {
        /// Id of the edition (see `kensan guideline list`).
        edition: String,
    },
    /// Check editions and supplements: those in this binary, or those in a directory laid out like it
    Check { directory: Option<PathBuf> },
    /// Draw the comparison table (新旧対照表) of two texts: text files, law XML files, or ids of editions
    Compare(compare::Compare),
}

fn shipped() -> Result<Guidelines> {
    Guidelines::shipped().map_err(|problems| Failure::Operator(lines(&problems)))
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Guideline {
    pub fn run(self, as_json: bool) -> Result {
        match self {
            Guideline::List => list(&shipped()?),
            Guideline::Show { edition } => show(&shipped()?, &edition),
            Guideline::Check { directory } => check(directory.as_deref()),
            Guideline::Compare(compare) => compare.run(as_json),
        }
    }
}

fn list(guidelines: &Guidelines) -> Result {
    let mut text = String::new();
    let mut editions = Vec::new();
    for edition in guidelines.editions.values() {
        let metadata = &edition.metadata;
        text.push_str(&format!("{}  {}  from {}\n", edition.id, metadata.title, metadata.governs_from));
        editions.push(json!({ "id": edition.id, "metadata": metadata }));
    }
    let mut supplements = Vec::new();
    for (supplement, _) in guidelines.supplements.values() {
        text.push_str(&format!("supplement {}  {}\n", supplement.id, supplement.title));
        supplements.push(json!({ "id": supplement.id, "title": supplement.title, "confirmed": supplement.confirmed }));
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
        None => Guidelines::shipped(),
        Some(directory) => {
            let mut files = BTreeMap::new();
            collect(directory, directory, &mut files)?;
            Guidelines::read(&files)
        }
    };
    match checked {
        Ok(guidelines) => {
            let (editions, supplements) = (guidelines.editions.len(), guidelines.supplements.len());
            let text = format!("{editions} editions and {supplements} supplements are in order");
            Ok(Outcome::new(json!({ "editions": editions, "supplements": supplements, "problems": [] }), text))
        }
        Err(problems) => {
            let mut outcome = Outcome::new(json!({ "problems": problems }), lines(&problems));
            outcome.faults = true;
            Ok(outcome)
        }
    }
}

fn collect(root: &Path, directory: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    let entries = std::fs::read_dir(directory).map_err(|error| Failure::file(directory, &error))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            files.insert(name, text);
        }
    }
    Ok(())
}

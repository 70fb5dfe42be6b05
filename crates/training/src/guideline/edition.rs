//! An edition: one folder of `edition.toml`, `clauses.toml`, `curriculum.toml` and `requirements.toml`.

use super::Problem;
use super::clause::{Clause, Text};
use super::curriculum::Curriculum;
use super::requirement::Requirement;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// One edition of the guideline for one course.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edition {
    pub id: String,
    pub metadata: Metadata,
    pub clauses: Vec<Clause>,
    pub curriculum: Curriculum,
    pub requirements: Vec<Requirement>,
}

/// `edition.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    pub title: String,
    pub title_en: String,
    pub course: String,
    pub issued_by: String,
    /// Cohorts that begin on or after this day are governed by the edition.
    pub governs_from: NaiveDate,
    /// Was `governs_from` read in a source?
    pub governs_from_confirmed: bool,
    #[serde(default)]
    pub supersedes: Option<String>,
    pub source: String,
}

impl Edition {
    /// The clauses in own words as a text to compare: path and heading, then the gist.
    pub fn as_text(&self) -> String {
        let clause = |clause: &Clause| match (clause.text, clause.gist.as_str()) {
            (Text::NotAtHand, _) => format!("{}　{}\n（略）\n", clause.path, clause.heading),
            (Text::AtHand, "") => format!("{}　{}\n", clause.path, clause.heading),
            (Text::AtHand, gist) => format!("{}　{}\n{gist}\n", clause.path, clause.heading),
        };
        self.clauses.iter().map(clause).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clauses {
    clause: Vec<Clause>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirements {
    #[serde(default)]
    requirement: Vec<Requirement>,
}

/// The texts of an edition's four files.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    pub edition: &'a str,
    pub clauses: &'a str,
    pub curriculum: &'a str,
    pub requirements: &'a str,
}

fn read<T: serde::de::DeserializeOwned>(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<T> {
    toml::from_str(text).map_err(|error| problems.push(Problem::toml(file, text, &error))).ok()
}

impl Edition {
    /// Reads and checks an edition; every problem found is returned, not only the first.
    pub fn read(id: &str, files: Files<'_>) -> Result<Edition, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = |file: &str| format!("{id}/{file}");
        let metadata: Option<Metadata> = read(&name("edition.toml"), files.edition, &mut problems);
        let clauses: Option<Clauses> = read(&name("clauses.toml"), files.clauses, &mut problems);
        let curriculum: Option<Curriculum> = read(&name("curriculum.toml"), files.curriculum, &mut problems);
        let requirements: Option<Requirements> = read(&name("requirements.toml"), files.requirements, &mut problems);
        let (Some(metadata), Some(clauses), Some(curriculum), Some(requirements)) =
            (metadata, clauses, curriculum, requirements)
        else {
            return Err(problems);
        };
        let edition = Edition {
            id: id.to_owned(),
            metadata,
            clauses: clauses.clause,
            curriculum,
            requirements: requirements.requirement,
        };
        edition.check(files, &mut problems);
        if problems.is_empty() { Ok(edition) } else { Err(problems) }
    }

    fn check(&self, files: Files<'_>, problems: &mut Vec<Problem>) {
        let file = format!("{}/clauses.toml", self.id);
        let mut paths = HashSet::new();
        for clause in &self.clauses {
            if !paths.insert(clause.path.as_str()) {
                problems.push(Problem::at(
                    &file,
                    files.clauses,
                    &clause.path,
                    format!("the clause {} stands twice; keep one", clause.path),
                ));
            }
        }
        let file = format!("{}/curriculum.toml", self.id);
        let mut codes = HashSet::new();
        for subject in &self.curriculum.subjects {
            if !codes.insert(subject.code.as_str()) {
                problems.push(Problem::at(
                    &file,
                    files.curriculum,
                    &format!("\"{}\"", subject.code),
                    format!("the subject code {} stands twice; give each subject its own", subject.code),
                ));
            }
        }
        let sum: u32 = self.curriculum.subjects.iter().map(|subject| subject.hours).sum();
        if sum != self.curriculum.total_hours {
            problems.push(Problem::at(
                &file,
                files.curriculum,
                "total_hours",
                format!("the subjects sum to {sum} hours, total_hours says {}", self.curriculum.total_hours),
            ));
        }
        let file = format!("{}/requirements.toml", self.id);
        check_requirements(&file, files.requirements, &self.requirements, &paths, &HashSet::new(), problems);
    }

    pub fn clause(&self, path: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.path == path)
    }
}

/// Ids are unique and every clause cited exists.
pub(super) fn check_requirements(
    file: &str,
    text: &str,
    requirements: &[Requirement],
    clauses: &HashSet<&str>,
    taken: &HashSet<&str>,
    problems: &mut Vec<Problem>,
) {
    let mut ids = taken.clone();
    for requirement in requirements {
        if !ids.insert(requirement.id.as_str()) {
            problems.push(Problem::at(
                file,
                text,
                &format!("\"{}\"", requirement.id),
                format!("the requirement {} stands twice; ids are unique, choose another", requirement.id),
            ));
        }
        if !clauses.contains(requirement.clause.as_str()) {
            problems.push(Problem::at(
                file,
                text,
                &requirement.clause,
                format!(
                    "the requirement {} cites the clause {:?}, which this edition does not have; see clauses.toml",
                    requirement.id, requirement.clause
                ),
            ));
        }
    }
}

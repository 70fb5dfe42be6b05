//! An edition: one folder of `edition.toml`, `clauses.toml`, `curriculum.toml` and `requirements.toml`.

use super::Problem;
use super::clause::{Clause, canonical, levels};
use super::curriculum::Curriculum;
use super::requirement::Requirement;
use super::stage::{self, Stage};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use toml::Spanned;

/// One edition of the guideline for one course.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What the training is for; every subject says which of them it serves.
    #[serde(default, rename = "purpose")]
    pub purposes: Vec<Purpose>,
    /// The stages that can be experienced in the practicum, in the order of the process.
    #[serde(default, rename = "stage")]
    pub stages: Vec<Stage>,
    /// What a case of the practicum can be marked as.
    #[serde(default, rename = "case_type")]
    pub case_types: Vec<CaseType>,
}

/// What a case can be marked as, such as dementia; a supplement may name others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseType {
    /// Small letters, digits and `_`; the same id means the same everywhere.
    pub id: String,
    pub title: String,
    pub title_en: String,
}

/// A purpose or principle of the guideline, such as support for independence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    pub id: String,
    pub title: String,
    pub title_en: String,
    /// The path of the clause that names it.
    pub clause: String,
}

/// What an edition's curriculum leaves uncovered; reported, no fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Uncovered<'a> {
    pub purposes: Vec<&'a Purpose>,
    pub stages: Vec<&'a Stage>,
}

impl Edition {
    /// The clauses in own words as a text to compare: path and heading, then the gist.
    pub fn as_text(&self) -> String {
        let clause = |clause: &Clause| match (clause.omitted, clause.gist.as_str()) {
            (Some(omission), _) => format!("{}　{}\n{}\n", clause.path, clause.heading, omission.printed()),
            (None, "") => format!("{}　{}\n", clause.path, clause.heading),
            (None, gist) => format!("{}　{}\n{gist}\n", clause.path, clause.heading),
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
    requirement: Vec<Spanned<Requirement>>,
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

/// A whole course has some ninety hours.
const MOST_HOURS: u32 = 1000;

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
        let requirements = requirements.requirement;
        if requirements.is_empty() {
            let message = "it names no requirement: everybody would be complete; write [[requirement]]";
            problems.push(Problem::new(&name("requirements.toml"), message));
        }
        let edition = Edition {
            id: id.to_owned(),
            metadata,
            clauses: clauses.clause,
            curriculum,
            requirements: requirements.iter().map(|requirement| requirement.get_ref().clone()).collect(),
        };
        edition.check(files, &requirements, &mut problems);
        if problems.is_empty() { Ok(edition) } else { Err(problems) }
    }

    fn check(&self, files: Files<'_>, requirements: &[Spanned<Requirement>], problems: &mut Vec<Problem>) {
        let file = format!("{}/clauses.toml", self.id);
        let mut paths = HashSet::new();
        for clause in &self.clauses {
            if levels(&clause.path).is_none() {
                problems.push(Problem::at(
                    &file,
                    files.clauses,
                    &clause.path,
                    format!("{:?} is no path of a clause; write it as printed, such as 別添1 4(1)イ", clause.path),
                ));
            }
            if !paths.insert(canonical(&clause.path)) {
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
        let sum: u64 = self.curriculum.subjects.iter().map(|subject| u64::from(subject.hours)).sum();
        if self.curriculum.subjects.iter().any(|subject| subject.hours > MOST_HOURS) {
            let message = format!("no subject has more than {MOST_HOURS} hours");
            problems.push(Problem::at(&file, files.curriculum, "hours", message));
        }
        if sum != u64::from(self.curriculum.total_hours) {
            problems.push(Problem::at(
                &file,
                files.curriculum,
                "total_hours",
                format!("the subjects sum to {sum} hours, total_hours says {}", self.curriculum.total_hours),
            ));
        }
        let known: HashSet<&str> = self.metadata.purposes.iter().map(|purpose| purpose.id.as_str()).collect();
        for subject in &self.curriculum.subjects {
            if let Some(unknown) = subject.purposes.iter().find(|purpose| !known.contains(purpose.as_str())) {
                let message = format!(
                    "the subject {} serves {unknown:?}, which edition.toml does not name as a purpose",
                    subject.code
                );
                problems.push(Problem::at(&file, files.curriculum, &format!("\"{}\"", subject.code), message));
            }
            if let Some(unknown) = subject.stages.iter().find(|id| stage::find(&self.metadata.stages, id).is_none()) {
                let message = format!(
                    "the subject {} teaches {unknown:?}, which edition.toml does not name as a stage",
                    subject.code
                );
                problems.push(Problem::at(&file, files.curriculum, &format!("\"{}\"", subject.code), message));
            }
        }
        let file = format!("{}/edition.toml", self.id);
        check_ids(&file, files.edition, "stage", self.metadata.stages.iter().map(|stage| &stage.id), problems);
        check_ids(&file, files.edition, "case type", self.metadata.case_types.iter().map(|known| &known.id), problems);
        for purpose in &self.metadata.purposes {
            if !paths.contains(&canonical(&purpose.clause)) {
                let message =
                    format!("the purpose {} cites {:?}, which clauses.toml does not have", purpose.id, purpose.clause);
                problems.push(Problem::at(&file, files.edition, &purpose.clause, message));
            }
        }
        let file = format!("{}/requirements.toml", self.id);
        check_requirements(&file, files.requirements, requirements, &paths, &HashSet::new(), problems);
        for requirement in requirements {
            let unfit = requirement.get_ref().fits(&self.curriculum, &self.metadata.stages).err();
            for message in requirement.get_ref().check().into_iter().chain(unfit) {
                let message = format!("{}: {message}", requirement.get_ref().id);
                problems.push(Problem::within(&file, files.requirements, requirement.span(), "rule", message));
            }
        }
    }

    pub fn clause(&self, path: &str) -> Option<&Clause> {
        let path = canonical(path);
        self.clauses.iter().find(|clause| canonical(&clause.path) == path)
    }

    /// Purposes and stages no subject serves.
    pub fn uncovered(&self) -> Uncovered<'_> {
        let subjects = &self.curriculum.subjects;
        let serves = |purpose: &&Purpose| !subjects.iter().any(|subject| subject.purposes.contains(&purpose.id));
        let teaches = |stage: &&Stage| !subjects.iter().any(|subject| subject.stages.contains(&stage.id));
        Uncovered {
            purposes: self.metadata.purposes.iter().filter(serves).collect(),
            stages: self.metadata.stages.iter().filter(teaches).collect(),
        }
    }
}

/// Problems between editions: one that supersedes an unknown one or itself in a circle, one that does not begin after the one it
/// supersedes, two of a course that govern from the same day. `text` gives an edition's `edition.toml`.
pub fn check_succession<'a>(
    editions: &BTreeMap<String, std::sync::Arc<Edition>>,
    text: impl Fn(&str) -> &'a str,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for edition in editions.values() {
        let metadata = &edition.metadata;
        let mut at = |needle: &str, message: String| {
            problems.push(Problem::at(&format!("{}/edition.toml", edition.id), text(&edition.id), needle, message));
        };
        if let Some(earlier) = &metadata.supersedes {
            match editions.get(earlier) {
                None => at("supersedes", format!("it supersedes {earlier:?}, which is not here; add that edition")),
                Some(earlier) if earlier.metadata.governs_from >= metadata.governs_from && earlier.id != edition.id => {
                    at("supersedes", format!("it does not begin after {}, which it supersedes", earlier.id));
                }
                Some(_) => {}
            }
            let mut seen = HashSet::from([edition.id.as_str()]);
            let mut next = Some(earlier.as_str());
            while let Some(id) = next {
                if !seen.insert(id) {
                    at("supersedes", format!("editions supersede each other in a circle through {id}"));
                    break;
                }
                next = editions.get(id).and_then(|edition| edition.metadata.supersedes.as_deref());
            }
        }
        let same = editions.values().find(|other| {
            let other_metadata = &other.metadata;
            other.id < edition.id
                && (&other_metadata.course, other_metadata.governs_from) == (&metadata.course, metadata.governs_from)
        });
        if let Some(other) = same {
            at(
                "governs_from",
                format!("{} governs the same course from the same day; their periods overlap", other.id),
            );
        }
    }
    problems
}

/// Ids that addresses and files can carry, each once.
pub(super) fn check_ids<'a>(
    file: &str,
    text: &str,
    what: &str,
    ids: impl Iterator<Item = &'a String>,
    problems: &mut Vec<Problem>,
) {
    let mut known = HashSet::new();
    for id in ids {
        let sound = !id.is_empty() && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let message = match (sound, known.insert(id)) {
            (false, _) => format!("the {what} {id:?} needs an id of small letters, digits and _"),
            (true, false) => format!("the {what} {id:?} is named twice"),
            (true, true) => continue,
        };
        problems.push(Problem::at(file, text, id, message));
    }
}

/// Ids are unique and every clause cited exists.
pub(super) fn check_requirements(
    file: &str,
    text: &str,
    requirements: &[Spanned<Requirement>],
    clauses: &HashSet<String>,
    taken: &HashSet<&str>,
    problems: &mut Vec<Problem>,
) {
    let mut ids: HashSet<(&str, Option<NaiveDate>)> = HashSet::new();
    for spanned in requirements {
        let requirement = spanned.get_ref();
        let fresh = ids.insert((requirement.id.as_str(), requirement.in_force_from));
        if !fresh || taken.contains(requirement.id.as_str()) {
            let message = format!(
                "the requirement {} stands twice; choose another id, or give a later value its own in_force_from",
                requirement.id
            );
            problems.push(Problem::within(file, text, spanned.span(), &format!("\"{}\"", requirement.id), message));
        }
        if !clauses.contains(&canonical(&requirement.clause)) {
            let message = format!(
                "the requirement {} cites the clause {:?}, which this edition does not have; see clauses.toml",
                requirement.id, requirement.clause
            );
            problems.push(Problem::within(file, text, spanned.span(), &requirement.clause, message));
        }
    }
}

//! The editions and supplements there are: those shipped in the binary, and those of the operator's own directory.

pub mod comparison;
pub mod impact;
pub mod refusal;
pub mod text;

use crate::guideline::refusal::GuidelineRefusal;
pub use records::guideline::{DraftEdition, DraftFiles, GuidelineText};

use crate::error::Refusal;
use records::cohort::Cohort;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use training::NaiveDate;
use training::course::Course;
use training::guideline::Problem;
use training::guideline::edition::{CaseType, Edition, Files, check_succession};
use training::guideline::rulebook::Rulebook;
use training::guideline::stage::{self, Stage};
use training::guideline::supplement::{NamedDocument, Supplement};

#[derive(RustEmbed)]
#[folder = "../../guidelines"]
struct Shipped;

const SUPPLEMENTS: &str = "supplements/";
const COURSES: &str = "courses/";

/// Editions and supplements by id.
#[derive(Debug, Clone, Default)]
pub struct Guidelines {
    pub courses: BTreeMap<String, Course>,
    pub editions: BTreeMap<String, Arc<Edition>>,
    /// With the text of its file, for the line of a problem.
    pub supplements: BTreeMap<String, (Supplement, String)>,
}

/// The files in the binary, by their path below `guidelines/`.
fn shipped_files() -> BTreeMap<String, String> {
    let text = |name: &str| Shipped::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Shipped::iter().filter_map(|name| Some((name.to_string(), text(&name)?))).collect()
}

/// The TOML files below a directory, by their path in it.
fn files_in(root: &Path, directory: &Path, files: &mut BTreeMap<String, String>) -> Result<(), Problem> {
    let unreadable = |path: &Path, error: &std::io::Error| Problem::new(&path.display().to_string(), error.to_string());
    let entries = std::fs::read_dir(directory).map_err(|error| unreadable(directory, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| unreadable(directory, &error))?.path();
        if path.is_dir() {
            files_in(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let below = path.strip_prefix(root).unwrap_or(&path).components();
            let name = below.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
                std::io::ErrorKind::InvalidData => Problem::new(&name, "the file is not UTF-8; save it as UTF-8"),
                _ => unreadable(&path, &error),
            })?;
            files.insert(name, text.trim_start_matches('\u{feff}').to_owned());
        }
    }
    Ok(())
}

/// The files of an edition.
const EDITION: [&str; 4] = ["edition.toml", "clauses.toml", "curriculum.toml", "requirements.toml"];

/// A file nobody would read is a mistake, not a matter of silence.
fn misplaced(path: &str, files: &BTreeMap<String, String>) -> Option<Problem> {
    let told = |message: &str| Some(Problem::new(path, message));
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    let id =
        if matches!(folder, "supplements" | "courses") { name.strip_suffix(".toml").unwrap_or(name) } else { folder };
    if id.contains(|c: char| c.is_whitespace()) {
        return told("the name has a blank in it; use small letters, digits and -");
    }
    match folder {
        "supplements" | "courses" if !name.contains('/') => None,
        "courses" => told("this file is read by nobody; put a course into courses/NAME.toml"),
        "" | "supplements" => told("this file is read by nobody; put a supplement into supplements/NAME.toml"),
        _ if EDITION.contains(&name) && files.contains_key(&format!("{folder}/edition.toml")) => None,
        _ => told("this file is read by nobody; an edition has edition, clauses, curriculum and requirements.toml"),
    }
}

impl Guidelines {
    /// The course an edition is of. None for an edition in the making of a course nobody has described.
    pub fn course_of(&self, edition: &Edition) -> Option<&Course> {
        self.courses.values().find(|course| course.about.title == edition.metadata.course)
    }

    /// What holds of an edition's course; of a course nobody has described everything does.
    fn is_of_course(&self, edition: &str, holds: impl FnOnce(&Course) -> bool) -> bool {
        self.editions.get(edition).and_then(|edition| self.course_of(edition)).is_none_or(holds)
    }

    /// Is the course of an edition entered by the qualifying exam? Yes, where nobody says otherwise.
    pub fn is_by_exam(&self, edition: &str) -> bool {
        self.is_of_course(edition, |course| course.about.by_exam)
    }

    /// A course as certificates name it: its title, and the articles it rests on.
    pub fn certified<'a>(&'a self, rulebook: &'a Rulebook) -> (&'a str, &'a str) {
        let basis = self.course_of(&rulebook.edition).map_or("", |course| course.about.basis.as_str());
        (&rulebook.edition.metadata.course, basis)
    }

    /// Does a practicum belong to the course of an edition? Yes, where nobody says otherwise.
    pub fn has_practicum(&self, edition: &str) -> bool {
        self.is_of_course(edition, |course| course.about.practicum)
    }

    /// A stage of a practicum, as whichever edition or supplement names it.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        let added = self.supplements.values().map(|(supplement, _)| supplement.added_stages.as_slice());
        let mut lists = self.editions.values().map(|edition| edition.metadata.stages.as_slice()).chain(added);
        lists.find_map(|stages| stage::find(stages, id))
    }

    /// Documents that supplements have given names.
    pub fn documents(&self) -> impl Iterator<Item = &NamedDocument> {
        self.supplements.values().flat_map(|(supplement, _)| &supplement.documents)
    }

    /// What cases can be marked as, of whichever edition or supplement.
    pub fn case_types(&self) -> impl Iterator<Item = &CaseType> {
        let editions = self.editions.values().flat_map(|edition| &edition.metadata.case_types);
        editions.chain(self.supplements.values().flat_map(|(supplement, _)| &supplement.case_types))
    }

    /// What the cases of a cohort can be marked as.
    pub fn case_types_of<'a>(&'a self, rulebook: &Rulebook) -> impl Iterator<Item = &'a CaseType> + use<'a> {
        let edition = self.editions.get(&rulebook.edition.id);
        let supplements: Vec<&Supplement> = rulebook
            .supplements
            .iter()
            .filter_map(|id| self.supplements.get(id).map(|(supplement, _)| supplement))
            .collect();
        let edition = edition.into_iter().flat_map(|edition| &edition.metadata.case_types);
        edition.chain(supplements.into_iter().flat_map(|supplement| &supplement.case_types))
    }

    /// Everything in the binary; every problem of every file, if there is one.
    pub fn shipped() -> Result<Guidelines, Vec<Problem>> {
        Guidelines::read(&shipped_files())
    }

    /// Those in the binary with those of a directory laid out like `guidelines/`; a file there stands for the one of the same name
    /// in the binary. Nothing is loaded while one file has a problem.
    pub fn with_directory(directory: &Path) -> Result<Guidelines, Vec<Problem>> {
        let mut files = shipped_files();
        files_in(directory, directory, &mut files).map_err(|problem| vec![problem])?;
        Guidelines::read(&files)
    }

    /// Reads files by their path below `guidelines/`.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Guidelines, Vec<Problem>> {
        let mut guidelines = Guidelines::default();
        let mut problems = Vec::new();
        let text = |path: String| files.get(&path).map_or("", String::as_str);
        problems.extend(files.keys().filter_map(|path| misplaced(path, files)));
        for path in files.keys() {
            let Some(id) = path.strip_suffix("/edition.toml") else { continue };
            for name in EDITION.iter().filter(|name| !files.contains_key(&format!("{id}/{name}"))) {
                problems.push(Problem::new(&format!("{id}/{name}"), "the edition lacks this file; add it"));
            }
            let of_edition = |name: &str| text(format!("{id}/{name}"));
            let read = Edition::read(
                id,
                Files {
                    edition: of_edition("edition.toml"),
                    clauses: of_edition("clauses.toml"),
                    curriculum: of_edition("curriculum.toml"),
                    requirements: of_edition("requirements.toml"),
                },
            );
            match read {
                Ok(edition) => {
                    guidelines.editions.insert(id.to_owned(), Arc::new(edition));
                }
                Err(found) => problems.extend(found),
            }
        }
        for (path, text) in files {
            let id = path.strip_prefix(COURSES).and_then(|file| file.strip_suffix(".toml"));
            match id.map(|id| Course::read(id, path, text)) {
                Some(Ok(course)) => {
                    guidelines.courses.insert(course.id.clone(), course);
                }
                Some(Err(found)) => problems.extend(found),
                None => {}
            }
        }
        problems.extend(check_succession(&guidelines.editions, |id| text(format!("{id}/edition.toml"))));
        problems.extend(guidelines.check_courses(text));
        for (path, text) in files {
            let id = path.strip_prefix(SUPPLEMENTS).and_then(|file| file.strip_suffix(".toml"));
            match id.map(|id| Supplement::read(id, text)) {
                Some(Ok(supplement)) => {
                    guidelines.supplements.insert(supplement.id.clone(), (supplement, text.clone()));
                }
                Some(Err(found)) => problems.extend(found),
                None => {}
            }
        }
        // A supplement is measured against sound editions only.
        if problems.is_empty() {
            problems = guidelines.check_supplements();
            problems.extend(guidelines.check_stages(text));
        }
        if problems.is_empty() { Ok(guidelines) } else { Err(problems) }
    }

    /// Every edition is of a course that is described, and has its hours. `text` gives the text of a file.
    fn check_courses<'a>(&self, text: impl Fn(String) -> &'a str) -> Vec<Problem> {
        let mut problems = Vec::new();
        for edition in self.editions.values() {
            let file = format!("{}/edition.toml", edition.id);
            let name = &edition.metadata.course;
            let Some(course) = self.course_of(edition) else {
                let message =
                    format!("the course {name:?} is described by no file; add courses/NAME.toml with this title");
                problems.push(Problem::at(&file, text(file.clone()), name, message));
                continue;
            };
            let (least, hours) = (course.about.total_hours, edition.curriculum.total_hours);
            if hours < least {
                let file = format!("{}/curriculum.toml", edition.id);
                let message = format!("the course {name} has at least {least} hours, this edition {hours}");
                problems.push(Problem::at(&file, text(file.clone()), "total_hours", message));
            }
        }
        problems
    }

    /// Every supplement fits each edition it names.
    fn check_supplements(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (supplement, text) in self.supplements.values() {
            for id in &supplement.editions {
                let found = match self.editions.get(id) {
                    Some(edition) => supplement.check(text, |day| Rulebook::new(edition.clone(), day)),
                    None => vec![Problem::at(
                        &format!("{SUPPLEMENTS}{}.toml", supplement.id),
                        text,
                        &format!("\"{id}\""),
                        format!("the edition {id:?} is not among the guidelines; see `kensan guideline list`"),
                    )],
                };
                problems.extend(found.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>());
            }
        }
        problems
    }

    /// The same id is the same stage everywhere. `text` gives the text of a file.
    fn check_stages<'a>(&self, text: impl Fn(String) -> &'a str) -> Vec<Problem> {
        let editions = self.editions.values().map(|it| (format!("{}/edition.toml", it.id), &it.metadata.stages));
        let supplements = self.supplements.values();
        let added = supplements.map(|(it, _)| (format!("{SUPPLEMENTS}{}.toml", it.id), &it.added_stages));
        let mut problems = Vec::new();
        for (file, stages) in editions.chain(added) {
            for stage in stages {
                let Some(known) = self.stage(&stage.id).filter(|known| *known != stage) else { continue };
                let message = format!(
                    "the stage {:?} is {:?} elsewhere; name it the same in every file, or give it an id of its own",
                    stage.id, known.title
                );
                problems.push(Problem::at(&file, text(file.clone()), &format!("\"{}\"", stage.id), message));
            }
        }
        problems
    }

    /// The rules of an edition with supplements, as they stand for a cohort that begins on a day.
    pub fn rulebook<'a>(
        &self,
        edition: &str,
        supplements: impl IntoIterator<Item = &'a str>,
        starts_on: NaiveDate,
    ) -> Result<Rulebook, Refusal> {
        let found = self
            .editions
            .get(edition)
            .ok_or_else(|| Refusal::Guideline(GuidelineRefusal::EditionUnknown(edition.to_owned())))?;
        let mut rulebook = Rulebook::new(found.clone(), starts_on);
        for id in supplements {
            let unknown = || Refusal::Guideline(GuidelineRefusal::SupplementUnknown(id.to_owned()));
            let (supplement, text) = self.supplements.get(id).ok_or_else(unknown)?;
            if !supplement.editions.iter().any(|known| known == edition) {
                return Err(Refusal::Guideline(GuidelineRefusal::SupplementOfAnotherEdition {
                    supplement: id.to_owned(),
                    edition: edition.to_owned(),
                }));
            }
            supplement.apply(text, &mut rulebook, starts_on).map_err(|problems| {
                Refusal::Guideline(GuidelineRefusal::SupplementsCollide(
                    problems.iter().map(ToString::to_string).collect(),
                ))
            })?;
        }
        Ok(rulebook)
    }

    /// The rules a cohort is judged by.
    pub fn rulebook_of(&self, cohort: &Cohort) -> Result<Rulebook, Refusal> {
        self.rulebook(&cohort.edition, cohort.supplements.split_whitespace(), cohort.starts_on)
    }

    /// The rules of an edition for a cohort, with those of its supplements that supplement that edition.
    pub fn rulebook_by(&self, edition: &str, cohort: &Cohort) -> Result<Rulebook, Refusal> {
        let fits = |id: &&str| {
            let known = self.supplements.get(*id);
            known.is_some_and(|(supplement, _)| supplement.editions.iter().any(|fitting| fitting == edition))
        };
        self.rulebook(edition, cohort.supplements.split_whitespace().filter(fits), cohort.starts_on)
    }

    /// The edition that governs a day of the course a practicum belongs to: offices are registered by it.
    pub fn governing_practicum(&self, day: NaiveDate) -> Option<&Arc<Edition>> {
        let course = self.courses.values().find(|course| course.about.practicum)?;
        self.governing(&course.about.title, day)
    }

    /// The edition of a course that governs a cohort beginning on a day: the newest in force.
    pub fn governing(&self, course: &str, day: NaiveDate) -> Option<&Arc<Edition>> {
        self.editions
            .values()
            .filter(|edition| edition.metadata.course == course && edition.metadata.governs_from <= day)
            .max_by_key(|edition| edition.metadata.governs_from)
    }
}

#[cfg(test)]
mod tests;
